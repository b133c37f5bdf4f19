"""Online declaration: women can declare violence against them online, from 1 July 2027 on."""

import datetime
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, price
from scenarios.dates import Day
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect

FIRST_DATE = datetime.date(2027, 7, 1)  # EU directive 2024/1385, letter of 21 November 2025


class OnlineDeclaration(Measure):
    """Women report harassment and aggression more often, online; before the law it does not exist."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("police", "ministry")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("reports_rise", "workload", "privacy")
    prices: ClassVar[tuple[str, ...]] = ("cost_online_year",)
    example: ClassVar[tuple[str, ...]] = ("start: 2027-07-01",)

    measure: Literal["online_declaration"] = "online_declaration"
    start: Day | None = Field(FIRST_DATE, description="first date on which it holds, not before 2027-07-01")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with online declaration."""
        return inputs.replace(reporting=replace(inputs.reporting, online_women=True))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the part of one station."""
        part = price(inputs.parameters, "cost_online_year").times(1 / inputs.parameters.cost_stations)
        return Cost(yearly=part, items=(("stations that share it", inputs.parameters.cost_stations),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: nothing is done on the ground."""
        return ()

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return that there is no law for it yet."""
        if self.start is None or self.start < FIRST_DATE:
            return [("start", f"there is no law for it before {FIRST_DATE}", f"start: {FIRST_DATE}, or later")]
        return super().wrong(layout)
