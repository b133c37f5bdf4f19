"""Why each traveller feels as they do at this second: the target of feeling, split into its terms (science.md 6.1).

Reads what the kernel of perception reads, and adds up to the same target; nothing of the day changes.
"""

from math import exp, hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.day import daylight
from model.day.personas import sites_of
from model.kernels.crowd import ABSENT, WAITING
from model.kernels.perception import SERVICE_KIND
from model.kernels.predicted import ABOUT, split_terms
from model.kernels.presence import company_at, sees
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
    people = crowd.people[taken]
    stands = (people["mode"] != 0) & (people["doing"] != ABSENT) & (people["seconds"] > 0)  # and has felt a second
    slots = taken[stands].astype(np.int64)
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
    people = presence.count.reshape(ground.ny, ground.nx)
    others = int(seen) + int(people[iy, ix]) - 2
    around = people[max(0, iy - 1) : iy + 2, max(0, ix - 1) : ix + 2].sum()
    row = np.zeros(1, ABOUT)
    row["isolation"] = p.alone[min(max(others, 0), p.company_enough)]
    row["crowd"] = max(0.0, around / fields.terms[cell, FLOOR] - p.crowd_free)
    row["uniformed"], row["service"] = _guards(station, person, ix, iy, p.guardian_range_m)
    row["nuisance"] = 1 - np.exp(-_loud(station, ix, iy))
    row["shop"] = float(int(fields.terms[cell, BITS]) & SHOP_OPEN != 0)
    return row[0]


def _in_sight(station: Any, cell: int, ix: int, iy: int) -> bool:
    cells = station.ground.cells
    return bool(sees(station.ground.mask, cell, int(cells["ix"][cell]), int(cells["iy"][cell]), ix, iy))


def _guards(station: Any, person: Any, ix: int, iy: int, range_m: float) -> tuple[float, float]:
    """Return (uniformed, service) presence 0..1, as ``guards_in_sight`` of the kernel does."""
    uniformed = service = 1.0
    for unit in station.guards[station.guards["on"] != 0]:
        if _in_sight(station, int(unit["cell"]), ix, iy):
            far = exp(-hypot(unit["x"] - person["x"], unit["y"] - person["y"]) / range_m)
            if unit["kind"] == SERVICE_KIND:
                service *= 1 - far
            else:
                uniformed *= 1 - unit["weight"] * far
    return 1 - uniformed, 1 - service


def _loud(station: Any, ix: int, iy: int) -> int:
    """Return how many nuisance persons see a cell, as ``loud_in_sight`` of the kernel does."""
    rows, loud = station.offenders.rows, station.loud
    near = (int(i) for i in loud[1 : loud[0] + 1])
    return sum(int(rows["members"][i]) for i in near if _in_sight(station, int(rows["cell"][i]), ix, iy))


def _explain(station: Any, slot: int, sites: NDArray[np.void], sky: Any) -> Floats:
    person, p = station.crowd.people[slot], station._parts["feeling"]
    gender = int(person["gender"])
    waited = 0.0
    if person["doing"] == WAITING:
        felt_s = station.clock_s - 1  # the second that was felt last
        beyond = min(felt_s - person["since_s"] - p.waiting_free_s, p.waiting_cap_s)
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
