"""``schouw walk``: what it prints, in which order, in both languages, and how it refuses; V15 along a walk."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from model.day.personas import Outlook, Persona
from model.kernels.score import TERMS, latent_of, score_of
from model.parameters import Parameters
from model.world.world import World
from scenarios.faults import StationFileError
from scenarios.persona_words import parse_persona
from scenarios.station_files import read_station
from scenarios.walks import Schouw, find_zone, merged, visit_score
from schouw.command import app
from schouw.sentences import sentences
from schouw.walking import parse_time

P = Parameters.default()
WAY = ("--from", "approach", "--to", "platform")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHOUW_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("COLUMNS", "140")
        yield


def walk(*words: str) -> Result:
    return CliRunner().invoke(app, ["walk", *words])


def test_a_walk_tells_score_and_reasons_stretch_by_stretch() -> None:
    done = walk("shoebox", "--persona", "woman,22,alone", *WAY, "--time", "23:00")
    assert done.exit_code == 0, done.output
    text = done.stdout
    assert "Wednesday 18 November 2026, 23:00. From Approach to Platform" in text
    assert "woman of 22, alone, travels often - the station as it is" in text
    assert "Everywhere: dark outside −0.5" in text
    rows = [line for line in text.splitlines() if re.match(r"^ *\d+ ", line)]
    assert len(rows) > 5
    assert any("stairs to Underpass" in row for row in rows)
    assert [int(row.split()[0]) for row in rows] == sorted(int(row.split()[0]) for row in rows)
    assert "Least safe: " in text
    assert "not measured" in text


def test_the_middle_of_each_stretch_lies_on_its_level() -> None:
    """Along the way, passages counted: else what is said of the platform is drawn in the underpass."""
    inputs = read_station("shoebox")
    layout = inputs.layout
    schouw = Schouw(inputs, Outlook(inputs, World.of(inputs)), parse_time("23:00"), "base")
    start, goal = (find_zone(layout, word, "") for word in ("approach", "platform"))
    way = schouw.walk(Persona("woman", 22), start, goal)
    assert np.all(np.diff(way.along) > 0)
    assert sum(stretch.passage != "" for stretch in way.stretches) == 2
    levels = {zone.id: zone.level for zone in layout.zones}
    for stretch in way.stretches:
        middle = int(np.argmin(np.abs(way.along - (stretch.from_m + stretch.metres / 2))))
        assert stretch.passage or way.levels[middle] == levels[stretch.zone]


def test_json_is_the_walk_with_every_term_in_points() -> None:
    done = walk("shoebox", "--persona", "woman,22,alone", "--persona", "man,70", *WAY, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["from"], found["to"], found["time"]) == ("approach", "platform", "23:00")
    woman, man = found["walks"]
    assert (woman["persona"]["gender"], man["persona"]["age"]) == ("woman", 70)
    assert man["seconds"] > woman["seconds"]  # walks slower
    for one in found["walks"]:
        scored = [s for s in one["stretches"] if s["score"] is not None]
        for stretch in scored:
            assert set(stretch["points"]) == set(TERMS)
            whole = stretch["start"] + sum(stretch["points"].values()) / P.feel_score_slope
            assert stretch["latent"] == pytest.approx(whole, abs=1e-9)
            assert stretch["score"] == pytest.approx(score_of(whole), abs=1e-9)
            assert 1 <= stretch["lowest"] <= stretch["score"] + 1e-9
        lowest = one["stretches"][one["least_safe"]]
        assert lowest["score"] == min(s["score"] for s in scored)
        ends = [s["from_m"] + s["metres"] for s in one["stretches"]]
        assert ends[-1] == pytest.approx(one["metres"], abs=0.2)
    pairs = zip(woman["stretches"], man["stretches"], strict=True)
    assert all(m["score"] > w["score"] for w, m in pairs if w["score"] is not None)


def test_two_scenarios_stand_side_by_side_and_lamps_help() -> None:
    words = ("shoebox", "--persona", "woman,22,alone", "--scenario", "brighter-lamps", *WAY)
    done = walk(*words)
    assert done.exit_code == 0, done.output
    assert "A  woman of 22" in done.stdout
    assert "B  woman of 22, alone, travels often - Brighter lamps" in done.stdout
    assert "B: light +" in done.stdout
    base, lamps = json.loads(walk(*words, "--json").stdout)["walks"]
    assert (base["scenario"], lamps["scenario"]) == ("base", "brighter-lamps")
    assert lamps["visit_score"] > base["visit_score"]


def test_a_walk_in_dutch(tmp_path: Path) -> None:
    picture = tmp_path / "weg.svg"
    done = walk("shoebox", "--persona", "vrouw,22,alleen", *WAY, "--language", "nl", "--out", str(picture))
    assert done.exit_code == 0, done.output
    assert "woensdag 18 november 2026" in done.stdout
    assert "vrouw van 22, alleen, reist vaak" in done.stdout
    assert "donker buiten −0,5" in done.stdout
    assert "Minst veilig: " in done.stdout
    svg = picture.read_text("utf-8")
    assert svg.startswith("<svg")
    assert "polyline" in svg
    assert "vrouw van 22" in svg


def test_by_day_a_walk_feels_safer_than_at_night() -> None:
    noon, night = (
        json.loads(walk("shoebox", *WAY, "--time", time, "--date", "2026-06-17", "--json").stdout)["walks"][0]
        for time in ("12:00", "00:45")
    )
    assert noon["visit_score"] > night["visit_score"] + 0.3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "aproach", "--to", "platform"), 'did you mean "approach"?'),
        (("--from", "approach", "--to", "approach"), "is where the walk begins"),
        ((*WAY, "--persona", "women"), 'did you mean "woman"?'),
        ((*WAY, "--persona", "woman,man"), '"man" contradicts "woman"'),
        ((*WAY, "--persona", "woman,3"), "is no age from 5 to 110"),
        ((*WAY, "--persona", "woman,limited"), "no lift or ramp on the way"),
        ((*WAY, "--time", "25:00"), "is not a time"),
        ((*WAY, "--time", "03:00"), "from 05:00 to 01:00"),
        ((*WAY, "--date", "18-11-2026"), "is not a date"),
        ((*WAY, "--scenario", "brighter-lamp"), 'did you mean "brighter-lamps"?'),
        ((*WAY, "--out", "way.png"), "an .svg file"),
        ((*WAY, "--out", "nowhere/way.svg"), "there is no folder"),
        ((*WAY, "--out", "/proc/way.svg"), "/proc cannot be written to"),
        ((*WAY, "--persona", "robot"), '"robot" is not a word of a persona (valid: woman, man, other, alone,'),
        ((*WAY, *(["--persona", "man"] * 7)), "at most 6 fit"),
    ],
)
def test_what_is_not_understood_is_told_with_exit_code_2(words: tuple[str, ...], told: str) -> None:
    done = walk("shoebox", *words)
    assert done.exit_code == 2, done.output
    assert told in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_users_file_that_cannot_be_written_is_told_without_the_name_of_a_partial_file() -> None:
    done = CliRunner().invoke(app, ["user", "/proc/users", "anna", "--password", "a long enough password"])
    assert done.exit_code == 2
    assert "/proc cannot be written to" in done.output
    assert "partial" not in done.output


def test_all_that_is_wrong_is_told_at_once() -> None:
    done = walk("shoebox", "--from", "aproach", "--to", "plattform", "--persona", "women", "--time", "99")
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 4


def test_personas_in_words() -> None:
    assert parse_persona("woman,22,alone") == Persona("woman", 22)
    assert parse_persona("Man, samen, incidenteel, bekend") == Persona(
        "man", 30, regular=False, familiar=True, alone=False
    )
    assert parse_persona("wheelchair").mobility == "limited"
    with pytest.raises(StationFileError) as error:
        parse_persona("womann,alonne")
    assert len(error.value.faults) == 2


def test_zones_are_found_by_id_name_and_beginning() -> None:
    layout = read_station("halte").layout
    for word in ("platform-2", "Platform 2", "PLATFORM 2", "2"):
        assert find_zone(layout, word, "--to").id == "platform-2"
    assert find_zone(layout, "squ", "--to").id == "square"
    with pytest.raises(StationFileError, match="platform-1, platform-2"):
        find_zone(layout, "platf", "--to")


def test_a_time_after_midnight_belongs_to_the_day_before() -> None:
    assert parse_time("00:30") == 24 * 3600 + 1800
    assert parse_time("05:00") == 5 * 3600


def test_a_zone_that_is_only_touched_is_no_stretch() -> None:
    zone = np.repeat([3, 4, 3, 5], [80, 8, 80, 80])
    ends = np.full(len(zone), -1, np.int32)
    assert np.array_equal(np.unique(merged(zone, ends)), [3, 5])
    ends[87] = 0  # unless stairs lead out of it
    assert 4 not in merged(zone, ends)[:80]


def test_v15_along_a_walk_fear_comes_in_5_s_and_calm_in_120() -> None:
    def after(first: float, then: float, seconds: int) -> float:
        """The latent value some seconds after a step, from the visit's mean over a walk that ends there."""
        low, high = score_of(first), score_of(then)
        clock = np.arange(0, seconds + 1, dtype=float)
        whole = visit_score(np.array([low] + [high] * seconds), clock, P.replace(feel_peak_share=0.0))
        before = visit_score(np.array([low] + [high] * (seconds - 1)), clock[:-1], P.replace(feel_peak_share=0.0))
        return float(latent_of(whole) * (seconds + 1) - latent_of(before) * seconds)

    assert (1.0 - after(1.0, 0.0, 5)) / 1.0 == pytest.approx(1 - np.exp(-1), rel=0.05)
    assert after(0.0, 1.0, 120) == pytest.approx(1 - np.exp(-1), rel=0.05)


def test_every_sentence_of_a_walk_stands_in_both_languages() -> None:
    english, dutch = sentences("en"), sentences("nl")
    assert set(english) == set(dutch)
    for term in TERMS:
        assert {f"term_{term}", f"reason_{term}_less", f"reason_{term}_more"} <= set(english)
    blanks = {name: set(re.findall(r"{(\w+)}", text)) for name, text in english.items()}
    assert blanks == {name: set(re.findall(r"{(\w+)}", text)) for name, text in dutch.items()}
