"""The hazard of each offender on each target in reach, its running sum, and the events drawn from it.

Equations of science.md 4.2 and 4.4. The exponent holds every measure as one term, so that each acts as a factor.
"""

import math

import numpy as np

from model.kernels.bins import columns_within, occupied, occupied_rows, rows_within
from model.kernels.compiling import inner, kernel
from model.kernels.luck import uniform
from model.kernels.presence import density_at, seen_cells, sees
from model.kernels.state import EVENTS
from model.kernels.words import lowest_bit, popcount

THEFT, CONTACT, APPROACH, AGGRESSION, NUISANCE, VANDALISM = range(6)
NO_VICTIM = 3  # gender slot
TYPES = 6
EVERYBODY = 1 << 30


@kernel(forceinline=True)
def formal_guardianship(ground, guards, fields, cell, x, y, p):  # type: ignore[no-untyped-def]
    """Return Gam: 1 - prod(1 - w exp(-d / d_g) max(floor, S_L at the guard)) over guards and open shops in sight.

    A guard who is seen in a mirror only counts with the weight of mirrors; shops are not looked for in them.
    """
    alone = 1.0
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for g in range(guards.shape[0]):
        if guards.on[g] == 0:
            continue
        at = guards.cell[g]
        link = 1.0
        if not sees(ground.mask, at, ground.cells.ix[at], ground.cells.iy[at], ix, iy):  # symmetric: masks of few
            row = ground.cells.mirror[at]
            if row < 0 or not sees(ground.mirrors, row, ground.cells.ix[at], ground.cells.iy[at], ix, iy):
                continue
            link = ground.mirror_weight
        far = math.hypot(guards.x[g] - x, guards.y[g] - y)
        seen = max(p.light_floor, fields.cells.adequacy[at])
        alone *= 1.0 - link * guards.weight[g] * math.exp(-far / guards.reach[g]) * seen
    shops = ground.cells.shops[cell] & fields.open_shops[0]
    while shops != 0:
        lowest = shops & (~shops + np.uint64(1))
        shop = popcount(lowest - np.uint64(1))
        far = math.hypot(ground.shops.x[shop] - x, ground.shops.y[shop] - y)
        seen = max(p.light_floor, fields.cells.adequacy[ground.shops.cell[shop]])
        alone *= 1.0 - p.shop_weight * math.exp(-far / p.shop_reach) * seen
        shops ^= lowest
    return 1.0 - alone


@kernel(forceinline=True)
def susceptibility(kind, crowd, slot, p):  # type: ignore[no-untyped-def]
    """Return Sus_k(j) of the person in ``slot``; p is a Hazards (see ``model.day.offending``)."""
    woman = 1.0 if crowd.people.gender[slot] == 0 else (0.5 if crowd.people.gender[slot] == 2 else 0.0)
    if kind == THEFT:
        sus = p.theft_luggage if crowd.people.luggage[slot] != 0 else 1.0
        return sus * (p.theft_senior if crowd.people.senior[slot] != 0 else 1.0)
    if kind == CONTACT:
        sus = 1.0 + (p.contact_woman - 1.0) * woman
        return sus * (p.contact_young if crowd.people.young[slot] != 0 else 1.0)
    if kind == APPROACH:
        sus = 1.0 + (p.approach_woman - 1.0) * woman
        sus *= p.approach_young if crowd.people.young[slot] != 0 else 1.0
        return sus * (p.approach_alone if crowd.people.alone[slot] != 0 else p.approach_group)
    young_man = (1.0 - woman) if crowd.people.young[slot] != 0 else 0.0
    return 1.0 + (p.aggression_young_man - 1.0) * young_man


@kernel(forceinline=True)
def opportunity(kind, rho, bystanders, adequacy, at_door, intoxicated, p):  # type: ignore[no-untyped-def]
    """Return Opp_k for a target at density rho with ``bystanders`` in sight of it."""
    if kind == THEFT:
        queue = p.theft_queue if at_door else 1.0
        return rho * rho / (rho * rho + p.theft_half) * queue
    if kind == CONTACT:
        return rho**3 / (rho**3 + p.contact_half)
    if kind == APPROACH:
        return math.exp(-bystanders * adequacy / p.approach_private)
    if kind == AGGRESSION:
        cue = p.aggression_conflict if at_door else 1.0
        return cue * (p.aggression_intoxicated if intoxicated else 1.0)
    if kind == VANDALISM:
        return math.exp(-bystanders * adequacy / p.vandalism_private)
    return 1.0


@inner(forceinline=True)
def log_factor(kind, formal, natural, adequacy, belief, fields, cell, zone, p):  # type: ignore[no-untyped-def]
    """Return the exponent of the hazard: what guards, eyes, cameras, light, memory and disorder do to it."""
    held = p.kinds.direct[kind] * formal + p.kinds.natural[kind] * natural + fields.camera_log[kind, cell]
    held += p.kinds.light[kind] * (adequacy - p.reference_adequacy)
    held += p.kinds.residual[kind] * fields.zones.residual[zone] + p.kinds.belief[kind] * belief
    return p.kinds.chi[kind] * (fields.zones.disorder[zone] - p.reference_disorder) - held


