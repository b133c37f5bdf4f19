"""Who is near: the people within reach of somebody, and what they show, side by side."""

from collections import namedtuple

import numpy as np

from model.kernels.bins import cells_within
from model.kernels.compiling import inner
from model.kernels.lanes import LANES, near_lanes, occupied_lanes, pack_reals, pack_rows
from model.kernels.walkers import EX, EY, NEAR_MOST, STRIDE, X, Y
from model.kernels.words import WORD, popcount

AMONG = NEAR_MOST + 2 * LANES
DX, DY = X, Y  # of the numbers of people within reach, as the rows of ``look``
NEAR_REALS = (STRIDE + 1) * AMONG
REAL_BYTES, ROW_BYTES, WORD_BYTES = 8, 4, 8
WINDOW, STRETCHES = 5, 128
NOWHERE = -(2**40)  # a column that no window begins at

# what ``gather`` remembers and lists, as long as a call lasts
Around = namedtuple(
    "Around",
    [
        "window",  # first and last column, first and last row of the cells last looked at; how many stretches there
        # people in these cells, side by side: who stands in the same cell as the one before sees the same
        "first",  # cells with somebody before the stretch
        "inside",  # cells with somebody in it
        "shifts",  # how far on that the person stands who sees them over the seam of an endless corridor, m
        "who",  # ``AMONG`` rows of people within reach
        "near",  # ``AMONG`` numbers each of how far away they are (DX, DY) and of what they show
    ],
)


@inner(error_model="numpy", forceinline=True)
def list_window(bins, wrap_m, column_0, column_1, row_0, row_1, around):  # type: ignore[no-untyped-def]
    """List the rows of people who stand in a window of cells, as stretches; return how many stretches.

    Args:
        bins: ``Bins``, listed.
        wrap_m: period of an endless corridor, m, or 0.
        column_0, column_1, row_0, row_1: first and last of the cells, columns perhaps over the seam of the corridor.
        around: ``Around``.
    """
    columns, first, inside, shifts = bins.columns, around.first, around.inside, around.shifts
    bits, bits_row = bins.bits.ctypes.data, bins.bits.strides[0]
    before, before_row = bins.before.ctypes.data, bins.before.strides[0]
    low, high, shift, parts = max(column_0, 0), min(column_1, columns - 1), 0.0, 1
    if column_0 < 0 or column_1 >= columns:
        parts = 2  # the window reaches over the seam of an endless corridor
    stretches = np.int64(0)
    for part in range(parts):
        if part == 1:
            if column_0 < 0:
                low, high, shift = column_0 + columns, columns - 1, wrap_m
            else:
                low, high, shift = 0, column_1 - columns, -wrap_m
        at, cells = low // WORD, (np.uint64(1) << np.uint64(high - low + 1)) - np.uint64(1)
        for row in range(row_0, row_1 + 1, LANES):
            here, listed = bits + at * bits_row + WORD_BYTES * row, before + at * before_row + ROW_BYTES * row
            some = occupied_lanes(
                here, here + bits_row, listed, low % WORD, cells, row_1 + 1 - row, first, inside, stretches
            )  # fmt: skip
            for lane in range(LANES):
                shifts[stretches + lane] = shift
            stretches += np.int64(popcount(some))
    return stretches


@inner(error_model="numpy", forceinline=True)
def gather(look, bins, wrap_m, reach_m, per_m, i, around):  # type: ignore[no-untyped-def]
    """List the people within reach of row ``i``; return how many.

    People of neighbouring cells of a row lie side by side, and are looked at ``LANES`` at a time.

    Args:
        look: see ``WalkWork``.
        bins: ``Bins``, listed.
        wrap_m: period of an endless corridor, m, or 0.
        reach_m: m.
        per_m: 1 over the size of a cell, 1/m.
        i: row of the person.
        around: ``Around``.
    """
    window, who, near = around.window, around.who, around.near
    x, y = look[X, i], look[Y, i]
    reach2 = reach_m * reach_m
    column_0, column_1 = cells_within(bins.x0, per_m, bins.columns, x, reach_m, wrap_m)
    row_0, row_1 = cells_within(bins.y0, per_m, bins.rows, y, reach_m, 0.0)
    same = (column_0 == window[0]) & (column_1 == window[1]) & (row_0 == window[2]) & (row_1 == window[3])
    if not same:
        window[0], window[1], window[2], window[3] = column_0, column_1, row_0, row_1
        window[4] = list_window(bins, wrap_m, column_0, column_1, row_0, row_1, around)
    start, width, of_cell = look.ctypes.data, look.strides[0], bins.start
    found = np.int64(0)
    for stretch in range(window[4]):
        cells = np.uint64(around.first[stretch])
        begin, x_seen = np.int64(of_cell[cells]), x + around.shifts[stretch]
        end = np.int64(of_cell[cells + np.uint64(around.inside[stretch])])
        for first in range(begin, end, LANES):
            if found >= NEAR_MOST:
                break
            at = start + REAL_BYTES * first
            kept = near_lanes(at + X * width, at + Y * width, x_seen, y, reach2, first, end, i)
            pack_rows(first, kept, who, found)
            pack_reals(at + X * width, x_seen, kept, near, found + DX * AMONG)
            pack_reals(at + Y * width, y, kept, near, found + DY * AMONG)
            pack_reals(at + EX * width, 0.0, kept, near, found + EX * AMONG)
            pack_reals(at + EY * width, 0.0, kept, near, found + EY * AMONG)
            pack_reals(at + STRIDE * width, 0.0, kept, near, found + STRIDE * AMONG)
            found += np.int64(popcount(kept))
    for lane in range(LANES):  # behind them nobody, who is nowhere and shows nothing
        near[DX * AMONG + found + lane] = near[DY * AMONG + found + lane] = 0.0
        near[EX * AMONG + found + lane] = near[EY * AMONG + found + lane] = 0.0
    return found
