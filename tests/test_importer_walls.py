"""The importer of walls-and-zones files, and the station that it makes: Den Haag Centraal."""

import contextlib
import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inputs.layout import ZONE_KINDS, Camera, Lamp, Layout, Shop, Spot
from model.parameters import Parameters
from model.world.grid import floor_numbers, make_grid
from model.world.light import direct_light, reflected_light
from model.world.points import make_points
from scenarios.check import check_path
from scenarios.draft import STATION_FILE
from scenarios.faults import StationFileError
from scenarios.importers.clockface import read_pattern
from scenarios.importers.demand import read_counts, read_total
from scenarios.importers.den_haag import (
    DATA,
    LEVELS,
    STATION,
    UNDERPASS_STAIRS,
    Station,
    entrance_shares,
    make_station,
    write,
)
from scenarios.importers.floor import CELL_M, clear_length, map_floor
from scenarios.importers.lamps import rule_of
from scenarios.importers.walls import Source, open_zones, read_source
from scenarios.importers.zone_table import read_zones
from scenarios.station_files import find_station, read_station
from tests.test_fuzz_readers import mutated, quick

AREAS_M2 = (25307, 2184, 848, 818, 817, 256)
# the figures come from lines sampled on the raster, ours from every cell a line passes: 6 m2 apart
TOLERANCE_M2 = 10.0


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source(DATA / "denhaag_walls.json", DATA / "denhaag_graph.json")


@pytest.fixture(scope="module")
def station() -> Station:
    return make_station()


@pytest.fixture(scope="module")
def layout(station: Station) -> Layout:
    return station.layout


# the source


def test_walls_enclose_six_areas_and_all_zone_centres(source: Source) -> None:
    assert len(source.walls) == 1352
    assert len(source.nodes) == 285
    assert len(source.floor.areas_m2) == 6
    assert np.allclose(source.floor.areas_m2, AREAS_M2, atol=TOLERANCE_M2)
    assert open_zones(source) == []
    assert {source.area_of(name) for name in source.nodes} == set(range(6))


def test_level_changes_join_the_areas(source: Source) -> None:
    assert len(source.level_changes) == 24
    pairs = {frozenset((source.area_of(a), source.area_of(b))) for a, b in source.level_changes}
    assert all(len(pair) == 2 for pair in pairs)
    # the source leaves the sixth area alone: our stairs join it
    assert _joined(pairs, 0) == {0, 1, 2, 3, 4}
    ours = {frozenset((source.area_of(a), source.area_of(b))) for a, b, _ in UNDERPASS_STAIRS}
    assert _joined(pairs | ours, 0) == set(range(6))


def _joined(pairs: set[frozenset[int]], start: int) -> set[int]:
    found, size = {start}, 0
    while len(found) > size:
        size = len(found)
        for pair in pairs:
            if pair & found:
                found |= pair
    return found


def test_known_defects_are_told(source: Source) -> None:
    told = " ".join(source.notes)
    assert "9011-2" in source.nodes
    for part in ("type 100", "node 9011 occurs again", '"lausanne" is not "den-haag"'):
        assert part in told
    assert len(source.notes) == 3


def test_older_form_is_read() -> None:
    lausanne = read_source(DATA / "lausanne_walls.json", DATA / "lausanne_graph.json")
    assert (len(lausanne.walls), len(lausanne.nodes), lausanne.level_changes) == (110, 42, ())
    assert not any(node.end for node in lausanne.nodes.values())
    # its walls are open at the street, so no floor is closed; each zone is named
    assert {fault.where for fault in open_zones(lausanne)} == {f"node {name}" for name in lausanne.nodes}


def test_floor_of_a_room_with_a_column_by_hand() -> None:
    room = [(0, 0, 10, 0), (10, 0, 10, 5), (10, 5, 0, 5), (0, 5, 0, 0)]
    column = [(4.1, 2.1, 4.9, 2.1), (4.9, 2.1, 4.9, 2.9), (4.9, 2.9, 4.1, 2.9), (4.1, 2.9, 4.1, 2.1)]
    floor = map_floor([*room, *column], [(1.0, 1.0)])
    # walls on the lower and left lines stop the first row and column of cells, those above the next ones;
    # the column stops 4 x 4 cells and holds 2 x 2 more that are a void, not floor
    cells = (40 - 1) * (20 - 1) - 16
    assert floor.areas_m2 == (cells * CELL_M**2,)
    assert floor.area_at(4.5, 2.5) == -1
    assert floor.void_at(4.5, 2.5) >= 0
    assert floor.void_at(-0.5, 2.5) == -1


