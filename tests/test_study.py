"""Studies of a design: one tidy table, the same however it was run, and clear words for what is wrong with a file."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from scenarios.cells import day_cells
from scenarios.design_study import DesignStudy
from scenarios.faults import StationFileError, StudyError
from scenarios.run import AHEAD, Processes, Serial
from scenarios.store import FieldCache
from scenarios.study_file import read_study
from scenarios.study_record import checked_table
from scenarios.work import Outcome, Task
from schouw.command import app
from schouw.studying import carry_out, prepare
from tests import fake_model

FILE = """
name: lamps-and-patrols
station: shoebox
seed: 3
days: 2
factors:
  - {name: lamps, measure: brighter_lamps, factor: {low: 1.5, high: 4}}
  - scenario: evening-patrol
  - parameter: light_e50_lx
design: {kind: sobol, points: 4}
outcomes: [harassment_women_after_19, safety_women_after_19, displaced_incidents]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my-study.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def study(file: Path, out: Path, **changes: Any) -> DesignStudy:
    wanted = {"run_day": fake_model.run_day, "world": fake_model.fake_world, "cache": out / "cache", **changes}
    return DesignStudy(read_study(file), out=out, **wanted)


def rows(path: Path) -> list[dict[str, Any]]:
    import duckdb

    found = duckdb.connect().execute("from read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def done(file: Path, out: Path, **changes: Any) -> bytes:
    made = study(file, out, **changes)
    return carry_out(made, Serial(made.work)).read_bytes()


def test_the_table_has_a_row_for_each_point_day_and_outcome(file: Path, tmp_path: Path) -> None:
    made = study(file, tmp_path / "out")
    table = rows(carry_out(made, Serial(made.work)))
    assert len(table) == 4 * 2 * 3
    assert list(table[0]) == [
        "point", "draw", "day", "lamps", "lamps.factor", "evening-patrol", "light_e50_lx",
        "outcome", "unit", "total", "weight", "base_total", "base_weight", "failed",
    ]  # fmt: skip
    row = next(r for r in table if r["lamps"] == 1 and r["outcome"] == "safety_women_after_19")
    point, column = row["point"], list(made.design.days[row["point"]]).index(row["day"])
    for task, total in zip(made.pair(point, column), (row["base_total"], row["total"]), strict=True):
        world = fake_model.fake_world(made.work.inputs(task), FieldCache(None))
        cells = day_cells(fake_model.run_day(made.work.inputs(task), world, 3, task.day))
        place = cells.index.number[("perceived_safety", "", "woman", "after_19", "all")]
        assert cells.total[place] == total
        assert cells.weight[place] == row["weight"]
    off = [r for r in table if r["lamps"] == 0]
    assert off
    assert all(r["lamps.factor"] is None for r in off)
    assert len({r["day"] for r in table}) == 8, "other parameter values have days of their own"


class Shuffled(Serial):
    """The same tasks in another order."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        listed = list(tasks)
        order = np.random.default_rng(1).permutation(len(listed))
        return super().run([listed[i] for i in order])


def test_r2_workers_and_order_change_no_byte(file: Path, tmp_path: Path) -> None:
    whole = done(file, tmp_path / "1")
    shuffled, two = study(file, tmp_path / "2"), study(file, tmp_path / "3")
    assert carry_out(shuffled, Shuffled(shuffled.work)).read_bytes() == whole
    assert carry_out(two, Processes(two.work, 2)).read_bytes() == whole


def test_r10_a_broken_off_study_goes_on_to_the_same_bytes(file: Path, tmp_path: Path) -> None:
    whole, broken = done(file, tmp_path / "whole"), study(file, tmp_path / "broken")
    steps = broken.run(Serial(broken.work))
    for _ in range(6):
        next(steps)
    steps.close()
    again = study(file, tmp_path / "broken")
    seen = []
    assert carry_out(again, Serial(again.work), seen.append).read_bytes() == whole
    assert (seen[0].stored, seen[0].total, len(seen)) == (5, 16, 12)
    assert seen[-1].seconds_left == 0
    more = file.with_name("more.yaml")
    more.write_text(FILE.replace("points: 4", "points: 8").replace("days: 2", "days: 3"), encoding="utf-8")
    longer = study(more, tmp_path / "broken")
    assert longer.look_up() == 16, "more points and days use what is there"


def test_days_without_measures_are_shared(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(
        "name: s\nstation: shoebox\ndays: 3\nscenarios: [brighter-lamps, evening-patrol]\n", encoding="utf-8"
    )
    made = study(file, tmp_path / "out")
    table = rows(carry_out(made, Serial(made.work)))
    assert made.total == 3 + 3 * 3
    assert len(list(made.store.keys())) == 3 + 2 * 3, "the point without measures is the day without measures"
    assert [r["brighter-lamps"] for r in table if r["outcome"] == "theft"] == [0, 0, 0, 1, 1, 1, 0, 0, 0]
    assert all(r["total"] == r["base_total"] for r in table if r["point"] == 0)
    assert {r["day"] for r in table} == {1, 2, 3}


def test_draws_cross_the_points_and_have_fresh_days(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("name: s\nstation: shoebox\ndays: 2\ndraws: 3\nscenarios: [evening-patrol]\n", encoding="utf-8")
    made = study(file, tmp_path / "out")
    table = [r for r in rows(carry_out(made, Serial(made.work))) if r["outcome"] == "theft"]
    assert [r["draw"] for r in table] == [0] * 4 + [1] * 4 + [2] * 4
    assert [r["day"] for r in table[:2]] == [r["day"] for r in table[2:4]], "points of a draw share days"
    assert len({r["day"] for r in table}) == 6
    assert made.total == 3 * (2 + 2 * 2)


def fail_on_patrols(inputs: Any, world: Any, seed: int, day: int) -> Any:
    if len(inputs.roster.duties) > 1:
        raise RuntimeError("a lamp burst")
    return fake_model.run_day(inputs, world, seed, day)


def test_f3_a_failed_run_is_a_row(file: Path, tmp_path: Path) -> None:
    made = study(file, tmp_path / "out", run_day=fail_on_patrols)
    table = rows(carry_out(made, Serial(made.work)))
    assert len(table) == 24
    for row in table:
        assert (row["total"] is None) == (row["evening-patrol"] == 1) == (row["failed"] != "")
        assert row["failed"] in ("", "RuntimeError: a lamp burst")
    assert made.failures == sum(r["evening-patrol"] for r in table) // 3
    assert "Traceback" in made.store.failures()[0]["traceback"]
    assert json.loads((tmp_path / "out" / "made.json").read_bytes())["failed"] == made.failures
    assert done(file, tmp_path / "out") == done(file, tmp_path / "well"), "a later success takes the rows away"


def test_a_study_that_only_fails_stops(file: Path, tmp_path: Path) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("no model")

    made = study(file, tmp_path / "out", run_day=fail)
    with pytest.raises(StudyError, match="no model"):
        carry_out(made, Serial(made.work))


def test_r12_a_study_runs_again_from_what_it_left(file: Path, tmp_path: Path) -> None:
    from scenarios.draws import draw_parameters, write_draws

    text = FILE.replace("days: 2", "days: 2\ndraws: my.parquet").replace("points: 4", "points: 2")
    file.write_text(text, encoding="utf-8")
    base = read_study_of(tmp_path, FILE).base
    write_draws(tmp_path / "my.parquet", draw_parameters(base.parameters, 9, 2))
    first = prepared(file, tmp_path / "out")
    table = carry_out(first, Serial(first.work)).read_bytes()
    (tmp_path / "my.parquet").unlink()
    file.unlink()
    again = prepared(tmp_path / "out" / "asked.json", tmp_path / "again")
    assert carry_out(again, Serial(again.work)).read_bytes() == table
    assert (tmp_path / "again" / "asked.json").read_bytes() == (tmp_path / "out" / "asked.json").read_bytes()
    assert sorted(first.store.keys()) == sorted(again.store.keys())


def read_study_of(folder: Path, text: str) -> Any:
    path = folder / "other.yaml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def prepared(file: Path, out: Path) -> DesignStudy:
    made = prepare(file, out=out)
    made.work = replace(made.work, run_day=fake_model.run_day, make_world=fake_model.fake_world, cache=None)
    return made


def test_r13_a_study_of_another_version_is_refused_or_told(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done(file, out)
    other = prepare(file, out=out, version="schouw 9")
    assert other.look_up() == 0, "runs of another model are never taken for those of this one"
    record = json.loads((out / "made.json").read_bytes())
    (out / "made.json").write_text(json.dumps({**record, "format": 2}), encoding="utf-8")
    with pytest.raises(StudyError, match="another version of schouw"):
        prepare(file, out=out)


def test_memory_does_not_grow_with_the_number_of_runs(file: Path, tmp_path: Path) -> None:
    asked = []

    def tasks() -> Iterator[Task]:
        for day in range(100_000):
            asked.append(day)
            yield Task(0, day, (0, 1))

    pool = Processes(study(file, tmp_path / "out").work, 2)
    pool._start = lambda: (_ for _ in ()).throw(KeyboardInterrupt)  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        next(iter(pool.run(tasks())))
    assert len(asked) == AHEAD


def test_f5_a_changed_table_is_found_and_written_anew(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(StudyError, match="no finished study"):
        checked_table(out)
    whole = done(file, out)
    table = checked_table(out)
    table.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    with pytest.raises(StudyError, match="not as it was written"):
        checked_table(out)
    assert done(file, out) == whole
    assert checked_table(out) == table


# what is wrong with a file

BROKEN = [
    ("station: shoebox", "station: shoebx", 'did you mean "shoebox"'),
    ("days: 2", "days: none", "days"),
    ("days: 2", "dys: 2", 'did you mean "days"'),
    ("measure: brighter_lamps", "measure: brigter_lamps", 'did you mean "brighter_lamps"'),
    ("low: 1.5, high: 4", "low: 4, high: 1.5", "low < high"),
    ("low: 1.5, high: 4", "low: 1.5, high: 400", "at most 20"),
    ("factor: {low: 1.5, high: 4}", "factr: {low: 1, high: 2}", 'did you mean "factor"'),
    ("factor: {low: 1.5, high: 4}", "factor: 2, zones: [attic]", '"attic" is no zone'),
    ("scenario: evening-patrol", "scenario: evening-patrl", 'did you mean "evening-patrol"'),
    ("scenario: evening-patrol", "scenario: brighter-lamps, name: lamps", "name of two columns"),
    ("parameter: light_e50_lx", "parameter: light_e50", 'did you mean "light_e50_lx"'),
    ("parameter: light_e50_lx", "parameter: day_renew_s", "is fixed"),
    ("points: 4", "points: 0", "at least 1"),
    ("kind: sobol, points: 4", "kind: sobol", "points: 256 is for kind: sobol"),
    ("kind: sobol, points: 4", "kind: rows, rows: [{lamp: 1}]", 'did you mean "lamps"'),
    ("kind: sobol, points: 4", "kind: rows, rows: [{lamps: 0.5}]", "1 when it is taken"),
    ("safety_women_after_19", "safety_woman_after_19", 'did you mean "safety_women_after_19"'),
    ("safety_women_after_19", "{name: x, outcome: travellers, zone_kind: platform}", "there is no such cell"),
    ("seed: 3", "draws: gone.parquet", "is no file"),
    ("name: lamps-and-patrols", "name: ../x", "name"),
]


@pytest.mark.parametrize(("old", "new", "told"), BROKEN, ids=[new for _, new, _ in BROKEN])
def test_what_is_wrong_with_a_study_file_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(StationFileError) as found:
        read_study_of(
            tmp_path,
            FILE.replace(old, new).replace(
                "- scenario: brighter-lamps, name: lamps", "- {scenario: brighter-lamps, name: lamps}"
            ),
        )
    assert told in str(found.value)


def test_the_command_runs_a_study_and_tells_where_the_table_is(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calm(*args: Any, **kwargs: Any) -> DesignStudy:
        return DesignStudy(*args, **kwargs, run_day=fake_model.run_day, world=fake_model.fake_world)

    monkeypatch.setattr("schouw.studying.DesignStudy", calm)
    monkeypatch.setenv("SCHOUW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(app, ["study", str(file), "--workers", "1"])
    assert shown.exit_code == 0, shown.output
    assert "4 points of 2 days, 16 runs" in shown.stdout
    assert "results/lamps-and-patrols/study.parquet" in shown.stdout
    as_json = CliRunner().invoke(app, ["study", str(file), "--runner", "serial", "--json", "--language", "nl"])
    record = json.loads(as_json.stdout)
    assert (record["runs"], record["failed"], record["points"]) == (16, 0, 4)
    assert "16 van 16 runs waren er al" in as_json.stderr
    for words, told in (
        (["--runner", "serial", "--workers", "2"], "serial has one worker"),
        (["--runner", "processes", "--cluster", "tcp://127.0.0.1:1"], "--cluster is for --runner dask"),
        (["--show-job"], "needs --cluster FILE"),
    ):
        refused = CliRunner().invoke(app, ["study", str(file), *words])
        assert refused.exit_code == 2
        assert told in refused.stderr
