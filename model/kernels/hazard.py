"""The hazard of each offender on each target in reach, its running sum, and the events drawn from it.

Equations of science.md 4.2 and 4.4. The exponent holds every measure as one term, so that each acts as a factor.
"""

import math

import numpy as np
from numba import njit

from model.kernels.bins import columns_within, rows_within
from model.kernels.luck import uniform
from model.kernels.presence import density_at, seen_cells, sees
from model.kernels.state import EVENTS

THEFT, CONTACT, APPROACH, AGGRESSION, NUISANCE, VANDALISM = range(6)
NO_VICTIM = 3  # gender slot
TYPES = 6


@njit(cache=True)
def formal_guardianship(ground, guards, fields, cell, x, y, light_floor):  # type: ignore[no-untyped-def]
    """Return Gam: 1 - prod(1 - w exp(-d / d_g) max(floor, S_L at the guard)) over guards in sight."""
    alone = 1.0
    ix, iy = ground.ix[cell], ground.iy[cell]
    for g in range(guards.on.shape[0]):
        if guards.on[g] == 0:
            continue
        at = guards.cell[g]
        if not sees(ground.mask, cell, ix, iy, ground.ix[at], ground.iy[at]):
            continue
        far = math.hypot(guards.x[g] - x, guards.y[g] - y)
        seen = max(light_floor, fields.adequacy[at])
        alone *= 1.0 - guards.weight[g] * math.exp(-far / guards.reach[g]) * seen
    return 1.0 - alone


@njit(cache=True)
def susceptibility(kind, crowd, slot, p):  # type: ignore[no-untyped-def]
    """Return Sus_k(j) of the person in ``slot``; p is a Hazards (see ``model.day.offending``)."""
    woman = 1.0 if crowd.gender[slot] == 0 else (0.5 if crowd.gender[slot] == 2 else 0.0)
    if kind == THEFT:
        sus = p.theft_luggage if crowd.luggage[slot] != 0 else 1.0
        return sus * (p.theft_senior if crowd.senior[slot] != 0 else 1.0)
    if kind == CONTACT:
        sus = 1.0 + (p.contact_woman - 1.0) * woman
        return sus * (p.contact_young if crowd.young[slot] != 0 else 1.0)
    if kind == APPROACH:
        sus = 1.0 + (p.approach_woman - 1.0) * woman
        sus *= p.approach_young if crowd.young[slot] != 0 else 1.0
        return sus * (p.approach_alone if crowd.alone[slot] != 0 else p.approach_group)
    young_man = (1.0 - woman) if crowd.young[slot] != 0 else 0.0
    return 1.0 + (p.aggression_young_man - 1.0) * young_man


@njit(cache=True)
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


@njit(cache=True)
def log_factor(kind, formal, natural, adequacy, fields, cell, zone, p):  # type: ignore[no-untyped-def]
    """Return the exponent of the hazard: what guards, eyes, cameras, light, memory and disorder do to it."""
    held = p.direct[kind] * formal + p.natural[kind] * natural + fields.camera_log[kind, cell]
    held += p.light[kind] * (adequacy - p.reference_adequacy)
    held += p.residual[kind] * fields.residual[zone] + p.belief[kind] * fields.belief[zone]
    return p.chi[kind] * (fields.disorder[zone] - p.reference_disorder) - held


@njit(cache=True)
def bystanders_at(ground, presence, cell, reach):  # type: ignore[no-untyped-def]
    """Return how many people a cell sees within the bystander distance (itself counted once)."""
    seen = seen_cells(presence, ground.mask, ground.circle_bystander, cell, ground.ix[cell], ground.iy[cell], reach)
    return seen + presence.count[ground.iy[cell] * ground.nx + ground.ix[cell]] - 1


@njit(cache=True)
def offend(o, second, crowd, walkers_bins, ground, fields, presence, guards, offenders, tally, pairs, totals, p):  # type: ignore[no-untyped-def]
    """Add the hazards of offender row ``o`` in this second and return their sum at weight one.

    Args:
        pairs: (rates, rows, slots, zones, count) buffers of this second's pairs, for the draw.
        totals: (types, zones) sums of this second.
    """
    kind = offenders.kind[o]
    cell = offenders.cell[o]
    x, y = offenders.x[o], offenders.y[o]
    if kind == NUISANCE:
        return _onset(o, second, ground, fields, presence, guards, offenders, tally, pairs, totals, p)
    if kind == VANDALISM:
        if ground.objects[cell] == 0:
            return 0.0
        return _lone(o, kind, ground, fields, presence, guards, offenders, tally, pairs, totals, p)
    reach = p.reach[kind]
    column_0, column_1 = columns_within(walkers_bins, x, reach)
    row_0, row_1 = rows_within(walkers_bins, y, reach)
    formal = -1.0
    whole = 0.0
    for row in range(row_0, row_1 + 1):
        for column in range(column_0, column_1 + 1):
            slot = walkers_bins.head[row * walkers_bins.columns + column]
            while slot >= 0:
                dx, dy = crowd.x[slot] - x, crowd.y[slot] - y
                if dx * dx + dy * dy <= reach * reach:
                    at = crowd.cell[slot]
                    if sees(ground.mask, cell, ground.ix[cell], ground.iy[cell], ground.ix[at], ground.iy[at]):
                        if formal < 0.0:  # only once a target is in reach
                            formal = formal_guardianship(ground, guards, fields, cell, x, y, p.light_floor)
                        whole += _pair(
                            o, kind, slot, formal, crowd, ground, fields, presence, offenders, tally, pairs, totals, p
                        )
                slot = walkers_bins.next[slot]
    return whole


