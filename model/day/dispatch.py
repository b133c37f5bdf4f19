"""Who goes to an event: the free unit that can be there first, on foot, from the station or from outside it."""

from collections.abc import Sequence
from math import exp, inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from model.inputs.inputs import DAY_END_S, DAY_START_S
from model.inputs.roster import OUTSIDE, Duty, GuardKind, Roster
from model.kernels.state import Ground
from model.kernels.ways import Net, search, write_way
from model.parameters import Parameters
from model.randomness import Purpose, uniform
from model.world.fields import CELL_M, FLOOR_M
from model.world.world import World

if TYPE_CHECKING:
    from model.day.incidents import Incident
    from model.day.response import Case
    from model.people.enforcers import Guard
    from model.station import Station

ANSWERING: tuple[GuardKind, ...] = ("police", "boa", "guard")  # who can be sent; the others inform
URGENT = ("aggression",)  # types for which the police come at once
_FROM_OUTSIDE: tuple[GuardKind, ...] = ("police", "boa")


def duties_of(roster: Roster) -> tuple[Duty, ...]:
    """Return the duties of a roster, and those of the units of the region that are always there to be called."""
    region = tuple(
        Duty(id=f"region {kind}", kind=kind, start_s=DAY_START_S, end_s=2 * DAY_END_S, zones=(OUTSIDE,))
        for kind in _FROM_OUTSIDE
    )
    return (*roster.in_order, *region)


def make_net(world: World, ground: Ground, p: Parameters) -> Net:
    """Return the floor as a net of 1 m cells on which units find their way.

    One can walk to a neighbour where floor touches floor on any quarter metre of the common side.
    """
    grid = world.grid
    side = round(CELL_M / FLOOR_M)
    floor = (grid.floor >= 0).reshape(grid.ny, side, grid.nx, side)
    east = np.zeros((grid.ny, grid.nx), np.bool_)
    north = np.zeros((grid.ny, grid.nx), np.bool_)
    east[:, :-1] = (floor[:, :, :-1, -1] & floor[:, :, 1:, 0]).any(axis=1)
    north[:-1] = (floor[:-1, -1] & floor[1:, 0]).any(axis=-1)
    cells, ends = len(grid.cell_x), len(ground.ends)
    fy, fx = np.nonzero(grid.floor >= 0)
    of = grid.cell[fy // side, fx // side]
    boxes = [np.unique(of[world.routes.floor_passage == end]) for end in range(ends)]
    room = 2 * 2 * 2 * cells + sum(map(len, boxes)) + 1
    return Net(
        cell=np.ascontiguousarray(grid.cell, np.int64),
        east=east,
        north=north,
        ix=np.ascontiguousarray(ground.cells["ix"]),
        iy=np.ascontiguousarray(ground.cells["iy"]),
        x=grid.cell_x.astype(np.float64),
        y=grid.cell_y.astype(np.float64),
        box_first=np.cumsum([0, *(len(box) for box in boxes)]).astype(np.int64),
        box=np.concatenate([*boxes, np.zeros(0, np.int64)]).astype(np.int64),
        exit=_cells_under(world, ground.ends["x"], ground.ends["y"]),
        metres=np.ascontiguousarray(ground.ends["seconds"]) * p.offender_walk_speed,
        away=np.empty(cells),
        onward=np.empty(cells, np.int64),
        heap=np.empty(room, np.int64),
        key=np.empty(room),
    )


def _cells_under(world: World, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the numbers of the 1 m cells under some points."""
    grid = world.grid
    return np.asarray(grid.cell[(y - grid.y0).astype(int), (x - grid.x0).astype(int)], np.int64)


def send_first(station: "Station", case: "Case", units: "Sequence[Guard]") -> "Guard | None":
    """Send the unit that can be at an event first; None when none of them can come.

    Units of the station walk. Those outside come to the access from which they are there first, after a time that
    is drawn around the median of their kind, and walk on from there.
    """
    best, best_s = None, inf
    walkers = [unit for unit in units if not unit.outside]
    if walkers:
        cells = np.array([station.guards["cell"][unit.row] for unit in walkers], np.int64)
        speeds = np.array([station.guards["speed"][unit.row] for unit in walkers])
        first = int(search(station.net, case.incident.cell, cells, speeds))
        if first >= 0:
            best, best_s = walkers[first], float(station.net.away[cells[first]] / speeds[first])
    for unit in units:
        if unit.outside and (seconds := travel_s(station, case.incident, unit)) < best_s:
            best, best_s = unit, seconds
    if best is not None and best.outside:
        best.come_in(case, best_s)
    elif best is not None:
        send(station, best, case)
    return best


def send(station: "Station", unit: "Guard", case: "Case") -> bool:
    """Set a unit on its way to an event; False when there is no way."""
    at, one = int(station.guards["cell"][unit.row]), case.incident
    if search(station.net, one.cell, np.array([at], np.int64), np.ones(1)) < 0:
        return False
    write_way(station.net, station.ways, unit.row, at, one.x, one.y)
    unit.respond(case)
    return True


def travel_s(station: "Station", incident: "Incident", unit: "Guard") -> float:
    """Return how long a unit outside takes to come to the station, s: lognormal around the median of its kind."""
    p = station.parameters
    if unit.duty.away_s is not None:
        median = float(unit.duty.away_s)
    elif unit.duty.kind == "police":
        median = p.respond_police_urgent_s if incident.kind in URGENT else p.respond_police_other_s
    else:
        median = p.respond_offsite_boa_s
    u = uniform(station.seed, int(Purpose.OFF_SITE), station.day, incident.entity, unit.entity, incident.begin_s)
    return float(median * exp(p.respond_offsite_sd_log * ndtri(u)))


def bring_in(station: "Station", unit: "Guard", case: "Case") -> bool:
    """Let a unit from outside in by the access from which the event is nearest; False when there is no way."""
    accesses = len(station.inputs.layout.accesses)
    access = int(np.argmin(station.world.routes.seconds[:accesses, case.incident.cell]))
    unit.come_by(access, int(station.access_cells[access]))
    return send(station, unit, case)
