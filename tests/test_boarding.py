"""Doors of trains: who gets off gets off, whatever stands in front."""

from dataclasses import replace

import numpy as np
import pytest

from model.day.demand import ALIGHTER, draw_visits
from model.kernels.crowd import STAND, WAITING
from model.kernels.state import ALIGHTED
from model.station import Station
from tests.day_harness import chosen, off_floor, present, shoebox, station_of, world_of

HOUR = 3600
PITCH_M = 0.37  # of people who stand as close as they can


def packed_platform(force_s: float) -> tuple[Station, int]:
    """Alighters of one train behind a platform that is full of people who wait for another train and do not move."""
    inputs = shoebox()
    inputs = inputs.replace(window=(9 * HOUR, 10 * HOUR), parameters=inputs.parameters.replace(board_force_s=force_s))
    everybody = draw_visits(inputs, world_of(inputs), 1, 1)
    trains = inputs.timetable.trains
    arriving = next(
        i for i, t in enumerate(trains)
        if t.platform == "1" and (t.arrival_s or 0) > 9 * HOUR and (everybody.train_in == i).sum() > 2
    )  # fmt: skip
    later = max(i for i, t in enumerate(trains) if t.platform == "1" and t.departure_s is not None)
    crowd = np.flatnonzero(everybody.role == 0)[:500]
    getting_off = np.flatnonzero((everybody.train_in == arriving) & (everybody.role == ALIGHTER))
    visits = chosen(everybody, np.sort(np.concatenate((crowd, getting_off))))
    waits = np.isin(visits.identity, everybody.identity[crowd])
    start = trains[arriving].arrival_s - 600
    visits = replace(
        visits,
        train_out=np.where(waits, later, visits.train_out).astype(np.int32),
        appear_s=np.where(waits, start, np.inf),
    )
    station = Station(inputs, world_of(inputs), visits=visits)
    station.run_until(trains[arriving].arrival_s - 5)
    x, y = np.meshgrid(np.arange(0.3, 59.7, PITCH_M), np.arange(20.3, 21.9, PITCH_M))
    people, here = station.crowd.people, present(station)
    x, y = x.ravel(), y.ravel()
    near = np.min(
        [np.hypot(x - d["x"], y - d["y"]) for d in station.doors.rows[station.doors.rows["train"] == arriving]], 0
    )
    nearest = np.argsort(near)[: len(here)]
    for name, value in (("x", x[nearest]), ("y", y[nearest]), ("goal_x", x[nearest]), ("goal_y", y[nearest])):
        people[name][here[: len(nearest)]] = value
    people["mode"][here], people["doing"][here] = STAND, WAITING
    return station, len(getting_off)


@pytest.mark.parametrize("force_s", [2.0, 1e6])
def test_who_gets_off_pushes_out_onto_a_packed_platform(force_s: float) -> None:
    """With all places before the doors taken one person gets off a door every two seconds; else nobody ever."""
    station, getting_off = packed_platform(force_s)
    assert len(station.travellers) > 400
    station.run_until(station.time + 5 + 2 + getting_off * 3.5)
    alighted = station.tally.counts[ALIGHTED]
    if force_s > HOUR:
        assert alighted == 0, "the test would not notice"
        return
    assert alighted == getting_off
    assert off_floor(station) == 0


def test_a_day_at_twice_the_demand_leaves_nobody() -> None:
    inputs = shoebox()
    people = inputs.population
    twice = replace(people, boardings=2 * people.boardings, alightings=2 * people.alightings)
    results = station_of(inputs.replace(population=twice)).run()
    assert results.counts["inside"] == 0
    assert results.counts["entered"] + results.counts["alighted"] == results.counts["left"]
