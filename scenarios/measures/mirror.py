"""Mirror: one sees round the corner, and is seen."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from model.inputs.layout import Mirror as Glass
from scenarios.costs import Cost, Life, price
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect
from scenarios.measures.places import zones_around
from scenarios.measures.spots import Place


class Facing(Place):
    """Where a mirror hangs and where it faces."""

    bearing_deg: float = Field(ge=-360, le=360, description="where it faces: 0 is along x, counter-clockwise")
    fov_deg: float = Field(180, gt=0, le=180, description="angle that it shows, 180 for a convex one on a wall")


class Mirror(Measure):
    """Convex mirrors at given places."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("ProRail", "NS", "municipality", "tram operator", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("upkeep",)
    prices: ClassVar[tuple[str, ...]] = ("cost_mirror",)
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("at: [{level: -1, x: 75.0, y: 12.0, bearing_deg: 270}]",)

    measure: Literal["mirror"] = "mirror"
    at: Annotated[tuple[Facing, ...], Field(strict=False)] = Field(
        min_length=1, description="where they hang: level, x, y, bearing_deg, fov_deg"
    )

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the mirrors in the layout."""
        layout, taken = inputs.layout, {mirror.id for mirror in inputs.layout.mirrors}
        new = [
            Glass(f"mirror {a.level} {a.x:g} {a.y:g} {a.bearing_deg:g}", a.level, a.x, a.y, a.bearing_deg, a.fov_deg,
                  owner=self.owner())
            for a in self.at
        ]  # fmt: skip
        mirrors = layout.mirrors + tuple(mirror for mirror in new if mirror.id not in taken)
        return inputs.replace(layout=replace(layout, mirrors=mirrors))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the mirrors."""
        return Cost(price(inputs.parameters, "cost_mirror").times(len(self.at)), items=(("mirrors", len(self.at)),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which they hang."""
        return zones_around(layout, ((place.level, place.x, place.y) for place in self.at))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown levels."""
        levels = [level.ordinal for level in layout.levels]
        unknown = [
            ("at", f"{layout.id} has no level {place.level}", nearest(place.level, map(str, levels)))
            for place in self.at
            if place.level not in levels
        ]
        return super().wrong(layout) + unknown
