"""The command ``schouw``: the list of what it can do. Heavy things are imported where they are used."""

import os
import signal
import sys

import typer

from schouw.choose_commands import emulate, package, portfolio
from schouw.look_commands import check, dashboard, measures, scenarios, stations, user, walk
from schouw.options import BROKEN, STOPPED
from schouw.run_commands import compare, season, study
from schouw.trust_commands import calibrate, discover, sensitivity, trial, waves

app = typer.Typer(
    help="How safe a railway station is, and feels: what lamps, patrols and cameras change, with intervals.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# in the order in which --help tells them
for command in (
    compare,
    study,
    season,
    package,
    emulate,
    portfolio,
    check,
    stations,
    scenarios,
    measures,
    walk,
    dashboard,
    user,
    trial,
    sensitivity,
    discover,
    waves,
    calibrate,
):
    app.command()(command)


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
