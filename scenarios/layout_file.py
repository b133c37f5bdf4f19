"""``layout.geojson`` to the pieces of a layout and back; level offsets are applied here and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from shapely import Polygon

from model.inputs.layout import (
    Access,
    Camera,
    GateLine,
    Lamp,
    Mirror,
    Obstacle,
    Passage,
    Platform,
    Point,
    Shop,
    Spot,
    Wall,
    Zone,
)
from model.inputs.ways import pitch_of
from scenarios import file_schema as schema
from scenarios.faults import Fault, faults_of, nearest, shown
from scenarios.plain_files import MAX_FAULTS, MAX_JSON_BYTES, decode, parse_json, read_bytes
from scenarios.table_files import parse_time

DECIMALS: Final = 3  # millimetres
MAX_FEATURES: Final = 100_000
MAX_CORNERS: Final = 1_000
MAX_METRES: Final = 100_000.0
BODY_M: Final = 0.2  # least width of what stands between two gates
Offsets = Mapping[int, Point]
# feature_type -> field of the layout
FIELDS: Final = {
    "unit": "zones",
    "wall": "walls",
    "platform": "platforms",
    "access": "accesses",
    "passage": "passages",
    "gate_line": "gate_lines",
    "lamp": "lamps",
    "camera": "cameras",
    "shop": "shops",
    "spot": "spots",
    "obstacle": "obstacles",
    "mirror": "mirrors",
}


@dataclass
class Pieces:
    """What could be read out of a drawing.

    Attributes:
        parts: pieces by field name of the layout, in the order of the file.
        levels: the level that a feature names, by (field, id): platforms, accesses and passages only.
        broken: (field, id) of features that were there but could not be used.
        faults: what is wrong.
    """

    parts: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in FIELDS.values()})
    levels: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def known(self, name: str) -> set[str]:
        """Return the ids of a field, broken ones included."""
        return {piece.id for piece in self.parts[name]} | {i for n, i in self.broken if n == name}


class _RefusedError(ValueError):
    """A feature that cannot be used, with what is wrong."""

    def __init__(self, part: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.part, self.message, self.remedy = part, message, remedy


def read_layout(path: Path, offsets: Offsets | None) -> Pieces:
    """Read the features of a drawing.

    Args:
        path: the GeoJSON file.
        offsets: (dx, dy) of each level ordinal; None when the levels could not be read, so that a level
            cannot be checked.

    Raises:
        StationFileError: when the file cannot be read at all.
    """
    file = str(path)
    value = parse_json(decode(read_bytes(path, MAX_JSON_BYTES), file), file)
    pieces = Pieces()
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list) or value.get("type") != "FeatureCollection":
        pieces.faults.append(Fault(file, "", "type", "is not a GeoJSON FeatureCollection"))
        return pieces
    if len(features) > MAX_FEATURES:
        pieces.faults.append(Fault(file, "", "features", f"holds more than {MAX_FEATURES:,} features"))
        return pieces
    seen: set[tuple[str, str]] = set()
    for number, feature in enumerate(features):
        if len(pieces.faults) >= MAX_FAULTS:
            break
        _take(feature, number, file, offsets, pieces, seen)
    return pieces


def _take(
    feature: Any,
    number: int,
    file: str,
    offsets: Offsets | None,
    pieces: Pieces,
    seen: set[tuple[str, str]],
) -> None:
    """Read one feature into the pieces, or note what is wrong with it."""
    where = f"feature {number + 1}"
    name = ""
    try:
        feature_type, name, properties = _opened(feature)
        where = f"{feature_type} {name}"
        part, geometry = schema.FEATURES[feature_type]
        if (feature_type, name) in seen:
            raise _RefusedError("id", "this id is given twice")
        seen.add((feature_type, name))
        checked = part.model_validate(properties)
        shift = _shift(checked.level, "level", offsets)
        coordinates = _coordinates(feature, geometry)
        made = _MAKERS[feature_type](name, checked, coordinates, shift, offsets)
    except _RefusedError as refused:
        pieces.faults.append(Fault(file, where, refused.part, refused.message, refused.remedy))
    except ValidationError as error:
        pieces.faults.extend(faults_of(error, part, file=file, where=where))
    else:
        pieces.parts[FIELDS[feature_type]].extend(made)
        pieces.levels[(FIELDS[feature_type], name)] = (
            (checked.level, checked.level_b) if isinstance(checked, schema.PassagePart) else (checked.level,)
        )
        return
    if name:
        pieces.broken.add((FIELDS[feature_type], name))


def _opened(feature: Any) -> tuple[str, str, dict[str, Any]]:
    """Return feature type, id and the given properties; editors write absent ones as null."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _RefusedError("", "is not a GeoJSON Feature with properties")
    given = {key: value for key, value in properties.items() if value is not None}
    name = feature.get("id", given.get("id"))
    given.pop("id", None)
    feature_type = given.get("feature_type")
    if not isinstance(feature_type, str) or feature_type not in schema.FEATURES:
        message = "is missing" if feature_type is None else f'"{shown(feature_type)}" is not a known word'
        raise _RefusedError("feature_type", message, nearest(feature_type, schema.FEATURES))
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not _is_word(name):
        message = "is missing" if name is None else f"{shown(name)} is not a name"
        raise _RefusedError("id", message, "letters, digits and . : / + - _, at most 64")
    return feature_type, name, given


