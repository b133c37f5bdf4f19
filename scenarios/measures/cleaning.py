"""Cleaning: more rounds, less litter."""

from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import DAY_START_S, Inputs
from model.inputs.layout import Zone
from model.inputs.upkeep import DAY_H, Cleaning
from model.world.disorder import make_care
from scenarios.costs import DAYS_A_YEAR, Cost, price
from scenarios.measures.keeping import with_upkeep
from scenarios.measures.measure import Doer, Evidence, Measure, SideEffect, Words
from scenarios.measures.places import area_m2, zones_named


class CleaningRounds(Measure):
    """A round of cleaning comes by the zones every so many hours; of several rounds the most frequent counts."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("nothing_known",)
    prices: ClassVar[tuple[str, ...]] = ("cost_cleaning_hour",)
    example: ClassVar[tuple[str, ...]] = ("every_hours: 4", "zones: [platform, underpass]")

    measure: Literal["cleaning"] = "cleaning"
    every_hours: float = Field(ge=1, le=168, description="hours between two rounds, 1 to 168")
    zones: Words = Field((), description="zone ids or kinds that are cleaned; all when left out")
    share: float | None = Field(None, gt=0, le=1, description="of the litter that a round takes away; left out: usual")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the round in the upkeep; what is cleaned as often already keeps its rounds."""
        more = self._rarer(inputs)
        if not more:
            return inputs
        name = f"cleaning every {self.every_hours:g}h {'+'.join(self.zones) or 'everywhere'}"
        others = tuple(one for one in inputs.upkeep.cleaning if one.id != name)
        all_of_them = len(more) == len(zones_named(inputs.layout, self.zones))
        where = self.zones if all_of_them else tuple(zone.id for zone in more)
        one = Cleaning(name, self.every_hours * 3600, where, first_s=DAY_START_S, share=self.share)
        return with_upkeep(inputs, cleaning=(*others, one))

    def _rarer(self, inputs: Inputs) -> list[Zone]:
        """Return the zones that are meant and cleaned less often today; all of them where more is to be taken away."""
        named = zones_named(inputs.layout, self.zones)
        if self.share is not None:
            return list(named)
        care = make_care(inputs.layout.zones, inputs.population, inputs.upkeep, inputs.parameters)
        hours = {zone.id: every for zone, every in zip(inputs.layout.zones, care.every_h.tolist(), strict=True)}
        return [zone for zone in named if hours[zone.id] > self.every_hours]

    def cost(self, inputs: Inputs) -> Cost:
        """Return the hours of the rounds that come on top of those there are."""
        after, p = self.apply(inputs), inputs.parameters
        care = [make_care(i.layout.zones, i.population, i.upkeep, p) for i in (inputs, after)]
        hours = 0.0
        for k, zone in enumerate(inputs.layout.zones):
            more = max(0.0, DAY_H / care[1].every_h[k] - DAY_H / care[0].every_h[k])
            hours += more * DAYS_A_YEAR * area_m2(zone) / p.cost_cleaning_m2_hour
        yearly = price(p, "cost_cleaning_hour").times(hours)
        return Cost(yearly=yearly, items=(("hours a year", hours),), staff_hours=hours)

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones
