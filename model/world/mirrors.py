"""Who sees whom in a mirror: links of one bounce between cells that do not see each other directly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import Mirror
from model.kernels.rays import seen_from
from model.parameters import Parameters
from model.world.fields import I32, REACH, U64, Bool, Grid
from model.world.grid import LATTICE_M
from model.world.points import PER_CELL, Points, stand_clear

F64 = NDArray[np.float64]
_HALF_TURN_DEG = np.degrees(np.pi)


@dataclass(frozen=True)
class Links:
    """What mirrors add to the cells in sight.

    Attributes:
        row: (C,) row of ``mask`` that belongs to the cell, -1 where no mirror shows anything.
        mask: (M, 63) windows of cells that are seen in a mirror and not directly, as ``Sight.mask``.
    """

    row: I32
    mask: U64


def no_links(cells: int) -> Links:
    """Return the links of a place without mirrors."""
    return Links(np.full(cells, -1, np.int32), np.zeros((0, 2 * REACH + 1), np.uint64))


def views(
    mirrors: Sequence[Mirror], grid: Grid, points: Points, parameters: Parameters
) -> tuple[Bool, F64]:
    """Return which cells see each mirror from its front, and how far they are from it, (mirrors, C) each, m."""
    x, y = np.array([m.x for m in mirrors], np.float64), np.array([m.y for m in mirrors], np.float64)
    level = np.array([m.level for m in mirrors], np.int64)
    at_x, at_y = stand_clear(grid, x, y, level)
    seen = seen_from(
        at_x, at_y, level, parameters.sight_mirror_reach_m, points.x, points.y, points.level, points.clear,
        points.columns, LATTICE_M,
    )  # fmt: skip
    dx, dy = grid.cell_x - x[:, None], grid.cell_y - y[:, None]
    for k, mirror in enumerate(mirrors):
        off = np.degrees(np.arctan2(dy[k], dx[k])) - mirror.bearing_deg
        seen[k] &= np.abs((off + _HALF_TURN_DEG) % (2 * _HALF_TURN_DEG) - _HALF_TURN_DEG) <= mirror.fov_deg / 2
    return np.asarray(seen, np.bool_), np.asarray(np.hypot(dx, dy), np.float64)


def make_links(
    mirrors: Sequence[Mirror], grid: Grid, points: Points, mask: U64, parameters: Parameters
) -> Links:
    """Link the cells that see the same mirror, over a way of at most ``sight_mirror_reach_m``.

    Args:
        mask: (C, 63) cells in sight directly; those get no link.
    """
    cells = len(points.x)
    if not mirrors:
        return no_links(cells)
    full = np.zeros_like(mask)
    for seen, away in zip(*views(mirrors, grid, points, parameters), strict=True):
        group = np.flatnonzero(seen)
        for p in group:
            others = group[away[group] + away[p] <= parameters.sight_mirror_reach_m]
            rows = REACH + points.y[others] // PER_CELL - points.y[p] // PER_CELL
            bits = REACH + points.x[others] // PER_CELL - points.x[p] // PER_CELL
            np.bitwise_or.at(full[p], rows, np.uint64(1) << bits.astype(np.uint64))
    full &= ~mask
    linked = np.flatnonzero(full.any(axis=1))
    row = np.full(cells, -1, np.int32)
    row[linked] = np.arange(len(linked))
    return Links(row, full[linked])


def whole_mask(links: Links) -> U64:
    """Return the windows of all cells, (C, 63), empty where no mirror shows anything."""
    full = np.zeros((len(links.row), links.mask.shape[1]), np.uint64)
    full[links.row >= 0] = links.mask
    return full
