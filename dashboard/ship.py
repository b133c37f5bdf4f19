"""Makes the small studies that ship with the explorer, so that it shows real results before anything has been run.

``python -m dashboard.ship`` runs what is missing of the shipped scenarios of each station and writes one file a station
into ``dashboard/shipped``. The file names the version of the model that made it.
"""

import argparse
from pathlib import Path
from typing import Final

from dashboard.shelf import SHIPPED
from dashboard.shelve import study_file_of
from dashboard.study_file import SUFFIX, write_study_file
from scenarios.answer import answer_of
from scenarios.scenario import load, station_title
from scenarios.study import Study

# days and parameter draws of each station: enough for a verdict, few enough for an evening of one machine
PLAN: Final = {"halte": (40, 20), "den-haag-centraal": (10, 0)}


def ship(station: str, days: int, draws: int, results: Path, workers: int | None) -> Path:
    """Run what is missing of a station and write its file.

    Raises:
        StudyError: results cannot be stored.
        ValueError: no day could be finished.
    """
    base, scenarios = load(station)
    out, title = results / station, station_title(station)
    study = Study(base, scenarios, out=out, days=days, draws=draws, title=title)
    phases = [phase for phase in study.phases if phase != "evening"]
    with study.runner(workers) as runner:
        for phase in phases:
            for progress in study.run(phase, runner):
                print(f"\r{station}: {phase} {progress.done}/{progress.total}", end="", flush=True)
            print()
    answer = answer_of(study, finished=study.complete("days"))
    if answer is None:
        raise ValueError(f"no day of {station} could be finished")
    return write_study_file(SHIPPED / f"{station}{SUFFIX}", study_file_of(study, answer, station))


def main() -> None:
    """Make the files of the stations that are named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.ship", description=__doc__)
    parser.add_argument("stations", nargs="*", default=list(PLAN), help="those that ship when left out")
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the runs")
    parser.add_argument("--workers", type=int, default=None, help="processes; one a core when left out")
    parser.add_argument("--days", type=int, default=None)
    parser.add_argument("--draws", type=int, default=None)
    asked = parser.parse_args()
    for station in asked.stations:
        days, draws = PLAN.get(station, (10, 0))
        days = asked.days if asked.days is not None else days
        draws = asked.draws if asked.draws is not None else draws
        path = ship(station, days, draws, asked.results, asked.workers)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
