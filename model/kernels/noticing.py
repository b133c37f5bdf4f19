"""Who learns of an incident: the chance that guards or operators see it, that it is written down, or told.

The compensator idea carried on (science.md 4.4): each pair's hazard is multiplied by what would be learned of its
event, as things stand in its first second, so that ten paired days estimate what others see of incidents.
"""

import math
from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.hazard import NO_VICTIM, bystanders_at
from model.kernels.presence import sees

VICTIMLESS = 4  # nuisance, vandalism: from this type on there is no victim
NODES = 7  # lengths of an event that stand for all, with their shares (Gauss-Hermite)

Noticing = namedtuple(
    "Noticing",
    [
        "see",  # (6,) rate at which a guard in sight notices, 1/s
        "operator",  # (1,) the same of the operators where cameras cover a place fully, 1/s; 0 when nobody watches
        "coming",  # (C,) rate at which guards who go round come into sight and reach, 1/s
        "spans", "shares",  # (2, 6, NODES) s and (NODES,): lengths of an event, as drawn and when a bystander helps
        "later",  # (2, 6, NODES) s: what is left of a length for those who come later, see ``left_for_comers``
        "help_one", "help_thin", "help_at",  # (6,), -, share of the length after which a helper ends it
        "call",  # (6,) chance that somebody calls during the event
        "call_near",  # factor near a help point
        "help_point",  # (C,) int8, one is near
        "tell",  # (2, 6, 4) chance to report later without and with staff in sight, by gender of the victim
        "write_guard", "write_operator",  # share of what they see that they write down
        "bystander_reach",  # rows of cells
    ],
)  # fmt: skip


@kernel()
def help_chance(kind, n, p):  # type: ignore[no-untyped-def]
    """Return the chance that at least one of ``n`` bystanders helps: 1 - (1 - p1 n^-eta)^n."""
    if n <= 0:
        return 0.0
    return 1.0 - (1.0 - min(1.0, p.help_one[kind] * n**-p.help_thin)) ** n


@inner()
def guards_noticing(kind, cell, x, y, ground, guards, p):  # type: ignore[no-untyped-def]
    """Return the rate at which the guards who have a spot in sight and reach would notice an event, 1/s."""
    rate = 0.0
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for g in range(guards.shape[0]):
        if guards.on[g] == 0 or math.hypot(guards.x[g] - x, guards.y[g] - y) > guards.reach[g]:
            continue
        at = guards.cell[g]
        if sees(ground.mask, cell, ix, iy, ground.cells.ix[at], ground.cells.iy[at]):
            rate += p.see[kind]
    return rate


@kernel()
def noticed(kind, rate, coming, helped, p):  # type: ignore[no-untyped-def]
    """Return the chance that an event is noticed before it ends, over all its lengths.

    Those who are there notice at a rate; those who come by meanwhile, as a Poisson stream, at their own from then on.

    Args:
        rate: of noticing by those who are there, 1/s.
        coming: rate at which others come into sight, 1/s.
        helped: chance that a bystander ends it early.
    """
    if rate <= 0.0 and coming <= 0.0:
        return 0.0
    missed = 0.0
    nodes = NODES if p.spans[0, kind, 0] < p.spans[0, kind, NODES - 1] else 1
    for k in range(nodes):
        share = p.shares[k] if nodes > 1 else 1.0
        missed += share * (1.0 - helped) * math.exp(-rate * p.spans[0, kind, k] - coming * p.later[0, kind, k])
        if helped > 0.0:
            missed += share * helped * math.exp(-rate * p.spans[1, kind, k] - coming * p.later[1, kind, k])
    return 1.0 - missed


@kernel()
def call_chance(kind, cell, bystanders, p):  # type: ignore[no-untyped-def]
    """Return the chance that victim or bystander calls; without a victim somebody else has to be there."""
    if kind >= VICTIMLESS and bystanders <= 0:
        return 0.0
    return min(1.0, p.call[kind] * (p.call_near if p.help_point[cell] != 0 else 1.0))


@kernel()
def learn(pairs, offenders, crowd, ground, fields, presence, guards, tally, p):  # type: ignore[no-untyped-def]
    """Add to the tables what would be detected, recorded and reported of this second's hazards.

    Detected: seen by a guard or an operator while it lasts. Reported: by a traveller, at once or later. Recorded:
    reported, or seen by somebody who writes it down.

    Args:
        pairs: the pairs of the second with their weighted hazards; those of an offender follow each other.
    """
    hour = int(fields.clock[1])
    if hour < 0:
        return
    row = -1
    seen = written = called = 0.0
    staff = 0
    for n in range(pairs.count[0]):
        o, slot = pairs.rows.row[n], pairs.rows.slot[n]
        kind = offenders.rows.kind[o]
        if o != row:
            row = o
            cell = offenders.rows.cell[o]
            x, y = offenders.rows.x[o], offenders.rows.y[o]
            bystanders = bystanders_at(ground, presence, cell, p.bystander_reach) - (1 if slot >= 0 else 0)
            by_guards = guards_noticing(kind, cell, x, y, ground, guards, p)
            by_operators = p.operator[0] * fields.cells.watched[cell]
            rate = by_guards + by_operators
            coming = p.coming[cell]
            seen = noticed(kind, rate, coming, help_chance(kind, bystanders, p), p)
            written = 0.0
            if seen > 0.0:  # who sees it first writes it down, or not
                walked = by_guards + coming
                written = seen * (walked * p.write_guard + by_operators * p.write_operator) / (walked + by_operators)
            called = call_chance(kind, cell, bystanders, p)
            staff = 1 if by_guards > 0.0 else 0
        gender = NO_VICTIM if slot < 0 else crowd.people.gender[slot]
        told = 1.0 - (1.0 - called) * (1.0 - p.tell[staff, kind, gender])
        zone, weighted = pairs.rows.zone[n], pairs.rows.rate[n]
        tally.detected[kind, hour, gender, zone] += weighted * seen
        tally.reported[kind, hour, gender, zone] += weighted * told
        tally.recorded[kind, hour, gender, zone] += weighted * (1.0 - (1.0 - told) * (1.0 - written))


def lengths(median_s: np.ndarray, sd_log: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (kinds, NODES) lengths and their (NODES,) shares that stand for lognormal lengths."""
    at, weight = np.polynomial.hermite_e.hermegauss(NODES)
    return median_s[:, None] * np.exp(sd_log[:, None] * at[None, :]), weight / weight.sum()


def left_for_comers(spans: np.ndarray, see: np.ndarray) -> np.ndarray:
    """Return T - (1 - exp(-see T)) / see: how much of a length T counts for people who come by at random.

    Those who come at t notice before T with 1 - exp(-see (T - t)); the integral of that over t is the number of those
    who notice, for one a second. ``see`` of the types stands on the second axis but one; where it is 0 nobody does.
    """
    rate = np.where(see > 0, see, 1.0)[:, None]
    return np.where(see[:, None] > 0, spans - (1 - np.exp(-rate * spans)) / rate, 0.0)
