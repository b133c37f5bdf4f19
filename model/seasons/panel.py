"""The panel: everybody who uses the station in a year, so that memory is attached to people (science.md 1, 6.3).

Regular travellers make ``survey_trips_regular`` trips a year here. The days of a week that look alike are simulated
once and a regular traveller repeats the trip on the others. A sporadic traveller comes ``survey_trips_sporadic``
times a year; those of the days that are not simulated stay outside, so that each sporadic member of the panel stands
for as many people as there are days to a simulated one (``weight``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from model.day.demand import Floats, Ints, for_life, person_traits, train_means
from model.inputs.inputs import Inputs
from model.inputs.population import AGE_BANDS, GENDERS, Share
from model.inputs.timetable import Train
from model.parameters import Parameters
from model.randomness import Purpose

CLASS_BIT = 0x18  # a class has fewer than 2**24 people
_HOUR = 3600


@dataclass(frozen=True)
class Panel:
    """People in the order of their number; arrays of length n unless said.

    Attributes:
        number: stable 32-bit number, the key of everything that a person keeps for life.
        gender: 0 woman, 1 man, 2 other.  regular: 0/1.
        effect: person effect on the latent.  slope: sensitivity to what grows after dark.
        evening: share of the person's trips after 19:00, a habit for life.
        weight: people that this one stands for.
        first: (classes + 1,) first row of each class.  kind_class: (rows of the mix,) class of each row.
        day_ends, late_ends: running sums of the habits within each class, for drawing.
        evening_from_s: from when a trip is one of the evening.
    """

    number: Ints
    gender: NDArray[np.int8]
    regular: NDArray[np.int8]
    effect: Floats
    slope: Floats
    evening: Floats
    weight: Floats
    first: Ints
    kind_class: Ints
    day_ends: Floats
    late_ends: Floats
    evening_from_s: float

    def __len__(self) -> int:
        return len(self.number)

    def choose(self, kind: Ints, clock: Floats, u: Floats) -> Ints:
        """Return the number of who makes each trip: somebody of its kind, by the habit of evening trips.

        Args:
            kind: row of the population mix.  clock: time of the train, s.  u: a uniform each; all (visits,).
        """
        return self.number[self.draw_rows(self.kind_class[kind], clock >= self.evening_from_s, u)]

    def draw_rows(self, of_class: Ints, late: NDArray[np.bool_], u: Floats) -> Ints:
        """Return the row of somebody of each class, by the habit of evening or of day trips."""
        rows = np.zeros(len(of_class), np.int64)
        for c in np.unique(of_class):
            for evening, ends in ((False, self.day_ends), (True, self.late_ends)):
                here = (of_class == c) & (late == evening)
                mine = ends[self.first[c] : self.first[c + 1]]
                found = np.searchsorted(mine, u[here] * mine[-1], side="right")
                rows[here] = self.first[c] + np.minimum(found, len(mine) - 1)
        return rows

    def rows_of(self, number: Ints) -> Ints:
        """Return the rows of people by their number."""
        return np.searchsorted(self.number, number)

    def class_of_rows(self, row: Ints) -> Ints:
        """Return the class of people by their row."""
        return np.searchsorted(self.first, row, side="right") - 1


def is_late(trains: Sequence[Train], p: Parameters) -> NDArray[np.bool_]:
    """Return which trains carry evening trips: those that leave, or end here, from 19:00 on."""
    clock = [t.departure_s if t.departure_s is not None else t.arrival_s or 0 for t in trains]
    return np.array(clock, float) >= p.survey_evening_from_h * _HOUR


def visits_of_week(days: Sequence[tuple[Inputs, float]]) -> Floats:
    """Return expected visits by (simulated, all days of the week) and (day, evening), shape (2, 2)."""
    visits = np.zeros((2, 2))
    for inputs, times in days:
        whole = np.sum(train_means(inputs), axis=0)
        late = is_late(inputs.timetable.trains, inputs.parameters)
        both = np.array([whole[~late].sum(), whole[late].sum()])
        visits += np.outer([1, times], both)
    return visits


def class_of(row: Share) -> tuple[int, int, int]:
    """Return what of a row of the mix belongs to the person: gender, age band, regular or not."""
    return GENDERS.index(row.gender), AGE_BANDS.index(row.age_band), int(row.regular)


def make_panel(days: Sequence[tuple[Inputs, float]], seed: int) -> Panel:
    """Return the panel of a station.

    Args:
        days: the days of a week that are simulated under the base, each with the number of days it stands for.
        seed: study seed; a person is the same in every scenario.
    """
    inputs = days[0][0]
    p, mix = inputs.parameters, inputs.population.mix
    classes = sorted({class_of(row) for row in mix})
    kind_class = np.array([classes.index(class_of(row)) for row in mix])
    share = np.array([[row.share_day, row.share_evening] for row in mix])
    share = share / share.sum(axis=0)
    by_class = np.stack([np.bincount(kind_class, share[:, b], len(classes)) for b in (0, 1)], axis=1)
    once, whole = visits_of_week(days) * p.season_weeks_year
    first, number, evening, weight = [0], [], [], []
    for c, (gender, band, regular) in enumerate(classes):
        trips = p.survey_trips_regular if regular else p.survey_trips_sporadic
        made = by_class[c] * (whole if regular else once)  # trips a year of this class by day and evening
        n = max(1, ceil(made.sum() / trips))
        code = (gender * len(AGE_BANDS) + band) * 2 + regular + 1
        number.append((code << CLASS_BIT) + np.arange(n))
        evening.append(habits(number[-1], made[1] / max(made.sum(), np.finfo(float).tiny), seed, p))
        stands = 1 if regular else (by_class[c] * whole).sum() / max(made.sum(), np.finfo(float).tiny)
        weight.append(np.full(n, stands))
        first.append(first[-1] + n)
    numbers = np.concatenate(number)
    effect, slope = person_traits(for_life(seed, numbers), p)
    sizes = np.diff(first)
    habit = np.concatenate(evening)
    starts = np.array(first)
    return Panel(
        number=numbers,
        gender=np.repeat(np.array([c[0] for c in classes], np.int8), sizes),
        regular=np.repeat(np.array([c[2] for c in classes], np.int8), sizes),
        effect=effect, slope=slope, evening=habit, weight=np.concatenate(weight), first=starts,
        kind_class=kind_class, day_ends=_ends(1 - habit, starts), late_ends=_ends(habit, starts),
        evening_from_s=p.survey_evening_from_h * _HOUR,
    )  # fmt: skip


def habits(number: Ints, mean: float, seed: int, p: Parameters) -> Floats:
    """Return the share of evening trips of each person: Beta with the mean of the class, most people near 0 or 1."""
    mean = float(np.clip(mean, np.finfo(np.float32).eps, 1 - np.finfo(np.float32).eps))
    u = for_life(seed, number)(Purpose.HABIT)
    return np.asarray(betaincinv(mean * p.season_habit, (1 - mean) * p.season_habit, u))


def _ends(habit: Floats, first: Ints) -> Floats:
    """Return the running sums within each class; a class in which nobody has the habit shares it equally."""
    parts = []
    for start, end in pairwise(first):
        mine = habit[start:end]
        parts.append(np.cumsum(mine if mine.sum() > 0 else np.ones(end - start)))
    return np.concatenate(parts)