@kernel(forceinline=True)
def bystanders_at(ground, presence, cell, reach):  # type: ignore[no-untyped-def]
    """Return how many people are around a cell: occupied cells in sight, and everybody in the cell itself.

    An occupied cell that is seen in a mirror only counts with the weight of mirrors.
    """
    seen = seen_cells(
        presence,
        ground.mask,
        ground.circles[1],
        cell,
        ground.cells.ix[cell],
        ground.cells.iy[cell],
        reach,
        EVERYBODY,
    )
    here = presence.count[ground.cells.iy[cell] * ground.nx + ground.cells.ix[cell]]
    direct = float(seen + max(0, here - 1))  # an occupied own cell is one of those seen
    row = ground.cells.mirror[cell]
    return direct if row < 0 else direct + _mirrored(ground, presence, cell, row, reach)


@inner()
def _mirrored(ground, presence, cell, row, reach):  # type: ignore[no-untyped-def]
    """Return what the occupied cells count for that a cell sees in mirrors only."""
    seen = seen_cells(
        presence, ground.mirrors, ground.circles[1], row, ground.cells.ix[cell], ground.cells.iy[cell], reach, EVERYBODY
    )
    return ground.mirror_weight * seen


@kernel(forceinline=True)
def offend(
    o, second, crowd, walkers_bins, ground, fields, presence, guards, offenders, tally, pairs, totals, p
):  # type: ignore[no-untyped-def]
    """Add the hazards of offender row ``o`` in this second and return their sum at weight one.

    Args:
        pairs: (rates, rows, slots, zones, count) buffers of this second's pairs, for the draw.
        totals: (types, zones) sums of this second.
    """
    kind = np.int64(offenders.rows.kind[o])
    cell = offenders.rows.cell[o]
    x, y = offenders.rows.x[o], offenders.rows.y[o]
    if kind == NUISANCE or kind == VANDALISM:
        # no onset while an episode lasts, no damage where nothing is to be damaged
        loud = kind == NUISANCE and second < offenders.rows.loud_until_s[o]
        if loud or (kind == VANDALISM and ground.cells.objects[cell] == 0):
            return 0.0
        return _lone(o, kind, ground, fields, presence, guards, offenders, tally, pairs, totals, p)
    reach = p.kinds.reach[kind]
    column_0, column_1 = columns_within(walkers_bins, x, reach)
    row_0, row_1 = rows_within(walkers_bins, y, reach)
    formal = -1.0
    whole = 0.0
    rows = occupied_rows(walkers_bins.row_bits, row_0, row_1)
    while rows != 0:
        row = row_0 + np.int64(lowest_bit(rows))
        rows &= rows - np.uint64(1)
        cells = occupied(walkers_bins.bits, row, column_0, column_1)
        while cells != 0:
            slot = walkers_bins.head[row * walkers_bins.columns + column_0 + np.int64(lowest_bit(cells))]
            cells &= cells - np.uint64(1)
            while slot >= 0:
                dx, dy = crowd.people.x[slot] - x, crowd.people.y[slot] - y
                at = crowd.people.cell[slot]
                if dx * dx + dy * dy <= reach * reach and sees(
                    ground.mask, cell, ground.cells.ix[cell], ground.cells.iy[cell], ground.cells.ix[at],
                    ground.cells.iy[at],
                ):  # fmt: skip
                    if formal < 0.0:  # only once a target is in reach
                        formal = formal_guardianship(ground, guards, fields, cell, x, y, p)
                    whole += _pair(
                        o, kind, slot, formal, crowd, ground, fields, presence, offenders, tally, pairs, totals, p
                    )
                slot = walkers_bins.next[slot]
    return whole


@inner(forceinline=True)
def _pair(o, kind, slot, formal, crowd, ground, fields, presence, offenders, tally, pairs, totals, p):  # type: ignore[no-untyped-def]
    """Return the hazard of one pair at weight one, and add it to the tables at the offender's weight."""
    at = crowd.people.cell[slot]
    zone = ground.cells.zone[at]
    adequacy = fields.cells.adequacy[at]
    bystanders = max(0, bystanders_at(ground, presence, at, p.bystander_reach) - 1)  # the target is none
    rho = density_at(presence, ground.area, ground.cells.ix[at], ground.cells.iy[at])
    natural = bystanders / (bystanders + p.natural_half) * adequacy
    at_door = crowd.people.doing[slot] == 6 or crowd.people.doing[slot] == 5
    rate = p.kinds.rate[kind] * offenders.rows.motivation[o]
    rate *= opportunity(kind, rho, bystanders, adequacy, at_door, offenders.rows.intoxicated[o] != 0, p)
    rate *= susceptibility(kind, crowd, slot, p)
    rate *= math.exp(log_factor(kind, formal, natural, adequacy, offenders.rows.belief[o], fields, at, zone, p))
    _book(
        o,
        kind,
        np.int64(slot),
        np.int64(crowd.people.gender[slot]),
        zone,
        at,
        rate,
        ground,
        fields,
        offenders,
        tally,
        pairs,
        totals,
        p.evening_index,
    )
    if tally.harm.shape[0] > 0 and fields.clock[1] >= 0.0:
        weighted = rate * offenders.rows.weight[o] * offenders.rows.survival[o]
        tally.harm[crowd.people.visit[slot], kind] += weighted
    return rate


