"""Walking time to a destination over all levels: fast marching on floor cells, with passages as edges.

The eikonal equation |grad T| = slowness is solved with the first-order upwind scheme (Sethian 1996). Cells
wait in buckets of time half a cell wide (Dial 1969; Yatziv, Bartesaghi, Sapiro 2006) and are worked on again
when a neighbour improves them, so the result is the scheme's own fixed point and the work grows linearly.

Fields live on a raster with a rim: cell (row, column) of the floor is entry
(row + 1) * (columns + 2) + column + 1, so that every floor cell has four neighbours on the raster. Kernels count
entries without a sign: of a number that may be negative each look asks first whether it counts from the end.
"""

from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.walking import CODES, GOAL, TAKE_PASSAGE, UNREACHABLE

BUCKETS = 8  # in the ring, a power of 2; a step to a neighbour takes at most 2 * slowness of them
SLOWEST = 3.0  # so slowness may be this at most
HALF_ROOT = 0.7071  # a little less than sqrt(1 / 2)
IMPROVED = 1e-6  # m; smaller gains are not passed on
NOWHERE = 255
ONE = np.uint64(1)
BOX = 128  # bit of ``Terrain.kind``: part of a box

Links = namedtuple(
    "Links",
    [
        "first",  # (E+1,) int32: entries of the box at end e are entries[first[e]:first[e+1]]
        "entries",  # int32
        "cost",  # (E,) float64: time from entering end e to the other end e ^ 1, inf when closed that way
        "end_of",  # (raster,) int16: the end whose box covers the entry, -1
    ],
)

# what a march reads of each entry, in one byte: the memory of a large sheet is what it waits for
Terrain = namedtuple(
    "Terrain",
    [
        "kind",  # (raster,) uint8: row of ``step``, and the bit BOX
        "step",  # (BOX,) float64: cell size times slowness (1 to SLOWEST); row 0 is 0: nobody walks there
    ],
)

MarchWork = namedtuple(
    "MarchWork",
    [
        "time",  # (raster,) float64, out: seconds at 1 m/s (metres where slowness is 1), inf: no way
        "by_passage",  # (raster,) bool, out: from here one takes the passage
        "bucket",  # (raster,) uint8, scratch: where the entry waits, NOWHERE
        "ring",  # (BUCKETS, room) int32, scratch
        "filled",  # (BUCKETS,) int64, scratch
        "opens",  # (E,) float64, scratch: when people at an end of a passage could set out
        "best",  # (E,) float64, scratch: the earliest of these times so far
    ],
)


def make_march_work(entries: int, cells: int, ends: int) -> MarchWork:
    """Return the arrays for a raster of ``entries`` entries, ``cells`` of them floor, and ``ends`` of passages."""
    return MarchWork(
        time=np.full(entries, np.inf),
        by_passage=np.zeros(entries, np.bool_),
        bucket=np.full(entries, NOWHERE, np.uint8),
        ring=np.zeros((BUCKETS, 4 * cells + 16), np.int32),
        filled=np.zeros(BUCKETS, np.int64),
        opens=np.empty(ends),
        best=np.empty(ends),
    )


def make_terrain(steps: np.ndarray, end_of: np.ndarray) -> Terrain:
    """Return what a march reads of each entry.

    Args:
        steps: (raster,) float64, cell size times slowness, 0 where nobody walks.
        end_of: (raster,) int16, the end whose box covers the entry, -1.
    """
    levels = np.unique(np.append(steps, 0.0))
    kind = np.searchsorted(levels, steps).astype(np.uint8)
    step = np.zeros(BOX)
    step[: len(levels)] = levels
    kind[end_of >= 0] |= BOX
    return Terrain(kind, step)


@kernel(error_model="numpy", allocates=True)
def near_walls(entry_of, width, entries, rings):  # type: ignore[no-untyped-def]
    """Return (cells,) int32: 0 for floor cells beside a wall, 1 for the next ring, ... at most ``rings``.

    Args:
        entry_of: (cells,) int32, raster entry of each floor cell.
        width: entries in a row of the raster.
        entries: size of the raster.
        rings: how many rings to tell apart.
    """
    ring = np.full(entries, -1, np.int32)
    for c in range(entry_of.shape[0]):
        ring[entry_of[c]] = rings
    for level in range(rings):
        for c in range(entry_of.shape[0]):
            at = entry_of[c]
            least = min(ring[at - 1], ring[at + 1], ring[at - width], ring[at + width])
            if ring[at] > level and least == level - 1:
                ring[at] = level
    return ring[entry_of]


@inner(error_model="numpy", forceinline=True)
def upwind(time, at, width, step):  # type: ignore[no-untyped-def]
    """Return the arrival time at an entry from its neighbours; ``step`` is cell size times slowness."""
    a, b = min(time[at - ONE], time[at + ONE]), min(time[at - width], time[at + width])
    low = min(a, b)
    gap = max(a, b) - low
    if gap >= step:
        return low + step
    return low + 0.5 * (gap + np.sqrt(2.0 * step * step - gap * gap))


@inner(error_model="numpy", forceinline=True)
def put(time, bucket, ring, filled, at, value, per_bucket):  # type: ignore[no-untyped-def]
    """Give an entry an earlier time and queue it."""
    time[at] = value
    slot = np.uint64(np.int64(value * per_bucket) & (BUCKETS - 1))
    if bucket[at] != np.uint8(slot):
        bucket[at] = np.uint8(slot)
        ring[slot, np.uint64(filled[slot])] = np.int32(at)
        filled[slot] += 1


