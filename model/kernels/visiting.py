"""The course of a visit: in by a door of the station or of a train, to the platform, a spot, a door, or out."""

import math
from collections import namedtuple

import numpy as np
from numba import njit

from model.kernels.actors import FLOOR_PER_M, UNREACHABLE, cell_at, floor_at
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
from model.kernels.perception import finish_visit
from model.kernels.score import score_of
from model.kernels.state import ALIGHTED, BOARDED, ENTERED, MISSED, PLAIN, SENSITIVE

BOARDER, ALIGHTER, TRANSFER = 0, 1, 2
STANDING, LEFT_STATION = 1, 2

VISITOR = np.dtype(
    [
        ("luck", "i8"), ("appear_s", "f8"), ("speed", "f8"), ("nature", "f8"), ("slope", "f8"), ("access", "i4"),
        ("train_out", "i4"), ("role", "i1"), ("gender", "i1"), ("young", "i1"), ("senior", "i1"), ("luggage", "i1"),
        ("alone", "i1"), ("regular", "i1"),
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
        ("taken", "i4"),
    ],
    align=True,
)
Spots = namedtuple("Spots", ["rows", "first"])  # waiting candidates; first of each platform is (platforms + 1,)

Doorways = namedtuple("Doorways", ["first", "x", "y"])  # floor points of each access: first is (accesses + 1,)


@njit(cache=True, _nrt=False)
def settle(crowd, slot, visit, visitors, x, y, cell, start_u):  # type: ignore[no-untyped-def]
    """Give a fresh slot the traits of its visit and put it on the floor."""
    crowd.people.x[slot], crowd.people.y[slot], crowd.people.cell[slot] = x, y, cell
    crowd.people.luck[slot] = visitors.rows.luck[visit]
    crowd.people.v0[slot] = visitors.rows.speed[visit]
    crowd.people.speed[slot] = 0.0
    crowd.people.stuck_s[slot] = 0.0
    crowd.people.arrived[slot] = 0
    crowd.people.passage[slot] = -1
    crowd.people.ready_s[slot] = 0.0
    crowd.people.train[slot] = visitors.rows.train_out[visit]
    crowd.people.door[slot] = -1
    crowd.people.since_s[slot] = 0.0
    crowd.people.gender[slot] = visitors.rows.gender[visit]
    crowd.people.young[slot] = visitors.rows.young[visit]
    crowd.people.senior[slot] = visitors.rows.senior[visit]
    crowd.people.luggage[slot] = visitors.rows.luggage[visit]
    crowd.people.alone[slot] = visitors.rows.alone[visit]
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


@njit(cache=True, forceinline=True, _nrt=False)
def head_for_exit(crowd, slot, access):  # type: ignore[no-untyped-def]
    """Send a slot to an access."""
    crowd.people.doing[slot] = TO_EXIT
    crowd.people.mode[slot] = FIELD
    crowd.people.dest[slot] = access
    crowd.people.arrived[slot] = 0


@njit(cache=True, _nrt=False)
def head_for_train(crowd, slot, trains, first_platform):  # type: ignore[no-untyped-def]
    """Send a slot to the platform of its train."""
    crowd.people.doing[slot] = TO_PLATFORM
    crowd.people.mode[slot] = FIELD
    crowd.people.dest[slot] = first_platform + trains.rows.platform[crowd.people.train[slot]]
    crowd.people.arrived[slot] = 0


@njit(cache=True, _nrt=False)
def is_due(time_s, visitors):  # type: ignore[no-untyped-def]
    """Tell whether a boarder's time to come in has come."""
    following = visitors.next[0]
    if following >= visitors.by_time.shape[0]:
        return False
    return visitors.rows.appear_s[visitors.by_time[following]] <= time_s


@njit(cache=True, _nrt=False)
def enter(time_s, crowd, visitors, trains, doorways, ground, tally, day, seed, purpose, first_platform):  # type: ignore[no-untyped-def]
    """Let in the boarders whose time has come, at a keyed point of their access."""
    while visitors.next[0] < visitors.by_time.shape[0]:
        visit = visitors.by_time[visitors.next[0]]
        if visitors.rows.appear_s[visit] > time_s:
            return
        visitors.next[0] += 1
        access = visitors.rows.access[visit]
        first, last = doorways.first[access], doorways.first[access + 1]
        u = uniform(seed, purpose, day, visitors.rows.luck[visit], 0, 0)
        at = first + int(u * (last - first))
        x, y = doorways.x[at], doorways.y[at]
        slot = take_slot(crowd, visit)
        settle(crowd, slot, visit, visitors, x, y, cell_at(ground, x, y), 0.0)
        tally.counts[ENTERED] += 1.0
        if trains.rows.state[crowd.people.train[slot]] == LEFT_STATION:
            rebook(crowd, slot, trains, visitors, tally, first_platform)
        else:
            head_for_train(crowd, slot, trains, first_platform)


