"""Tables of paired differences: days in, columns out, and the file compare.csv.

Choices where the pages of the design differ, and why:

* ``low, high`` stand from two pairs on (the format of the file), the words only from five: below that no
  interval covers what it says, so sentences call it "too early to say" (``scenarios.words``).
* Special cases in the order of the statistics page, first that fits: exactly equal days give 0 with 0 to 0,
  also where events are rare; cells with under 5 expected events a year in both arms, or a mean over under 10
  visits in either arm, are left empty as too few to show.
* Sampled events are counted like the rest: 0 to 0 there says that no drawn event differed on these days, not
  that the hazards did not. What a measure does is told by the expected ones.
* Detected, recorded and reported incidents are shares of the expected ones, not of the sampled: what guards and
  operators would see, what agencies would know of, what travellers would report (``model.results.Results``).
* ``range_low, range_high`` are points of variance-matched draw means; of the raw ones where the draws cannot
  tell parameters from luck (the interval of the share reaches 0), so that a range is never too narrow.
* A percentage of a score from 1 to 10 has no meaning, so ``relative`` is empty there unless nothing changed.
"""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from model.results import INCIDENT_OUTCOMES, OUTCOME_UNITS, TIME_BANDS
from scenarios.cells import ALL, BOOKED, CellIndex, DayCells, Days, Draws, booked_outside
from scenarios.contrast import Contrast, contrast
from scenarios.intervals import Array, Bool, ratio_of_sums
from scenarios.loud_days import most_days
from scenarios.spread import Spread, parameters_and_luck

LABELS: Final = ("scenario", "outcome", "incident_type", "gender", "time_band", "zone_kind", "unit")
FIGURES: Final = (
    "base",
    "value",
    "difference",
    "low",
    "high",
    "relative",
    "relative_low",
    "relative_high",
)
COLUMNS: Final = (*LABELS, *FIGURES, "pairs")
DRAW_COLUMNS: Final = ("range_low", "range_high", "luck_share")
FEWEST_EVENTS_A_YEAR: Final = 5.0
FEWEST_PERSONS: Final = 10.0
DAYS_A_YEAR: Final = 365.0
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_NO_CONTROLS: Final = dict.fromkeys(range(32), " ")  # they break rows in some readers
_SECONDS_AN_HOUR: Final = 3600

Value = str | float | int | None


@dataclass(frozen=True)
class ScenarioTable:
    """The cells of one scenario against the base.

    Attributes:
        scenario: name; index: labels of the cells.
        figures: the columns of FIGURES, and of DRAW_COLUMNS when there are draws; NaN is an empty field.
        pairs: number of pairs behind them.
        few: cells left empty because too few events or persons are behind them.
        same: cells in which nothing changed, to the last bit.
        level: of low and high.
    """

    scenario: str
    index: CellIndex
    figures: dict[str, Array]
    pairs: int
    few: Bool
    same: Bool
    level: float

    def rows(self) -> Iterator[dict[str, Value]]:
        """Yield the rows in the order of the columns; undefined figures are None."""
        lists = {name: _plain(column) for name, column in self.figures.items()}
        before = [lists[name] for name in FIGURES]
        after = [lists[name] for name in DRAW_COLUMNS if name in lists]
        columns = (*COLUMNS, *(name for name in DRAW_COLUMNS if name in lists))
        for i, key in enumerate(self.index.keys):
            figures = [column[i] for column in before]
            rest = [column[i] for column in after]
            cells = (self.scenario, *key, OUTCOME_UNITS[key[0]], *figures, self.pairs, *rest)
            yield dict(zip(columns, cells, strict=True))

    def cell(
        self,
        outcome: str,
        incident_type: str = "",
        gender: str = ALL,
        time_band: str = ALL,
        zone_kind: str = ALL,
    ) -> dict[str, float]:
        """Return the figures of one cell, NaN where undefined.

        Raises:
            KeyError: there is no such cell.
        """
        number = self.index.number[(outcome, incident_type, gender, time_band, zone_kind)]
        return {name: float(column[number]) for name, column in self.figures.items()}


@dataclass(frozen=True)
class CompareTable:
    """All scenarios of one call, on the same days."""

    scenarios: tuple[ScenarioTable, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file."""
        with_draws = any("range_low" in table.figures for table in self.scenarios)
        return (*COLUMNS, *DRAW_COLUMNS) if with_draws else COLUMNS

    def rows(self) -> Iterator[dict[str, Value]]:
        """Yield all rows, scenario by scenario."""
        for table in self.scenarios:
            yield from table.rows()

    def of(self, scenario: str) -> ScenarioTable:
        """Return the table of one scenario.

        Raises:
            KeyError: there is no such scenario.
        """
        for table in self.scenarios:
            if table.scenario == scenario:
                return table
        raise KeyError(scenario)

    def csv_text(self) -> str:
        """Return the table as CSV; numbers read back to the same float, undefined fields are empty."""
        columns = self.columns
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in self.rows():
            writer.writerow([plain_field(row.get(name)) for name in columns])
        return out.getvalue()

    def json_text(self) -> str:
        """Return the rows as one JSON array; undefined figures are null."""
        return json.dumps(list(self.rows()), allow_nan=False, separators=(",", ":"))

    def write_csv(self, path: Path) -> None:
        """Write the table; a reader sees the old file or the new one, never half of it."""
        temporary = path.with_name(path.name + ".part")
        temporary.write_text(self.csv_text(), encoding="utf-8", newline="")
        os.replace(temporary, path)


def _plain(column: Array) -> list[float | None]:
    return [x if x == x and abs(x) != float("inf") else None for x in column.tolist()]


def plain_field(value: Value) -> str:
    """Return a CSV field; an apostrophe keeps a spreadsheet from running a text."""
    if value is None:
        return ""
    return _plain_text(value) if isinstance(value, str) else repr(value)


@lru_cache(maxsize=4096)
def _plain_text(text: str) -> str:
    # a table repeats a few dozen words in a million fields
    guarded = "'" + text if text.startswith(_FORMULA_STARTS) else text
    return guarded.translate(_NO_CONTROLS)


def common_days(base: Days, scenarios: Mapping[str, Days]) -> tuple[int, ...]:
    """Return the days that are finished in all arms, ascending: a day failed in one arm counts in none."""
    days = set(base)
    for arm in scenarios.values():
        days &= set(arm)
    return tuple(sorted(days))


def first_days(base: Days, scenarios: Mapping[str, Days], failed: Iterable[int] = ()) -> tuple[int, ...]:
    """Return the days that a look may use while a run goes on.

    Quiet days finish first, so "the first n that finished" would be too good. Days count from the lowest
    number on without a gap; a day in ``failed`` is left out and makes no gap.
    """
    done, broken = set(common_days(base, scenarios)), set(failed)
    started = set(base).union(broken, *scenarios.values())
    used: list[int] = []
    for day in range(min(started, default=0), max(started, default=-1) + 1):
        if day in broken:
            continue
        if day not in done:
            break
        used.append(day)
    return tuple(used)


def stack(days: Days, numbers: Sequence[int]) -> tuple[Array, Array]:
    """Return totals and weights of some days, each of shape (days, cells)."""
    return np.stack([days[d].total for d in numbers]), np.stack([days[d].weight for d in numbers])


def compare_table(
    base: Days,
    scenarios: Mapping[str, Days],
    *,
    days: Sequence[int] | None = None,
    level: float = 0.95,
    draws: Draws | None = None,
    window: tuple[int, int] | None = None,
) -> CompareTable:
    """Return the paired differences of all scenarios against the base.

    Args:
        base: cells of each finished day of the base, by day number.
        scenarios: the same for each scenario, in the order of the table.
        days: day numbers to use, default all days finished in all arms.
        level: of low and high, 0.95 for a final answer, 0.99 while it runs.
        draws: days of parameter draws; adds the columns of DRAW_COLUMNS.
        window: seconds of the day that were simulated; time bands that reach out of it are left empty, except
            "all", which then means the whole window.

    Raises:
        ValueError: no day is finished in all arms.
    """
    numbers = tuple(common_days(base, scenarios) if days is None else days)
    if not numbers:
        raise ValueError("no day is finished in all arms")
    index = base[numbers[0]].index
    base_total, base_weight = stack(base, numbers)
    hidden = _outside(index, window)
    tables = []
    for name, arm in scenarios.items():
        total, weight = stack(arm, numbers)
        total = booked_outside(index, base_total, total, np.array([arm[d].outside for d in numbers]))
        result = contrast(
            base_total,
            base_weight,
            total,
            weight,
            level=level,
            ratio_scale=_ratio_scale(index),
            most_days=most_days(index, base_total, total),
        )
        few = too_few(index, result, base_weight.sum(axis=0), weight.sum(axis=0))
        figures = _figures(result, few | hidden)
        if draws is not None and name in draws.scenarios:
            figures |= _draw_figures(spread_of_draws(draws, name), few | hidden)
        tables.append(ScenarioTable(name, index, figures, len(numbers), few, result.same, level))
    return CompareTable(tuple(tables))


def _ratio_scale(index: CellIndex) -> Bool:
    return np.array([not OUTCOME_UNITS[key[0]].startswith("score") for key in index.keys], dtype=np.bool_)


def _outside(index: CellIndex, window: tuple[int, int] | None) -> Bool:
    if window is None:
        return np.zeros(len(index.keys), dtype=np.bool_)
    first, last = window
    cut = {
        band
        for band, hours in TIME_BANDS.items()
        if band != ALL and (hours[0] * _SECONDS_AN_HOUR < first or (hours[-1] + 1) * _SECONDS_AN_HOUR > last)
    }
    return np.array([key[3] in cut for key in index.keys], dtype=np.bool_)


def too_few(index: CellIndex, result: Contrast, base_weight: Array, value_weight: Array) -> Bool:
    """Return the cells that hold too little to be shown and in which something did change.

    Incidents: under 5 expected events a year in both arms, sampled, detected, recorded and reported ones alike.
    Means: under 10 visits (or survey answers) of that gender and time band over all days, in either arm; for
    one zone kind the weights are person-seconds, and fewer people can have been there than visits ended in that band.
    """
    few = np.zeros(len(index.keys), dtype=np.bool_)
    expected = index.outcome_slice("expected_incidents")
    events = np.maximum(result.base[expected], result.value[expected]) * DAYS_A_YEAR
    few[expected] = events < FEWEST_EVENTS_A_YEAR
    persons = np.minimum(base_weight, value_weight)
    scores = index.outcome_slice("perceived_safety")
    kinds = len({key[4] for key in index.keys})
    visits = persons[scores].reshape(-1, kinds)[:, -1]  # "all" is the last kind and counts visits
    few[scores] = np.repeat(visits < FEWEST_PERSONS, kinds)
    for outcome in ("share_felt_unsafe", "monitor_score", "staff_felt_safety"):
        part = index.outcome_slice(outcome)
        few[part] = persons[part] < FEWEST_PERSONS
    few &= ~result.same
    for outcome in INCIDENT_OUTCOMES:
        few[index.outcome_slice(outcome)] = few[expected]
    for outcome in BOOKED:
        part = index.outcome_slice(outcome)
        few[part] = [few[index.number[("expected_incidents", *key[1:])]] for key in index.keys[part]]
    return few


def _figures(result: Contrast, hidden: Bool) -> dict[str, Array]:
    undefined = hidden | ~np.isfinite(result.difference)
    return {name: np.where(undefined, np.nan, getattr(result, name)) for name in FIGURES}


def draw_sums(draws: Draws, scenario: str) -> tuple[Array, Array, Array, Array]:
    """Return base and scenario totals and weights, (draws, days, cells), of all draws finished in both arms.

    Raises:
        ValueError: fewer than two draws with two days each.
    """
    arm = draws.scenarios[scenario]
    numbers = sorted(set(draws.base) & set(arm))
    days = max((min(len(draws.base[j]), len(arm[j])) for j in numbers), default=0)
    numbers = [j for j in numbers if min(len(draws.base[j]), len(arm[j])) >= days]
    if days < 2 or len(numbers) < 2:
        raise ValueError(f"needs two draws of two days, got {len(numbers)} of {days}")

    def sums(days_of: Mapping[int, Sequence[DayCells]], field: str) -> Array:
        return np.stack([np.stack([getattr(c, field) for c in days_of[j][:days]]) for j in numbers])

    base, value = sums(draws.base, "total"), sums(arm, "total")
    value = booked_outside(arm[numbers[0]][0].index, base, value, sums(arm, "outside"))
    return base, sums(draws.base, "weight"), value, sums(arm, "weight")


def draw_influences(total: Array, weight: Array) -> tuple[Array, Array]:
    """Return the ratio of sums of each draw and the influences of its days, (draws, days, cells)."""
    ratio, influence = ratio_of_sums(total.swapaxes(0, 1), weight.swapaxes(0, 1))
    return ratio, influence.swapaxes(0, 1)


def spread_of_draws(draws: Draws, scenario: str) -> Spread:
    """Return how the differences of all cells spread over parameter draws."""
    base_total, base_weight, total, weight = draw_sums(draws, scenario)
    base, e_base = draw_influences(base_total, base_weight)
    value, e_value = draw_influences(total, weight)
    return parameters_and_luck(value - base, e_value - e_base, draws.points)


def _draw_figures(spread: Spread, hidden: Bool) -> dict[str, Array]:
    undefined = hidden | ~np.isfinite(spread.mean)
    columns = {"range_low": spread.low, "range_high": spread.high, "luck_share": spread.luck_share}
    return {name: np.where(undefined, np.nan, column) for name, column in columns.items()}


def luck_line(table: ScenarioTable) -> tuple[int, int, int, int, float]:
    """Return the counts of the one line that keeps explored cells honest.

    Returns:
        defined cells, unchanged ones, changed ones with an interval, those whose interval excludes 0, and how
        many of them luck alone gives on average.
    """
    defined = np.isfinite(table.figures["difference"])
    low, high = table.figures["low"], table.figures["high"]
    changed = defined & ~table.same & np.isfinite(low)
    outside = changed & ((low > 0) | (high < 0))
    count = int(changed.sum())
    unchanged = int((defined & table.same).sum())
    return int(defined.sum()), unchanged, count, int(outside.sum()), (1 - table.level) * count
