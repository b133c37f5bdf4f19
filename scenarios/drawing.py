"""Tools for the stations that we draw: floors closed by walls, lamps by norm, clock-face trains, people."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

from shapely import LineString, MultiPolygon, Polygon, unary_union

from model.inputs.layout import Lamp, Owner, Point, Wall, Zone, ZoneKind
from model.inputs.population import AgeBand, Gender, Population, Share
from model.inputs.timetable import Train
from scenarios.table_files import HOURS, train_id

Box = tuple[Point, Point, Point, Point]
WallKind = Literal["wall", "edge", "glass"]

# lux on the floor: ProRail norms for an open platform and an enclosed passage; streets and paths assumed
NORM_LUX: Final = {
    "platform": 20.0,
    "underpass": 200.0,
    "square": 10.0,
    "approach": 5.0,
    "bicycle_parking": 10.0,
}
MAINTENANCE: Final = 0.8

# Shares of boardings and alightings by hour from 05:00, last one 00:00-01:00.
SHAPE_SOURCE: Final = (
    "assumed; hourly shape of weekday counts on the stairs to the rail platforms of Zürich Hardbrücke, "
    "January to March 2024 (City of Zürich / VBZ open data, CC0), rounded"
)
BOARDING_SHAPE: Final = (
    0.014, 0.074, 0.137, 0.117, 0.051, 0.030, 0.028, 0.039, 0.035, 0.031,
    0.037, 0.058, 0.099, 0.088, 0.053, 0.032, 0.027, 0.028, 0.018, 0.004,
)  # fmt: skip
ALIGHTING_SHAPE: Final = (
    0.012, 0.047, 0.090, 0.072, 0.034, 0.026, 0.032, 0.039, 0.035, 0.040,
    0.062, 0.120, 0.131, 0.085, 0.049, 0.035, 0.032, 0.037, 0.019, 0.003,
)  # fmt: skip

AGES: Final[dict[AgeBand, tuple[float, float]]] = {
    "15-24": (0.30, 0.36),
    "25-44": (0.33, 0.36),
    "45-64": (0.25, 0.21),
    "65+": (0.12, 0.07),
}
# share of women by day and after 19:00; a small share of another gender in both
GENDER_SHARES: Final[dict[Gender, tuple[float, float]]] = {
    "woman": (0.50, 0.45),
    "man": (0.49, 0.54),
    "other": (0.01, 0.01),
}
REGULAR: Final = (0.70, 0.60)
LUGGAGE: Final = (0.12, 0.08)
GROUPS: Final[dict[int, tuple[float, float]]] = {1: (0.84, 0.76), 2: (0.13, 0.18), 3: (0.03, 0.06)}
MIX_SOURCE: Final = "assumed"


def box(x: float, y: float, width: float, height: float) -> Box:
    """Return a rectangle from its lower left corner."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def moved(points: Sequence[Point], dx: float, dy: float) -> tuple[Point, ...]:
    """Return points shifted by (dx, dy) metres."""
    return tuple((round(x + dx, 3), round(y + dy, 3)) for x, y in points)


def drawn_zone(
    name: str,
    kind: ZoneKind,
    owner: Owner,
    where: tuple[Point, ...],
    sky: float,
    disorder: float,
    level: int = 0,
    *,
    roofed: bool | None = None,
) -> Zone:
    """Return a zone named after its id; below the street it has a roof unless told otherwise."""
    title = name.replace("-", " ").capitalize()
    covered = level < 0 if roofed is None else roofed
    return Zone(name, title, kind, owner, level, where, covered, sky, None, disorder, assumed=True)


def closing_walls(
    zones: Iterable[Zone], level: int, other: Sequence[tuple[WallKind, LineString]], prefix: str
) -> Iterator[Wall]:
    """Close the floor of a level: a wall along each side that no other zone of the level touches.

    Args:
        zones: all zones; those of the level are joined.
        level: ordinal.
        other: sides along these lines get this kind instead of ``wall``.
        prefix: of the ids.
    """
    floor = unary_union([Polygon(zone.polygon) for zone in zones if zone.level == level])
    parts = list(floor.geoms) if isinstance(floor, MultiPolygon) else [floor]
    number = 0
    for part in sorted(parts, key=lambda p: p.bounds):
        for ring in (part.exterior, *part.interiors):
            corners = [(float(x), float(y)) for x, y in ring.coords]
            for a, b in pairwise(corners):
                for kind, (start, end) in _cut(a, b, other):
                    yield Wall(f"{prefix}{number}", level, *start, *end, kind)
                    number += 1


