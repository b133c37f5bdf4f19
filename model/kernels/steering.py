"""How far and where everybody walks in a step, from the people around."""

import numpy as np

from model.kernels.bins import cells_within, listed_before, occupied_rows
from model.kernels.compiling import inner, kernel
from model.kernels.floor import march
from model.kernels.memory import scratch
from model.kernels.walkers import EX, EY, KIND, NEAR_MOST, RETURNS, STRIDE, WALKS, X, Y

KERNEL_PEAK = 3.0 / np.pi  # of (1 - q^2)^2 on the unit disc, so that it integrates to 1
TINY = 1e-12
LANES = 8  # neighbours worked on side by side
AMONG = NEAR_MOST + LANES


@inner(error_model="numpy", forceinline=True)
def gather(look, bins, wrap_m, reach_m, i, who, dx, dy):  # type: ignore[no-untyped-def]
    """List the people within reach of row ``i``: rows in ``who``, how far away in ``dx`` and ``dy``; return how many.

    People of neighbouring cells of a row lie side by side. There is hardly a branch, since none could be foreseen: half
    of the candidates are out of reach, at random.

    Args:
        look: see ``WalkWork``.
        bins: ``Bins``, listed.
        wrap_m: period of an endless corridor, m, or 0.
        reach_m: m.
        i: row of the person.
        who, dx, dy: room for ``AMONG``; behind those listed the person follows as somebody out of reach.
    """
    among = scratch(AMONG, np.uint32)
    columns = bins.columns
    x, y = look[X, i], look[Y, i]
    reach2 = reach_m * reach_m
    column_0, column_1 = cells_within(bins.x0, bins.size_m, columns, x, reach_m, wrap_m)
    row_0, row_1 = cells_within(bins.y0, bins.size_m, bins.rows, y, reach_m, 0.0)
    low, high, x_seen, parts = max(column_0, 0), min(column_1, columns - 1), x, 1
    if column_0 < 0 or column_1 >= columns:
        parts = 2  # the window reaches over the seam of an endless corridor
    found = np.int64(0)
    for part in range(parts):
        if part == 1:
            if column_0 < 0:
                low, high, x_seen = column_0 + columns, columns - 1, x + wrap_m
            else:
                low, high, x_seen = 0, column_1 - columns, x - wrap_m
        rows = occupied_rows(bins.row_bits, row_0, row_1)
        many = np.int64(0)
        for row in range(row_0, row_1 + 1):
            if (rows >> np.uint64(row - row_0)) & np.uint64(1) == 0:
                continue
            at = np.uint64(row)
            begin, end = listed_before(bins, at, low), listed_before(bins, at, high + 1)
            end = min(end, begin + NEAR_MOST - found - many)
            for lane in range(LANES):
                among[many + lane] = np.uint32(begin + lane)
            for k in range(LANES, end - begin):
                among[many + k] = np.uint32(begin + k)
            many += end - begin
        for k in range(many):
            j = among[k]
            away_x, away_y = look[X, j] - x_seen, look[Y, j] - y
            who[found], dx[found], dy[found] = j, away_x, away_y
            found += (away_x * away_x + away_y * away_y < reach2) & (j != i)
    for lane in range(LANES):
        who[found + lane], dx[found + lane], dy[found + lane] = i, reach_m, reach_m
    return found


