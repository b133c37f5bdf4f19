"""Who is where, on 1 m cells: counts, bit rows, and how many are in sight of a cell."""

from collections import namedtuple

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

PAD_BITS = 64  # empty bits left of column 0, so that a window never starts before the row
REACH = 31  # as in model.world.world

Presence = namedtuple("Presence", ["bits", "count", "touched", "touched_n"])


def make_presence(nx: int, ny: int, capacity: int) -> Presence:
    """Return empty counts for a raster of ``nx`` by ``ny`` cells and at most ``capacity`` people."""
    words = (nx + 2 * PAD_BITS + 63) // 64 + 1
    return Presence(
        np.zeros((ny, words), np.uint64),
        np.zeros(nx * ny, np.int32),
        np.zeros(capacity, np.int32),
        np.zeros(1, np.int64),
    )


@intrinsic
def popcount(typingctx, word):  # type: ignore[no-untyped-def]
    """Return the number of set bits of a uint64."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen


@njit(cache=True, _nrt=False)
def clear_presence(presence):  # type: ignore[no-untyped-def]
    """Forget everybody; costs as much as there were people."""
    n = presence.touched_n[0]
    words = presence.bits.shape[1]
    nx = presence.count.shape[0] // presence.bits.shape[0]
    for i in range(n):
        cell = presence.touched[i]
        presence.count[cell] = 0
        bit = cell % nx + PAD_BITS
        word = bit >> 6
        if word < words:
            presence.bits[cell // nx, word] = 0
    presence.touched_n[0] = 0


@njit(cache=True, forceinline=True, _nrt=False)
def add_presence(presence, raster):  # type: ignore[no-untyped-def]
    """Count one person in raster cell ``raster`` (iy * nx + ix)."""
    if presence.count[raster] == 0:
        nx = presence.count.shape[0] // presence.bits.shape[0]
        bit = raster % nx + PAD_BITS
        presence.bits[raster // nx, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
        presence.touched[presence.touched_n[0]] = raster
        presence.touched_n[0] += 1
    presence.count[raster] += 1


@njit(cache=True, forceinline=True, _nrt=False)
def seen_cells(presence, mask, circle, cell, ix, iy, reach, enough):  # type: ignore[no-untyped-def]
    """Return how many occupied cells a cell sees within a circle, its own included.

    Args:
        presence: see ``make_presence``.
        mask: (C, 63) sight masks.
        circle: (63,) uint64, bits of the offsets that lie within the wanted distance.
        cell: number of the 1 m cell.
        ix, iy: its column and row.
        reach: half height of the circle in rows.
        enough: counting stops, nearest rows first, once this many are seen.

    Returns:
        Number of cells; in a dense crowd a cell may hold several people, but then exp(-n/3) is 0 anyway.
    """
    bits, ny = presence.bits, presence.bits.shape[0]
    first = ix - REACH + PAD_BITS
    word = first >> 6
    off = np.uint64(first & 63)
    back = np.uint64(63) - off
    total = 0
    for k in range(2 * reach + 1):
        dy = (k + 1) // 2 * (1 - 2 * (k & 1))  # 0, -1, 1, -2, 2, ...
        y = iy + dy
        if y < 0 or y >= ny:
            continue
        near, far = bits[y, word], bits[y, word + 1]
        if near == 0 and far == 0:
            continue  # most rows: do not even fetch the mask
        row = REACH + dy
        seen = ((near >> off) | ((far << np.uint64(1)) << back)) & mask[cell, row] & circle[row]
        if seen != 0:
            total += popcount(seen)
            if total >= enough:
                return total
    return total


@njit(cache=True, forceinline=True, _nrt=False)
def sees(mask, cell, ix, iy, other_ix, other_iy):  # type: ignore[no-untyped-def]
    """Tell whether ``cell`` at (ix, iy) sees the cell at (other_ix, other_iy)."""
    dx = other_ix - ix + REACH
    dy = other_iy - iy + REACH
    if dx < 0 or dx > 2 * REACH or dy < 0 or dy > 2 * REACH:
        return False
    return (mask[cell, dy] >> np.uint64(dx)) & np.uint64(1) != 0


@njit(cache=True, forceinline=True, _nrt=False)
def density_at(presence, area, ix, iy):  # type: ignore[no-untyped-def]
    """Return people per m2 of floor in the 3 x 3 m around a cell; ``area`` is a raster (ny, nx) of floor, m2."""
    ny, nx = area.shape
    people = 0
    floor = 0.0
    for y in range(max(0, iy - 1), min(ny, iy + 2)):
        for x in range(max(0, ix - 1), min(nx, ix + 2)):
            people += presence.count[y * nx + x]
            floor += area[y, x]
    if floor <= 0.0:
        return 0.0
    return people / floor


def circle_mask(radius: float) -> np.ndarray:
    """Return (63,) uint64 rows with the bits of all cell offsets within ``radius`` metres."""
    rows = np.zeros(2 * REACH + 1, np.uint64)
    for r in range(2 * REACH + 1):
        for b in range(2 * REACH + 1):
            if (r - REACH) ** 2 + (b - REACH) ** 2 <= radius * radius:
                rows[r] |= np.uint64(1) << np.uint64(b)
    return rows
