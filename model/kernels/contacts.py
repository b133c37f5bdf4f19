"""Bodies that would overlap are parted, half each, for at most four rounds."""

import numpy as np
from numba import njit

from model.kernels.bins import columns_within, rows_within
from model.kernels.floor import step_on_floor

ROUNDS = 4


@njit(cache=True)
def list_stander_pairs(walkers, order, n, rules, bins, work, wrap_m):  # type: ignore[no-untyped-def]
    """Add the pairs of standing people of whom one is about to be pushed or on the way back."""
    busy, pair_j = work.busy, work.pair_j
    for k in range(work.count[0]):
        j = pair_j[k]
        if busy[j] == 0:
            busy[j] = 3
    xs, ys, rank = walkers.x, walkers.y, work.rank
    touch = 2.0 * rules.body_m
    pairs = work.count[0]
    for k in range(n):
        i = order[k]
        if walkers.mode[i] == 0 or busy[i] < 2:
            continue
        x, y = xs[i], ys[i]
        if wrap_m > 0.0:
            column_0 = int(np.floor((x - touch - bins.x0) / bins.size_m))
            column_1 = int(np.floor((x + touch - bins.x0) / bins.size_m))
        else:
            column_0, column_1 = columns_within(bins, x, touch)
        row_0, row_1 = rows_within(bins, y, touch)
        for row in range(row_0, row_1 + 1):
            for column in range(column_0, column_1 + 1):
                shift = 0.0
                at = column
                if column < 0:
                    at, shift = column + bins.columns, -wrap_m
                elif column >= bins.columns:
                    at, shift = column - bins.columns, wrap_m
                j = bins.head[row * bins.columns + at]
                while j >= 0:
                    if busy[j] != 1 and (busy[j] == 0 or rank[i] < rank[j]):
                        dx = xs[j] + shift - x
                        dy = ys[j] - y
                        if dx * dx + dy * dy < touch * touch and pairs < work.pair_i.shape[0]:
                            work.pair_i[pairs] = i
                            work.pair_j[pairs] = j
                            pairs += 1
                    j = bins.next[j]
    work.count[0] = pairs


@njit(cache=True)
def push_apart(work, rules, wrap_m, i, j):  # type: ignore[no-untyped-def]
    """Add the pushes of one pair; return the distance that is missing (negative: room to spare)."""
    dx = work.new_x[j] - work.new_x[i]
    dy = work.new_y[j] - work.new_y[i]
    if wrap_m > 0.0:
        if dx > 0.5 * wrap_m:
            dx -= wrap_m
        elif dx < -0.5 * wrap_m:
            dx += wrap_m
    d2 = dx * dx + dy * dy
    body = rules.body_m
    if d2 >= body * body:
        return body - np.sqrt(d2)
    d = np.sqrt(d2)
    i_walks, j_walks = work.busy[i] == 1, work.busy[j] == 1
    if i_walks and j_walks:
        along = work.ex[i] * work.ex[j] + work.ey[i] * work.ey[j]
        if along < 0.0:
            body += along * (body - rules.body_passing_m)
    elif i_walks or j_walks:
        body = rules.body_passing_m
    missing = body - d
    if missing <= 0.0:
        return missing
    if d < 1e-6:
        ux, uy = (1.0, 0.0) if work.rank[i] < work.rank[j] else (-1.0, 0.0)
    else:
        ux, uy = dx / d, dy / d
    share_i = 0.5
    if i_walks and not j_walks:
        share_i = 1.0 - rules.yield_share
    elif j_walks and not i_walks:
        share_i = rules.yield_share
    work.push_x[i] -= share_i * missing * ux
    work.push_y[i] -= share_i * missing * uy
    work.push_x[j] += (1.0 - share_i) * missing * ux
    work.push_y[j] += (1.0 - share_i) * missing * uy
    work.pushes[i] += 1
    work.pushes[j] += 1
    return missing


@njit(cache=True)
def part_bodies(walkers, order, n, room, rules, work):  # type: ignore[no-untyped-def]
    """Push the listed pairs apart until they have room, at most ``ROUNDS`` times; nobody leaves the floor."""
    pair_i, pair_j = work.pair_i, work.pair_j
    for _ in range(ROUNDS):
        kept = 0
        pushed = 0
        for k in range(work.count[0]):
            i, j = pair_i[k], pair_j[k]
            missing = push_apart(work, rules, room.wrap_m, i, j)
            if missing > 0.005:
                pushed += 1
            if missing > -rules.body_m:
                pair_i[kept], pair_j[kept] = i, j
                kept += 1
        work.count[0] = kept
        for k in range(kept):
            move_pushed(room, rules, work, pair_i[k])
            move_pushed(room, rules, work, pair_j[k])
        if pushed == 0:
            break


@njit(cache=True)
def move_pushed(room, rules, work, i):  # type: ignore[no-untyped-def]
    """Move somebody by the pushes received, a piece at most."""
    count = work.pushes[i]
    if count == 0:
        return
    dx, dy = 1.2 * work.push_x[i] / count, 1.2 * work.push_y[i] / count
    work.pushes[i] = 0
    work.push_x[i], work.push_y[i] = 0.0, 0.0
    longest = max(abs(dx), abs(dy))
    if longest > rules.piece_m:
        dx, dy = dx * rules.piece_m / longest, dy * rules.piece_m / longest
    work.new_x[i], work.new_y[i] = step_on_floor(room, work.new_x[i], work.new_y[i], dx, dy)
