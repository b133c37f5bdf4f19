"""Answers at once instead of days: a Gaussian process for each outcome of a study, with its own error in it.

What is learned is the change against the base on the same days (relative for counts, in units for means), never base
and scenario apart. The noise of each point is known from its days and is not fitted: a fitted one covers too little
(statistics 9). Without any measure the change is exactly 0: the covariance is gated by the measures that two points
share, which no library kernel does, so the few lines of the process are our own.

Source: Rasmussen CE, Williams CKI (2006), Gaussian processes for machine learning, 2.2 and 5.4.2.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, special
from scipy.spatial import distance

Floats = NDArray[np.float64]
FEWEST_POINTS_A_FACTOR: Final = 5  # fewer tell nothing; 10 are recommended
WANTED_POINTS_A_FACTOR: Final = 10
FEWEST_DAYS: Final = 2  # a variance needs them; 4 are recommended
BAND: Final = 0.95
COVERAGE: Final = (0.90, 0.99)  # of the band, left out one at a time
_JITTER: Final = (1e-8, 1e-1)
_LENGTHS: Final = (0.2, 30.0)
_LEAN: Final = math.log(2.0)  # where lengths lie before the data speak: twice the range
_LEAN_SD: Final = 1.0
_STARTS: Final = 2
_NEVER: Final = 1e12
_SIZES: Final = (1e-4, 1e3)
_EDGE: Final = 1e-9  # of the range, for rounding
_HALF: Final = 0.5


@dataclass(frozen=True)
class Space:
    """What may be asked: factors coded 0 to 1, and what was on together.

    Attributes:
        names: of the factors; switch: True where a factor is on or off; owner: number of the switch that a factor
            is a strength of, -1 for none.
        low, high: ends of the design, coded.
        together: pairs of switches that were on in one point of the design.
    """

    names: tuple[str, ...]
    switch: tuple[bool, ...]
    owner: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    together: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, names: Sequence[str], x: Floats, switch: Sequence[bool], owner: Sequence[int]) -> "Space":
        """Return the space that the points of a design span."""
        switches = [i for i, is_switch in enumerate(switch) if is_switch]
        on = x > _HALF
        together = {(i, j) for i, j in combinations(switches, 2) if bool(np.any(on[:, i] & on[:, j]))}
        ends = [_ends(x, i, owner[i]) for i in range(x.shape[1])]
        low, high = tuple(end[0] for end in ends), tuple(end[1] for end in ends)
        return cls(tuple(names), tuple(switch), tuple(owner), low, high, frozenset(together))

    def clean(self, x: Floats) -> Floats:
        """Return a point in which the strength of what is off is 0, as in the design."""
        off = [owner >= 0 and x[owner] < _HALF for owner in self.owner]
        return np.where(off, 0.0, x)

    def refusal(self, x: Floats) -> str:
        """Return why a point lies outside the design, empty when it does not."""
        for i, name in enumerate(self.names):
            value = float(x[i])
            if self.switch[i]:
                if value not in (0.0, 1.0):
                    return f"{name} is on (1) or off (0), not {value:g}"
                if value == 1.0 and self.high[i] < 1.0:
                    return f"{name} was never on in the study"
                continue
            if self.owner[i] >= 0 and x[self.owner[i]] < _HALF:
                continue  # the strength of what is off
            if not self.low[i] - _EDGE <= value <= self.high[i] + _EDGE:
                return f"{name} lies outside the range of the study"
        on = [i for i, is_switch in enumerate(self.switch) if is_switch and x[i] > _HALF]
        for i, j in combinations(on, 2):
            if (i, j) not in self.together:
                return f"{self.names[i]} and {self.names[j]} were never taken together in the study"
        return ""


def _ends(x: Floats, column: int, owner: int) -> tuple[float, float]:
    """Return the range of a factor; a strength counts only where its measure is on."""
    values = x[:, column] if owner < 0 else x[x[:, owner] > _HALF, column]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


@dataclass(frozen=True)
class Points:
    """What a study found for one outcome.

    Attributes:
        name: of the outcome; unit; relative: the change is a fraction of the base, else in units.
        y: change against the base, shape (points,); variance: of its mean over the days, the same shape.
        base: level of the base.
        day: variance of the change of one day.
        better: -1 when lower is better, else 1.
    """

    name: str
    unit: str
    relative: bool
    y: Floats
    variance: Floats
    base: float
    day: float
    better: int = -1


@dataclass(frozen=True)
class Checked:
    """How good an emulator is, left out one point at a time.

    Attributes:
        rmse: of the mean; coverage: share of points inside their band as it is answered; widened: by which factor
            that band was made wider, because left out one at a time it held too few; largest_sd: of the mean left out.
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
        """The band is neither too narrow nor too wide."""
        return COVERAGE[0] <= self.coverage <= COVERAGE[1]


