"""Where the time of walking goes: nanoseconds per walker and step of 0.5 s by phase, fields made beforehand.

    python benchmarks/walking_phases.py [--station NAME] [--json]

Everybody always walks: who has arrived gets another destination. ``frozen`` repeats one step on the same state:
what the arithmetic costs when all data lie in the cache and every branch is foreseen.
"""

import argparse
import json
import time

import numpy as np

from model.kernels.bins import bin_people, make_bins
from model.kernels.contacts import list_standing_pairs, part_bodies
from model.kernels.floor import WalkRoom
from model.kernels.handles import Handle
from model.kernels.steering import take_steps
from model.kernels.walkers import Walkers, WalkRules, make_work
from model.kernels.walking import finish, list_people, read_floor, set_wishes
from model.parameters import Parameters
from model.world.grid import make_grid
from model.world.movement import make_open_share, make_walk_room, make_walk_rules
from model.world.routes import make_routes
from scenarios.station_files import read_station

DT = 0.5
PHASES = ("bin", "wish", "step", "contact", "finish")
CROWDS = (500, 2000, 8000)


class Crowd:
    """``n`` people on random floor cells, each with a random destination."""

    def __init__(self, room: WalkRoom, rules: WalkRules, n: int) -> None:
        self.room, self.n = room, n
        self.rng = np.random.default_rng(n)
        reached = np.flatnonzero((room.floor >= 0) & (room.direction[0] != 255)[room.floor])
        at = self.rng.choice(reached, n)
        zero = [np.zeros(n) for _ in range(4)]
        self.people = Walkers(
            room.x0 + (at % room.nx4 + 0.5) / 4, room.y0 + (at // room.nx4 + 0.5) / 4,
            np.clip(self.rng.normal(1.34, 0.26, n), 0.5, 2.2), np.ones(n, np.int8), self.destinations(n), *zero,
            np.zeros(n, np.int8),
        )  # fmt: skip
        self.order = np.arange(n, dtype=np.int32)
        bins = make_bins(room.x0, room.y0, room.nx4 / 4, room.ny4 / 4, 1.0, n)
        self.groups = [Handle(group) for group in (self.people, room, rules, bins, make_work(n))]  # as a day does

    def destinations(self, n: int) -> np.ndarray:
        """Return random destinations."""
        return self.rng.integers(0, len(self.room.direction), n).astype(np.int32)

    def phases(self) -> list[int]:
        """One step; CPU nanoseconds of each phase."""
        p, order, n, wrap_m = self.people, self.order, self.n, self.room.wrap_m
        walkers, room, rules, bins, work = self.groups
        clock = [time.process_time_ns()]
        bin_people(bins, p.x, p.y, p.mode, order, n)
        clock.append(time.process_time_ns())
        list_people(bins, work)
        read_floor(walkers, room, work)
        set_wishes(walkers, rules, work, DT)
        clock.append(time.process_time_ns())
        take_steps(walkers, room, rules, bins, work, DT)
        clock.append(time.process_time_ns())
        list_standing_pairs(rules, bins, work, wrap_m)
        part_bodies(room, rules, work)
        clock.append(time.process_time_ns())
        finish(walkers, room, rules, work, DT)
        clock.append(time.process_time_ns())
        return np.diff(clock).tolist()

    def redirect(self) -> None:
        """Send on who has arrived, stands at stairs or is held up."""
        there = np.flatnonzero((self.people.arrived > 0) | (self.people.stuck_s > 3))
        self.people.dest[there] = self.destinations(len(there))

    def measure(self, steps: int) -> dict[str, float]:
        """Nanoseconds a walker and step: by phase, in all, and frozen."""
        for _ in range(40):
            self.phases()
            self.redirect()
        total = np.zeros(len(PHASES))
        for _ in range(steps):
            total += self.phases()
            self.redirect()
        before = [a.copy() for a in self.people]
        frozen = np.inf
        for _ in range(15):
            frozen = min(frozen, sum(self.phases()))
            for now, then in zip(self.people, before, strict=True):
                now[:] = then
        each = dict(zip(PHASES, total / steps / self.n, strict=True))
        speed = float(self.people.speed.mean())
        return each | {"all": sum(each.values()), "frozen": frozen / self.n, "speed": speed}


def main() -> None:
    """Measure the crowds and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--station", default="den-haag-centraal")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    parameters, layout = Parameters.default(), read_station(given.station).layout
    grid = make_grid(layout)
    routes = make_routes(layout, grid, parameters)
    room = make_walk_room(grid, routes, make_open_share(grid, parameters))
    rules = make_walk_rules(parameters)
    Crowd(room, rules, 10).measure(1)  # compiles
    found = {n: Crowd(room, rules, n).measure(max(60, 400_000 // n)) for n in CROWDS}
    for of in found.values():
        of["agent_seconds_per_cpu_second"] = DT * 1e9 / of["all"]
    if given.json:
        print(json.dumps({"station": given.station, "crowds": found}))
        return
    print(f"{given.station}: ns per walker and step of {DT} s")
    print(f"{'people':>7}" + "".join(f"{name:>9}" for name in (*PHASES, "all", "frozen")) + "   m/s  agent-s/CPU-s")
    for n, of in found.items():
        cells = "".join(f"{of[name]:9.0f}" for name in (*PHASES, "all", "frozen"))
        print(f"{n:7d}{cells} {of['speed']:5.2f}  {of['agent_seconds_per_cpu_second']:13,.0f}")


if __name__ == "__main__":
    main()
