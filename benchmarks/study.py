"""A study of many days on two cores: days a minute, bytes a day, what it costs beside the bare model, and with a loss.

    python benchmarks/study.py [--station NAME] [--days N] [--killed-days N] [--workers N] [--json]

Half of the days are without, half with an evening patrol. Overhead is all CPU time of all processes (reading,
writing, checking, sending, the table) beside that of the model alone, which each worker measures around each day, in
the same minutes and so under the same load; starting a worker is told apart. Then the same once more with one worker
killed on the way: nothing may be lost, and the table must be the same to the last byte.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, process_time
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from model.inputs.inputs import Inputs
from model.results import Results
from scenarios.design import TABLE
from scenarios.design_study import DesignStudy, Step
from scenarios.faults import StationFileError
from scenarios.run import Processes
from scenarios.store import Store, cache_folder
from scenarios.study_file import read_study
from scenarios.study_table import write_table
from scenarios.work import run_model

GOAL: Final = 0.05
STUDY: Final = """name: benchmark
station: {station}
days: {days}
window: {window}
factors:
  - {{measure: patrol, who: boa, hours: "19:00-01:00"}}
design: {{kind: rows, rows: [{{patrol: 1}}]}}
"""
_STARTED: list[float] = []  # CPU-seconds of this process before its first day


def timed_day(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    """Run a day and keep what the model alone took, and what the start of this worker took before."""
    began = process_time()
    if not _STARTED:
        _STARTED.append(began)
    results = run_model(inputs, world, seed, day)
    spent = {"bare_cpu_seconds": process_time() - began, "started_cpu_seconds": _STARTED[0], "process": os.getpid()}
    return replace(results, counts={**results.counts, **spent})


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--station", default="halte", help="a station that ships, or its folder")
    parser.add_argument("--days", type=int, default=1000, help="runs in all, half of them with a patrol")
    parser.add_argument("--killed-days", type=int, help="runs of the study in which a worker is killed; as --days")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--window", default="05:00-01:00", help="hours of the day that are simulated")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing after it")
    asked = parser.parse_args()
    killed_days = asked.days if asked.killed_days is None else asked.killed_days
    try:
        with tempfile.TemporaryDirectory() as folder:
            figures = _figures(Path(folder), asked, killed_days)
    except StationFileError as error:
        print(error, file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(figures))
    else:
        table = Table("figure", "value", title=f"A study on {asked.workers} workers")
        for name, value in figures.items():
            table.add_row(name, f"{value:,}" if isinstance(value, int | float) else value)
        Console().print(table)
    return 0


def _figures(folder: Path, asked: argparse.Namespace, killed_days: int) -> dict[str, Any]:
    _warm(folder, asked)
    whole = measure(_made(folder, "whole", asked.days, asked), asked.workers)
    figures = {"station": asked.station, "cores": os.cpu_count(), "load_average": round(os.getloadavg()[0], 1), **whole}
    if killed_days == 0:
        return figures
    killed = _made(folder, "killed", killed_days, asked)
    for name, value in measure(killed, asked.workers, kill=True).items():
        if name in ("runs", "days_a_minute", "failed"):
            figures[f"killed_{name}"] = value
    twin = _made(folder, "whole", killed_days, asked)  # the same runs, out of the store of the unbroken study
    twin.look_up()
    same = write_table(twin).read_bytes() == (killed.out / TABLE).read_bytes()
    figures["killed_table_is_the_same"] = "yes" if same else "NO"
    return figures


def _made(folder: Path, name: str, runs: int, asked: argparse.Namespace) -> DesignStudy:
    file = folder / f"{name}-{runs}.yaml"
    days = max(runs // 2, 1)
    file.write_text(STUDY.format(station=asked.station, days=days, window=asked.window), encoding="utf-8")
    return DesignStudy(read_study(file), out=folder / name, cache=cache_folder(), run_day=timed_day)


def _warm(folder: Path, asked: argparse.Namespace) -> None:
    """Compile, and fill the cache of fields, in a worker of its own."""
    made = _made(folder, "warm", 2, asked)
    with Processes(made.work, 1) as runner:
        for step in made.run(runner):
            if step.outcome is not None and step.outcome.told:
                raise SystemExit(step.outcome.told)
    shutil.rmtree(made.out)


def measure(made: DesignStudy, workers: int, *, kill: bool = False) -> dict[str, Any]:
    """Run a study and return its figures."""
    began, before, memory = monotonic(), _cpu(), [_resident_mb()]
    with Processes(made.work, workers) as runner:
        for step in made.run(runner):
            if kill and step.outcome is not None and step.done >= made.total // 4:
                os.kill(next(hand.process.pid for hand in runner._hands if hand.process.pid), signal.SIGKILL)
                kill = False
            _look(made, step, memory)
    write_table(made)
    seconds, spent = monotonic() - began, _cpu() - before
    if made.failures and not any(made.store.runs.iterdir()):
        raise SystemExit(made.store.failures()[0]["traceback"])
    bare, started = _inside(made.store)
    size = [
        sum(file.stat().st_size for file in made.store.runs.glob(f"*/{name}")) for name in ("*", "outcomes.parquet")
    ]
    return {
        "runs": made.total,
        "failed": made.failures,
        "minutes": round(seconds / 60, 2),
        "days_a_minute": round(60 * made.total / seconds, 1),
        "model_cpu_seconds_a_day": round(bare / made.total, 3),
        "start_cpu_seconds_a_worker": round(started / workers, 1),
        "overhead": round((spent - started) / bare - 1, 4),
        "goal_overhead": GOAL,
        "bytes_a_day": size[0] // made.total,
        "bytes_a_day_of_sums": size[1] // made.total,
        "bytes_of_the_table": (made.out / TABLE).stat().st_size,
        "runner_mb_at_a_tenth": memory[min(1, len(memory) - 1)],
        "runner_mb_at_the_end": memory[-1],
    }


def _look(made: DesignStudy, step: Step, memory: list[float]) -> None:
    """Note the memory of the runner now and then, and say how far it is on the error output."""
    if step.outcome is not None and step.done % max(made.total // 10, 1) == 0:
        memory.append(_resident_mb())
        print(f"{step.done} of {step.total} runs, {step.seconds_left or 0:.0f} s left", file=sys.stderr, flush=True)


def _inside(store: Store) -> tuple[float, float]:
    """Return CPU-seconds of the model alone, and of the starts of all workers that finished a day."""
    bare, started = 0.0, {}
    for counts in _counts(store):
        bare += counts["bare_cpu_seconds"]
        started[counts["process"]] = counts["started_cpu_seconds"]
    return bare, sum(started.values())


def _counts(store: Store) -> Iterator[dict[str, float]]:
    for key in sorted(store.keys()):
        yield json.loads((store.runs / key / "manifest.json").read_bytes())["counts"]


def _cpu() -> float:
    """Return CPU-seconds of this process and of those that it has seen end."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + ended.ru_utime + ended.ru_stime


def _resident_mb() -> float:
    """Return the memory that this process holds now; its peak where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return round(pages * resource.getpagesize() / (1 << 20), 1)
    except (OSError, ValueError):
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20), 1)


if __name__ == "__main__":
    sys.exit(main())
