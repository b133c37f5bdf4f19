"""What changes between the days of a season: what offenders expect, what lies about and is broken (3.4, 4.5).

Litter, tags and faults go on under the crowd and the vandalism of each day, compared with those of the base's first
week: at that pace the place keeps the disorder that its layout tells. Everybody of the pools of offenders carries a
belief for each band of hours and kind of zone: what the visits of a simulated day saw teaches their people, and through
them their peers, as often as the day stands for others; hours and places with fewer people lose appeal. Whom a unit
has stopped expects more of guards, or stays out for a while (``model.seasons.sanctions``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from model.day.demand import Floats, train_means
from model.day.entry import BAND_OF_HOUR, BANDS, SHAPE, Expectations, learned, noticed_demand
from model.day.guardianship import long_run_belief
from model.day.offending import pool_sizes
from model.day.past import Past
from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS
from model.parameters import Parameters
from model.results import INCIDENT_TYPES
from model.seasons.days import DayKind, DayPage
from model.seasons.sanctions import Sanctions, Stopped, expect_more, on_day, weeks_before
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
        sanctions: who of the pools may not come.
        usual: what everybody expects of guards at first, (bands, kinds of zones).
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
    sanctions: Sanctions = field(default_factory=Sanctions)
    usual: Floats = field(default_factory=lambda: np.zeros(SHAPE))

    def past(self, inputs: Inputs, times: int) -> Past:
        """Return with what a day begins: its disorder is the mean over the days that it stands for."""
        more = np.sum(train_means(inputs)) / self.visits if self.visits > 0 else 1
        path, _ = walk_days(
            self.load, self.sources, care_of(inputs), inputs.parameters, times,
            minutes=self.sources.minutes * more, since_d=self.day,
        )  # fmt: skip
        sizes = pool_sizes(inputs)
        belief = {kind: every[: sizes[kind]] for kind, every in self.expect.belief.items()}
        there = {kind: every[: sizes[kind]] for kind, every in self.sanctions.there(self.day, times).items()}
        return Past(expect=Expectations(belief, self.expect.appeal, there), disorder=path)

    def after(self, inputs: Inputs, kind: DayKind, page: DayPage, times: int, seed: int, number: int) -> None:
        """Carry the states over the days that a simulated day stands for.

        Args:
            seed: of the study.  number: of the simulated day, key of its luck.
        """
        minutes = self.sources.minutes * ratio(crowd_of(page), self.crowd)
        tags = self.sources.tags * self.sources.scale * ratio(acts_of(page), self.vandalism)
        path, self.load = walk_days(
            self.load, self.sources, care_of(inputs), inputs.parameters, times,
            minutes=minutes, tags=tags, since_d=self.day,
        )  # fmt: skip
        self.disorder = float(path.mean())
        for repetition in range(times):
            who = on_day(page.stopped, repetition, self.sanctions, self.day, seed, number)
            self._learn(inputs, kind, page)
            self._stop(who, inputs.parameters, inputs.follow_up.ban_days)
            self.day += 1

    def _stop(self, who: list[Stopped], p: Parameters, ban_days: float | None = None) -> None:
        """Let a day's sanctions begin."""
        self.sanctions.stop(who, self.day, p, ban_days)
        self.expect = Expectations(expect_more(self.expect.belief, who, p), self.expect.appeal)

    def settle(self, inputs: Inputs, page: DayPage, times: int, seed: int, number: int) -> None:
        """Carry sanctions alone over the days of a week before the first, under the base.

        Visits see what everybody expects at first, so that only those who were stopped expect anything else.
        """
        p, sizes = inputs.parameters, pool_sizes(inputs)
        usual = page.seen.copy()
        usual["seen"] = self.usual[usual["band"], usual["zone_kind"]]
        for repetition in range(1, times + 1):  # whoever was stopped on the simulated day is stopped on that day alone
            who = on_day(page.stopped, repetition, self.sanctions, self.day, seed, number)
            some = {k: every[: sizes[k]] for k, every in self.expect.belief.items()}
            some = dict(learned(Expectations(some, self.expect.appeal), usual, sizes, p).belief)
            every = {k: np.concatenate([some[k], b[sizes[k] :]]) for k, b in self.expect.belief.items()}
            self.expect = Expectations(every, self.expect.appeal)
            self._stop(who, inputs.parameters, inputs.follow_up.ban_days)
            self.day += 1

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
    persons = {k: max(size[k] for size in sizes) for k in INCIDENT_TYPES}
    usual = long_run_belief(first, world)
    alike = Expectations.alike(usual)
    belief = {k: np.repeat(alike.belief[k], persons[k], axis=0) for k in INCIDENT_TYPES}
    return Slow(
        load=load,
        sources=sources,
        crowd=np.asarray(sum(times[k] * crowd_of(page) for k, page in pages.items()) / whole),
        vandalism=np.asarray(sum(times[k] * acts_of(page) for k, page in pages.items()) / whole),
        visits=float(sum(times[k] * np.sum(train_means(inputs)) for k, inputs in base.items()) / whole),
        expect=Expectations(belief, alike.appeal),
        seconds={kind: seconds_by_band(base[kind], page) for kind, page in pages.items()},
        sanctions=Sanctions.none(persons),
        usual=usual,
    )


def settle_sanctions(
    slow: Slow,
    base: Mapping[DayKind, Inputs],
    pages: Mapping[DayKind, DayPage],
    times: Mapping[DayKind, int],
    seed: int,
    number: Callable[[int, DayKind], int],
) -> None:
    """Let as many be out, and expect more of guards, as the base's first days keep stopping week after week.

    Args:
        number: of a day of a week (before the first: negative), key of its luck.
    """
    if not any(len(page.stopped) for page in pages.values()):
        return
    p = next(iter(base.values())).parameters
    before = weeks_before(p)
    slow.day = -before * sum(times.values())
    for week in range(-before, 0):
        for kind, page in pages.items():
            slow.settle(base[kind], page, times[kind], seed, number(week, kind))
    slow.day = 0


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
