"""One comparison from question to files: what the command and ``schouw.compare`` share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from model.inputs.inputs import Slow
from model.parameters import Parameters
from scenarios.answer import Answer, answer_of, seen_final, write_answer
from scenarios.draws import read_draws
from scenarios.faults import Fault, StationFileError, StudyError
from scenarios.looks import LOOKS
from scenarios.run import Runner
from scenarios.running import Runners
from scenarios.scenario import load, station_title
from scenarios.station_files import find_station, station_names
from scenarios.store import cache_folder
from scenarios.study import DEFAULT_DAYS, DEFAULT_DRAWS, DEFAULT_SEED, Phase, Progress, Study
from scenarios.version import kernels_version
from scenarios.words import Language

RESULTS: Final = Path("results")
REPORT: Final = "report.html"
FEWEST_FITTED: Final = 2
MADE_BY: Final = "a table of draws that `schouw calibrate` wrote"


class Watcher:
    """Whoever watches a comparison; by itself does no more than call ``tell`` after each run."""

    def __init__(self, tell: Callable[[Progress], None] | None = None) -> None:
        self._tell = tell

    def phase(self, study: Study, phase: Phase, compiled: bool) -> None:
        """A phase begins; ``compiled`` tells whether the model was compiled here before."""

    def progress(self, progress: Progress) -> None:
        """A run has finished."""
        if self._tell is not None:
            self._tell(progress)

    def answer(self, study: Study, answer: Answer) -> None:
        """There is an answer, or a narrower one."""


def prepare(
    station: str,
    scenarios: Sequence[str] = (),
    *,
    days: int = DEFAULT_DAYS,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    out: Path | None = None,
    until_narrow: bool = False,
    slow: Slow = "own",
    version: str | None = None,
    posterior: Path | None = None,
) -> Study:
    """Return the study of a question; nothing has been run or written yet.

    Raises:
        StationFileError: with all faults of the station and scenario files, or the posterior is no table of draws.
    """
    base, found = load(station, scenarios)
    fitted = None if posterior is None else fitted_draws(posterior)
    if station not in station_names():
        _refuse_unsound(station)
    folder = out if out is not None else RESULTS / base.layout.id
    title = station_title(station)
    return Study(
        base, found, out=folder, seed=seed, days=days, draws=draws, title=title, until_narrow=until_narrow, slow=slow,
        version=version, posterior=fitted,
    )  # fmt: skip


def fitted_draws(path: Path) -> tuple[Parameters, ...]:
    """Return the sets of values of a posterior.

    Raises:
        StationFileError: it is no table of draws, or has fewer than two.
    """
    try:
        draws = read_draws(path)
    except ValueError as error:
        told = str(error).removeprefix(f"{path}: ")
        raise StationFileError([Fault(f"--posterior {path}", "", "", told, MADE_BY)]) from None
    if len(draws) < FEWEST_FITTED:
        message = f"holds {len(draws)} sets of parameter values"
        fault = Fault(f"--posterior {path}", "", "", message, f"at least {FEWEST_FITTED}; see schouw calibrate")
        raise StationFileError([fault])
    return draws


def _refuse_unsound(station: str) -> None:
    """Look at the floor of a user's station: better now than in the middle of a run."""
    from scenarios.check_station import check_station

    if faults := check_station(find_station(station)):
        raise StationFileError(faults)


def carry_out(study: Study, watcher: Watcher, workers: int | None = None, runners: Runners | None = None) -> Answer:
    """Run what is missing of a study, phase by phase, and write the answer after each.

    Args:
        study, watcher: what to run, and whom to tell; workers: processes, None for one a core.
        runners: how to run it, when not on processes of this machine.

    Raises:
        StudyError: results cannot be stored, or not one day could be finished.
        KeyboardInterrupt: finished days are stored; ``settle`` gives the answer so far.
    """
    before = seen_final(study)
    answer: Answer | None = None
    with study.runner(workers) if runners is None else runners.of(study.work) as runner:
        for phase in study.phases:
            watcher.phase(study, phase, was_compiled())
            _run(study, phase, runner, watcher)
            answer = settle(study, before=before)
            if answer is None:
                raise StudyError(_nothing(study, phase))
            watcher.answer(study, answer)
    if answer is None:
        raise StudyError("there is nothing to run: ask for at least one day")
    return answer


