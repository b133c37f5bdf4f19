"""The floors of a station as pieces of paper: one tile a level, the long side horizontal, never mirrored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.markup import length
from model.inputs.layout import Layout
from model.world.world import FLOOR_M, Grid

PIXEL_M = 0.5  # side of a pixel of a map
_PER_PIXEL = round(PIXEL_M / FLOOR_M)
_MARGIN_M = 1.0


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
    """

    ordinal: int
    name: str
    rows: slice
    columns: slice
    floor: NDArray[np.bool_]
    width: float
    height: float
    outline: str
    turned: bool

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


def make_tiles(layout: Layout, grid: Grid) -> tuple[Tile, ...]:
    """Return the levels that have floor, largest first; all are turned when the largest stands upright."""
    levels = floor_pixels(grid)
    boxes = {}
    for level in layout.levels:
        inside = levels == level.ordinal
        if inside.any():
            boxes[level.ordinal] = _box(inside, levels.shape)
    order = sorted(boxes, key=lambda o: -int((levels == o).sum()))
    if not order:
        raise ValueError("the station has no floor")
    rows, columns = boxes[order[0]]
    turned = (rows.stop - rows.start) > (columns.stop - columns.start)
    names = {level.ordinal: level.name for level in layout.levels}
    return tuple(_tile(layout, grid, levels, o, names[o], boxes[o], turned) for o in order)


def _box(inside: NDArray[np.bool_], shape: tuple[int, ...]) -> tuple[slice, slice]:
    margin = round(_MARGIN_M / PIXEL_M)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), min(shape[0], int(rows[-1]) + 1 + margin)),
        slice(max(0, int(columns[0]) - margin), min(shape[1], int(columns[-1]) + 1 + margin)),
    )


def _tile(
    layout: Layout,
    grid: Grid,
    levels: NDArray[np.int16],
    ordinal: int,
    name: str,
    box: tuple[slice, slice],
    turned: bool,
) -> Tile:
    rows, columns = box
    x0, y0 = grid.x0 + columns.start * PIXEL_M, grid.y0 + rows.start * PIXEL_M
    wide, high = (columns.stop - columns.start) * PIXEL_M, (rows.stop - rows.start) * PIXEL_M

    def point(x: float, y: float) -> str:
        across, down = (y0 + high - y, x0 + wide - x) if turned else (x - x0, y0 + high - y)
        return f"{length(across)} {length(down)}"

    def near(x: float, y: float) -> bool:
        return bool(x0 <= x <= x0 + wide and y0 <= y <= y0 + high)

    outline = "".join(
        f"M{point(w.x1, w.y1)}L{point(w.x2, w.y2)}"
        for w in layout.walls
        if w.level == ordinal and (near(w.x1, w.y1) or near(w.x2, w.y2))
    )
    drawn = (high, wide) if turned else (wide, high)
    floor = levels[rows, columns] == ordinal
    return Tile(ordinal, name, rows, columns, floor, drawn[0], drawn[1], outline, turned)


def north_on_paper(north_deg: float | None, turned: bool) -> float | None:
    """Return the direction of the north as drawn, degrees counter-clockwise from the right."""
    if north_deg is None:
        return None
    return (north_deg + (90.0 if turned else 0.0)) % 360.0
