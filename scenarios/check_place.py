"""What only the floor can tell: who cannot be reached, what hangs in a wall, doors that lead nowhere."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from shapely import LineString, Polygon, unary_union

from model.inputs.layout import Layout, Passage, Platform, Point
from model.inputs.ways import gates_of
from scenarios.check_floor import Floor, make_floor
from scenarios.faults import Fault

NEAR_M: Final = 1.0  # lamps and cameras may hang this far from the floor
EDGE_M: Final = 4.0  # people step over the edge from the strip
LEAST_SHARE: Final = 0.5
RISE_TOLERANCE_M: Final = 1.0


def place_faults(layout: Layout, levels: dict[tuple[str, str], tuple[int, ...]], file: str) -> list[Fault]:
    """Return all faults of a drawing whose form and references are sound.

    Args:
        layout: the layout, on the sheet.
        levels: the level that each platform, access and passage names, by (field, id).
        file: name of the drawing.
    """
    floor, faults = make_floor(layout, file)
    faults.extend(_passage_shapes(layout, levels, file))
    if floor is None:
        return faults
    faults.extend(_assets(layout, floor, file))
    faults.extend(_obstacles(layout, floor, file))
    faults.extend(_platform_strips(layout, floor, file))
    faults.extend(_access_areas(layout, floor, file))
    faults.extend(_passage_boxes(layout, levels, floor, file))
    faults.extend(_gate_boxes(layout, floor, file))
    if not any(fault.field == "geometry" and fault.where.startswith("unit") for fault in faults):
        faults.extend(_reached(layout, levels, floor, file))
    return faults


def _assets(layout: Layout, floor: Floor, file: str) -> Iterator[Fault]:
    kinds = (
        ("lamp", layout.lamps),
        ("camera", layout.cameras),
        ("shop", layout.shops),
        ("spot", layout.spots),
        ("mirror", layout.mirrors),
    )
    for kind, assets in kinds:
        for asset in assets:
            where = f"{kind} {asset.id}"
            point = (asset.x, asset.y)
            at = f"({asset.x:g}, {asset.y:g}) on the sheet"
            if not floor.is_near(point, asset.level, NEAR_M):
                remedy = f"move it within {NEAR_M:g} m of the floor of level {asset.level}"
                yield Fault(file, where, "geometry", f"at {at} is off every floor of its level", remedy)
            elif floor.blocked[floor.cell(point)]:
                yield Fault(file, where, "geometry", f"at {at} is in a wall", "move it 0.3 m off the wall")


def _obstacles(layout: Layout, floor: Floor, file: str) -> Iterator[Fault]:
    for thing in layout.obstacles:
        where = f"obstacle {thing.id}"
        around = tuple(Polygon(thing.polygon).buffer(NEAR_M).exterior.coords)
        if not floor.parts_in(around, thing.level):
            message = "stands on no floor of its level"
            yield Fault(file, where, "geometry", message, f"move it onto the floor of level {thing.level}")


def _platform_strips(layout: Layout, floor: Floor, file: str) -> Iterator[Fault]:
    zones = {zone.id: zone for zone in layout.zones}
    for platform in layout.platforms:
        where = f"platform {platform.id}"
        zone = zones[platform.zone]
        strip = Polygon(platform.strip)
        # a platform may be cut into several units; the strip names one of them
        alike = [Polygon(z.polygon) for z in layout.zones if (z.kind, z.level) == (zone.kind, zone.level)]
        if strip.intersection(Polygon(zone.polygon)).area <= 0:
            yield Fault(file, where, "geometry", f"no part of its strip lies in its zone {zone.id}")
        elif strip.intersection(unary_union(alike)).area < LEAST_SHARE * strip.area:
            message = f"its strip lies for less than half in units of kind {zone.kind}"
            yield Fault(file, where, "geometry", message)
        cells = floor.cells_in(platform.strip)
        if len(cells) == 0 or np.mean(cells > 0) < LEAST_SHARE:
            yield Fault(file, where, "geometry", "its strip lies for less than half on walkable floor")
        far = strip.distance(LineString(platform.edge).centroid)
        if far > EDGE_M:
            message = f"its edge runs {far:.1f} m from its strip: nobody can step over it"
            yield Fault(file, where, "edge", message)


def _access_areas(layout: Layout, floor: Floor, file: str) -> Iterator[Fault]:
    zones = {zone.id: zone for zone in layout.zones}
    for access in layout.accesses:
        where = f"access {access.id}"
        zone = zones[access.zone]
        if not floor.parts_in(access.area, zone.level):
            yield Fault(file, where, "geometry", "there is no walkable floor in it")
        elif Polygon(access.area).intersection(Polygon(zone.polygon)).area <= 0:
            yield Fault(file, where, "geometry", f"no part of it lies in its zone {zone.id}")


def _boxes(
    passage: Passage, levels: dict[tuple[str, str], tuple[int, ...]]
) -> tuple[tuple[str, tuple[Point, ...], int], ...]:
    level_a, level_b = levels[("passages", passage.id)]
    return ("first", passage.box_a, level_a), ("second", passage.box_b, level_b)


def _passage_shapes(layout: Layout, levels: dict[tuple[str, str], tuple[int, ...]], file: str) -> Iterator[Fault]:
    elevation = {level.ordinal: level.elevation_m for level in layout.levels}
    for passage in layout.passages:
        where = f"passage {passage.id}"
        level_a, level_b = levels[("passages", passage.id)]
        rise = elevation[level_b] - elevation[level_a]
        if abs(passage.rise_m - rise) > RISE_TOLERANCE_M:
            message = f"is {passage.rise_m:g} m, but level {level_b} lies {rise:g} m above level {level_a}"
            yield Fault(file, where, "rise_m", message)
        if passage.length_m < abs(passage.rise_m):
            message = f"{passage.length_m:g} m is shorter than its rise of {abs(passage.rise_m):g} m"
            yield Fault(file, where, "length_m", message)
        if Polygon(passage.box_a).intersects(Polygon(passage.box_b)):
            yield Fault(file, where, "geometry", "its two boxes lie over each other: it leads nowhere")


def _passage_boxes(
    layout: Layout, levels: dict[tuple[str, str], tuple[int, ...]], floor: Floor, file: str
) -> Iterator[Fault]:
    for passage in layout.passages:
        for name, box, level in _boxes(passage, levels):
            if not floor.parts_in(box, level):
                message = f"leads nowhere: there is no floor of level {level} in its {name} box"
                yield Fault(file, f"passage {passage.id}", "geometry", message)


def _gate_boxes(layout: Layout, floor: Floor, file: str) -> Iterator[Fault]:
    for line in layout.gate_lines:
        for gate in gates_of(line):
            if not all(floor.parts_in(box, line.level) for box in (gate.box_a, gate.box_b)):
                message = f"there is no floor of level {line.level} on both sides of gate {gate.id}"
                yield Fault(file, f"gate_line {line.id}", "geometry", message, "a line runs from wall to wall")
                break


# who gets where

Ways = dict[int, set[int]]


def _reached(
    layout: Layout, levels: dict[tuple[str, str], tuple[int, ...]], floor: Floor, file: str
) -> Iterator[Fault]:
    """Platforms and accesses without a way between them, and units to which no way leads."""
    zones = {zone.id: zone for zone in layout.zones}
    there, back = _ways(layout, levels, floor)
    at_access = {a.id: floor.parts_in(a.area, zones[a.zone].level) for a in layout.accesses}
    at_platform = {p.id: floor.parts_in(p.strip, zones[p.zone].level) for p in layout.platforms}
    from_accesses = _spread(set().union(*at_access.values()), there)
    to_accesses = _spread(set().union(*at_access.values()), back)
    for platform in layout.platforms:
        yield from _unreached(platform, at_platform[platform.id], from_accesses, to_accesses, file)
    linked = _spread(set().union(*at_platform.values()), there) | _spread(set().union(*at_platform.values()), back)
    for access in layout.accesses:
        if at_access[access.id] and not at_access[access.id] & linked:
            yield Fault(file, f"access {access.id}", "geometry", "no way leads from here to any platform")
    for zone in layout.zones:
        mine = floor.parts_in(zone.polygon, zone.level)
        if mine and not mine & (from_accesses | to_accesses):
            yield Fault(file, f"unit {zone.id}", "geometry", "no way leads here from any access")


def _unreached(
    platform: Platform, mine: set[int], from_accesses: set[int], to_accesses: set[int], file: str
) -> Iterator[Fault]:
    where = f"platform {platform.id}"
    remedy = "open a wall, or add a passage (stairs, escalator, lift, ramp)"
    if mine and not mine & from_accesses:
        yield Fault(file, where, "geometry", "cannot be reached on foot from any access", remedy)
    elif mine and not mine & to_accesses:
        yield Fault(file, where, "geometry", "has no way out on foot to any access", remedy)


def _ways(layout: Layout, levels: dict[tuple[str, str], tuple[int, ...]], floor: Floor) -> tuple[Ways, Ways]:
    """Return which parts passages lead to from each part, and the same backwards."""
    there: Ways = {}
    back: Ways = {}
    places = [(passage.direction, _boxes(passage, levels)) for passage in layout.passages]
    for line in layout.gate_lines:
        if line.closed:
            sides = ((g.direction, (("", g.box_a, line.level), ("", g.box_b, line.level))) for g in gates_of(line))
            places.extend(sides)
    for direction, ((_, box_a, level_a), (_, box_b, level_b)) in places:
        for a in floor.parts_in(box_a, level_a):
            for b in floor.parts_in(box_b, level_b):
                if direction in ("both", "a_to_b"):
                    there.setdefault(a, set()).add(b)
                    back.setdefault(b, set()).add(a)
                if direction in ("both", "b_to_a"):
                    there.setdefault(b, set()).add(a)
                    back.setdefault(a, set()).add(b)
    return there, back


def _spread(start: set[int], ways: Ways) -> set[int]:
    reached, waiting = set(start), list(start)
    while waiting:
        for part in ways.get(waiting.pop(), ()):
            if part not in reached:
                reached.add(part)
                waiting.append(part)
    return reached
