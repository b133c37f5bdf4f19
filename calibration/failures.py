"""Where in a study a package fails: the points of its table, which of them fail, and the box that holds these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.discovery import Box, discover
from scenarios.design import DEFAULTS, Design
from scenarios.faults import StudyError, nearest
from scenarios.intervals import ratio_of_sums
from scenarios.study_table import read_sums

Floats = NDArray[np.float64]
FEWEST_POINTS: Final = 40
_A_DAY: Final = " per day"
_BETTER_HIGHER: Final = "score"


@dataclass(frozen=True)
class Failures:
    """Points of a study and which of them fail.

    Attributes:
        outcome, unit; relative: the gain is a fraction of the base, else in units.
        gain: of each point, positive is better; worth: what it must reach; inputs: columns by name.
        box: in which most points fail.
    """

    outcome: str
    unit: str
    relative: bool
    gain: Floats
    worth: float
    inputs: dict[str, Floats]
    box: Box

    @property
    def fails(self) -> NDArray[np.bool_]:
        """Which points gain too little."""
        return np.asarray(self.gain < self.worth)

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Low and high of each input over the points."""
        return {name: (float(column.min()), float(column.max())) for name, column in self.inputs.items()}


def find_failures(
    design: Design, table: Path, outcome: str | None = None, *, worth: float = 0.0, inputs: Sequence[str] = (),
    density: float = 0.8,
) -> Failures:  # fmt: skip
    """Return where a package of a study fails: gains less than it must.

    Args:
        design: of the study; table: its ``study.parquet``.
        outcome: of the study; when left out the first with a gain at enough points.
        worth: what the gain must reach: a fraction of the base for counts, else in units.
        inputs: names of factors and, where the study has draws, of parameters (``*`` and ``?`` as in file names);
            without: the factors that vary.
        density: share of failures that the box should have.

    Raises:
        StudyError: no such outcome, too few points, nothing fails or everything does, a pattern that fits nothing.
        ImportError: the extra is not installed.
    """
    rows = read_sums(table)
    chosen, points, gain = _gains(rows, outcome)
    unit = str(rows["unit"][rows["outcome"] == chosen][0])
    columns = _inputs(design, points, inputs)
    fails = gain < worth
    if not fails.any() or fails.all():
        raise StudyError(
            f"{'every' if fails.all() else 'no'} point gains less than {worth:g}: choose --worth between "
            f"{gain.min():.3g} and {gain.max():.3g}"
        )
    box = discover(columns, fails, density=density)
    return Failures(chosen, unit, unit.endswith(_A_DAY), gain, worth, columns, box)


def _gains(rows: Mapping[str, NDArray[Any]], outcome: str | None) -> tuple[str, NDArray[np.int64], Floats]:
    """Return an outcome with its points and gains; without a name the first that has enough of them."""
    names = list(dict.fromkeys(rows["outcome"].tolist()))
    if outcome is not None and outcome not in names:
        raise StudyError(f'"{outcome}" is no outcome of the study; {nearest(outcome, names) or ", ".join(names)}')
    found = {}
    for name in names if outcome is None else (outcome, *names):
        here = rows["outcome"] == name
        found[name] = gains_of({column: values[here] for column, values in rows.items()})
        if len(found[name][0]) >= FEWEST_POINTS and outcome in (None, name):
            return name, *found[name]
    chosen = max(found, key=lambda name: len(found[name][0])) if outcome is None else outcome
    there, of = len(found[chosen][0]), len(np.unique(rows["point"][rows["outcome"] == chosen]))
    why = "" if there == of else " (at the others nothing of it happens without measures)"
    others = [name for name in names if len(found[name][0]) >= FEWEST_POINTS]
    remedy = f"choose --outcome {' or '.join(others)}" if others else "ask the study for more points"
    gained = f"{chosen} has a gain at {there} of {of} points{why}"
    raise StudyError(f"{gained}; at least {FEWEST_POINTS} are needed: {remedy}")


def gains_of(rows: Mapping[str, NDArray[Any]]) -> tuple[NDArray[np.int64], Floats]:
    """Return points and what each gains over its own days: less of a count, more of a score.

    Args:
        rows: of one outcome, as ``scenarios.study_table.read_sums`` gives them.
    """
    unit = str(rows["unit"][0])
    sign = 1.0 if unit.startswith(_BETTER_HIGHER) else -1.0
    points, gains = [], []
    for point in np.unique(rows["point"]):
        here = rows["point"] == point
        (base, _), (value, _) = (
            ratio_of_sums(rows[a][here].astype(np.float64), rows[b][here].astype(np.float64))
            for a, b in (("base_total", "base_weight"), ("total", "weight"))
        )
        change = float(value - base)
        if unit.endswith(_A_DAY):
            change = change / float(base) if float(base) > 0 else np.nan
        if np.isfinite(change):
            points.append(int(point))
            gains.append(sign * change)
    return np.array(points, np.int64), np.array(gains)


def _inputs(design: Design, points: NDArray[np.int64], patterns: Sequence[str]) -> dict[str, Floats]:
    """Return the columns of the inputs that vary over the points."""
    found = {name: np.nan_to_num(design.values[points, i]) for i, name in enumerate(design.names)}
    draw = design.draw[points]
    if design.draws and (draw != DEFAULTS).all():
        names = [row.name for row in design.draws[0].rows]
        table = np.array([[p[name] for name in names] for p in design.draws])
        wanted = [i for i, name in enumerate(names) if any(fnmatchcase(name, p) for p in patterns)]
        found |= {names[i]: table[draw, i] for i in wanted}
    if patterns:
        found = {name: c for name, c in found.items() if any(fnmatchcase(name, p) for p in patterns)}
    varied = {name: column for name, column in found.items() if np.ptp(column) > 0}
    if not varied:
        which = " and ".join(patterns) or "factors; name parameters of its draws with --input"
        raise StudyError(f"the study varies no {which}")
    return varied
