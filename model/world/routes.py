"""Where everybody goes: one field of walking directions for each destination, through all levels."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from model.inputs.layout import Layout, Passage, Point
from model.inputs.ways import ways_of
from model.kernels.marching import (
    SLOWEST,
    Links,
    MarchWork,
    make_march_work,
    make_terrain,
    march_field,
    near_walls,
    write_codes,
)
from model.kernels.walking import GOAL, TAKE_PASSAGE, UNREACHABLE
from model.parameters import Parameters
from model.world.fields import CELL_M, F32, FLOOR_M, I16, I32, U8, Bool, Grid, Routes
from model.world.places import around_place, choose_places

F64 = NDArray[np.float64]
ENDS = 2  # of a passage
STEP_FREE = ("lift", "ramp")
STEPS = ("stairs", "escalator")
RIM = 2  # entries of the raster around the floor, per row and column


def make_routes(layout: Layout, grid: Grid, parameters: Parameters) -> Routes:
    """Solve the fields of all destinations.

    Walking time at 1 m/s, a little longer beside walls (``walk_wall_slowness``), passages at their length
    over their speed factor. Destinations: accesses, platforms, sections of platforms, places.

    Args:
        layout: accesses, platforms, passages and zones are read.
        grid: of the same layout.
        parameters: rows walk_wall_*, route_*, stairs_*, escalator_*, lift_*.

    Returns:
        Routes as documented in ``model.world.fields``. A destination without floor is unreachable.
    """
    solver = Solver(layout, grid, parameters)
    areas = [cells_in(a.area, solver.x, solver.y) for a in layout.accesses]
    cut = sections_of_strips(layout, grid, parameters.route_section_m)
    strips = [np.sort(np.concatenate(parts)) for parts in cut]
    sections = [part for parts in cut for part in parts]
    first_section = len(areas) + len(strips)
    counts = [section_count(platform.edge, parameters.route_section_m) for platform in layout.platforms]
    reached = np.isfinite(solver.exit_seconds(areas))
    place_cell, place_zone = choose_places(layout, grid, reached, parameters)
    places = [solver.cells_of(around_place(grid, cell)) for cell in place_cell]
    targets = [*areas, *strips, *sections, *places]
    free = [*areas, *strips] if any(way.kind in STEP_FREE for way in layout.passages) else []
    gateways = open_ends(layout, parameters)
    middles = [strip for zone in range(len(layout.zones)) if len(strip := solver.middle_strip(layout, grid, zone))]
    rows = len(targets) + len(gateways) + len(middles)
    direction = np.empty((rows + len(free), len(grid.floor_level)), np.uint8)
    seconds = np.empty((rows, len(grid.cell_x)), np.float32)
    for d, cells in enumerate(targets):
        seconds[d] = solver.solve(cells, direction[d])
    for k, end in enumerate(gateways, len(targets)):
        seconds[k] = solver.solve_gateway(end, direction[k])
    for k, cells in enumerate(middles, len(targets) + len(gateways)):
        seconds[k] = solver.solve(cells, direction[k])
    beyond = [*(np.flatnonzero(solver.floor_passage == end ^ 1).astype(np.int32) for end in gateways), *middles]
    through = [*(solver.links.cost[end] for end in gateways), *(0 for _ in middles)]
    if free:
        solver.close_steps(layout)
    for d, cells in enumerate(free):
        codes = direction[rows + d]
        solver.solve(cells, codes)
        lost = codes == UNREACHABLE
        codes[lost] = direction[d][lost]  # where no other way leads on, the stairs do
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
        first_gateway=len(targets),
        gateway_end=np.array([*gateways, *(-1 for _ in middles)], np.int16),
        gateway_cell=np.array([solver.cell_of[solver.nearest_middle(cells)] for cells in beyond], np.int32),
        gateway_seconds=np.array(through, np.float32),
        first_free=rows if free else 0,
    )


class Solver:
    """The floor of one station, ready to solve fields on."""

    def __init__(self, layout: Layout, grid: Grid, parameters: Parameters) -> None:
        """Prepare the raster, slowness beside walls and the ends of passages."""
        boxes, self.floor_passage, self.x, self.y = passage_boxes(layout, grid)
        rows, columns = np.nonzero(grid.floor >= 0)
        self.width = grid.floor.shape[1] + RIM
        entries = (grid.floor.shape[0] + RIM) * self.width
        self.entry_of: I32 = ((rows + 1) * self.width + columns + 1).astype(np.int32)
        rings = round(parameters.walk_wall_m / FLOOR_M)
        ring = near_walls(self.entry_of, self.width, entries, rings)
        self.steps: F64 = np.zeros(entries)
        self.steps[self.entry_of] = FLOOR_M * (1 + parameters.walk_wall_slowness * (1 - ring / rings))
        if self.steps.max(initial=0) > FLOOR_M * SLOWEST:
            raise ValueError(f"walk_wall_slowness must leave cells at most {SLOWEST} times as slow")
        self.links = self._links(ways_of(layout), boxes, parameters)
        self.terrain = make_terrain(self.steps, self.links.end_of)
        self.work: MarchWork = make_march_work(entries, len(self.x), len(boxes))
        per_cell = round(CELL_M / FLOOR_M)
        self.cell_of: I32 = np.asarray(grid.cell[rows // per_cell, columns // per_cell], np.int32)
        point_column = ((grid.cell_x - grid.x0) / FLOOR_M).astype(np.int64)
        point_row = ((grid.cell_y - grid.y0) / FLOOR_M).astype(np.int64)
        self.point_entry: I32 = ((point_row + 1) * self.width + point_column + 1).astype(np.int32)

    def close_steps(self, layout: Layout) -> None:
        """Let nobody use stairs and escalators from now on."""
        steps = np.repeat([way.kind in STEPS for way in ways_of(layout)], ENDS)
        self.links = self.links._replace(cost=np.where(steps, np.inf, self.links.cost))

    def cells_of(self, cells: I32) -> I32:
        """Return all floor cells in some 1 m cells."""
        return np.flatnonzero(np.isin(self.cell_of, cells)).astype(np.int32)

    def exit_seconds(self, areas: list[I32]) -> F32:
        """Return the seconds to the nearest access from each 1 m cell."""
        codes = np.empty(len(self.x), np.uint8)
        return self.solve(np.concatenate([*areas, np.zeros(0, np.int32)]), codes)

    def middle(self, cells: I32) -> tuple[float, float]:
        """Return the middle of the floor cell that lies nearest to the mean of ``cells``."""
        if not len(cells):
            return np.nan, np.nan
        nearest = self.nearest_middle(cells)
        return float(self.x[nearest]), float(self.y[nearest])

    def nearest_middle(self, cells: I32) -> int:
        """Return the floor cell that lies nearest to the mean of ``cells``."""
        dx, dy = self.x[cells] - self.x[cells].mean(), self.y[cells] - self.y[cells].mean()
        return int(cells[np.argmin(dx * dx + dy * dy)])

    def middle_strip(self, layout: Layout, grid: Grid, zone: int) -> I32:
        """Return the floor cells of a strip across the middle of an underpass; none of any other zone."""
        here = self.cells_of(np.flatnonzero(grid.cell_zone == zone).astype(np.int32))
        if layout.zones[zone].kind != "underpass" or not len(here):
            return np.zeros(0, np.int32)
        place = np.column_stack((self.x[here], self.y[here]))
        place -= (place.min(axis=0) + place.max(axis=0)) / 2
        along = place @ np.linalg.eigh(np.cov(place.T))[1][:, -1] if len(here) > 1 else np.zeros(1)
        return here[np.abs(along) <= CELL_M]

    def solve_gateway(self, end: int, codes: U8) -> F32:
        """Write the codes that lead into one end of a passage; whoever has come out of the other end is there."""
        box = np.flatnonzero(self.floor_passage == end).astype(np.int32)
        seconds = self.solve(box, codes)
        codes[box] = TAKE_PASSAGE
        codes[self.floor_passage == end ^ 1] = GOAL
        return seconds

    def solve(self, targets: I32, codes: U8) -> F32:
        """Write the direction codes of one destination and return the seconds of the 1 m cells."""
        per_bucket = 2 / FLOOR_M
        march_field(self.work, self.terrain, self.entry_of, self.width, self.entry_of[targets], self.links, per_bucket)
        write_codes(self.work, self.entry_of, self.width, targets, codes)
        return np.asarray(self.work.time[self.point_entry], np.float32)

    def _links(self, passages: Sequence[Passage], boxes: list[I32], parameters: Parameters) -> Links:
        """Return the passages as edges of the fields, for somebody who walks 1 m/s on the flat."""
        end_of = np.full(len(self.steps), -1, np.int16)
        end_of[self.entry_of] = self.floor_passage
        return Links(
            first=np.cumsum([0, *(len(b) for b in boxes)]).astype(np.int32),
            entries=self.entry_of[np.concatenate([*boxes, np.zeros(0, np.int32)])],
            cost=np.array([sum(pace) for p in passages for pace in passage_pace(p, parameters)], np.float64),
            end_of=end_of,
        )


def open_ends(layout: Layout, parameters: Parameters) -> list[int]:
    """Return the ends at which passages can be entered."""
    ways = [(passage.kind, pace) for passage in layout.passages for pace in passage_pace(passage, parameters)]
    return [end for end, (kind, (fixed, _)) in enumerate(ways) if np.isfinite(fixed) and kind != "gate"]


def passage_pace(passage: Passage, parameters: Parameters) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return, from a to b and from b to a, the fixed seconds and the metres at free speed on the flat.

    On stairs the metres are the length over the speed factor up or down. Where the passage is closed the
    seconds are inf.
    """
    length = passage.length_m
    if passage.kind == "escalator":
        up = down = (length / parameters.escalator_speed, 0.0)
    elif passage.kind == "lift":
        up = down = (parameters.lift_cycle_s, 0.0)
    elif passage.kind == "ramp":
        up = down = (0.0, length)
    elif passage.kind == "gate":
        up = down = (parameters.gate_service_s, length)
    else:
        up = (0.0, length / parameters.stairs_up_factor)
        down = (0.0, length / parameters.stairs_down_factor)
    from_a, from_b = (up, down) if passage.rise_m >= 0 else (down, up)
    closed = (np.inf, 0.0)
    return (
        closed if passage.direction == "b_to_a" else from_a,
        closed if passage.direction == "a_to_b" else from_b,
    )


