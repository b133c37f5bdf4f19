"""Commands about whether the numbers are right: trials, sensitivity, waves. Heavy things are imported late."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from schouw.options import (
    BAD_INPUT,
    BROKEN,
    STOPPED,
    AsJson,
    Cluster,
    LanguageChoice,
    Out,
    OutOfFit,
    OutOfTrial,
    Posterior,
    RunnerOption,
    ScreenLanguage,
    Seed,
    StationName,
    Workers,
    check_out,
    chosen_runners,
    make_console,
    plain_errors,
)

TrialDraws = Annotated[
    int, typer.Option(min=0, max=10_000, help="Draws of the uncertain parameters, twice each; 5 give an interval.")
]


def trial(
    file: Annotated[str, typer.Argument(metavar="TRIAL", help="A trial that ships, or the path of a trial file.")],
    draws: TrialDraws = 20,
    posterior: Posterior = None,
    seed: Seed = 1,
    workers: Workers = None,
    runner: RunnerOption = None,
    cluster: Cluster = None,
    out: OutOfTrial = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Run a published trial in the model, and print its interval beside the published one."""
    with plain_errors(), chosen_runners(workers, runner, cluster) as runners:
        check_out(out)
        from calibration.trials.effects import effects_of
        from calibration.trials.reader import find_trial, read_trial
        from schouw.sentences import say
        from schouw.trying import TrialScreen, prepare, record

        screen = TrialScreen(make_console(stderr=as_json), language.value)
        screen.opening(read_trial(find_trial(file)), file)
        run, stopped = screen.run(prepare(file, draws=draws, seed=seed, out=out, posterior=posterior), runners)
        effects = effects_of(run)
        if effects or not stopped:
            screen.closing(run, effects)
        if as_json:
            typer.echo(json.dumps(record(run, effects, stopped), allow_nan=False, ensure_ascii=False))
        if stopped:
            typer.echo(say("stopped", language.value), err=True)
            raise typer.Exit(STOPPED)


class MethodChoice(StrEnum):
    """Methods of ``calibration.indices``."""

    MORRIS = "morris"
    SOBOL = "sobol"
    PAWN = "pawn"
    DELTA = "delta"
    SHAPLEY = "shapley"


class GroupingChoice(StrEnum):
    """How inputs are taken together."""

    FAMILY = "family"
    EACH = "each"


