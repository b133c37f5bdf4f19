"""Two waves of a monitor: how often a change like this comes without any, and what a measure changed beside that.

Sources: statistics.md 2.4 and science.md 9.5 (regression to the mean), 10.1 V30 (stations below 6).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.monitor import COUNTS, NETWORK, SCORES, Figure
from calibration.targets import below_sd, standard_error, targets_of
from scenarios.intervals import t_quantile

Floats = NDArray[np.float64]
Kind = Literal["count", "stations", "score", "share"]
FEWEST_STATIONS: Final = 3  # treated, and of comparison
LEVEL: Final = 0.95
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Change:
    """A change between two waves of one series.

    Attributes:
        first, second: figures; change: second less first; sd: of a change when nothing changed.
        z: change in these; chance: that a change at least as large in this direction comes without any real one.
        kind: how the sd was found.
    """

    first: Figure
    second: Figure
    change: float
    sd: float
    z: float
    chance: float
    kind: Kind

    @property
    def one_in(self) -> float:
        """One in how many pairs of waves shows such a change without any real one."""
        return 1 / self.chance if self.chance > 0 else math.inf


def change_between(first: Figure, second: Figure) -> Change:
    """Return what a change between two waves is worth.

    Counts are Poisson: z = (b - a) / sqrt(a + b). Numbers of stations have the spread of sampling near the line of 6,
    and half a station is taken off, for they are whole. Scores and shares have the standard errors of both waves.

    Raises:
        ValueError: two different series.
    """
    if first.series != second.series:
        raise ValueError("two waves of one series are compared")
    change = second.value - first.value
    if first.item == "stations_below_6":
        stations = second.stations or first.stations or 0
        if not stations:
            raise ValueError("a number of stations needs how many there are: fill in the column stations")
        middle = (first.value + second.value) / 2
        sd, kind = math.sqrt(2) * below_sd(middle, stations, second.n), "stations"
        tail = max(abs(change) - 0.5, 0.0) / sd
    elif first.item in COUNTS:
        sd, kind = math.sqrt(max(first.value + second.value, 1.0)), "count"
        tail = abs(change) / sd
    else:
        sd = math.hypot(standard_error(first), standard_error(second))
        kind = "score" if first.item in SCORES else "share"
        tail = abs(change) / sd
    return Change(first, second, change, sd, change / sd, 1 - _NORMAL.cdf(tail), kind)  # type: ignore[arg-type]


def changes_of(figures: Sequence[Figure]) -> list[Change]:
    """Return the change between each two successive waves of each series, networks first, then stations.

    What is no target is compared with nothing: who chose to answer, and counts of an older definition.
    """
    series: dict[tuple[str, ...], list[Figure]] = {}
    for target in targets_of(figures):
        if target.use != "refused":
            series.setdefault(target.figure.series, []).append(target.figure)
    found = []
    for rows in series.values():
        ordered = sorted(rows, key=lambda figure: figure.wave)
        found += [change_between(a, b) for a, b in pairwise(ordered)]
    return sorted(found, key=lambda change: change.first.station != NETWORK)


@dataclass(frozen=True)
class Effect:
    """What changed at treated stations against stations of comparison, between the first wave and the last.

    Attributes:
        item, group: of the answers; treated, comparison: numbers of stations.
        before, after: mean change of treated and of comparison stations.
        did, did_low, did_high: difference in differences with 95% interval.
        drift: what treated stations would have gained by having been low by chance in the first wave.
        adjusted, low, high: change beyond that, by regression on the first wave (ANCOVA), with 95% interval.
        reliability: share of the spread of first scores that is real.
    """

    item: str
    group: str
    treated: int
    comparison: int
    before: float
    after: float
    did: float
    did_low: float
    did_high: float
    drift: float
    adjusted: float
    low: float
    high: float
    reliability: float


def effects_of(figures: Sequence[Figure]) -> list[Effect]:
    """Return the effect for each item and group that has treated and comparison stations in two waves."""
    found = []
    for item, group in dict.fromkeys((f.item, f.group) for f in figures if f.item not in COUNTS):
        rows = [f for f in figures if (f.item, f.group) == (item, group) and f.station != NETWORK]
        effect = _effect(item, group, rows)
        if effect is not None:
            found.append(effect)
    return found


def _effect(item: str, group: str, rows: Sequence[Figure]) -> Effect | None:
    by_station: dict[str, list[Figure]] = {}
    for row in rows:
        by_station.setdefault(row.station, []).append(row)
    pairs = [(min(f, key=lambda x: x.wave), max(f, key=lambda x: x.wave)) for f in by_station.values() if len(f) > 1]
    arms = [next((f.arm for f in (a, b) if f.arm), "") for a, b in pairs]
    if min(arms.count("treated"), arms.count("comparison")) < FEWEST_STATIONS:
        return None
    kept = [i for i, arm in enumerate(arms) if arm]
    first = np.array([pairs[i][0].value for i in kept])
    change = np.array([pairs[i][1].value for i in kept]) - first
    treated = np.array([arms[i] == "treated" for i in kept])
    noise = float(np.mean([standard_error(pairs[i][0]) ** 2 for i in kept]))
    return _estimates(item, group, first, change, treated, noise)


def _estimates(
    item: str, group: str, first: Floats, change: Floats, treated: NDArray[np.bool_], noise: float
) -> Effect:
    ones = np.ones(len(first))
    did = _fit(np.column_stack([ones, treated]), change)
    adjusted = _fit(np.column_stack([ones, treated, first - first.mean()]), change)
    spread = float(np.var(first, ddof=1))
    reliability = min(1.0, max(0.0, 1 - noise / spread)) if spread > 0 else 0.0
    drift = (1 - reliability) * float(first.mean() - first[treated].mean())
    return Effect(
        item, group, int(treated.sum()), int((~treated).sum()), float(change[treated].mean()),
        float(change[~treated].mean()), *did, drift, *adjusted, reliability,
    )  # fmt: skip


def _fit(design: Floats, change: Floats) -> tuple[float, float, float]:
    """Return the coefficient of the second column with its 95% interval by t, and sandwich errors (HC3)."""
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ change
    residual = change - design @ beta
    lever = np.einsum("ij,jk,ik->i", design, inverse, design)
    meat = design.T @ (design * (residual / np.maximum(1 - lever, 1e-6))[:, None] ** 2)
    error = math.sqrt(max(float((inverse @ meat @ inverse)[1, 1]), 0.0))
    half = float(t_quantile(LEVEL, len(change) - design.shape[1])) * error
    return float(beta[1]), float(beta[1]) - half, float(beta[1]) + half