def test_leaking_room_is_no_floor() -> None:
    floor = map_floor([(0, 0, 10, 0), (10, 0, 10, 5), (0, 5, 0, 0)], [(1.0, 1.0)])
    assert floor.areas_m2 == ()


def test_clear_length_by_hand() -> None:
    walls = np.array([(3.0, -1.0, 3.0, 1.0), (5.0, -1.0, 7.0, 1.0)])
    assert clear_length(walls, 0.0, 0.0, 1.0, 0.0) == pytest.approx(3.0)
    assert clear_length(walls, 4.0, 0.0, 1.0, 0.0) == pytest.approx(2.0)
    assert clear_length(walls, 4.0, 0.0, 0.0, 1.0) == math.inf


# broken input


def _write(folder: Path, walls: object, graph: object) -> tuple[Path, Path]:
    paths = folder / "walls.json", folder / "graph.json"
    for path, value in zip(paths, (walls, graph), strict=True):
        path.write_text(json.dumps(value))
    return paths


NODE = {"name": "a"} | {f"{axis}{k}": 1.0 for axis in "xy" for k in (1, 2, 3, 4)}
WALL = {"x1": 0, "y1": 0, "x2": 1, "y2": 1}


def test_all_faults_of_a_source_at_once(tmp_path: Path) -> None:
    walls = {"walls": [WALL, WALL | {"x1": "one"}, {"x1": 0, "y1": 0, "x2": 1}, WALL | {"y2": 52_000_000}]}
    graph = {
        "nodes": [NODE, NODE | {"name": 7}, NODE | {"name": "b", "y4": None}],
        "connectivity": [{"node": "a", "connected_to": ["aa"]}, {"node": "a"}],
    }
    with pytest.raises(StationFileError) as caught:
        read_source(*_write(tmp_path, walls, graph))
    told = [str(fault) for fault in caught.value.faults]
    for part in (
        "walls.json, wall 1, x1: must be a number, got one",
        "walls.json, wall 2, y2: must be a number, got None",
        "use local metres",
        "graph.json, node 1, name: must be a text",
        "node b, y4",
        'there is no node aa (did you mean "a"?',
        "connectivity 1, connected_to: must be a list",
    ):
        assert any(part in line for line in told), (part, told)
    assert len(told) == 7


@pytest.mark.parametrize(
    ("walls", "graph", "part"),
    [
        ([], {"nodes": [NODE]}, "is no JSON object"),
        ({"wall": []}, {"nodes": [NODE]}, 'walls: is missing (did you mean "wall"?'),
        ({"walls": []}, {"nodes": [NODE]}, "must be a list with entries"),
        ({"walls": [WALL]}, {"nodes": {}}, "must be a list with entries"),
    ],
)
def test_broken_source_is_named(tmp_path: Path, walls: object, graph: object, part: str) -> None:
    with pytest.raises(StationFileError) as caught:
        read_source(*_write(tmp_path, walls, graph))
    assert part in str(caught.value)


def test_broken_zone_table_is_named(tmp_path: Path) -> None:
    head = "id,name,kind,owner,level,roofed,sky_view,disorder,polygon\n"
    path = tmp_path / "zones.csv"
    path.write_text(head + "a,A,platfrom,NS,0,no,1,0,0 0 1 1\nb,B,square,NS,0,no,1,0,0 0 1\n")
    with pytest.raises(StationFileError) as caught:
        read_zones(path)
    told = str(caught.value)
    assert 'line 2, kind: "platfrom" is not a known word (did you mean "platform"?' in told
    assert "line 3" in told


def test_trains_that_meet_are_named(tmp_path: Path) -> None:
    head = "line,platform,first_arrival,last_arrival,every_min,turn_min,cars,days\n"
    path = tmp_path / "lines.csv"
    path.write_text(head + "A,1,06:00,08:00,30,10,4,daily\nB,1,06:11,08:11,30,9,4,daily\n")
    with pytest.raises(StationFileError) as caught:
        read_pattern(path)
    assert len(caught.value.faults) == 1
    assert "leaves platform 1" in str(caught.value) or "has left platform 1" in str(caught.value)
    path.write_text(head + "A,1,06:00,08:00,30,10,4,weekday\nB,1,06:11,08:11,30,9,4,weekend\n")
    assert len(read_pattern(path)) == 10


