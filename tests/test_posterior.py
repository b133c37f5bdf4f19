"""A fit over a bank: known truths found again, stages that hold what was found, what was not learned said so."""

import numpy as np
import pytest

from calibration.posterior import Aim, Bank, Stage, emulate, infer, plausible

NAMES = ("a", "b", "c", "d")


def world(u):
    """Two scores of a, b; a log count of c; nobody reads d."""
    return np.column_stack([6 + 2 * u[:, 0] + np.sin(2 * u[:, 1]), 7 - u[:, 1] + 0.5 * u[:, 0] ** 2, 4 + 2 * u[:, 2]])


@pytest.fixture(scope="module")
def bank():
    rng = np.random.default_rng(1)
    u = (np.argsort(rng.random((4, 60)), axis=1).T + rng.random((60, 4))) / 60
    values = world(u)[:, None, :] + 0.05 * rng.standard_normal((60, 2, 3))
    return Bank(NAMES, u, values)


STAGES = (Stage("perception", (0, 1), (0, 1)), Stage("incidents", (2, 3), (2,)))


@pytest.fixture(scope="module")
def emulated(bank):
    return emulate(bank, [Aim(f"t{k}", 0.0, 1.0) for k in range(3)])


def aims_of(u, rng, sd=0.1):
    seen = world(u[None])[0] + sd * rng.standard_normal(3)
    return [Aim(f"t{k}", float(seen[k]), sd) for k in range(3)]


def test_what_the_targets_tell_is_learned_and_what_nobody_reads_is_not(emulated):
    rng = np.random.default_rng(3)
    posterior = infer(emulated, NAMES, STAGES, aims_of(np.array([0.5, 0.5, 0.5, 0.5]), rng))
    shares = posterior.contraction()
    assert shares["a"] > 0.5
    assert shares["c"] > 0.5
    assert abs(shares["d"]) < 0.1
    assert set(posterior.learned()) == {"a", "b", "c"}
    assert all(report.effective > 100 for report in posterior.reports)
    assert all(0.05 < report.acceptance < 0.9 for report in posterior.reports)


def test_a_later_stage_moves_nothing_of_an_earlier_one(emulated):
    aims = aims_of(np.array([0.2, 0.8, 0.5, 0.5]), np.random.default_rng(4))
    alone = infer(emulated, NAMES, STAGES[:1], aims)
    both = infer(emulated, NAMES, STAGES, aims)
    for column in (0, 1):
        assert np.quantile(both.u[:, column], 0.5) == pytest.approx(np.quantile(alone.u[:, column], 0.5), abs=0.05)


def test_one_target_of_two_parameters_leaves_a_ridge(emulated):
    stage = Stage("one", (0, 1), (0,))
    aim = Aim("t0", float(world(np.full((1, 4), 0.5))[0, 0]), 0.03)
    posterior = infer(emulated, NAMES, [stage], [aim])
    assert posterior.ridges()[0][:2] == ("b", "a")
    assert posterior.ridges()[0][2] < -0.5


def test_history_matching_rules_out_what_no_target_allows(emulated):
    aims = aims_of(np.full(4, 0.5), np.random.default_rng(5))
    u = np.vstack([np.full((1, 4), 0.5), np.zeros((1, 4)), np.ones((1, 4))])
    assert plausible(u, emulated, STAGES[0], aims).tolist() == [True, False, False]


def test_without_targets_near_anything_the_prior_is_kept(emulated):
    wide = [Aim(f"t{k}", 6.0, 1e3) for k in range(3)]
    posterior = infer(emulated, NAMES, STAGES, wide)
    assert max(abs(share) for share in posterior.contraction().values()) < 0.08
    assert posterior.learned() == ()
