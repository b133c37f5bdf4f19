"""What changes between the days of a season: what offenders expect, what lies about and is broken (3.4, 4.5).

Litter, tags and faults go on under the crowd and the vandalism of each day, compared with those of the base's first
week: at that pace the place keeps the disorder that its layout tells. Everybody of the pools of offenders carries a
belief for each band of hours and kind of zone: what the visits of a simulated day saw teaches their people, and through
them their peers, as often as the day stands for others; hours and places with fewer people lose appeal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.day.demand import Floats, train_means
from model.day.entry import BAND_OF_HOUR, BANDS, SHAPE, Expectations, learned, noticed_demand
from model.day.guardianship import long_run_belief
from model.day.offending import pool_sizes
from model.day.past import Past
from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS
from model.results import INCIDENT_TYPES
from model.seasons.days import DayKind, DayPage
from model.world.disorder import Care, Load, Sources, make_care, upkeep_of, walk_days
from model.world.world import World

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
        expect: what everybody of the pools of offenders knows.
        seconds: person-seconds by band of hours and kind of zone of the base's first days.
    """

    load: Load
    sources: Sources
    crowd: Floats
    vandalism: Floats
    visits: float
    expect: Expectations
    seconds: Mapping[DayKind, Floats]
    day: int = 0
    disorder: float = float("nan")

    def past(self, inputs: Inputs, times: int) -> Past:
        """Return with what a day begins: its disorder is the mean over the days that it stands for."""
        more = np.sum(train_means(inputs)) / self.visits if self.visits > 0 else 1
        path, _ = walk_days(
            self.load, self.sources, care_of(inputs), inputs.parameters, times,
            minutes=self.sources.minutes * more, since_d=self.day,
        )  # fmt: skip
        sizes = pool_sizes(inputs)
        belief = {kind: every[: sizes[kind]] for kind, every in self.expect.belief.items()}
        return Past(expect=Expectations(belief, self.expect.appeal), disorder=path)

    def after(self, inputs: Inputs, kind: DayKind, page: DayPage, times: int) -> None:
        """Carry the states over the days that a simulated day stands for."""
        minutes = self.sources.minutes * ratio(crowd_of(page), self.crowd)
        tags = self.sources.tags * self.sources.scale * ratio(acts_of(page), self.vandalism)
        path, self.load = walk_days(
            self.load, self.sources, care_of(inputs), inputs.parameters, times,
            minutes=minutes, tags=tags, since_d=self.day,
        )  # fmt: skip
        self.day += times
        self.disorder = float(path.mean())
        for _ in range(times):
            self._learn(inputs, kind, page)

    def _learn(self, inputs: Inputs, kind: DayKind, page: DayPage) -> None:
        """Let offenders learn from a day; who of a pool cannot come on such a day learns nothing."""
        p, sizes, every = inputs.parameters, pool_sizes(inputs), self.expect.belief
        some = Expectations({k: every[k][: sizes[k]] for k in every}, self.expect.appeal)
        some = learned(some, page.seen, sizes, p)
        some = noticed_demand(some, seconds_by_band(inputs, page), self.seconds[kind], p.belief_rate)
        belief = {k: np.concatenate([some.belief[k], every[k][sizes[k] :]]) for k in every}
        self.expect = Expectations(belief, some.appeal)

    def belief(self) -> float:
        """Return what is expected of guards after 19:00, the mean over types, people and kinds of zones, 0..1."""
        late = [i for i, band in enumerate(BANDS) if band in ("19-22", "22-01")]
        return float(np.mean([every[:, late].mean() for every in self.expect.belief.values()]))


def long_run(
    base: Mapping[DayKind, Inputs], world: World, pages: Mapping[DayKind, DayPage], times: Mapping[DayKind, int]
) -> Slow:
    """Return the slow states before the first week: long settled under the base.

    Args:
        base: inputs of the base's first days.  world: fields of the first of them.
        pages: what they left.  times: days that each stands for.
    """
    first, whole = next(iter(base.values())), sum(times.values())
    sources, _, load = upkeep_of(first)
    sizes = [pool_sizes(inputs) for inputs in base.values()]
    alike = Expectations.alike(long_run_belief(first, world))
    belief = {k: np.repeat(alike.belief[k], max(size[k] for size in sizes), axis=0) for k in INCIDENT_TYPES}
    return Slow(
        load=load,
        sources=sources,
        crowd=np.asarray(sum(times[k] * crowd_of(page) for k, page in pages.items()) / whole),
        vandalism=np.asarray(sum(times[k] * acts_of(page) for k, page in pages.items()) / whole),
        visits=float(sum(times[k] * np.sum(train_means(inputs)) for k, inputs in base.items()) / whole),
        expect=Expectations(belief, alike.appeal),
        seconds={kind: seconds_by_band(base[kind], page) for kind, page in pages.items()},
    )


def seconds_by_band(inputs: Inputs, page: DayPage) -> Floats:
    """Return the person-seconds of a day by band of hours and kind of zone."""
    table = np.zeros(SHAPE)
    kinds = np.array([ZONE_KINDS.index(zone.kind) for zone in inputs.layout.zones])
    np.add.at(table, (BAND_OF_HOUR[:, None], kinds[None, :]), page.present.sum(axis=1))
    return table


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
