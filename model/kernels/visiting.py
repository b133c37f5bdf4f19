"""The course of a visit: in by a door of the station or of a train, to the platform, a spot, a door, or out."""

import math
from collections import namedtuple

import numpy as np
from numba import njit

from model.kernels.actors import cell_at, floor_at
from model.kernels.crowd import (
    ABSENT,
    AT_DOOR,
    FIELD,
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
from model.kernels.state import ALIGHTED, BOARDED, ENTERED, MISSED

BOARDER, ALIGHTER, TRANSFER = 0, 1, 2
STANDING, LEFT_STATION = 1, 2

Visitors = namedtuple(
    "Visitors",
    [
        "luck", "role", "access", "train_out", "appear_s", "by_time", "next", "speed", "gender", "young", "senior",
        "luggage", "alone", "regular", "nature", "slope",
    ],
)  # fmt: skip

Trains = namedtuple(
    "Trains",
    ["state", "platform", "departure_s", "first_door", "doors", "successor", "here", "here_n"],
)

Doors = namedtuple(
    "Doors",
    ["train", "x", "y", "in_x", "in_y", "dest", "free_s", "queue_first", "queue_n", "queue"],
)

Spots = namedtuple(
    "Spots",
    ["first", "x", "y", "cell", "dest", "along", "seats", "taken"],
)  # waiting candidates of each platform: first is (platforms + 1,)

Doorways = namedtuple("Doorways", ["first", "x", "y"])  # floor points of each access: first is (accesses + 1,)


@njit(cache=True)
def settle(crowd, slot, visit, visitors, x, y, cell, start_u):  # type: ignore[no-untyped-def]
    """Give a fresh slot the traits of its visit and put it on the floor."""
    crowd.x[slot], crowd.y[slot], crowd.cell[slot] = x, y, cell
    crowd.luck[slot] = visitors.luck[visit]
    crowd.v0[slot] = visitors.speed[visit]
    crowd.speed[slot] = 0.0
    crowd.stuck_s[slot] = 0.0
    crowd.arrived[slot] = 0
    crowd.passage[slot] = -1
    crowd.ready_s[slot] = 0.0
    crowd.train[slot] = visitors.train_out[visit]
    crowd.door[slot] = -1
    crowd.since_s[slot] = 0.0
    crowd.gender[slot] = visitors.gender[visit]
    crowd.young[slot] = visitors.young[visit]
    crowd.senior[slot] = visitors.senior[visit]
    crowd.luggage[slot] = visitors.luggage[visit]
    crowd.alone[slot] = visitors.alone[visit]
    crowd.regular[slot] = visitors.regular[visit]
    crowd.nature[slot] = visitors.nature[visit]
    crowd.slope[slot] = visitors.slope[visit]
    crowd.u[slot] = start_u
    crowd.sum_u[slot] = 0.0
    crowd.seconds[slot] = 0.0
    crowd.window[slot, :] = 0.0
    crowd.window_sum[slot] = 0.0
    crowd.worst[slot] = np.inf
    crowd.shock[slot] = 0.0


@njit(cache=True)
def head_for_exit(crowd, slot, access):  # type: ignore[no-untyped-def]
    """Send a slot to an access."""
    crowd.doing[slot] = TO_EXIT
    crowd.mode[slot] = FIELD
    crowd.dest[slot] = access
    crowd.arrived[slot] = 0


@njit(cache=True)
def head_for_train(crowd, slot, trains, first_platform):  # type: ignore[no-untyped-def]
    """Send a slot to the platform of its train."""
    crowd.doing[slot] = TO_PLATFORM
    crowd.mode[slot] = FIELD
    crowd.dest[slot] = first_platform + trains.platform[crowd.train[slot]]
    crowd.arrived[slot] = 0


@njit(cache=True)
def enter(time_s, crowd, visitors, trains, doorways, ground, tally, day, seed, purpose, first_platform):  # type: ignore[no-untyped-def]
    """Let in the boarders whose time has come, at a keyed point of their access."""
    while visitors.next[0] < visitors.by_time.shape[0]:
        visit = visitors.by_time[visitors.next[0]]
        if visitors.appear_s[visit] > time_s:
            return
        visitors.next[0] += 1
        access = visitors.access[visit]
        first, last = doorways.first[access], doorways.first[access + 1]
        u = uniform(seed, purpose, day, visitors.luck[visit], 0, 0)
        at = first + int(u * (last - first))
        x, y = doorways.x[at], doorways.y[at]
        slot = take_slot(crowd, visit)
        settle(crowd, slot, visit, visitors, x, y, cell_at(ground, x, y), 0.0)
        tally.counts[ENTERED] += 1.0
        if trains.state[crowd.train[slot]] == LEFT_STATION:
            rebook(crowd, slot, trains, visitors, tally, first_platform)
        else:
            head_for_train(crowd, slot, trains, first_platform)


@njit(cache=True)
def rebook(crowd, slot, trains, visitors, tally, first_platform):  # type: ignore[no-untyped-def]
    """Take the next train of the line that has not left; without one, leave the station."""
    tally.counts[MISSED] += 1.0
    train = trains.successor[crowd.train[slot]]
    while train >= 0 and trains.state[train] == LEFT_STATION:
        train = trains.successor[train]
    crowd.train[slot] = train
    if train < 0:
        head_for_exit(crowd, slot, visitors.access[crowd.visit[slot]])
    else:
        head_for_train(crowd, slot, trains, first_platform)


@njit(cache=True)
def alight(time_s, crowd, visitors, trains, doors, ground, bins, tally, first_platform, p):  # type: ignore[no-untyped-def]
    """Let one person out of each free door of the trains that stand here, where there is room in front of it."""
    for h in range(trains.here_n[0]):
        train = trains.here[h]
        first = trains.first_door[train]
        for door in range(first, first + trains.doors[train]):
            if doors.queue_n[door] == 0 or time_s < doors.free_s[door]:
                continue
            x, y, free = _front_place(door, doors, crowd, bins, ground, p)
            if not free:
                continue
            visit = doors.queue[doors.queue_first[door]]
            doors.queue_first[door] += 1
            doors.queue_n[door] -= 1
            doors.free_s[door] = time_s + p.alight_s + p.luggage_s * visitors.luggage[visit]
            slot = take_slot(crowd, visit)
            settle(crowd, slot, visit, visitors, x, y, cell_at(ground, x, y), 0.0)
            tally.counts[ALIGHTED] += 1.0
            if visitors.role[visit] == TRANSFER:
                if trains.state[crowd.train[slot]] == LEFT_STATION:
                    rebook(crowd, slot, trains, visitors, tally, first_platform)
                else:
                    head_for_train(crowd, slot, trains, first_platform)
            else:
                head_for_exit(crowd, slot, visitors.access[visit])


@njit(cache=True)
def _front_place(door, doors, crowd, bins, ground, p):  # type: ignore[no-untyped-def]
    """Return (x, y, free) of the first free place in front of a door: middle, then to either side, then deeper."""
    ahead_x, ahead_y = doors.in_x[door], doors.in_y[door]
    for depth in range(2):
        for side in range(p.door_places):
            shift = (side + 1) // 2 * (1 - 2 * (side % 2)) * 2.5 * p.body_m
            reach = (1.0 + 1.5 * depth) * p.body_m * 1.5
            x = doors.x[door] + ahead_x * reach - ahead_y * shift
            y = doors.y[door] + ahead_y * reach + ahead_x * shift
            if floor_at(ground, x, y) < 0:
                continue
            if _room(x, y, crowd, bins, p.body_m):
                return x, y, True
    return 0.0, 0.0, False


@njit(cache=True)
def _room(x, y, crowd, bins, body_m):  # type: ignore[no-untyped-def]
    """Tell whether nobody stands within 0.8 of a body's width of a point."""
    near = 0.8 * body_m
    column = min(max(int((x - bins.x0) / bins.size_m), 0), bins.columns - 1)
    row = min(max(int((y - bins.y0) / bins.size_m), 0), bins.rows - 1)
    for r in range(max(0, row - 1), min(bins.rows, row + 2)):
        for c in range(max(0, column - 1), min(bins.columns, column + 2)):
            slot = bins.head[r * bins.columns + c]
            while slot >= 0:
                if math.hypot(crowd.x[slot] - x, crowd.y[slot] - y) < near:
                    return False
                slot = bins.next[slot]
    return True


@njit(cache=True)
def head_for_door(crowd, slot, trains, doors):  # type: ignore[no-untyped-def]
    """Send a slot to the nearest door of its train, along the field of the platform section of that door."""
    train = crowd.train[slot]
    first = trains.first_door[train]
    best, best_door = np.inf, first
    for door in range(first, first + trains.doors[train]):
        far = math.hypot(doors.x[door] - crowd.x[slot], doors.y[door] - crowd.y[slot])
        if far < best:
            best, best_door = far, door
    crowd.door[slot] = best_door
    crowd.doing[slot] = TO_DOOR
    crowd.mode[slot] = FIELD
    crowd.dest[slot] = doors.dest[best_door]
    crowd.arrived[slot] = 0
    crowd.stuck_s[slot] = 0.0


@njit(cache=True)
def call_to_doors(crowd, train, trains, doors, spots):  # type: ignore[no-untyped-def]
    """When a train has come in, those who wait for it walk to its doors."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.train[slot] != train:
            continue
        if crowd.doing[slot] == WAITING or crowd.doing[slot] == TO_SPOT:
            leave_spot(crowd, slot, spots)
            head_for_door(crowd, slot, trains, doors)


@njit(cache=True)
def leave_spot(crowd, slot, spots):  # type: ignore[no-untyped-def]
    """Free the waiting candidate that a slot holds (kept in ``door`` while waiting, as -2 - candidate)."""
    if crowd.door[slot] <= -2:
        spots.taken[-2 - crowd.door[slot]] -= 1
        crowd.door[slot] = -1


@njit(cache=True)
def choose_spot(crowd, slot, time_s, spots, platform, visitors, fields, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Choose where to wait: multinomial logit over 2 m cells of the platform strip (science.md 2.4)."""
    visit = crowd.visit[slot]
    luck = visitors.luck[visit]
    first, last = spots.first[platform], spots.first[platform + 1]
    nearest, near = np.inf, first
    for s in range(first, last):
        far = (spots.x[s] - crowd.x[slot]) ** 2 + (spots.y[s] - crowd.y[slot]) ** 2
        if far < nearest:
            nearest, near = far, s
    length = spots.along[last - 1]
    best_place = uniform(seed, purpose, day, luck, 1 << 20, 0) * length  # of the train, for the way out there
    gender = crowd.gender[slot]
    exit_weight = p.exit_regular if crowd.regular[slot] != 0 else p.exit_sporadic
    best, chosen = -np.inf, near
    for s in range(first, last):
        cell = spots.cell[s]
        latent = p.base + crowd.nature[slot]
        latent += (fields.plain[gender, cell] + crowd.slope[slot] * fields.sensitive[gender, cell]) / p.score_slope
        value = p.safety[gender] * score_of(latent)
        value -= p.walk * abs(spots.along[s] - spots.along[near])
        value -= exit_weight * abs(spots.along[s] - best_place)
        value -= p.crowd * max(0.0, spots.taken[s] / (p.cell_m * p.cell_m) - p.crowd_free)
        if spots.seats[s] > spots.taken[s]:
            value += p.seat
        value -= math.log(-math.log(uniform(seed, purpose, day, luck, s - first, 1)))
        if value > best:
            best, chosen = value, s
    spots.taken[chosen] += 1
    crowd.door[slot] = -2 - chosen
    # inside the 2 m cell everybody has a place of his own
    spread = p.cell_m * 0.8
    crowd.goal_x[slot] = spots.x[chosen] + spread * (uniform(seed, purpose, day, luck, 0, 2) - 0.5)
    crowd.goal_y[slot] = spots.y[chosen] + spread * (uniform(seed, purpose, day, luck, 1, 2) - 0.5)
    crowd.doing[slot] = TO_SPOT
    crowd.mode[slot] = FIELD
    crowd.dest[slot] = spots.dest[chosen]
    crowd.arrived[slot] = 0
    crowd.stuck_s[slot] = 0.0
    crowd.since_s[slot] = time_s


@njit(cache=True)
def move_on(time_s, crowd, visitors, trains, doors, spots, ground, fields, tally, day, seed, purpose, waiting, feeling, p):  # type: ignore[no-untyped-def]
    """Answer every arrival of this half second: what comes next in the visit."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        doing = crowd.doing[slot]
        if doing == WAITING or doing == AT_DOOR or crowd.mode[slot] == 0:
            continue
        arrived = crowd.arrived[slot] == 1
        stuck = crowd.stuck_s[slot] > p.give_up_s
        if doing == TO_EXIT:
            if arrived:
                finish_visit(crowd, slot, tally, fields, feeling)
        elif doing == TO_PLATFORM:
            if arrived:
                if trains.state[crowd.train[slot]] == STANDING:
                    head_for_door(crowd, slot, trains, doors)
                else:
                    platform = trains.platform[crowd.train[slot]]
                    choose_spot(crowd, slot, time_s, spots, platform, visitors, fields, day, seed, purpose, waiting)
        elif doing == TO_SPOT:
            if crowd.mode[slot] == FIELD and arrived:
                crowd.mode[slot] = STRAIGHT
                crowd.arrived[slot] = 0
                crowd.stuck_s[slot] = 0.0
            elif crowd.mode[slot] == STRAIGHT and (arrived or stuck):
                crowd.goal_x[slot], crowd.goal_y[slot] = crowd.x[slot], crowd.y[slot]
                crowd.mode[slot] = STAND
                crowd.doing[slot] = WAITING
        elif doing == TO_DOOR:
            _approach_door(crowd, slot, doors, arrived, stuck, visitors, day, seed, purpose, p)


@njit(cache=True)
def _approach_door(crowd, slot, doors, arrived, stuck, visitors, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Field to the section, straight to a place beside the door, then stand there and board in turn."""
    door = crowd.door[slot]
    if crowd.mode[slot] == FIELD and (arrived or stuck):
        luck = visitors.luck[crowd.visit[slot]]
        side = 2.0 * uniform(seed, purpose, day, luck, door, 3) - 1.0
        side += 0.6 if side >= 0.0 else -0.6  # the middle is for those who get off
        depth = 2.5 * p.body_m
        crowd.goal_x[slot] = doors.x[door] + depth * doors.in_x[door] - side * doors.in_y[door]
        crowd.goal_y[slot] = doors.y[door] + depth * doors.in_y[door] + side * doors.in_x[door]
        crowd.mode[slot] = STRAIGHT
        crowd.arrived[slot] = 0
        crowd.stuck_s[slot] = 0.0
        return
    if crowd.mode[slot] != STRAIGHT:
        return
    far = math.hypot(crowd.x[slot] - doors.x[door], crowd.y[slot] - doors.y[door])
    if far <= p.board_reach_m or arrived or (stuck and far < 6.0 * p.board_reach_m):
        crowd.goal_x[slot], crowd.goal_y[slot] = crowd.x[slot], crowd.y[slot]
        crowd.mode[slot] = STAND
        crowd.doing[slot] = AT_DOOR
    elif stuck:
        crowd.mode[slot] = FIELD  # another try along the field
        crowd.stuck_s[slot] = 0.0


@njit(cache=True)
def board(time_s, crowd, doors, tally, fields, feeling, p):  # type: ignore[no-untyped-def]
    """Let people at a door board one by one, once nobody is left to get off there; in order of entity."""
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.doing[slot] != AT_DOOR:
            continue
        door = crowd.door[slot]
        if doors.queue_n[door] > 0 or time_s < doors.free_s[door]:
            continue
        doors.free_s[door] = time_s + p.board_s + p.luggage_s * crowd.luggage[slot]
        tally.counts[BOARDED] += 1.0
        finish_visit(crowd, slot, tally, fields, feeling)
        crowd.doing[slot] = ABSENT


@njit(cache=True)
def may_leave(train, crowd, trains, doors, board_near_m):  # type: ignore[no-untyped-def]
    """Tell whether nobody is left to get off and nobody is still near a door to board."""
    first = trains.first_door[train]
    for door in range(first, first + trains.doors[train]):
        if doors.queue_n[door] > 0:
            return False
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.train[slot] == train and (crowd.doing[slot] == AT_DOOR or crowd.doing[slot] == TO_DOOR):
            door = crowd.door[slot]
            if math.hypot(crowd.x[slot] - doors.x[door], crowd.y[slot] - doors.y[door]) < board_near_m:
                return False
    return True


@njit(cache=True)
def take_leave(train, crowd, trains, visitors, spots, tally, first_platform):  # type: ignore[no-untyped-def]
    """Let a train go: those who meant to take it take the next one of the line."""
    trains.state[train] = LEFT_STATION
    kept = 0
    for h in range(trains.here_n[0]):
        if trains.here[h] != train:
            trains.here[kept] = trains.here[h]
            kept += 1
    trains.here_n[0] = kept
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.train[slot] == train and crowd.doing[slot] != TO_EXIT:
            leave_spot(crowd, slot, spots)
            under_way = crowd.mode[slot] == 0
            rebook(crowd, slot, trains, visitors, tally, first_platform)
            if under_way:
                crowd.mode[slot] = 0  # still on stairs
