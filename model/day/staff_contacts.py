"""Staff who check, refuse, explain and send away: contacts in which somebody may turn on them (science.md 4.3)."""

from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.day.demand import BOARDER, Visits
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.inputs.ways import gates_of
from model.kernels.records import records
from model.kernels.staff import DODGING, MINUTE_S, POINT, Contacts, Meeting, book, chances
from model.kernels.state import Tally
from model.kernels.visiting import FARE_PAID
from model.parameters import Parameters
from model.randomness import Purpose
from model.results import FIRST_HOUR, HOURS
from model.world.world import World

if TYPE_CHECKING:
    from model.people.enforcers import Guard
    from model.station import Station

_HOUR = 3600


def dodge_share(layout: Layout, p: Parameters) -> float:
    """Return the share of entries without a ticket: fewer where gates are closed."""
    gated = any(spot.kind == "gate" for spot in layout.spots) or any(line.closed for line in layout.gate_lines)
    return p.gate_dodge_closed if gated else p.gate_dodge_open


def contact_numbers(layout: Layout, p: Parameters) -> Contacts:
    """Return the numbers of contacts: chances as logits, rates by the minute."""
    hour = _HOUR / MINUTE_S
    return Contacts(
        check=_logit(p.staff_check_base), refused=_logit(p.staff_refused_base), late=_logit(p.staff_late_base),
        removal=_logit(p.staff_removal_base), intoxicated=p.staff_intoxicated, group=p.staff_group,
        alone=p.staff_alone, bodycam=p.staff_bodycam, bodycam_near=p.staff_bodycam_near, trained=p.staff_trained,
        camera=p.staff_camera, verbal=p.staff_verbal, record_serious=p.report_staff_serious,
        record_verbal=p.report_staff_verbal, checks_per_min=p.staff_checks_per_hour / hour,
        refused_per_min=p.staff_refused_per_hour / hour, late_per_min=p.staff_late_per_hour / hour,
        late_s=p.aggression_conflict_delay_s, dodge_share=dodge_share(layout, p), gate_dispute=p.staff_gate_dispute,
        gate_transit_s=p.staff_gate_transit_s, reach_m=p.staff_reach_m, colleague_m=p.staff_colleague_m,
        big_group=int(p.staff_big_group),
    )  # fmt: skip


def make_meeting(layout: Layout, world: World, visits: Visits) -> Meeting:
    """Return where gates stand, each with the nearest 1 m cell of its level, and the size of each visit's group."""
    g = world.grid
    gates = [(spot.level, spot.x, spot.y) for spot in layout.spots if spot.kind == "gate"]
    for line in layout.gate_lines:
        if line.closed:
            middles = [np.mean(gate.box_b, axis=0) for gate in gates_of(line)]
            gates += [(line.level, float(x), float(y)) for x, y in middles]
    far = [np.where(g.cell_level == level, np.hypot(g.cell_x - x, g.cell_y - y), np.inf) for level, x, y in gates]
    points = records(
        POINT, len(gates), x=[x for _, x, _ in gates], y=[y for *_, y in gates], cell=[d.argmin() for d in far]
    )
    return Meeting(points, visits.group.astype(np.int64))


def send_away(station: "Station", guard: "Guard", offender: int) -> bool:
    """Add the contact in which a unit sends somebody away; return whether the unit was attacked."""
    part, guards = station.handle, station.guards
    ground, fields, numbers = part("ground"), part("fields"), part("contacts")
    drunk = float(station.offenders.rows["intoxicated"][offender])
    group = float(station.offenders.rows["members"][offender] >= station.staff.big_group)
    serious, verbal = chances(guard.row, station.staff.removal, drunk, group, guards, ground, fields, numbers)
    return bool(
        book(
            guard.row, station.clock_s, 1.0, serious, verbal, guards, ground, fields, part("tally"),
            station.day, station.seed, int(Purpose.STAFF_CONTACT), numbers,
        )
    )  # fmt: skip


def count_dodgers(tally: Tally, inputs: Inputs, visits: Visits, access_zone: NDArray[np.int16]) -> None:
    """Add expected and drawn entries without a ticket, by hour, gender and zone of who enters.

    Args:
        access_zone: zone of each access.
    """
    first, last = inputs.window
    who = np.flatnonzero((visits.role == BOARDER) & (visits.appear_s >= first) & (visits.appear_s < last))
    hour = np.minimum(visits.appear_s[who] // _HOUR - FIRST_HOUR, HOURS - 1).astype(np.int64)
    at = (np.full(len(who), DODGING), hour, visits.gender[who], access_zone[visits.access[who]])
    np.add.at(tally.expected, at, visits.fare_rate[who])
    np.add.at(tally.sampled, at, (visits.dodge[who] != FARE_PAID).astype(float))


def _logit(chance: float) -> float:
    return log(chance / (1 - chance))
