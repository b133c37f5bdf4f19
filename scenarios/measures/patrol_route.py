"""Patrol route: units that are on duty already go another round."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from model.inputs.roster import OUTSIDE, Duty, Roster
from scenarios.costs import Cost
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.places import zones_named


class PatrolRoute(Measure):
    """Units of the roster go round elsewhere, in another order, or more often to hot spots, in the same hours."""

    evidence: ClassVar[Evidence] = "RCT"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private", "police")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("opportunity", "displacement", "learned")
    example: ClassVar[tuple[str, ...]] = ("units: [guard]", "zones: [platform, underpass]", "hot_spots: [underpass]")

    measure: Literal["patrol_route"] = "patrol_route"
    units: Words = Field(min_length=1, description="ids or kinds of the duties that are meant: police, boa, guard, ...")
    zones: Words = Field((), description="zone ids or kinds that are visited from now on; as before when left out")
    order: Literal["random", "fixed"] | None = Field(None, description="random or fixed; as before when left out")
    visit_minutes: float | None = Field(None, gt=0, le=240, description="length of one visit in minutes, up to 240")
    hot_spots: Words = Field((), description="zone ids or kinds on the round that are visited more often")
    hot_times: int = Field(3, ge=2, le=10, description="how often hot spots are visited for once elsewhere, 2 to 10")

    def sent(self, roster: Roster) -> tuple[Duty, ...]:
        """Return the duties that are meant; who waits outside until called has no round."""
        return tuple(
            d for d in roster.duties if (d.id in self.units or d.kind in self.units) and OUTSIDE not in d.zones
        )

    def _anew(self, duty: Duty, layout: Layout) -> Duty:
        hot = tuple(zone.id for zone in zones_named(layout, self.hot_spots)) if self.hot_spots else ()
        return replace(
            duty,
            zones=self.zones or duty.zones,
            order=self.order or duty.order,
            visit_s=duty.visit_s if self.visit_minutes is None else round(self.visit_minutes * 60),
            focus=hot * (self.hot_times - 1) if hot else duty.focus,
        )

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with other rounds."""
        ids = {duty.id for duty in self.sent(inputs.roster)}
        duties = tuple(self._anew(d, inputs.layout) if d.id in ids else d for d in inputs.roster.duties)
        return inputs.replace(roster=replace(inputs.roster, duties=duties))

    def cost(self, inputs: Inputs) -> Cost:
        """Return nothing: the same people in the same hours."""
        return Cost(items=(("units", len(self.sent(inputs.roster))),))

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return (*self.zones, *self.hot_spots)

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones on the new round; where it stays as it was nothing new is done."""
        return zones_named(layout, self.zones) if self.zones else ()

    def misfits(self, inputs: Inputs) -> list[Fault3]:
        """Return unknown zones, and that no such unit is on duty."""
        faults = super().misfits(inputs)
        if not faults and not self.sent(inputs.roster):
            known = {word for duty in inputs.roster.duties for word in (duty.id, duty.kind)}
            return [("units", f"no unit on a round is {' or '.join(self.units)}", nearest(self.units[0], known))]
        return faults
