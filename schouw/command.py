"""The command ``schouw``. Everything heavy is imported where it is used, so that ``--help`` is quick."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from schouw import choosing_options as choosing

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.answer import Answer
    from scenarios.running import Runners

BAD_INPUT: Final = 2
BROKEN: Final = 1
STOPPED: Final = 130

app = typer.Typer(
    help="How safe a railway station is, and feels: what lamps, patrols and cameras change, with intervals.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class SlowChoice(StrEnum):
    """Where slow states start: the values of ``model.inputs.inputs.Slow``."""

    OWN = "own"
    BASE = "base"


class RunnerChoice(StrEnum):
    """What carries out the runs: the values of ``scenarios.running.RunnerKind``."""

    SERIAL = "serial"
    PROCESSES = "processes"
    DASK = "dask"


class LanguageChoice(StrEnum):
    """Languages of the screen and the report."""

    EN = "en"
    NL = "nl"


def _console(stderr: bool) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def _refuse(faults: list[Any]) -> None:
    """Tell all faults of the input and leave with exit code 2."""
    for fault in faults:
        typer.echo(str(fault), err=True)
    raise typer.Exit(BAD_INPUT)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what can go wrong into a message and an exit code; a traceback helps nobody here."""
    from scenarios.faults import StationFileError
    from scenarios.run import WorkersError
    from scenarios.study import StudyError

    try:
        yield
    except StationFileError as error:
        _refuse(error.faults)
    except (StudyError, WorkersError) as error:
        typer.echo(f"schouw: {error}", err=True)
        raise typer.Exit(BROKEN) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"schouw: {where}{error.strerror or error}", err=True)
        raise typer.Exit(BROKEN) from None


def _check_out(out: Path | None) -> None:
    """Refuse a folder for results that cannot be one, before anything is run."""
    if out is None:
        return
    there = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not there.is_dir():
        typer.echo(f"--out {out}: {there} is a file, not a folder", err=True)
        raise typer.Exit(BAD_INPUT)
    if not os.access(there, os.W_OK | os.X_OK):
        typer.echo(f"--out {out}: {there} cannot be written to; choose another folder", err=True)
        raise typer.Exit(BAD_INPUT)


StationName = Annotated[
    str, typer.Argument(metavar="STATION", help="A station that ships, or the path of a station folder.")
]
ScenarioNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SCENARIO]...",
        help="Shipped scenarios or paths; when left out, those that ship for the station.",
    ),
]
Days = Annotated[int, typer.Option(min=0, max=1_000_000, help="Whole paired days.")]
UntilNarrow = Annotated[
    bool,
    typer.Option(
        "--until-narrow",
        help="Stop at 10, 20, 40, ... days when the headline intervals are narrow enough; --days is then the most.",
    ),
]
SlowStates = Annotated[
    SlowChoice,
    typer.Option(help="What offenders have learned of guards: own, long after the measures; base, on their first day."),
]
Draws = Annotated[
    int, typer.Option(min=0, max=100_000, help="Draws of uncertain parameters, two days each; 0 is none.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of all luck.")]
Workers = Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; by default one a core.")]
RunnerOption = Annotated[
    RunnerChoice | None,
    typer.Option("--runner", help="By default processes, or serial for one worker; dask is a cluster."),
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS|FILE", help="A dask cluster: tcp://host:8786, or a file for dask-jobqueue."),
]
Out = Annotated[Path | None, typer.Option(help="Folder for results; by default results/<station>.")]
ScreenLanguage = Annotated[LanguageChoice, typer.Option(help="Language of screen and report.")]
Posterior = Annotated[
    Path | None, typer.Option(help="A table of fitted draws (Parquet); else parameters are drawn from their ranges.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on the output, all else on the error output.")]


@app.command()
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
    with _plain_errors(), _runners(workers, runner, cluster) as runners:
        _check_out(out)
        from schouw.comparing import prepare

        study = prepare(
            station, scenarios or (), days=days, draws=draws, seed=seed, out=out, until_narrow=until_narrow,
            slow=slow.value, version=runners.version, posterior=posterior,
        )  # fmt: skip
        if not study.phases:
            typer.echo("--days 0 --draws 0 with a window leaves nothing to run", err=True)
            raise typer.Exit(BAD_INPUT)
        _compare(study, runners, language.value, as_json)


@contextmanager
def _runners(workers: int | None, runner: RunnerChoice | None, cluster: str | None) -> Iterator["Runners"]:
    """Refuse a choice that does not fit together, then hand out the runners."""
    from scenarios.running import RunnerKind, open_runners, wrong_choice

    kind: RunnerKind | None = None if runner is None else runner.value
    if wrong := wrong_choice(workers, kind, cluster):
        typer.echo(wrong, err=True)
        raise typer.Exit(BAD_INPUT)
    with open_runners(workers, kind, cluster) as runners:
        yield runners


def _compare(study: Any, runners: "Runners", language: Any, as_json: bool) -> None:
    from schouw.comparing import carry_out, settle, write_report_of
    from schouw.screen import Screen

    console, stopped = _console(stderr=as_json), False
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


