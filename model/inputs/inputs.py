"""What one day is made of: frozen, validated, compared by value."""

import datetime
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from model.inputs.follow_up import AS_USUAL as FOLLOW_UP_AS_USUAL
from model.inputs.follow_up import FollowUp
from model.inputs.layout import Layout
from model.inputs.population import Population
from model.inputs.reporting import AS_USUAL as REPORTING_AS_USUAL
from model.inputs.reporting import Reporting
from model.inputs.roster import Roster
from model.inputs.timetable import Timetable
from model.inputs.upkeep import USUAL_UPKEEP, Upkeep
from model.parameters import Parameters

Slow = Literal["own", "base"]
DAY_START_S = 5 * 3600
DAY_END_S = 25 * 3600


@dataclass(frozen=True, slots=True)
class Inputs:
    """Station, trains, people, roster and parameters of one day.

    Args:
        window: first and last second of the day that are simulated, for example (64800, 90000).
        slow: where slow states (offender beliefs) start: at this scenario's own long-run value or,
            ``base``, at the long-run value of ``base_roster`` (the first day of a measure).
        upkeep: cleaning and repair.
        base_upkeep: the upkeep under which the disorder of the zones was told; None: ``upkeep`` itself.
    """

    layout: Layout
    timetable: Timetable
    population: Population
    roster: Roster
    parameters: Parameters
    date: datetime.date
    window: tuple[int, int] = (DAY_START_S, DAY_END_S)
    slow: Slow = "own"
    base_roster: Roster | None = None
    reporting: Reporting = REPORTING_AS_USUAL
    follow_up: FollowUp = FOLLOW_UP_AS_USUAL
    upkeep: Upkeep = USUAL_UPKEEP
    base_upkeep: Upkeep | None = None

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)
