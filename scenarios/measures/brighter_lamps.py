"""Brighter lamps: more light out of the luminaires that hang there."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from scenarios.costs import Cost, Life, price
from scenarios.measures.lamps import LampMeasure
from scenarios.measures.measure import Evidence, SideEffect


class BrighterLamps(LampMeasure):
    """Every chosen luminaire is replaced by one with ``factor`` times the lumens."""

    evidence: ClassVar[Evidence] = "quasi-experiment"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("energy", "contrast")
    prices: ClassVar[tuple[str, ...]] = ("cost_lamp", "cost_lamp_year")
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("factor: 2", "zones: [platform, underpass]")

    measure: Literal["brighter_lamps"] = "brighter_lamps"
    factor: float = Field(gt=0, le=20, description="lumens after divided by lumens before: 2 doubles")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the chosen lamps brighter."""
        return self.changed(inputs, lambda lamp: replace(lamp, lumen=lamp.lumen * self.factor))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the new luminaires and their upkeep."""
        number = len(self.chosen(inputs.layout))
        return Cost(
            once=price(inputs.parameters, "cost_lamp").times(number),
            yearly=price(inputs.parameters, "cost_lamp_year").times(number),
            items=(("lamps", number),),
        )
