"""Shop hours: shops stay open longer, and somebody is there."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Shop, Zone
from scenarios.costs import DAYS_A_YEAR, SECONDS_AN_HOUR, Cost, price
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Hours, Measure, SideEffect, Words
from scenarios.measures.places import things_in, zones_around


class ShopHours(Measure):
    """The chosen shops are open at least in these hours; who pays for it makes good their loss."""

    evidence: ClassVar[Evidence] = "survey"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "retailer", "municipality", "ProRail")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("crowding",)
    prices: ClassVar[tuple[str, ...]] = ("guard_cost_eur_per_hour_shop",)
    example: ClassVar[tuple[str, ...]] = ("hours: 06:00-00:30",)

    measure: Literal["shop_hours"] = "shop_hours"
    hours: Hours
    zones: Words = Field((), description="zone ids or kinds whose shops are meant; all when left out")
    shops: Words = Field((), description="ids of single shops, beside those of zones")

    def chosen(self, layout: Layout) -> tuple[Shop, ...]:
        """Return the shops that are meant."""
        return things_in(layout, layout.shops, self.zones, self.shops)

    def _longer(self, shop: Shop) -> Shop:
        opens, closes = min(shop.opens_s, self.hours[0]), max(shop.closes_s, self.hours[1])
        return replace(shop, opens_s=opens, closes_s=closes)

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the shops open longer."""
        ids = {shop.id for shop in self.chosen(inputs.layout)}
        shops = tuple(self._longer(shop) if shop.id in ids else shop for shop in inputs.layout.shops)
        return inputs.replace(layout=replace(inputs.layout, shops=shops))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the hours that shops are open more, every day of the year."""
        more = 0
        for shop in self.chosen(inputs.layout):
            new = self._longer(shop)
            more += (new.closes_s - new.opens_s) - (shop.closes_s - shop.opens_s)
        hours = more / SECONDS_AN_HOUR * DAYS_A_YEAR
        yearly = price(inputs.parameters, "guard_cost_eur_per_hour_shop").times(hours)
        return Cost(yearly=yearly, items=(("shop hours a year", hours),), staff_hours=hours)

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which the shops are."""
        return zones_around(layout, ((shop.level, shop.x, shop.y) for shop in self.chosen(layout)))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones and shops, or that there is none."""
        ids = {shop.id for shop in layout.shops}
        unknown = [shop for shop in self.shops if shop not in ids]
        faults = super().wrong(layout)
        faults += [("shops", f'"{shop}" is no shop of {layout.id}', nearest(shop, ids)) for shop in unknown]
        if not faults and not self.chosen(layout):
            return [("zones", "there is no shop", "name zones with a shop, or add one by the measure kiosk")]
        return faults