def sensitivity(
    station: StationName,
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="Explain its change on the same day; else the level.")
    ] = None,
    method: Annotated[MethodChoice, typer.Option(help="How to look.")] = MethodChoice.MORRIS,
    outcome: Annotated[
        list[str] | None, typer.Option(help="A headline line, such as safety_women_after_19; several if you like.")
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="Parameters, * and ? as in file names; else all uncertain ones.")
    ] = None,
    groups: Annotated[
        GroupingChoice | None, typer.Option(help="family: names that begin alike are one input; each: every one alone.")
    ] = None,
    rows: Annotated[
        int | None, typer.Option(min=4, max=1_000_000, help="Paths, base rows or points; by default as it needs.")
    ] = None,
    switches: Annotated[
        bool, typer.Option("--switches", help="Measures of the scenario are on-off inputs; the result is its level.")
    ] = False,
    correlated: Annotated[
        list[str] | None, typer.Option(help="Two parameters of one group that are known together: a,b=0.6.")
    ] = None,
    hours: Annotated[str, typer.Option(help="Hours of the day that are simulated.")] = "18:00-01:00",
    emulate: Annotated[
        int, typer.Option(min=0, max=100_000, help="Points that the model answers, the rest by an emulator of them.")
    ] = 0,
    worth: Annotated[
        float | None, typer.Option(help="What the scenario must gain to be taken, for the value of measurements.")
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    runner: RunnerOption = None,
    cluster: Cluster = None,
    out: Out = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Tell which numbers of the model drive an answer, with the noise of the days beside each."""
    with plain_errors(), chosen_runners(workers, runner, cluster) as runners:
        check_out(out)
        from calibration.indices import FailedPointsError
        from calibration.sensitivity import Question
        from schouw.asking import correlations, hours_of
        from schouw.comparing import RESULTS
        from schouw.sensing import carry_out, choices, record, show, show_choices, write_pictures
        from schouw.sentences import say

        try:
            question = Question.of(
                station, scenario, outcomes=outcome or ("harassment", "safety_women_after_19"), method=method.value,
                inputs=inputs or (), grouping=None if groups is None else groups.value, rows=rows, switches=switches,
                correlated=correlations(correlated or ()), window=hours_of(hours), seed=seed,
            )  # fmt: skip
            _ = question.plan
            if emulate and method.value in ("pawn", "delta"):
                raise ValueError("--emulate answers a design of morris, sobol or shapley; pawn and delta need none")
        except ValueError as error:
            from scenarios.faults import StationFileError

            if isinstance(error, StationFileError):
                raise
            typer.echo(f"schouw sensitivity: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from None
        console, folder = make_console(stderr=as_json), out if out is not None else RESULTS / question.base.layout.id
        try:
            done = carry_out(question, folder, console, language.value, runners, emulate)
        except ValueError as error:
            typer.echo(f"schouw sensitivity: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from None
        except FailedPointsError as error:
            typer.echo(f"schouw: {error}", err=True)
            raise typer.Exit(BROKEN) from None
        except KeyboardInterrupt:
            typer.echo(say("stopped", language.value), err=True)
            raise typer.Exit(STOPPED) from None
        show(question, done, console, language.value)
        found = choices(question, done, worth)
        show_choices(question, found, console, language.value)
        pictures = write_pictures(question, done, folder / "sensitivity", language.value)
        console.print(say("sense_pictures", language.value, paths=", ".join(map(str, pictures))), style="dim")
        if as_json:
            typer.echo(json.dumps(record(question, done, pictures, found), allow_nan=False))


def waves(
    file: Annotated[str, typer.Argument(metavar="MONITOR", help="A monitor file (CSV), or one that ships by name.")],
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Tell what a change between two waves of a monitor is worth, and what a measure changed beside it."""
    with plain_errors():
        from schouw.waving import read, record, show

        figures = read(file)
        show(figures, make_console(stderr=as_json), language.value)
        if as_json:
            typer.echo(json.dumps(record(figures), allow_nan=False, ensure_ascii=False))


def discover(
    folder: Annotated[Path, typer.Argument(metavar="STUDY", help="Folder of a finished study (schouw study).")],
    outcome: Annotated[
        str | None, typer.Option(help="An outcome of the study; else the first with enough numbers.")
    ] = None,
    worth: Annotated[
        float, typer.Option(help="What the gain must reach: a fraction of the base for counts (0.05), else in units.")
    ] = 0.0,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="Factors, or parameters of the draws, * and ? as in file names.")
    ] = None,
    density: Annotated[float, typer.Option(min=0.1, max=1.0, help="Share of failures that the box should have.")] = 0.8,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Tell under which circumstances a package of a study fails, and how sure these limits are (PRIM)."""
    with plain_errors():
        from schouw.discovering import discover_study, record, show
        from schouw.sentences import say

        try:
            found = discover_study(folder, outcome, worth, inputs or [], density)
        except ImportError as error:
            typer.echo(f"schouw: {error}", err=True)
            raise typer.Exit(BROKEN) from None
        console = make_console(stderr=as_json)
        picture = show(found, folder, console, language.value)
        console.print(say("discover_picture", language.value, path=picture), style="dim")
        if as_json:
            typer.echo(json.dumps(record(found, picture), allow_nan=False))


def calibrate(
    file: Annotated[str, typer.Argument(metavar="FIT", help="A fit file (YAML); example is the one that ships.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="File for the fitted draws (.parquet), for compare --posterior.")
    ] = Path("posterior.parquet"),
    workers: Workers = None,
    runner: RunnerOption = None,
    cluster: Cluster = None,
    out: OutOfFit = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Fit parameters to a monitor, stage by stage, and write draws of what remains possible."""
    with plain_errors(), chosen_runners(workers, runner, cluster) as runners:
        check_out(out)
        from calibration.fit_file import find_fit
        from calibration.fit_reader import read_fit
        from schouw.comparing import RESULTS
        from schouw.fitting import carry_out, record, show, write_pictures, write_record
        from schouw.sentences import say

        if output.suffix != ".parquet" or output.is_dir():
            typer.echo(f"-o {output}: the table of draws is a .parquet file", err=True)
            raise typer.Exit(BAD_INPUT)
        check_out(output.parent, "-o")
        fit = read_fit(find_fit(file))
        console = make_console(stderr=as_json)
        folder = out if out is not None else RESULTS / "fits" / fit.part.name
        try:
            result = carry_out(fit, folder, console, language.value, runners)
        except KeyboardInterrupt:
            typer.echo(say("stopped", language.value), err=True)
            raise typer.Exit(STOPPED) from None
        except (RuntimeError, ValueError, ImportError) as error:
            typer.echo(f"schouw: {error}", err=True)
            raise typer.Exit(BROKEN) from None
        show(result, console, language.value)
        result.write(output)
        plain = record(result, output)
        write_record(plain, output)
        console.print(say("fit_written", language.value, path=output))
        pictures = write_pictures(result, output.parent, language.value)
        console.print(say("fit_pictures", language.value, paths=", ".join(map(str, pictures))), style="dim")
        if as_json:
            typer.echo(json.dumps(plain, allow_nan=False))
