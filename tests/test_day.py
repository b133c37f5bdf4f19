"""A day of the shoebox: nobody is lost or made up, nobody stands in a wall, everybody goes home."""

import gc
import warnings
import weakref
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import poisson

from model.day.demand import ALIGHTER, BOARDER, TRANSFER, draw_visits
from model.inputs.inputs import Inputs
from model.inputs.roster import Roster
from model.inputs.timetable import Timetable
from model.kernels.offending import GONE, LINGERING
from model.kernels.state import ALIGHTED, BOARDED, ENTERED, LEFT
from model.randomness import Purpose, entity_of, uniform
from model.results import FIRST_HOUR, HOURS, Results
from model.station import Station, run_day
from tests.day_harness import (
    TEN_MINUTES,
    chosen,
    getting_off,
    off_floor,
    present,
    run,
    shoebox,
    station_of,
    steps,
    tables,
    world_of,
)

HOUR = 3600


@cache
def whole_day() -> Results:
    return run(shoebox())


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """A day that warns is a day that divides by nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def is_finite(results: Results) -> bool:
    return all(np.isfinite(table).all() for _, table in tables(results))


def of_hours(table, hours: slice):
    """The rows of some hours: the axis of hours is the second of incidents and the first of all else."""
    return table[:, hours] if table.ndim == 4 else table[hours]


# ---------------------------------------------------------------- conservation


def test_m1_v24_travellers_are_conserved_every_ten_minutes() -> None:
    station = station_of(shoebox())
    rides = getting_off(station)
    for second in steps(station, TEN_MINUTES):
        counts, inside = station.tally.counts, len(station.travellers)
        assert counts[ENTERED] + counts[ALIGHTED] == counts[LEFT] + inside, second
        # the same, counted without the tally
        assert counts[ENTERED] == station.visitors.next[0], second
        assert counts[ALIGHTED] == (rides - getting_off(station)).sum(), second
        here = station.crowd.people["visit"][present(station)]
        assert len(set(here.tolist())) == inside, second
        assert (np.diff(here) > 0).all(), "sums over people run in the order of their numbers"
    results = station.run()
    assert results.counts["inside"] == 0
    assert results.counts["entered"] + results.counts["alighted"] == results.counts["left"]
    assert results.visits.sum() == results.counts["left"]


def test_v24_everybody_leaves_as_planned() -> None:
    """Exits and boardings are those of the lists of the trains, when nobody misses the last one."""
    station = station_of(shoebox())
    results, role = station.run(), station.visits.role
    assert results.counts["missed_trains"] == 0
    came = np.isfinite(station.visits.appear_s) & (station.visits.appear_s >= station.start_s)
    assert results.counts["entered"] == (came & (role == BOARDER)).sum()
    assert results.counts["boarded"] == (came & (role == BOARDER)).sum() + (role == TRANSFER).sum()
    assert results.counts["left"] - results.counts["boarded"] == (role == ALIGHTER).sum()


def test_m2_alighters_of_each_train_are_the_draw_of_the_demand() -> None:
    inputs = shoebox()
    station = station_of(inputs, seed=3, day=5)
    trains, people = inputs.timetable.trains, inputs.population
    hours = [train.arrival_s // HOUR if train.arrival_s is not None else -1 for train in trains]
    cars = {h: sum(t.cars for t, k in zip(trains, hours, strict=True) if k == h) for h in set(hours)}
    served = sum(people.alighting_profile[h] for h in set(hours) if h >= 0)
    wanted = []
    for train, hour in zip(trains, hours, strict=True):
        mean = people.alightings * people.alighting_profile[hour] / served * train.cars / cars[hour]
        luck = uniform(3, int(Purpose.ALIGHTERS), 5, entity_of(train.id), 0, 0)
        wanted.append(int(poisson.ppf(luck, mean)))
    assert getting_off(station).tolist() == wanted
    assert sum(wanted) == pytest.approx(people.alightings, abs=4 * people.alightings**0.5)  # 1 in 16,000 by luck
    before = getting_off(station)
    for _ in steps(station, TEN_MINUTES):
        now, state = getting_off(station), station.trains.rows["state"]
        assert (now <= before).all()
        assert (now[state == 0] == before[state == 0]).all(), "nobody gets off a train that is not there"
        assert (now[state == 2] == 0).all(), "nobody stays in a train that has gone"
        before = now
    assert station.run().counts["alighted"] == sum(wanted)


# ---------------------------------------------------------------- floor


def test_nobody_is_outside_walkable_floor() -> None:
    station = station_of(shoebox())
    station.run_until(7 * HOUR)
    most = 0
    for second in range(7 * HOUR, 9 * HOUR):  # the morning peak, every second
        station.run_until(second)
        most = max(most, len(station.travellers))
        assert off_floor(station) == 0, second
    assert most > 20
    for second in steps(station, 60):
        assert off_floor(station) == 0, second


def test_guards_and_offenders_stay_on_floor() -> None:
    inputs = shoebox().replace(window=(19 * HOUR, 22 * HOUR))
    station = station_of(inputs)
    seen = 0
    for second in steps(station, 10):
        rows = station.offenders.rows[station.offenders.present[: station.offenders.count[0]]]
        on = station.guards[station.guards["on"] != 0]
        for actors in (rows, on):
            seen += len(actors)
            cell = station.world.grid.cell[
                np.floor(actors["y"] - station.ground.y0).astype(int),
                np.floor(actors["x"] - station.ground.x0).astype(int),
            ]
            assert (cell >= 0).all(), second
            assert (cell == actors["cell"]).all(), second
    assert seen > 0


def test_who_is_sent_away_is_gone() -> None:
    """A guard may end the visit of somebody who lingers; nobody comes back from there."""
    station = station_of(shoebox().replace(window=(19 * HOUR, 21 * HOUR)))
    offenders, sent = station.offenders, set()
    for second in steps(station, 60):
        rows = offenders.rows
        for o in offenders.present[: offenders.count[0]].tolist():
            if rows["state"][o] == LINGERING and len(sent) < 20:
                rows["state"][o] = GONE
                sent.add(o)
                break
        station.run_until(second + 2)
        assert not sent.intersection(offenders.present[: offenders.count[0]].tolist()), second
    assert len(sent) == 20
    assert all(offenders.rows["state"][o] == GONE for o in sent)


def test_people_walk_no_faster_than_they_can() -> None:
    """Between two seconds nobody goes further than a second's walk and the pushes of a crowd."""
    station = station_of(shoebox().replace(window=(17 * HOUR, 18 * HOUR)))
    last: dict[int, tuple[float, float]] = {}
    pushed = 2 * station.parameters.walk_push_passes * station.parameters.walk_body_radius_m
    for _ in steps(station, 1):
        now = {}
        for slot in present(station):
            person = station.crowd.people[slot]
            if person["mode"] != 0 and person["passage"] < 0:
                visit = int(person["visit"])
                now[visit] = (float(person["x"]), float(person["y"]))
                if visit in last:
                    far = np.hypot(now[visit][0] - last[visit][0], now[visit][1] - last[visit][1])
                    assert far <= person["v0"] + pushed
        last = now


