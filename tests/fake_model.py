"""A day that costs nothing: keyed luck over the shapes of real results, so that runners can be tested."""

import os
import signal
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from model.inputs.inputs import Inputs
from model.results import GENDER_SLOTS, GENDERS, HOURS, TABLE_TYPES, Results
from scenarios.store import FieldCache


def fake_world(inputs: Inputs, cache: FieldCache) -> Any:
    lumen = sum(lamp.lumen for lamp in inputs.layout.lamps)
    return cache.remember("light", f"{lumen}", lambda: {"lumen": np.full(8, lumen)})


def _luck(seed: int, day: int, name: str, shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape))
    key = int.from_bytes(sha256(f"{seed} {day} {name}".encode()).digest()[:8], "little")
    return np.random.Generator(np.random.Philox(key)).random(count).reshape(shape)  # no numba: workers start fast


def run_day(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    """A calm day: brighter light and more duties make everything a little better."""
    zones = len(inputs.layout.zones)
    better = 1 / (1 + 1e-7 * world["lumen"][0] + 0.05 * len(inputs.roster.duties))
    visits = 50 + np.floor(100 * _luck(seed, day, "visits", (HOURS, len(GENDERS))))
    seconds = visits[..., None] * 60.0 * np.ones((1, 1, zones))
    hazard = _luck(seed, day, "hazard", (len(TABLE_TYPES), HOURS, len(GENDER_SLOTS), zones)) ** 3
    score = 9 - 3 * better * inputs.parameters.light_e50_lx / 10 - _luck(seed, day, "score", (HOURS, 3))
    return Results(
        zone_kinds=tuple(zone.kind for zone in inputs.layout.zones),
        expected=hazard * better,
        sampled=(hazard * better > 0.7).astype(float),
        detected=hazard * better / 4,
        recorded=hazard * better / 3,
        reported=hazard * better / 5,
        score_seconds=seconds * score[..., None],
        seconds=seconds,
        visit_score=visits * score,
        visits=visits,
        unsafe=np.floor(visits * 0.2 * better),
        monitor_score=np.array([60.0, 70.0, 7.0]) * (2 - better),
        monitor_weight=np.array([10.0, 10.0, 1.0]),
        avoided=0.1 * visits * better,
        maps={"seconds": np.full((3, 4), day, np.float32)},
        counts={"entered": float(visits.sum()), "left": float(visits.sum())},
        provenance={"seed": seed, "day": day},
    )


def fail_on_day_3(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    if day == 3 and len(inputs.roster.duties) > 1:
        raise RuntimeError("a lamp burst")
    return run_day(inputs, world, seed, day)


def die_once_on_day_2(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    """Kill the own process at the first try of day 2; the file named in the environment remembers it."""
    mark = os.environ["SCHOUW_TEST_MARK"]
    if day == 2 and not os.path.exists(mark):
        with open(mark, "w", encoding="utf-8") as file:
            file.write("died")
        os.kill(os.getpid(), signal.SIGKILL)
    return run_day(inputs, world, seed, day)


def always_die_on_day_2(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    if day == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_day(inputs, world, seed, day)


def note_who_runs(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    """Write the number of the own process on a line of the file named in the environment."""
    with open(os.environ["SCHOUW_TEST_MARK"], "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    return run_day(inputs, world, seed, day)


def slow_day(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    time.sleep(0.2)
    return run_day(inputs, world, seed, day)


def calm_report(study: Any, answer: Any, language: str) -> Path:
    path: Path = study.out / "report.html"
    path.write_text("<p>", encoding="utf-8")
    return path
