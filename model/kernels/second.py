"""What happens in a second, in order. One compiled call carries everybody from one Mesa event to the next."""

import math
from collections import namedtuple

import numpy as np
from numba import njit

from model.kernels.actors import cell_at, follow_field, go_straight
from model.kernels.bins import bin_people
from model.kernels.crowd import give_up_slots
from model.kernels.hazard import draw_events, formal_guardianship, offend
from model.kernels.offending import admit, dismiss, move_offender
from model.kernels.passages import passages_step
from model.kernels.perception import perceive
from model.kernels.presence import add_presence, clear_presence
from model.kernels.visiting import alight, board, enter, move_on
from model.kernels.walking import walk

HALF_STEPS = 2
STEP_S = 0.5
PATROLLING, RESPONDING, STAYING = 0, 1, 2

# everything a day works on: the groups of arrays, and the numbers of the model by room
Day = namedtuple(
    "Day",
    [
        "crowd", "walkers", "visitors", "trains", "doors", "spots", "doorways", "passages", "on_stairs",
        "ground", "fields", "presence", "guards", "offenders", "places", "tally", "pairs", "totals", "loud",
        "happenings", "work", "bins", "near_bins", "room",
        "walk_rules", "boarding", "waiting", "feeling", "hazards", "memory", "keys",
    ],
)  # fmt: skip

Pairs = namedtuple("Pairs", ["rate", "row", "slot", "zone", "count"])
Places = namedtuple("Places", ["first", "cell", "x", "y", "has_object", "object_x", "object_y"])
Memory = namedtuple("Memory", ["up_s", "residual_s"])
# seed, day, purposes and the turn of a direction code, as plain numbers
Keys = namedtuple("Keys", ["seed", "day", "enter", "wait", "door", "place", "hazard", "pair", "turn", "first_platform"])


@njit(cache=True)
def run_seconds(day, second_from, second_to):  # type: ignore[no-untyped-def]
    """Carry the day from ``second_from`` to ``second_to``; return earlier when Python has something to answer.

    Returns:
        The second up to which everything has happened.
    """
    second = second_from
    while second < second_to:
        for half in range(HALF_STEPS):
            move_everybody(day, second + half * STEP_S)
        locate(day)
        keep_watch(day, second)
        offend_everywhere(day, second)
        perceive(
            day.crowd, day.ground, day.fields, day.presence, day.guards, day.offenders,
            day.loud[1:], day.loud[0], day.tally, second, day.feeling,
        )  # fmt: skip
        second += 1
        if second % 60 == 0:
            remember_guards(day)
        if day.happenings.count[0] > 0 or _guard_has_arrived(day.guards):
            break
    return second


@njit(cache=True)
def move_everybody(day, time_s):  # type: ignore[no-untyped-def]
    """Half a second of trains' doors, walking, stairs and what follows from arriving."""
    k = day.keys
    alight(
        time_s, day.crowd, day.visitors, day.trains, day.doors, day.ground, day.near_bins, day.tally,
        k.first_platform, day.boarding,
    )  # fmt: skip
    enter(
        time_s, day.crowd, day.visitors, day.trains, day.doorways, day.ground, day.tally,
        k.seed, k.day, k.enter, k.first_platform,
    )  # fmt: skip
    n = day.crowd.count[0]
    if n == 0:
        return
    walk(day.walkers, day.crowd.order, n, day.room, day.walk_rules, day.near_bins, day.work, STEP_S)
    passages_step(
        day.crowd, day.crowd.luck, day.crowd.order, n, day.room, day.passages, day.on_stairs, day.near_bins,
        time_s + STEP_S, STEP_S,
    )  # fmt: skip
    move_on(
        time_s, day.crowd, day.visitors, day.trains, day.doors, day.spots, day.ground, day.fields, day.tally,
        k.seed, k.day, k.wait, day.waiting, day.feeling, day.boarding,
    )  # fmt: skip
    board(time_s, day.crowd, day.doors, day.tally, day.fields, day.feeling, day.boarding)
    give_up_slots(day.crowd)


