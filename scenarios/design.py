"""The design of a study: what is varied, in which points, on which days; and the columns of its table.

A design is a pure function of a study file (``scenarios.study_file``) or is made by hand (a sensitivity
analysis brings its own points). Whoever reads the table of a study (emulator, sensitivity, packages) needs
this module alone:

    study = read_study(path); table = duckdb.sql("from 'results/my-study/study.parquet'")

``study.parquet`` has one row for each point, day and outcome, in that order, with the columns

* ``point`` (number in the design), ``draw`` (set of parameter values, -1: those of the table), ``day``;
* one column a factor, under its name (a measure: 0 or 1; ``lamps.factor``: a number, NULL while the measure is off;
  a parameter: its value);
* ``outcome``, ``unit``; ``total`` and ``weight``, the sums of that day under the measures of the point;
  ``base_total`` and ``base_weight``, the same day, trains, people and parameters without them. A mean over
  days is sum(total) / sum(weight); weight is 1 for what is counted per day;
* ``failed``: empty, or the last line of the traceback: then the sums are NULL. No row is ever left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.inputs import Inputs, Slow
from model.parameters import Parameters, Row
from scenarios.measures.measure import Measure
from scenarios.scenario import Scenario

TABLE: Final = "study.parquet"
POINT_COLUMNS: Final = ("point", "draw", "day")
SUM_COLUMNS: Final = ("outcome", "unit", "total", "weight", "base_total", "base_weight", "failed")
DEFAULTS: Final = -1  # the draw of a point that has the values of the parameter table
ON: Final = 1.0
OFF: Final = 0.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@cache
def _row(name: str) -> Row:
    """Return the line of a parameter in the table.

    Raises:
        KeyError: there is none.
    """
    return {row.name: row for row in Parameters.default().rows}[name]


@dataclass(frozen=True)
class Switch:
    """One or several measures that are taken together (1) or not (0).

    Attributes:
        name: of the column.
        measures: applied in this order, after those of the switches before.
        always: it is taken in every point, and only its strengths vary.
    """

    name: str
    measures: tuple[Measure, ...]
    always: bool = False


@dataclass(frozen=True)
class Strength:
    """A number in the measures of a switch, from ``low`` to ``high``.

    Attributes:
        switch: name of the switch; field: of its measures.
        whole: only whole numbers, both ends included.
        levels: in a full factorial, evenly spaced.
    """

    switch: str
    field: str
    low: float
    high: float
    whole: bool = False
    levels: int = 2

    @property
    def name(self) -> str:
        """Name of the column: ``lamps.factor``."""
        return f"{self.switch}.{self.field}"

    def value(self, u: float) -> float:
        """Return the number at a share ``u`` (0 to 1) of the range."""
        if not self.whole:
            return self.low + u * (self.high - self.low)
        return self.low + min(float(np.floor(u * (self.high - self.low + 1))), self.high - self.low)

    def coded(self, value: float) -> float:
        """Return where in its range a number lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Uncertain:
    """A parameter of the model, drawn from the range and shape that stand in ``model/parameters.csv``."""

    name: str
    levels: int = 2

    def value(self, u: float) -> float:
        """Return the value below which a share ``u`` (0 to 1) of the draws lies."""
        return _row(self.name).quantile(u)

    def coded(self, value: float) -> float:
        """Return where in its range a value lies, 0 to 1; of the logarithm where the shape is one of logarithms."""
        row = _row(self.name)
        low, high = row.low, row.high
        if row.shape.startswith("log"):
            value, low, high = np.log((value, low, high))
        return float((value - low) / (high - low))


Factor = Switch | Strength | Uncertain


@dataclass(frozen=True)
class Wanted:
    """An outcome of a study: cells of a day that are added up.

    Attributes:
        name: in the column ``outcome``; outcome: of ``model.results.OUTCOME_UNITS``.
        incident_types: added up; ("",) where the outcome has none. gender, time_band, zone_kind: one, or "all".
    """

    name: str
    outcome: str
    incident_types: tuple[str, ...] = ("",)
    gender: str = "all"
    time_band: str = "all"
    zone_kind: str = "all"


