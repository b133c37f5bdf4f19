"""Escort: somebody stands at a post and walks along with people on their own who ask for it."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from model.inputs.layout import Layout
from model.inputs.roster import GuardKind
from scenarios.measures.duties import OnDuty
from scenarios.measures.measure import Doer, Evidence, SideEffect


class EscortOnRequest(OnDuty):
    """Units stay at the first place of their zones and walk along to the waiting place, or the way out, on request."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("stigma", "opportunity")
    prices: ClassVar[tuple[str, ...]] = (
        "guard_cost_eur_per_hour_boa", "guard_cost_eur_per_hour_guard", "guard_cost_eur_per_hour_service",
    )  # fmt: skip
    example: ClassVar[tuple[str, ...]] = ("hours: 20:00-01:00", "zones: [platform]")

    measure: Literal["escort"] = "escort"
    who: Literal["boa", "guard", "service"] = Field("guard", description="boa, guard or service")

    def kind(self) -> GuardKind:
        """Return what they are to everybody who sees them."""
        return self.who

    def traits(self, layout: Layout) -> dict[str, Any]:
        """Return that they walk along."""
        return {"escorts": True}
