"""Stop marker: a sign where a short train stops, so that nobody waits at the dark end."""

from dataclasses import replace
from typing import ClassVar, Literal

from model.inputs.inputs import Inputs
from model.inputs.layout import Spot
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Doer, Evidence, SideEffect
from scenarios.measures.spots import AtPlaces


class StopMarker(AtPlaces):
    """Markers of where the train, or its last carriage, stops: people wait there sooner."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("ProRail", "NS", "tram operator")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("clustering",)
    prices: ClassVar[tuple[str, ...]] = ("cost_stop_marker",)
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("zones: [platform]", "per_zone: 1")

    measure: Literal["stop_marker"] = "stop_marker"

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the markers in the layout."""
        layout = inputs.layout
        taken = {spot.id for spot in layout.spots}
        new = tuple(
            Spot(name, "stop_marker", at.level, at.x, at.y, owner=self.owner("ProRail"))
            for name, at in self.placed(layout)
            if name not in taken
        )
        return inputs.replace(layout=replace(layout, spots=layout.spots + new))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the markers."""
        number = len(self.placed(inputs.layout))
        return Cost(price(inputs.parameters, "cost_stop_marker").times(number), items=(("markers", number),))
