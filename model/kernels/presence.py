"""Who is where, on 1 m cells: counts, bit rows, and how many are in sight of a cell."""

from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.memory import LINE_BYTES, line_aligned
from model.kernels.words import popcount

REACH = 31  # as in model.world.fields
PAD_BITS = 64  # empty columns left of column 0, so that no window starts before the row; so many rows as REACH
WORDS_A_LINE = LINE_BYTES // 4  # of 32 bits
BLOCK = 32  # columns that any window of a word is sure to hold

# bits: row by row, REACH empty rows first and last. Word w of a row holds the 64 columns from 32 w - PAD_BITS on:
# every column stands in two words, so that the 32 columns from anywhere on lie in one. A row of touched is an occupied
# cell: its number of the raster, its word of bits, its column and row.
Presence = namedtuple("Presence", ["bits", "words", "count", "touched", "touched_n"])


def make_presence(nx: int, ny: int, capacity: int) -> Presence:
    """Return empty counts for a raster of ``nx`` by ``ny`` cells and at most ``capacity`` people."""
    words = (nx + 2 * PAD_BITS) // BLOCK + 2
    return Presence(
        np.zeros((ny + 2 * REACH) * words, np.uint64),
        words,
        np.zeros(nx * ny, np.int32),
        np.zeros((capacity, 4), np.int32),
        np.zeros(1, np.int64),
    )


@inner()
def clear_presence(presence):  # type: ignore[no-untyped-def]
    """Forget everybody; costs as much as there were people."""
    bits, count, touched = presence.bits, presence.count, presence.touched
    for i in range(presence.touched_n[0]):
        count[touched[i, 0]] = 0
        at = touched[i, 1]
        bits[at] = 0
        bits[at - 1] = 0
    presence.touched_n[0] = 0


@inner(forceinline=True)
def add_presence(presence, ix, iy, raster):  # type: ignore[no-untyped-def]
    """Count one person in the cell of column ``ix`` and row ``iy``, number ``raster`` of the raster."""
    if presence.count[raster] == 0:
        column = ix + PAD_BITS
        bit = np.uint64(column & (BLOCK - 1))
        at = (iy + REACH) * presence.words + column // BLOCK
        presence.bits[at] |= np.uint64(1) << bit
        presence.bits[at - 1] |= np.uint64(1) << (bit + np.uint64(BLOCK))
        k = presence.touched_n[0]
        presence.touched[k, 0], presence.touched[k, 1] = raster, at
        presence.touched[k, 2], presence.touched[k, 3] = ix, iy
        presence.touched_n[0] = k + 1
    presence.count[raster] += 1


@inner()
def _seen_of_few(presence, mask, circle, cell, ix, iy):  # type: ignore[no-untyped-def]
    """Return what ``seen_cells`` does, asking each occupied cell."""
    touched = presence.touched
    total = np.int64(0)
    for k in range(presence.touched_n[0]):
        dx, dy = np.uint64(touched[k, 2] - ix + REACH), np.uint64(touched[k, 3] - iy + REACH)
        if dx <= np.uint64(2 * REACH) and dy <= np.uint64(2 * REACH):  # what is below 0 is large
            total += np.int64(((mask[cell, dy] & circle[dy]) >> dx) & np.uint64(1))
    return total


@kernel(forceinline=True)
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
    if presence.touched_n[0] <= reach:
        return _seen_of_few(presence, mask, circle, cell, ix, iy)
    bits = presence.bits
    first = ix - REACH + PAD_BITS
    off = np.uint64(first & (BLOCK - 1))
    low = np.uint64(2**BLOCK - 1)
    middle = (iy + REACH) * presence.words + first // BLOCK
    total = 0
    for k in range(2 * reach + 1):
        dy = (k + 1) // 2 * (1 - 2 * (k & 1))  # 0, -1, 1, -2, 2, ...
        at = middle + dy * presence.words
        seen = ((bits[at] >> off) & low) | ((bits[at + 1] >> off) << np.uint64(BLOCK))
        if seen == 0:
            continue  # most rows: do not even fetch the mask
        seen &= mask[cell, REACH + dy] & circle[REACH + dy]
        if seen != 0:
            total += popcount(seen)
            if total >= enough:
                return total
    return total


