"""Known answers of the statistics page (1.1 to 5), and properties of the interval functions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model.kernels.score import expected_answer
from scenarios.intervals import (
    effective_days,
    fieller,
    hall_interval,
    interval_of_days,
    p_of_days,
    probability_of_decrease,
    ratio_of_sums,
    skewness,
    stratified_interval,
    survey_band,
    t_interval,
)
from scenarios.looks import (
    DaysNeeded,
    Width,
    days_needed,
    holm,
    last_look,
    level_of,
    next_look,
    pairs_shown,
    state_of,
    stop_at_look,
    width_wanted,
)
from scenarios.spread import common_luck, parameters_and_luck

BASE = np.array([10, 12, 8, 11, 9, 14, 7, 9], dtype=float)
SCENARIO = np.array([8, 9, 7, 8, 8, 10, 6, 7], dtype=float)
RARE_BASE = np.array([0, 0, 5, 0, 0, 0, 40, 0], dtype=float)
RARE_SCENARIO = np.array([0, 0, 4, 0, 0, 0, 22, 0], dtype=float)


def test_known_answer_busy_cell() -> None:
    d = SCENARIO - BASE
    m = d.mean()
    assert m == -2.125
    assert d.std(ddof=1) == pytest.approx(1.125992, abs=1e-6)
    assert float(skewness(d)) == pytest.approx(-0.391136, abs=1e-6)
    assert t_interval(d, m) == pytest.approx((-3.066353, -1.183647), abs=1e-6)
    assert hall_interval(d, m) == pytest.approx((-3.204942, -1.278504), abs=1e-6)
    assert interval_of_days(d, m) == pytest.approx((-3.204942, -1.183647), abs=1e-6)
    assert interval_of_days(d, m, 0.99) == pytest.approx((-3.848317, -0.731862), abs=1e-6)
    assert fieller(BASE, SCENARIO, BASE.mean(), SCENARIO.mean()) == pytest.approx(
        (-0.2125, -0.261861, -0.143771), abs=1e-6
    )
    assert float(effective_days(BASE + SCENARIO)) == pytest.approx(7.7429, abs=1e-4)
    assert float(probability_of_decrease(d, m)) == pytest.approx(0.99946, abs=1e-5)


def test_known_answer_rare_cell() -> None:
    d = RARE_SCENARIO - RARE_BASE
    assert float(effective_days(RARE_BASE + RARE_SCENARIO)) == pytest.approx(1.2843, abs=1e-4)
    assert np.isnan(fieller(RARE_BASE, RARE_SCENARIO, RARE_BASE.mean(), RARE_SCENARIO.mean())).all()
    assert d.mean() == -2.375
    assert interval_of_days(d, d.mean()) == pytest.approx((-19.177961, 2.911280), abs=1e-6)


def test_effective_days_of_equal_days_and_of_one_day() -> None:
    assert float(effective_days(np.full(12, 3.0))) == pytest.approx(12)
    assert float(effective_days(np.array([0.0, 0.0, 7.0]))) == 1.0
    assert float(effective_days(np.zeros(5))) == 0.0


def test_too_few_days_give_no_interval() -> None:
    one = np.array([1.5])
    assert np.isnan(interval_of_days(one, 1.5)).all()
    assert np.isnan(fieller(one, one, 1.5, 1.5)).all()


def test_equal_days_give_a_point() -> None:
    assert interval_of_days(np.full(6, -3.0), -3.0) == (-3.0, -3.0)


def test_ratio_of_sums_with_equal_weights_is_the_mean_of_days() -> None:
    weight = np.full(8, 25.0)
    ratio_b, e_b = ratio_of_sums(BASE * 25, weight)
    ratio_s, e_s = ratio_of_sums(SCENARIO * 25, weight)
    d = SCENARIO - BASE
    assert float(ratio_s - ratio_b) == pytest.approx(d.mean(), abs=1e-12)
    assert np.allclose(e_s - e_b, d - d.mean(), atol=1e-12)
    assert interval_of_days(e_s - e_b, ratio_s - ratio_b) == pytest.approx(interval_of_days(d, d.mean()))


def test_ratio_of_sums_day_without_travellers_has_no_influence() -> None:
    ratio, e = ratio_of_sums(np.array([12.0, 0.0, 8.0]), np.array([2.0, 0.0, 2.0]))
    assert float(ratio) == 5.0
    assert e[1] == 0.0
    assert e.sum() == pytest.approx(0.0, abs=1e-12)


def test_ratio_of_sums_busy_days_weigh_more_than_mean_of_day_means() -> None:
    # the page: the mean of day means is off when busy days react less
    weight = np.array([10.0, 90.0])
    ratio, _ = ratio_of_sums(np.array([10 * 1.0, 90 * 0.5]), weight)
    assert float(ratio) == pytest.approx(0.55)


def test_gender_gap_from_common_days_is_narrower_than_from_two_intervals() -> None:
    rng = np.random.default_rng(7)
    day = rng.normal(0, 0.2, 40)  # shared by women and men
    women, men = day + rng.normal(0, 0.05, 40), day + rng.normal(0, 0.05, 40)
    low, high = interval_of_days(women - men, (women - men).mean())
    half_women = np.subtract(*interval_of_days(women, women.mean())[::-1]) / 2
    half_men = np.subtract(*interval_of_days(men, men.mean())[::-1]) / 2
    assert (high - low) / 2 < 0.4 * (half_women + half_men)


def test_stratified_interval_of_one_type_is_the_plain_t() -> None:
    d = SCENARIO - BASE
    estimate, low, high, degrees = stratified_interval([d], [1.0])
    assert (low, high) == pytest.approx(t_interval(d, d.mean()), abs=1e-12)
    assert (estimate, degrees) == (d.mean(), pytest.approx(7.0, abs=1e-12))


def test_stratified_interval_of_equal_types_is_the_plain_t_of_the_pooled_spread() -> None:
    d = SCENARIO - BASE
    # three day types with equal weight, days and spread, but different means
    groups, weights = [d, d + 1.0, d - 1.0], [1 / 3] * 3
    estimate, low, high, degrees = stratified_interval(groups, weights)
    half = stats.t.ppf(0.975, 21) * d.std(ddof=1) / math.sqrt(24)
    assert degrees == pytest.approx(21, abs=1e-12)
    assert (low, high) == pytest.approx((estimate - half, estimate + half), abs=1e-12)


def test_expected_answer_of_a_survey() -> None:
    answers = [expected_answer(score, 0.5) for score in (5.5, 7.3, 9.9)]
    assert answers == pytest.approx([5.5, 7.297823, 9.785589], abs=1e-6)


def test_survey_band_of_a_wave_of_175() -> None:
    # "the model: +0.15; a survey of 175 would see anything from -0.25 to +0.55"
    low, high = survey_band(0.15, 0.02, 1.9, 175, 175)
    assert (round(low, 2), round(high, 2)) == (-0.25, 0.55)


def test_days_needed() -> None:
    assert days_needed(10, 0.12, 0.05) == DaysNeeded(46, 28, 99, 80, at_least=False)
    assert days_needed(10, 0.12, 0.05, k=5).at_least


def test_looks_double_and_go_on() -> None:
    assert [last_look(n) for n in (0, 4, 5, 9, 10, 159, 5000)] == [0, 0, 5, 5, 10, 80, 640]
    assert [next_look(n) for n in (1, 5, 6, 46, 640, 700)] == [5, 5, 10, 80, 640, 1280]


def test_three_states() -> None:
    assert state_of(4, finished=True) == "first"
    assert state_of(7, finished=False) == "so_far"
    assert state_of(7, finished=True) == "final"
    assert (
        pairs_shown(7, finished=False),
        pairs_shown(7, finished=True),
        pairs_shown(3, finished=False),
    ) == (
        5,
        7,
        3,
    )
    assert (level_of("so_far"), level_of("final")) == (0.99, 0.95)


def test_width_wanted() -> None:
    assert width_wanted("relative", -0.10) == 0.05
    assert width_wanted("relative", -0.50) == pytest.approx(0.10)
    assert width_wanted("score", 0.1) == 0.05
    assert width_wanted("share", -0.2) == pytest.approx(0.04)


def test_stop_rule_looks_at_widths_never_at_signs() -> None:
    lines = [Width("relative", -0.1, 0.04, 12), Width("score", 0.2, 0.03, 12)]
    mirrored = [Width(line.scale, -line.effect, line.half, line.k) for line in lines]
    assert stop_at_look(20, lines, 160).stop
    assert stop_at_look(20, lines, 160) == stop_at_look(20, mirrored, 160)
    assert not stop_at_look(5, lines, 160).stop  # never before 10
    assert not stop_at_look(15, lines, 160).stop  # never between looks
    wide = [*lines, Width("relative", -0.1, 0.12, 12)]
    assert stop_at_look(20, wide, 160).waiting == (2,)
    rare = [*lines, Width("relative", -0.1, 0.9, 3)]  # too few effective days to hold the others up
    assert stop_at_look(20, rare, 160).stop
    far = stop_at_look(20, [*lines, Width("relative", 0.0, 0.9, 12)], 160)
    assert far.stop
    assert far.out_of_reach[0][0] == 2
    assert not stop_at_look(20, [], 160).stop


def test_holm_known_answer() -> None:
    assert holm([0.004, 0.0055, 0.02, *[0.5] * 7]) == [True, True, *[False] * 8]
    assert holm([0.5, 0.02, 0.0055, 0.004]) == [False, True, True, True]
    assert holm([]) == []
    assert holm([math.nan, 0.001]) == [False, True]


def test_p_of_days_is_the_t_test() -> None:
    d = SCENARIO - BASE
    assert float(p_of_days(d, d.mean())) == pytest.approx(stats.ttest_1samp(d, 0).pvalue, rel=1e-12)
    assert float(p_of_days(np.zeros(5), 0.0)) == 1.0


def test_parameters_and_luck_known_answer() -> None:
    x = np.array([(1, 3), (5, 7), (2, 2), (8, 6)], dtype=float)
    spread = parameters_and_luck(x.mean(axis=1), x)
    assert float(spread.mean) == 4.25
    assert float(spread.luck) == 1.5
    assert float(spread.parameters) == pytest.approx(6.166667, abs=1e-6)
    assert float(spread.mean_error) == pytest.approx(1.314978, abs=1e-6)
    assert float(spread.parameter_share) == pytest.approx(0.804348, abs=1e-6)
    assert float(spread.share_low) == 0.0
    assert float(spread.share_high) == pytest.approx(0.985741, abs=1e-6)
    assert float(spread.factor) == pytest.approx(0.944228, abs=1e-6)
    assert (float(spread.mean_low), float(spread.mean_high)) == pytest.approx((0.065154, 8.434846), abs=1e-6)
    # the interval of the share reaches 0: raw points, labelled
    assert bool(spread.includes_luck)
    assert float(spread.low) == pytest.approx(np.quantile(x.mean(axis=1), 0.1))


def test_parameters_and_luck_matched_draws_have_the_variance_of_parameters() -> None:
    rng = np.random.default_rng(11)
    x = rng.normal(0, 2, (50, 1)) + rng.normal(0, 1, (50, 3))
    spread = parameters_and_luck(x.mean(axis=1), x)
    assert np.var(spread.matched, ddof=1) == pytest.approx(float(spread.parameters), rel=1e-12)
    assert not spread.includes_luck
    assert float(spread.luck_share) == pytest.approx(1 - float(spread.parameter_share))


def test_parameters_and_luck_of_nothing() -> None:
    spread = parameters_and_luck(np.zeros(4), np.zeros((4, 2)))
    assert (float(spread.low), float(spread.high)) == (0.0, 0.0)
    assert np.isnan(spread.luck_share)
    assert not spread.includes_luck
    with pytest.raises(ValueError, match="two draws of two days"):
        parameters_and_luck(np.zeros(4), np.zeros((4, 1)))


def test_common_luck_is_the_plain_variance_ratio_with_its_jackknife() -> None:
    rng = np.random.default_rng(5)
    b = rng.gamma(2, 1, 25)
    s = 0.9 * b + rng.normal(0, 0.1, 25)

    def ratio(x: np.ndarray, y: np.ndarray) -> float:
        return float(np.var(y - x, ddof=1) / (np.var(x, ddof=1) + np.var(y, ddof=1)))

    found = common_luck(b, s)
    left_out = [ratio(np.delete(b, i), np.delete(s, i)) for i in range(25)]
    pseudo = 25 * ratio(b, s) - 24 * np.array(left_out)
    half = stats.t.ppf(0.975, 24) * pseudo.std(ddof=1) / 5
    assert found.variance_ratio == pytest.approx(ratio(b, s), rel=1e-12)
    assert found.high == pytest.approx(ratio(b, s) + half, rel=1e-9)
    assert found.correlation == pytest.approx(np.corrcoef(b, s)[0, 1], rel=1e-12)
    assert found.saves_factor == pytest.approx(1 / found.variance_ratio)


def test_common_luck_of_strangers_saves_nothing() -> None:
    rng = np.random.default_rng(6)
    found = common_luck(rng.normal(size=400), rng.normal(size=400))
    assert found.low < 1 < found.high
    assert found.saves_factor == pytest.approx(1.0, abs=0.15)


day_values = st.lists(st.floats(0, 1000), min_size=3, max_size=30)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_intervals_hold_the_estimate_nest_and_mirror(data: st.DataObject) -> None:
    b = np.array(data.draw(day_values))
    s = np.array(data.draw(st.lists(st.floats(0, 1000), min_size=len(b), max_size=len(b))))
    d = s - b
    m = d.mean()
    low, high = interval_of_days(d, m)
    low99, high99 = interval_of_days(d, m, 0.99)
    slack = 1e-9 * (1 + np.abs(d).max())
    assert low <= m + slack
    assert high >= m - slack
    assert low99 <= low + slack
    assert high99 >= high - slack
    mirrored = interval_of_days(-d, -m)
    assert mirrored == pytest.approx((-high, -low), rel=1e-6, abs=slack)


def _fieller(b: np.ndarray, s: np.ndarray) -> list[float]:
    return [float(x) for x in fieller(b, s, b.mean(), s.mean())]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_fieller_scales_and_turns_round(data: st.DataObject) -> None:
    b = np.array(data.draw(st.lists(st.floats(50, 100), min_size=5, max_size=20)))
    s = np.array(data.draw(st.lists(st.floats(50, 100), min_size=len(b), max_size=len(b))))
    r, low, high = _fieller(b, s)
    assert _fieller(8 * b, 8 * s) == pytest.approx([r, low, high], rel=1e-9, abs=1e-9, nan_ok=True)
    back, back_low, back_high = _fieller(s, b)
    if np.isfinite(r) and np.isfinite(back):
        assert 1 + back == pytest.approx(1 / (1 + r), rel=1e-9)
        # the same set of ratios, seen from the other side
        assert (1 + back_low, 1 + back_high) == pytest.approx((1 / (1 + high), 1 / (1 + low)), rel=1e-6)
