"""The control room: takes what is called in, handles it, and sends the unit that can be there first (science.md 5)."""

from math import exp
from typing import TYPE_CHECKING

from scipy.special import ndtri

from model.day.dispatch import ANSWERING, send_first
from model.day.incidents import luck
from model.randomness import Purpose

if TYPE_CHECKING:
    from model.day.response import Case
    from model.station import Station


class ControlRoom:
    """One room for the whole station.

    Attributes:
        waiting: cases for which no unit was free, in the order in which they were handled.
        calls, sent: how many cases were called in, and to how many a unit was sent from here.
    """

    def __init__(self, station: "Station") -> None:
        self.station = station
        self.waiting: list[Case] = []
        self._handled: list[tuple[float, int, Case]] = []
        self.calls = self.sent = 0

    def alert(self, case: "Case") -> None:
        """Somebody tells of an event; it is handled once, however many tell of it."""
        one, station = case.incident, self.station
        if one.alerted:
            return
        one.alerted = True
        self.calls += 1
        at = station.time + max(1, round(self.handling_s(case)))
        self._handled.append((at, self.calls, case))
        station.schedule_event(self.handle, at=at)

    def handling_s(self, case: "Case") -> float:
        """Return how long a call is handled, s: lognormal around its median, keyed on the event."""
        p = self.station.parameters
        normal = float(ndtri(luck(self.station, case.incident, Purpose.CONTROL_ROOM)))
        return float(p.respond_control_s * exp(p.respond_control_sd_log * normal))

    def handle(self) -> None:
        """Send somebody to the events that have been handled by now."""
        now = self.station.time
        due = sorted(entry for entry in self._handled if entry[0] <= now)
        self._handled = [entry for entry in self._handled if entry[0] > now]
        for _, _, case in due:
            self._send(case)

    def _send(self, case: "Case") -> None:
        """Send the first free unit to an event that goes on; let it wait when there is none."""
        if not case.incident.lasts(self.station.time):
            return
        units = [u for u in self.station.guard_agents if u.free and u.duty.kind in ANSWERING]
        if send_first(self.station, case, units) is None:
            self.waiting.append(case)
        else:
            self.sent += 1

    def unit_free(self) -> None:
        """A unit is free again: send it to the event that has waited longest."""
        while self.waiting:
            case = self.waiting.pop(0)
            if case.incident.lasts(self.station.time):
                self._send(case)
                return

    def forget(self, case: "Case") -> None:
        """An event is over."""
        self.waiting = [other for other in self.waiting if other is not case]
