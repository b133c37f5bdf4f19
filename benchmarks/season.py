"""A season on one core: CPU-seconds of its days and of everything between them.

    python benchmarks/season.py [--station NAME] [--weeks N] [--json]

Compiled before any clock runs. With fewer than 52 weeks the year is told by the mean week: the days of a week do not
hang on how many weeks there are.
"""

import argparse
import json
import sys
from time import process_time
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from model.inputs.inputs import Inputs
from model.seasons.days import DayPage, micro_day
from model.seasons.season import Season
from model.station import run_day
from model.world.world import World
from scenarios.seasons import Fields, Reading
from scenarios.station_files import StationFileError, read_station

SEED: Final = 1
YEAR_WEEKS: Final = 52
GOAL_S: Final = 240
WARM_HOUR: Final = (8 * 3600, 9 * 3600)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--station", default="halte", help="a station that ships, or its folder")
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing after it")
    arguments = parser.parse_args()
    try:
        figures = measure(arguments.station, max(arguments.weeks, 1))
    except StationFileError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(figures))
    else:
        table = Table("figure", "value", title="A season on one core, CPU-seconds")
        for name, value in figures.items():
            table.add_row(name, f"{value:,}" if not isinstance(value, str) else value)
        Console().print(table)
    return 0


def measure(station: str, weeks: int) -> dict[str, Any]:
    """Return the figures of a season of some weeks."""
    warm = read_station("shoebox").replace(window=WARM_HOUR)
    run_day(warm, World.of(warm), SEED, 1)
    reading, fields = Reading(station), Fields()
    fields(reading.base(0, "weekday"))
    days: list[float] = []

    def timed(inputs: Inputs, *rest: Any) -> DayPage:
        began = process_time()
        page = micro_day(inputs, *rest)
        days.append(process_time() - began)
        return page

    began = process_time()
    season = Season(reading.plan(), reading.plan(), fields, seed=SEED, run_day=timed)
    start = process_time() - began
    began, before = process_time(), len(days)
    for _ in range(weeks):
        season.advance()
    spent = process_time() - began
    between = spent - sum(days[before:])
    year = start + spent / weeks * YEAR_WEEKS
    return {
        "station": season.plan(0, "weekday").layout.id,
        "people": len(season.panel),
        "weeks": weeks,
        "start_seconds": round(start, 2),
        "day_seconds": round(sum(days[before:]) / (len(days) - before), 3),
        "between_seconds_a_week": round(between / weeks, 3),
        "year_seconds": round(year, 1),
        "goal_year_seconds": GOAL_S,
        "met": "yes" if year <= GOAL_S else f"no: {year / GOAL_S:.2f} of it",
    }


if __name__ == "__main__":
    sys.exit(main())
