"""What a scenario costs against what it does: money, who gains, what moves elsewhere, what is only felt.

Every figure is a contrast of the same paired days as the table, with its interval; a ratio of money and effect is
given only where the interval of the effect excludes 0 (statistics 4.5), and scenarios are never ranked by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from model.results import GENDERS, TIME_BANDS, VICTIM_TYPES
from scenarios.cells import ALL, CellIndex, Days, Key, booked_outside
from scenarios.compare import DAYS_A_YEAR, FEWEST_PERSONS, common_days, stack
from scenarios.contrast import Contrast, contrast
from scenarios.costs import Range
from scenarios.intervals import Array
from scenarios.lines import HEADLINES, line_contrast, line_sums
from scenarios.looks import FEWEST_PAIRS, LEVEL_FINAL
from scenarios.words import MATTERS

Reason = Literal["", "not_shown", "worse", "free", "early"]
Corner = Literal["comfort", "reverse"]
POINTS_PRICED: Final = 0.1
_NO_NUMBER: Final = np.array([np.nan])
EVENING: Final = "after_19"
_GAP: Final = next(line for line in HEADLINES if line.scale == "gap")
_BANDS: Final = tuple(band for band in TIME_BANDS if band not in (EVENING, ALL))
_Arms = tuple[Array, Array, Array, Array]  # totals and weights of the base, then of the scenario: (days, cells)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A level before and after, and the interval of its change; NaN where undefined."""

    base: float
    value: float
    difference: float
    low: float
    high: float

    @property
    def lower(self) -> bool:
        """The interval lies below 0."""
        return self.high < 0

    @property
    def higher(self) -> bool:
        """The interval lies above 0."""
        return self.low > 0


