"""Where offenders go: in, to a place that suits them, on when a guard comes into sight, and out again."""

import math

import numpy as np

from model.kernels.actors import follow_field, go_straight
from model.kernels.bins import columns_within, occupied, occupied_rows, rows_within
from model.kernels.compiling import inner, kernel
from model.kernels.hazard import (
    APPROACH,
    CONTACT,
    NUISANCE,
    THEFT,
    VANDALISM,
    bystanders_at,
    formal_guardianship,
)
from model.kernels.luck import uniform
from model.kernels.presence import sees
from model.kernels.words import lowest_bit

TO_COME, GOING, LINGERING, LEAVING, GONE = range(5)
NOBODY_YET, FOLLOWS_NOBODY = -1, -2  # instead of the slot of who is followed
STAY_DRAW, FOLLOW_DRAW = 1 << 20, (1 << 20) + 1  # keys of draws; places have lower ones


@inner()
def admit(second, offenders, ground, day, seed, purpose, places, presence, guards, fields, p):  # type: ignore[no-untyped-def]
    """Let in those whose time has come; the list of present rows stays in entity order."""
    by_time, count = offenders.by_time, offenders.count
    while count[1] < by_time.shape[0] and offenders.rows.arrive_s[by_time[count[1]]] <= second:
        o = np.int64(by_time[count[1]])
        count[1] += 1
        at = count[0]
        while at > 0 and offenders.present[at - 1] > o:
            offenders.present[at] = offenders.present[at - 1]
            at -= 1
        offenders.present[at] = o
        count[0] += 1
        offenders.rows.leave_s[o] = offenders.rows.arrive_s[o] + offenders.rows.stay_s[o]
        choose_place(o, second, offenders, ground, day, seed, purpose, places, presence, guards, fields, p)


@kernel()
def choose_place(o, second, offenders, ground, day, seed, purpose, places, presence, guards, fields, p):  # type: ignore[no-untyped-def]
    """Send offender ``o`` to the place of highest utility; noise is keyed on offender and place.

    Of the kind of zone that he came for, at most ``p.places``: of more, every second, third ... one.
    """
    kind = offenders.rows.kind[o]
    wanted = offenders.rows.zone_kind[o]
    every = (places.of_kind[wanted] + p.places - 1) // p.places
    nth = offenders.rows.entity[o]
    here = offenders.rows.cell[o]
    best, best_place = -np.inf, 0
    for k in range(places.rows.shape[0]):
        if places.rows.kind[k] != wanted:
            continue
        nth += 1
        if nth % every != 0:
            continue
        cell = places.rows.cell[k]
        zone = ground.cells.zone[cell]
        n = bystanders_at(ground, presence, cell, p.bystander_reach)
        if kind == APPROACH:
            value = -n * fields.cells.adequacy[cell] / p.approach_private
        elif kind == VANDALISM:
            value = -n * fields.cells.adequacy[cell] / p.vandalism_private
            value += 0.0 if places.rows.has_object[k] != 0 else -p.object_penalty
        elif kind == NUISANCE:
            value = 0.0 if places.rows.has_lure[k] != 0 else -p.object_penalty
        else:
            value = math.log((n + p.crowd_least) / (n + p.crowd_half))
        held = p.kinds.residual[kind] * fields.zones.residual[zone] + p.kinds.belief[kind] * offenders.rows.belief[o]
        if sees(
            ground.mask,
            here,
            ground.cells.ix[here],
            ground.cells.iy[here],
            ground.cells.ix[cell],
            ground.cells.iy[cell],
        ):
            x, y = places.rows.x[k], places.rows.y[k]
            held += p.kinds.direct[kind] * formal_guardianship(ground, guards, fields, cell, x, y, p)
        u = uniform(seed, purpose, day, offenders.rows.entity[o], k, offenders.rows.choices[o])
        value += -held - math.log(-math.log(u))
        if value > best:
            best, best_place = value, k
    offenders.rows.dest[o] = places.first + best_place
    offenders.rows.state[o] = GOING
    offenders.rows.arrived[o] = 0
    if kind == APPROACH:
        u = uniform(seed, purpose, day, offenders.rows.entity[o], FOLLOW_DRAW, offenders.rows.choices[o])
        offenders.rows.target[o] = NOBODY_YET if u < p.follow_share else FOLLOWS_NOBODY
    u = uniform(seed, purpose, day, offenders.rows.entity[o], STAY_DRAW, offenders.rows.choices[o])
    offenders.rows.until_s[o] = p.place_low_s + u * (p.place_high_s - p.place_low_s)
    offenders.rows.choices[o] += 1


@inner(forceinline=True)
def guard_in_sight(o, offenders, ground, guards):  # type: ignore[no-untyped-def]
    """Return the largest weight of a guard that offender ``o`` sees, 0 for none."""
    most = 0.0
    cell = offenders.rows.cell[o]
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for g in range(guards.shape[0]):
        if guards.on[g] != 0:
            at = guards.cell[g]
            if sees(ground.mask, cell, ix, iy, ground.cells.ix[at], ground.cells.iy[at]):
                most = max(most, guards.weight[g])
    return most