# ---------------------------------------------------------------- limits


def demand(inputs: Inputs, times: float) -> Inputs:
    people = inputs.population
    scaled = replace(people, boardings=people.boardings * times, alightings=people.alightings * times)
    return inputs.replace(population=scaled)


def test_m18_a_day_without_travellers() -> None:
    results = run(demand(shoebox(), 0))
    assert is_finite(results)
    assert results.counts["agent_seconds"] == 0
    assert results.visits.sum() == 0


def test_m18_a_day_with_one_traveller() -> None:
    inputs = shoebox()
    everybody = draw_visits(inputs, world_of(inputs), 1, 1)
    one = chosen(everybody, np.flatnonzero(everybody.role == BOARDER)[400:401])
    results = run(inputs, visits=one)
    assert is_finite(results)
    assert results.visits.sum() == results.counts["boarded"] == results.counts["left"] == 1
    assert 60 < results.counts["agent_seconds"] < 2 * HOUR
    assert results.seconds.sum() == results.counts["agent_seconds"]
    gender = int(one.gender[0])
    assert results.visits[:, gender].sum() == 1
    assert 1 <= results.visit_score.sum() <= 10


def test_m18_a_day_without_staff() -> None:
    results = run(shoebox().replace(roster=Roster()))
    assert is_finite(results)
    assert results.counts["inside"] == 0
    assert results.visits.sum() > 1500


def test_m18_a_day_without_lamps() -> None:
    inputs = shoebox()
    dark = run(inputs.replace(layout=replace(inputs.layout, lamps=())))
    lit = whole_day()
    assert is_finite(dark)
    assert dark.counts["inside"] == 0
    evening = slice(18 - FIRST_HOUR, None)
    darker = dark.visit_score[evening].sum() / dark.visits[evening].sum()
    assert darker < lit.visit_score[evening].sum() / lit.visits[evening].sum()


