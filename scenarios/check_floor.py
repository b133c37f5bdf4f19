"""The floor of a layout for checking: connected parts of the raster, and every zone that has none or leaks.

``model.world.grid`` stops at the first fault; a maker of a drawing wants all of them. Walls are drawn by the
same code, so both see the same floor.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from shapely import LineString, Polygon, STRtree
from shapely import Point as ShapelyPoint

from model.inputs.layout import Layout, Point, Wall, Zone
from model.inputs.ways import barriers
from model.world.fields import CELL_M, FLOOR_M
from model.world.grid import MARGIN_M, draw_walls, inside, sight_walls
from model.world.obstacles import draw_obstacles
from scenarios.faults import Fault

MAX_SIDE_M: Final = 3_000
MAX_SHEET_M2: Final = 600_000  # 10 million floor cells; Den Haag Centraal takes 140,000 m2
MAX_LAYERS: Final = 4  # units within units
SHOWN_IDS: Final = 5
TOUCH_M2: Final = 0.05
TOUCH_M: Final = 0.3
RIM_M: Final = 0.05
ASIDE: Final = "move a level aside with its `offset` in station.yaml"
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class Floor:
    """Connected parts of the sheet that no wall crosses.

    Attributes:
        x0, y0: corner of the raster, metres.
        parts: number of the part of each 0.25 m cell, row by row; 0 where nobody walks.
        levels: level of each part that is floor.
        blocked: cells that a sight-stopping wall crosses.
    """

    x0: float
    y0: float
    parts: I32
    levels: dict[int, int]
    blocked: NDArray[np.bool_]

    def cell(self, point: Point) -> tuple[int, int]:
        """Return row and column of a point, clipped to the sheet."""
        rows, columns = self.parts.shape
        row = min(max(math.floor((point[1] - self.y0) / FLOOR_M), 0), rows - 1)
        return row, min(max(math.floor((point[0] - self.x0) / FLOOR_M), 0), columns - 1)

    def cells_in(self, polygon: Sequence[Point]) -> I32:
        """Return the parts of all cells whose middle lies in a polygon; 0 where there is no floor."""
        low = self.cell((min(p[0] for p in polygon), min(p[1] for p in polygon)))
        high = self.cell((max(p[0] for p in polygon), max(p[1] for p in polygon)))
        window = self.parts[low[0] : high[0] + 1, low[1] : high[1] + 1]
        x = self.x0 + (np.arange(low[1], high[1] + 1) + 0.5) * FLOOR_M
        y = self.y0 + (np.arange(low[0], high[0] + 1) + 0.5) * FLOOR_M
        hit = inside(polygon, np.broadcast_to(x, window.shape), np.broadcast_to(y[:, None], window.shape))
        found: I32 = window[hit]
        return found

    def parts_in(self, polygon: Sequence[Point], level: int) -> set[int]:
        """Return the parts of a level that have a cell in a polygon."""
        found = np.unique(self.cells_in(polygon)).tolist()
        return {part for part in found if self.levels.get(part) == level}

    def is_near(self, point: Point, level: int, radius_m: float) -> bool:
        """Is there floor of a level within a distance of a point?"""
        low = self.cell((point[0] - radius_m, point[1] - radius_m))
        high = self.cell((point[0] + radius_m, point[1] + radius_m))
        window = self.parts[low[0] : high[0] + 1, low[1] : high[1] + 1]
        rows, columns = np.nonzero(window)
        dx = self.x0 + (columns + low[1] + 0.5) * FLOOR_M - point[0]
        dy = self.y0 + (rows + low[0] + 0.5) * FLOOR_M - point[1]
        close = window[rows, columns][np.hypot(dx, dy) <= radius_m + FLOOR_M / 2]
        return any(self.levels.get(part) == level for part in np.unique(close).tolist())


def make_floor(layout: Layout, file: str) -> tuple[Floor | None, list[Fault]]:
    """Return the floor and what is wrong with it.

    Returns:
        None when there are no walls or zones, or when the sheet is too large to be drawn.
    """
    if not layout.walls or not layout.zones:
        message = "there is no wall: floors are closed by walls" if layout.zones else "there is no unit"
        return None, [Fault(file, "", "features", message)]
    walls = barriers(layout)
    faults = list(_size_faults(walls, layout.zones, file))
    if faults:
        return None, faults
    x = [value for wall in walls for value in (wall.x1, wall.x2)]
    y = [value for wall in walls for value in (wall.y1, wall.y2)]
    x0, y0 = min(x) - MARGIN_M, min(y) - MARGIN_M
    nx, ny = (math.floor((max(v) + 2 * MARGIN_M - min(v)) / CELL_M) + 1 for v in (x, y))
    solid = draw_walls(layout.walls, x0, y0, nx, ny) | draw_obstacles(layout.obstacles, x0, y0, nx, ny)
    parts, _ = ndimage.label(~solid)
    floor = Floor(x0, y0, parts.astype(np.int32), {}, draw_walls(sight_walls(layout), x0, y0, nx, ny))
    overlaps = list(_overlaps(layout, file))
    faults = [*overlaps, *_flooded(layout, floor, file, quiet=bool(overlaps))]
    keep = np.zeros(int(floor.parts.max()) + 1, np.bool_)
    keep[list(floor.levels)] = True
    floor.parts[~keep[floor.parts]] = 0
    if len(walls) > len(layout.walls):
        floor = _cut(floor, draw_walls(walls[len(layout.walls) :], x0, y0, nx, ny))
    return floor, faults


def _cut(floor: Floor, lines: NDArray[np.bool_]) -> Floor:
    """Return the floor in its parts on both sides of closed lines of gates."""
    parts, count = ndimage.label((floor.parts > 0) & ~lines)
    _, first = np.unique(parts, return_index=True)
    before = floor.parts.ravel()[first]
    levels = {part: floor.levels[int(before[part])] for part in range(1, count + 1)}
    return Floor(floor.x0, floor.y0, parts.astype(np.int32), levels, floor.blocked)


def _size_faults(walls: Sequence[Wall], zones: Sequence[Zone], file: str) -> Iterator[Fault]:
    x = [value for wall in walls for value in (wall.x1, wall.x2)]
    y = [value for wall in walls for value in (wall.y1, wall.y2)]
    width, height = max(x) - min(x), max(y) - min(y)
    if max(width, height) > MAX_SIDE_M or width * height > MAX_SHEET_M2:
        far = max(walls, key=lambda wall: max(abs(wall.x1), abs(wall.y1), abs(wall.x2), abs(wall.y2)))
        message = f"the sheet is {width:,.0f} m by {height:,.0f} m, more than a station needs"
        yield Fault(file, f"wall {far.id}", "geometry", message, "bring the levels closer with their offsets")
    boxes = [Polygon(zone.polygon).envelope.area for zone in zones]
    if sum(boxes) > MAX_LAYERS * (width + 1) * (height + 1):
        largest = zones[boxes.index(max(boxes))]
        message = f"the units together cover the sheet more than {MAX_LAYERS} times"
        yield Fault(file, f"unit {largest.id}", "geometry", message, "draw each piece of floor once")


def _flooded(layout: Layout, floor: Floor, file: str, *, quiet: bool) -> Iterator[Fault]:
    """Give each part its level; name zones without floor, that leak, or share floor with another level."""
    parts = floor.parts
    rim = set(np.unique(np.concatenate((parts[0], parts[-1], parts[:, 0], parts[:, -1]))).tolist()) - {0}
    first: dict[int, Zone] = {}
    leaking: list[Zone] = []
    for zone in layout.zones:
        counts = np.bincount(floor.cells_in(zone.polygon), minlength=1)
        counts[0] = 0
        part = int(np.argmax(counts))
        where = f"unit {zone.id}"
        if counts[part] == 0:
            message = f"holds no walkable floor: no free cell of {FLOOR_M} m between the walls"
            yield Fault(file, where, "geometry", message)
        elif part in rim:
            leaking.append(zone)
        elif first.setdefault(part, zone).level != zone.level and not quiet:
            other = first[part]
            message = f"shares its floor with unit {other.id}, which lies on level {other.level}"
            yield Fault(file, where, "level", message)
    floor.levels.update({part: zone.level for part, zone in first.items()})
    if leaking:
        names = ", ".join(zone.id for zone in leaking[:SHOWN_IDS]) + (" ..." if len(leaking) > SHOWN_IDS else "")
        ends = list(_loose_ends(layout.walls))
        remedy = "walls that end in the open: " + ", ".join(ends[:SHOWN_IDS]) if ends else ""
        message = "is not closed by walls: its floor leaks to the rim of the sheet"
        yield Fault(file, f"unit {names}", "geometry", message, remedy or "a wall is missing")


def _loose_ends(walls: Sequence[Wall]) -> Iterator[str]:
    """Ends of walls that touch no other wall."""
    lines = [LineString([(wall.x1, wall.y1), (wall.x2, wall.y2)]) for wall in walls]
    tree = STRtree(lines)
    for k, wall in enumerate(walls):
        for end in ((wall.x1, wall.y1), (wall.x2, wall.y2)):
            near = tree.query(ShapelyPoint(end), predicate="dwithin", distance=TOUCH_M).tolist()
            if near == [k]:
                yield f"{wall.id} at ({end[0]:g}, {end[1]:g})"


def _overlaps(layout: Layout, file: str) -> Iterator[Fault]:
    """Units of two levels that cover each other on the sheet, one pair of levels once."""
    shapes = [Polygon(zone.polygon) for zone in layout.zones]
    tree = STRtree(shapes)
    told: set[tuple[int, int]] = set()
    for k, zone in enumerate(layout.zones):
        for other in tree.query(shapes[k], predicate="intersects").tolist():
            under = layout.zones[other]
            pair = (min(zone.level, under.level), max(zone.level, under.level))
            if zone.level == under.level or pair in told:
                continue
            if shapes[k].intersection(shapes[other]).area > TOUCH_M2:
                told.add(pair)
                message = f"level {zone.level} lies over level {under.level}: it overlaps unit {under.id}"
                yield Fault(file, f"unit {zone.id}", "geometry", message, ASIDE)
    yield from _walls_over(layout, shapes, tree, told, file)


def _walls_over(
    layout: Layout, shapes: Sequence[Polygon], tree: STRtree, told: set[tuple[int, int]], file: str
) -> Iterator[Fault]:
    """Walls that run over a unit of another level, for pairs of levels not told yet."""
    inner = [shape.buffer(-RIM_M) for shape in shapes]  # a wall along the rim of a unit is not over it
    for wall in layout.walls:
        line = LineString([(wall.x1, wall.y1), (wall.x2, wall.y2)])
        for other in tree.query(line, predicate="intersects").tolist():
            under = layout.zones[other]
            pair = (min(wall.level, under.level), max(wall.level, under.level))
            if wall.level == under.level or pair in told:
                continue
            if line.intersection(inner[other]).length > TOUCH_M:
                told.add(pair)
                message = f"is on level {wall.level} but crosses unit {under.id} of level {under.level}"
                yield Fault(file, f"wall {wall.id}", "geometry", message, ASIDE)