@inner(forceinline=True)
def move_offender(
    o, second, offenders, ground, crowd, bins, day, seed, purpose, places, presence, guards, fields, turn, p
):  # type: ignore[no-untyped-def]
    """Carry offender ``o`` through one second of going, lingering or leaving; who was sent away stays away."""
    if offenders.rows.state[o] == GONE:
        return
    if second >= offenders.rows.leave_s[o] and offenders.rows.state[o] != LEAVING:
        offenders.rows.state[o] = LEAVING
        offenders.rows.dest[o] = offenders.rows.entrance[o]
        offenders.rows.arrived[o] = 0
    if offenders.rows.state[o] == LINGERING:
        weight = guard_in_sight(o, offenders, ground, guards)
        offenders.rows.seen[o] = max(offenders.rows.seen[o], weight)
        spooked = second >= offenders.rows.calm_s[o] and weight > 0.0
        if spooked:
            offenders.rows.calm_s[o] = second + p.place_low_s
        if spooked or second >= offenders.rows.until_s[o]:
            choose_place(
                o, second, offenders, ground, day, seed, purpose, places, presence, guards, fields, p
            )
        else:
            _linger(o, second, offenders, ground, crowd, bins, places, p)
        return
    follow_field(offenders.rows, o, ground, second, turn)
    if offenders.rows.arrived[o] != 0:
        if offenders.rows.state[o] == LEAVING:
            offenders.rows.state[o] = GONE
        else:
            offenders.rows.state[o] = LINGERING
            offenders.rows.until_s[o] += second


@inner(forceinline=True)
def _linger(o, second, offenders, ground, crowd, bins, places, p):  # type: ignore[no-untyped-def]
    """Thieves and gropers drift with the crowd, harassers may follow, vandals go to a thing; the others stand."""
    kind = offenders.rows.kind[o]
    if kind == THEFT or kind == CONTACT:
        slot = nearest_person(offenders.rows.x[o], offenders.rows.y[o], crowd, bins, p.seek_m)
        if slot >= 0:
            go_straight(offenders.rows, o, ground, crowd.people.x[slot], crowd.people.y[slot], p.seek_speed, p.near_m)
    elif kind == APPROACH:
        _follow(o, second, offenders, ground, crowd, bins, p)
    elif kind == VANDALISM:
        k = offenders.rows.dest[o] - places.first
        if 0 <= k < places.rows.shape[0] and places.rows.has_object[k] != 0:
            x, y = places.rows.object_x[k], places.rows.object_y[k]
            go_straight(offenders.rows, o, ground, x, y, p.seek_speed, p.near_m)


@inner(forceinline=True)
def _follow(o, second, offenders, ground, crowd, bins, p):  # type: ignore[no-untyped-def]
    """Go after one person in reach and in sight, at some distance; when it ends he chooses another place.

    It ends when the longest time is over, or the person has left, is on stairs, or is out of sight.
    """
    rows = offenders.rows
    slot = rows.target[o]
    if slot == FOLLOWS_NOBODY:
        return
    fresh = slot == NOBODY_YET
    if fresh:
        slot = nearest_person(rows.x[o], rows.y[o], crowd, bins, p.kinds.reach[APPROACH])
        if slot < 0:
            return
    here, there = rows.cell[o], crowd.people.cell[slot]
    seen = crowd.people.mode[slot] != 0 and sees(
        ground.mask, here, ground.cells.ix[here], ground.cells.iy[here], ground.cells.ix[there], ground.cells.iy[there]
    )
    if fresh:
        if not seen:
            return
        rows.target[o] = slot
        rows.target_visit[o] = crowd.people.visit[slot]
        rows.until_s[o] = second + p.follow_s
    elif not seen or crowd.people.visit[slot] != rows.target_visit[o]:
        rows.until_s[o] = second
        return
    go_straight(rows, o, ground, crowd.people.x[slot], crowd.people.y[slot], rows.speed[o], p.follow_gap)


@inner(forceinline=True)
def nearest_person(x, y, crowd, bins, reach):  # type: ignore[no-untyped-def]
    """Return the slot of the nearest person within ``reach`` metres, -1 for none; ties go to the first in order."""
    column_0, column_1 = columns_within(bins, x, reach)
    row_0, row_1 = rows_within(bins, y, reach)
    best, best_slot = reach * reach, np.int64(-1)
    rows = occupied_rows(bins.row_bits, row_0, row_1)
    while rows != 0:
        row = row_0 + np.int64(lowest_bit(rows))
        rows &= rows - np.uint64(1)
        cells = occupied(bins.bits, row, column_0, column_1)
        while cells != 0:
            slot = bins.head[row * bins.columns + column_0 + np.int64(lowest_bit(cells))]
            cells &= cells - np.uint64(1)
            while slot >= 0:
                dx, dy = crowd.people.x[slot] - x, crowd.people.y[slot] - y
                if dx * dx + dy * dy < best:
                    best, best_slot = dx * dx + dy * dy, np.int64(slot)
                slot = bins.next[slot]
    return best_slot


@inner()
def dismiss(offenders):  # type: ignore[no-untyped-def]
    """Take those who are gone off the list of present rows."""
    kept = 0
    for at in range(offenders.count[0]):
        o = offenders.present[at]
        if offenders.rows.state[o] != GONE:
            offenders.present[kept] = o
            kept += 1
    offenders.count[0] = kept