@dataclass(frozen=True, eq=False)
class Design:
    """Points of a study.

    Attributes:
        factors: of the columns. A strength stands behind its switch.
        values: (points, factors): 0 or 1, numbers, values of parameters; NaN for the strength of what is off.
        days: (points, days of each): numbers of days. Points with equal parameter values are compared on equal
            days; other parameter values should have other days (statistics: luck that is shared by all draws
            does not average out), unless they belong to one row of a sensitivity analysis.
        draw: (points,): which of ``draws`` holds, DEFAULTS for none; factors of parameters come on top.
        draws: sets of parameter values, for example of a posterior.
        slow: where beliefs of offenders start, see ``Inputs.slow``; it is the same for all points.
    """

    factors: tuple[Factor, ...]
    values: Floats
    days: Ints
    draw: Ints
    draws: tuple[Parameters, ...] = ()
    slow: Slow = "own"

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: shapes that differ, names given twice, a strength without its switch.
        """
        points = len(self.values)
        if self.values.shape != (points, len(self.factors)) or len(self.days) != points or len(self.draw) != points:
            raise ValueError(
                "values, days and draw must have a row for each point, and values a column for each factor"
            )
        names = self.names
        if len(set(names)) != len(names):
            raise ValueError(f"names of factors given twice: {sorted({n for n in names if names.count(n) > 1})}")
        for factor in self.factors:
            if isinstance(factor, Strength) and factor.switch not in self._place:
                raise ValueError(f"{factor.name} is the strength of no factor")
        if np.any((self.draw < DEFAULTS) | (self.draw >= len(self.draws))):
            raise ValueError("draw must be the number of one of the draws, or -1")

    def __len__(self) -> int:
        return len(self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors, in the order of the columns."""
        return tuple(factor.name for factor in self.factors)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    def coded(self) -> Floats:
        """Return (points, factors) between 0 and 1, for regression: 0 for what is off, strengths of it included."""
        out = np.zeros_like(self.values)
        for i, factor in enumerate(self.factors):
            column = self.values[:, i]
            if isinstance(factor, Switch):
                out[:, i] = column
            else:
                out[:, i] = [0.0 if np.isnan(v) else factor.coded(float(v)) for v in column]
        return out

    def measures(self, point: int) -> tuple[Measure, ...]:
        """Return what is done in a point, in the order of the factors."""
        done: list[Measure] = []
        for switch in self.factors:
            if isinstance(switch, Switch) and self.values[point, self._place[switch.name]] == ON:
                done.extend(self._with_strengths(point, switch))
        return tuple(done)

    def _with_strengths(self, point: int, switch: Switch) -> Sequence[Measure]:
        numbers: dict[str, float | int] = {}
        for factor in self.factors:
            if isinstance(factor, Strength) and factor.switch == switch.name:
                value = float(self.values[point, self._place[factor.name]])
                numbers[factor.field] = int(value) if factor.whole else value
        if not numbers:
            return switch.measures
        return [
            measure.model_copy(update={name: value for name, value in numbers.items() if hasattr(measure, name)})
            for measure in switch.measures
        ]

    def parameters(self, point: int, base: Parameters) -> Parameters:
        """Return the numbers of the model in a point."""
        draw = int(self.draw[point])
        parameters = base if draw == DEFAULTS else self.draws[draw]
        changed = {
            factor.name: float(self.values[point, i])
            for i, factor in enumerate(self.factors)
            if isinstance(factor, Uncertain)
        }
        return parameters.replace(**changed) if changed else parameters

    def base_inputs(self, point: int, base: Inputs) -> Inputs:
        """Return a day without any measure, under the parameters of a point."""
        return base.replace(parameters=self.parameters(point, base.parameters))

    def inputs(self, point: int, base: Inputs) -> Inputs:
        """Return a day of a point."""
        before = self.base_inputs(point, base)
        measures = self.measures(point)
        if not measures:
            return before
        inputs = Scenario(name=f"point-{point}", measures=measures).inputs(before)
        return inputs if self.slow == "own" else inputs.replace(slow="base", base_roster=base.roster)