@inner(error_model="numpy")
def open_passages(work, links, number, per_bucket):  # type: ignore[no-untyped-def]
    """Start from boxes whose other end was reached long enough ago; return how many still wait."""
    time, bucket, ring, filled, by_passage = work.time, work.bucket, work.ring, work.filled, work.by_passage
    opens = work.opens
    waiting = 0
    for e in range(opens.shape[0]):
        if opens[e] == np.inf:
            continue
        if np.int32(opens[e] * per_bucket) > number:
            waiting += 1
            continue
        for k in range(links.first[e], links.first[e + 1]):
            at = links.entries[k]
            if opens[e] < time[at] - IMPROVED:
                put(time, bucket, ring, filled, np.uint64(at), opens[e], per_bucket)
                by_passage[at] = True
        opens[e] = np.inf
    return waiting


@kernel(error_model="numpy")
def march_field(work, terrain, entry_of, width, targets, links, per_bucket):  # type: ignore[no-untyped-def]
    """Fill ``work.time`` and ``work.by_passage`` for one destination.

    Args:
        work: ``MarchWork``.
        terrain: ``Terrain``.
        entry_of: (cells,) int32, raster entry of each floor cell.
        width: entries in a row of the raster.
        targets: int32, entries of the destination.
        links: ``Links``; the time of a box counts from where the other box is reached first.
        per_bucket: buckets a second: 2 over the cell size.
    """
    time, bucket, ring, filled, by_passage = work.time, work.bucket, work.ring, work.filled, work.by_passage
    end_of, cost, kind, step = links.end_of, links.cost, terrain.kind, terrain.step
    # walls never have a time: most of a sheet is not touched
    for c in range(np.uint64(0), np.uint64(entry_of.shape[0])):
        time[np.uint64(entry_of[c])] = np.inf
    for k in range(links.entries.shape[0]):  # elsewhere it is never set; all buckets were left empty
        by_passage[links.entries[k]] = False
    filled[:] = 0
    opens, best = work.opens, work.best
    opens[:] = np.inf
    best[:] = np.inf
    for k in range(targets.shape[0]):
        put(time, bucket, ring, filled, np.uint64(targets[k]), 0.0, per_bucket)
    number, empty = np.int64(0), 0
    row = np.uint64(width)
    while empty <= BUCKETS:
        waiting = open_passages(work, links, number, per_bucket)
        slot = np.uint64(number & (BUCKETS - 1))
        empty = empty + 1 if filled[slot] == 0 and waiting == 0 else 0
        turn = np.uint64(0)
        while turn < np.uint64(filled[slot]):  # grows while it is worked on
            at = np.uint64(ring[slot, turn])
            turn += ONE
            if bucket[at] != np.uint8(slot):
                continue  # has moved to an earlier bucket and was done there
            bucket[at] = NOWHERE
            own = time[at]
            if kind[at] & BOX != 0:
                e = end_of[at]
                if own + cost[e ^ 1] < best[e ^ 1] - IMPROVED:
                    best[e ^ 1] = own + cost[e ^ 1]
                    opens[e ^ 1] = best[e ^ 1]
            for n in (at + ONE, at - ONE, at + row, at - row):
                # a neighbour never comes less than step / sqrt(2) later, and walls (step 0) have no time
                long = step[np.uint64(kind[n] & (BOX - 1))]
                if time[n] > own + HALF_ROOT * long and long > 0.0:
                    value = upwind(time, n, row, long)
                    if value < time[n] - IMPROVED:
                        put(time, bucket, ring, filled, n, value, per_bucket)
                        if kind[n] & BOX != 0:
                            by_passage[n] = False
        filled[slot] = 0
        number += 1


@kernel(error_model="numpy", forceinline=True)
def code_of(dx, dy):  # type: ignore[no-untyped-def]
    """Return the direction code of (dx, dy), not both 0.

    The arctangent is good to 1e-5 (Abramowitz and Stegun 4.4.49), a code is 0.025 wide.
    """
    ax, ay = abs(dx), abs(dy)
    r = min(ax, ay) / max(ax, ay)
    s = r * r
    angle = r * (0.9998660 + s * (-0.3302995 + s * (0.1801410 + s * (-0.0851330 + s * 0.0208351))))
    if ay > ax:
        angle = 0.5 * np.pi - angle
    if dx < 0.0:
        angle = np.pi - angle
    if dy < 0.0:
        angle = 2.0 * np.pi - angle
    code = np.int64(angle * (CODES / (2.0 * np.pi)) + 0.5)
    return code if code < CODES else 0


@kernel(error_model="numpy")
def write_codes(work, entry_of, width, goal, codes):  # type: ignore[no-untyped-def]
    """Fill ``codes`` (cells,) uint8 with the direction down the field, see ``model.world.fields.Routes``.

    Args:
        work: after ``march_field``.
        entry_of: (cells,) int32, raster entry of each floor cell.
        width: entries in a row of the raster.
        goal: int32, floor cells of the destination.
        codes: out.
    """
    time, by_passage = work.time, work.by_passage
    row = np.uint64(width)
    for c in range(np.uint64(0), np.uint64(codes.shape[0])):
        at = np.uint64(entry_of[c])
        own = time[at]
        if own == np.inf:
            codes[c] = UNREACHABLE
        elif by_passage[at]:
            codes[c] = TAKE_PASSAGE
        else:
            east, west = own - time[at + ONE], own - time[at - ONE]
            north, south = own - time[at + row], own - time[at - row]
            dx = max(east, 0.0) if east >= west else -max(west, 0.0)
            dy = max(north, 0.0) if north >= south else -max(south, 0.0)
            codes[c] = code_of(dx, dy) if dx != 0.0 or dy != 0.0 else UNREACHABLE
    for k in range(goal.shape[0]):
        codes[goal[k]] = GOAL
