"""What a measurement is worth, and a design answered by an emulator: known answers, no day of the model."""

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import sensitivity
from calibration.emulated import DAYS, run_emulated
from calibration.indices import LUCK, FailedPointsError, Group, make_plan
from calibration.sensitivity import Question
from calibration.value import measurements, value_of_knowing
from model.parameters import Parameters
from schouw.command import app

GROUPS = [Group(name, (name,)) for name in ("feel_base", "feel_woman", "light_e50_lx", "light_reach_m", "wait_seat")]


def points(rows=400, noise=0.3):
    plan = make_plan("pawn", GROUPS, rows=rows)
    rng = np.random.default_rng(2)
    change = (plan.x[:, 0] - 0.5) + 0.1 * (plan.x[:, 2] - 0.5) + 0.05 + noise * rng.standard_normal(rows)
    return plan, change


def test_the_measurement_that_tells_the_gain_is_worth_an_eighth_and_others_nothing():
    plan, change = points()
    choice = value_of_knowing(plan, change, better=1, worth=0.05)
    first = choice.values[0]
    assert first.measurement.name == "survey"
    assert first.value == pytest.approx(1 / 8, abs=0.03)  # E max(0, x - 1/2), x uniform
    assert first.shown
    assert first.value <= choice.perfect.value + 0.02
    counts = next(v for v in choice.values if v.measurement.name == "counts")
    assert counts.value < 0.01
    assert not counts.shown


def test_where_the_choice_is_clear_nothing_is_worth_knowing_and_the_sign_is_that_of_the_outcome():
    plan, change = points()
    clear = value_of_knowing(plan, change, better=1, worth=-5.0)
    assert clear.taken
    assert all(v.flips == 0 and v.value == 0 for v in clear.values)
    assert value_of_knowing(plan, change, better=-1, worth=0.0).gain == pytest.approx(-change.mean())
    with pytest.raises(ValueError, match="too few"):
        value_of_knowing(plan, change[:50], better=1, worth=0.0)
    with pytest.raises(FailedPointsError, match="1 of"):
        value_of_knowing(plan, np.append(change[:-1], np.nan), better=1, worth=0.0)


def test_measurements_that_ship_tell_uncertain_parameters_and_cost_something():
    names = Parameters.default().uncertain()
    for one in measurements():
        assert one.tells(names)
        assert one.eur > 0
        assert one.en != one.nl


def test_st3_a_sobol_design_is_answered_by_an_emulator_with_luck_of_known_size(tmp_path, monkeypatch):
    names = ["light_e50_lx", "light_reach_m", "light_minimum_weight"]
    question = Question.of("shoebox", outcomes=["safety_women_after_19"], method="sobol", inputs=names, rows=512)

    def levels(inputs, lines, seed, day, cache):
        rows = {row.name: row for row in inputs.parameters.rows}
        u = (inputs.parameters.light_reach_m - rows["light_reach_m"].low) / (
            rows["light_reach_m"].high - rows["light_reach_m"].low
        )
        return [2 * u + 0.2 * float(np.random.default_rng(day).standard_normal())]

    monkeypatch.setattr(sensitivity, "_levels", levels)
    done, quality = list(run_emulated(question, 64, tmp_path))[-1]
    said = done.indices["safety_women_after_19"]
    assert done.days == 64 * DAYS
    assert said.ranked[0].name == "light_reach_m"
    assert said["light_e50_lx"].value < 0.05
    assert quality["safety_women_after_19"].luck == pytest.approx(0.2, abs=0.04)
    known = 0.2**2 / (0.2**2 + said.sd**2 - quality["safety_women_after_19"].luck ** 2)
    assert said[LUCK].value == pytest.approx(known, abs=0.1)
    with pytest.raises(ValueError, match="at least 30"):
        list(run_emulated(question, 20, tmp_path))


def test_the_command_refuses_too_few_points_for_an_emulator(tmp_path):
    words = ["sensitivity", "shoebox", "--input", "light_*", "--groups", "each", "--out", str(tmp_path)]
    sobol, pawn = ["--method", "sobol", "--emulate", "12"], ["--method", "pawn", "--emulate", "90"]
    for more, said in ((sobol, "at least"), (pawn, "pawn")):
        result = CliRunner().invoke(app, [*words, "--workers", "1", *more])
        assert result.exit_code == 2, result.output
        assert said in result.output
        assert "Traceback" not in result.output
