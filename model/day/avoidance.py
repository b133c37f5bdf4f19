"""Trips that are not made as planned because the evening at the station feels unsafe (science.md 6.5).

The same choice serves a season, in which each person has a memory, and a single day, in which the memory is the one
that evenings like this one would leave in the long run.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from model.day.demand import Floats, Visits
from model.day.perception import evening_index
from model.parameters import Parameters
from model.results import GENDERS, HOURS

ALTERNATIVES = ("earlier", "station", "mode", "cancel")  # earlier train, other station, other mode or escort, at home


def score(latent: Floats, p: Parameters) -> Floats:
    """Return the score 1 to 10 of latent values (science.md 6.1)."""
    return np.asarray(p.feel_score_low + (p.feel_score_high - p.feel_score_low) / (1 + np.exp(-latent)))


def gains(p: Parameters) -> Floats:
    """Return how much a point of deficit adds to each alternative for woman, man and other, 1/point."""
    return np.array([p.avoid_gain_woman, p.avoid_gain_man, (p.avoid_gain_woman + p.avoid_gain_man) / 2])


def choice_shares(evening: Floats, gender: NDArray[np.int8], p: Parameters) -> Floats:
    """Return the chance of each alternative for people who remember the evening as a score.

    Args:
        evening: remembered score of the evening, (n,).
        gender: 0 woman, 1 man, 2 other, (n,).

    Returns:
        (n, 4) chances in the order of ALTERNATIVES; what is left is the trip as planned. Multinomial logit with
        U_plan = 0 and U_alternative = -cost + gain * max(0, avoid_score - evening).
    """
    deficit = np.maximum(p.avoid_score - evening, 0)
    cost = np.array([p[f"avoid_cost_{name}"] for name in ALTERNATIVES])
    weight = np.exp((gains(p)[gender] * deficit)[:, None] - cost)
    return np.asarray(weight / (1 + weight.sum(axis=1, keepdims=True)))


def kept_share(evening: Floats, gender: NDArray[np.int8], p: Parameters) -> Floats:
    """Return P(as planned | deficit) / P(as planned | none), (n,): demand that is counted has the latter in it."""
    planned = 1 - choice_shares(evening, gender, p).sum(axis=1)
    calm = 1 - choice_shares(np.full(len(evening), p.avoid_score), gender, p).sum(axis=1)
    return np.asarray(planned / calm)


@cache
def long_run_shift(worse: float, better: float) -> float:
    """Return where memory settles under visits of unit normal noise, in units of the noise.

    Bad visits are learned at the rate ``worse`` and good ones at ``better``, so that memory lies below the mean:
    the fixed point t of worse * E(t - z)+ = better * E(z - t)+ for standard normal z.
    """

    def drift(t: float) -> float:
        density = np.exp(-t * t / 2) / np.sqrt(2 * np.pi)
        return float(better * (density - t * ndtr(-t)) - worse * (density + t * ndtr(t)))

    end = -float(ndtri(np.finfo(float).tiny))
    return float(brentq(drift, -end, end))


def avoided_trips(diary: NDArray[np.void], visits: Visits, p: Parameters) -> Floats:
    """Return the expected trips of a day that would be avoided in the long run, by hour of leaving, (20, 3).

    Each visit that ended after 19:00 stands for a person whose evenings are all like this one: the memory is the
    visit's score less its noise, moved by what asymmetric learning makes of that noise.
    """
    late = np.flatnonzero(diary["hour"] >= evening_index(p))
    gender = visits.gender[late]
    shift = long_run_shift(p.memory_worse, p.memory_better) * p.feel_visit_sd
    memory = diary["latent"][late] - visits.noise[late] + shift
    avoided = np.zeros((HOURS, len(GENDERS)))
    np.add.at(avoided, (diary["hour"][late], gender), 1 - kept_share(score(memory, p), gender, p))
    return avoided
