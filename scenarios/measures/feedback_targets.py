"""Feedback targets: who reports is told what was done."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, price
from scenarios.measures.measure import Doer, Evidence, Measure, SideEffect


class FeedbackTargets(Measure):
    """A ``share`` of those whose report was acted on in time hears of it; trust and memory follow."""

    evidence: ClassVar[Evidence] = "RCT"
    doers: ClassVar[tuple[Doer, ...]] = ("police", "municipality", "NS", "ProRail", "ministry", "tram operator")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("reports_rise", "workload")
    prices: ClassVar[tuple[str, ...]] = ("cost_feedback_year",)
    over_weeks: ClassVar[bool] = True
    example: ClassVar[tuple[str, ...]] = ("share: 0.8",)

    measure: Literal["feedback_targets"] = "feedback_targets"
    share: float = Field(ge=0, le=1, description="of reporters who are told what was done, 0 to 1")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the target."""
        return inputs.replace(follow_up=replace(inputs.follow_up, heard=self.share))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the work for one station."""
        return Cost(yearly=price(inputs.parameters, "cost_feedback_year").times(self.share), items=(("stations", 1),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: nothing is done on the ground."""
        return ()
