"""The bank of a fit: sums of each run on disk, and what they say of each target.

A run keeps three sums for each target and type of station, so that a point is a ratio of sums over its days (a day
without any incident is no trouble) and so that spreads over stations and people can be told from them, too.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import log, nan
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from calibration.monitor import Figure
from calibration.targets import LOW_SCORE, STATION_SD, Target
from model.parameters import Parameters
from model.results import FIRST_HOUR, GENDERS, INCIDENT_OUTCOMES, INCIDENT_TYPES, TABLE_TYPES, Results
from scenarios.safe_files import write_whole

Floats = NDArray[np.float64]
SUMS: Final = 3
WRITE_EVERY: Final = 50  # runs
WRITE_S: Final = 5.0  # or after this long, so that who looks on sees it grow
_EVENING_ROW: Final = 19 - FIRST_HOUR
_LEAST_STATION_SD: Final = 0.3  # between stations of a type, where types alone would explain all of STATION_SD
_STEP: Final = 1e-4  # of a numerical derivative along a day
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(41)  # of the person effect


def sums_of(figure: Figure, results: Results) -> tuple[float, float, float]:
    """Return the sums of a figure on a day at one station.

    Scores: of answers and their weights. Counts: events and visits. Share over 12 months: of the worst half minute of
    each visit (latent), number of visits, and squares.
    """
    genders = [GENDERS.index(figure.group)] if figure.group in GENDERS else list(range(len(GENDERS)))
    if figure.item in ("safety_evening", "stations_below_6"):
        return float(results.monitor_score[genders].sum()), float(results.monitor_weight[genders].sum()), 0.0
    if figure.item == "safety_day":
        day = slice(0, _EVENING_ROW)
        return float(results.visit_score[day][:, genders].sum()), float(results.visits[day][:, genders].sum()), 0.0
    if figure.item == "unsafe_12_months":
        if results.diary is None:
            raise ValueError("a day without a diary")
        worst = results.diary["worst"]
        return float(worst.sum()), float(len(worst)), float((worst**2).sum())
    outcome = "recorded_incidents" if figure.item == "incidents" else "reported_incidents"
    table = getattr(results, INCIDENT_OUTCOMES[outcome])
    kinds = range(len(INCIDENT_TYPES)) if figure.type in ("", "all") else [TABLE_TYPES.index(figure.type)]
    return float(table[list(kinds)].sum()), float(results.visits.sum()), 0.0


def said(target: Target, sums: Floats, weights: Mapping[str, float], visits: float | None, p: Parameters) -> float:
    """Return what sums say of a target on its scale; NaN where there is nothing to tell.

    Args:
        sums: of each type of station, (types, 3); weights: stations of each type, by name.
        visits: a year behind a count of the network.
        p: values under which they were made.
    """
    figure = target.figure
    alone = figure.station in weights  # the figure of a type
    of = np.array([w if not alone or name == figure.station else 0.0 for name, w in weights.items()])
    if figure.item == "stations_below_6":
        return _below(figure, sums, of)
    above, below, square = (sums * of[:, None]).sum(axis=0).tolist()
    if below <= 0:
        return nan
    if figure.item == "unsafe_12_months":
        return ever_unsafe(above / below, square / below, figure.group == "regular", p)
    if not target.on_log_scale:
        return float(above / below)
    if figure.item == "trials":  # treated over control
        return log(above / below) if above > 0 else nan
    return log(above / below * (visits or nan)) if above > 0 else nan


def _below(figure: Figure, sums: Floats, weights: Floats) -> float:
    """Return how many stations stand below 6 when those of a type spread normally round its score.

    All stations together, survey noise included, have the spread ``STATION_SD``; what types differ is part of it.
    """
    if (sums[:, 1] <= 0).any():
        return nan
    share, middle = weights / weights.sum(), sums[:, 0] / sums[:, 1]
    between = float(share @ (middle - share @ middle) ** 2)
    within = max(STATION_SD**2 - between, _LEAST_STATION_SD**2) ** 0.5
    return float((figure.stations or 1) * (share @ ndtr((LOW_SCORE - middle) / within)))


def ever_unsafe(mean: float, square: float, regular: bool, p: Parameters) -> float:
    """Return the share of people who felt unsafe at least once in 12 months of public transport.

    As the limit ``feel_unsafe_score`` was set (science.md 6.3): visits spread normally round a person, people round the
    mean by ``feel_person_sd``; a trip has the unsafe moments of its station over ``survey_station_share``.

    Args:
        mean, square: of the worst half minute over visits, latent.
        regular: makes ``survey_trips_regular`` trips a year, else ``survey_trips_sporadic``.
    """
    limit = -log((p.feel_score_high - p.feel_score_low) / (p.feel_unsafe_score - p.feel_score_low) - 1)
    whole = max(square - mean**2, 1e-9)
    person = min(p.feel_person_sd, (0.99 * whole) ** 0.5)
    visit = (whole - person**2) ** 0.5
    trips = (p.survey_trips_regular if regular else p.survey_trips_sporadic) / p.survey_station_share
    never = (1 - ndtr((limit - mean - person * _NODES) / visit)) ** trips
    return float(1 - (_NODE_WEIGHTS @ never) / _NODE_WEIGHTS.sum())


def values_of(
    targets: Sequence[Target], sums: Floats, weights: Mapping[str, float], visits: float | None, p: Parameters
) -> Floats:
    """Return values of each day of a point whose mean is what all its days say together, (days, targets).

    Args:
        sums: (days, targets, types, 3).

    The values spread as the influence of each day on the ratio of sums: they tell luck, also for logarithms of counts
    that are nothing on some days.
    """
    found = np.full(sums.shape[:2], nan)
    for k, target in enumerate(targets):
        whole = sums[:, k].mean(axis=0)
        middle = said(target, whole, weights, visits, p)
        beside = [said(target, whole + _STEP * (day - whole), weights, visits, p) for day in sums[:, k]]
        found[:, k] = middle + (np.array(beside) - middle) / _STEP
    return found


class Kept:
    """Sums of runs on disk, by point and day; written now and then and at the end.

    Attributes:
        sums: (points, days, targets, types, 3), NaN where a run is missing.
    """

    def __init__(self, path: Path, shape: tuple[int, int, int, int]) -> None:
        self.path, self._new, self._written = path, 0, monotonic()
        self.sums = np.full((*shape, SUMS), nan)
        with suppress(OSError, ValueError, KeyError, TypeError):
            for name, values in json.loads(path.read_text("utf-8")).items():
                point, day = map(int, name.split("."))
                self.sums[point, day] = values

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which runs are there, (points, days)."""
        return np.asarray(np.isfinite(self.sums).all(axis=(2, 3, 4)))

    @property
    def number(self) -> int:
        """How many runs are there."""
        return int(self.there.sum())

    def missing(self) -> list[tuple[int, int]]:
        """Return the runs that are not there."""
        return [(int(p), int(d)) for p, d in zip(*np.nonzero(~self.there), strict=True)]

    def take(self, job: tuple[int, int], sums: Any) -> None:
        """Keep a run; now and then all are written."""
        self.sums[job] = sums
        self._new += 1
        if self._new % WRITE_EVERY == 0 or monotonic() - self._written > WRITE_S:
            self.write()

    def write(self) -> None:
        """Write what is there."""
        self._written = monotonic()
        plain = {f"{p}.{d}": self.sums[p, d].tolist() for p, d in zip(*np.nonzero(self.there), strict=True)}
        write_whole(self.path, json.dumps(plain))
