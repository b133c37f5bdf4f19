"""Facts of science.md 10.2 about where and when people feel safe, on whole days and evenings of the model."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model.inputs.inputs import Inputs
from model.inputs.roster import Duty, Roster
from model.results import FIRST_HOUR, GENDERS
from scenarios.station_files import read_station
from tests.day_harness import run, shoebox

HOUR = 3600
WOMAN, MAN = GENDERS.index("woman"), GENDERS.index("man")


def score(visit_score: np.ndarray, visits: np.ndarray, first_hour: int, last_hour: int) -> np.ndarray:
    """Mean visit score by gender of who left from one hour until another."""
    hours = slice(first_hour - FIRST_HOUR, last_hour - FIRST_HOUR)
    return np.asarray(visit_score[hours].sum(axis=0) / visits[hours].sum(axis=0))


def test_fact_1_evenings_feel_less_safe_than_days_and_more_so_for_women() -> None:
    """NS 2007: 7.5 by day, 6.5 in the evening; at a large station in November."""
    results = run(read_station("den-haag-centraal"))
    day = score(results.visit_score, results.visits, 9, 16)
    evening = score(results.visit_score, results.visits, 19, 25)
    drop = day - evening
    assert 0.4 <= drop[[WOMAN, MAN]].mean() <= 1.0
    assert drop[WOMAN] > drop[MAN]


GUARD = Duty("guard", "guard", 18 * HOUR, 25 * HOUR, ("platform",), order="random")


@cache
def platform_score(times: float, *, staffed: bool, lit: bool) -> float:
    """Mean score over the person-seconds on the platforms of the shoebox, 20:00 to 21:00."""
    inputs: Inputs = shoebox().replace(window=(20 * HOUR, 21 * HOUR), roster=Roster((GUARD,) if staffed else ()))
    people = inputs.population
    scaled = replace(people, boardings=people.boardings * times, alightings=people.alightings * times)
    lamps = tuple(replace(lamp, lumen=lamp.lumen * (1.0 if lit else 0.05)) for lamp in inputs.layout.lamps)
    results = run(inputs.replace(population=scaled, layout=replace(inputs.layout, lamps=lamps)))
    platforms = [i for i, kind in enumerate(results.zone_kinds) if kind == "platform"]
    # person-seconds by gender weigh alike in all runs, so that the mix of those who came does not count
    total = results.score_seconds[:, :2, platforms].sum(axis=(0, 2)) / results.seconds[:, :2, platforms].sum(
        axis=(0, 2)
    )
    return float(total.mean())


def test_fact_4_busy_but_not_packed_is_best_and_small_empty_dark_and_unstaffed_worst() -> None:
    crowd = {times: platform_score(times, staffed=True, lit=True) for times in (0.1, 1.0, 4.0, 16.0, 40.0)}
    best = max(crowd, key=lambda times: crowd[times])
    assert crowd[best] > crowd[0.1], crowd
    assert crowd[best] > crowd[40.0], crowd
    assert best not in (0.1, 40.0), crowd
    empty = {(staffed, lit): platform_score(0.1, staffed=staffed, lit=lit) for staffed in (0, 1) for lit in (0, 1)}
    worst = min((*empty.values(), *crowd.values()))
    assert worst == empty[0, 0], (empty, crowd)


@pytest.mark.parametrize("gender", [WOMAN, MAN])
def test_fact_4_holds_for_women_and_men_in_daylight_as_well(gender: int) -> None:
    """Nobody is afraid of a crowd of twenty at noon: the small and empty station is not worse by day than by night."""
    results = run(shoebox())
    noon = score(results.visit_score, results.visits, 11, 15)[gender]
    night = score(results.visit_score, results.visits, 22, 25)[gender]
    assert noon > night