@njit(cache=True, _nrt=False)
def rebook(crowd, slot, trains, visitors, tally, first_platform):  # type: ignore[no-untyped-def]
    """Take the next train of the line that has not left; without one, leave the station."""
    tally.counts[MISSED] += 1.0
    train = trains.rows.successor[crowd.people.train[slot]]
    while train >= 0 and trains.rows.state[train] == LEFT_STATION:
        train = trains.rows.successor[train]
    crowd.people.train[slot] = train
    if train < 0:
        head_for_exit(crowd, slot, visitors.rows.access[crowd.people.visit[slot]])
    else:
        head_for_train(crowd, slot, trains, first_platform)


@njit(cache=True, _nrt=False)
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
                    head_for_train(crowd, slot, trains, first_platform)
            else:
                head_for_exit(crowd, slot, visitors.rows.access[visit])


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
def head_for_door(crowd, slot, trains, doors):  # type: ignore[no-untyped-def]
    """Send a slot to the nearest door of its train, along the field of the platform section of that door."""
    train = crowd.people.train[slot]
    first = trains.rows.first_door[train]
    best, best_door = np.inf, first
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


@njit(cache=True, _nrt=False)
def call_to_doors(crowd, train, trains, doors, spots):  # type: ignore[no-untyped-def]
    """When a train has come in, those who wait for it walk to its doors."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.train[slot] != train:
            continue
        if crowd.people.doing[slot] == WAITING or crowd.people.doing[slot] == TO_SPOT:
            leave_spot(crowd, slot, spots)
            head_for_door(crowd, slot, trains, doors)


@njit(cache=True, forceinline=True, _nrt=False)
def leave_spot(crowd, slot, spots):  # type: ignore[no-untyped-def]
    """Free the waiting candidate that a slot holds (kept in ``door`` while waiting, as -2 - candidate)."""
    if crowd.people.door[slot] <= -2:
        spots.rows.taken[-2 - crowd.people.door[slot]] -= 1
        crowd.people.door[slot] = -1


@njit(cache=True, _nrt=False)
def choose_spot(crowd, slot, time_s, spots, platform, visitors, fields, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Choose where to wait: multinomial logit over 2 m cells of the platform strip (science.md 2.4)."""
    visit = crowd.people.visit[slot]
    luck = visitors.rows.luck[visit]
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
    best, chosen = -np.inf, near
    for s in range(first, last):
        cell = spots.rows.cell[s]
        latent = p.base + crowd.people.nature[slot]
        plain, sensitive = fields.terms[cell, PLAIN + gender], fields.terms[cell, SENSITIVE + gender]
        latent += (plain + crowd.people.slope[slot] * sensitive) / p.score_slope
        value = p.safety[gender] * score_of(latent)
        value -= p.walk * abs(spots.rows.along[s] - spots.rows.along[near])
        value -= exit_weight * abs(spots.rows.along[s] - best_place)
        value -= p.crowd * max(0.0, spots.rows.taken[s] / (p.cell_m * p.cell_m) - p.crowd_free)
        if spots.rows.seats[s] > spots.rows.taken[s]:
            value += p.seat
        value -= math.log(-math.log(uniform(seed, purpose, day, luck, s - first, 1)))
        if value > best:
            best, chosen = value, s
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


@njit(cache=True, _nrt=False)
def move_on(time_s, crowd, visitors, trains, doors, spots, fields, tally, day, seed, purpose, waiting, feeling, p):  # type: ignore[no-untyped-def]
    """Answer every arrival of this half second: what comes next in the visit."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        doing = crowd.people.doing[slot]
        if doing == WAITING or doing == AT_DOOR or crowd.people.mode[slot] == 0:
            continue
        arrived = crowd.people.arrived[slot] == 1
        stuck = crowd.people.stuck_s[slot] > p.give_up_s
        if doing == TO_EXIT:
            if arrived:
                finish_visit(crowd, slot, tally, fields, feeling)
        elif doing == TO_PLATFORM:
            if arrived:
                if trains.rows.state[crowd.people.train[slot]] == STANDING:
                    head_for_door(crowd, slot, trains, doors)
                else:
                    platform = trains.rows.platform[crowd.people.train[slot]]
                    choose_spot(crowd, slot, time_s, spots, platform, visitors, fields, day, seed, purpose, waiting)
        elif doing == TO_SPOT:
            if crowd.people.mode[slot] == FIELD and arrived:
                crowd.people.mode[slot] = STRAIGHT
                crowd.people.arrived[slot] = 0
                crowd.people.stuck_s[slot] = 0.0
            elif crowd.people.mode[slot] == STRAIGHT and (arrived or stuck):
                crowd.people.goal_x[slot], crowd.people.goal_y[slot] = (
                    crowd.people.x[slot],
                    crowd.people.y[slot],
                )
                crowd.people.mode[slot] = STAND
                crowd.people.doing[slot] = WAITING
        elif doing == TO_DOOR:
            _approach_door(crowd, slot, trains, doors, arrived, stuck, visitors, day, seed, purpose, p)


@njit(cache=True, forceinline=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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
