"""People who walk with the very kernel of a day, from where they enter to where they want to be."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import Layout
from model.kernels.bins import make_bins
from model.kernels.floor import WalkRoom
from model.kernels.walkers import Walkers, make_work
from model.kernels.walking import walk
from model.parameters import Parameters
from model.world.grid import make_grid
from model.world.movement import make_open_share, make_walk_room, make_walk_rules
from model.world.routes import make_routes

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
STEP_S = 0.5  # of a day
ABSENT, FOLLOWS_FIELD, TO_POINT = 0, 1, 2
Watch = Callable[[float, F64, F64, NDArray[np.bool_]], None]
Pace = Callable[[I32, F64, F64], F64]


@dataclass(frozen=True)
class Journeys:
    """Who walks from where to where, arrays of one length, in the order of entering.

    Attributes:
        enter_s: when they enter, s.
        x, y: where, m.
        v0: free speed, m/s.
        goal: number of the field they follow.
        goal_x, goal_y: point they walk to once the field has ended, m; nan: the end of the field is enough.
    """

    enter_s: F64
    x: F64
    y: F64
    v0: F64
    goal: I32
    goal_x: F64
    goal_y: F64


def walk_room(layout: Layout, parameters: Parameters) -> WalkRoom:
    """Return the floor of a layout with one field to each access, in their order."""
    grid = make_grid(layout)
    return make_walk_room(grid, make_routes(layout, grid, parameters), make_open_share(grid, parameters))


def walk_all(
    room: WalkRoom,
    people: Journeys,
    parameters: Parameters,
    *,
    longest_s: float,
    watch: Watch | None = None,
    pace: Pace | None = None,
) -> tuple[F64, F64]:
    """Walk everybody to the end of the journey.

    Args:
        room: with the fields that ``people.goal`` counts.
        people: who, sorted by ``enter_s``.
        parameters: of walking.
        longest_s: time after the last entry at which it ends.
        watch: called before each step with the time, x, y and who is present, all by person.
        pace: factor on the free speeds of some people (their numbers) at their places (x, y): stairs.

    Returns:
        When everybody entered (their time, rounded up to a step) and left, s; nan for who did not arrive.
    """
    n = len(people.x)
    if np.any(np.diff(people.enter_s) < 0):
        raise ValueError("journeys must be sorted by the time of entering")
    zero = np.zeros(n)
    w = Walkers(
        people.x.copy(), people.y.copy(), people.v0.copy(), np.zeros(n, np.int8), people.goal,
        np.where(np.isnan(people.goal_x), people.x, people.goal_x),
        np.where(np.isnan(people.goal_y), people.y, people.goal_y), zero, zero.copy(), np.zeros(n, np.int8),
    )  # fmt: skip
    bins = make_bins(room.x0, room.y0, room.nx4 / 4, room.ny4 / 4, 1.0, n)
    work, rules = make_work(n), make_walk_rules(parameters)
    direct = ~np.isnan(people.goal_x)
    steps = np.ceil(people.enter_s / STEP_S)
    left = np.full(n, np.nan)
    order = np.zeros(n, np.int32)
    present, come = 0, 0
    step = int(steps[0])
    while (come < n or present > 0) and step <= steps[-1] + longest_s / STEP_S:
        while come < n and steps[come] <= step:
            w.mode[come] = FOLLOWS_FIELD
            order[present] = come  # people enter in the order of their numbers
            present, come = present + 1, come + 1
        if watch is not None:
            watch(step * STEP_S, w.x, w.y, w.mode != ABSENT)
        if pace is not None:
            who = order[:present]
            w.v0[who] = people.v0[who] * pace(who, w.x[who], w.y[who])
        walk(w, order, present, room, rules, bins, work, STEP_S)
        step += 1
        here = order[:present]
        there = here[w.arrived[here] == 1]
        on = there[(w.mode[there] == FOLLOWS_FIELD) & direct[there]]
        done = there[(w.mode[there] == TO_POINT) | ~direct[there]]
        w.mode[on] = TO_POINT
        if len(done):
            w.mode[done] = ABSENT
            left[done] = step * STEP_S
            stay = here[w.mode[here] != ABSENT]
            present = len(stay)
            order[:present] = stay
    return steps * STEP_S, left
