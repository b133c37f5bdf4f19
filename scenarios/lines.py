"""The lines that a comparison is headed by: which cells they add up, and their contrast and spread.

The default list is that of the statistics page (4.1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from scenarios.cells import ALL, CellIndex, Draws
from scenarios.compare import (
    DAYS_A_YEAR,
    FEWEST_EVENTS_A_YEAR,
    FEWEST_PERSONS,
    draw_influences,
    draw_sums,
)
from scenarios.contrast import Contrast, contrast, contrast_of
from scenarios.intervals import Array
from scenarios.looks import FEWEST_PAIRS, LEVEL_FINAL, Scale, State, Width
from scenarios.spread import Spread, parameters_and_luck
from scenarios.words import Heading

LineScale = Literal["relative", "score", "share", "gap"]
_WIDTH_SCALE: Final[dict[LineScale, Scale]] = {
    "relative": "relative",
    "score": "score",
    "share": "share",
    "gap": "score",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A number that is named before the run.

    Attributes:
        key: names the line, also its label in the texts.
        scale: relative for incidents (headed by a percentage), score, share, or gap: the score of women minus
            that of men, turned round where it is negative, so that "larger" always means further apart.
        outcome, incident_types, gender, time_band: the cells that are added up, over all zone kinds.
        better: the direction that is an improvement.
    """

    key: str
    scale: LineScale
    outcome: str
    incident_types: tuple[str, ...] = ("",)
    gender: str = ALL
    time_band: str = ALL
    better: Literal["lower", "higher"] = "lower"


_HARASSMENT: Final = ("harassment_contact", "harassment_approach")
_EXPECTED: Final = "expected_incidents"
HEADLINES: Final = (
    Line("harassment_women_after_19", "relative", _EXPECTED, _HARASSMENT, "woman", "after_19"),
    Line("harassment", "relative", _EXPECTED, _HARASSMENT),
    Line("theft", "relative", _EXPECTED, ("theft",)),
    Line("aggression", "relative", _EXPECTED, ("aggression",)),
    Line("staff_aggression", "relative", _EXPECTED, ("staff_aggression",)),
    Line("vandalism", "relative", _EXPECTED, ("vandalism",)),
    Line(
        "safety_women_after_19",
        "score",
        "perceived_safety",
        gender="woman",
        time_band="after_19",
        better="higher",
    ),
    Line(
        "safety_men_after_19",
        "score",
        "perceived_safety",
        gender="man",
        time_band="after_19",
        better="higher",
    ),
    Line("unsafe_women_after_19", "share", "share_felt_unsafe", gender="woman", time_band="after_19"),
    Line("gap_after_19", "gap", "perceived_safety", gender="woman", time_band="after_19"),
)


@dataclass(frozen=True)
class LineSums:
    """Totals and weights of a line, (..., 1), of women and men for a gap, else of one group."""

    groups: tuple[tuple[Array, Array], ...]


def line_sums(line: Line, index: CellIndex, total: Array, weight: Array) -> LineSums:
    """Add up the cells of a line.

    Args:
        line: the line; index: labels of the cells.
        total, weight: with the cells on the last axis.
    """

    def of(gender: str) -> tuple[Array, Array]:
        keys = [(line.outcome, kind, gender, line.time_band, ALL) for kind in line.incident_types]
        cells = [index.number[key] for key in keys]
        return total[..., cells].sum(axis=-1, keepdims=True), weight[..., cells[:1]]

    genders = ("woman", "man") if line.scale == "gap" else (line.gender,)
    return LineSums(tuple(of(gender) for gender in genders))


def line_contrast(line: Line, base: LineSums, value: LineSums, level: float, loud: int | None = None) -> Contrast:
    """Return the contrast of one line over paired days, arrays of one cell.

    A score rests on no more days than the ``loud`` ones (``scenarios.loud_days``); None limits nothing.

    The change of a gap comes from e_women - e_men of each day, never from two intervals: women and men share
    the day, so the two intervals would be far too wide together.
    """
    percent = np.array([line.scale != "score"])
    most = None if loud is None else np.array([float(loud)])
    parts = [
        contrast(*before, *after, level=level, ratio_scale=percent, most_days=most)
        for before, after in zip(base.groups, value.groups, strict=True)
    ]
    if len(parts) == 1:
        return parts[0]
    women, men = parts
    turn = np.where(women.base < men.base, -1.0, 1.0)
    no = np.zeros(1, dtype=np.bool_)
    return contrast_of(
        turn * (women.base - men.base),
        turn * (women.value - men.value),
        turn * (women.e_base - men.e_base),
        turn * (women.e_value - men.e_value),
        np.minimum(women.k, men.k),
        same=women.same & men.same,
        silent=no,
        constant=no,
        percent=no,
        level=level,
    )


def line_few(line: Line, result: Contrast, base: LineSums, value: LineSums) -> bool:
    """Return whether a line holds too little to be shown, see ``scenarios.compare.too_few``."""
    if result.same[0]:
        return False
    if line.scale == "relative":
        return bool(max(result.base[0], result.value[0]) * DAYS_A_YEAR < FEWEST_EVENTS_A_YEAR)
    return min(float(weight.sum()) for _, weight in (*base.groups, *value.groups)) < FEWEST_PERSONS


