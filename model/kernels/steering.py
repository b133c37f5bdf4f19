"""How far and where everybody walks in a step, from the people around."""

import math
from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.exponential import exponential
from model.kernels.floor import march
from model.kernels.lanes import LANES, lanes_set, pack_pairs
from model.kernels.memory import scratch
from model.kernels.neighbours import (
    AMONG,
    DX,
    DY,
    NEAR_REALS,
    NOWHERE,
    ROW_BYTES,
    STRETCHES,
    WINDOW,
    Around,
    gather,
)
from model.kernels.walkers import EX, EY, FREE, MOST, RETURNS, STRIDE, WALKS, X, Y
from model.kernels.words import popcount

KERNEL_PEAK = 3.0 / np.pi  # of (1 - q^2)^2 on the unit disc, so that it integrates to 1
TINY = 1e-12
# people whose strides are worked out together, and what they want, a row of each: the way, from what the others mean
BATCH, VECTOR = 64, 8
TO_X, TO_Y, SEEN, PUSH_X, PUSH_Y, TURN, TOWARDS_X, TOWARDS_Y, OPEN, V0 = range(10)
WANT_REALS = 10 * BATCH

# what ``look_around`` asks of the rules, divided beforehand
Heed = namedtuple(
    "Heed",
    [
        "per_reach",  # 1/m
        "per_width",  # 1/m
        "per_room",
        "others",
        "heeds",
        "cosine_least",
        "bias_m",
        "touch_m",  # two bodies
    ],
)


@inner(error_model="numpy", forceinline=True)
def heed_of(rules):  # type: ignore[no-untyped-def]
    """Return the ``Heed`` of ``WalkRules``."""
    return Heed(
        1.0 / rules.reach_m, 1.0 / rules.avoid_width_m, 1.0 / (1.0 - rules.body_m / rules.reach_m), rules.side_others,
        1.0 - rules.oncoming_weight, rules.side_cosine, rules.bias_m, 2.0 * rules.body_m,
    )  # fmt: skip


@inner(error_model="numpy", forceinline=True)
def look_around(look, heed, i, around, found, pairs, count):  # type: ignore[no-untyped-def]
    """Sum what the people within reach mean to walker ``i``, and list the pairs that might touch.

    Args:
        look: see ``WalkWork``.
        heed: ``Heed``.
        i: row of the person.
        around, found: from ``gather``.
        pairs, count: (2, pairs) int32 list and how many are in it.

    Returns:
        weighted people ahead (kernel not yet normalised), push (x, y) from people near, turn to the right
        from people on a course of collision, and the new count.
    """
    heavy, listed, aside = scratch(AMONG, np.float64), scratch(AMONG, np.float64), scratch(AMONG, np.float64)
    left, down = scratch(AMONG, np.float64), scratch(AMONG, np.float64)
    who, near = around.who, around.near
    ex, ey = look[EX, i], look[EY, i]
    touch = heed.touch_m + look[STRIDE, i]
    blocks = (found + LANES - 1) // LANES
    for block in range(blocks):
        for lane in range(LANES):
            k = block * LANES + lane
            dx, dy = near[DX * AMONG + k], near[DY * AMONG + k]
            d = np.sqrt(max(dx * dx + dy * dy, TINY))
            per_d = 1.0 / d
            forward, right = dx * ex + dy * ey, dx * ey - dy * ex
            along = near[EX * AMONG + k] * ex + near[EY * AMONG + k] * ey  # 1 same way, -1 against me, 0 stands
            opposed = max(0.0, -along)
            cosine = forward * per_d
            q = d * heed.per_reach
            there = k < found
            bell = 1.0 - q * q
            heavy[k] = bell * bell * (1.0 + cosine) * (1.0 - heed.heeds * opposed) if there else 0.0
            close = min(1.0, (1.0 - q) * heed.per_room)
            close *= close
            share = heed.others + (1.0 - heed.others) * max(0.0, along)
            push = share * close * close * per_d if cosine > heed.cosine_least else 0.0
            left[k], down[k] = push * dx, push * dy
            pass_by = opposed * (1.0 - q) * max(0.0, 1.0 - abs(right) * heed.per_width) if forward > 0.0 else 0.0
            aside[k] = pass_by if right < heed.bias_m else -pass_by
            # of two walkers the first lists the pair; who stands lists none
            stride = near[STRIDE * AMONG + k]
            lists = (d < touch + abs(stride)) & ((i < who[k]) | (math.copysign(1.0, stride) < 0.0))
            listed[k] = 1.0 if there & lists else 0.0
    most, first, second = pairs.shape[1] - LANES - 1, pairs.ctypes.data, pairs.ctypes.data + pairs.strides[0]
    ahead, push_x, push_y, turn = 0.0, 0.0, 0.0, 0.0
    for block in range(blocks):
        k = block * LANES
        for lane in range(LANES):  # who is not there adds 0
            ahead += heavy[k + lane]
            push_x -= left[k + lane]
            push_y -= down[k + lane]
            turn += aside[k + lane]
        touching = lanes_set(listed, k)
        pack_pairs(i, who, k, touching, first + ROW_BYTES * count, second + ROW_BYTES * count)
        count = min(count + np.int64(popcount(touching)), most)
    return ahead, push_x, push_y, turn, count


