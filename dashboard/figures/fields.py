"""From sums on 2 m cells to values that may be drawn: too little presence is merged upwards or left blank."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.sheet import PIXEL_M
from model.results import MAP_CELL_M
from model.world.fields import CELL_M, Grid

Array = NDArray[np.float64]

MIN_PRESENCE_S: Final = 600.0  # person-seconds in all evenings under which a mean score is not drawn
MIN_EVENTS_YEAR: Final = 5.0  # expected incidents a year under which a cell is not drawn
DAYS_A_YEAR: Final = 365.0
PER_AREA_M2: Final = 100.0
# sides, in cells, of the squares in which poor cells are pooled: scores up to 16 m, incidents up to 64 m
_MERGE_SCORES: Final = (2, 4, 8)
_MERGE_INCIDENTS: Final = (2, 4, 8, 16, 32)


def merge_up(
    weight: Array, walked: NDArray[np.bool_], minimum: float, sides: tuple[int, ...] = _MERGE_SCORES
) -> tuple[NDArray[np.int64], int]:
    """Pool cells that weigh too little with their likes in growing squares.

    A cell that weighs enough stays alone, so detail is lost only where there is little to see; each cell
    is in at most one group, so sums are kept.

    Args:
        weight: (ny, nx), not negative.
        walked: cells with floor; only they take part.
        minimum: what a group must weigh.
        sides: of the squares in cells, ascending.

    Returns:
        (ny, nx) number of the group, -1 for none, and the number of groups.
    """
    ny, nx = weight.shape
    group = np.full((ny, nx), -1, np.int64)
    rich = walked & (weight >= minimum)
    group[rich] = np.arange(int(rich.sum()))
    count = int(rich.sum())
    poor = walked & ~rich
    iy, ix = np.indices((ny, nx))
    for side in sides:
        across = nx // side + 1
        block = (iy // side) * across + ix // side
        pooled = np.bincount(block[poor], weight[poor], minlength=int(block.max()) + 1)
        enough = pooled >= minimum
        number = np.cumsum(enough) - 1 + count
        taken = poor & enough[block]
        group[taken] = number[block[taken]]
        count += int(enough.sum())
        poor &= ~taken
    return group, count


def group_sums(values: Array, group: NDArray[np.int64], count: int) -> Array:
    """Return the sum of each group, shape (count,)."""
    inside = group >= 0
    return np.bincount(group[inside], values[inside], minlength=count)[:count]


def spread_groups(values: Array, group: NDArray[np.int64]) -> Array:
    """Return the value of its group in each cell, NaN outside all groups."""
    out = np.full(group.shape, np.nan)
    inside = group >= 0
    out[inside] = values[group[inside]]
    return out


def score_fields(scores: list[Array], seconds: list[Array], area_m2: Array, days: int) -> list[Array]:
    """Return the mean score of each arm on cells that all arms share.

    Args:
        scores: sums of score times seconds of each arm, (ny, nx), averaged over days.
        seconds: person-seconds of each arm.
        area_m2: walkable area of each cell.
        days: number of days in the average.

    Returns:
        one (ny, nx) field an arm, score 1-10, NaN where somebody is seen too little in one of the arms.
    """
    weight = np.minimum.reduce(seconds)
    group, count = merge_up(weight, area_m2 > 0.0, MIN_PRESENCE_S / days)
    return [
        spread_groups(group_sums(s, group, count) / group_sums(t, group, count), group)
        for s, t in zip(scores, seconds, strict=True)
    ]


def incident_fields(expected: list[Array], area_m2: Array) -> list[Array]:
    """Return expected incidents a year per 100 m2 of each arm, on cells that all arms share.

    Args:
        expected: incidents a day of each arm, (ny, nx).
        area_m2: walkable area of each cell.

    Returns:
        one (ny, nx) field an arm, NaN where fewer than five a year are expected in every arm.
    """
    yearly = [e * DAYS_A_YEAR for e in expected]
    group, count = merge_up(np.maximum.reduce(yearly), area_m2 > 0.0, MIN_EVENTS_YEAR, _MERGE_INCIDENTS)
    area = group_sums(area_m2, group, count)
    return [spread_groups(group_sums(y, group, count) / area * PER_AREA_M2, group) for y in yearly]


def density_field(seconds: Array, area_m2: Array, window_s: float) -> Array:
    """Return persons present per 100 m2, mean over the simulated time; NaN where nobody can walk."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(area_m2 > 0.0, seconds / window_s / area_m2 * PER_AREA_M2, np.nan)


def light_field(grid: Grid, floor_lx: NDArray[np.float32]) -> Array:
    """Return lux at the floor on the 1 m cells of the sheet, (ny, nx), NaN where there is no floor."""
    out = np.full((grid.ny, grid.nx), np.nan)
    inside = grid.cell >= 0
    out[inside] = floor_lx[grid.cell[inside]]
    return out


def map_area(grid: Grid) -> Array:
    """Return the walkable area in m2 of each cell of the 2 m raster."""
    area = np.zeros((grid.ny, grid.nx))
    inside = grid.cell >= 0
    area[inside] = grid.cell_area_m2[grid.cell[inside]]
    side = round(MAP_CELL_M / CELL_M)
    rows, columns = -(-grid.ny // side), -(-grid.nx // side)
    padded = np.zeros((rows * side, columns * side))
    padded[: grid.ny, : grid.nx] = area
    return np.asarray(padded.reshape(rows, side, columns, side).sum(axis=(1, 3)))


def to_pixels(field: Array, cell_m: float, shape: tuple[int, int]) -> Array:
    """Return a field repeated on the pixels of the sheet, first row lowest y.

    Args:
        field: (rows, columns) on cells of ``cell_m``.
        cell_m: side of a cell of the field, a multiple of the pixel.
        shape: pixels of the sheet, (rows, columns).

    Raises:
        ValueError: the field does not cover the sheet.
    """
    times = round(cell_m / PIXEL_M)
    big = np.repeat(np.repeat(field, times, axis=0), times, axis=1)
    if big.shape[0] < shape[0] or big.shape[1] < shape[1]:
        raise ValueError(f"a field of {field.shape} cells of {cell_m} m does not cover {shape} pixels")
    return big[: shape[0], : shape[1]]
