"""To whom something happens: drawn from each visitor's own expected incidents, not from one lucky or unlucky day.

A simulated day stands for several. Multiplying its few drawn events would make every rare event four; instead each
visit's own sum of hazards gives a count by the inverse of the Poisson distribution at one keyed uniform
(science.md 4.4, personal risk and slow states).
"""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from model.day.demand import Floats, Ints
from model.day.response import FRIGHTENING
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.randomness import Purpose, poisson_quantile, uniforms
from model.results import INCIDENT_TYPES, VICTIM_TYPES
from model.seasons.days import Coming, DayPage
from model.seasons.memory import Memories, hurt
from model.seasons.panel import Panel
from model.world.world import World

SHOCKS = {  # type -> row of the parameter table
    "theft": "memory_theft",
    "harassment_contact": "memory_harassment",
    "harassment_approach": "memory_harassment",
    "aggression": "memory_assault",
}
_WITNESS = len(VICTIM_TYPES)  # draw of who saw something
_OWN = _WITNESS + 1  # first draw of whom of all those that a visit stands for it happened to


@dataclass(frozen=True)
class Victims:
    """Incidents that happened to somebody on the days that a simulated day stands for; one row an incident.

    Attributes:
        visit: number of the visit.  row: of the person in the panel.  kind: type of incident.
        own: whether it happened to that person, or to another whom a sporadic traveller stands for.
    """

    visit: Ints
    row: Ints
    kind: Ints
    own: NDArray[np.bool_]


def counts(rate: Floats, u: Floats) -> Ints:
    """Return Poisson counts as the inverse of the distribution at uniforms; rates are small, so most are 0."""
    number = np.zeros(len(rate), np.int64)
    some = np.flatnonzero(u > np.exp(-rate))
    number[some] = poisson_quantile(u[some], rate[some])
    return number


def draw_victims(coming: Coming, page: DayPage, panel: Panel, times: int, seed: int, day: int) -> Victims:
    """Return to whom something happened on the ``times`` days of a week that this day stands for."""
    visits = coming.visits
    found: list[tuple[int, int, bool]] = []  # visit, kind, own
    for kind in range(len(VICTIM_TYPES)):
        u = uniforms(seed, int(Purpose.VICTIM), day, visits.entity, visits.key, kind)
        number = counts(page.harm[:, kind] * times, u)
        for visit in np.flatnonzero(number):
            regular = panel.regular[coming.row[visit]] == 1
            one = slice(visit, visit + 1)
            for n in range(number[visit]):
                of_times = uniforms(
                    seed, int(Purpose.VICTIM), day, visits.entity[one], visits.key[one], _OWN + n * _OWN + kind
                )
                found.append((int(visit), kind, bool(regular or of_times[0] < 1 / times)))
    hit = np.array([f[0] for f in found], np.int64)
    kinds, own = np.array([f[1] for f in found], np.int64), np.array([f[2] for f in found], np.bool_)
    return Victims(hit, coming.row[hit], kinds, own)


def shock_victims(memories: Memories, victims: Victims, p: Parameters) -> None:
    """Put the shock of an incident on the memory of those to whom it happened."""
    size = np.array([p[SHOCKS[kind]] for kind in VICTIM_TYPES])
    mine = victims.own
    hurt(memories, victims.row[mine], size[victims.kind[mine]])


def witness_rate(inputs: Inputs, world: World, page: DayPage) -> Floats:
    """Return how often a person inside sees somebody harassed or attacked, by hour, 1/s, (20,).

    In the mean: the expected incidents of a zone and hour are seen by the people who are there at that hour on
    average and stand within the distance of witnesses, others being spread evenly over the zone.
    """
    p, zones = inputs.parameters, len(inputs.layout.zones)
    area = np.bincount(world.grid.cell_zone, world.grid.cell_area_m2, zones)
    near = np.minimum(1, pi * p.feel_isolation_reach_m**2 / np.maximum(area, 1))
    kinds = [INCIDENT_TYPES.index(kind) for kind in FRIGHTENING]
    incidents = page.expected[kinds].sum(axis=(0, 2))
    person_seconds = page.present.sum(axis=1)
    seen = (incidents * near * person_seconds / 3600).sum(axis=1)
    return np.asarray(seen / np.maximum(person_seconds.sum(axis=1), 1))


def shock_witnesses(
    memories: Memories,
    inputs: Inputs,
    world: World,
    coming: Coming,
    page: DayPage,
    panel: Panel,
    times: int,
    seed: int,
    day: int,
) -> float:
    """Draw who saw an incident, put its shock on their memory, and return the expected number of witnesses."""
    ended = np.flatnonzero(page.hour >= 0)
    rate = witness_rate(inputs, world, page)[page.hour[ended]] * page.seconds[ended]
    row, visits = coming.row[ended], coming.visits
    own = np.where(panel.regular[row] == 1, times, 1)
    u = uniforms(seed, int(Purpose.VICTIM), day, visits.entity[ended], visits.key[ended], _WITNESS)
    number = counts(rate * own, u)
    hurt(memories, row, np.asarray(number * inputs.parameters.memory_witness))
    return float(rate.sum() * times)
