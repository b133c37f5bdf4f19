"""The CSV files of a station: timetable, demand by hour, population mix; to values and back.

timetable.csv   arrival,departure,platform,line,cars,days[,id]; HH:MM or HH:MM:SS, 05:00 to 25:00; arrival
                is empty when the train starts here, departure when it ends here; days as ``mo-fr``,
                ``weekday``, ``weekend``, ``daily``, ``sa,su`` or digits (1 is Monday).
demand.csv      hour,boarding_share,alighting_share,source; hours 0 to 25; each share adds up to 1.
population.csv  gender,age_band,regular,luggage,group_size,share_day,share_evening,source.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from model.inputs.inputs import DAY_END_S, DAY_START_S
from model.inputs.population import AGE_BANDS, GENDERS, AgeBand, Gender, Population, Share
from model.inputs.timetable import Timetable, Train
from scenarios.faults import Fault, nearest, shown
from scenarios.plain_files import (
    MAX_CSV_BYTES,
    MAX_FAULTS,
    Table,
    decode,
    parse_csv,
    parse_number,
    read_bytes,
)

TIMETABLE_COLUMNS: Final = ("arrival", "departure", "platform", "line", "cars", "days")
DEMAND_COLUMNS: Final = ("hour", "boarding_share", "alighting_share", "source")
MIX_COLUMNS: Final = (
    "gender",
    "age_band",
    "regular",
    "luggage",
    "group_size",
    "share_day",
    "share_evening",
    "source",
)
HOURS: Final = 26
MAX_CARS: Final = 20
MAX_GROUP: Final = 10
SHARES_TOLERANCE: Final = 0.005
DAY_NAMES: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
_GROUPS: Final = {"weekday": range(5), "weekend": range(5, 7), "daily": range(7)}
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")
_WORD = re.compile(r"[\w.:/+\- ]{1,64}")


@dataclass(frozen=True, slots=True)
class Call:
    """A row of a timetable: a train, the days it runs (0 is Monday), and its line in the file."""

    train: Train
    days: frozenset[int]
    line: int


class _Row:
    """A row of a table that notes what is wrong with its cells."""

    def __init__(self, table: Table, line: int, cells: dict[str, str], faults: list[Fault]) -> None:
        self.file, self.line, self.cells, self.faults = table.file, line, cells, faults
        self.sound = True

    def fault(self, column: str, message: str, remedy: str = "") -> None:
        self.sound = False
        self.faults.append(Fault(self.file, f"line {self.line}", column, message, remedy))

    def read[T](self, column: str, read: Callable[[str], T], otherwise: T, remedy: str = "") -> T:
        try:
            return read(self.cells.get(column, ""))
        except ValueError as error:
            self.fault(column, str(error), remedy)
            return otherwise

    def number(self, column: str, low: float, high: float) -> float:
        value = self.read(column, parse_number, low, f"a number from {low:g} to {high:g}")
        if not low <= value <= high:
            self.fault(column, f"{value:g} is not between {low:g} and {high:g}")
        return value

    def whole(self, column: str, low: int, high: int) -> int:
        value = self.number(column, low, high)
        if value != int(value):
            self.fault(column, f"{value:g} is not a whole number")
        return int(value)

    def word[W: str](self, column: str, words: Iterable[W]) -> W:
        valid = tuple(words)
        text = self.cells.get(column, "")
        if text not in valid:
            self.fault(column, f'"{shown(text)}" is not a known word', nearest(text, valid))
            return valid[0]
        return text


def _table(path: Path, columns: tuple[str, ...], faults: list[Fault], optional: tuple[str, ...] = ()) -> Table:
    table = parse_csv(decode(read_bytes(path, MAX_CSV_BYTES), str(path)), str(path))
    faults.extend(table.faults)
    for column in columns:
        if column not in table.columns:
            faults.append(Fault(table.file, "line 1", column, "this column is missing"))
    for column in table.columns:
        if column not in (*columns, *optional):
            faults.append(
                Fault(table.file, "line 1", shown(column), "is no column of this file", nearest(column, columns))
            )
    return table


def _rows(table: Table, columns: tuple[str, ...], faults: list[Fault]) -> Iterable[_Row]:
    if not set(columns) <= set(table.columns):
        return
    for line, cells in table.rows:
        if len(faults) >= MAX_FAULTS:
            return
        yield _Row(table, line, cells, faults)


# times, days, ids


def parse_time(text: str) -> int:
    """Return seconds since 00:00 of ``HH:MM`` or ``HH:MM:SS``, hours up to 29; ValueError otherwise."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is not a time HH:MM or HH:MM:SS')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours > 29:
        raise ValueError(f'"{shown(text)}" is later than 29:59')
    return hours * 3600 + minutes * 60 + seconds


