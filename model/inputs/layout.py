"""The place: levels, walls, zones with an owner, passages between levels, and assets.

All coordinates are metres on one *sheet*: levels are drawn beside each other and never overlap, so a point
on the sheet names a level by itself. Readers of files apply the level offsets; the model only sees the sheet.
"""

from dataclasses import dataclass
from typing import Literal

ZoneKind = Literal[
    "concourse",
    "platform",
    "stairs",
    "escalator",
    "underpass",
    "tram_platform",
    "square",
    "bicycle_parking",
    "approach",
]
ZONE_KINDS: tuple[ZoneKind, ...] = (
    "concourse",
    "platform",
    "stairs",
    "escalator",
    "underpass",
    "tram_platform",
    "square",
    "bicycle_parking",
    "approach",
)
Owner = Literal["NS", "ProRail", "municipality", "tram operator", "retailer", "private"]
OWNERS: tuple[Owner, ...] = ("NS", "ProRail", "municipality", "tram operator", "retailer", "private")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Level:
    """One floor of the station, drawn on its own part of the sheet."""

    ordinal: int  # unique; 0 is street level
    name: str
    elevation_m: float


@dataclass(frozen=True, slots=True)
class Wall:
    """A segment that nobody walks through.

    kind: ``wall`` stops sight and light, ``edge`` (platform edge, low fence) and ``glass`` do not.
    """

    id: str
    level: int
    x1: float
    y1: float
    x2: float
    y2: float
    kind: Literal["wall", "edge", "glass"] = "wall"


@dataclass(frozen=True, slots=True)
class Zone:
    """A piece of floor with a kind and an owner."""

    id: str
    name: str
    kind: ZoneKind
    owner: Owner
    level: int
    polygon: tuple[Point, ...]  # not closed; metres on the sheet
    roofed: bool  # enclosed: reflected light, no sky
    sky_view: float  # 0..1, share of daylight that reaches the floor (sky-view or daylight factor)
    reflectance: float | None  # of walls and ceiling; None: the parameter for its finish
    disorder: float  # D of the science page, 0..1: its long-run value under the upkeep of the base
    assumed: bool = False
    gated: bool = False  # behind closed gates: only travellers come here
    marked_safe: bool = False  # marked as a safe place to wait
    finish: Literal["dark", "light"] = "dark"  # of walls and ceiling, where no reflectance was measured


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform edge where trains stop: people wait in its strip and board over its edge."""

    id: str  # platform number as on the signs
    zone: str  # zone id
    strip: tuple[Point, ...]  # the waiting strip, a quadrilateral; not closed
    edge: tuple[Point, Point]  # the line over which doors open, from head to tail of a train
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """Where travellers come into and leave the simulated area (entrance, tram or bus stop, bicycle parking)."""

    id: str
    name: str
    zone: str
    area: tuple[Point, ...]  # people appear and vanish here
    share: float  # of all entering and leaving travellers; shares of a station add up to 1
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """Stairs, escalator, lift or ramp between two boxes of floor; walked off the sheet."""

    id: str
    kind: Literal["stairs", "escalator", "lift", "ramp", "gate"]  # gates: see ``model.inputs.ways``
    box_a: tuple[Point, ...]
    box_b: tuple[Point, ...]
    length_m: float  # along the slope
    width_m: float
    rise_m: float  # b above a when positive
    direction: Literal["both", "a_to_b", "b_to_a"] = "both"
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class GateLine:
    """A row of ticket gates from wall to wall; inside (paid) lies left of the way from the first to the second end.

    Open gates are nothing that anybody notices; closed ones are a barrier with one person at a time through each.
    """

    id: str
    level: int
    ends: tuple[Point, Point]
    gates: int  # evenly spaced
    wide: int = 1  # how many of them, from the second end, are wide: for luggage, wheelchairs, prams
    direction: Literal["both", "in", "out"] = "both"
    width_m: float = 0.6  # of a gate that is not wide
    closed: bool = True
    owner: Owner = "NS"
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Lamp:
    """A point luminaire with a cos^m beam that looks straight down.

    ``burns``: seconds since 00:00 between which it burns, may exceed 86,400; None: always. Broken, it never does.
    """

    id: str
    level: int
    x: float
    y: float
    height_m: float
    lumen: float
    beam_exponent: float | None = None  # None: the parameter for its beam
    owner: Owner = "ProRail"
    assumed: bool = False
    beam: Literal["diffuse", "downlight"] = "diffuse"
    burns: tuple[int, int] | None = None
    broken: bool = False  # until its owner repairs it


@dataclass(frozen=True, slots=True)
class Camera:
    """A fixed camera; fov_deg 360 is a dome."""

    id: str
    level: int
    x: float
    y: float
    bearing_deg: float  # 0 is +x, counter-clockwise
    fov_deg: float
    watched: bool = False  # an operator looks at the pictures, all day; others: see ``Operator``
    owner: Owner = "NS"
    assumed: bool = False
    broken: bool = False  # it shows nothing until its owner repairs it


@dataclass(frozen=True, slots=True)
class Shop:
    """An open shop front gives company and natural supervision."""

    id: str
    level: int
    x: float
    y: float
    opens_s: int  # seconds since 00:00; may exceed 86,400
    closes_s: int
    owner: Owner = "retailer"
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A small asset at a point: help point, camera sign, seat, gate, vandalisable object."""

    id: str
    kind: Literal["help_point", "camera_sign", "seat", "shelter", "stop_marker", "gate", "object"]
    level: int
    x: float
    y: float
    owner: Owner = "NS"
    assumed: bool = False
    broken: bool = False  # of no use until its owner repairs it


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that stands on the floor: nobody walks through it.

    Above the height of a hedge that one looks over, and wider than a narrow column, it stops sight. Light of a
    lamp passes over it where the ray is higher than it is.
    """

    id: str
    kind: Literal["kiosk", "column", "hedge", "lift", "furniture"]
    level: int
    polygon: tuple[Point, ...]  # not closed; metres on the sheet
    height_m: float
    owner: Owner = "NS"
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Mirror:
    """A convex mirror: who stands within its view and sees it, sees what it shows, and is seen."""

    id: str
    level: int
    x: float
    y: float
    bearing_deg: float  # where it faces: 0 is +x, counter-clockwise
    fov_deg: float = 180.0
    owner: Owner = "NS"
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that stays in its place during a day."""

    id: str  # for example "den-haag-centraal"
    name: str
    latitude: float
    longitude: float
    levels: tuple[Level, ...]
    walls: tuple[Wall, ...]
    zones: tuple[Zone, ...]
    platforms: tuple[Platform, ...]
    accesses: tuple[Access, ...]
    passages: tuple[Passage, ...]
    lamps: tuple[Lamp, ...]
    cameras: tuple[Camera, ...]
    shops: tuple[Shop, ...]
    spots: tuple[Spot, ...]
    attribution: str = ""
    north_deg: float | None = None  # where north points on the sheet, counter-clockwise from +x; None: not known
    obstacles: tuple[Obstacle, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    gate_lines: tuple[GateLine, ...] = ()
