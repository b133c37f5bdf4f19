"""Whole days of real stations: nobody is left inside, nobody leaves the floor, whatever the demand."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from time import process_time

import numpy as np
import pytest

from model.inputs.inputs import DAY_END_S, Inputs
from model.kernels.state import ALIGHTED, ENTERED, LEFT
from model.station import Station
from model.world.world import World
from scenarios.measures.gates_closed import GatesClosed
from scenarios.station_files import read_station
from tests.day_harness import TEN_MINUTES, off_floor, steps

LOOK_S = 60
# for the people it was drawn for, and for twice as many; closed gates (one a metre) hold those of a usual day only
DAYS = (
    ("den-haag-centraal", 1.0),
    ("den-haag-centraal", 2.0),
    ("den-haag-centraal behind closed gates", 1.0),
    ("halte", 1.0),
    ("halte", 2.0),
    ("shoebox", 2.0),
)


@cache
def place(name: str) -> tuple[Inputs, World]:
    station, _, gates = name.partition(" ")
    inputs = GatesClosed().apply(read_station(station)) if gates else read_station(station)
    return inputs, World.of(inputs)


def looked_at(station: Station) -> Iterator[int]:
    """Carry the day on and look at everybody every minute; yield how many are inside."""
    for second in steps(station, LOOK_S):
        assert off_floor(station) == 0, second
        if second % TEN_MINUTES == 0:
            counts, inside = station.tally.counts, len(station.travellers)
            assert counts[ENTERED] + counts[ALIGHTED] == counts[LEFT] + inside, second
        yield len(station.travellers)


@pytest.mark.parametrize(("name", "times"), DAYS)
def test_nobody_is_left_inside(name: str, times: float) -> None:
    """On a normal and on a double-demand day everybody goes home, and on the way stays on walkable floor."""
    inputs, world = place(name)
    people = inputs.population
    more = replace(people, boardings=people.boardings * times, alightings=people.alightings * times)
    began = process_time()
    station = Station(inputs.replace(population=more), world, seed=1, day=1)
    inside = np.array(list(looked_at(station)))
    results = station.run()
    spent, counts = process_time() - began, results.counts
    print(
        f"\n{name} x {times:g}: {counts['entered'] + counts['alighted']:,.0f} travellers, "
        f"{counts['agent_seconds']:,.0f} agent-seconds, "
        f"{counts['walking_seconds'] / counts['agent_seconds']:.0%} walking, "
        f"{inside.mean():.0f} inside on average and {inside.max()} at most, "
        f"{counts['missed_trains']:.0f} missed a train, home {station.time - DAY_END_S:.0f} s after the end, "
        f"left inside {counts['inside']:.0f}, {spent:.1f} CPU-seconds"
    )
    assert counts["inside"] == 0
    assert counts["entered"] + counts["alighted"] == counts["left"]
    assert counts["alighted"] == (station.visits.train_in >= 0).sum() - missing(station)
    # self-set: trains go when they should, so that fewer than 2% of those who came miss theirs
    assert counts["missed_trains"] < 0.02 * counts["left"] * times
    for name_of_table in ("expected", "visit_score", "score_seconds"):
        assert np.isfinite(getattr(results, name_of_table)).all()


def missing(station: Station) -> int:
    """How many people sat in trains that came before the day began."""
    early = np.array([(t.arrival_s or station.start_s) < station.start_s for t in station.inputs.timetable.trains])
    rides = station.visits.train_in
    return int(early[rides[rides >= 0]].sum())