@njit(cache=True)
def _pair(o, kind, slot, formal, crowd, ground, fields, presence, offenders, tally, pairs, totals, p):  # type: ignore[no-untyped-def]
    """Return the hazard of one pair at weight one, and add it to the tables at the offender's weight."""
    at = crowd.cell[slot]
    zone = ground.zone[at]
    adequacy = fields.adequacy[at]
    bystanders = max(0, bystanders_at(ground, presence, at, p.bystander_reach) - 1)  # the target is none
    rho = density_at(presence, ground.area, ground.ix[at], ground.iy[at])
    natural = bystanders / (bystanders + p.natural_half) * adequacy
    at_door = crowd.doing[slot] == 6 or crowd.doing[slot] == 5
    rate = p.rate[kind] * offenders.motivation[o]
    rate *= opportunity(kind, rho, bystanders, adequacy, at_door, offenders.intoxicated[o] != 0, p)
    rate *= susceptibility(kind, crowd, slot, p)
    rate *= math.exp(log_factor(kind, formal, natural, adequacy, fields, at, zone, p))
    _book(o, kind, slot, crowd.gender[slot], zone, at, rate, ground, fields, offenders, tally, pairs, totals, p.evening_index)
    return rate


@njit(cache=True)
def _lone(o, kind, ground, fields, presence, guards, offenders, tally, pairs, totals, p):  # type: ignore[no-untyped-def]
    """Hazard of an offender on a thing or on the peace of a zone, at weight one."""
    cell = offenders.cell[o]
    zone = ground.zone[cell]
    adequacy = fields.adequacy[cell]
    formal = formal_guardianship(ground, guards, fields, cell, offenders.x[o], offenders.y[o], p.light_floor)
    bystanders = bystanders_at(ground, presence, cell, p.bystander_reach)
    natural = bystanders / (bystanders + p.natural_half) * adequacy
    rate = p.rate[kind] * offenders.motivation[o]
    rate *= opportunity(kind, 0.0, bystanders, adequacy, False, False, p)
    rate *= math.exp(log_factor(kind, formal, natural, adequacy, fields, cell, zone, p))
    _book(o, kind, -1, NO_VICTIM, zone, cell, rate, ground, fields, offenders, tally, pairs, totals, p.evening_index)
    return rate


@njit(cache=True)
def _onset(o, second, ground, fields, presence, guards, offenders, tally, pairs, totals, p):  # type: ignore[no-untyped-def]
    """Hazard that a calm nuisance person starts an episode; none while one lasts."""
    if second < offenders.loud_until_s[o]:
        return 0.0
    return _lone(o, NUISANCE, ground, fields, presence, guards, offenders, tally, pairs, totals, p)


@njit(cache=True)
def _book(o, kind, slot, gender, zone, cell, rate, ground, fields, offenders, tally, pairs, totals, evening_index):  # type: ignore[no-untyped-def]
    """Add a hazard to the running sums and to this second's list of pairs."""
    weighted = rate * offenders.weight[o] * offenders.survival[o]
    hour = int(fields.clock[1])
    if hour >= 0:
        tally.expected[kind, hour, gender, zone] += weighted
        if hour >= evening_index:
            tally.map_expected[(ground.iy[cell] // 2) * ((ground.nx + 1) // 2) + ground.ix[cell] // 2] += weighted
    totals[kind, zone] += weighted
    n = pairs.count[0]
    if n < pairs.rate.shape[0]:
        pairs.rate[n] = weighted
        pairs.row[n] = o
        pairs.slot[n] = slot
        pairs.zone[n] = zone
        pairs.count[0] = n + 1


@njit(cache=True)
def draw_events(second, day, seed, purposes, crowd, visit_luck, ground, offenders, tally, fields, pairs, totals, happenings):  # type: ignore[no-untyped-def]
    """Draw the events of a second: one uniform a type and zone, then the pair by Gumbel-max (9.1).

    Adding a pair elsewhere changes no draw here; more hazard can only add events (monotone coupling).
    """
    hour = int(fields.clock[1])
    for n in range(pairs.count[0]):  # zones and types that have a hazard, each once
        kind = offenders.kind[pairs.row[n]]
        zone = pairs.zone[n]
        whole = totals[kind, zone]
        if whole <= 0.0:
            continue
        totals[kind, zone] = 0.0
        if uniform(seed, purposes[0], day, kind, zone, second) >= 1.0 - math.exp(-whole):
            continue
        best, best_n = -np.inf, -1
        for m in range(n, pairs.count[0]):
            o = pairs.row[m]
            if offenders.kind[o] != kind or pairs.zone[m] != zone or pairs.rate[m] <= 0.0:
                continue
            other = 0 if pairs.slot[m] < 0 else visit_luck[crowd.visit[pairs.slot[m]]]
            u = uniform(seed, purposes[1], day, offenders.entity[o], other, second)
            value = math.log(pairs.rate[m]) - math.log(-math.log(u))
            if value > best:
                best, best_n = value, m
        o, slot = pairs.row[best_n], pairs.slot[best_n]
        gender = NO_VICTIM if slot < 0 else crowd.gender[slot]
        if hour >= 0:
            tally.sampled[kind, hour, gender, zone] += 1.0
        tally.counts[EVENTS] += 1.0
        _note(happenings, kind, second, ground, crowd, offenders, slot, o)


@njit(cache=True)
def _note(happenings, kind, second, ground, crowd, offenders, slot, o):  # type: ignore[no-untyped-def]
    """Write an event where Python finds it."""
    n = happenings.count[0]
    if n >= happenings.kind.shape[0]:
        return
    happenings.kind[n] = kind
    happenings.time_s[n] = second
    happenings.x[n] = offenders.x[o]
    happenings.y[n] = offenders.y[o]
    happenings.cell[n] = offenders.cell[o]
    happenings.victim[n] = slot
    happenings.offender[n] = o
    happenings.count[0] = n + 1
