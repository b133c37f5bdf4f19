"""What follows an incident, from its first second to its end (science.md 5), each step a Mesa event.

Fear of those who were there; a bystander who helps; a guard who notices it, an operator who does; a call; the control
room, which sends somebody; a unit that comes in time, or late; and what it does.
"""

from math import exp, hypot, inf, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri

from model.day.detection import BRIEF
from model.day.dispatch import ANSWERING, send
from model.day.incidents import Incident, luck
from model.day.reporting import later_chance, report_chance, severe_share
from model.day.staff_contacts import send_away
from model.inputs.roster import Duty
from model.kernels.hazard import bystanders_at
from model.kernels.noticing import call_chance, help_chance
from model.kernels.offending import GONE
from model.kernels.presence import sees
from model.randomness import Purpose
from model.results import GENDER_SLOTS, INCIDENT_TYPES, WATCHERS

if TYPE_CHECKING:
    from model.people.enforcers import Guard
    from model.station import Station

FRIGHTENING = ("harassment_contact", "harassment_approach", "aggression")
VISIBLE = ("aggression", "nuisance")
LATE_CALL = ("theft",)  # types that the victim notices at the end
LOOK_S = 60  # guards in sight are looked up anew at each full minute
# which of the draws about the outcome: is it interrupted, how does it end, does the offender go home after it
INTERRUPTS, ENDS, LEAVES = 0, 1, 2
REPORTS, WRITES = 0, 1


class Contact(NamedTuple):
    """A unit speaks to somebody who makes trouble: an occasion for aggression against staff (science.md 4.3)."""

    second: int
    guard: int  # row
    offender: int  # row
    cause: str  # "removal"
    kind: str  # type of the incident
    zone: int


def answer_events(station: "Station") -> None:
    """Begin all incidents that were drawn since the last time, in order."""
    events = station.happenings
    for event in events.rows[: int(events.count[0])]:
        case = Case(station, _incident(station, event))
        station.cases.append(case)
        case.begin()
    events.count[0] = 0


def _incident(station: "Station", event: np.void) -> Incident:
    """Return a drawn event with its length and severity."""
    p, offender, victim = station.parameters, int(event["offender"]), int(event["victim"])
    kind, cell, begin = INCIDENT_TYPES[event["kind"]], int(event["cell"]), int(event["time_s"])
    entity = int(station.offenders.rows["entity"][offender])
    gender = int(station.crowd.people["gender"][victim]) if victim >= 0 else GENDER_SLOTS.index("none")
    one = Incident(
        kind=kind, offender=offender, entity=entity, victim=victim, gender=gender,
        zone=int(station.ground.cells["zone"][cell]), cell=cell, x=float(event["x"]), y=float(event["y"]),
        begin_s=begin, end_s=begin,
    )  # fmt: skip
    spread = 0 if kind in BRIEF else p.duration_sd_log
    normal = ndtri(luck(station, one, Purpose.EVENT_DURATION))
    one.end_s = begin + max(1, round(p[f"{kind}_duration_s"] * exp(spread * float(normal))))
    one.severe = luck(station, one, Purpose.SEVERITY) < severe_share(p, kind)
    return one


