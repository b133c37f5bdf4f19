"""Scenario files: what they mean, and what is told of broken ones."""

import datetime
from pathlib import Path

import pytest

from model.inputs.inputs import Inputs
from scenarios.draft import archetype_names
from scenarios.faults import StationFileError
from scenarios.scenario import (
    default_scenarios,
    faults_at,
    load,
    parse_scenario,
    read_scenario,
    shipped_scenarios,
)
from scenarios.scenario_text import scenario_text
from scenarios.station_files import read_station, station_names

GOOD = """name: two-things
title: {en: Two things, nl: Twee dingen}
base: shoebox
date: 2026-11-18
window: 18:00-01:00
measures:
  - measure: brighter_lamps
    factor: 2
  - measure: patrol
    who: boa
    hours: 18:00-01:00
    zones: [platform]
"""


@pytest.fixture(scope="module")
def base() -> Inputs:
    return read_station("shoebox")


def faults(text: str) -> list[str]:
    with pytest.raises(StationFileError) as caught:
        parse_scenario(text, "s.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_a_scenario_is_a_base_and_measures_in_order(base: Inputs) -> None:
    scenario = parse_scenario(GOOD, "s.yaml")
    inputs = scenario.inputs(base)
    assert [type(measure).__name__ for measure in scenario.measures] == ["BrighterLamps", "Patrol"]
    assert inputs.window == (64800, 90000)
    assert inputs.layout.lamps[0].lumen == 2 * base.layout.lamps[0].lumen
    assert len(inputs.roster.duties) == len(base.roster.duties) + 1
    assert scenario.title_in("nl") == "Twee dingen"
    assert scenario.title_in("fr") == "Two things"


def test_measures_apply_on_top_of_each_other(base: Inputs) -> None:
    twice = parse_scenario(
        "name: a\nmeasures: [{measure: brighter_lamps, factor: 2}, {measure: brighter_lamps, factor: 3}]", "s"
    )
    assert twice.inputs(base).layout.lamps[0].lumen == 6 * base.layout.lamps[0].lumen


def test_a_scenario_without_measures_changes_nothing(base: Inputs) -> None:
    assert parse_scenario("name: nothing", "s.yaml").inputs(base) == base


def test_a_scenario_of_another_date_asks_for_the_station_of_that_date(base: Inputs) -> None:
    scenario = parse_scenario("name: a\ndate: 2026-06-21", "s.yaml")
    with pytest.raises(ValueError, match="2026, 6, 21"):
        scenario.inputs(base)


def test_all_faults_at_once_with_line_and_nearest_word() -> None:
    broken = """name: Two Things
titel: x
window: 18:00-17
measures:
  - measure: patroll
  - measure: patrol
    who: bao
    hours: 03:00-04:00
    visit_minutes: 0
  - measure: brighter_lamps
    facter: 2
  - measure: cameras
  - 12
"""
    told = faults(broken)
    assert len(told) == 11
    text = "\n".join(told)
    for expected in (
        "line 1, name",
        'line 2, titel: unknown field (did you mean "title"?',
        "line 3, window",
        'line 5, measures.0.measure: "patroll" is not a known measure (did you mean "patrol"?',
        'line 7, who: "bao" is not a known word (did you mean "boa"?',
        "line 8, hours: lie outside the service day (hours as 18:00-01:00",
        "line 9, visit_minutes",
        'line 11, facter: unknown field (did you mean "factor"?',
        "line 10, factor: is missing",
        "line 12: needs zones or positions (at) for the cameras",
        "line 13, measures.4: is not a measure",
    ):
        assert expected in text, f"{expected}\nnot in\n{text}"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is not a scenario"),
        ("- a\n- b", "is not a scenario"),
        ("name: [", "is not YAML"),
        ("name: a\nname: b", "given twice"),
        ("name: a\ndate: 18-11-2026", 'line 2, date: "18-11-2026" is not a date'),
        ("name: a\ndate: 1890-01-01", "between 1950 and 2100"),
        ("name: a\nwindow: 17", "line 2, window"),
        ("name: base", "without measures"),
        ("name: =cmd()", "name"),
        ("name: a\nmeasures: {measure: patrol}", "measures"),
        ("name: a\nmeasures:\n  - {measure: brighter_lamps, factor: .nan}", "finite"),
        ("name: a\nmeasures:\n  - {measure: brighter_lamps, factor: '2'}", "factor"),
        ("name: a\nmeasures:\n  - {measure: brighter_lamps, factor: 0}", "more than 0"),
        ("name: a\nmeasures:\n  - {measure: cameras, zones: [platform], per_zone: 1.5}", "per_zone"),
        ("name: a\nmeasures:\n  - {measure: cameras, zones: [platform], existing_too: true}", "watched"),
        ("name: a\nmeasures:\n  - {measure: cameras, at: [{level: 0, x: 1}]}", "at.0.y: is missing"),
        ("name: a\nmeasures:\n  - {measure: [patrol]}", "is not a known measure"),
    ],
)
def test_broken_files_are_named_not_raised(text: str, part: str) -> None:
    assert part in "\n".join(faults(text))


