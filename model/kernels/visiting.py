"""The course of a visit: in by a door of the station or of a train, to the platform, a spot, a door, or out."""

import math
from collections import namedtuple

import numpy as np

from model.kernels.actors import FLOOR_PER_M, UNREACHABLE, cell_at, floor_at
from model.kernels.compiling import inner, kernel
from model.kernels.crowd import (
    ABSENT,
    AT_DOOR,
    FIELD,
    OFF,
    STAND,
    STRAIGHT,
    TO_DOOR,
    TO_EXIT,
    TO_PLATFORM,
    TO_SPOT,
    WAITING,
    take_slot,
)
from model.kernels.luck import uniform
from model.kernels.perception import finish_visit, loud_in_sight
from model.kernels.score import NUISANCE, SCORE_LOW, latent_of, score_of, start_of
from model.kernels.state import ALIGHTED, BOARDED, ENTERED, FARES, MISSED, PLAIN, SENSITIVE

BOARDER, ALIGHTER, TRANSFER = 0, 1, 2
HOUR_S = 3600.0
NO_VIA = np.int32(-1)  # the shortest way
SCORE_TINY = 1e-6  # above the lowest score
GROUP_CELLS = 2  # floor cells between the places where people of a group come in
STANDING, LEFT_STATION = 1, 2
# ways of entering without a ticket: close behind somebody, by force, by a talk at the intercom, through no gate
FARE_PAID, FARE_TAILGATE, FARE_FORCE, FARE_INTERCOM, FARE_OPEN = range(5)

VISITOR = np.dtype(
    [
        ("luck", "i8"), ("appear_s", "f8"), ("speed", "f8"), ("nature", "f8"), ("slope", "f8"),
        ("access", "i4"), ("train_out", "i4"), ("via", "i4"), ("party", "i4"), ("step_free", "i4"), ("role", "i1"),
        ("gender", "i1"), ("young", "i1"), ("senior", "i1"), ("luggage", "i1"), ("alone", "i1"), ("regular", "i1"),
        ("group", "i1"), ("dodger", "i1"), ("limited", "i1"),
    ],
    align=True,
)  # fmt: skip
Visitors = namedtuple("Visitors", ["rows", "by_time", "next"])  # boarders in order of coming, and who is next

TRAIN = np.dtype(
    [
        ("departure_s", "f8"), ("platform", "i4"), ("first_door", "i4"), ("doors", "i4"),
        ("successor", "i4"), ("state", "i4"),
    ],
    align=True,
)  # fmt: skip
Trains = namedtuple("Trains", ["rows", "here", "here_n"])  # trains that stand at a platform

DOOR = np.dtype(
    [
        ("x", "f8"), ("y", "f8"), ("in_x", "f8"), ("in_y", "f8"), ("free_s", "f8"), ("dest", "i4"), ("train", "i4"),
        ("queue_first", "i4"), ("queue_n", "i4"), ("blocked_s", "f8"),
    ],
    align=True,
)  # fmt: skip
Doors = namedtuple("Doors", ["rows", "queue"])  # queue: visit numbers of those who get off, door by door

SPOT = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("along", "f8"),
        ("cell", "i4"),
        ("dest", "i4"),
        ("seats", "i4"),
        ("shelter", "i4"),
        ("marked", "i4"),  # in a marked safe zone or at a stop marker
        ("taken", "i4"),
    ],
    align=True,
)
Spots = namedtuple("Spots", ["rows", "first"])  # waiting candidates; first of each platform is (platforms + 1,)

Doorways = namedtuple("Doorways", ["first", "x", "y"])  # floor points of each access: first is (accesses + 1,)


