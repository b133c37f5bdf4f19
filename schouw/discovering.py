"""Scenario discovery on a terminal: when a package of a study fails, and how sure the limits are."""

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from calibration.failures import Failures, find_failures
from dashboard.figures.box_sides import box_sides_figure
from dashboard.figures.numbers import decimal
from dashboard.words import Words
from scenarios.design import TABLE
from scenarios.faults import StudyError
from scenarios.safe_files import write_whole
from scenarios.study_file import read_study
from scenarios.words import Language
from schouw.sentences import say

ASKED: Final = "asked.json"
PICTURE: Final = "discovered.svg"


def discover_study(folder: Path, outcome: str | None, worth: float, inputs: list[str], density: float) -> Failures:
    """Return where the package of a finished study fails.

    Raises:
        StudyError: the folder holds no finished study, or it does not tell.
    """
    if not (folder / TABLE).is_file() or not (folder / ASKED).is_file():
        raise StudyError(f"{folder}: holds no finished study ({TABLE}); run `schouw study FILE` first")
    design = read_study(folder / ASKED).design
    return find_failures(design, folder / TABLE, outcome, worth=worth, inputs=inputs, density=density)


def show(found: Failures, folder: Path, console: Console, language: Language) -> Path:
    """Print the box and write its picture; returns the path of the picture."""
    box = found.box
    shares = {name: decimal(100 * getattr(box, name), 0, language) for name in ("coverage", "density", "mass")}
    worth = f"{_plain(100 * found.worth, language)}%" if found.relative else _plain(found.worth, language)
    counts = {"fails": int(found.fails.sum()), "points": len(found.gain), "worth": worth, "outcome": found.outcome}
    title = say("discover_head", language, **counts)
    console.print(title, style="bold")
    console.print(say("discover_box", language, **shares))
    table = Table(box=None, pad_edge=False)
    for name in ("input", "low", "high", "stability"):
        table.add_column(say(f"discover_{name}", language), justify="left" if name == "input" else "right")
    for limit in box.limits:
        sure = f"{100 * limit.stability:.0f}%"
        low, high = _plain(limit.low, language), _plain(limit.high, language)
        table.add_row(limit.name, low, high, sure, style=None if limit.stability >= 0.7 else "dim")
    console.print(table)
    console.print(say("discover_foot", language), style="dim")
    path = folder / PICTURE
    write_whole(path, str(box_sides_figure(box, found.ranges, Words(language), title)).encode())
    return path


def _plain(value: float, language: Language) -> str:
    """Return a number with four digits at most, with the mark of the language."""
    text = f"{value:.4g}"
    return text.replace(".", ",") if language == "nl" else text


def record(found: Failures, picture: Path) -> dict[str, Any]:
    """Return the box as plain values for other programs."""
    box = found.box
    return {
        "outcome": found.outcome, "unit": found.unit, "relative": found.relative, "worth": found.worth,
        "points": len(found.gain), "fails": int(found.fails.sum()),
        "coverage": box.coverage, "density": box.density, "mass": box.mass,
        "limits": [dict(vars(limit)) for limit in box.limits], "picture": str(picture),
    }  # fmt: skip
