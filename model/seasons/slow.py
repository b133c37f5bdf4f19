"""What changes between the days of a season: what lies about, is written on walls and is broken (science.md 3.4).

Litter, tags and faults go on under the crowd and the vandalism of each day, compared with those of the base's first
week: at that pace the place keeps the disorder that its layout tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.day.demand import Floats, train_means
from model.day.past import Past
from model.inputs.inputs import Inputs
from model.results import INCIDENT_TYPES
from model.seasons.days import DayKind, DayPage
from model.world.disorder import Care, Load, Sources, make_care, upkeep_of, walk_days

_VANDALISM = INCIDENT_TYPES.index("vandalism")


@dataclass
class Slow:
    """The slow states of a station at 05:00 of the next day.

    Attributes:
        load: litter, tags and faults of each zone.
        sources: what an average day of the base brings.
        crowd: (zones,) person-seconds, vandalism: (zones,) expected acts, of a mean day of the base's first week.
        visits: expected visits of a mean day of that week.
        day: days since the begin, for rounds of cleaning that do not come daily.
        disorder: mean of hours and zones over the last days, 0..1.
    """

    load: Load
    sources: Sources
    crowd: Floats
    vandalism: Floats
    visits: float
    day: int = 0
    disorder: float = float("nan")

    def past(self, inputs: Inputs, times: int) -> Past:
        """Return with what a day begins: its disorder is the mean over the days that it stands for."""
        more = np.sum(train_means(inputs)) / self.visits if self.visits > 0 else 1
        path, _ = walk_days(
            self.load, self.sources, care_of(inputs), inputs.parameters, times,
            minutes=self.sources.minutes * more, since_d=self.day,
        )  # fmt: skip
        return Past(disorder=path)

    def after(self, inputs: Inputs, page: DayPage, times: int) -> None:
        """Carry the states over the days that a simulated day stands for."""
        minutes = self.sources.minutes * ratio(crowd_of(page), self.crowd)
        tags = self.sources.tags * self.sources.scale * ratio(acts_of(page), self.vandalism)
        path, self.load = walk_days(
            self.load, self.sources, care_of(inputs), inputs.parameters, times,
            minutes=minutes, tags=tags, since_d=self.day,
        )  # fmt: skip
        self.day += times
        self.disorder = float(path.mean())


def long_run(base: Mapping[DayKind, Inputs], pages: Mapping[DayKind, DayPage], times: Mapping[DayKind, int]) -> Slow:
    """Return the slow states before the first week: long settled under the base.

    Args:
        base: inputs of the base's first days.  pages: what they left.  times: days that each stands for.
    """
    sources, _, load = upkeep_of(next(iter(base.values())))
    whole = sum(times.values())
    return Slow(
        load=load,
        sources=sources,
        crowd=np.asarray(sum(times[k] * crowd_of(page) for k, page in pages.items()) / whole),
        vandalism=np.asarray(sum(times[k] * acts_of(page) for k, page in pages.items()) / whole),
        visits=float(sum(times[k] * np.sum(train_means(inputs)) for k, inputs in base.items()) / whole),
    )


def crowd_of(page: DayPage) -> Floats:
    """Return the person-seconds of a day by zone."""
    return np.asarray(page.present.sum(axis=(0, 1)))


def acts_of(page: DayPage) -> Floats:
    """Return the expected acts of vandalism of a day by zone."""
    return np.asarray(page.expected[_VANDALISM].sum(axis=(0, 1)))


def care_of(inputs: Inputs) -> Care:
    """Return who cleans and repairs on this day."""
    return make_care(inputs.layout.zones, inputs.population, inputs.upkeep, inputs.parameters)


def ratio(now: Floats, base: Floats) -> Floats:
    """Return how much more there is than in the base; 1 where the base has nothing."""
    return np.divide(now, base, out=np.ones(len(base)), where=base > 0)
