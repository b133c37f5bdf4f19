"""One step of everybody on foot: speed from local density, direction from a field, side-stepping, contacts.

A first-order model: speed follows Weidmann's curve of the density ahead, direction follows the destination's
field and is turned aside by people in the way, and bodies that would overlap are pushed apart. All read the old
state, so no one's place in a list matters. See docs/model.md, "Walking".

Sources: Weidmann (1993), Transporttechnik der Fussgaenger, IVT ETH Zuerich. Tordeux, Chraibi, Seyfried (2016),
collision-free speed model. Xu, Chraibi, Seyfried (2021), anticipation and lane formation.
"""

from collections import namedtuple

import numpy as np
from numba import njit

from model.kernels.bins import bin_people
from model.kernels.contacts import list_stander_pairs, part_bodies
from model.kernels.floor import floor_cell, march
from model.kernels.steering import steer

GOAL = 254  # codes of a direction field, see model.world.world.Routes
TAKE_PASSAGE = 251
UNREACHABLE = 255
CODES = 251

Walkers = namedtuple(
    "Walkers",
    [
        "x",  # (slots,) float64, m on the sheet; changed
        "y",
        "v0",  # float64, free speed, m/s
        "mode",  # int8: 0 absent, 1 follows the field of dest, 2 straight to the goal point, 3 stands
        "dest",  # int32, row of direction
        "goal_x",  # float64, goal point (modes 2 and 3)
        "goal_y",
        "speed",  # float64, out: speed over the last step, m/s
        "stuck_s",  # float64, out: seconds without progress
        "arrived",  # int8, out: 1 goal reached, 2 stands where the passage begins
    ],
)

WalkRules = namedtuple(
    "WalkRules",
    [
        "reach_m",  # people further away do not matter
        "weidmann_g",  # 1/m2, shape of the speed-density curve
        "jam_density",  # 1/m2
        "lowest_share",  # of v0, where the curve would stop people
        "oncoming_weight",  # of a person straight against me in the density
        "side_strength",  # side-stepping from anyone near
        "side_power",
        "avoid_strength",  # side-stepping from people on a course of collision
        "avoid_width_m",
        "lane_strength",  # falling in behind people of the own direction
        "bias_m",  # how far to the right somebody may be and still be passed on the right
        "turn_most",  # largest sideways part against a forward part of 1
        "forward_least",  # smallest forward part of a step
        "body_m",  # diameter of a body
        "body_passing_m",  # distance of two bodies that pass each other with turned shoulders
        "yield_share",  # of an overlap that a standing person makes room for
        "drift_share",  # of v0, back to the own standing place
        "arrive_m",  # distance at which a goal point is reached
        "piece_m",  # length of the pieces in which people march near walls
        "stuck_speed",  # m/s of progress below which somebody is stuck
    ],
)

WalkWork = namedtuple(
    "WalkWork",
    ["ex", "ey", "new_x", "new_y", "push_x", "push_y", "pushes", "rank", "busy", "pair_i", "pair_j", "count"],
)


def make_work(slots: int, pairs_each: int = 40) -> WalkWork:
    """Return the scratch arrays of ``walk`` for at most ``slots`` people."""
    pairs = slots * pairs_each
    return WalkWork(
        ex=np.zeros(slots),
        ey=np.zeros(slots),
        new_x=np.zeros(slots),
        new_y=np.zeros(slots),
        push_x=np.zeros(slots),
        push_y=np.zeros(slots),
        pushes=np.zeros(slots, np.int32),
        rank=np.zeros(slots, np.int32),
        busy=np.zeros(slots, np.int8),
        pair_i=np.zeros(pairs, np.int32),
        pair_j=np.zeros(pairs, np.int32),
        count=np.zeros(2, np.int64),
    )


_ANGLE = np.arange(256) * (2.0 * np.pi / CODES)
COSINE = np.cos(_ANGLE)
SINE = np.sin(_ANGLE)