def _cut(
    a: Point, b: Point, other: Sequence[tuple[WallKind, LineString]]
) -> Iterator[tuple[WallKind, tuple[Point, Point]]]:
    """Cut a side where lines of another kind lie on it."""
    side = LineString([a, b])
    stops = {0.0, side.length}
    for _, line in other:
        on = side.intersection(line.buffer(0.01))
        if not on.is_empty and on.length > 0.05:
            stops.update(round(side.project(type(side)(on.coords).interpolate(k, normalized=True)), 1) for k in (0, 1))
    ordered = sorted(stops)
    for start, end in pairwise(ordered):
        if end - start < 0.05:
            continue
        middle = side.interpolate((start + end) / 2)
        kind: WallKind = next((k for k, line in other if line.distance(middle) < 0.02), "wall")
        ends = [side.interpolate(at).coords[0] for at in (start, end)]
        yield (
            kind,
            ((round(ends[0][0], 3), round(ends[0][1], 3)), (round(ends[1][0], 3), round(ends[1][1], 3))),
        )


def lumen_for(lux: float, *, spacing_m: float, width_m: float, height_m: float) -> float:
    """Return the lumen of each lamp of a long row over the middle of a strip that gives a mean of ``lux``.

    Of a diffuse row the share sin(atan(w / 2h)) of the light falls on the strip; rounded to 50 lumen.
    """
    caught = math.sin(math.atan(width_m / (2 * height_m)))
    return round(lux * spacing_m * width_m / (MAINTENANCE * caught) / 50) * 50.0


def lamp_row(
    prefix: str,
    level: int,
    start: Point,
    end: Point,
    number: int,
    *,
    height_m: float,
    lumen: float,
    owner: Owner = "ProRail",
) -> list[Lamp]:
    """Return lamps spread evenly over a line, half a step from its ends."""
    lamps = []
    for k in range(number):
        t = (k + 0.5) / number
        x, y = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
        name = f"{prefix}-{k + 1}"
        lamps.append(Lamp(name, level, round(x, 3), round(y, 3), height_m, float(lumen), owner=owner, assumed=True))
    return lamps


def clock_face(
    platform: str, line: str, *, first_s: int, last_s: int, every_s: int, dwell_s: int, cars: int
) -> list[Train]:
    """Return trains that call at the same minutes of each hour."""
    trains = []
    for arrival in range(first_s, last_s + 1, every_s):
        departure = arrival + dwell_s
        trains.append(Train(train_id(platform, arrival, departure), arrival, departure, platform, line, cars))
    return trains


def in_order(trains: Iterable[Train]) -> tuple[Train, ...]:
    """Return trains by first time, then platform: the order of a timetable."""
    return tuple(
        sorted(trains, key=lambda t: (t.arrival_s if t.arrival_s is not None else t.departure_s or 0, t.platform))
    )


def default_mix() -> tuple[Share, ...]:
    """Return the assumed kinds of travellers: gender x age x regular x group, luggage as a share of each.

    Weights multiply (no source tells how they go together); by day and after 19:00 each add up to 1.
    """
    mix = []
    for gender, by_gender in GENDER_SHARES.items():
        for age, by_age in AGES.items():
            for regular in (True, False):
                for luggage in (True, False):
                    for size, by_size in GROUPS.items():
                        shares = [
                            by_gender[k]
                            * by_age[k]
                            * (REGULAR[k] if regular else 1 - REGULAR[k])
                            * (LUGGAGE[k] if luggage else 1 - LUGGAGE[k])
                            * by_size[k]
                            for k in (0, 1)
                        ]
                        day, evening = (round(share, 6) for share in shares)
                        mix.append(Share(gender, age, regular, luggage, size, day, evening, MIX_SOURCE))
    return tuple(mix)


def default_population(boardings: float, alightings: float, transfer_share: float) -> Population:
    """Return a population with the default mix and hourly shapes."""
    return Population(
        boardings=boardings,
        alightings=alightings,
        transfer_share=transfer_share,
        boarding_profile=_profile(BOARDING_SHAPE),
        alighting_profile=_profile(ALIGHTING_SHAPE),
        mix=default_mix(),
        source=SHAPE_SOURCE,
    )


def _profile(shape: Sequence[float]) -> tuple[float, ...]:
    values = [0.0] * 5 + list(shape) + [0.0] * (HOURS - 5 - len(shape))
    assert abs(sum(values) - 1) < 1e-9
    return tuple(values)
