"""Stairs, escalators, lifts: people leave one box, are under way off the sheet, surface in the other box.

A passage lets one person go every ``gap_s``; who has waited longest in the box goes first. It holds ``most``
people a direction. A lift takes up to ``most`` who wait where it stands and rides half a cycle; with nobody there it
fetches who waits at the other end. Gates let people in by rules of their own (``model.kernels.gates``). Whoever finds
no room to surface waits, at most ``hold_s``: then the others make room. So two full boxes never hold each other for
good.
"""

from collections import namedtuple

import numpy as np

from model.kernels.bins import columns_within, rows_within
from model.kernels.compiling import inner, kernel
from model.kernels.floor import floor_cell

Passages = namedtuple(
    "Passages",
    [
        "first",  # (E+1,) int32: cells of the box at end e are first[e] .. first[e+1]; ends are 2*k and 2*k+1
        "cell_x",  # middles of these floor cells, m
        "cell_y",
        "end_of",  # (F,) int16: end whose box covers the floor cell, -1
        "fixed_s",  # (E,) float64: seconds from end e to the other, whoever walks
        "metres",  # (E,) float64: and metres to walk at the own free speed (slope and stairs counted in)
        "gap_s",  # (E,) float64: seconds between two people
        "most",  # (E,) int32: people under way from end e at most
        "hold_s",  # float: longest wait for room to surface
        "room_m",  # float: room that a surfacing person looks for
        "lift",  # (passages,) bool
        "gate",  # (passages,) bool
        "lift_half_s",  # float: half a cycle, from one end to the other with its doors
    ],
)

PassageState = namedtuple(
    "PassageState",
    [
        "free_at",  # (passages,) float64: when the next may enter, s
        "under_way",  # (E,) int32
        "cabin",  # (passages,) int8: the end at which a lift stands or will stop, 0 or 1
        "waiting",  # scratch, (slots,) int32: who stands in a box and wants to go
        "placed",  # scratch, (slots,) int32: who has surfaced in this step
    ],
)


