"""The runner on a dask cluster: one that runs somewhere, one that a job system is asked for, or one of this machine.

Workers write to the folder of the study themselves, so it has to lie where all of them see it. A worker that dies
is replaced by the cluster, and its task is tried again.
"""

import os
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from scenarios.cluster_jobs import job_cluster
from scenarios.run import ATTEMPTS, NEEDS_EXTRA, WorkersError, one_thread
from scenarios.version import model_version
from scenarios.work import Hand, Outcome, Task, Work

NO_WORKER_S: Final = 600
CONNECT_S: Final = 15
AHEAD_A_THREAD: Final = 3  # tasks on their way to each worker: memory does not grow with their number
LOOK_AGAIN_S: Final = 5.0  # how often the size of the cluster is asked for

try:
    from distributed import Client, KilledWorker, LocalCluster, as_completed, get_worker
    from distributed.diagnostics.plugin import WorkerPlugin
except ImportError as error:
    raise WorkersError(NEEDS_EXTRA) from error


@dataclass(frozen=True)
class Connection:
    """A cluster that answers.

    Attributes:
        client: of dask; version: of the model that its workers have.
    """

    client: Any
    version: str

    def runner(self, work: Work) -> "DaskRunner":
        """Return the runner of a work."""
        return DaskRunner(work, self.client)


@contextmanager
def connect(cluster: str | None, workers: int) -> Iterator[Connection]:
    """Connect to a cluster and find out which model its workers have.

    Args:
        cluster: address, or file for dask-jobqueue; None for one of this machine.
        workers: of a cluster of this machine.

    Raises:
        WorkersError: nobody answers, no worker comes, or workers have different models.
        StationFileError: faults of the file.
    """
    with _opened(cluster, workers) as client:
        try:
            client.wait_for_workers(1, timeout=NO_WORKER_S)
        except TimeoutError:
            raise WorkersError(f"{cluster}: no worker came within {NO_WORKER_S} s; look at the queue") from None
        versions = set(client.run(model_version).values())
        if len(versions) > 1:
            raise WorkersError(f"the workers have different models or machines: {'; '.join(sorted(versions))}")
        yield Connection(client, versions.pop())


@contextmanager
def _opened(cluster: str | None, workers: int) -> Iterator[Any]:
    if cluster is None:
        with one_thread(), _local(workers) as local, Client(local) as client:
            yield client
    elif "://" in cluster:
        try:
            client = Client(cluster, timeout=CONNECT_S)
        except (OSError, ValueError, TimeoutError) as error:
            raise WorkersError(f"--cluster {cluster}: nobody answers ({error}); is the scheduler running?") from error
        with client:
            yield client
    else:
        with job_cluster(Path(cluster)) as jobs, Client(jobs) as client:
            yield client


def _local(workers: int) -> Any:
    return LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        silence_logs="CRITICAL",
    )  # fmt: skip


class HoldWork(WorkerPlugin):  # type: ignore[misc]
    """Gives each worker of the cluster, also one that comes later, the work of a study once."""

    def __init__(self, work: Work, token: str) -> None:
        self.name, self.work = token, work

    def setup(self, worker: Any) -> None:
        """Set up a worker."""
        self.lock = threading.Lock()  # a day is made by one thread of a process at a time
        self.worker: Hand | None = None

    def teardown(self, worker: Any) -> None:
        """Leave nothing behind."""
        self.worker = None

    def do(self, task: Task) -> Outcome:
        """Carry out a task."""
        with self.lock:
            if self.worker is None:
                if (here := model_version()) != self.work.version:
                    return Outcome(task, "failed", 0.0, f"a worker has another model or machine: {here}")
                if not self.work.store.is_dir():
                    told = (
                        f"{self.work.store}: is not seen by {os.uname().nodename}; put --out on a disk that all share"
                    )
                    return Outcome(task, "unstored", 0.0, told)
                self.worker = self.work.worker()
            return self.worker.do(task)


def _do(token: str, task: Task) -> Outcome:
    hold = get_worker().plugins[token]
    outcome: Outcome = hold.do(task)
    return outcome


class DaskRunner:
    """Tasks on a dask cluster; a few a worker are on their way at once."""

    def __init__(self, work: Work, client: Any) -> None:
        self._work, self._client = work, client
        self._token = f"schouw-{uuid.uuid4().hex[:12]}"
        self._under_way: dict[str, tuple[Any, Task]] = {}
        self._number = 0

    def __enter__(self) -> Self:
        self._client.register_plugin(HoldWork(self._work, self._token))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Exception):  # a cluster that is gone has nothing to be cleared
            self._client.cancel([future for future, _ in self._under_way.values()], force=True)
            self._client.unregister_worker_plugin(self._token)

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task, in the order in which they finish."""
        source, looked, most = iter(tasks), time.monotonic(), self._most()
        queue = as_completed([self._submit(task) for task in islice(source, most)])
        for future in queue:
            outcome = self._outcome(future)
            if time.monotonic() - looked > LOOK_AGAIN_S:
                looked, most = time.monotonic(), self._most()
            for task in islice(source, max(most - len(self._under_way), 0)):
                queue.add(self._submit(task))
            yield outcome

    def _most(self) -> int:
        return int(AHEAD_A_THREAD * max(sum(self._client.nthreads().values()), 1))

    def _submit(self, task: Task) -> Any:
        self._number += 1
        future = self._client.submit(_do, self._token, task, key=f"{self._token}-{self._number}", pure=False)
        self._under_way[future.key] = (future, task)
        return future

    def _outcome(self, future: Any) -> Outcome:
        _, task = self._under_way.pop(future.key)
        try:
            outcome: Outcome = future.result()
        except Exception as error:  # whatever became of the worker, the run is a row and the others go on
            return self._lost(task, error)
        finally:
            future.release()
        return outcome

    def _lost(self, task: Task, error: Exception) -> Outcome:
        died = f"the worker died {ATTEMPTS} times or more in this run"
        told = died if isinstance(error, KilledWorker) else f"{type(error).__name__}: {error}"
        with suppress(OSError):
            self._work.lost(task, told)
        return Outcome(task, "failed", 0.0, told)
