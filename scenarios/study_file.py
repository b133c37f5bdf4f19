"""The study file: a station, what is varied, in which points, how many days of each, which outcomes.

    name: lamps-and-patrols
    station: halte
    seed: 1
    days: 4
    factors:
      - name: lamps
        measure: brighter_lamps
        factor: {low: 1.5, high: 4}
      - scenario: evening-patrol
      - parameter: light_e50_lx
    design: {kind: sobol, points: 64}
    outcomes: [harassment_women_after_19, safety_women_after_19]

``scenarios: [a, b]`` is short for a factor each, and ``design: {kind: each}`` (the default) runs each alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from model.inputs.inputs import Inputs, Slow
from scenarios.dates import Day
from scenarios.design import DEFAULTS, Design, Factor, Floats, Switch, Uncertain, Wanted
from scenarios.design_points import MOST_POINTS, days_of, each, factorial, rows_of, sobol
from scenarios.draft import STATION_FILE, find_station
from scenarios.draws import draw_parameters, read_draws
from scenarios.faults import StationFileError, nearest, shown
from scenarios.measures.measure import Hours
from scenarios.plain_files import Yaml, read_part
from scenarios.scenario import NAME_FORM
from scenarios.station_files import DEFAULT_DATE, read_station
from scenarios.study_parts import Parts, factors_of, wanted_of

MOST_SHOWN: Final = 20


class _DesignPart(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    kind: Literal["sobol", "factorial", "each", "rows"] = Field(description="sobol, factorial, each or rows")
    points: int | None = Field(None, ge=1, le=MOST_POINTS, description="number of points, for kind: sobol")
    rows: list[Any] | None = Field(None, max_length=MOST_POINTS, description="points written out, for kind: rows")


class _StudyPart(BaseModel):
    """The fields of a study file."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description=NAME_FORM)
    station: str = Field(min_length=1, max_length=400, description="a station that ships, or the path of a folder")
    date: Day | None = Field(None, description="a date as 2026-11-18")
    window: Hours | None = Field(None, description="hours as 18:00-01:00; the whole day when left out")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="a whole number from 0")
    days: int = Field(10, ge=1, le=100_000, description="days of each point")
    fresh: bool = Field(False, description="true when each point has days of its own")
    slow: Slow = Field("own", description="what offenders have learned: own or base")
    draws: int | str = Field(
        0, description="number of draws of the uncertain parameters, or a table of draws (.parquet)"
    )
    scenarios: list[str] = Field(default=[], max_length=1000, description="names or paths of scenarios")
    factors: list[Any] = Field(default=[], max_length=1000, description="a list of measures, scenarios and parameters")
    design: _DesignPart = Field(
        _DesignPart(kind="each", points=None, rows=None), description="kind: sobol, factorial, each or rows"
    )
    outcomes: list[Any] = Field(default=[], max_length=1000, description="a list of outcomes")


@dataclass(frozen=True, eq=False)
class StudyFile:
    """What a study file asks for, everything checked.

    Attributes:
        name: of the study; base: inputs of the station on its date and in its window.
        seed: of luck, of the points and of draws; design: the points; wanted: the outcomes.
        plain: the file again, with the scenarios it names written out: it asks for the same study by itself.
    """

    name: str
    base: Inputs
    seed: int
    design: Design
    wanted: tuple[Wanted, ...]
    plain: Mapping[str, Any]


def read_study(path: Path) -> StudyFile:
    """Return the study of a file.

    Raises:
        StationFileError: with all faults of the file, each with its line and the nearest valid word.
    """
    file = str(path)
    part, yaml = read_part(path, _StudyPart, what="study", first="name: ...")
    date = part.date or DEFAULT_DATE
    base = read_station(_beside(part.station, path), date=date)
    if part.window is not None:
        base = base.replace(window=part.window)
    parts = Parts(file, yaml.lines, base, path.parent)
    factors, plain_factors = factors_of(parts, part.scenarios, part.factors)
    wanted = wanted_of(parts, part.outcomes)
    if not factors and not parts.faults and part.draws == 0:
        parts.fault((), "varies nothing", "name scenarios, factors or draws")
    if parts.faults:
        raise StationFileError(parts.faults)
    design = _design(parts, part, factors, yaml)
    plain = {
        **{key: value for key, value in yaml.value.items() if key not in ("scenarios", "factors")},
        "factors": plain_factors,
        "date": date.isoformat(),
        "seed": part.seed,
        "days": part.days,
        "design": part.design.model_dump(exclude_none=True),
    }
    return StudyFile(part.name, base, part.seed, design, wanted, plain)


