"""Jobs that are no day of a study, on the runners of studies: this process, several, or a dask cluster.

A process that dies is replaced and its job tried again; what goes wrong in a job is told beside it, not raised.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from scenarios.run import Serial, runner_for
from scenarios.running import Runners
from scenarios.version import model_version
from scenarios.work import Outcome, Task, Work

_NO_WINDOW = (0, 0)


@dataclass(frozen=True, kw_only=True)
class JobsWork(Work):
    """Jobs as a work of the runners: task ``arm`` is the number of a job.

    Attributes:
        shared: what all jobs share; handed to ``begin`` once in each process.
        begin, do: functions of a module, so that a process can find them.
    """

    shared: Any
    begin: Callable[[Any], None]
    do_job: Callable[[Any], Any]
    jobs: tuple[Any, ...]

    def worker(self) -> "JobWorker":
        """Return what carries the jobs out in a process."""
        return JobWorker(self)

    def lost(self, task: Task, told: str) -> None:
        """Leave no file: the outcome tells it."""


class JobWorker:
    """Carries out jobs one after another."""

    def __init__(self, work: JobsWork) -> None:
        self._work = work
        work.begin(work.shared)

    def do(self, task: Task) -> Outcome:
        """Carry out a job; whatever goes wrong is an outcome, not an exception."""
        try:
            return Outcome(task, "done", value=self._work.do_job(self._work.jobs[task.arm]))
        except Exception as error:  # a failed job is a row, not a crash
            return Outcome(task, "failed", told=f"{type(error).__name__}: {error}")


def carried_out[Shared, Job, Done](
    shared: Shared, jobs: Sequence[Job], runners: int | Runners, begin: Callable[[Shared], None],
    do: Callable[[Job], Done], store: Path = Path(),
) -> Iterator[tuple[Job, Done | None, str]]:  # fmt: skip
    """Yield each job with what it gave, in the order in which they finish; None and a message where it failed.

    Args:
        shared, begin, do: as in ``JobsWork``.
        runners: what carries them out; a number of processes, 1 is this one.
        store: folder that workers of a cluster must see.
    """
    if not jobs:
        return
    work = JobsWork(
        seed=0, store=store, cache=None, version=model_version(), shared=shared, begin=begin, do_job=do,
        jobs=tuple(jobs),
    )  # fmt: skip
    if isinstance(runners, int):
        runner = Serial(work) if len(jobs) == 1 else runner_for(work, min(runners, len(jobs)))
    else:
        runner = runners.of(work)
    with runner as hand:
        for outcome in hand.run(Task(i, 0, _NO_WINDOW) for i in range(len(jobs))):
            yield jobs[outcome.task.arm], cast(Done | None, outcome.value), outcome.told
