"""Which runner a call asks for: in this process, on processes, or on a dask cluster; the results are the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, get_args

from scenarios.run import Processes, Runner, Serial, WorkersError, cores, dismiss, start_ahead
from scenarios.work import Work

RunnerKind = Literal["serial", "processes", "dask"]


@dataclass(frozen=True)
class Runners:
    """How the runs of a call will be carried out.

    Attributes:
        of: makes the runner of a work.
        version: of the model that its workers have, part of the key of each run; None: as it is here.
    """

    of: Callable[[Work], Runner]
    version: str | None = None


def wrong_choice(workers: int | None, kind: str | None, cluster: str | None) -> str:
    """Return what does not fit together in a choice, empty when all is well."""
    if kind is not None and kind not in get_args(RunnerKind):
        return f"--runner {kind}: is none of {', '.join(get_args(RunnerKind))}"
    if cluster is not None and kind in ("serial", "processes"):
        return f"--cluster is for --runner dask, not for {kind}"
    if kind == "serial" and workers not in (None, 1):
        return "--runner serial has one worker; leave --workers out, or take --runner processes"
    return ""


@contextmanager
def open_runners(workers: int | None, kind: RunnerKind | None = None, cluster: str | None = None) -> Iterator[Runners]:
    """Hand out the runners of a choice, and close what they need afterwards.

    Args:
        workers: None for one a core.
        kind: None: dask with a cluster, this process for one worker, else processes.
        cluster: address of a dask cluster (``tcp://...``), or a file for dask-jobqueue.

    Raises:
        WorkersError: a choice that does not fit together, a cluster that cannot be had, a missing extra.
    """
    if wrong := wrong_choice(workers, kind, cluster):
        raise WorkersError(wrong)
    number = workers or cores()
    if kind == "dask" or cluster is not None:
        from scenarios.cluster import connect

        with connect(cluster, number) as found:
            yield Runners(found.runner, found.version)
    elif kind == "serial" or (kind is None and number == 1):
        yield Runners(Serial)
    else:
        hands = start_ahead(number)  # the first runner takes them
        try:
            yield Runners(lambda work: Processes(work, number, [hands.pop(0) for _ in range(len(hands))]))
        finally:
            dismiss(hands)
