"""Why each traveller feels as they do at this second: the target of feeling, split into its terms (science.md 6.1).

Reads what the kernel of perception reads, and adds up to the same target; nothing of the day changes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.day import daylight
from model.day.personas import sites_of
from model.kernels.crowd import ABSENT, WAITING
from model.kernels.perception import guards_in_sight, loud_in_sight
from model.kernels.predicted import ABOUT, split_terms
from model.kernels.presence import company_at, people_around
from model.kernels.score import TERMS, start_of
from model.kernels.state import BITS, FLOOR, SHOP_OPEN

Floats = NDArray[np.float64]


def explain_all(station: Any) -> tuple[NDArray[np.int64], Floats]:
    """Return the slots of travellers who stand on the floor, and the points of each term.

    Args:
        station: a ``model.station.Station`` between two seconds.

    Returns:
        (n,) slots and (n, terms + 2): points at score 7 of each of ``TERMS``, of what happened to the person, and of
        the person (nature, in points). Start of the gender plus their sum over the slope is the target.
    """
    sky = daylight.sky_at(station.skies, station.time)
    sites = sites_of(station.fields, sky, station.ground, station.world, station.inputs, station.time)
    crowd = station.crowd
    taken = crowd.order[: crowd.count[0]]
    slots = taken[(crowd.people["mode"][taken] != 0) & (crowd.people["doing"][taken] != ABSENT)].astype(np.int64)
    points = np.zeros((len(slots), len(TERMS) + 2))
    for row, slot in enumerate(slots):
        points[row] = _explain(station, int(slot), sites, sky)
    return slots, points


def _about(station: Any, person: Any) -> Any:
    """Return who and what is about a person now, as the kernel of perception sees it."""
    p, ground, fields = station._parts["feeling"], station.ground, station.fields
    presence, cell = station.presence, int(person["cell"])
    ix, iy = int(person["x"] - ground.x0), int(person["y"] - ground.y0)
    seen = company_at(presence, ground.close, cell, ix, iy, p.company_reach, p.company_enough + 1)
    others = int(seen) + int(presence.count[iy * ground.nx + ix]) - 2
    rho = people_around(presence, ground.nx, ground.ny, ix, iy) / fields.terms[cell, FLOOR]
    row = np.zeros(1, ABOUT)
    row["isolation"] = p.alone[min(max(others, 0), p.company_enough)]
    row["crowd"] = max(0.0, rho - p.crowd_free)
    if station.guards["on"].any():
        units = station.guards.view(np.recarray)
        row["uniformed"], row["service"] = guards_in_sight(
            ground, units, ix, iy, person["x"], person["y"], p.guardian_range_m
        )
    loud = station._parts["loud"]
    if loud[0] > 0:
        row["nuisance"] = 1 - np.exp(-loud_in_sight(ground, station.offenders, loud, ix, iy))
    row["shop"] = float(int(fields.terms[cell, BITS]) & SHOP_OPEN != 0)
    return row[0]


def _explain(station: Any, slot: int, sites: NDArray[np.void], sky: Any) -> Floats:
    person, p = station.crowd.people[slot], station._parts["feeling"]
    gender = int(person["gender"])
    waited = 0.0
    if person["doing"] == WAITING:
        beyond = min(station.time - person["since_s"] - p.waiting_free_s, p.waiting_cap_s)
        waited = max(0.0, beyond) / 60
    parts = split_terms(
        station.fields.weights[gender],
        sites[int(person["cell"])],
        _about(station, person),
        float(station.fields.clock[0]),
        sky.zero,
        waited,
        float(person["company"] != 0),
        float(person["regular"] != 0),
    )
    of_terms = parts[:, 0] + person["slope"] * parts[:, 1]
    return np.concatenate([of_terms, [person["shock"], person["nature"] * p.score_slope]])


def latent_from(points: Floats, gender: int, p: Any) -> float:
    """Return the target that the points of a person add up to.

    Args:
        points: a row of ``explain_all``.  gender: index into ``GENDERS``.  p: a Feeling.
    """
    return float(start_of(p.base, p.woman, gender) + points.sum() / p.score_slope)
