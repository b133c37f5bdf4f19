"""Body cameras: staff who wear one are attacked less, and colleagues near them a little less."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from model.inputs.roster import GUARD_KINDS, PAIRS, Duty, GuardKind, Roster
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect


class BodyCams(Measure):
    """Everybody on duty of the given kinds wears a body camera, also who came by a measure before this one."""

    evidence: ClassVar[Evidence] = "RCT"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "tram operator", "municipality", "police", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("privacy",)
    prices: ClassVar[tuple[str, ...]] = ("cost_bodycam", "cost_bodycam_year")
    life: ClassVar[Life | None] = "electronics"
    example: ClassVar[tuple[str, ...]] = ("kinds: [boa, guard, conductor, service]",)

    measure: Literal["body_cams"] = "body_cams"
    kinds: Annotated[tuple[GuardKind, ...], Field(strict=False)] = Field(
        GUARD_KINDS, min_length=1, description="whose: police, boa, guard, conductor, service; all when left out"
    )

    def wearers(self, roster: Roster) -> tuple[Duty, ...]:
        """Return the duties whose people get a camera."""
        return tuple(duty for duty in roster.duties if duty.kind in self.kinds and not duty.body_cam)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with cameras on the duties."""
        ids = {duty.id for duty in self.wearers(inputs.roster)}
        duties = tuple(replace(d, body_cam=True) if d.id in ids else d for d in inputs.roster.duties)
        return inputs.replace(roster=replace(inputs.roster, duties=duties))

    def cost(self, inputs: Inputs) -> Cost:
        """Return a camera for each person on duty; in other hours others wear it."""
        number = sum(2 if duty.kind in PAIRS else 1 for duty in self.wearers(inputs.roster))
        p = inputs.parameters
        return Cost(
            price(p, "cost_bodycam").times(number), price(p, "cost_bodycam_year").times(number), "electronics",
            (("body cameras", number),),
        )  # fmt: skip

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return no zone: it is worn, and hangs nowhere."""
        return ()

    def misfits(self, inputs: Inputs) -> list[Fault3]:
        """Return that nobody is on duty who could wear one."""
        faults = super().misfits(inputs)
        if not faults and not self.wearers(inputs.roster):
            remedy = "name kinds that are on duty here, or give a patrol before it"
            return [("kinds", f"nobody without a camera is on duty: {', '.join(self.kinds)}", remedy)]
        return faults