@kernel()
def settle(crowd, slot, visit, visitors, x, y, cell, start_u):  # type: ignore[no-untyped-def]
    """Give a fresh slot the traits of its visit and put it on the floor."""
    crowd.people.x[slot], crowd.people.y[slot], crowd.people.cell[slot] = x, y, cell
    crowd.people.luck[slot] = visitors.rows.luck[visit]
    crowd.people.v0[slot] = visitors.rows.speed[visit]
    crowd.people.speed[slot] = 0.0
    crowd.people.stuck_s[slot] = 0.0
    crowd.people.arrived[slot] = 0
    crowd.people.passage[slot] = -1
    crowd.people.gate[slot] = -1
    crowd.people.ready_s[slot] = 0.0
    crowd.people.train[slot] = visitors.rows.train_out[visit]
    crowd.people.door[slot] = -1
    crowd.people.since_s[slot] = 0.0
    crowd.people.gender[slot] = visitors.rows.gender[visit]
    crowd.people.young[slot] = visitors.rows.young[visit]
    crowd.people.senior[slot] = visitors.rows.senior[visit]
    crowd.people.luggage[slot] = visitors.rows.luggage[visit]
    crowd.people.alone[slot] = visitors.rows.alone[visit]
    crowd.people.company[slot] = 0
    crowd.people.group[slot] = visitors.rows.group[visit]
    crowd.people.dodger[slot] = visitors.rows.dodger[visit]
    crowd.people.limited[slot] = visitors.rows.limited[visit]
    crowd.people.step_free[slot] = visitors.rows.step_free[visit]
    crowd.people.party[slot] = visitors.rows.party[visit]
    crowd.people.regular[slot] = visitors.rows.regular[visit]
    crowd.people.nature[slot] = visitors.rows.nature[visit]
    crowd.people.slope[slot] = visitors.rows.slope[visit]
    crowd.people.u[slot] = start_u
    crowd.people.target[slot] = start_u
    crowd.people.ring[slot] = 0
    crowd.people.sum_u[slot] = 0.0
    crowd.people.seconds[slot] = 0
    crowd.window[slot, :] = 0.0
    crowd.people.window_sum[slot] = 0.0
    crowd.people.worst[slot] = np.inf
    crowd.people.shock[slot] = 0.0


@kernel(forceinline=True)
def set_out(crowd, slot, goal, via):  # type: ignore[no-untyped-def]
    """Send a slot along the field of a destination, or of the gateway ``via`` before it (-1: the shortest way)."""
    crowd.people.mode[slot] = FIELD
    crowd.people.dest[slot] = goal if via < 0 else via
    crowd.people.after[slot] = -1 if via < 0 else goal
    crowd.people.arrived[slot] = 0


@inner()
def head_for_exit(crowd, slot, access, via):  # type: ignore[no-untyped-def]
    """Send a slot to an access."""
    crowd.people.doing[slot] = TO_EXIT
    set_out(crowd, slot, access + crowd.people.step_free[slot], via)


@inner()
def head_for_train(crowd, slot, trains, first_platform, via):  # type: ignore[no-untyped-def]
    """Send a slot to the platform of its train."""
    crowd.people.doing[slot] = TO_PLATFORM
    platform = first_platform + trains.rows.platform[crowd.people.train[slot]]
    set_out(crowd, slot, platform + crowd.people.step_free[slot], via)


@inner()
def is_due(time_s, visitors):  # type: ignore[no-untyped-def]
    """Tell whether a boarder's time to come in has come."""
    following = visitors.next[0]
    if following >= visitors.by_time.shape[0]:
        return False
    return visitors.rows.appear_s[visitors.by_time[following]] <= time_s


@kernel()
def enter(time_s, crowd, visitors, trains, doorways, ground, fields, tally, day, seed, purpose, first_platform):  # type: ignore[no-untyped-def]
    """Let in the boarders whose time has come, at a keyed point of their access."""
    while visitors.next[0] < visitors.by_time.shape[0]:
        visit = visitors.by_time[visitors.next[0]]
        if visitors.rows.appear_s[visit] > time_s:
            return
        visitors.next[0] += 1
        access = visitors.rows.access[visit]
        first, last = doorways.first[access], doorways.first[access + 1]
        party = visitors.rows.party[visit]
        u = uniform(seed, purpose, day, visitors.rows.luck[party], 0, 0)
        at = first + (int(u * (last - first)) + GROUP_CELLS * (visit - party)) % (last - first)
        x, y = doorways.x[at], doorways.y[at]
        slot = take_slot(crowd, visit)
        settle(crowd, slot, visit, visitors, x, y, cell_at(ground, x, y), 0.0)
        tally.counts[ENTERED] += 1.0
        if fields.clock[1] >= 0.0 and visitors.rows.dodger[visit] != FARE_PAID:
            tally.counts[FARES + visitors.rows.dodger[visit] - 1] += 1.0  # how; how many is known from the visits
        if trains.rows.state[crowd.people.train[slot]] == LEFT_STATION:
            rebook(crowd, slot, trains, visitors, tally, first_platform)
        else:
            head_for_train(crowd, slot, trains, first_platform, visitors.rows.via[visit])


