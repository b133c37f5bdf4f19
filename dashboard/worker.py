"""Runs the studies of the queue, one after another, with the same store and runner as the command line.

Started by the page as a process of its own (``python -m dashboard.worker FOLDER``), which goes on when the page is
closed and ends by itself when nothing waits. The result of a study is shelved at each look, so that it can be opened
while it runs.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from dashboard.fits import DAYS as FIT_DAYS
from dashboard.fits import FOLDER as FITS
from dashboard.fits import POINTS
from dashboard.shelf import MADE
from scenarios.faults import StationFileError, StudyError
from scenarios.looks import LOOKS
from scenarios.queue import Job, Queue
from scenarios.run import Runner, WorkersError, cores
from scenarios.study import Phase, Progress, Study

BEAT_S: Final = 3.0
PATIENCE_S: Final = 10.0  # that a worker waits for more


class _StoppedError(Exception):
    """Somebody asked for the study to be stopped."""


def study_of(job: Job, results: Path) -> Study:
    """Return the study that a job asks for, over the store of the command line.

    Raises:
        StationFileError: with all faults of its files.
    """
    from scenarios.scenario import load, station_title

    folder = results / MADE / "asked" / job.id
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, text in enumerate(job.texts):
        path = folder / f"{number}.yaml"
        path.write_text(text, encoding="utf-8")
        files.append(str(path))
    base, scenarios = load(job.station, files)
    title = station_title(job.station)
    return Study(base, scenarios, out=results / base.layout.id, days=job.days, draws=job.draws, title=title)


def shelve(study: Study, job: Job, results: Path, *, finished: bool) -> bool:
    """Write the file of what is finished of a study; False when no day is."""
    from dashboard.shelve import study_file_of
    from dashboard.study_file import SUFFIX, write_study_file
    from scenarios.answer import answer_of

    answer = answer_of(study, finished=finished)
    if answer is None:
        return False
    texts = dict(zip(study.names[1:], job.texts, strict=True))
    write_study_file(results / MADE / f"{job.id}{SUFFIX}", study_file_of(study, answer, job.id, texts))
    return True


class _Told:
    """Tells the queue how far a study is, in runs of all its phases together: a number that never goes back."""

    def __init__(self, study: Study, queue: Queue, job: Job) -> None:
        self._study, self._queue, self._job = study, queue, job
        self._totals = {phase: len(study.tasks(phase)) for phase in study.phases}
        self._done = {phase: total - len(study.look_up(phase)) for phase, total in self._totals.items()}

    def tell(self, progress: Progress) -> None:
        """Tell it.

        Raises:
            _StoppedError: somebody asked for the study to be stopped.
        """
        self._done[progress.phase] = progress.done
        done, total = sum(self._done.values()), sum(self._totals.values())
        failed = sum(len(self._study.failed(phase)) for phase in self._totals)
        if self._queue.tell(self._job.id, progress.phase, done, total, progress.seconds_left, failed):
            raise _StoppedError


def _run_phase(study: Study, phase: Phase, runner: Runner, told: _Told, job: Job, results: Path) -> None:
    seen = 0
    for progress in study.run(phase, runner):
        told.tell(progress)
        look = max((look for look in LOOKS if look <= progress.pairs), default=0)
        if phase == "days" and seen < look < study.days:
            seen = look
            shelve(study, job, results, finished=False)


def carry_out(job: Job, queue: Queue, results: Path, workers: int) -> None:
    """Run a study or fit to its end, and say in the queue how it ended; nothing that goes wrong ends the worker."""
    try:
        if job.kind == "fit":
            fit(job, queue, results, workers)
            queue.end(job.id, "done")
            return
        study = study_of(job, results)
        told = _Told(study, queue, job)
        with study.runner(workers) as runner:
            for phase in study.phases:
                _run_phase(study, phase, runner, told, job, results)
                shelve(study, job, results, finished=study.complete("days"))
        if not shelve(study, job, results, finished=study.complete("days")):
            raise StudyError(_reason(study))
        queue.end(job.id, "done")
    except _StoppedError:
        queue.end(job.id, "stopped")
    except StationFileError as error:
        faults = "; ".join(str(fault) for fault in error.faults)
        queue.end(job.id, "failed", _without_place(faults, results, job))
    except (StudyError, WorkersError, OSError, ValueError) as error:
        queue.end(job.id, "failed", _without_place(str(error), results, job))


def _without_place(text: str, results: Path, job: Job) -> str:
    """Return a reason without the folders of the server: where files lie on it is nobody's business."""
    for folder in (results / MADE / "asked" / job.id, results / MADE, results):
        text = text.replace(f"{folder.resolve()}{os.sep}", "").replace(f"{folder}{os.sep}", "")
    return text


