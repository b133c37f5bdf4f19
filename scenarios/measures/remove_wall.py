"""Remove a wall or a kiosk: one sees farther, and nobody hides behind it."""

from dataclasses import replace
from typing import Any, ClassVar, Literal

import shapely
from pydantic import Field, model_validator

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Obstacle, Zone
from scenarios.costs import Cost, Life, price
from scenarios.faults import nearest
from scenarios.measures.measure import Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.walls import length_m, walls_named, wrong_walls, zones_beside


class RemoveWall(Measure):
    """Walls, and kiosks or other things that stand in the way, are taken away; a kiosk takes its shop with it."""

    evidence: ClassVar[Evidence] = "survey"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("lost_shop", "less_shelter")
    prices: ClassVar[tuple[str, ...]] = ("cost_wall_removal", "cost_wall_removal_m2")
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("walls: [hedge-a, hedge-b]",)

    measure: Literal["remove_wall"] = "remove_wall"
    walls: Words = Field((), description="ids of walls that are taken away")
    obstacles: Words = Field((), description="ids of kiosks or other obstacles that are taken away")

    @model_validator(mode="before")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.get("walls") and not value.get("obstacles"):
            raise ValueError("needs walls or obstacles that are taken away")
        return value

    def _things(self, layout: Layout) -> tuple[Obstacle, ...]:
        return tuple(thing for thing in layout.obstacles if thing.id in self.obstacles)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs without them."""
        layout = inputs.layout
        gone = [thing.id for thing in self._things(layout)]
        changed = replace(
            layout,
            walls=tuple(wall for wall in layout.walls if wall.id not in self.walls),
            obstacles=tuple(thing for thing in layout.obstacles if thing.id not in gone),
            shops=tuple(shop for shop in layout.shops if shop.id not in gone),
        )
        return inputs.replace(layout=changed)

    def cost(self, inputs: Inputs) -> Cost:
        """Return each removal and its surface: walls from floor to ceiling, of things their sides."""
        p, layout = inputs.parameters, inputs.layout
        walls, things = walls_named(layout, self.walls), self._things(layout)
        surface = length_m(walls) * p.cost_wall_height_m
        surface += sum(shapely.Polygon(thing.polygon).length * thing.height_m for thing in things)
        number = len(walls) + len(things)
        once = price(p, "cost_wall_removal").times(number) + price(p, "cost_wall_removal_m2").times(surface)
        return Cost(once=once, items=(("removals", number), ("m2", surface)))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which they stand."""
        return zones_beside(layout, walls_named(layout, self.walls), self._things(layout))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown walls and obstacles."""
        ids = {thing.id for thing in layout.obstacles}
        unknown = [
            ("obstacles", f'"{name}" is no obstacle of {layout.id}', nearest(name, ids))
            for name in self.obstacles
            if name not in ids
        ]
        return wrong_walls(layout, self.walls) + unknown + super().wrong(layout)
