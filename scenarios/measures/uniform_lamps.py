"""Uniform lamps: the same light from luminaires that hang evenly, so that no corner stays dark."""

from dataclasses import replace
from statistics import median
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Lamp, Layout, Zone
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.places import area_m2, spread_points, things_in, zones_named


class UniformLamps(Measure):
    """The luminaires of each zone make room for new ones, spread evenly, with the same lumens together."""

    evidence: ClassVar[Evidence] = "survey"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("energy",)
    prices: ClassVar[tuple[str, ...]] = ("cost_lamp", "cost_lamp_year")
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("zones: [underpass]", "spacing_m: 4")

    measure: Literal["uniform_lamps"] = "uniform_lamps"
    zones: Words = Field((), description="zone ids or kinds that are lit anew; all with lamps when left out")
    spacing_m: float = Field(8, ge=1, le=50, description="metres from lamp to lamp: one for each square of that side")
    factor: float = Field(1, gt=0, le=20, description="lumens of all together, after divided by before")

    def relit(self, layout: Layout) -> list[tuple[Zone, tuple[Lamp, ...], tuple[Lamp, ...]]]:
        """Return each zone that has lamps, with its old and its new ones."""
        found = []
        for zone in zones_named(layout, self.zones):
            old = things_in(layout, layout.lamps, (zone.id,))
            if old:
                found.append((zone, old, self._new(zone, old)))
        return found

    def _new(self, zone: Zone, old: tuple[Lamp, ...]) -> tuple[Lamp, ...]:
        number = max(1, round(area_m2(zone) / self.spacing_m**2))
        places = spread_points(zone.polygon, number)
        lumen = sum(lamp.lumen for lamp in old) * self.factor / len(places)
        height = median(lamp.height_m for lamp in old)
        first = replace(old[0], height_m=height, lumen=lumen, broken=False, level=zone.level)
        return tuple(
            replace(first, id=f"even lamp {zone.id} {k} of {number}", x=x, y=y) for k, (x, y) in enumerate(places, 1)
        )

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the new lamps in the place of the old."""
        layout = inputs.layout
        gone, come = set[str](), list[Lamp]()
        for _, old, new in self.relit(layout):
            gone |= {lamp.id for lamp in old}
            come += new
        kept = tuple(lamp for lamp in layout.lamps if lamp.id not in gone)
        return inputs.replace(layout=replace(layout, lamps=kept + tuple(come)))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the new luminaires, and the upkeep of those that are more than before."""
        relit = self.relit(inputs.layout)
        number = sum(len(new) for _, _, new in relit)
        more = max(0, number - sum(len(old) for _, old, _ in relit))
        return Cost(
            once=price(inputs.parameters, "cost_lamp").times(number),
            yearly=price(inputs.parameters, "cost_lamp_year").times(more),
            items=(("lamps", number),),
        )

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones that are lit anew."""
        return tuple(zone for zone, _, _ in self.relit(layout))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones, or that there is no lamp to replace."""
        faults = super().wrong(layout)
        if not faults and not self.relit(layout):
            return [("zones", "there is no lamp to replace", "name zones that have lamps")]
        return faults
