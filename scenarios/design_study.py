"""A study of a design on disk: what is there of it, and how the rest is run.

Each point is run on its days with its measures, and without any measure on the same days under the same
parameters. Runs that are equal in all inputs are one run.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.design import Design, Uncertain, Wanted
from scenarios.design_work import POINT_ARM, DesignWork
from scenarios.faults import StudyError
from scenarios.run import Runner
from scenarios.store import Store, cache_folder
from scenarios.study_file import StudyFile
from scenarios.version import model_version
from scenarios.work import BASE_ARM, MakeWorld, Outcome, RunDay, Task, make_world, run_model

MISSING, DONE, FAILED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Step:
    """How far a study is.

    Attributes:
        done, total: runs finished, and all of them; stored: those that were there before; failed: so far.
        seconds_left: None before anything can be said.
        outcome: the run that just finished, None at the start.
    """

    done: int
    total: int
    stored: int
    failed: int
    seconds_left: float | None
    outcome: Outcome | None = None


class DesignStudy:
    """One study: what was asked, and the runs of it that are there.

    Args:
        asked: from ``scenarios.study_file.read_study``.
        out: folder of the store.
        cache: folder of the fields; None for the user's cache folder.
        version: of the model that runs it; None for the one here.
        run_day, world: the model; others only in tests.
    """

    def __init__(
        self,
        asked: StudyFile,
        *,
        out: Path,
        cache: Path | None = None,
        version: str | None = None,
        run_day: RunDay = run_model,
        world: MakeWorld = make_world,
    ) -> None:
        self.asked, self.out, self.store = asked, out, Store(out)
        self.design: Design = asked.design
        self.wanted: tuple[Wanted, ...] = asked.wanted
        self.work = DesignWork(
            base=asked.base,
            design=asked.design,
            seed=asked.seed,
            store=out,
            cache=cache if cache is not None else cache_folder(),
            version=version or model_version(),
            run_day=run_day,
            make_world=world,
        )
        self.damaged = 0
        self._without = without_measures(asked.design)
        shape = asked.design.days.shape
        self._state = np.zeros((2, *shape), dtype=np.uint8)  # of days without and with measures, by point

    # which runs there are

    def tasks(self) -> Iterator[Task]:
        """Yield all runs, point by point, the days without measures before the first point that needs them."""
        for arm, point, column in self._places():
            yield self._task(arm, point, column)

    def _places(self) -> Iterator[tuple[int, int, int]]:
        """Yield arm, point and column of the day of each run."""
        points, days = self.design.days.shape
        for point in range(points):
            for arm in (BASE_ARM, POINT_ARM):
                if arm == POINT_ARM or self._without[point] == point:
                    yield from ((arm, point, column) for column in range(days))

    def _task(self, arm: int, point: int, column: int) -> Task:
        return Task(arm, int(self.design.days[point, column]), self.asked.base.window, point)

    def pair(self, point: int, column: int) -> tuple[Task, Task]:
        """Return the runs of a day of a point: without measures, and with them."""
        return self._task(BASE_ARM, int(self._without[point]), column), self._task(POINT_ARM, point, column)

    @property
    def total(self) -> int:
        """Number of runs."""
        points, days = self.design.days.shape
        return int((points + len(np.unique(self._without))) * days)

    # what is there of them

    def look_up(self) -> int:
        """Find out which runs are stored and whole; return how many."""
        for arm, point, column in self._places():
            key = self.work.key(self._task(arm, point, column))
            was_there = (self.store.runs / key).is_dir()
            there = self.store.has(key)
            self.damaged += was_there and not there
            self._state[arm, point, column] = DONE if there else MISSING
        return int((self._state == DONE).sum())

    def missing(self) -> Iterator[Task]:
        """Yield the runs that are not there."""
        for arm, point, column in self._places():
            if self._state[arm, point, column] == MISSING:
                yield self._task(arm, point, column)

    @property
    def failures(self) -> int:
        """Runs that failed in this call."""
        return int((self._state == FAILED).sum())

    # running it

    def run(self, runner: Runner) -> Iterator[Step]:
        """Run what is missing; yields at the start and after each run.

        Raises:
            StudyError: the results cannot be stored.
        """
        try:
            self.store.open()
        except OSError as error:
            raise StudyError(f"results cannot be written: {self.out}: {error.strerror or error}") from error
        stored, total = self.look_up(), self.total
        yield Step(stored, total, stored, 0, None)
        start = time.monotonic()
        for number, outcome in enumerate(runner.run(self.missing()), 1):
            self._take(outcome)
            left = (time.monotonic() - start) / number * (total - stored - number)
            yield Step(stored + number, total, stored, self.failures, left, outcome)

    def _take(self, outcome: Outcome) -> None:
        if outcome.state == "unstored":
            raise StudyError(f"results cannot be written: {outcome.told}")
        task = outcome.task
        columns = self.design.days[task.draw] == task.day
        self._state[task.arm, task.draw, columns] = DONE if outcome.state == "done" else FAILED


def without_measures(design: Design) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return for each point the first one with the same parameters on the same days: they share the days without."""
    uncertain = [i for i, factor in enumerate(design.factors) if isinstance(factor, Uncertain)]
    first: dict[tuple[Any, ...], int] = {}
    rows = zip(design.draw.tolist(), design.values[:, uncertain].tolist(), design.days.tolist(), strict=True)
    found = [first.setdefault((draw, *values, *days), point) for point, (draw, values, days) in enumerate(rows)]
    return np.array(found, dtype=np.int64)
