"""Comparisons of walks that were observed with the same walks in the model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

F64 = NDArray[np.float64]
Strings = NDArray[np.str_]
MINUTE_S = 60
AFTER_TRAIN_MIN = 5  # minutes after an arrival in which its passengers are counted


@dataclass(frozen=True)
class PairOfZones:
    """Walks from one zone to another, observed and simulated.

    Attributes:
        origin, destination: names of the zones.
        walks: how many.
        observed_s, simulated_s: median travel times, s.
        off: (simulated - observed) / observed.
        ks: Kolmogorov-Smirnov distance of the two samples of travel times.
    """

    origin: str
    destination: str
    walks: int
    observed_s: float
    simulated_s: float
    off: float
    ks: float


@dataclass(frozen=True)
class FlowAfterTrain:
    """People who came from the platforms of a train and left the place, by minute after its arrival."""

    train: str
    arrival_s: int
    observed: tuple[int, ...]
    simulated: tuple[int, ...]


def ks_distance(a: F64, b: F64) -> float:
    """Return the largest distance of two empirical distributions."""
    return float(stats.ks_2samp(a, b).statistic)


def busiest_pairs(origin: Strings, destination: Strings, observed: F64, simulated: F64, most: int) -> list[PairOfZones]:
    """Compare the travel times, s, of the ``most`` busiest pairs of zones, busiest first; all by walk."""
    pairs, row, walks = np.unique(np.stack((origin, destination), 1), axis=0, return_inverse=True, return_counts=True)
    found = []
    for k in np.argsort(-walks, kind="stable")[:most]:
        mine = row.ravel() == k
        ours, theirs = simulated[mine], observed[mine]
        middle = float(np.median(ours)), float(np.median(theirs))
        found.append(
            PairOfZones(
                str(pairs[k, 0]), str(pairs[k, 1]), int(walks[k]), middle[1], middle[0], middle[0] / middle[1] - 1,
                ks_distance(ours, theirs),
            )
        )  # fmt: skip
    return found


def flow_after(left_s: F64, arrival_s: float) -> tuple[int, ...]:
    """Count who left in each of the ``AFTER_TRAIN_MIN`` minutes after an arrival."""
    edges = arrival_s + MINUTE_S * np.arange(AFTER_TRAIN_MIN + 1)
    return tuple(int(n) for n in np.histogram(left_s, edges)[0])
