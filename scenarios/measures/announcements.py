"""Announcements: somebody looks at the cameras of a place and speaks to who makes trouble there."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Camera, Layout, Zone
from model.inputs.roster import Operator
from scenarios.costs import Cost, Life, hours_a_year, price
from scenarios.measures.measure import Doer, Evidence, Fault3, Hours, Measure, SideEffect, Words, clock
from scenarios.measures.places import things_in, zones_named


class Announcements(Measure):
    """In these hours an operator looks at the cameras of the zones and can speak through loudspeakers there."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "tram operator", "municipality", "police")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("privacy", "detection")
    prices: ClassVar[tuple[str, ...]] = ("cost_speaker_zone", "cost_operator_hour")
    life: ClassVar[Life | None] = "electronics"
    example: ClassVar[tuple[str, ...]] = ("hours: 18:00-01:00", "zones: [platform, underpass]", "elsewhere: 40")

    measure: Literal["announcements"] = "announcements"
    hours: Hours
    zones: Words = Field((), description="zone ids or kinds whose cameras are looked at; all when left out")
    elsewhere: int = Field(0, ge=0, le=10_000, description="cameras of other places under the same eyes")

    def seen(self, layout: Layout) -> tuple[Camera, ...]:
        """Return the cameras that are looked at."""
        return things_in(layout, layout.cameras, self.zones)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the operator in the roster."""
        start, end = (clock(second) for second in self.hours)
        name = f"announcements {start}-{end} {'+'.join(self.zones) or 'everywhere'}"
        others = tuple(one for one in inputs.roster.operators if one.id != name)
        cameras = tuple(camera.id for camera in self.seen(inputs.layout))
        new = Operator(name, *self.hours, cameras=cameras, elsewhere=self.elsewhere)
        return inputs.replace(roster=replace(inputs.roster, operators=(*others, new)))

    def cost(self, inputs: Inputs) -> Cost:
        """Return loudspeakers by zone, and this station's part of the operator's hours."""
        p, zones = inputs.parameters, len(self.touched(inputs.layout))
        here = len(self.seen(inputs.layout))
        hours = hours_a_year(*self.hours) * here / max(1, here + self.elsewhere)
        return Cost(
            price(p, "cost_speaker_zone").times(zones), price(p, "cost_operator_hour").times(hours), "electronics",
            (("zones with loudspeakers", zones), ("operator hours a year", hours)), hours,
        )  # fmt: skip

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the named zones."""
        return zones_named(layout, self.zones)

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones, or that there is no camera."""
        faults = super().wrong(layout)
        if not faults and not self.seen(layout):
            return [("zones", "there is no camera to look through", "name zones with cameras, or add cameras first")]
        return faults
