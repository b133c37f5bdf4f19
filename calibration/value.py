"""What knowing more would change: the value of a measurement for the choice whether to take a measure.

A measurement tells some parameters; who knows them takes the measure where its gain, as these parameters say, is worth
it. The value is what that choice gains over the choice made today, in units of the outcome. Gains are told from points
of an analysis by regression on the parameters that are measured, each point by a regression that has not seen it (ten
parts), so that luck and the search itself give no value (Strong, Oakley and Brennan 2014, cross-validated).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.indices import DUMMY, FailedPointsError, Plan

Floats = NDArray[np.float64]
TABLE: Final = Path(__file__).with_name("measurements.csv")
FOLDS: Final = 10
RIDGES: Final = (1e-1, 1.0, 1e1, 1e2, 1e3, 1e4)
FEWEST_POINTS: Final = 60
RESAMPLES: Final = 400


@dataclass(frozen=True)
class Measurement:
    """Something that can be measured. Attributes: name; patterns: parameters that it tells; eur: about what it costs,
    an assumption; en, nl: what is done."""

    name: str
    patterns: tuple[str, ...]
    eur: float
    en: str
    nl: str

    def tells(self, names: Sequence[str]) -> list[int]:
        """Return the places of the parameters that it tells."""
        return [i for i, name in enumerate(names) if any(fnmatchcase(name, p) for p in self.patterns)]


@dataclass(frozen=True)
class Value:
    """What a measurement is worth.

    Attributes:
        measurement; parameters: how many of those that vary it tells.
        value, low, high: mean gain of the better choice in units of the outcome, with 90% interval over points.
        flips: share of the points in which the choice becomes another one.
    """

    measurement: Measurement
    parameters: int
    value: float
    low: float
    high: float
    flips: float

    @property
    def shown(self) -> bool:
        """Whether it is more than nothing."""
        return self.low > 0


@dataclass(frozen=True)
class Choice:
    """The choice that measurements could change.

    Attributes:
        worth: what the change must gain to be taken; taken: today, on average; gain: mean gain less worth.
        perfect: value of knowing everything that varies, luck left out; values: of measurements, the largest first.
        points: behind it.
    """

    worth: float
    taken: bool
    gain: float
    perfect: Value
    values: tuple[Value, ...]
    points: int


def measurements() -> tuple[Measurement, ...]:
    """Return what can be measured, from ``measurements.csv``; costs are assumptions, to be set by who knows better."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Measurement(row["name"], tuple(row["patterns"].split(";")), float(row["eur"]), row["en"], row["nl"])
            for row in csv.DictReader(file)
        )


def value_of_knowing(
    plan: Plan, change: Floats, *, better: int, worth: float, known: Sequence[Measurement] | None = None
) -> Choice:
    """Return what each measurement is worth for the choice to take a measure or not.

    Args:
        plan: points of an analysis; change: of the outcome at each of them by the measure, (points,).
        better: -1 where less is better, else 1.
        worth: what the gain must reach, in units of the outcome.
        known: what can be measured; those that ship when left out.

    Raises:
        FailedPointsError: a point has no result.
        ValueError: too few points.
    """
    failed = int((~np.isfinite(change)).sum())
    if failed:
        raise FailedPointsError(failed, len(change))
    if len(change) < FEWEST_POINTS:
        raise ValueError(f"{len(change)} points are too few to tell a value: at least {FEWEST_POINTS}")
    gain = better * change - worth
    names = [name for name in plan.names if name != DUMMY]
    columns = [i for i, name in enumerate(plan.names) if name != DUMMY]
    rng = np.random.default_rng(plan.seed)
    days = np.unique(plan.day)
    fold = rng.permutation(len(days))[np.searchsorted(days, plan.day)] % FOLDS  # days of a row stay together
    all_known = Measurement("everything", ("*",), 0.0, "everything", "alles")

    def of(one: Measurement) -> Value:
        mine = [columns[i] for i in one.tells(names)]
        told = _predicted(plan.x[:, mine], gain, fold, rng) if mine else np.full(len(gain), gain.mean())
        return _value(one, len(mine), gain, told, rng)

    values = [of(one) for one in (measurements() if known is None else known)]
    ranked = tuple(sorted((v for v in values if v.parameters), key=lambda v: -v.value))
    return Choice(worth, bool(gain.mean() > 0), float(gain.mean()), of(all_known), ranked, len(gain))


def _predicted(x: Floats, gain: Floats, fold: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Return gains as the measured parameters tell them, each by a fit without its own part of the points."""
    z = np.concatenate([2 * x - 1, (2 * x - 1) ** 2 - 1 / 3], axis=1)
    told = np.empty(len(gain))
    for part in range(FOLDS):
        out = fold == part
        if out.any() and not out.all():
            inner = fold[~out]
            ridge = min(RIDGES, key=lambda r: _error(z[~out], gain[~out], inner, r))
            told[out] = _ridge(z[~out], gain[~out], z[out], ridge)
    return told


def _error(z: Floats, gain: Floats, fold: NDArray[np.int64], ridge: float) -> float:
    """Return the squared error of a penalty over three more parts of the points."""
    error = 0.0
    for part in range(3):
        out = fold % 3 == part
        if out.any() and not out.all():
            error += float(((gain[out] - _ridge(z[~out], gain[~out], z[out], ridge)) ** 2).sum())
    return error


def _ridge(z: Floats, gain: Floats, there: Floats, ridge: float) -> Floats:
    middle, mean = z.mean(axis=0), gain.mean()
    a, b = z - middle, gain - mean
    if a.shape[1] <= len(a):
        weight = np.linalg.solve(a.T @ a + ridge * np.eye(a.shape[1]), a.T @ b)
    else:  # the same by its dual, which is smaller
        weight = a.T @ np.linalg.solve(a @ a.T + ridge * np.eye(len(a)), b)
    return np.asarray(mean + (there - middle) @ weight)


def _value(one: Measurement, number: int, gain: Floats, told: Floats, rng: np.random.Generator) -> Value:
    """Return the value of choosing by what is told rather than by the mean."""
    today, then = float(gain.mean() > 0), (told > 0).astype(float)
    more = gain * (then - today)
    drawn = rng.choice(more, (RESAMPLES, len(more))).mean(axis=1)
    low, high = (float(q) for q in np.quantile(drawn, (0.05, 0.95)))
    return Value(one, number, float(more.mean()), low, high, float(np.mean(then != today)))
