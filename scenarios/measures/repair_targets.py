"""Repair targets: an owner repairs faster."""

from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.upkeep import Repair
from scenarios.costs import Cost, price
from scenarios.measures.keeping import OwnersPromise, with_upkeep
from scenarios.measures.measure import Doer, Evidence, SideEffect


class RepairTargets(OwnersPromise):
    """Half of what is broken on the ground of an owner is repaired after ``days``."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private", "retailer")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("workload",)
    prices: ClassVar[tuple[str, ...]] = ("cost_repair_fast_year",)
    example: ClassVar[tuple[str, ...]] = ("of: municipality", "days: 3")

    measure: Literal["repair_targets"] = "repair_targets"
    days: float = Field(gt=0, le=365, description="median days from report to repair")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the owner's target."""
        others = tuple(one for one in inputs.upkeep.repair if one.owner != self.of)
        return with_upkeep(inputs, repair=(*others, Repair(self.of, self.days)))

    def cost(self, inputs: Inputs) -> Cost:
        """Return what keeping the target costs for each lamp, camera and other asset of the owner."""
        layout = inputs.layout
        owners = [x.owner for x in layout.lamps] + [x.owner for x in layout.cameras] + [x.owner for x in layout.spots]
        number = owners.count(self.of)
        yearly = price(inputs.parameters, "cost_repair_fast_year").times(max(1, number))
        return Cost(yearly=yearly, items=(("assets", number),))
