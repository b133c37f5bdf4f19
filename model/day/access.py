"""Where travellers come in and go out."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from model.inputs.layout import Layout
from model.inputs.ways import ways_of
from model.kernels.visiting import Doorways
from model.world.fields import FLOOR_M
from model.world.grid import floor_numbers
from model.world.routes import cells_in, floor_middles, sections_of_strips
from model.world.world import World


def make_doorways(layout: Layout, world: World) -> tuple[Doorways, NDArray[np.int32]]:
    """Return the floor points of every access and, for each access, the 1 m cell in its middle."""
    g = world.grid
    per_m = round(1 / FLOOR_M)
    first, xs, ys, middle = [0], [], [], []
    for access in layout.accesses:
        area = shapely.Polygon(access.area)
        left, low, right, high = area.bounds
        columns = slice(max(0, int((left - g.x0) * per_m)), max(0, int((right - g.x0) * per_m) + 1))
        rows = slice(max(0, int((low - g.y0) * per_m)), max(0, int((high - g.y0) * per_m) + 1))
        fy, fx = np.nonzero(g.floor[rows, columns] >= 0)
        fy, fx = fy + rows.start, fx + columns.start
        x, y = g.x0 + (fx + 0.5) * FLOOR_M, g.y0 + (fy + 0.5) * FLOOR_M
        inside = shapely.contains_xy(area, x, y)
        if not inside.any():
            raise ValueError(f"access {access.id}: its area lies on no floor")
        xs.append(x[inside])
        ys.append(y[inside])
        first.append(first[-1] + int(inside.sum()))
        centre = np.argmin((x[inside] - x[inside].mean()) ** 2 + (y[inside] - y[inside].mean()) ** 2)
        middle.append(g.cell[fy[inside][centre] // per_m, fx[inside][centre] // per_m])
    ways = Doorways(np.array(first, np.int32), np.concatenate(xs), np.concatenate(ys))
    return ways, np.array(middle, np.int32)


def behind_gates(layout: Layout, world: World, section_m: float) -> NDArray[np.bool_]:
    """Tell for each access and platform (accesses, platforms) whether every way between them passes a closed gate.

    Args:
        section_m: length of the sections of a platform, as for the routes.
    """
    if not any(line.closed for line in layout.gate_lines):
        return np.zeros((len(layout.accesses), len(layout.platforms)), np.bool_)
    part = parts_without_gates(layout, world)
    x, y = floor_middles(world.grid)
    outside = [set(part[cells_in(access.area, x, y)].tolist()) for access in layout.accesses]
    cut = sections_of_strips(layout, world.grid, section_m)
    on = [set(part[np.concatenate(sections)].tolist()) for sections in cut]
    return np.array([[not here & there for there in on] for here in outside])


def gated_zones(layout: Layout, world: World) -> NDArray[np.bool_]:
    """Return the zones behind closed gates, (zones,): told so, or for more than half cut off by closed lines."""
    told = np.array([zone.gated for zone in layout.zones], np.bool_)
    if not any(line.closed for line in layout.gate_lines):
        return told
    grid, zones = world.grid, len(layout.zones)
    part = parts_without_gates(layout, world)
    x, y = floor_middles(grid)
    free = np.unique(np.concatenate([part[cells_in(access.area, x, y)] for access in layout.accesses]))
    paid = ~np.isin(part[floor_numbers(grid, grid.cell_x, grid.cell_y)], free)
    share = np.bincount(grid.cell_zone, paid, zones) / np.maximum(np.bincount(grid.cell_zone, minlength=zones), 1)
    return np.asarray(told | (share > 0.5), np.bool_)


def parts_without_gates(layout: Layout, world: World) -> NDArray[np.int64]:
    """Return for each floor cell the number of the piece of floor, passages but no gates included, (F,)."""
    parts, count = ndimage.label(world.grid.floor >= 0)
    part = parts[world.grid.floor >= 0]
    x, y = floor_middles(world.grid)
    pairs = [np.zeros((0, 2), np.int64)]
    for way in ways_of(layout):
        if way.kind != "gate":
            a, b = (np.unique(part[cells_in(box, x, y)]) for box in (way.box_a, way.box_b))
            pairs.append(np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2))
    a, b = np.concatenate(pairs).T
    links = coo_array((np.ones(len(a)), (a, b)), shape=(count + 1, count + 1))
    _, joined = connected_components(links, directed=False)
    return np.asarray(joined[part], np.int64)
