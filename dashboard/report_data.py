"""What a report is made of: tables, maps and how they came about. No science happens here."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.numbers import Language
from model.inputs.layout import Layout
from model.results import GENDERS, TIME_BANDS
from model.world.fields import Grid
from scenarios.headlines import FEWEST_DRAWS

Scale = Literal["relative", "amount", "points", "share"]
Better = Literal["lower", "higher"]
FEWEST_PAIRS: Final = 5  # pairs under which no interval is shown
SHOWN: Final = ("W4", "W5")  # verdicts that say a direction
BANDS: Final = tuple(b for b in TIME_BANDS if b not in ("after_19", "all"))
ALL_GENDERS: Final = (*GENDERS, "all")


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of ``compare.csv``; what is empty there is None here."""

    scenario: str
    outcome: str
    incident_type: str
    gender: str
    time_band: str
    zone_kind: str
    unit: str
    base: float | None = None
    value: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    pairs: int = 0
    range_low: float | None = None
    range_high: float | None = None

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval of the difference lies on one side of zero; never with too few pairs for one."""
        enough = self.pairs >= FEWEST_PAIRS
        return enough and self.low is not None and self.high is not None and (self.low > 0.0 or self.high < 0.0)

    def interval(self, scale: Scale) -> tuple[float, float, float] | None:
        """Return low, middle and high of the relative or else the absolute difference; None when one is empty.

        With too few pairs there is none either, although the table has one: it does not cover what it says.
        """
        if self.pairs < FEWEST_PAIRS:
            return None
        relative = (self.relative_low, self.relative, self.relative_high)
        low, middle, high = relative if scale == "relative" else (self.low, self.difference, self.high)
        return None if low is None or middle is None or high is None else (low, middle, high)

    @property
    def same(self) -> bool:
        """Whether the two arms are equal to the last bit."""
        return self.difference == 0.0 and self.low == 0.0 and self.high == 0.0


TEXT_COLUMNS: Final = (
    "scenario",
    "outcome",
    "incident_type",
    "gender",
    "time_band",
    "zone_kind",
    "unit",
)
NUMBER_COLUMNS: Final = tuple(f.name for f in fields(Row) if f.name not in (*TEXT_COLUMNS, "pairs"))


def row_of(record: Mapping[str, object]) -> Row:
    """Return a row made of a record with the columns of ``compare.csv``; other columns are left out."""

    def number(column: str) -> float | None:
        value = record.get(column)
        if value is None or value == "":
            return None
        found = float(str(value))
        return found if np.isfinite(found) else None

    texts = {c: str(record.get(c) or "") for c in TEXT_COLUMNS}
    numbers = {c: number(c) for c in NUMBER_COLUMNS}
    return Row(**texts, **numbers, pairs=int(number("pairs") or 0))  # type: ignore[arg-type]


def read_rows(path: Path) -> tuple[Row, ...]:
    """Return the rows of a ``compare.csv``."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row_of(record) for record in csv.DictReader(file))


