"""Sensitivity on a terminal: indices with the noise floor beside them, and the pictures."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final

from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table

from calibration.emulated import DAYS, Emulated, run_emulated
from calibration.indices import DUMMY, LUCK, Index, Indices, swings
from calibration.sensitivity import LINES, Question
from calibration.sensitivity import Progress as Done
from calibration.sensitivity import run as run_points
from calibration.value import FEWEST_POINTS, Choice, Value, value_of_knowing
from dashboard.figures.drivers import indices_figure, tornado_figure
from dashboard.words import Words
from scenarios.running import Runners
from scenarios.safe_files import write_whole
from scenarios.words import MATTERS, Language, label
from schouw.bars import bars_on, left, seconds_left
from schouw.comparing import mark_compiled, was_compiled
from schouw.sentences import say

MOST_SHOWN: Final = 15


def carry_out(
    question: Question, out: Path, console: Console, language: Language, runners: Runners, emulate: int = 0
) -> Done:
    """Run all points with a bar, and return the end of it.

    Args:
        emulate: points that the model answers, the rest by an emulator of them; 0: the model answers all.

    Raises:
        FailedPointsError: points have failed.
        KeyboardInterrupt: somebody stopped it; finished points are kept.
    """
    plan = question.plan
    names, quality = ", ".join(line.key for line in question.outcomes), dict[str, Emulated]()
    asked = {"method": question.method, "inputs": len(question.groups), "points": len(plan.x), "names": names}
    console.print(say("sense_plan", language, **asked))
    if not was_compiled():
        console.print(say("compiling", language))
    bars = bars_on(console)
    last: Done | None = None
    with bars:
        total, began = emulate * DAYS or len(plan.x), monotonic()
        bar = bars.add_task(say("sense_bar", language), total=total, left="")
        for last, found in _runs(question, out, runners, emulate):
            quality = found
            mark_compiled()
            seconds = seconds_left(began, last.done - last.stored, last.total - last.done)
            bars.update(bar, completed=last.done, left=left(seconds, language))
    if last is None or not last.indices:
        raise RuntimeError("the analysis ended without a result")
    for key, one in quality.items():
        numbers = {name: _number(getattr(one, name), language) for name in ("rmse", "spread", "luck")}
        numbers |= {"points": str(emulate), "coverage": _number(100 * one.coverage, language)}
        console.print(say("sense_emulated", language, key=label(key, language), **numbers), style="dim")
    return last


def _runs(
    question: Question, out: Path, runners: Runners, emulate: int
) -> Iterator[tuple[Done, dict[str, Emulated]]]:
    if emulate:
        yield from run_emulated(question, emulate, out, workers=runners)
        return
    for done in run_points(question, out, workers=runners):
        yield done, {}


def worth_of(question: Question, key: str, worth: float | None) -> float:
    """Return what a change of an outcome must gain: what was asked, else the least difference that matters.

    Counts have no such number without their base, and a gap has no better side: any change is enough.
    """
    if worth is not None:
        return worth
    scale = LINES[key].scale
    return MATTERS[scale] if scale in ("score", "share") else 0.0


def choices(question: Question, done: Done, worth: float | None) -> dict[str, Choice]:
    """Return the value of measurements for each outcome of a scenario; none where there are too few points."""
    if not question.change or len(done.results) < FEWEST_POINTS or len(done.results) != len(question.plan.x):
        return {}
    found = {}
    for k, line in enumerate(question.outcomes):
        better = 1 if line.better == "higher" else -1
        asked = worth_of(question, line.key, worth)
        found[line.key] = value_of_knowing(question.plan, done.results[:, k], better=better, worth=asked)
    return found


def show_choices(question: Question, found: Mapping[str, Choice], console: Console, language: Language) -> None:
    """Print which measurement would change the choice most."""
    for key, choice in found.items():
        worth = _number(choice.worth, language)
        console.print(say("sense_value_head", language, label=label(key, language), worth=worth), style="bold")
        perfect = {name: _number(value, language) for name, value in (
            ("perfect", choice.perfect.value), ("low", choice.perfect.low), ("high", choice.perfect.high),
            ("gain", choice.gain))}  # fmt: skip
        taken = say("sense_value_take" if choice.taken else "sense_value_leave", language)
        flips = f"{100 * choice.perfect.flips:.0f}"
        console.print(say("sense_value_today", language, choice=taken, flips=flips, **perfect))
        table = Table(box=None, pad_edge=False)
        for name in ("what", "value", "flips", "eur"):
            table.add_column(say(f"sense_value_{name}", language), justify="left" if name == "what" else "right")
        for one in choice.values:
            what = one.measurement.nl if language == "nl" else one.measurement.en
            span = f"{_number(one.value, language)} ({_number(one.low, language)}, {_number(one.high, language)})"
            eur = str(format_decimal(one.measurement.eur, format="#,##0", locale=language))
            table.add_row(what, span, f"{100 * one.flips:.0f}%", eur, style=None if one.shown else "dim")
        console.print(table)
    if found:
        console.print(say("sense_value_foot", language), style="dim")


def show(question: Question, done: Done, console: Console, language: Language) -> None:
    """Print a table for each outcome, and how it was found."""
    for key, said in done.indices.items():
        console.print(_title(question, key, language), style="bold")
        console.print(_table(said, language))
        if said.hidden:
            console.print(say("sense_hidden", language))
        if said.small:
            console.print(say("sense_small", language, n=len(said.small), names=", ".join(said.small)), style="dim")
    said = next(iter(done.indices.values()))
    console.print(say(f"sense_{said.method}", language), style="dim")
    console.print(say("sense_days", language, days=done.days, stored=done.stored, rows=said.rows), style="dim")


def _title(question: Question, key: str, language: Language) -> str:
    what = "sense_change" if question.change else "sense_level"
    scenario = question.scenario.title_in(language) if question.scenario is not None else ""
    return say(what, language, label=label(key, language), station=question.base.layout.name, scenario=scenario)


def _table(said: Indices, language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    heads = ["input", "index", "between", "floor"]
    if said.method == "sobol":
        heads += ["among", "first"]
    for head in heads:
        table.add_column(say(f"sense_{head}", language), justify="left" if head == "input" else "right")
    shown = [index for index in said.ranked if index.name not in (DUMMY, LUCK)][:MOST_SHOWN]
    digits = _digits(max(said.floor, *(abs(index.value) for index in said.indices)))
    for index in [*shown, said[LUCK], said[DUMMY]]:
        cells = [_name(index, language), _number(index.value, language, digits), _between(index, language, digits)]
        cells.append(_number(said.floor, language, digits))
        if said.method == "sobol":
            cells += [_number(index.among, language, digits), _number(index.first, language, digits)]
        grey = index.name in (DUMMY, LUCK) or not index.shown
        table.add_row(*cells, style="dim" if grey else None)
    return table


def _name(index: Index, language: Language) -> str:
    return say(f"sense_{index.name}", language) if index.name in (DUMMY, LUCK) else index.name


def _digits(value: float) -> int:
    """Return the decimals of numbers of this size: two digits of it, at least three."""
    size = abs(value)
    return 3 if math.isnan(size) or size < 1e-8 or size >= 0.01 else min(8, 1 - math.floor(math.log10(size)))


def _number(value: float, language: Language, digits: int | None = None) -> str:
    if math.isnan(value):
        return "-"
    digits = _digits(value) if digits is None else digits
    return str(format_decimal(round(value, digits) + 0.0, format="0." + "0" * digits, locale=language))


def _between(index: Index, language: Language, digits: int) -> str:
    return f"{_number(index.low, language, digits)} - {_number(index.high, language, digits)}"


def write_pictures(question: Question, done: Done, folder: Path, language: Language) -> list[Path]:
    """Write the index plot and the tornado of each outcome; returns their paths."""
    words, made = Words(language), []
    for place, (key, said) in enumerate(done.indices.items()):
        title = _title(question, key, language)
        pictures = {"indices": indices_figure(said, words, title)}
        whole = len(done.results) == len(question.plan.x)
        if whole and (found := swings(question.plan, done.results[:, place])):
            pictures["tornado"] = tornado_figure(found, said.mean, words, title)
        for name, picture in pictures.items():
            path = folder / f"{question.method}-{key}-{name}.svg"
            write_whole(path, str(picture).encode())
            made.append(path)
    return made


def record(
    question: Question, done: Done, pictures: list[Path], found: Mapping[str, Choice] | None = None
) -> dict[str, Any]:
    """Return an analysis as plain values for other programs."""
    plan, whole = question.plan, len(done.results) == len(question.plan.x)
    swung = [swings(plan, column) if whole else () for column in done.results.T]
    return {
        "station": question.base.layout.id,
        "scenario": None if question.scenario is None else question.scenario.name,
        "method": question.method,
        "seed": question.seed,
        "window_s": list(question.base.window),
        "rows": question.plan.rows,
        "points": len(question.plan.x),
        "days": done.days,
        "outcomes": {
            key: {**_plain(said), "swings": [vars(one) for one in swung[place]]}
            for place, (key, said) in enumerate(done.indices.items())
        },
        "value": {key: _plain_choice(choice) for key, choice in (found or {}).items()},
        "pictures": [str(path) for path in pictures],
    }


def _plain_choice(choice: Choice) -> dict[str, Any]:
    def line(one: Value) -> dict[str, Any]:
        numbers = {name: getattr(one, name) for name in ("parameters", "value", "low", "high", "flips", "shown")}
        return {"measurement": one.measurement.name, "eur": one.measurement.eur, **numbers}

    return {"worth": choice.worth, "taken": choice.taken, "gain": choice.gain, "points": choice.points,
            "everything": line(choice.perfect), "measurements": [line(one) for one in choice.values]}  # fmt: skip


def _plain(said: Indices) -> Mapping[str, Any]:
    names = ("value", "low", "high", "first", "first_low", "first_high", "among")

    def line(index: Index) -> dict[str, Any]:
        numbers = {name: getattr(index, name) for name in names}
        plain = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        return {"input": index.name, **plain, "noise_floor": said.floor, "shown": index.shown}

    return {
        "mean": said.mean,
        "sd": said.sd,
        "noise_floor": said.floor,
        "indices": [line(index) for index in said.ranked],
        "small": list(said.small),
    }
