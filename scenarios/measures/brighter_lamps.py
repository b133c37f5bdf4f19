"""Brighter lamps: more light out of the luminaires that hang there."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Lamp, Layout
from scenarios.costs import Cost, price
from scenarios.faults import nearest
from scenarios.measures.measure import Evidence, Measure, Words
from scenarios.measures.places import zone_of_points, zones_named


class BrighterLamps(Measure):
    """Every chosen luminaire is replaced by one with ``factor`` times the lumens.

    Side effects to report: energy, contrast to the dark surroundings.
    """

    evidence: ClassVar[Evidence] = "quasi-experiment"

    measure: Literal["brighter_lamps"] = "brighter_lamps"
    factor: float = Field(gt=0, le=20, description="lumens after divided by lumens before: 2 doubles")
    zones: Words = Field((), description="zone ids or kinds whose lamps are meant; all when left out")
    lamps: Words = Field((), description="ids of single lamps, beside those of zones")

    def chosen(self, layout: Layout) -> tuple[Lamp, ...]:
        """Return the lamps that are replaced: in the named zones, or named themselves, or else all."""
        if not self.zones and not self.lamps:
            return layout.lamps
        ids = set(self.lamps)
        if self.zones:
            zones = {zone.id for zone in zones_named(layout, self.zones)}
            where = zone_of_points(layout, ((lamp.level, lamp.x, lamp.y) for lamp in layout.lamps))
            ids |= {lamp.id for lamp, zone in zip(layout.lamps, where, strict=True) if zone in zones}
        return tuple(lamp for lamp in layout.lamps if lamp.id in ids)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the chosen lamps brighter."""
        ids = {lamp.id for lamp in self.chosen(inputs.layout)}
        lamps = tuple(
            replace(lamp, lumen=lamp.lumen * self.factor) if lamp.id in ids else lamp for lamp in inputs.layout.lamps
        )
        return inputs.replace(layout=replace(inputs.layout, lamps=lamps))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the new luminaires and their upkeep."""
        number = len(self.chosen(inputs.layout))
        return Cost(
            once=price(inputs.parameters, "cost_lamp").times(number),
            yearly=price(inputs.parameters, "cost_lamp_year").times(number),
            items=(("lamps", number),),
        )

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def wrong(self, layout: Layout) -> list[tuple[str, str, str]]:
        """Return unknown zones and lamps."""
        ids = {lamp.id for lamp in layout.lamps}
        unknown = [
            ("lamps", f'"{lamp}" is no lamp of {layout.id}', nearest(lamp, ids))
            for lamp in self.lamps
            if lamp not in ids
        ]
        return super().wrong(layout) + unknown
