"""Runners and studies: the same results however they are run, nothing lost when something breaks."""

import errno
import gc
import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import ARRAY_FIELDS, Results
from scenarios.answer import answer_of, seen_final, write_answer
from scenarios.cells import DayCells, day_cells
from scenarios.cells_on_disk import CellFile
from scenarios.draws import (
    BLOCK,
    day_number,
    draw_parameters,
    read_draws,
    stratified,
    write_draws,
)
from scenarios.faults import StationFileError, StudyError
from scenarios.headlines import stop_decision
from scenarios.run import Processes, Serial, one_thread
from scenarios.running import open_runners
from scenarios.scenario import Scenario, load
from scenarios.study import Study
from scenarios.work import Outcome, Task
from schouw.comparing import Watcher, carry_out, fitted_draws
from tests import fake_model

Load = tuple[Inputs, tuple[Scenario, ...]]


@pytest.fixture(scope="module")
def question() -> Load:
    return load("shoebox", ["brighter-lamps", "evening-patrol"])


def study(question: Load, out: Path, **changes: Any) -> Study:
    wanted: dict[str, Any] = {
        "days": 4,
        "draws": 2,
        "run_day": fake_model.run_day,
        "world": fake_model.fake_world,
        "cache": out / "cache",
        **changes,
    }
    return Study(*question, out=out / "store", **wanted)


def run_all(made: Study, workers: int = 1) -> list[Any]:
    with made.runner(workers) as runner:
        return [progress for phase in made.phases for progress in made.run(phase, runner)]


def bytes_of(made: Study) -> dict[str, bytes]:
    """All sums of all days, as bytes by phase, arm and day."""
    found = {}
    for phase in made.phases:
        for day in made.finished(phase):
            for arm in range(len(made.arms)):
                results = made.day(phase, arm, day)
                found[f"{phase} {arm} {day}"] = b"".join(getattr(results, name).tobytes() for name in ARRAY_FIELDS)
    return found


def table_of(made: Study) -> str:
    answer = answer_of(made, finished=True)
    assert answer is not None
    return answer.table.csv_text()


# the same results


def test_r2_one_and_two_workers_give_the_same_bytes(question: Load, tmp_path: Path) -> None:
    one, two = study(question, tmp_path / "1"), study(question, tmp_path / "2")
    run_all(one)
    run_all(two, workers=2)
    assert len(bytes_of(one)) == 3 * (5 + 4 + 4)
    assert bytes_of(one) == bytes_of(two)
    assert table_of(one) == table_of(two)


R3 = """
import hashlib, sys
from pathlib import Path
from scenarios.answer import answer_of
from tests.test_run import real_study, run_all
made = real_study(Path(sys.argv[1]), "store")
run_all(made)
keys = ",".join(sorted(made.store.keys()))
text = answer_of(made, finished=True).table.csv_text()
print(hashlib.sha256((keys + text).encode()).hexdigest())
"""


def test_r3_hash_seed_folder_locale_and_timezone_change_nothing(tmp_path: Path) -> None:
    found = set()
    settings = (
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "random", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "PYTHONUTF8": "0"},
    )
    for number, setting in enumerate(settings):
        folder = tmp_path / f"folder {number}"
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", R3, str(folder / "out")],
            cwd=folder,
            env={**os.environ, **setting},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


def test_a_broken_off_study_goes_on_to_the_same_bytes(question: Load, tmp_path: Path) -> None:
    whole, broken = study(question, tmp_path / "whole"), study(question, tmp_path / "broken")
    run_all(whole)
    with broken.runner(1) as runner:
        for number, _ in enumerate(broken.run("days", runner)):
            if number == 5:
                break
    again = study(question, tmp_path / "broken")
    progress = run_all(again)
    first_of_days = next(p for p in progress if p.phase == "days")
    assert first_of_days.stored == 5
    assert first_of_days.pairs == 1
    assert bytes_of(again) == bytes_of(whole)
    assert table_of(again) == table_of(whole)
    assert sorted(again.store.keys()) == sorted(whole.store.keys())


def test_a_damaged_run_is_found_and_made_again(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path)
    run_all(made)
    before, key = bytes_of(made), made.work.key(made.task("days", 1, 2))
    path = made.store.runs / key / "outcomes.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    again = study(question, tmp_path)
    run_all(again)
    assert again.damaged == 1
    assert bytes_of(again) == before


