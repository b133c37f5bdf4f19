"""Safe waiting zone: a place that is marked as one where somebody looks after those who wait."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Doer, Evidence, Measure, SideEffect, Words
from scenarios.measures.places import zones_named


class SafeWaitingZone(Measure):
    """Whole zones are marked; without staff or a watched camera the mark is worth half."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "tram operator", "municipality")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("clustering", "stigma")
    prices: ClassVar[tuple[str, ...]] = ("cost_marking",)
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("zones: [platform-1]",)

    measure: Literal["safe_waiting_zone"] = "safe_waiting_zone"
    zones: Words = Field(min_length=1, description="zone ids or kinds that are marked")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the zones marked."""
        ids = {zone.id for zone in zones_named(inputs.layout, self.zones)}
        zones = tuple(replace(zone, marked_safe=True) if zone.id in ids else zone for zone in inputs.layout.zones)
        return inputs.replace(layout=replace(inputs.layout, zones=zones))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the marking of each zone."""
        number = len(zones_named(inputs.layout, self.zones))
        return Cost(price(inputs.parameters, "cost_marking").times(number), items=(("zones", number),))

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones
