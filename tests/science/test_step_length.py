"""Half the step of walking: how much of the answer hangs on it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model.results import INCIDENT_TYPES

ROOT = Path(__file__).resolve().parents[2]
DAYS = 12
# the length of a step is compiled into the kernel of a second: a process of its own, and no stored code for that one
ONE_ARM = """
import json, sys
import model.kernels.second as second
from numba.core.caching import NullCache
second.HALF_STEPS, second.STEP_S = int(sys.argv[1]), 1 / int(sys.argv[1])
second.run_seconds._cache = NullCache()
from model.station import Station
from model.world.world import World
from scenarios.station_files import read_station
inputs = read_station("halte")
world = World.of(inputs)
days = [Station(inputs, world, seed=1, day=day).run() for day in range(int(sys.argv[2]))]
print(json.dumps({
    "expected": [day.expected.sum((1, 2, 3)).tolist() for day in days],
    "score": [float(day.score_seconds.sum() / day.seconds.sum()) for day in days],
}))
"""


def arm(steps_s: int) -> dict[str, np.ndarray]:
    """Days of halte with so many steps of walking a second."""
    command = [sys.executable, "-c", ONE_ARM, str(steps_s), str(DAYS)]
    given = os.environ | {"PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name: np.array(value) for name, value in json.loads(answer.stdout).items()}


def test_v27_m13_half_the_step(told: Callable[[str], None]) -> None:
    """12 weekdays of halte with walking steps of 0.5 s and of 0.25 s (all else stays at 1 s).

    Criterion (given): expected incidents of each type change by less than 3%, the mean score by less than 0.02.
    """
    arms = [arm(steps) for steps in (2, 4)]
    for a in arms:  # staff and fares have rows of their own
        a["expected"] = a["expected"][:, : len(INCIDENT_TYPES)]
    whole = [a["expected"].sum(0) for a in arms]
    change = whole[1] / whole[0] - 1
    score = arms[1]["score"].mean() - arms[0]["score"].mean()
    pairs = arms[1]["expected"] - arms[0]["expected"]
    noise = pairs.std(0, ddof=1) * np.sqrt(DAYS) / whole[0]
    words = [f"{k} {c:+.1%} (se {s:.1%})" for k, c, s in zip(INCIDENT_TYPES, change, noise, strict=True)]
    told(f"score {score:+.3f}; {', '.join(words)}")
    assert abs(score) < 0.02
    assert np.abs(change).max() < 0.03