class Case:
    """An incident that goes on: what happens to it is put on the calendar of the station."""

    def __init__(self, station: "Station", incident: Incident) -> None:
        self.station, self.incident = station, incident
        self.witness: Guard | None = None  # who will have noticed it

    # -- its first second ---------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Work out who is there, who helps, who will notice it and who will call."""
        station, one = self.station, self.incident
        numbers, kind = station.noticing, INCIDENT_TYPES.index(one.kind)
        part, reach = station.handle, numbers.bystander_reach
        around = int(bystanders_at(part("ground"), part("presence"), one.cell, reach))
        one.bystanders = max(0, around - (one.victim >= 0))
        if one.kind in FRIGHTENING:
            frighten(station, one.victim, one.cell)
        staff = any(True for _ in self._in_sight(one.cell, one.x, one.y))
        if luck(station, one, Purpose.BYSTANDER) < help_chance(kind, one.bystanders, part("noticing")):
            one.helped, one.outcome = True, "helped"
            one.end_s = one.begin_s + max(1, round((one.end_s - one.begin_s) * numbers.help_at))
        if one.kind in VISIBLE:
            self._be_seen()
        station.schedule_event(self.end, at=max(one.end_s, station.time))
        self._plan_call(kind, staff)
        self._plan_operator()
        self.look()

    def _be_seen(self) -> None:
        """Be loud until the end, and in a share of cases go home after it."""
        rows, one = self.station.offenders.rows, self.incident
        rows["loud_until_s"][one.offender] = one.end_s
        if luck(self.station, one, Purpose.OUTCOME, LEAVES) < self.station.parameters[f"{one.kind}_leave"]:
            rows["leave_s"][one.offender] = min(rows["leave_s"][one.offender], one.end_s)

    def _plan_call(self, kind: int, staff: bool) -> None:
        """Draw whether somebody calls while it lasts, and whether a traveller reports it at all."""
        station, one, p = self.station, self.incident, self.station.parameters
        if luck(station, one, Purpose.CALL) < call_chance(kind, one.cell, one.bystanders, station.handle("noticing")):
            share = 1 if one.kind in LATE_CALL else luck(station, one, Purpose.CALL, 1)
            one.called_s = one.begin_s + max(1, round(share * (one.end_s - one.begin_s)))
            one.reported = True
            station.schedule_event(self.call, at=max(one.called_s, station.time))
        whole = report_chance(
            p, one.kind, gender=GENDER_SLOTS[one.gender], severity=float(one.severe), staff=staff,
            reporting=station.inputs.reporting,
        )  # fmt: skip
        one.reported |= luck(station, one, Purpose.REPORT, REPORTS) < later_chance(p, one.kind, whole)
        one.recorded |= one.reported

    def _plan_operator(self) -> None:
        """Draw when an operator notices it on a watched camera, if before its end."""
        station, one = self.station, self.incident
        rate = float(station.noticing.operator[0] * station.fields.cells["watched"][one.cell])
        if rate > 0:
            after = -log(luck(station, one, Purpose.OPERATOR)) / rate
            if one.lasts(one.begin_s + after):
                station.schedule_event(self.seen_by_operator, at=max(one.begin_s + int(after) + 1, station.time))

    # -- who notices --------------------------------------------------------------------------------------------------

    def _in_sight(self, cell: int, x: float, y: float) -> "list[Guard]":
        """Return the guards who have a place in sight and in reach."""
        guards, cells, mask = self.station.guards, self.station.ground.cells, self.station.ground.mask
        found = []
        for unit in self.station.guard_agents:
            row = unit.row
            if not guards["on"][row] or hypot(guards["x"][row] - x, guards["y"][row] - y) > guards["reach"][row]:
                continue
            at = guards["cell"][row]
            if sees(mask, cell, cells["ix"][cell], cells["iy"][cell], cells["ix"][at], cells["iy"][at]):
                found.append(unit)
        return found

    def look(self) -> None:
        """Draw who of the guards in sight notices it before the next full minute; then look again."""
        station, one = self.station, self.incident
        now = max(int(station.time), one.begin_s)
        if one.seen or not one.lasts(now):
            return
        until = (now // LOOK_S + 1) * LOOK_S
        cell, x, y = self._where()
        rate, first, first_s = station.parameters[f"respond_see_{one.kind}"], None, inf
        for unit in self._in_sight(cell, x, y):
            after = -log(luck(station, one, Purpose.DETECTION, unit.entity, now)) / rate if rate > 0 else inf
            if after < first_s:
                first, first_s = unit, after
        if first is not None and now + first_s < min(until, one.end_s):
            self.witness = first
            station.schedule_event(self.seen_by_guard, at=now + int(first_s) + 1)
        elif until < one.end_s:
            station.schedule_event(self.look, at=until)

    def _where(self) -> tuple[int, float, float]:
        """Return cell and place of the event now: people who make trouble in sight may walk about."""
        one, rows = self.incident, self.station.offenders.rows
        if one.kind not in VISIBLE:
            return one.cell, one.x, one.y
        row = one.offender
        return int(rows["cell"][row]), float(rows["x"][row]), float(rows["y"][row])

    def seen_by_guard(self) -> None:
        """A guard notices it: goes there when free and able, else tells the control room."""
        station, one, unit = self.station, self.incident, self.witness
        if unit is None or not self._notice(unit.duty.kind):
            return
        able = unit.duty.kind in ANSWERING and unit.free
        if not (able and one.lasts(station.time) and send(station, unit, self)):
            station.control_room.alert(self)

    def seen_by_operator(self) -> None:
        """An operator notices it: speaks to a loiterer over the loudspeaker, and alerts the control room."""
        station, one = self.station, self.incident
        if not one.lasts(station.time):
            return
        self._notice(WATCHERS[-1])
        if one.kind == "nuisance" and luck(station, one, Purpose.ANNOUNCEMENT) < station.parameters.respond_announce:
            self.finish("announced")
            return
        station.control_room.alert(self)

    def _notice(self, who: str) -> bool:
        """Note who has noticed it first and whether it is written down; False when somebody had, or it is over."""
        station, one, p = self.station, self.incident, self.station.parameters
        if one.seen:
            return False
        one.seen_by, one.seen_s = who, int(station.time)
        share = p.record_operator if who == WATCHERS[-1] else p.record_guard
        one.recorded |= luck(station, one, Purpose.REPORT, WRITES) < share
        return True

    def call(self) -> None:
        """A traveller calls."""
        self.station.control_room.alert(self)

    # -- its end ------------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """It is over by itself: nobody needs to come any more."""
        if self.station.time >= self.incident.end_s:
            self.station.control_room.forget(self)

    def finish(self, outcome: str) -> None:
        """Somebody has ended it."""
        one = self.incident
        one.outcome, one.end_s = outcome, int(self.station.time)
        if one.kind in VISIBLE:
            self.station.offenders.rows["loud_until_s"][one.offender] = one.end_s
        self.station.control_room.forget(self)

    def arrival(self, unit: "Guard") -> float:
        """A unit stands where the event is, or was. Returns how long it is busy with it, s."""
        station, one, p = self.station, self.incident, self.station.parameters
        kind = unit.duty.kind
        one.came, one.came_s = kind, int(station.time)
        if not one.lasts(station.time):
            return float(p.patrol_pause_s)
        self._notice(kind)
        if one.kind in VISIBLE:
            station.contacts.append(Contact(int(station.time), unit.row, one.offender, "removal", one.kind, one.zone))
            if send_away(station, unit, one.offender):
                frighten(station, -1, int(station.guards["cell"][unit.row]))
        if luck(station, one, Purpose.OUTCOME, INTERRUPTS) >= p.respond_interrupt:
            return float(p.patrol_pause_s)
        outcome, one.named = outcome_of(station, one, unit.duty), "ask" in unit.duty.may
        self.finish(outcome)
        self._consequence(outcome)
        return float(p.respond_arrest_busy_s if outcome == "arrested" else p.patrol_pause_s)

    def _consequence(self, outcome: str) -> None:
        """Send away whom people see; of a concealed offender the survival of the copy has taken care (4.4)."""
        rows, one = self.station.offenders.rows, self.incident
        if one.kind not in VISIBLE or rows["state"][one.offender] == GONE:
            return
        if outcome == "arrested":
            rows["state"][one.offender] = GONE
        elif outcome == "removed":
            rows["leave_s"][one.offender] = one.end_s


def outcome_of(station: "Station", one: Incident, duty: Duty) -> str:
    """Return what a unit does that has interrupted an event: arrest, removal, fine, or a warning.

    Police arrest more often for aggression and theft; the other outcomes keep their proportions. Whom a unit other than
    police arrests it holds for the police. Who has not the power to do it warns instead.
    """
    p = station.parameters
    arrest = p.respond_arrest
    if duty.kind == "police" and one.kind in ("aggression", "theft"):
        arrest = p[f"respond_police_arrest_{one.kind}"]
    rest = (1 - arrest) / (1 - p.respond_arrest)
    u = luck(station, one, Purpose.OUTCOME, ENDS)
    for outcome, needs, share in (
        ("arrested", "hold", arrest), ("removed", "remove", rest * p.respond_remove),
        ("fined", "fine", rest * p.respond_fine),
    ):  # fmt: skip
        if u < share:
            return outcome if needs in duty.may else "warned"
        u -= share
    return "warned"


def frighten(station: "Station", victim: int, cell: int) -> None:
    """Put the shock of a victim and of witnesses on the people who are there (the stronger one counts)."""
    p, crowd, ground = station.parameters, station.crowd, station.ground
    if victim >= 0:
        crowd.people["shock"][victim] = min(crowd.people["shock"][victim], p.feel_shock_victim)
    ix, iy = ground.cells["ix"][cell], ground.cells["iy"][cell]
    for slot in crowd.order[: crowd.count[0]]:
        at = crowd.people["cell"][slot]
        if slot == victim or crowd.people["mode"][slot] == 0:
            continue
        far = hypot(ground.cells["ix"][at] - ix, ground.cells["iy"][at] - iy)
        if far <= p.feel_isolation_reach_m and sees(
            ground.mask, cell, ix, iy, ground.cells["ix"][at], ground.cells["iy"][at]
        ):
            crowd.people["shock"][slot] = min(crowd.people["shock"][slot], p.feel_shock_witness)
