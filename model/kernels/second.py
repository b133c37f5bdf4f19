"""What happens in a second, in order. One compiled call carries everybody from one Mesa event to the next."""

import math
from collections import namedtuple

import numpy as np
from numba import float64, int64

from model.kernels.actors import follow_field
from model.kernels.bins import bin_people, clear_bins
from model.kernels.compiling import inner, kernel
from model.kernels.crowd import give_up_slots
from model.kernels.escorts import escort
from model.kernels.gates import gates_step
from model.kernels.groups import keep_together, let_go
from model.kernels.hazard import AGGRESSION, NUISANCE, draw_events, formal_guardianship, offend
from model.kernels.memory import fetch_line
from model.kernels.noticing import learn
from model.kernels.offending import GONE, admit, dismiss, move_offender
from model.kernels.passages import passages_step
from model.kernels.perception import perceive
from model.kernels.presence import add_presence, clear_presence
from model.kernels.staff import meet
from model.kernels.visiting import alight, board, choose_again, enter, is_due, move_on
from model.kernels.walking import walk
from model.kernels.ways import follow_way

HALF_STEPS = 2
STEP_S = 0.5
AHEAD = 12  # people whose cell is on the way from memory while one is worked on
MINUTE_S = 60
PATROLLING, RESPONDING, STAYING, ESCORTING = 0, 1, 2, 3

# everything a day works on: the groups of arrays, and the numbers of the model by room
Day = namedtuple(
    "Day",
    [
        "crowd", "visitors", "trains", "doors", "spots", "doorways", "passages", "on_stairs",
        "ground", "fields", "presence", "guards", "ways", "offenders", "places", "tally", "pairs", "totals", "loud",
        "happenings", "work", "bins", "near_bins", "room",
        "groups", "gates", "gate_rules", "walk_rules", "boarding", "waiting", "feeling", "hazards", "noticing", "watch",
        "contacts", "meeting", "escorts", "keys",
    ],
)  # fmt: skip

PAIR = np.dtype([("rate", "f8"), ("row", "i8"), ("slot", "i8"), ("zone", "i8")])
Pairs = namedtuple("Pairs", ["rows", "count"])
PLACE = np.dtype(
    [
        ("x", "f8"), ("y", "f8"), ("object_x", "f8"), ("object_y", "f8"), ("cell", "i8"), ("has_object", "i8"),
        ("kind", "i8"), ("has_lure", "i8"),  # a seat, a shop or an access near: loiterers keep to them
    ]
)  # fmt: skip
Places = namedtuple("Places", ["first", "rows", "of_kind"])  # of_kind: number of places of each kind of zone
Watch = namedtuple("Watch", ["up_s", "residual_s"])  # memory of zones
# seed, day, purposes and the turn of a direction code, as plain numbers
Keys = namedtuple(
    "Keys",
    ["seed", "day", "enter", "wait", "door", "place", "hazard", "pair", "staff", "turn", "first_platform", "gate"],
)


@kernel()
def run_seconds(day, second_from, second_to):  # type: ignore[no-untyped-def]
    """Carry the day from ``second_from`` to ``second_to``; return earlier when Python has something to answer.

    Returns:
        The second up to which everything has happened.
    """
    crowd, guards, fields = day.crowd, day.guards, day.fields
    second = second_from
    while second < second_to:
        for half in range(HALF_STEPS):
            now = second + half * STEP_S
            come_in(day, now)
            if crowd.count[0] > 0:
                walk_on(day, now)
                use_station(day, now)
        locate(crowd, day.ground, day.presence)
        if day.escorts.rows.shape[0] > 0:
            escort(guards, crowd, day.ground, day.escorts)
        if guards.shape[0] > 0:
            keep_watch(guards, day.ways, fields.zones, day.ground, second, day.keys.turn)
        make_trouble(day, second)
        if crowd.count[0] > 0:
            take_in(day, second)
        second += 1
        if second % MINUTE_S == 0:
            end_minute(day, second)
        if day.happenings.count[0] > 0 or _guard_has_arrived(guards):
            break
    return second


@inner()
def come_in(day, now):  # type: ignore[no-untyped-def]
    """Let people get off trains and come in by the entrances."""
    crowd, visitors, trains, ground, tally, k = day.crowd, day.visitors, day.trains, day.ground, day.tally, day.keys
    if trains.here_n[0] > 0:
        alight(now, crowd, visitors, trains, day.doors, ground, day.near_bins, tally, k.first_platform, day.boarding)
    if is_due(now, visitors):
        enter(
            now, crowd, visitors, trains, day.doorways, ground, day.fields, tally, k.day, k.seed, k.enter,
            k.first_platform,
        )  # fmt: skip


