"""The command: what it prints, where, and with which exit code; and the public API."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import schouw
from scenarios.compare import COLUMNS
from scenarios.draft import archetype_names
from scenarios.station_files import find_station
from scenarios.study import Study
from schouw.command import app
from schouw.sentences import TEXTS, say, sentences
from tests import fake_model

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command with a calm model and a report of one line; results in a folder of the test."""
    made = partial(Study, run_day=fake_model.run_day, world=fake_model.fake_world)
    monkeypatch.setattr("schouw.comparing.Study", made)
    monkeypatch.setattr("schouw.comparing.write_report_of", fake_model.calm_report)
    monkeypatch.setenv("SCHOUW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


QUICK = ("--days", "2", "--draws", "0", "--workers", "1")


def test_compare_shows_the_evening_first_and_ends_with_where_to_look(fake: Path) -> None:
    done = run("compare", "shoebox", "evening-patrol", *QUICK)
    assert done.exit_code == 0, done.output
    text = done.stdout
    assert "Wednesday 18 November 2026" in text
    assert "dark from 17:2" in text
    assert "Compiling the model once" in text
    first, last = text.index("First answer, from 5 evenings"), text.index("After 2 of 2 days: too few")
    assert first < last
    assert "intervals of 99%" in text[first:last]
    assert "EUR 310,000 a year" in text
    assert "Perceived safety" in text
    table, report = Path("results/shoebox/compare.csv"), Path("results/shoebox/report.html")
    assert str(table) in text[last:]
    assert str(report) in text[last:]
    assert table.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    again = run("compare", "shoebox", "evening-patrol", *QUICK)
    assert "10 of 10 runs were there already" in again.stdout
    assert "Compiling" not in again.stdout


def test_compare_in_dutch(fake: Path) -> None:
    done = run("compare", "shoebox", "evening-patrol", "--language", "nl", *QUICK)
    assert done.exit_code == 0
    assert "Schoenendoos, woensdag 18 november 2026" in done.stdout
    assert "Avondsurveillance" in done.stdout
    assert "310.000" in done.stdout


def test_json_is_one_object_on_the_output_and_nothing_else(fake: Path) -> None:
    done = run("compare", "shoebox", "evening-patrol", "nothing", "--json", *QUICK)
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert "First answer" in done.stderr
    assert [scenario["scenario"] for scenario in found["scenarios"]] == ["evening-patrol", "nothing"]
    assert (found["pairs"], found["phase"], found["seed"]) == (2, "days", 1)
    for scenario in found["scenarios"]:
        assert len(scenario["lines"]) == 10
    for line in found["scenarios"][1]["lines"]:
        assert line["difference"] in (0, None)
    assert Path(found["table"]).is_file()
    assert Path(found["report"]).is_file()


def test_draws_add_a_range(fake: Path) -> None:
    done = run("compare", "shoebox", "evening-patrol", "--json", "--days", "5", "--draws", "2", "--workers", "1")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["draws"] == 2
    assert any(line["range_low"] is not None for line in found["scenarios"][0]["lines"])
    header = Path(found["table"]).read_text(encoding="utf-8").splitlines()[0]
    assert header == ",".join((*COLUMNS, "range_low", "range_high", "luck_share"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("compare", "den-hag-centraal"), 'did you mean "den-haag-centraal"?'),
        (("compare", "shoebox", "brighter"), 'did you mean "brighter-lamps"?'),
        (("compare", "shoebox", "none.yaml"), "there is no such file"),
        (("compare", "shoebox", "nothing", "nothing"), "the name of two scenarios"),
        (("compare", "shoebox", "--days", "-1"), "--days"),
        (("compare", "shoebox", "--days", "many"), "--days"),
        (("compare", "shoebox", "--seed", "4294967296"), "--seed"),
        (("compare", "shoebox", "--workers", "0"), "--workers"),
        (("compare", "shoebox", "--language", "fr"), "--language"),
        (("compare", "shoebox", "--out", "file/below"), "is a file, not a folder"),
        (("compare",), "STATION"),
        (("compaire", "shoebox"), "compaire"),
        (("check", "nowhere"), "nowhere"),
        (("scenarios", "nowhere"), "nowhere"),
    ],
)
def test_bad_input_is_told_in_words_with_exit_code_2(fake: Path, words: tuple[str, ...], told: str) -> None:
    Path("file").write_text("x", encoding="utf-8")
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert told in (done.stdout if words[0] == "check" else done.stderr)
    assert "Traceback" not in done.output
    assert not Path("results").exists()


