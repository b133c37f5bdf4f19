"""The life of one drawn event, and the log of all events of a day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.randomness import Purpose, uniform
from model.results import EVENT, EVENT_LOG_MOST, EVENT_OUTCOMES, INCIDENT_TYPES, WATCHERS

if TYPE_CHECKING:
    from model.station import Station

STOPPED = ("warned", "fined", "removed", "arrested")  # by a unit that came


@dataclass(slots=True)
class Incident:
    """A drawn event from its first second to its end, and what others did about it.

    Attributes:
        offender: row; entity: key of its luck; victim: slot in the crowd or -1; gender: slot of GENDER_SLOTS.
        begin_s, end_s: first second, and the one at which it is over; somebody may end it earlier.
        severe: an assault, where the type has threats and assaults.
        seen_by: who noticed it first, a word of WATCHERS; came: who came in time.
        outcome: how it ended, a word of EVENT_OUTCOMES; named: who did it was asked for a name, and can be banned.
    """

    kind: str
    offender: int
    entity: int
    victim: int
    gender: int
    zone: int
    cell: int
    x: float
    y: float
    begin_s: int
    end_s: int
    bystanders: int = 0
    severe: bool = False
    helped: bool = False
    seen_by: str = WATCHERS[0]
    seen_s: int = -1
    called_s: int = -1
    alerted: bool = False
    came: str = WATCHERS[0]
    came_s: int = -1
    outcome: str = EVENT_OUTCOMES[0]
    named: bool = False
    recorded: bool = False
    reported: bool = False

    @property
    def seen(self) -> bool:
        """Whether a guard or an operator has noticed it."""
        return self.seen_by != WATCHERS[0]

    def lasts(self, second: float) -> bool:
        """Whether it goes on at a second."""
        return second < self.end_s


def event_log(incidents: list[Incident]) -> NDArray[np.void]:
    """Return the log of the first EVENT_LOG_MOST events of a day, EVENT rows in order of time."""
    kept = incidents[:EVENT_LOG_MOST]
    rows = np.zeros(len(kept), EVENT)
    for n, one in enumerate(kept):
        rows[n] = (
            one.begin_s, one.end_s, INCIDENT_TYPES.index(one.kind), one.zone, one.x, one.y, one.gender, one.entity,
            one.bystanders, one.severe, one.helped, WATCHERS.index(one.seen_by), one.seen_s, one.called_s,
            WATCHERS.index(one.came), one.came_s, EVENT_OUTCOMES.index(one.outcome), one.recorded, one.reported,
        )  # fmt: skip
    return rows


def luck(station: "Station", one: Incident, purpose: Purpose, k: int = 0, second: int | None = None) -> float:
    """Return a uniform keyed on the offender, which draw, and the first second of the event (or another one)."""
    t = one.begin_s if second is None else second
    return float(uniform(station.seed, int(purpose), station.day, one.entity, k, t))


def learned_counts(incidents: list[Incident]) -> dict[str, float]:
    """Return how many of the drawn events others learned of, and what was done about them."""

    def of(holds: Callable[[Incident], bool]) -> float:
        return float(sum(holds(one) for one in incidents))

    return {
        "events_helped": of(lambda one: one.helped),
        "events_detected": of(lambda one: one.seen),
        "events_recorded": of(lambda one: one.recorded),
        "events_reported": of(lambda one: one.reported),
        "events_called": of(lambda one: one.called_s >= 0),
        "events_attended": of(lambda one: one.came_s >= 0),
        "events_interrupted": of(lambda one: one.outcome in STOPPED),
        "events_arrested": of(lambda one: one.outcome == EVENT_OUTCOMES[-1]),
    }
