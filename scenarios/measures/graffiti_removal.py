"""Graffiti removal: a tag is gone within days."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.upkeep import Repair
from model.world.disorder import upkeep_of, zone_areas
from scenarios.costs import DAYS_A_YEAR, Cost, price
from scenarios.measures.keeping import OwnersPromise, with_upkeep
from scenarios.measures.measure import Doer, Evidence, SideEffect


class GraffitiRemoval(OwnersPromise):
    """On the ground of an owner half of all tags are gone after ``days``, however fast he repairs else."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private", "retailer")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("nothing_known",)
    prices: ClassVar[tuple[str, ...]] = ("cost_graffiti_m2",)
    example: ClassVar[tuple[str, ...]] = ("of: ProRail", "days: 1")

    measure: Literal["graffiti_removal"] = "graffiti_removal"
    days: float = Field(1, gt=0, le=365, description="median days until a tag is gone")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the owner's promise."""
        others = tuple(one for one in inputs.upkeep.graffiti if one.owner != self.of)
        return with_upkeep(inputs, graffiti=(*others, Repair(self.of, self.days)))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the surface of all tags of a year on his ground."""
        p = inputs.parameters
        sources = upkeep_of(inputs)[0]
        mine = np.array([zone.owner == self.of for zone in inputs.layout.zones])
        tags = float((sources.tags * sources.scale * zone_areas(inputs.layout.zones))[mine].sum()) * DAYS_A_YEAR
        yearly = price(p, "cost_graffiti_m2").times(tags * p.cost_graffiti_tag_m2)
        return Cost(yearly=yearly, items=(("tags a year", tags),))