def _beside(word: str, path: Path) -> str | Path:
    """Return a station that ships, or a folder as the file sees it: beside itself."""
    folder = path.parent / word
    return folder if (folder / STATION_FILE).is_file() else find_station(word)


def _design(parts: Parts, part: _StudyPart, factors: tuple[Factor, ...], yaml: Yaml) -> Design:
    """Return the points, crossed with the draws.

    Raises:
        StationFileError: points that cannot be made.
    """
    draws = _draws(parts, part)
    try:
        values = _values(parts, part, factors)
    except ValueError as error:
        parts.fault(("design",), str(error))
    if parts.faults:
        raise StationFileError(parts.faults)
    draw = np.full(len(values), DEFAULTS, dtype=np.int64)
    if draws:  # all points of a draw together: they share days and, but for the measures, fields
        draw = np.repeat(np.arange(len(draws), dtype=np.int64), len(values))
        values = np.tile(values, (len(draws), 1))
    uncertain = [i for i, factor in enumerate(factors) if isinstance(factor, Uncertain)]
    try:
        if len(values) > MOST_POINTS:
            raise ValueError(f"{len(values):,} points with their draws: at most {MOST_POINTS:,} are run")
        days = days_of(draw, values[:, uncertain], part.days, fresh=part.fresh)
    except ValueError as error:
        parts.fault(("days",), str(error))
        raise StationFileError(parts.faults) from None
    return Design(factors, values, days, draw, draws, part.slow)


def _draws(parts: Parts, part: _StudyPart) -> tuple[Any, ...]:
    if isinstance(part.draws, int):
        if not 0 <= part.draws <= MOST_POINTS:
            parts.fault(("draws",), "must be a whole number from 0")
            return ()
        return draw_parameters(parts.base.parameters, part.seed, part.draws)
    path = parts.folder / part.draws
    if not path.is_file():
        parts.fault(("draws",), f"{shown(part.draws)} is no file", "a number of draws, or a table of them (.parquet)")
        return ()
    try:
        return read_draws(path)
    except ValueError as error:
        parts.fault(("draws",), str(error))
        return ()


def _values(parts: Parts, part: _StudyPart, factors: Sequence[Factor]) -> Floats:
    design = part.design
    if (design.points is not None) != (design.kind == "sobol"):
        raise ValueError("points: 256 is for kind: sobol, and needed there")
    if (design.rows is not None) != (design.kind == "rows"):
        raise ValueError("rows: is for kind: rows, and needed there")
    if design.kind == "sobol":
        if not factors:
            raise ValueError("kind: sobol needs factors")
        return sobol(factors, design.points or 1, part.seed)
    if design.kind == "factorial":
        return factorial(factors)
    if design.kind == "each":
        return each(factors)
    rows = [_row(parts, i, row, factors) for i, row in enumerate(design.rows or [])]
    if not rows:
        raise ValueError("rows: is empty")
    return rows_of(factors, rows)


def _row(parts: Parts, number: int, row: Any, factors: Sequence[Factor]) -> dict[str, float]:
    """Return one written-out point; what is wrong with it goes into the faults."""
    where = ("design", "rows", number)
    if not isinstance(row, dict):
        parts.fault(where, "is not a point", "a point is a list of name: value")
        return {}
    known = {factor.name: factor for factor in factors}
    for name, value in row.items():
        if name not in known:
            parts.fault((*where, name), "is no factor", nearest(name, known))
        elif isinstance(value, str | dict | list) or value is None:
            parts.fault((*where, name), f"{shown(value)} is not a number")
        elif isinstance(known[name], Switch) and value not in (0, 1):
            parts.fault((*where, name), f"is {shown(value)}", "1 when it is taken, 0 when not")
    return {name: float(value) for name, value in row.items() if isinstance(value, int | float)}
