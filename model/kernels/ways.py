"""The way of units to an event: shortest walks to one 1 m cell, and walking along them.

Dijkstra (1959) from the event outward over 1 m cells, straight and diagonal where the floor is open, passages as
edges: one search gives the walking distance of all units, and stops once nobody else can be nearer.
"""

import math
from collections import namedtuple

import numpy as np

from model.kernels.actors import cell_at
from model.kernels.compiling import inner, kernel

DIAGONAL = 1.4142135623730951
PASSAGE = -2  # onward <= PASSAGE: take the passage at end PASSAGE - onward

# the floor as a net of 1 m cells
Net = namedtuple(
    "Net",
    [
        "cell",  # (ny, nx) number of the 1 m cell or -1
        "east", "north",  # (ny, nx) bool: one can walk to the next column, the next row
        "ix", "iy",  # (C,)
        "x", "y",  # (C,) a point on the floor of the cell, m
        "box_first", "box",  # (E+1,), cells of the box at each end of a passage
        "exit",  # (E,) cell where people come out at an end, -1 where it lies on no cell
        "metres",  # (E,) length of the passage entered at an end, m on the flat; inf where it is closed
        "away",  # (C,) f8, scratch: metres to the event
        "onward",  # (C,) i4, scratch: next cell on the way, see PASSAGE
        "heap", "key",  # (8 C + 64,) scratch
    ],
)  # fmt: skip

# where units walk that answer a call: one row of steps a unit
Ways = namedtuple("Ways", ["steps", "at", "count"])
STEP = np.dtype([("x", "f8"), ("y", "f8"), ("cell", "i8"), ("end", "i8")])  # end of a passage to enter there, or -1
MOST_STEPS = 2048


def make_ways(units: int) -> Ways:
    """Return empty ways for so many units."""
    return Ways(np.zeros((units, MOST_STEPS), STEP), np.zeros(units, np.int64), np.zeros(units, np.int64))


@inner()
def _push(heap, key, n, cell, value):  # type: ignore[no-untyped-def]
    """Put a cell on the heap of ``n`` entries."""
    at = n
    while at > 0:
        up = (at - 1) >> 1
        if key[up] <= value:
            break
        heap[at], key[at] = heap[up], key[up]
        at = up
    heap[at], key[at] = cell, value


@inner()
def _pull(heap, key, n):  # type: ignore[no-untyped-def]
    """Take the first entry of a heap of ``n`` away; what stands behind the last one is free."""
    last, value = heap[n - 1], key[n - 1]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= n - 1:
            break
        if child + 1 < n - 1 and key[child + 1] < key[child]:
            child += 1
        if value <= key[child]:
            break
        heap[at], key[at] = heap[child], key[child]
        at = child
    heap[at], key[at] = last, value


@kernel()
def search(net, goal, cells, speeds):  # type: ignore[no-untyped-def]
    """Fill ``net.away`` and ``net.onward`` from the goal outward; return which unit can be there first.

    Args:
        net: the floor.
        goal: cell of the event.
        cells, speeds: where the units stand, and how fast they walk, m/s.

    Returns:
        number of the unit, -1 when none can come; ties go to the first.
    """
    away, onward, heap, key = net.away, net.onward, net.heap, net.key
    away[:] = np.inf
    onward[:] = -1
    fastest = 0.0
    for u in range(speeds.shape[0]):
        fastest = max(fastest, speeds[u])
    away[goal] = 0.0
    n = 1
    heap[0], key[0] = goal, 0.0
    best, best_s = -1, np.inf
    while n > 0:
        cell, metres = heap[0], key[0]
        _pull(heap, key, n)
        n -= 1
        if metres > away[cell]:
            continue  # a shorter way was found since
        for u in range(cells.shape[0]):
            if cells[u] == cell and metres / speeds[u] < best_s:
                best, best_s = u, metres / speeds[u]
        if best >= 0 and metres >= best_s * fastest:
            break
        n = _neighbours(net, cell, metres, n)
        n = _passages(net, cell, metres, n)
    return best


@inner()
def _offer(net, cell, metres, onward, n):  # type: ignore[no-untyped-def]
    """Give a cell a shorter way; returns the number of entries of the heap."""
    if metres < net.away[cell] and n < net.heap.shape[0]:
        net.away[cell], net.onward[cell] = metres, onward
        _push(net.heap, net.key, n, cell, metres)
        return n + 1
    return n


