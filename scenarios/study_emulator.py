"""From the table of a study to an emulator, and a question to it in the words of the study."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scenarios.design import OFF, ON, Design, Strength, Switch
from scenarios.emulator import Emulator, Space
from scenarios.faults import Fault, StationFileError, StudyError, nearest
from scenarios.paired_points import FEWEST_DAYS, Outcome, Paired, learn_points
from scenarios.study_table import read_sums

Floats = NDArray[np.float64]
EMULATOR: Final = "emulator.json"
_SCORES: Final = "score"
_DAYS: Final = " per day"


def learn_study(design: Design, table: Path, made: Mapping[str, Any]) -> Emulator:
    """Return the emulator of all outcomes of a study that can be learned; the others stand in ``left_out``.

    Args:
        design: of the study; table: its ``study.parquet``.
        made: how the study was made, shown with each answer.

    Raises:
        StudyError: the table cannot be read, or no outcome can be learned from it.
    """
    rows = read_sums(table)
    x, kinds = design.coded(), design.factors
    switch = [isinstance(factor, Switch) for factor in kinds]
    owner = [design.names.index(f.switch) if isinstance(f, Strength) else -1 for f in kinds]
    gates = [i for i, is_switch in enumerate(switch) if is_switch]
    outcomes, left_out, fewest_days = {}, {}, []
    for name in dict.fromkeys(rows["outcome"].tolist()):
        here = rows["outcome"] == name
        found = {column: values[here] for column, values in rows.items()}
        unit = str(found["unit"][0])
        used, pairs, nothing = _points(found, unit)
        if not used:
            left_out[str(name)] = _why_none(unit, nothing)
            continue
        learned = Outcome(str(name), unit, unit.endswith(_DAYS), 1 if unit.startswith(_SCORES) else -1)
        try:
            outcomes[str(name)] = learn_points(learned, pairs, x[used], gates)
        except ValueError as error:
            beside = f" (at {nothing} others {_none_of_it(unit)})" if nothing else ""
            left_out[str(name)] = f"{error}{beside}; ask the study for more points"
            continue
        fewest_days.append(min(len(pair.days) for pair in pairs))
    if not outcomes:
        raise StudyError(f"{table}: no outcome can be learned: {_together(left_out)}")
    return Emulator(Space.of(design.names, x, switch, owner), outcomes, min(fewest_days), dict(made), left_out)


def _none_of_it(unit: str) -> str:
    if unit.endswith(_DAYS):
        return "nothing of it happens without measures, so there is no change in percent"
    return "nobody was there to ask"


def _why_none(unit: str, nothing: int) -> str:
    """Return why no point of an outcome says anything; ``nothing``: points with days enough, but none of it."""
    if nothing:
        return f"at all points with {FEWEST_DAYS} or more finished days {_none_of_it(unit)}; ask the study for more"
    return f"it has no point with {FEWEST_DAYS} finished days; ask the study for 4 or more"


def _together(left_out: Mapping[str, str]) -> str:
    """Return each reason once, with the outcomes that it holds for."""
    names: dict[str, list[str]] = {}
    for name, why in left_out.items():
        names.setdefault(why, []).append(name)
    return "; ".join(f"{', '.join(those)}: {why}" for why, those in names.items())


def _points(rows: Mapping[str, NDArray[Any]], unit: str) -> tuple[list[int], list[Paired], int]:
    """Return numbers and days of the points that say something, and how many have days but none of the outcome."""
    used: list[int] = []
    pairs: list[Paired] = []
    empty = 0
    for point in np.unique(rows["point"]):
        here = rows["point"] == point
        base, value = (
            np.column_stack([rows[name][here].astype(np.float64) for name in names])
            for names in (("base_total", "base_weight"), ("total", "weight"))
        )
        nothing = base[:, 0].sum() <= 0 if unit.endswith(_DAYS) else min(base[:, 1].sum(), value[:, 1].sum()) <= 0
        if here.sum() < FEWEST_DAYS or nothing:
            empty += int(here.sum() >= FEWEST_DAYS)
            continue
        used.append(int(point))
        pairs.append(Paired(rows["day"][here].astype(np.int64), base, value))
    return used, pairs, empty


def coded_question(design: Design, asked: Mapping[str, float]) -> Floats:
    """Return a question in the words of a study, coded; what is not named is off, or at the middle of its range.

    Raises:
        StationFileError: names that the study does not vary.
    """
    faults = []
    for name in asked:
        if name not in design.names:
            known = nearest(name, design.names) or f"one of {', '.join(design.names)}"
            faults.append(Fault("--set", "", name, "is not varied in this study", known))
    if faults:
        raise StationFileError(faults)
    x = np.zeros(len(design.factors))
    for i, factor in enumerate(design.factors):
        if isinstance(factor, Switch):
            named = any(isinstance(f, Strength) and f.switch == factor.name and f.name in asked for f in design.factors)
            x[i] = asked.get(factor.name, ON if factor.always or named else OFF)
        else:
            x[i] = factor.coded(asked[factor.name]) if factor.name in asked else 0.5
    return x
