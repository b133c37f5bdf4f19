"""Lamp repair: what is broken burns again."""

from dataclasses import replace
from typing import ClassVar, Literal

from model.inputs.inputs import Inputs
from model.inputs.layout import Lamp, Layout
from scenarios.costs import Cost, Life, price
from scenarios.measures.lamps import LampMeasure
from scenarios.measures.measure import Evidence, Fault3, SideEffect


class LampRepair(LampMeasure):
    """The broken ones of the chosen luminaires are repaired; how fast later ones are is ``repair_targets``."""

    evidence: ClassVar[Evidence] = "quasi-experiment"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("contrast",)
    prices: ClassVar[tuple[str, ...]] = ("cost_lamp_repair",)
    life: ClassVar[Life | None] = "electronics"
    example: ClassVar[tuple[str, ...]] = ("zones: [platform]",)

    measure: Literal["lamp_repair"] = "lamp_repair"

    def broken(self, layout: Layout) -> tuple[Lamp, ...]:
        """Return the lamps that are repaired."""
        return tuple(lamp for lamp in self.chosen(layout) if lamp.broken)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the chosen lamps burning."""
        return self.changed(inputs, lambda lamp: replace(lamp, broken=False))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the repairs."""
        number = len(self.broken(inputs.layout))
        once = price(inputs.parameters, "cost_lamp_repair").times(number)
        return Cost(once=once, life="electronics", items=(("repairs", number),))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown lamps, or that none is broken."""
        faults = super().wrong(layout)
        if not faults and not self.broken(layout):
            return [("lamps", f"none of these lamps of {layout.id} is broken", "leave the measure out")]
        return faults
