"""The table of a study (columns: ``scenarios.design``): written from the store point by point, and read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.results import OUTCOME_UNITS
from scenarios.cells import DayCells, booked_outside, day_cells
from scenarios.design import POINT_COLUMNS, SUM_COLUMNS, TABLE, Design, Strength, Switch, Wanted
from scenarios.design_study import DesignStudy
from scenarios.faults import StudyError
from scenarios.intervals import Array
from scenarios.safe_files import replace_file
from scenarios.store import DamagedRunError
from scenarios.study_parts import keys_of
from scenarios.work import Task

ROWS_AT_ONCE: Final = 20_000
NOT_RUN: Final = "not run yet"
_SUMS: Final = ("total", "weight", "base_total", "base_weight")


def write_table(study: DesignStudy) -> Path:
    """Write ``study.parquet``: old or new, never half; the same bytes for the same study.

    Returns:
        Its path.

    Raises:
        OSError: the disk refuses.
    """
    import duckdb

    columns = _columns(study.design)
    path = study.out / TABLE
    with replace_file(path) as beside:
        scratch = beside.with_suffix(".duckdb")  # on disk, so that memory does not grow with the number of rows
        connection = duckdb.connect(str(scratch), config={"threads": 1, "preserve_insertion_order": True})
        try:
            connection.execute(
                f"create table study ({', '.join(f'{_quoted(n)} {kind}' for n, kind in columns.items())})"
            )
            for part in _parts(study, columns):
                connection.register("part", part)
                connection.execute("insert into study from part")
                connection.unregister("part")
            target = str(beside).replace("'", "''")
            connection.execute(f"copy study to '{target}' (format parquet, compression zstd, use_tmp_file false)")
        finally:
            connection.close()
            scratch.unlink(missing_ok=True)
    return path


def read_sums(table: Path) -> dict[str, NDArray[Any]]:
    """Return the columns of the runs of a table that did not fail, by outcome, point and day.

    Returns:
        ``point``, ``day``, ``outcome``, ``unit`` and the four sums, each (rows,).

    Raises:
        StudyError: it is no table of a study, or holds no finished run.
    """
    import duckdb

    wanted = ", ".join(("point", "day", "outcome", "unit", *_SUMS))
    try:
        found = duckdb.execute(
            f"select {wanted} from read_parquet(?) where failed = '' order by outcome, point, day", [str(table)]
        ).fetchnumpy()
    except duckdb.Error as error:
        raise StudyError(f"{table}: is no table of a study ({str(error).splitlines()[0]})") from None
    if not len(found["point"]):
        raise StudyError(f"{table}: holds no finished run")
    return {name: np.asarray(values) for name, values in found.items()}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _columns(design: Design) -> dict[str, str]:
    """Return names and types of the columns, in their order."""
    factors = {f.name: "tinyint" if isinstance(f, Switch) else "double" for f in design.factors}
    whole = {f.name: "integer" for f in design.factors if isinstance(f, Strength) and f.whole}
    kinds = {"outcome": "varchar", "unit": "varchar", "failed": "varchar"}
    sums = {name: kinds.get(name, "double") for name in SUM_COLUMNS}
    return {**dict.fromkeys(POINT_COLUMNS, "integer"), **factors, **whole, **sums}


def _parts(study: DesignStudy, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rows, some thousands at once, as columns."""
    rows: list[tuple[Any, ...]] = []
    for row in _rows(study):
        rows.append(row)
        if len(rows) >= ROWS_AT_ONCE:
            yield _part(rows, columns)
            rows = []
    if rows:
        yield _part(rows, columns)


def _part(rows: Sequence[tuple[Any, ...]], columns: Mapping[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for (name, kind), values in zip(columns.items(), zip(*rows, strict=True), strict=True):
        if kind == "varchar":
            out[name] = np.array(values, dtype=object)
        else:
            numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
            out[name] = np.ma.masked_invalid(numbers)
    return out


def _rows(study: DesignStudy) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each point, day and outcome."""
    read = _Reading(study)
    for point, days in enumerate(study.design.days.tolist()):
        factors = [None if np.isnan(v) else v for v in study.design.values[point].tolist()]
        for column, day in enumerate(days):
            before, after, failed = read.pair(point, column)
            for i, wanted in enumerate(study.wanted):
                sums = (None,) * len(_SUMS) if failed else (*after[i], *before[i])
                unit = OUTCOME_UNITS[wanted.outcome]
                yield point, int(study.design.draw[point]), day, *factors, wanted.name, unit, *sums, failed


class _Reading:
    """Reads the sums of pairs; days without measures are read once for the points that share them."""

    def __init__(self, study: DesignStudy) -> None:
        self.study = study
        self._base: dict[Task, tuple[DayCells | None, str]] = {}

    def pair(self, point: int, column: int) -> tuple[list[tuple[float, float]], list[tuple[float, float]], str]:
        """Return totals and weights of the outcomes without and with measures, and why there are none."""
        without, with_ = self.study.pair(point, column)
        if without not in self._base:
            if column == 0:
                self._base.clear()  # the points before had others
            self._base[without] = self._cells(without)
        base, failed_base = self._base[without]
        value, failed = self._cells(with_)
        if base is None or value is None:
            return [], [], failed_base or failed
        index, outside = value.index, np.array([value.outside])
        total = booked_outside(index, base.total[None], value.total[None], outside)[0]
        before = [_sums(wanted, base, base.total) for wanted in self.study.wanted]
        return before, [_sums(wanted, value, total) for wanted in self.study.wanted], ""

    def _cells(self, task: Task) -> tuple[DayCells | None, str]:
        store, key = self.study.store, self.study.work.key(task)
        try:
            return day_cells(store.read(key, maps=False)), ""
        except DamagedRunError:
            return None, _told(store.failed / f"{key}.json")


def _sums(wanted: Wanted, cells: DayCells, total: Array) -> tuple[float, float]:
    places = [cells.index.number[key] for key in keys_of(wanted)]
    return float(total[places].sum()), float(cells.weight[places[0]])


def _told(row: Path) -> str:
    """Return the last line of the traceback of a run that failed."""
    try:
        return str(json.loads(row.read_bytes())["traceback"]).strip().splitlines()[-1]
    except (OSError, ValueError, KeyError, IndexError):
        return NOT_RUN
