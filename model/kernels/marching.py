"""Walking time to a destination over all levels: fast marching on floor cells, with passages as edges.

The eikonal equation |grad T| = slowness is solved with the first-order upwind scheme (Sethian 1996). Cells
wait in buckets of time half a cell wide (Dial 1969; Yatziv, Bartesaghi, Sapiro 2006) and are worked on again
when a neighbour improves them, so the result is the scheme's own fixed point and the work grows linearly.
"""

from collections import namedtuple

import numpy as np
from numba import njit

from model.kernels.walking import CODES, GOAL, TAKE_PASSAGE, UNREACHABLE

BUCKETS = 8  # in the ring; a step to a neighbour takes at most 2 * slowness of them
IMPROVED = 1e-9  # m; smaller gains are not passed on

Links = namedtuple(
    "Links",
    [
        "first",  # (E+1,) int32: cells of the box at end e are cells[first[e]:first[e+1]]
        "cells",  # floor cells
        "cost",  # (E,) float64: time from entering end e to the other end, inf when closed in that direction
        "box_of",  # (F,) int32: the end whose box covers the cell, -1
    ],
)

MarchWork = namedtuple("MarchWork", ["ring", "filled", "bucket", "by_passage"])


def make_march_work(cells: int) -> MarchWork:
    """Return scratch arrays for fields over ``cells`` floor cells."""
    return MarchWork(
        np.zeros((BUCKETS, 2 * cells + 16), np.int32),
        np.zeros(BUCKETS, np.int64),
        np.zeros(cells, np.int64),
        np.zeros(cells, np.bool_),
    )


@njit(cache=True)
def floor_neighbours(floor, cells):  # type: ignore[no-untyped-def]
    """Return (cells, 4) int32: floor cells east, west, north (+y) and south of each, -1 for none.

    Args:
        floor: (ny, nx) int32, number of the floor cell in row-major order or -1.
        cells: how many floor cells there are.
    """
    rows, columns = floor.shape
    out = np.full((cells, 4), -1, np.int32)
    for row in range(rows):
        for column in range(columns):
            c = floor[row, column]
            if c < 0:
                continue
            if column + 1 < columns:
                out[c, 0] = floor[row, column + 1]
            if column > 0:
                out[c, 1] = floor[row, column - 1]
            if row + 1 < rows:
                out[c, 2] = floor[row + 1, column]
            if row > 0:
                out[c, 3] = floor[row - 1, column]
    return out


@njit(cache=True)
def near_walls(neighbours, rings):  # type: ignore[no-untyped-def]
    """Return (F,) int32: 0 for cells beside a wall, 1 for the next ring, ... at most ``rings``."""
    cells = neighbours.shape[0]
    ring = np.full(cells, rings, np.int32)
    for c in range(cells):
        for k in range(4):
            if neighbours[c, k] < 0:
                ring[c] = 0
    for level in range(1, rings):
        for c in range(cells):
            if ring[c] > level:
                for k in range(4):
                    if ring[neighbours[c, k]] == level - 1:
                        ring[c] = level
    return ring


@njit(cache=True)
def upwind(time, neighbours, c, step):  # type: ignore[no-untyped-def]
    """Return the arrival time at cell ``c`` from its neighbours; ``step`` is cell size times slowness."""
    a, b = np.inf, np.inf
    for k in range(2):
        n = neighbours[c, k]
        if n >= 0 and time[n] < a:
            a = time[n]
        n = neighbours[c, k + 2]
        if n >= 0 and time[n] < b:
            b = time[n]
    low, high = min(a, b), max(a, b)
    if high - low >= step:
        return low + step
    gap = high - low
    return 0.5 * (low + high + np.sqrt(2.0 * step * step - gap * gap))


@njit(cache=True)
def put(time, work, c, value, width):  # type: ignore[no-untyped-def]
    """Give cell ``c`` an earlier time and queue it."""
    bucket = int(value / width)
    if work.bucket[c] != bucket:
        at = bucket % BUCKETS
        work.ring[at, work.filled[at]] = c
        work.filled[at] += 1
        work.bucket[c] = bucket
    time[c] = value


@njit(cache=True)
def open_passages(time, work, links, opens, allowed, bucket, width):  # type: ignore[no-untyped-def]
    """Start from boxes whose other end was reached long enough ago; return how many still wait."""
    waiting = 0
    for e in range(opens.shape[0]):
        if opens[e] == np.inf:
            continue
        if int(opens[e] / width) > bucket:
            waiting += 1
            continue
        for k in range(links.first[e], links.first[e + 1]):
            c = links.cells[k]
            if opens[e] < time[c] - IMPROVED and allowed[c]:
                put(time, work, c, opens[e], width)
                work.by_passage[c] = True
        opens[e] = np.inf
    return waiting