@pytest.mark.parametrize("hours", ["18:00-01:00", "05:00-25:00", "23:30-00:30", "00:00-01:00"])
def test_hours_are_of_the_service_day(hours: str) -> None:
    scenario = parse_scenario(f"name: a\nwindow: {hours}", "s.yaml")
    assert scenario.window is not None
    start, end = scenario.window
    assert 18000 <= start < end <= 90000


@pytest.mark.parametrize("hours", ["18:00", "25:00-26:00", "01:00-18:00", "x-y", "18:00-01:60", "04:00-08:00"])
def test_hours_outside_the_service_day_are_refused(hours: str) -> None:
    (told,) = faults(f"name: a\nwindow: '{hours}'")
    assert "hours as 18:00-01:00" in told


def test_what_does_not_fit_the_station_is_told_with_the_nearest_word(base: Inputs) -> None:
    text = """name: a
measures:
  - {measure: brighter_lamps, factor: 2, zones: [platfrom], lamps: [lamp-x]}
  - {measure: patrol, who: boa, hours: 18:00-01:00, zones: [underpas]}
  - {measure: cameras, at: [{level: 7, x: 1, y: 1}]}
"""
    told = "\n".join(str(fault) for fault in faults_at(parse_scenario(text, "s.yaml"), base, "s.yaml"))
    assert 'did you mean "platform"?' in told
    assert "lamp-x" in told
    assert 'did you mean "underpass"?' in told
    assert "no level 7" in told
    other = parse_scenario("name: a\nbase: halte", "s.yaml")
    assert "not for shoebox" in str(faults_at(other, base, "s.yaml")[0])


@pytest.mark.parametrize("station", ["den-haag-centraal", "halte", "intercity", "shoebox"])
def test_the_shipped_sets_fit_their_stations(station: str) -> None:
    assert station in station_names() or station in archetype_names()
    names = {"nothing", "brighter-lamps", "evening-patrol", "cameras", "all-three"}
    shipped = shipped_scenarios(station)
    presets = {name for name, path in shipped.items() if read_scenario(path).preset}
    assert presets >= {"station-deal"}
    assert set(shipped) == names | presets
    assert {path.stem for path in default_scenarios(station)} == names - {"nothing"}
    base, scenarios = load(station)
    assert base.date == datetime.date(2026, 11, 18)
    assert base.date.weekday() == 2
    assert scenarios[-1].name == "all-three"
    for name, path in shipped.items():
        scenario = read_scenario(path)
        assert scenario.name == name
        assert set(scenario.title) == {"en", "nl"}
        assert "drawn by us" in scenario.description.get("en", "").lower() or name in names
        assert "door ons getekend" in scenario.description.get("nl", "").lower() or name in names
        assert parse_scenario(scenario_text(scenario), "s.yaml") == scenario
        assert faults_at(scenario, base, str(path)) == []
        scenario.inputs(base)


def test_all_three_is_the_three_together() -> None:
    base, scenarios = load("halte")
    one = {scenario.name: scenario for scenario in scenarios}
    together = base
    for name in ("brighter-lamps", "evening-patrol", "cameras"):
        together = one[name].inputs(together)
    assert one["all-three"].inputs(base) == together


def test_load_tells_the_faults_of_all_files_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\ndate: x\n", encoding="utf-8")
    with pytest.raises(StationFileError) as caught:
        load("halte", [str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")])
    assert len(caught.value.faults) == 2
    with pytest.raises(StationFileError) as caught:
        load("halte", ["brighter-lamp", str(tmp_path / "none.yaml"), "camera"])
    told = str(caught.value)
    assert 'did you mean "brighter-lamps"?' in told
    assert 'did you mean "cameras"?' in told


def test_scenarios_of_one_call_share_date_and_window(tmp_path: Path) -> None:
    for name, line in (("a", "date: 2026-11-18"), ("b", "date: 2026-06-17"), ("c", "window: 18:00-01:00")):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\n{line}\n", encoding="utf-8")
    for pair, what in ((("a", "b"), "date"), (("a", "c"), "window")):
        with pytest.raises(StationFileError, match=f"{what}: differs"):
            load("halte", [str(tmp_path / f"{name}.yaml") for name in pair])
    base, _ = load("halte", [str(tmp_path / "b.yaml"), "nothing"])
    assert base.date == datetime.date(2026, 6, 17)


def test_a_station_without_shipped_scenarios_asks_for_files(tmp_path: Path) -> None:
    import shutil

    from scenarios.station_files import find_station

    folder = tmp_path / "mine"
    shutil.copytree(find_station("shoebox"), folder)
    text = (folder / "station.yaml").read_text(encoding="utf-8").replace("id: shoebox", "id: mine")
    (folder / "station.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StationFileError, match="no scenario ships for this station"):
        load(str(folder))
