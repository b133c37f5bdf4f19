"""Lines of sight on the 0.25 m raster of walls, decided in whole numbers.

Points lie on a lattice of half a cell (1/8 m), so that a line is the same forwards, backwards and in a
mirror. A line is stopped by a blocked cell that it passes through, and where it slips between two blocked
cells that touch at a corner; it may graze the side of a single cell. To be fast it leaps: around a cell whose
nearest blocked cell is k cells away (chessboard distance) nothing stops a line for k - 1 cells.
"""

import math

import numpy as np

from model.kernels.compiling import inner, kernel

# rows are kept in fixed point: cells * 2**_BITS; true distances to a grid line are above 2**(_BITS - 10),
# rounding stays below 2**10, so a coordinate within _NUDGE of a grid line lies on it
_BITS = 40
_HALF = 1 << (_BITS - 1)
_NUDGE = 1 << (_BITS - 20)


@inner()
def _along(clear, at, step, side, cells):  # type: ignore[no-untyped-def]
    """Whether a line on a grid line is free: the cells on its sides start at ``at`` and at ``at - side``.

    Such a line is stopped only where both sides are blocked, or where it would have to change sides between
    two blocked cells.
    """
    this = True
    other = True
    k = 0
    while k < cells:
        room = clear[at + k * step]
        room_other = clear[at + k * step - side]
        if not ((this and room > 0) or (other and room_other > 0)):
            return False
        this = room > 0
        other = room_other > 0
        k += 1 if room < 2 or room_other < 2 else int(min(room, room_other))
    return True


