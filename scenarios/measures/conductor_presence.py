"""Conductor presence: conductors walk the platform before they leave."""

from typing import ClassVar, Literal

from model.inputs.roster import GuardKind
from scenarios.measures.duties import OnDuty
from scenarios.measures.measure import Doer, Evidence, SideEffect


class ConductorPresence(OnDuty):
    """Conductors are seen on the platforms in their hours; they are at work for the train in any case."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "tram operator")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("staff_conflict", "opportunity")
    prices: ClassVar[tuple[str, ...]] = ("guard_cost_eur_per_hour_conductor",)
    example: ClassVar[tuple[str, ...]] = ("units: 1", "hours: 18:00-01:00", "zones: [platform]", "visit_minutes: 5")

    measure: Literal["conductor_presence"] = "conductor_presence"

    def kind(self) -> GuardKind:
        """Return what they are to everybody who sees them."""
        return "conductor"