@inner(error_model="numpy", forceinline=True)
def look_around(look, rules, i, who, dxs, dys, found, pairs, count):  # type: ignore[no-untyped-def]
    """Sum what the people within reach mean to walker ``i``, and list the pairs that might touch.

    Args:
        look: see ``WalkWork``.
        rules: ``WalkRules``.
        i: row of the person.
        who, dxs, dys, found: from ``gather``.
        pairs, count: (pairs, 2) int32 list and how many are in it.

    Returns:
        weighted people ahead (kernel not yet normalised), push (x, y) from people near, turn to the right
        from people on a course of collision, and the new count.
    """
    heavy, listed, aside = scratch(AMONG, np.float64), scratch(AMONG, np.float64), scratch(AMONG, np.float64)
    left, down = scratch(AMONG, np.float64), scratch(AMONG, np.float64)
    ex, ey = look[EX, i], look[EY, i]
    per_reach, per_width = 1.0 / rules.reach_m, 1.0 / rules.avoid_width_m
    per_room = 1.0 / (1.0 - rules.body_m / rules.reach_m)
    others, heeds, cosine_least, bias = rules.side_others, 1.0 - rules.oncoming_weight, rules.side_cosine, rules.bias_m
    touch = 2.0 * rules.body_m + look[STRIDE, i]
    for block in range((found + LANES - 1) // LANES):
        for lane in range(LANES):
            k = block * LANES + lane
            j = who[k]
            dx, dy = dxs[k], dys[k]
            d = np.sqrt(max(dx * dx + dy * dy, TINY))
            per_d = 1.0 / d
            forward, right = dx * ex + dy * ey, dx * ey - dy * ex
            along = look[EX, j] * ex + look[EY, j] * ey  # 1 same way, -1 straight against me, 0 stands
            opposed = max(0.0, -along)
            cosine = forward * per_d
            q = d * per_reach
            near = 1.0 - q * q
            heavy[k] = near * near * (1.0 + cosine) * (1.0 - heeds * opposed)
            close = min(1.0, (1.0 - q) * per_room)
            close *= close
            share = others + (1.0 - others) * max(0.0, along)
            push = share * close * close * per_d if cosine > cosine_least else 0.0
            left[k], down[k] = push * dx, push * dy
            pass_by = opposed * (1.0 - q) * max(0.0, 1.0 - abs(right) * per_width) if forward > 0.0 else 0.0
            aside[k] = pass_by if right < bias else -pass_by
            # of two walkers the first lists the pair; who stands lists none
            lists = (d < touch + look[STRIDE, j]) & ((i < j) | (look[KIND, j] != WALKS))
            listed[k] = 1.0 if lists else 0.0
    last = pairs.shape[0] - 1
    ahead, push_x, push_y, turn = 0.0, 0.0, 0.0, 0.0
    for k in range(found):
        ahead += heavy[k]
        push_x -= left[k]
        push_y -= down[k]
        turn += aside[k]
        pairs[count, 0], pairs[count, 1] = i, who[k]
        count += (listed[k] != 0.0) & (count < last)
    return ahead, push_x, push_y, turn, count


@inner(error_model="numpy", forceinline=True)
def stride_of(rules, v0, ex, ey, density, push_x, push_y, turn, open_share, dt):  # type: ignore[no-untyped-def]
    """Return the displacement (dx, dy) that somebody wants who looked around.

    Speed is Weidmann's at the density ahead: the sum of (1 - d^2/R^2)^2 * (1 + cos) over people, which has
    the spread of a Gaussian of 0.7 m at R = 2 m, over the share of that kernel on floor. The own body counts
    too, but never more than the others together, so that alone one walks at the free speed.
    """
    slow = 1.0
    if density > TINY:
        density += min(density, rules.self_weight)
        density *= KERNEL_PEAK / (rules.reach_m * rules.reach_m * open_share)
        slow = 1.0 - np.exp(rules.weidmann_gamma * (1.0 / rules.jam_density - 1.0 / density))
    stride = v0 * max(rules.lowest_share, slow) * dt
    forward = max(1.0 + rules.side_strength * (push_x * ex + push_y * ey), rules.forward_least)
    aside = rules.side_strength * (push_x * ey - push_y * ex) + rules.avoid_strength * turn
    aside = min(max(aside, -rules.turn_most), rules.turn_most)
    stride /= np.sqrt(forward * forward + aside * aside)
    return stride * (forward * ex + aside * ey), stride * (forward * ey - aside * ex)


@inner(error_model="numpy", forceinline=True)
def towards(dx, dy, longest):  # type: ignore[no-untyped-def]
    """Return the way (dx, dy), cut to ``longest`` metres."""
    length = np.sqrt(dx * dx + dy * dy)
    if length <= longest:
        return dx, dy
    return dx * longest / length, dy * longest / length


@kernel(error_model="numpy")
def take_steps(walkers, room, rules, bins, work, dt):  # type: ignore[no-untyped-def]
    """Set the new place of everybody who walks or goes back, before contacts, and list who might touch."""
    goal_x, goal_y, v0, mode = walkers.goal_x, walkers.goal_y, walkers.v0, walkers.mode
    look, new, busy, pairs, slot = work.look, work.new, work.busy, work.pairs, work.slot
    who, dxs, dys = scratch(AMONG, np.uint32), scratch(AMONG, np.float64), scratch(AMONG, np.float64)
    floor, under = room.floor, work.under
    nx4, ny4, x0, y0, wrap_m = room.nx4, room.ny4, room.x0, room.y0, room.wrap_m
    count = np.int64(0)
    for k in range(work.count[0]):
        if busy[k] != WALKS and busy[k] != RETURNS:
            continue
        i = slot[k]
        x, y = look[X, k], look[Y, k]
        if busy[k] == WALKS:
            found = gather(look, bins, wrap_m, rules.reach_m, k, who, dxs, dys)
            ahead, push_x, push_y, turn, count = look_around(look, rules, k, who, dxs, dys, found, pairs, count)
            dx, dy = stride_of(rules, v0[i], look[EX, k], look[EY, k], ahead, push_x, push_y, turn, under[k, 1], dt)
            if mode[i] == 2:  # not beyond the goal
                dx, dy = towards(dx, dy, np.hypot(goal_x[i] - x, goal_y[i] - y))
        else:
            dx, dy = towards(goal_x[i] - x, goal_y[i] - y, rules.drift_share * v0[i] * dt)
        if max(abs(dx), abs(dy)) < under[k, 2]:
            new[k, 0], new[k, 1] = x + dx, y + dy
        else:
            new[k, 0], new[k, 1] = march(floor, nx4, ny4, x0, y0, wrap_m, x, y, dx, dy, rules.piece_m)
    work.count[1] = count