def fit(job: Job, queue: Queue, results: Path, workers: int) -> None:
    """Run a fit as the command line does, in a process of its own that is ended when somebody stops it.

    Raises:
        StudyError: it ended without a result; the message is its last line.
    """
    folder, made = results / MADE / "asked" / job.id, results / MADE / FITS
    folder.mkdir(parents=True, exist_ok=True)
    made.mkdir(parents=True, exist_ok=True)
    (folder / "fit.yaml").write_text(job.texts[0], encoding="utf-8")
    (folder / "monitor.csv").write_text(job.texts[1], encoding="utf-8")
    out = made / f"{job.id}-fit.parquet"  # its record lies beside it, as <id>-fit.json
    command = ["calibrate", str(folder / "fit.yaml"), "-o", str(out), "--out", str(folder), "--workers", str(workers)]
    at_first, began = _bank_of(folder, 0, 0.0)[0], time.monotonic()
    with (folder / "told").open("w+b") as told:
        process = subprocess.Popen([sys.executable, "-m", "schouw", *command], stdout=told, stderr=told)
        while process.poll() is None:
            if queue.tell(job.id, "fit", *_bank_of(folder, at_first, began), 0):
                process.terminate()
                process.wait(BEAT_S * 10)
                raise _StoppedError
            time.sleep(BEAT_S / 3)
        told.seek(0)
        lines = told.read().decode("utf-8", "replace").strip().splitlines()
    if process.returncode:
        raise StudyError(lines[-1] if lines else "the fit ended without a word")


def _bank_of(folder: Path, at_first: int, began: float) -> tuple[int, int, float | None]:
    """Return how many runs of the bank of a fit are done, of how many, and the seconds left by how it went so far."""
    done, total = 0, POINTS * FIT_DAYS
    for path in (folder / "bank").glob("*.json"):
        with suppress(OSError, ValueError):
            done = max(done, len(json.loads(path.read_text("utf-8"))))
    new = done - at_first
    left = (time.monotonic() - began) / new * (total - done) if began and new > 0 else None
    return done, total, left


def _reason(study: Study) -> str:
    failures = [failure for phase in study.phases for failure in study.failed(phase)]
    return failures[0].told.strip().splitlines()[-1] if failures else "no day could be finished"


def work(results: Path, *, workers: int | None = None, patience_s: float = PATIENCE_S) -> int:
    """Work until nothing waits any more; return how many studies were run.

    Args:
        results: folder of the results; the queue lies in it.
        workers: processes; by default one core is left to the page.
        patience_s: how long to wait for more.
    """
    queue, pid, over, done = Queue(results / MADE), os.getpid(), threading.Event(), 0
    if not queue.enrol(pid):
        return 0
    threading.Thread(target=_keep_beating, args=(queue, pid, over), daemon=True).start()
    try:
        idle = False
        while not over.is_set():
            job = queue.take()
            if job is None:
                if idle:
                    break
                idle = True
                over.wait(patience_s)
                continue
            idle, done = False, done + 1
            carry_out(job, queue, results, workers or max(1, cores() - 1))
    finally:
        over.set()
        queue.leave(pid)
    return done


def _keep_beating(queue: Queue, pid: int, over: threading.Event) -> None:
    while not over.wait(BEAT_S):
        if not queue.beat(pid):
            over.set()


def main() -> None:
    """Work on the queue of a folder until nothing waits."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.worker", description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--workers", type=int, default=None)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    work(asked.results, workers=asked.workers)


if __name__ == "__main__":
    main()
