"""Draws of the uncertain parameters: stratified, keyed by seed and name, and the table they are kept in.

A table of draws (Parquet, one row a draw, one column a parameter) is also the form of a posterior.
"""

from collections.abc import Sequence
from glob import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniforms
from scenarios.faults import nearest, shown
from scenarios.safe_files import replace_file

BLOCK: Final = 20  # draws are stratified in blocks, so that 200 draws go on from the first 20
DAYS_A_DRAW: Final = 2
DRAW: Final = "draw"
FIRST_DAY: Final = 1 << 20  # day numbers of draws never meet those of the main days


def stratified(seed: int, names: Sequence[str], draw: int) -> NDArray[np.float64]:
    """Return a number in (0, 1) for each parameter name, for one draw.

    In each block of 20 draws every name has one number in each twentieth of (0, 1), in an order of its own
    (Latin hypercube). A number depends on seed, name and draw alone: a new parameter changes no other.
    """
    block, place = divmod(draw, BLOCK)
    entities = np.array([entity_of(name) for name in names], dtype=np.int64)
    order, inside = np.zeros_like(entities), np.ones_like(entities)  # two kinds of luck
    purpose = int(Purpose.PARAMETER_DRAW)
    marks = np.array([uniforms(seed, purpose, block, entities, order, t) for t in range(BLOCK)])
    stratum = (marks < marks[place]).sum(axis=0)
    within = uniforms(seed, purpose, block, entities, inside, place)
    return np.asarray((stratum + within) / BLOCK)


def draw_parameters(parameters: Parameters, seed: int, count: int) -> tuple[Parameters, ...]:
    """Return ``count`` draws of all uncertain parameters from their ranges; the first ones never change."""
    names = parameters.uncertain()
    return tuple(parameters.draw([float(u) for u in stratified(seed, names, j)]) for j in range(count))


def day_number(draw: int, which: int) -> int:
    """Return the number of day ``which`` (0, 1) of a draw: fresh days in every draw, the same in all arms."""
    return FIRST_DAY + DAYS_A_DRAW * draw + which


def write_draws(path: Path, draws: Sequence[Parameters]) -> None:
    """Write a table of draws: ``draw`` and one column a parameter, in the order of the parameter table."""
    import duckdb

    names = [row.name for row in draws[0].rows] if draws else []
    table = {DRAW: np.arange(len(draws))}
    for i, name in enumerate(names):
        table[name] = np.array([draw.values[i] for draw in draws])
    connection = duckdb.connect()
    connection.register("draws", table)
    with replace_file(path) as beside:
        target = str(beside).replace("'", "''")
        connection.execute(f"copy draws to '{target}' (format parquet, use_tmp_file false)")
    connection.close()


def read_draws(path: Path) -> tuple[Parameters, ...]:
    """Return the draws of a table; parameters that it does not name keep their default.

    Raises:
        ValueError: no such file, no column ``draw``, a column that is no parameter, or a value that is not a finite
            number.
    """
    import duckdb

    if not path.is_file():
        raise ValueError(f"{path}: is no file")
    try:
        table = duckdb.connect().from_parquet(escape(str(path)))
        default, columns = Parameters.default(), table.columns
        if wrong := _wrong_columns(columns, [row.name for row in default.rows]):
            raise ValueError(f"{path}: is no table of draws: {wrong}")
        found = table.order(DRAW).fetchnumpy()
    except duckdb.Error:
        raise ValueError(f"{path}: is no table of draws: it is no Parquet file that can be read") from None
    names = [name for name in columns if name != DRAW]
    for name in names:
        if not _numbers(found[name]):
            raise ValueError(f"{path}: is no table of draws: column {name} holds what is not a finite number")
    rows = zip(*(found[name].tolist() for name in names), strict=True)
    return tuple(default.replace(**{n: float(v) for n, v in zip(names, row, strict=True)}) for row in rows)


def _wrong_columns(columns: Sequence[str], known: Sequence[str]) -> str:
    """Return which columns a table of draws lacks or should not have; empty when none."""
    if DRAW not in columns:
        return f"it has no column {DRAW}"
    strange = [name for name in columns if name != DRAW and name not in known]
    if not strange:
        return "" if len(columns) > 1 else "it has no column of a parameter"
    more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
    told = nearest(strange[0], known)
    return f'column "{shown(strange[0])}"{more} is no parameter' + (f"; {told}" if told else "")


def _numbers(column: NDArray[Any]) -> bool:
    """Return whether all values of a column are finite numbers."""
    if not np.issubdtype(column.dtype, np.number):
        return False
    return bool(np.isfinite(np.ma.filled(column.astype(float), np.nan)).all())