def test_m18_a_closed_station() -> None:
    """No train, nobody: the evening guard walks round alone."""
    inputs = demand(shoebox(), 0)
    results = run(inputs.replace(timetable=Timetable(())))
    assert is_finite(results)
    assert results.counts["left"] == results.counts["inside"] == 0


def test_m18_ten_times_the_peak() -> None:
    """Far more people than the platform is made for: the hour ends, and nobody is pushed off the floor."""
    station = station_of(demand(shoebox(), 10).replace(window=(8 * HOUR, 9 * HOUR)))
    for second in steps(station, 60):
        assert off_floor(station) == 0, second
    results = station.run()
    assert is_finite(results)
    inside = results.counts["inside"]
    assert results.counts["entered"] + results.counts["alighted"] == results.counts["left"] + inside


# ---------------------------------------------------------------- windows


@pytest.mark.parametrize("window", [(18 * HOUR, 25 * HOUR), (7 * HOUR, 9 * HOUR), (5 * HOUR, 6 * HOUR)])
def test_a_window_fills_its_hours_and_no_other(window: tuple[int, int]) -> None:
    whole, part = whole_day(), run(shoebox().replace(window=window))
    counted = slice(window[0] // HOUR - FIRST_HOUR, window[1] // HOUR - FIRST_HOUR)
    for name, table in tables(part):
        if name.startswith(("map", "count", "monitor")):
            continue
        outside = np.delete(table, np.r_[counted], axis=1 if table.ndim == 4 else 0)
        assert (outside == 0).all(), name
    assert is_finite(part)
    # self-set: after twenty minutes of warming up the people are nearly those of the whole day
    assert part.seconds.sum() == pytest.approx(of_hours(whole.seconds, counted).sum(), rel=0.1)
    assert part.visits.sum() == pytest.approx(of_hours(whole.visits, counted).sum(), rel=0.05)
    counts = part.counts
    assert counts["entered"] + counts["alighted"] == counts["left"] + counts["inside"]
    assert (counts["inside"] == 0) == (window[1] == 25 * HOUR)


def test_a_window_may_begin_at_any_second() -> None:
    """Hours of the tables are hours of the clock, whatever the second at which counting starts."""
    start = 18 * HOUR + 7 * 60 + 13
    station = station_of(shoebox().replace(window=(start, 20 * HOUR)))
    for second in range(station.start_s + 1, station.end_s):
        station.run_until(second)
        hour = second // HOUR - FIRST_HOUR if second >= start else -1
        assert station.fields.clock[1] == hour, second


def test_hours_of_the_tables_are_hours_of_the_clock() -> None:
    station = station_of(shoebox())
    station.run_until(10 * HOUR)
    assert station.tally.seconds[10 - FIRST_HOUR :].sum() == 0
    until_ten = station.tally.seconds.copy()
    station.run_until(11 * HOUR)
    assert (station.tally.seconds[: 10 - FIRST_HOUR] == until_ten[: 10 - FIRST_HOUR]).all()
    assert station.tally.seconds[10 - FIRST_HOUR].sum() > 0
    assert station.tally.seconds[11 - FIRST_HOUR :].sum() == 0
    assert station.tally.seconds.shape[0] == HOURS


def test_a_traveller_can_be_looked_at() -> None:
    station = station_of(shoebox())
    station.run_until(8 * HOUR)
    assert len(station.travellers) > 0
    for traveller in station.travellers:
        again = station.travellers[traveller.unique_id]
        assert again.position == traveller.position
        assert 1 <= traveller.score <= 10
        assert traveller.doing != "absent"
        assert traveller.gender in ("woman", "man", "other")
    with pytest.raises(KeyError):
        station.travellers[10**9]


def test_boarded_never_exceeds_those_who_came() -> None:
    station = station_of(shoebox(), seed=2)
    for _ in steps(station, TEN_MINUTES):
        counts = station.tally.counts
        assert counts[BOARDED] <= counts[LEFT] <= counts[ENTERED] + counts[ALIGHTED]


def test_a_day_that_is_over_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's search for cycles rests during a day; without one between days, hundreds of them lay in memory."""
    inputs = shoebox().replace(window=(19 * 3600, 19 * 3600 + 120))
    monkeypatch.setattr("model.station.SELDOM", 0)
    gc.collect()  # what other tests left may warn while it is let go, and a warning holds on to what lies beside it
    first = Station(inputs, world_of(inputs), seed=1, day=1)
    gone = weakref.ref(first)
    first.run()
    del first
    run_day(inputs, world_of(inputs), 1, 2)
    assert gone() is None
    assert gc.isenabled()
