"""What a bank of runs and a set of targets say of parameters: stages, each moving its own and holding the others.

Particles start as draws of the prior (shares of the range, 0 to 1) and are carried to the posterior of a stage by
tempering with moves between (sequential Monte Carlo; Del Moral, Doucet and Jasra 2006). What the model would say at a
particle is told by a Gaussian process of each target over the bank, whose own error is part of the likelihood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from scenarios.process import Points, Process, fit, known_variance

Floats = NDArray[np.float64]
PARTICLES: Final = 2000
SEARCHED: Final = 256  # points of the bank on which the lengths of a process are looked for
KEEP: Final = 0.5  # share of the particles that must count after a step of tempering
MOVES: Final = 5  # after each step
SMALLEST_STEP: Final = 1e-4
SPREAD: Final = 2.38  # of a random walk, over the root of its dimensions (Roberts, Gelman and Gilks 1997)
EDGE: Final = 1e-6  # of a share
LEARNED: Final = 0.2  # contraction below which nothing was learned
RIDGE: Final = 0.5  # correlation from which two parameters are told as a ridge
IMPLAUSIBLE: Final = 3.0
FEWEST_EFFECTIVE: Final = 100.0


@dataclass(frozen=True)
class Bank:
    """Runs of a design: shares of the ranges, and what the model gave.

    Attributes:
        names: of the parameters; u: (points, parameters); values: (points, days, targets) on the scale of each target.
    """

    names: tuple[str, ...]
    u: Floats
    values: Floats


@dataclass(frozen=True)
class Aim:
    """A target on its scale. Attributes: name; value; sd: all errors but that of the emulator."""

    name: str
    value: float
    sd: float


@dataclass(frozen=True)
class Stage:
    """Parameters that move to meet some targets, by their places in the bank and in the list of aims."""

    name: str
    columns: tuple[int, ...]
    aims: tuple[int, ...]


@dataclass(frozen=True)
class Emulated:
    """Means and variances of what the model would say, a process for each target."""

    processes: tuple[Process, ...]
    middle: Floats

    def ask(self, u: Floats, aims: Sequence[int]) -> tuple[Floats, Floats]:
        """Return means and variances at particles, (particles, aims)."""
        answers = [self.processes[a].ask(2 * u - 1) for a in aims]
        mean = np.column_stack([answer.mean + self.middle[a] for answer, a in zip(answers, aims, strict=True)])
        return mean, np.column_stack([answer.sd**2 for answer in answers])


def emulate(bank: Bank, aims: Sequence[Aim], seed: int = 1) -> Emulated:
    """Return the processes of all targets.

    Raises:
        ValueError: too few points for so many parameters.
    """
    x, processes, middles = 2 * bank.u - 1, [], []
    for k, aim in enumerate(aims):
        y = bank.values[:, :, k].mean(axis=1)
        days = bank.values.shape[1]
        spread = bank.values[:, :, k].var(axis=1, ddof=1) if days > 1 else np.zeros(len(y))
        points = Points(aim.name, "", False, y - y.mean(), known_variance(spread, days), 0.0, float(spread.mean()))
        processes.append(fit(points, x, seed=seed, searched=SEARCHED))
        middles.append(float(y.mean()))
    return Emulated(tuple(processes), np.array(middles))


@dataclass(frozen=True)
class StageReport:
    """How a stage went. Attributes: name; steps: of tempering; acceptance: share of moves; effective: sample size;
    plausible: share of the prior that no target rules out."""

    name: str
    steps: int
    acceptance: float
    effective: float
    plausible: float


@dataclass(frozen=True)
class Posterior:
    """Particles after all stages. Attributes: u: (particles, parameters); reports: of the stages."""

    names: tuple[str, ...]
    u: Floats
    reports: tuple[StageReport, ...]

    def contraction(self) -> dict[str, float]:
        """Return by how much of its prior spread each parameter has become narrower; below 0 is luck.

        On the normal scale of the prior, where its spread is 1.
        """
        sd = ndtri(np.clip(self.u, EDGE, 1 - EDGE)).std(axis=0)
        return {name: float(1 - sd[i]) for i, name in enumerate(self.names)}

    def learned(self) -> tuple[str, ...]:
        """Return the names of which something was learned."""
        return tuple(name for name, share in self.contraction().items() if share >= LEARNED)

    def ridges(self) -> list[tuple[str, str, float]]:
        """Return pairs of parameters that the targets cannot tell apart, the strongest first."""
        together = np.atleast_2d(np.corrcoef(self.u.T)).tolist()
        pairs = [
            (self.names[i], self.names[j], together[i][j])
            for i in range(len(self.names))
            for j in range(i)
            if abs(together[i][j]) >= RIDGE
        ]
        return sorted(pairs, key=lambda pair: -abs(pair[2]))


def log_likelihood(u: Floats, emulated: Emulated, numbers: Sequence[int], aims: Sequence[Aim]) -> Floats:
    """Return the log-likelihood of some targets at particles, without the constant of the normal density."""
    if not numbers:
        return np.zeros(len(u))
    mean, variance = emulated.ask(u, numbers)
    value = np.array([aims[a].value for a in numbers])
    whole = variance + np.array([aims[a].sd for a in numbers]) ** 2
    return np.asarray((-0.5 * ((value - mean) ** 2 / whole + np.log(whole))).sum(axis=1))


@dataclass(frozen=True)
class _Target:
    """What a stage moves towards: its own targets by degrees, those of the stages before it wholly."""

    emulated: Emulated
    aims: Sequence[Aim]
    before: tuple[int, ...]
    stage: Stage

    def likely(self, u: Floats) -> Floats:
        """Return the log-likelihood of the targets before, and of those of the stage, (particles, 2)."""
        parts = (log_likelihood(u, self.emulated, numbers, self.aims) for numbers in (self.before, self.stage.aims))
        return np.column_stack(list(parts))


def plausible(u: Floats, emulated: Emulated, stage: Stage, aims: Sequence[Aim]) -> NDArray[np.bool_]:
    """Return which points no target of a stage rules out: within three standard errors of each (history matching)."""
    mean, variance = emulated.ask(u, stage.aims)
    away = [
        np.abs(aims[a].value - mean[:, k]) / np.sqrt(variance[:, k] + aims[a].sd ** 2)
        for k, a in enumerate(stage.aims)
    ]
    return np.asarray(np.max(away, axis=0) < IMPLAUSIBLE)


def infer(
    emulated: Emulated, names: Sequence[str], stages: Sequence[Stage], aims: Sequence[Aim], seed: int = 1, *,
    particles: int = PARTICLES,
) -> Posterior:  # fmt: skip
    """Return the posterior after all stages, in order.

    A later stage moves its own parameters alone, under the targets of the earlier ones too: in the end the particles
    are draws of the posterior of all targets together.
    """
    rng = np.random.default_rng([seed, len(names)])
    u, reports, before = rng.random((particles, len(names))), [], tuple[int, ...]()
    for stage in stages:
        share = float(plausible(u, emulated, stage, aims).mean())
        u, steps, accepted, effective = _temper(u, _Target(emulated, aims, before, stage), rng)
        before = (*before, *stage.aims)
        reports.append(StageReport(stage.name, steps, accepted, effective, share))
    return Posterior(tuple(names), u, tuple(reports))


def _temper(u: Floats, target: _Target, rng: np.random.Generator) -> tuple[Floats, int, float, float]:
    """Return the particles of a stage, the number of steps, the share of accepted moves, and the effective size."""
    likely, power, steps, accepted = target.likely(u), 0.0, 0, []
    effective = float(len(u))
    while power < 1:
        step = _step(likely[:, 1], 1 - power)
        weight = _weights(step * likely[:, 1])
        effective = min(effective, float(1 / (weight**2).sum()))
        place = resampled(weight, rng.random())
        u, likely, power, steps = u[place], likely[place], min(1.0, power + step), steps + 1
        for _ in range(MOVES):
            u, likely, share = _move(u, likely, power, target, rng)
            accepted.append(share)
    return u, steps, float(np.mean(accepted)), effective


def resampled(weight: Floats, start: float) -> NDArray[np.int64]:
    """Return the rows that stand for weighted ones with equal weight: systematic resampling.

    Args:
        weight: of each row, sum 1; start: where in the first step, 0 to 1.
    """
    at = (start + np.arange(len(weight))) / len(weight)
    return np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)


def _weights(log_weight: Floats) -> Floats:
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def _step(likely: Floats, most: float) -> float:
    """Return the largest step of tempering after which enough particles still count."""
    low, high = 0.0, most
    if 1 / (_weights(high * likely) ** 2).sum() >= KEEP * len(likely):
        return high
    for _ in range(40):
        middle = (low + high) / 2
        enough = 1 / (_weights(middle * likely) ** 2).sum() >= KEEP * len(likely)
        low, high = (middle, high) if enough else (low, middle)
    return max(low, min(SMALLEST_STEP, most))


def _move(
    u: Floats, likely: Floats, power: float, target: _Target, rng: np.random.Generator
) -> tuple[Floats, Floats, float]:
    """Return the particles after one random walk of the columns of a stage, reflected at the ends of the range."""
    columns = list(target.stage.columns)
    spread = np.atleast_2d(np.cov(u[:, columns].T)) + 1e-6 * np.eye(len(columns))
    root = np.linalg.cholesky(spread) * SPREAD / len(columns) ** 0.5
    there = u.copy()
    walked = u[:, columns] + rng.standard_normal((len(u), len(columns))) @ root.T
    walked = np.abs(walked) % 2
    there[:, columns] = np.where(walked > 1, 2 - walked, walked)
    then = target.likely(there)
    yes = np.log(rng.random(len(u))) < (then - likely) @ np.array([1.0, power])
    return np.where(yes[:, None], there, u), np.where(yes[:, None], then, likely), float(yes.mean())


def summary(values: Mapping[str, Floats]) -> dict[str, tuple[float, float, float]]:
    """Return 5%, 50% and 95% points of some columns."""
    points = {name: np.quantile(column, (0.05, 0.5, 0.95)).tolist() for name, column in values.items()}
    return {name: (low, middle, high) for name, (low, middle, high) in points.items()}
