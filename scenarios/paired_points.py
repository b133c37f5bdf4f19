"""From the days of a design's points to a process: changes on days in common, and how noisy each day is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scenarios.intervals import ratio_of_sums
from scenarios.process import Points, Process, fit, known_variance

Floats = NDArray[np.float64]
FEWEST_A_DAY: Final = 4  # points that must share a day before its noise is taken from them
FEWEST_DAYS: Final = 2  # a variance needs them; 4 are recommended


@dataclass(frozen=True)
class Paired:
    """The days of one point.

    Attributes:
        days: their numbers, or whatever else tells them apart, (days,).
        base, value: total and weight of each day without and with its measures, (days, 2).
    """

    days: NDArray[np.int64]
    base: Floats
    value: Floats


@dataclass(frozen=True)
class Outcome:
    """What is learned: its name and unit, whether its change is a fraction of the base, and which way is better."""

    name: str
    unit: str
    relative: bool
    better: int


def dealt_days(turn: int, number: int, *, pool: int, first: int) -> list[int]:
    """Return the numbers of the days of a point: the pool is shuffled and dealt out, again and again.

    Each day serves as many points, and no two points in a deal the same days: else the luck of those days would look
    like an effect of what the points have in common.

    Args:
        turn: of the point; number: its days; pool: days in all; first: number of the first of them.
    """
    deal, hand = divmod(turn, pool // number)
    order = np.random.default_rng(deal).permutation(pool)
    return [first + int(day) for day in order[number * hand : number * (hand + 1)]]


def learn_points(
    outcome: Outcome,
    pairs: Sequence[Paired],
    x: Floats,
    gates: Sequence[int],
    *,
    seed: int = 1,
    fewest: int | None = None,
) -> Process:
    """Return the process of the points of a design.

    A first process, with the noise that each point shows by itself, tells how far each day lies from what was expected;
    from that comes the noise of each day, which many points share, and the second process.

    Args:
        outcome: what is learned; pairs: the days of each point; x: coded design, (points, factors).
        gates: the factors that are measures.
        seed: of the search; fewest: points that suffice, where there are no more to be had.

    Raises:
        ValueError: too few points for so many factors, or points of one day that share none.
    """
    log = outcome.relative and all(bool((p.base[:, 0] > 0).all() and (p.value[:, 0] > 0).all()) for p in pairs)
    changes = [_changes(p, outcome.relative, log) for p in pairs]
    numbers = [p.days for p in pairs]
    counts = np.array([len(c) for c in changes])
    own = np.array([c.var(ddof=1) if len(c) > 1 else 0.0 for c in changes])
    totals, weights = (np.concatenate([p.base[:, i] for p in pairs]) for i in (0, 1))
    level = float(totals.sum() / weights.sum()) if weights.sum() > 0 else float("nan")
    points = Points(
        outcome.name, outcome.unit, outcome.relative, np.array([c.mean() for c in changes]),
        known_variance(own, counts), level, float(own.mean()), outcome.better, log,
    )  # fmt: skip
    first = fit(points, x, gates, seed=seed, fewest=fewest)
    expected, unsure = first.left_out
    of_days = _noise_of_days(changes, numbers, expected, np.maximum(unsure - first.noise * first.scale**2, 0.0))
    if of_days is None and counts.min() < FEWEST_DAYS:
        raise ValueError(f"points of one day tell their noise only where {FEWEST_A_DAY} of them share each day")
    if of_days is None:
        return first
    variance = np.array([sum(of_days[int(d)] for d in days) / len(days) ** 2 for days in numbers])
    day = float(np.mean(list(of_days.values())))
    pool = _pool_luck(changes, numbers, expected)
    return fit(replace(points, variance=variance, day=day, pool=pool), x, gates, seed=seed, fewest=fewest)


def _changes(pair: Paired, relative: bool, log: bool) -> Floats:
    """Return the change of each day; their mean is the change of the point."""
    if log:
        return np.asarray(np.log(pair.value[:, 0] / pair.base[:, 0]))
    before, e_before = ratio_of_sums(pair.base[:, 0], pair.base[:, 1])
    after, e_after = ratio_of_sums(pair.value[:, 0], pair.value[:, 1])
    if not relative:
        return np.asarray(after - before + e_after - e_before)
    if not before > 0:
        return np.full(len(pair.days), np.nan)
    return np.asarray(after / before - 1 + (e_after - after / before * e_before) / before)


def _noise_of_days(
    changes: Sequence[Floats], numbers: Sequence[NDArray[np.int64]], expected: Floats, unsure: Floats
) -> dict[int, float] | None:
    """Return how noisy each day is; None where too few points share the days.

    That is the mean square distance of its points from what they were expected to give, less the part of it that is
    the expectation's own error (``unsure``), at most half of it.
    """
    found: dict[int, list[tuple[float, float]]] = {}
    for change, days, middle, error in zip(changes, numbers, expected.tolist(), unsure.tolist(), strict=True):
        for day, value in zip(days.tolist(), change.tolist(), strict=True):
            found.setdefault(day, []).append(((value - middle) ** 2, error))
    if min(len(squares) for squares in found.values()) < FEWEST_A_DAY:
        return None
    means = {day: np.mean(np.array(pairs), axis=0) for day, pairs in found.items()}
    least = 1e-6 * float(np.mean([far for far, _ in means.values()]))  # no process without any noise can be solved
    return {day: max(float(far - error), float(far) / 2, least) for day, (far, error) in means.items()}


def _pool_luck(changes: Sequence[Floats], numbers: Sequence[NDArray[np.int64]], expected: Floats) -> float:
    """Return the relative standard deviation of the mean of all effects over the days that were shared.

    On some days all measures do more than on others: the slope of a day is what its points gave per unit expected.
    """
    over: dict[int, list[tuple[float, float]]] = {}
    for change, days, middle in zip(changes, numbers, expected, strict=True):
        for day, value in zip(days.tolist(), change.tolist(), strict=True):
            over.setdefault(day, []).append((value * float(middle), float(middle) ** 2))
    slopes = np.array([sum(a for a, _ in pairs) / max(sum(b for _, b in pairs), 1e-300) for pairs in over.values()])
    return float(slopes.std(ddof=1) / len(slopes) ** 0.5) if len(slopes) > 1 else 0.0