def test_all_faults_of_files_are_told_and_nothing_is_left(fake: Path) -> None:
    shutil.copytree(find_station("shoebox"), "mine")
    text = Path("mine/timetable.csv").read_text(encoding="utf-8")
    Path("mine/timetable.csv").write_text(text.replace(":", "h", 4), encoding="utf-8")
    Path("s.yaml").write_text("name: s\ntitel: x\nmeasures:\n  - measure: patrl\n", encoding="utf-8")
    done = run("compare", "mine", "s.yaml", "--json")
    assert done.exit_code == 2
    assert done.stdout == ""
    for part in (
        "timetable.csv, line 2",
        "s.yaml, line 2, titel",
        's.yaml, line 4, measures.0.measure: "patrl"',
    ):
        assert part in done.stderr
    assert not Path("results").exists()


def test_a_scenario_may_be_of_a_window(fake: Path) -> None:
    Path("s.yaml").write_text("name: late\nwindow: 22:00-01:00\ndate: 2026-06-17\n", encoding="utf-8")
    done = run("compare", "shoebox", "s.yaml", "--json", "--days", "5", "--draws", "0", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["window_s"] == [79200, 90000]
    assert (found["phase"], found["state"], found["date"]) == ("days", "final", "2026-06-17")
    assert "5 days, 22:00-01:00" in done.stderr
    assert "First answer" not in done.stderr
    assert "Wednesday 17 June 2026" in done.stderr


def test_a_model_that_always_fails_is_told_in_one_line(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: Any) -> Any:
        raise RuntimeError("all lamps burst")

    made = partial(Study, run_day=burst, world=fake_model.fake_world)
    monkeypatch.setattr("schouw.comparing.Study", made)
    done = run("compare", "shoebox", "evening-patrol", "--json", *QUICK)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "RuntimeError: all lamps burst" in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("results/shoebox/compare.csv").exists()
    assert "Traceback" in next(Path("results/shoebox/failed").iterdir()).read_text(encoding="utf-8")


def test_a_failed_day_is_said_and_left_out(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = partial(Study, run_day=fake_model.fail_on_day_3, world=fake_model.fake_world)
    monkeypatch.setattr("schouw.comparing.Study", made)
    done = run("compare", "shoebox", "evening-patrol", "--days", "6", "--draws", "0", "--workers", "1")
    assert done.exit_code == 0
    assert "After 5 days" in done.stdout
    assert "1 runs failed" in done.stdout
    assert "nothing is called shown" in done.stdout


def test_a_full_disk_is_told_with_exit_code_1(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scenarios.store.Store.write", full)
    done = run("compare", "shoebox", "evening-patrol", *QUICK)
    assert done.exit_code == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.output


def test_ctrl_c_keeps_finished_days(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done_days: list[int] = []

    def broken_off(inputs: Any, world: Any, seed: int, day: int) -> Any:
        if inputs.window[0] == 18000:
            done_days.append(day)
            if len(done_days) == 14:
                raise KeyboardInterrupt
        return fake_model.run_day(inputs, world, seed, day)

    made = partial(Study, run_day=broken_off, world=fake_model.fake_world)
    monkeypatch.setattr("schouw.comparing.Study", made)
    words = ("compare", "shoebox", "evening-patrol", "--days", "9", "--draws", "0", "--workers", "1")
    first = run(*words)
    assert first.exit_code == 130
    assert "Finished days are kept" in first.stdout
    assert "So far, after 5 of 9 days; intervals of 99%" in first.stdout
    assert Path("results/shoebox/compare.csv").is_file()
    second = run(*words)
    assert second.exit_code == 0
    assert "13 of 18 runs were there already" in second.stdout
    assert "After 9 days; intervals of 95%" in second.stdout


def test_check_tells_all_faults_or_none(fake: Path) -> None:
    assert run("check", "shoebox").exit_code == 0
    Path("s.yaml").write_text("name: s\nbase: shoebox\ntitel: x\ndat: y\n", encoding="utf-8")
    done = run("check", "s.yaml")
    assert done.exit_code == 2
    assert len(done.stdout.splitlines()) == 2
    as_json = run("check", "s.yaml", "--json")
    assert as_json.exit_code == 2
    assert [fault["field"] for fault in json.loads(as_json.stdout)] == ["titel", "dat"]


def test_lists_of_what_ships(fake: Path) -> None:
    stations = json.loads(run("stations", "--json").stdout)
    kinds = {kind: [row["station"] for row in stations if row["kind"] == kind] for kind in ("station", "type")}
    assert kinds == {"station": ["den-haag-centraal", "halte", "shoebox"], "type": archetype_names()}
    unknown = run("scenarios", "nowhere").stderr
    for words in (f"stations: {', '.join(kinds['station'])};", f"types of stations: {', '.join(kinds['type'])})"):
        assert words in unknown
    found = json.loads(run("scenarios", "halte", "--json").stdout)
    assert {row["scenario"] for row in found} == {
        "nothing",
        "brighter-lamps",
        "evening-patrol",
        "cameras",
        "all-three",
        "station-deal",
        "heavy-guarding",
        "guarding-for-a-winter",
    }
    assert "halte" in run("stations").stdout
    assert "Avondsurveillance" in run("scenarios", "--language", "nl").stdout


# in a process of its own


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from schouw.command import app;"
        "done = CliRunner().invoke(app, ['--help']); assert done.exit_code == 0;"
        "heavy = {'numpy', 'numba', 'mesa', 'scipy', 'duckdb', 'shapely', 'plotly', 'pydantic', 'babel'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_workers_from_a_script_without_a_guard_are_told_how(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import schouw\nschouw.compare('shoebox', ['nothing'], workers=2)\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, "SCHOUW_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "WorkersError: the workers could not start" in done.stderr
    assert "__main__" in done.stderr.strip().splitlines()[-1]


def test_a_users_own_model_py_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("raise SystemExit('must not run')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import schouw"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(REPOSITORY)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    assert str(tmp_path / "model.py") in last


SLOW = """
if __name__ == "__main__":  # workers import this file again: nothing heavy outside
    import signal
    from functools import partial

    # a shell that starts the tests in the background lets them ignore Ctrl-C, and what they start with them
    signal.signal(signal.SIGINT, signal.default_int_handler)

    import schouw.command
    import schouw.comparing
    from scenarios.study import Study
    from tests import fake_model

    schouw.comparing.Study = partial(Study, run_day=fake_model.slow_day, world=fake_model.fake_world)
    schouw.comparing.write_report_of = fake_model.calm_report
    schouw.command.main()
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("how", ["ctrl-c", "sigterm"])
def test_breaking_off_ends_workers_and_keeps_days(tmp_path: Path, how: str) -> None:
    words = ["compare", "shoebox", "evening-patrol", "--draws", "0", "--workers", "2", "--days", "500"]
    script = tmp_path / "go.py"
    script.write_text(SLOW, encoding="utf-8")
    started = subprocess.Popen(
        [sys.executable, str(script), *words],
        cwd=tmp_path,
        env={**os.environ, "SCHOUW_CACHE": str(tmp_path / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    runs = tmp_path / "results" / "shoebox" / "runs"
    end = time.monotonic() + 120
    while time.monotonic() < end and started.poll() is None:
        if runs.is_dir() and len(list(runs.iterdir())) >= 14:
            break
        time.sleep(0.05)
    if how == "ctrl-c":
        os.killpg(started.pid, signal.SIGINT)
    else:
        started.terminate()
    out, err = started.communicate(timeout=60)
    assert started.returncode == 130, out + err
    assert "Traceback" not in out + err
    assert "Finished days are kept" in out
    assert len(list(runs.iterdir())) >= 14
    while time.monotonic() < end + 60:
        try:
            os.killpg(started.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a worker is still there")


def test_the_public_names_are_there() -> None:
    for name in schouw.__all__:
        if name not in ("Station", "run_day"):  # they compile; the model's own tests use them
            assert getattr(schouw, name) is not None
    with pytest.raises(AttributeError):
        schouw.nothing_of_the_kind  # noqa: B018
    assert set(schouw.__all__) <= set(dir(schouw))


def test_compare_from_python(fake: Path) -> None:
    seen: list[Any] = []
    answer = schouw.compare("shoebox", ["evening-patrol"], days=5, draws=0, out="mine", watch=seen.append)
    assert answer.pairs == 5
    assert answer.table.of("evening-patrol").pairs == 5
    assert Path("mine/compare.csv").is_file()
    assert seen[-1].done == seen[-1].total == 10


def test_both_languages_have_the_same_sentences() -> None:
    assert {path.stem for path in TEXTS.glob("*.json")} == {"en", "nl"}
    english, dutch = sentences("en"), sentences("nl")
    assert list(english) == list(dutch)
    for name, text in english.items():
        assert sorted(part.split("}")[0] for part in text.split("{")[1:]) == sorted(
            part.split("}")[0] for part in dutch[name].split("{")[1:]
        )


def test_a_platform_that_nobody_can_reach_is_found_before_the_run(fake: Path) -> None:
    from dataclasses import replace

    from scenarios.station_files import read_station, write_station

    base = read_station("shoebox")
    alone = replace(base.layout, passages=())
    write_station(Path("mine"), alone, base.timetable, base.population, base.roster)
    Path("s.yaml").write_text("name: s\n", encoding="utf-8")
    done = run("compare", "mine", "s.yaml", *QUICK)
    assert done.exit_code == 2
    assert "layout.geojson" in done.stderr
    assert not Path("results").exists()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that takes no files, also from root")
@pytest.mark.parametrize(
    "asked",
    [
        ("compare", "shoebox", "--out", "/proc/x"),
        ("season", "shoebox", "--out", "/proc/x"),
        ("package", "shoebox", "--budget", "100000", "--out", "/proc/x"),
        ("portfolio", "twenty-million", "--budget", "20000000", "--out", "/proc/x"),
        ("trial", "body-cameras", "--out", "/proc/x"),
        ("sensitivity", "shoebox", "--out", "/proc/x"),
        ("calibrate", "example", "-o", "/proc/x.parquet"),
    ],
)
def test_f2_a_folder_that_takes_nothing_is_refused_before_anything_is_run(asked: tuple[str, ...]) -> None:
    found = CliRunner().invoke(app, list(asked))
    assert found.exit_code == 2
    assert "/proc cannot be written to" in found.output


def test_a_count_of_one_is_told_as_one() -> None:
    assert say("plan_days", "en", days=1) == "1 whole day"
    assert say("plan_days", "nl", days=1) == "1 hele dag"
    assert say("plan_draws", "en", draws=2).startswith("2 draws")
    assert "1 types" not in say("trial_plan", "en", types=1, units=1, arms=2, weeks="1", draws=1)


def test_a_role_is_refused_before_a_password_is_asked(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["user", str(tmp_path / "users"), "anna", "--role", "king"])
    assert done.exit_code == 2
    assert "--role king: is viewer or editor" in done.output
    assert "Password" not in done.output


@pytest.mark.parametrize(
    ("command", "folder"),
    [("package", "<station>-package"), ("portfolio", "<name of the file>"), ("trial", "trials/<trial>")],
)
def test_help_names_the_folder_that_is_written(command: str, folder: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert f"results/{folder}" in done.output
