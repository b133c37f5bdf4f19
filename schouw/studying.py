"""One study from file to table: what the command and ``schouw.run_study`` share."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scenarios.design_study import DesignStudy, Step
from scenarios.faults import StudyError
from scenarios.run import Runner
from scenarios.running import RunnerKind, open_runners
from scenarios.study_file import read_study
from scenarios.study_record import made_before, write_asked, write_made
from scenarios.study_table import write_table
from schouw.comparing import RESULTS, mark_compiled


def prepare(path: Path, *, out: Path | None = None, version: str | None = None) -> DesignStudy:
    """Return the study of a file; nothing has been run or written yet.

    Args:
        path: of the study file, or of the ``asked.json`` of a study that was run.
        out: folder for results, by default ``results/<name of the study>``.
        version: of the model that will run it; None for the one here.

    Raises:
        StationFileError: with all faults of the file.
        StudyError: the folder holds a study of a later version of schouw.
    """
    asked = read_study(path)
    if isinstance(draws := asked.plain.get("draws"), str):
        asked = replace(asked, plain={**asked.plain, "draws": str((path.parent / draws).resolve())})
    study = DesignStudy(asked, out=out if out is not None else RESULTS / asked.name, version=version)
    made_before(study.out)
    return study


def carry_out(study: DesignStudy, runner: Runner, tell: Callable[[Step], None] = lambda _: None) -> Path:
    """Run what is missing of a study and write its table.

    Returns:
        Path of the table.

    Raises:
        StudyError: results cannot be stored, or not one run could be finished.
        KeyboardInterrupt: finished runs are stored; the same call goes on from them.
    """
    write_asked(study)
    done = 0
    with runner:
        for step in study.run(runner):
            tell(step)
            if step.outcome is None:
                done = step.stored
                continue
            done += step.outcome.state == "done"
            if step.outcome.state == "done" and step.outcome.seconds:
                mark_compiled()
            if not done and step.failed >= min(2 * study.design.days.shape[1], study.total):
                raise StudyError(_nothing(study, step))  # it will not get better by trying all points
    table = write_table(study)
    write_made(study, table)
    return table


def _nothing(study: DesignStudy, step: Step) -> str:
    told = step.outcome.told.strip().splitlines()[-1] if step.outcome is not None and step.outcome.told else ""
    return f"not one run could be finished: {told} (details in {study.store.failed})"


def run_study(
    path: str | Path,
    *,
    out: str | Path | None = None,
    workers: int | None = 1,
    runner: RunnerKind | None = None,
    cluster: str | None = None,
    watch: Callable[[Step], None] = lambda _: None,
) -> Path:
    """Run a study file and return the path of its table (columns: ``scenarios.design``).

    Args:
        path: of the study file.
        out: folder for results, by default ``results/<name of the study>``; finished runs in it are used again.
        workers: processes, None for one a core (then call it from under ``if __name__ == "__main__":``).
        runner: serial, processes or dask; by default serial for one worker, else processes.
        cluster: address of a dask cluster, or a file for dask-jobqueue.
        watch: is called after each run.

    Raises:
        StationFileError: with all faults of the file.
        StudyError: results cannot be stored, or nothing could be run.
        WorkersError: the workers or the cluster cannot be had.
    """
    with open_runners(workers, runner, cluster) as runners:
        study = prepare(Path(path), out=None if out is None else Path(out), version=runners.version)
        return carry_out(study, runners.of(study.work), watch)