@inner()
def walk_on(day, now):  # type: ignore[no-untyped-def]
    """Carry everybody through half a second of walking, stairs, lifts and gates."""
    crowd, n = day.crowd, day.crowd.count[0]
    keep_together(crowd, day.room, day.groups)
    walk(crowd.people, crowd.order, n, day.room, day.walk_rules, day.near_bins, day.work, STEP_S)
    let_go(crowd, day.visitors)
    passages_step(
        crowd.people, crowd.people.luck, crowd.order, n, day.room, day.passages, day.on_stairs, day.near_bins,
        now + STEP_S, STEP_S,
    )  # fmt: skip
    if day.gates.passage.shape[0] > 0:
        gates_step(
            crowd, day.room, day.passages, day.on_stairs, day.gates, day.gate_rules, day.keys.seed, day.keys.gate,
            day.keys.day, now + STEP_S, STEP_S,
        )  # fmt: skip


@inner()
def use_station(day, now):  # type: ignore[no-untyped-def]
    """Let everybody decide where to go from where they are, board trains, and go home."""
    crowd, k = day.crowd, day.keys
    move_on(
        now, crowd, day.visitors, day.trains, day.doors, day.spots, day.fields, day.ground, day.offenders, day.loud,
        day.tally, k.day, k.seed, k.wait, day.waiting, day.feeling, day.boarding,
    )  # fmt: skip
    if day.trains.here_n[0] > 0:
        board(now, crowd, day.doors, day.tally, day.fields, day.feeling, day.boarding)
    give_up_slots(crowd)


@inner()
def make_trouble(day, second):  # type: ignore[no-untyped-def]
    """Let offenders in, move them, add their hazards and what others learn of them, and draw what happens."""
    crowd, ground, offenders, fields, k = day.crowd, day.ground, day.offenders, day.fields, day.keys
    presence, guards, tally, bins, places = day.presence, day.guards, day.tally, day.bins, day.places
    admit(second, offenders, ground, k.day, k.seed, k.place, places, presence, guards, fields, day.hazards)
    if offenders.count[0] == 0:
        return
    if crowd.count[0] > 0:
        bin_people(bins, crowd.people.x, crowd.people.y, crowd.people.mode, crowd.order, crowd.count[0])
    else:
        clear_bins(bins)
    offend_everywhere(
        second, offenders, ground, crowd, bins, k.day, k.seed, k.place, places, presence, guards, fields, k.turn,
        tally, day.pairs, day.totals, day.loud, day.hazards,
    )  # fmt: skip
    if day.pairs.count[0] > 0:
        learn(day.pairs, offenders, crowd, ground, fields, presence, guards, tally, day.noticing)
        draw_events(
            second, k.day, k.seed, k.hazard, k.pair, crowd, ground, offenders, tally, fields, day.pairs, day.totals,
            day.happenings,
        )  # fmt: skip
    dismiss(offenders)


@inner()
def take_in(day, second):  # type: ignore[no-untyped-def]
    """Let everybody feel the second, and wait elsewhere who likes it too little."""
    crowd, ground, fields, offenders, k = day.crowd, day.ground, day.fields, day.offenders, day.keys
    perceive(
        crowd, ground, fields, day.presence, day.guards, offenders, day.loud, day.tally, second, day.feeling
    )  # fmt: skip
    choose_again(
        float(second), crowd, day.trains, day.spots, day.visitors, fields, ground, offenders, day.loud, k.day, k.seed,
        k.wait, day.waiting,
    )  # fmt: skip


@inner()
def end_minute(day, second):  # type: ignore[no-untyped-def]
    """Remember where guards were, and let staff meet travellers."""
    guards, crowd, k = day.guards, day.crowd, day.keys
    remember_guards(day.fields.zones, day.watch)
    if guards.shape[0] > 0 and crowd.count[0] > 0:
        meet(
            second, guards, crowd, day.trains, day.ground, day.fields, day.tally, day.meeting, k.day, k.seed, k.staff,
            day.contacts,
        )  # fmt: skip


# the parts of a second that take long to compile, and the type of their clock
PARTS = (
    (come_in, float64), (walk_on, float64), (use_station, float64), (make_trouble, int64), (take_in, int64),
    (end_minute, int64),
)  # fmt: skip


