"""One run: the task, how its inputs come about, and the worker that carries it out and stores it."""

import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import Results
from scenarios.store import FieldCache, Store, run_key

RunDay = Callable[[Inputs, Any, int, int], Results]
MakeWorld = Callable[[Inputs, FieldCache], Any]
State = Literal["done", "failed", "unstored"]
NO_DRAW = -1
BASE_ARM = 0


@dataclass(frozen=True, slots=True)
class Task:
    """One run: an arm (0 is the base, k the k-th scenario), a day, a window, perhaps a parameter draw."""

    arm: int
    day: int
    window: tuple[int, int]
    draw: int = NO_DRAW


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task.

    Attributes:
        state: ``done`` and stored; ``failed`` with a traceback; ``unstored`` when the disk refused it.
        seconds: of computing.
        told: traceback or message, empty when done.
        value: what a task gives that is not a day in the store.
    """

    task: Task
    state: State
    seconds: float = 0.0
    told: str = ""
    value: Any = None


class Hand(Protocol):
    """What carries out tasks in a process."""

    def do(self, task: Task) -> Outcome:
        """Carry out a task; whatever goes wrong is an outcome, not an exception."""


def load_model() -> None:
    """Read what a day needs, numba and Mesa above all, before it is needed; faults are met again by the first day."""
    with suppress(ImportError):
        import_module("model.station")


def run_model(inputs: Inputs, world: Any, seed: int, day: int) -> Results:
    """Run a day of the model; imported here, so that planning and reading stay light."""
    from model.station import run_day

    return run_day(inputs, world, seed, day)


def make_world(inputs: Inputs, cache: FieldCache) -> Any:
    """Return the fields of a place, from the cache where they are there."""
    from model.world.world import World
    from scenarios.first_use import compile_beside

    compile_beside()
    return World.of(inputs, remember=cache.remember)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What all tasks of a study share; sent once to each worker.

    Attributes:
        seed: of the study.
        store: folder of the runs; cache: folder of the fields, None for none.
        version: of the model, part of each key.
        run_day, make_world: the model.
    """

    seed: int
    store: Path
    cache: Path | None
    version: str
    run_day: RunDay = field(default=run_model)
    make_world: MakeWorld = field(default=make_world)

    def inputs(self, task: Task) -> Inputs:
        """Return the inputs of a task."""
        raise NotImplementedError

    def labels(self, task: Task) -> dict[str, Any]:
        """Return what a person calls this run, for its manifest."""
        raise NotImplementedError

    def kept(self) -> int:
        """Return how many worlds a worker keeps."""
        raise NotImplementedError

    def place(self, task: Task) -> tuple[int, int]:
        """Return what tells worlds apart: tasks of one place share theirs."""
        return task.arm, task.draw

    def family(self, task: Task) -> int:
        """Return which tasks share fields that are used by nobody else; NO_DRAW where they are kept on disk."""
        return task.draw

    def worker(self) -> Hand:
        """Return what carries out the tasks in a process."""
        return Worker(self)

    def lost(self, task: Task, told: str) -> None:
        """Keep a row of a task whose worker died too often.

        Raises:
            OSError: the store cannot be written.
        """
        Store(self.store).write_failure(self.key(task), self.made(task, 0.0), told)

    def key(self, task: Task, inputs: Inputs | None = None) -> str:
        """Return the name of the run in the store."""
        return run_key(digest(inputs or self.inputs(task)), self.seed, task.day, self.version)

    def made(self, task: Task, seconds: float, inputs: Inputs | None = None) -> dict[str, Any]:
        """Return how a run was made, for its manifest."""
        inputs = inputs or self.inputs(task)
        return {
            **self.labels(task),
            "station": inputs.layout.id,
            "date": inputs.date.isoformat(),
            "window": list(task.window),
            "seed": self.seed,
            "day": task.day,
            "inputs": digest(inputs),
            "version": self.version,
            "seconds": round(seconds, 3),
        }


@dataclass(frozen=True, kw_only=True)
class ArmsWork(Work):
    """The work of a comparison.

    Attributes:
        names: of the arms, ``base`` first; arms: their inputs.
        draws: parameter draws, the same in all arms.
        worlds: how many a worker keeps; 0: one an arm.
    """

    names: tuple[str, ...]
    arms: tuple[Inputs, ...]
    draws: tuple[Parameters, ...]
    worlds: int = 0

    def inputs(self, task: Task) -> Inputs:
        """Return the inputs of a task."""
        inputs = self.arms[task.arm].replace(window=task.window)
        return inputs if task.draw == NO_DRAW else inputs.replace(parameters=self.draws[task.draw])

    def labels(self, task: Task) -> dict[str, Any]:
        """Return scenario and draw."""
        return {"scenario": self.names[task.arm], "draw": None if task.draw == NO_DRAW else task.draw}

    def kept(self) -> int:
        """Return the number of arms, or what was asked for."""
        return self.worlds or len(self.arms)


class Worker:
    """Carries out tasks one after another and keeps the worlds of the arms between them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.store = Store(work.store)
        self.cache = FieldCache(work.cache)
        self._passing, self._family = self.cache.without_writing(), NO_DRAW
        self._worlds: OrderedDict[tuple[int, int], Any] = OrderedDict()

    def world(self, task: Task, inputs: Inputs) -> Any:
        """Return the fields of a run, made once; those that only a few runs share are not written to disk."""
        place, family = self.work.place(task), self.work.family(task)
        if family not in (NO_DRAW, self._family):  # the fields of the family before are not needed again
            self._family, self._passing = family, self.cache.without_writing()
        if place not in self._worlds:
            cache = self.cache if family == NO_DRAW else self._passing
            for other in [other for other in self._worlds if other[1] not in (NO_DRAW, place[1])]:
                del self._worlds[other]
            self._worlds[place] = self.work.make_world(inputs, cache)
            while len(self._worlds) > self.work.kept():
                self._worlds.popitem(last=False)
        self._worlds.move_to_end(place)
        return self._worlds[place]

    def do(self, task: Task) -> Outcome:
        """Run and store a day; whatever goes wrong is an outcome, not an exception."""
        start, key = time.perf_counter(), ""
        try:
            inputs = self.work.inputs(task)
            key = self.work.key(task, inputs)
            if self.store.has(key):  # made by another process, or equal to another run
                return Outcome(task, "done")
            world = self.world(task, inputs)
            results = self.work.run_day(inputs, world, self.work.seed, task.day)
        except Exception:
            return self._failed(task, key, time.perf_counter() - start)
        seconds = time.perf_counter() - start
        try:
            self.store.write(key, results, self.work.made(task, seconds, inputs))
        except OSError as error:
            return Outcome(task, "unstored", seconds, f"{self.work.store}: {error.strerror or error}")
        except Exception:  # results that no day can have
            return self._failed(task, key, seconds)
        return Outcome(task, "done", seconds)

    def _failed(self, task: Task, key: str, seconds: float) -> Outcome:
        trace = traceback.format_exc()
        if not key:  # not even the inputs could be made: there is nothing to name the row by
            return Outcome(task, "failed", seconds, trace)
        try:
            self.store.write_failure(key, self.work.made(task, seconds), trace)
        except OSError as error:
            return Outcome(task, "unstored", seconds, f"{self.work.store}: {error.strerror or error}")
        return Outcome(task, "failed", seconds, trace)
