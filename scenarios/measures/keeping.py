"""What all measures on cleaning and repair share."""

from dataclasses import replace
from typing import Any

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Owner, Zone
from scenarios.measures.measure import Fault3, Measure


def with_upkeep(inputs: Inputs, **changes: Any) -> Inputs:
    """Return the inputs with another upkeep; what the zones look like was told under that of the base."""
    base = inputs.upkeep if inputs.base_upkeep is None else inputs.base_upkeep
    return inputs.replace(upkeep=replace(inputs.upkeep, **changes), base_upkeep=base)


class OwnersPromise(Measure):
    """What an owner promises for all of his ground."""

    of: Owner = Field(description="who promises: NS, ProRail, municipality, tram operator, retailer or private")

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones of the owner."""
        return tuple(zone for zone in layout.zones if zone.owner == self.of)

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return that the owner has no ground here."""
        faults = super().wrong(layout)
        if not faults and not self.touched(layout):
            return [("of", f"{self.of} owns no zone of {layout.id}", "name an owner of a zone")]
        return faults
