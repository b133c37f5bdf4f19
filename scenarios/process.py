"""One outcome as a Gaussian process: the change against the base on the same days, with its own error in it.

Counts are learned as the logarithm of their ratio: measures multiply there, one heavy day weighs no more than another,
and no answer falls below nothing. Means are learned in their units. The noise of each point is known from its days and
is not fitted: a fitted one covers too little (statistics 9). Without any measure the change is exactly 0: the
covariance is gated by the measures that two points share, which no library kernel does, so the few lines of the process
are our own.

Source: Rasmussen CE, Williams CKI (2006), Gaussian processes for machine learning, 2.2 and 5.4.2; Wilson JT and others
(2020), Efficiently sampling functions from Gaussian process posteriors, ICML (draws of many points together).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, special
from scipy.spatial import distance

Floats = NDArray[np.float64]
FEWEST_POINTS_A_FACTOR: Final = 5  # fewer tell nothing; 10 are recommended
WANTED_POINTS_A_FACTOR: Final = 10
BAND: Final = 0.95
COVERAGE: Final = (0.90, 0.99)  # of the band, left out one at a time
_JITTER: Final = (1e-8, 1e-1)
_LENGTHS: Final = (0.2, 30.0)
_LEAN: Final = math.log(2.0)  # where lengths lie before the data speak: twice the range
_LEAN_SD: Final = 1.0
_STARTS: Final = 2
_NEVER: Final = 1e12
_SIZES: Final = (1e-4, 1e3)
_HALF: Final = 0.5
_LUCK: Final = 0.05
_WAVES: Final = 512  # of which the bent part of a draw is made


@dataclass(frozen=True)
class Points:
    """What a study found for one outcome.

    Attributes:
        name: of the outcome; unit; relative: the change is a fraction of the base, else in units.
        y: change against the base, shape (points,); variance: of its mean over the days, the same shape.
        base: level of the base.
        day: variance of the change of one day.
        better: -1 when lower is better, else 1.
        log: y is the logarithm of the ratio to the base; answers are fractions all the same.
        pool: relative standard deviation of all effects that comes from the few days which the points shared: what no
            point left out can show, and another set of days would.
    """

    name: str
    unit: str
    relative: bool
    y: Floats
    variance: Floats
    base: float
    day: float
    better: int = -1
    log: bool = False
    pool: float = 0.0


@dataclass(frozen=True)
class Checked:
    """How good an emulator is, left out one point at a time.

    Attributes:
        rmse: of the mean, on the scale on which it is learned; coverage: share of points inside their band as it is
            answered; widened: by which factor that band was made wider, because left out one at a time it held too
            few; largest_sd: of the mean left out.
        spread: standard deviation of the outcome over the design, to compare the error with.
        points: behind it.
    """

    rmse: float
    coverage: float
    widened: float
    largest_sd: float
    spread: float
    points: int

    @property
    def covers(self) -> bool:
        """The band is not too narrow, nor shown to be too wide: of few points all may lie inside by luck."""
        inside = round(self.coverage * self.points)
        by_luck = float(special.bdtrc(inside - 1, self.points, COVERAGE[1])) if inside else 1.0
        return self.coverage >= COVERAGE[0] and (self.coverage <= COVERAGE[1] or by_luck >= _LUCK)


@dataclass(frozen=True)
class Answers:
    """What the emulator says of some points, shape (points,) each.

    Attributes:
        mean: change against the base; sd: of what the model would answer after many days; run_sd: of one more day.
        log: the bands are even on the logarithm of the ratio, not on the change itself.
    """

    mean: Floats
    sd: Floats
    run_sd: Floats
    log: bool = False

    def band(self, level: float = BAND) -> tuple[Floats, Floats]:
        """Return the ends of the band of the mean."""
        return self._ends(self.sd, level)

    def run_band(self, level: float = BAND) -> tuple[Floats, Floats]:
        """Return the ends of the band of one more day."""
        return self._ends(self.run_sd, level)

    def _ends(self, sd: Floats, level: float) -> tuple[Floats, Floats]:
        half = float(special.ndtri(_HALF + level / 2)) * sd
        if not self.log:
            return self.mean - half, self.mean + half
        ratio = 1 + self.mean
        far = np.exp(half / ratio)
        return ratio / far - 1, ratio * far - 1


@dataclass(frozen=True)
class Process:
    """A Gaussian process of one outcome: numbers only, so that it is stored as text and comes back the same.

    Attributes:
        points: what it learned from; x: coded design, (n, factors).
        gates: the factors that are measures; without any of them the outcome is exactly 0. Empty for a level.
        linear, size: variances of the linear part and of the rest, in units of ``scale``; lengths: of each factor.
        jitter: free variance beside the known one; scale: standard deviation of y.
    """

    points: Points
    x: Floats
    gates: tuple[int, ...]
    linear: float
    size: float
    lengths: Floats
    jitter: float
    scale: float

    def record(self) -> dict[str, Any]:
        """Return the process as plain values."""
        points = self.points
        return {
            "unit": points.unit,
            "relative": points.relative,
            "y": points.y.tolist(),
            "variance": points.variance.tolist(),
            "base": points.base,
            "day": points.day,
            "better": points.better,
            "log": points.log,
            "pool": points.pool,
            "name": points.name,
            "x": self.x.tolist(),
            "gates": list(self.gates),
            "linear": self.linear,
            "size": self.size,
            "lengths": self.lengths.tolist(),
            "jitter": self.jitter,
            "scale": self.scale,
            "checked": {
                "rmse": self.checked.rmse,
                "coverage": self.checked.coverage,
                "widened": self.checked.widened,
                "largest_sd": self.checked.largest_sd,
            },
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Process":
        """Return the process of plain values.

        Raises:
            KeyError: a value is missing.
        """
        points = Points(
            record["name"],
            record["unit"],
            bool(record["relative"]),
            np.array(record["y"]),
            np.array(record["variance"]),
            float(record["base"]),
            float(record["day"]),
            int(record["better"]),
            bool(record.get("log", False)),
            float(record.get("pool", 0.0)),
        )
        numbers = {name: float(record[name]) for name in ("linear", "size", "jitter", "scale")}
        gates = tuple(int(i) for i in record["gates"])
        return cls(points, np.array(record["x"]), gates, lengths=np.array(record["lengths"]), **numbers)

    @cached_property
    def noise(self) -> Floats:
        """Variance of each row, scaled."""
        return np.asarray(self.points.variance / self.scale**2 + self.jitter)

    @cached_property
    def _z(self) -> Floats:
        return self.points.y / self.scale

    @cached_property
    def _factor(self) -> tuple[Floats, bool]:
        matrix = self.covariance(self.x, self.x) + np.diag(self.noise)
        factor: tuple[Floats, bool] = linalg.cho_factor(matrix, lower=True)
        return factor

    @cached_property
    def _weights(self) -> Floats:
        return np.asarray(linalg.cho_solve(self._factor, self._z))

    def covariance(self, a: Floats, b: Floats) -> Floats:
        """Return the covariance of two sets of coded points, scaled."""
        return _covariance(a, b, self.gates, self.linear, self.size, self.lengths)

    def unsure(self, x: Floats) -> Floats:
        """Return the standard deviation at coded points (n, factors), on the scale on which it is learned.

        It tells how far a point lies from what was learned; the luck of the days that all shared is not in it.
        """
        cross = self.covariance(x, self.x)
        solved = linalg.solve_triangular(self._factor[0], cross.T, lower=True)
        own = _own_covariance(x, self.gates, self.linear, self.size)
        return np.asarray(np.sqrt(np.maximum(own - (solved * solved).sum(axis=0), 0.0)) * self.scale * self.widened)

    def ask(self, x: Floats) -> Answers:
        """Return the answers at coded points (n, factors)."""
        y = self.covariance(x, self.x) @ self._weights * self.scale
        variance = self.unsure(x) ** 2 + (self.points.pool * y) ** 2
        run = variance + self.jitter * self.scale**2 + self.points.day
        if not self.points.log:
            return Answers(y, np.sqrt(variance), np.sqrt(run))
        ratio = np.exp(y)
        return Answers(ratio - 1, ratio * np.sqrt(variance), ratio * np.sqrt(run), True)

    def mean_at(self, x: Floats) -> Floats:
        """Return the means alone, which is cheaper."""
        y = np.asarray(self.covariance(x, self.x) @ self._weights * self.scale)
        return np.expm1(y) if self.points.log else y

    def joint(self, x: Floats, draws: int, rng: np.random.Generator) -> Floats:
        """Return draws of the outcome at coded points together, (draws, points), at the cost of one answer each.

        A draw of the process before any data, bent part out of random waves, is moved by what it misses at the design.
        """
        before = self._before(np.vstack([self.x, x]), draws, rng)
        count = len(self.x)
        noise = np.sqrt(self.noise)[:, None] * rng.normal(size=(count, draws))
        missed = linalg.cho_solve(self._factor, self._z[:, None] - before[:count] - noise)
        cross = self.covariance(x, self.x)
        centre = (cross @ self._weights)[:, None]
        drawn = centre + self.widened * (before[count:] + cross @ missed - centre)
        drawn *= self.scale * (1 + self.points.pool * rng.normal(size=draws))
        return np.asarray((np.expm1(drawn) if self.points.log else drawn).T)

    def _before(self, x: Floats, draws: int, rng: np.random.Generator) -> Floats:
        """Return draws of the process before any data, (points, draws)."""
        gated = x[:, list(self.gates)] if self.gates else np.ones((len(x), 1))
        out = np.zeros((len(x), draws))
        waves = rng.normal(size=(_WAVES, x.shape[1])) / self.lengths
        turned = np.cos(x @ waves.T + rng.uniform(0, 2 * np.pi, _WAVES)) * np.sqrt(2 * self.size / _WAVES)
        for column in gated.T:
            out += column[:, None] * (turned @ rng.normal(size=(_WAVES, draws)))
        if self.gates:
            return np.asarray(out + np.sqrt(self.linear) * gated @ rng.normal(size=(gated.shape[1], draws)))
        return np.asarray(out + np.sqrt(self.linear) * x @ rng.normal(size=(x.shape[1], draws)))

    def without(self, points: Sequence[int], x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return what turns answers at coded points into those without one of the points learned from.

        On the scale on which it is learned.

        Returns:
            For each point left out: weight and columns (of the coded points): the mean falls by columns x weight;
            share: the variance of the mean grows by columns squared x share.
        """
        inverse = self._inverse[:, list(points)]
        diagonal = inverse[list(points), range(len(points))]
        weight = self._weights[list(points)] * self.scale / diagonal
        return weight, (self.scale * self.widened) ** 2 / diagonal, (self.covariance(x, self.x) @ inverse).T

    @cached_property
    def _inverse(self) -> Floats:
        return np.asarray(linalg.cho_solve(self._factor, np.eye(len(self.x))))

    @cached_property
    def left_out(self) -> tuple[Floats, Floats]:
        """Mean and variance of each point from all others, in closed form; the variance has the noise of the point."""
        diagonal = np.diag(self._inverse)
        mean, variance = self._z - self._weights / diagonal, 1.0 / diagonal
        return mean * self.scale, variance * self.scale**2

    @cached_property
    def widened(self) -> float:
        """Factor on all bands, at least 1: with it the band holds 95% of the points, left out one at a time."""
        mean, variance = self.left_out
        away = np.abs(self.points.y - mean) / np.sqrt(variance)
        return max(1.0, float(np.quantile(away, BAND) / special.ndtri(_HALF + BAND / 2)))

    @cached_property
    def checked(self) -> Checked:
        """The error of this emulator."""
        mean, variance = self.left_out
        half = float(special.ndtri(_HALF + BAND / 2)) * np.sqrt(variance) * self.widened
        inside = np.abs(self.points.y - mean) <= half
        without_noise = np.maximum(variance - self.noise * self.scale**2, 0.0)
        return Checked(
            rmse=float(np.sqrt(np.mean((self.points.y - mean) ** 2))),
            coverage=float(np.mean(inside)),
            widened=self.widened,
            largest_sd=float(np.sqrt(without_noise.max())) * self.widened,
            spread=float(np.std(self.points.y)),
            points=len(self.points.y),
        )


