"""Closed lines of ticket gates: which gate somebody takes, and how long it is taken.

Who comes near a line that the own way leads through chooses a gate by its queue and the way to it, walks there and
stands in front of it; the gate lets one person at a time through, longest wait first (see ``model.kernels.passages``).
People who wait stand on the floor like everybody else, so that long queues are in the way. Who is in the box of the own
gate stands, and no longer follows the field: that may lead from the edge of a box to the next gate.
"""

import math
from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.crowd import FIELD, STAND, STRAIGHT
from model.kernels.floor import floor_cell
from model.kernels.luck import uniform
from model.kernels.passages import go_under_way
from model.kernels.visiting import FARE_FORCE, FARE_INTERCOM, FARE_TAILGATE
from model.kernels.walking import TAKE_PASSAGE

Gates = namedtuple(
    "Gates",
    [
        "passage",  # (gates,) number of the passage, line by line
        "wide",  # (gates,) bool
        "allowed",  # (gates, 2) bool: may be entered from outside, from inside
        "x",  # (gates, 2) middle of the box outside, inside, m
        "y",
        "floor",  # (gates, 2) a floor cell in the box
        "first",  # (lines + 1,) first gate of each line
        "zone",  # (F,) int16: 2 * line + 1 for floor near a line on its inner side, 2 * line on its outer side, -1
        "queue",  # (gates,) int32, scratch: how many have chosen each gate and are not through
        "next",  # (gates,) int32, scratch: who has waited longest
    ],
)
GateRules = namedtuple(
    "GateRules",
    [
        "log_mean",  # of the service time
        "log_sd",
        "service_s",  # mean
        "fail_share",
        "fail_s",
        "luggage_s",  # more for luggage in a narrow gate
        "tailgate_s",  # for somebody who follows on the heels
        "detour_s_per_m",
        "give_up_s",  # without progress, after which somebody just follows the field
    ],
)
_TWO_PI = 2.0 * math.pi


