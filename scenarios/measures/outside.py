"""What all measures on the ground of the municipality share: several small things done there together."""

from typing import ClassVar

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone, ZoneKind
from scenarios.costs import Cost, total
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cleaning import CleaningRounds
from scenarios.measures.measure import MUNICIPALITY, Doer, Evidence, Fault3, Hours, Measure, SideEffect, clock
from scenarios.measures.patrol import Patrol
from scenarios.measures.places import things_in, zones_named
from scenarios.measures.prune_hedge import PruneHedge


class OutsideMeasure(Measure):
    """Light, hedges, cleaning and enforcers outside the station, by the municipality or with its agreement."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = (MUNICIPALITY, "NS", "ProRail")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("energy", "displacement", "staff_conflict")
    prices: ClassVar[tuple[str, ...]] = (
        "cost_lamp", "cost_lamp_year", "cost_cleaning_hour", "cost_hedge_m_year", "guard_cost_eur_per_hour_boa",
    )  # fmt: skip
    kind_of_zone: ClassVar[ZoneKind]

    by: Doer | None = Field(MUNICIPALITY, description="who does it; others need the municipality in agreed")
    light: float | None = Field(None, gt=0, le=20, description="lumens of the lamps after divided by before")
    hedges_m: float | None = Field(None, ge=0, le=3, description="height at which hedges are kept, m")
    clean_every_hours: float | None = Field(None, ge=1, le=168, description="hours between rounds of cleaning")
    enforcers: Hours | None = Field(None, description="hours as 18:00-01:00 in which a pair of enforcers goes round")

    def parts(self) -> tuple[Measure, ...]:
        """Return the measures of which it is made."""
        found: list[Measure] = []
        if self.light is not None:
            found.append(self._part(BrighterLamps, factor=self.light))
        if self.hedges_m is not None:
            found.append(self._part(PruneHedge, height_m=self.hedges_m))
        if self.clean_every_hours is not None:
            found.append(self._part(CleaningRounds, every_hours=self.clean_every_hours))
        if self.enforcers is not None:
            start, end = (clock(second) for second in self.enforcers)
            found.append(self._part(Patrol, who="boa", hours=f"{start}-{end}"))
        return tuple(found)

    def _part(self, kind: type[Measure], **fields: object) -> Measure:
        who = {"by": self.by, "agreed": self.agreed, "zones": (self.kind_of_zone,)}
        return kind.model_validate({**who, **fields})

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with all parts in them."""
        for part in self.parts():
            inputs = part.apply(inputs)
        return inputs

    def cost(self, inputs: Inputs) -> Cost:
        """Return the sum of the parts."""
        costs = [part.cost(inputs) for part in self.parts()]
        return Cost(
            total(cost.once for cost in costs),
            total(cost.yearly for cost in costs),
            items=tuple(item for cost in costs for item in cost.items),
            staff_hours=sum(cost.staff_hours for cost in costs),
        )

    def zone_words(self) -> tuple[str, ...]:
        """Return the kind of zone."""
        return (self.kind_of_zone,)

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones of the kind."""
        return zones_named(layout, (self.kind_of_zone,))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return that there is no such zone, nothing to do, or what does not fit of a part."""
        faults = super().wrong(layout)
        if faults:
            return [("measure", message, remedy) if field == "zones" else (field, message, remedy)
                    for field, message, remedy in faults]  # fmt: skip
        if not self.parts():
            return [("light", "says nothing that is done", "give light, hedges_m, clean_every_hours or enforcers")]
        if self.light is not None and not things_in(layout, layout.lamps, (self.kind_of_zone,)):
            return [("light", "there is no lamp that could be brighter", "leave light out")]
        if self.hedges_m is not None:
            hedges = self._part(PruneHedge, height_m=self.hedges_m)
            return [("hedges_m", message, remedy) for _, message, remedy in hedges.wrong(layout)]
        return []
