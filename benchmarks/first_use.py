"""What the first use after an installation costs: compiling the kernels of a day, on the clock and in CPU time.

    python benchmarks/first_use.py [--json] [--turns N]

A user waits for it once. `schouw compare shoebox --days 1 --draws 0` is run with an empty cache of kernels, and again
with the full one; the difference is the compiling, by as many processes as there are cores (two share it). Python's
own bytecode and the fields of the station are made beforehand. The least of the turns is told: all else is the machine.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

GOAL_S = 25.0
QUESTION = ("compare", "shoebox", "--days", "1", "--draws", "0")


def main() -> None:
    """Measure and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing after it")
    parser.add_argument("--turns", type=int, default=3, help="an empty and a full cache each")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ask(Path(folder), "before")  # bytecode and fields
        turns = [(ask(Path(folder), f"kernels-{k}"), ask(Path(folder), f"kernels-{k}")) for k in range(given.turns)]
    found = {
        name: round(min(empty[i] - full[i] for empty, full in turns), 1)
        for i, name in enumerate(("clock_seconds", "cpu_seconds"))
    }
    found["clock_seconds_with_full_cache"] = round(min(full[0] for _, full in turns), 1)
    if given.json:
        print(json.dumps(found))
        return
    table = Table(title=f"First use: compiling a day, {os.cpu_count()} cores, least of {given.turns} turns")
    for column in ("figure", "value", "goal"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for name, value in found.items():
        table.add_row(name, f"{value:.1f}", f"<= {GOAL_S:g}" if name == "clock_seconds" else "")
    Console().print(table)


def ask(folder: Path, kernels: str) -> tuple[float, float]:
    """Run the question with a cache of kernels of its own; return seconds on the clock and of CPU."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    settings |= {
        "NUMBA_CACHE_DIR": str(folder / kernels),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "schouw", *QUESTION, "--out", out]
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, env=settings, stdout=subprocess.DEVNULL)
        spent, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
