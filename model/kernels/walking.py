"""One step of everybody on foot: speed from local density, direction from a field, side-stepping, contacts.

A first-order model: speed follows Weidmann's curve of the density ahead, direction follows the destination's
field and is turned aside by people in the way, and bodies that would overlap are pushed apart. All read the
old state, so no one's place in a list matters. See docs/model.md, "Walking".

Sources: Weidmann (1993), Transporttechnik der Fussgaenger, IVT ETH Zuerich. Tordeux, Chraibi, Seyfried
(2016), collision-free speed model. Xu, Chraibi, Seyfried (2021), anticipation and lane formation.
"""

import numpy as np

from model.kernels.bins import bin_people
from model.kernels.compiling import inner, kernel
from model.kernels.contacts import list_standing_pairs, part_bodies
from model.kernels.crowd import FOLLOW
from model.kernels.floor import floor_cell
from model.kernels.memory import fetch_line
from model.kernels.steering import take_steps
from model.kernels.walkers import (
    CELL,
    EX,
    EY,
    FREE,
    HELD,
    IDLE,
    MOST,
    RETURNS,
    STRIDE,
    WALKS,
    Walkers,
    WalkRules,
    WalkWork,
    X,
    Y,
    make_work,
)
from model.kernels.words import WORD, lowest_bit

__all__ = [
    "CODES",
    "GOAL",
    "TAKE_PASSAGE",
    "UNREACHABLE",
    "WalkRules",
    "WalkWork",
    "Walkers",
    "make_work",
    "walk",
]

GOAL = 254  # codes of a direction field, see model.world.fields.Routes
TAKE_PASSAGE = 251
UNREACHABLE = 255
CODES = 251
AHEAD = 12  # people whose row, or floor, is on the way from memory while one is worked on
GROUND_BYTES = 8  # of a row of ``WalkRoom.ground``
PULL_MOST = 0.9  # of the pull to the own place in a group, against 1 of the field
_ANGLE = np.arange(256) * (2.0 * np.pi / CODES)
COSINE = np.cos(_ANGLE)
SINE = np.sin(_ANGLE)


@kernel(error_model="numpy")
def list_people(bins, work):  # type: ignore[no-untyped-def]
    """List the slots of the bins cell by cell, row by row, and in a cell in entity order."""
    head, following, bits, row_bits, before, start = (
        bins.head, bins.next, bins.bits, bins.row_bits, bins.before, bins.start
    )  # fmt: skip
    slot, columns = work.slot, bins.columns
    m = cells = 0
    for block in range(row_bits.shape[0]):
        rows = row_bits[block]
        while rows != 0:
            row = WORD * block + np.int64(lowest_bit(rows))
            rows &= rows - np.uint64(1)
            for at in range(bits.shape[0]):
                before[at, row] = cells
                word = bits[at, row]
                while word != 0:
                    i = head[row * columns + WORD * at + np.int64(lowest_bit(word))]
                    word &= word - np.uint64(1)
                    start[cells] = m
                    cells += 1
                    while i >= 0:
                        slot[m] = i
                        m += 1
                        i = following[i]
    start[cells] = m
    work.count[0] = m


@inner(forceinline=True)
def fetch_coming(xs, slot, k, n):  # type: ignore[no-untyped-def]
    """Ask for the row of the person ``AHEAD`` places on, of ``n`` listed: in a large crowd it lies far away."""
    fetch_line(xs.ctypes.data + xs.strides[0] * np.int64(slot[min(k + AHEAD, n - 1)]))


@kernel(error_model="numpy")
def read_floor(walkers, room, work):  # type: ignore[no-untyped-def]
    """Read what lies under everybody's feet.

    Two bare loops of their own: the memory of the fields is far away, and so many reads are on the way at once.
    """
    xs, ys, dest, look, slot, under = walkers.x, walkers.y, walkers.dest, work.look, work.slot, work.under
    floor, direction, ground = room.floor, room.direction, room.ground
    nx4, ny4, x0, y0 = room.nx4, room.ny4, room.x0, room.y0
    n = work.count[0]
    for k in range(n):
        fetch_coming(xs, slot, k, n)
        look[CELL, k] = floor_cell(floor, nx4, ny4, x0, y0, xs[slot[k]], ys[slot[k]])
    last = direction.shape[0] - 1
    direction_at, direction_row, ground_at = direction.ctypes.data, direction.strides[0], ground.ctypes.data
    for k in range(n):
        coming = min(k + AHEAD, n - 1)
        below = np.int64(look[CELL, coming])  # an address off the floor does no harm
        fetch_line(direction_at + np.int64(dest[slot[coming]]) * direction_row + below)
        fetch_line(ground_at + GROUND_BYTES * below)
        cell = max(np.int64(look[CELL, k]), 0)
        under[k, 0] = direction[min(max(dest[slot[k]], 0), last), cell]  # who does not follow a field may have none
        under[k, 1], under[k, 2] = ground[cell, 0], ground[cell, 1]


