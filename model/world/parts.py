"""The parts of a world: what each depends on, how it is made, and how it is packed into plain arrays.

A key hashes what the part reads and nothing else. What is not in the key must not change the part: the tests
change every field of a layout and every parameter and compare.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np

from model.inputs.digest import digest
from model.inputs.layout import Layout
from model.inputs.ways import barriers, ways_of
from model.parameters import Parameters
from model.world.fields import Arrays

# rows of the parameter table that a part reads; a name that ends on _ stands for a family
READS: Final[dict[str, tuple[str, ...]]] = {
    "grid": ("sight_hedge_height_m", "sight_block_width_m"),
    "sight": ("sight_refuge_walk_m", "sight_escape_", "sight_mirror_"),
    "light": (
        "light_beam_exponent",
        "light_downlight_exponent",
        "light_maintenance",
        "light_reflectance",
        "light_reflectance_finish",
        "light_surface_factor",
        "light_minimum_weight",
        "light_reach_m",
        "light_percentile",
        "light_face_height_m",
        "light_lamp_reach_m",
        "light_outdoor_",
        "light_levels",
    ),
    "cover": (
        "camera_quality",
        "camera_reach_m",
        "camera_half_lx",
        "camera_sign_reach_m",
        "sight_prospect_m",
        "sight_help_point_reach_m",
        "sight_shop_reach_m",
        "sight_mirror_",
        "light_e50_lx",
    ),
    "routes": (
        "walk_wall_",
        "route_section_m",
        "route_place_m",
        "route_places",
        "stairs_",
        "escalator_",
        "lift_cycle_s",
        "gate_service_s",
    ),
    "floor": ("walk_reach_m",),
}


def part_keys(layout: Layout, parameters: Parameters) -> dict[str, str]:
    """Return the key of each part: a hash of all that it depends on, the keys of earlier parts included."""
    p = parameters
    grid = _key(
        "grid",
        p,
        [(w.level, w.x1, w.y1, w.x2, w.y2, w.kind) for w in barriers(layout)],
        _shapes(layout),
        [(thing.polygon, thing.height_m) for thing in layout.obstacles],
    )
    led = [(way.box_a, way.box_b, way.length_m, way.direction) for way in ways_of(layout)]
    mirrors = [(m.level, m.x, m.y, m.bearing_deg, m.fov_deg) for m in layout.mirrors]
    sight = _key("sight", p, grid, [access.area for access in layout.accesses], led, mirrors)
    light = _key(
        "light",
        p,
        sight,
        [(zone.roofed, zone.sky_view, zone.reflectance, zone.finish) for zone in layout.zones],
        [(m.id, m.level, m.x, m.y, m.height_m, m.lumen, m.beam, m.beam_exponent) for m in layout.lamps if not m.broken],
    )
    cover = _key(
        "cover",
        p,
        light,
        [(c.id, c.level, c.x, c.y, c.bearing_deg, c.fov_deg, c.watched) for c in layout.cameras if not c.broken],
        [(shop.level, shop.x, shop.y) for shop in layout.shops],
        [(s.kind, s.level, s.x, s.y) for s in layout.spots if s.kind in ("camera_sign", "help_point") and not s.broken],
    )
    routes = _key(
        "routes",
        plain_times(p),
        grid,
        [zone.kind for zone in layout.zones],
        [access.area for access in layout.accesses],
        [(platform.strip, platform.edge) for platform in layout.platforms],
        ways_of(layout),
    )
    floor = _key("floor", p, grid)
    return {"grid": grid, "sight": sight, "light": light, "cover": cover, "routes": routes, "floor": floor}


def plain_times(parameters: Parameters) -> Parameters:
    """Return the numbers with which ways are found: of all that is uncertain the table's own value.

    What people know of a station does not change with what we do not know: a draw of the speed on stairs changes how
    fast people go, not which way they think the shortest. So a parameter draw needs no new routes.
    """
    table = {
        row.name: row.value for row in parameters.rows if row.shape != "fixed" and row.name.startswith(READS["routes"])
    }
    return parameters.replace(**table)


def pack(part: Any) -> Arrays:
    """Return the fields of a part as arrays by name; numbers become arrays without axes."""
    return {field.name: np.asarray(getattr(part, field.name)) for field in fields(part)}


def unpack[T](cls: type[T], arrays: Arrays) -> T:
    """Return a part from its arrays; those without axes become numbers again."""
    values = {field.name: arrays[field.name] for field in fields(cls)}  # type: ignore[arg-type]
    return cls(**{name: a if a.ndim else a.item() for name, a in values.items()})


def _shapes(layout: Layout) -> list[tuple[Any, int]]:
    return [(zone.polygon, zone.level) for zone in layout.zones]


def _key(part: str, parameters: Parameters, *depends: object) -> str:
    return digest([part, _rows(part, parameters), list(depends)])


def _rows(part: str, parameters: Parameters) -> Sequence[tuple[str, float]]:
    families = tuple(name for name in READS[part] if name.endswith("_"))
    names = [row.name for row in parameters.rows]
    read = [n for n in names if n in READS[part] or (families and n.startswith(families))]
    return [(name, parameters[name]) for name in read]
