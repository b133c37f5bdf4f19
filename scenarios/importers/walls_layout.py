"""Pieces of a layout out of a walls-and-zones source: wall kinds, platform edges, passages between levels."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np

from model.inputs.layout import Passage, Point, Wall
from scenarios.faults import Fault, StationFileError
from scenarios.importers.floor import CELL_M, FloorMap, Segment, clear_length
from scenarios.importers.walls import Source, SourceNode, rectangle

WallKind = Literal["wall", "edge", "glass"]
EDGE_REACH_M: Final = 3.5  # a platform edge runs at most this far beside the waiting strip
EDGE_LEAST_M: Final = 5.0  # shorter pieces beside a strip are columns, benches, stair housings
EDGE_ANGLE: Final = math.sin(math.radians(5.0))
OPPOSITE_M: Final = 14.0  # a track bed is at most this wide: two tracks
JUST_BEYOND: Final = 8  # cells behind a wall that are empty when it borders a track
RING_LEAST_M2: Final = 20.0
JOIN_M: Final = 0.3
ESCALATOR_WIDEST_M: Final = 1.3  # clear width; stairs are wider
STEEPEST: Final = math.tan(math.radians(30.0))
FLIGHT_LEAST_M: Final = 8.0


def walls_of(
    source: Source, level_of_area: Mapping[int, int], strips: Sequence[SourceNode]
) -> tuple[Wall, ...]:
    """Return the walls with level and kind.

    A wall is an ``edge`` (nobody walks through, light and sight pass) when

    1. it runs along a waiting strip of a train, tram or bus: at least 5 m long, parallel to the long side of
       the strip within 5 degrees, at most 3.5 m from it over half the length of the shorter of the two, with
       floor on one side only, and on that other side either the floor of an opposite platform within 14 m or
       (trams, buses) nothing; the blind outer side of a single platform stays a wall; or
    2. both its ends touch the ends of such edges (the head of a track bed, the end of an island); or
    3. it belongs to the ring around an enclosed track bed of 20 m2 or more that has an edge under 1.

    Everything else is a ``wall``, also columns, kiosks, lift and stair housings. A wall gets the level of the
    floor beside it; walls with no floor beside them get the level of the nearest floor.

    Args:
        source: walls and zones.
        level_of_area: ordinal of each walkable area.
        strips: zones where people wait for a vehicle.
    """
    edges = _edges(source, strips)
    found: list[Wall] = []
    for number, wall in enumerate(source.walls):
        level = level_of_area[_area_beside(source.floor, wall)]
        x1, y1, x2, y2 = (round(v, 3) for v in wall)
        kind: WallKind = "edge" if number in edges else "wall"
        if (x1, y1) != (x2, y2):
            found.append(Wall(f"wall-{number:04d}", level, x1, y1, x2, y2, kind))
    return tuple(found)


def _area_beside(floor: FloorMap, wall: Segment) -> int:
    """The walkable area that most of a wall touches, else the nearest to its middle."""
    x1, y1, x2, y2 = wall
    reach = 3
    counts: dict[int, int] = {}
    for t in np.linspace(0.0, 1.0, 9):
        row, column = floor.index(x1 + t * (x2 - x1), y1 + t * (y2 - y1))
        around = floor.area[
            max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1
        ]
        for area in np.unique(around[around >= 0]):
            counts[int(area)] = counts.get(int(area), 0) + 1
    if counts:
        return max(counts, key=lambda area: (counts[area], -area))
    x, y, area = floor.points()
    middle_x, middle_y = (x1 + x2) / 2.0, (y1 + y2) / 2.0
    return int(area[np.argmin((x - middle_x) ** 2 + (y - middle_y) ** 2)])


def _edges(source: Source, strips: Sequence[SourceNode]) -> set[int]:
    along = {
        n
        for n, wall in enumerate(source.walls)
        if math.hypot(wall[2] - wall[0], wall[3] - wall[1]) >= EDGE_LEAST_M
        and any(_runs_along(source, wall, strip) for strip in strips)
    }
    ends = np.array([p for n in along for p in (source.walls[n][:2], source.walls[n][2:])]).reshape(-1, 2)
    caps = {n for n, wall in enumerate(source.walls) if _touch(wall[:2], ends) and _touch(wall[2:], ends)}
    rings = _rings(source, along)
    return along | {n for n in caps if _one_sided(source.floor, source.walls[n])} | rings


def _touch(point: Sequence[float], ends: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> bool:
    return bool(len(ends)) and bool(np.hypot(ends[:, 0] - point[0], ends[:, 1] - point[1]).min() <= JOIN_M)


def _runs_along(source: Source, wall: Segment, strip: SourceNode) -> bool:
    x1, y1, x2, y2 = wall
    length = math.hypot(x2 - x1, y2 - y1)
    sx1, sy1, sx2, sy2 = strip.box
    upright = sy2 - sy1 >= sx2 - sx1
    across = abs(x2 - x1) if upright else abs(y2 - y1)
    if across > EDGE_ANGLE * length:
        return False
    t = np.linspace(0.0, 1.0, max(int(length), 2) + 1)
    x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
    away_x = np.maximum(np.maximum(sx1 - x, x - sx2), 0.0)
    away_y = np.maximum(np.maximum(sy1 - y, y - sy2), 0.0)
    near = np.hypot(away_x, away_y) <= EDGE_REACH_M
    strip_length = (sy2 - sy1) if upright else (sx2 - sx1)
    if near.mean() * length < 0.5 * min(length, strip_length):
        return False
    return _is_track_side(source.floor, x[near], y[near], upright, strip)


def _is_track_side(
    floor: FloorMap,
    x: np.ndarray[tuple[int], np.dtype[np.float64]],
    y: np.ndarray[tuple[int], np.dtype[np.float64]],
    upright: bool,
    strip: SourceNode,
) -> bool:
    """No floor just beyond the wall; and a platform opposite, unless the strip serves trams or buses."""
    cx, cy = strip.centre
    sign = (
        math.copysign(1.0, float(np.mean(x)) - cx) if upright else math.copysign(1.0, float(np.mean(y)) - cy)
    )
    steps = sign * np.arange(2 * CELL_M, OPPOSITE_M, CELL_M)
    along, out = np.meshgrid(y if upright else x, steps, indexing="ij")
    fixed = (x if upright else y)[:, None] + out
    beyond = floor.areas_at(fixed, along) if upright else floor.areas_at(along, fixed)
    empty = beyond[:, :JUST_BEYOND].max(axis=1) < 0
    opposite = beyond.max(axis=1) >= 0
    if empty.mean() < 0.8:
        return False
    return is_open_ended(strip.name) or bool(opposite.mean() >= 0.5)


def is_open_ended(name: str) -> bool:
    """Stops of trams and buses have their track on both sides of an island; rail platforms are named 80xx."""
    return not name.startswith("80")


def _one_sided(floor: FloorMap, wall: Segment) -> bool:
    """Floor on one side of the middle only."""
    x1, y1, x2, y2 = wall
    length = math.hypot(x2 - x1, y2 - y1)
    if length == 0.0:
        return False
    nx, ny = (y2 - y1) / length, (x1 - x2) / length
    mx, my = (x1 + x2) / 2.0, (y1 + y2) / 2.0
    sides = [floor.area_at(mx + s * nx, my + s * ny) >= 0 for s in (2 * CELL_M, -2 * CELL_M)]
    return sides[0] != sides[1]


def _rings(source: Source, along: set[int]) -> set[int]:
    floor = source.floor
    beside = [_voids_beside(floor, wall) for wall in source.walls]
    sizes = np.bincount(floor.void[floor.void >= 0].ravel()) * CELL_M**2
    beds = {v for n in along for v in beside[n] if sizes[v] >= RING_LEAST_M2}
    return {n for n, voids in enumerate(beside) if voids & beds}


def _voids_beside(floor: FloorMap, wall: Segment) -> set[int]:
    """Enclosed pieces without floor that a wall borders over most of its length."""
    x1, y1, x2, y2 = wall
    counts: dict[int, int] = {}
    for t in (0.2, 0.35, 0.5, 0.65, 0.8):
        row, column = floor.index(x1 + t * (x2 - x1), y1 + t * (y2 - y1))
        around = floor.void[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
        for void in np.unique(around[around >= 0]):
            counts[int(void)] = counts.get(int(void), 0) + 1
    return {void for void, count in counts.items() if count >= 4}


def track_side(source: Source, strip: SourceNode) -> tuple[Point, Point]:
    """Return the long side of a rail platform's strip from which people board, head (high y) first.

    It is the side with the nearer wall among those with the floor of another platform opposite; where neither
    has one, the side with the nearer wall.
    """
    x1, y1, x2, y2 = strip.box
    middle = np.linspace(y1 + 0.2 * (y2 - y1), y2 - 0.4 * (y2 - y1), 7)
    scored = []
    for x, sign in ((x1, -1.0), (x2, 1.0)):
        near, opposite = [], 0
        for y in middle:
            gap = clear_length(source.ends(), (x1 + x2) / 2.0, float(y), sign, 0.0)
            near.append(gap)
            beyond = (x1 + x2) / 2.0 + sign * gap
            steps = np.arange(2 * CELL_M, OPPOSITE_M, CELL_M)
            opposite += any(source.floor.area_at(beyond + sign * s, float(y)) >= 0 for s in steps)
        # a wall with floor right behind it is a column; the median passes over those
        scored.append((opposite < len(middle) / 2, float(np.median(near)), x))
    x = round(min(scored)[2], 3)
    return (x, round(y2, 3)), (x, round(y1, 3))


def passages_of(source: Source, elevation_of_area: Mapping[int, float]) -> tuple[Passage, ...]:
    """Return one passage for each level change of the source.

    The source draws a flight of stairs on both levels and joins its far ends. People walk a passage off the
    sheet, so its lower box is put at the foot: when the lower zone lies in a dead end and has one neighbour
    on its level at 8 m or more, the neighbour's rectangle is the box and the flight between them the run.
    Else the run is the free length behind the upper box. A run is never steeper than 30 degrees. A flight
    with a clear width under 1.3 m is an escalator, others are stairs, both ways. An escalator runs away from
    the zone that people only walk into on its level, towards the zone that they only walk out of; where the
    source tells neither, in the direction of the level change.

    Raises:
        StationFileError: a level change that joins two zones of one level, or a zone off the floor.
    """
    found = []
    for number, (a, b) in enumerate(source.level_changes):
        areas = source.area_of(a), source.area_of(b)
        if min(areas) < 0 or areas[0] == areas[1]:
            message = f"{a} and {b} do not lie on the floor of two levels"
            remedy = "a level change joins two areas that walls separate"
            raise StationFileError(
                [Fault("graph", f"connectivity_level_change {number}", "", message, remedy)]
            )
        low, high = (a, b) if elevation_of_area[areas[0]] <= elevation_of_area[areas[1]] else (b, a)
        rise = abs(elevation_of_area[areas[1]] - elevation_of_area[areas[0]])
        foot, run, away = _flight(source, low, high)
        run = max(run or min(clear_length(source.ends(), *source.nodes[high].centre, *away), 4.0 * rise), 1.0)
        width = _clear_width(source, high, away)
        moving = width < ESCALATOR_WIDEST_M
        found.append(
            Passage(
                id=f"passage-{number + 1:02d}",
                kind="escalator" if moving else "stairs",
                box_a=rectangle(source.nodes[foot].corners),
                box_b=rectangle(source.nodes[high].corners),
                length_m=round(math.hypot(max(run, rise / STEEPEST), rise), 1),
                width_m=round(width, 2),
                rise_m=round(rise, 1),
                direction=("a_to_b" if _starts(source, a, b) == low else "b_to_a") if moving else "both",
                # kind, elevation and so length and rise are by rule
                assumed=True,
            )
        )
    return tuple(found)


def _starts(source: Source, a: str, b: str) -> str:
    """The end of an escalator at which people step on."""
    into = {name: any(t == name for _, t in source.links) for name in (a, b)}
    out = {name: any(f == name for f, _ in source.links) for name in (a, b)}
    for here, there in ((a, b), (b, a)):
        if (into[here] and not out[here]) or (out[there] and not into[there]):
            return here
    return a


def _flight(source: Source, low: str, high: str) -> tuple[str, float, Point]:
    """Foot zone, run (0: not drawn on the lower level) and the direction down from the upper box."""
    others = source.neighbours(low)
    if len(others) == 1:
        (x1, y1), (x2, y2) = source.nodes[low].centre, source.nodes[others[0]].centre
        distance = math.hypot(x2 - x1, y2 - y1)
        down = _axis(x2 - x1, y2 - y1)
        x_low, y_low, x_high, y_high = source.nodes[low].box
        reach = abs(down[0]) * (x_high - x_low) / 2.0 + abs(down[1]) * (y_high - y_low) / 2.0
        if (
            distance >= FLIGHT_LEAST_M
            and clear_length(source.ends(), x1, y1, -down[0], -down[1]) < reach + 2.0
        ):
            return others[0], distance, down
    x, y = source.nodes[high].centre
    near = [source.nodes[name].centre for name in source.neighbours(high)] or [(x - 1.0, y)]
    return low, 0.0, _axis(x - sum(p[0] for p in near) / len(near), y - sum(p[1] for p in near) / len(near))


def _axis(dx: float, dy: float) -> Point:
    """Nearest direction along an axis."""
    return (math.copysign(1.0, dx), 0.0) if abs(dx) >= abs(dy) else (0.0, math.copysign(1.0, dy))


def _clear_width(source: Source, high: str, away: Point) -> float:
    """Free width across the flight one metre and a half behind the upper box."""
    x, y = source.nodes[high].centre
    x1, y1, x2, y2 = source.nodes[high].box
    reach = (x2 - x1 if away[0] else y2 - y1) / 2.0 + 1.5
    x, y = x + away[0] * reach, y + away[1] * reach
    side = (away[1], away[0])
    ends = source.ends()
    return min(clear_length(ends, x, y, *side) + clear_length(ends, x, y, -side[0], -side[1]), 4.0)
