"""Obstacles, mirrors, hours, failures, operators and upkeep in station folders: round trip, and every fault by name."""

from dataclasses import replace
from pathlib import Path

import pytest

from model.inputs.layout import Mirror, Obstacle
from model.inputs.roster import Operator
from model.inputs.upkeep import USUAL_UPKEEP, Cleaning, Repair, Upkeep
from model.world.grid import make_grid
from scenarios.check import check_path
from scenarios.check_floor import make_floor
from scenarios.file_schema import station_schema
from scenarios.station_files import read_station, write_station
from tests.breaking import DRAWING, STATION, Case, made, more, prop, raw, ring, shoebox_copy, told

KIOSK = Obstacle("kiosk", "kiosk", 0, ((36, 10), (38, 10), (38, 12), (36, 12)), 2.6, "municipality", True)
HEDGE = Obstacle("hedge", "hedge", 0, ((20, 4), (24, 4), (24, 4.4), (20, 4.4)), 1.5, "municipality")
MIRROR = Mirror("bend", -1, 29.5, -37.5, 90.0, 120.0, "ProRail")
UPKEEP = Upkeep(
    (Cleaning("dawn", 86_400.0, ("platform", "underpass"), "ProRail", 18_000.0, 0.8), Cleaning("noon", 14_400.0)),
    (Repair("ProRail", 3.0),),
    agreement=True,
)


def test_all_features_read_back_as_they_were_written(tmp_path: Path) -> None:
    inputs = read_station("shoebox")
    assert inputs.upkeep == USUAL_UPKEEP
    lamps, cameras, zones = inputs.layout.lamps, inputs.layout.cameras, inputs.layout.zones
    layout = replace(
        inputs.layout,
        obstacles=(KIOSK, HEDGE),
        mirrors=(MIRROR,),
        lamps=(replace(lamps[0], burns=(61_200, 86_400), beam="downlight"), replace(lamps[1], broken=True), *lamps[2:]),
        cameras=(replace(cameras[0], broken=True), *cameras[1:]),
        zones=(replace(zones[0], finish="light"), *zones[1:]),
        spots=tuple(replace(spot, broken=True) for spot in inputs.layout.spots),
    )
    operators = (Operator("night", 68_400, 90_000, (cameras[1].id,), 60, True), Operator("all", 18_000, 90_000))
    roster = replace(inputs.roster, operators=operators)
    for folder, offsets in ((tmp_path / "plain", None), (tmp_path / "moved", {0: (4.5, 2.0), -1: (0.0, -9.25)})):
        write_station(
            folder, layout, inputs.timetable, inputs.population, roster, upkeep=UPKEEP, offsets=offsets
        )
        assert read_station(folder) == inputs.replace(layout=layout, roster=roster, upkeep=UPKEEP)
        assert check_path(folder) == []
    floor, _ = make_floor(layout, "layout.geojson")
    assert floor is not None
    assert ((floor.parts > 0) == (make_grid(layout).floor >= 0)).all()
    bare = make_grid(inputs.layout)
    assert (bare.floor >= 0).sum() > (floor.parts > 0).sum()


OPERATORS = b"""
operators:
- {id: night, start: '18:00', end: '25:00', cameras: [platfrom]}
"""
OPERATORS_TWICE = b"""
operators:
- {id: night, start: '18:00', end: '25:00'}
- {id: night, start: '18:00', end: '17:00'}
"""
UPKEEP_TEXT = b"""
upkeep:
  cleaning:
  - {id: dawn, every_h: 24, zones: [platfrom], at: '05:00'}
"""
UPKEEP_BAD = b"""
upkeep:
  cleaning:
  - {id: dawn, every_h: -1}
"""
KIOSK_AWAY = made("obstacle", "k", "Polygon", ring(200, 200, 2, 2), category="kiosk", height_m=2.5, owner="NS")
MIRROR_AWAY = made("mirror", "m", "Point", [200.0, 200.0], bearing_deg=0.0)


def added(content: bytes):  # type: ignore[no-untyped-def]
    def change(folder: Path) -> None:
        raw(STATION, (folder / STATION).read_bytes() + content)(folder)

    return change


BROKEN: dict[str, Case] = {
    "obstacle kind": (
        more(made("obstacle", "k", "Polygon", ring(30, 4, 2, 2), category="kiosque", height_m=2.5)),
        DRAWING, "obstacle k", "category", "kiosk",
    ),
    "obstacle height": (
        more(made("obstacle", "k", "Polygon", ring(30, 4, 2, 2), category="kiosk", height_m=0)),
        DRAWING, "obstacle k", "height_m", "0",
    ),
    "obstacle off the floor": (more(KIOSK_AWAY), DRAWING, "obstacle k", "geometry", "no floor of its level"),
    "mirror off the floor": (more(MIRROR_AWAY), DRAWING, "mirror m", "geometry", "off every floor"),
    "lamp with half its hours": (
        prop("lamp", "path-1", "lit_from", "18:00"), DRAWING, "lamp path-1", "lit_until", "is missing",
    ),
    "finish": (prop("unit", "underpass", "finish", "lihgt"), DRAWING, "unit underpass", "finish", "light"),
    "operator's camera": (added(OPERATORS), STATION, "line", "cameras", 'no camera "platfrom".*platform'),
    "operator twice": (added(OPERATORS_TWICE), STATION, "line", "operators", "given twice"),
    "operator's hours": (added(OPERATORS_TWICE), STATION, "line", "operators.1.end", "not after"),
    "cleaned zone": (added(UPKEEP_TEXT), STATION, "line", "zones", 'mean "platform"'),
    "cleaning interval": (added(UPKEEP_BAD), STATION, "line", "upkeep.cleaning.0.every_h", "0"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_feature_is_named(name: str, tmp_path: Path) -> None:
    folder = shoebox_copy(tmp_path)
    change, file, where, field, message = BROKEN[name]
    change(folder)
    told(folder, file, where, field, message)


def test_the_schema_describes_every_feature() -> None:
    features = station_schema()["layout.geojson"]["properties"]["features"]["items"]["oneOf"]
    kinds = {f["properties"]["properties"]["properties"]["feature_type"]["const"] for f in features}
    assert {"obstacle", "mirror", "lamp", "unit"} <= kinds
    assert {"operators", "upkeep"} <= set(station_schema()["station.yaml"]["properties"])
