"""Where a measure acts: zones by id or kind, the assets in them, and places for new ones."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from model.inputs.layout import Layout, Point, Zone

STEP_M: Final = 1.0  # raster on which places for new assets are chosen
ROUNDS: Final = 30  # of Lloyd's algorithm; a handful suffices


def zones_named(layout: Layout, words: Sequence[str]) -> tuple[Zone, ...]:
    """Return the zones with one of these ids or kinds, in the order of the layout; all without a word."""
    chosen = set(words)
    return tuple(z for z in layout.zones if not chosen or z.id in chosen or z.kind in chosen)


def zone_of_points(layout: Layout, points: Iterable[tuple[int, float, float]]) -> list[str]:
    """Return the id of the zone that each (level, x, y) belongs to.

    The smallest zone of the level that contains the point, else the nearest one; empty when the level
    has no zone. Ties go to the first in the layout.
    """
    by_level: dict[int, list[tuple[Zone, shapely.Polygon]]] = {}
    for zone in layout.zones:
        by_level.setdefault(zone.level, []).append((zone, shapely.Polygon(zone.polygon)))
    found = []
    for level, x, y in points:
        point = shapely.Point(x, y)
        here = by_level.get(level, [])
        best = min(here, key=lambda pair: (pair[1].distance(point), pair[1].area), default=None)
        found.append(best[0].id if best else "")
    return found


def spread_points(polygon: Sequence[Point], number: int) -> list[Point]:
    """Return ``number`` places spread evenly over a polygon, each in the middle of its share of the floor.

    Deterministic: Lloyd's algorithm on a raster of ``STEP_M``, started from the farthest points. Fewer places
    than asked for when the raster has fewer points; a sliver has its one representative point.
    """
    shape = shapely.Polygon(polygon)
    x0, y0, x1, y1 = shape.bounds
    xs, ys = np.arange(x0 + STEP_M / 2, x1, STEP_M), np.arange(y0 + STEP_M / 2, y1, STEP_M)
    grid = np.array([(x, y) for y in ys for x in xs], dtype=np.float64).reshape(-1, 2)
    inside = grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])]
    if len(inside) == 0:
        middle = shape.representative_point()
        return [(float(middle.x), float(middle.y))]
    places = inside[_farthest(inside, min(number, len(inside)))]
    for _ in range(ROUNDS):
        share = np.argmin(_distance2(inside, places), axis=1)
        middles = np.array([inside[share == i].mean(axis=0) for i in range(len(places))])
        moved = inside[np.argmin(_distance2(inside, middles), axis=0)]
        if len(np.unique(moved, axis=0)) < len(places) or np.array_equal(moved, places):
            break
        places = moved
    return [(float(x), float(y)) for x, y in places]


def _distance2(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    apart: NDArray[np.float64] = ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)
    return apart


def _farthest(points: NDArray[np.float64], number: int) -> list[int]:
    """Pick the point nearest to the middle, then always the one farthest from those picked."""
    picked = [int(np.argmin(_distance2(points, points.mean(axis=0, keepdims=True))))]
    nearest = _distance2(points, points[picked])[:, 0]
    while len(picked) < number:
        picked.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, _distance2(points, points[picked[-1:]])[:, 0])
    return picked


class Thing(Protocol):
    """Whatever stands at a point of a level."""

    @property
    def id(self) -> str:
        """Its stable name."""

    @property
    def level(self) -> int:
        """Ordinal of its level."""

    @property
    def x(self) -> float:
        """Metres on the sheet."""

    @property
    def y(self) -> float:
        """Metres on the sheet."""


def things_in[T: Thing](
    layout: Layout, things: Sequence[T], zones: Sequence[str], ids: Sequence[str] = ()
) -> tuple[T, ...]:
    """Return the things that stand in named zones, or are named themselves, or else all, in their order."""
    if not zones and not ids:
        return tuple(things)
    chosen = set(ids)
    if zones:
        named = {zone.id for zone in zones_named(layout, zones)}
        where = zone_of_points(layout, ((thing.level, thing.x, thing.y) for thing in things))
        chosen |= {thing.id for thing, zone in zip(things, where, strict=True) if zone in named}
    return tuple(thing for thing in things if thing.id in chosen)


def zones_around(layout: Layout, points: Iterable[tuple[int, float, float]]) -> tuple[Zone, ...]:
    """Return the zones in which points lie, in the order of the layout."""
    found = set(zone_of_points(layout, points))
    return tuple(zone for zone in layout.zones if zone.id in found)


def area_m2(zone: Zone) -> float:
    """Return the floor area of a zone."""
    return float(shapely.Polygon(zone.polygon).area)
