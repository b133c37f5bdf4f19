"""Weeks at a station: three simulated days each, and between them what people, offenders and owners carry on.

The order of a week can be read in ``Season.advance``. A week is a pure function of the study seed, the plan of inputs
and the weeks before, so that a season broken off is taken up again from the pages of its days (``remember``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.day.demand import Floats
from model.day.past import Past
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import GENDERS
from model.seasons import surveys
from model.seasons.days import (
    DAY_KINDS,
    Coming,
    DayKind,
    DayPage,
    Plan,
    RunDay,
    by_type,
    lived_on,
    micro_day,
    others_on,
    times_of,
    who_comes,
)
from model.seasons.follow_up import (
    answer_reporters,
    in_time,
    make_desks,
    repeated_places,
    send_patrols,
    watch_places,
    work_week,
)
from model.seasons.memory import Memories, fade, hear, live, make_memories
from model.seasons.panel import Panel, make_panel
from model.seasons.record import Adder, Row, WeekSums
from model.seasons.reports import draw_reports, expected_in_time, expected_reports
from model.seasons.slow import Slow, long_run, settle_sanctions
from model.seasons.victims import draw_victims, shock_victims, shock_witnesses
from model.world.failures import layout_on
from model.world.world import World

# (week, kind of day, make) -> the page of that day: looked up, or made and kept; week -1 comes before the season
Remember = Callable[[int, DayKind, Callable[[], DayPage]], DayPage]
Fields = Callable[[Inputs], World]


def forget(week: int, kind: DayKind, make: Callable[[], DayPage]) -> DayPage:
    """Make every day anew."""
    return make()


@dataclass
class SeasonResults:
    """What the finished weeks leave.

    Attributes:
        rows: one for each week, outcome, incident type and group.
        weeks: number of finished weeks.  asked: number of weeks asked for.
        provenance: seed, people in the panel.
    """

    rows: list[Row] = field(default_factory=list)
    weeks: int = 0
    asked: int = 0
    provenance: dict[str, Any] = field(default_factory=dict)

    def of(self, outcome: str, group: str = "all", incident_type: str = "") -> list[float]:
        """Return the values of an outcome by week, in order."""
        key = (outcome, incident_type, group)
        return [row.value for row in self.rows if (row.outcome, row.incident_type, row.group) == key]


class Season:
    """A station through the weeks.

    Args:
        base: inputs of each day without measures; they decide who the panel is and what it knew before.
        plan: inputs of each day of this season; measures may begin and end in any week.
        fields: fields of a place, of inputs.
        seed: of the study; people, trips and luck are the same in every plan.
        remember: where pages of days are kept.  run_day: what runs a day (tests take another).

    Attributes:
        panel, memories: the people, and what they carry.  week: the next week.
        desks: the agencies and their cases.  slow: what lies about and is broken.
    """

    def __init__(
        self,
        base: Plan,
        plan: Plan,
        fields: Fields,
        *,
        seed: int = 1,
        remember: Remember = forget,
        run_day: RunDay = micro_day,
    ) -> None:
        self.plan, self.fields, self.seed = plan, fields, seed
        self._remember, self._run_day = remember, run_day
        first = {kind: base(0, kind) for kind in DAY_KINDS}
        self.parameters: Parameters = first[DAY_KINDS[0]].parameters
        p = self.parameters
        self.times = {kind: times_of(kind, p) for kind in DAY_KINDS}
        self.panel: Panel = make_panel([(inputs, self.times[kind]) for kind, inputs in first.items()], seed)
        self.memories: Memories = make_memories(self.panel, np.zeros((2, len(self.panel))), p)
        self.week = 0
        self.slow: Slow
        self.desks = make_desks(first[DAY_KINDS[0]].follow_up, seed, p)
        self._warm_up(first)

    def day_number(self, week: int, kind: DayKind) -> int:
        """Return the number of a day, part of every key of its luck; the weeks of the warm-up come first."""
        before = int(self.parameters.season_warm_weeks) + 1
        return 1 + (week + before) * len(DAY_KINDS) + DAY_KINDS.index(kind)

    # -- before the first week -------------------------------------------------------------------------------------

    def _warm_up(self, first: dict[DayKind, Inputs]) -> None:
        """Give people the memory that a year of days like the first ones leaves.

        The three days are simulated once under the base; then other people of the same kind make the same visits
        week after week, with their own person effect and new noise.
        """
        p, before = self.parameters, -int(self.parameters.season_warm_weeks) - 1
        known: dict[DayKind, tuple[Coming, DayPage]] = {}
        for kind, inputs in first.items():
            day = self.day_number(before, kind)
            world = self.fields(inputs)
            coming = who_comes(inputs, world, self.panel, None, self.seed, day)
            known[kind] = coming, self._page(-1, kind, inputs, world, coming, day, Past())
        self.memories = make_memories(self.panel, self._prior(known), p)
        pages = {kind: page for kind, (_, page) in known.items()}
        self.slow = long_run(first, self.fields(first[DAY_KINDS[0]]), pages, self.times)
        settle_sanctions(self.slow, first, pages, self.times, self.seed, self.day_number)
        for week in range(before + 1, 0):
            for kind, (coming, page) in known.items():
                day = self.day_number(week, kind)
                lived = others_on(coming, page, self.panel, self.times[kind], self.seed, day, p)
                live(self.memories, lived, week, day, self.seed, p)
            fade(self.memories, sum(self.times.values()), p)

    def _prior(self, known: dict[DayKind, tuple[Coming, DayPage]]) -> Floats:
        """Return what people think without visits of their own: the mean visit of gender and regularity, (2, n)."""
        sums, visits = np.zeros((2, 2, len(GENDERS), 2))
        for kind, (coming, page) in known.items():
            lived = lived_on(coming, page, self.panel, self.times[kind])
            where = (lived.band, self.panel.gender[lived.row], self.panel.regular[lived.row])
            np.add.at(sums, where, self.times[kind] * (lived.latent - self.panel.effect[lived.row]))
            np.add.at(visits, where, self.times[kind])
        whole = sums.sum(axis=(1, 2), keepdims=True) / np.maximum(visits.sum(axis=(1, 2), keepdims=True), 1)
        mean = np.where(visits > 0, sums / np.maximum(visits, 1), whole)
        return np.asarray(mean[:, self.panel.gender, self.panel.regular])

    def _page(
        self, week: int, kind: DayKind, inputs: Inputs, world: World, coming: Coming, day: int, past: Past
    ) -> DayPage:
        """Return what a day leaves: looked up, or run now."""
        return self._remember(week, kind, lambda: self._run_day(inputs, world, self.seed, day, coming.visits, past))

    # -- a week ----------------------------------------------------------------------------------------------------

    def advance(self) -> list[Row]:
        """Live the next week and return its rows: three days, then what changes between weeks."""
        sums = WeekSums()
        for kind in DAY_KINDS:
            self._live_day(kind, sums)
        inputs = self.plan(self.week, DAY_KINDS[0])
        date = inputs.date.isoformat()
        self._follow_up(inputs, sums)
        rows = sums.rows(self.week + 1, date)
        hear(self.memories, float(sums.reported.sum()), float(sums.visits.sum()), self.parameters)
        fade(self.memories, sum(self.times.values()), self.parameters)
        self._ask(rows, date, sums)
        self.week += 1
        return rows

    def _live_day(self, kind: DayKind, sums: WeekSums) -> None:
        """Who comes, what happens to them on this day and on those it stands for, and what they remember of it."""
        times, day, p = self.times[kind], self.day_number(self.week, kind), self.parameters
        inputs = self._worn(self.plan(self.week, kind), kind)
        world = self.fields(inputs)
        coming = who_comes(inputs, world, self.panel, self.memories, self.seed, day)
        inputs = send_patrols(inputs, self.desks.watched)
        page = self._page(self.week, kind, inputs, world, coming, day, self.slow.past(inputs, times))
        lived = lived_on(coming, page, self.panel, times)
        unsafe = live(self.memories, lived, self.week, day, self.seed, p) / lived.times
        victims = draw_victims(coming, page, self.panel, times, self.seed, day)
        shock_victims(self.memories, victims, p)
        sums.witnesses += shock_witnesses(self.memories, inputs, world, coming, page, self.panel, times, self.seed, day)
        begin = self._begin(kind)
        sums.reports += draw_reports(inputs, coming, page, self.memories, victims, begin, times, self.seed, day)
        reported = times * expected_reports(inputs, coming, page, self.memories)
        sums.reported += reported
        sums.followed += reported * expected_in_time(inputs, page, in_time(self.desks, inputs.follow_up, p))
        self.memories.avoided[coming.stayed] += times
        self.memories.ever_avoided[coming.stayed] = 1
        sums.expected += times * by_type(page.expected)
        sums.conduct += times * page.conduct
        sums.detected += times * page.detected
        sums.recorded += times * page.recorded
        sums.avoided += times * coming.avoided
        sums.stopped += times * len(page.stopped)
        self.slow.after(inputs, kind, page, times, self.seed, day)
        sums.out = self.slow.sanctions.out(self.slow.day)
        sums.belief = self.slow.belief()
        sums.disorder = self.slow.disorder
        sums.add_visits(lived, self.panel.gender[lived.row], times, unsafe, p)

    def _worn(self, inputs: Inputs, kind: DayKind) -> Inputs:
        """Return the inputs with what has failed since the season began and is not repaired yet."""
        since = int(self._begin(kind))
        layout = layout_on(inputs.layout, inputs.upkeep, inputs.parameters, self.seed, since)
        return inputs if layout == inputs.layout else inputs.replace(layout=layout)

    def _begin(self, kind: DayKind) -> float:
        """Return the day of the season on which the days that a simulated one stands for begin."""
        before = DAY_KINDS[: DAY_KINDS.index(kind)]
        return self.week * sum(self.times.values()) + sum(self.times[k] for k in before)

    def _follow_up(self, inputs: Inputs, sums: WeekSums) -> None:
        """Let the agencies work a week on what was reported, and reporters hear of it or not."""
        policy, p = inputs.follow_up, self.parameters
        done = work_week(self.desks, sums.reports, self.week, policy, self.seed, p)
        answer_reporters(self.memories, done, policy, p)
        sums.tasks = len(repeated_places(self.desks, sums.reports, self.week, p))
        watch_places(self.desks, done, self.week, p)
        sums.watched = len(self.desks.watched)
        sums.used = self.desks.used
        sums.trust = float(np.average(self.memories.trust, weights=self.panel.weight))

    def _ask(self, rows: list[Row], date: str, sums: WeekSums) -> None:
        """Hold the surveys: what each would show if its wave of the year were held this week."""
        add = Adder(rows, self.week + 1, date)
        who = (self.panel, self.memories, self.week, self.seed, self.parameters)
        for name, answer in surveys.monitor(*who).items():
            add.survey(name, answer, "share of answers" if name.endswith("low") else "score 1-10")
        for name, answer in (surveys.twelve_months(*who) | surveys.neighbours(*who)).items():
            add.survey(name, answer, "share of people")
        latent, times = np.concatenate(sums.latent), np.concatenate(sums.times)
        for name, answer in surveys.on_the_spot(latent, times, self.week, self.seed, self.parameters).items():
            add.survey(name, answer, "share of answers")
        weight = self.panel.weight
        for g, gender in enumerate(GENDERS):
            mine = weight * (self.panel.gender == g)
            if mine.sum() > 0:
                share = float(np.average(self.memories.ever_avoided, weights=mine))
                add("ever_avoided", gender, share, "share of people")


def run_season(
    base: Plan,
    plan: Plan,
    fields: Fields,
    *,
    weeks: int,
    seed: int = 1,
    remember: Remember = forget,
    run_day: RunDay = micro_day,
    tell: Callable[[int, list[Row]], None] | None = None,
) -> SeasonResults:
    """Run a season and return its table.

    Args:
        base, plan, fields, seed, remember, run_day: as of ``Season``.
        weeks: how many.
        tell: is called after each week with the number of finished weeks and the rows of that week; an exception
            that it raises (a KeyboardInterrupt too) leaves the finished weeks with whoever listened.
    """
    season = Season(base, plan, fields, seed=seed, remember=remember, run_day=run_day)
    results = SeasonResults(asked=weeks, provenance={"seed": seed, "panel": len(season.panel)})
    for week in range(weeks):
        rows = season.advance()
        results.rows += rows
        results.weeks = week + 1
        if tell is not None:
            tell(results.weeks, rows)
    return results
