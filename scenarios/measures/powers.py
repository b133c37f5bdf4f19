"""Powers: units that are on duty already may do more, or less, to who makes trouble."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from model.inputs.roster import PAIRS, Duty, Power, Roster
from scenarios.costs import Cost, price
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect, Words


class Powers(Measure):
    """Units of the roster, also those of a measure before this one, have just these powers; none: they only speak.

    Without ``ask`` nobody learns who was removed, so that nobody can be banned. Who gains a power is paid a course, an
    examination and training each year.
    """

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "police")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("staff_conflict", "detection")
    prices: ClassVar[tuple[str, ...]] = ("cost_powers_year",)
    example: ClassVar[tuple[str, ...]] = ("units: [guard]", "powers: [ask, remove, hold, fine]")

    measure: Literal["powers"] = "powers"
    units: Words = Field(min_length=1, description="ids or kinds of the duties that are meant: police, boa, guard, ...")
    powers: Annotated[tuple[Power, ...], Field(strict=False)] = Field(
        description="what they may do from now on: ask, remove, hold, fine; [] for nothing"
    )

    def meant(self, roster: Roster) -> tuple[Duty, ...]:
        """Return the duties whose powers change."""
        return tuple(
            duty
            for duty in roster.duties
            if (duty.id in self.units or duty.kind in self.units) and set(duty.may) != set(self.powers)
        )

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with other powers."""
        ids = {duty.id for duty in self.meant(inputs.roster)}
        duties = tuple(replace(d, powers=self.powers) if d.id in ids else d for d in inputs.roster.duties)
        return inputs.replace(roster=replace(inputs.roster, duties=duties))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the training of each person of the units that gain a power."""
        gaining = [duty for duty in self.meant(inputs.roster) if set(self.powers) - set(duty.may)]
        people = sum(2 if duty.kind in PAIRS else 1 for duty in gaining)
        yearly = price(inputs.parameters, "cost_powers_year").times(people)
        return Cost(yearly=yearly, items=(("people", people),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: people have powers, places have not."""
        return ()

    def misfits(self, inputs: Inputs) -> list[Fault3]:
        """Return that no such unit is on duty, or that it may do just that already."""
        faults = super().misfits(inputs)
        if faults or self.meant(inputs.roster):
            return faults
        known = {word for duty in inputs.roster.duties for word in (duty.id, duty.kind)}
        if known & set(self.units):
            return [("powers", "is what these units may do already", "name other powers, or leave it out")]
        return [("units", f"no unit on duty is {' or '.join(self.units)}", nearest(self.units[0], known))]
