"""Units that walk along with people who ask for it, to their waiting place or out of the station."""

import math
from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.crowd import OFF, TO_EXIT, TO_PLATFORM, TO_SPOT
from model.kernels.presence import sees

PATROLLING, STAYING, ESCORTING = 0, 2, 3  # as in ``model.kernels.second``
ASKS, WALKED = 1, 2

# rows: (E,) guards who escort; wishes: (visits,) ASKS who would ask, WALKED who was brought; reach: m
Escorts = namedtuple("Escorts", ["rows", "wishes", "reach"])


@inner()
def walks(crowd, slot):  # type: ignore[no-untyped-def]
    """Tell whether somebody is on the way, stairs included."""
    doing = crowd.people.doing[slot]
    return doing == TO_EXIT or doing == TO_PLATFORM or doing == TO_SPOT


@kernel()
def escort(guards, crowd, ground, escorts):  # type: ignore[no-untyped-def]
    """Carry those who walk along beside their wards, send them back from there, and let others be asked.

    Somebody in company of such a unit counts as not alone. A unit at its post goes along with the first, in the order
    of visits, of those who ask, walk, and are in reach and in sight of it.
    """
    people = crowd.people
    for k in range(escorts.rows.shape[0]):
        g = escorts.rows[k]
        if guards.on[g] == 0:
            continue
        if guards.mode[g] == ESCORTING:
            slot = guards.ward[g]
            same = people.visit[slot] == guards.ward_visit[g]
            if same and walks(crowd, slot):
                if people.mode[slot] != OFF:  # else on stairs
                    guards.x[g], guards.y[g], guards.cell[g] = people.x[slot], people.y[slot], people.cell[slot]
                continue
            if same:
                people.alone[slot], people.company[slot] = 1, 0
            guards.ward[g] = -1
            guards.mode[g], guards.arrived[g] = PATROLLING, 0
        elif guards.mode[g] == STAYING:
            slot = _who_asks(guards, g, crowd, ground, escorts)
            if slot >= 0:
                guards.ward[g], guards.ward_visit[g] = slot, people.visit[slot]
                guards.mode[g] = ESCORTING
                escorts.wishes[people.visit[slot]] = WALKED
                people.alone[slot], people.company[slot] = 0, 1


@inner()
def _who_asks(guards, g, crowd, ground, escorts):  # type: ignore[no-untyped-def]
    """Return the slot of the first who asks unit ``g``, -1 for nobody."""
    cell = guards.cell[g]
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if escorts.wishes[crowd.people.visit[slot]] != ASKS or crowd.people.mode[slot] == OFF:
            continue
        if not walks(crowd, slot):
            continue
        if math.hypot(crowd.people.x[slot] - guards.x[g], crowd.people.y[slot] - guards.y[g]) > escorts.reach:
            continue
        there = crowd.people.cell[slot]
        if sees(ground.mask, cell, ix, iy, ground.cells.ix[there], ground.cells.iy[there]):
            return np.int64(slot)
    return np.int64(-1)
