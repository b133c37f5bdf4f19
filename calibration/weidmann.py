"""Speed against density: Weidmann's curve, and ours in a corridor without end."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.kernels.bins import make_bins
from model.kernels.floor import WalkRoom, share_on_floor
from model.kernels.walkers import Walkers, make_work
from model.kernels.walking import walk
from model.parameters import Parameters
from model.world.movement import make_walk_rules

F64 = NDArray[np.float64]
FREE_SPEED: Final = 1.34  # m/s; with gamma and jam density below: Weidmann (1993)
GAMMA: Final = 1.913  # 1/m2
JAM_DENSITY: Final = 5.4  # 1/m2
DENSITIES: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)  # people per m2, of test V17
LENGTH_M: Final = 20  # corridor of V17
WIDTH_M: Final = 4
SETTLE_S: Final = 30
MEASURE_S: Final = 60


def weidmann(density: ArrayLike) -> F64:
    """Return Weidmann's speed, m/s, at densities in people per m2.

    Source: Weidmann (1993), Transporttechnik der Fussgaenger, IVT ETH Zuerich.
    """
    return FREE_SPEED * (1 - np.exp(-GAMMA * (1 / np.asarray(density, np.float64) - 1 / JAM_DENSITY)))


def endless_corridor(length_m: int, width_m: int, reach_m: float) -> WalkRoom:
    """Return a corridor along x that closes on itself; field 0 leads east.

    Args:
        length_m: period, m.
        width_m: floor from y = 1 m to 1 + width_m.
        reach_m: of the density kernel.
    """
    is_open = np.zeros((4 * width_m + 8, 4 * length_m), np.bool_)
    is_open[4 : 4 + 4 * width_m] = True
    floor = np.full(is_open.shape, -1, np.int32)
    floor[is_open] = np.arange(is_open.sum())
    thrice = np.tile(is_open, 3)  # of which the middle is taken
    numbered = np.full(thrice.shape, -1, np.int32)
    numbered[thrice] = np.arange(thrice.sum())
    share = share_on_floor(numbered, int(thrice.sum()), reach_m)
    share = share[np.nonzero(thrice)[1] // is_open.shape[1] == 1]
    ground = np.column_stack((share, np.zeros(len(share)))).astype(np.float32)
    direction = np.zeros((1, len(share)), np.uint8)
    return WalkRoom(floor.ravel(), is_open.shape[1], is_open.shape[0], 0.0, 0.0, direction, ground, float(length_m))


def corridor_speed(density: float, step_s: float, parameters: Parameters, seed: int = 1, spread: float = 0.0) -> float:
    """Return the mean speed of people, m/s, who walk one way at a density, after ``SETTLE_S``.

    Args:
        density: people per m2.
        step_s: length of a step, s.
        parameters: of walking.
        seed: of the places at the start.
        spread: standard deviation of the free speeds, m/s; their mean is ``FREE_SPEED``.
    """
    n = round(density * LENGTH_M * WIDTH_M)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, LENGTH_M, n), rng.uniform(1, 1 + WIDTH_M, n)
    v0 = np.clip(rng.normal(FREE_SPEED, spread, n), 0.5, 2.2)
    v0 *= FREE_SPEED / v0.mean()
    people = Walkers(
        x, y, v0, np.ones(n, np.int8), np.zeros(n, np.int32), x.copy(), y.copy(), np.zeros(n), np.zeros(n),
        np.zeros(n, np.int8),
    )  # fmt: skip
    room = endless_corridor(LENGTH_M, WIDTH_M, parameters.walk_reach_m)
    bins = make_bins(0.0, 0.0, room.nx4 / 4, room.ny4 / 4, 1.0, n)
    work, rules, order = make_work(n), make_walk_rules(parameters), np.arange(n, dtype=np.int32)
    way = 0.0
    for step in range(round((SETTLE_S + MEASURE_S) / step_s)):
        before = people.x.copy()
        walk(people, order, n, room, rules, bins, work, step_s)
        if step * step_s >= SETTLE_S:
            dx = people.x - before
            way += float((dx - LENGTH_M * np.round(dx / LENGTH_M)).mean())
    return way / MEASURE_S


def rmse_to_weidmann(step_s: float = 0.5, parameters: Parameters | None = None) -> float:
    """Return the root mean square error of our speeds to Weidmann's over ``DENSITIES``, m/s."""
    given = parameters or Parameters.default()
    found = [corridor_speed(density, step_s, given) for density in DENSITIES]
    return float(np.sqrt(np.mean((np.array(found) - weidmann(DENSITIES)) ** 2)))