def _run(study: Study, phase: Phase, runner: Runner, watcher: Watcher) -> None:
    """Run one phase and tell of each look on the way."""
    seen, done, failed = 0, 0, 0
    for progress in study.run(phase, runner):
        if progress.outcome is not None:
            done += progress.outcome.state == "done"
            failed += progress.outcome.state == "failed"
        if done:
            mark_compiled()
        elif not progress.stored and failed >= len(study.arms):
            raise StudyError(_nothing(study, phase))  # it will not get better by trying all days
        watcher.progress(progress)
        looks = [look for look in LOOKS if seen < look <= progress.pairs and look < study.days]
        if phase != "days" or not looks:
            continue
        seen = looks[-1]
        if narrow := next((look for look in looks if study.enough(look)), None):
            study.stop_at(narrow)
            return
        if progress.pairs == seen and progress.outcome is not None:
            so_far = answer_of(study, finished=False, phase="days")
            if so_far is not None:
                watcher.answer(study, so_far)


def settle(study: Study, *, before: int = 0) -> Answer | None:
    """Return and write the answer that the finished days give; None when there is none.

    Args:
        study: run, broken off or looked up.
        before: number of days after which a final answer had been seen: with more days than that, whoever
            asked has looked twice, and the interval stays the one for those who watch.
    """
    prolonged = 0 < before < study.days
    answer = answer_of(study, finished=study.complete("days") and not prolonged)
    if answer is not None:
        write_answer(study, answer, before=before)
    return answer


def _nothing(study: Study, phase: Phase) -> str:
    failures = study.failed(phase)
    if not failures:
        return "no day is finished"
    last = failures[0].told.strip().splitlines()[-1]
    where = study.store.failed
    return f"not one day could be finished in all arms: {last} ({failures[0].scenario}; details in {where})"


def write_report_of(study: Study, answer: Answer, language: Language) -> Path:
    """Write the report of an answer and return its path."""
    from dashboard.assemble import report_data
    from dashboard.report import write_report

    station = study.title_in(language)
    data = report_data(
        study, answer.phase, answer.table, answer.lines, language, station=station, balances=answer.balances
    )
    return write_report(study.out / REPORT, data)


def was_compiled() -> bool:
    """Return whether a day was run before with these kernels on this machine, so that they are compiled."""
    return _mark().is_file()


def mark_compiled() -> None:
    """Remember that the kernels are compiled."""
    mark = _mark()
    if not mark.is_file():
        try:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
        except OSError:
            return  # then it is announced again, and that is all


def _mark() -> Path:
    return cache_folder() / "compiled" / kernels_version()


def compare(
    station: str,
    scenarios: Sequence[str] = (),
    *,
    days: int = DEFAULT_DAYS,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    workers: int | None = 1,
    out: str | Path | None = None,
    language: Language = "en",
    report: bool = True,
    until_narrow: bool = False,
    slow: Slow = "own",
    posterior: str | Path | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Answer:
    """Compare scenarios with the station as it is; writes table and report, and returns the answer.

    Args:
        station: name of a shipped station or path of a folder.
        scenarios: names or paths; none means the station's shipped set.
        days: whole paired days; draws: draws of the uncertain parameters, two further days each.
        seed: of the study; workers: processes, None for one a core (then call it from under
            ``if __name__ == "__main__":``).
        out: folder for results, by default ``results/<station>``; finished days in it are used again.
        language: of the report, ``en`` or ``nl``; report: whether to write it.
        until_narrow: stop at the first look of ten or more days at which the headline intervals are narrow
            enough; ``days`` is then the most.
        slow: ``base``: the first day of the measures, before offenders have learned of them; ``own``: long after.
        posterior: table of fitted draws (``schouw calibrate``); else parameters are drawn from their ranges.
        watch: is called after each run.

    Raises:
        StationFileError: with all faults of the files.
        StudyError: results cannot be stored, or nothing could be run.
    """
    folder = None if out is None else Path(out)
    study = prepare(
        station, scenarios, days=days, draws=draws, seed=seed, out=folder, until_narrow=until_narrow, slow=slow,
        posterior=None if posterior is None else Path(posterior),
    )  # fmt: skip
    answer = carry_out(study, Watcher(watch), workers)
    if report:
        write_report_of(study, answer, language)
    return answer