@inner()
def rebook(crowd, slot, trains, visitors, tally, first_platform):  # type: ignore[no-untyped-def]
    """Take the next train of the line that has not left; without one, leave the station."""
    tally.counts[MISSED] += 1.0
    train = trains.rows.successor[crowd.people.train[slot]]
    while train >= 0 and trains.rows.state[train] == LEFT_STATION:
        train = trains.rows.successor[train]
    crowd.people.train[slot] = train
    if train < 0:
        head_for_exit(crowd, slot, visitors.rows.access[crowd.people.visit[slot]], NO_VIA)
    else:
        head_for_train(crowd, slot, trains, first_platform, NO_VIA)


@kernel()
def alight(time_s, crowd, visitors, trains, doors, ground, bins, tally, first_platform, p):  # type: ignore[no-untyped-def]
    """Let one person out of each free door of the trains that stand here, where there is room in front of it."""
    for h in range(trains.here_n[0]):
        train = trains.here[h]
        first = trains.rows.first_door[train]
        for door in range(first, first + trains.rows.doors[train]):
            if doors.rows.queue_n[door] == 0 or time_s < doors.rows.free_s[door]:
                continue
            x, y, free = _front_place(door, doors, crowd, bins, ground, p)
            if not free:
                if doors.rows.blocked_s[door] < 0.0:
                    doors.rows.blocked_s[door] = time_s
                if time_s - doors.rows.blocked_s[door] < p.force_s:
                    continue
                x, y, free = _nearest_place(door, doors, crowd, bins, ground, p)
                if not free:
                    continue  # no floor at all in front of this door
            doors.rows.blocked_s[door] = -1.0
            visit = doors.queue[doors.rows.queue_first[door]]
            doors.rows.queue_first[door] += 1
            doors.rows.queue_n[door] -= 1
            doors.rows.free_s[door] = time_s + p.alight_s + p.luggage_s * visitors.rows.luggage[visit]
            slot = take_slot(crowd, visit)
            settle(crowd, slot, visit, visitors, x, y, cell_at(ground, x, y), 0.0)
            tally.counts[ALIGHTED] += 1.0
            if visitors.rows.role[visit] == TRANSFER:
                if trains.rows.state[crowd.people.train[slot]] == LEFT_STATION:
                    rebook(crowd, slot, trains, visitors, tally, first_platform)
                else:
                    head_for_train(crowd, slot, trains, first_platform, visitors.rows.via[visit])
            else:
                head_for_exit(crowd, slot, visitors.rows.access[visit], visitors.rows.via[visit])


@inner()
def _front_place(door, doors, crowd, bins, ground, p):  # type: ignore[no-untyped-def]
    """Return (x, y, free) of the first free place in front of a door: middle, then to either side, then deeper."""
    ahead_x, ahead_y = doors.rows.in_x[door], doors.rows.in_y[door]
    for depth in range(2):
        for side in range(p.door_places):
            shift = (side + 1) // 2 * (1 - 2 * (side % 2)) * 2.5 * p.body_m
            reach = (1.0 + 1.5 * depth) * p.body_m * 1.5
            x = doors.rows.x[door] + ahead_x * reach - ahead_y * shift
            y = doors.rows.y[door] + ahead_y * reach + ahead_x * shift
            if floor_at(ground, x, y) < 0:
                continue
            if _room(x, y, crowd, bins, p.body_m):
                return x, y, True
    return 0.0, 0.0, False


