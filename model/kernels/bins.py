"""Neighbour lists: people sorted into square cells, cheap to refill and indifferent to the size of the sheet.

Looping over everybody within ``r`` metres (at most 31 cells) of a point ``(x, y)`` inside a compiled function::

    column_0, column_1 = columns_within(bins, x, r)      # both ends belong to the range
    row_0, row_1 = rows_within(bins, y, r)
    rows = occupied_rows(bins.row_bits, row_0, row_1)
    while rows != 0:
        row = row_0 + np.int64(lowest_bit(rows))
        rows &= rows - np.uint64(1)
        cells = occupied(bins.bits, row, column_0, column_1)
        while cells != 0:
            j = bins.head[row * bins.columns + column_0 + np.int64(lowest_bit(cells))]
            cells &= cells - np.uint64(1)
            while j >= 0:
                ...                                       # test the distance to (bins' x[j], y[j])
                j = bins.next[j]

The order of that loop is: cells row by row, and inside a cell by entity number. It does not depend on who
else exists, so sums over neighbours keep their last bit when somebody is added elsewhere.
"""

from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.lanes import LANES
from model.kernels.words import WORD

Bins = namedtuple(
    "Bins",
    [
        "head",  # (rows * columns,) int32: first slot in the cell, -1 for nobody
        "next",  # (slots,) int32: next slot in the same cell, -1 at the end
        "bits",  # (words, rows + LANES) uint64: which cells of a row hold somebody; the last word and rows are always 0
        "row_bits",  # (words,) uint64: which rows hold somebody; the last word is always 0
        # for whoever lists people cell by cell
        "before",  # (words, rows + LANES) int32: how many cells hold somebody before those of a word of ``bits``
        "start",  # (slots + 1,) int32: of each cell that holds somebody, the first in that list; its length at the end
        "touched",  # (slots,) int64: cells filled by the last call
        "count",  # (1,) int64: how many of ``touched``
        "columns",  # int
        "rows",  # int
        "x0",  # float, corner of cell (0, 0), m
        "y0",
        "size_m",  # float, side of a cell
    ],
)


def make_bins(x0: float, y0: float, width_m: float, height_m: float, size_m: float, slots: int) -> Bins:
    """Return empty bins over a sheet of ``width_m`` by ``height_m`` for at most ``slots`` people."""
    columns = max(1, int(np.ceil(width_m / size_m - 1e-9)))
    rows = max(1, int(np.ceil(height_m / size_m - 1e-9)))
    return Bins(
        np.full(rows * columns, -1, np.int32),
        np.full(slots, -1, np.int32),
        np.zeros((columns // WORD + 2, rows + LANES), np.uint64),
        np.zeros(rows // WORD + 2, np.uint64),
        np.zeros((columns // WORD + 2, rows + LANES), np.int32),
        np.zeros(slots + 1, np.int32),
        np.zeros(slots, np.int64),
        np.zeros(1, np.int64),
        columns,
        rows,
        float(x0),
        float(y0),
        float(size_m),
    )


@kernel()
def columns_within(bins, x, r):  # type: ignore[no-untyped-def]
    """Return the first and last column of cells that lie within ``r`` metres of ``x``."""
    return cells_within(bins.x0, 1.0 / bins.size_m, bins.columns, x, r, 0.0)


@kernel()
def rows_within(bins, y, r):  # type: ignore[no-untyped-def]
    """Return the first and last row of cells that lie within ``r`` metres of ``y``."""
    return cells_within(bins.y0, 1.0 / bins.size_m, bins.rows, y, r, 0.0)


@inner(forceinline=True)
def cells_within(start, per_m, cells, at, r, wrap_m):  # type: ignore[no-untyped-def]
    """Return the first and last of ``cells`` cells from ``start`` within ``r`` of ``at``.

    With a period ``wrap_m`` numbers below 0 or from ``cells`` on mean cells of the next period.
    """
    if wrap_m > 0.0:
        return np.int64(np.floor((at - r - start) * per_m)), np.int64(np.floor((at + r - start) * per_m))
    first = np.int64((at - r - start) * per_m)  # truncated: negative numbers are clipped anyway
    last = np.int64((at + r - start) * per_m)
    return min(max(first, 0), cells - 1), min(max(last, 0), cells - 1)


@kernel(forceinline=True)
def occupied(bits, row, first, last):  # type: ignore[no-untyped-def]
    """Return a word whose bit k tells whether somebody is in column ``first + k`` of a row, up to ``last``."""
    at, low = first >> 6, np.uint64(first & 63)
    word = bits[at, row] >> low
    word |= (bits[at + 1, row] << np.uint64(1)) << (np.uint64(63) - low)
    return word & ((np.uint64(1) << np.uint64(last - first + 1)) - np.uint64(1))


@inner(forceinline=True)
def occupied_rows(row_bits, first, last):  # type: ignore[no-untyped-def]
    """Return a word whose bit k tells whether somebody is in row ``first + k``, up to ``last``."""
    at, low = first >> 6, np.uint64(first & 63)
    word = row_bits[at] >> low
    word |= (row_bits[at + 1] << np.uint64(1)) << (np.uint64(63) - low)
    return word & ((np.uint64(1) << np.uint64(last - first + 1)) - np.uint64(1))


@kernel()
def clear_bins(bins):  # type: ignore[no-untyped-def]
    """Empty the cells that the last ``bin_people`` filled; costs nothing for the rest of the sheet."""
    head, touched, bits, columns = bins.head, bins.touched, bins.bits, bins.columns
    row_bits = bins.row_bits
    for k in range(bins.count[0]):
        cell = touched[k]
        head[cell] = -1
        bits[(cell % columns) >> 6, cell // columns] = 0
        row_bits[(cell // columns) >> 6] = 0
    bins.count[0] = 0


@kernel()
def bin_people(bins, x, y, mode, order, n):  # type: ignore[no-untyped-def]
    """Sort the slots ``order[:n]`` whose ``mode`` is not 0 into the cells, replacing what was there.

    Args:
        bins: made by ``make_bins``.
        x, y: (slots,) float64 positions, m; people outside the sheet count in its outermost cells.
        mode: (slots,) int8; 0 is absent.
        order: (slots,) int32, slots sorted by entity number.
        n: how many of ``order`` are taken.
    """
    clear_bins(bins)
    head, following, touched, bits = bins.head, bins.next, bins.touched, bins.bits
    row_bits, columns, rows = bins.row_bits, bins.columns, bins.rows
    x0, y0, per_m = bins.x0, bins.y0, 1.0 / bins.size_m
    filled = 0
    for k in range(n - 1, -1, -1):  # backwards, so that each list comes out in entity order
        i = order[k]
        if mode[i] == 0:
            continue
        column = min(max(np.int64((x[i] - x0) * per_m), 0), columns - 1)
        row = min(max(np.int64((y[i] - y0) * per_m), 0), rows - 1)
        cell = row * columns + column
        if head[cell] < 0:
            touched[filled] = cell
            filled += 1
            bits[column >> 6, row] |= np.uint64(1) << np.uint64(column & 63)
            row_bits[row >> 6] |= np.uint64(1) << np.uint64(row & 63)
        following[i] = head[cell]
        head[cell] = i
    bins.count[0] = filled
