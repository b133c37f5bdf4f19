"""What people remember of their visits: by day and by evening, quicker to fear than to trust (science.md 6.2).

Memory is a latent value M = rest + shock: the rest learns from visits and drifts back to what this person thinks
without any (the mean of the class and the person effect, which is for life), the shock of an incident fades. A visit at
a day that stands for several is made again on each of them by regular travellers, with visit noise of its own: noise
enters the latent as a sum, so that the visit of another day is this one with other noise, exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.day.demand import Floats, Ints
from model.parameters import Parameters
from model.randomness import Purpose, uniforms
from model.results import PER_VISITS
from model.seasons.panel import Panel

DAY, EVENING = 0, 1
_NEVER = -0x100000  # weeks ago


@dataclass
class Memories:
    """What the people of a panel carry from week to week; arrays of length n, (2, n) by day and evening.

    Attributes:
        rest, shock: memory of the station is their sum.
        unvisited: what each thinks without visits, (2, n): the mean of the class and the person effect.
        trust: that reporting helps, 0..1.
        last_unsafe, last_evening, last_visit: week of the last such visit.
        trips, unsafe, avoided: counts of about a year (they lose 1/52 a week).
        ever_avoided: 1 for who has avoided a trip in this season.
        hearsay: what the talk of the town adds to what everybody remembers, latent.
    """

    rest: Floats
    shock: Floats
    unvisited: Floats
    trust: Floats
    last_unsafe: Ints
    last_evening: Ints
    last_visit: Ints
    trips: Floats
    unsafe: Floats
    avoided: Floats
    ever_avoided: NDArray[np.int8]
    hearsay: float = 0.0

    def of(self, band: int) -> Floats:
        """Return the memory of the day or of the evening, latent."""
        return np.asarray(self.rest[band] + self.shock + self.hearsay)


def make_memories(panel: Panel, prior: Floats, p: Parameters) -> Memories:
    """Return the memories of people who think as their class does, each with the own person effect.

    Args:
        prior: what people of the class think, (2, n) by day and evening.
    """
    n = len(panel)
    unvisited = prior + panel.effect
    return Memories(
        rest=unvisited.copy(),
        shock=np.zeros(n),
        unvisited=unvisited,
        trust=np.full(n, p.report_trust_start),
        last_unsafe=np.full(n, _NEVER, np.int64),
        last_evening=np.full(n, _NEVER, np.int64),
        last_visit=np.full(n, _NEVER, np.int64),
        trips=np.zeros(n),
        unsafe=np.zeros(n),
        avoided=np.zeros(n),
        ever_avoided=np.zeros(n, np.int8),
    )


@dataclass(frozen=True)
class Lived:
    """The visits of one simulated day, as those who made them lived them; arrays of length v.

    Attributes:
        row: in the panel.  band: DAY or EVENING.  latent: visit score, worst: worst 30 s, both latent.
        noise: visit noise that is in both.  entity, key: of the visit, for its luck.
        times: days of the week that it is made on by this person.
    """

    row: Ints
    band: Ints
    latent: Floats
    worst: Floats
    noise: Floats
    entity: Ints
    key: Ints
    times: Ints


def live(memories: Memories, lived: Lived, week: int, day: int, seed: int, p: Parameters) -> Floats:
    """Let people learn from the visits of a day and of those it stands for; visits in the order given.

    Returns:
        (v,) how many of the visit's repetitions felt unsafe: worst 30 s below ``feel_unsafe_score``.
    """
    unsafe = np.zeros(len(lived.row))
    limit = unsafe_latent(p)
    turn = _turns(lived.row)
    for repeat in range(int(lived.times.max(initial=0))):
        again = lived.times > repeat
        for which in range(int(turn.max(initial=-1)) + 1):
            at = np.flatnonzero(again & (turn == which))
            other = np.zeros(len(at)) if repeat == 0 else _new_noise(lived, at, day, repeat, seed, p)
            learn(memories, lived.row[at], lived.band[at], lived.latent[at] + other, p)
            unsafe[at] += lived.worst[at] + other < limit
    _count(memories, lived, unsafe, week)
    return unsafe


def _new_noise(lived: Lived, at: Ints, day: int, repeat: int, seed: int, p: Parameters) -> Floats:
    """Return by how much the visit noise of a repetition differs from that of the simulated visit."""
    u = uniforms(seed, int(Purpose.REPEAT), day, lived.entity[at], lived.key[at], repeat)
    return np.asarray(p.feel_visit_sd * ndtri(u) - lived.noise[at])


def _turns(row: Ints) -> Ints:
    """Return which visit of its person each is, from 0 on, in the order given."""
    order = np.argsort(row, kind="stable")
    same = row[order]
    starts = np.flatnonzero(np.concatenate([[True], same[1:] != same[:-1]])) if len(same) else np.zeros(0, np.int64)
    turn = np.empty(len(row), np.int64)
    turn[order] = np.arange(len(row)) - np.repeat(starts, np.diff(np.append(starts, len(row))))
    return turn


def learn(memories: Memories, row: Ints, band: Ints, latent: Floats, p: Parameters) -> None:
    """Move the memory of some people, each once, towards a visit: M <- M + al * (V - M)."""
    gap = latent - memories.rest[band, row] - memories.shock[row]
    memories.rest[band, row] += np.where(gap < 0, p.memory_worse, p.memory_better) * gap


def _count(memories: Memories, lived: Lived, unsafe: Floats, week: int) -> None:
    """Note who was here, in the evening, and felt unsafe."""
    np.add.at(memories.trips, lived.row, lived.times.astype(float))
    np.add.at(memories.unsafe, lived.row, unsafe)
    memories.last_visit[lived.row] = week
    memories.last_evening[lived.row[lived.band == EVENING]] = week
    memories.last_unsafe[lived.row[unsafe > 0]] = week


def fade(memories: Memories, days: float, p: Parameters) -> None:
    """Let ``days`` pass: shocks lose their halves, the rest drifts to what is thought unvisited; counts wane."""
    memories.shock *= 0.5 ** (days / p.memory_shock_half_d)
    keep = 0.5 ** (days / p.memory_rest_half_d)
    memories.rest[:] = memories.unvisited + (memories.rest - memories.unvisited) * keep
    for count in (memories.trips, memories.unsafe, memories.avoided):
        np.multiply(count, 1 - 1 / p.season_weeks_year, out=count)


def hear(memories: Memories, reports: float, visits: float, p: Parameters) -> None:
    """Let a week of talk pass: h <- keep * h - gain * reports per 10,000 visits."""
    told = PER_VISITS * reports / max(visits, 1)
    memories.hearsay = p.memory_hearsay_keep * memories.hearsay - p.memory_hearsay_gain * told


def hurt(memories: Memories, row: Ints, latent: Floats) -> None:
    """Put shocks on the memory of some people, who may stand there several times."""
    np.add.at(memories.shock, row, latent)


def unsafe_latent(p: Parameters) -> float:
    """Return the latent value of the score below which a visit counts as unsafe."""
    return float(-np.log((p.feel_score_high - p.feel_score_low) / (p.feel_unsafe_score - p.feel_score_low) - 1))


def within_year(memories: Memories, last: Ints, week: int, p: Parameters) -> NDArray[np.bool_]:
    """Return who has had something in the last 12 months, given the week of the last time."""
    return np.asarray(week - last < p.season_weeks_year)
