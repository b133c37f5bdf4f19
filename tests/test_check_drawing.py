"""``check`` of a drawing: form, and what only the floor can tell."""

import re
from pathlib import Path

import pytest

from scenarios.check import check_path
from tests.breaking import (
    DRAWING,
    STATION,
    UNIT,
    Case,
    both,
    feature,
    made,
    more,
    moved,
    prop,
    raw,
    ring,
    shoebox_copy,
    text,
    told,
    walled,
    without,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shoebox to be broken."""
    return shoebox_copy(tmp_path)


BROKEN: dict[str, Case] = {
    # layout.geojson: form
    "drawing missing": (lambda f: (f / DRAWING).unlink(), DRAWING, "", "", "no such file"),
    "not json": (raw(DRAWING, b'{"type": '), DRAWING, "line 1", "", "not JSON"),
    "no collection": (raw(DRAWING, b'{"type": "Feature"}'), DRAWING, "", "type", "FeatureCollection"),
    "f8 NaN": (prop("lamp", "path-1", "lumen", float("nan")), DRAWING, "", "LUMEN", "finite"),
    "f8 1e999": (text(DRAWING, '"lumen": 800.0', '"lumen": 1e999'), DRAWING, "", "LUMEN", "finite"),
    "f8 huge int": (
        text(DRAWING, '"lumen": 800.0', '"lumen": ' + "9" * 5000),
        DRAWING,
        "",
        "LUMEN",
        "finite",
    ),
    "f8 key twice": (
        text(DRAWING, '"lumen": 800.0', '"lumen": 800, "lumen": 900'),
        DRAWING,
        "",
        "LUMEN",
        "given twice",
    ),
    "f8 deep": (raw(DRAWING, b'{"a": ' * 200_000), DRAWING, "", "", "nested too deeply"),
    "f8 deep but valid": (raw(DRAWING, b"[" * 500 + b"]" * 500), DRAWING, "", "DEEP", "nested too deeply"),
    "feature type": (
        prop("lamp", "path-1", "feature_type", "lmap"),
        DRAWING,
        "feature",
        "feature_type",
        'mean "lamp"',
    ),
    "zone kind": (
        prop("unit", "forecourt", "category", "sqaure"),
        DRAWING,
        "unit forecourt",
        "category",
        'mean "square"',
    ),
    "owner": (
        prop("unit", "forecourt", "owner", "Prorail"),
        DRAWING,
        "unit forecourt",
        "owner",
        'mean "ProRail"',
    ),
    "negative lumen": (
        prop("lamp", "path-1", "lumen", -5),
        DRAWING,
        "lamp path-1",
        "lumen",
        "must be more than 0",
    ),
    "lumen a text": (prop("lamp", "path-1", "lumen", "800"), DRAWING, "lamp path-1", "lumen", "is no number"),
    "unknown property": (
        prop("lamp", "path-1", "lumens", 5),
        DRAWING,
        "lamp path-1",
        "lumens",
        'mean "lumen"',
    ),
    "unknown level": (prop("lamp", "path-1", "level", 7), DRAWING, "lamp path-1", "level", "no level 7"),
    "no id": (feature("lamp", "path-1", lambda f: f.pop("id")), DRAWING, "feature", "id", "missing"),
    "hostile id": (
        feature("lamp", "path-1", lambda f: f.__setitem__("id", "<script>")),
        DRAWING,
        "feature",
        "id",
        "not a name",
    ),
    "id twice": (
        feature("lamp", "path-1", lambda f: f.__setitem__("id", "bicycles-1")),
        DRAWING,
        "lamp bicycles-1",
        "id",
        "twice",
    ),
    "geometry kind": (
        feature("lamp", "path-1", lambda f: f["geometry"].__setitem__("type", "Polygon")),
        DRAWING,
        "lamp path-1",
        "geometry",
        "not a Point",
    ),
    "geometry null": (
        feature("lamp", "path-1", lambda f: f.__setitem__("geometry", None)),
        DRAWING,
        "lamp path-1",
        "geometry",
        "not a Point",
    ),
    "not closed": (
        feature("unit", "forecourt", lambda f: f["geometry"]["coordinates"][0].pop()),
        DRAWING,
        "unit forecourt",
        "geometry",
        "not closed",
    ),
    "bow tie": (
        moved("unit", "forecourt", [[[18, 0], [42, 14], [42, 0], [18, 14], [18, 0]]]),
        DRAWING,
        "unit forecourt",
        "geometry",
        "crosses itself",
    ),
    "degrees": (moved("lamp", "path-1", [4_320_000.0, 52.0]), DRAWING, "lamp path-1", "geometry", "too far"),
    "one box": (
        feature("passage", "north", lambda f: f["geometry"]["coordinates"].pop()),
        DRAWING,
        "passage north",
        "geometry",
        "two boxes",
    ),
    "shop hours": (prop("shop", "kiosk", "closes", "06:00"), DRAWING, "shop kiosk", "closes", "not after"),
    # layout.geojson: sense
    "units upon units": (
        more(*(made("unit", f"u{k}", "Polygon", ring(-500, -500, 1000, 1000), **UNIT) for k in range(9))),
        DRAWING,
        "unit u0",
        "geometry",
        "more than 4 times",
    ),
    "platform zone": (
        prop("platform", "1", "zone", "platfrom"),
        DRAWING,
        "platform 1",
        "zone",
        'mean "platform"',
    ),
    "platform level": (prop("platform", "1", "level", -1), DRAWING, "platform 1", "level", "lies on level 0"),
    "access shares": (
        prop("access", "path", "share", 0.9),
        DRAWING,
        "access path, bicycles",
        "share",
        "add up",
    ),
    "no access": (without("access"), DRAWING, "", "features", "no access"),
    "no platform": (without("platform"), DRAWING, "", "features", "no platform"),
    "no wall": (without("wall"), DRAWING, "", "features", "no wall"),
    "lamp in a wall": (
        moved("lamp", "path-1", [18.05, 2.0]),
        DRAWING,
        "lamp path-1",
        "geometry",
        "in a wall",
    ),
    "lamp off the floor": (
        moved("lamp", "path-1", [12.0, 18.0]),
        DRAWING,
        "lamp path-1",
        "geometry",
        "off every",
    ),
    "lamp on the other level": (
        moved("lamp", "underpass-1", [12.0, 6.5]),
        DRAWING,
        "lamp underpass-1",
        "geometry",
        "off every",
    ),
    "camera off the floor": (
        moved("camera", "platform", [-9.0, 25.5]),
        DRAWING,
        "camera platform",
        "geometry",
        "off every",
    ),
    "spot in a kiosk": (
        more(
            walled(24, 4, 2, 2, "kiosk"),
            walled(24.25, 4.25, 1.5, 1.5, "k2"),
            made("spot", "s", "Point", [24.1, 4.3], category="seat"),
        ),
        DRAWING,
        "spot s",
        "geometry",
        "in a wall",
    ),
    "stairs that lead nowhere": (
        moved("passage", "north", [ring(29, 26, 2, 1.5), ring(29, 40, 2, 1)]),
        DRAWING,
        "passage north",
        "geometry",
        "leads nowhere.*second box",
    ),
    "passage over itself": (
        feature(
            "passage",
            "north",
            lambda f: (
                f["properties"].update(level=0, level_b=0, rise_m=0.0),
                f["geometry"].update(coordinates=[ring(29, 22, 2, 1), ring(29, 22, 2, 1)]),
            ),
        ),
        DRAWING,
        "passage north",
        "geometry",
        "over each other",
    ),
    "rise": (
        prop("passage", "north", "rise_m", -3.5),
        DRAWING,
        "passage north",
        "rise_m",
        "lies 3.5 m above",
    ),
    "shorter than its rise": (
        prop("passage", "north", "length_m", 2.0),
        DRAWING,
        "passage north",
        "length_m",
        "shorter",
    ),
    "unreachable platform": (
        without("passage", "north"),
        DRAWING,
        "platform 1",
        "geometry",
        "cannot be reached",
    ),
    "one-way out": (
        prop("passage", "north", "direction", "b_to_a"),
        DRAWING,
        "platform 2",
        "geometry",
        "cannot be reached",
    ),
    "one-way in": (
        prop("passage", "north", "direction", "a_to_b"),
        DRAWING,
        "platform 2",
        "geometry",
        "no way out",
    ),
    "closed door": (
        more(made("wall", "shut", "LineString", [[28, 15], [32, 15]], level=-1)),
        DRAWING,
        "platform 1",
        "geometry",
        "cannot be reached",
    ),
    "lonely access": (
        more(made("wall", "shut", "LineString", [[42, 3], [42, 11]])),
        DRAWING,
        "access bicycles",
        "geometry",
        "no way leads",
    ),
    "lonely unit": (
        more(made("unit", "isle", "Polygon", ring(70, 0, 4, 4), **UNIT), walled(70, 0, 4, 4, "isle")),
        DRAWING,
        "unit isle",
        "geometry",
        "no way leads",
    ),
    "unit without floor": (
        moved("unit", "bicycles", ring(60, 0, 4, 4)),
        DRAWING,
        "unit bicycles",
        "geometry",
        "leaks|no walkable",
    ),
    "unit in a wall": (
        more(made("unit", "thin", "Polygon", ring(18.02, 1, 0.05, 3), **UNIT)),
        DRAWING,
        "unit thin",
        "geometry",
        "no walkable floor",
    ),
    "open floor": (without("wall", "w1"), DRAWING, "unit", "geometry", "leaks.*walls that end in the open"),
    "overlapping levels": (text(STATION, "- -40.0", "- 0.0"), DRAWING, "unit", "geometry", "lies over level"),
    "walls over a level": (
        more(made("wall", "x", "LineString", [[20, 45], [40, 45]], level=-1)),
        DRAWING,
        "wall x",
        "geometry",
        "crosses unit forecourt of level 0",
    ),
    "two levels, one floor": (
        both(
            prop("unit", "approach", "level", -1),
            moved("unit", "approach", ring(6, 45, 12, 3)),
            prop("access", "path", "level", -1),
            moved("access", "path", ring(6, 45.5, 2, 2)),
        ),
        DRAWING,
        "unit approach",
        "level",
        "shares its floor with unit forecourt",
    ),
    "strip on other kinds": (
        prop("platform", "1", "zone", "stairs-platform"),
        DRAWING,
        "platform 1",
        "geometry",
        "units of kind stairs",
    ),
    "strip off its zone": (
        prop("platform", "1", "zone", "forecourt"),
        DRAWING,
        "platform 1",
        "geometry",
        "lies in its zone forecourt",
    ),
    "strip off the floor": (
        moved("platform", "1", ring(2, 15.5, 56, 1.5)),
        DRAWING,
        "platform 1",
        "geometry",
        "on walkable floor",
    ),
    "edge far away": (
        prop("platform", "1", "edge", [[0, 40], [60, 40]]),
        DRAWING,
        "platform 1",
        "edge",
        "step over",
    ),
    "access off its zone": (
        moved("access", "path", ring(30, 5.5, 2, 2)),
        DRAWING,
        "access path",
        "geometry",
        "lies in its zone approach",
    ),
    "sheet too large": (
        more(made("wall", "far", "LineString", [[90_000, 0], [90_001, 0]])),
        DRAWING,
        "wall far",
        "geometry",
        "more than a station",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_drawing_is_named(name: str, folder: Path) -> None:
    change, file, where, field, message = BROKEN[name]
    change(folder)
    if field.isupper():  # the path to the value; its number in the file is no matter here
        (field,) = {fault.field for fault in check_path(folder) if Path(fault.file) == folder / file}
        assert re.fullmatch(r"features\.[0-9]+\.properties\.lumen|0(\.0)+", field)
    told(folder, file, where, field, message)


def test_a_broken_part_is_not_told_twice(folder: Path) -> None:
    """A unit with a wrong owner is there: nothing that refers to it is at fault."""
    prop("unit", "platform", "owner", "Prorail")(folder)
    assert [(fault.where, fault.field) for fault in check_path(folder)] == [("unit platform", "owner")]


def test_several_faults_of_the_floor_at_once(folder: Path) -> None:
    moved("lamp", "path-1", [12.0, 18.0])(folder)
    without("passage", "north")(folder)
    places = {fault.where for fault in check_path(folder)}
    assert {"lamp path-1", "platform 1", "platform 2"} <= places
