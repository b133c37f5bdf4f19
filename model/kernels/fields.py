"""Compiled array code of the fields: points of cells, effective lux, views weighed by light."""

import math

import numpy as np

from model.kernels.compiling import inner, kernel


@kernel()
def _flood(sub, start, member, stack):  # type: ignore[no-untyped-def]
    """Mark in ``member`` all floor of a 4 x 4 block that hangs together with ``start``; return how much."""
    member[start] = True
    stack[0] = start
    top = 1
    count = 0
    while top > 0:
        top -= 1
        at = stack[top]
        count += 1
        for move in range(4):
            row = at // 4 + (move == 0) - (move == 1)
            col = at % 4 + (move == 2) - (move == 3)
            if 0 <= row < 4 and 0 <= col < 4 and sub[4 * row + col] and not member[4 * row + col]:
                member[4 * row + col] = True
                stack[top] = 4 * row + col
                top += 1
    return count


@inner()
def _largest_part(sub, seen, member, stack):  # type: ignore[no-untyped-def]
    """Mark in ``member`` the largest 4-connected part of a 4 x 4 block, of equals the first."""
    best = 0
    seen[:] = False
    start = np.int64(0)
    for k in range(16):
        if sub[k] and not seen[k]:
            count = _flood(sub, k, seen, stack)
            if count > best:
                best = count
                start = np.int64(k)
    member[:] = False
    return _flood(sub, start, member, stack)


@kernel(allocates=True)
def cell_points(floor):  # type: ignore[no-untyped-def]
    """Number the 1 m cells that hold floor and give each a point that lies on floor.

    The point is the place nearest the centroid of the largest 4-connected part of the cell's floor, on a
    lattice of 1/8 m, such that every 0.25 m cell that touches it is floor of that part. So a mirrored plan
    has mirrored points (but for ties), and lines of sight between points are decided in whole numbers.

    Args:
        floor: (4*ny, 4*nx) bool.

    Returns:
        cell (ny, nx) int32 number or -1; lattice x, y (C,) int32 in 1/8 m from the corner of the sheet;
        count (C,) int32 number of floor cells in the cell (all parts).
    """
    ny = floor.shape[0] // 4
    nx = floor.shape[1] // 4
    cell = np.full((ny, nx), -1, np.int32)
    xs = np.empty(nx * ny, np.int32)
    ys = np.empty(nx * ny, np.int32)
    counts = np.empty(nx * ny, np.int32)
    sub = np.empty(16, np.bool_)
    seen = np.empty(16, np.bool_)
    member = np.empty(16, np.bool_)
    stack = np.empty(32, np.int64)
    number = 0
    for iy in range(ny):
        for ix in range(nx):
            total = 0
            for k in range(16):
                sub[k] = floor[4 * iy + k // 4, 4 * ix + k % 4]
                total += sub[k]
            if total == 0:
                continue
            size = _largest_part(sub, seen, member, stack)
            sum_x = 0
            sum_y = 0
            for k in range(16):
                if member[k]:
                    sum_x += 2 * (k % 4) + 1
                    sum_y += 2 * (k // 4) + 1
            best = -1
            best_x = 0
            best_y = 0
            for ly in range(1, 8):
                for lx in range(1, 8):
                    good = True
                    for r in range((ly - 1) // 2, ly // 2 + 1):
                        for c in range((lx - 1) // 2, lx // 2 + 1):
                            good = good and member[4 * r + c]
                    gap = (size * lx - sum_x) ** 2 + (size * ly - sum_y) ** 2
                    if good and (best < 0 or gap < best):
                        best = gap
                        best_x = lx
                        best_y = ly
            cell[iy, ix] = number
            xs[number] = 8 * ix + best_x
            ys[number] = 8 * iy + best_y
            counts[number] = total
            number += 1
    return cell, xs[:number].copy(), ys[:number].copy(), counts[:number].copy()


@inner()
def _window(mask, cell, x, y, p, limit, found):  # type: ignore[no-untyped-def]
    """Write the cells that p sees within ``limit`` squared lattice steps into ``found``; return how many."""
    ny, nx = cell.shape
    reach = mask.shape[1] // 2
    radius = min(reach, int(math.sqrt(limit)) // 8 + 1)
    ix = x[p] // 8
    iy = y[p] // 8
    count = 0
    for r in range(max(-radius, -iy), min(radius, ny - 1 - iy) + 1):
        bits = mask[p, reach + r]
        if bits == 0:
            continue
        for b in range(max(-radius, -ix), min(radius, nx - 1 - ix) + 1):
            if (bits >> np.uint64(reach + b)) & np.uint64(1):
                q = cell[iy + r, ix + b]
                if (x[q] - x[p]) ** 2 + (y[q] - y[p]) ** 2 <= limit:
                    found[count] = q
                    count += 1
    return count


@inner()
def _kth_smallest(values, count, k, kept):  # type: ignore[no-untyped-def]
    """Return the k-th smallest (k from 1) of the first ``count`` values; ``kept``: scratch of at least k."""
    size = 0
    for i in range(count):
        value = values[i]
        if size == k:
            if value >= kept[k - 1]:
                continue
            at = k - 1
        else:
            at = size
            size += 1
        while at > 0 and kept[at - 1] > value:
            kept[at] = kept[at - 1]
            at -= 1
        kept[at] = value
    return kept[k - 1]


@kernel(allocates=True)
def effective_lux(mask, cell, x, y, lamp_lx, sky_share, outdoor_lx, limit, percent, weight):  # type: ignore[no-untyped-def]
    """Return mean^(1 - weight) * percentile^weight of face light over the cells in sight, science.md 3.1.

    The percentile is the value of rank ceil(percent / 100 * n): no interpolation, so it never falls when any
    value rises.

    Args:
        mask, cell: windows of visible cells and numbers of cells.
        x, y: (C,) lattice points, 8 to a cell.
        lamp_lx: (C,) float64 face light by lamps; sky_share: (C,) float64 share of outdoor light on a face.
        outdoor_lx: (K,).
        limit: square of the radius in lattice steps.
        percent, weight: which low percentile, and its weight.

    Returns:
        (K, C) float64.
    """
    levels = len(outdoor_lx)
    result = np.empty((levels, len(x)))
    most = mask.shape[1] ** 2
    found = np.empty(most, np.int64)
    values = np.empty(most)
    kept = np.empty(most)
    for p in range(len(x)):
        count = _window(mask, cell, x, y, p, limit, found)
        k = max(1, math.ceil(percent * count / 100.0))
        for level in range(levels):
            total = 0.0
            for i in range(count):
                values[i] = lamp_lx[found[i]] + sky_share[found[i]] * outdoor_lx[level]
                total += values[i]
            low = _kth_smallest(values, count, k, kept)
            result[level, p] = (total / count) ** (1.0 - weight) * low**weight
    return result


@kernel(allocates=True)
def weigh_view(mask, cell, x, y, weight, limit):  # type: ignore[no-untyped-def]
    """Return for each cell the sum of a weight over the cells it sees within a radius.

    Args:
        mask, cell, x, y, limit: as in ``effective_lux``.
        weight: (C, K) float64.

    Returns:
        (K, C) float64.
    """
    levels = weight.shape[1]
    result = np.zeros((levels, len(x)))
    found = np.empty(mask.shape[1] ** 2, np.int64)
    for p in range(len(x)):
        count = _window(mask, cell, x, y, p, limit, found)
        for i in range(count):
            for level in range(levels):
                result[level, p] += weight[found[i], level]
    return result