def close_sight(mask: np.ndarray, radius: float, zone: np.ndarray) -> np.ndarray:
    """Return what each cell sees within a circle, packed into as few cache lines as possible.

    Args:
        mask: (C, 63) sight masks.
        radius: of the circle, m, at most 31.
        zone: (C,) number of the zone of each cell.

    Returns:
        (C, columns) uint32, each row at the beginning of a cache line. Rows -reach to reach of the first 32
        columns of the circle, then of the next 32, if it is that wide; the last column is the zone.
    """
    reach = int(radius)
    rows = mask[:, REACH - reach : REACH + reach + 1] & circle_mask(radius)[REACH - reach : REACH + reach + 1]
    rows >>= np.uint64(REACH - reach)
    parts = [rows & np.uint64(2**BLOCK - 1), rows >> np.uint64(BLOCK)]
    parts = parts[: (2 * reach + BLOCK) // BLOCK]
    width = sum(part.shape[1] for part in parts)
    close = line_aligned(len(mask), (width + WORDS_A_LINE) // WORDS_A_LINE * WORDS_A_LINE, np.uint32)
    close[:, :width] = np.concatenate(parts, axis=1)
    close[:, -1] = zone
    return close


@kernel(forceinline=True)
def company_at(presence, close, cell, ix, iy, reach, enough):  # type: ignore[no-untyped-def]
    """Return min(``enough``, occupied cells that a cell sees within the circle of ``close``, its own included)."""
    bits, words = presence.bits, np.uint64(presence.words)
    rows = 2 * reach + 1
    total = np.uint64(0)
    for block in range((rows + BLOCK - 1) // BLOCK):
        first = ix - reach + PAD_BITS + block * BLOCK
        off = np.uint64(first & (BLOCK - 1))
        up = np.uint64((iy + REACH) * presence.words + first // BLOCK)
        row_up = np.uint64(block * rows + reach)
        down, row_down = up, row_up
        total += popcount((bits[up] >> off) & np.uint64(close[cell, row_up]))
        for _ in range(reach):  # nearest rows first
            up += words
            down -= words
            row_up += np.uint64(1)
            row_down -= np.uint64(1)
            total += popcount((bits[up] >> off) & np.uint64(close[cell, row_up]))
            total += popcount((bits[down] >> off) & np.uint64(close[cell, row_down]))
            if total >= np.uint64(enough):
                return enough
    return np.int64(total)


@kernel(forceinline=True)
def sees(mask, cell, ix, iy, other_ix, other_iy):  # type: ignore[no-untyped-def]
    """Tell whether ``cell`` at (ix, iy) sees the cell at (other_ix, other_iy)."""
    dx = other_ix - ix + REACH
    dy = other_iy - iy + REACH
    if dx < 0 or dx > 2 * REACH or dy < 0 or dy > 2 * REACH:
        return False
    return (mask[cell, dy] >> np.uint64(dx)) & np.uint64(1) != 0


@kernel(forceinline=True)
def people_around(presence, nx, ny, ix, iy):  # type: ignore[no-untyped-def]
    """Return how many people are in the 3 x 3 cells around one."""
    people = 0
    for y in range(max(0, iy - 1), min(ny, iy + 2)):
        for x in range(max(0, ix - 1), min(nx, ix + 2)):
            people += presence.count[y * nx + x]
    return people


@kernel(forceinline=True)
def density_at(presence, area, ix, iy):  # type: ignore[no-untyped-def]
    """Return people per m2 of floor in the 3 x 3 m around a cell; ``area`` is a raster (ny, nx) of floor, m2."""
    ny, nx = area.shape
    floor = 0.0
    for y in range(max(0, iy - 1), min(ny, iy + 2)):
        for x in range(max(0, ix - 1), min(nx, ix + 2)):
            floor += area[y, x]
    if floor <= 0.0:
        return 0.0
    return people_around(presence, nx, ny, ix, iy) / floor


def floor_around(area: np.ndarray) -> np.ndarray:
    """Return (ny, nx) m2 of floor in the 3 x 3 cells around each, added up as in ``density_at``."""
    ny, nx = area.shape
    wide = np.pad(area, 1)
    floor = np.zeros_like(area)
    for y in range(3):
        for x in range(3):
            floor += wide[y : y + ny, x : x + nx]
    return floor


def circle_mask(radius: float) -> np.ndarray:
    """Return (63,) uint64 rows with the bits of all cell offsets within ``radius`` metres."""
    rows = np.zeros(2 * REACH + 1, np.uint64)
    for r in range(2 * REACH + 1):
        for b in range(2 * REACH + 1):
            if (r - REACH) ** 2 + (b - REACH) ** 2 <= radius * radius:
                rows[r] |= np.uint64(1) << np.uint64(b)
    return rows
