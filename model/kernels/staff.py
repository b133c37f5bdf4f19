"""Contacts of staff with travellers in a minute, and what comes of them: blows, threats, hard words (science 4.3)."""

import math
from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.crowd import WAITING
from model.kernels.luck import uniform
from model.kernels.presence import sees

SERIOUS, VERBAL, DODGING = 6, 7, 8  # rows of the tables of incidents behind the types of offenders
NO_VICTIM = 3  # slot of gender: staff has none in the model
RESPONDING = 1
MINUTE_S = 60

# numbers of the contacts, see ``model.day.staff_contacts``
Contacts = namedtuple(
    "Contacts",
    [
        "check", "refused", "late", "removal",  # logit of a serious incident in a contact of this cause
        "intoxicated", "group", "alone", "bodycam", "bodycam_near", "trained", "camera", "verbal",
        "record_serious", "record_verbal",  # share of which staff makes a record
        "checks_per_min", "refused_per_min", "late_per_min", "late_s",  # how many contacts
        "dodge_share", "gate_dispute", "gate_transit_s",
        "reach_m", "colleague_m", "big_group",
    ],
)  # fmt: skip
# what only staff needs to know of a place and of visits
Meeting = namedtuple("Meeting", ["gates", "group"])  # (gates,) POINT; (visits,) size of the group
POINT = np.dtype([("x", "f8"), ("y", "f8"), ("cell", "i8")])


@kernel()
def contact_logit(base, intoxicated, group, alone, bodycam, bodycam_near, trained, camera, p):  # type: ignore[no-untyped-def]
    """Return the logit of a serious incident in one contact.

    Who wears a camera has the whole effect that was measured on wearers; the spill-over is for colleagues.

    Args:
        base: logit of the cause of the contact.
        intoxicated, group, alone, bodycam, bodycam_near, trained: 0 or 1.
        camera: cover by cameras that somebody watches, 0..1.
        p: Contacts.
    """
    worn = p.bodycam * bodycam + p.bodycam_near * bodycam_near * (1.0 - bodycam)
    who = p.intoxicated * intoxicated + p.group * group
    return base + who + p.alone * alone + worn + p.trained * trained + p.camera * camera


@inner()
def chance_of(logit):  # type: ignore[no-untyped-def]
    """Return the chance of a logit."""
    return 1.0 / (1.0 + math.exp(-logit))


@inner()
def standing(g, guards, ground, fields, p):  # type: ignore[no-untyped-def]
    """Return (alone, bodycam_near, trained, camera) of unit ``g`` at this moment; a colleague near by helps."""
    colleague, worn = False, 0.0
    for other in range(guards.shape[0]):
        if other == g or guards.on[other] == 0:
            continue
        if math.hypot(guards.x[other] - guards.x[g], guards.y[other] - guards.y[g]) <= p.colleague_m:
            colleague = True
            worn = max(worn, float(guards.bodycam[other]))
    alone = 0.0 if colleague else float(guards.alone[g])
    trained = 1.0 if colleague or guards.trained[g] != 0 else 0.0
    return alone, worn, trained, fields.cells.watched[guards.cell[g]]


@kernel()
def around(g, second, guards, crowd, trains, ground, meeting, p):  # type: ignore[no-untyped-def]
    """Return how many travellers unit ``g`` has in reach and sight, in big groups, and waiting for a late train."""
    n, grouped, late = 0, 0, 0
    cell = guards.cell[g]
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.mode[slot] == 0:
            continue
        if math.hypot(crowd.people.x[slot] - guards.x[g], crowd.people.y[slot] - guards.y[g]) > p.reach_m:
            continue
        there = crowd.people.cell[slot]
        if not sees(ground.mask, cell, ix, iy, ground.cells.ix[there], ground.cells.iy[there]):
            continue
        n += 1
        grouped += 1 if meeting.group[crowd.people.visit[slot]] >= p.big_group else 0
        train = crowd.people.train[slot]
        if crowd.people.doing[slot] == WAITING and train >= 0:
            late += 1 if second - trains.rows.departure_s[train] >= p.late_s else 0
    return n, grouped, late


