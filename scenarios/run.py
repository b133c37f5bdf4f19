"""Runners: the same tasks one after another, or on several processes; the results are the same.

A runner is a context manager with ``run(tasks)``, which yields an outcome per task as they finish. Workers
live as long as the runner, so that each imports, compiles and loads fields once.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Final, Protocol, Self

from scenarios.work import NO_DRAW, Outcome, Task, Work, load_model, run_model

ATTEMPTS: Final = 2  # a task whose worker died is tried once more
AHEAD: Final = 256  # tasks looked at ahead: memory does not grow with their number
ONE_THREAD: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
START_FAILED: Final = (
    "the workers could not start. In a script of your own, put the call under `if __name__ == '__main__':`, "
    "or use workers=1"
)
NEEDS_EXTRA: Final = (
    "a cluster needs the extra `cluster`: uv sync --extra cluster, or python -m pip install 'schouw[cluster]'"
)


class WorkersError(RuntimeError):
    """Workers that cannot be started."""


class Runner(Protocol):
    """What runs tasks."""

    def __enter__(self) -> Self:
        """Start."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; tasks under way are given up."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task, in the order in which they finish."""


class Serial:
    """Everything in this process."""

    def __init__(self, work: Work) -> None:
        self._worker = work.worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task, in their order."""
        for task in tasks:
            yield self._worker.do(task)


@dataclass
class _Hand:
    """A worker process as the parent sees it."""

    process: BaseProcess
    connection: Connection
    task: Task | None = None
    draw: int = NO_DRAW
    ready: bool = False


def _serve(connection: Connection, second: bool, ahead: bool) -> None:
    """Take work, then carry out its tasks, through a pipe until it closes: the life of a worker process.

    Where nothing is compiled yet the ``second`` worker compiles parts of a day while the first begins with the fields.
    A worker that was started ``ahead`` reads the model's libraries while its parent still reads the station.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(None)
        if ahead:
            load_model()
        work = connection.recv()
        if second and work.run_day is run_model:
            from scenarios.first_use import compile_ahead

            compile_ahead()
        worker = work.worker()
        while (task := connection.recv()) is not None:
            connection.send(worker.do(task))


def start_ahead(workers: int) -> list[_Hand]:
    """Start worker processes before there is work: they read the libraries while the caller reads its question."""
    return [_start(second=number == 1, ahead=True) for number in range(workers)]


def dismiss(hands: list[_Hand]) -> None:
    """End worker processes; those at work or still beginning are ended at once, the others when they see it."""
    for hand in hands:
        hand.connection.close()
        if hand.task is not None or not hand.ready:
            hand.process.terminate()
    for hand in hands:
        hand.process.join(timeout=5)
        if hand.process.is_alive():
            hand.process.kill()
            hand.process.join()
    hands.clear()


def _start(second: bool, ahead: bool = False) -> _Hand:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    # the work is sent later: a process that dies before it reads large arguments would hang its parent
    process = context.Process(target=_serve, args=(there, second, ahead), daemon=True)
    with one_thread():
        process.start()
    there.close()
    return _Hand(process, here)


class Processes:
    """Several processes, started afresh (spawn); one that dies is replaced and its task tried again."""

    def __init__(self, work: Work, workers: int, hands: list[_Hand] | None = None) -> None:
        """Take a work, the number of processes wanted, and perhaps some that were started ahead, to be ended here."""
        self._work = work
        self._wanted = workers
        self._hands = hands or []
        self._lost: dict[Task, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        dismiss(self._hands)

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task, in the order in which they finish.

        Raises:
            WorkersError: the processes do not come up.
        """
        source, waiting = iter(tasks), list[Task]()
        while True:
            waiting.extend(islice(source, AHEAD - len(waiting)))
            if not waiting and not self._busy():
                return
            while len(self._hands) < min(self._wanted, len(waiting) + self._busy()):
                self._hands.append(self._start())
            for hand in self._hands:
                if hand.ready and hand.task is None and waiting:
                    self._give(hand, waiting)
            yield from self._listen(waiting)

    def _busy(self) -> int:
        return sum(hand.task is not None for hand in self._hands)

    def _start(self) -> _Hand:
        return _start(second=len(self._hands) == 1)

    def _give(self, hand: _Hand, waiting: list[Task]) -> None:
        """Hand out the next task; days of one draw go to one worker, which has the fields of that draw."""
        taken = {other.draw for other in self._hands if other is not hand and other.draw != NO_DRAW}
        own = (t for t in waiting if t.draw == hand.draw != NO_DRAW)
        free = (t for t in waiting if t.draw not in taken)
        task = next(own, None) or next(free, None) or waiting[0]
        waiting.remove(task)
        hand.task, hand.draw = task, task.draw
        with suppress(BrokenPipeError, ConnectionResetError):  # its death is seen when we listen
            hand.connection.send(task)

    def _listen(self, waiting: list[Task]) -> Iterator[Outcome]:
        by_pipe = {hand.connection: hand for hand in self._hands}
        for ready in wait(list(by_pipe)):
            assert isinstance(ready, Connection)
            hand = by_pipe[ready]
            try:
                message = ready.recv()
            except (EOFError, ConnectionResetError):
                yield from self._bury(hand, waiting)
                continue
            if message is None:
                hand.ready = True
                with suppress(BrokenPipeError, ConnectionResetError):
                    hand.connection.send(self._work)
            else:
                hand.task = None
                yield message

    def _bury(self, hand: _Hand, waiting: list[Task]) -> Iterator[Outcome]:
        """Take a dead worker out; its task goes back to the front, or fails when it killed another before."""
        hand.process.join()
        self._hands.remove(hand)
        hand.connection.close()
        if not hand.ready:
            raise WorkersError(START_FAILED)
        if (task := hand.task) is None:
            return
        self._lost[task] = self._lost.get(task, 0) + 1
        if self._lost[task] < ATTEMPTS:
            waiting.insert(0, task)
            return
        told = f"the worker died {ATTEMPTS} times in this run (exit code {hand.process.exitcode})"
        with suppress(OSError):
            self._work.lost(task, told)
        yield Outcome(task, "failed", 0.0, told)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes started within use one thread each: they are as many as there are cores."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def runner_for(work: Work, workers: int) -> Runner:
    """Return the runner for a number of workers: 1 is this process."""
    return Serial(work) if workers == 1 else Processes(work, workers)
