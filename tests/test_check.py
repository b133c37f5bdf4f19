"""``check`` names file, place and field of every fault, all at once, and never ends in a traceback."""

from pathlib import Path

import pytest

from scenarios.check import check_path
from scenarios.scenario import SHIPPED
from scenarios.station_files import station_names
from tests.breaking import (
    DEMAND,
    DRAWING,
    MIX,
    STATION,
    TRAINS,
    Case,
    prop,
    raw,
    recoded,
    shoebox_copy,
    text,
    told,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shoebox to be broken."""
    return shoebox_copy(tmp_path)


BROKEN: dict[str, Case] = {
    # station.yaml
    "station file missing": (lambda f: (f / STATION).unlink(), STATION, "", "", "no such file"),
    "station not yaml": (raw(STATION, b"id: [1, 2\nname: x"), STATION, "line", "", "not YAML"),
    "station a list": (raw(STATION, b"- 1\n- 2\n"), STATION, "line 1", "", "field: value"),
    "unknown field": (
        text(STATION, "latitude", "lattitude"),
        STATION,
        "line 6",
        "lattitude",
        'mean "latitude"',
    ),
    "field missing": (text(STATION, "latitude: 52.08\n", ""), STATION, "line 1", "latitude", "is missing"),
    "latitude a word": (text(STATION, "52.08", "north"), STATION, "line 6", "latitude", "no number"),
    "latitude too large": (text(STATION, "52.08", "520.8"), STATION, "line 6", "latitude", "at most 90"),
    "infinite": (text(STATION, "52.08", ".inf"), STATION, "line 6", "", "not a finite number"),
    "level twice": (text(STATION, "ordinal: -1", "ordinal: 0"), STATION, "line", "levels", "given twice"),
    "guard kind": (
        text(STATION, "kind: guard", "kind: gard"),
        STATION,
        "line",
        "roster.0.kind",
        'mean "guard"',
    ),
    "duty zone": (text(STATION, "- underpass", "- underpas"), STATION, "line", "zones", 'mean "underpass"'),
    "duty in and out": (text(STATION, "- underpass", "- outside"), STATION, "line", "zones", "stands alone"),
    "duty outside day": (text(STATION, "23:00", "26:00"), STATION, "line", "roster.0.end", "outside 05:00"),
    "duty backwards": (text(STATION, "23:00", "18:00"), STATION, "line", "roster.0.end", "not after"),
    "duty time": (text(STATION, "19:00", "7pm"), STATION, "line", "roster.0.start", "not in the form"),
    "path traversal": (
        text(STATION, "file: layout.geojson", "file: ../layout.geojson"),
        STATION,
        "line",
        "layout.file",
        "not in the form",
    ),
    "f7 tag": (text(STATION, "id: shoebox", "id: !!python/name:os.system x"), STATION, "line 2", "", "tags"),
    "f7 alias bomb": (
        raw(STATION, b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
        STATION,
        "line 1",
        "",
        "aliases",
    ),
    "f7 depth": (raw(STATION, b"a: " + b"[" * 60_000), STATION, "line 1", "", "nested too deeply"),
    "f7 key twice": (
        text(STATION, "id: shoebox\n", "id: shoebox\nid: two\n"),
        STATION,
        "line 3",
        "id",
        "twice",
    ),
    "f7 large": (raw(STATION, b"# x\n" * 30_000), STATION, "", "", "more than the"),
    # timetable.csv
    "missing platform": (text(TRAINS, "05:36,1,", "05:36,3,"), TRAINS, "line 2", "platform", "no platform"),
    "two trains": (
        text(TRAINS, "05:50,05:51,2", "05:35:30,05:51,1"),
        TRAINS,
        "line 3",
        "arrival",
        "line 2 of",
    ),
    "departs first": (
        text(TRAINS, "05:35,05:36", "05:35,05:34"),
        TRAINS,
        "line 2",
        "departure",
        "before the arr",
    ),
    "too early": (text(TRAINS, "05:35,05:36", "04:35,05:36"), TRAINS, "line 2", "arrival", "outside 05:00"),
    "after midnight": (text(TRAINS, "05:35,05:36", ",00:10"), TRAINS, "line 2", "departure", "24:10"),
    "no time": (text(TRAINS, "05:35,05:36", ","), TRAINS, "line 2", "arrival", "neither"),
    "no number": (text(TRAINS, "S1 south,2,", "S1 south,two,"), TRAINS, "line 2", "cars", "not a number"),
    "half a car": (text(TRAINS, "S1 south,2,", "S1 south,2.5,"), TRAINS, "line 2", "cars", "whole"),
    "days": (text(TRAINS, "1234567", "weekdays"), TRAINS, "line 2", "days", "names no days.*mo-fr"),
    "column name": (text(TRAINS, "platform", "platfrom"), TRAINS, "line 1", "platfrom", 'mean "platform"'),
    "column missing": (text(TRAINS, ",days", ""), TRAINS, "line 1", "days", "missing"),
    "cells missing": (text(TRAINS, "05:35,05:36,1", "05:35,05:36"), TRAINS, "line 2", "", "5 cells"),
    "no train": (raw(TRAINS, b"arrival,departure,platform,line,cars,days\n"), TRAINS, "", "", "no train"),
    "f9 empty": (raw(TRAINS, b""), TRAINS, "line 1", "", "empty"),
    "f9 UTF-16": (recoded(TRAINS, "utf-16"), TRAINS, "", "", "UTF-16"),
    "f9 NUL": (text(TRAINS, "S1 south", "S1\0south"), TRAINS, "line 2", "", "NUL"),
    "f9 latin-1": (raw(TRAINS, b"arrival\n\xe9\n"), TRAINS, "line 2", "", "UTF-8"),
    "f9 columns": (raw(TRAINS, b"a" + b",a" * 900_000), TRAINS, "line 1", "", "more than 64 columns"),
    "f9 open quote": (text(TRAINS, "S1 south", '"S1 south'), TRAINS, "line", "", "not CSV|cells"),
    # demand.csv and population.csv
    "profile": (text(DEMAND, "7,0.137", "7,0.237"), DEMAND, "", "boarding_share", r"adds up to 1\.1000"),
    "no train for anybody": (
        raw(TRAINS, b"arrival,departure,platform,line,cars,days\n08:00,,1,S1,2,1234567\n"),
        STATION,
        "demand",
        "boardings",
        "none of the hours with people .* has a train that leaves",
    ),
    "profile twice": (text(DEMAND, "\n8,", "\n7,"), DEMAND, "line 10", "hour", "twice"),
    "profile at night": (text(DEMAND, "\n3,0,", "\n3,0.1,"), DEMAND, "line 5", "boarding_share", "outside"),
    "profile negative": (
        text(DEMAND, "7,0.137", "7,-0.137"),
        DEMAND,
        "line 9",
        "boarding_share",
        "between 0",
    ),
    "gender": (text(MIX, "woman", "women"), MIX, "line 2", "gender", 'mean "woman"'),
    "age band": (text(MIX, "15-24", "15-25"), MIX, "line 2", "age_band", 'mean "15-24"'),
    "regular": (text(MIX, "true,true", "yes,true"), MIX, "line 2", "regular", "not a known word"),
    "nobody": (
        raw(
            MIX,
            b"gender,age_band,regular,luggage,group_size,share_day,share_evening,source\nman,65+,true,true,1,0,0,x\n",
        ),
        MIX,
        "",
        "share_day",
        "nobody",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_named(name: str, folder: Path) -> None:
    change, file, where, field, message = BROKEN[name]
    change(folder)
    told(folder, file, where, field, message)


def test_f9_numbers_with_a_comma_inside_a_comma_file(folder: Path) -> None:
    text(DEMAND, "7,0.137", "7,0,137")(folder)
    told(folder, DEMAND, "line 9", "", "5 cells")


@pytest.mark.parametrize("name", station_names())
def test_shipped_stations_have_no_fault(name: str) -> None:
    assert check_path(name) == []


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    prop("lamp", "path-1", "lumen", -5)(folder)
    prop("unit", "forecourt", "owner", "Prorail")(folder)
    text(STATION, "kind: guard", "kind: gard")(folder)
    text(TRAINS, "05:36,1,", "05:36,3,")(folder)
    text(TRAINS, "05:50,05:51", "05:51,05:50")(folder)
    text(DEMAND, "7,0.137", "7,0.237")(folder)
    text(MIX, "woman", "women")(folder)
    faults = {(Path(fault.file).name, fault.where, fault.field) for fault in check_path(folder)}
    assert faults == {
        (STATION, "line 36", "roster.0.kind"),
        (DRAWING, "unit forecourt", "owner"),
        (DRAWING, "lamp path-1", "lumen"),
        (TRAINS, "line 2", "platform"),
        (TRAINS, "line 3", "departure"),
        (DEMAND, "", "boarding_share"),
        (MIX, "line 2", "gender"),
    }


def test_a_table_in_a_station_is_checked_against_it(folder: Path) -> None:
    text(TRAINS, "05:36,1,", "05:36,3,")(folder)
    prop("lamp", "path-1", "lumen", -5)(folder)
    (fault,) = check_path(folder / TRAINS)
    assert fault.field == "platform"
    (fault,) = check_path(folder / DRAWING)
    assert fault.field == "lumen"


@pytest.mark.parametrize("file", [TRAINS, DEMAND, MIX])
def test_a_table_alone_is_checked_by_its_columns(folder: Path, file: str) -> None:
    alone = folder / "elsewhere"
    alone.mkdir()
    path = alone / "mine.csv"
    path.write_bytes((folder / file).read_bytes())
    assert check_path(path) == []
    path.write_text(path.read_text().replace("\n", "\n,", 1))
    assert [fault.where for fault in check_path(path)] == ["line 2"]
    path.write_text("colour,size\nred,3\n")
    assert "is no timetable" in check_path(path)[0].message


def test_trains_that_meet_are_found_in_a_timetable_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "arrival,departure,platform,line,cars,days\n"
        "08:00,08:30,1,A,4,mo-fr\n"
        "08:10,08:12,1,B,4,sa\n"
        "08:12,08:14,1,C,4,fr-su\n"
        "08:30,08:31,2,D,4,daily\n"
    )
    meeting = [(fault.where, fault.field) for fault in check_path(path)]
    assert meeting == [("line 4", "arrival"), ("line 4", "arrival")]  # with line 2 on Friday, 3 on Saturday


@pytest.mark.parametrize("word", ["shoebx", "/nowhere/at/all", "x" * 5000, "a\0b", ""])
def test_what_is_no_station_is_said(word: str) -> None:
    faults = check_path(word)
    assert faults
    assert all(fault.message for fault in faults)
    if word == "shoebx":
        assert "shoebox" in faults[0].remedy


def test_a_folder_without_any_file_is_said(tmp_path: Path) -> None:
    faults = check_path(tmp_path)
    assert {Path(fault.file).name for fault in faults} == {STATION, DRAWING, TRAINS, DEMAND, MIX}
    assert all("no such file" in fault.message for fault in faults)


SCENARIO = """name: evening
base: {base}
date: {date}
measures:
  - measure: {measure}
    factor: 2.0
"""


@pytest.mark.parametrize(
    ("change", "where", "field", "message"),
    [
        ({"base": "shoebx"}, "", "base", 'mean "shoebox"'),
        ({"measure": "brighter_lamp"}, "line 5", "measures.0.measure", 'mean "brighter_lamps"'),
        ({"date": "2026-02-30"}, "line 3", "date", "not a date"),
        ({"base": "[1"}, "line", "", "not YAML"),
    ],
)
def test_scenario_files_are_checked(
    tmp_path: Path, change: dict[str, str], where: str, field: str, message: str
) -> None:
    path = tmp_path / "evening.yaml"
    words = {"base": "shoebox", "date": "2026-11-18", "measure": "brighter_lamps"}
    path.write_text(SCENARIO.format(**(words | change)))
    faults = check_path(path)
    assert any(
        where in fault.where and fault.field == field and message in f"{fault.message} {fault.remedy}"
        for fault in faults
    ), faults
    assert check_path(tmp_path / "none.yaml")[0].message == "there is no such file"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_shipped_scenarios_have_no_fault(path: Path) -> None:
    assert check_path(path) == []


def told_of(tmp_path: Path, text: str) -> str:
    file = tmp_path / "days.yaml"
    file.write_text(text, encoding="utf-8")
    return "\n".join(str(fault) for fault in check_path(file))


def test_a_misspelt_station_and_unreadable_measures_hide_no_other_fault(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        "name: X y\nbase: haltee\nmeasures:\n  - {measure: patrol, who: boa, hours: 19:00-19:00}\n"
        "  - {measure: brighter_lamps, factor: 2, zones: [platfrom]}\n",
    )
    assert '"X y" is not in the form' in told
    assert 'did you mean "halte"?' in told
    assert "hours: begin and end at 19:00" in told
    assert 'measure 2, zones: "platfrom" is no zone' in told


def test_a_scenario_of_an_unheard_of_station_is_no_more_than_that(tmp_path: Path) -> None:
    told = told_of(tmp_path, "name: x\nbase: qqq\nmeasures:\n  - {measure: cleaning, every_hours: 4, zones: [bar]}\n")
    assert "qqq: is no station" in told
    assert "bar" not in told


def test_faults_of_form_are_told_without_words_of_the_reader(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        'name: ""\nbase: 3\ntitle: {en: 3, nl: ""}\ndescription: a\npreset: maybe\nmeasures:\n'
        "  - {measure: patrol, who: boa, hours: 19:00-20:00, units: 1.5}\n"
        "  - {measure: brighter_lamps, factor: 0, zones: platform}\n"
        "  - {measure: cleaning, every_hours: 1000}\n",
    )
    for word in ("input", "valid", "string", "tuple", "boolean", "integer", "dictionary", "instance"):
        assert word not in told, told
    assert "must be more than 0, not 0" in told
    assert "must be at most 168, not 1000" in told
    assert '"platform" is no list' in told
