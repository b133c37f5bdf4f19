"""Follow-up capacity: more people at a desk that follows up reports."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.follow_up import Agency
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, price
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect

DESKS: dict[Agency, tuple[Doer, ...]] = {
    "sex_crime_team": ("police", "ministry"),
    "police": ("police", "ministry"),
    "operator": ("NS", "tram operator"),
    "municipality": ("municipality",),
    "infrastructure": ("ProRail",),
}


class FollowUpCapacity(Measure):
    """An agency has ``factor`` times the people; the desk also serves other places, its whole cost is shown."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("police", "ministry", "NS", "tram operator", "municipality", "ProRail")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("reports_rise", "opportunity")
    prices: ClassVar[tuple[str, ...]] = ("cost_case_worker_year",)
    over_weeks: ClassVar[bool] = True
    example: ClassVar[tuple[str, ...]] = ("agency: municipality", "factor: 1.5")

    measure: Literal["follow_up_capacity"] = "follow_up_capacity"
    agency: Agency = Field(description="sex_crime_team, police, operator, municipality or infrastructure")
    factor: float = Field(gt=0, le=10, description="people after divided by people before")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with more people at the desk."""
        staff = dict(inputs.follow_up.staff)
        staff[self.agency] = staff.get(self.agency, 1.0) * self.factor
        follow_up = replace(inputs.follow_up, staff=tuple(sorted(staff.items())))
        return inputs.replace(follow_up=follow_up)

    def cost(self, inputs: Inputs) -> Cost:
        """Return the people who come."""
        p = inputs.parameters
        there = p[f"follow_{self.agency}_staff"] * dict(inputs.follow_up.staff).get(self.agency, 1.0)
        more = max(0.0, self.factor - 1) * there
        return Cost(yearly=price(p, "cost_case_worker_year").times(more), items=(("people more", more),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: nothing is done on the ground."""
        return ()

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return that the desk is somebody else's."""
        if self.by is not None and self.by not in DESKS[self.agency]:
            return [("by", f"{self.by} does not decide on {self.agency}", f"who can: {', '.join(DESKS[self.agency])}")]
        return super().wrong(layout)
