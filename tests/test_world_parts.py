"""The whole world: parts under keys of what they read, the cache, and mirrored layouts (M6)."""

import ast
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import model.world
from model.inputs.inputs import Inputs
from model.inputs.layout import (
    Access,
    Camera,
    Lamp,
    Layout,
    Mirror,
    Obstacle,
    Passage,
    Platform,
    Shop,
    Spot,
    Wall,
)
from model.inputs.population import Population
from model.inputs.roster import Roster
from model.inputs.timetable import Timetable
from model.parameters import Parameters
from model.world.cover import make_cover
from model.world.fields import Arrays, Grid
from model.world.grid import make_grid
from model.world.light import make_light
from model.world.parts import READS, pack, part_keys, unpack
from model.world.sight import make_outlook
from model.world.world import World
from tests.twins_fields import layout, rectangle, zone

P = Parameters.default()


def station() -> Layout:
    """Two levels with some of everything; symmetric in nothing."""
    walls = [
        *rectangle(0, 0, 30, 18),
        Wall("a", 0, 8.2, 2.3, 11.8, 12.9),
        Wall("e", 0, 20, 12.6, 29.9, 12.6, "edge"),
        *rectangle(40, 0, 60, 8, "up", 1),
    ]
    zones = [
        zone("hall", 0, 0, 16, 18, roofed=True, sky=0.01),
        zone("platform", 16, 0, 30, 12.4, sky=0.6, kind="platform"),
        zone("upper", 40, 0, 60, 8, level=1, sky=0.02, kind="platform"),
    ]
    box_a, box_b = ((26, 2), (28, 2), (28, 4), (26, 4)), ((42, 2), (44, 2), (44, 4), (42, 4))
    strip = ((45, 5), (59, 5), (59, 7), (45, 7))
    return layout(
        walls,
        zones,
        accesses=(Access("in", "In", "hall", ((1, 1), (3, 1), (3, 4), (1, 4)), 1.0),),
        platforms=(Platform("1", "upper", strip, ((45, 7.4), (59, 7.4))),),
        passages=(Passage("s", "stairs", box_a, box_b, 9.0, 2.0, 4.0),),
        lamps=(
            Lamp("l1", 0, 5, 9, 4.5, 4000),
            Lamp("l2", 0, 22, 6, 4.5, 3000),
            Lamp("l3", 1, 50, 4, 4, 2000),
        ),
        cameras=(Camera("c1", 0, 5, 3, 20.0, 80.0), Camera("c2", 1, 50, 4, 0.0, 360.0, True)),
        shops=(Shop("k", 0, 6, 15, 0, 86_400),),
        spots=(
            Spot("h", "help_point", 0, 20, 3),
            Spot("n", "camera_sign", 0, 4, 4),
            Spot("b", "seat", 0, 20, 4),
        ),
    )


def inputs(place: Layout, parameters: Parameters = P) -> Inputs:
    nobody = Population(0.0, 0.0, 0.0, (1 / 26,) * 26, (1 / 26,) * 26, ())
    return Inputs(place, Timetable(()), nobody, Roster(()), parameters, date(2025, 11, 12))


