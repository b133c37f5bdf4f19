"""The command ``schouw season``: its table, that it goes on where it was stopped, and what it says."""

import csv
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

import schouw.season
from model.seasons.season import Season
from scenarios.scenario import find_scenario, read_scenario
from scenarios.seasons import Reading, csv_text, run_arms
from schouw.command import app
from schouw.season import format_decimal_or_percent
from tests.day_harness import world_of
from tests.season_harness import felt

RUNNER = CliRunner()
WEEKS = 3


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Days made by a formula; counts them."""
    days: list[int] = []
    run = felt(harm=1e-3)

    def counted(*given: object) -> object:
        days.append(1)
        return run(*given)  # type: ignore[arg-type]

    arms = partial(run_arms, fields_of=world_of, make_season=partial(Season, run_day=counted))
    monkeypatch.setattr(schouw.season, "run_arms", arms)
    return days


def call(*words: str) -> Callable[[], object]:
    return RUNNER.invoke(app, ["season", "shoebox", *words])  # type: ignore[return-value]


def test_season_writes_its_table_and_goes_on_where_it_was(quick: list[int], tmp_path: Path) -> None:
    result = call("--weeks", "2", "--out", str(tmp_path), "--scenario", "nothing")
    assert result.exit_code == 0, result.output
    assert len(quick) == 2 * (3 + 2 * 3)  # both arms: three days before, and three a week
    table = (tmp_path / "season.csv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert {row["scenario"] for row in rows} == {"base", "nothing"}
    assert {row["week"] for row in rows} == {"1", "2"}
    more = call("--weeks", "3", "--out", str(tmp_path), "--scenario", "nothing")
    assert more.exit_code == 0
    assert len(quick) == 2 * (3 + 3 * 3)  # one week more, nothing again
    longer = (tmp_path / "season.csv").read_text("utf-8")
    assert longer.startswith(table)
    assert "--weeks" not in more.output
    assert "One season is one draw" in " ".join(more.output.split())


def test_v32_a_scenario_that_changes_nothing_has_the_rows_of_the_base(quick: list[int], tmp_path: Path) -> None:
    call("--weeks", "2", "--out", str(tmp_path), "--scenario", "nothing")
    rows = list(csv.DictReader((tmp_path / "season.csv").read_text("utf-8").splitlines()))
    arms = [[{**row, "scenario": ""} for row in rows if row["scenario"] == arm] for arm in ("base", "nothing")]
    assert arms[0] == arms[1]
    assert len(arms[0]) > 100


def test_season_that_is_stopped_keeps_finished_weeks(
    quick: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = schouw.season.run_arms

    def stopped(*given: object, **more: object):  # type: ignore[no-untyped-def]
        for n, finished in enumerate(inner(*given, **more)):
            if n == 2:
                raise KeyboardInterrupt
            yield finished

    monkeypatch.setattr(schouw.season, "run_arms", stopped)
    result = call("--weeks", "5", "--out", str(tmp_path), "--json")
    assert result.exit_code == 130
    record = json.loads(result.stdout.strip().splitlines()[-1])
    assert record["stopped"]
    assert record["weeks"] == {"base": 2}
    assert all(row["value"] is not None for row in record["rows"])
    rows = list(csv.DictReader((tmp_path / "season.csv").read_text("utf-8").splitlines()))
    assert max(int(row["week"]) for row in rows) >= 2


def test_damaged_pages_are_made_again(quick: list[int], tmp_path: Path) -> None:
    call("--weeks", "1", "--out", str(tmp_path))
    before = (tmp_path / "season.csv").read_bytes()
    page = sorted((tmp_path / "season" / "base").glob("*.npz"))[0]
    page.write_bytes(page.read_bytes()[:50])
    count = len(quick)
    assert call("--weeks", "1", "--out", str(tmp_path)).exit_code == 0
    assert len(quick) == count + 1
    assert (tmp_path / "season.csv").read_bytes() == before


def test_season_in_dutch_and_its_faults(quick: list[int], tmp_path: Path) -> None:
    dutch = call("--weeks", "1", "--out", str(tmp_path), "--language", "nl")
    assert "Veiligheidsgevoel" in dutch.output
    weeks = call("--weeks", "1", "--out", str(tmp_path / "b"), "--scenario", "brighter-lamps", "--language", "nl")
    assert "Fellere" in weeks.output
    assert "de eerste week" in weeks.output
    unknown = call("--scenario", "brighter-lamp", "--out", str(tmp_path))
    assert unknown.exit_code == 2
    assert "brighter-lamps" in unknown.output
    assert RUNNER.invoke(app, ["season", "shoebo"]).exit_code == 2


def test_a_measure_may_hold_for_some_weeks_only() -> None:
    reading = Reading("shoebox")
    plan = reading.plan(read_scenario(find_scenario("evening-patrol", "shoebox")), first=1, last=2)
    duties = [len(plan(week, "weekday").roster.duties) for week in range(3)]
    assert duties[1] > duties[0] == duties[2]
    assert plan(0, "weekday").date < plan(1, "weekday").date


def test_texts_in_the_table_cannot_run_in_a_spreadsheet() -> None:
    assert "'=1" in csv_text([("=1", schouw.season.Row(1, "d", "o", "", "all", 1.0, "u"))])


def test_what_is_printed_as_zero_has_no_minus() -> None:
    assert format_decimal_or_percent(-0.001, "0.00", "en") == "0.00"
    assert "-" not in format_decimal_or_percent(-0.00001, "+0.0%;-0.0%", "nl")
    assert format_decimal_or_percent(-0.4, "#,##0", "en") == "0"
    assert format_decimal_or_percent(-0.01, "+0.00;-0.00", "en") == "-0.01"
