"""Jobs on several processes, started afresh, one thread each; what goes wrong in a job is told, not raised."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from scenarios.run import one_thread


def carried_out[Work, Job, Done](
    work: Work, jobs: Sequence[Job], workers: int, begin: Callable[[Work], None], do: Callable[[Job], Done]
) -> Iterator[Done]:
    """Yield what each job gives, in the order in which they finish.

    Args:
        work: what all jobs share; handed to ``begin`` once in each process.
        begin, do: functions of a module, so that a process can find them.
        workers: 1 is this process.
    """
    if workers == 1 or len(jobs) < 2:
        begin(work)
        yield from map(do, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with one_thread():
        pool = ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context, initializer=begin, initargs=(work,))
        try:
            for done in as_completed([pool.submit(do, job) for job in jobs]):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