def _is_word(text: str) -> bool:
    return 0 < len(text) <= 64 and all(c.isalnum() or c in "_.:/+- " for c in text)


def _shift(level: int, part: str, offsets: Offsets | None) -> Point:
    if offsets is None:
        return (0.0, 0.0)
    if level not in offsets:
        known = ", ".join(str(ordinal) for ordinal in sorted(offsets))
        raise _RefusedError(part, f"there is no level {level}", f"levels of station.yaml: {known}")
    return offsets[level]


# geometry


def _coordinates(feature: dict[str, Any], expected: str) -> Any:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        raise _RefusedError("geometry", f"is not a {expected}")
    kind = geometry.get("type")
    if kind != expected:
        raise _RefusedError("geometry", f"is a {shown(kind)}, not a {expected}")
    return geometry.get("coordinates")


def _point(value: Any, shift: Point) -> Point:
    if not isinstance(value, list) or len(value) != 2:
        raise _RefusedError("geometry", f"{shown(value)} is not a point [x, y]")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _RefusedError("geometry", f"{shown(number)} is not a coordinate in metres")
        if not -MAX_METRES <= number <= MAX_METRES:
            raise _RefusedError("geometry", f"{number:g} is too far off", "coordinates are local metres, not degrees")
    return (round(value[0] + shift[0], DECIMALS), round(value[1] + shift[1], DECIMALS))


def _points(value: Any, shift: Point, least: int) -> list[Point]:
    if not isinstance(value, list) or not least <= len(value) <= MAX_CORNERS:
        raise _RefusedError("geometry", f"is not a list of {least} to {MAX_CORNERS} points")
    return [_point(item, shift) for item in value]


def _polygon(value: Any, shift: Point) -> tuple[Point, ...]:
    if not isinstance(value, list) or len(value) != 1:
        raise _RefusedError("geometry", "is not a polygon of one ring", "holes are not read: cut the floor in two")
    ring = _points(value[0], shift, 4)
    if ring[0] != ring[-1]:
        raise _RefusedError("geometry", "is not closed", "the last corner repeats the first")
    shape = Polygon(ring)
    if not shape.is_valid or shape.area <= 0:
        raise _RefusedError("geometry", "crosses itself or has no area")
    return tuple(ring[:-1])


# features to pieces

Make = Callable[[str, Any, Any, Point, Offsets | None], Sequence[Any]]


def _unit(name: str, p: schema.UnitPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Zone]:
    return [
        Zone(
            name, p.name, p.category, p.owner, p.level, _polygon(at, shift), p.roofed, p.sky_view,
            p.reflectance, p.disorder, p.assumed, p.gated, p.marked_safe, p.finish,
        )
    ]  # fmt: skip


def _wall(name: str, p: schema.WallPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Wall]:
    points = _points(at, shift, 2)
    pairs = list(pairwise(points))
    if any(a == b for a, b in pairs):
        raise _RefusedError("geometry", "has a segment without length")
    names = [name] if len(pairs) == 1 else [f"{name}:{k}" for k in range(len(pairs))]
    return [Wall(n, p.level, *a, *b, p.category) for n, (a, b) in zip(names, pairs, strict=True)]


def _platform(name: str, p: schema.PlatformPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Platform]:
    strip = _polygon(at, shift)
    if len(strip) != 4:
        raise _RefusedError("geometry", f"has {len(strip)} corners", "a waiting strip has four")
    head, tail = (_point(point, shift) for point in p.edge)
    if head == tail:
        raise _RefusedError("edge", "has no length")
    return [Platform(name, p.zone, strip, (head, tail), p.assumed)]


