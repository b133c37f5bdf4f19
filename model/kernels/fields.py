"""Compiled array code of the fields: points of cells, walking within reach, effective lux."""

import numpy as np
from numba import njit


@njit(cache=True)
def _largest_part(sub, seen, stack, member):  # type: ignore[no-untyped-def]
    """Mark in ``member`` the largest 4-connected part of a 4 x 4 block; return its number of cells."""
    best = 0
    best_at = -1
    seen[:] = False
    for start in range(16):
        if sub[start] and not seen[start]:
            seen[start] = True
            stack[0] = start
            top = 1
            count = 0
            while top > 0:
                top -= 1
                at = stack[top]
                count += 1
                row = at // 4
                col = at % 4
                for move in range(4):
                    r = row + (move == 0) - (move == 1)
                    c = col + (move == 2) - (move == 3)
                    if 0 <= r < 4 and 0 <= c < 4 and sub[4 * r + c] and not seen[4 * r + c]:
                        seen[4 * r + c] = True
                        stack[top] = 4 * r + c
                        top += 1
            if count > best:
                best = count
                best_at = start
    member[:] = False
    if best_at >= 0:
        member[best_at] = True
        stack[0] = best_at
        top = 1
        while top > 0:
            top -= 1
            at = stack[top]
            row = at // 4
            col = at % 4
            for move in range(4):
                r = row + (move == 0) - (move == 1)
                c = col + (move == 2) - (move == 3)
                if 0 <= r < 4 and 0 <= c < 4 and sub[4 * r + c] and not member[4 * r + c]:
                    member[4 * r + c] = True
                    stack[top] = 4 * r + c
                    top += 1
    return best


@njit(cache=True)
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
            size = _largest_part(sub, seen, stack, member)
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
