"""Floors and people on which two walking engines are compared: both get the same of each.

A floor is drawn with walls, flooded by the model's own importer of walls, and handed to the other engine as the
outline of the very cells that our people walk on. Nobody is in a hurry to leave: each person walks round the goals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from model.inputs.layout import Access, Layout, Level, Wall, Zone
from model.kernels.floor import WalkRoom
from model.parameters import Parameters
from model.world.fields import FLOOR_M, Grid
from model.world.grid import make_grid
from model.world.movement import make_open_share, make_walk_room
from model.world.routes import make_routes
from scenarios.station_files import read_station

F64 = NDArray[np.float64]
Point = tuple[float, float]
GOAL_M = 4.0  # within this one has been at a goal
GOALS = 12
BODY_M = 0.4  # no two people start closer than this
WALL_M = 0.45  # nor closer to a wall
SIMPLE_M = 0.2  # how far the outline for the other engine may lie off the steps of slanting walls


@dataclass(frozen=True)
class Floor:
    """A place to walk, for both engines.

    Attributes:
        name: as in the table.
        room: ours, with a field for each goal.
        outline: the same floor as a polygon, m.
        goals: middle of each goal, m.
        start: polygon in which people start.
        corridor: people walk one way and nobody arrives.
    """

    name: str
    room: WalkRoom
    outline: shapely.Polygon
    goals: tuple[Point, ...]
    start: shapely.Polygon
    corridor: bool


@dataclass(frozen=True)
class Crowd:
    """People at the start: place, free speed, first goal; arrays of one length."""

    x: F64
    y: F64
    v0: F64
    goal: NDArray[np.int32]


def box_walls(name: str, x1: float, y1: float, x2: float, y2: float) -> list[Wall]:
    """Return the four walls of a rectangle."""
    corners = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
    return [Wall(f"{name}{k}", 0, *corners[k], *corners[(k + 1) % 4]) for k in range(4)]


def drawn(name: str, width: float, depth: float, columns: Sequence[Point] = ()) -> Layout:
    """Return a rectangular hall, with square columns of 1 m around some points."""
    walls = box_walls("outer", 0, 0, width, depth)
    for k, (x, y) in enumerate(columns):
        walls += box_walls(f"column{k}-", x - 0.5, y - 0.5, x + 0.45, y + 0.45)
    corners = ((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth))
    zone = Zone("hall", "hall", "concourse", "NS", 0, corners, roofed=False, sky_view=1.0, reflectance=None, disorder=0)
    empty: dict[str, tuple[()]] = dict.fromkeys(("platforms", "passages", "lamps", "cameras", "shops", "spots"), ())
    return Layout(name, name, 52.0, 5.0, (Level(0, "floor", 0.0),), tuple(walls), (zone,), accesses=(), **empty)


def main_level(station: str) -> Layout:
    """Return the street level of a station, alone."""
    layout = read_station(station).layout
    zones = tuple(zone for zone in layout.zones if zone.level == 0)
    return replace(layout, zones=zones, platforms=(), accesses=(), passages=(), shops=(), spots=())


def outline_of(grid: Grid) -> shapely.Polygon:
    """Return the outline of the floor cells; of several pieces the largest."""
    rows, columns = np.nonzero(np.diff((grid.floor >= 0).astype(np.int8), axis=1, prepend=0, append=0))
    strips = shapely.box(
        grid.x0 + columns[::2] * FLOOR_M, grid.y0 + rows[::2] * FLOOR_M,
        grid.x0 + columns[1::2] * FLOOR_M, grid.y0 + (rows[::2] + 1) * FLOOR_M,
    )  # fmt: skip
    whole = shapely.union_all(strips)
    return max(getattr(whole, "geoms", [whole]), key=lambda part: part.area).simplify(SIMPLE_M)


def spread_goals(outline: shapely.Polygon, seed: int = 1) -> tuple[Point, ...]:
    """Return points far from each other (of random candidates always the farthest from those taken)."""
    x, y = inside(outline.buffer(-WALL_M), np.random.default_rng(seed), 4000)
    taken = [0]
    for _ in range(GOALS - 1):
        away = np.min([np.hypot(x - x[k], y - y[k]) for k in taken], axis=0)
        taken.append(int(np.argmax(away)))
    return tuple((float(x[k]), float(y[k])) for k in taken)


def inside(area: shapely.Geometry, rng: np.random.Generator, n: int) -> tuple[F64, F64]:
    """Return ``n`` random points in an area."""
    x1, y1, x2, y2 = area.bounds
    shapely.prepare(area)
    x, y = np.zeros(0), np.zeros(0)
    while len(x) < n:
        more_x, more_y = rng.uniform(x1, x2, 4 * n), rng.uniform(y1, y2, 4 * n)
        hit = shapely.contains_xy(area, more_x, more_y)
        x, y = np.concatenate((x, more_x[hit])), np.concatenate((y, more_y[hit]))
    return x[:n], y[:n]


def make_floor(name: str, layout: Layout, corridor: bool) -> Floor:
    """Flood the floor, set the goals and solve the fields to them."""
    parameters = Parameters.default()
    outline = outline_of(make_grid(layout))
    x1, y1, x2, y2 = outline.bounds
    if corridor:
        goals = ((x2 - GOAL_M, (y1 + y2) / 2),)
        start = shapely.box(x1, y1, x1 + 0.8 * (x2 - x1), y2)
    else:
        goals, start = spread_goals(outline), outline
    around = [tuple(shapely.Point(goal).buffer(GOAL_M, 3).exterior.coords[:-1]) for goal in goals]
    zone = layout.zones[0].id
    accesses = tuple(Access(f"goal{k}", "", zone, area, 1 / len(goals)) for k, area in enumerate(around))
    layout = replace(layout, accesses=accesses)
    grid = make_grid(layout)
    room = make_walk_room(grid, make_routes(layout, grid, parameters), make_open_share(grid, parameters))
    return Floor(name, room, outline, goals, start, corridor)


def make_floors() -> list[Floor]:
    """Return the four floors of the table."""
    columns = [(12.0 * i + 6, 12.0 * j + 6) for i in range(10) for j in range(4)]
    return [
        make_floor("corridor 400 x 10 m", drawn("corridor", 400, 10), corridor=True),
        make_floor("hall 120 x 48 m", drawn("hall", 120, 48), corridor=False),
        make_floor("hall, 40 columns", drawn("columns", 120, 48, columns), corridor=False),
        make_floor("Den Haag Centraal, street level", main_level("den-haag-centraal"), corridor=False),
    ]


def make_crowd(floor: Floor, n: int) -> Crowd:
    """Return ``n`` people who do not overlap, the same each time."""
    rng = np.random.default_rng(n)
    x, y = inside(floor.start.intersection(floor.outline.buffer(-WALL_M)), rng, 12 * n)
    taken: dict[tuple[int, int], int] = {}
    for k in range(len(x)):
        column, row = int(x[k] // BODY_M), int(y[k] // BODY_M)
        near = [taken.get((column + a, row + b), -1) for a in range(-1, 2) for b in range(-1, 2)]
        if all(j < 0 or np.hypot(x[j] - x[k], y[j] - y[k]) > BODY_M for j in near):
            taken[column, row] = k
        if len(taken) == n:
            break
    if len(taken) < n:
        raise ValueError(f"{floor.name} has no room for {n} people")
    who = np.array(sorted(taken.values()))
    goal = rng.integers(0, len(floor.goals), n).astype(np.int32)
    return Crowd(x[who], y[who], np.clip(rng.normal(1.34, 0.26, n), 0.5, 2.2), goal)