def _access(name: str, p: schema.AccessPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Access]:
    return [Access(name, p.name, p.zone, _polygon(at, shift), p.share, p.assumed)]


def _passage(name: str, p: schema.PassagePart, at: Any, shift: Point, offsets: Offsets | None) -> Sequence[Passage]:
    if not isinstance(at, list) or len(at) != 2:
        raise _RefusedError("geometry", "does not have two boxes")
    box_a = _polygon(at[0], shift)
    box_b = _polygon(at[1], _shift(p.level_b, "level_b", offsets))
    return [Passage(name, p.category, box_a, box_b, p.length_m, p.width_m, p.rise_m, p.direction, p.assumed)]


def _gate_line(name: str, p: schema.GateLinePart, at: Any, shift: Point, _: Offsets | None) -> Sequence[GateLine]:
    points = _points(at, shift, 2)
    if len(points) != 2 or points[0] == points[1]:
        raise _RefusedError("geometry", "is not a line of two points")
    if p.wide > p.gates:
        raise _RefusedError("wide", f"{p.wide} of {p.gates} gates cannot be wide")
    line = GateLine(
        name, p.level, (points[0], points[1]), p.gates, p.wide, p.direction, p.width_m, p.closed, p.owner, p.assumed
    )
    if pitch_of(line) < p.width_m + BODY_M:
        message = f"leaves {pitch_of(line):.2f} m for each gate of {p.width_m:g} m"
        raise _RefusedError("gates", message, "fewer gates, or a longer line")
    return [line]


def _lamp(name: str, p: schema.LampPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Lamp]:
    x, y = _point(at, shift)
    burns = None
    if (p.lit_from is None) != (p.lit_until is None):
        raise _RefusedError("lit_until" if p.lit_until is None else "lit_from", "is missing", "give both, or none")
    if p.lit_from is not None:
        burns = _hours(p, "lit_from", "lit_until")
    return [
        Lamp(
            name, p.level, x, y, p.height_m, p.lumen, p.beam_exponent, p.owner, p.assumed, p.beam, burns, p.broken
        )
    ]  # fmt: skip


def _camera(name: str, p: schema.CameraPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Camera]:
    x, y = _point(at, shift)
    return [Camera(name, p.level, x, y, p.bearing_deg, p.fov_deg, p.watched, p.owner, p.assumed, p.broken)]


def _shop(name: str, p: schema.ShopPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Shop]:
    x, y = _point(at, shift)
    opens_s, closes_s = _hours(p, "opens", "closes")
    return [Shop(name, p.level, x, y, opens_s, closes_s, p.owner, p.assumed)]


def _hours(p: schema.FeaturePart, begin: str, end: str) -> tuple[int, int]:
    """Return two times of the clock in seconds, the second after the first."""
    times = []
    for part in (begin, end):
        try:
            times.append(parse_time(getattr(p, part)))
        except ValueError as error:
            raise _RefusedError(part, str(error)) from None
    if times[1] <= times[0]:
        raise _RefusedError(end, f"is not after `{begin}`", "after midnight write 24:00, 25:00 ...")
    return times[0], times[1]


def _spot(name: str, p: schema.SpotPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Spot]:
    x, y = _point(at, shift)
    return [Spot(name, p.category, p.level, x, y, p.owner, p.assumed, p.broken)]


def _obstacle(name: str, p: schema.ObstaclePart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Obstacle]:
    return [Obstacle(name, p.category, p.level, _polygon(at, shift), p.height_m, p.owner, p.assumed)]


def _mirror(name: str, p: schema.MirrorPart, at: Any, shift: Point, _: Offsets | None) -> Sequence[Mirror]:
    x, y = _point(at, shift)
    return [Mirror(name, p.level, x, y, p.bearing_deg, p.fov_deg, p.owner, p.assumed)]


_MAKERS: Final[dict[str, Make]] = {
    "unit": _unit,
    "wall": _wall,
    "platform": _platform,
    "access": _access,
    "passage": _passage,
    "gate_line": _gate_line,
    "lamp": _lamp,
    "camera": _camera,
    "shop": _shop,
    "spot": _spot,
    "obstacle": _obstacle,
    "mirror": _mirror,
}
