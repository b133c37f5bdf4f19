"""Guards on duty, and what offenders have learned to expect of them (science.md 4.1)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.inputs.roster import GUARD_KINDS, OUTSIDE, Duty, Roster
from model.kernels.records import records
from model.kernels.second import STAYING
from model.kernels.state import GUARD
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS
from model.world.world import World

_HOUR = 3600


def places_of(duty: Duty, layout: Layout, world: World) -> NDArray[np.int64]:
    """Return the numbers of the places that a duty visits, none when it stays outside until it is called.

    Raises:
        ValueError: when no place lies in its zones.
    """
    if OUTSIDE in duty.zones:
        return np.zeros(0, np.int64)
    wanted = [z.id in duty.zones or z.kind in duty.zones for z in layout.zones]
    places = np.flatnonzero(np.array(wanted)[world.routes.place_zone])
    if not len(places):
        raise ValueError(f"duty {duty.id}: no place to go in {', '.join(duty.zones)}; name a zone or a zone kind")
    return places


def make_guards(duties: Sequence[Duty], p: Parameters) -> NDArray[np.void]:
    """Return one GUARD row a duty, all off duty."""
    kinds = [d.kind for d in duties]
    return records(
        GUARD,
        len(kinds),
        kind=[GUARD_KINDS.index(k) for k in kinds],
        weight=[p[f"guard_weight_{k}"] for k in kinds],
        reach=[p[f"guard_reach_{k}_m"] for k in kinds],
        speed=[p[f"guard_speed_{k}"] for k in kinds],
        mode=STAYING,
    )


def long_run_belief(inputs: Inputs, world: World) -> NDArray[np.float64]:
    """Return B at its fixed point under the roster, (hours, zones).

    The fixed point of B <- B + al (seen - B) is the mean of ``seen``, the largest w of a guard seen in a visit.
    A duty that goes round n places and stays ``visit_s`` at each is in a zone with m of them for m/n of the
    time, and comes to it m/n times per visit length; within a stay of median length it is seen with probability
    1 - (1 - m/n) * exp(-m/n * stay / visit). Peers who see the same do not move a fixed point.
    """
    p, layout = inputs.parameters, inputs.layout
    roster = inputs.roster if inputs.slow == "own" else (inputs.base_roster or Roster())
    unseen = np.ones((HOURS, len(layout.zones)))
    clock = (FIRST_HOUR + np.arange(HOURS)) * _HOUR
    for duty in roster.duties:
        if OUTSIDE in duty.zones:
            continue  # nobody expects whom nobody sees
        places = places_of(duty, layout, world)
        share = np.bincount(world.routes.place_zone[places], minlength=len(layout.zones)) / len(places)
        seen = 1 - (1 - share) * np.exp(-share * p.offender_stay_median_s / duty.visit_s)
        on = np.clip(np.minimum(duty.end_s, clock + _HOUR) - np.maximum(duty.start_s, clock), 0, _HOUR) / _HOUR
        unseen *= 1 - p[f"guard_weight_{duty.kind}"] * on[:, None] * seen[None, :]
    return 1 - unseen