@inner(forceinline=True)
def _lone(o, kind, ground, fields, presence, guards, offenders, tally, pairs, totals, p):  # type: ignore[no-untyped-def]
    """Hazard of an offender on a thing or on the peace of a zone, at weight one."""
    cell = offenders.rows.cell[o]
    zone = ground.cells.zone[cell]
    adequacy = fields.cells.adequacy[cell]
    formal = formal_guardianship(ground, guards, fields, cell, offenders.rows.x[o], offenders.rows.y[o], p)
    bystanders = bystanders_at(ground, presence, cell, p.bystander_reach)
    natural = bystanders / (bystanders + p.natural_half) * adequacy
    rate = p.kinds.rate[kind] * offenders.rows.motivation[o] * offenders.rows.members[o]
    rate *= opportunity(kind, 0.0, bystanders, adequacy, np.bool_(False), np.bool_(False), p)
    rate *= math.exp(log_factor(kind, formal, natural, adequacy, offenders.rows.belief[o], fields, cell, zone, p))
    _book(
        o,
        kind,
        np.int64(-1),
        np.int64(NO_VICTIM),
        zone,
        cell,
        rate,
        ground,
        fields,
        offenders,
        tally,
        pairs,
        totals,
        p.evening_index,
    )
    return rate


@inner(forceinline=True)
def _book(
    o, kind, slot, gender, zone, cell, rate, ground, fields, offenders, tally, pairs, totals, evening_index
):  # type: ignore[no-untyped-def]
    """Add a hazard to the running sums and to this second's list of pairs."""
    weighted = rate * offenders.rows.weight[o] * offenders.rows.survival[o]
    hour = int(fields.clock[1])
    if hour >= 0:
        tally.expected[kind, hour, gender, zone] += weighted
        if hour >= evening_index:
            tally.map_expected[
                (ground.cells.iy[cell] // 2) * ((ground.nx + 1) // 2) + ground.cells.ix[cell] // 2
            ] += weighted
    totals[kind, zone] += weighted
    n = pairs.count[0]
    if n < pairs.rows.shape[0]:
        pairs.rows.rate[n] = weighted
        pairs.rows.row[n] = o
        pairs.rows.slot[n] = slot
        pairs.rows.zone[n] = zone
        pairs.count[0] = n + 1


@inner()
def draw_events(
    second,
    day,
    seed,
    hazard_purpose,
    pair_purpose,
    crowd,
    ground,
    offenders,
    tally,
    fields,
    pairs,
    totals,
    happenings,
):  # type: ignore[no-untyped-def]
    """Draw the events of a second: one uniform a type and zone, then the pair by Gumbel-max (9.1).

    Adding a pair elsewhere changes no draw here; more hazard can only add events (monotone coupling).
    """
    hour = int(fields.clock[1])
    for n in range(pairs.count[0]):  # zones and types that have a hazard, each once
        kind = np.int64(offenders.rows.kind[pairs.rows.row[n]])
        zone = pairs.rows.zone[n]
        whole = totals[kind, zone]
        if whole <= 0.0:
            continue
        totals[kind, zone] = 0.0
        if uniform(seed, hazard_purpose, day, kind, zone, second) >= 1.0 - math.exp(-whole):
            continue
        best, best_n = -np.inf, -1
        for m in range(n, pairs.count[0]):
            o = pairs.rows.row[m]
            if offenders.rows.kind[o] != kind or pairs.rows.zone[m] != zone or pairs.rows.rate[m] <= 0.0:
                continue
            other = 0 if pairs.rows.slot[m] < 0 else crowd.people.luck[pairs.rows.slot[m]]
            u = uniform(seed, pair_purpose, day, offenders.rows.entity[o], other, second)
            value = math.log(pairs.rows.rate[m]) - math.log(-math.log(u))
            if value > best:
                best, best_n = value, m
        o, slot = pairs.rows.row[best_n], pairs.rows.slot[best_n]
        gender = NO_VICTIM if slot < 0 else crowd.people.gender[slot]
        if hour >= 0:
            tally.sampled[kind, hour, gender, zone] += 1.0
        tally.counts[EVENTS] += 1.0
        _note(happenings, kind, second, ground, crowd, offenders, slot, o)


@inner()
def _note(happenings, kind, second, ground, crowd, offenders, slot, o):  # type: ignore[no-untyped-def]
    """Write an event where Python finds it."""
    n = happenings.count[0]
    if n >= happenings.rows.shape[0]:
        return
    happenings.rows.kind[n] = kind
    happenings.rows.time_s[n] = second
    happenings.rows.x[n] = offenders.rows.x[o]
    happenings.rows.y[n] = offenders.rows.y[o]
    happenings.rows.cell[n] = offenders.rows.cell[o]
    happenings.rows.victim[n] = slot
    happenings.rows.offender[n] = o
    happenings.count[0] = n + 1
