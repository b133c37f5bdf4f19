"""One day on one core: how long it takes, how many walk, who is left inside, and how much memory it needs.

    python benchmarks/day.py [--station NAME] [--json]

Times are CPU-seconds of one process, with everything compiled before any clock runs: a first process compiles
the kernels, and an hour of the shoebox loads them here. Read seconds, walkers and people left inside as one:
a jam looks fast.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import process_time
from typing import Final

from rich.console import Console
from rich.table import Table

from model.inputs.inputs import DAY_START_S, Inputs
from model.results import Results
from model.station import Station, run_day
from model.world.world import World
from scenarios.run import one_thread
from scenarios.station_files import StationFileError, read_station
from scenarios.store import FieldCache

SEED: Final = 1
DAY: Final = 1
WARM_HOUR: Final = (8 * 3600, 9 * 3600)
NO_LIMIT: Final = -1
# what is wished of a figure: at most, or at least
GOALS: Final[Mapping[str, Mapping[str, tuple[str, float]]]] = {
    "den-haag-centraal": {
        "cpu_seconds": ("<=", 15),
        "agent_seconds_per_cpu_second": (">=", 1_000_000),
        "walking_share": (">=", 0.6),
        "left_inside": ("<=", 0),
        "peak_rss_mb": ("<=", 800),
        "fields_seconds": ("<=", 10),
        "fields_cached_seconds": ("<=", 0.5),
        "start_seconds": ("<=", 3.5),
    },
    "halte": {"cpu_seconds": ("<=", 0.6), "left_inside": ("<=", 0), "start_seconds": ("<=", 3.5)},
}
EXPLAINED: Final = {
    "station": "",
    "travellers": "came in by an entrance or got off a train",
    "agent_seconds": "person-seconds inside the station",
    "cpu_seconds": "of the whole day: drawing, building and running it",
    "agent_seconds_per_cpu_second": "",
    "walking_share": "of agent-seconds in which somebody moved; people on stairs count as not moving",
    "left_inside": "people who did not get home",
    "peak_rss_mb": "of this process, with its making of the fields",
    "fields_seconds": "fields of the place from nothing",
    "fields_cached_seconds": "the same from the cache on disk",
    "start_seconds": "a fresh process, from its start to the first simulated second, all caches filled",
}


def main() -> int:
    """Measure one day and print it."""
    arguments = _arguments()
    try:
        inputs = read_station(arguments.station)
    except StationFileError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.first_second:
        first_second(inputs, Path(arguments.first_second))
        return 0
    figures = measure(arguments.station, inputs)
    if arguments.json:
        print(json.dumps(figures))
    else:
        _print_table(figures)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--station", default="den-haag-centraal", help="a station that ships, or its folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing after it")
    parser.add_argument("--first-second", help=argparse.SUPPRESS)  # what the started process does
    return parser.parse_args()


def measure(station: str, inputs: Inputs) -> dict[str, str | float]:
    """Return the figures of one day, in the order in which they are printed."""
    with tempfile.TemporaryDirectory() as folder:
        start(station, folder)  # compiles, and fills the cache of fields
        warm()
        began = process_time()
        World.of(inputs)
        fields_seconds = process_time() - began
        began = process_time()
        # as every run does: ways round and fear of the hour, made when first asked, lie in the cache as well
        world = World.of(inputs, FieldCache(Path(folder)).remember)
        fields_cached_seconds = process_time() - began
        start_seconds = start(station, folder)
        began = process_time()
        results = run_day(inputs, world, SEED, DAY)
        cpu_seconds = process_time() - began
    counts = results.counts
    return {
        "station": inputs.layout.id,
        "travellers": int(counts["entered"] + counts["alighted"]),
        "agent_seconds": int(counts["agent_seconds"]),
        "cpu_seconds": round(cpu_seconds, 3),
        "agent_seconds_per_cpu_second": round(counts["agent_seconds"] / cpu_seconds),
        "walking_share": round(walking_share(results), 4),
        "left_inside": int(counts["inside"]),
        "peak_rss_mb": round(peak_rss_mb(), 1),
        "fields_seconds": round(fields_seconds, 3),
        "fields_cached_seconds": round(fields_cached_seconds, 3),
        "start_seconds": round(start_seconds, 3),
    }


def warm() -> None:
    """Load every kernel, so that no clock counts it."""
    inputs = read_station("shoebox").replace(window=WARM_HOUR)
    run_day(inputs, World.of(inputs), SEED, DAY)


def start(station: str, folder: str) -> float:
    """Return the CPU-seconds that a fresh process takes to its first simulated second.

    Python keeps what it makes of the sources of our libraries in the folder, as an installed one does beside them;
    where it may not, each start reads 3,000 files of source again (6 s).
    """
    command = [sys.executable, __file__, "--station", station, "--first-second", folder]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with one_thread():
        settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run(command, check=True, env=settings | {"PYTHONPYCACHEPREFIX": f"{folder}/bytecode"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def first_second(inputs: Inputs, folder: Path) -> None:
    """Do what a day does up to the end of its first second, with fields out of the cache of a folder."""
    world = World.of(inputs, FieldCache(folder).remember)
    Station(inputs, world, seed=SEED, day=DAY).run_until(DAY_START_S + 1)


def walking_share(results: Results) -> float:
    """Return the share of person-seconds in which people moved."""
    return results.counts["walking_seconds"] / max(results.counts["agent_seconds"], 1)


def peak_rss_mb() -> float:
    """Return the largest memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _print_table(figures: Mapping[str, str | float]) -> None:
    goals = GOALS.get(str(figures["station"]), {})
    table = Table(title=f"One day on one core, CPU-seconds, {os.cpu_count()} cores in the machine")
    for column in ("figure", "value", "goal", "met"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    table.add_column("what it is", overflow="fold")
    for name, value in figures.items():
        sign, bound = goals.get(name, ("", NO_LIMIT))
        goal = f"{sign} {bound:,g}" if sign else ""
        table.add_row(name, _text(value), goal, _met(value, sign, bound), EXPLAINED[name])
    Console().print(table)


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _met(value: str | float, sign: str, bound: float) -> str:
    if not sign or isinstance(value, str):
        return ""
    if value <= bound if sign == "<=" else value >= bound:
        return "yes"
    return f"no: {value / bound:.2f} of it" if bound else "no"


if __name__ == "__main__":
    sys.exit(main())
