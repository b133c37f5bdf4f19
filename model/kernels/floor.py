"""Where one can walk: lookups on the raster of floor cells, and steps that never leave it."""

from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel

FLOOR_PER_M = 4.0  # floor cells a metre

WalkRoom = namedtuple(
    "WalkRoom",
    [
        "floor",  # flat int32, number of the floor cell, -1 where nobody walks
        "nx4",  # floor cells in a row of the sheet
        "ny4",
        "x0",  # corner of the sheet, m
        "y0",
        "direction",  # (D, F) uint8
        "ground",  # (F, 2) float32: share of the density kernel that falls on floor, and metres free of walls
        "wrap_m",  # 0, or the period of a corridor without end in x
    ],
)


@inner(forceinline=True)
def floor_cell(floor, nx4, ny4, x0, y0, x, y):  # type: ignore[no-untyped-def]
    """Return the number of the floor cell under a point, -1 where nobody walks or outside the sheet."""
    across, up = (x - x0) * FLOOR_PER_M, (y - y0) * FLOOR_PER_M
    if across < 0.0 or up < 0.0 or across >= nx4 or up >= ny4:
        return -1
    return floor[np.int64(up) * nx4 + np.int64(across)]


@inner(forceinline=True)
def wrapped(x, x0, wrap_m):  # type: ignore[no-untyped-def]
    """Return ``x`` inside the period of an endless corridor."""
    if wrap_m > 0.0:
        if x < x0:
            x += wrap_m
        elif x >= x0 + wrap_m:
            x -= wrap_m
    return x


@inner(error_model="numpy")
def step_on_floor(floor, nx4, ny4, x0, y0, wrap_m, x, y, dx, dy):  # type: ignore[no-untyped-def]
    """Return where a step of less than a cell ends: on floor, sliding along walls, else where it began.

    Cells that only touch at a corner are no way.
    """
    to_x, to_y = wrapped(x + dx, x0, wrap_m), y + dy
    column, row = np.int64((x - x0) * FLOOR_PER_M), np.int64((y - y0) * FLOOR_PER_M)
    to_column = np.int64(np.floor((to_x - x0) * FLOOR_PER_M))
    to_row = np.int64(np.floor((to_y - y0) * FLOOR_PER_M))
    free_x, free_y = to_column == column, to_row == row
    if free_x and free_y:
        return to_x, to_y
    if not (0 <= column < nx4 and 0 <= row < ny4):
        return x, y  # who is not on the sheet stays where they are
    free_x = free_x or (0 <= to_column < nx4 and floor[row * nx4 + to_column] >= 0)
    free_y = free_y or (0 <= to_row < ny4 and floor[to_row * nx4 + column] >= 0)
    if free_x and free_y and floor[to_row * nx4 + to_column] >= 0:
        return to_x, to_y
    if free_x and (abs(dx) >= abs(dy) or not free_y):
        return to_x, y
    if free_y:
        return x, to_y
    return x, y


@inner(error_model="numpy")
def march(floor, nx4, ny4, x0, y0, wrap_m, x, y, dx, dy, piece_m):  # type: ignore[no-untyped-def]
    """Return the end of a walk by (dx, dy) in pieces no longer than ``piece_m`` that slide along walls."""
    pieces = np.int64(np.sqrt(dx * dx + dy * dy) / piece_m) + 1
    px, py = dx / pieces, dy / pieces
    for _ in range(pieces):
        x, y = step_on_floor(floor, nx4, ny4, x0, y0, wrap_m, x, y, px, py)
    return x, y


@kernel(allocates=True)
def metres_free(floor, cells):  # type: ignore[no-untyped-def]
    """Return (cells,) float64: how far one can go from anywhere in a floor cell, whatever the direction.

    The chessboard distance in cells to the next cell without floor, less one cell.
    """
    rows, columns = floor.shape
    far = np.zeros((rows + 2, columns + 2), np.int32)
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            if floor[row - 1, column - 1] >= 0:
                above = min(far[row - 1, column - 1], far[row - 1, column], far[row - 1, column + 1])
                far[row, column] = min(above, far[row, column - 1]) + 1
    free = np.zeros(cells)
    for row in range(rows, 0, -1):
        for column in range(columns, 0, -1):
            c = floor[row - 1, column - 1]
            if c >= 0:
                below = min(far[row + 1, column - 1], far[row + 1, column], far[row + 1, column + 1])
                far[row, column] = min(far[row, column], min(below, far[row, column + 1]) + 1)
                free[c] = (far[row, column] - 1) / FLOOR_PER_M
    return free


@kernel(allocates=True)
def share_on_floor(floor, cells, reach_m):  # type: ignore[no-untyped-def]
    """Return (cells,) float64: share of the density kernel (1 - d^2/R^2)^2 around each cell that is floor.

    Exactly 1 where there is nothing but floor within the reach.

    Args:
        floor: (ny, nx) int32, number of the floor cell in row-major order or -1.
        cells: how many floor cells there are.
        reach_m: radius R of the kernel, m.
    """
    rows, columns = floor.shape
    reach = int(reach_m * FLOOR_PER_M)
    side = 2 * reach + 1
    weight = np.zeros((side, side))
    for a in range(side):
        for b in range(side):
            d2 = ((a - reach) ** 2 + (b - reach) ** 2) / (FLOOR_PER_M * reach_m) ** 2
            weight[a, b] = max(0.0, 1.0 - d2) ** 2
    weight /= weight.sum()
    square = squares_of_floor(floor)
    share = np.zeros(cells)
    for row in range(rows):
        for column in range(columns):
            c = floor[row, column]
            if c < 0:
                continue
            row_1, column_1 = row + reach, column + reach
            if row_1 < rows and column_1 < columns and square[row_1, column_1] >= side:
                share[c] = 1.0
                continue
            for a in range(max(0, reach - row), min(side, rows - row + reach)):
                for b in range(max(0, reach - column), min(side, columns - column + reach)):
                    if floor[row + a - reach, column + b - reach] >= 0:
                        share[c] += weight[a, b]
    return share


@inner(allocates=True)
def squares_of_floor(floor):  # type: ignore[no-untyped-def]
    """Return (ny, nx) int32: side of the largest square of floor whose upper right is each cell."""
    rows, columns = floor.shape
    square = np.zeros((rows, columns), np.int32)
    for row in range(rows):
        for column in range(columns):
            if floor[row, column] >= 0:
                up = square[row - 1, column] if row > 0 else 0
                left = square[row, column - 1] if column > 0 else 0
                corner = square[row - 1, column - 1] if row > 0 and column > 0 else 0
                square[row, column] = min(up, left, corner) + 1
    return square
