"""What all measures share that bring people on duty."""

from dataclasses import replace
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from model.inputs.roster import OUTSIDE, PAIRS, Duty, GuardKind
from scenarios.costs import Cost, hours_a_year, price
from scenarios.measures.measure import Hours, Measure, Words, clock
from scenarios.measures.places import zones_named


class OnDuty(Measure):
    """``units`` more units are on duty every day; a pair that walks together counts as one unit."""

    units: int = Field(1, ge=1, le=50, description="number of units, 1 to 50")
    hours: Hours
    zones: Words = Field(
        (), description="zone ids or kinds that are visited; all when left out; outside: comes in when called"
    )
    order: Literal["random", "fixed"] = Field("random", description="random or fixed order of the visits")
    visit_minutes: float = Field(15, gt=0, le=240, description="length of one visit in minutes, up to 240")

    @model_validator(mode="after")
    def _alone_outside(self) -> Self:
        if OUTSIDE in self.zones and len(self.zones) > 1:
            raise ValueError("zones: outside stands alone: who waits there goes no round")
        return self

    def kind(self) -> GuardKind:
        """Return what the units are to everybody who sees them."""
        raise NotImplementedError

    def label(self) -> str:
        """Return the beginning of the names of the duties, by content: the key of their luck."""
        return f"{self.name} {self.kind()}"

    def traits(self, layout: Layout) -> dict[str, Any]:
        """Return further fields of the duties."""
        return {}

    def suffix(self) -> str:
        """Return the end of the names of the duties."""
        return ""

    def hour_price(self) -> str:
        """Return the row of the parameter table with the price of an hour."""
        return f"guard_cost_eur_per_hour_{self.kind()}"

    def people(self) -> int:
        """Return how many people a unit is."""
        return 2 if self.kind() in PAIRS else 1

    def paid(self) -> int:
        """Return how many times the price of an hour is paid for a unit: that of a pair is for both."""
        return 1 if self.kind() in PAIRS else self.people()

    def _id(self, unit: int, taken: set[str]) -> str:
        """Return a name by content, so that the same duty has the same luck in every scenario."""
        start, end = (clock(second) for second in self.hours)
        where = "+".join(self.zones) or "everywhere"
        name = f"{self.label()} {start}-{end} {where} {self.order} {self.visit_minutes:g}min {unit}"
        name += self.suffix()
        again = 1
        while (name if again == 1 else f"{name} again {again}") in taken:
            again += 1
        return name if again == 1 else f"{name} again {again}"

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the duties added to the roster."""
        layout, duties = inputs.layout, list(inputs.roster.duties)
        zones = self.zones or tuple(dict.fromkeys(zone.kind for zone in layout.zones))
        taken = {duty.id for duty in duties}
        for unit in range(1, self.units + 1):
            name = self._id(unit, taken)
            taken.add(name)
            duties.append(
                Duty(
                    id=name,
                    kind=self.kind(),
                    start_s=self.hours[0],
                    end_s=self.hours[1],
                    zones=zones,
                    order=self.order,
                    visit_s=round(self.visit_minutes * 60),
                    owner=self.by or "NS",
                    **self.traits(layout),
                )
            )
        return inputs.replace(roster=replace(inputs.roster, duties=tuple(duties)))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the hours of all units, every day of the year."""
        hours = hours_a_year(*self.hours) * self.units
        yearly = price(inputs.parameters, self.hour_price()).times(hours * self.paid())
        return Cost(yearly=yearly, items=(("hours a year", hours),), staff_hours=hours * self.people())

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return tuple(zone for zone in self.zones if zone != OUTSIDE)

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones on the round; who waits outside walks where the way leads."""
        return () if self.zones == (OUTSIDE,) else zones_named(layout, self.zone_words())
