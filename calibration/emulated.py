"""A sensitivity analysis through an emulator: the model answers some points, a Gaussian process the whole design.

Each point is run on two days of its own, so that luck is known and not fitted. The process gives the mean of a point;
every day of the design adds luck of the size that was found, the same for all points of the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from scipy.stats import qmc

from calibration.indices import DUMMY, Floats, Group, Indices, Plan, indices_of
from calibration.sensitivity import Progress, Question, run
from scenarios.process import Points, fit, known_variance
from scenarios.running import Runners

DAYS: Final = 2
POINTS_AN_INPUT: Final = 10
SEARCHED: Final = 256


@dataclass(frozen=True)
class Trained(Question):
    """The points that the model answers, on days of their own."""

    points: int = 0

    @cached_property
    def plan(self) -> Plan:
        """The points, each on two days."""
        groups = (*self.groups, Group(DUMMY, ()))
        width = sum(group.width for group in groups)
        size = 1 << (self.points - 1).bit_length()
        x = np.asarray(qmc.Sobol(width, rng=np.random.default_rng([self.seed, width])).random(size)[: self.points])
        return Plan("pawn", groups, np.repeat(x, DAYS, axis=0), np.arange(DAYS * self.points), self.points, self.seed)


@dataclass(frozen=True)
class Emulated:
    """How good the emulator of an outcome is. Attributes: coverage: of its 95% band, left out one point at a time;
    rmse, spread: of the outcome over the design; luck: standard deviation of one day."""

    coverage: float
    rmse: float
    spread: float
    luck: float


def run_emulated(
    question: Question, points: int, out: str | Path, *, workers: int | Runners = 1, cache: Path | None = None
) -> Iterator[tuple[Progress, dict[str, Emulated]]]:
    """Run the points, then answer the design; yields after each day, at the end with indices and qualities.

    Args:
        question: with a method that brings a design (morris, sobol, shapley).
        points: that the model answers; at least ten an input.

    Raises:
        ValueError: too few points.
        FailedPointsError: points have failed.
    """
    inputs = sum(group.width for group in question.groups)
    if points < POINTS_AN_INPUT * inputs:
        least = POINTS_AN_INPUT * inputs
        raise ValueError(f"{points} points are too few for {inputs} parameters: at least {least}, or fewer parameters")
    fields = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    trained = Trained(**{**fields, "method": "pawn", "rows": None, "points": points})
    last: Progress | None = None
    for last in run(trained, out, workers=workers, cache=cache):
        yield last, {}
    if last is None:
        raise RuntimeError("the analysis ended without a result")
    found, quality = dict[str, Indices](), dict[str, Emulated]()
    for k, line in enumerate(question.outcomes):
        found[line.key], quality[line.key] = _answered(question, trained, last.results[:, k])
    yield replace(last, indices=found), quality


def _answered(question: Question, trained: Trained, result: Floats) -> tuple[Indices, Emulated]:
    x, own = trained.plan.x[::DAYS], result.reshape(-1, DAYS)
    variance, mean = own.var(axis=1, ddof=1), own.mean(axis=1)
    points = Points("", "", False, mean - mean.mean(), known_variance(variance, DAYS), 0.0, float(variance.mean()))
    dummy = list(trained.plan.names).index(DUMMY)
    keep = [i for i in range(x.shape[1]) if i != dummy]
    process = fit(points, 2 * x[:, keep] - 1, seed=question.seed, searched=SEARCHED)
    plan, luck = question.plan, float(variance.mean()) ** 0.5
    columns = [i for i, name in enumerate(plan.names) if name != DUMMY]
    days = np.random.default_rng([question.seed, 2]).standard_normal(int(plan.day.max()) + 1)
    answers = np.concatenate(
        [process.mean_at(2 * part - 1) for part in np.array_split(plan.x[:, columns], max(1, len(plan.x) // 4096))]
    )
    checked = process.checked
    quality = Emulated(checked.coverage, checked.rmse, checked.spread, luck)
    return indices_of(plan, mean.mean() + answers + luck * days[plan.day]), quality
