"""The emulator on functions that are known: leave-one-out by hand, coverage of bands, refusals, time of an answer."""

import time
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import qmc

from dashboard.words import Words
from scenarios.emulator import REFUSALS, Emulator, Refusal, Space
from scenarios.paired_points import Outcome, Paired, learn_points
from scenarios.process import Checked, Points, Process, fit, known_variance
from scenarios.words import LANGUAGES

Floats = NDArray[np.float64]
SWITCHES, NUMBERS = 3, 2


def truth(x: Floats) -> Floats:
    """Three measures, the first with a strength, that hinder each other a little; a parameter that bends all."""
    effect = 0.4 * x[:, 0] * (0.5 + x[:, 3]) + 0.25 * x[:, 1] + 0.1 * x[:, 2]
    return np.asarray((1 - np.exp(-effect)) * (0.7 + 0.6 * x[:, 4]))


def design(points: int, seed: int) -> Floats:
    x = qmc.Sobol(SWITCHES + NUMBERS, rng=np.random.default_rng(seed)).random(points)
    x[:, :SWITCHES] = x[:, :SWITCHES] >= 0.5
    x[:, 3] *= x[:, 0]
    return np.asarray(x)


def noisy(x: Floats, seed: int, days: int = 4, sd: float = 0.04) -> Points:
    rng = np.random.default_rng(seed)
    spread = sd * (0.5 + x[:, :SWITCHES].sum(axis=1) / 2)
    runs = truth(x)[:, None] + spread[:, None] * rng.normal(size=(len(x), days))
    variances = runs.var(axis=1, ddof=1)
    return Points("made up", "", True, runs.mean(axis=1), known_variance(variances, days), 1.0, float(variances.mean()))


@pytest.fixture(scope="module")
def process() -> Process:
    x = design(64, 3)
    return fit(noisy(x, 4), x, [0, 1, 2])


@pytest.fixture(scope="module")
def emulator(process: Process) -> Emulator:
    x = process.x
    space = Space.of("abcde", x, [True] * 3 + [False] * 2, [-1, -1, -1, 0, -1])
    return Emulator(space, {"made up": process}, 4)


def test_st8_hold_out_bands_cover_and_the_error_is_small(process: Process) -> None:
    x = design(1024, 9)
    answers = process.ask(x)
    low, high = answers.band()
    assert 0.88 <= np.mean((low <= truth(x)) & (truth(x) <= high)) <= 1.0  # one fit: its mistakes hang together
    assert np.sqrt(np.mean((answers.mean - truth(x)) ** 2)) < 0.03
    luck = np.random.default_rng(11).normal(size=len(x))
    runs = truth(x) + 0.04 * (0.5 + x[:, :3].sum(axis=1) / 2) * luck
    assert 0.90 <= np.mean(np.abs(runs - answers.mean) <= 1.96 * answers.run_sd) <= 0.99


def test_leaving_out_in_closed_form_is_leaving_out(process: Process) -> None:
    mean, variance = process.left_out
    keep = np.arange(len(process.x)) != 5
    matrix = process.covariance(process.x, process.x) + np.diag(process.noise)
    z = process.points.y / process.scale
    solved = np.linalg.solve(matrix[np.ix_(keep, keep)], matrix[keep, 5])
    assert mean[5] == pytest.approx(float(solved @ z[keep]) * process.scale)
    own = matrix[5, 5] - solved @ matrix[keep, 5]
    assert variance[5] == pytest.approx(float(own) * process.scale**2)


def test_error_and_coverage_are_stored_and_come_back(emulator: Emulator, process: Process) -> None:
    back = Emulator.read(emulator.text())
    x = design(16, 21)
    assert np.array_equal(back.outcomes["made up"].ask(x).mean, process.ask(x).mean)
    assert back.space == emulator.space
    assert back.outcomes["made up"].checked == process.checked
    assert process.checked.covers
    with pytest.raises(ValueError, match="is no emulator"):
        Emulator.read("{}")


def test_nothing_done_changes_nothing_whatever_the_parameters(process: Process) -> None:
    x = np.zeros((5, 5))
    x[:, 4] = np.linspace(0, 1, 5)
    assert np.all(process.ask(x).mean == 0)
    assert np.all(process.ask(x).sd == 0)


def test_it_refuses_outside_the_design_and_says_why(emulator: Emulator, process: Process) -> None:
    inside = process.x
    assert all(emulator.refusal(x, "made up") == "" for x in inside)
    far = np.array([1, 1, 0, 1.1, 0.5])
    assert "d lies outside the range" in emulator.refusal(far, "made up")
    assert emulator.refusal(np.array([0, 1, 0, 1.1, 0.5]), "made up") == ""  # the strength of what is off
    assert "on (1) or off (0)" in emulator.refusal(np.array([0.5, 0, 0, 0, 0.5]), "made up")
    assert "not sure enough" in emulator.refusal(inside[inside[:, :3].sum(axis=1).argmax()], "made up", effect=1e-6)


def test_pairs_that_were_never_together_are_refused() -> None:
    x = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    space = Space.of(("glass", "hedge"), x, [True, True], [-1, -1])
    assert "glass and hedge were never taken together" in space.refusal(np.array([1.0, 1.0]))
    assert space.refusal(np.array([1.0, 0.0])) == ""
    assert "never on" in Space.of(("a",), np.zeros((3, 1)), [True], [-1]).refusal(np.array([1.0]))


