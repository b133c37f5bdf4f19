"""How cost grows: CPU-seconds when travellers, area, days or the people present are doubled.

    python benchmarks/growth.py [--most PEOPLE] [--json]

The place is a hall drawn here: a concourse with four doors on one side, an island of two platforms on the other.

- travellers: two hours of more and more people and trains in one hall;
- area: the same people in a hall whose concourse goes on behind the doors; fields and day apart;
- days: one hour of the hall after another, in one process;
- present: one second of a crowd that walks about at one density on a floor that grows with it, up to 50,000.

Linear is a factor of 2 a doubling; the bound is 2.2. Read it with the people left inside: a jam looks cheap.
"""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import process_time
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table
from shapely import LineString

from model.inputs.inputs import Inputs
from model.inputs.layout import Access, Layout, Level, Platform, Zone, ZoneKind
from model.inputs.roster import Roster
from model.inputs.timetable import Timetable
from model.kernels.crowd import FIELD
from model.kernels.perception import perceive
from model.kernels.second import HALF_STEPS, STEP_S, locate
from model.kernels.walking import walk
from model.station import Station, run_day
from model.world.world import World
from scenarios.drawing import box, clock_face, closing_walls, in_order, lamp_row
from scenarios.station_files import read_station

BOUND: Final = 2.2
SEED: Final = 1
WINDOW: Final = (16 * 3600, 18 * 3600)
LENGTH_M: Final = 160.0
DEPTH_M: Final = 30.0
PLATFORM_M: Final = 10.0
LAMP_EVERY_M: Final = 12.0
TRAVELLERS: Final = (2000, 4000, 8000, 16000)
AREAS: Final = (1, 2, 4)
DAYS: Final = (1, 2, 4)
PRESENT: Final = (3125, 6250, 12500, 25000, 50000)
DENSITY: Final = 0.5  # p/m2 of the crowd that walks about
CROWD_SECONDS: Final = 20
SETTLE_SECONDS: Final = 5
TURNS: Final = 3


@dataclass(frozen=True)
class Row:
    """One measurement: of what, how much of it, and what it cost."""

    what: str
    size: float
    cpu_seconds: float
    agent_seconds: float = 0.0
    left_inside: int = 0


# -- the hall ----------------------------------------------------------------------------------------------------


def hall(length_m: float, depth_m: float, behind_m: float = 0.0) -> Layout:
    """Draw a hall: platforms at the top, the concourse below them, more of it behind the doors."""

    def zone(name: str, kind: ZoneKind, y: float, height: float) -> Zone:
        return Zone(name, name, kind, "ProRail", 0, box(0, y, length_m, height), False, 0.9, None, 0.3, True)

    zones = [zone("concourse", "concourse", 0, depth_m), zone("platform", "platform", depth_m, PLATFORM_M)]
    if behind_m > 0:
        zones.append(zone("behind", "square", -behind_m, behind_m))
    top = depth_m + PLATFORM_M
    middle = depth_m + PLATFORM_M / 2
    edges = [("edge", LineString([(0, top), (length_m, top)]))]
    doors = [(k + 0.5) * length_m / 4 for k in range(4)]
    rows = np.arange(LAMP_EVERY_M / 2 - behind_m, top, LAMP_EVERY_M)
    lamps = [
        lamp
        for k, y in enumerate(rows)
        for lamp in lamp_row(
            f"r{k}", 0, (0, float(y)), (length_m, float(y)), int(length_m / LAMP_EVERY_M), height_m=5, lumen=3000
        )
    ]
    return Layout(
        id="hall", name="Hall", latitude=52.08, longitude=4.32, levels=(Level(0, "street", 0.0),),
        walls=tuple(closing_walls(zones, 0, edges, "w")), zones=tuple(zones),
        platforms=(
            Platform("1", "platform", box(2, middle + 1, length_m - 4, 2), ((0.0, top), (length_m, top)), True),
            Platform("2", "platform", box(2, middle - 3, length_m - 4, 2), ((length_m, top), (0.0, top)), True),
        ),
        accesses=tuple(
            Access(f"door-{k}", f"Door {k}", "concourse", box(x - 3, 0.5, 6, 2), 0.25, True)
            for k, x in enumerate(doors)
        ),
        passages=(), lamps=tuple(lamps), cameras=(), shops=(), spots=(), attribution="drawn for a benchmark",
    )  # fmt: skip