@kernel()
def gates_step(crowd, room, passages, state, gates, p, seed, purpose, day, now_s, dt):  # type: ignore[no-untyped-def]
    """Let people choose gates, stand before them and go in; call it after ``passages_step``.

    Args:
        crowd, room, passages, state, gates: the arrays.
        p: ``GateRules``.
        seed, purpose, day: keys of luck.
        now_s: time at the end of the step, s.
        dt: length of the step, s.
    """
    people, order = crowd.people, crowd.order
    gates.queue[:] = 0
    gates.next[:] = -1
    for at in range(crowd.count[0]):
        i = order[at]
        if people.gate[i] < 0 and people.passage[i] <= -2 and passages.gate[(-2 - people.passage[i]) // 2]:
            people.gate[i] = -2 - people.passage[i]  # has come to a gate without a choice
        if people.gate[i] >= 0:
            _stand_in_line(people, i, room, passages, gates, p, now_s)
    for g in range(gates.next.shape[0]):
        i = np.int64(gates.next[g])
        k = gates.passage[g]
        if i < 0 or state.free_at[k] > now_s or state.under_way[2 * k] + state.under_way[2 * k + 1] > 0:
            continue
        end = -2 - people.passage[i]
        service = service_time(people, i, end & 1, gates.wide[g], p, seed, purpose, day)
        state.free_at[k] = max(state.free_at[k], now_s - dt) + service
        go_under_way(people, state, i, end, state.free_at[k])
        people.gate[i] = -1
    for at in range(crowd.count[0]):
        i = order[at]
        if people.mode[i] != FIELD or people.gate[i] >= 0:
            continue
        cell = floor_cell(room.floor, room.nx4, room.ny4, room.x0, room.y0, people.x[i], people.y[i])
        near = gates.zone[cell] if cell >= 0 else -1
        if near < 0:
            people.gate[i] = -1
        elif people.gate[i] == -1:
            _choose(people, i, near, room, gates, p, seed, purpose, day)


@inner()
def _stand_in_line(people, i, room, passages, gates, p, now_s):  # type: ignore[no-untyped-def]
    """Count somebody who has chosen a gate; stop in its box; note who has waited longest there."""
    end = people.gate[i]
    g = _gate_of(gates, end)
    cell = floor_cell(room.floor, room.nx4, room.ny4, room.x0, room.y0, people.x[i], people.y[i])
    if people.mode[i] == STRAIGHT:
        if people.arrived[i] == 1 or (cell >= 0 and passages.end_of[cell] == end):
            _stand(people, i)
            people.passage[i], people.ready_s[i] = -2 - end, now_s
        elif people.stuck_s[i] > p.give_up_s:
            people.mode[i] = FIELD
            people.gate[i] = -2  # until out of the zone
            people.stuck_s[i] = 0.0
            return
    elif people.mode[i] == FIELD:
        if people.passage[i] != -2 - end:
            people.gate[i] = -1  # called elsewhere
            return
        _stand(people, i)  # has come to the gate without a choice
    gates.queue[g] += 1
    if people.passage[i] == -2 - end:
        first = gates.next[g]
        if first < 0 or people.ready_s[i] < people.ready_s[first]:
            gates.next[g] = i


@inner()
def _stand(people, i):  # type: ignore[no-untyped-def]
    """Let somebody stand where they are."""
    people.mode[i] = STAND
    people.goal_x[i], people.goal_y[i] = people.x[i], people.y[i]
    people.arrived[i] = 0
    people.stuck_s[i] = 0.0


@inner()
def _gate_of(gates, end):  # type: ignore[no-untyped-def]
    """Return the gate of a passage end; gates are the last passages."""
    return end // 2 - gates.passage[0]


@inner()
def _choose(people, i, near, room, gates, p, seed, purpose, day):  # type: ignore[no-untyped-def]
    """Choose a gate of the line when the own way leads through it: logit on the queue and the way, in seconds."""
    line, side = near // 2, near & 1
    limited = people.limited[i] != 0
    best, chosen = -np.inf, -1
    wide = False
    for g in range(gates.first[line], gates.first[line + 1]):
        wide |= gates.wide[g] and gates.allowed[g, side]
    for g in range(gates.first[line], gates.first[line + 1]):
        if not gates.allowed[g, side] or (limited and wide and not gates.wide[g]):
            continue
        if room.direction[people.dest[i], gates.floor[g, side]] != TAKE_PASSAGE:
            continue
        way = math.hypot(gates.x[g, side] - people.x[i], gates.y[g, side] - people.y[i])
        value = -gates.queue[g] * p.service_s - p.detour_s_per_m * way
        value -= math.log(-math.log(uniform(seed, purpose, day, people.luck[i], g, side)))
        if value > best:
            best, chosen = value, g
    if chosen < 0:
        return
    gates.queue[chosen] += 1
    people.gate[i] = 2 * gates.passage[chosen] + side
    people.goal_x[i], people.goal_y[i] = gates.x[chosen, side], gates.y[chosen, side]
    people.mode[i] = STRAIGHT
    people.arrived[i] = 0
    people.stuck_s[i] = 0.0


@kernel()
def service_time(people, i, side, wide, p, seed, purpose, day):  # type: ignore[no-untyped-def]
    """Return how long somebody takes a gate, s: the person's own luck, whichever the gate.

    Who tailgates takes only the time of a step; who forces the gate or talks at the intercom takes a failure's
    time more. ``side`` is 0 on the way in.
    """
    dodger = people.dodger[i] if side == 0 else 0
    if dodger == FARE_TAILGATE:
        return p.tailgate_s
    luck = people.luck[i]
    u, v = uniform(seed, purpose, day, luck, 0, 2 + side), uniform(seed, purpose, day, luck, 1, 2 + side)
    normal = math.sqrt(-2.0 * math.log(u)) * math.cos(_TWO_PI * v)
    seconds = math.exp(p.log_mean + p.log_sd * normal)
    fails = uniform(seed, purpose, day, luck, 2, 2 + side) < p.fail_share
    if fails or dodger == FARE_FORCE or dodger == FARE_INTERCOM:
        seconds += p.fail_s
    if people.luggage[i] != 0 and not wide:
        seconds += p.luggage_s
    return seconds
