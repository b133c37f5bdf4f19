"""Commands that run days: compare, study, season. Heavy things are imported late."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scenarios.answer import Answer
    from scenarios.running import Runners

from schouw.options import (
    BAD_INPUT,
    STOPPED,
    AsJson,
    Cluster,
    Days,
    Draws,
    LanguageChoice,
    Out,
    OutOfFile,
    Posterior,
    RunnerOption,
    ScenarioNames,
    ScreenLanguage,
    Seed,
    SlowChoice,
    SlowStates,
    StationName,
    UntilNarrow,
    Workers,
    check_out,
    chosen_runners,
    make_console,
    plain_errors,
)


def compare(
    station: StationName,
    scenarios: ScenarioNames = None,
    days: Days = 10,
    draws: Draws = 20,
    seed: Seed = 1,
    workers: Workers = None,
    runner: RunnerOption = None,
    cluster: Cluster = None,
    out: Out = None,
    language: ScreenLanguage = LanguageChoice.EN,
    until_narrow: UntilNarrow = False,
    slow: SlowStates = SlowChoice.OWN,
    posterior: Posterior = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios with the station as it is: expected incidents, perceived safety, with intervals."""
    with plain_errors(), chosen_runners(workers, runner, cluster) as runners:
        check_out(out)
        from schouw.comparing import prepare

        study = prepare(
            station, scenarios or (), days=days, draws=draws, seed=seed, out=out, until_narrow=until_narrow,
            slow=slow.value, version=runners.version, posterior=posterior,
        )  # fmt: skip
        if not study.phases:
            typer.echo("--days 0 --draws 0 with a window leaves nothing to run", err=True)
            raise typer.Exit(BAD_INPUT)
        _compare(study, runners, language.value, as_json)


def _compare(study: Any, runners: "Runners", language: Any, as_json: bool) -> None:
    from schouw.comparing import carry_out, settle, write_report_of
    from schouw.screen import Screen

    console, stopped = make_console(stderr=as_json), False
    answer: Answer | None = None
    with Screen(console, language) as screen:
        screen.opening(study)
        try:
            answer = carry_out(study, screen, runners=runners)
        except KeyboardInterrupt:
            stopped, answer = True, settle(study)
            if answer is not None:
                screen.answer(study, answer)
    if answer is not None:
        report = write_report_of(study, answer, language)
        screen.closing(study, report)
        if as_json:
            from schouw.record import record

            typer.echo(json.dumps(record(study, answer, report, language), allow_nan=False))
    if stopped:
        screen.stopped()
        raise typer.Exit(STOPPED)


def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study file: station, factors, points, outcomes.")],
    workers: Workers = None,
    runner: RunnerOption = None,
    cluster: Cluster = None,
    out: OutOfFile = None,
    language: ScreenLanguage = LanguageChoice.EN,
    show_job: Annotated[
        bool, typer.Option("--show-job", help="Print the script that the job system of --cluster FILE would get.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a design of measures, strengths and parameters, and write one tidy table of it."""
    with plain_errors():
        check_out(out)
        if show_job:
            _show_job(cluster)
            return
        from scenarios.study_file import read_study
        from schouw.study_screen import StudyScreen, record
        from schouw.studying import carry_out, prepare

        read_study(file)  # faults are told before a cluster is asked for
        with chosen_runners(workers, runner, cluster) as runners:
            made = prepare(file, out=out, version=runners.version)
            with StudyScreen(make_console(stderr=as_json), language.value) as screen:
                screen.opening(made)
                try:
                    table = carry_out(made, runners.of(made.work), screen.step)
                except KeyboardInterrupt:
                    screen.stopped()
                    raise typer.Exit(STOPPED) from None
                screen.closing(made, table)
        if as_json:
            typer.echo(json.dumps(record(made, table), allow_nan=False, ensure_ascii=False))


def _show_job(cluster: str | None) -> None:
    from scenarios.cluster_jobs import job_script

    if cluster is None or "://" in cluster:
        typer.echo("--show-job needs --cluster FILE, a file for dask-jobqueue", err=True)
        raise typer.Exit(BAD_INPUT)
    typer.echo(job_script(Path(cluster)))


Weeks = Annotated[int, typer.Option(min=1, max=520, help="Weeks; three days of each are simulated.")]
OfSeason = Annotated[
    list[str] | None, typer.Option("--scenario", help="A shipped scenario or a path, beside the station as it is.")
]


def season(
    station: StationName,
    weeks: Weeks = 12,
    scenario: OfSeason = None,
    seed: Seed = 1,
    out: Out = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Follow a station through the weeks: memory, avoided trips, surveys, reports and their follow-up."""
    with plain_errors():
        check_out(out)
        from schouw.season import SeasonScreen, folder_of, prepare, record
        from schouw.sentences import say

        reading, found = prepare(station, scenario or ())
        folder = folder_of(station, out)
        screen = SeasonScreen(make_console(stderr=as_json), language.value)
        stopped = screen.run(reading, found, weeks=weeks, seed=seed, out=folder)
        screen.summary(folder)
        if as_json:
            typer.echo(json.dumps(record(screen, folder, stopped), allow_nan=False))
        if stopped:
            typer.echo(say("stopped", language.value), err=True)
            raise typer.Exit(STOPPED)
