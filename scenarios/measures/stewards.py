"""Stewards: hosts of the neighbourhood or of an operator, without powers and without training in aggression."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from model.inputs.layout import Layout
from model.inputs.roster import GuardKind
from scenarios.measures.duties import OnDuty
from scenarios.measures.measure import Doer, Evidence, SideEffect


class Stewards(OnDuty):
    """Stewards go round in their hours, two by two unless told otherwise; people take them for service staff."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("staff_conflict", "detection")
    prices: ClassVar[tuple[str, ...]] = ("cost_steward_hour",)
    example: ClassVar[tuple[str, ...]] = (
        "units: 1",
        "hours: 19:00-23:00",
        "zones: [square, platform]",
        "agreed: [municipality]",
    )

    measure: Literal["stewards"] = "stewards"
    two: bool = Field(True, description="true when they walk two by two")

    def kind(self) -> GuardKind:
        """Return what they are to everybody who sees them."""
        return "service"

    def label(self) -> str:
        """Return the beginning of the names of the duties."""
        return "stewards two" if self.two else "stewards"

    def traits(self, layout: Layout) -> dict[str, Any]:
        """Return that they are not trained, look at no tickets, and may only speak to people."""
        return {"trained": False, "checks_tickets": False, "alone": not self.two, "powers": ()}

    def people(self) -> int:
        """Return how many people a unit is."""
        return 2 if self.two else 1

    def hour_price(self) -> str:
        """Return the price of an hour of one of them."""
        return "cost_steward_hour"
