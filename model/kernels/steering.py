"""How far and where one walker goes in a step, from the people around."""

import numpy as np
from numba import njit

from model.kernels.bins import columns_within, rows_within

KERNEL_PEAK = 3.0 / np.pi  # of (1 - q^2)^2 on the unit disc, so that it integrates to 1


@njit(cache=True)
def steer(walkers, rules, bins, work, wrap_m, i, open_share, dt):  # type: ignore[no-untyped-def]
    """Return the displacement (dx, dy) that walker ``i`` wants, and list the pairs that might touch.

    Speed is Weidmann's at the density ahead: sum of (1 - d^2/R^2)^2 * (1 + cos), which has the spread of a
    Gaussian of 0.7 m at R = 2 m. People who come towards me count less, they are past in a moment.
    """
    xs, ys, rank, ex_all, ey_all = walkers.x, walkers.y, work.rank, work.ex, work.ey
    busy, speeds = work.busy, walkers.speed
    x, y, ex, ey = xs[i], ys[i], ex_all[i], ey_all[i]
    reach = rules.reach_m
    reach2 = reach * reach
    per_reach2 = 1.0 / reach2
    own_rank = rank[i]
    own_speed = speeds[i]
    body = rules.body_m
    touch = body + own_speed * dt + body
    side_scale = 1.0 / (1.0 - body / reach)
    density, push_x, push_y, side, oncoming = 0.0, 0.0, 0.0, 0.0, 0.0
    pairs = work.count[0]
    room_for_pairs = work.pair_i.shape[0]

    if wrap_m > 0.0:
        column_0 = int(np.floor((x - reach - bins.x0) / bins.size_m))
        column_1 = int(np.floor((x + reach - bins.x0) / bins.size_m))
    else:
        column_0, column_1 = columns_within(bins, x, reach)
    row_0, row_1 = rows_within(bins, y, reach)
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
                dx = xs[j] + shift - x
                dy = ys[j] - y
                d2 = dx * dx + dy * dy
                if d2 < reach2 and j != i:
                    d = np.sqrt(d2)
                    close = 1.0 / max(d, 1e-9)
                    ahead = dx * ex + dy * ey
                    cosine = ahead * close
                    along = ex * ex_all[j] + ey * ey_all[j] if busy[j] == 1 else 0.0
                    opposed = max(0.0, -along)
                    q = 1.0 - d2 * per_reach2
                    density += q * q * (1.0 + cosine) * (1.0 - (1.0 - rules.oncoming_weight) * opposed)
                    if cosine > -0.2:
                        near = min(1.0, (1.0 - d / reach) * side_scale)
                        strength = rules.side_strength * near**4 * close
                        push_x -= strength * dx
                        push_y -= strength * dy
                        right = dx * ey - dy * ex  # > 0: to my right
                        if cosine > 0.0:
                            weight = 1.0 - d / reach
                            if opposed > 0.0:
                                k = max(0.0, 1.0 - abs(right) / rules.avoid_width_m)
                                aside = k if right < rules.bias_m else -k
                                side += rules.avoid_strength * opposed * weight * aside
                                oncoming += opposed * weight
                            elif along > 0.0:
                                k = max(0.0, 1.0 - abs(right) / rules.avoid_width_m)
                                side += 0.0 * k
                    if d < touch + speeds[j] * dt and (busy[j] != 1 or own_rank < rank[j]):
                        if pairs < room_for_pairs:
                            work.pair_i[pairs] = i
                            work.pair_j[pairs] = j
                            pairs += 1
                j = bins.next[j]
    work.count[0] = pairs
    density *= KERNEL_PEAK * per_reach2 / max(open_share, 0.05)
    free = walkers.v0[i]
    slow = 1.0
    if density > 1e-6:
        slow = 1.0 - np.exp(-rules.weidmann_g * (1.0 / density - 1.0 / rules.jam_density))
    stride = free * max(rules.lowest_share, slow) * dt
    wx = ex + push_x + side * ey
    wy = ey + push_y - side * ex
    forward = max(wx * ex + wy * ey, rules.forward_least)
    aside = wx * ey - wy * ex
    aside = min(max(aside, -rules.turn_most), rules.turn_most)
    norm = stride / np.sqrt(forward * forward + aside * aside)
    return norm * (forward * ex + aside * ey), norm * (forward * ey - aside * ex)
