"""Speed of walking alone, ours and JuPedSim's, on the same floor with the same people.

    python benchmarks/walking.py [--json] [--turns N]

Prints rows ``floor, people, ours, jupedsim, ratio, rmse_weidmann``: speeds in simulated seconds of a person per
second of one core (CPU time, not the clock on the wall), and the root mean square error of our speeds to
Weidmann's curve (0.25 to 4 people per m2, in a corridor without end). Both begin with the same people in the same
places, fields and meshes made, and walk the same seconds: a minute, or as far as JuPedSim (collision-free speed
model, steps of 0.05 s) comes within ``BUDGET_S`` of CPU time. Ours takes half-second steps and walks these seconds
several times over. The two take turns, so that both meet the same noise of the machine.
"""

import argparse
import json
import time
from dataclasses import dataclass
from typing import Any

import jupedsim
import numpy as np
from floors import GOAL_M, Crowd, Floor, make_crowd, make_floors
from numba import njit

from calibration.weidmann import rmse_to_weidmann
from model.kernels.bins import make_bins
from model.kernels.handles import Handle
from model.kernels.walkers import Walkers, make_work
from model.kernels.walking import walk
from model.parameters import Parameters
from model.world.movement import make_walk_rules

CROWDS = (500, 2000, 8000)
LONGEST_S = 60.0
OUR_STEP, THEIR_STEP = 0.5, 0.05
PIECE_S = 0.5  # that JuPedSim walks between two looks at the clock
BUDGET_S = 6.0  # CPU seconds of JuPedSim for a turn
OUR_TIMES = 5  # that ours walks the same seconds in a turn
TIME_GAP = 0.5  # of JuPedSim's model, s


@njit
def walk_on(people, order, room, rules, bins, work, steps, goals):  # type: ignore[no-untyped-def]
    """Walk so many steps in one call, as a day and JuPedSim do; who arrives at a goal goes on to the next."""
    arrived, dest = people.arrived, people.dest
    for _ in range(steps):
        walk(people, order, len(order), room, rules, bins, work, OUR_STEP)
        for i in order:
            if arrived[i] == 1:
                dest[i] = (dest[i] + 1) % goals


class Ours:
    """The very kernel of a day."""

    def __init__(self, floor: Floor, crowd: Crowd) -> None:
        n, room = len(crowd.x), floor.room
        self.goals = len(floor.goals)
        zero = [np.zeros(n) for _ in range(4)]
        still = np.zeros(n, np.int8)
        self.people = Walkers(
            crowd.x.copy(), crowd.y.copy(), crowd.v0, np.ones(n, np.int8), crowd.goal.copy(), *zero, still
        )
        self.order = np.arange(n, dtype=np.int32)
        bins = make_bins(room.x0, room.y0, room.nx4 / 4, room.ny4 / 4, 1.0, n)
        groups = (self.people, room, make_walk_rules(Parameters.default()), bins, make_work(n))
        self.groups = [Handle(group) for group in groups]  # as a day hands them to the kernel

    def run(self, seconds: float) -> float:
        """Walk; return the CPU seconds."""
        people, room, rules, bins, work = self.groups
        began = time.process_time_ns()
        walk_on(people, self.order, room, rules, bins, work, round(seconds / OUR_STEP), self.goals)
        return (time.process_time_ns() - began) / 1e9


class Theirs:
    """JuPedSim; who comes within ``GOAL_M`` of a goal goes on to the next."""

    def __init__(self, floor: Floor, crowd: Crowd) -> None:
        model = jupedsim.CollisionFreeSpeedModel()
        self.simulation = jupedsim.Simulation(model=model, geometry=floor.outline, dt=THEIR_STEP)
        stages = [self.simulation.add_waypoint_stage(goal, GOAL_M) for goal in floor.goals]
        journey = jupedsim.JourneyDescription(stages)
        for stage, after in zip(stages, (*stages[1:], stages[0]), strict=True):
            journey.set_transition_for_stage(stage, jupedsim.Transition.create_fixed_transition(after))
        number = self.simulation.add_journey(journey)
        for x, y, v0, goal in zip(crowd.x, crowd.y, crowd.v0, crowd.goal, strict=True):
            self.simulation.add_agent(
                jupedsim.CollisionFreeSpeedModelAgentParameters(
                    position=(x, y), desired_speed=v0, time_gap=TIME_GAP, journey_id=number, stage_id=stages[goal]
                )
            )

    def run(self, seconds: float) -> float:
        """Walk; return the CPU seconds."""
        began = time.process_time_ns()
        self.simulation.iterate(max(1, round(seconds / THEIR_STEP)))
        return (time.process_time_ns() - began) / 1e9


@dataclass
class Row:
    """One row of the table; speeds in person-seconds per CPU-second."""

    floor: str
    people: int
    ours: float
    jupedsim: float
    ratio: float
    rmse_weidmann: float | None


def compare(floor: Floor, n: int, turns: int, rmse: float | None) -> tuple[Row, float]:
    """Return a row, and how many seconds both walked."""
    crowd = make_crowd(floor, n)
    theirs = Theirs(floor, crowd)
    seconds = ours_s = theirs_s = 0.0
    for turn in range(turns):
        while seconds < LONGEST_S and theirs_s < BUDGET_S * (turn + 1):
            theirs_s += theirs.run(PIECE_S)
            seconds += PIECE_S
        times = [Ours(floor, crowd).run(seconds) for _ in range(OUR_TIMES)]
        ours_s += sum(times) / (OUR_TIMES * seconds * turns)  # CPU seconds of a second
    ours, other = n / ours_s, n * seconds / theirs_s
    return Row(floor.name, n, round(ours), round(other), round(ours / other, 1), rmse), seconds


def note(row: Row, seconds: float) -> str:
    """Return the row as text, with what it means per walker and step."""
    error = "" if row.rmse_weidmann is None else f"{row.rmse_weidmann:.3f}"
    step_ns = 1e9 * OUR_STEP / row.ours
    return (
        f"{row.floor:34}{row.people:7d}{row.ours:12,.0f}{row.jupedsim:10,.0f}{row.ratio:8.0f}"
        f"{error:>15}{step_ns:10.0f}{seconds:12.1f}"
    )


def main() -> None:
    """Measure all rows and print a table or one JSON array."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--turns", type=int, default=2)
    given = parser.parse_args()
    floors = make_floors()
    Ours(floors[0], make_crowd(floors[0], 20)).run(1)  # compiles
    rmse = round(rmse_to_weidmann(), 4)
    rows: list[dict[str, Any]] = []
    if not given.json:
        print(f"{'floor':34}{'people':>7}{'ours':>12}{'jupedsim':>10}{'ratio':>8}{'rmse_weidmann':>15}", end="")
        print(f"{'ns/step':>10}{'seconds':>12}", flush=True)
    for floor in floors:
        for n in CROWDS:
            row, seconds = compare(floor, n, given.turns, rmse if floor.corridor else None)
            rows.append(vars(row))
            if not given.json:
                print(note(row, seconds), flush=True)
    if given.json:
        print(json.dumps(rows))
    else:
        print("person-seconds per CPU-second; ns/step: ours, per walker and half second; seconds: that both walk")


if __name__ == "__main__":
    main()
