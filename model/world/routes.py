"""Where everybody goes: one field of walking directions for each destination, through all levels."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from model.inputs.layout import Layout, Passage, Point
from model.kernels.marching import (
    Links,
    MarchWork,
    floor_neighbours,
    make_march_work,
    march_field,
    near_walls,
    write_codes,
)
from model.parameters import Parameters
from model.world.places import choose_places
from model.world.world import FLOOR_M, I16, I32, U8, Bool, Grid, Routes

F64 = NDArray[np.float64]
ENDS = 2  # of a passage


def make_routes(layout: Layout, grid: Grid, parameters: Parameters) -> Routes:
    """Solve the fields of all destinations.

    Walking time at 1 m/s, a little longer beside walls (``walk_wall_slowness``), passages at their length over
    their speed factor. Destinations: accesses, platforms, sections of platforms, places.

    Args:
        layout: accesses, platforms, passages and zones are read.
        grid: of the same layout.
        parameters: rows walk_wall_*, route_*, stairs_*, escalator_*, lift_*.

    Returns:
        Routes as documented in ``model.world.world``. A destination without floor is unreachable from everywhere.
    """
    solver = Solver(layout, grid, parameters)
    areas = [solver.cells_in(a.area) for a in layout.accesses]
    strips = [solver.cells_in(p.strip) for p in layout.platforms]
    sections = [
        part
        for platform, strip in zip(layout.platforms, strips, strict=True)
        for part in split_strip(grid, strip, platform.edge, parameters.route_section_m)
    ]
    first_section = len(areas) + len(strips)
    counts = [section_count(platform.edge, parameters.route_section_m) for platform in layout.platforms]
    place_cell, place_zone = choose_places(layout, grid, parameters)
    places = [solver.cells_of(np.array([cell])) for cell in place_cell]
    targets = [*areas, *strips, *sections, *places]
    direction = np.empty((len(targets), len(grid.floor_level)), np.uint8)
    seconds = np.empty((len(targets), len(grid.cell_x)), np.float32)
    for d, cells in enumerate(targets):
        seconds[d] = solver.solve(cells, direction[d])
    centres = np.array([solver.middle(cells) for cells in sections], np.float32).reshape(-1, ENDS)
    return Routes(
        direction=direction,
        seconds=seconds,
        floor_passage=solver.floor_passage,
        first_platform=len(areas),
        section_first=np.array([first_section, *(first_section + np.cumsum(counts))], np.int32),
        section_x=centres[:, 0],
        section_y=centres[:, 1],
        first_place=first_section + len(sections),
        place_cell=place_cell,
        place_zone=place_zone,
    )


class Solver:
    """The floor of one station, ready to solve fields on."""

    def __init__(self, layout: Layout, grid: Grid, parameters: Parameters) -> None:
        """Prepare neighbours, slowness beside walls and the ends of passages."""
        self.grid = grid
        cells = len(grid.floor_level)
        rows, columns = np.nonzero(grid.floor >= 0)
        self.x: F64 = grid.x0 + (columns + 0.5) * FLOOR_M
        self.y: F64 = grid.y0 + (rows + 0.5) * FLOOR_M
        self.neighbours: I32 = floor_neighbours(grid.floor, cells)
        rings = int(round(parameters.walk_wall_m / FLOOR_M))
        ring = near_walls(self.neighbours, rings)
        self.slowness: F64 = 1 + parameters.walk_wall_slowness * (1 - ring / rings)
        self.links, self.floor_passage = self._links(layout.passages, parameters)
        self.all: Bool = np.ones(cells, np.bool_)
        self.time: F64 = np.empty(cells)
        self.work: MarchWork = make_march_work(cells)
        point_column = ((grid.cell_x - grid.x0) / FLOOR_M).astype(np.int64)
        point_row = ((grid.cell_y - grid.y0) / FLOOR_M).astype(np.int64)
        self.cell_floor: I32 = grid.floor[point_row, point_column]

    def cells_in(self, polygon: Sequence[Point]) -> I32:
        """Return the floor cells whose middle lies in the polygon, or else the one nearest to its middle."""
        corners = np.array(polygon)
        low, high = corners.min(0), corners.max(0)
        near = np.flatnonzero(
            (self.x >= low[0]) & (self.x <= high[0]) & (self.y >= low[1]) & (self.y <= high[1])
        )
        inside = near[shapely.contains_xy(shapely.Polygon(polygon), self.x[near], self.y[near])]
        return inside.astype(np.int32)

    def cells_of(self, cells: NDArray[np.integer]) -> I32:
        """Return the floor cells that hold the points of some 1 m cells."""
        return self.cell_floor[cells]

    def middle(self, cells: I32) -> tuple[float, float]:
        """Return the middle of the floor cell that lies nearest to the mean of ``cells``."""
        if not len(cells):
            return np.nan, np.nan
        dx, dy = self.x[cells] - self.x[cells].mean(), self.y[cells] - self.y[cells].mean()
        nearest = cells[np.argmin(dx * dx + dy * dy)]
        return float(self.x[nearest]), float(self.y[nearest])

    def solve(self, targets: I32, codes: U8) -> NDArray[np.float32]:
        """Write the direction codes of one destination and return the seconds of the 1 m cells."""
        march_field(
            self.time, self.neighbours, self.slowness, FLOOR_M, targets, self.links, self.all, self.work
        )
        write_codes(self.time, self.neighbours, targets, self.work.by_passage, self.all, codes)
        return self.time[self.cell_floor].astype(np.float32)

    def _links(self, passages: Sequence[Passage], parameters: Parameters) -> tuple[Links, I16]:
        boxes = [self.cells_in(box) for p in passages for box in (p.box_a, p.box_b)]
        box_of = np.full(len(self.x), -1, np.int32)
        for end, cells in enumerate(boxes):
            box_of[cells] = end
        first = np.cumsum([0, *(len(b) for b in boxes)]).astype(np.int32)
        cost = np.array([s for p in passages for s in passage_seconds(p, parameters)], np.float64)
        cells = np.concatenate([*boxes, np.zeros(0, np.int32)]).astype(np.int32)
        return Links(first, cells, cost, box_of), box_of.astype(np.int16)


def passage_seconds(passage: Passage, parameters: Parameters) -> tuple[float, float]:
    """Return the seconds from a to b and from b to a for somebody who walks 1 m/s; inf where it is closed."""
    length = passage.length_m
    up, down = length / parameters.stairs_up_factor, length / parameters.stairs_down_factor
    if passage.kind == "escalator":
        up = down = length / parameters.escalator_speed
    elif passage.kind == "lift":
        up = down = parameters.lift_cycle_s
    elif passage.kind == "ramp":
        up = down = length
    a_to_b, b_to_a = (up, down) if passage.rise_m >= 0 else (down, up)
    return (
        np.inf if passage.direction == "b_to_a" else a_to_b,
        np.inf if passage.direction == "a_to_b" else b_to_a,
    )


def section_count(edge: tuple[Point, Point], section_m: float) -> int:
    """Return into how many sections of about ``section_m`` a platform is cut."""
    (x1, y1), (x2, y2) = edge
    return max(1, round(float(np.hypot(x2 - x1, y2 - y1)) / section_m))


def split_strip(grid: Grid, strip: I32, edge: tuple[Point, Point], section_m: float) -> list[I32]:
    """Cut the floor cells of a strip into sections of equal length, from the head of the edge to its tail."""
    (x1, y1), (x2, y2) = edge
    rows, columns = np.nonzero(grid.floor >= 0)
    x = grid.x0 + (columns[strip] + 0.5) * FLOOR_M
    y = grid.y0 + (rows[strip] + 0.5) * FLOOR_M
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    parts = section_count(edge, section_m)
    which = np.clip((along * parts).astype(np.int64), 0, parts - 1)
    return [strip[which == k] for k in range(parts)]