class Shelf:
    """A cache that tells what it was asked for and what it had to make."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Arrays] = {}
        self.made: list[str] = []

    def remember(self, part: str, key: str, make: Callable[[], Arrays]) -> Arrays:
        if (part, key) not in self.kept:
            self.made.append(part)
            self.kept[part, key] = make()
        return self.kept[part, key]


def same(one: Any, other: Any) -> bool:
    """Whether two dataclasses of arrays are equal to the last bit."""
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return all(np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f") for a, b in pairs)


def test_the_same_inputs_give_the_same_world_and_the_cache_makes_nothing_twice() -> None:
    shelf = Shelf()
    one, other = World.of(inputs(station())), World.of(inputs(station()), shelf.remember)
    assert sorted(shelf.made) == sorted(READS)
    again = World.of(inputs(station()), shelf.remember)
    assert len(shelf.made) == len(READS)
    assert one.digest == other.digest == again.digest
    for name in ("grid", "light", "sight", "routes"):
        assert same(getattr(one, name), getattr(other, name))
        assert same(getattr(one, name), getattr(again, name))
    assert (one.open_share == again.open_share).all()


def test_without_a_cache_what_a_day_asks_for_is_made_once_and_only_the_last_is_kept() -> None:
    made: list[str] = []

    def make(name: str) -> dict[str, Any]:
        made.append(name)
        return {name: np.zeros(1)}

    ask = World.of(inputs(station())).remember
    for part, key in (("ways", "a"), ("fear", "a"), ("ways", "a"), ("fear", "b"), ("fear", "b"), ("fear", "a")):
        assert list(ask(part, key, lambda name=part + key: make(name))) == [part + key]
    assert made == ["waysa", "feara", "fearb", "feara"]


def test_parts_survive_packing() -> None:
    grid = make_grid(station())
    back = unpack(Grid, pack(grid))
    assert same(grid, back)
    assert (type(back.x0), type(back.nx)) == (float, int)


def changed_lamp(place: Layout) -> Layout:
    return replace(place, lamps=(replace(place.lamps[0], lumen=8000), *place.lamps[1:]))


def changed_zone(**change: Any) -> Callable[[Layout], Layout]:
    return lambda place: replace(place, zones=(replace(place.zones[0], **change), *place.zones[1:]))


def changed_wall(place: Layout) -> Layout:
    return replace(place, walls=tuple(replace(w, x2=12.4) if w.id == "a" else w for w in place.walls))


def first(name: str, **change: Any) -> Callable[[Layout], Layout]:
    def apply(place: Layout) -> Layout:
        things = getattr(place, name)
        return replace(place, **{name: (replace(things[0], **change), *things[1:])})

    return apply


def with_kiosk(place: Layout) -> Layout:
    return replace(place, obstacles=(Obstacle("o", "kiosk", 0, ((14, 4), (16, 4), (16, 6), (14, 6)), 2.5),))


def with_mirror(place: Layout) -> Layout:
    return replace(place, mirrors=(Mirror("m", 0, 7.5, 1.5, 60.0),))


ALL = set(READS)
CHANGES: list[tuple[str, Callable[[Layout], Layout], set[str]]] = [
    ("brighter lamp", changed_lamp, {"light", "cover"}),
    ("broken lamp", first("lamps", broken=True), {"light", "cover"}),
    ("downlight", first("lamps", beam="downlight"), {"light", "cover"}),
    ("light finish", changed_zone(finish="light"), {"light", "cover"}),
    ("broken camera", first("cameras", broken=True), {"cover"}),
    ("kiosk", with_kiosk, ALL),
    ("mirror", with_mirror, {"sight", "light", "cover"}),
    ("lamp of another owner", first("lamps", owner="NS", assumed=True), set()),
    ("sky", changed_zone(sky_view=0.5), {"light", "cover"}),
    ("finish", changed_zone(reflectance=0.5), {"light", "cover"}),
    ("roof", changed_zone(roofed=False), {"light", "cover"}),
    ("disorder, owner, name", changed_zone(disorder=0.9, owner="ProRail", name="x", id="y"), set()),
    ("wall", changed_wall, ALL),
    ("camera", first("cameras", fov_deg=200.0), {"cover"}),
    ("watched", first("cameras", watched=True), {"cover"}),
    ("shop hours", first("shops", opens_s=3600), set()),
    ("shop place", first("shops", x=9.0), {"cover"}),
    ("help point", first("spots", x=18.0), {"cover"}),
    (
        "access",
        first("accesses", area=((1, 1), (5, 1), (5, 4), (1, 4))),
        {"sight", "light", "cover", "routes"},
    ),
    ("access share", first("accesses", share=0.4), set()),
    ("stairs", first("passages", length_m=14.0), {"sight", "light", "cover", "routes"}),
    ("platform edge", first("platforms", edge=((45, 7.3), (59, 7.3))), {"routes"}),
]


@pytest.mark.parametrize(("what", "change", "expected"), CHANGES, ids=[c[0] for c in CHANGES])
def test_a_change_makes_anew_what_reads_it(what: str, change: Any, expected: set[str]) -> None:
    before, after = part_keys(station(), P), part_keys(change(station()), P)
    assert {part for part in READS if before[part] != after[part]} == expected
    # and what keeps its key would not have come out otherwise
    place, other = station(), change(station())
    grids = make_grid(place), make_grid(other)
    if "grid" not in expected:
        assert same(*grids)
        outlooks = [make_outlook(one, grid, P) for one, grid in zip((place, other), grids, strict=True)]
        if "sight" not in expected:
            assert same(*outlooks)
            made = list(zip((place, other), grids, outlooks, strict=True))
            lights = [make_light(one, grid, look.mask, P) for one, grid, look in made]
            if "light" not in expected:
                assert same(*lights)
                covers = [
                    make_cover(one, grid, look, light, P)
                    for (one, grid, look), light in zip(made, lights, strict=True)
                ]
                assert same(*covers) == ("cover" not in expected)


def test_reading_a_parameter_puts_it_into_the_key() -> None:
    rooms = Path(model.world.__file__).parent
    readers = {
        "sight": {"sight": ("make_outlook", "_ahead", "_exit_metres", "walk_links"), "mirrors": ()},
        "light": {"light": (), "sun": ("clear_sky", "_altitude_names")},
        "cover": {"cover": ()},
        "routes": {"routes": (), "places": ()},
        "floor": {"movement": ("make_open_share",)},
        "grid": {"grid": (), "obstacles": ()},
    }
    names = {row.name for row in P.rows}
    inherited = {"cover": ("light_e50_lx",)}  # read through light.adequacy on behalf of cover
    for part, files in readers.items():
        read: set[str] = set()
        for file, functions in files.items():
            tree = ast.parse((rooms / f"{file}.py").read_text("utf-8"))
            scopes: list[ast.AST] = [tree]
            if functions:
                scopes = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in functions]
                assert len(scopes) == len(functions), "a function has another name now"
            read |= {n.attr for s in scopes for n in ast.walk(s) if isinstance(n, ast.Attribute)} & names
        read -= set(inherited["cover"]) if part == "light" else set()
        families = tuple(name for name in READS[part] if name.endswith("_"))
        missing = {n for n in read if n not in READS[part] and not (families and n.startswith(families))}
        assert missing == set(), f"{part} reads rows that are not in its key"
        known = {n for n in READS[part] if not n.endswith("_")}
        assert known <= names, f"the key of {part} names rows that do not exist"


def test_parameters_change_the_keys_of_their_parts() -> None:
    base = part_keys(station(), P)
    for name, expected in (
        ("light_e50_lx", {"cover"}),
        ("light_maintenance", {"light", "cover"}),
        ("sight_escape_high_m", {"sight", "light", "cover"}),
        ("camera_quality", {"cover"}),
        ("light_cloud_factor", set()),
        ("feel_prospect_woman", set()),
    ):
        row = P[name]
        now = part_keys(station(), P.replace(**{name: row * 0.9}))
        assert {part for part in READS if base[part] != now[part]} == expected, name


# ---------------------------------------------------------------- M6


def mirrored(place: Layout) -> Layout:
    """Turn x into -x; the layout is drawn so that its sheet is symmetric about x = 0."""

    def flip(points: Any) -> Any:
        return tuple((-x, y) for x, y in points)

    return replace(
        place,
        walls=tuple(replace(w, x1=-w.x1, x2=-w.x2) for w in place.walls),
        zones=tuple(replace(z, polygon=flip(z.polygon)) for z in place.zones),
        accesses=tuple(replace(a, area=flip(a.area)) for a in place.accesses),
        passages=tuple(replace(s, box_a=flip(s.box_a), box_b=flip(s.box_b)) for s in place.passages),
        lamps=tuple(replace(m, x=-m.x) for m in place.lamps),
        cameras=tuple(replace(c, x=-c.x, bearing_deg=180 - c.bearing_deg) for c in place.cameras),
        shops=tuple(replace(s, x=-s.x) for s in place.shops),
        spots=tuple(replace(s, x=-s.x) for s in place.spots),
        obstacles=tuple(replace(o, polygon=flip(o.polygon)) for o in place.obstacles),
        mirrors=tuple(replace(m, x=-m.x, bearing_deg=180 - m.bearing_deg) for m in place.mirrors),
    )


def test_m6_a_mirrored_layout_has_mirrored_fields() -> None:
    # walls run through the middles of quarter-metre cells; two posts outside fix the same sheet on both sides
    posts = [Wall(f"post{x}", 0, x, 0.125, x, 1.0) for x in (-22.0, 22.0)]
    walls = [
        *rectangle(-18.125, 0.125, 17.625, 15.875),
        Wall("slant", 0, -6.125, 3.125, 1.375, 11.625),
        Wall("edge", 0, 4.125, 5.125, 12.125, 5.125, "edge"),
        *rectangle(8.125, 9.125, 10.375, 11.625, "box"),
        *posts,
    ]
    zones = [
        zone("west", -18.5, 0, -5.0, 16, roofed=True, sky=0.02),
        zone("east", -5.0, 0, 18, 16, sky=0.5, reflectance=0.4),
    ]
    boxes = ((-17, 12), (-15, 12), (-15, 14), (-17, 14)), ((14, 2), (16, 2), (16, 4), (14, 4))
    place = layout(
        walls,
        zones,
        accesses=(Access("in", "In", "west", ((-18, 1), (-15.3, 1), (-15.3, 4.2), (-18, 4.2)), 1.0),),
        passages=(Passage("s", "stairs", *boxes, 9.0, 2.0, 4.0),),
        lamps=(Lamp("l1", 0, -12.25, 8.5, 4.5, 4000), Lamp("l2", 0, 5.375, 7.5, 4.5, 3000)),
        cameras=(Camera("c1", 0, -10.5, 3.25, 21.7, 83.0), Camera("c2", 0, 6.0, 13.0, 250.3, 64.0, True)),
        shops=(Shop("k", 0, -9.5, 14.25, 0, 86_400),),
        spots=(Spot("h", "help_point", 0, 11.5, 3.5), Spot("n", "camera_sign", 0, 4.0, 4.0)),
        obstacles=(
            Obstacle("kiosk", "kiosk", 0, ((-10, 6), (-8, 6), (-8, 9), (-10, 9)), 2.6),
            Obstacle("hedge", "hedge", 0, ((2, 1), (6, 1), (6, 1.75), (2, 1.75)), 1.1),
        ),
        mirrors=(Mirror("m", 0, 12.625, 14.125, 250.0, 170.0),),
    )
    one, other = World.of(inputs(place)), World.of(inputs(mirrored(place)))
    assert (one.grid.x0, one.grid.nx) == (-24, 49)  # one cell more than symmetric: the last column is empty
    width = 48
    there = other.grid.cell[:, width - 1 :: -1][one.grid.cell[:, :width] >= 0]
    assert (there >= 0).all()
    assert (one.grid.floor[:, : 4 * width] >= 0).sum() == (other.grid.floor >= 0).sum()
    assert one.grid.cell_x == pytest.approx(-other.grid.cell_x[there], abs=1e-6)
    assert one.grid.cell_area_m2.tolist() == other.grid.cell_area_m2[there].tolist()
    # fields are kept as float32: nothing but their rounding may differ
    for part, names in (
        ("light", ("floor_lx", "face_lx", "daylight_factor", "effective_lx")),
        ("sight", ("prospect", "concealment", "escape", "camera_cover", "watched_cover", "exit_m")),
        ("sight", ("sign", "help_point", "shops")),
    ):
        for name in names:
            mine, mirror = getattr(getattr(one, part), name), getattr(getattr(other, part), name)
            assert np.allclose(mine.astype(float), mirror[..., there].astype(float), rtol=3e-7, atol=0), name
    rows = one.sight.mask[:, :, None] >> np.arange(63, dtype=np.uint64) & np.uint64(1)
    flipped = other.sight.mask[there][:, :, None] >> np.arange(63, dtype=np.uint64)[::-1] & np.uint64(1)
    assert (rows == flipped).all()
    shown, mirror = one.sight.mirror_row >= 0, other.sight.mirror_row[there] >= 0
    assert shown.any()
    assert (shown == mirror).all()
    rows = one.sight.mirror_mask[:, :, None] >> np.arange(63, dtype=np.uint64) & np.uint64(1)
    theirs = other.sight.mirror_mask[other.sight.mirror_row[there[shown]]]
    flipped = theirs[:, :, None] >> np.arange(63, dtype=np.uint64)[::-1] & np.uint64(1)
    assert (rows == flipped).all()
