"""Norm campaign: people are asked to keep the place tidy, to help, and to report; it fades."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, Life, price
from scenarios.measures.keeping import with_upkeep
from scenarios.measures.measure import Doer, Evidence, Measure, SideEffect

DAYS_A_WEEK = 7


class NormCampaign(Measure):
    """A campaign that begins on ``start`` and fades (``report_campaign_fade_weeks``); without a date it is fresh."""

    evidence: ClassVar[Evidence] = "quasi-experiment"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "ministry", "police", "tram operator")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("fades", "reports_rise")
    prices: ClassVar[tuple[str, ...]] = ("cost_campaign",)
    life: ClassVar[Life | None] = "campaign"
    example: ClassVar[tuple[str, ...]] = ("start: 2026-11-16",)

    measure: Literal["norm_campaign"] = "norm_campaign"
    tidy: bool = Field(True, description="true when it asks to keep the place tidy and to help others")
    report: bool = Field(True, description="true when it asks to report")

    def weeks(self, inputs: Inputs) -> float:
        """Return how many weeks ago it began."""
        return 0.0 if self.start is None else (inputs.date - self.start).days / DAYS_A_WEEK

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the campaign as it works on their date."""
        weeks = self.weeks(inputs)
        if self.report:
            inputs = inputs.replace(reporting=replace(inputs.reporting, campaign_weeks=weeks))
        return with_upkeep(inputs, norm_weeks=weeks) if self.tidy else inputs

    def cost(self, inputs: Inputs) -> Cost:
        """Return one campaign."""
        return Cost(price(inputs.parameters, "cost_campaign"), life="campaign", items=(("campaigns", 1),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: posters need nobody's ground."""
        return ()
