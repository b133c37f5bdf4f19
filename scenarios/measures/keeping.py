"""What all measures on cleaning and repair share."""

from dataclasses import replace
from typing import Any

from model.inputs.inputs import Inputs


def with_upkeep(inputs: Inputs, **changes: Any) -> Inputs:
    """Return the inputs with another upkeep; what the zones look like was told under that of the base."""
    base = inputs.upkeep if inputs.base_upkeep is None else inputs.base_upkeep
    return inputs.replace(upkeep=replace(inputs.upkeep, **changes), base_upkeep=base)
