"""Kiosks, columns and hedges on the floor: where nobody walks, what they hide, and how light passes over them."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from model.inputs.layout import Obstacle
from model.parameters import Parameters
from model.world.fields import CELL_M, FLOOR_M, Bool

FLOORS_PER_CELL = round(CELL_M / FLOOR_M)


def stops_sight(obstacle: Obstacle, parameters: Parameters) -> bool:
    """Return whether one cannot look past it: higher than a hedge, and wider than a narrow column."""
    p = parameters
    return obstacle.height_m > p.sight_hedge_height_m and width_m(obstacle) > p.sight_block_width_m


def width_m(obstacle: Obstacle) -> float:
    """Return the longer side of the smallest box around it, m."""
    return float(_sides(obstacle).max())


def draw_obstacles(obstacles: Sequence[Obstacle], x0: float, y0: float, nx: int, ny: int) -> Bool:
    """Return the 0.25 m cells on which obstacles stand, (4*ny, 4*nx).

    That are the cells whose middle lies inside; of a thing narrower than two cells also those that its outline
    crosses, so that a thin hedge has no gaps.

    Args:
        x0, y0, nx, ny: corner of the sheet and its size in metres.
    """
    covered = np.zeros((FLOORS_PER_CELL * ny, FLOORS_PER_CELL * nx), np.bool_)
    for obstacle in obstacles:
        shape = shapely.Polygon(obstacle.polygon)
        low_x, low_y, high_x, high_y = shape.bounds
        first_x, last_x = _span(low_x - x0, high_x - x0, covered.shape[1])
        first_y, last_y = _span(low_y - y0, high_y - y0, covered.shape[0])
        x = x0 + np.arange(first_x, last_x) * FLOOR_M
        y = y0 + np.arange(first_y, last_y)[:, None] * FLOOR_M
        x, y = np.broadcast_arrays(x, y)
        if _sides(obstacle).min() < 2 * FLOOR_M:
            hit = shapely.intersection(shape, shapely.box(x, y, x + FLOOR_M, y + FLOOR_M))
            here = shapely.area(hit) > 0
        else:
            here = shapely.contains_xy(shape, x + FLOOR_M / 2, y + FLOOR_M / 2)
        covered[first_y:last_y, first_x:last_x] |= here
    return covered


def _span(low: float, high: float, most: int) -> tuple[int, int]:
    """First and past-the-last cell of a stretch, kept on the sheet."""
    return max(0, int(low // FLOOR_M)), min(most, int(high // FLOOR_M) + 1)


def _sides(obstacle: Obstacle) -> NDArray[np.float64]:
    corners = np.asarray(shapely.Polygon(obstacle.polygon).minimum_rotated_rectangle.exterior.coords)
    return np.asarray(np.hypot(*np.diff(corners, axis=0)[:2].T), np.float64)
