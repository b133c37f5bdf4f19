"""Guards on duty, and what offenders have learned to expect of them (science.md 4.1)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.day.entry import BANDS, SHAPE, Floats
from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS, Layout
from model.inputs.roster import GUARD_KINDS, OUTSIDE, Duty, Roster
from model.kernels.presence import REACH
from model.kernels.records import records
from model.kernels.second import STAYING
from model.kernels.state import GUARD
from model.parameters import Parameters
from model.randomness import entity_of
from model.results import TIME_BANDS
from model.world.world import World

_HOUR = 3600
_MINUTE = 60


def places_of(duty: Duty, layout: Layout, world: World) -> NDArray[np.int64]:
    """Return the numbers of the places that a duty visits, none when it stays outside until it is called.

    A place that is visited twice a round is in the list twice.

    Raises:
        ValueError: when no place lies in its zones.
    """
    if OUTSIDE in duty.zones:
        return np.zeros(0, np.int64)
    wanted = [z.id in duty.zones or z.kind in duty.zones for z in layout.zones]
    places = np.flatnonzero(np.array(wanted)[world.routes.place_zone])
    if not len(places):
        raise ValueError(f"duty {duty.id}: no place to go in {', '.join(duty.zones)}; name a zone or a zone kind")
    if duty.escorts:
        return places[:1]
    if not duty.focus:
        return places
    often = np.array([1 + duty.focus.count(z.id) for z in layout.zones])
    return np.repeat(places, often[world.routes.place_zone[places]])


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
        checks=[d.checks for d in duties],
        bodycam=[d.body_cam for d in duties],
        trained=[d.is_trained for d in duties],
        alone=[d.is_alone for d in duties],
        entity=[entity_of(d.id) for d in duties],
    )


def long_run_belief(inputs: Inputs, world: World) -> Floats:
    """Return B at its fixed point under the roster, (bands, kinds of zones).

    The fixed point of B <- B + al (seen - B) is the mean of ``seen``, the largest w of a guard in sight in a visit.
    Within a stay of median length the offender goes from place to place of the kind of zone, and the guard round his
    own; they meet when one place sees the other. A duty meets those stays of the band that overlap it. Peers who see
    the same do not move a fixed point.
    """
    p, layout = inputs.parameters, inputs.layout
    roster = inputs.roster if inputs.slow == "own" else (inputs.base_roster or Roster())
    kind = np.array([ZONE_KINDS.index(z.kind) for z in layout.zones])[world.routes.place_zone]
    sight = _places_in_sight(world)
    stay, place_s = p.offender_stay_median_s, (p.offender_place_low_s + p.offender_place_high_s) / 2
    begin, end = (np.array([TIME_BANDS[band][i] + (i < 0) for band in BANDS]) * _HOUR for i in (0, -1))
    belief, unseen = np.zeros(SHAPE), np.ones(SHAPE)
    for duty in sorted(roster.in_order, key=lambda duty: -p[f"guard_weight_{duty.kind}"]):
        if OUTSIDE in duty.zones:
            continue  # nobody expects whom nobody sees
        round_ = places_of(duty, layout, world)
        span = min(stay, duty.end_s - duty.start_s)
        seen = np.zeros(len(ZONE_KINDS))
        for k in np.unique(kind):
            seen[k] = _met(sight[np.ix_(kind == k, round_)], span, place_s, duty.visit_s)
        met = np.clip(np.minimum(duty.end_s, end) - np.maximum(duty.start_s - stay, begin), 0, None) / (end - begin)
        chance = met[:, None] * seen[None, :]
        belief += p[f"guard_weight_{duty.kind}"] * chance * unseen  # heaviest first: the largest w that is seen
        unseen *= 1 - chance
    return np.asarray(belief)


def _met(sight: NDArray[np.bool_], span_s: float, place_s: float, visit_s: float) -> float:
    """Return the chance that two who wander come into sight of each other, in steps of a minute.

    Args:
        sight: (places of one, places of the other); each goes to any of his places, at a rate.
        span_s: how long. place_s, visit_s: mean stay at a place of the one and of the other.
    """
    apart = ~sight / sight.size
    one, other = 1 - np.exp(-_MINUTE / place_s), 1 - np.exp(-_MINUTE / visit_s)
    for _ in range(round(span_s / _MINUTE)):
        apart += one * (apart.mean(axis=0, keepdims=True) - apart)
        apart += other * (apart.mean(axis=1, keepdims=True) - apart)
        apart = np.where(sight, 0, apart)
    return float(1 - apart.sum())


def _places_in_sight(world: World) -> NDArray[np.bool_]:
    """Return which places see which, (places, places)."""
    g, cell = world.grid, world.routes.place_cell
    x, y = np.floor(g.cell_x[cell] - g.x0).astype(int), np.floor(g.cell_y[cell] - g.y0).astype(int)
    dx, dy = (axis[None, :] - axis[:, None] + REACH for axis in (x, y))
    near = (dx >= 0) & (dx <= 2 * REACH) & (dy >= 0) & (dy <= 2 * REACH)
    bits = world.sight.mask[cell[:, None], np.where(near, dy, 0)] >> np.where(near, dx, 0).astype(np.uint64)
    return np.asarray(near & ((bits & np.uint64(1)) != 0))
