"""Bodies that would overlap are parted in a few rounds; all read the same places, nobody leaves the floor."""

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.floor import step_on_floor
from model.kernels.memory import scratch
from model.kernels.steering import AMONG, gather
from model.kernels.walkers import EX, EY, HELD, IDLE, NUDGED, RETURNS, WALKS

TINY = 1e-6


@kernel(error_model="numpy")
def list_standing_pairs(rules, bins, work, wrap_m):  # type: ignore[no-untyped-def]
    """Add the pairs of standing people one of whom may be pushed by a walker or is on the way back."""
    look, busy, pairs = work.look, work.busy, work.pairs
    who, dxs, dys = scratch(AMONG, np.uint32), scratch(AMONG, np.float64), scratch(AMONG, np.float64)
    count = work.count[1]
    for k in range(count):
        if busy[pairs[k, 1]] == IDLE:
            busy[pairs[k, 1]] = NUDGED
    for i in range(work.count[0]):
        if busy[i] != RETURNS and busy[i] != NUDGED:
            continue
        found = gather(look, bins, wrap_m, 2.0 * rules.body_m, i, who, dxs, dys)
        for k in range(found):
            j = who[k]
            once = busy[j] == IDLE or (busy[j] != WALKS and i < j)
            if once and count < pairs.shape[0]:
                pairs[count, 0], pairs[count, 1] = i, j
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
def push_round(look, busy, new, push, pushes, pairs, count, rules, wrap_m):  # type: ignore[no-untyped-def]
    """Sum the pushes of all pairs, drop those too far apart; return how many stay, and if any pushed."""
    kept, pushed = 0, False
    body2 = rules.body_m * rules.body_m
    for k in range(count):
        i, j = pairs[k, 0], pairs[k, 1]
        dx, dy = between(new, i, j, wrap_m)
        pairs[kept, 0], pairs[kept, 1] = i, j
        kept += dx * dx + dy * dy < 4.0 * body2  # no branch: most are too far apart at first, at random
    for k in range(kept):
        i, j = pairs[k, 0], pairs[k, 1]
        dx, dy = between(new, i, j, wrap_m)
        d2 = dx * dx + dy * dy
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
        pushed = True
        push[i, 0] -= share_i * missing * ux
        push[i, 1] -= share_i * missing * uy
        push[j, 0] += (1.0 - share_i) * missing * ux
        push[j, 1] += (1.0 - share_i) * missing * uy
        pushes[i] += 1
        pushes[j] += 1
    return kept, pushed


@kernel(error_model="numpy")
def part_bodies(room, rules, work):  # type: ignore[no-untyped-def]
    """Push the listed pairs apart until they have room, at most ``push_rounds`` times."""
    look, busy, new, push, pushes, pairs = work.look, work.busy, work.new, work.push, work.pushes, work.pairs
    floor, nx4, ny4, x0, y0, wrap_m = room.floor, room.nx4, room.ny4, room.x0, room.y0, room.wrap_m
    count = work.count[1]
    for _ in range(rules.push_rounds):
        count, pushed = push_round(look, busy, new, push, pushes, pairs, count, rules, wrap_m)
        if not pushed:
            return
        for k in range(2 * count):
            i = pairs[k // 2, k % 2]
            if pushes[i] == 0:
                continue
            scale = rules.push_factor / pushes[i]
            dx, dy = scale * push[i, 0], scale * push[i, 1]
            pushes[i] = 0
            push[i, 0], push[i, 1] = 0.0, 0.0
            longest = max(abs(dx), abs(dy))
            if longest > rules.piece_m:  # less than a floor cell
                dx, dy = dx * rules.piece_m / longest, dy * rules.piece_m / longest
            new[i, 0], new[i, 1] = step_on_floor(floor, nx4, ny4, x0, y0, wrap_m, new[i, 0], new[i, 1], dx, dy)