@app.command()
def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study file: station, factors, points, outcomes.")],
    workers: Workers = None,
    runner: RunnerOption = None,
    cluster: Cluster = None,
    out: Annotated[Path | None, typer.Option(help="Folder for results; by default results/<name>.")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    show_job: Annotated[
        bool, typer.Option("--show-job", help="Print the script that the job system of --cluster FILE would get.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a design of measures, strengths and parameters, and write one tidy table of it."""
    with _plain_errors():
        _check_out(out)
        if show_job:
            _show_job(cluster)
            return
        from scenarios.study_file import read_study
        from schouw.study_screen import StudyScreen, record
        from schouw.studying import carry_out, prepare

        read_study(file)  # faults are told before a cluster is asked for
        with _runners(workers, runner, cluster) as runners:
            made = prepare(file, out=out, version=runners.version)
            with StudyScreen(_console(stderr=as_json), language.value) as screen:
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


@app.command()
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
    with _plain_errors():
        _check_out(out)
        from schouw.season import SeasonScreen, folder_of, prepare, record
        from schouw.sentences import say

        reading, found = prepare(station, scenario or ())
        folder = folder_of(station, out)
        screen = SeasonScreen(_console(stderr=as_json), language.value)
        stopped = screen.run(reading, found, weeks=weeks, seed=seed, out=folder)
        screen.summary(folder)
        if as_json:
            typer.echo(json.dumps(record(screen, folder, stopped), allow_nan=False))
        if stopped:
            typer.echo(say("stopped", language.value), err=True)
            raise typer.Exit(STOPPED)


@app.command()
def package(
    station: StationName,
    budget: choosing.Budget,
    tray: choosing.TrayFile = None,
    aim: choosing.AimName = "incidents",
    days: choosing.RaceDays = 40,
    draws: choosing.ParameterDraws = 10,
    points: choosing.PointsToLearn = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Find the best package of measures for a budget: search on an emulator, settle it in the model."""
    with _plain_errors():
        _check_out(out)
        from schouw.packaging import run_package

        stopped = run_package(
            _console(stderr=as_json), station, budget, language.value, as_json, workers, tray=tray, aim=aim,
            seed=seed, draws=draws, days=days, points=points, out=out,
        )  # fmt: skip
        if stopped:
            raise typer.Exit(STOPPED)


@app.command()
def emulate(
    study: choosing.StudyFolder,
    asked: choosing.Asked = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Learn an emulator of a finished study, say how good it is, and answer at once, or refuse."""
    with _plain_errors():
        from schouw.emulating import run_emulate

        run_emulate(_console(stderr=as_json), study, asked or (), language.value, as_json)


@app.command()
def portfolio(
    file: choosing.PortfolioName,
    budget: choosing.WholeBudget,
    draws: choosing.PortfolioDraws = 20,
    check: choosing.Check = 10,
    workers: Workers = None,
    out: Out = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Spread a budget over many stations: who gets what, under floors and rules, and how sure that is."""
    with _plain_errors():
        _check_out(out)
        from schouw.portfolios import run_portfolio

        stopped = run_portfolio(
            _console(stderr=as_json), file, budget, language.value, as_json, draws=draws, check=check,
            workers=workers, out=out,
        )  # fmt: skip
        if stopped:
            raise typer.Exit(STOPPED)


@app.command()
def check(
    path: Annotated[str, typer.Argument(help="A station folder, a file in it, a scenario file, or a shipped name.")],
    as_json: Annotated[bool, typer.Option("--json", help="The faults as one JSON array.")] = False,
    traps: Annotated[
        bool, typer.Option("--traps", help="Also list the spots of a station that can trap somebody at night.")
    ] = False,
) -> None:
    """Tell everything that is wrong with a station, timetable or scenario file, all at once."""
    from dataclasses import asdict

    from scenarios.check import check_path, notes_at
    from schouw.sentences import say

    with _plain_errors():
        faults = check_path(path)
        if as_json:
            typer.echo(json.dumps([asdict(fault) for fault in faults]))
            raise typer.Exit(BAD_INPUT if faults else 0)
        for fault in faults:
            typer.echo(str(fault))
        if faults:
            raise typer.Exit(BAD_INPUT)
        typer.echo(f"{path}: nothing wrong.")
        for note in notes_at(path):
            typer.echo(say(f"note_{note.sort}", "en", **note.values))
        if traps:
            _list_traps(path)


def _list_traps(path: str) -> None:
    """Print the entrapment spots of a station, one a line."""
    from model.world.traps import trap_spots
    from model.world.world import World
    from scenarios.station_files import read_station

    base = read_station(path)
    spots = trap_spots(base.layout, World.of(base), base.parameters)
    typer.echo(f"{len(spots)} spots with few ways out, hidden floor around, little light and a long walk to an exit")
    for spot in spots:
        typer.echo(
            f"  {spot.zone}, level {spot.level}, ({spot.x:.0f}, {spot.y:.0f}): {spot.area_m2:.0f} m2, "
            f"{spot.face_lx:.1f} lx on faces, {spot.exit_m:.0f} m to an exit"
        )


@app.command()
def stations(
    as_json: AsJson = False,
) -> None:
    """List the stations that ship."""
    from scenarios.station_files import read_station, station_names

    with _plain_errors():
        rows = []
        for name in station_names():
            base = read_station(name)
            people = base.population.boardings + base.population.alightings
            rows.append(
                {
                    "station": name,
                    "name": base.layout.name,
                    "platforms": len(base.layout.platforms),
                    "trains": len(base.timetable.trains),
                    "boardings_and_alightings": round(people),
                }
            )
        _show(rows, as_json)


@app.command()
def scenarios(
    station: Annotated[str | None, typer.Argument(metavar="[STATION]", help="Of this station only.")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """List the scenarios that ship."""
    from scenarios.scenario import read_scenario, shipped_scenarios
    from scenarios.station_files import find_station, station_names
    from schouw.catalogue_screen import show_scenarios

    with _plain_errors():
        names = station_names() if station is None else [find_station(station).name]
        rows = []
        for name in names:
            for file in shipped_scenarios(name).values():
                scenario = read_scenario(file)
                rows.append(
                    {
                        "station": name,
                        "scenario": scenario.name,
                        "title": scenario.title_in(language.value),
                        "measures": ", ".join(measure.name for measure in scenario.measures),
                        "description": scenario.description_in(language.value),
                    }
                )
        if as_json:
            _show(rows, as_json)
        else:
            show_scenarios(_console(stderr=False), rows)


@app.command()
def measures(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One measure, with its fields.")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """List what can be done at a station: who can do it, what it costs, how well it is proven, what else it does."""
    from scenarios.faults import Fault, nearest
    from scenarios.measures.card import card, cards
    from scenarios.measures.catalogue import CATALOGUE
    from schouw.catalogue_screen import record, show_list, show_one
    from schouw.sentences import say

    if name is not None and name not in CATALOGUE:
        message = say("measures_unknown", language.value, word=name)
        _refuse([Fault("schouw measures", "", "", message, nearest(name, CATALOGUE))])
    found = cards(language.value) if name is None else [card(name, language.value)]
    if as_json:
        values = [record(one) for one in found]
        typer.echo(json.dumps(values if name is None else values[0], ensure_ascii=False, allow_nan=False))
    elif name is None:
        show_list(_console(stderr=False), found, language.value)
    else:
        show_one(_console(stderr=False), found[0], language.value)


@app.command()
def walk(
    station: StationName,
    start: Annotated[str, typer.Option("--from", help="Zone in which the walk begins: id or name.")],
    goal: Annotated[str, typer.Option("--to", help="Zone to which it leads.")],
    persona: Annotated[
        list[str] | None,
        typer.Option(help="Who walks, for example woman,22,alone; several stand side by side."),
    ] = None,
    time: Annotated[str, typer.Option(help="When, for example 23:00.")] = "23:00",
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="A scenario beside the station as it is; shipped name or path, several if you like."),
    ] = None,
    date: Annotated[str | None, typer.Option(help="The day, as 2026-11-18.")] = None,
    out: Annotated[Path | None, typer.Option(help="File for a picture of the way (.svg).")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Walk through a station with somebody's eyes: the score at each stretch, and why."""
    with _plain_errors():
        from schouw.walk_picture import check_picture, write_picture
        from schouw.walk_screen import record, show
        from schouw.walking import ask, carry_out

        if out is not None and (wrong := check_picture(out)):
            typer.echo(wrong, err=True)
            raise typer.Exit(BAD_INPUT)
        question = ask(
            station, personas=persona or ["woman,30,alone"], start=start, goal=goal, time=time,
            scenarios=scenario or (), date=date,
        )  # fmt: skip
        walks = carry_out(question)
        if not as_json:
            show(_console(stderr=False), question, walks, language.value)
        if out is not None:
            write_picture(out, question, walks, language.value)
        if as_json:
            typer.echo(json.dumps(record(question, walks, language.value), allow_nan=False, ensure_ascii=False))


@app.command()
def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on which the page is served.")] = 8050,
    host: Annotated[str, typer.Option(help="Address to bind; only this machine, for there is no login.")] = "127.0.0.1",
    results: Annotated[Path, typer.Option(help="Folder of the runs that are started from the page.")] = Path("results"),
) -> None:
    """Open the explorer: a web page on this machine, on shipped results, without any network."""
    with _plain_errors():
        from schouw.explorer import open_page

        _check_out(results)
        if wrong := open_page(host, port, results):
            typer.echo(wrong, err=True)
            raise typer.Exit(BAD_INPUT)


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    """Print rows as a table, or as JSON."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    _console(stderr=False).print(table)


from schouw import trust as trust  # noqa: E402 - more commands, which need the names above


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command; the one place that turns the unexpected into a short message."""
    signal.signal(signal.SIGTERM, _stop)  # who is asked to end keeps finished days, as with Ctrl-C
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except Exception as error:
        if os.environ.get("SCHOUW_DEBUG"):
            raise
        typer.echo(
            f"schouw: unexpected {type(error).__name__}: {error}\n"
            "This is a fault of schouw. Set SCHOUW_DEBUG=1 to see where, and please report it.",
            err=True,
        )
        sys.exit(BROKEN)
