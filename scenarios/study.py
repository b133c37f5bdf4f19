"""A study: a station, its scenarios, the days of each; what is finished of it, and how the rest is run.

Three phases, in this order. ``evening``: 5 pairs of 18:00-01:00 for a first answer. ``days``: whole days
1..N. ``draws``: for each draw of the uncertain parameters two fresh days. Within a phase day by day, all
arms of a day together, so that a look is complete as early as it can be.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs, Slow
from model.parameters import Parameters
from model.results import Results
from scenarios.cells import DayCells, Days, Draws, day_cells
from scenarios.cells_on_disk import CellFile, OnDisk
from scenarios.draws import DAYS_A_DRAW, day_number, draw_parameters
from scenarios.faults import StudyError
from scenarios.headlines import stop_decision
from scenarios.looks import FEWEST_PAIRS_VERDICT
from scenarios.run import Runner, cores, runner_for
from scenarios.scenario import BASE_NAME, Scenario
from scenarios.store import DamagedRunError, Store, cache_folder
from scenarios.version import model_version
from scenarios.work import BASE_ARM, NO_DRAW, ArmsWork, MakeWorld, Outcome, RunDay, Task, make_world, run_model

Phase = Literal["evening", "days", "draws"]
EVENING: Final = (18 * 3600, DAY_END_S)
WHOLE_DAY: Final = (DAY_START_S, DAY_END_S)
EVENING_PAIRS: Final = 5
DEFAULT_DAYS: Final = 10
DEFAULT_DRAWS: Final = 20
DEFAULT_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that failed: scenario, day, draw (-1 for none), and the traceback."""

    scenario: str
    day: int
    draw: int
    told: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase is.

    Attributes:
        phase: which; done, total: runs finished, and all of them; stored: those that were there before.
        pairs: days finished in all arms.
        seconds_left: None before anything can be said.
        outcome: the run that just finished, None at the start.
    """

    phase: Phase
    done: int
    total: int
    stored: int
    pairs: int
    seconds_left: float | None
    outcome: Outcome | None = None


class Study:
    """One comparison on disk: what was asked, and the runs of it that are there.

    Args:
        base: inputs of the station, for the date of the scenarios.
        scenarios: in the order of the tables; all of one date and window.
        seed: of the study.
        days: whole days per arm; 0 leaves it at the evening.
        draws: parameter draws.
        posterior: fitted sets of parameter values to draw from, all alike in weight; the first ``draws`` of them are
            used. None draws from the ranges of the table.
        until_narrow: stop at the first look of ten or more days at which the headline intervals are narrow
            enough; ``days`` is then the most that may be run.
        slow: where beliefs of offenders start: ``own``, at the long-run value of each scenario, or ``base``, at that
            of the base in all of them, as on the first day of a measure.
        out: folder of the store.
        cache: folder of the fields; None for the user's cache folder.
        title: name of the station by language; else the one name in its layout.
        version: of the model that runs it; None for the one here.
        run_day, world: the model; others only in tests.
    """

    def __init__(
        self,
        base: Inputs,
        scenarios: Sequence[Scenario],
        *,
        out: Path,
        seed: int = DEFAULT_SEED,
        days: int = DEFAULT_DAYS,
        draws: int = DEFAULT_DRAWS,
        posterior: Sequence[Parameters] | None = None,
        until_narrow: bool = False,
        slow: Slow = "own",
        cache: Path | None = None,
        title: Mapping[str, str] | None = None,
        version: str | None = None,
        run_day: RunDay = run_model,
        world: MakeWorld = make_world,
    ) -> None:
        windows = {scenario.window for scenario in scenarios if scenario.window is not None}
        self.window = windows.pop() if windows else base.window
        self.base = base.replace(window=self.window)
        self.title = dict(title or {})
        self.scenarios = tuple(scenarios)
        self.seed, self.days, self.draws, self.out = seed, days, draws, out
        self.until_narrow, self.slow = until_narrow, slow
        values = draw_parameters(base.parameters, seed, draws) if posterior is None else tuple(posterior[:draws])
        self.fitted, self.draws = posterior is not None, len(values)
        self.names = (BASE_NAME, *(scenario.name for scenario in scenarios))
        self.store = Store(out)
        self.work = ArmsWork(
            names=self.names,
            arms=(self.base, *(self._arm(scenario) for scenario in scenarios)),
            draws=values,
            seed=seed,
            store=out,
            cache=cache if cache is not None else cache_folder(),
            version=version or model_version(),
            run_day=run_day,
            make_world=world,
        )
        self.damaged = 0  # stored runs that were found damaged and are computed again
        self._there: set[Task] = set()
        self._failed: dict[Task, str] = {}
        self._cells = CellFile()

    def _arm(self, scenario: Scenario) -> Inputs:
        inputs = scenario.inputs(self.base)
        return inputs if self.slow == "own" else inputs.replace(slow="base", base_roster=self.base.roster)

    def title_in(self, language: str) -> str:
        """Return the name of the station in a language."""
        return self.title.get(language, self.base.layout.name)

    @property
    def arms(self) -> tuple[Inputs, ...]:
        """Inputs of the base and of each scenario."""
        return self.work.arms

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases this study has, in their order."""
        first: tuple[Phase, ...] = ("evening",) if self.window == WHOLE_DAY else ()
        whole: tuple[Phase, ...] = ("days",) if self.days else ()
        return (*first, *whole, *(("draws",) if self.draws else ()))

    def task(self, phase: Phase, arm: int, day: int) -> Task:
        """Return the task of one day; in the phase ``draws`` the day number tells the draw."""
        if phase == "evening":
            return Task(arm, day, EVENING)
        draw = NO_DRAW if phase == "days" else (day - day_number(0, 0)) // DAYS_A_DRAW
        return Task(arm, day, self.window, draw)

    def day_numbers(self, phase: Phase) -> tuple[int, ...]:
        """Return the numbers of all days of a phase."""
        if phase == "draws":
            return tuple(day_number(j, which) for j in range(self.draws) for which in range(DAYS_A_DRAW))
        return tuple(range(1, (EVENING_PAIRS if phase == "evening" else self.days) + 1))

    def tasks(self, phase: Phase) -> list[Task]:
        """Return the runs of a phase: day by day, all arms of a day together."""
        arms = range(len(self.arms))
        return [self.task(phase, arm, day) for day in self.day_numbers(phase) for arm in arms]

    # what is there

    def look_up(self, phase: Phase) -> list[Task]:
        """Find out which runs of a phase are stored and whole; return those that are not."""
        missing = []
        for task in self.tasks(phase):
            key = self.work.key(task)
            was_there = (self.store.runs / key).is_dir()
            if self.store.has(key):
                self._there.add(task)
                self._failed.pop(task, None)
            else:
                self.damaged += was_there
                self._there.discard(task)
                missing.append(task)
        return missing

    def finished(self, phase: Phase) -> list[int]:
        """Return the days of a phase that are finished in all arms, ascending."""
        arms = range(len(self.arms))
        return [
            day for day in self.day_numbers(phase) if all(self.task(phase, arm, day) in self._there for arm in arms)
        ]

    def complete(self, phase: Phase) -> bool:
        """Return whether each run of a phase has been made, or has failed in this call."""
        tasks = self.tasks(phase)
        return bool(tasks) and all(task in self._there or task in self._failed for task in tasks)

    def failed(self, phase: Phase) -> list[Failure]:
        """Return the runs of a phase that failed in this call, in the order of the tasks."""
        return [
            Failure(self.names[task.arm], task.day, task.draw, self._failed[task])
            for task in self.tasks(phase)
            if task in self._failed
        ]

    def day(self, phase: Phase, arm: int, day: int) -> Results:
        """Return the results of one finished day, from disk: read them one at a time, a day takes megabytes.

        Raises:
            StudyError: it is no longer there or damaged.
        """
        return self._results(self.task(phase, arm, day))

    def _results(self, task: Task, *, maps: bool = True) -> Results:
        try:
            return self.store.read(self.work.key(task), maps=maps)
        except DamagedRunError as error:
            raise StudyError(f"a stored run cannot be read ({error}); call again to compute it anew") from error

    def cells(self, phase: Phase, arm: int, day: int) -> DayCells:
        """Return the cells of one finished day; they lie in a file, so that memory does not grow with the days."""
        task = self.task(phase, arm, day)
        if task not in self._cells:
            self._cells.put(task, day_cells(self._results(task, maps=False)))
        return self._cells.get(task)

    def cells_of(self, phase: Phase, arm: int) -> Days:
        """Return the cells of all days of a phase that are finished in all arms, by day number, read when asked for."""
        return OnDisk(self.finished(phase), lambda day: self.cells(phase, arm, day))

    def finished_draws(self) -> list[int]:
        """Return the draws of which all days are finished in all arms."""
        done = set(self.finished("draws"))
        return [j for j in range(self.draws) if all(day_number(j, w) in done for w in range(DAYS_A_DRAW))]

    def draw_day(self, arm: int, draw: int, which: int) -> Results:
        """Return the results of day ``which`` (0, 1) of a draw."""
        return self.day("draws", arm, day_number(draw, which))

    def draw_cells(self) -> Draws | None:
        """Return the cells of all finished draws; None with fewer than two, which tell nothing."""
        numbers = self.finished_draws()
        if len(numbers) < 2:
            return None

        def of(arm: int) -> OnDisk[list[DayCells]]:
            def read(j: int) -> list[DayCells]:
                return [self.cells("draws", arm, day_number(j, which)) for which in range(DAYS_A_DRAW)]

            return OnDisk(numbers, read)

        arms = {name: of(arm) for arm, name in enumerate(self.names) if arm != BASE_ARM}
        return Draws(of(BASE_ARM), arms, self.fitted)

    # running it

    def runner(self, workers: int | None = None) -> Runner:
        """Return the runner of this study on a number of workers, by default one a core."""
        return runner_for(self.work, workers or cores())

    def run(self, phase: Phase, runner: Runner) -> Iterator[Progress]:
        """Run what is missing of a phase; yields at the start and after each run.

        Raises:
            StudyError: the results cannot be stored.
        """
        try:
            self.store.open()
        except OSError as error:
            raise StudyError(f"results cannot be written: {self.out}: {error.strerror or error}") from error
        missing = self.look_up(phase)
        total = len(self.tasks(phase))
        stored = total - len(missing)
        yield Progress(phase, stored, total, stored, len(self.finished(phase)), None)
        start = time.monotonic()
        asked, number = set(missing), 0
        for outcome in runner.run(missing):
            self._take(outcome)
            if outcome.task not in asked:
                continue  # was under way when the phase before was told to stop
            number += 1
            left = (time.monotonic() - start) / number * (len(missing) - number)
            pairs = len(self.finished(phase))
            yield Progress(phase, stored + number, total, stored, pairs, left, outcome)

    def enough(self, pairs: int) -> bool:
        """Return whether the stop rule ends the whole days at a look of ``pairs``; it sees widths, never signs."""
        if not self.until_narrow or pairs < FEWEST_PAIRS_VERDICT:
            return False
        base, *scenarios = (self.cells_of("days", arm) for arm in range(len(self.arms)))
        return stop_decision(base, dict(zip(self.names[1:], scenarios, strict=True)), pairs, self.days).stop

    def stop_at(self, pairs: int) -> None:
        """Take the first ``pairs`` days for all that was asked; what was run beyond them is left out."""
        self.days = pairs

    def _take(self, outcome: Outcome) -> None:
        if outcome.state == "unstored":
            raise StudyError(f"results cannot be written: {outcome.told}")
        if outcome.state == "failed":
            self._failed[outcome.task] = outcome.told
        else:
            self._there.add(outcome.task)
            self._failed.pop(outcome.task, None)
