"""Makes a timetable out of a clock-face pattern: lines that call at the same minutes of each hour."""

from itertools import pairwise
from pathlib import Path
from typing import Final

from model.inputs.inputs import DAY_END_S, DAY_START_S
from model.inputs.timetable import Train
from scenarios.faults import Fault, StationFileError
from scenarios.importers.tables import Row, read_rows, whole
from scenarios.table_files import MAX_CARS, Call, parse_days, parse_time, time_text, train_id

COLUMNS: Final = (
    "line",
    "platform",
    "first_arrival",
    "last_arrival",
    "every_min",
    "turn_min",
    "cars",
    "days",
)
BETWEEN_S: Final = 120  # a platform stays empty for at least this long between two trains


def read_pattern(path: Path) -> list[Call]:
    """Return the trains of a pattern, in order of arrival.

    Args:
        path: CSV with the columns ``COLUMNS``: each row is a line that arrives at a platform every
            ``every_min`` minutes from the first to the last arrival and leaves ``turn_min`` later.

    Returns:
        Calls with the days they run; each train arrives and departs (a terminal station).

    Raises:
        StationFileError: a row that cannot be read, or two trains on one platform at the same time.
    """
    calls = [call for calls in read_rows(path, COLUMNS, _calls) for call in calls]
    if faults := _meetings(calls, path.name):
        raise StationFileError(faults)
    return sorted(calls, key=lambda call: (call.train.arrival_s or 0, call.train.platform))


def _calls(line: int, row: Row) -> list[Call]:
    first, last = (_time(row, column) for column in ("first_arrival", "last_arrival"))
    every, turn = (whole(row, column, 1, DAY_END_S // 60) for column in ("every_min", "turn_min"))
    cars = whole(row, "cars", 1, MAX_CARS)
    if last < first:
        raise ValueError("last_arrival: is before the first")
    if first < DAY_START_S or last + turn * 60 > DAY_END_S:
        raise ValueError("first_arrival: trains run from 05:00 to 25:00, the turn of the last one included")
    try:
        days = parse_days(row["days"])
    except ValueError as error:
        raise ValueError(f"days: {error}") from None
    platform = row["platform"]
    trains = [
        Train(train_id(platform, t, t + turn * 60), t, t + turn * 60, platform, row["line"], cars)
        for t in range(first, last + 1, every * 60)
    ]
    return [Call(train, days, line) for train in trains]


def _time(row: Row, column: str) -> int:
    try:
        return parse_time(row[column])
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _meetings(calls: list[Call], file: str) -> list[Fault]:
    """Name the trains that stand on a platform before the one before them has left."""
    faults: dict[tuple[int, int], Fault] = {}
    ordered = sorted(calls, key=lambda call: (call.train.platform, call.train.arrival_s or 0))
    for before, after in pairwise(ordered):
        a, b = before.train, after.train
        if a.platform != b.platform or not before.days & after.days:
            continue
        if (b.arrival_s or 0) < (a.departure_s or 0) + BETWEEN_S:
            message = (
                f"the {time_text(b.arrival_s or 0)} of {b.line} comes less than {BETWEEN_S} s after the "
                f"{time_text(a.departure_s or 0)} of {a.line} (line {before.line}) has left platform "
                f"{a.platform}"
            )
            # the pattern repeats, so the first meeting of two rows tells enough
            pair = (before.line, after.line)
            faults.setdefault(pair, Fault(file, f"line {after.line}", "first_arrival", message))
    return list(faults.values())
