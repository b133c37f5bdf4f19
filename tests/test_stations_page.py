"""The page about stations of one's own: its example works, its faults are told, its tables are those of the format."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs import make_stations_page as page
from model.station import run_day
from model.world.world import World
from scenarios.check import check_path
from scenarios.file_schema import FEATURES
from scenarios.station_files import read_station
from scenarios.table_files import DEMAND_COLUMNS, MIX_COLUMNS, TIMETABLE_COLUMNS
from schouw.command import app

TEXT = page.PAGE.read_text("utf-8")
FILES = dict(re.findall(r"^`my-halt/([a-z.]+)`\n\n```\w+\n(.*?)```", TEXT, re.M | re.S))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The station of the page, written word for word, and its scenario beside it."""
    (tmp_path / "my-halt").mkdir()
    for name, text in FILES.items():
        (tmp_path / "my-halt" / name).write_text(text, "utf-8")
    (scenario,) = re.findall(r"```yaml\n(name: .*?)```", TEXT, re.S)
    (tmp_path / "my-lamps.yaml").write_text(scenario, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "my-halt"


def test_the_tables_are_up_to_date() -> None:
    assert page.filled(TEXT) == TEXT, "run python docs/make_stations_page.py"


def test_every_kind_of_feature_and_every_column_is_told() -> None:
    for part, _ in FEATURES.values():
        assert f"<!-- fields: {part.__name__} own -->" in TEXT
    for column in {*TIMETABLE_COLUMNS, *DEMAND_COLUMNS, *MIX_COLUMNS}:
        assert f"`{column}`" in TEXT


def test_the_example_is_a_station_without_faults(folder: Path) -> None:
    assert sorted(FILES) == ["demand.csv", "layout.geojson", "population.csv", "station.yaml", "timetable.csv"]
    said = CliRunner().invoke(app, ["check", "my-halt"])
    assert said.exit_code == 0
    assert said.stdout == "my-halt: nothing wrong.\n"


def test_its_scenario_has_no_faults(folder: Path) -> None:
    assert check_path("my-lamps.yaml") == []


def test_a_day_of_it_runs(folder: Path) -> None:
    base = read_station("my-halt")
    counts = run_day(base, World.of(base), seed=1, day=1).counts
    assert 30 < counts["boarded"] < 90
    assert 30 < counts["alighted"] < 90
    assert counts["inside"] == 0


def test_faults_are_told_as_the_page_shows(folder: Path) -> None:
    for name, right, wrong in (
        ("layout.geojson", '"zone": "square"', '"zone": "sqare"'),
        ("timetable.csv", "20:06,1", "20:06,2"),
        ("demand.csv", "20,0.4", "20,0.3"),
    ):
        text = (folder / name).read_text("utf-8")
        assert right in text
        (folder / name).write_text(text.replace(right, wrong), "utf-8")
    shown = re.findall(r"^    (my-halt/.*)$", TEXT, re.M)
    assert sorted(map(str, check_path("my-halt"))) == sorted(shown)


@pytest.mark.parametrize("name", ["unit", "wall", "platform", "access"])
def test_what_the_page_calls_needed_is_needed(folder: Path, name: str) -> None:
    file = folder / "layout.geojson"
    drawing = json.loads(file.read_text("utf-8"))
    drawing["features"] = [one for one in drawing["features"] if one["properties"]["feature_type"] != name]
    file.write_text(json.dumps(drawing), "utf-8")
    assert any(f"there is no {name}" in str(fault) for fault in check_path("my-halt"))
