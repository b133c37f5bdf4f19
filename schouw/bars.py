"""The bar of long work on a terminal: how much is done, of how much, and how long it still takes."""

import datetime
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from scenarios.words import Language
from schouw.sentences import say


def bars_on(console: Console) -> Progress:
    """Return a bar whose tasks have a field ``left``; where nobody looks (a pipe) nothing moves."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def seconds_left(began: float, made: int, missing: int) -> float:
    """Return how long what is missing takes, at the pace of what was made since ``began`` (a ``monotonic`` time)."""
    return (monotonic() - began) / max(made, 1) * missing


def left(seconds: float | None, language: Language) -> str:
    """Return ``2:05 left`` or ``1:02:05 left``, or nothing where it cannot be told yet."""
    if seconds is None:
        return ""
    return say("left", language, time=str(datetime.timedelta(seconds=round(seconds))).removeprefix("0:"))