def time_text(seconds: int) -> str:
    """Return ``HH:MM``, with ``:SS`` only when it is needed."""
    hours, rest = divmod(seconds, 3600)
    text = f"{hours:02d}:{rest // 60:02d}"
    return f"{text}:{rest % 60:02d}" if rest % 60 else text


def train_id(platform: str, arrival_s: int | None, departure_s: int | None) -> str:
    """Return the stable name of a train: platform and first time; times on one platform never coincide."""
    first = arrival_s if arrival_s is not None else departure_s
    return f"{platform}-{time_text(first or 0)}"


def parse_days(text: str) -> frozenset[int]:
    """Return the days of the week (0 is Monday) that ``mo-fr``, ``weekday`` or ``1234567`` names."""
    days: set[int] = set()
    for part in re.split(r"[\s,+/]+", text.strip().lower()):
        first, hyphen, last = part.partition("-")
        if part in _GROUPS:
            days.update(_GROUPS[part])
        elif part and set(part) <= set("1234567"):
            days.update(int(digit) - 1 for digit in part)
        elif first in DAY_NAMES and (last in DAY_NAMES if hyphen else True):
            start = DAY_NAMES.index(first)
            length = (DAY_NAMES.index(last) - start) % 7 if hyphen else 0
            days.update((start + k) % 7 for k in range(length + 1))
        else:
            raise ValueError(f'"{shown(text)}" names no days')
    return frozenset(days)


def days_text(days: frozenset[int]) -> str:
    """Return digits, 1 is Monday."""
    return "".join(str(day + 1) for day in sorted(days))


# timetable


def read_calls(path: Path) -> tuple[list[Call], list[Fault]]:
    """Read all rows of a timetable, whatever day they run, sorted by first time.

    Returns:
        the rows that can be used, and what is wrong with the others.

    Raises:
        StationFileError: when the file cannot be read at all.
    """
    faults: list[Fault] = []
    table = _table(path, TIMETABLE_COLUMNS, faults, optional=("id",))
    calls: list[Call] = []
    for row in _rows(table, TIMETABLE_COLUMNS, faults):
        arrival, departure = (row.read(c, _time_or_none, None, "HH:MM") for c in ("arrival", "departure"))
        _check_times(row, arrival, departure)
        platform = row.read("platform", _word, "")
        line = row.read("line", _word, "")
        cars = row.whole("cars", 1, MAX_CARS)
        days = row.read("days", parse_days, frozenset[int](), "mo-fr, weekday, weekend, daily, or digits 1 to 7")
        name = row.cells.get("id") or train_id(platform, arrival, departure)
        if row.sound:
            calls.append(Call(Train(name, arrival, departure, platform, line, cars), days, row.line))
    return sorted(calls, key=lambda call: _order(call.train)), faults


def _order(train: Train) -> tuple[int, str, str]:
    first = train.arrival_s if train.arrival_s is not None else train.departure_s
    return (first or 0, train.platform, train.id)


def _time_or_none(text: str) -> int | None:
    return parse_time(text) if text else None


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError(f'"{shown(text)}" is not a name' if text else "is empty")
    return text


def _check_times(row: _Row, arrival: int | None, departure: int | None) -> None:
    if arrival is None and departure is None and row.sound:
        row.fault("arrival", "neither arrival nor departure is given")
    for column, time in (("arrival", arrival), ("departure", departure)):
        if time is not None and not DAY_START_S <= time <= DAY_END_S:
            message = f"{time_text(time)} is outside 05:00 to 25:00"
            row.fault(column, message, "a train after midnight belongs to the day before: 24:10, not 00:10")
    if arrival is not None and departure is not None and departure < arrival:
        row.fault("departure", f"{time_text(departure)} is before the arrival at {time_text(arrival)}")


def timetable_of(calls: Iterable[Call], weekday: int, source: str = "") -> Timetable:
    """Return the trains of one day of the week (0 is Monday)."""
    return Timetable(tuple(call.train for call in calls if weekday in call.days), source)