class Cells:
    """The rows of a comparison, found by what they are about; those of a scenario are looked through when asked for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._by_key: dict[str, dict[tuple[str, ...], Row]] = {}

    def of(self, scenario: str) -> Sequence[Row]:
        """Return the rows of a scenario."""
        of = getattr(self._rows, "of", None)  # a stored table makes them one scenario at a time
        return of(scenario) if of is not None else [r for r in self._rows if r.scenario == scenario]

    def find(
        self,
        scenario: str,
        outcome: str,
        *,
        incident: str = "",
        gender: str = "all",
        band: str = "all",
        kind: str = "all",
    ) -> Row | None:
        """Return the row of a cell, None when the table has none."""
        if scenario not in self._by_key:
            self._by_key[scenario] = {
                (r.outcome, r.incident_type, r.gender, r.time_band, r.zone_kind): r for r in self.of(scenario)
            }
        return self._by_key[scenario].get((outcome, incident, gender, band, kind))


@dataclass(frozen=True, slots=True)
class Line:
    """One of the headline lines of a scenario, named before the run, with its verdict.

    Attributes:
        scenario: name of the scenario; key: names the line; label: that name as a reader says it.
        scale: what estimate, low, high and the range are: a fraction of the base (-0.1 is 10% lower),
            incidents a year, points of a score, or a share (0.01 is one percentage point).
        better: which direction is an improvement.
        base, value: level in both arms, in the unit of the outcome.
        low, high: interval of luck alone; range_low, range_high: 10% and 90% points over the parameters.
        verdict: sentence id (W0 to W11); sentence, range_sentence: in the language of the report.
    """

    scenario: str
    key: str
    label: str
    scale: Scale
    better: Better
    estimate: float | None
    low: float | None
    high: float | None
    verdict: str
    sentence: str
    base: float | None = None
    value: float | None = None
    range_low: float | None = None
    range_high: float | None = None
    range_sentence: str = ""

    @property
    def shown(self) -> bool:
        """Whether the run shows a direction at this station."""
        return self.verdict in SHOWN and self.estimate is not None

    @property
    def improves(self) -> bool | None:
        """Whether a shown line is an improvement; None when no direction is shown."""
        if not self.shown or self.estimate is None:
            return None
        return (self.estimate > 0.0) == (self.better == "higher")


@dataclass(frozen=True, slots=True)
class ScenarioCard:
    """A scenario as the report names it.

    Attributes:
        name: as in the table; title: as a reader calls it.
        measures: one line a measure, in the order in which they are applied.
        cost_low, cost_high: euros a year; None when not known.
        evidence: ``trial``, ``quasi_experiment``, ``survey`` or ``assumption``: the weakest of its measures.
        remarks: sentences that need more than one line of the scenario.
        balance: label and text of each row of its balance, in the language of the report.
    """

    name: str
    title: str
    measures: tuple[str, ...] = ()
    cost_low: float | None = None
    cost_high: float | None = None
    evidence: str = "assumption"
    remarks: tuple[str, ...] = ()
    balance: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fields:
    """Fields of one arm.

    Attributes:
        maps: the rasters of ``Results.maps``, averaged over the days.
        floor_lx: (C,) lux at the floor by lamps alone, ``World.light.floor_lx``.
    """

    maps: Mapping[str, NDArray[np.float32]]
    floor_lx: NDArray[np.float32]


@dataclass(frozen=True)
class ReportData:
    """All that a report shows.

    Attributes:
        station: its name in the language of the report.
        day: date of the simulated days; window: first and last second; sun: sunrise and sunset in seconds.
        rows: ``compare.csv``; lines: the headline lines of each scenario.
        base: fields of the base; fields: fields of each scenario by name.
        confidence: per cent of the printed intervals, 95 when final and 99 while it runs.
        draws: number of parameter draws behind the ranges, 0 for none.
        luck_share: share of the variance that is luck, 0 to 1, when draws were made.
        north_deg: direction of the north on the sheet, counter-clockwise from +x; None when not known.
        provenance: name and value, shown as they are.
        version: of the product, for the foot of each page.
        notes: sentences to be shown with the answer, such as failed days.
    """

    language: Language
    station: str
    layout: Layout
    grid: Grid
    day: date
    window: tuple[int, int]
    scenarios: tuple[ScenarioCard, ...]
    rows: Sequence[Row]
    lines: tuple[Line, ...]
    base: Fields
    fields: Mapping[str, Fields]
    pairs: int
    sun: tuple[float, float] | None = None
    confidence: int = 95
    draws: int = 0
    luck_share: float | None = None
    north_deg: float | None = None
    provenance: Mapping[str, str] | None = None
    attribution: Sequence[str] = ()
    notes: Sequence[str] = ()
    version: str = ""

    def about(self, names: Sequence[str]) -> "ReportData":
        """Return the same of some scenarios, the first of them in the lead."""
        cells, cards = Cells(self.rows), {card.name: card for card in self.scenarios}
        return replace(
            self,
            scenarios=tuple(cards[name] for name in names if name in cards),
            rows=[row for name in names if name in cards for row in cells.of(name)],
            lines=tuple(line for line in self.lines if line.scenario in names),
            fields={name: found for name, found in self.fields.items() if name in names},
        )

    @property
    def lead(self) -> ScenarioCard:
        """The scenario of the first page: the one with the most measures, the first of equals."""
        return max(self.scenarios, key=lambda s: len(s.measures))

    def lines_of(self, scenario: str) -> tuple[Line, ...]:
        """Return the headline lines of a scenario."""
        return tuple(line for line in self.lines if line.scenario == scenario)

    def drawn_of(self, scenario: str) -> tuple[Line, ...]:
        """Return the headline lines as they are drawn: without a range over too few draws of the parameters."""
        lines = self.lines_of(scenario)
        if self.draws >= FEWEST_DRAWS:
            return lines
        return tuple(replace(line, range_low=None, range_high=None) for line in lines)