READERS: dict[str, tuple[bytes, Callable[[Path], object]]] = {
    "zones": (
        b"id,name,kind,owner,level,roofed,sky_view,disorder,polygon\na,A,square,NS,0,no,1,0,0 0 9 9\n",
        read_zones,
    ),
    "lines": (
        b"line,platform,first_arrival,last_arrival,every_min,turn_min,cars,days\nA,1,06:00,08:00,30,9,4,mo-fr\n",
        read_pattern,
    ),
    "counts": (
        b"count_line,daytype,hour,mean_in,mean_out,share_of_day\nA,weekday,8,30,10,0\n",
        lambda path: read_counts(path, "weekday"),
    ),
    "total": (
        b"station,year,boardings_plus_alightings_avg_workday,source_url\nA,2019,9,u\n",
        lambda path: read_total(path, "A", 2019),
    ),
    "stops": ((DATA / "denhaag_stop_to_nodes.json").read_bytes(), entrance_shares),
    "walls": (
        json.dumps({"walls": [WALL] * 3, "nodes": [NODE], "connectivity": []}).encode(),
        lambda path: read_source(path, path),
    ),
}


@pytest.mark.parametrize("name", READERS)
@quick
@given(data=st.data())
def test_f6_importers_give_a_result_or_named_faults(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start, read = READERS[name]
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(start)
    read(path)
    path.write_bytes(data.draw(mutated(start)))
    with contextlib.suppress(StationFileError):
        read(path)


def test_a_sheet_too_wide_to_be_a_station_is_refused(tmp_path: Path) -> None:
    walls = {"walls": [{"x1": -4000, "y1": -4000, "x2": 4000, "y2": 4000}]}
    with pytest.raises(StationFileError, match="spread over 8,000 by 8,000 m"):
        read_source(*_write(tmp_path, walls, {"nodes": [NODE]}))


# the layout


def test_one_command_makes_the_shipped_folder_byte_for_byte(station: Station, tmp_path: Path) -> None:
    write(station, tmp_path)
    shipped = find_station(STATION)
    names = {path.name for path in shipped.iterdir()}
    assert STATION_FILE in names
    assert {path.name for path in tmp_path.iterdir()} == names
    for name in sorted(names):
        assert (tmp_path / name).read_bytes() == (shipped / name).read_bytes(), name


def test_folder_has_no_fault_and_reads_back(layout: Layout) -> None:
    assert check_path(find_station(STATION)) == []
    assert read_station(STATION).layout == layout


def test_walkable_floor_of_the_model_is_that_of_the_source(source: Source, layout: Layout) -> None:
    grid = make_grid(layout)
    for level, node in LEVELS:
        area = np.count_nonzero(grid.floor_level == level.ordinal) * CELL_M**2
        assert area == pytest.approx(source.floor.areas_m2[source.area_of(node)], abs=TOLERANCE_M2)


def test_platform_edges_let_sight_pass_and_columns_do_not(source: Source, layout: Layout) -> None:
    assert [p.id for p in layout.platforms] == [str(k) for k in range(1, 13)]
    walls = np.array([(w.x1, w.y1, w.x2, w.y2) for w in layout.walls if w.kind == "wall"])
    edges = np.array([(w.x1, w.y1, w.x2, w.y2) for w in layout.walls if w.kind == "edge"])
    side = {p.id: math.copysign(1.0, p.edge[0][0] - sum(x for x, _ in p.strip) / 4) for p in layout.platforms}
    assert [side[str(k)] for k in range(1, 13)] == [1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1]
    for platform in layout.platforms:
        (x, head), (_, tail) = platform.edge
        assert head > tail
        for y in np.linspace(tail + 1.0, min(head, 15.0), 20):
            edge = clear_length(edges, x, y, side[platform.id], 0.0)
            assert edge < 2.5
            assert clear_length(walls, x, y, side[platform.id], 0.0) > edge + 5.0
    # the outer side of platform 1 is blind, and a column on platform 8/9 stops sight
    assert clear_length(walls, 68.5, -50.0, -1.0, 0.0) < 2.5
    assert clear_length(walls, 130.0, -3.5, 1.0, 0.0) < 3.0
    assert 40 < len(edges) < 80


def test_passages_lie_on_floor_of_two_levels(source: Source, layout: Layout) -> None:
    assert len(layout.passages) == 24 + len(UNDERPASS_STAIRS)
    for passage in layout.passages:
        areas = []
        for box in (passage.box_a, passage.box_b):
            x, y = (sum(v) / 4 for v in zip(*box, strict=True))
            areas.append(source.floor.area_at(x, y))
        assert min(areas) >= 0
        assert areas[0] != areas[1]
        assert passage.length_m > abs(passage.rise_m) * 1.9
    kinds = Counter((p.kind, p.direction) for p in layout.passages)
    # escalators come in pairs, one up and one down
    assert kinds == {
        ("escalator", "a_to_b"): 7,
        ("escalator", "b_to_a"): 7,
        ("stairs", "both"): 10 + len(UNDERPASS_STAIRS),
    }


def test_assets_stand_on_floor_and_are_marked(layout: Layout) -> None:
    grid = make_grid(layout)
    assert len(layout.lamps) <= 600
    assert len(layout.shops) <= 64
    pieces: list[Lamp | Camera | Shop | Spot] = [*layout.lamps, *layout.cameras, *layout.shops, *layout.spots]
    for piece in pieces:
        assert piece.assumed
        number = floor_numbers(grid, np.array([piece.x]), np.array([piece.y]))[0]
        assert number >= 0, piece.id
        assert grid.floor_level[number] == piece.level, piece.id
    kinds = Counter(spot.kind for spot in layout.spots)
    assert set(kinds) == {"help_point", "camera_sign", "seat", "gate", "object"}
    # nothing in the source is an escalator zone: escalators are passages
    assert {zone.kind for zone in layout.zones} == set(ZONE_KINDS) - {"escalator"}


def test_lamps_meet_their_norm_under_the_light_of_the_model(layout: Layout) -> None:
    p = Parameters.default()
    grid = make_grid(layout)
    points = make_points(grid)
    lamps = sorted(layout.lamps, key=lambda lamp: lamp.id)
    lux = direct_light(lamps, grid, points, p)[0] + reflected_light(lamps, layout.zones, grid, points, p)
    count = len(layout.zones)
    area = np.bincount(grid.cell_zone, grid.cell_area_m2, count)
    mean = np.bincount(grid.cell_zone, grid.cell_area_m2 * lux, count) / area
    asked = np.array([rule_of(zone, p).lux for zone in layout.zones])
    # spill from the hall makes some parts outside brighter; flights between walls get a little less
    assert np.all(mean > 0.8 * asked)
    plain = np.array([zone.kind in ("concourse", "platform", "tram_platform") for zone in layout.zones])
    assert np.all(np.abs(mean - asked)[plain] < 0.15 * asked[plain])


def test_accesses_take_everybody_once(layout: Layout) -> None:
    assert sum(access.share for access in layout.accesses) == pytest.approx(1.0, abs=1e-5)
    shares = {access.id: access.share for access in layout.accesses}
    assert shares["access-west-entrance"] == pytest.approx(0.45 * 0.5 / 0.95, abs=1e-6)


# trains and people


def test_timetable_of_a_weekday(station: Station, layout: Layout) -> None:
    trains = read_station(STATION).timetable.trains
    assert len(trains) == 630
    assert {train.platform for train in trains} == {platform.id for platform in layout.platforms}
    hours = Counter((train.arrival_s or 0) // 3600 for train in trains)
    assert hours[5] < hours[12] < hours[8]
    assert hours[23] < hours[20] < hours[17]
    for train in trains:
        assert train.arrival_s is not None
        assert train.departure_s is not None
        assert 5 * 3600 <= train.arrival_s < train.departure_s <= 25 * 3600
        assert 8 * 60 <= train.departure_s - train.arrival_s <= 20 * 60
    length = {p.id: p.edge[0][1] - p.edge[1][1] for p in layout.platforms}
    car_m = Parameters.default().board_car_length_m
    assert all(train.cars * car_m <= length[train.platform] for train in trains)


def test_demand_has_the_published_total_and_a_thin_evening() -> None:
    people = read_station(STATION).population
    assert people.boardings + people.alightings == 98_818
    for profile in (people.boarding_profile, people.alighting_profile):
        assert len(profile) == 26
        assert sum(profile) == pytest.approx(1.0, abs=1e-9)
        assert not any(profile[:5])
        assert sum(profile[19:]) < 0.25
        assert sum(profile[22:]) < 0.08
    # people come to work here
    assert sum(people.alighting_profile[6:10]) > sum(people.boarding_profile[6:10])


def test_counts_are_summed_over_lines(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(
        "count_line,daytype,hour,mean_in,mean_out,share_of_day\n"
        "A,weekday,8,30,10,0\nB,weekday,8,30,10,0\nA,weekday,0,20,60,0\nA,weekday,3,99,99,0\nA,sunday,8,7,7,0\n"
    )
    into, out = read_counts(path, "weekday")
    assert (into[8], into[24], sum(into)) == (0.75, 0.25, 1.0)
    assert (out[8], out[24], sum(out)) == (0.25, 0.75, 1.0)
    with pytest.raises(StationFileError, match="has no count"):
        read_counts(path, "saturday")
