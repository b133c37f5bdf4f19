"""Makes the emulators that ship with the explorer: from a study of all that lies in the tray of a station.

``python -m dashboard.ship_emulator`` writes the study files, runs what is missing of them and learns from their tables.
Any study of the command line can be put in their place: what the page asks is named as its factors are.
"""

import argparse
import io
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from dashboard.instant import SHIPPED, SUFFIX, frontier
from dashboard.ship_study import run_study
from dashboard.tray import Slot, base_of, slots
from scenarios.design import Strength
from scenarios.emulator import Emulator
from scenarios.faults import StudyError
from scenarios.measures.measure import clock
from scenarios.safe_files import write_whole
from scenarios.scenario import Scenario
from scenarios.scenario_text import measure_fields
from scenarios.study import EVENING
from scenarios.version import model_version

OUTCOMES: Final[tuple[Any, ...]] = (
    "safety_women_after_19",
    "safety_men_after_19",
    "unsafe_women_after_19",
    "harassment",
    {
        "name": "incidents",
        "outcome": "expected_incidents",
        "incident_type": ["theft", "harassment_contact", "harassment_approach", "aggression"],
    },
)
LEFT_OUT: Final = ("owners_agreement", "feedback_targets")  # nothing of theirs can be seen within a day


@dataclass(frozen=True)
class Plan:
    """Points a factor, days of each point, hours; measures that are left out, and those without a range of strength:
    a large station is dear to run."""

    points: int = 6
    days: int = 4
    window: tuple[int, int] | None = None
    left_out: tuple[str, ...] = ()
    as_shipped: tuple[str, ...] = ()


PLANS: Final = {
    "halte": Plan(), "den-haag-centraal": Plan(
        5, 2, EVENING, ("body-cams", "graffiti-removal", "approach-route"), ("cameras",)
    ),
}


def factor_of(slot: Slot, *, varied: bool) -> dict[str, Any]:
    """Return a measure of the tray as a factor of a study; its strength as a range where it is varied."""
    fields = measure_fields(slot.measure)
    if slot.strength is not None and varied:
        kind = type(getattr(slot.measure, slot.strength.field))
        fields[slot.strength.field] = {"low": kind(slot.strength.low), "high": kind(slot.strength.high)}
    return {"name": slot.name, **fields}


def study_text(station: str, plan: Plan) -> str:
    """Return the study file of a station."""
    found = [s for s in slots(station) if s.measure.name not in LEFT_OUT and s.name not in plan.left_out]
    columns = len(found) + sum(slot.strength is not None and slot.name not in plan.as_shipped for slot in found)
    date = next((slot.date for slot in found if slot.date is not None), None)
    content: dict[str, Any] = {"name": f"{station}-tray", "station": station, "seed": 1, "days": plan.days}
    if date is not None:
        content["date"] = date.isoformat()
    if plan.window is not None:
        content["window"] = "-".join(clock(second) for second in plan.window)
    content |= {
        "factors": [factor_of(slot, varied=slot.name not in plan.as_shipped) for slot in found],
        "design": {"kind": "sobol", "points": plan.points * columns},
        "outcomes": list(OUTCOMES),
    }
    out = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.dump(content, out)
    return out.getvalue()


def ship(station: str, plan: Plan, results: Path, workers: int | None) -> Path:
    """Run what is missing of the study of a station, learn from it, and write the emulator.

    Raises:
        StationFileError: what is in the tray cannot be studied.
        StudyError: results cannot be stored, or too few points could be finished.
    """
    from scenarios.study_emulator import learn_study

    design, table = run_study(study_text(station, plan), results / f"{station}-tray", workers)
    made: dict[str, Any] = {"study": f"{station}-tray", "station": station, "version": model_version()}
    made["window"] = plan.window
    made |= {"ranges": {f.name: [f.low, f.high] for f in design.factors if isinstance(f, Strength)}}
    emulator = learn_study(design, table, made)
    if emulator.left_out:
        raise StudyError(f"{table}: {'; '.join(f'{name}: {why}' for name, why in emulator.left_out.items())}")
    path = SHIPPED / f"{station}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, with_frontier(station, emulator).text())
    return path


def with_frontier(station: str, emulator: Emulator) -> Emulator:
    """Return an emulator that carries the packages of its tray that nobody beats, at shipped strength."""
    base, ranges = base_of(station), emulator.made["ranges"]
    costs, strengths = {}, {}
    for slot in slots(station):
        if slot.name not in emulator.space.names:
            continue
        costs[slot.name] = Scenario(slot.name, dict(slot.title), (slot.measure,)).yearly_cost(base).value
        if slot.strength is not None and (name := f"{slot.name}.{slot.strength.field}") in ranges:
            low, high = ranges[name]
            strengths[name] = (slot.default - low) / (high - low)
    front = [asdict(package) for package in frontier(emulator, costs, strengths)]
    return replace(emulator, made={**emulator.made, "frontier": front})


def main() -> None:
    """Make the emulators of the stations that are named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.ship_emulator", description=__doc__)
    parser.add_argument("stations", nargs="*", default=list(PLANS), help="those that ship when left out")
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the runs")
    parser.add_argument("--workers", type=int, default=None, help="processes; one a core when left out")
    asked = parser.parse_args()
    for station in asked.stations:
        path = ship(station, PLANS.get(station, Plan()), asked.results, asked.workers)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
