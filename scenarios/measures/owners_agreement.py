"""Owners' agreement: owners pass on each other's reports at once, so that the wrong owner costs no time."""

from typing import ClassVar, Literal

from model.inputs.inputs import Inputs
from model.inputs.layout import OWNERS, Layout, Owner
from scenarios.costs import Cost, price
from scenarios.measures.keeping import with_upkeep
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect


class OwnersAgreement(Measure):
    """All owners of a station agree: what is reported to the wrong one gets to the right one without delay."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = (*OWNERS, "ministry")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("workload",)
    prices: ClassVar[tuple[str, ...]] = ("cost_coordination_hour",)

    measure: Literal["owners_agreement"] = "owners_agreement"

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the agreement: for repairs and for reports of incidents."""
        return with_upkeep(inputs, agreement=True)

    def cost(self, inputs: Inputs) -> Cost:
        """Return the hours of who keeps it alive."""
        p = inputs.parameters
        hours = p.cost_agreement_hours_year
        yearly = price(p, "cost_coordination_hour").times(hours)
        return Cost(yearly=yearly, items=(("hours a year", hours),), staff_hours=hours)

    def _outside(self, layout: Layout) -> list[Fault3]:
        return []  # the municipality is one of those who have to agree: see needs_agreement

    def needs_agreement(self, inputs: Inputs) -> tuple[Owner, ...]:
        """Return all owners of the station who have not agreed yet, whoever begins."""
        owners = {zone.owner for zone in inputs.layout.zones}
        return tuple(sorted(owners - {self.by, *self.agreed}))
