"""Movement on the floors that ship."""

from collections import namedtuple

import numpy as np
import pytest

from model.kernels.bins import make_bins
from model.kernels.passages import make_passage_state, passages_step
from model.kernels.walkers import Walkers, make_work
from model.kernels.walking import walk
from model.parameters import Parameters
from model.world.grid import make_grid
from model.world.movement import make_open_share, make_passages, make_walk_room, make_walk_rules
from model.world.routes import make_routes
from scenarios.station_files import read_station
from tests.walk_harness import DT, free_speeds

Climbers = namedtuple("Climbers", [*Walkers._fields, "passage", "ready_s"])


@pytest.mark.parametrize(("station", "n"), [("halte", 600), ("den-haag-centraal", 4000)])
def test_everybody_gets_everywhere_and_nobody_leaves_the_floor(station: str, n: int) -> None:
    """People from anywhere to any access, platform or section: all arrive within 20 minutes."""
    parameters, layout = Parameters.default(), read_station(station).layout
    grid = make_grid(layout)
    routes = make_routes(layout, grid, parameters)
    room = make_walk_room(grid, routes, make_open_share(grid, parameters))
    passages = make_passages(layout, grid, parameters)
    rng = np.random.default_rng(1)
    rows, columns = np.nonzero(grid.floor >= 0)
    reached = np.flatnonzero(routes.direction[0] != 255)
    cell, dest = rng.choice(reached, n), rng.integers(0, len(routes.direction), n).astype(np.int32)
    assert (routes.direction[dest, cell] != 255).all()
    people = Climbers(
        grid.x0 + (columns[cell] + 0.5) / 4, grid.y0 + (rows[cell] + 0.5) / 4, free_speeds(rng, n, 0.26),
        np.ones(n, np.int8), dest, np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n, np.int8),
        np.full(n, -1, np.int32), np.zeros(n),
    )  # fmt: skip
    who = np.arange(n, dtype=np.int32)
    bins, work = make_bins(grid.x0, grid.y0, grid.nx, grid.ny, 1.0, n), make_work(n)
    state, rules = make_passage_state(passages, n), make_walk_rules(parameters)
    rides = gone = 0
    longest = 0.0
    for step in range(2400):
        walk(people, who, n, room, rules, bins, work, DT)
        before = people.passage >= 0
        passages_step(people, who, who, n, room, passages, state, bins, step * DT, DT)
        rides += int(((people.passage >= 0) & ~before).sum())
        here = people.mode == 1
        column = ((people.x[here] - grid.x0) * 4).astype(int)
        row = ((people.y[here] - grid.y0) * 4).astype(int)
        assert (grid.floor[row, column] >= 0).all()
        longest = max(longest, float(people.stuck_s.max()))
        gone += int(((people.arrived == 1) & here).sum())
        people.mode[(people.arrived == 1) & here] = 0
        assert gone + int((people.mode == 1).sum()) + int((people.passage >= 0).sum()) == n
        if gone == n:
            break
    print(f"\n{station}: {n} people all there after {step * DT} s, {rides} rides, stuck at most {longest} s")
    assert gone == n