def write_timetable(path: Path, calls: Iterable[Call]) -> None:
    """Write a timetable in order of first time; an ``id`` column only when an id is not the derived one."""
    ordered = sorted(calls, key=lambda call: _order(call.train))
    named = any(c.train.id != train_id(c.train.platform, c.train.arrival_s, c.train.departure_s) for c in ordered)
    rows = []
    for call in ordered:
        train = call.train
        times = ["" if t is None else time_text(t) for t in (train.arrival_s, train.departure_s)]
        row = [*times, train.platform, train.line, str(train.cars), days_text(call.days)]
        rows.append([*row, train.id] if named else row)
    write_csv(path, (*TIMETABLE_COLUMNS, "id") if named else TIMETABLE_COLUMNS, rows)


# demand and mix


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of the day's boardings and alightings in hours 0 to 25; each share adds up to 1."""

    boarding: tuple[float, ...]
    alighting: tuple[float, ...]
    source: str = ""


def read_profile(path: Path) -> tuple[Profile, list[Fault]]:
    """Read demand.csv; hours that are not given are 0. Shares within 0.005 of 1 are scaled to it."""
    faults: list[Fault] = []
    table = _table(path, DEMAND_COLUMNS, faults)
    shares = {"boarding_share": [0.0] * HOURS, "alighting_share": [0.0] * HOURS}
    seen: set[int] = set()
    sources: set[str] = set()
    for row in _rows(table, DEMAND_COLUMNS, faults):
        hour = row.whole("hour", 0, HOURS - 1)
        if hour in seen and row.sound:
            row.fault("hour", f"hour {hour} is given twice")
        seen.add(hour)
        sources.add(row.cells["source"])
        for column, values in shares.items():
            value = row.number(column, 0, 1)
            if row.sound and value > 0 and not DAY_START_S <= hour * 3600 < DAY_END_S:
                row.fault(column, f"hour {hour} is outside 05:00 to 25:00", "give its people to another hour")
            values[hour] = value if row.sound else 0.0
    for column, values in shares.items():
        total = sum(values)
        if not faults and abs(total - 1) > SHARES_TOLERANCE:
            faults.append(Fault(str(path), "", column, f"adds up to {total:.4f}, not to 1"))
    boarding, alighting = (_scaled(values) for values in shares.values())
    return Profile(boarding, alighting, "; ".join(sorted(sources - {""}))), faults


def _scaled(values: list[float]) -> tuple[float, ...]:
    total = sum(values)
    if total <= 0 or abs(total - 1) < 1e-9:
        return tuple(values)
    return tuple(value / total for value in values)


def write_profile(path: Path, population: Population, source: str) -> None:
    """Write demand.csv, all 26 hours."""
    pairs = zip(population.boarding_profile, population.alighting_profile, strict=True)
    rows = [[str(hour), _plain(b), _plain(a), source] for hour, (b, a) in enumerate(pairs)]
    write_csv(path, DEMAND_COLUMNS, rows)


def read_mix(path: Path) -> tuple[tuple[Share, ...], list[Fault]]:
    """Read population.csv."""
    faults: list[Fault] = []
    table = _table(path, MIX_COLUMNS, faults)
    mix: list[Share] = []
    for row in _rows(table, MIX_COLUMNS, faults):
        share = Share(
            gender=cast(Gender, row.word("gender", GENDERS)),
            age_band=cast(AgeBand, row.word("age_band", AGE_BANDS)),
            regular=row.word("regular", ("true", "false")) == "true",
            luggage=row.word("luggage", ("true", "false")) == "true",
            group_size=row.whole("group_size", 1, MAX_GROUP),
            share_day=row.number("share_day", 0, 1_000_000),
            share_evening=row.number("share_evening", 0, 1_000_000),
            source=row.cells["source"] or "assumed",
        )
        if row.sound:
            mix.append(share)
    for column in ("share_day", "share_evening"):
        if not faults and sum(getattr(share, column) for share in mix) <= 0:
            faults.append(Fault(str(path), "", column, "adds up to nothing: nobody would come"))
    return tuple(mix), faults


def write_mix(path: Path, mix: Iterable[Share]) -> None:
    """Write population.csv."""
    rows = [
        [
            share.gender,
            share.age_band,
            "true" if share.regular else "false",
            "true" if share.luggage else "false",
            str(share.group_size),
            _plain(share.share_day),
            _plain(share.share_evening),
            share.source,
        ]
        for share in mix
    ]
    write_csv(path, MIX_COLUMNS, rows)


def _plain(number: float) -> str:
    """Return the shortest text that reads back as the same number."""
    return repr(int(number)) if number == int(number) else repr(float(number))


def write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[list[str]]) -> None:
    """Write UTF-8 with a header, commas and plain line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
