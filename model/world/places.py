"""Places where guards patrol and offenders linger: spread over all zones, by a rule without luck."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from model.inputs.layout import Layout
from model.parameters import Parameters
from model.world.fields import I16, I32, Bool, Grid

F64 = NDArray[np.float64]


def choose_places(layout: Layout, grid: Grid, reached: Bool, parameters: Parameters) -> tuple[I32, I16]:
    """Choose at most ``route_places`` cells: the largest zone of each kind, then always the farthest.

    Every zone offers the cell that is farthest from walls and from other zones; a long zone offers one per
    ``route_place_m`` of its length.

    Args:
        layout: zones are read.
        grid: of the same layout.
        reached: (C,) cells from which an access can be reached; others are no places.
        parameters: rows route_places, route_place_m.

    Returns:
        (places,) 1 m cells, and the zone index of each.
    """
    depth = _depth(grid)
    cells: list[int] = []
    sizes: list[int] = []
    for zone in range(len(layout.zones)):
        members = np.flatnonzero((grid.cell_zone == zone) & reached)
        if len(members):
            offered = _offered(grid, members, depth, parameters.route_place_m)
            cells += offered
            sizes += [len(members)] * len(offered)
    chosen = _spread(layout, grid, np.array(cells, np.int64), np.array(sizes), int(parameters.route_places))
    return chosen.astype(np.int32), grid.cell_zone[chosen].astype(np.int16)


def _depth(grid: Grid) -> F64:
    """Return for each cell the distance in cells to the next cell of another zone or without floor."""
    zone = np.full((grid.ny + 2, grid.nx + 2), -1, np.int32)
    inner = zone[1:-1, 1:-1]
    inner[grid.cell >= 0] = grid.cell_zone
    same = np.ones(zone.shape, np.bool_)
    for axis in (0, 1):
        for step in (-1, 1):
            same &= np.roll(zone, step, axis) == zone
    distance = ndimage.distance_transform_edt(same & (zone >= 0))
    return np.asarray(distance[1:-1, 1:-1][grid.cell >= 0], np.float64)


def _offered(grid: Grid, members: NDArray[np.int64], depth: F64, every_m: float) -> list[int]:
    """Return the deepest cell of each stretch of a zone along its longer side."""
    x, y = grid.cell_x[members], grid.cell_y[members]
    along = x - x.min() if np.ptp(x) >= np.ptp(y) else y - y.min()
    stretches = max(1, round(float(along.max()) / every_m))
    which = np.minimum((along / (along.max() + 1) * stretches).astype(np.int64), stretches - 1)
    offered = []
    for stretch in range(stretches):
        part = members[which == stretch]
        if len(part):
            dx, dy = (
                grid.cell_x[part] - grid.cell_x[part].mean(),
                grid.cell_y[part] - grid.cell_y[part].mean(),
            )
            # deepest; of equals the most central, then the first
            best = np.lexsort((np.round(np.hypot(dx, dy)), -np.round(depth[part])))[0]
            offered.append(int(part[best]))
    return offered


def _spread(
    layout: Layout, grid: Grid, cells: NDArray[np.int64], sizes: NDArray[np.int64], most: int
) -> NDArray[np.int64]:
    kinds = np.array([layout.zones[z].kind for z in grid.cell_zone[cells]])
    x, y = grid.cell_x[cells].astype(np.float64), grid.cell_y[cells].astype(np.float64)
    chosen = [int(np.flatnonzero(kinds == kind)[np.argmax(sizes[kinds == kind])]) for kind in sorted(set(kinds))]
    away = np.full(len(cells), np.inf)
    for k in chosen:
        away = np.minimum(away, np.hypot(x - x[k], y - y[k]))
    while len(chosen) < min(most, len(cells)):
        k = int(np.argmax(away))
        if away[k] == 0:
            break
        chosen.append(k)
        away = np.minimum(away, np.hypot(x - x[k], y - y[k]))
    return np.sort(cells[chosen[:most]])


def around_place(grid: Grid, cell: int) -> I32:
    """Return the cell and its neighbours of the same zone: large enough that nobody steps over it."""
    row, column = np.argwhere(grid.cell == cell)[0]
    block = grid.cell[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].ravel()
    block = block[block >= 0]
    return np.asarray(block[grid.cell_zone[block] == grid.cell_zone[cell]], np.int32)
