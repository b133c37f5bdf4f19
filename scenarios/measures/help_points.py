"""Help points: a button and a voice."""

from dataclasses import replace
from typing import ClassVar, Literal

from model.inputs.inputs import Inputs
from model.inputs.layout import Spot
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Doer, Evidence, SideEffect
from scenarios.measures.spots import AtPlaces


class HelpPoints(AtPlaces):
    """New help points: who is near calls sooner, who sees one feels a little safer."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "tram operator", "municipality")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("reports_rise",)
    prices: ClassVar[tuple[str, ...]] = ("cost_help_point", "cost_help_point_year")
    life: ClassVar[Life | None] = "electronics"
    example: ClassVar[tuple[str, ...]] = ("zones: [underpass]", "per_zone: 1")

    measure: Literal["help_points"] = "help_points"

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the help points in the layout."""
        layout = inputs.layout
        taken = {spot.id for spot in layout.spots}
        new = tuple(
            Spot(name, "help_point", at.level, at.x, at.y, owner=self.owner())
            for name, at in self.placed(layout)
            if name not in taken
        )
        return inputs.replace(layout=replace(layout, spots=layout.spots + new))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the help points with upkeep and answering."""
        p, number = inputs.parameters, len(self.placed(inputs.layout))
        once, yearly = price(p, "cost_help_point").times(number), price(p, "cost_help_point_year").times(number)
        return Cost(once, yearly, "electronics", (("help points", number),))