def _covariance(a: Floats, b: Floats, gates: Sequence[int], linear: float, size: float, lengths: Floats) -> Floats:
    """Return the covariance: a linear part and a bent one, both times the measures that the points share."""
    near = np.exp(-_HALF * distance.cdist(a / lengths, b / lengths, "sqeuclidean"))
    if not len(gates):
        return np.asarray(linear * (a @ b.T) + size * near)
    shared = a[:, gates] @ b[:, gates].T
    return np.asarray(shared * (linear + size * near))


def _own_covariance(x: Floats, gates: Sequence[int], linear: float, size: float) -> Floats:
    """Return the covariance of each point with itself."""
    if not len(gates):
        return np.asarray(linear * (x * x).sum(axis=1) + size)
    return np.asarray((x[:, list(gates)] ** 2).sum(axis=1) * (linear + size))


def too_few(points: int, factors: int, fewest: int | None = None) -> str:
    """Return why so many points cannot teach so many factors; empty where they can. ``fewest`` as in ``fit``."""
    if points >= min(FEWEST_POINTS_A_FACTOR * factors, math.inf if fewest is None else fewest):
        return ""
    return (
        f"{points} points are too few for {factors} factors: an emulator needs {FEWEST_POINTS_A_FACTOR} a factor, "
        f"{WANTED_POINTS_A_FACTOR} are better"
    )


