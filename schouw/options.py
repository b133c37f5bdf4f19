"""What all commands share: their options, exit codes, and how what goes wrong is told; nothing heavy here."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.running import Runners

BAD_INPUT: Final = 2
BROKEN: Final = 1
STOPPED: Final = 130


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


def make_console(stderr: bool) -> "Console":
    """Return the screen, or the error output beside JSON."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def refuse(faults: list[Any]) -> None:
    """Tell all faults of the input and leave with exit code 2."""
    for fault in faults:
        typer.echo(str(fault), err=True)
    raise typer.Exit(BAD_INPUT)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what can go wrong into a message and an exit code; a traceback helps nobody here."""
    from scenarios.faults import StationFileError, StudyError
    from scenarios.run import WorkersError

    try:
        yield
    except StationFileError as error:
        refuse(error.faults)
    except (StudyError, WorkersError) as error:
        typer.echo(f"schouw: {error}", err=True)
        raise typer.Exit(BROKEN) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"schouw: {where}{error.strerror or error}", err=True)
        raise typer.Exit(BROKEN) from None


def check_out(out: Path | None, option: str = "--out") -> None:
    """Refuse a folder for results that cannot be one, before anything is run: it is written to, to see."""
    if out is None:
        return
    there = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not there.is_dir():
        typer.echo(f"{option} {out}: {there} is a file, not a folder", err=True)
        raise typer.Exit(BAD_INPUT)
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as error:
        typer.echo(f"{option} {out}: {there} cannot be written to ({error.strerror}); choose another folder", err=True)
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def chosen_runners(workers: int | None, runner: RunnerChoice | None, cluster: str | None) -> Iterator["Runners"]:
    """Refuse a choice that does not fit together, then hand out the runners."""
    from scenarios.running import RunnerKind, open_runners, wrong_choice

    kind: RunnerKind | None = None if runner is None else runner.value
    if wrong := wrong_choice(workers, kind, cluster):
        typer.echo(wrong, err=True)
        raise typer.Exit(BAD_INPUT)
    with open_runners(workers, kind, cluster) as runners:
        yield runners


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
OutOfPackage = Annotated[Path | None, typer.Option(help="Folder for results; by default results/<station>-package.")]
OutOfFile = Annotated[Path | None, typer.Option(help="Folder for results; by default results/<name of the file>.")]
OutOfTrial = Annotated[Path | None, typer.Option(help="Folder for results; by default results/trials/<trial>.")]
OutOfFit = Annotated[Path | None, typer.Option(help="Folder for results; by default results/fits/<fit>.")]
ScreenLanguage = Annotated[LanguageChoice, typer.Option(help="Language of screen and report.")]
Posterior = Annotated[
    Path | None, typer.Option(help="A table of fitted draws (Parquet); else parameters are drawn from their ranges.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on the output, all else on the error output.")]
