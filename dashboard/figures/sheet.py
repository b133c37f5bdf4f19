"""The floors of a station as pieces of paper: one tile a level, the long side horizontal, never mirrored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.markup import length
from model.inputs.layout import Layout, Platform, Point
from model.world.fields import FLOOR_M, Grid

PIXEL_M = 0.5  # side of a pixel of a map
_PER_PIXEL = round(PIXEL_M / FLOOR_M)
_MARGIN_M = 1.0
_TOO_NEAR_SHARE = 0.03  # platform numbers nearer than this share of the widest level are written as one
_FARTHER = 1.1
_LABEL_SHARE = 0.03  # distance of a platform number from its edge, as a share of the widest level


@dataclass(frozen=True)
class Tile:
    """One level, cut from the sheet.

    Attributes:
        ordinal, name: of the level.
        rows, columns: pixels of the sheet that the tile holds, as slices of a (4*ny/2, 4*nx/2) raster.
        floor: (rows, columns) True where people walk, as on the sheet (first row lowest y).
        width, height: metres of the tile as drawn.
        outline: path data of the walls in metres of the drawn tile.
        turned: drawn a quarter turn counter-clockwise.
        x0, y0: corner of the tile on the sheet.
    """

    ordinal: int
    name: str
    rows: slice
    columns: slice
    floor: NDArray[np.bool_]
    width: float
    height: float
    turned: bool
    x0: float
    y0: float
    outline: str = ""

    def paper(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the sheet in metres of the drawn tile, rightwards and downwards."""
        if self.turned:
            return self.y0 + self.width - y, self.x0 + self.height - x
        return x - self.x0, self.y0 + self.height - y

    def draw(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return pixels of the tile in the order of a picture: first row on top, turned where needed."""
        return np.ascontiguousarray(pixels.T[::-1, ::-1] if self.turned else pixels[::-1])


def floor_pixels(grid: Grid) -> NDArray[np.int16]:
    """Return the level ordinal of each pixel of the sheet, -32768 where nobody walks; first row lowest y."""
    rows, columns = grid.floor.shape
    level = np.full((rows, columns), np.iinfo(np.int16).min, np.int16)
    walked = grid.floor >= 0
    level[walked] = grid.floor_level[grid.floor[walked]]
    blocks = level.reshape(rows // _PER_PIXEL, _PER_PIXEL, columns // _PER_PIXEL, _PER_PIXEL)
    return np.asarray(blocks.max(axis=(1, 3)), np.int16)


def sheet_shape(grid: Grid) -> tuple[int, int]:
    """Return (rows, columns) of the sheet in pixels."""
    rows, columns = grid.floor.shape
    return rows // _PER_PIXEL, columns // _PER_PIXEL


def make_tiles(layout: Layout, grid: Grid, names: Mapping[int, str] | None = None) -> tuple[Tile, ...]:
    """Return the levels that have floor, largest first; all are turned when the largest stands upright.

    Args:
        layout: levels and walls.
        grid: of the same layout.
        names: of the levels by ordinal, in the language of the reader; else those of the layout.

    Raises:
        ValueError: the station has no floor.
    """
    levels = floor_pixels(grid)
    found = {level.ordinal: level.name for level in layout.levels if (levels == level.ordinal).any()}
    order = sorted(found, key=lambda o: -int((levels == o).sum()))
    if not order:
        raise ValueError("the station has no floor")
    boxes = {ordinal: _box(levels == ordinal) for ordinal in order}
    rows, columns = boxes[order[0]]
    turned = (rows.stop - rows.start) > (columns.stop - columns.start)
    tiles = []
    for ordinal in order:
        rows, columns = boxes[ordinal]
        wide, high = (columns.stop - columns.start) * PIXEL_M, (rows.stop - rows.start) * PIXEL_M
        width, height = (high, wide) if turned else (wide, high)
        corner = (grid.x0 + columns.start * PIXEL_M, grid.y0 + rows.start * PIXEL_M)
        floor = levels[rows, columns] == ordinal
        name = (names or found)[ordinal]
        tile = Tile(ordinal, name, rows, columns, floor, width, height, turned, *corner)
        tiles.append(replace(tile, outline=_outline(layout, tile)))
    return tuple(tiles)


def _box(inside: NDArray[np.bool_]) -> tuple[slice, slice]:
    margin = round(_MARGIN_M / PIXEL_M)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), min(inside.shape[0], int(rows[-1]) + 1 + margin)),
        slice(max(0, int(columns[0]) - margin), min(inside.shape[1], int(columns[-1]) + 1 + margin)),
    )


def _outline(layout: Layout, tile: Tile) -> str:
    """Return the walls of a level as path data; those that lie wholly off the tile are left out."""

    def on(point: tuple[float, float]) -> bool:
        return 0.0 <= point[0] <= tile.width and 0.0 <= point[1] <= tile.height

    lines = []
    for wall in layout.walls:
        if wall.level == tile.ordinal:
            a, b = tile.paper(wall.x1, wall.y1), tile.paper(wall.x2, wall.y2)
            if on(a) or on(b):
                lines.append(f"M{length(a[0])} {length(a[1])}L{length(b[0])} {length(b[1])}")
    return "".join(lines)


@dataclass(frozen=True, slots=True)
class Spot:
    """A word on a tile, at metres of the drawn tile."""

    ordinal: int
    label: str
    across: float
    down: float


def platform_spots(layout: Layout, tiles: tuple[Tile, ...]) -> tuple[Spot, ...]:
    """Return the platform numbers, each outside the end of the floor along its edge."""
    by_level = {tile.ordinal: tile for tile in tiles}
    level_of = {zone.id: zone.level for zone in layout.zones}
    away = _LABEL_SHARE * max(tile.width for tile in tiles)
    spots = []
    for platform in layout.platforms:
        tile = by_level.get(level_of[platform.zone])
        if tile is not None:
            across, down = _past_the_end(tile, _inner_edge(platform), away)
            spots.append(Spot(tile.ordinal, platform.id, across, down))
    return _joined(spots, _TOO_NEAR_SHARE * max(tile.width for tile in tiles))


def _joined(spots: list[Spot], least: float) -> tuple[Spot, ...]:
    """Return the spots with those too near to be read apart written as one (10/11)."""
    kept: list[Spot] = []
    for spot in spots:
        near = (
            k
            for k, other in enumerate(kept)
            if other.ordinal == spot.ordinal and math.hypot(other.across - spot.across, other.down - spot.down) < least
        )
        found = next(near, None)
        if found is None:
            kept.append(spot)
        else:
            other = kept[found]
            middle = ((other.across + spot.across) / 2, (other.down + spot.down) / 2)
            kept[found] = Spot(spot.ordinal, f"{other.label}/{spot.label}", *middle)
    return tuple(kept)


def _inner_edge(platform: Platform) -> tuple[Point, Point]:
    """Return the edge of a platform moved half-way into its strip, head first."""
    (ax, ay), (bx, by) = platform.edge
    cx = sum(p[0] for p in platform.strip) / len(platform.strip)
    cy = sum(p[1] for p in platform.strip) / len(platform.strip)
    mx, my = cx - (ax + bx) / 2, cy - (ay + by) / 2
    return (ax + mx, ay + my), (bx + mx, by + my)


def _past_the_end(tile: Tile, edge: tuple[Point, Point], away: float) -> Point:
    """Return the point of the drawn tile where the floor along an edge has ended, and some way on."""
    ends = [tile.paper(*point) for point in edge]
    middle = (tile.width / 2, tile.height / 2)
    near, far = sorted(ends)  # the right end, unless the left one lies farther out
    if math.dist(near, middle) > _FARTHER * math.dist(far, middle):
        near, far = far, near
    reach = math.hypot(far[0] - near[0], far[1] - near[1]) or 1.0
    step = ((far[0] - near[0]) / reach * PIXEL_M, (far[1] - near[1]) / reach * PIXEL_M)
    floor = tile.draw(tile.floor.astype(np.uint8))
    last, k = 0, 0
    while True:
        row, column = int((far[1] + k * step[1]) / PIXEL_M), int((far[0] + k * step[0]) / PIXEL_M)
        if not (0 <= row < floor.shape[0] and 0 <= column < floor.shape[1]):
            break
        last = k if floor[row, column] else last
        k += 1
    beyond = last + away / PIXEL_M
    return far[0] + beyond * step[0], far[1] + beyond * step[1]


def north_on_paper(north_deg: float | None, turned: bool) -> float | None:
    """Return the direction of the north as drawn, degrees counter-clockwise from the right."""
    if north_deg is None:
        return None
    return (north_deg + (90.0 if turned else 0.0)) % 360.0
