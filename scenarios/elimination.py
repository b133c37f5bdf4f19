"""Which of several scenarios is best, from days that they share: Kim-Nelson elimination, and what a wrong pick costs.

Source: Kim S-H, Nelson BL (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM
TOMACS 11; Chick SE, Inoue K (2001), New two-stage and sequential procedures, Oper Res 49 (expected opportunity cost).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
FIRST_DAYS: Final = 10
ALPHA: Final = 0.05


def h_squared(rivals: int, first: int = FIRST_DAYS, alpha: float = ALPHA) -> float:
    """Return the constant h2 of the procedure for ``rivals`` scenarios, 10.1642 for 4 of them and 10 first days."""
    eta: float = 0.5 * ((2 * alpha / (rivals - 1)) ** (-2 / (first - 1)) - 1)
    return 2 * eta * (first - 1)


@dataclass(frozen=True)
class Race:
    """What is left after some days.

    Attributes:
        left: numbers of the scenarios still in, best first.
        dropped: after how many days each of the others was dropped, by number.
        days: used.
        settled: one is left.
    """

    left: tuple[int, ...]
    dropped: dict[int, int]
    days: int

    @property
    def settled(self) -> bool:
        """One is left: it is the best, or within the indifference of it, in at least 95 of 100 races."""
        return len(self.left) == 1


def race(values: Floats, indifference: float, *, first: int = FIRST_DAYS, alpha: float = ALPHA) -> Race:
    """Return which scenarios are left after these days; the days are looked at one by one, so more may be added.

    Args:
        values: of each day and scenario, (days, scenarios), higher is better; all scenarios on the same days.
        indifference: the difference that whoever asks would not pay for, above 0.
        first: days from which the variances of the differences are taken, before which nobody is dropped.
        alpha: chance of a wrong pick when the best leads by ``indifference``.

    Raises:
        ValueError: no indifference.
    """
    if not indifference > 0:
        raise ValueError("the difference that does not matter must be above 0")
    days, rivals = values.shape
    left, dropped = list(range(rivals)), dict[int, int]()
    if rivals > 1 and days >= first:
        h2 = h_squared(rivals, first, alpha)
        start = values[:first]
        s2 = np.var(start[:, :, None] - start[:, None, :], axis=0, ddof=1)
        for n in range(first, days + 1):
            mean = values[:n].mean(axis=0)
            slack = np.maximum(0.0, indifference / (2 * n) * (h2 * s2 / indifference**2 - n))
            out = [i for i in left if any(mean[j] - mean[i] > slack[i, j] for j in left if j != i)]
            dropped.update(dict.fromkeys(out, n))
            left = [i for i in left if i not in out]
            if len(left) == 1:
                days = n
                break
    mean = values[:days].mean(axis=0) if days else np.zeros(rivals)
    return Race(tuple(sorted(left, key=lambda i: -mean[i])), dropped, days)


def opportunity_cost(values: Floats, pick: int) -> float:
    """Return what picking one scenario is expected to lose against each rival, added up (Chick and Inoue).

    Args:
        values: of days and scenarios, higher is better; pick: number of the scenario picked.
    """
    days, rivals = values.shape
    nu, total = days - 1, 0.0
    for rival in range(rivals):
        ahead = values[:, rival] - values[:, pick]
        error = float(np.std(ahead, ddof=1)) / days**0.5
        if rival == pick or error == 0:
            total += max(float(ahead.mean()), 0.0) if rival != pick else 0.0
            continue
        u = float(ahead.mean()) / error
        total += error * ((nu + u * u) / (nu - 1) * float(stats.t.pdf(u, nu)) + u * float(special.stdtr(nu, u)))
    return total


@dataclass(frozen=True)
class Regret:
    """What each scenario loses against the best one, over draws of the uncertain parameters.

    Attributes:
        mean: of each scenario, from variance-matched draws (statistics 4.4); best: share of draws in which it is best.
        half: value of knowing the parameters, chosen on odd days and scored on even ones: a lower bound.
    """

    mean: Floats
    best: Floats
    half: float

    @property
    def knowledge_shown(self) -> bool:
        """Knowing the parameters better is shown to be worth something."""
        return self.half > 0


def regret(values: Floats) -> Regret:
    """Return the regret of each scenario.

    Args:
        values: (draws, days, scenarios), higher is better; fresh days in every draw, shared by the scenarios.
    """
    draws, days, _ = values.shape
    means = values.mean(axis=1)
    between = means.var(axis=0, ddof=1)
    luck = values.var(axis=1, ddof=1).mean(axis=0) / days
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(between > 0, np.sqrt(np.maximum(0.0, 1 - luck / between)), 0.0)
    centre = means.mean(axis=0)
    matched = centre + factor * (means - centre)
    lost = matched.max(axis=1, keepdims=True) - matched
    winners = np.bincount(matched.argmax(axis=1), minlength=values.shape[2]) / draws
    odd, even = values[:, 0::2].mean(axis=1), values[:, 1::2].mean(axis=1)
    known = even[np.arange(draws), odd.argmax(axis=1)].mean() - even[:, int(odd.mean(axis=0).argmax())].mean()
    return Regret(np.asarray(lost.mean(axis=0)), np.asarray(winners), float(known))
