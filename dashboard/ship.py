"""Makes the small studies that ship with the explorer, so that it shows real results before anything has been run.

``python -m dashboard.ship`` runs what is missing of the shipped scenarios of each station, and of each measure of its
tray alone, and writes one file a station into ``dashboard/shipped``. It names the version of the model that made it.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dashboard.shelf import SHIPPED
from dashboard.shelve import study_file_of
from dashboard.study_file import SUFFIX, write_study_file
from dashboard.tray import slots
from scenarios.answer import answer_of
from scenarios.scenario import faults_at, load, station_title
from scenarios.study import EVENING, Study


@dataclass(frozen=True)
class Plan:
    """Days and parameter draws of a station: enough for a verdict, few enough for an hour of one machine."""

    days: int = 10
    draws: int = 0
    window: tuple[int, int] | None = None


PLANS: Final = {"halte": Plan(40, 20), "den-haag-centraal": Plan(10, 6, EVENING)}


def ship(station: str, plan: Plan, results: Path, workers: int | None) -> Path:
    """Run what is missing of a station and write its file.

    Raises:
        StudyError: results cannot be stored.
        ValueError: no day could be finished.
    """
    base, found = load(station)
    alone = [slot.alone(station) for slot in slots(station) if slot.whole is None]
    alone = [scenario for scenario in alone if not faults_at(scenario, base, scenario.name)]  # the page tells why not
    scenarios = [replace(scenario, window=plan.window) for scenario in (*found, *alone)]
    out, title = results / station, station_title(station)
    study = Study(base, scenarios, out=out, days=plan.days, draws=plan.draws, title=title)
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
    parser.add_argument("stations", nargs="*", default=list(PLANS), help="those that ship when left out")
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the runs")
    parser.add_argument("--workers", type=int, default=None, help="processes; one a core when left out")
    parser.add_argument("--days", type=int, default=None)
    parser.add_argument("--draws", type=int, default=None)
    parser.add_argument("--whole", action="store_true", help="whole days, also where evenings ship")
    asked = parser.parse_args()
    for station in asked.stations:
        plan = PLANS.get(station, Plan())
        given = {name: value for name in ("days", "draws") if (value := getattr(asked, name)) is not None}
        plan = replace(plan, **given, window=None if asked.whole else plan.window)
        path = ship(station, plan, asked.results, asked.workers)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
