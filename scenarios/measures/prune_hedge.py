"""Prune a hedge: one looks over it, and nobody hides behind it."""

from dataclasses import replace
from typing import ClassVar, Literal

import shapely
from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Obstacle, Zone
from scenarios.costs import Cost, price
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.places import zones_named
from scenarios.measures.walls import zones_beside


class PruneHedge(Measure):
    """Hedges and bushes of the zones are kept at ``height_m``."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("municipality", "ProRail", "NS", "tram operator", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("less_growth",)
    prices: ClassVar[tuple[str, ...]] = ("cost_hedge_m_year",)
    example: ClassVar[tuple[str, ...]] = ("zones: [square]", "height_m: 0.9")

    measure: Literal["prune_hedge"] = "prune_hedge"
    zones: Words = Field((), description="zone ids or kinds whose hedges are meant; all when left out")
    hedges: Words = Field((), description="ids of single hedges, beside those of zones")
    height_m: float = Field(0.9, ge=0, le=3, description="how high they may be; up to 1.2 m people look over them")

    def chosen(self, layout: Layout) -> tuple[Obstacle, ...]:
        """Return the hedges that are too high."""
        hedges = [thing for thing in layout.obstacles if thing.kind == "hedge" and thing.height_m > self.height_m]
        if not self.zones and not self.hedges:
            return tuple(hedges)
        named = {zone.id for zone in zones_named(layout, self.zones)} if self.zones else set[str]()
        return tuple(h for h in hedges if h.id in self.hedges or zones_beside(layout, (), (h,))[0].id in named)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the hedges low."""
        layout = inputs.layout
        ids = {hedge.id for hedge in self.chosen(layout)}
        things = tuple(replace(o, height_m=self.height_m) if o.id in ids else o for o in layout.obstacles)
        return inputs.replace(layout=replace(layout, obstacles=things))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the work of a year by the length of the hedges, half of the way round them."""
        metres = sum(shapely.Polygon(hedge.polygon).length / 2 for hedge in self.chosen(inputs.layout))
        yearly = price(inputs.parameters, "cost_hedge_m_year").times(metres)
        return Cost(yearly=yearly, items=(("m of hedge", metres),))

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which the hedges stand."""
        return zones_beside(layout, (), self.chosen(layout))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown hedges, or that none is high."""
        ids = {thing.id for thing in layout.obstacles if thing.kind == "hedge"}
        faults = super().wrong(layout) + [
            ("hedges", f'"{name}" is no hedge of {layout.id}', nearest(name, ids))
            for name in self.hedges
            if name not in ids
        ]
        if not faults and not self.chosen(layout):
            return [("zones", f"there is no hedge higher than {self.height_m:g} m", "leave the measure out")]
        return faults
