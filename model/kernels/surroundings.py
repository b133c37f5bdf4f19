"""Compiled search around each cell: what hides within a short walk, and in which directions ways lead off."""

import math

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.rays import sees

_STEPS_PER_M = 64  # of walking distances in a search
_CELL_BITS = 3  # 8 lattice steps in a cell of 1 m


@kernel(allocates=True)
def cell_links(cell, x, y, level, clear, columns, moves):  # type: ignore[no-untyped-def]
    """Link every 1 m cell to the cells around it that can be walked to in a straight line.

    Args:
        cell: (ny, nx) number or -1.
        x, y, level: (C,) lattice points (8 to a cell) and levels.
        clear, columns: as in ``rays.sees``, of the raster in which everything but floor is blocked.
        moves: (M, 2) int64 steps in cells (x, y).

    Returns:
        (C, M) int32 number of the linked cell or -1.
    """
    ny, nx = cell.shape
    links = np.full((len(x), len(moves)), -1, np.int32)
    for p in range(len(x)):
        for k in range(len(moves)):
            ix = (x[p] >> _CELL_BITS) + moves[k, 0]
            iy = (y[p] >> _CELL_BITS) + moves[k, 1]
            if 0 <= ix < nx and 0 <= iy < ny:
                q = cell[iy, ix]
                if q >= 0 and level[q] == level[p] and sees(clear, columns, x[p], y[p], x[q], y[q]):
                    links[p, k] = q
    return links


@inner(allocates=True)
def _sector_bits(reach, sectors):  # type: ignore[no-untyped-def]
    """Return the bit of the compass sector of every displacement up to ``reach`` each way, [dy, dx]."""
    bits = np.zeros((2 * reach + 1, 2 * reach + 1), np.int64)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dx != 0 or dy != 0:
                turns = math.atan2(dy, dx) / (2.0 * math.pi)
                bits[reach + dy, reach + dx] = 1 << (math.floor(turns * sectors + 0.5) % sectors)
    return bits


@kernel(allocates=True)
def walk_around(
    links, link_m, x, y, area, mask, mirror_row, mirror_mask, mirror_weight, ahead_m, refuge_m, low_m, high_m, sectors
):  # type: ignore[no-untyped-def]
    """Walk out from every cell and see how much hides close by, and in how many directions one gets away.

    A search from cell to linked cell, in whole steps of 1/64 m, with one list of cells per distance.

    Args:
        links: (C, M) int32 from ``cell_links``; link_m: (C, M) their lengths.
        x, y: (C,) lattice points, 8 to a cell of 1 m; area: (C,) m2.
        mask: (C, W) windows of visible cells.
        mirror_row, mirror_mask: (C,) row of (M, W) windows of what is seen in mirrors only, -1 for none;
            mirror_weight: share by which that counts as seen.
        ahead_m: (C,) length of a passage that leaves from the cell, 0 for none.
        refuge_m: distance within which hidden area is counted.
        low_m, high_m: distances between which a direction counts as a way out.
        sectors: number of compass sectors, at most 63; the first is centred on +x.

    Returns:
        concealment: (C,) area within ``refuge_m`` that the cell does not see / area within ``refuge_m``.
        escape: (C,) share of the sectors that hold a cell at ``low_m`` to ``high_m``, or a passage that is
            reached before ``high_m`` and whose far end lies beyond ``low_m``.
    """
    count, moves = links.shape
    reach = mask.shape[1] // 2
    steps = np.maximum(np.rint(link_m * _STEPS_PER_M), 1.0).astype(np.int32)
    ahead = np.rint(ahead_m * _STEPS_PER_M).astype(np.int32)
    refuge = round(refuge_m * _STEPS_PER_M)
    low = round(low_m * _STEPS_PER_M)
    far = np.int32(round(high_m * _STEPS_PER_M) + 1)
    span = (int(high_m) + 2) << _CELL_BITS
    sector_bits = _sector_bits(span, sectors)
    everywhere = (1 << sectors) - 1
    distance = np.full(count, far, np.int32)
    head = np.full(far, -1, np.int32)
    # a cell is listed again only when a shorter way comes along another of its links
    room = (moves + 1) * (2 * int(high_m) + 5) ** 2
    entry = np.empty(room, np.int32)
    following = np.empty(room, np.int32)
    concealment = np.zeros(count)
    escape = np.zeros(count)
    for p in range(count):
        distance[p] = 0
        head[0] = 0
        entry[0] = p
        following[0] = -1
        used = 1
        near = 0.0
        hidden = 0.0
        ways = 0
        for d in range(far):
            if d > refuge and ways == everywhere:
                head[d] = -1  # nothing more to learn: only empty the lists
            while head[d] >= 0:
                at = entry[head[d]]
                head[d] = following[head[d]]
                if distance[at] != d:
                    continue  # a shorter way was found in the meantime
                if d <= refuge:
                    near += area[at]
                    bit = np.uint64(reach + (x[at] >> _CELL_BITS) - (x[p] >> _CELL_BITS))
                    row = reach + (y[at] >> _CELL_BITS) - (y[p] >> _CELL_BITS)
                    if (mask[p, row] >> bit) & np.uint64(1) == 0:
                        hidden += area[at]
                        shown = mirror_row[p]
                        if shown >= 0 and (mirror_mask[shown, row] >> bit) & np.uint64(1) != 0:
                            hidden -= mirror_weight * area[at]
                if d >= low or (ahead[at] > 0 and d + ahead[at] >= low):
                    ways |= sector_bits[span + y[at] - y[p], span + x[at] - x[p]]
                for k in range(moves):
                    q = links[at, k]
                    if q < 0:
                        continue
                    then = d + steps[at, k]
                    if then < distance[q]:
                        distance[q] = then
                        entry[used] = q
                        following[used] = head[then]
                        head[then] = used
                        used += 1
        for k in range(used):
            distance[entry[k]] = far
        concealment[p] = hidden / near
        count_ways = 0
        for k in range(sectors):
            count_ways += (ways >> k) & 1
        escape[p] = count_ways / sectors
    return concealment, escape