@kernel()
def locate(crowd, ground, presence):  # type: ignore[no-untyped-def]
    """Note in which 1 m cell everybody is, and fill the counts."""
    people, order, n = crowd.people, crowd.order, crowd.count[0]
    cells_at, cell_bytes = ground.cell.ctypes.data, ground.cell.itemsize
    clear_presence(presence)
    for at in range(n):
        coming = order[min(at + AHEAD, n - 1)]
        raster = int(people.y[coming] - ground.y0) * ground.nx + int(people.x[coming] - ground.x0)
        fetch_line(cells_at + cell_bytes * raster)
        slot = order[at]
        if people.mode[slot] == 0:
            continue  # on stairs
        ix, iy = int(people.x[slot] - ground.x0), int(people.y[slot] - ground.y0)
        raster = iy * ground.nx + ix
        cell = ground.cell[raster]
        if cell >= 0:
            people.cell[slot] = cell
            add_presence(presence, ix, iy, raster)


@kernel()
def keep_watch(guards, ways, zones, ground, second, turn):  # type: ignore[no-untyped-def]
    """Move the guards that are on duty one second along their way, and add up how they watch over their zones."""
    for g in range(guards.shape[0]):
        if guards.on[g] == 0:
            continue
        if guards.mode[g] == RESPONDING:
            follow_way(guards, g, ways, ground, second)
        elif guards.mode[g] == PATROLLING:
            follow_field(guards, g, ground, second, turn)
        zone = ground.cells.zone[guards.cell[g]]
        zones.now[zone] = 1.0 - (1.0 - zones.now[zone]) * (1.0 - guards.weight[g])
    for g in range(guards.shape[0]):
        if guards.on[g] != 0:
            zone = ground.cells.zone[guards.cell[g]]
            zones.watched[zone] += zones.now[zone]
            zones.now[zone] = 0.0


@inner()
def _guard_has_arrived(guards):  # type: ignore[no-untyped-def]
    for g in range(guards.shape[0]):
        if guards.on[g] != 0 and guards.arrived[g] != 0:
            return True
    return False


@kernel()
def offend_everywhere(
    second,
    offenders,
    ground,
    crowd,
    bins,
    day,
    seed,
    purpose,
    places,
    presence,
    guards,
    fields,
    turn,
    tally,
    pairs,
    totals,
    loud,
    p,
):  # type: ignore[no-untyped-def]
    """Move the offenders that are inside and add their hazards; list those who make a nuisance (loud)."""
    rows = offenders.rows
    pairs.count[0] = 0
    loud[0] = 0
    for at in range(offenders.count[0]):
        o = np.int64(offenders.present[at])
        move_offender(
            o,
            second,
            offenders,
            ground,
            crowd,
            bins,
            day,
            seed,
            purpose,
            places,
            presence,
            guards,
            fields,
            turn,
            p,
        )
        if rows.state[o] == GONE or second < rows.ready_s[o]:
            continue  # sent away or out, or on stairs
        if second < rows.loud_until_s[o]:
            loud[0] += 1
            loud[loud[0]] = o
        whole = offend(o, second, crowd, bins, ground, fields, presence, guards, offenders, tally, pairs, totals, p)
        kind = rows.kind[o]
        if whole > 0.0 and kind != AGGRESSION and kind != NUISANCE:  # those are seen, and really removed
            wear(o, whole, rows, ground, guards, fields, p)


@kernel(forceinline=True)
def wear(o, whole, rows, ground, guards, fields, p):  # type: ignore[no-untyped-def]
    """Lower the survival of a probe copy: a share of the events would have ended the visit (4.4)."""
    kind = rows.kind[o]
    formal = formal_guardianship(ground, guards, fields, rows.cell[o], rows.x[o], rows.y[o], p)
    ends = p.kinds.leave[kind] + (1.0 - p.kinds.leave[kind]) * p.catch * formal
    rows.survival[o] *= math.exp(-whole * ends)


@kernel()
def remember_guards(zones, p):  # type: ignore[no-untyped-def]
    """Step the zone memory Z one minute, exactly: up by the mean Gam_z of its seconds, down when there was nobody."""
    for z in range(zones.shape[0]):
        gam = zones.watched[z] / MINUTE_S
        if gam > 0.0:
            # dZ/dt = (1 - Z) * Gam / tau_up
            zones.residual[z] = 1.0 - (1.0 - zones.residual[z]) * math.exp(-MINUTE_S * gam / p.up_s)
            zones.watched[z] = 0.0
        else:
            zones.residual[z] *= math.exp(-MINUTE_S / p.residual_s)