@njit(cache=True)
def wish(walkers, room, rules, work, i, dt):  # type: ignore[no-untyped-def]
    """Set the wished direction of person ``i`` (0, 0 for standing), ``arrived``, and who is busy.

    Busy is 1 for somebody who walks, 2 for somebody who goes back to the own standing place.
    """
    x, y, mode = walkers.x[i], walkers.y[i], walkers.mode[i]
    ex, ey = 0.0, 0.0
    busy = 0
    arrived = 0
    if mode == 1:
        cell = floor_cell(room, x, y)
        code = room.direction[walkers.dest[i], cell] if cell >= 0 else UNREACHABLE
        if code < CODES:
            ex, ey = COSINE[code], SINE[code]
            busy = 1
        elif code == GOAL:
            arrived = 1
        elif code == TAKE_PASSAGE:
            arrived = 2
    else:
        dx, dy = walkers.goal_x[i] - x, walkers.goal_y[i] - y
        d = np.sqrt(dx * dx + dy * dy)
        if mode == 2 and d <= rules.arrive_m:
            arrived = 1
        elif d > rules.arrive_m:
            ex, ey = dx / d, dy / d
            busy = 1 if mode == 2 else 2
    work.ex[i], work.ey[i] = ex, ey
    work.busy[i] = busy
    walkers.arrived[i] = arrived


@njit(cache=True)
def finish(walkers, room, rules, work, i, dt):  # type: ignore[no-untyped-def]
    """Move person ``i`` to the new place and keep speed and time without progress."""
    dx, dy = work.new_x[i] - walkers.x[i], work.new_y[i] - walkers.y[i]
    half = 0.5 * room.wrap_m
    if half > 0.0:
        if dx > half:
            dx -= room.wrap_m
        elif dx < -half:
            dx += room.wrap_m
    walkers.speed[i] = np.sqrt(dx * dx + dy * dy) / dt
    lost = walkers.mode[i] == 1 and work.busy[i] == 0 and walkers.arrived[i] == 0
    if lost or work.busy[i] == 1 and dx * work.ex[i] + dy * work.ey[i] < rules.stuck_speed * dt:
        walkers.stuck_s[i] += dt
    else:
        walkers.stuck_s[i] = 0.0
    walkers.x[i], walkers.y[i] = work.new_x[i], work.new_y[i]


@njit(cache=True)
def walk(walkers, order, n, room, rules, bins, work, dt):  # type: ignore[no-untyped-def]
    """Advance everybody by one step of ``dt`` seconds.

    Args:
        walkers: ``Walkers``; x, y, speed, stuck_s, arrived are changed.
        order: (slots,) int32, the slots taken, sorted by entity number.
        n: how many of ``order``.
        room, rules: ``WalkRoom``, ``WalkRules``.
        bins: ``Bins`` with cells of half the reach; refilled with everybody's place before the step.
        work: ``WalkWork``.
        dt: length of the step, s; 0.5 is what the rules were settled at.
    """
    bin_people(bins, walkers.x, walkers.y, walkers.mode, order, n)
    for k in range(n):
        i = order[k]
        work.rank[i] = k
        work.new_x[i], work.new_y[i] = walkers.x[i], walkers.y[i]
        if walkers.mode[i] != 0:
            wish(walkers, room, rules, work, i, dt)
    work.count[0] = 0
    for k in range(n):
        i = order[k]
        if walkers.mode[i] != 0 and work.busy[i] == 1:
            cell = floor_cell(room, walkers.x[i], walkers.y[i])
            share = room.open_share[cell] if cell >= 0 else 1.0
            dx, dy = steer(walkers, rules, bins, work, room.wrap_m, i, share, dt)
            work.new_x[i], work.new_y[i] = march(room, walkers.x[i], walkers.y[i], dx, dy, rules.piece_m)
        elif walkers.mode[i] != 0 and work.busy[i] == 2:
            stride = rules.drift_share * walkers.v0[i] * dt
            dx, dy = stride * work.ex[i], stride * work.ey[i]
            work.new_x[i], work.new_y[i] = march(room, walkers.x[i], walkers.y[i], dx, dy, rules.piece_m)
    list_stander_pairs(walkers, order, n, rules, bins, work, room.wrap_m)
    part_bodies(walkers, order, n, room, rules, work)
    for k in range(n):
        i = order[k]
        if walkers.mode[i] != 0:
            finish(walkers, room, rules, work, i, dt)