@dataclass(frozen=True)
class Answers:
    """What the emulator says of some points, shape (points,) each.

    Attributes:
        mean: change against the base; sd: of what the model would answer after many days; run_sd: of one more day.
    """

    mean: Floats
    sd: Floats
    run_sd: Floats

    def band(self, level: float = BAND) -> tuple[Floats, Floats]:
        """Return the ends of the band of the mean."""
        half = float(special.ndtri(_HALF + level / 2)) * self.sd
        return self.mean - half, self.mean + half


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

    def ask(self, x: Floats) -> Answers:
        """Return the answers at coded points (n, factors)."""
        cross = self.covariance(x, self.x)
        solved = linalg.solve_triangular(self._factor[0], cross.T, lower=True)
        own = _own(x, self.gates, self.linear, self.size)
        variance = np.maximum(own - (solved * solved).sum(axis=0), 0.0) * (self.scale * self.widened) ** 2
        run = variance + self.jitter * self.scale**2 + self.points.day
        return Answers(cross @ self._weights * self.scale, np.sqrt(variance), np.sqrt(run))

    def mean_at(self, x: Floats) -> Floats:
        """Return the means alone, which is cheaper."""
        return np.asarray(self.covariance(x, self.x) @ self._weights * self.scale)

    def joint(self, x: Floats, normals: Floats) -> Floats:
        """Return draws of the outcome at coded points together, (draws, points), from normals of that shape."""
        cross = self.covariance(x, self.x)
        solved = linalg.solve_triangular(self._factor[0], cross.T, lower=True)
        matrix = self.covariance(x, x) - solved.T @ solved
        values, vectors = np.linalg.eigh(matrix)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return np.asarray((cross @ self._weights + self.widened * (normals @ root.T)) * self.scale)

    def without(self, points: Sequence[int], x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return what turns answers at coded points into those without one of the points learned from.

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


def _own(x: Floats, gates: Sequence[int], linear: float, size: float) -> Floats:
    """Return the covariance of each point with itself."""
    if not len(gates):
        return np.asarray(linear * (x**2).sum(axis=1) + size)
    shared = (x[:, gates] ** 2).sum(axis=1)
    return np.asarray(shared * (linear + size))


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
    count, factors = x.shape
    if count < min(FEWEST_POINTS_A_FACTOR * factors, math.inf if fewest is None else fewest):
        raise ValueError(
            f"{count} points are too few for {factors} factors: an emulator needs {FEWEST_POINTS_A_FACTOR} a factor, "
            f"{WANTED_POINTS_A_FACTOR} are better"
        )
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


def known_variance(day_variances: Floats, days: int) -> Floats:
    """Return the variance of the mean of each point: half its own days, half all points (statistics 9)."""
    return np.asarray((day_variances + day_variances.mean()) / 2 / days)


@dataclass(frozen=True)
class Emulator:
    """All outcomes of a study.

    Attributes:
        space: what may be asked; outcomes: by name; days: of each point; made: what it was made of (station, seed,
            version, study), shown with each answer.
    """

    space: Space
    outcomes: Mapping[str, Process]
    days: int
    made: Mapping[str, Any] = field(default_factory=dict)

    def refusal(self, x: Floats, outcome: str, effect: float | None = None) -> str:
        """Return why the model must be run instead, empty when the emulator may answer.

        Args:
            x: coded point, (factors,); outcome: asked for.
            effect: size of the change that matters to whoever asks; None for any.
        """
        if told := self.space.refusal(x):
            return told + ": run the model"
        process = self.outcomes[outcome]
        sd = float(process.ask(self.space.clean(x)[None]).sd[0])
        if sd > process.checked.largest_sd * (1 + _EDGE):
            return "the emulator is less sure here than anywhere in the study: run the model"
        if effect is not None and sd > abs(effect) / 2:
            return "the emulator is not sure enough for a change of this size: run the model"
        return ""

    def text(self) -> str:
        """Return the emulator as JSON."""
        return json.dumps(
            {
                "days": self.days,
                "made": dict(self.made),
                "space": {
                    "names": self.space.names,
                    "switch": self.space.switch,
                    "owner": self.space.owner,
                    "low": self.space.low,
                    "high": self.space.high,
                    "together": sorted(self.space.together),
                },
                "outcomes": {name: process.record() for name, process in self.outcomes.items()},
            },
            separators=(",", ":"),
        )

    @classmethod
    def read(cls, text: str) -> "Emulator":
        """Return the emulator of a JSON text.

        Raises:
            ValueError: it is none.
        """
        try:
            raw = json.loads(text)
            space = raw["space"]
            return cls(
                Space(
                    tuple(space["names"]),
                    tuple(space["switch"]),
                    tuple(space["owner"]),
                    tuple(space["low"]),
                    tuple(space["high"]),
                    frozenset((int(i), int(j)) for i, j in space["together"]),
                ),
                {name: Process.of(record) for name, record in raw["outcomes"].items()},
                int(raw["days"]),
                raw["made"],
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"is no emulator: {error}") from error