@inner()
def _neighbours(net, cell, metres, n):  # type: ignore[no-untyped-def]
    """Offer the cells around a cell their way through it."""
    ix, iy = net.ix[cell], net.iy[cell]
    for dy in range(-1, 2):
        for dx in range(-1, 2):
            if (dx != 0 or dy != 0) and is_open(net, ix, iy, dx, dy):
                length = DIAGONAL if dx != 0 and dy != 0 else 1.0
                n = _offer(net, net.cell[iy + dy, ix + dx], metres + length, cell, n)
    return n


@inner()
def is_straight(net, ix, iy, dx, dy):  # type: ignore[no-untyped-def]
    """Tell whether one can walk from a cell to one of the four beside it."""
    if dx == 0:
        return net.north[iy, ix] if dy > 0 else iy > 0 and net.north[iy - 1, ix]
    return net.east[iy, ix] if dx > 0 else ix > 0 and net.east[iy, ix - 1]


@kernel()
def is_open(net, ix, iy, dx, dy):  # type: ignore[no-untyped-def]
    """Tell whether one can walk from a cell to a neighbour; diagonally where both ways round are open."""
    if dx == 0 or dy == 0:
        return is_straight(net, ix, iy, dx, dy)
    return (
        is_straight(net, ix, iy, dx, 0)
        and is_straight(net, ix + dx, iy, 0, dy)
        and is_straight(net, ix, iy, 0, dy)
        and is_straight(net, ix, iy + dy, dx, 0)
    )


@inner()
def _passages(net, cell, metres, n):  # type: ignore[no-untyped-def]
    """Offer the boxes of passages that come out at a cell their way through it."""
    for e in range(net.exit.shape[0]):
        if net.exit[e] == cell:
            enter = e ^ 1
            for k in range(net.box_first[enter], net.box_first[enter + 1]):
                n = _offer(net, net.box[k], metres + net.metres[enter], PASSAGE - enter, n)
    return n


@kernel()
def write_way(net, ways, unit, cell, x, y):  # type: ignore[no-untyped-def]
    """Write the way of a unit from its cell to the goal of the last search, and on to the point (x, y).

    Returns:
        Its length in metres, inf when there is none; a way of more than MOST_STEPS steps is cut off.
    """
    ways.at[unit] = ways.count[unit] = 0
    if net.away[cell] == np.inf:
        return np.inf
    whole, at, n = net.away[cell], cell, 0
    while net.onward[at] != -1 and n < MOST_STEPS - 1:
        towards = net.onward[at]
        if towards <= PASSAGE:
            end = PASSAGE - towards
            at = net.exit[end ^ 1]
            _write(ways, unit, n, net.x[at], net.y[at], at, end)
        else:
            at = towards
            _write(ways, unit, n, net.x[at], net.y[at], at, -1)
        n += 1
    _write(ways, unit, n, x, y, at, -1)
    ways.count[unit] = n + 1
    return whole


@inner()
def _write(ways, unit, n, x, y, cell, end):  # type: ignore[no-untyped-def]
    steps = ways.steps
    steps.x[unit, n], steps.y[unit, n], steps.cell[unit, n], steps.end[unit, n] = x, y, cell, end


@inner()
def follow_way(guards, g, ways, ground, second):  # type: ignore[no-untyped-def]
    """Move a unit one second along its way; sets ``arrived`` at its end."""
    if second < guards.ready_s[g]:
        return
    left = guards.speed[g]
    while True:
        k = ways.at[g]
        if k >= ways.count[g]:
            guards.arrived[g] = 1
            return
        x, y, end = ways.steps.x[g, k], ways.steps.y[g, k], ways.steps.end[g, k]
        if end >= 0:
            guards.x[g], guards.y[g], guards.cell[g] = x, y, ways.steps.cell[g, k]
            guards.ready_s[g] = second + ground.ends.seconds[end]
            ways.at[g] = k + 1
            return
        dx, dy = x - guards.x[g], y - guards.y[g]
        far = math.hypot(dx, dy)
        if far > left:
            guards.x[g] += dx / far * left
            guards.y[g] += dy / far * left
            guards.cell[g] = cell_at(ground, guards.x[g], guards.y[g])
            return
        guards.x[g], guards.y[g], guards.cell[g] = x, y, ways.steps.cell[g, k]
        left -= far
        ways.at[g] = k + 1
