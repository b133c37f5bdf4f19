"""Known truths found again by the fit, through the emulator of an analytic model."""

import numpy as np

from calibration.posterior import Aim, Bank, Stage, emulate, infer

NAMES = ("a", "b", "c", "d")
STAGES = (Stage("perception", (0, 1), (0, 1)), Stage("incidents", (2, 3), (2,)))


def world(u):
    """Two scores of a, b; a log count of c; nobody reads d."""
    return np.column_stack([6 + 2 * u[:, 0] + np.sin(2 * u[:, 1]), 7 - u[:, 1] + 0.5 * u[:, 0] ** 2, 4 + 2 * u[:, 2]])


def bank():
    rng = np.random.default_rng(1)
    u = (np.argsort(rng.random((4, 60)), axis=1).T + rng.random((60, 4))) / 60
    return Bank(NAMES, u, world(u)[:, None, :] + 0.05 * rng.standard_normal((60, 2, 3)))


def aims_of(u, rng, sd=0.1):
    seen = world(u[None])[0] + sd * rng.standard_normal(3)
    return [Aim(f"t{k}", float(seen[k]), sd) for k in range(3)]


def test_st6_known_truths_lie_inside_their_ninety_percent_region(told):
    """40 truths drawn from the prior, an analytic model. Criterion: inside 5 to 95% in at least 85% of them."""
    rng = np.random.default_rng(2)
    emulated = emulate(bank(), [Aim(f"t{k}", 0.0, 1.0) for k in range(3)])
    inside = []
    for k in range(40):
        truth = rng.random(4)
        posterior = infer(emulated, NAMES, STAGES, aims_of(truth, rng), seed=k)
        low, high = np.quantile(posterior.u, (0.05, 0.95), axis=0)
        inside.append((low <= truth) & (truth <= high))
    share = np.mean(inside)
    told(f"{100 * share:.0f}% of 4 parameters x 40 truths")
    assert 0.85 <= share <= 0.97
