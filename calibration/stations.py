"""Scores of single stations, pooled: person within station within type; some stations are held out.

A score is the mean of its type, the effect of the station and the error of the people who were asked. Types are pooled
partially: their means spread round a common one, stations round the mean of their type, both by spreads that are not
known and that the posterior averages over (Gelman and Hill 2007, ch. 12, with a flat prior on a grid of spreads).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.monitor import NETWORK, SCORES, Figure
from calibration.targets import ANSWER_SD, Target, standard_error, targets_of
from model.parameters import Parameters
from model.randomness import entity_of

Floats = NDArray[np.float64]
FEWEST: Final = 3  # stations of a type, held out ones apart
GRID: Final = 40
WIDEST: Final = 2.0  # spread that is thought of, points
Series = tuple[str, str]  # item, group


@dataclass(frozen=True)
class Pooled:
    """The stations of a type in one question.

    Attributes:
        type, item, group, wave: which; mean, sd: of the type, with its error; between: spread of stations round their
            type, points; stations: behind it; shrunk: score of each station, pulled to its type.
    """

    type: str
    item: str
    group: str
    wave: float
    mean: float
    sd: float
    between: float
    stations: int
    shrunk: Mapping[str, float]

    @property
    def target(self) -> Target:
        """The mean of the type as a target of a fit."""
        figure = Figure(0, self.type, self.wave, self.item, self.mean, group=self.group, stations=self.stations)
        return replace(targets_of([figure])[0], sd=self.sd)


def of_stations(figures: Sequence[Figure], types: Sequence[str]) -> list[Figure]:
    """Return the scores of single stations of known types, the latest wave of each."""
    mine = [f for f in figures if f.station != NETWORK and f.item in SCORES and f.station_type in types]
    latest: dict[tuple[str, ...], Figure] = {}
    for figure in mine:
        if figure.representative and not figure.definition:
            before = latest.get(figure.series)
            latest[figure.series] = figure if before is None or figure.wave > before.wave else before
    return list(latest.values())


def held_out(figures: Sequence[Figure], share: float) -> frozenset[str]:
    """Return the stations that a fit does not see: a share of those of each type, picked by their names alone."""
    names: dict[str, list[str]] = {}
    for figure in figures:
        mine = names.setdefault(figure.station_type, [])
        if figure.station not in mine:
            mine.append(figure.station)
    return frozenset(
        name for found in names.values() for name in sorted(found, key=entity_of)[: floor(share * len(found) + 0.5)]
    )


def pooled(figures: Sequence[Figure], out: frozenset[str]) -> list[Pooled]:
    """Return the pooled types of each question, without the stations that are held out.

    Raises:
        ValueError: a type has too few stations.
    """
    found = []
    for item, group in dict.fromkeys((f.item, f.group) for f in figures):
        mine = [f for f in figures if (f.item, f.group) == (item, group) and f.station not in out]
        by_type: dict[str, list[Figure]] = {}
        for figure in mine:
            by_type.setdefault(figure.station_type, []).append(figure)
        for name, there in by_type.items():
            if len(there) < FEWEST:
                raise ValueError(f"{len(there)} stations of type {name} are too few to pool {item}: at least {FEWEST}")
        found += _pool(item, group, by_type)
    return found


def _pool(item: str, group: str, by_type: Mapping[str, Sequence[Figure]]) -> list[Pooled]:
    scores = [np.array([f.value for f in there]) for there in by_type.values()]
    errors = [np.array([standard_error(f) ** 2 for f in there]) for there in by_type.values()]
    spreads = (np.arange(GRID) + 0.5) / GRID * WIDEST
    parts = [_given(scores, errors, tau, omega) for tau in spreads for omega in spreads]
    likely = np.array([part[0] for part in parts])
    weight = np.exp(likely - likely.max())
    weight /= weight.sum()
    means, variances = np.array([part[1] for part in parts]), np.array([part[2] for part in parts])
    mean = weight @ means
    sd = np.sqrt(weight @ (variances + (means - mean) ** 2))
    tau = float(weight @ np.repeat(spreads, GRID))
    made = []
    for k, (name, there) in enumerate(by_type.items()):
        pull = tau**2 / (tau**2 + errors[k])
        shrunk = mean[k] + pull * (scores[k] - mean[k])
        stations = {f.station: float(value) for f, value in zip(there, shrunk, strict=True)}
        wave = max(f.wave for f in there)
        made.append(Pooled(name, item, group, wave, float(mean[k]), float(sd[k]), tau, len(there), stations))
    return made


def _given(
    scores: Sequence[Floats], errors: Sequence[Floats], tau: float, omega: float
) -> tuple[float, Floats, Floats]:
    """Return log-likelihood of two spreads, and mean and variance of each type given them."""
    precision = [1 / (tau**2 + error) for error in errors]
    middle = np.array([float(p @ y / p.sum()) for p, y in zip(precision, scores, strict=True)])
    variance = np.array([float(1 / p.sum()) for p in precision])
    over = 1 / (omega**2 + variance)
    common = float(over @ middle / over.sum())
    likely = sum(
        0.5 * float(np.log(p).sum() - p @ (y - m) ** 2 + np.log(v))
        for p, y, m, v in zip(precision, scores, middle, variance, strict=True)
    )
    likely += 0.5 * float(np.log(over).sum() - over @ (middle - common) ** 2 - np.log(over.sum()))
    keep = variance * over  # share of the common mean in each type
    mean = (1 - keep) * middle + keep * common
    return likely, mean, (1 - keep) * variance + keep**2 / over.sum()


@dataclass(frozen=True)
class HeldOut:
    """A station that the fit did not see, and what the model says of it.

    Attributes:
        figure; predicted, low, high: middle and 90% band of its published score: posterior, station, people asked.
    """

    figure: Figure
    predicted: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the published score lies in the band."""
        return self.low <= self.figure.value <= self.high


def predicted(figure: Figure, said: Floats, between: float, seed: int = 1) -> HeldOut:
    """Return the band of a station that was held out.

    Args:
        said: by the model of its type, draws of the posterior, points.
        between: spread of stations round their type.
    """
    rng = np.random.default_rng([seed, entity_of(f"{figure.station} {figure.item} {figure.group}") % 2**32])
    asked = figure.n or int(Parameters.default().survey_respondents)
    drawn = said + rng.standard_normal(len(said)) * (between**2 + ANSWER_SD**2 / asked) ** 0.5
    low, middle, high = (float(q) for q in np.quantile(drawn, (0.05, 0.5, 0.95)))
    return HeldOut(figure, middle, low, high)