def hall_inputs(travellers: float, *, behind_m: float = 0.0, size: float = 1.0) -> Inputs:
    """Return a day of the hall: half of the travellers board, half get off, in trains of about 100 each."""
    base = read_station("shoebox")
    hours = (WINDOW[1] - WINDOW[0]) / 3600
    profile = tuple(1 / hours if WINDOW[0] <= 3600 * h < WINDOW[1] else 0.0 for h in range(26))
    population = base.population
    people = type(population)(
        travellers / 2, travellers / 2, 0.0, profile, profile, population.mix, source=population.source
    )
    every = int(min(900, max(120, 2 * 100 * 3600 * hours / travellers)))
    trains = [
        train
        for k, name in enumerate(("1", "2"))
        for train in clock_face(
            name, name, first_s=WINDOW[0] + 60 + k * every // 2, last_s=WINDOW[1] - 300, every_s=every,
            dwell_s=60, cars=5,
        )
    ]  # fmt: skip
    return base.replace(
        layout=hall(LENGTH_M * size, DEPTH_M * size, behind_m),
        timetable=Timetable(in_order(trains), "drawn for a benchmark"),
        population=people,
        roster=Roster(),
        window=WINDOW,
    )


# -- what is measured ----------------------------------------------------------------------------------------------


def timed[T](work: Callable[[], T], prepare: Callable[[], None] = lambda: None) -> tuple[float, T]:
    """Return the CPU-seconds of some work and what it returns: the quickest of a few turns, the rest is noise.

    What ``prepare`` does before each turn does not count.
    """
    quickest = math.inf
    for _ in range(TURNS):
        prepare()
        began = process_time()
        done = work()
        quickest = min(quickest, process_time() - began)
    return quickest, done


def days(inputs: Inputs, world: World, n: int) -> tuple[float, int]:
    """Run the first ``n`` days; return person-seconds, and people left inside at the end of the window."""
    done = [run_day(inputs, world, SEED, day + 1).counts for day in range(n)]
    return sum(counts["agent_seconds"] for counts in done), int(sum(counts["inside"] for counts in done))


def day_row(what: str, size: float, inputs: Inputs, world: World, n: int = 1) -> Row:
    """Measure a day, or several."""
    seconds, (agent_seconds, inside) = timed(lambda: days(inputs, world, n))
    return Row(what, size, seconds, agent_seconds, inside)


def travellers_rows() -> Iterator[Row]:
    """More people in one hall."""
    world = World.of(hall_inputs(TRAVELLERS[0]))
    for n in TRAVELLERS:
        yield day_row("travellers", n, hall_inputs(n), world)


def area_rows() -> Iterator[Row]:
    """The same people, more floor behind the doors: its fields, and the day on it."""
    whole = DEPTH_M + PLATFORM_M
    for factor in AREAS:
        inputs = hall_inputs(TRAVELLERS[1], behind_m=(factor - 1) * whole)
        area = factor * whole * LENGTH_M
        seconds, world = timed(lambda: World.of(inputs))  # noqa: B023  # called at once
        yield Row("area: fields, m2", area, seconds)
        yield day_row("area: day, m2", area, inputs, world)


def days_rows() -> Iterator[Row]:
    """One day after another in one process."""
    inputs = hall_inputs(TRAVELLERS[0])
    world = World.of(inputs)
    for n in DAYS:
        yield day_row("days", n, inputs, world, n)


def present_rows(most: int) -> Iterator[Row]:
    """Seconds of a crowd that walks about: both half steps, where everybody is, what everybody feels."""
    for n in PRESENT:
        if n > most:
            return
        crowd = Crowd(n)
        # the same seconds each turn: people on the way to a few places stand closer and closer
        seconds, _ = timed(lambda: crowd.walk(CROWD_SECONDS), crowd.begin)  # noqa: B023  # called at once
        yield Row("present", n, seconds / CROWD_SECONDS, n)