def fit(
    points: Points, x: Floats, gates: Sequence[int] = (), *, seed: int = 1, fewest: int | None = None,
    searched: int | None = None,
) -> Process:  # fmt: skip
    """Return the process of one outcome.

    Args:
        points: what was found; x: coded design, (points, factors).
        gates: the factors that are measures, without which nothing changes; none for a level.
        seed: of the starts of the search.
        fewest: points that suffice, where there are no more to be had.
        searched: first points of a design of which any beginning is one, on which lengths and sizes are looked for;
            all are learned from. None: all.

    Raises:
        ValueError: too few points for so many factors.
    """
    if few := too_few(len(x), x.shape[1], fewest):
        raise ValueError(few)
    scale = float(np.sqrt(np.mean(points.y**2))) or 1.0
    some = slice(searched)
    z, known = points.y[some] / scale, points.variance[some] / scale**2
    linear, size, lengths, jitter = _search(x[some], z, known, tuple(gates), seed)
    return Process(points, x, tuple(gates), linear, size, lengths, jitter, scale)


def _search(
    x: Floats, z: Floats, known: Floats, gates: tuple[int, ...], seed: int
) -> tuple[float, float, Floats, float]:
    """Return the variances and lengths that make the data most likely; lengths lean to a smooth outcome."""
    factors = x.shape[1]
    ends = np.log([_SIZES, _SIZES, _JITTER, *[_LENGTHS] * factors])

    def cost(theta: Floats) -> float:
        linear, size, jitter, *lengths = np.exp(theta)
        matrix = _covariance(x, x, gates, linear, size, np.array(lengths)) + np.diag(known + jitter)
        try:
            lower = np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            return _NEVER
        solved = linalg.solve_triangular(lower, z, lower=True)
        smooth = float((((theta[3:] - _LEAN) / _LEAN_SD) ** 2).sum())
        return float(solved @ solved / 2 + np.log(np.diag(lower)).sum() + smooth / 2)

    rng = np.random.default_rng(seed)
    starts = [np.array([-1.0, -1.0, -7.0, *[_LEAN] * factors])]
    starts += [rng.uniform(ends[:, 0], ends[:, 1]) for _ in range(_STARTS)]
    found = [optimize.minimize(cost, start, method="L-BFGS-B", bounds=ends) for start in starts]
    linear, size, jitter, *lengths = np.exp(min(found, key=lambda f: float(f.fun)).x)
    return float(linear), float(size), np.array(lengths), float(jitter)


def known_variance(day_variances: Floats, days: int | NDArray[np.int64]) -> Floats:
    """Return the variance of the mean of each point: half its own days, half all points (statistics 9)."""
    return np.asarray((day_variances + day_variances.mean()) / 2 / days)
