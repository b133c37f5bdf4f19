"""Which scenario gives most per euro, and how often it comes first when days or parameters are drawn again."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from scenarios.cells import DayCells, Days, Draws, Key
from scenarios.intervals import Array
from scenarios.words import MATTERS

RESAMPLES: Final = 1000
WOMEN_AFTER_19: Final[Key] = ("perceived_safety", "", "woman", "after_19", "all")


def _sums(days: Mapping[int, DayCells], key: Key) -> Array:
    """Return sums and weights of a cell, (days, 2)."""
    return np.array([(c.total[n], c.weight[n]) for c in days.values() for n in (c.index.number[key],)])


def first_by_days(
    base: Days, scenarios: Mapping[str, Days], costs: Mapping[str, float], key: Key = WOMEN_AFTER_19
) -> dict[str, float]:
    """Return the share of resampled sets of days in which each scenario has the largest gain per euro.

    A set has as many days as there are, drawn with replacement and the same for all arms, so that what the arms share
    does not count. A gain for which nobody would pay (``MATTERS``) is never first, however cheap it is; ties and sets
    in which nobody gains that much have no first.

    Args:
        base, scenarios: cells of the same days.
        costs: EUR a year, those that cost nothing take no part.
        key: of the score.
    """
    names = [name for name in scenarios if costs.get(name, 0.0) > 0.0]
    numbers = sorted(base)
    if not names or not numbers:
        return {}
    rng = np.random.default_rng(0)  # the same sets in every call
    times = rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), RESAMPLES)
    arms = [base, *(scenarios[name] for name in names)]
    means = []
    for arm in arms:
        sums = times @ _sums({d: arm[d] for d in numbers}, key)
        means.append(sums[:, 0] / np.maximum(sums[:, 1], 1e-12))
    return _shares(names, np.stack(means[1:], axis=1) - means[0][:, None], costs)


def first_by_draws(draws: Draws, costs: Mapping[str, float], key: Key = WOMEN_AFTER_19) -> dict[str, float]:
    """Return the share of parameter draws in which each scenario has the largest gain per euro."""
    names = [name for name in draws.scenarios if costs.get(name, 0.0) > 0.0]
    if not names:
        return {}

    def score(arm: Mapping[int, Sequence[DayCells]], j: int) -> float:
        sums = _sums(dict(enumerate(arm[j])), key).sum(axis=0)
        return float(sums[0] / max(sums[1], 1e-12))

    gains = [[score(draws.scenarios[name], j) - score(draws.base, j) for name in names] for j in sorted(draws.base)]
    return _shares(names, np.array(gains), costs)


def _shares(names: list[str], gains: Array, costs: Mapping[str, float]) -> dict[str, float]:
    per_euro = np.where(gains >= MATTERS["score"], gains, 0.0) / np.array([costs[name] for name in names])
    best = per_euro.max(axis=1)
    first = (per_euro == best[:, None]) & (best[:, None] > 0.0)
    first &= first.sum(axis=1, keepdims=True) == 1
    return {name: float(first[:, k].mean()) for k, name in enumerate(names)}
