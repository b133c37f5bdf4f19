"""Kiosk: a new shop front, with somebody behind it."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Obstacle, Shop
from scenarios.costs import Cost, Life, hours_a_year, price
from scenarios.measures.measure import Doer, Evidence, Fault3, Hours, SideEffect
from scenarios.measures.spots import AtPlaces, Place

MOST_SHOPS = 64  # whose fronts the fields of sight can hold
HEIGHT_M = 2.8


class Kiosk(AtPlaces):
    """A kiosk at each place, open in its hours; ``size_m`` 0 is one in an existing building, without a body."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "retailer", "municipality", "ProRail", "tram operator")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("blocked_sight", "crowding")
    prices: ClassVar[tuple[str, ...]] = ("cost_kiosk", "guard_cost_eur_per_hour_shop")
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("hours: 06:00-22:00", "zones: [square]")

    measure: Literal["kiosk"] = "kiosk"
    hours: Hours
    size_m: float = Field(2, ge=0, le=10, description="side of the kiosk on the floor, 0 when it takes none")

    def _body(self, name: str, at: Place) -> Obstacle:
        half, x, y = self.size_m / 2, at.x, at.y
        corners = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
        return Obstacle(name, "kiosk", at.level, corners, HEIGHT_M, owner=self.owner("retailer"))

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the kiosks in the layout; the front lies before the body."""
        layout, taken = inputs.layout, {shop.id for shop in inputs.layout.shops}
        new = [(name, at) for name, at in self.placed(layout) if name not in taken]
        shops = tuple(
            Shop(name, at.level, at.x, at.y - self.size_m, *self.hours, owner=self.owner("retailer"))
            for name, at in new
        )
        bodies = tuple(self._body(name, at) for name, at in new) if self.size_m > 0 else ()
        changed = replace(layout, shops=layout.shops + shops, obstacles=layout.obstacles + bodies)
        return inputs.replace(layout=changed)

    def cost(self, inputs: Inputs) -> Cost:
        """Return the kiosks, and their hours as far as they are subsidised: all of them."""
        p, number = inputs.parameters, len(self.placed(inputs.layout))
        hours = hours_a_year(*self.hours) * number
        return Cost(
            price(p, "cost_kiosk").times(number), price(p, "guard_cost_eur_per_hour_shop").times(hours),
            items=(("kiosks", number), ("shop hours a year", hours)), staff_hours=hours,
        )  # fmt: skip

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown places, or too many shops."""
        faults = super().wrong(layout)
        if not faults and len(layout.shops) + len(self.placed(layout)) > MOST_SHOPS:
            return [("per_zone", f"gives more than {MOST_SHOPS} shops", "ask for fewer")]
        return faults
