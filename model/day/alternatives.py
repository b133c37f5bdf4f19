"""Alternative ways between every place where people set out and where they go, and what there is to fear on them.

A way leads to a *gateway* (one end of stairs, an escalator, a lift or a ramp; the middle of an underpass) and from
there on by the shortest way: single-via paths (Abraham, Delling, Goldberg, Werneck 2013). Ways are found once with
plain walking times; what changes with lamps, daylight, shops and rosters is only the fear along them.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.day.access import make_doorways
from model.day.boarding import NO_VIA
from model.day.tracing import Tracer, Way
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.kernels.state import Ground
from model.kernels.tracing import STEP_M, count_near
from model.parameters import Parameters
from model.world.parts import pack, part_keys, unpack
from model.world.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
_CANDIDATES = 2  # times the alternatives kept: how many of the quickest are looked at


@dataclass(frozen=True)
class Ways:
    """All alternatives, pair by pair of origin and destination.

    Origins are the accesses, then the platform sections; destinations are rows of ``Routes``: accesses, platforms.

    Attributes:
        pair: (origins, destinations) number of the pair, -1 where nobody goes.
        first: (pairs + 1,) first alternative of each pair; the first of a pair is the shortest way.
        via: (m,) row of the gateway to which the alternative leads first. Where there is a choice this is so for the
            shortest way, too: whoever sets out a few metres beside it shall not slip into another way. ``NO_VIA``
            where there is none.
        seconds: (m,) walking time at 1 m/s.  size: (m,) path size, 1 when no other shares a metre.
        leg_a, leg_b: (m,) the legs to the gateway and on from there; -1 for none.
        leg_first: (legs + 1,), leg_cell, leg_weight: 1 m cells of each leg, and seconds at 1 m/s in each; behind
            the cells stand the ends of passages.
        end_cell: (ends,) the 1 m cell in the middle of the box of each end.
    """

    pair: Ints
    first: Ints
    via: Ints
    seconds: Floats
    size: Floats
    leg_a: Ints
    leg_b: Ints
    leg_first: Ints
    leg_cell: Ints
    leg_weight: Floats
    end_cell: Ints

    def over_legs(self, values: Floats) -> Floats:
        """Return the sum of ``values`` (C,) times the seconds along each alternative, (m,)."""
        felt = np.concatenate([values, values[self.end_cell]])  # stairs as the place where they begin
        along = np.concatenate([[0.0], np.cumsum(felt[self.leg_cell] * self.leg_weight)])
        legs = np.append(along[self.leg_first[1:]] - along[self.leg_first[:-1]], 0.0)  # the last stands for none
        return np.asarray(legs[self.leg_a] + legs[self.leg_b])


def ways_of(inputs: Inputs, world: World, ground: Ground) -> Ways:
    """Return the alternatives of a station; made when first asked, kept under what they depend on."""
    p = inputs.parameters
    rows = [(name, p[name]) for name in ("route_alternatives", "route_detour", "route_overlap", "route_width_m")]
    key = digest([part_keys(inputs.layout, p)["routes"], rows])
    return unpack(Ways, world.remember("ways", key, lambda: pack(_Finder(inputs, world, ground).find())))


class _Found(NamedTuple):
    """One alternative of a pair."""

    via: int
    seconds: float
    leg_a: int
    leg_b: int
    size: float = 1


class _Finder:
    """Finds the alternatives of one station."""

    def __init__(self, inputs: Inputs, world: World, ground: Ground) -> None:
        self.world, self.routes, self.ground = world, world.routes, ground
        self.p: Parameters = inputs.parameters
        self.tracer = Tracer(ground)
        self.legs: list[tuple[Ints, Floats]] = []
        self.leg_of: dict[tuple[int, int], int] = {}
        _, middle = make_doorways(inputs.layout, world)
        grid, routes = world.grid, world.routes
        x = np.concatenate([grid.cell_x[middle], routes.section_x]).astype(np.float64)
        y = np.concatenate([grid.cell_y[middle], routes.section_y]).astype(np.float64)
        gates = routes.gateway_cell
        # where legs begin: origins, then where one leaves each gateway
        self.start_x = np.concatenate([x, np.where(routes.gateway_end >= 0, self._far("x"), grid.cell_x[gates])])
        self.start_y = np.concatenate([y, np.where(routes.gateway_end >= 0, self._far("y"), grid.cell_y[gates])])
        self.origins, self.accesses = len(x), len(middle)
        self.cells = len(grid.cell_x)
        x, y = ground.ends["x"], ground.ends["y"]
        self.end_cell = ground.cell[(y - ground.y0).astype(int) * ground.nx + (x - ground.x0).astype(int)].astype(
            np.int32
        )
        self.reach = int(self.p.route_width_m)
        self.count = np.zeros(self.cells + len(ground.ends))
        self.stamp = np.zeros(self.cells, np.int64)
        self.counted = 0
        self.passage_seconds = np.zeros(len(ground.ends) + 1)  # the last stands for no passage
        by_passage = routes.gateway_end >= 0
        self.passage_seconds[routes.gateway_end[by_passage]] = routes.gateway_seconds[by_passage]

    def _far(self, axis: str) -> Floats:
        ends = self.ground.ends
        if not len(ends):
            return np.zeros(len(self.routes.gateway_end))
        return np.asarray(ends[axis][np.maximum(self.routes.gateway_end, 0) ^ 1], np.float64)

    def find(self) -> Ways:
        """Return the alternatives of all pairs."""
        destinations = int(self.routes.section_first[0])
        pair = np.full((self.origins, destinations), -1, np.int32)
        found: list[_Found] = []
        first = [0]
        for origin in range(self.origins):
            if not np.isfinite(self.start_x[origin]):
                continue
            own = range(self.accesses, destinations) if origin < self.accesses else range(destinations)
            for goal in own:
                alternatives = self._alternatives(origin, goal)
                if alternatives:
                    pair[origin, goal] = len(first) - 1
                    found += alternatives
                    first.append(len(found))
        sizes = [len(cells) for cells, _ in self.legs]
        return Ways(
            pair=pair, first=np.array(first, np.int32), via=np.array([f.via for f in found], np.int32),
            seconds=np.array([f.seconds for f in found], float), size=np.array([f.size for f in found], float),
            leg_a=np.array([f.leg_a for f in found], np.int32), leg_b=np.array([f.leg_b for f in found], np.int32),
            leg_first=np.cumsum([0, *sizes]).astype(np.int32),
            leg_cell=np.concatenate([*(c for c, _ in self.legs), np.zeros(0, np.int32)]),
            leg_weight=np.concatenate([*(w for _, w in self.legs), np.zeros(0)]), end_cell=self.end_cell,
        )  # fmt: skip

    def _alternatives(self, origin: int, goal: int) -> list[_Found]:
        """Return the shortest way and up to so many others."""
        routes, cell = self.routes, self._cell(origin)
        plain = float(routes.seconds[goal, cell])
        direct = self._leg(goal, origin) if np.isfinite(plain) else -1
        if direct < 0:
            return []
        rows = np.arange(len(routes.gateway_end)) + routes.first_gateway
        seconds = routes.seconds[rows, cell] + routes.gateway_seconds + routes.seconds[goal, routes.gateway_cell]
        near = np.flatnonzero(seconds <= self.p.route_detour * plain)
        most = int(self.p.route_alternatives)
        kept = [_Found(NO_VIA, plain, direct, -1)]
        for k in near[np.argsort(seconds[near], kind="stable")][: _CANDIDATES * most]:
            if len(kept) == most:
                break
            there, on = self._leg(int(rows[k]), origin), self._leg(goal, self.origins + int(k))
            if there < 0 or on < 0 or self._shared([on], [there]) > 1 - self.p.route_overlap:
                continue  # no way, or one that comes back over itself
            alike = [self._shared([there, on], _legs(a, b)) > self.p.route_overlap for _, _, a, b, _ in kept]
            if not any(alike):
                kept.append(_Found(int(rows[k]), float(seconds[k]), there, on))
            elif alike[0] and kept[0].via == NO_VIA and seconds[k] <= plain + self.p.route_width_m:
                kept[0] = _Found(int(rows[k]), float(seconds[k]), there, on)  # the gateway of the shortest way itself
        if len(kept) == 1:
            return [_Found(NO_VIA, plain, direct, -1)]
        sizes = self._path_sizes([_legs(a, b) for _, _, a, b, _ in kept])
        return [found._replace(size=size) for found, size in zip(kept, sizes, strict=True)]

    def _cell(self, origin: int) -> int:
        g = self.ground
        column, row = int(self.start_x[origin] - g.x0), int(self.start_y[origin] - g.y0)
        return int(g.cell[row * g.nx + column])

    def _leg(self, row: int, start: int) -> int:
        """Return the leg from a start to a destination row, traced once; -1 when there is none."""
        if (row, start) not in self.leg_of:
            way = self.tracer.trace(self.routes.direction[row], self.start_x[start], self.start_y[start])
            if way is not None:
                self.legs.append(self._cells(way))
            self.leg_of[row, start] = -1 if way is None else len(self.legs) - 1
        return self.leg_of[row, start]

    def _cells(self, way: Way) -> tuple[Ints, Floats]:
        """Return the cells of a way and the seconds at 1 m/s in each; stairs count where they begin."""
        stairs = way.ends >= 0
        place = np.where(stairs, self.cells + way.ends, way.cells)
        seconds = np.where(stairs, self.passage_seconds[way.ends], STEP_M)
        cells, where = np.unique(place, return_inverse=True)
        return cells.astype(np.int32), np.bincount(where, weights=seconds)

    def _count(self, legs: list[int]) -> None:
        """Count a way where it passes, or comes near in sight: side by side is the same way."""
        self.counted += 1
        ground = self.ground
        for leg in legs:
            cells = self.legs[leg][0]
            on_foot = cells[cells < self.cells]
            count_near(
                self.world.sight.mask, ground.cell, ground.nx, ground.cells["ix"], ground.cells["iy"], on_foot,
                self.reach, self.count, self.stamp, self.counted,
            )  # fmt: skip
            self.count[cells[cells >= self.cells]] += 1

    def _shared(self, one: list[int], other: list[int]) -> float:
        """Return the share of the first of two ways that the other has, too."""
        self.count[:] = 0
        self._count(other)
        legs = [self.legs[leg] for leg in one]
        common = sum(float(weight @ (self.count[cells] > 0)) for cells, weight in legs)
        whole = sum(float(weight.sum()) for _, weight in legs)
        return common / whole if whole > 0 else 1.0

    def _path_sizes(self, ways: list[list[int]]) -> list[float]:
        """Return sum_cells (share of the way) / (how many of the ways pass there) of each (Ben-Akiva, Bierlaire)."""
        self.count[:] = 0
        for way in ways:
            self._count(way)
        sizes = []
        for way in ways:
            legs = [self.legs[leg] for leg in way]
            whole = sum(float(weight.sum()) for _, weight in legs)
            split = sum(float((weight / np.maximum(self.count[cells], 1)).sum()) for cells, weight in legs)
            sizes.append(split / whole if whole > 0 else 1.0)
        return sizes


def _legs(a: int, b: int) -> list[int]:
    """Return the legs of an alternative; -1 is none."""
    return [leg for leg in (a, b) if leg >= 0]
