"""Rooms drawn on a raster and crowds in them, for the tests of walking."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.kernels.bins import make_bins
from model.kernels.floor import WalkRoom, metres_free, share_on_floor
from model.kernels.walking import CODES, GOAL, Walkers, WalkRules, make_work, walk

DT = 0.5


def east(angle: float = 0.0) -> int:
    """Direction code of an angle in radians, counter-clockwise from +x."""
    return round(angle / (2 * np.pi) * CODES) % CODES


def share_of_floor(floor, reach_m, wrap):
    """The tables of the density kernel; an endless corridor is laid out three times."""
    if not wrap:
        return share_on_floor(floor, int(floor.max()) + 1, reach_m).astype(np.float32)
    three = np.full((floor.shape[0], 3 * floor.shape[1]), -1, np.int32)
    open_ = np.hstack([floor >= 0] * 3)
    three[open_] = np.arange(open_.sum())
    share = share_on_floor(three, int(open_.sum()), reach_m)
    columns = np.nonzero(open_)[1] // floor.shape[1]
    return share[columns == 1].astype(np.float32)


@dataclass
class Scene:
    room: WalkRoom
    walkers: Walkers
    order: NDArray[np.int32]
    n: int
    rules: WalkRules
    bins: object
    work: object

    def step(self, steps: int = 1) -> None:
        for _ in range(steps):
            walk(self.walkers, self.order, self.n, self.room, self.rules, self.bins, self.work, DT)

    def outside(self) -> int:
        w, r = self.walkers, self.room
        i = self.order[: self.n]
        i = i[w.mode[i] != 0]
        column = np.floor((w.x[i] - r.x0) * 4).astype(int)
        row = np.floor((w.y[i] - r.y0) * 4).astype(int)
        inside = (column >= 0) & (row >= 0) & (column < r.nx4) & (row < r.ny4)
        column, row = column.clip(0, r.nx4 - 1), row.clip(0, r.ny4 - 1)
        return int((~inside | (r.floor[row * r.nx4 + column] < 0)).sum())


def make_room(
    open_: NDArray[np.bool_], direction: NDArray[np.uint8], wrap_m: float = 0.0, reach_m: float = 2.0
) -> WalkRoom:
    """open_: (ny4, nx4) True on floor; direction: (D, ny4, nx4) codes."""
    floor = np.full(open_.shape, -1, np.int32)
    floor[open_] = np.arange(open_.sum())
    free = metres_free(floor, int(open_.sum())) * (wrap_m == 0)
    ground = np.column_stack((share_of_floor(floor, reach_m, wrap_m > 0), free)).astype(np.float32)
    codes = np.ascontiguousarray(direction[:, open_])
    return WalkRoom(floor.ravel(), open_.shape[1], open_.shape[0], 0.0, 0.0, codes, ground, float(wrap_m))


def make_walkers(x, y, v0, mode=1, dest=0, goal_x=None, goal_y=None) -> Walkers:
    n = len(x)
    f = lambda a: np.array(np.broadcast_to(a, n), np.float64)  # noqa: E731
    return Walkers(
        f(x), f(y), f(v0), np.array(np.broadcast_to(mode, n), np.int8), np.array(np.broadcast_to(dest, n), np.int32),
        f(x if goal_x is None else goal_x), f(y if goal_y is None else goal_y), f(v0) * 0, f(0.0), np.zeros(n, np.int8),
    )  # fmt: skip


def make_scene(room: WalkRoom, walkers: Walkers, rules: WalkRules) -> Scene:
    n = len(walkers.x)
    bins = make_bins(room.x0, room.y0, room.nx4 / 4, room.ny4 / 4, 1.0, n)
    return Scene(room, walkers, np.arange(n, dtype=np.int32), n, rules, bins, make_work(n))


def corridor(length_m: float, width_m: float, wrap: bool) -> WalkRoom:
    """Field 0 leads east, field 1 west; without wrap the last metre is the goal."""
    nx, ny = round(length_m * 4), round(width_m * 4)
    open_ = np.zeros((ny + 8, nx), bool)
    open_[4 : 4 + ny] = True
    direction = np.zeros((2, *open_.shape), np.uint8)
    direction[0] = east()
    direction[1] = 0
    direction[1] = 125  # replaced below: no code is exactly pi with an odd number of codes
    if not wrap:
        direction[0][:, -4:] = GOAL
        direction[1][:, :4] = GOAL
    return make_room(open_, direction, length_m if wrap else 0.0)


def scatter(rng: np.random.Generator, n: int, x0: float, y0: float, x1: float, y1: float, apart: float = 0.0):
    return rng.uniform(x0, x1, n), rng.uniform(y0, y1, n)
