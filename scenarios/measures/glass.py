"""Glass: a wall that one sees through."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.walls import length_m, walls_named, wrong_walls, zones_beside


class Glass(Measure):
    """Walls make room for glass: people still walk round them, and see and light go through."""

    evidence: ClassVar[Evidence] = "survey"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("upkeep",)
    prices: ClassVar[tuple[str, ...]] = ("cost_glass_m",)
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("walls: [w15]",)

    measure: Literal["glass"] = "glass"
    walls: Words = Field(min_length=1, description="ids of walls that become glass")

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the walls of glass."""
        layout = inputs.layout
        walls = tuple(replace(wall, kind="glass") if wall.id in self.walls else wall for wall in layout.walls)
        return inputs.replace(layout=replace(layout, walls=walls))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the glass by its length."""
        metres = length_m(walls_named(inputs.layout, self.walls))
        return Cost(price(inputs.parameters, "cost_glass_m").times(metres), items=(("m of glass", metres),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones beside the walls."""
        return zones_beside(layout, walls_named(layout, self.walls), ())

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown walls, and those that are of glass already."""
        return wrong_walls(layout, self.walls) + super().wrong(layout)
