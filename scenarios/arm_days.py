"""Days of many arms: inputs that differ by measures, covariates or draws; what is stored of them, and the rest run.

A comparison (``scenarios.study``) has one grid of arms and days; a search has a hundred arms on days of their own.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.inputs.inputs import Inputs
from model.parameters import Parameters
from scenarios.cells import DayCells, day_cells
from scenarios.faults import StudyError
from scenarios.run import Runner, cores, runner_for
from scenarios.store import DamagedRunError, Store, cache_folder
from scenarios.version import model_version
from scenarios.work import NO_DRAW, ArmsWork, MakeWorld, RunDay, Task, make_world, run_model

WORLDS: Final = 8  # that a worker keeps: tasks come arm by arm


@dataclass(frozen=True, slots=True)
class Done:
    """How far a stage is: runs done, all of them, those there before, and seconds left (None: not known yet)."""

    stage: str
    done: int
    total: int
    stored: int
    seconds_left: float | None


Tell = Callable[[Done], None]


class ArmDays:
    """Runs of arms on disk.

    Args:
        names, arms: of all arms; equal inputs are one run.
        seed, out, draws: of the luck, the folder, the sets of parameter values.
        cache: folder of the fields; None for the user's.
        run_day, world: the model; others only in tests.
    """

    def __init__(
        self,
        names: Sequence[str],
        arms: Sequence[Inputs],
        *,
        seed: int,
        out: Path,
        draws: Sequence[Parameters] = (),
        cache: Path | None = None,
        run_day: RunDay = run_model,
        world: MakeWorld = make_world,
    ) -> None:
        self.out, self.store = out, Store(out)
        self.work = ArmsWork(
            names=tuple(names),
            arms=tuple(arms),
            draws=tuple(draws),
            seed=seed,
            store=out,
            cache=cache if cache is not None else cache_folder(),
            version=model_version(),
            run_day=run_day,
            make_world=world,
            worlds=WORLDS,
        )
        self.failed: dict[Task, str] = {}
        self._there: set[Task] = set()

    def task(self, arm: int, day: int, draw: int = NO_DRAW) -> Task:
        """Return the task of one day of one arm, in the window of its inputs."""
        return Task(arm, day, self.work.arms[arm].window, draw)

    def runner(self, workers: int | None = None) -> Runner:
        """Return what runs tasks, by default on one worker a core."""
        return runner_for(self.work, workers or cores())

    def run(self, stage: str, tasks: Iterable[Task], runner: Runner, tell: Tell | None = None) -> None:
        """Run what is missing of some tasks.

        Raises:
            StudyError: results cannot be stored, or every run of the stage failed.
        """
        wanted = list(dict.fromkeys(tasks))
        try:
            self.store.open()
        except OSError as error:
            raise StudyError(f"results cannot be written: {self.out}: {error.strerror or error}") from error
        missing = [task for task in wanted if task not in self._there and not self._is_there(task)]
        stored, began = len(wanted) - len(missing), time.monotonic()
        if tell is not None:
            tell(Done(stage, stored, len(wanted), stored, None))
        for number, outcome in enumerate(runner.run(missing), 1):
            if outcome.state == "unstored":
                raise StudyError(f"results cannot be written: {outcome.told}")
            if outcome.state == "failed":
                self.failed[outcome.task] = outcome.told
            else:
                self._there.add(outcome.task)
            left = (time.monotonic() - began) / number * (len(missing) - number)
            if tell is not None:
                tell(Done(stage, stored + number, len(wanted), stored, left))
        if wanted and not any(task in self._there for task in wanted):
            last = next(iter(self.failed.values())).strip().splitlines()[-1]
            raise StudyError(f"not one day could be finished: {last} (details in {self.store.failed})")

    def _is_there(self, task: Task) -> bool:
        if self.store.has(self.work.key(task)):
            self._there.add(task)
            return True
        return False

    @property
    def done(self) -> frozenset[Task]:
        """All tasks that have been run or found."""
        return frozenset(self._there)

    def has(self, task: Task) -> bool:
        """Return whether a task has been run or found."""
        return task in self._there

    def cells(self, task: Task) -> DayCells:
        """Return the cells of a finished day, read anew each time: a search keeps sums, not cells.

        Raises:
            StudyError: it is not there or damaged.
        """
        try:
            return day_cells(self.store.read(self.work.key(task), maps=False))
        except DamagedRunError as error:
            raise StudyError(f"a stored run cannot be read ({error}); call again to compute it anew") from error
