"""Station bans: who was sent away may not come back for some time."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost
from scenarios.measures.measure import Doer, Evidence, Measure, SideEffect


class StationBans(Measure):
    """Who is removed from the station may not come back for ``days``; without the measure as ``respond_ban_days``."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "police")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("displacement", "staff_conflict")
    over_weeks: ClassVar[bool] = True
    example: ClassVar[tuple[str, ...]] = ("days: 180",)

    measure: Literal["station_bans"] = "station_bans"
    days: float = Field(ge=0, le=3650, description="length of a ban, 0 for none")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the bans; they work through the days of a season."""
        return inputs.replace(follow_up=replace(inputs.follow_up, ban_days=self.days))

    def cost(self, inputs: Inputs) -> Cost:
        """Return nothing: who removes people is paid as a patrol."""
        return Cost()

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: a rule of the house."""
        return ()
