"""Where travellers come in and go out."""

import numpy as np
import shapely
from numpy.typing import NDArray

from model.inputs.layout import Layout
from model.kernels.visiting import Doorways
from model.world.world import FLOOR_M, World


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
