"""How far and where everybody walks in a step, from the people around."""

import numpy as np

from model.kernels.bins import cells_within, lowest_bit, occupied
from model.kernels.compiling import inner, kernel
from model.kernels.floor import march
from model.kernels.walkers import EX, EY, KIND, RETURNS, STRIDE, WALKS, X, Y

KERNEL_PEAK = 3.0 / np.pi  # of (1 - q^2)^2 on the unit disc, so that it integrates to 1
TINY = 1e-12


@inner(error_model="numpy", forceinline=True)
def gather(look, cell_of, first, bits, sheet, reach_m, i, who, where):  # type: ignore[no-untyped-def]
    """List the people within reach of row ``i``: rows in ``who``, (dx, dy, d^2) in ``where``; return how many.

    People of neighbouring cells of a row lie side by side. There is no branch on the distance: half of the
    candidates are out of reach, at random.

    Args:
        look, cell_of, who, where: see ``WalkWork``.
        first, bits: of the bins.
        sheet: (x0, y0, size, columns, rows, wrap) of the bins.
        reach_m: m.
        i: row of the person.
    """
    x0, y0, size_m, columns, rows, wrap_m = sheet
    x, y = look[i, X], look[i, Y]
    reach2 = reach_m * reach_m
    last = who.shape[0] - 1
    found = 0
    column_0, column_1 = cells_within(x0, size_m, columns, x, reach_m, wrap_m)
    row_0, row_1 = cells_within(y0, size_m, rows, y, reach_m, 0.0)
    low, high, x_seen, parts = max(column_0, 0), min(column_1, columns - 1), x, 1
    if column_0 < 0 or column_1 >= columns:
        parts = 2  # the window reaches over the seam of an endless corridor
    for part in range(parts):
        if part == 1:
            if column_0 < 0:
                low, high, x_seen = column_0 + columns, columns - 1, x + wrap_m
            else:
                low, high, x_seen = 0, column_1 - columns, x - wrap_m
        for row in range(row_0, row_1 + 1):
            word = occupied(bits, row, low, high)
            if word == 0:
                continue
            j = first[row * columns + low + np.int64(lowest_bit(word))]
            end = row * columns + high
            while cell_of[j] <= end:
                dx, dy = look[j, X] - x_seen, look[j, Y] - y
                d2 = dx * dx + dy * dy
                who[found] = j
                where[found, 0], where[found, 1], where[found, 2] = dx, dy, d2
                found += (d2 < reach2) & (j != i) & (found < last)
                j += 1
    return found


@inner(error_model="numpy", forceinline=True)
def look_around(look, rules, i, who, where, found, pairs, count):  # type: ignore[no-untyped-def]
    """Sum what the people within reach mean to walker ``i``, and list the pairs that might touch.

    Args:
        look: see ``WalkWork``.
        rules: ``WalkRules``.
        i: row of the person.
        who, where, found: from ``gather``.
        pairs, count: (pairs, 2) int32 list and how many are in it.

    Returns:
        weighted people ahead (kernel not yet normalised), push (x, y) from people near, turn to the right
        from people on a course of collision, and the new count.
    """
    ex, ey = look[i, EX], look[i, EY]
    touch = 2.0 * rules.body_m + look[i, STRIDE]
    per_reach, per_width = 1.0 / rules.reach_m, 1.0 / rules.avoid_width_m
    per_room = 1.0 / (1.0 - rules.body_m / rules.reach_m)
    last = pairs.shape[0] - 1
    ahead, push_x, push_y, turn = 0.0, 0.0, 0.0, 0.0
    for k in range(found):
        j = who[k]
        dx, dy = where[k, 0], where[k, 1]
        d = np.sqrt(max(where[k, 2], TINY))
        per_d = 1.0 / d
        forward, right = dx * ex + dy * ey, dx * ey - dy * ex
        along = look[j, EX] * ex + look[j, EY] * ey  # 1 same way, -1 straight against me, 0 stands
        opposed = max(0.0, -along)
        cosine = forward * per_d
        q = d * per_reach
        near = 1.0 - q * q
        ahead += near * near * (1.0 + cosine) * (1.0 - (1.0 - rules.oncoming_weight) * opposed)
        close = min(1.0, (1.0 - q) * per_room)
        close *= close
        share = rules.side_others + (1.0 - rules.side_others) * max(0.0, along)
        push = share * close * close * per_d if cosine > rules.side_cosine else 0.0
        push_x -= push * dx
        push_y -= push * dy
        aside = opposed * (1.0 - q) * max(0.0, 1.0 - abs(right) * per_width) if forward > 0.0 else 0.0
        turn += aside if right < rules.bias_m else -aside
        pairs[count, 0], pairs[count, 1] = i, j
        # of two walkers the first lists the pair; who stands lists none
        count += (d < touch + look[j, STRIDE]) & ((i < j) | (look[j, KIND] != WALKS)) & (count < last)
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
    look, new, busy, pairs, who, where = work.look, work.new, work.busy, work.pairs, work.who, work.where
    slot, cell_of, first, bits = work.slot, work.cell_of, bins.first, bins.bits
    floor, under = room.floor, work.under
    nx4, ny4, x0, y0, wrap_m = room.nx4, room.ny4, room.x0, room.y0, room.wrap_m
    sheet = (bins.x0, bins.y0, bins.size_m, bins.columns, bins.rows, wrap_m)
    count = np.int64(0)
    for k in range(work.count[0]):
        if busy[k] != WALKS and busy[k] != RETURNS:
            continue
        i = slot[k]
        x, y = look[k, X], look[k, Y]
        if busy[k] == WALKS:
            found = gather(look, cell_of, first, bits, sheet, rules.reach_m, k, who, where)
            ahead, push_x, push_y, turn, count = look_around(look, rules, k, who, where, found, pairs, count)
            dx, dy = stride_of(rules, v0[i], look[k, EX], look[k, EY], ahead, push_x, push_y, turn, under[k, 1], dt)
            if mode[i] == 2:  # not beyond the goal
                dx, dy = towards(dx, dy, np.hypot(goal_x[i] - x, goal_y[i] - y))
        else:
            dx, dy = towards(goal_x[i] - x, goal_y[i] - y, rules.drift_share * v0[i] * dt)
        if max(abs(dx), abs(dy)) < under[k, 2]:
            new[k, 0], new[k, 1] = x + dx, y + dy
        else:
            new[k, 0], new[k, 1] = march(floor, nx4, ny4, x0, y0, wrap_m, x, y, dx, dy, rules.piece_m)
    work.count[1] = count