@inner()
def _nearest_place(door, doors, crowd, bins, ground, p):  # type: ignore[no-untyped-def]
    """Return (x, y, found) of the nearest free floor before a door, else of the nearest floor: others make room.

    Floor cells of the platform's side of the edge, at most ``force_m`` away, from which the section of the door
    can be reached.
    """
    door_x, door_y = doors.rows.x[door], doors.rows.y[door]
    in_x, in_y, dest = doors.rows.in_x[door], doors.rows.in_y[door], doors.rows.dest[door]
    most = int(p.force_m * FLOOR_PER_M)
    side = 1.0 / FLOOR_PER_M
    column, row = int((door_x - ground.x0) * FLOOR_PER_M), int((door_y - ground.y0) * FLOOR_PER_M)
    best_free, best_floor = np.inf, np.inf
    free_x, free_y, floor_x, floor_y = 0.0, 0.0, 0.0, 0.0
    for r in range(row - most, row + most + 1):
        for c in range(column - most, column + most + 1):
            x, y = ground.x0 + (c + 0.5) * side, ground.y0 + (r + 0.5) * side
            dx, dy = x - door_x, y - door_y
            far = math.hypot(dx, dy)
            if far > p.force_m or far >= best_free or dx * in_x + dy * in_y <= 0.0:
                continue
            at = floor_at(ground, x, y)
            if at < 0 or ground.direction[dest, at] == UNREACHABLE:
                continue
            if far < best_floor:
                best_floor, floor_x, floor_y = far, x, y
            if _room(x, y, crowd, bins, p.body_m):
                best_free, free_x, free_y = far, x, y
    if best_free < np.inf:
        return free_x, free_y, True
    return floor_x, floor_y, best_floor < np.inf


@inner()
def _room(x, y, crowd, bins, body_m):  # type: ignore[no-untyped-def]
    """Tell whether nobody stands within 0.8 of a body's width of a point; bins may be a step old."""
    near = 0.8 * body_m
    column = min(max(int((x - bins.x0) / bins.size_m), 0), bins.columns - 1)
    row = min(max(int((y - bins.y0) / bins.size_m), 0), bins.rows - 1)
    for r in range(max(0, row - 1), min(bins.rows, row + 2)):
        for c in range(max(0, column - 1), min(bins.columns, column + 2)):
            slot = bins.head[r * bins.columns + c]
            while slot >= 0:
                on_foot = crowd.people.mode[slot] != OFF  # others have left, or are on stairs
                if on_foot and math.hypot(crowd.people.x[slot] - x, crowd.people.y[slot] - y) < near:
                    return False
                slot = bins.next[slot]
    return True


@inner()
def head_for_door(crowd, at, trains, doors):  # type: ignore[no-untyped-def]
    """Send somebody to the nearest door of the train, or to that of the own group, along the field of its section."""
    slot = crowd.order[at]
    train = crowd.people.train[slot]
    first = trains.rows.first_door[train]
    best, best_door = np.inf, first
    mate = mate_doing(crowd, at, TO_DOOR, AT_DOOR)
    if mate >= 0 and crowd.people.train[mate] == train:
        best, best_door = 0.0, crowd.people.door[mate]
    for door in range(first, first + trains.rows.doors[train]):
        far = math.hypot(doors.rows.x[door] - crowd.people.x[slot], doors.rows.y[door] - crowd.people.y[slot])
        if far < best:
            best, best_door = far, door
    crowd.people.door[slot] = best_door
    crowd.people.doing[slot] = TO_DOOR
    crowd.people.mode[slot] = FIELD
    crowd.people.dest[slot] = doors.rows.dest[best_door]
    crowd.people.arrived[slot] = 0
    crowd.people.stuck_s[slot] = 0.0


@inner()
def mate_doing(crowd, at, this, or_that):  # type: ignore[no-untyped-def]
    """Return the slot of somebody of the own group who does one of two things, -1; groups stand together in order."""
    slot = crowd.order[at]
    if crowd.people.group[slot] < 2:
        return -1
    party = crowd.people.party[slot]
    first = at
    while first > 0 and crowd.people.party[crowd.order[first - 1]] == party:
        first -= 1
    while first < crowd.count[0] and crowd.people.party[crowd.order[first]] == party:
        mate = crowd.order[first]
        if first != at and (crowd.people.doing[mate] == this or crowd.people.doing[mate] == or_that):
            return mate
        first += 1
    return -1