def passage_boxes(layout: Layout, grid: Grid) -> tuple[list[I32], I16, F64, F64]:
    """Return the floor cells of all boxes (a and b of each passage in turn), and what covers which cell.

    Returns:
        floor cells of each end; (F,) int16 number of the end whose box covers the cell or -1; (F,) x and y of
        the middles of all floor cells.
    """
    x, y = floor_middles(grid)
    boxes = [cells_in(box, x, y) for p in ways_of(layout) for box in (p.box_a, p.box_b)]
    end_of = np.full(len(x), -1, np.int16)
    for end, cells in enumerate(boxes):
        end_of[cells] = end
    return [cells[end_of[cells] == end] for end, cells in enumerate(boxes)], end_of, x, y


def floor_middles(grid: Grid) -> tuple[F64, F64]:
    """Return x and y of the middles of all floor cells, m on the sheet."""
    rows, columns = np.nonzero(grid.floor >= 0)
    x: F64 = np.asarray(grid.x0 + (columns + 0.5) * FLOOR_M, np.float64)
    y: F64 = np.asarray(grid.y0 + (rows + 0.5) * FLOOR_M, np.float64)
    return x, y


def cells_in(polygon: Sequence[Point], x: F64, y: F64) -> I32:
    """Return the floor cells whose middle, of ``floor_middles`` (y ascends), lies in a polygon."""
    corners = np.array(polygon)
    low, high = corners.min(0), corners.max(0)
    first, last = np.searchsorted(y, low[1], "left"), np.searchsorted(y, high[1], "right")
    near = first + np.flatnonzero((x[first:last] >= low[0]) & (x[first:last] <= high[0]))
    inside = near[shapely.contains_xy(shapely.Polygon(polygon), x[near], y[near])]
    return np.asarray(inside, np.int32)