@inner()
def _ray(clear, pa, pb, qa, qb, step_a, step_b):  # type: ignore[no-untyped-def]
    """Whether a line is free that runs up axis a, and no steeper along axis b; see ``sees``."""
    if pb == qb and pb % 2 == 0:
        first = pa // 2
        return _along(clear, first * step_a + pb // 2 * step_b, step_a, step_b, (qa + 1) // 2 - first)
    slope = np.int64(np.rint((qb - pb) / (qa - pa) * _HALF))  # per half cell
    nudge = _NUDGE if qb >= pb else -_NUDGE  # a line that meets a grid line goes on behind it
    start = pb * _HALF - slope * pa
    column = pa // 2
    row = (pb * _HALF + nudge) >> _BITS
    while 2 * column < qa:
        room = np.int64(clear[column * step_a + row * step_b])
        if room == 0:
            return False
        if room > 1:
            column += room - 1
            row = (start + slope * (2 * column) + nudge) >> _BITS
            continue
        last = (start + slope * min(2 * column + 2, qa) - nudge) >> _BITS
        if last != row and clear[column * step_a + last * step_b] == 0:
            return False
        column += 1
        row = (start + slope * (2 * column) + nudge) >> _BITS
        if (
            row != last
            and 2 * column < qa
            and clear[column * step_a + last * step_b] == 0
            and clear[(column - 1) * step_a + row * step_b] == 0
        ):
            return False
    return True


@kernel(allocates=True)
def sees(clear, columns, px, py, qx, qy):  # type: ignore[no-untyped-def]
    """Return whether nothing blocked lies between two points.

    Args:
        clear: (rows * columns,) chessboard distance in cells to the nearest blocked cell, 0 in one.
        columns: of the raster.
        px, py, qx, qy: int64, in half cells from the corner of the raster, inside the raster.
    """
    pa, pb, qa, qb = px, py, qx, qy
    step_a, step_b = 1, columns
    if abs(qx - px) < abs(qy - py):
        pa, pb, qa, qb = py, px, qy, qx
        step_a, step_b = columns, 1
    if pa > qa:
        pa, pb, qa, qb = qa, qb, pa, pb
    return pa == qa or _ray(clear, pa, pb, qa, qb, step_a, step_b)


@kernel(allocates=True)
def visible_cells(cell, level, x, y, clear, columns, reach, per_cell):  # type: ignore[no-untyped-def]
    """Return who sees whom among the 1 m cells, as bit windows.

    Args:
        cell: (ny, nx) number of the cell or -1.
        level: (C,) only cells of one level see each other.
        x, y: (C,) int64 lattice points of the cells.
        clear, columns: as in ``sees``.
        reach: cells that the window reaches each way; also the greatest distance in cells.
        per_cell: lattice steps per cell.

    Returns:
        (C, 2*reach + 1) uint64; bit b of row r: the cell at (iy - reach + r, ix - reach + b) is seen. Each
        pair is decided once, so the relation is symmetric to the bit.
    """
    ny, nx = cell.shape
    count = len(x)
    mask = np.zeros((count, 2 * reach + 1), np.uint64)
    room = np.empty(count, np.int64)
    one = np.uint64(1)
    for p in range(count):
        # lattice steps that are free around the point in every direction
        room[p] = 2 * (np.int64(clear[(y[p] - 1) // 2 * columns + (x[p] - 1) // 2]) - 1)
        mask[p, reach] |= one << np.uint64(reach)
    limit = (reach * per_cell) ** 2
    for p in range(count):
        px = x[p]
        py = y[p]
        ix = px // per_cell
        iy = py // per_cell
        for v in range(min(reach, ny - 1 - iy) + 1):
            for u in range(1 if v == 0 else max(-reach, -ix), min(reach, nx - 1 - ix) + 1):
                q = cell[iy + v, ix + u]
                if q < 0 or level[q] != level[p]:
                    continue
                dx = x[q] - px
                dy = y[q] - py
                if dx * dx + dy * dy > limit:
                    continue
                if max(abs(dx), abs(dy)) <= room[p] + room[q] or sees(clear, columns, px, py, x[q], y[q]):
                    mask[p, reach + v] |= one << np.uint64(reach + u)
                    mask[q, reach - v] |= one << np.uint64(reach - u)
    return mask


@kernel(allocates=True)
def seen_from(px, py, point_level, reach_m, x, y, level, clear, columns, step_m):  # type: ignore[no-untyped-def]
    """Return which cells each of a few points sees.

    Args:
        px, py: (N,) int64 lattice points; point_level: (N,).
        reach_m: greatest distance.
        x, y, level: (C,) lattice points and levels of the cells.
        clear, columns: as in ``sees``.
        step_m: length of a lattice step.

    Returns:
        (N, C) bool.
    """
    seen = np.zeros((len(px), len(x)), np.bool_)
    limit = (reach_m / step_m) ** 2
    for n in range(len(px)):
        for c in range(len(x)):
            dx = x[c] - px[n]
            dy = y[c] - py[n]
            if level[c] == point_level[n] and dx * dx + dy * dy <= limit:
                seen[n, c] = sees(clear, columns, px[n], py[n], x[c], y[c])
    return seen


@inner()
def _passes_over(over, columns, tops, height, end, at_x, at_y, x, y):  # type: ignore[no-untyped-def]
    """Whether a ray from a lamp at ``height`` to a point at height ``end`` runs above all obstacles on its way.

    Below the top of an obstacle is only the last stretch of the ray; that stretch must be free of it.
    """
    for k in range(len(tops)):
        if tops[k] <= end:
            continue
        share = max(0.0, (height - tops[k]) / (height - end)) if height > end else 0.0
        from_x = at_x + np.int64(np.rint(share * (x - at_x)))
        from_y = at_y + np.int64(np.rint(share * (y - at_y)))
        if not sees(over[k], columns, from_x, from_y, x, y):
            return False
    return True


@kernel(allocates=True)
def lamp_light(
    lamps, at_x, at_y, lamp_level, x, y, level, clear, columns, over, tops, x0, y0, step_m, reach_m, face_m
):  # type: ignore[no-untyped-def]
    """Add up the direct light of lamps, lamp after lamp in the order given.

    Each lamp gives (m + 1) / (2 pi) * flux * cos^m candela at the angle from straight down; science.md 3.1.

    Args:
        lamps: (L, 5) float64: x, y, height over the floor (m), flux (lm, after losses), beam exponent m.
        at_x, at_y: (L,) int64 lattice points from which the lamps shine (for occlusion alone).
        lamp_level: (L,); a lamp lights its own level.
        x, y, level: (C,) lattice points and levels of the cells.
        clear, columns: as in ``sees``, of walls from floor to ceiling.
        over: (H, rows * columns) the same of obstacles that are ``tops`` (H,) m high.
        x0, y0, step_m: corner of the sheet and length of a lattice step.
        reach_m: horizontal distance beyond which a lamp is left out.
        face_m: height of a face.

    Returns:
        floor_lx, face_lx: (C,) float64: horizontal at the floor, mean cylindrical at face height.
    """
    floor_lx = np.zeros(len(x))
    face_lx = np.zeros(len(x))
    for k in range(len(lamps)):
        height = lamps[k, 2]
        m = lamps[k, 4]
        candela = (m + 1.0) / (2.0 * math.pi) * lamps[k, 3]
        above = height - face_m
        for c in range(len(x)):
            if level[c] != lamp_level[k]:
                continue
            dx = x0 + x[c] * step_m - lamps[k, 0]
            dy = y0 + y[c] * step_m - lamps[k, 1]
            away2 = dx * dx + dy * dy
            if away2 > reach_m * reach_m or not sees(clear, columns, at_x[k], at_y[k], x[c], y[c]):
                continue
            if height > 0.0 and _passes_over(
                over, columns, tops, height, 0.0, at_x[k], at_y[k], x[c], y[c]
            ):
                d2 = away2 + height * height
                cosine = height / math.sqrt(d2)
                floor_lx[c] += candela * cosine**m * cosine / d2
            if above > 0.0 and _passes_over(
                over, columns, tops, height, face_m, at_x[k], at_y[k], x[c], y[c]
            ):
                d2 = away2 + above * above
                d = math.sqrt(d2)
                face_lx[c] += candela * (above / d) ** m * (math.sqrt(away2) / d) / (math.pi * d2)
    return floor_lx, face_lx