@kernel()
def call_to_doors(crowd, train, trains, doors, spots):  # type: ignore[no-untyped-def]
    """When a train has come in, those who wait for it walk to its doors."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.train[slot] != train:
            continue
        if crowd.people.doing[slot] == WAITING or crowd.people.doing[slot] == TO_SPOT:
            leave_spot(crowd, slot, spots)
            head_for_door(crowd, at, trains, doors)


@inner(forceinline=True)
def leave_spot(crowd, slot, spots):  # type: ignore[no-untyped-def]
    """Free the waiting candidate that a slot holds (kept in ``door`` while waiting, as -2 - candidate)."""
    if crowd.people.door[slot] <= -2:
        spots.rows.taken[-2 - crowd.people.door[slot]] -= 1
        crowd.people.door[slot] = -1


@kernel()
def choose_spot(crowd, at, again, time_s, spots, platform, visitors, fields, ground, offenders, loud, day, seed, purpose, p):  # type: ignore[no-untyped-def]  # noqa: E501
    """Choose where to wait: multinomial logit over 2 m cells of the platform strip (science.md 2.4).

    The first of a group chooses for all. Who chooses ``again`` does so alone, with the weight of the group's place.
    Places beside somebody who makes a nuisance are none.
    """
    slot = crowd.order[at]
    visit = crowd.people.visit[slot]
    luck = visitors.rows.luck[visit]
    mate = mate_doing(crowd, at, TO_SPOT, WAITING)
    mates = -2 - crowd.people.door[mate] if mate >= 0 else -1
    if mates >= 0 and not again:
        take_spot(crowd, slot, mates, time_s, spots, luck, day, seed, purpose, p)
        return
    first, last = spots.first[platform], spots.first[platform + 1]
    nearest, near = np.inf, first
    for s in range(first, last):
        far = (spots.rows.x[s] - crowd.people.x[slot]) ** 2 + (spots.rows.y[s] - crowd.people.y[slot]) ** 2
        if far < nearest:
            nearest, near = far, s
    length = spots.rows.along[last - 1]
    best_place = uniform(seed, purpose, day, luck, 1 << 20, 0) * length  # of the train, for the way out there
    gender = crowd.people.gender[slot]
    exit_weight = p.exit_regular if crowd.people.regular[slot] != 0 else p.exit_sporadic
    harsh = p.harsh[min(max(int(time_s / HOUR_S) - p.first_hour, 0), p.harsh.shape[0] - 1)]
    marker = p.marker[gender] if time_s >= p.evening_s else 0.0
    safety = p.safety[gender] * (1.0 + fields.clock[0] * (p.safety_night - 1.0))
    start = start_of(p.base, p.woman, gender) + crowd.people.nature[slot]
    best, chosen = -np.inf, near
    for s in range(first, last):
        cell = spots.rows.cell[s]
        plain, sensitive = fields.terms[cell, PLAIN + gender], fields.terms[cell, SENSITIVE + gender]
        if loud[0] > 0:
            if near_loud(offenders, loud, spots.rows.x[s], spots.rows.y[s], p.nuisance_m):
                continue
            seen = loud_in_sight(ground, offenders, loud, ground.cells.ix[cell], ground.cells.iy[cell])
            sensitive += fields.weights[gender, NUISANCE] * (1.0 - math.exp(-seen))
        latent = start + (plain + crowd.people.slope[slot] * sensitive) / p.score_slope
        value = safety * score_of(latent)
        if harsh and spots.rows.shelter[s] != 0:
            value += p.shelter
        if spots.rows.marked[s] != 0:
            value += marker
        if mates >= 0:
            far = math.hypot(spots.rows.x[s] - spots.rows.x[mates], spots.rows.y[s] - spots.rows.y[mates])
            value += p.group if far <= p.group_m else 0.0
        value -= p.walk * abs(spots.rows.along[s] - spots.rows.along[near])
        value -= exit_weight * abs(spots.rows.along[s] - best_place)
        value -= p.crowd * max(0.0, spots.rows.taken[s] / (p.cell_m * p.cell_m) - p.crowd_free)
        if spots.rows.seats[s] > spots.rows.taken[s]:
            value += p.seat
        value -= math.log(-math.log(uniform(seed, purpose, day, luck, s - first, 1)))
        if value > best:
            best, chosen = value, s
    take_spot(crowd, slot, np.int64(chosen), time_s, spots, luck, day, seed, purpose, p)


@inner()
def take_spot(crowd, slot, chosen, time_s, spots, luck, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Send a slot to a waiting candidate, there to a point of its own."""
    spots.rows.taken[chosen] += 1
    crowd.people.door[slot] = -2 - chosen
    # inside the 2 m cell everybody has a place of his own
    spread = p.cell_m * 0.8
    crowd.people.goal_x[slot] = spots.rows.x[chosen] + spread * (uniform(seed, purpose, day, luck, 0, 2) - 0.5)
    crowd.people.goal_y[slot] = spots.rows.y[chosen] + spread * (uniform(seed, purpose, day, luck, 1, 2) - 0.5)
    crowd.people.doing[slot] = TO_SPOT
    crowd.people.mode[slot] = FIELD
    crowd.people.dest[slot] = spots.rows.dest[chosen]
    crowd.people.arrived[slot] = 0
    crowd.people.stuck_s[slot] = 0.0
    crowd.people.since_s[slot] = time_s
    crowd.people.again_s[slot] = time_s + p.again_s


