"""The sheet as rasters: where people walk, where walls stop sight, and the 1 m cells of the fields.

Walls are drawn on cells of 0.25 m by the supercover of the line: cut at every grid line, each piece blocks
the cell that holds its middle. A wall exactly on a grid line blocks the cells on its upper or right side.
The origin lies a whole number of metres before the outermost wall ends and is not rounded.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from model.inputs.layout import Layout, Point, Wall, Zone
from model.inputs.ways import barriers
from model.kernels.fields import cell_points
from model.parameters import Parameters
from model.world.fields import CELL_M, FLOOR_M, I16, I32, Bool, Grid
from model.world.obstacles import draw_obstacles, stops_sight

MARGIN_M = 2  # free strip around the outermost walls; a flood that reaches its rim has leaked
LATTICE_M = FLOOR_M / 2  # points of cells lie on this lattice
FLOORS_PER_CELL = round(CELL_M / FLOOR_M)
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Reals = NDArray[np.floating]


def make_grid(layout: Layout, parameters: Parameters | None = None) -> Grid:
    """Draw walls and obstacles, flood the floor from the zones and number the cells.

    Of every zone the part that holds most of it is floor, with everything 4-connected to that part; a kiosk
    or a column inside a zone is walled off and so is not floor.

    Args:
        layout: a station; levels lie beside each other on one sheet.
        parameters: rows sight_hedge_height_m, sight_block_width_m; None: as they ship.

    Returns:
        The grid; floor cells and 1 m cells are numbered row by row.

    Raises:
        ValueError: there is no wall or no zone, a zone holds no free floor, the floor of a zone is not closed
            by walls, or one piece of floor carries zones of two levels. The message names the zone.
    """
    if not layout.walls or not layout.zones:
        raise ValueError("a layout needs walls and zones before it has floor")
    x0, y0, nx, ny = _extent(barriers(layout))
    solid = draw_walls(layout.walls, x0, y0, nx, ny)
    blocked = draw_walls(sight_walls(layout), x0, y0, nx, ny)
    if layout.obstacles:
        p = parameters or Parameters.default()
        high = [thing for thing in layout.obstacles if stops_sight(thing, p)]
        solid |= draw_obstacles(layout.obstacles, x0, y0, nx, ny)
        blocked |= draw_obstacles(high, x0, y0, nx, ny)
    level_of_part, parts = _flood(layout.zones, ~solid, x0, y0)
    level = level_of_part[parts]
    closed = draw_walls(barriers(layout)[len(layout.walls) :], x0, y0, nx, ny)  # floor lies on both sides of gates
    level[closed] = np.iinfo(np.int16).min
    on_floor = level > np.iinfo(np.int16).min
    floor = np.full(on_floor.shape, -1, np.int32)
    floor[on_floor] = np.arange(np.count_nonzero(on_floor), dtype=np.int32)
    cell, lattice_x, lattice_y, count = cell_points(on_floor)
    points_x = x0 + lattice_x * LATTICE_M
    points_y = y0 + lattice_y * LATTICE_M
    # floor cell whose corner or inside holds the point: the lattice point touches floor of one part only
    cell_level = level[(lattice_y - 1) // 2, (lattice_x - 1) // 2].astype(np.int16)
    return Grid(
        x0=x0,
        y0=y0,
        nx=nx,
        ny=ny,
        floor=floor,
        floor_level=level[on_floor],
        cell=cell,
        cell_x=points_x.astype(np.float32),
        cell_y=points_y.astype(np.float32),
        cell_level=cell_level,
        cell_zone=zone_of_points(layout.zones, points_x, points_y, cell_level),
        cell_area_m2=(count / FLOORS_PER_CELL**2).astype(np.float32),
        blocked=blocked,
    )


def sight_walls(layout: Layout) -> list[Wall]:
    """Return the walls that stop sight and light."""
    return [wall for wall in layout.walls if wall.kind == "wall"]


def draw_walls(walls: Sequence[Wall], x0: float, y0: float, nx: int, ny: int) -> Bool:
    """Return the 0.25 m cells that the walls cross, (4*ny, 4*nx)."""
    blocked = np.zeros((FLOORS_PER_CELL * ny, FLOORS_PER_CELL * nx), np.bool_)
    for wall in walls:
        ax, ay = (wall.x1 - x0) / FLOOR_M, (wall.y1 - y0) / FLOOR_M
        bx, by = (wall.x2 - x0) / FLOOR_M, (wall.y2 - y0) / FLOOR_M
        cuts = np.sort(np.concatenate(([0, 1], _crossings(ax, bx), _crossings(ay, by))))
        middle = (cuts[1:] + cuts[:-1]) / 2
        ix = np.floor(ax + middle * (bx - ax)).astype(np.int64)
        iy = np.floor(ay + middle * (by - ay)).astype(np.int64)
        blocked[iy, ix] = True
    return blocked


def inside(polygon: Sequence[Point], x: Reals, y: Reals) -> Bool:
    """Return which points lie inside a polygon (even-odd rule; not closed); any shape of x and y."""
    hit = np.zeros(np.shape(x), np.bool_)
    for (x1, y1), (x2, y2) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if y1 != y2:
            spans = (y < y1) != (y < y2)
            hit ^= spans & (x < x1 + (y - y1) * ((x2 - x1) / (y2 - y1)))
    return hit


def cells_inside(grid: Grid, polygon: Sequence[Point], level: int | None = None) -> Bool:
    """Return which 1 m cells have their point inside a polygon, (C,); on one level when it is given."""
    hit = inside(polygon, grid.cell_x.astype(np.float64), grid.cell_y.astype(np.float64))
    return hit if level is None else hit & (grid.cell_level == level)


def zone_of_points(zones: Sequence[Zone], x: F64, y: F64, level: I16) -> I16:
    """Return the index of the smallest zone around each point, else of the nearest one of its level."""
    found = np.full(len(x), -1, np.int16)
    for ordinal in {zone.level for zone in zones}:
        here = np.flatnonzero(level == ordinal)
        points = shapely.points(x[here], y[here])
        mine = [i for i, zone in enumerate(zones) if zone.level == ordinal]
        shapes = shapely.polygons([shapely.linearrings(zones[i].polygon) for i in mine])
        tree = shapely.STRtree(shapes)
        # largest first, so that smaller zones overwrite it; of equals the later one in the layout stays
        for k in np.argsort(-shapely.area(shapes), kind="stable"):
            near = here[_in_box(zones[mine[k]].polygon, x[here], y[here])]
            found[near[inside(zones[mine[k]].polygon, x[near], y[near])]] = mine[k]
        lost = np.flatnonzero(found[here] < 0)
        found[here[lost]] = np.asarray(mine, np.int16)[tree.nearest(points[lost])]
    return found


def floor_numbers(grid: Grid, x: Reals, y: Reals) -> I32:
    """Return the floor cell under each point, -1 where there is none or the point is off the sheet."""
    ix = np.floor((np.asarray(x) - grid.x0) / FLOOR_M).astype(np.int64)
    iy = np.floor((np.asarray(y) - grid.y0) / FLOOR_M).astype(np.int64)
    rows, columns = grid.floor.shape
    off = (ix < 0) | (iy < 0) | (ix >= columns) | (iy >= rows)
    number = grid.floor[np.where(off, 0, iy), np.where(off, 0, ix)]
    return np.where(off, -1, number).astype(np.int32)


def lattice_points(grid: Grid, x: Reals, y: Reals) -> tuple[I64, I64]:
    """Return the nearest points of the 1/8 m lattice, counted from the corner of the sheet."""
    return (
        np.rint((np.asarray(x, np.float64) - grid.x0) / LATTICE_M).astype(np.int64),
        np.rint((np.asarray(y, np.float64) - grid.y0) / LATTICE_M).astype(np.int64),
    )


def _extent(walls: Sequence[Wall]) -> tuple[float, float, int, int]:
    """Corner of the sheet and its size in metres."""
    x = [v for wall in walls for v in (wall.x1, wall.x2)]
    y = [v for wall in walls for v in (wall.y1, wall.y2)]
    if not np.isfinite([*x, *y]).all():
        raise ValueError("a wall has an end that is not a finite number")
    x0, y0 = float(min(x) - MARGIN_M), float(min(y) - MARGIN_M)
    nx = int(np.floor((max(x) + MARGIN_M - x0) / CELL_M)) + 1
    ny = int(np.floor((max(y) + MARGIN_M - y0) / CELL_M)) + 1
    return x0, y0, nx, ny


def _crossings(a: float, b: float) -> F64:
    """Where a line from a to b (in cells) crosses whole numbers, as shares of its length."""
    if a == b:
        return np.empty(0)
    low, high = min(a, b), max(a, b)
    lines = np.arange(np.ceil(low), np.floor(high) + 1)
    return np.clip((lines - a) / (b - a), 0, 1)


def _flood(zones: Sequence[Zone], free: Bool, x0: float, y0: float) -> tuple[I16, I32]:
    """Level of each connected part of the free cells (lowest int16: not floor), and the part of each cell."""
    parts, count = ndimage.label(free)
    no_floor = np.iinfo(np.int16).min
    level_of_part = np.full(count + 1, no_floor, np.int16)
    owner: dict[int, Zone] = {}
    rim = set(np.unique(np.concatenate((parts[0], parts[-1], parts[:, 0], parts[:, -1]))).tolist())
    for zone in zones:
        part = _part_of_zone(zone, parts, x0, y0)
        if part == 0:
            raise ValueError(f"zone '{zone.id}' holds no free floor of {FLOOR_M} m between the walls")
        if part in rim:
            raise ValueError(f"zone '{zone.id}' is not closed by walls: its floor leaks to the rim of the sheet")
        first = owner.setdefault(part, zone)
        if first.level != zone.level:
            raise ValueError(
                f"zones '{first.id}' and '{zone.id}' share one piece of floor but lie on levels "
                f"{first.level} and {zone.level}"
            )
        level_of_part[part] = zone.level
    return level_of_part, cast(I32, parts)


def _part_of_zone(zone: Zone, parts: I32, x0: float, y0: float) -> int:
    """Return the connected part that holds most cells of the zone, 0 when none does."""
    rows, columns = parts.shape
    x = [point[0] for point in zone.polygon]
    y = [point[1] for point in zone.polygon]
    first_x, last_x = (int(np.clip((v - x0) // FLOOR_M, 0, columns - 1)) for v in (min(x), max(x)))
    first_y, last_y = (int(np.clip((v - y0) // FLOOR_M, 0, rows - 1)) for v in (min(y), max(y)))
    ix, iy = np.meshgrid(np.arange(first_x, last_x + 1), np.arange(first_y, last_y + 1))
    hit = inside(zone.polygon, x0 + (ix + 0.5) * FLOOR_M, y0 + (iy + 0.5) * FLOOR_M)
    counts = np.bincount(parts[iy[hit], ix[hit]], minlength=1)
    counts[0] = 0
    return int(np.argmax(counts))


def _in_box(polygon: Sequence[Point], x: F64, y: F64) -> Bool:
    """Return which points lie in the bounding box of a polygon."""
    corners = np.asarray(polygon)
    low, high = corners.min(axis=0), corners.max(axis=0)
    hit: Bool = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    return hit
