"""Bodies that would overlap are parted in a few rounds; all read the same places, nobody leaves the floor."""

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.floor import step_on_floor
from model.kernels.lanes import LANES
from model.kernels.memory import scratch
from model.kernels.neighbours import AMONG, NEAR_REALS, NOWHERE, STRETCHES, WINDOW, Around, gather
from model.kernels.walkers import EX, EY, HELD, IDLE, NUDGED, RETURNS, WALKS

TINY = 1e-6


@kernel(error_model="numpy")
def list_standing_pairs(rules, bins, work, wrap_m):  # type: ignore[no-untyped-def]
    """Add the pairs of standing people one of whom may be pushed by a walker or is on the way back."""
    look, busy, pairs = work.look, work.busy, work.pairs
    around = Around(
        scratch(WINDOW, np.int64), scratch(STRETCHES, np.uint32), scratch(STRETCHES, np.uint32),
        scratch(STRETCHES, np.float64), scratch(AMONG, np.uint32), scratch(NEAR_REALS, np.float64),
    )  # fmt: skip
    around.window[0] = NOWHERE
    per_m = 1.0 / bins.size_m
    count, most = work.count[1], pairs.shape[1] - LANES
    for k in range(count):
        if busy[pairs[1, k]] == IDLE:
            busy[pairs[1, k]] = NUDGED
    for i in range(work.count[0]):
        if busy[i] != RETURNS and busy[i] != NUDGED:
            continue
        found = gather(look, bins, wrap_m, 2.0 * rules.body_m, per_m, i, around)
        for k in range(found):
            j = around.who[k]
            once = busy[j] == IDLE or (busy[j] != WALKS and i < j)
            if once and count < most:
                pairs[0, count], pairs[1, count] = i, j
                count += 1
    work.count[1] = count


@inner(error_model="numpy", forceinline=True)
def contact_of(rules, along, i_walks, j_walks, held):  # type: ignore[no-untyped-def]
    """Return the distance that two bodies keep, and the share of an overlap that the first makes room for.

    Walkers against each other turn their shoulders, and so does who walks past somebody standing. When one of
    them is ``held`` (1, else 0) they pass without any distance: in a gap too narrow for two somebody steps back,
    which cells of 0.25 m cannot show.
    """
    if i_walks and j_walks:
        opposed = max(0.0, -along)
        return rules.body_m - opposed * (rules.body_m - (1.0 - held) * rules.passing_m), 0.5
    if i_walks:
        return (1.0 - held) * rules.passing_m, 1.0 - rules.yield_share
    if j_walks:
        return (1.0 - held) * rules.passing_m, rules.yield_share
    return rules.body_m, 0.5


@inner(error_model="numpy", forceinline=True)
def between(new, i, j, wrap_m):  # type: ignore[no-untyped-def]
    """Return how far (x, y) row ``j`` lies from row ``i``, m."""
    dx, dy = new[j, 0] - new[i, 0], new[j, 1] - new[i, 1]
    if wrap_m > 0.0:
        if dx > 0.5 * wrap_m:
            dx -= wrap_m
        elif dx < -0.5 * wrap_m:
            dx += wrap_m
    return dx, dy


@inner(error_model="numpy")
def drop_distant(new, pairs, count, rules, wrap_m):  # type: ignore[no-untyped-def]
    """Drop the pairs that are too far apart to come to touch; return how many stay."""
    kept = 0
    far2 = 4.0 * rules.body_m * rules.body_m
    for k in range(count):
        i, j = pairs[0, k], pairs[1, k]
        dx, dy = between(new, i, j, wrap_m)
        pairs[0, kept], pairs[1, kept] = i, j
        kept += dx * dx + dy * dy < far2  # no branch: most are too far apart at first, at random
    return kept


@inner(error_model="numpy")
def push_round(rules, work, count, wrap_m):  # type: ignore[no-untyped-def]
    """Sum the pushes of all pairs, drop those too far apart; return how many stay, and how many of them pushed."""
    look, busy, new, push, pushes, pairs = work.look, work.busy, work.new, work.push, work.pushes, work.pairs
    pushing = work.pushing
    kept = pushed = 0
    body2 = rules.body_m * rules.body_m
    for k in range(count):
        i, j = pairs[0, k], pairs[1, k]
        dx, dy = between(new, i, j, wrap_m)
        d2 = dx * dx + dy * dy
        pairs[0, kept], pairs[1, kept] = i, j
        kept += d2 < 4.0 * body2
        if d2 >= body2:
            continue
        along = look[EX, i] * look[EX, j] + look[EY, i] * look[EY, j]
        apart, share_i = contact_of(rules, along, busy[i] == WALKS, busy[j] == WALKS, max(look[HELD, i], look[HELD, j]))
        d = np.sqrt(d2)
        missing = apart - d
        if missing <= rules.push_slack_m:
            continue
        ux, uy = 1.0, 0.0
        if d > TINY:  # two in one point part along x
            ux, uy = dx / d, dy / d
        push[i, 0] -= share_i * missing * ux
        push[i, 1] -= share_i * missing * uy
        push[j, 0] += (1.0 - share_i) * missing * ux
        push[j, 1] += (1.0 - share_i) * missing * uy
        pushes[i] += 1
        pushes[j] += 1
        pushing[pushed] = kept - 1
        pushed += 1
    return kept, pushed


@kernel(error_model="numpy")
def part_bodies(room, rules, work):  # type: ignore[no-untyped-def]
    """Push the listed pairs apart until they have room, at most ``push_rounds`` times."""
    new, push, pushes, pairs, pushing = work.new, work.push, work.pushes, work.pairs, work.pushing
    floor, nx4, ny4, x0, y0, wrap_m = room.floor, room.nx4, room.ny4, room.x0, room.y0, room.wrap_m
    count = drop_distant(new, pairs, work.count[1], rules, wrap_m)
    for _ in range(rules.push_rounds):
        count, pushed = push_round(rules, work, count, wrap_m)
        if pushed == 0:
            return
        for k in range(2 * pushed):
            i = pairs[k % 2, pushing[k // 2]]
            if pushes[i] == 0:
                continue  # moved in another pair
            scale = rules.push_factor / pushes[i]
            dx, dy = scale * push[i, 0], scale * push[i, 1]
            pushes[i] = 0
            push[i, 0], push[i, 1] = 0.0, 0.0
            longest = max(abs(dx), abs(dy))
            if longest > rules.piece_m:  # less than a floor cell
                dx, dy = dx * rules.piece_m / longest, dy * rules.piece_m / longest
            new[i, 0], new[i, 1] = step_on_floor(floor, nx4, ny4, x0, y0, wrap_m, new[i, 0], new[i, 1], dx, dy)
