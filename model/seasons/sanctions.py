"""What becomes of offenders whom a unit has stopped: they expect guards more, or stay out for a while (science.md 5).

Who was warned or fined expects guards more at every hour and place, until visits teach otherwise. Who was sent away is
banned from the station, who was arrested stays out; both come back when the time is over. A simulated day stands for
several: on the others as many are stopped, other people of the same pool, by luck of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.day.demand import Floats
from model.day.incidents import STOPPED, Incident
from model.kernels.state import Offenders
from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniform
from model.results import EVENT_OUTCOMES, INCIDENT_TYPES

STOP: Final = np.dtype([("kind", "i1"), ("person", "i4"), ("outcome", "i1")])  # of a pool; of EVENT_OUTCOMES
NOBODY: Final = np.zeros(0, STOP)


class Stopped(NamedTuple):
    """Somebody of a pool, and what was done."""

    kind: str
    person: int
    outcome: str


def stopped_in(incidents: list[Incident], offenders: Offenders) -> NDArray[np.void]:
    """Return who was stopped by a unit on a day, one STOP row each, in order of time.

    Who was sent away without having been asked for a name may be back the next day.
    """
    rows = [
        (INCIDENT_TYPES.index(one.kind), offenders.rows["person"][one.offender], EVENT_OUTCOMES.index(one.outcome))
        for one in incidents
        if one.outcome in STOPPED and (one.named or one.outcome != "removed")
    ]
    return np.array(rows, STOP)


@dataclass
class Sanctions:
    """Who of the pools may come.

    Attributes:
        free_from: by type, the day of the season from which each person of the pool may come again.
    """

    free_from: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def none(cls, persons: Mapping[str, int]) -> "Sanctions":
        """Return the state in which everybody may come."""
        return cls({kind: np.full(persons[kind], -np.inf) for kind in INCIDENT_TYPES})

    def there(self, day: int, times: int) -> dict[str, Floats]:
        """Return the share of the days ``day`` to ``day + times`` on which each person may come, 0 to 1."""
        return {
            kind: np.clip((day + times - np.ceil(np.maximum(since, day))) / times, 0, 1)
            for kind, since in self.free_from.items()
        }

    def out(self, day: float) -> int:
        """Return how many people may not come on a day."""
        return int(sum((since > day).sum() for since in self.free_from.values()))

    def stop(self, who: list[Stopped], day: int, p: Parameters, ban_days: float | None = None) -> None:
        """Keep those out from the next day on who were arrested or sent away on a day.

        Args:
            ban_days: how long who was sent away stays out; None: the parameter.
        """
        ban = p.respond_ban_days if ban_days is None else ban_days
        for one in who:
            days = {"arrested": p.respond_arrest_days, "removed": ban}.get(one.outcome, 0)
            if days:
                since = self.free_from[one.kind]
                since[one.person] = max(since[one.person], day + 1 + days)


def on_day(
    rows: NDArray[np.void], repetition: int, sanctions: Sanctions, day: int, seed: int, number: int
) -> list[Stopped]:
    """Return who is stopped on one of the days that a simulated one stands for.

    Args:
        rows: STOP rows of the simulated day.
        repetition: 0 is the simulated day itself; on the others the same is done to other people who may come.
        day: of the season.  number: of the simulated day, key of its luck.
    """
    found = []
    for n, row in enumerate(rows):
        kind, outcome = INCIDENT_TYPES[row["kind"]], EVENT_OUTCOMES[row["outcome"]]
        person = int(row["person"])
        if repetition:
            about = np.flatnonzero(sanctions.free_from[kind] <= day)
            if not len(about):
                continue
            entity = entity_of(f"stopped {kind}")
            u = uniform(seed, int(Purpose.STOPPED), number, entity, n, repetition)
            person = int(about[int(u * len(about))])
        found.append(Stopped(kind, person, outcome))
    return found


def expect_more(belief: Mapping[str, Floats], who: list[Stopped], p: Parameters) -> dict[str, Floats]:
    """Return what the pools expect of guards after some of them were warned or fined, (persons, bands, kinds)."""
    after = dict(belief)
    for kind in {one.kind for one in who}:
        after[kind] = belief[kind].copy()
    for one in who:
        rise = {"warned": p.respond_belief_warned, "fined": p.respond_belief_fined}.get(one.outcome, 0)
        after[one.kind][one.person] = np.minimum(1, after[one.kind][one.person] + rise)
    return after


def weeks_before(p: Parameters) -> int:
    """Return after how many weeks as many come back as are stopped."""
    week = p.season_days_weekday + p.season_days_weekend_evening + p.season_days_sunday
    return ceil(max(p.respond_arrest_days, p.respond_ban_days) / week)