@inner(error_model="numpy", forceinline=True)
def set_strides(rules, wants, walkers, dt):  # type: ignore[no-untyped-def]
    """Set the displacement (rows TO_X, TO_Y) that people want who looked around.

    Speed is Weidmann's at the density ahead: the sum of (1 - d^2/R^2)^2 * (1 + cos) over people, which has
    the spread of a Gaussian of 0.7 m at R = 2 m, over the share of that kernel on floor. The own body counts
    too, but never more than the others together, so that alone one walks at the free speed.

    Args:
        rules: ``WalkRules``.
        wants: rows of ``BATCH`` numbers, TO_X to V0.
        walkers: how many; some behind them are worked out too, of whatever stands there.
        dt: s.
    """
    gamma, per_jam, reach2 = rules.weidmann_gamma, 1.0 / rules.jam_density, rules.reach_m * rules.reach_m
    for k in range((walkers + VECTOR - 1) // VECTOR * VECTOR):
        ahead, ex, ey = wants[SEEN * BATCH + k], wants[TOWARDS_X * BATCH + k], wants[TOWARDS_Y * BATCH + k]
        push_x, push_y = wants[PUSH_X * BATCH + k], wants[PUSH_Y * BATCH + k]
        density = ahead + min(ahead, rules.self_weight)
        density *= KERNEL_PEAK / (reach2 * wants[OPEN * BATCH + k])
        slow = 1.0 - exponential(gamma * (per_jam - 1.0 / density)) if ahead > TINY else 1.0
        stride = wants[V0 * BATCH + k] * max(rules.lowest_share, slow) * dt
        forward = max(1.0 + rules.side_strength * (push_x * ex + push_y * ey), rules.forward_least)
        aside = rules.side_strength * (push_x * ey - push_y * ex) + rules.avoid_strength * wants[TURN * BATCH + k]
        aside = min(max(aside, -rules.turn_most), rules.turn_most)
        stride /= np.sqrt(forward * forward + aside * aside)
        wants[TO_X * BATCH + k] = stride * (forward * ex + aside * ey)
        wants[TO_Y * BATCH + k] = stride * (forward * ey - aside * ex)


@inner(error_model="numpy", forceinline=True)
def towards(dx, dy, longest):  # type: ignore[no-untyped-def]
    """Return the way (dx, dy), cut to ``longest`` metres."""
    length = np.sqrt(dx * dx + dy * dy)
    if length <= longest:
        return dx, dy
    return dx * longest / length, dy * longest / length


@inner(error_model="numpy", forceinline=True)
def go(room, rules, work, k, dx, dy):  # type: ignore[no-untyped-def]
    """Set the new place of row ``k``, who wants to go (dx, dy)."""
    look, new, under = work.look, work.new, work.under
    x, y = look[X, k], look[Y, k]
    if max(abs(dx), abs(dy)) < under[k, 2]:
        new[k, 0], new[k, 1] = x + dx, y + dy
    else:
        new[k, 0], new[k, 1] = march(
            room.floor, room.nx4, room.ny4, room.x0, room.y0, room.wrap_m, x, y, dx, dy, rules.piece_m
        )


@kernel(error_model="numpy")
def take_steps(walkers, room, rules, bins, work, dt):  # type: ignore[no-untyped-def]
    """Set the new place of everybody who walks or goes back, before contacts, and list who might touch."""
    goal_x, goal_y, v0 = walkers.goal_x, walkers.goal_y, walkers.v0
    look, busy, under, pairs, slot = work.look, work.busy, work.under, work.pairs, work.slot
    around = Around(
        scratch(WINDOW, np.int64), scratch(STRETCHES, np.uint32), scratch(STRETCHES, np.uint32),
        scratch(STRETCHES, np.float64), scratch(AMONG, np.uint32), scratch(NEAR_REALS, np.float64),
    )  # fmt: skip
    around.window[0] = NOWHERE
    wants, who = scratch(WANT_REALS, np.float64), scratch(BATCH, np.int64)
    heed, reach_m, per_m, wrap_m = heed_of(rules), rules.reach_m, 1.0 / bins.size_m, room.wrap_m
    k = count = np.int64(0)
    while k < work.count[0]:
        at = 0
        while k < work.count[0] and at < BATCH:
            if busy[k] == WALKS:
                found = gather(look, bins, wrap_m, reach_m, per_m, k, around)
                ahead, push_x, push_y, turn, count = look_around(look, heed, k, around, found, pairs, count)
                wants[SEEN * BATCH + at], wants[TURN * BATCH + at] = ahead, turn
                wants[PUSH_X * BATCH + at], wants[PUSH_Y * BATCH + at] = push_x, push_y
                wants[TOWARDS_X * BATCH + at], wants[TOWARDS_Y * BATCH + at] = look[EX, k], look[EY, k]
                wants[OPEN * BATCH + at], wants[V0 * BATCH + at] = under[k, 1], look[FREE, k]
                who[at] = k
                at += 1
            elif busy[k] == RETURNS:
                i, x, y = slot[k], look[X, k], look[Y, k]
                dx, dy = towards(goal_x[i] - x, goal_y[i] - y, rules.drift_share * v0[i] * dt)
                go(room, rules, work, k, dx, dy)
            k += 1
        set_strides(rules, wants, at, dt)
        for walker in range(at):
            j = who[walker]
            dx, dy = wants[TO_X * BATCH + walker], wants[TO_Y * BATCH + walker]
            if look[MOST, j] < np.inf:  # not beyond the goal
                dx, dy = towards(dx, dy, look[MOST, j])
            go(room, rules, work, j, dx, dy)
    work.count[1] = count
