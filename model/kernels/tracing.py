"""The way that somebody alone would walk along a direction field, step by step."""

import numpy as np

from model.kernels.compiling import kernel
from model.kernels.floor import floor_cell, step_on_floor
from model.kernels.presence import REACH
from model.kernels.walking import CODES, COSINE, GOAL, SINE, TAKE_PASSAGE

STEP_M = 0.125  # half a floor cell: no step jumps over one
MOST_POINTS = 40_000  # of a way: 5 km


@kernel()
def trace_route(codes, floor, nx4, ny4, x0, y0, floor_passage, end_x, end_y, x, y, points, ends):  # type: ignore[no-untyped-def]
    """Follow a direction field from (x, y) to its goal.

    Args:
        codes: (F,) uint8 of one destination, see ``model.world.fields.Routes``.
        floor, nx4, ny4, x0, y0: raster of floor cells, as the walking kernel reads it.
        floor_passage: (F,) the end of a passage whose box covers the cell, -1.
        end_x, end_y: (ends,) a point in each box; who takes passage end e surfaces at e ^ 1.
        x, y: start, m on the sheet.
        points: (n, 2) float64, out: places every ``STEP_M``.
        ends: (n,) int32, out: the end of the passage that is taken from this place, -1.

    Returns:
        How many places were written; 0 when the goal is not reached within n steps.
    """
    for k in range(points.shape[0]):
        cell = floor_cell(floor, nx4, ny4, x0, y0, x, y)
        if cell < 0:
            return 0
        points[k, 0], points[k, 1] = x, y
        ends[k] = -1
        code = np.int64(codes[cell])
        if code == GOAL:
            return k + 1
        if code == TAKE_PASSAGE:
            end = floor_passage[cell]
            if end < 0:
                return 0
            ends[k] = end
            x, y = end_x[end ^ 1], end_y[end ^ 1]
            continue
        if code >= CODES:
            return 0
        to_x, to_y = step_on_floor(floor, nx4, ny4, x0, y0, 0.0, x, y, STEP_M * COSINE[code], STEP_M * SINE[code])
        if to_x == x and to_y == y:
            return 0
        x, y = to_x, to_y
    return 0


@kernel()
def count_near(mask, cell, nx, ix, iy, along, reach, count, stamp, number):  # type: ignore[no-untyped-def]
    """Add one to ``count`` for every cell in sight within ``reach`` of a way, once however often it comes near.

    Args:
        mask: (C, 63) sight masks.  cell: flat raster of cell numbers, nx in a row.  ix, iy: (C,).
        along: cells of the way.  reach: whole cells.
        count: (C,), changed.  stamp: (C,), scratch: number of the way that was last near.  number: of this way.
    """
    for k in range(along.shape[0]):
        c = along[k]
        for dy in range(-reach, reach + 1):
            row = mask[c, REACH + dy] >> np.uint64(REACH - reach)
            for dx in range(-reach, reach + 1):
                if (row >> np.uint64(reach + dx)) & np.uint64(1) == 0 or dx * dx + dy * dy > reach * reach:
                    continue
                near = cell[(iy[c] + dy) * nx + ix[c] + dx]
                if near >= 0 and stamp[near] != number:
                    stamp[near] = number
                    count[near] += 1.0