class Crowd:
    """``n`` people on random floor of a hall of their own, each on the way to a random place, without end."""

    def __init__(self, n: int) -> None:
        size = float(np.sqrt(n / DENSITY / (LENGTH_M * (DEPTH_M + PLATFORM_M))))
        inputs = hall_inputs(1.1 * n + 200, size=size).replace(window=WINDOW)
        self.station = Station(inputs, World.of(inputs), seed=SEED, day=1)
        station, self.n, self.now = self.station, n, station_second(self.station)
        crowd = station.crowd
        crowd.order[:n] = np.arange(n)
        crowd.count[:] = n, len(crowd.people) - n

    def begin(self) -> None:
        """Put everybody where they begin, and let them settle."""
        n, grid, people = self.n, self.station.world.grid, self.station.crowd.people[: self.n]
        self.rng = np.random.default_rng(n)
        cells = self.rng.integers(len(grid.cell_x), size=n)
        people["x"], people["y"], people["cell"] = grid.cell_x[cells], grid.cell_y[cells], cells
        people["v0"] = np.clip(self.rng.normal(1.34, 0.26, n), 0.5, 2.2)
        people["gender"], people["alone"] = np.arange(n) % 2, 1
        people["mode"], people["slope"], people["worst"], people["visit"] = FIELD, 1.0, np.inf, np.arange(n)
        people["speed"], people["stuck_s"], people["arrived"] = 0.0, 0.0, 0
        people["dest"] = self.destinations(n)
        self.walk(SETTLE_SECONDS)

    def destinations(self, n: int) -> np.ndarray:
        """Return random destinations: doors, sections of platforms, places."""
        return self.rng.integers(len(self.station.world.routes.direction), size=n)

    def walk(self, seconds: int) -> None:
        """Let some seconds pass."""
        for _ in range(seconds):
            self.second()

    def second(self) -> None:
        """Let one second pass; who has arrived gets another destination."""
        s, part, people = self.station, self.station.handle, self.station.crowd.people
        for _ in range(HALF_STEPS):
            walk(
                people, s.crowd.order, self.n, part("room"), part("walk_rules"), part("near_bins"), part("work"),
                STEP_S,
            )  # fmt: skip
        locate(part("crowd"), part("ground"), part("presence"))
        perceive(
            part("crowd"), part("ground"), part("fields"), part("presence"), s.guards, part("offenders"), s.loud,
            part("tally"), self.now, part("feeling"),
        )  # fmt: skip
        self.now += 1
        there = np.flatnonzero((people["arrived"][: self.n] > 0) | (people["stuck_s"][: self.n] > 3))
        people["dest"][there] = self.destinations(len(there))


def station_second(station: Station) -> int:
    """Bring a station to the first counted second without letting anybody in; returns that second."""
    station.time = float(station.inputs.window[0])
    station.renew_light()
    station.tell_hour()
    return int(station.time)


# -- the table -------------------------------------------------------------------------------------------------------


def factors(rows: list[Row]) -> list[float | None]:
    """Return for each row its cost over that of the row before of the same kind, for a doubling."""
    found: list[float | None] = []
    last: dict[str, Row] = {}
    for row in rows:
        before = last.get(row.what)
        grown = None
        if before is not None:
            grown = (row.cpu_seconds / before.cpu_seconds) ** (np.log(2) / np.log(row.size / before.size))
        found.append(grown)
        last[row.what] = row
    return found


def main() -> int:
    """Measure and print; 1 when something grows faster than the bound or somebody is left inside for good."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--most", type=int, default=PRESENT[-1], help="largest crowd present")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing after it")
    given = parser.parse_args()
    run_day(hall_inputs(500), World.of(hall_inputs(500)), SEED, 1)  # compiles
    rows = [*travellers_rows(), *area_rows(), *days_rows(), *present_rows(given.most)]
    grown = factors(rows)
    met = all(f is None or f <= BOUND for f in grown)
    if given.json:
        out = [vars(row) | {"factor": f} for row, f in zip(rows, grown, strict=True)]
        print(json.dumps({"bound": BOUND, "met": met, "rows": out}))
        return 0
    table = Table(title=f"Cost of a doubling, at most {BOUND:g}; one core, {os.cpu_count()} in the machine")
    for column in ("what", "size", "CPU-s", "agent-s/CPU-s", "left inside", "factor"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for row, f in zip(rows, grown, strict=True):
        rate = f"{row.agent_seconds / row.cpu_seconds:,.0f}" if row.agent_seconds else ""
        factor = "" if f is None else f"{f:.2f}" + ("" if f <= BOUND else " !")
        table.add_row(row.what, f"{row.size:,.0f}", f"{row.cpu_seconds:,.3f}", rate, str(row.left_inside), factor)
    Console().print(table)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
