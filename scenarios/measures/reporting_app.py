"""Reporting app: a message reaches the control room."""

from dataclasses import replace
from typing import ClassVar, Literal

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, price
from scenarios.measures.measure import Doer, Evidence, Measure, SideEffect


class ReportingApp(Measure):
    """Travellers know an app, or a number for messages, by which they report; it is one for the whole country."""

    evidence: ClassVar[Evidence] = "quasi-experiment"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "ministry", "police", "tram operator", "municipality")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("reports_rise", "workload", "privacy")
    prices: ClassVar[tuple[str, ...]] = ("cost_app_year",)

    measure: Literal["reporting_app"] = "reporting_app"

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the app."""
        return inputs.replace(reporting=replace(inputs.reporting, app=True))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the part of one station."""
        part = price(inputs.parameters, "cost_app_year").times(1 / inputs.parameters.cost_stations)
        return Cost(yearly=part, items=(("stations that share it", inputs.parameters.cost_stations),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: nothing is done on the ground."""
        return ()
