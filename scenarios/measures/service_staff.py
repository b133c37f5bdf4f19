"""Service staff: people of the railway who help, inform and are seen."""

from typing import ClassVar, Literal

from model.inputs.roster import GuardKind
from scenarios.measures.duties import OnDuty
from scenarios.measures.measure import Doer, Evidence, SideEffect


class ServiceStaff(OnDuty):
    """More service staff go round in their hours; they inform, and have no powers."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "tram operator", "municipality")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("staff_conflict", "detection")
    prices: ClassVar[tuple[str, ...]] = ("guard_cost_eur_per_hour_service",)
    example: ClassVar[tuple[str, ...]] = ("units: 1", "hours: 07:00-23:00", "zones: [platform]")

    measure: Literal["service_staff"] = "service_staff"

    def kind(self) -> GuardKind:
        """Return what they are to everybody who sees them."""
        return "service"
