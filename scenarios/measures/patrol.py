"""Patrol: more people on duty, who go round."""

from dataclasses import replace
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from model.inputs.inputs import Inputs
from model.inputs.roster import OUTSIDE, Duty, GuardKind
from scenarios.costs import Cost, hours_a_year, price
from scenarios.measures.measure import Evidence, Hours, Measure, Words, clock


class Patrol(Measure):
    """``units`` more units are on duty every day; a pair that walks together counts as one unit.

    Side effects to report: more is detected, conflicts with staff, displacement; a fixed order can be learnt.
    """

    evidence: ClassVar[Evidence] = "RCT"

    measure: Literal["patrol"] = "patrol"
    who: GuardKind = Field(description="police, boa, guard, conductor or service")
    units: int = Field(1, ge=1, le=50, description="number of units, 1 to 50")
    hours: Hours
    zones: Words = Field(
        (), description="zone ids or kinds that are visited; all when left out; outside: comes in when called"
    )
    order: Literal["random", "fixed"] = Field("random", description="random or fixed order of the visits")
    visit_minutes: float = Field(15, gt=0, le=240, description="length of one visit in minutes, up to 240")
    away_minutes: float | None = Field(
        None, ge=0, le=120, description="minutes to the station of units with zones: [outside], who come when called"
    )

    @model_validator(mode="after")
    def _either(self) -> Self:
        if OUTSIDE in self.zones and len(self.zones) > 1:
            raise ValueError("zones: outside stands alone: who waits there goes no round")
        if self.away_minutes is not None and OUTSIDE not in self.zones:
            raise ValueError("away_minutes is for zones: [outside]")
        return self

    def _id(self, unit: int, taken: set[str]) -> str:
        """Return a name by content, so that the same patrol has the same luck in every scenario."""
        start, end = (clock(second) for second in self.hours)
        where = "+".join(self.zones) or "everywhere"
        name = f"patrol {self.who} {start}-{end} {where} {self.order} {self.visit_minutes:g}min {unit}"
        if self.away_minutes is not None:
            name += f" away {self.away_minutes:g}min"
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
                    kind=self.who,
                    start_s=self.hours[0],
                    end_s=self.hours[1],
                    zones=zones,
                    order=self.order,
                    visit_s=round(self.visit_minutes * 60),
                    owner=self.by or "NS",
                    away_s=None if self.away_minutes is None else round(self.away_minutes * 60),
                )
            )
        return inputs.replace(roster=replace(inputs.roster, duties=tuple(duties)))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the hours of all units, every day of the year."""
        hours = hours_a_year(*self.hours) * self.units
        hour = price(inputs.parameters, f"guard_cost_eur_per_hour_{self.who}")
        return Cost(yearly=hour.times(hours), items=(("hours a year", hours),))

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return tuple(zone for zone in self.zones if zone != OUTSIDE)
