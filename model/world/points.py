"""The points of 1 m cells on the lattice on which lines of sight are followed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from model.world.fields import CELL_M, U8, Bool, Grid
from model.world.grid import LATTICE_M, lattice_points

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
PER_CELL = round(CELL_M / LATTICE_M)


@dataclass(frozen=True)
class Points:
    """The 1 m cells as the kernels want them.

    Attributes:
        x, y: (C,) lattice points, 1/8 m from the corner of the sheet.
        level: (C,) level ordinal.
        clear: flat raster of chessboard distances (in floor cells, at most 255) to the nearest cell that
            stops sight; columns: its width.
    """

    x: I64
    y: I64
    level: I64
    clear: U8
    columns: int


def make_points(grid: Grid) -> Points:
    """Return the lattice points of the cells and the raster on which lines of sight are followed."""
    x, y = lattice_points(grid, grid.cell_x, grid.cell_y)
    return Points(x, y, grid.cell_level.astype(np.int64), clearance(grid.blocked), grid.blocked.shape[1])


def clearance(blocked: Bool) -> U8:
    """Return for each cell the chessboard distance to the nearest blocked cell, flat, at most 255."""
    most = np.iinfo(np.uint8).max
    if not blocked.any():
        return np.full(blocked.size, most, np.uint8)
    distance = ndimage.distance_transform_cdt(~blocked, metric="chessboard")
    return np.asarray(np.minimum(distance, most), np.uint8).ravel()


def stand_clear(grid: Grid, x: F64, y: F64, level: I64) -> tuple[I64, I64]:
    """Return the lattice points from which lamps, cameras and the like at (x, y) shine or look.

    That is the nearest lattice point; for a thing that hangs on a wall it is the point of the nearest cell of
    its level, if that lies within a cell's length, so that a wall does not hide what is fixed to it.
    """
    rows, columns = grid.blocked.shape
    at_x, at_y = lattice_points(grid, x, y)
    at_x, at_y = np.clip(at_x, 1, 2 * columns - 1), np.clip(at_y, 1, 2 * rows - 1)
    touching = [grid.blocked[(at_y - v) // 2, (at_x - u) // 2] for v in (0, 1) for u in (0, 1)]
    for k in np.flatnonzero(np.any(touching, axis=0)):
        away = np.hypot(grid.cell_x - x[k], grid.cell_y - y[k])
        away[grid.cell_level != level[k]] = np.inf
        nearest = np.argmin(away)
        if away[nearest] <= CELL_M:
            on_x, on_y = lattice_points(grid, grid.cell_x[nearest], grid.cell_y[nearest])
            at_x[k], at_y[k] = int(on_x), int(on_y)
    return at_x, at_y