@njit(cache=True)
def locate(day):  # type: ignore[no-untyped-def]
    """Note in which 1 m cell everybody is, and fill the counts and the near neighbour lists."""
    crowd, ground = day.crowd, day.ground
    clear_presence(day.presence)
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.mode[slot] == 0:
            continue  # on stairs
        raster = int(crowd.y[slot] - ground.y0) * ground.nx + int(crowd.x[slot] - ground.x0)
        cell = ground.cell[raster]
        if cell >= 0:
            crowd.cell[slot] = cell
            add_presence(day.presence, raster)
    if day.offenders.count[0] > 0:
        bin_people(day.bins, crowd.x, crowd.y, crowd.mode, crowd.order, crowd.count[0])


@njit(cache=True)
def keep_watch(day, second):  # type: ignore[no-untyped-def]
    """Move the guards that are on duty one second along their way."""
    guards = day.guards
    for g in range(guards.on.shape[0]):
        if guards.on[g] == 0 or guards.mode[g] == STAYING:
            continue
        if guards.mode[g] == RESPONDING:
            if go_straight(guards, g, day.ground, guards.goal_x[g], guards.goal_y[g], guards.speed[g]):
                guards.arrived[g] = 1
            guards.cell[g] = cell_at(day.ground, guards.x[g], guards.y[g])
        else:
            follow_field(guards, g, day.ground, second, day.keys.turn)


@njit(cache=True)
def _guard_has_arrived(guards):  # type: ignore[no-untyped-def]
    for g in range(guards.on.shape[0]):
        if guards.on[g] != 0 and guards.arrived[g] != 0:
            return True
    return False


@njit(cache=True)
def offend_everywhere(day, second):  # type: ignore[no-untyped-def]
    """Offenders come, move and add their hazards; then the events of the second are drawn."""
    k, offenders = day.keys, day.offenders
    admit(
        second, offenders, day.ground, k.day, k.seed, k.place, day.places, day.presence, day.guards, day.fields,
        day.hazards,
    )  # fmt: skip
    day.pairs.count[0] = 0
    day.loud[0] = 0
    for at in range(offenders.count[0]):
        o = offenders.present[at]
        move_offender(
            o, second, offenders, day.ground, day.crowd, day.bins, k.day, k.seed, k.place, day.places,
            day.presence, day.guards, day.fields, k.turn, day.hazards,
        )  # fmt: skip
        if second < offenders.ready_s[o]:
            continue  # on stairs
        if second < offenders.loud_until_s[o]:
            day.loud[0] += 1
            day.loud[day.loud[0]] = o
        whole = offend(
            o, second, day.crowd, day.bins, day.ground, day.fields, day.presence, day.guards, offenders,
            day.tally, day.pairs, day.totals, day.hazards,
        )  # fmt: skip
        if whole > 0.0 and offenders.weight[o] < 1.0:
            wear(day, o, whole)
    if day.pairs.count[0] > 0:
        draw_events(
            second, k.day, k.seed, (k.hazard, k.pair), day.crowd, day.visitors.luck, day.ground, offenders,
            day.tally, day.fields, day.pairs, day.totals, day.happenings,
        )  # fmt: skip
    dismiss(offenders)


@njit(cache=True)
def wear(day, o, whole):  # type: ignore[no-untyped-def]
    """Lower the survival of a probe copy: a share of the events would have ended the visit (4.4)."""
    offenders, p = day.offenders, day.hazards
    kind = offenders.kind[o]
    formal = formal_guardianship(
        day.ground, day.guards, day.fields, offenders.cell[o], offenders.x[o], offenders.y[o], p.light_floor
    )
    ends = p.leave[kind] + (1.0 - p.leave[kind]) * p.catch * formal
    offenders.survival[o] *= math.exp(-whole * ends)


@njit(cache=True)
def remember_guards(day):  # type: ignore[no-untyped-def]
    """Step the zone memory Z one minute: up while a guard is in the zone, down afterwards, both exactly."""
    residual, guards, ground = day.fields.residual, day.guards, day.ground
    present = np.ones(residual.shape[0])
    for g in range(guards.on.shape[0]):
        if guards.on[g] != 0:
            present[ground.zone[guards.cell[g]]] *= 1.0 - guards.weight[g]
    for z in range(residual.shape[0]):
        formal = 1.0 - present[z]
        if formal > 0.0:
            # dZ/dt = (1 - Z) * Gam / tau_up
            residual[z] = 1.0 - (1.0 - residual[z]) * math.exp(-60.0 * formal / day.memory.up_s)
        else:
            residual[z] *= math.exp(-60.0 / day.memory.residual_s)