def make_passage_state(passages: Passages, slots: int) -> PassageState:
    """Return the state of a morning: nobody under way."""
    ends = len(passages.gap_s)
    return PassageState(
        np.full(ends // 2, -np.inf),
        np.zeros(ends, np.int32),
        np.zeros(ends // 2, np.int8),
        np.zeros(slots, np.int32),
        np.zeros(slots, np.int32),
    )


@inner()
def is_room(walkers, bins, state, placed, x, y, room_m):  # type: ignore[no-untyped-def]
    """Tell whether nobody stands within ``room_m`` of a point; bins may be one step old."""
    reach = room_m + bins.size_m
    column_0, column_1 = columns_within(bins, x, reach)
    row_0, row_1 = rows_within(bins, y, reach)
    for row in range(row_0, row_1 + 1):
        for column in range(column_0, column_1 + 1):
            j = bins.head[row * bins.columns + column]
            while j >= 0:
                if walkers.mode[j] != 0:
                    dx, dy = walkers.x[j] - x, walkers.y[j] - y
                    if dx * dx + dy * dy < room_m * room_m:
                        return False
                j = bins.next[j]
    for k in range(placed):
        j = state.placed[k]
        dx, dy = walkers.x[j] - x, walkers.y[j] - y
        if dx * dx + dy * dy < room_m * room_m:
            return False
    return True


@inner()
def surface(walkers, who, passages, state, bins, i, placed, late):  # type: ignore[no-untyped-def]
    """Put person ``i`` on a free cell of the far box; False when none is free and it is not ``late``."""
    end = walkers.passage[i] ^ 1
    first, cells = passages.first[end], passages.first[end + 1] - passages.first[end]
    start = (who[i] * 7919) % cells  # people spread over the box, each at a place of their own
    for k in range(cells):
        c = first + (start + k) % cells
        if is_room(walkers, bins, state, placed, passages.cell_x[c], passages.cell_y[c], passages.room_m):
            walkers.x[i], walkers.y[i] = passages.cell_x[c], passages.cell_y[c]
            return True
    if late:
        walkers.x[i], walkers.y[i] = passages.cell_x[first + start], passages.cell_y[first + start]
    return late


@inner()
def surface_all(walkers, who, order, n, passages, state, bins, now_s):  # type: ignore[no-untyped-def]
    """Bring up everybody whose time under way is over and who finds room."""
    passage, ready_s = walkers.passage, walkers.ready_s
    placed = np.int64(0)
    for k in range(n):
        i = order[k]
        end = passage[i]
        if end < 0 or ready_s[i] > now_s:
            continue
        late = now_s - ready_s[i] >= passages.hold_s
        if surface(walkers, who, passages, state, bins, i, placed, late):
            state.placed[placed] = i
            placed += 1
            state.under_way[end] -= 1
            passage[i] = -1
            walkers.mode[i] = 1
            walkers.arrived[i] = 0
            walkers.speed[i] = 0.0
            walkers.stuck_s[i] = 0.0


@inner()
def list_waiting(walkers, order, n, room, passages, state, now_s):  # type: ignore[no-untyped-def]
    """List who stands in a box and wants to go, and since when; return how many."""
    xs, ys, mode, arrived = walkers.x, walkers.y, walkers.mode, walkers.arrived
    passage, ready_s, end_of, listed = walkers.passage, walkers.ready_s, passages.end_of, state.waiting
    gate = passages.gate
    floor, nx4, ny4, x0, y0 = room.floor, room.nx4, room.ny4, room.x0, room.y0
    waiting = 0
    for k in range(n):
        i = order[k]
        if passage[i] >= 0:
            continue
        if mode[i] == 3 and passage[i] <= -2 and gate[(-2 - passage[i]) // 2]:
            continue  # stands before a gate
        end = -1
        if mode[i] == 1 and arrived[i] == 2:
            cell = floor_cell(floor, nx4, ny4, x0, y0, xs[i], ys[i])
            end = end_of[cell] if cell >= 0 else -1
        if end < 0:
            passage[i] = -1
            continue
        if passage[i] != -2 - end:
            passage[i] = -2 - end
            ready_s[i] = now_s
        listed[waiting] = i
        waiting += 1
    return waiting


@kernel()
def enter(walkers, passages, state, i, end, now_s, dt):  # type: ignore[no-untyped-def]
    """Send person ``i`` under way from ``end``."""
    state.free_at[end // 2] = max(state.free_at[end // 2], now_s - dt) + passages.gap_s[end]
    go_under_way(walkers, state, i, end, now_s + passages.fixed_s[end] + passages.metres[end] / walkers.v0[i])


@inner()
def ride_lift(walkers, passages, state, k, waiting, now_s):  # type: ignore[no-untyped-def]
    """Let lift ``k`` take who waits where it stands, longest wait first; or fetch who waits at the other end."""
    end = 2 * k + state.cabin[k]
    taken, elsewhere = 0, False
    while taken < passages.most[end]:
        best, best_i = np.inf, np.int64(-1)
        for j in range(waiting):
            i = state.waiting[j]
            elsewhere |= walkers.passage[i] == -2 - (end ^ 1)
            if walkers.passage[i] == -2 - end and walkers.ready_s[i] < best:
                best, best_i = walkers.ready_s[i], i
        if best_i < 0:
            break
        go_under_way(walkers, state, best_i, end, now_s + passages.lift_half_s)
        taken += 1
    if taken > 0 or (elsewhere and passages.most[end ^ 1] > 0):
        state.cabin[k] = 1 - state.cabin[k]
        state.free_at[k] = now_s + passages.lift_half_s


@inner()
def go_under_way(walkers, state, i, end, until_s):  # type: ignore[no-untyped-def]
    """Take person ``i`` off the sheet, from ``end`` to the other end."""
    state.under_way[end] += 1
    walkers.passage[i] = end
    walkers.ready_s[i] = until_s
    walkers.mode[i] = 0
    walkers.arrived[i] = 0
    walkers.speed[i] = 0.0
    walkers.stuck_s[i] = 0.0


@kernel()
def passages_step(walkers, who, order, n, room, passages, state, bins, now_s, dt):  # type: ignore[no-untyped-def]
    """Let people surface and enter; call it after each ``walk``.

    Args:
        walkers: has x, y, v0, mode, arrived, speed, stuck_s, passage (int32) and ready_s (float64).
            passage: -1 not concerned; -2 - e waits in the box at end e since ready_s; e >= 0 is under way
            from end e until ready_s (mode 0). Newcomers start with -1. Who surfaces follows the field again.
        who: (slots,) entity numbers, for the place in the box.
        order, n: the slots taken, sorted by entity number.
        room, passages, state: ``WalkRoom``, ``Passages``, ``PassageState``.
        bins: as left by ``walk``.
        now_s: time at the end of the step, s.
        dt: length of the step, s.
    """
    if state.under_way.shape[0] == 0:
        return
    surface_all(walkers, who, order, n, passages, state, bins, now_s)
    waiting = list_waiting(walkers, order, n, room, passages, state, now_s)
    for k in range(passages.lift.shape[0]):
        if passages.lift[k] and waiting > 0 and state.free_at[k] <= now_s:
            ride_lift(walkers, passages, state, k, waiting, now_s)
    while waiting > 0:
        best, best_k = np.inf, -1
        for k in range(waiting):  # longest wait first, then entity order
            i = state.waiting[k]
            if walkers.passage[i] >= 0:
                continue  # has taken the lift
            end = -2 - walkers.passage[i]
            can_enter = state.free_at[end // 2] <= now_s and state.under_way[end] < passages.most[end]
            can_enter &= not (passages.lift[end // 2] or passages.gate[end // 2])
            if can_enter and walkers.ready_s[i] < best:
                best, best_k = walkers.ready_s[i], k
        if best_k < 0:
            return
        i = np.int64(state.waiting[best_k])
        enter(walkers, passages, state, i, -2 - walkers.passage[i], now_s, dt)
        for k in range(best_k + 1, waiting):
            state.waiting[k - 1] = state.waiting[k]
        waiting -= 1
