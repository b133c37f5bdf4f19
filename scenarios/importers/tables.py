"""Reads the small CSV tables of the importers: fixed columns, all faults told with their line."""

from collections.abc import Callable
from pathlib import Path

from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.plain_files import MAX_CSV_BYTES, decode, parse_csv, parse_number, read_bytes

Row = dict[str, str]


def read_rows[T](path: Path, columns: tuple[str, ...], make: Callable[[int, Row], T]) -> list[T]:
    """Return what ``make`` makes of each row.

    Args:
        path: CSV with exactly these columns.
        columns: their names, in order.
        make: takes line and cells; raises ValueError with ``column: message`` or ``message``.

    Raises:
        StationFileError: all faults of all rows.
    """
    table = parse_csv(decode(read_bytes(path, MAX_CSV_BYTES), path.name), path.name)
    faults = list(table.faults)
    for column in set(columns) ^ set(table.columns):
        what = "this column is missing" if column in columns else "is no column of this file"
        faults.append(Fault(path.name, "line 1", shown(column), what, nearest(column, columns)))
    if set(columns) != set(table.columns):
        raise StationFileError(sorted(faults, key=str))
    made = []
    for line, row in table.rows:
        try:
            made.append(make(line, row))
        except ValueError as error:
            column, _, message = str(error).partition(": ")
            known = column in columns
            told = message if known else str(error)
            faults.append(Fault(path.name, f"line {line}", column if known else "", told))
    if faults:
        raise StationFileError(faults)
    return made


def number(row: Row, column: str, low: float, high: float) -> float:
    """Return a number of a row within bounds; ValueError otherwise."""
    try:
        value = parse_number(row[column])
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None
    if not low <= value <= high:
        raise ValueError(f"{column}: {value:g} is not between {low:g} and {high:g}")
    return value


def whole(row: Row, column: str, low: int, high: int) -> int:
    """Return a whole number of a row within bounds; ValueError otherwise."""
    value = number(row, column, low, high)
    if value != int(value):
        raise ValueError(f"{column}: {value:g} is not a whole number")
    return int(value)


def word[W: str](row: Row, column: str, words: tuple[W, ...]) -> W:
    """Return one of the words; ValueError that names the nearest otherwise."""
    for valid in words:
        if row[column] == valid:
            return valid
    raise ValueError(f'{column}: "{shown(row[column])}" is not a known word ({nearest(row[column], words)})')
