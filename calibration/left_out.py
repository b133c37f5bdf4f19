"""A bank whose points are left out in turn: what a fit through the emulator says of each of them.

The posterior of a point is told by weights on one large sample of the prior (importance sampling), so that hundreds of
truths cost one look at the emulator. Leaving a point out is exact and in closed form (a rank-one change of the process;
Rasmussen and Williams 2006, 5.4.2); lengths and sizes are those of the whole bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from calibration.posterior import Aim, Bank, Emulated, emulate

Floats = NDArray[np.float64]
SAMPLE: Final = 1 << 16  # draws of the prior on which posteriors are told
CHUNK: Final = 1 << 11
LEVEL: Final = 0.9


@dataclass(frozen=True)
class Told:
    """What a fit says of a known truth.

    Attributes:
        ranks: share of the posterior below the truth, for each parameter.
        depth: share of the posterior that is likelier than the truth; in 90% of perfect fits below 0.9.
        effective: sample size.
    """

    ranks: tuple[float, ...]
    depth: float
    effective: float

    @property
    def inside(self) -> bool:
        """Whether the truth lies in the 90% region of highest posterior density."""
        return self.depth <= LEVEL

    @property
    def within(self) -> tuple[bool, ...]:
        """Whether the truth lies between the 5% and the 95% point, for each parameter."""
        return tuple((1 - LEVEL) / 2 <= rank <= (1 + LEVEL) / 2 for rank in self.ranks)


class LeftOut:
    """Fits of a bank to its own points, each left out, and to points of the emulator."""

    def __init__(self, bank: Bank, aims: Sequence[Aim], seed: int = 1, sample: int = SAMPLE) -> None:
        self.bank, self.aims = bank, tuple(aims)
        self.emulated: Emulated = emulate(bank, aims, seed)
        sobol = qmc.Sobol(len(bank.names), rng=np.random.default_rng([seed, sample]))
        self.u: Floats = np.asarray(sobol.random(sample))
        days = bank.values.shape[1]
        self.luck: Floats = bank.values.var(axis=1, ddof=1).mean(axis=0) / days
        self.sd: Floats = np.array([aim.sd for aim in aims])

    def of_points(self, points: Sequence[int], rng: np.random.Generator) -> list[Told]:
        """Return the fits to what points of the bank gave, with errors of the targets, each point left out."""
        own_mean, own_variance = np.empty((2, len(points), len(self.aims)))
        for k, process in enumerate(self.emulated.processes):
            alone, whole = (part[list(points)] for part in process.left_out)
            noise = process.noise[list(points)] * process.scale**2
            own_mean[:, k] = alone + self.emulated.middle[k]
            own_variance[:, k] = np.maximum(whole - noise, 0.0) * process.widened**2
        seen = self.bank.values[list(points)].mean(axis=1) + self.sd * rng.standard_normal(own_mean.shape)
        return self._told(seen, self.bank.u[list(points)], (own_mean, own_variance), points)

    def of_emulator(self, truths: Floats, rng: np.random.Generator) -> list[Told]:
        """Return the fits to what the emulator draws at truths: its own error, luck of the days, error of targets.

        Args:
            truths: shares of the ranges, (truths, parameters).
        """
        mean, variance = self.emulated.ask(truths, range(len(self.aims)))
        spread = np.sqrt(variance + self.luck + self.sd**2)
        seen = mean + spread * rng.standard_normal(mean.shape)
        return self._told(seen, truths, (mean, variance), ())

    def _told(
        self, seen: Floats, truths: Floats, own: tuple[Floats, Floats], points: Sequence[int]
    ) -> list[Told]:
        likely = np.zeros((len(truths), len(self.u)))
        for start in range(0, len(self.u), CHUNK):
            part = slice(start, start + CHUNK)
            x = 2 * self.u[part] - 1
            for k, process in enumerate(self.emulated.processes):
                answer = process.ask(x)
                mean = answer.mean + self.emulated.middle[k] + np.zeros((len(truths), 1))
                variance = answer.sd**2 + np.zeros((len(truths), 1))
                if len(points):
                    weight, share, columns = process.without(points, x)
                    mean -= weight[:, None] * columns
                    variance += share[:, None] * columns**2
                likely[:, part] += self._term(k, seen[:, k, None], mean, variance)
        here = np.sum([self._term(k, seen[:, k], own[0][:, k], own[1][:, k]) for k in range(len(self.aims))], axis=0)
        return [self._one(*row) for row in zip(likely, here, truths, strict=True)]

    def _term(self, k: int, seen: Floats, mean: Floats, variance: Floats) -> Floats:
        whole = variance + self.luck[k] + self.sd[k] ** 2
        return np.asarray(-0.5 * ((seen - mean) ** 2 / whole + np.log(whole)))

    def _one(self, likely: Floats, own: float, truth: Floats) -> Told:
        weight = np.exp(likely - likely.max())
        weight /= weight.sum()
        ranks = weight @ (self.u < truth)
        return Told(tuple(ranks.tolist()), float(weight[likely > own].sum()), float(1 / (weight**2).sum()))
