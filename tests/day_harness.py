"""Days of the shoebox for the tests: inputs, fields, where people are, and a hash of what a day leaves."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from model.day.demand import Visits
from model.inputs.inputs import Inputs
from model.results import ARRAY_FIELDS, Results
from model.station import Station
from model.world.grid import floor_numbers
from model.world.world import World
from scenarios.station_files import read_station
from scenarios.store import FieldCache

_FIELDS = FieldCache(None)
TEN_MINUTES = 600


@cache
def shoebox() -> Inputs:
    """The shoebox on a weekday in November."""
    return read_station("shoebox")


def world_of(inputs: Inputs) -> World:
    """Fields of a place; each part is made once for all tests."""
    return World.of(inputs, _FIELDS.remember)


def station_of(inputs: Inputs, *, seed: int = 1, day: int = 1, visits: Visits | None = None) -> Station:
    return Station(inputs, world_of(inputs), seed=seed, day=day, visits=visits)


def run(inputs: Inputs, *, seed: int = 1, day: int = 1, visits: Visits | None = None) -> Results:
    return station_of(inputs, seed=seed, day=day, visits=visits).run()


def tables(results: Results) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Every table of a day by name."""
    for name in ARRAY_FIELDS:
        yield name, getattr(results, name)
    for name in sorted(results.maps):
        yield f"map {name}", results.maps[name]
    yield "count log of events", np.frombuffer(results.events.tobytes(), np.uint8)
    for name in sorted(results.counts):
        yield f"count {name}", np.array(results.counts[name])


def name_of(results: Results) -> str:
    """A hash of all that a day leaves but for the seconds it took: equal to the last bit or another name."""
    whole = sha256()
    for name, table in tables(results):
        whole.update(f"{name} {table.dtype} {table.shape}".encode())
        whole.update(np.ascontiguousarray(table).tobytes())
    return whole.hexdigest()


def differences(one: Results, other: Results) -> list[str]:
    """Names of the tables that differ in any bit."""
    pairs = zip(tables(one), tables(other), strict=True)
    return [name for (name, a), (_, b) in pairs if a.tobytes() != b.tobytes()]


def steps(station: Station, every_s: int) -> Iterator[int]:
    """Carry the day on, yielding every so often, to its end and until everybody has gone home."""
    for second in range(station.start_s + every_s, station.end_s + 1, every_s):
        station.run_until(second)
        yield second


def present(station: Station) -> NDArray[np.int32]:
    """Slots of those inside."""
    return station.crowd.order[: len(station.travellers)]


def off_floor(station: Station) -> int:
    """How many people stand where nobody can; those under way on stairs stand nowhere."""
    people = station.crowd.people[present(station)]
    people = people[people["mode"] != 0]
    return int((floor_numbers(station.world.grid, people["x"], people["y"]) < 0).sum())


def getting_off(station: Station) -> NDArray[np.int64]:
    """How many people still have to get off each train."""
    doors, trains = station.doors.rows, len(station.trains.rows)
    return np.bincount(doors["train"], weights=doors["queue_n"], minlength=trains).astype(np.int64)


def chosen(visits: Visits, rows: NDArray[np.int64]) -> Visits:
    """Some of the visits, in the given order."""
    return Visits(**{f.name: getattr(visits, f.name)[rows] for f in fields(Visits)})


def with_one_more(visits: Visits, **traits: float) -> Visits:
    """The visits and one more; what is not told of it is as of the first. Its place is by its identity."""
    at = int(np.searchsorted(visits.identity, traits["identity"]))
    columns = {}
    for f in fields(Visits):
        column = getattr(visits, f.name)
        own = traits["identity"] if f.name == "party" else column[0]  # a group of his own
        columns[f.name] = np.insert(column, at, traits.get(f.name, own)).astype(column.dtype)
    return Visits(**columns)
