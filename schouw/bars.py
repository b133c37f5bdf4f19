"""The bar of long work on a terminal: how much is done, of how much, and how long it still takes."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn


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