def sections_of_strips(layout: Layout, grid: Grid, section_m: float) -> list[list[I32]]:
    """Return the floor cells of the sections of each platform, from head to tail.

    Where closed gates cut a section, those of its largest piece: gates may stand a little way down a platform, and who
    waits for a train or walks to its doors does so behind them.
    """
    x, y = floor_middles(grid)
    piece = pieces_of(layout, grid)
    cut = []
    for platform in layout.platforms:
        strip = cells_in(platform.strip, x, y)
        parts = split_strip(x[strip], y[strip], strip, platform.edge, section_m)
        cut.append([part[piece[part] == np.bincount(piece[part]).argmax()] if len(part) else part for part in parts])
    return cut


def behind_the_gates(layout: Layout, grid: Grid, section_m: float) -> list[Bool] | None:
    """Return for each platform the floor cells of the pieces with its sections, (F,); None without closed gates."""
    if not any(line.closed for line in layout.gate_lines):
        return None
    piece = pieces_of(layout, grid)
    cut = sections_of_strips(layout, grid, section_m)
    return [np.isin(piece, piece[np.concatenate(sections)]) for sections in cut]


def pieces_of(layout: Layout, grid: Grid) -> I32:
    """Return for each floor cell the number of the unbroken floor it is part of, (F,); all 0 without closed gates."""
    on = grid.floor >= 0
    if not any(line.closed for line in layout.gate_lines):
        return np.zeros(np.count_nonzero(on), np.int32)
    return np.asarray(ndimage.label(on)[0][on], np.int32)


def section_count(edge: tuple[Point, Point], section_m: float) -> int:
    """Return into how many sections of about ``section_m`` a platform is cut."""
    (x1, y1), (x2, y2) = edge
    return max(1, round(float(np.hypot(x2 - x1, y2 - y1)) / section_m))


def split_strip(x: F64, y: F64, strip: I32, edge: tuple[Point, Point], section_m: float) -> list[I32]:
    """Cut the floor cells of a strip, whose middles are x and y, into sections from head to tail."""
    (x1, y1), (x2, y2) = edge
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    parts = section_count(edge, section_m)
    which = np.clip((along * parts).astype(np.int64), 0, parts - 1)
    return [strip[which == k] for k in range(parts)]