@njit(cache=True)
def march_field(time, neighbours, slowness, cell_m, targets, links, allowed, work):  # type: ignore[no-untyped-def]
    """Fill ``time`` with the walking time of every floor cell to the nearest target.

    Args:
        time: (F,) float64, out: seconds at 1 m/s (metres where slowness is 1), inf where no way leads.
        neighbours: from ``floor_neighbours``.
        slowness: (F,) float64, at least 1 and at most 3.
        cell_m: side of a cell.
        targets: int32, floor cells of the destination.
        links: ``Links``; a way leads from the box at end e to the one at end e ^ 1 and takes ``cost[e]``.
        allowed: (F,) bool; other cells are not entered (a window). All True for a whole field.
        work: ``MarchWork``; ``by_passage`` tells afterwards from which cells one takes the passage.
    """
    time[:] = np.inf
    work.by_passage[:] = False
    work.bucket[:] = -1
    work.filled[:] = 0
    width = 0.5 * cell_m
    opens = np.full(links.cost.shape[0], np.inf)  # when people at end e could set out
    best = opens.copy()
    for k in range(targets.shape[0]):
        if time[targets[k]] > 0.0:
            put(time, work, targets[k], 0.0, width)
    bucket, empty = 0, 0
    while empty <= BUCKETS:
        waiting = open_passages(time, work, links, opens, allowed, bucket, width)
        at = bucket % BUCKETS
        empty = empty + 1 if work.filled[at] == 0 and waiting == 0 else 0
        k = 0
        while k < work.filled[at]:  # grows while it is worked on
            c = work.ring[at, k]
            k += 1
            if work.bucket[c] != bucket:
                continue  # has moved to an earlier bucket and was done there
            work.bucket[c] = -1
            own = time[c]
            e = links.box_of[c]
            if e >= 0 and own + links.cost[e ^ 1] < best[e ^ 1] - IMPROVED:
                best[e ^ 1] = own + links.cost[e ^ 1]
                opens[e ^ 1] = best[e ^ 1]
            for side in range(4):
                n = neighbours[c, side]
                if n >= 0 and time[n] > own and allowed[n]:
                    value = upwind(time, neighbours, n, cell_m * slowness[n])
                    if value < time[n] - IMPROVED:
                        put(time, work, n, value, width)
                        work.by_passage[n] = False
        work.filled[at] = 0
        bucket += 1


@njit(cache=True)
def arctangent(low, high):  # type: ignore[no-untyped-def]
    """Return atan(low / high) for 0 <= low <= high within 1e-5 (Abramowitz and Stegun 4.4.49, rearranged)."""
    r = low / high
    s = r * r
    return r * (0.9998660 + s * (-0.3302995 + s * (0.1801410 + s * (-0.0851330 + s * 0.0208351))))


@njit(cache=True)
def write_codes(time, neighbours, targets, by_passage, allowed, codes):  # type: ignore[no-untyped-def]
    """Fill ``codes`` (F,) uint8 with the direction down the field, see ``model.world.world.Routes``.

    Cells outside ``allowed`` are left as they are.
    """
    per_radian = CODES / (2.0 * np.pi)
    for c in range(codes.shape[0]):
        if not allowed[c]:
            continue
        own = time[c]
        if own == np.inf:
            codes[c] = UNREACHABLE
            continue
        if by_passage[c]:
            codes[c] = TAKE_PASSAGE
            continue
        east, west, north, south = 0.0, 0.0, 0.0, 0.0
        n = neighbours[c, 0]
        if n >= 0:
            east = own - time[n]
        n = neighbours[c, 1]
        if n >= 0:
            west = own - time[n]
        n = neighbours[c, 2]
        if n >= 0:
            north = own - time[n]
        n = neighbours[c, 3]
        if n >= 0:
            south = own - time[n]
        dx = max(east, 0.0) if east >= west else -max(west, 0.0)
        dy = max(north, 0.0) if north >= south else -max(south, 0.0)
        ax, ay = abs(dx), abs(dy)
        if ax + ay == 0.0:
            codes[c] = UNREACHABLE
            continue
        angle = arctangent(min(ax, ay), max(ax, ay))
        if ay > ax:
            angle = 0.5 * np.pi - angle
        if dx < 0.0:
            angle = np.pi - angle
        if dy < 0.0:
            angle = -angle
        codes[c] = int(np.floor(angle * per_radian + 0.5)) % CODES
    for k in range(targets.shape[0]):
        codes[targets[k]] = GOAL
