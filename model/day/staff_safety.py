"""How safe staff feels on duty: every few minutes each unit is asked, where it is and with what it has met."""

from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from model.inputs.roster import GUARD_KINDS
from model.kernels.duty import Work, staff_score
from model.parameters import Parameters
from model.results import HOURS

if TYPE_CHECKING:
    from model.station import Station


def work_terms(p: Parameters) -> Work:
    """Return the terms that only staff has, points at score 7."""
    return Work(alone=p.staff_feel_alone, body_cam=p.staff_feel_bodycam, colleague=p.staff_feel_colleague)


class StaffSafety:
    """Asks all units on duty and keeps the sums of the day: scores and answers, (hours, kinds of duty).

    A contact is an event that the unit went to. It costs points at once, which fade with the half-life of shocks.
    """

    def __init__(self, station: "Station") -> None:
        self.station = station
        self.work = work_terms(station.parameters)
        self.shock = [0.0] * len(station.guard_agents)
        self.met = [0] * len(station.guard_agents)
        self._asked_s = station.time
        self.score = np.zeros((HOURS, len(GUARD_KINDS)))
        self.asked = np.zeros((HOURS, len(GUARD_KINDS)))

    def ask(self) -> None:
        """Ask every unit on duty at this moment."""
        station, p, part = self.station, self.station.parameters, self.station.handle
        keep = exp(-log(2) * (station.time - self._asked_s) / p.feel_shock_half_s)
        self._asked_s = station.time
        hour = int(station.fields.clock[1])
        for k, guard in enumerate(station.guard_agents):
            self.shock[k] = keep * self.shock[k] + p.staff_feel_contact * (guard.met - self.met[k])
            self.met[k] = guard.met
            if not station.guards["on"][guard.row] or hour < 0:
                continue
            score = staff_score(
                guard.row, float(guard.duty.is_alone), float(guard.duty.body_cam), self.shock[k], part("ground"),
                part("fields"), part("presence"), station.guards, part("offenders"), station.loud, part("feeling"),
                self.work,
            )  # fmt: skip
            self.score[hour, station.guards["kind"][guard.row]] += score
            self.asked[hour, station.guards["kind"][guard.row]] += 1
