"""A layout as the text of ``layout.geojson``: one feature a line, sorted keys, millimetres."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from shapely import Point as ShapelyPoint
from shapely import Polygon

from model.inputs.layout import Layout, Passage, Point, Zone
from scenarios.layout_file import DECIMALS, Offsets
from scenarios.table_files import time_text

# properties that are left out when they have this value
DEFAULTS: Final[dict[str, Any]] = {
    "assumed": False,
    "watched": False,
    "reflectance": None,
    "beam_exponent": None,
    "finish": "dark",
    "beam": "diffuse",
    "broken": False,
    "lit_from": None,
    "lit_until": None,
}


def layout_text(layout: Layout, offsets: Offsets) -> str:
    """Return the GeoJSON text of a layout.

    Args:
        layout: coordinates on the sheet; they are written to the millimetre.
        offsets: (dx, dy) of each level, taken off the coordinates.
    """
    lines = [
        json.dumps(feature, sort_keys=True, ensure_ascii=False, allow_nan=False)
        for feature in _features(layout, offsets)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _features(layout: Layout, offsets: Offsets) -> Iterator[dict[str, Any]]:
    levels = {zone.id: zone.level for zone in layout.zones}
    shapes = [(zone, Polygon(zone.polygon)) for zone in layout.zones]

    def at(point: Point, level: int) -> list[float]:
        dx, dy = offsets.get(level, (0.0, 0.0))
        return [round(point[0] - dx, DECIMALS) + 0.0, round(point[1] - dy, DECIMALS) + 0.0]

    def ring(points: Sequence[Point], level: int) -> list[list[list[float]]]:
        return [[at(point, level) for point in (*points, points[0])]]

    for zone in layout.zones:
        values = {"category": zone.kind} | _own(zone, "name owner roofed sky_view reflectance finish disorder")
        values |= {name: True for name in ("gated", "marked_safe") if getattr(zone, name)}
        yield _feature("unit", zone, zone.level, "Polygon", ring(zone.polygon, zone.level), values)
    for wall in layout.walls:
        line = [at((wall.x1, wall.y1), wall.level), at((wall.x2, wall.y2), wall.level)]
        yield _feature("wall", wall, wall.level, "LineString", line, {"category": wall.kind})
    for platform in layout.platforms:
        level = levels[platform.zone]
        values = {"zone": platform.zone, "edge": [at(point, level) for point in platform.edge]}
        yield _feature("platform", platform, level, "Polygon", ring(platform.strip, level), values)
    for access in layout.accesses:
        level = levels[access.zone]
        yield _feature("access", access, level, "Polygon", ring(access.area, level), _own(access, "zone name share"))
    for passage in layout.passages:
        yield _passage(passage, shapes, ring)
    for thing in layout.obstacles:
        values = {"category": thing.kind} | _own(thing, "height_m owner")
        yield _feature("obstacle", thing, thing.level, "Polygon", ring(thing.polygon, thing.level), values)
    for row in layout.gate_lines:
        values = _own(row, "gates wide direction width_m closed owner")
        yield _feature("gate_line", row, row.level, "LineString", [at(end, row.level) for end in row.ends], values)
    yield from _assets(layout, at)


def _passage(passage: Passage, shapes: Sequence[tuple[Zone, Polygon]], ring: Any) -> dict[str, Any]:
    level_a, level_b = (_level_at(box, shapes) for box in (passage.box_a, passage.box_b))
    values = {"category": passage.kind, "level_b": level_b}
    values |= _own(passage, "length_m width_m rise_m direction")
    boxes = [ring(passage.box_a, level_a), ring(passage.box_b, level_b)]
    return _feature("passage", passage, level_a, "MultiPolygon", boxes, values)


def _assets(layout: Layout, at: Any) -> Iterator[dict[str, Any]]:
    for lamp in layout.lamps:
        values = _own(lamp, "height_m lumen beam_exponent owner beam broken")
        if lamp.burns is not None:
            values |= dict(zip(("lit_from", "lit_until"), map(time_text, lamp.burns), strict=True))
        yield _feature("lamp", lamp, lamp.level, "Point", at((lamp.x, lamp.y), lamp.level), values)
    for camera in layout.cameras:
        values = _own(camera, "bearing_deg fov_deg watched owner broken")
        yield _feature("camera", camera, camera.level, "Point", at((camera.x, camera.y), camera.level), values)
    for shop in layout.shops:
        values = {"opens": time_text(shop.opens_s), "closes": time_text(shop.closes_s), "owner": shop.owner}
        yield _feature("shop", shop, shop.level, "Point", at((shop.x, shop.y), shop.level), values)
    for spot in layout.spots:
        values = {"category": spot.kind} | _own(spot, "owner broken")
        yield _feature("spot", spot, spot.level, "Point", at((spot.x, spot.y), spot.level), values)
    for mirror in layout.mirrors:
        values = _own(mirror, "bearing_deg fov_deg owner")
        yield _feature("mirror", mirror, mirror.level, "Point", at((mirror.x, mirror.y), mirror.level), values)


def _own(piece: Any, names: str) -> dict[str, Any]:
    return {name: getattr(piece, name) for name in names.split()}


def _feature(
    kind: str, piece: Any, level: int, geometry: str, coordinates: Any, values: Mapping[str, Any]
) -> dict[str, Any]:
    given = {
        **values,
        "feature_type": kind,
        "level": level,
        "assumed": piece.assumed if kind != "wall" else False,
    }
    properties = {key: value for key, value in given.items() if key not in DEFAULTS or value != DEFAULTS[key]}
    return {
        "type": "Feature",
        "id": piece.id,
        "properties": properties,
        "geometry": {"type": geometry, "coordinates": coordinates},
    }


def _level_at(box: Sequence[Point], shapes: Sequence[tuple[Zone, Polygon]]) -> int:
    """Return the level of the zone under the middle of a box, or of the nearest zone."""
    middle = ShapelyPoint(Polygon(box).centroid)
    zone, _ = min(shapes, key=lambda pair: pair[1].distance(middle))
    return zone.level
