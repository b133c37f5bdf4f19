"""Which numbers of the model drive an answer: indices over the parameter table and the measures of a scenario.

    from calibration.sensitivity import Question, run

    question = Question.of("halte", outcomes=["safety_women_after_19"], method="morris")
    for progress in run(question, "results/halte-morris"):
        pass
    print(progress.indices["safety_women_after_19"].ranked)

Ranges come from ``model/parameters.csv`` alone. Finished rows of a design lie on disk; the same call goes on with them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from calibration.indices import FailedPointsError, Floats, Group, Indices, Method, Plan, indices_of, make_plan
from calibration.jobs import carried_out
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.parameters import Parameters, Row
from scenarios.cells import day_cells
from scenarios.faults import nearest
from scenarios.lines import HEADLINES, Line, line_sums
from scenarios.running import Runners
from scenarios.safe_files import write_whole
from scenarios.scenario import Scenario, load
from scenarios.station_files import read_station
from scenarios.store import FieldCache, cache_folder
from scenarios.study import EVENING
from scenarios.version import model_version
from scenarios.work import make_world, run_model

Grouping = Literal["family", "each"]
MEASURE: Final = "measure"
FIRST_DAY: Final = 3 << 20  # day numbers of analyses never meet those of studies
HALF: Final = 0.5
LINES: Final = {line.key: line for line in HEADLINES}
_NORMAL: Final = NormalDist()
_EDGE: Final = 1e-9


@dataclass(frozen=True)
class Correlation:
    """Two parameters of a group that are known together: rank correlation of a Gaussian copula."""

    first: str
    second: str
    rho: float


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        base: inputs of the station; scenario: None for the level of a result, else its change on the same day.
        outcomes: lines; method; groups: of inputs; rows: of the design, None for the usual number.
        switches: the measures of the scenario are on-off inputs, and the result is its level.
        correlated: pairs within a group.
        seed: of the design and of luck.
    """

    base: Inputs
    scenario: Scenario | None
    outcomes: tuple[Line, ...]
    method: Method
    groups: tuple[Group, ...]
    rows: int | None = None
    switches: bool = False
    correlated: tuple[Correlation, ...] = ()
    seed: int = 1

    @classmethod
    def of(
        cls,
        station: str,
        scenario: str | None = None,
        *,
        outcomes: Sequence[str] = ("harassment", "safety_women_after_19"),
        method: Method = "morris",
        inputs: Sequence[str] = (),
        grouping: Grouping | None = None,
        rows: int | None = None,
        switches: bool = False,
        correlated: Sequence[tuple[str, str, float]] = (),
        window: tuple[int, int] = EVENING,
        seed: int = 1,
    ) -> "Question":
        """Return a question in words.

        Args:
            outcomes: keys of the headline lines.
            inputs: names of parameters, ``*`` and ``?`` as in file names; none means all uncertain ones.
            grouping: ``family``: parameters whose names begin alike are one input; by default, where there are more
                than 20 of them and the method knows groups.
            window: seconds of the day that are simulated.

        Raises:
            StationFileError: with all faults of the files.
            ValueError: an unknown word, or what does not go together.
        """
        base, found = load(station, [scenario]) if scenario else (read_station(station), ())
        lines = tuple(_line(key) for key in outcomes)
        names = chosen(inputs)
        single = method in ("pawn", "delta")
        family = grouping == "family" or (grouping is None and len(names) > 20 and not single)
        groups = families(names) if family else tuple(Group(name, (name,)) for name in names)
        treated = found[0] if scenario else None
        if switches:
            if treated is None or not treated.measures:
                raise ValueError("on-off measures need a scenario with measures")
            groups = (*groups, *switches_of(treated))
        pairs = tuple(Correlation(*pair) for pair in correlated)
        _check_correlated(pairs, groups)
        return cls(base.replace(window=window), treated, lines, method, groups, rows, switches, pairs, seed)

    @cached_property
    def plan(self) -> Plan:
        """The points of the analysis."""
        return make_plan(self.method, self.groups, rows=self.rows, seed=self.seed)

    @property
    def change(self) -> bool:
        """Whether the result is a change against the base on the same day."""
        return self.scenario is not None and not self.switches

    @cached_property
    def key(self) -> str:
        """Name of all that decides a point's result."""
        scenario = None if self.scenario is None else self.scenario.inputs(self.base)
        of = (digest(self.base), None if scenario is None else digest(scenario), self.method, self.switches)
        names = [(group.name, list(group.members)) for group in self.groups]
        pairs = [(c.first, c.second, c.rho) for c in self.correlated]
        lines = [line.key for line in self.outcomes]
        return digest((of, names, pairs, lines, self.plan.rows, self.seed, model_version()))

    def parameters(self, point: int) -> Parameters:
        """Return the values of a point; inputs that are no part of it keep those of the base."""
        share = dict(zip(self.plan.names, self.plan.x[point].tolist(), strict=True))
        for pair in self.correlated:
            a, b = (_NORMAL.inv_cdf(min(max(share[n], _EDGE), 1 - _EDGE)) for n in (pair.first, pair.second))
            share[pair.second] = _NORMAL.cdf(pair.rho * a + (1 - pair.rho**2) ** HALF * b)
        rows = _rows()
        drawn = {name: rows[name].quantile(u) for name, u in share.items() if name in rows}
        return self.base.parameters.replace(**drawn)

    def arms(self, point: int) -> tuple[Inputs, ...]:
        """Return the inputs of a point: the base and the scenario, or the one day whose level is asked for."""
        base = self.base.replace(parameters=self.parameters(point))
        if self.scenario is None:
            return (base,)
        if not self.switches:
            return base, self.scenario.inputs(base)
        share = dict(zip(self.plan.names, self.plan.x[point].tolist(), strict=True))
        for number, measure in enumerate(self.scenario.measures):
            if share[f"{MEASURE} {number + 1}"] >= HALF:
                base = measure.apply(base)
        return (base,)

    def value(self, point: int, cache: FieldCache) -> list[float]:
        """Run the days of a point and return its results, one an outcome."""
        day = FIRST_DAY + int(self.plan.day[point])
        levels = [_levels(inputs, self.outcomes, self.seed, day, cache) for inputs in self.arms(point)]
        return levels[0] if len(levels) == 1 else [b - a for a, b in zip(*levels, strict=True)]


