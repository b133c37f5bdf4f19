"""Station folders: what is written reads back equal, and what ships is what the drawing gives."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.inputs.roster import OUTSIDE, Duty, Roster
from model.inputs.timetable import Timetable, Train
from model.world.grid import make_grid
from scenarios import drawn_halte, drawn_shoebox
from scenarios.check_floor import make_floor
from scenarios.drawing import default_mix, default_population
from scenarios.drawn import draw
from scenarios.faults import StationFileError
from scenarios.file_schema import FEATURES, DutyPart, station_schema
from scenarios.station_files import find_station, read_station, station_names, write_station
from scenarios.table_files import (
    Call,
    parse_days,
    parse_time,
    read_calls,
    time_text,
    timetable_of,
    train_id,
    write_timetable,
)

FILES = ("station.yaml", "layout.geojson", "timetable.csv", "demand.csv", "population.csv")


def written(folder: Path, inputs: Inputs, **options: object) -> Inputs:
    """Write the inputs as a folder and read them back."""
    parts = (inputs.layout, inputs.timetable, inputs.population, inputs.roster)
    write_station(folder, *parts, **options)  # type: ignore[arg-type]
    return read_station(folder)


@pytest.mark.parametrize("name", station_names())
def test_round_trip_of_every_shipped_station(name: str, tmp_path: Path) -> None:
    inputs = read_station(name)
    assert written(tmp_path / "plain", inputs) == inputs
    aside = {level.ordinal: (13.5, -7.25 * level.ordinal) for level in inputs.layout.levels}
    assert written(tmp_path / "moved", inputs, offsets=aside) == inputs
    again = read_station(tmp_path / "moved")
    assert written(tmp_path / "twice", again, offsets=aside) == inputs
    for file in FILES:
        assert (tmp_path / "twice" / file).read_bytes() == (tmp_path / "moved" / file).read_bytes()


@pytest.mark.parametrize(("name", "drawing"), [("halte", drawn_halte), ("shoebox", drawn_shoebox)])
def test_drawn_stations_are_what_the_command_writes(name: str, drawing: object, tmp_path: Path) -> None:
    draw(tmp_path)
    for file in FILES:
        assert (tmp_path / name / file).read_bytes() == (find_station(name) / file).read_bytes(), file
    assert read_station(name).layout == drawing.layout()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["halte", "shoebox"])
def test_floor_of_the_check_is_the_floor_of_the_model(name: str) -> None:
    layout = read_station(name).layout
    grid = make_grid(layout)
    floor, faults = make_floor(layout, "layout.geojson")
    assert not faults
    assert floor is not None
    assert ((floor.parts > 0) == (grid.floor >= 0)).all()
    assert (floor.blocked == grid.blocked).all()


def test_halte_is_what_the_brief_asks() -> None:
    inputs = read_station("halte")
    assert inputs.population.boardings + inputs.population.alightings == 1500
    assert not inputs.roster.duties
    kinds = {zone.kind for zone in inputs.layout.zones}
    assert {"platform", "stairs", "underpass", "square", "bicycle_parking", "approach"} <= kinds
    for platform in ("1", "2"):
        trains = [t for t in inputs.timetable.trains if t.platform == platform]
        for hour in range(6, 24):
            assert sum(hour * 3600 <= (t.arrival_s or 0) < (hour + 1) * 3600 for t in trains) == 2
        assert min(t.arrival_s or 0 for t in trains) >= parse_time("05:30")
        assert max(t.departure_s or 0 for t in trains) <= parse_time("24:45")


def test_default_mix_adds_up() -> None:
    mix = default_mix()
    for share in ("share_day", "share_evening"):
        weights = [getattr(row, share) for row in mix]
        assert sum(weights) == pytest.approx(1, abs=1e-4)
        women = sum(getattr(row, share) for row in mix if row.gender == "woman")
        assert women == pytest.approx(0.5 if share == "share_day" else 0.45, abs=1e-4)
    population = default_population(10, 20, 0.1)
    assert sum(population.boarding_profile) == pytest.approx(1)
    assert sum(population.alighting_profile) == pytest.approx(1)


def test_date_chooses_the_trains_of_its_weekday(tmp_path: Path) -> None:
    inputs = read_station("shoebox")
    first, *rest = inputs.timetable.trains
    weekend = Train(train_id("1", None, 30_000), None, 30_000, "1", "S9", 4)
    write_station(
        tmp_path,
        inputs.layout,
        Timetable(tuple(rest), "made"),
        inputs.population,
        inputs.roster,
        days="mo-fr",
        other_calls=[Call(weekend, parse_days("weekend"), 0)],
    )
    assert read_station(tmp_path).timetable.trains == tuple(rest)
    assert first not in read_station(tmp_path).timetable.trains
    assert read_station(tmp_path, date=datetime.date(2026, 11, 21)).timetable.trains == (weekend,)


def test_a_unit_outside_comes_back_from_its_file(tmp_path: Path) -> None:
    inputs = read_station("shoebox")
    near = Duty("near", "police", 18 * 3600, 25 * 3600, (OUTSIDE,), away_s=240)
    roster = Roster((*inputs.roster.duties, near))
    write_station(tmp_path, inputs.layout, inputs.timetable, inputs.population, roster)
    assert read_station(tmp_path).roster == roster


def test_all_that_a_file_may_say_of_a_duty_comes_back(tmp_path: Path) -> None:
    inputs = read_station("shoebox")
    plain = Duty("late", "service", 18 * 3600, 25 * 3600, (inputs.layout.zones[0].id,))
    duty = replace(
        plain, order="fixed", visit_s=300, owner="gemeente", assumed=True, away_s=60, checks_tickets=True,
        body_cam=True, trained=False, alone=True, escorts=True, powers=("ask",),
    )  # fmt: skip
    fields = set(DutyPart.model_fields) - {"id", "kind", "start", "end", "zones"}
    assert {name for name in fields if getattr(duty, name) != getattr(plain, name)} == fields
    write_station(tmp_path, inputs.layout, inputs.timetable, inputs.population, Roster((duty,)))
    assert read_station(tmp_path).roster.duties == (duty,)


def test_day_without_trains_is_refused(tmp_path: Path) -> None:
    inputs = read_station("shoebox")
    parts = (inputs.layout, inputs.timetable, inputs.population, inputs.roster)
    write_station(tmp_path, *parts, days="mo-fr")
    with pytest.raises(StationFileError, match="no train runs on 2026-11-22"):
        read_station(tmp_path, date=datetime.date(2026, 11, 22))


def test_name_in_two_languages_and_offsets_are_applied(tmp_path: Path) -> None:
    path = find_station("shoebox")
    assert read_station(path / "station.yaml").layout.name == "Shoebox"
    features = json.loads((path / "layout.geojson").read_text())["features"]
    lamp = next(f for f in features if f["id"] == "underpass-1")
    on_sheet = next(x for x in read_station(path).layout.lamps if x.id == "underpass-1")
    assert lamp["geometry"]["coordinates"][1] == pytest.approx(on_sheet.y + 40)


def test_files_saved_by_an_editor_are_read(tmp_path: Path) -> None:
    """QGIS writes null for absent properties, a name and a crs; a wall may be a line of several points."""
    for file in FILES:
        (tmp_path / file).write_bytes((find_station("shoebox") / file).read_bytes())
    drawing = json.loads((tmp_path / "layout.geojson").read_text())
    names = {key for feature in drawing["features"] for key in feature["properties"]}
    for feature in drawing["features"]:
        feature["properties"] = {**dict.fromkeys(names), **feature["properties"], "id": feature.pop("id")}
    drawing["features"].append(
        {
            "type": "Feature",
            "properties": {"id": "kiosk", "feature_type": "wall", "level": 0},
            "geometry": {"type": "LineString", "coordinates": [[38, 2], [40, 2], [40, 4]]},
        }
    )
    drawing |= {"name": "layout", "crs": {"type": "name", "properties": {"name": "x"}}}
    (tmp_path / "layout.geojson").write_text(json.dumps(drawing))
    layout = read_station(tmp_path).layout
    plain = read_station("shoebox").layout
    assert replace(layout, walls=layout.walls[:-2]) == plain
    assert [wall.id for wall in layout.walls[-2:]] == ["kiosk:0", "kiosk:1"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_f9_spreadsheet_forms_of_a_table_are_read(mark: str, start: str, end: str, tmp_path: Path) -> None:
    for file in FILES:
        (tmp_path / file).write_bytes((find_station("shoebox") / file).read_bytes())
    rows = ["hour,boarding_share,alighting_share,source", "7,0.25,0.5,x", "8,0.75,0.5,y"]
    text = end.join(row.replace(",", mark) for row in rows) + end
    if mark == ";":
        text = text.replace("0.", "0,")
    (tmp_path / "demand.csv").write_text(start + text, newline="")
    population = read_station(tmp_path).population
    assert population.boarding_profile[7:9] == (0.25, 0.75)
    assert population.alighting_profile[7:9] == (0.5, 0.5)


def test_schema_has_prose_for_every_field() -> None:
    schema = station_schema()
    json.dumps(schema)
    parts = [*schema["station.yaml"]["$defs"].values(), schema["station.yaml"]]
    items = schema["layout.geojson"]["properties"]["features"]["items"]["oneOf"]
    parts += [item["properties"]["properties"] for item in items]
    assert len(items) == len(FEATURES)
    for part in parts:
        for name, field in part["properties"].items():
            assert field.get("description") or field.get("const"), (part["title"], name)


times = st.integers(18_000, 90_000)


@given(
    st.lists(
        st.tuples(times, st.integers(0, 600), st.sampled_from(["1", "2", "14a"]), st.sampled_from("abc")),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_timetable_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, str, str]]
) -> None:
    trains = []
    for arrival, dwell, platform, kind in rows:
        begin = None if kind == "b" else arrival
        end = None if kind == "c" else min(arrival + dwell, 90_000)
        name = train_id(platform, begin, end) if kind == "a" else f"T{arrival}"
        trains.append(Train(name, begin, end, platform, f"line {kind}", 1 + dwell % 12))
    path = tmp_path_factory.mktemp("t") / "timetable.csv"
    write_timetable(path, [Call(train, parse_days("daily"), 0) for train in trains])
    calls, faults = read_calls(path)
    assert not faults
    assert sorted(timetable_of(calls, 3).trains, key=repr) == sorted(trains, key=repr)


@given(st.integers(0, 30 * 3600 - 1))
def test_times_read_back(seconds: int) -> None:
    assert parse_time(time_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mo-fr", "12345"),
        ("weekday", "12345"),
        ("weekend", "67"),
        ("daily", "1234567"),
        ("1234567", "1234567"),
        ("sa,su", "67"),
        ("fr-mo", "1567"),
        ("MO", "1"),
        ("135", "135"),
    ],
)
def test_days(text: str, days: str) -> None:
    assert parse_days(text) == {int(digit) - 1 for digit in days}


@pytest.mark.parametrize("text", ["", "mo-", "funday", "8", "mo-fri", "0"])
def test_days_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no days"):
        parse_days(text)


def test_layout_type_is_whole() -> None:
    """Every field of the layout is read from a file: a new one must be given a place in the format."""
    assert set(Layout.__dataclass_fields__) == {
        "id", "name", "latitude", "longitude", "levels", "walls", "zones", "platforms", "accesses",
        "passages", "lamps", "cameras", "shops", "spots", "attribution", "north_deg", "obstacles", "mirrors",
        "gate_lines",
    }  # fmt: skip