@inner()
def near_loud(offenders, loud, x, y, reach_m):  # type: ignore[no-untyped-def]
    """Tell whether somebody who makes a nuisance is within reach."""
    for k in range(1, loud[0] + 1):
        o = loud[k]
        if math.hypot(offenders.rows.x[o] - x, offenders.rows.y[o] - y) <= reach_m:
            return True
    return False


@kernel()
def settle_down(crowd, slot, p):  # type: ignore[no-untyped-def]
    """Stand and wait here; note the feeling below which another place is looked for."""
    crowd.people.goal_x[slot], crowd.people.goal_y[slot] = crowd.people.x[slot], crowd.people.y[slot]
    crowd.people.mode[slot] = STAND
    crowd.people.doing[slot] = WAITING
    least = max(score_of(crowd.people.u[slot]) - p.drop, SCORE_LOW + SCORE_TINY)
    crowd.people.flee_u[slot] = latent_of(least)


@kernel()
def choose_again(time_s, crowd, trains, spots, visitors, fields, ground, offenders, loud, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Let those who wait choose again when they feel much less safe than on arrival, or near a nuisance."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.doing[slot] != WAITING or time_s < crowd.people.again_s[slot]:
            continue
        afraid = crowd.people.u[slot] < crowd.people.flee_u[slot]
        if not afraid and loud[0] > 0:
            afraid = near_loud(offenders, loud, crowd.people.x[slot], crowd.people.y[slot], p.nuisance_m)
        if not afraid:
            continue
        before, since = crowd.people.door[slot], crowd.people.since_s[slot]
        leave_spot(crowd, slot, spots)
        platform = trains.rows.platform[crowd.people.train[slot]]
        choose_spot(
            crowd, at, np.bool_(True), time_s, spots, platform, visitors, fields, ground, offenders, loud, day, seed,
            purpose, p,
        )  # fmt: skip
        crowd.people.since_s[slot] = since
        if crowd.people.door[slot] == before:
            settle_down(crowd, slot, p)


@inner()
def move_on(
    time_s, crowd, visitors, trains, doors, spots, fields, ground, offenders, loud, tally, day, seed, purpose, waiting,
    feeling, p,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Answer every arrival of this half second: what comes next in the visit."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        doing = crowd.people.doing[slot]
        if doing == WAITING or doing == AT_DOOR or crowd.people.mode[slot] == 0:
            continue
        if crowd.people.gate[slot] >= 0 and crowd.people.mode[slot] == STRAIGHT:
            continue  # the goal is a gate
        arrived = crowd.people.arrived[slot] == 1
        stuck = crowd.people.stuck_s[slot] > p.give_up_s
        if arrived and crowd.people.after[slot] >= 0:  # through the gateway: on by the shortest way
            set_out(crowd, slot, np.int64(crowd.people.after[slot]), NO_VIA)
        elif doing == TO_EXIT:
            if arrived:
                finish_visit(crowd, slot, tally, fields, feeling)
        elif doing == TO_PLATFORM:
            if arrived:
                if trains.rows.state[crowd.people.train[slot]] == STANDING:
                    head_for_door(crowd, at, trains, doors)
                else:
                    platform = trains.rows.platform[crowd.people.train[slot]]
                    choose_spot(
                        crowd, at, np.bool_(False), time_s, spots, platform, visitors, fields, ground, offenders, loud,
                        day, seed, purpose, waiting,
                    )  # fmt: skip
        elif doing == TO_SPOT:
            if crowd.people.mode[slot] == FIELD and arrived:
                crowd.people.mode[slot] = STRAIGHT
                crowd.people.arrived[slot] = 0
                crowd.people.stuck_s[slot] = 0.0
            elif crowd.people.mode[slot] == STRAIGHT and (arrived or stuck):
                settle_down(crowd, slot, waiting)
        elif doing == TO_DOOR:
            _approach_door(crowd, slot, trains, doors, arrived, stuck, visitors, day, seed, purpose, p)


@inner(forceinline=True)
def _approach_door(crowd, slot, trains, doors, arrived, stuck, visitors, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Field to the section, straight to a place beside the door, then stand there and board in turn."""
    door = crowd.people.door[slot]
    if crowd.people.mode[slot] == FIELD and (arrived or stuck):
        luck = visitors.rows.luck[crowd.people.visit[slot]]
        of_train = door - trains.rows.first_door[crowd.people.train[slot]]  # not its number among all trains
        side = 2.0 * uniform(seed, purpose, day, luck, of_train, 3) - 1.0
        side += p.beside_m if side >= 0.0 else -p.beside_m  # the middle is for those who get off
        depth = p.depth_bodies * p.body_m
        crowd.people.goal_x[slot] = doors.rows.x[door] + depth * doors.rows.in_x[door] - side * doors.rows.in_y[door]
        crowd.people.goal_y[slot] = doors.rows.y[door] + depth * doors.rows.in_y[door] + side * doors.rows.in_x[door]
        crowd.people.mode[slot] = STRAIGHT
        crowd.people.arrived[slot] = 0
        crowd.people.stuck_s[slot] = 0.0
        return
    if crowd.people.mode[slot] != STRAIGHT:
        return
    far = math.hypot(crowd.people.x[slot] - doors.rows.x[door], crowd.people.y[slot] - doors.rows.y[door])
    if far <= p.board_reach_m or arrived or (stuck and far < p.stuck_reach_m):
        crowd.people.goal_x[slot], crowd.people.goal_y[slot] = crowd.people.x[slot], crowd.people.y[slot]
        crowd.people.mode[slot] = STAND
        crowd.people.doing[slot] = AT_DOOR
    elif stuck:
        crowd.people.mode[slot] = FIELD  # another try along the field
        crowd.people.stuck_s[slot] = 0.0


@kernel()
def board(time_s, crowd, doors, tally, fields, feeling, p):  # type: ignore[no-untyped-def]
    """Let people at a door board one by one, once nobody is left to get off there; in order of entity."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.doing[slot] != AT_DOOR:
            continue
        door = crowd.people.door[slot]
        if doors.rows.queue_n[door] > 0 or time_s < doors.rows.free_s[door]:
            continue
        doors.rows.free_s[door] = time_s + p.board_s + p.luggage_s * crowd.people.luggage[slot]
        tally.counts[BOARDED] += 1.0
        finish_visit(crowd, slot, tally, fields, feeling)
        crowd.people.doing[slot] = ABSENT


@kernel()
def may_leave(train, crowd, trains, doors, board_near_m):  # type: ignore[no-untyped-def]
    """Tell whether nobody is left to get off and nobody is still near a door to board."""
    first = trains.rows.first_door[train]
    for door in range(first, first + trains.rows.doors[train]):
        if doors.rows.queue_n[door] > 0:
            return False
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.train[slot] == train and (
            crowd.people.doing[slot] == AT_DOOR or crowd.people.doing[slot] == TO_DOOR
        ):
            door = crowd.people.door[slot]
            if (
                math.hypot(crowd.people.x[slot] - doors.rows.x[door], crowd.people.y[slot] - doors.rows.y[door])
                < board_near_m
            ):
                return False
    return True


@kernel()
def take_leave(train, crowd, trains, visitors, spots, tally, first_platform):  # type: ignore[no-untyped-def]
    """Let a train go: those who meant to take it take the next one of the line."""
    trains.rows.state[train] = LEFT_STATION
    kept = 0
    for h in range(trains.here_n[0]):
        if trains.here[h] != train:
            trains.here[kept] = trains.here[h]
            kept += 1
    trains.here_n[0] = kept
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.train[slot] == train and crowd.people.doing[slot] != TO_EXIT:
            leave_spot(crowd, slot, spots)
            under_way = crowd.people.mode[slot] == 0
            rebook(crowd, slot, trains, visitors, tally, first_platform)
            if under_way:
                crowd.people.mode[slot] = 0  # still on stairs
