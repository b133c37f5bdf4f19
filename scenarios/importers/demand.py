"""Demand of a day: boardings and alightings out of a published total, their shape out of count lines."""

from pathlib import Path
from typing import Final

from model.inputs.population import Population
from scenarios.drawing import default_mix
from scenarios.faults import Fault, StationFileError, shown
from scenarios.importers.tables import Row, number, read_rows, whole
from scenarios.table_files import HOURS

FIRST_HOUR: Final = 5
LAST_HOUR: Final = 24  # the hour from 00:00 belongs to the day before
COUNT_COLUMNS: Final = ("count_line", "daytype", "hour", "mean_in", "mean_out", "share_of_day")
TOTAL_COLUMNS: Final = ("station", "year", "boardings_plus_alightings_avg_workday", "source_url")
MOST: Final = 10_000_000.0  # people a day or an hour
Profile = tuple[float, ...]


def read_counts(path: Path, daytype: str) -> tuple[Profile, Profile]:
    """Return the hourly shape of people counted in and out, summed over all count lines of a file.

    Args:
        path: CSV with the columns ``COUNT_COLUMNS``, one row a line, day type and hour.
        daytype: ``weekday``, ``saturday`` or ``sunday``.

    Returns:
        Shares of the hours 0 to 25 of the service day (hour 24 is 00:00 to 01:00), each adding up to 1.
        People counted from 01:00 to 05:00 are left out.

    Raises:
        StationFileError: with the line that cannot be read.
    """
    counted = read_rows(path, COUNT_COLUMNS, _count)
    shapes = {"mean_in": [0.0] * HOURS, "mean_out": [0.0] * HOURS}
    for of_day, hour, people in counted:
        if of_day == daytype and FIRST_HOUR <= hour <= LAST_HOUR:
            for shape, count in zip(shapes.values(), people, strict=True):
                shape[hour] += count
    for column, shape in shapes.items():
        if sum(shape) <= 0:
            raise StationFileError([Fault(path.name, "", column, f'has no count on a "{shown(daytype)}"')])
    into, out = (_shares(shape) for shape in shapes.values())
    return into, out


def _count(_: int, row: Row) -> tuple[str, int, tuple[float, float]]:
    hour = whole(row, "hour", 0, 23)
    people = number(row, "mean_in", 0.0, MOST), number(row, "mean_out", 0.0, MOST)
    return row["daytype"], hour + 24 if hour < FIRST_HOUR else hour, people


def _shares(counts: list[float]) -> Profile:
    total = sum(counts)
    return tuple(round(count / total, 6) for count in counts)


def read_total(path: Path, station: str, year: int) -> tuple[float, str]:
    """Return boardings plus alightings of an average working day, and where the number was published."""
    for name, of_year, total, source in read_rows(path, TOTAL_COLUMNS, _total):
        if (name, of_year) == (station, year):
            return total, source
    raise StationFileError([Fault(path.name, "", "station", f"has no row for {shown(station)} in {year}")])


def _total(_: int, row: Row) -> tuple[str, int, float, str]:
    total = number(row, "boardings_plus_alightings_avg_workday", 0.0, MOST)
    return row["station"], whole(row, "year", 1900, 2100), total, row["source_url"]


def work_city_population(total: float, counts: Path, transfer_share: float, source: str) -> Population:
    """Return the demand of a station in a city where people come to work.

    The count lines do not say which way a train is. Their surplus in the morning runs in, and both the
    place of the counts and the station stand between offices: people counted in are read as alighting, out
    as boarding. Half of the total boards and half alights.

    Args:
        total: boardings plus alightings a day.
        counts: file of count lines, see ``read_counts``.
        transfer_share: of the alighters, who board another train here.
        source: told in the files.
    """
    alighting, boarding = read_counts(counts, "weekday")
    return Population(
        boardings=total / 2,
        alightings=total / 2,
        transfer_share=transfer_share,
        boarding_profile=boarding,
        alighting_profile=alighting,
        mix=default_mix(),
        source=source,
    )
