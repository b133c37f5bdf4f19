"""Kim-Nelson elimination on normal days whose order is known, and the money side of a wrong pick."""

import numpy as np
import pytest

from scenarios.elimination import h_squared, opportunity_cost, race, regret


def test_constants_of_the_procedure() -> None:
    assert h_squared(4) == pytest.approx(10.1642, abs=5e-5)
    assert h_squared(12) == pytest.approx(16.5791, abs=5e-5)


def paired(rng: np.random.Generator, means: np.ndarray, days: int, correlation: float) -> np.ndarray:
    shared = rng.normal(size=(days, 1)) * correlation**0.5
    return np.asarray(means + shared + rng.normal(size=(days, len(means))) * (1 - correlation) ** 0.5)


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_st7_the_best_is_found_in_at_least_95_of_100_races(correlation: float) -> None:
    """400 races of four, the best ahead by just the indifference. False alarm of the gate 93%: 1 in 1,000 or less."""
    rng = np.random.default_rng(7)
    means, right, days = np.array([0.5, 0.0, 0.0, 0.0]), 0, []
    for _ in range(400):
        found = race(paired(rng, means, 250, correlation), 0.5)
        right += found.left[0] == 0
        days.append(found.days)
    assert right / 400 >= 0.93
    assert np.mean(days) < (20 if correlation else 120)  # days in common are worth it


def test_equal_packages_are_seldom_told_apart_early_and_never_a_bare_winner() -> None:
    rng = np.random.default_rng(8)
    found = [race(paired(rng, np.zeros(6), 12, 0.5), 0.2) for _ in range(100)]
    assert np.mean([not f.settled for f in found]) > 0.9
    assert all(set(f.left) | set(f.dropped) == set(range(6)) for f in found)


def test_more_days_never_bring_back_who_was_dropped() -> None:
    values = paired(np.random.default_rng(9), np.array([1.0, 0.0, 0.9]), 60, 0.3)
    before, after = race(values[:15], 0.1), race(values, 0.1)
    assert set(before.dropped.items()) <= set(after.dropped.items())
    assert race(values[:9], 0.1).left == tuple(np.argsort(-values[:9].mean(axis=0)))


def test_opportunity_cost_known_answer() -> None:
    ahead = np.random.default_rng(1).normal(size=10)
    ahead = -0.2 + 0.3 * (ahead - ahead.mean()) / ahead.std(ddof=1)
    values = np.column_stack([np.zeros(10), ahead])
    assert opportunity_cost(values, 0) == pytest.approx(0.00189, abs=5e-6)


def test_no_indifference_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        race(np.zeros((10, 2)), 0.0)


def test_no_optimism_in_figures_of_fresh_days() -> None:
    """12 equal packages: the winner of the race looks better than it is on its own days, not on fresh ones."""
    rng, own, fresh = np.random.default_rng(10), [], []
    for _ in range(300):
        values = paired(rng, np.zeros(12), 20, 0.5)
        pick = race(values[:10], 0.2).left[0]
        own.append(values[:10, pick].mean())
        fresh.append(values[10:, pick].mean())
    assert np.mean(own) > 3 * np.std(own) / 300**0.5
    assert abs(np.mean(fresh)) < 3 * np.std(fresh) / 300**0.5


def test_opportunity_cost_by_hand() -> None:
    rival = np.random.default_rng(1).normal(size=10)
    rival = (rival - rival.mean()) / rival.std(ddof=1) * 0.3 - 0.2
    assert opportunity_cost(np.column_stack([np.zeros(10), rival]), 0) == pytest.approx(0.00189, abs=5e-6)


def test_regret_of_matched_draws_is_less_biased_than_the_naive_one() -> None:
    rng = np.random.default_rng(11)
    truth = rng.normal(size=(4000, 3)) * 0.1
    luck = rng.normal(size=(4000, 2, 3)) * 0.1
    values = truth[:, None, :] + luck
    exact = (truth.max(axis=1, keepdims=True) - truth).mean(axis=0)
    naive = values.mean(axis=1)
    found = regret(values)
    assert np.all(np.abs(found.mean - exact) < 0.1 * exact)
    assert np.all((naive.max(axis=1, keepdims=True) - naive).mean(axis=0) > found.mean)
    assert found.best.sum() == pytest.approx(1)
    assert found.half > 0
    assert regret(rng.normal(size=(200, 2, 1))).mean == pytest.approx(0)
