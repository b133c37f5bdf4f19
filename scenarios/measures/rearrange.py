"""Rearrange: lamps hung by hand where there are none, and lamps, cameras and help points moved, aimed or taken away."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.inputs.inputs import Inputs
from model.inputs.layout import Camera, Lamp, Layout, Spot, Zone
from scenarios.costs import Cost, Life, price
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.places import zones_around
from scenarios.measures.spots import Place

_MOVED: dict[type, str] = {Lamp: "cost_lamp", Camera: "cost_camera", Spot: "cost_help_point"}


class Hung(Place):
    """A new lamp."""

    lumen: float = Field(gt=0, le=100_000, description="light that it gives")
    height_m: float = Field(gt=0, le=20, description="height above the floor")


class Moved(BaseModel):
    """Where something that hangs or stands there goes; what is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    id: str = Field(min_length=1, max_length=100, description="id of a lamp, camera or help point")
    x: float | None = Field(None, ge=-100_000, le=100_000, description="metres on the sheet of the station")
    y: float | None = Field(None, ge=-100_000, le=100_000, description="metres on the sheet of the station")
    bearing_deg: float | None = Field(None, ge=-360, le=360, description="of a camera: 0 is along x, counter-clockwise")


Asset = Lamp | Camera | Spot


class Rearrange(Measure):
    """Single assets by hand. Moving or aiming one costs as much as a new one, taking one away costs nothing."""

    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("contrast",)
    prices: ClassVar[tuple[str, ...]] = ("cost_lamp", "cost_lamp_year", "cost_camera", "cost_help_point")
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("lamps: [{level: 0, x: 10.0, y: 5.0, lumen: 5000, height_m: 5}]",)

    measure: Literal["rearrange"] = "rearrange"
    lamps: Annotated[tuple[Hung, ...], Field(strict=False)] = Field(
        (), max_length=200, description="new lamps: level, x, y, lumen, height_m"
    )
    move: Annotated[tuple[Moved, ...], Field(strict=False)] = Field(
        (), max_length=200, description="what is moved or aimed: id, x, y, bearing_deg"
    )
    remove: Words = Field((), description="ids of lamps, cameras and help points that are taken away")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.lamps or self.move or self.remove):
            raise ValueError("needs lamps, something to move, or something to remove")
        return self

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the assets where they are now."""
        layout, moves = inputs.layout, {one.id: one for one in self.move}
        taken = {lamp.id for lamp in layout.lamps}
        new = tuple(
            Lamp(name, at.level, at.x, at.y, at.height_m, at.lumen, owner=self.owner())
            for at in self.lamps
            if (name := f"new lamp {at.level} {at.x:g} {at.y:g} {at.lumen:g} {at.height_m:g}") not in taken
        )
        changed = replace(
            layout,
            lamps=(*self._kept(layout.lamps, moves), *new),
            cameras=self._kept(layout.cameras, moves),
            spots=self._kept(layout.spots, moves),
        )
        return inputs.replace(layout=changed)

    def _kept[T: Asset](self, assets: tuple[T, ...], moves: dict[str, Moved]) -> tuple[T, ...]:
        return tuple(_moved(one, moves.get(one.id)) for one in assets if one.id not in self.remove)

    def cost(self, inputs: Inputs) -> Cost:
        """Return the new lamps with their upkeep, and the work on what is moved."""
        p, number, there = inputs.parameters, len(self.lamps), assets_of(inputs.layout)
        once, yearly = price(p, "cost_lamp").times(number), price(p, "cost_lamp_year").times(number)
        kinds = [_MOVED[type(there[one.id])] for one in self.move if one.id in there]
        for name in dict.fromkeys(kinds):
            once = once + price(p, name).times(kinds.count(name))
        return Cost(once, yearly, "built", (("lamps", number),))

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which the assets hang or stand, before and after."""
        there = assets_of(layout)
        named = [there[name] for name in (*self.remove, *(one.id for one in self.move)) if name in there]
        points = [(a.level, a.x, a.y) for a in named] + [(a.level, a.x, a.y) for a in self.lamps]
        for one in self.move:
            if one.id in there:
                now = _moved(there[one.id], one)
                points.append((now.level, now.x, now.y))
        return zones_around(layout, points)

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown ids and levels."""
        ids, levels = assets_of(layout), [level.ordinal for level in layout.levels]
        named = [("remove", name) for name in self.remove] + [("move", one.id) for one in self.move]
        unknown = [
            (field, f'"{name}" is no lamp, camera or help point of {layout.id}', nearest(name, ids))
            for field, name in named
            if name not in ids
        ]
        unknown += [
            ("lamps", f"{layout.id} has no level {at.level}", nearest(at.level, map(str, levels)))
            for at in self.lamps
            if at.level not in levels
        ]
        return super().wrong(layout) + unknown


def assets_of(layout: Layout) -> dict[str, Asset]:
    """Return what can be moved by hand, by id."""
    points = [spot for spot in layout.spots if spot.kind == "help_point"]
    found: list[Asset] = [*layout.lamps, *layout.cameras, *points]
    return {one.id: one for one in found}


def _moved[T: Asset](asset: T, to: Moved | None) -> T:
    if to is None:
        return asset
    update: dict[str, Any] = {key: v for key, v in (("x", to.x), ("y", to.y)) if v is not None}
    if to.bearing_deg is not None and isinstance(asset, Camera):
        update["bearing_deg"] = to.bearing_deg
    return replace(asset, **update)

