"""Makes a timetable out of a clock-face pattern: lines that call at the same minutes of each hour."""

import csv
import io
from itertools import pairwise
from pathlib import Path
from typing import Final

from model.inputs.timetable import Train
from scenarios.faults import Fault, StationFileError, shown
from scenarios.plain_files import MAX_CSV_BYTES, decode, read_bytes
from scenarios.table_files import Call, parse_days, parse_time, time_text, train_id

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
    faults: list[Fault] = []
    calls: list[Call] = []
    reader = csv.DictReader(io.StringIO(decode(read_bytes(path, MAX_CSV_BYTES), path.name)))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise StationFileError(
            [Fault(path.name, "line 1", "", f"must have the columns {', '.join(COLUMNS)}")]
        )
    for line, row in enumerate(reader, start=2):
        try:
            calls += _calls(row, line)
        except (ValueError, TypeError) as error:
            faults.append(Fault(path.name, f"line {line}", "", shown(str(error))))
    faults += _meetings(calls, path.name)
    if faults:
        raise StationFileError(faults)
    return sorted(calls, key=lambda call: (call.train.arrival_s or 0, call.train.platform))


def _calls(row: dict[str, str], line: int) -> list[Call]:
    first, last = parse_time(row["first_arrival"]), parse_time(row["last_arrival"])
    every, turn, cars = (int(row[key]) for key in ("every_min", "turn_min", "cars"))
    if every <= 0 or turn <= 0 or cars <= 0 or last < first:
        raise ValueError(
            "every_min, turn_min and cars must be above 0, and last_arrival not before the first"
        )
    days = parse_days(row["days"])
    platform = row["platform"]
    trains = [
        Train(train_id(platform, t, t + turn * 60), t, t + turn * 60, platform, row["line"], cars)
        for t in range(first, last + 1, every * 60)
    ]
    return [Call(train, days, line) for train in trains]


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
