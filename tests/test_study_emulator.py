"""From the table of a study to an emulator: changes by hand, questions in the words of the study, faults in words."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from calibration.failures import find_failures
from scenarios.design import Design, Strength, Switch, Uncertain
from scenarios.design_points import sobol
from scenarios.emulator import Emulator
from scenarios.faults import StationFileError, StudyError
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.study_emulator import coded_question, learn_study

FACTORS = (
    Switch("lamps", (BrighterLamps.model_validate({"factor": 2}),)),
    Strength("lamps", "factor", 1.5, 4.0),
    Uncertain("light_e50_lx"),
)
DAYS = 4


def made_design(points: int = 32) -> Design:
    values = sobol(FACTORS, points, 1)
    days = np.tile(np.arange(1, DAYS + 1), (points, 1))
    return Design(FACTORS, values, days, np.full(points, -1))


def made_table(design: Design, path: Path, lost: int = -1, quiet: bool = False) -> Path:
    """Incidents fall by up to a fifth, scores rise by up to half a point, with strength; a little luck."""
    rng, rows = np.random.default_rng(2), []
    for point, x in enumerate(design.coded()):
        strong = x[0] * (0.5 + 0.5 * x[1])
        for day in range(1, DAYS + 1):
            busy = rng.uniform(80, 120)
            luck = rng.normal(0, 0.005, 2) * x[0]
            failed = "RuntimeError: a lamp burst" if point == lost else ""
            thefts = busy * (1 - 0.2 * strong + luck[0])
            rows.append((point, day, "theft", "incidents per day", thefts, 1.0, busy, 1.0, failed))
            if quiet:
                rows.append((point, day, "aggression", "incidents per day", 0.0, 1.0, 0.0, 1.0, failed))
            score = 6.0 * busy, (6.0 + 0.5 * strong + luck[1]) * busy
            rows.append((point, day, "safety", "score 1-10", score[1], busy, score[0], busy, failed))
    names = ("point", "day", "outcome", "unit", "total", "weight", "base_total", "base_weight", "failed")
    table = {name: np.array([row[i] for row in rows]) for i, name in enumerate(names)}
    connection = duckdb.connect()
    connection.register("made", table)
    connection.execute(f"copy made to '{path}' (format parquet)")
    return path


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, Emulator]:
    design = made_design()
    table = made_table(design, tmp_path_factory.mktemp("study") / "study.parquet", lost=3)
    return design, learn_study(design, table, {"study": "made-up"})


def test_a_study_is_learned_on_the_scale_of_each_outcome(learned: tuple[Design, Emulator]) -> None:
    design, emulator = learned
    x = coded_question(design, {"lamps.factor": 4.0})
    assert x[0] == 1  # a strength takes its measure with it
    theft, safety = (emulator.outcomes[name].ask(x[None]) for name in ("theft", "safety"))
    assert float(theft.mean[0]) == pytest.approx(-0.2, abs=0.01)
    assert float(safety.mean[0]) == pytest.approx(0.5, abs=0.02)
    assert emulator.outcomes["theft"].points.relative
    assert len(emulator.outcomes["theft"].points.y) == 31  # without the point that failed
    assert emulator.outcomes["safety"].points.base == pytest.approx(6.0)
    assert emulator.days == DAYS


def test_it_refuses_beyond_the_strengths_of_the_study(learned: tuple[Design, Emulator]) -> None:
    design, emulator = learned
    assert emulator.refusal(coded_question(design, {"lamps.factor": 3.0}), "theft") == ""
    assert "lamps.factor lies outside" in emulator.refusal(coded_question(design, {"lamps.factor": 6.0}), "theft")
    nothing = emulator.outcomes["theft"].ask(coded_question(design, {})[None])
    assert float(nothing.mean[0]) == 0.0


def test_a_name_that_the_study_does_not_vary_is_told(learned: tuple[Design, Emulator]) -> None:
    with pytest.raises(StationFileError, match=r"lamps\.factor"):
        coded_question(learned[0], {"lamps.facto": 2.0})


def test_too_few_points_and_no_table_are_told(tmp_path: Path) -> None:
    few = made_design(8)
    with pytest.raises(StudyError, match="ask the study for more points"):
        learn_study(few, made_table(few, tmp_path / "study.parquet"), {})
    with pytest.raises(StudyError, match="is no table of a study"):
        learn_study(few, tmp_path / "nothing.parquet", {})


def test_an_outcome_of_which_nothing_happens_is_left_out_with_the_reason(tmp_path: Path) -> None:
    design = made_design()
    emulator = learn_study(design, made_table(design, tmp_path / "study.parquet", quiet=True), {})
    assert set(emulator.outcomes) == {"theft", "safety"}
    assert set(emulator.left_out) == {"aggression"}
    assert "nothing of it happens without measures" in emulator.left_out["aggression"]
    few = made_design(8)
    with pytest.raises(StudyError, match=r"aggression: at all points .*nothing of it.*safety, theft: .*more points"):
        learn_study(few, made_table(few, tmp_path / "few.parquet", quiet=True), {})


def test_to_discover_needs_points_with_numbers_and_takes_an_outcome_that_has_them(tmp_path: Path) -> None:
    few = made_design(12)
    table = made_table(few, tmp_path / "few.parquet", quiet=True)
    with pytest.raises(StudyError, match=r"safety has a gain at 12 of 12 points; at least 40 .*more points"):
        find_failures(few, table)
    with pytest.raises(StudyError, match=r"aggression has a gain at 0 of 12 points \(at the others nothing"):
        find_failures(few, table, "aggression")
    many = made_design(64)
    table = made_table(many, tmp_path / "many.parquet", quiet=True)
    with pytest.raises(StudyError, match="choose --outcome safety or theft"):
        find_failures(many, table, "aggression")
    with pytest.raises(StudyError, match="every point gains less than 9"):  # of safety: the first that has numbers
        find_failures(many, table, worth=9)