@dataclass(frozen=True, slots=True)
class Price:
    """Euros per unit of effect, or why there is none.

    Attributes:
        value, low, high: EUR; the ends join the range of the prices with the interval of the effect, so that they
            are rather too wide. NaN where there is a reason.
        reason: empty; ``not_shown``: the interval of the effect includes 0; ``worse``: the effect is shown and goes
            the wrong way; ``free``: costs nothing; ``early``: under 5 pairs.
    """

    value: float
    low: float
    high: float
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The group that feels least safe: a gender in a part of the day, with its score."""

    gender: str
    time_band: str
    score: Estimate


@dataclass(frozen=True)
class Balance:
    """The balance of one scenario. Incidents per day, scores in points.

    Attributes:
        scenario: name; cost: EUR a year; pairs, level: of the intervals.
        incidents: expected ones of all kinds; victims: those that happen to travellers; net: these with what is
            booked outside. One drunk evening of nuisance outweighs a year of what happens to people, so money, comfort
            and displacement go by the victims.
        safety: perceived safety after 19:00, all travellers.
        per_incident: EUR per expected incident against travellers avoided, net of displacement; per_tenth: EUR a year
            per 0.1 point.
        gap: of women and men after 19:00, larger is further apart.
        worst: the group that felt least safe under the base; worst_after: the one that does under the scenario.
        felt: where it feels safer while incidents are shown to rise (``comfort``) or the other way (``reverse``), by
            kind of place after 19:00; "all" is the whole station.
        comfort_open: it is shown to feel safer on the whole, and no change of incidents is shown.
        elsewhere: expected incidents in kinds of place that no measure names; None when they name all.
        displaced: incidents booked outside the station.
        avoided: trips not made; detected, recorded, reported: what others learn.
    """

    scenario: str
    cost: Range
    pairs: int
    level: float
    incidents: Estimate
    victims: Estimate
    net: Estimate
    safety: Estimate
    per_incident: Price
    per_tenth: Price
    gap: Estimate
    worst: Group
    worst_after: Group
    felt: tuple[tuple[str, Corner], ...]
    comfort_open: bool
    elsewhere: Estimate | None
    displaced: Estimate
    avoided: Estimate
    detected: Estimate
    recorded: Estimate
    reported: Estimate


def price_of(cost: Range, effect: Estimate, better: Literal["lower", "higher"], unit: float, pairs: int) -> Price:
    """Return what one unit of an effect costs a year.

    Args:
        cost: EUR a year; effect: its change; better: which way is an improvement.
        unit: turns the effect into units: 365 for incidents a day, 10 for tenths of a point.
        pairs: behind the effect.
    """
    nan = float("nan")
    sign = -1.0 if better == "lower" else 1.0
    near, middle, far = sorted(sign * unit * x for x in (effect.low, effect.difference, effect.high))
    if pairs < FEWEST_PAIRS:
        return Price(nan, nan, nan, "early")
    if far < 0:
        return Price(nan, nan, nan, "worse")
    if not near > 0:
        return Price(nan, nan, nan, "not_shown")
    if cost.high == 0:
        return Price(0.0, 0.0, 0.0, "free")
    return Price(cost.value / middle, cost.low / far, cost.high / near)


def balance(
    scenario: str,
    cost: Range,
    base: Days,
    arm: Days,
    *,
    days: Sequence[int] | None = None,
    level: float = LEVEL_FINAL,
    kinds: Iterable[str] | None = None,
) -> Balance:
    """Return the balance of one scenario.

    Args:
        scenario: name; cost: EUR a year.
        base, arm: cells of the finished days by number; days: which of them to use, default all common ones.
        level: of the intervals.
        kinds: kinds of place that the measures name; None when they act everywhere.

    Raises:
        ValueError: no day is finished in both arms.
    """
    numbers = tuple(common_days(base, {scenario: arm}) if days is None else days)
    if not numbers:
        raise ValueError("no day is finished in both arms")
    index = base[numbers[0]].index
    before, after = stack(base, numbers), stack(arm, numbers)
    outside = np.array([arm[day].outside for day in numbers])
    arms = (*before, booked_outside(index, before[0], after[0], outside), after[1])
    look = _Look(index, arms, level)
    incidents, safety = look.cell("expected_incidents"), look.cell("perceived_safety", band=EVENING)
    victims, net = look.victims(), look.victims("net_incidents")
    gap = line_contrast(_GAP, line_sums(_GAP, index, *before), line_sums(_GAP, index, *after), level)
    felt = tuple((kind, corner) for kind in look.kinds if (corner := look.corner(kind)) is not None)
    return Balance(
        scenario=scenario,
        cost=cost,
        pairs=len(numbers),
        level=level,
        incidents=incidents,
        victims=victims,
        net=net,
        safety=safety,
        per_incident=price_of(cost, net, "lower", DAYS_A_YEAR, len(numbers)),
        per_tenth=price_of(cost, safety, "higher", 1 / POINTS_PRICED, len(numbers)),
        gap=_estimate(gap, len(numbers)),
        worst=look.worst(after=False),
        worst_after=look.worst(after=True),
        felt=felt,
        comfort_open=safety.higher and not victims.lower and not victims.higher,
        elsewhere=look.elsewhere(None if kinds is None else set(kinds)),
        displaced=look.victims("displaced_incidents"),
        avoided=look.cell("avoided_trips"),
        detected=look.cell("detected_incidents"),
        recorded=look.cell("recorded_incidents"),
        reported=look.cell("reported_incidents"),
    )


def _estimate(found: Contrast, pairs: int) -> Estimate:
    """Return a contrast as plain numbers; from fewer than five days there is no interval."""
    low, high = (found.low, found.high) if pairs >= FEWEST_PAIRS else (_NO_NUMBER, _NO_NUMBER)
    return Estimate(*(float(x[0]) for x in (found.base, found.value, found.difference, low, high)))


@dataclass(frozen=True)
class _Look:
    """Contrasts of single cells or sums of cells over the same days."""

    index: CellIndex
    arms: _Arms
    level: float

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of place of the station, then "all"."""
        return tuple(dict.fromkeys(key[4] for key in self.index.keys if key[0] == "expected_incidents"))

    def of(self, keys: Sequence[Key]) -> Estimate:
        """Return the contrast of the sum of some cells."""
        cells = [self.index.number[key] for key in keys]
        total, weight, value, value_weight = self.arms
        return _estimate(
            contrast(
                total[:, cells].sum(axis=1, keepdims=True),
                weight[:, cells[:1]],
                value[:, cells].sum(axis=1, keepdims=True),
                value_weight[:, cells[:1]],
                level=self.level,
            ),
            len(total),
        )

    def cell(
        self, outcome: str, *, incident: str = ALL, band: str = ALL, kind: str = ALL, gender: str = ALL
    ) -> Estimate:
        """Return the contrast of one cell."""
        counted = outcome.endswith("_incidents")
        return self.of([(outcome, incident if counted else "", gender, band, kind)])

    def victims(
        self, outcome: str = "expected_incidents", *, band: str = ALL, kinds: Sequence[str] = (ALL,)
    ) -> Estimate:
        """Return what happens to travellers, all types of it together, in some kinds of place."""
        return self.of([(outcome, incident, ALL, band, kind) for incident in VICTIM_TYPES for kind in kinds])

    def corner(self, kind: str) -> Corner | None:
        """Return whether feeling and incidents are both shown, and disagree, in a kind of place after 19:00.

        A change of feeling for which nobody would pay comforts nobody.
        """
        felt = self.cell("perceived_safety", band=EVENING, kind=kind)
        if abs(felt.difference) < MATTERS["score"]:
            return None
        events = self.victims(band=EVENING, kinds=(kind,))
        if felt.higher and events.higher:
            return "comfort"
        return "reverse" if felt.lower and events.lower else None

    def worst(self, *, after: bool) -> Group:
        """Return the gender and part of the day with the lowest score among those with 10 visits in both arms."""
        weights = np.minimum(self.arms[1].sum(axis=0), self.arms[3].sum(axis=0))
        found = [
            Group(gender, band, self.cell("perceived_safety", band=band, gender=gender))
            for gender in GENDERS
            for band in _BANDS
            if weights[self.index.number["perceived_safety", "", gender, band, ALL]] >= FEWEST_PERSONS
        ]
        nowhere = Group(ALL, ALL, self.cell("perceived_safety"))
        return min(found, key=lambda g: g.score.value if after else g.score.base, default=nowhere)

    def elsewhere(self, named: set[str] | None) -> Estimate | None:
        """Return expected incidents in the kinds of place that are not named; None when there are none."""
        others = [] if named is None else [kind for kind in self.kinds if kind not in {*named, ALL}]
        return self.victims(kinds=others) if others else None
