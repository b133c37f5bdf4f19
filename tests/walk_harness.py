"""Rooms drawn on a raster and crowds in them, for the tests of walking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.kernels.bins import Bins, make_bins
from model.kernels.floor import WalkRoom, metres_free, share_on_floor
from model.kernels.marching import Links as MarchLinks
from model.kernels.marching import MarchWork, make_march_work, make_terrain, march_field, write_codes
from model.kernels.walkers import Walkers, WalkRules, WalkWork, make_work
from model.kernels.walking import CODES, walk
from model.parameters import Parameters
from model.world.movement import make_walk_rules

DT = 0.5
WEIDMANN_V0 = 1.34
EAST, WEST = 0, 1  # fields of a corridor
F64 = NDArray[np.float64]


@lru_cache
def rules() -> WalkRules:
    return make_walk_rules(Parameters.default())


def weidmann(density: ArrayLike) -> F64:
    """Weidmann (1993): speed at a density, for a mean free speed of 1.34 m/s."""
    return WEIDMANN_V0 * (1 - np.exp(-1.913 * (1 / np.asarray(density) - 1 / 5.4)))


@dataclass
class Scene:
    """A crowd in a room, and its clock."""

    room: WalkRoom
    walkers: Walkers
    rules: WalkRules = field(default_factory=rules)
    order: NDArray[np.int32] | None = None

    def __post_init__(self) -> None:
        n = len(self.walkers.x)
        if self.order is None:
            self.order = np.arange(n, dtype=np.int32)
        self.bins: Bins = make_bins(0.0, 0.0, self.room.nx4 / 4, self.room.ny4 / 4, 1.0, n)
        self.work: WalkWork = make_work(n)

    def step(self, steps: int = 1) -> None:
        for _ in range(steps):
            walk(
                self.walkers, self.order, len(self.order), self.room, self.rules, self.bins, self.work, DT
            )  # fmt: skip

    def advance(self) -> F64:
        """One step; how far everybody got in x."""
        before = self.walkers.x.copy()
        self.step()
        dx: F64 = self.walkers.x - before
        if self.room.wrap_m:
            dx -= self.room.wrap_m * np.round(dx / self.room.wrap_m)
        return dx

    def outside(self) -> int:
        """How many people stand where there is no floor."""
        here = self.walkers.mode != 0
        return int((cells_at(self.room, self.walkers.x[here], self.walkers.y[here]) < 0).sum())


def cells_at(room: WalkRoom, x: F64, y: F64) -> NDArray[np.int32]:
    """Floor cells under points, -1 outside; told apart from the kernel's own lookup."""
    column, row = np.floor((x - room.x0) * 4).astype(int), np.floor((y - room.y0) * 4).astype(int)
    on_sheet = (column >= 0) & (row >= 0) & (column < room.nx4) & (row < room.ny4)
    cell = room.floor[row.clip(0, room.ny4 - 1) * room.nx4 + column.clip(0, room.nx4 - 1)]
    return np.where(on_sheet, cell, -1)


def number_floor(is_open: NDArray[np.bool_]) -> NDArray[np.int32]:
    floor = np.full(is_open.shape, -1, np.int32)
    floor[is_open] = np.arange(is_open.sum())
    return floor


def make_room(is_open: NDArray[np.bool_], direction: NDArray[np.uint8], wrap_m: float = 0.0) -> WalkRoom:
    """is_open: (ny4, nx4) True on floor; direction: (fields, ny4, nx4) codes."""
    floor = number_floor(is_open)
    cells = int(is_open.sum())
    if wrap_m:  # the corridor thrice, of which the middle is taken
        thrice = np.hstack([is_open] * 3)
        share = share_on_floor(number_floor(thrice), 3 * cells, rules().reach_m)
        share = share[np.nonzero(thrice)[1] // is_open.shape[1] == 1]
        free = np.zeros(cells)
    else:
        share = share_on_floor(floor, cells, rules().reach_m)
        free = metres_free(floor, cells)
    ground = np.column_stack((share, free)).astype(np.float32)
    codes = np.ascontiguousarray(direction[:, is_open])
    return WalkRoom(floor.ravel(), is_open.shape[1], is_open.shape[0], 0.0, 0.0, codes, ground, float(wrap_m))


def solve_field(is_open: NDArray[np.bool_], target: NDArray[np.bool_]) -> tuple[F64, NDArray[np.uint8]]:
    """Seconds and codes (ny4, nx4) to the target on a raster without passages."""
    rows, columns = np.nonzero(is_open)
    width = is_open.shape[1] + 2
    entry_of = ((rows + 1) * width + columns + 1).astype(np.int32)
    steps = np.zeros((is_open.shape[0] + 2) * width)
    steps[entry_of] = 0.25
    work: MarchWork = make_march_work(len(steps), len(rows), 0)
    links = MarchLinks(np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0), np.full(len(steps), -1, np.int16))
    goal = np.flatnonzero(target[is_open]).astype(np.int32)
    march_field(work, make_terrain(steps, links.end_of), entry_of, width, entry_of[goal], links, 8.0)
    codes = np.zeros(len(rows), np.uint8)
    write_codes(work, entry_of, width, goal, codes)
    seconds, code_map = np.full(is_open.shape, np.inf), np.full(is_open.shape, 255, np.uint8)
    seconds[is_open], code_map[is_open] = work.time[entry_of], codes
    return seconds, code_map


def room_towards(is_open: NDArray[np.bool_], targets: Sequence[NDArray[np.bool_]]) -> WalkRoom:
    """A room whose fields lead to the targets."""
    return make_room(is_open, np.stack([solve_field(is_open, target)[1] for target in targets]))


def people(x: ArrayLike, y: ArrayLike, v0: ArrayLike = WEIDMANN_V0, **given: ArrayLike) -> Walkers:
    """Walkers at rest; ``given`` may hold mode, dest, goal_x, goal_y."""
    n = len(np.asarray(x))

    def column(value: ArrayLike, kind: type = np.float64) -> NDArray[np.generic]:
        return np.array(np.broadcast_to(value, n), kind)

    return Walkers(
        x=column(x),
        y=column(y),
        v0=column(v0),
        mode=column(given.get("mode", 1), np.int8),
        dest=column(given.get("dest", 0), np.int32),
        goal_x=column(given.get("goal_x", x)),
        goal_y=column(given.get("goal_y", y)),
        speed=np.zeros(n),
        stuck_s=np.zeros(n),
        arrived=np.zeros(n, np.int8),
    )


def corridor(length_m: float, width_m: float, endless: bool = False) -> WalkRoom:
    """Field EAST and field WEST; without ``endless`` the last metre at each end is the goal.

    Floor begins 1 m above y = 0. No code is exactly west: half of the cells lead half a code to the left.
    """
    columns, rows = round(length_m * 4), round(width_m * 4)
    is_open = np.zeros((rows + 8, columns), bool)
    is_open[4 : 4 + rows] = True
    direction = np.zeros((2, *is_open.shape), np.uint8)
    direction[WEST] = CODES // 2 + np.indices(is_open.shape).sum(0) % 2
    if endless:
        return make_room(is_open, direction, length_m)
    direction[EAST][:, -4:] = 254
    direction[WEST][:, :4] = 254
    return make_room(is_open, direction)


def free_speeds(rng: np.random.Generator, n: int, spread: float) -> F64:
    """Free speeds around 1.34 m/s, cut as in the table of parameters."""
    return np.clip(rng.normal(WEIDMANN_V0, spread, n), 0.5, 2.2)