@inner(error_model="numpy", forceinline=True)
def drawn_to(ex, ey, dx, dy, pull):  # type: ignore[no-untyped-def]
    """Return the direction (ex, ey) of a field turned towards the own place (dx, dy) away, never backward."""
    far = np.sqrt(dx * dx + dy * dy)
    strength = min(pull * far, PULL_MOST) / max(far, 1e-9)
    wx, wy = ex + strength * dx, ey + strength * dy
    length = np.sqrt(wx * wx + wy * wy)
    return wx / length, wy / length


@kernel(error_model="numpy")
def set_wishes(walkers, rules, work, dt):  # type: ignore[no-untyped-def]
    """Set what everybody wants and shows to the others: place, direction, stride; and who has arrived."""
    xs, ys, mode, speed = walkers.x, walkers.y, walkers.mode, walkers.speed
    stuck_s = walkers.stuck_s
    goal_x, goal_y, arrived = walkers.goal_x, walkers.goal_y, walkers.arrived
    look, new, busy, slot, under = work.look, work.new, work.busy, work.slot, work.under
    arrive2 = rules.arrive_m * rules.arrive_m
    n = work.count[0]
    for k in range(n):
        fetch_coming(xs, slot, k, n)
        i = slot[k]
        doing = IDLE
        there = 0
        x, y, ex, ey, most = xs[i], ys[i], 0.0, 0.0, np.inf
        # everybody always stands on floor; who was put elsewhere is treated as lost
        cell = look[CELL, k]
        if mode[i] == 1 or mode[i] == FOLLOW:
            code = np.int64(under[k, 0]) if cell >= 0 else UNREACHABLE
            if code < CODES:
                ex, ey = COSINE[code], SINE[code]
                doing = WALKS
                if mode[i] == FOLLOW:
                    ex, ey = drawn_to(ex, ey, goal_x[i] - x, goal_y[i] - y, rules.group_pull)
            elif code == GOAL:
                there = 1
            elif code == TAKE_PASSAGE:
                there = 2
        elif cell >= 0:
            dx, dy = goal_x[i] - x, goal_y[i] - y
            d2 = dx * dx + dy * dy
            if d2 > arrive2:
                if mode[i] == 2:
                    d = np.sqrt(d2)
                    ex, ey, most = dx / d, dy / d, np.hypot(dx, dy)
                    doing = WALKS
                else:
                    doing = RETURNS
            elif mode[i] == 2:
                there = 1
        busy[k] = doing
        arrived[i] = there
        new[k, 0], new[k, 1] = x, y
        look[X, k], look[Y, k], look[EX, k], look[EY, k] = x, y, ex, ey
        stride = speed[i] * dt
        look[STRIDE, k] = stride if doing == WALKS else -stride
        look[FREE, k], look[MOST, k] = walkers.v0[i], most
        look[HELD, k] = 1.0 if stuck_s[i] > rules.squeeze_s else 0.0


@kernel(error_model="numpy")
def finish(walkers, room, rules, work, dt):  # type: ignore[no-untyped-def]
    """Move everybody to the new place and keep speed and time without progress."""
    xs, ys, mode, speed, stuck_s = walkers.x, walkers.y, walkers.mode, walkers.speed, walkers.stuck_s
    arrived, look, new, busy, slot = walkers.arrived, work.look, work.new, work.busy, work.slot
    half = 0.5 * room.wrap_m
    least = rules.stuck_speed * dt
    n = work.count[0]
    for k in range(n):
        fetch_coming(xs, slot, k, n)
        i = slot[k]
        dx, dy = new[k, 0] - look[X, k], new[k, 1] - look[Y, k]
        if half > 0.0:
            if dx > half:
                dx -= room.wrap_m
            elif dx < -half:
                dx += room.wrap_m
        xs[i], ys[i] = new[k, 0], new[k, 1]
        speed[i] = np.sqrt(dx * dx + dy * dy) / dt
        lost = mode[i] == 1 and busy[k] != WALKS and arrived[i] == 0
        if lost or (busy[k] == WALKS and dx * look[EX, k] + dy * look[EY, k] < least):
            stuck_s[i] += dt
        else:
            stuck_s[i] = 0.0


@kernel()
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
    list_people(bins, work)
    read_floor(walkers, room, work)
    set_wishes(walkers, rules, work, dt)
    take_steps(walkers, room, rules, bins, work, dt)
    list_standing_pairs(rules, bins, work, room.wrap_m)
    part_bodies(room, rules, work)
    finish(walkers, room, rules, work, dt)
