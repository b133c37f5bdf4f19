"""Waves of a monitor on a terminal: what a change is worth, what a measure changed, what of a file is a target."""

import math
from pathlib import Path
from typing import Any, Final

from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table

from calibration.monitor import NETWORK, SHARES, Figure, read_monitor
from calibration.targets import Target, assumed_n, targets_of
from calibration.waves import Change, Effect, changes_of, effects_of
from dashboard.monitor_names import figure_name, why
from dashboard.words import Words
from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.words import Language
from schouw.sentences import say

SHIPPED: Final = Path(__file__).resolve().parents[1] / "calibration" / "monitors"
MOST_ROWS: Final = 30
MANY: Final = 10  # changes from which on the smallest chance says little by itself


def find_monitor(word: str) -> Path:
    """Return the file that a word means: a shipped name or a path.

    Raises:
        StationFileError: neither.
    """
    path = Path(word)
    if path.suffix == ".csv" or len(path.parts) > 1:
        return path
    shipped = {file.stem: file for file in sorted(SHIPPED.glob("*.csv"))}
    if word in shipped:
        return shipped[word]
    remedy = nearest(word, shipped) or "give the path of a CSV file"
    raise StationFileError([Fault(shown(word), "", "", "no monitor of this name ships", remedy)])


def read(word: str) -> tuple[Figure, ...]:
    """Return the figures of a monitor by name or path."""
    return read_monitor(find_monitor(word))


def show(figures: tuple[Figure, ...], console: Console, language: Language) -> None:
    """Print changes, effects, and what of the file is no target."""
    changes = changes_of(figures)
    if changes:
        console.print(_changes(changes, language))
        if len(changes) > MOST_ROWS:
            console.print(say("waves_more", language, n=len(changes) - MOST_ROWS), style="dim")
        console.print(say("waves_foot", language), style="dim")
        if len(changes) >= MANY:
            console.print(smallest(changes, language))
        last = {change.first.series: change for change in changes if change.first.station == NETWORK}
        for change in last.values():
            if change.change:
                console.print(sentence(change, language))
    else:
        console.print(say("waves_one", language))
    for line in assumed(figures, language):
        console.print(line, style="dim")
    for effect in effects_of(figures):
        for line in _effect(effect, language):
            console.print(line)
    for target in targets_of(figures):
        if target.use != "target":
            console.print(_refusal(target, language), style="dim")


def sentence(change: Change, language: Language) -> str:
    """Return how often such a change comes by chance, in one sentence."""
    values = {"first": _value(change.first, language), "second": _value(change.second, language)}
    values |= {"label": figure_name(change.first, Words(language)), "z": _number(abs(change.z), language, 2)}
    if change.one_in > 1000:
        return say("waves_never", language, **values)
    return say("waves_often", language, n=max(2, round(change.one_in)), **values)


def smallest(changes: list[Change], language: Language) -> str:
    """Return among how many changes the smallest chance was found, and how often chance gives one as small."""
    rarest = min(changes, key=lambda change: change.chance)
    often = 1 - (1 - 2 * rarest.chance) ** len(changes)  # a change may go either way
    one_in = say("waves_one_in", language, n=_number(rarest.one_in, language, 0)) if rarest.one_in <= 1000 else say(
        "waves_rare", language
    )  # fmt: skip
    values = {"n": len(changes), "label": figure_name(rarest.first, Words(language))}
    values |= {"often": _number(100 * often, language, 0)}
    return say("waves_smallest", language, one_in=one_in, **values)


def assumed(figures: tuple[Figure, ...], language: Language) -> list[str]:
    """Return a sentence for each number of respondents that is assumed where the file gives none."""
    counts: dict[int, int] = {}
    for target in targets_of(figures):
        if target.use != "refused" and (n := assumed_n(target.figure)):
            counts[n] = counts.get(n, 0) + 1
    return [say("waves_assumed", language, n=n, count=count) for n, count in counts.items()]


def _value(figure: Figure, language: Language) -> str:
    share = figure.item in SHARES
    digits = 2 if figure.item.startswith("safety") else 0
    return _number(100 * figure.value if share else figure.value, language, digits) + ("%" if share else "")


def _number(value: float, language: Language, digits: int, sign: bool = False) -> str:
    if not math.isfinite(value):
        return "-"
    form = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=f"+{form};-{form}" if sign else form, locale=language))


def _changes(changes: list[Change], language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("what", "from", "to", "change", "chance"):
        table.add_column(say(f"waves_{name}", language), justify="left" if name == "what" else "right")
    for change in changes[:MOST_ROWS]:
        digits = 2 if change.kind in ("score", "share") else 0
        size = 100 if change.kind == "share" else 1
        one_in = say("waves_one_in", language, n=_number(change.one_in, language, 0))
        table.add_row(
            f"{figure_name(change.first, Words(language))}, {change.first.wave:g}-{change.second.wave:g}",
            _value(change.first, language), _value(change.second, language),
            f"{_number(size * change.change, language, digits, sign=True)} "
            f"(z {_number(change.z, language, 2, sign=True)})",
            one_in if change.one_in <= 1000 else say("waves_rare", language),
        )  # fmt: skip
    return table


def _effect(effect: Effect, language: Language) -> list[str]:
    def said(name: str, *names: str) -> str:
        values = {key: _number(getattr(effect, key), language, 2, sign=True) for key in names}
        counts = {"treated": effect.treated, "comparison": effect.comparison}
        return say(f"waves_{name}", language, item=Words(language).name("page.item", effect.item), **counts, **values)

    return [
        said("did", "before", "after", "did", "did_low", "did_high"),
        said("drift", "drift"),
        said("adjusted", "adjusted", "low", "high"),
    ]


def _refusal(target: Target, language: Language) -> str:
    name = "waves_check" if target.use == "check" else "waves_refused"
    label = f"{figure_name(target.figure, Words(language))} {target.figure.wave:g}"
    return say(name, language, label=label, line=target.figure.line, reason=why(target.reason, Words(language)))


def record(figures: tuple[Figure, ...]) -> dict[str, Any]:
    """Return changes, effects and targets as plain values."""
    changes = [
        {
            "station": c.first.station, "item": c.first.item, "type": c.first.type, "group": c.first.group,
            "from_wave": c.first.wave, "to_wave": c.second.wave, "from": c.first.value, "to": c.second.value,
            "change": c.change, "sd": c.sd, "z": c.z, "chance": c.chance,
        }
        for c in changes_of(figures)
    ]  # fmt: skip
    effects = [dict(vars(effect)) for effect in effects_of(figures)]
    targets = [
        {
            "line": t.figure.line, "station": t.figure.station, "item": t.figure.item, "wave": t.figure.wave,
            "value": t.figure.value, "sd": t.sd, "log_scale": t.on_log_scale, "held_against": t.held_against,
            "use": t.use, "reason": t.reason,
        }
        for t in targets_of(figures)
    ]  # fmt: skip
    return {"changes": changes, "effects": effects, "targets": targets}