def _rows() -> dict[str, Row]:
    return {row.name: row for row in Parameters.default().rows if row.shape != "fixed"}


def _line(key: str) -> Line:
    if key not in LINES:
        raise ValueError(f'"{key}" is no outcome; {nearest(key, LINES)}')
    return LINES[key]


def chosen(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the uncertain parameters that are meant, in the order of the table; all without a pattern.

    Raises:
        ValueError: a pattern that fits none.
    """
    names = Parameters.default().uncertain()
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ValueError(f'"{pattern}" fits no uncertain parameter; {nearest(pattern, names)}'.rstrip("; "))
    return tuple(name for name in names if not patterns or any(fnmatchcase(name, p) for p in patterns))


def families(names: Sequence[str]) -> tuple[Group, ...]:
    """Return the parameters by the first word of their names: light, feel, theft, ..."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.split("_")[0], []).append(name)
    return tuple(Group(name, tuple(members)) for name, members in found.items())


def switches_of(scenario: Scenario) -> tuple[Group, ...]:
    """Return an on-off input for each measure of a scenario."""
    return tuple(Group(f"{MEASURE} {i + 1}", (f"{MEASURE} {i + 1}",)) for i in range(len(scenario.measures)))


def _check_correlated(pairs: Sequence[Correlation], groups: Sequence[Group]) -> None:
    known = Parameters.default().uncertain()
    for pair in pairs:
        for name in (pair.first, pair.second):
            if name not in known:
                raise ValueError(f'"{name}" fits no uncertain parameter; {nearest(name, known)}'.rstrip("; "))
        if not -1 < pair.rho < 1:
            raise ValueError(f"a correlation lies between -1 and 1, not {pair.rho:g} ({pair.first}, {pair.second})")
        if not any({pair.first, pair.second} <= set(group.members) for group in groups):
            raise ValueError(f"{pair.first} and {pair.second} are correlated, so they must be in one group")


def _levels(inputs: Inputs, lines: Sequence[Line], seed: int, day: int, cache: FieldCache) -> list[float]:
    """Return the level of each line on one day; NaN where nobody could be asked."""
    cells = day_cells(run_model(inputs, make_world(inputs, cache), seed, day))
    found = []
    for line in lines:
        parts = [
            float(total[0] / weight[0]) if weight[0] > 0 else nan
            for total, weight in line_sums(line, cells.index, cells.total, cells.weight).groups
        ]
        found.append(parts[0] if len(parts) == 1 else parts[0] - parts[1])
    return found


# -- running it ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shared:
    """What the processes share."""

    question: Question
    cache: Path | None


_shared: list[tuple[Question, FieldCache]] = []


def _begin(shared: _Shared) -> None:
    _shared[:] = [(shared.question, FieldCache(shared.cache).without_writing())]


def _do(point: int) -> list[float]:
    question, cache = _shared[0]
    return question.value(point, cache)


@dataclass
class Progress:
    """How far an analysis is.

    Attributes:
        done, total: points; stored: those that were there before.
        indices: by key of the outcome, when all points are there.
        days: run so far.  results: (points, outcomes), NaN for what is not there.
    """

    done: int
    total: int
    stored: int
    results: Floats
    days: int = 0
    indices: Mapping[str, Indices] = field(default_factory=dict)


def run(
    question: Question, out: str | Path, *, workers: int | Runners = 1, cache: Path | None = None
) -> Iterator[Progress]:
    """Run what is missing of an analysis; yields after each point, at the end with the indices.

    Args:
        workers: processes, or what else runs them.

    Raises:
        FailedPointsError: points have failed; how many, and the last message.
    """
    plan, folder = question.plan, Path(out)
    kept = _Kept(folder / "sensitivity" / f"{question.key[:40]}.json", len(plan.x), len(question.outcomes))
    progress = Progress(kept.number, len(plan.x), kept.number, kept.results)
    missing = [int(i) for i in np.flatnonzero(np.isnan(kept.results).any(axis=1))]
    shared = _Shared(question, cache if cache is not None else cache_folder())
    told, arms = "", 2 if question.change else 1
    try:
        for point, values, wrong in carried_out(shared, missing, workers, _begin, _do, folder):
            kept.take(point, values if values is not None else [nan] * len(question.outcomes))
            told = wrong or _empty(question, values) or told
            progress.done += 1
            progress.days += arms
            yield progress
    finally:
        kept.write()
    failed = int(np.isnan(kept.results).any(axis=1).sum())
    if failed:
        raise FailedPointsError(failed, len(plan.x), told)
    found = {line.key: indices_of(plan, kept.results[:, i]) for i, line in enumerate(question.outcomes)}
    yield Progress(len(plan.x), len(plan.x), progress.stored, kept.results, progress.days, found)


def _empty(question: Question, values: Sequence[float] | None) -> str:
    """Return why a day that went well gives no number; empty when it does."""
    names = [line.key for line, value in zip(question.outcomes, values or (), strict=False) if not isfinite(value)]
    return f"{', '.join(names)}: nobody was there to be asked in these hours" if names else ""


WRITE_EVERY: Final = 50  # points


class _Kept:
    """Results of points on disk: written now and then and at the end."""

    def __init__(self, path: Path, points: int, outcomes: int) -> None:
        self.path, self._new = path, 0
        self.results = np.full((points, outcomes), np.nan)
        with suppress(OSError, ValueError, KeyError, TypeError):
            stored = json.loads(path.read_text("utf-8"))
            for point, values in stored.items():
                self.results[int(point)] = values
        self.number = int((~np.isnan(self.results).any(axis=1)).sum())

    def take(self, point: int, values: Sequence[float]) -> None:
        """Keep the results of a point."""
        self.results[point] = values
        self._new += 1
        if self._new % WRITE_EVERY == 0:
            self.write()

    def write(self) -> None:
        """Write what is there."""
        there = np.flatnonzero(~np.isnan(self.results).any(axis=1))
        write_whole(self.path, json.dumps({str(i): self.results[i].tolist() for i in there}))
