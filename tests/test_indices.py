"""Sensitivity indices through the product's own path: functions with known answers, luck with a known share."""

import numpy as np
import pytest

from calibration.indices import DUMMY, LUCK, METHODS, FailedPointsError, Group, indices_of, make_plan

THREE = tuple(Group(name, (name,)) for name in ("x1", "x2", "x3"))


def ishigami(x, a=7.0, b=0.1):
    x1, x2, x3 = (np.pi * (2 * x[:, i] - 1) for i in range(3))
    return np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)


def g_function(x, a):
    return np.prod((np.abs(4 * x[:, : len(a)] - 2) + a) / (1 + a), axis=1)


def luck(day, sd):
    return sd * np.random.default_rng(7).standard_normal(int(day.max()) + 1)[day]


def test_st3_ishigami_has_its_known_indices():
    """Sobol on the Ishigami function. Criterion: within the interval of the analytic values, and 0.03."""
    plan = make_plan("sobol", THREE, rows=1024)
    said = indices_of(plan, resamples=100, result=ishigami(plan.x))
    for name, first, total in (("x1", 0.3139, 0.5576), ("x2", 0.4424, 0.4424), ("x3", 0.0, 0.2437)):
        index = said[name]
        assert index.value == pytest.approx(total, abs=0.03)
        assert index.first == pytest.approx(first, abs=0.03)
        assert index.low <= total <= index.high
    assert said[DUMMY].value == 0
    assert said[LUCK].value == said.floor == 0


def test_st3_g_function_has_its_known_indices_in_groups():
    """Sobol g-function, a = 0, 1, 4.5, 9. Criterion: first-order indices within 0.03, of a group too."""
    a = np.array([0.0, 1.0, 4.5, 9.0])
    part = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + part) - 1
    alone = tuple(Group(name, (name,)) for name in "abcd")
    plan = make_plan("sobol", alone, rows=1024)
    said = indices_of(plan, resamples=100, result=g_function(plan.x, a))
    assert [said[name].first for name in "abcd"] == pytest.approx(part / whole, abs=0.03)
    total = part * np.prod(1 + part) / (1 + part) / whole
    assert [said[name].value for name in "abcd"] == pytest.approx(total, abs=0.03)
    plan = make_plan("sobol", (Group("ab", ("a", "b")), Group("cd", ("c", "d"))), rows=1024)
    said = indices_of(plan, resamples=100, result=g_function(plan.x, a))
    both = (np.prod(1 + part[:2]) - 1) / whole
    assert said["ab"].first == pytest.approx(both, abs=0.03)


def test_st4_luck_has_its_known_share_and_the_dummy_exactly_none():
    """Noise as large as the parameters. Criterion: total index of luck 0.50 within 0.05, of the dummy exactly 0."""
    plan = make_plan("sobol", THREE, rows=2048)
    clean = ishigami(plan.x)
    said = indices_of(plan, resamples=100, result=clean + luck(plan.day, np.std(clean)))
    assert said[LUCK].value == pytest.approx(0.5, abs=0.05)
    assert said.floor == said[LUCK].value
    assert said[DUMMY].value == 0
    assert said["x1"].value == pytest.approx(0.5576 / 2, abs=0.05)
    assert said["x1"].among == pytest.approx(0.5576, abs=0.06)


def test_st5_a_failed_point_stops_the_analysis_with_a_count():
    for method in METHODS:
        plan = make_plan(method, THREE, rows=64)
        result = ishigami(plan.x)
        result[[3, 5]] = np.nan
        with pytest.raises(FailedPointsError, match="2 of"):
            indices_of(plan, resamples=100, result=result)


def test_points_of_a_row_share_a_day_and_rows_do_not():
    for method in ("sobol", "morris"):
        plan = make_plan(method, THREE, rows=16)
        day = plan.day.reshape(16, -1)
        assert (day[:, :-1] == day[:, :1]).all()
        assert len(set(day[:, 0]) | set(day[:, -1])) == 32
        same = plan.x.reshape(16, day.shape[1], -1)
        assert np.array_equal(same[:, 0], same[:, -1])


def test_morris_ranks_and_drops():
    plan = make_plan("morris", (*THREE, Group("far", ("x4", "x5"))), rows=20)
    result = 10 * plan.x[:, 0] + 3 * plan.x[:, 1] + 0.01 * plan.x[:, 2] + luck(plan.day, 0.5)
    said = indices_of(plan, resamples=100, result=result)
    assert said["x1"].value == pytest.approx(10)
    assert said["x2"].value == pytest.approx(3)
    assert [i.name for i in said.ranked[:2]] == ["x1", "x2"]
    assert set(said.small) == {"x3", "far"}
    assert said[DUMMY].value == 0
    expected = 0.5 * 2 / np.sqrt(np.pi) * 3 / 2  # mean distance of two normal numbers, by a step of two thirds
    assert said.floor == pytest.approx(expected, rel=0.5)


def test_shapley_shares_add_up_and_know_groups_and_luck():
    plan = make_plan("shapley", (Group("one", ("a",)), Group("two", ("b", "c"))), rows=1024)
    result = 2 * plan.x[:, 0] + plan.x[:, 1] + plan.x[:, 2] + luck(plan.day, np.sqrt(2 / 12))
    said = indices_of(plan, resamples=100, result=result)
    assert sum(index.value for index in said.indices) == pytest.approx(1)
    assert said["one"].value == pytest.approx(0.5, abs=0.05)
    assert said["two"].value == pytest.approx(0.25, abs=0.05)
    assert said[LUCK].value == pytest.approx(0.25, abs=0.05)
    assert said[DUMMY].value == 0


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_given_points_show_what_stands_above_the_dummy(method):
    plan = make_plan(method, THREE, rows=256)
    said = indices_of(plan, resamples=100, result=5 * plan.x[:, 0] + plan.x[:, 1] + 0.2 * luck(plan.day, 1.0))
    assert said.ranked[0].name == "x1"
    assert said["x1"].shown
    assert said["x3"].value < 2 * said.floor
    with pytest.raises(ValueError, match="groups"):
        make_plan(method, (Group("both", ("a", "b")),))


def test_nothing_that_varies_gives_zero_and_no_division():
    plan = make_plan("sobol", THREE, rows=16)
    said = indices_of(plan, resamples=100, result=np.ones(len(plan.x)))
    assert {index.value for index in said.indices} == {0.0}
    plan = make_plan("sobol", THREE, rows=128)
    assert np.isnan(indices_of(plan, resamples=100, result=ishigami(plan.x))["x1"].first)


def test_a_design_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="at least"):
        make_plan("sobol", THREE, rows=2)
    with pytest.raises(ValueError, match="once"):
        make_plan("sobol", (THREE[0], THREE[0]))
