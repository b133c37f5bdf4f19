"""An arm of a trial through its weeks: a few simulated days, what offenders learn between them, sums of each.

A step of the trial is one day with visits and one without (one alone when all days are alike), each standing for its
share of the week. Beliefs begin at the long-run value of the usual roster and are carried on day by day with what the
simulated days saw; the days of a step are simulated with the beliefs of its middle, those of the first step with the
beliefs at the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.trials.description import INCIDENT_BOOKS, WEEK_DAYS
from calibration.trials.doses import Intervals, dosed, dosed_days, holds, moments
from calibration.trials.reader import TreatedArm, Trial, placed
from calibration.trials.sites import Site, Unit
from model.day.entry import Expectations, learned, sightings
from model.day.guardianship import long_run_belief
from model.day.offending import pool_sizes
from model.day.past import Past
from model.inputs.inputs import Inputs
from model.results import Results
from model.station import Station
from model.world.world import World
from scenarios.store import FieldCache

Floats = NDArray[np.float64]
BOOK_TABLES: Final = dict(zip(INCIDENT_BOOKS, ("expected", "detected", "recorded", "reported"), strict=True))


@dataclass(frozen=True)
class TrialDay:
    """A simulated day of an arm.

    Attributes:
        results: its tables, with a diary of visits.
        during: for each unit, by book, what fell into the visits to that unit.
        dosed: whether it is one of the days of the week on which the dose is given.
    """

    inputs: Inputs
    results: Results
    during: tuple[dict[str, Floats], ...]
    dosed: bool = True


@dataclass(frozen=True)
class Step:
    """A step of an arm: its days, each with its share of the week."""

    days: tuple[tuple[float, TrialDay], ...]


def day_shares(trial: Trial) -> tuple[tuple[bool, int], ...]:
    """Return (with visits or without, days a week) of each kind of day of a trial."""
    with_visits = dosed_days(trial.arms)
    kinds = ((True, with_visits), (False, WEEK_DAYS - with_visits))
    return tuple((visited, days) for visited, days in kinds if days)


def run_arm(
    trial: Trial, site: Site, arm: TreatedArm, units: Sequence[Unit], usual: Inputs, seed: int, first_day: int,
    cache: FieldCache,
) -> list[Step]:  # fmt: skip
    """Return the steps of an arm.

    Args:
        units: those that are treated and counted.
        usual: inputs of a usual day of the site, under some parameters.
        first_day: number of its first day of luck; arms of a trial share it.
        cache: of the fields.
    """
    inputs = usual
    here = [zone for unit in units for zone in unit.zones]
    for measure in arm.measures:
        inputs = placed(measure, here).apply(inputs)
    world = World.of(inputs, remember=cache.remember)
    old = usual if not arm.measures else usual.replace(layout=inputs.layout)
    expect = Expectations.alike(long_run_belief(old, world))
    shares, steps, begin = day_shares(trial), [], 0.0
    seen: list[tuple[int, NDArray[np.void]]] = []
    for number, end in enumerate(trial.file.weeks):
        middle = (begin + end) / 2
        if seen:
            expect = _learn(expect, seen, middle - begin, inputs)
        days, seen = [], []
        for place, (visited, times) in enumerate(shares):
            day = first_day + number * len(shares) + place
            made = dosed(inputs, arm, units, week=middle, visited=visited, seed=seed, day=day)
            breaks = [_moments(trial, arm, unit, middle, visited, seed, day) for unit in units]
            result, sight = _run_day(made, world, seed, day, expect, breaks)
            days.append((times / WEEK_DAYS, replace(result, dosed=visited)))
            seen.append((times, sight))
        steps.append(Step(tuple(days)))
        expect = _learn(expect, seen, end - middle if number else end - begin, inputs)
        begin = end
    return steps


def _moments(
    trial: Trial, arm: TreatedArm, unit: Unit, week: float, visited: bool, seed: int, day: int
) -> Intervals:
    """Return the visits to a unit on a day; in an arm without visits those of the first arm that has them."""
    if not visited:
        return ()
    doses = arm.visits or next((other.visits for other in trial.arms if other.visits), ())
    return tuple(sorted(i for dose in doses if holds(dose, week) for i in moments(dose, unit, seed, day)))


def _run_day(
    inputs: Inputs, world: World, seed: int, day: int, expect: Expectations, visits: Sequence[Intervals]
) -> tuple[TrialDay, NDArray[np.void]]:
    """Run a day, and keep apart what happens during the visits to each unit; cutting a day in two changes no bit."""
    station = Station(inputs, world, seed=seed, day=day, past=Past(expect=expect), diary=True)
    during = tuple({book: np.zeros_like(station.tally.expected) for book in BOOK_TABLES} for _ in visits)
    cuts = sorted({t for intervals in visits for i in intervals for t in i if station.start_s < t < station.end_s})
    before = _copies(station)
    for begin, end in zip([station.start_s, *cuts], [*cuts, station.end_s], strict=True):
        here = [u for u, intervals in enumerate(visits) if any(a <= begin and end <= b for a, b in intervals)]
        station.run_until(end)
        now = _copies(station) if cuts else before
        for u in here:
            for book in BOOK_TABLES:
                during[u][book] += now[book] - before[book]
        before = now
    results = station.run()
    return TrialDay(inputs, results, during), sightings(station.offenders)


def _copies(station: Station) -> dict[str, Floats]:
    return {book: getattr(station.tally, table).copy() for book, table in BOOK_TABLES.items()}


def _learn(
    expect: Expectations, seen: Sequence[tuple[int, NDArray[np.void]]], weeks: float, inputs: Inputs
) -> Expectations:
    """Return what offenders expect after some weeks of days like these, in turn over the week."""
    sizes, p = pool_sizes(inputs), inputs.parameters
    first = seen[0][0]
    for day in range(round(weeks * WEEK_DAYS)):
        due = (day + 1) * first // WEEK_DAYS > day * first // WEEK_DAYS
        expect = learned(expect, seen[0 if due or len(seen) == 1 else 1][1], sizes, p)
    return expect
