"""From the table of a study to an emulator, and a question to it in the words of the study."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scenarios.design import OFF, ON, Design, Strength, Switch
from scenarios.emulator import FEWEST_DAYS, Emulator, Points, Space, fit, known_variance
from scenarios.faults import Fault, StationFileError, nearest
from scenarios.intervals import ratio_of_sums
from scenarios.study import StudyError

Floats = NDArray[np.float64]
EMULATOR: Final = "emulator.json"
_SCORES: Final = "score"
_DAYS: Final = " per day"


def learn_study(design: Design, table: Path, made: Mapping[str, Any]) -> Emulator:
    """Return the emulator of all outcomes of a study.

    Args:
        design: of the study; table: its ``study.parquet``.
        made: how the study was made, shown with each answer.

    Raises:
        StudyError: the table cannot be read, or holds too few points or days.
    """
    rows = _read(table)
    x, kinds = design.coded(), design.factors
    switch = [isinstance(factor, Switch) for factor in kinds]
    owner = [design.names.index(f.switch) if isinstance(f, Strength) else -1 for f in kinds]
    gates = [i for i, is_switch in enumerate(switch) if is_switch]
    outcomes, days = {}, 0
    for name in dict.fromkeys(rows["outcome"].tolist()):
        here = rows["outcome"] == name
        found = {column: values[here] for column, values in rows.items()}
        unit = str(found["unit"][0])
        used, y, variances, base, days = _points(found, unit)
        if len(used) == 0:
            raise StudyError(f"{table}: {name} has no point with {FEWEST_DAYS} finished days; 4 or more are needed")
        points = Points(
            name=str(name),
            unit=unit,
            relative=unit.endswith(_DAYS),
            y=y,
            variance=known_variance(variances, days),
            base=base,
            day=float(variances.mean()),
            better=1 if unit.startswith(_SCORES) else -1,
        )
        try:
            outcomes[str(name)] = fit(points, x[used], gates)
        except ValueError as error:
            raise StudyError(f"{table}: {error}; ask the study for more points") from None
    if not outcomes:
        raise StudyError(f"{table}: holds no outcome")
    return Emulator(Space.of(design.names, x, switch, owner), outcomes, days, dict(made))


def _read(table: Path) -> dict[str, NDArray[Any]]:
    import duckdb

    wanted = "point, day, outcome, unit, total, weight, base_total, base_weight"
    try:
        found = duckdb.execute(
            f"select {wanted} from read_parquet(?) where failed = '' order by outcome, point, day", [str(table)]
        ).fetchnumpy()
    except duckdb.Error as error:
        raise StudyError(f"{table}: is no table of a study ({str(error).splitlines()[0]})") from None
    return {name: np.asarray(values) for name, values in found.items()}


def _points(rows: Mapping[str, NDArray[Any]], unit: str) -> tuple[NDArray[np.int64], Floats, Floats, float, int]:
    """Return numbers of the points, their changes, variances of one day, level of the base, days of a point."""
    used, y, variances, days = [], [], [], []
    for point in np.unique(rows["point"]):
        here = rows["point"] == point
        base, base_weight, value, weight = (
            rows[name][here].astype(np.float64) for name in ("base_total", "base_weight", "total", "weight")
        )
        if here.sum() < FEWEST_DAYS:
            continue
        level, e_base = ratio_of_sums(base, base_weight)
        changed, e_value = ratio_of_sums(value, weight)
        if unit.endswith(_DAYS):
            if not level > 0:
                continue
            change, influence = changed / level - 1, (e_value - changed / level * e_base) / level
        else:
            change, influence = changed - level, e_value - e_base
        if np.isfinite(change):
            used.append(int(point))
            y.append(float(change))
            variances.append(float(influence.var(ddof=1)))
            days.append(int(here.sum()))
    weight_sum = float(rows["base_weight"].astype(np.float64).sum())
    base_level = float(rows["base_total"].astype(np.float64).sum()) / weight_sum if weight_sum > 0 else float("nan")
    number = min(days, default=0)
    return np.array(used, dtype=np.int64), np.array(y), np.array(variances), base_level, number


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