def test_days_are_paired_and_arms_of_a_day_run_together(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path)
    tasks = made.tasks("days")
    assert [(task.day, task.arm) for task in tasks[:6]] == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    draws = made.tasks("draws")
    assert {task.day for task in draws}.isdisjoint({task.day for task in tasks})
    assert len({task.day for task in draws}) == 4
    for draw in (0, 1):
        assert {task.arm for task in draws if task.draw == draw} == {0, 1, 2}
    arms = [made.work.inputs(task).parameters for task in draws if task.draw == 1]
    assert len(set(arms)) == 1
    assert arms[0] != made.base.parameters


def test_equal_inputs_are_one_run(tmp_path: Path) -> None:
    question = load("shoebox", ["nothing"])
    made = study(question, tmp_path, draws=0)
    run_all(made)
    assert len(list(made.store.keys())) == 5 + 4
    answer = answer_of(made, finished=True)
    assert answer is not None
    differences = answer.table.scenarios[0].figures["difference"]
    assert np.all((differences == 0) | np.isnan(differences))
    assert np.any(differences == 0)


# what breaks


def test_f3_a_failed_run_is_a_row_and_its_day_counts_for_nobody(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path, run_day=fake_model.fail_on_day_3)
    run_all(made)
    assert made.finished("days") == [1, 2, 4]
    (failure,) = made.failed("days")
    assert (failure.scenario, failure.day) == ("evening-patrol", 3)
    assert "RuntimeError: a lamp burst" in failure.told
    rows = made.store.failures()
    assert {(row["scenario"], row["day"]) for row in rows} == {("evening-patrol", 3)}
    answer = answer_of(made, finished=True)
    assert answer is not None
    assert answer.pairs == 3
    assert not answer.verdict
    healed = study(question, tmp_path)
    run_all(healed)
    assert healed.finished("days") == [1, 2, 3, 4]
    assert healed.store.failures() == []


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_f3_a_worker_that_dies_is_replaced(question: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOUW_TEST_MARK", str(tmp_path / "mark"))
    made = study(question, tmp_path, run_day=fake_model.die_once_on_day_2, draws=0)
    run_all(made, workers=2)
    assert (tmp_path / "mark").exists()
    assert made.finished("evening") == [1, 2, 3, 4, 5]
    assert made.finished("days") == [1, 2, 3, 4]
    assert made.failed("days") == []


def test_workers_started_ahead_do_the_work_and_none_is_left(
    question: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOUW_TEST_MARK", str(tmp_path / "who"))
    before = set(multiprocessing.active_children())
    with open_runners(2) as runners:
        ahead = {child.pid for child in set(multiprocessing.active_children()) - before}
        made = study(question, tmp_path, run_day=fake_model.note_who_runs, draws=0)
        with runners.of(made.work) as runner:
            done = [progress.outcome.state for progress in made.run("days", runner) if progress.outcome is not None]
        assert set(done) == {"done"}
    assert len(ahead) == 2
    assert {int(line) for line in (tmp_path / "who").read_text().split()} <= ahead
    with open_runners(2):  # a question that is refused before anything is run
        assert set(multiprocessing.active_children()) != before
    assert set(multiprocessing.active_children()) == before


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_f3_a_run_that_always_kills_its_worker_is_a_row(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path, run_day=fake_model.always_die_on_day_2, draws=0, days=3)
    tasks = [made.task("days", arm, day) for arm in (0, 1) for day in (1, 2, 3) if (arm, day) != (1, 2)]
    made.store.open()
    with Processes(made.work, 2) as runner:
        outcomes = {outcome.task: outcome for outcome in runner.run(tasks)}
    assert len(outcomes) == len(tasks)
    states = {(task.arm, task.day): outcome.state for task, outcome in outcomes.items()}
    assert states.pop((0, 2)) == "failed"
    assert set(states.values()) == {"done"}
    (row,) = made.store.failures()
    assert "died 2 times" in row["traceback"]


def test_f2_a_full_disk_stops_the_study_and_leaves_the_store_whole(
    question: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenarios.store import Store

    made = study(question, tmp_path)
    real, calls = Store.write, []

    def full(self: Store, *args: Any) -> None:
        calls.append(args)
        if len(calls) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, *args)

    monkeypatch.setattr(Store, "write", full)
    with pytest.raises(StudyError, match="No space left on device"):
        run_all(made)
    monkeypatch.undo()
    again = study(question, tmp_path)
    again.look_up("evening")
    assert again.finished("evening") == [1]
    run_all(again)
    assert again.finished("evening") == [1, 2, 3, 4, 5]


def test_results_that_are_not_finite_are_a_failed_run(question: Load, tmp_path: Path) -> None:
    def odd(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
        results = fake_model.run_day(inputs, world, seed, day)
        if day == 2:
            results.visits[0, 0] = np.nan
        return results

    made = study(question, tmp_path, run_day=odd, draws=0)
    run_all(made)
    assert made.finished("days") == [1, 3, 4]
    assert "not finite" in made.failed("days")[0].told


def test_workers_use_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    with one_thread():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["NUMBA_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "NUMBA_NUM_THREADS" not in os.environ


class OnlyMemory:
    """Counts the worlds that a worker makes."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, inputs: Inputs, cache: Any) -> Any:
        self.made += 1
        return fake_model.fake_world(inputs, cache)


def test_a_worker_makes_the_world_of_an_arm_once(question: Load, tmp_path: Path) -> None:
    worlds = OnlyMemory()
    made = study(question, tmp_path, world=worlds)
    with Serial(made.work) as runner:
        for phase in ("evening", "days"):
            for _ in made.run(phase, runner):
                pass
        assert worlds.made == 3
        for _ in made.run("draws", runner):
            pass
    assert worlds.made == 3 + 2 * 3


# the model that made it


def test_another_model_never_answers_with_old_runs(
    question: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = study(question, tmp_path, draws=0)
    run_all(first)
    monkeypatch.setattr("scenarios.study.model_version", lambda: "another")
    second = study(question, tmp_path, draws=0)
    assert len(second.look_up("days")) == 12
    assert len(first.look_up("days")) == 0


def test_a_result_says_how_it_was_made(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path)
    run_all(made)
    told = made.day("draws", 1, day_number(1, 0)).provenance
    assert told["scenario"] == "brighter-lamps"
    assert told["station"] == "shoebox"
    assert (told["draw"], told["seed"], told["day"]) == (1, 1, day_number(1, 0))
    assert told["version"] == made.work.version
    assert told["date"] == "2026-11-18"
    assert made.day("evening", 0, 1).provenance["window"] == [64800, 90000]


def test_going_on_after_a_final_answer_keeps_the_wide_interval(question: Load, tmp_path: Path) -> None:
    ten = study(question, tmp_path, days=10, draws=0)
    run_all(ten)
    answer = answer_of(ten, finished=True)
    assert answer is not None
    assert (answer.state, answer.level, answer.pairs) == ("final", 0.95, 10)
    assert seen_final(ten) == 0
    write_answer(ten, answer)
    assert seen_final(ten) == 10
    assert seen_final(study(question, tmp_path, days=20, draws=0)) == 10
    assert seen_final(study(question, tmp_path, days=20, draws=0, seed=2)) == 0


def test_answers_before_the_whole_days_are_of_the_evening(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path, days=6, draws=0)
    assert answer_of(made, finished=False) is None
    with made.runner(1) as runner:
        for _ in made.run("evening", runner):
            pass
        first = answer_of(made, finished=False)
        assert first is not None
        assert (first.phase, first.window, first.pairs, first.state) == (
            "evening",
            (64800, 90000),
            5,
            "so_far",
        )
        assert first.table.of("brighter-lamps").cell("travellers", time_band="07-09")["base"] != 0
        for progress in made.run("days", runner):
            if progress.pairs == 5:
                break
    later = answer_of(made, finished=False)
    assert later is not None
    assert (later.phase, later.pairs, later.level) == ("days", 5, 0.99)


# draws


def test_draws_are_stratified_and_go_on_from_each_other() -> None:
    default = Parameters.default()
    names = default.uncertain()
    numbers = np.array([stratified(5, names, j) for j in range(2 * BLOCK)])
    assert np.all((numbers > 0) & (numbers < 1))
    for block in (numbers[:BLOCK], numbers[BLOCK:]):
        assert np.array_equal(np.sort((block * BLOCK).astype(int), axis=0)[:, 0], np.arange(BLOCK))
        assert np.all(np.sort((block * BLOCK).astype(int), axis=0) == np.arange(BLOCK)[:, None])
    assert np.abs(np.corrcoef(numbers.T) - np.eye(len(names))).max() < 0.75
    assert draw_parameters(default, 5, 3) == draw_parameters(default, 5, 25)[:3]
    assert draw_parameters(default, 5, 1) != draw_parameters(default, 6, 1)


def test_a_new_parameter_changes_no_other_draw() -> None:
    names = Parameters.default().uncertain()[:6]
    with_one_more = ("a_new_one", *names)
    assert np.array_equal(stratified(1, names, 7), stratified(1, with_one_more, 7)[1:])


def test_a_table_of_draws_comes_back(tmp_path: Path) -> None:
    draws = draw_parameters(Parameters.default(), 1, 3)
    write_draws(tmp_path / "draws.parquet", draws)
    assert read_draws(tmp_path / "draws.parquet") == draws
    (tmp_path / "no.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(ValueError, match=r"no\.parquet: is no table of draws: it is no Parquet file"):
        read_draws(tmp_path / "no.parquet")


@pytest.mark.parametrize(
    ("select", "told"),
    [
        ("0 as point, 'x' as outcome", "has no column draw"),
        ("0 as draw, 'x' as outcome, 1 as day", 'column "outcome" and 1 more is no parameter'),
        ("0 as draw, 'x' as light_e50_lx", "column light_e50_lx holds what is not a finite number"),
        ("0 as draw, 'nan'::double as light_e50_lx", "column light_e50_lx holds what is not a finite number"),
        ("0 as draw, 1.0 as light_e50_l", 'did you mean "light_e50_lx"?'),
        ("0 as draw", "has no column of a parameter"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_another_table_is_no_table_of_draws_and_what_is_wrong_is_told(tmp_path: Path, select: str, told: str) -> None:
    path = tmp_path / "other.parquet"
    duckdb.execute(f"copy (select {select}) to '{path}' (format parquet)")
    with pytest.raises(ValueError, match=re.escape(told)):
        read_draws(path)


def test_the_option_of_a_posterior_tells_what_to_give_it(tmp_path: Path) -> None:
    with pytest.raises(StationFileError) as error:
        fitted_draws(tmp_path / "none.parquet")
    assert str(error.value).endswith("none.parquet: is no file (a table of draws that `schouw calibrate` wrote)")
    assert str(error.value).startswith("--posterior ")


# the pool, without processes


class Quiet(Processes):
    """A pool whose hand-out can be looked at."""


def test_days_of_a_draw_stay_with_one_worker(question: Load, tmp_path: Path) -> None:
    from scenarios.run import _Hand

    class Pipe:
        def __init__(self) -> None:
            self.sent: list[Task] = []

        def send(self, task: Task) -> None:
            self.sent.append(task)

    pool = Quiet(study(question, tmp_path).work, 2)
    pool._hands = [_Hand(None, Pipe(), ready=True), _Hand(None, Pipe(), ready=True)]  # type: ignore[arg-type]
    waiting = [Task(arm, 9, (0, 1), draw) for draw in (0, 1) for arm in (0, 1, 2)]
    for _ in range(3):
        for hand in pool._hands:
            pool._give(hand, waiting)
    for hand, draw in zip(pool._hands, (0, 1), strict=True):
        assert [task.draw for task in hand.connection.sent] == [draw] * 3  # type: ignore[attr-defined]


def test_the_order_in_which_runs_finish_changes_nothing(question: Load, tmp_path: Path) -> None:
    class Backwards(Serial):
        def run(self, tasks: Any) -> Iterator[Outcome]:
            return super().run(list(tasks)[::-1])

    forth, back = study(question, tmp_path / "a"), study(question, tmp_path / "b")
    run_all(forth)
    for phase in back.phases:
        for _ in back.run(phase, Backwards(back.work)):
            pass
    assert bytes_of(forth) == bytes_of(back)
    assert table_of(forth) == table_of(back)


# with the real model, an hour of the evening

HOUR = (79_200, 82_800)


def real_study(tmp_path: Path, out: str) -> Study:
    base, _ = load("shoebox", ["nothing"])
    patrol = load("shoebox", ["evening-patrol"])[1][0]
    scenarios = (replace(patrol, window=HOUR), Scenario("nothing", window=HOUR))
    return Study(base, scenarios, out=tmp_path / out, cache=tmp_path / "cache", days=2, draws=1)


def test_r2_the_real_model_gives_the_same_bytes_on_one_and_two_workers(tmp_path: Path) -> None:
    one, two = real_study(tmp_path, "1"), real_study(tmp_path, "2")
    assert one.phases == ("days", "draws")
    run_all(one)
    run_all(two, workers=2)
    assert bytes_of(one) == bytes_of(two)
    assert len(bytes_of(one)) == 3 * (2 + 2)
    assert table_of(one) == table_of(two)
    base, patrol = one.day("days", 0, 1), one.day("days", 1, 1)
    assert base.visits.sum() > 0
    assert not np.array_equal(base.expected, patrol.expected)


def test_v32_a_scenario_without_measures_differs_by_exactly_nothing(tmp_path: Path) -> None:
    from model.station import run_day
    from model.world.world import World
    from scenarios.store import FieldCache

    made = real_study(tmp_path, "store")
    inputs = made.arms[2]
    assert inputs == made.arms[0]
    fields = FieldCache(tmp_path / "fields")
    worlds = [World.of(inputs), World.of(inputs, remember=fields.remember)]
    worlds.append(World.of(inputs, remember=FieldCache(tmp_path / "fields").remember))
    days = [run_day(inputs, world, 1, 1) for world in worlds]
    for name in ARRAY_FIELDS:
        assert len({getattr(day, name).tobytes() for day in days}) == 1, name
    run_all(made)
    answer = answer_of(made, finished=True)
    assert answer is not None
    figures = answer.table.of("nothing").figures
    for name in ("difference", "low", "high"):
        assert np.all((figures[name] == 0) | np.isnan(figures[name]))
    assert np.any(figures["difference"] == 0)


def test_the_second_run_computes_no_fields(tmp_path: Path) -> None:
    from model.world.world import World
    from scenarios.store import FieldCache

    base, (lamps, patrol) = load("shoebox", ["brighter-lamps", "evening-patrol"])
    first = FieldCache(tmp_path)
    World.of(base, remember=first.remember)
    parts = len(first.made)
    assert parts >= 4
    World.of(patrol.inputs(base), remember=first.remember)
    assert len(first.made) == parts
    World.of(lamps.inputs(base), remember=first.remember)
    assert {"light"} <= set(first.made[parts:]) <= {"light", "cover"}
    second = FieldCache(tmp_path)
    for scenario in (None, lamps, patrol):
        World.of(base if scenario is None else scenario.inputs(base), remember=second.remember)
    assert second.made == []


# the stop rule


def test_a_run_until_narrow_stops_at_the_first_look_that_is_narrow(question: Load, tmp_path: Path) -> None:
    whole = study(question, tmp_path / "whole", days=40, draws=0)
    run_all(whole)
    base, *others = (whole.cells_of("days", arm) for arm in range(len(whole.arms)))
    named = dict(zip(whole.names[1:], others, strict=True))
    narrow = [look for look in (10, 20) if stop_decision(base, named, look, 40).stop]
    for call in range(2):  # a second call finds the days there, and stops at the same look
        made = study(question, tmp_path / "narrow", days=40, draws=0, until_narrow=True)
        answer = carry_out(made, Watcher(), workers=1)
        assert (answer.state, answer.level) == ("final", 0.95), call
        assert answer.pairs == made.days == (narrow or [40])[0], call
    assert narrow, "the question is one that stops early"


def test_without_the_stop_rule_all_days_are_run(question: Load, tmp_path: Path) -> None:
    made = study(question, tmp_path, days=20, draws=0)
    assert carry_out(made, Watcher(), workers=1).pairs == 20
    assert not made.enough(10)


def test_slow_base_starts_all_arms_where_the_base_is(question: Load, tmp_path: Path) -> None:
    own, first = (study(question, tmp_path / slow, days=1, draws=0, slow=slow) for slow in ("own", "base"))
    assert own.arms[0] == first.arms[0], "the base is the base"
    assert {arm.slow for arm in own.arms} == {"own"}
    for arm in first.arms[1:]:
        assert (arm.slow, arm.base_roster) == ("base", first.base.roster)


def test_memory_holds_no_cells_of_days_that_are_done(question: Load, tmp_path: Path) -> None:
    """Cells of a thousand days would be hundreds of megabytes: they lie in a file and come back bit for bit."""
    made = study(question, tmp_path, days=12)
    run_all(made)
    arms = [made.cells_of("days", arm) for arm in range(3)]
    gc.collect()
    assert sum(type(thing) is DayCells for thing in gc.get_objects()) == 0  # isinstance would ask what proxies point to
    assert [list(arm) for arm in arms] == [list(range(1, 13))] * 3
    fresh = day_cells(made.day("days", 1, 7))
    again = arms[1][7]
    assert again.total.tobytes() == fresh.total.tobytes()
    assert again.weight.tobytes() == fresh.weight.tobytes()
    assert (again.zone_kinds, again.outside) == (fresh.zone_kinds, fresh.outside)
    with pytest.raises(KeyError):
        arms[1][13]


@pytest.mark.filterwarnings("error")
def test_the_file_of_the_cells_is_closed_with_its_study() -> None:
    kept = CellFile()
    kept.put(Task(0, 1, (0, 1)), DayCells((), np.zeros(3), np.ones(3)))
    file = kept._file
    assert file is not None
    assert not file.closed
    del kept
    gc.collect()
    assert file.closed
