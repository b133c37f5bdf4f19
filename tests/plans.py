"""Floor plans of the guidelines, drawn in metres on the raster, and crowds that leave them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.walk_harness import DT, Scene, free_speeds, people, room_towards

Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]


def plan(width: float, depth: float, *rooms: Box) -> Mask:
    """Floor (rows, columns) inside boxes (x1, y1, x2, y2); whatever lies between them is wall."""
    is_open = np.zeros((round(4 * depth), round(4 * width)), bool)
    for room in rooms:
        is_open[cells(room)] = True
    return is_open


def cells(box: Box) -> tuple[slice, slice]:
    x1, y1, x2, y2 = (round(4 * v) for v in box)
    return slice(y1, y2), slice(x1, x2)


def part(is_open: Mask, *boxes: Box) -> Mask:
    """The floor inside boxes."""
    mask = np.zeros_like(is_open)
    for box in boxes:
        mask[cells(box)] = True
    return mask & is_open


def crowd(n: int, box: Box, seed: int, spread: float = 0.26) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places in a box and free speeds."""
    rng = np.random.default_rng(seed)
    x1, y1, x2, y2 = box
    return rng.uniform(x1 + 0.2, x2 - 0.2, n), rng.uniform(y1 + 0.2, y2 - 0.2, n), free_speeds(rng, n, spread)


def empty(scene: Scene, most_s: float, each_step: Callable[[float], None] | None = None) -> np.ndarray:
    """When everybody has left, s (nan: never); nobody may leave the floor."""
    w = scene.walkers
    left = np.full(len(w.x), np.nan)
    now = 0.0
    while (w.mode != 0).any() and now < most_s:
        if each_step is not None:
            each_step(now)
        scene.step()
        now += DT
        assert scene.outside() == 0
        there = (w.arrived == 1) & (w.mode == 1)
        left[there] = now
        w.mode[there] = 0
    return left


def leave(is_open: Mask, targets: list[Mask], start: Box, n: int, seed: int, most_s: float = 900) -> np.ndarray:
    """Times at which ``n`` people who start in a box have reached the first of the targets."""
    x, y, v0 = crowd(n, start, seed)
    return empty(Scene(room_towards(is_open, targets), people(x, y, v0)), most_s)


def flow_of(times: np.ndarray) -> float:
    """People a second, between the first and the last fifth."""
    times = np.sort(times)
    first, last = len(times) // 5, 4 * len(times) // 5
    return float((last - first) / (times[last] - times[first]))


def bound(values: np.ndarray) -> float:
    """Half of the 95% interval of a mean of few runs (Student's t with 4 or more degrees of freedom)."""
    return float(2.78 * np.std(values, ddof=1) / np.sqrt(len(values)))