def test_every_refusal_is_said_in_both_languages() -> None:
    for key in REFUSALS:
        told = Refusal.of(key, "glass", "hedge")
        english, dutch = (Words(one)(f"emulate.refused.{key}", a=told.a, b=told.b) for one in LANGUAGES)
        assert english == told
        assert dutch != english
    assert not Refusal.of("")


def test_points_inside_the_box_are_answered(emulator: Emulator) -> None:
    x = design(256, 33)
    assert np.mean([emulator.refusal(row, "made up") == "" for row in x]) >= 0.9


def test_too_few_points_are_refused() -> None:
    x = design(8, 1)
    with pytest.raises(ValueError, match="too few for 5 factors"):
        fit(noisy(x, 2), x)


def test_an_answer_takes_under_10_ms() -> None:
    x = np.random.default_rng(1).random((400, 10))
    points = Points("", "", False, x.sum(axis=1), np.full(400, 0.01), 1.0, 0.02)
    process = Process(points, x, (0, 1), 1.0, 1.0, np.ones(10), 1e-4, 1.0)
    process.ask(x[:1])
    start = time.perf_counter()
    for row in x[:50]:
        process.ask(row[None])
    assert (time.perf_counter() - start) / 50 < 0.010


def common_days(points: int, per_point: int, pool: int, seed: int) -> tuple[Floats, list[Paired], Floats]:
    """Packages of five measures that multiply, days in common on which all do more or less, one of them wild."""
    rng = np.random.default_rng(seed)
    x = (rng.random((points, 5)) < 0.5).astype(float)
    x[x.sum(axis=1) == 0, 0] = 1.0
    effect = np.array([-0.25, -0.12, -0.05, 0.0, 0.04])
    strong, noise = 1 + 0.2 * rng.normal(size=pool), np.where(np.arange(pool) == 3, 0.3, 0.02)
    level, pairs = rng.lognormal(0, 0.4, pool), []
    for row in x:
        days = rng.choice(pool, per_point, replace=False)
        luck = row.any() * noise[days] * rng.normal(size=per_point)
        after = level[days] * np.exp(strong[days] * (row @ effect) + luck)
        base = np.column_stack([level[days], np.ones(per_point)])
        pairs.append(Paired(days.astype(np.int64), base, np.column_stack([after, np.ones(per_point)])))
    return x, pairs, effect


def test_st8_bands_hold_on_days_in_common_of_which_one_is_wild() -> None:
    """Forty studies, what was left out of each: bands hold what many fresh days would give. Gate of 400 packages."""
    every = np.array(list(product((0.0, 1.0), repeat=5)))[1:]
    inside, misses, known = [], [], []
    for seed in range(20):
        x, pairs, effect = common_days(50, 4, 24, seed)
        process = learn_points(Outcome("made up", "", True, -1), pairs, x, range(5))
        answers = process.ask(every)
        low, high = answers.band()
        true = np.exp(every @ effect) - 1
        inside.append(np.mean((low <= true) & (true <= high)))
        misses.append(float(np.sqrt(np.mean((answers.mean - true) ** 2))))
        known.append(process.checked.coverage)
    assert 0.90 <= np.mean(inside) <= 0.995
    assert np.mean(misses) < 0.02  # a wild day alone would put 4 days of it 0.15 off
    assert 0.90 <= np.mean(known) <= 0.99
    assert process.points.log
    assert process.points.pool > 0
    whole = Emulator(Space.of("abcde", x, [True] * 5, [-1] * 5), {"made up": process}, 4)
    assert all(whole.refusal(row, "made up") == "" for row in x)  # shared luck of days is no reason to refuse


def test_counts_with_empty_days_are_learned_as_ratios_of_sums() -> None:
    x, pairs, _ = common_days(50, 4, 24, 1)
    pairs[0].value[0, 0] = 0.0
    process = learn_points(Outcome("made up", "", True, -1), pairs, x, range(5))
    assert not process.points.log
    sums = pairs[0].value[:, 0].sum() / pairs[0].base[:, 0].sum()
    assert process.points.y[0] == pytest.approx(sums - 1)


def test_joint_draws_have_the_mean_and_spread_of_the_answers(process: Process) -> None:
    x = design(8, 40)
    draws = process.joint(x, 4000, np.random.default_rng(1))
    answers = process.ask(x)
    assert np.allclose(draws.mean(axis=0), answers.mean, atol=4 * answers.sd.max() / 4000**0.5)
    assert np.allclose(draws.std(axis=0), answers.sd, rtol=0.1)


def test_a_band_that_holds_all_of_few_points_is_not_called_too_wide() -> None:
    assert Checked(0.1, 1.0, 1.0, 0.1, 0.2, 100).covers
    assert not Checked(0.1, 1.0, 1.0, 0.1, 0.2, 1000).covers
    assert not Checked(0.1, 0.85, 1.0, 0.1, 0.2, 100).covers
    assert Checked(0.1, 0.95, 1.0, 0.1, 0.2, 1000).covers