@inner()
def gate_in_reach(g, guards, ground, meeting, p):  # type: ignore[no-untyped-def]
    """Tell whether unit ``g`` stands by a gate that it sees."""
    cell = guards.cell[g]
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for k in range(meeting.gates.shape[0]):
        there = meeting.gates.cell[k]
        near = math.hypot(meeting.gates.x[k] - guards.x[g], meeting.gates.y[k] - guards.y[g]) <= p.reach_m
        if near and sees(ground.mask, cell, ix, iy, ground.cells.ix[there], ground.cells.iy[there]):
            return True
    return False


@kernel()
def meet(second, guards, crowd, trains, ground, fields, tally, meeting, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Add the contacts of all units in the minute that ends, their expected incidents, and draw those that happen.

    Contacts come of checks (of those without a ticket), of gates (those who slip through), of refused service and of
    trains that are late. Removals are added where they happen (``book``).
    """
    for g in range(guards.shape[0]):
        if guards.on[g] == 0 or guards.mode[g] == RESPONDING:
            continue
        n, grouped, late = around(g, second, guards, crowd, trains, ground, meeting, p)
        if n == 0:
            continue
        in_group = grouped / n
        dodgers = 0.0
        if guards.checks[g] != 0:
            dodgers += min(p.checks_per_min, float(n)) * p.dodge_share
            note_dodgers(g, dodgers, guards, ground, fields, tally)
        if meeting.gates.shape[0] > 0 and gate_in_reach(g, guards, ground, meeting, p):
            dodgers += n * MINUTE_S / p.gate_transit_s * p.dodge_share * p.gate_dispute
        refused, delayed = n * p.refused_per_min, late * p.late_per_min
        serious, verbal = 0.0, 0.0
        for group in range(2):
            share = in_group if group == 1 else 1.0 - in_group
            for contacts, base in ((dodgers, p.check), (refused, p.refused), (delayed, p.late)):
                if contacts * share > 0.0:
                    one, other = chances(g, base, 0.0, float(group), guards, ground, fields, p)
                    serious += contacts * share * one
                    verbal += contacts * share * other
        book(
            g, second, dodgers + refused + delayed, serious, verbal, guards, ground, fields, tally, day, seed, purpose,
            p,
        )  # fmt: skip


@inner()
def note_dodgers(g, dodgers, guards, ground, fields, tally):  # type: ignore[no-untyped-def]
    """Add people without a ticket whom unit ``g`` has found: where it stands, nobody asks for their gender."""
    hour = int(fields.clock[1])
    if hour >= 0:
        zone = ground.cells.zone[guards.cell[g]]
        tally.detected[DODGING, hour, NO_VICTIM, zone] += dodgers
        tally.recorded[DODGING, hour, NO_VICTIM, zone] += dodgers


@kernel()
def chances(g, base, intoxicated, group, guards, ground, fields, p):  # type: ignore[no-untyped-def]
    """Return the chances of a serious and of a verbal incident in a contact of unit ``g``."""
    alone, near, trained, camera = standing(g, guards, ground, fields, p)
    logit = contact_logit(base, intoxicated, group, alone, float(guards.bodycam[g]), near, trained, camera, p)
    return chance_of(logit), chance_of(logit + p.verbal)


@kernel()
def book(g, second, contacts, serious, verbal, guards, ground, fields, tally, day, seed, purpose, p):  # type: ignore[no-untyped-def]
    """Add contacts and expected incidents of unit ``g``, and draw: one uniform a unit, sort of incident and second.

    Returns:
        Whether a serious incident happened.
    """
    hour = int(fields.clock[1])
    zone = ground.cells.zone[guards.cell[g]]
    if hour >= 0:
        guards.contacts[g] += contacts
        guards.serious[g] += serious
        guards.verbal[g] += verbal
        for kind, expected, record in ((SERIOUS, serious, p.record_serious), (VERBAL, verbal, p.record_verbal)):
            tally.expected[kind, hour, NO_VICTIM, zone] += expected
            tally.detected[kind, hour, NO_VICTIM, zone] += expected  # it happens to those who detect
            tally.recorded[kind, hour, NO_VICTIM, zone] += record * expected
    happened = False
    for kind, expected in ((SERIOUS, serious), (VERBAL, verbal)):
        if uniform(seed, purpose, day, guards.entity[g], kind, second) < 1.0 - math.exp(-expected):
            happened = happened or kind == SERIOUS
            if hour >= 0:
                tally.sampled[kind, hour, NO_VICTIM, zone] += 1.0
    return happened
