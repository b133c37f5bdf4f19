"""Seasons of a station: what each of their days is made of, and its pages on disk.

``season/<arm>/<key>.npz`` holds the page of one day. Its key hangs on the key of the day before, its inputs, the seed
and the model, so that a season broken off goes on where it was and nothing of other inputs is ever taken for it.
"""

import csv
import datetime
import io
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.seasons.days import DayKind, DayPage, Plan, date_of, on_date
from model.seasons.record import Row
from model.seasons.season import Remember, Season
from model.world.world import World
from scenarios.compare import plain_field
from scenarios.faults import StationFileError
from scenarios.packed import read_packed
from scenarios.safe_files import write_whole
from scenarios.scenario import BASE_NAME, Scenario
from scenarios.station_files import DEFAULT_DATE, read_station
from scenarios.store import FieldCache, cache_folder
from scenarios.version import fields_version, model_version

TABLE: Final = "season.csv"
FOLDER: Final = "season"
LABEL: Final = "scenario"
KEY_LETTERS: Final = 32
_KEPT_WORLDS: Final = 8  # three kinds of day, two arms, and what has just failed


@dataclass
class Reading:
    """A station read once for each day of the week.

    Attributes:
        station: name or path.  start: a date of the first week.
        without_trains: days of the week on which no train runs; they have those of the first weekday.
    """

    station: str
    start: datetime.date = DEFAULT_DATE

    def __post_init__(self) -> None:
        self.without_trains: set[int] = set()
        self._read: dict[int, Inputs] = {}

    def base(self, week: int, kind: DayKind) -> Inputs:
        """Return a day of the base.

        Raises:
            StationFileError: the station has faults.
        """
        date = date_of(self.start, week, kind)
        if date.weekday() not in self._read:
            self._read[date.weekday()] = self._of_weekday(date)
        return on_date(self._read[date.weekday()], date)

    def _of_weekday(self, date: datetime.date) -> Inputs:
        weekday = date_of(self.start, 0, "weekday")
        usual = read_station(self.station, date=weekday)
        if date.weekday() == weekday.weekday():
            return usual
        with suppress(StationFileError):  # the files are sound, as the weekday has shown: no train runs
            return read_station(self.station, date=date)
        self.without_trains.add(date.weekday())
        return usual

    def plan(self, scenario: Scenario | None = None, first: int = 0, last: int | None = None) -> Plan:
        """Return the days of a scenario that holds from week ``first`` up to, not with, week ``last``."""
        undated = None if scenario is None else replace(scenario, date=None, window=None)

        @cache
        def plan(week: int, kind: DayKind) -> Inputs:
            inputs = self.base(week, kind)
            holds = undated is not None and week >= first and (last is None or week < last)
            return undated.inputs(inputs) if holds and undated is not None else inputs

        return plan


class Fields:
    """Fields of a place by what they depend on, made once for all days on which that is the same.

    Those of the first days are kept on disk. Later ones come as lamps fail and are repaired, differ from week to week,
    and are let go again.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = FieldCache(folder if folder is not None else cache_folder(), fields_version())
        self._later = self._cache.without_writing()
        self._worlds: OrderedDict[str, World] = OrderedDict()
        self._made = 0

    def __call__(self, inputs: Inputs) -> World:
        """Return the fields of a day."""
        # of the roster only who looks at cameras: guards, upkeep and reports leave no field
        key = digest([digest(inputs.layout), digest(inputs.roster.operators), digest(inputs.parameters)])
        if key not in self._worlds:
            cache = self._cache if self._made < _KEPT_WORLDS else self._later
            self._worlds[key] = World.of(inputs, cache.remember)
            self._made += 1
            while len(self._worlds) > _KEPT_WORLDS:
                self._worlds.popitem(last=False)
        self._worlds.move_to_end(key)
        return self._worlds[key]


class Pages:
    """The pages of an arm on disk; counts how many were there already."""

    def __init__(self, folder: Path, plan: Plan, seed: int) -> None:
        self.folder, self.plan, self.found = folder, plan, 0
        self._chain = digest(("season", seed, model_version()))

    def remember(self, week: int, kind: DayKind, make: Callable[[], DayPage]) -> DayPage:
        """Return the page of a day: from the disk, or made now and kept. To be asked day after day."""
        self._chain = digest((self._chain, digest(self.plan(max(week, 0), kind)), week, kind))
        path = self.folder / f"{self._chain[:KEY_LETTERS]}.npz"
        page = _read_page(path)
        if page is not None:
            self.found += 1
            return page
        page = make()
        content = io.BytesIO()
        np.savez_compressed(content, **{f.name: getattr(page, f.name) for f in fields(DayPage)})
        write_whole(path, content.getvalue())
        return page


def _read_page(path: Path) -> DayPage | None:
    """Return a page from the disk; None when there is none, or it is damaged."""
    with suppress(OSError, ValueError, KeyError):
        file = read_packed(path)
        return DayPage(**{f.name: file[f.name] for f in fields(DayPage)})
    return None


@dataclass(frozen=True)
class Finished:
    """One finished week of one arm."""

    arm: str
    week: int
    rows: list[Row]
    pages_found: int


def run_arms(
    reading: Reading,
    scenarios: Sequence[Scenario],
    *,
    weeks: int,
    seed: int,
    out: Path,
    fields_of: Fields | None = None,
    make_season: Callable[..., Season] = Season,
) -> Iterator[Finished]:
    """Run the base and the scenarios week by week, all of them in turn, and keep ``season.csv`` up to date.

    Whoever stops listening keeps the finished weeks; the same call takes them up again.
    """
    worlds = fields_of or Fields()
    base = reading.plan()
    arms: dict[str, tuple[Season, Pages]] = {}
    table: list[tuple[str, Row]] = []
    plans = {BASE_NAME: base, **{s.name: reading.plan(s) for s in scenarios}}
    for week in range(weeks):
        for name, plan in plans.items():
            if name not in arms:
                pages = Pages(out / FOLDER / name, plan if name != BASE_NAME else base, seed)
                remember: Remember = pages.remember
                arms[name] = make_season(base, plan, worlds, seed=seed, remember=remember), pages
            season, pages = arms[name]
            rows = season.advance()
            table += [(name, row) for row in rows]
            write_whole(out / TABLE, csv_text(table))
            yield Finished(name, week + 1, rows, pages.found)


def csv_text(table: Sequence[tuple[str, Row]]) -> str:
    """Return the table of a season as CSV; undefined figures are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((LABEL, *Row._fields))
    for name, row in table:
        writer.writerow([plain_field(name), *(plain_field(value) for value in row)])
    return out.getvalue()
