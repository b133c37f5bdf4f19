"""Doses as duties: visits at moments of the day, a factor on the usual roster, what staff wear."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Final

import numpy as np

from calibration.trials.description import WEEK_DAYS, Dose, StaffDose, UsualDose, VisitsDose
from calibration.trials.reader import TreatedArm
from calibration.trials.sites import Unit
from model.inputs.inputs import Inputs
from model.inputs.roster import Duty, Roster
from model.randomness import Purpose, entity_of, uniforms

LEAST_VISIT_S: Final = 10
_MINUTE: Final = 60

Intervals = tuple[tuple[int, int], ...]


def holds(dose: Dose, week: float) -> bool:
    """Return whether a dose is given in a week of the trial."""
    return dose.weeks is None or dose.weeks[0] <= week < dose.weeks[1]


def dosed_days(arms: Sequence[TreatedArm]) -> int:
    """Return on how many days a week an arm gets its visits; 7 when no dose keeps to some days."""
    return max((dose.days_a_week for arm in arms for dose in arm.visits), default=WEEK_DAYS)


def moments(dose: VisitsDose, unit: Unit, seed: int, day: int) -> Intervals:
    """Return begin and end of each visit of a day, in seconds: one in each equal part of the hours, at a drawn moment.

    The same unit gets the same moments in every arm. Visits that fill their part begin with it.
    """
    first, last = dose.hours
    part, length = (last - first) / dose.visits_a_day, min(dose.minutes * _MINUTE, (last - first) / dose.visits_a_day)
    entity = np.full(dose.visits_a_day, entity_of(f"{unit.name} {dose.who} {first}-{last}"), np.int64)
    number = np.arange(dose.visits_a_day, dtype=np.int64)
    luck = uniforms(seed, int(Purpose.DOSE), day if dose.order == "random" else 0, entity, number, 0)
    begin = first + part * number + luck * (part - length)
    return tuple((round(b), round(b + length)) for b in begin)


def dosed(
    inputs: Inputs, arm: TreatedArm, units: Sequence[Unit], *, week: float, visited: bool, seed: int, day: int
) -> Inputs:
    """Return the inputs of a day of an arm, its measures already in them.

    Args:
        units: those that are treated.
        week: of the trial.
        visited: whether this is a day with visits.
    """
    roster = inputs.roster
    for dose in arm.doses:
        if not holds(dose, week):
            continue
        if isinstance(dose, VisitsDose):
            more = [duty for unit in units for duty in _visits(dose, unit, seed, day)] if visited else []
            roster = replace(roster, duties=(*roster.duties, *more))
        elif isinstance(dose, UsualDose):
            roster = _scaled(roster, dose)
        else:
            roster = _equipped(roster, dose)
    return inputs.replace(roster=roster)


def _visits(dose: VisitsDose, unit: Unit, seed: int, day: int) -> list[Duty]:
    zones = tuple(zone for ring in unit.rings[: dose.ring + 1] for zone in ring)
    stop = dose.minutes if dose.stop_minutes is None else dose.stop_minutes
    return [
        Duty(
            f"dose {dose.who} {unit.name} {k}", dose.who, begin, max(end, begin + 1), zones,
            visit_s=max(LEAST_VISIT_S, round(stop * _MINUTE)), body_cam=dose.body_cam,
        )
        for k, (begin, end) in enumerate(moments(dose, unit, seed, day))
    ]  # fmt: skip


def _scaled(roster: Roster, dose: UsualDose) -> Roster:
    """Return the roster with other minutes in all and other numbers of visits, for the kinds that are meant."""
    duties: list[Duty] = []
    for duty in roster.duties:
        if dose.who and duty.kind not in dose.who:
            duties.append(duty)
            continue
        stop = max(LEAST_VISIT_S, round(duty.visit_s * dose.minutes / dose.visits))
        span = duty.end_s - duty.start_s
        for k in range(ceil(dose.minutes)):
            share = min(1.0, dose.minutes - k)
            name = duty.id if k == 0 else f"{duty.id} again {k}"
            duties.append(replace(duty, id=name, end_s=duty.start_s + max(1, floor(share * span)), visit_s=stop))
    return replace(roster, duties=tuple(duties))


def _equipped(roster: Roster, dose: StaffDose) -> Roster:
    """Return the roster in which a share of the duties wears or knows something; which ones hangs on their names."""
    meant = [duty.id for duty in roster.duties if not dose.who or duty.kind in dose.who]
    chosen = set(sorted(meant, key=entity_of)[: ceil(dose.share * len(meant))])
    given = {
        name: value
        for name in ("body_cam", "trained", "checks_tickets")
        if (value := getattr(dose, name)) is not None
    }
    duties = tuple(replace(duty, **given) if duty.id in chosen else duty for duty in roster.duties)
    return replace(roster, duties=duties)