@dataclass(frozen=True)
class Judged:
    """A line with its estimates and what the family says of it; ``loud``: days with loud people, of a score."""

    line: Line
    result: Contrast
    few: bool
    passed: bool
    state: State
    verdict: bool
    loud: int | None = None

    def figure(self, name: str) -> float:
        """One figure of the line, NaN when too few to show."""
        return math.nan if self.few else float(getattr(self.result, name)[0])

    @property
    def heading(self) -> Heading:
        """A percentage where one can be given; the words "so far" of few days need none to be wide."""
        if self.line.scale != "relative":
            return self.line.scale
        early = self.result.n < FEWEST_PAIRS and float(self.result.base[0]) > 0
        return "relative" if early or math.isfinite(float(self.result.relative[0])) else "amount"

    @property
    def per(self) -> float:
        """Turns an absolute difference into one on the heading scale."""
        if self.heading == "amount":
            return DAYS_A_YEAR
        return 1.0 / float(self.result.base[0]) if self.heading == "relative" else 1.0

    def interval(self, level: float) -> tuple[float, float]:
        """Interval on the heading scale."""
        if self.heading == "relative" and self.result.n >= FEWEST_PAIRS:
            low, high = self.result.relative_interval(level)
            return float(low[0]), float(high[0])
        low, high = self.result.interval(level)
        return float(low[0]) * self.per, float(high[0]) * self.per

    @property
    def estimate(self) -> float:
        """Difference on the heading scale."""
        return float(self.result.difference[0]) * self.per

    def excludes(self) -> bool:
        """All printed intervals of the line exclude 0: an incident line has two of them."""
        ends = [self.result.interval(LEVEL_FINAL)]
        if self.line.scale == "relative":
            ends.append(self.result.relative_interval(LEVEL_FINAL))
        return all(float(low[0]) > 0 or float(high[0]) < 0 for low, high in ends)


def width_of(judged: Judged) -> Width:
    """What the stop rule may know of a line; where no percentage can be given, made from the amount."""
    scale = _WIDTH_SCALE[judged.line.scale]
    k = float(judged.result.k[0])
    low, high = judged.interval(LEVEL_FINAL)
    if judged.heading != "amount":
        return Width(scale, judged.estimate, (high - low) / 2, k, judged.loud)
    base = float(judged.result.base[0]) * DAYS_A_YEAR
    if base <= 0:
        return Width(scale, 0.0, math.inf, k)
    return Width(scale, judged.estimate / base, (high - low) / 2 / base, k)


MONTE_CARLO_SHARE = 0.2  # of a range that the error of its middle may be (statistics.md 5)


@dataclass(frozen=True)
class Range:
    """One line over parameter draws, on its heading scale.

    Attributes:
        low, high: 10% and 90% points; of a posterior 2.5% and 97.5%.
        luck_share: share of the variance of one day that is luck; includes_luck: the range does, too.
        draws: how many.
        decreasing: share of the matched draws below 0; None where the draws are no posterior.
        parameter_low, parameter_high: 95% interval of the share of the variance that is parameters.
        mean_error: standard error of the mean effect over draws, and wide: it is over a fifth of the range.
    """

    low: float
    high: float
    luck_share: float
    includes_luck: bool
    draws: int
    decreasing: float | None = None
    parameter_low: float = math.nan
    parameter_high: float = math.nan
    mean_error: float = math.nan

    @property
    def wide(self) -> bool:
        """Whether the Monte Carlo error is over a fifth of the range: more draws are needed."""
        return self.mean_error > MONTE_CARLO_SHARE * (self.high - self.low)


@dataclass(frozen=True)
class LineSpread:
    """Spread of one line over draws, absolute and relative."""

    absolute: Spread
    relative: Spread | None
    draws: int
    fitted: bool = False

    def on(self, judged: Judged) -> Range | None:
        """Return the range on the heading scale of a line; None where it is undefined."""
        if judged.heading == "relative":
            spread, per = self.relative, 1.0
        else:
            spread, per = self.absolute, judged.per
        if spread is None or not math.isfinite(float(spread.mean[0])):
            return None
        low, high = float(spread.low[0]) * per, float(spread.high[0]) * per
        falling = float(spread.probability_of_decrease()[0]) if self.fitted else None
        return Range(
            low, high, float(spread.luck_share[0]), bool(spread.includes_luck[0]), self.draws, falling,
            float(spread.share_low[0]), float(spread.share_high[0]), float(spread.mean_error[0]) * per,
        )  # fmt: skip


def line_spreads(
    lines: Sequence[Line], index: CellIndex, draws: Draws | None, scenario: str
) -> list[LineSpread] | None:
    """Return how each line spreads over parameter draws; None when there are none for this scenario."""
    if draws is None or scenario not in draws.scenarios:
        return None
    base_total, base_weight, total, weight = draw_sums(draws, scenario)
    return [
        _line_spread(
            line, line_sums(line, index, base_total, base_weight), line_sums(line, index, total, weight), draws
        )
        for line in lines
    ]


def _line_spread(line: Line, before: LineSums, after: LineSums, draws: Draws) -> LineSpread:
    groups = [(*draw_influences(*b), *draw_influences(*a)) for b, a in zip(before.groups, after.groups, strict=True)]
    base, e_base, value, e_value = groups[0]
    if len(groups) == 2:
        turn = -1.0 if float(np.mean(base - groups[1][0])) < 0 else 1.0
        base, e_base, value, e_value = (turn * (w - m) for w, m in zip(*groups, strict=True))
    absolute = parameters_and_luck(value - base, e_value - e_base, draws.points)
    if line.scale != "relative" or not np.all(base > 0):
        return LineSpread(absolute, None, len(base), draws.fitted)
    ratio = value / base
    e = (e_value - ratio[:, None] * e_base) / base[:, None]
    return LineSpread(absolute, parameters_and_luck(ratio - 1.0, e, draws.points), len(base), draws.fitted)
