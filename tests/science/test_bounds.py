"""Kernels read and write inside their arrays: whole days of real stations, compiled with every index looked at.

Kernels take an index as it is (model/kernels/compiling.py): one below 0 reads what lies before the array. With
``NUMBA_BOUNDSCHECK=1`` such an index raises IndexError. Fast tests of the model can be run that way as well:
``NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(mktemp -d) pytest tests``.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys
from numba import config
assert config.BOUNDSCHECK == 1
from model.station import run_day
from model.world.world import World
from scenarios.scenario import load, shipped_scenarios
from scenarios.store import FieldCache

station, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
fields, done = FieldCache(None), 0
for name in shipped_scenarios(station):
    base, scenarios = load(station, [name])
    inputs = scenarios[0].inputs(base).replace(window=(first * 3600, last * 3600))
    results = run_day(inputs, World.of(inputs, fields.remember), 1, 1)
    assert results.counts["boarded"] > 0
    done += 1
print("whole days:", done)
"""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which kernels look at every index; they are compiled once for all tests of this file."""
    folder = tmp_path_factory.mktemp("bounds")
    return {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def python(env: dict[str, str], text: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a text as a program."""
    command = [sys.executable, "-c", text, *words]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)


DAYS = [("halte", 5, 25, 8), ("shoebox", 5, 25, 6), ("den-haag-centraal", 16, 20, 6)]  # from, to; scenarios


@pytest.mark.parametrize(("station", "first", "last", "least"), DAYS)
def test_no_kernel_reads_or_writes_outside_its_arrays(
    checked: dict[str, str], station: str, first: int, last: int, least: int
) -> None:
    done = python(checked, RUN, station, str(first), str(last))
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) >= least


def test_the_check_would_see_an_index_below_zero(checked: dict[str, str]) -> None:
    """A kernel of ours that asks for row -1 is caught with the check on; the rule of Python is gone."""
    text = (
        "import numpy as np\nfrom model.kernels.bins import occupied\n"
        "occupied(np.zeros((4, 3), np.uint64), np.int64(-1), 0, 5)\n"
    )
    assert "IndexError: index is out of bounds" in python(checked, text).stderr
