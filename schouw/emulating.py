"""An emulator of a study on a terminal: how good it is, and answers at once."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from dashboard.figures.numbers import decimal, percent
from dashboard.words import Words
from scenarios.design import TABLE
from scenarios.emulator import Emulator
from scenarios.faults import Fault, StationFileError, StudyError
from scenarios.process import Process
from scenarios.safe_files import write_whole
from scenarios.study_emulator import EMULATOR, coded_question, learn_study
from scenarios.study_file import read_study
from scenarios.words import Language

ASKED: Final = "asked.json"
MADE: Final = "made.json"


def pairs_of(words: Sequence[str]) -> dict[str, float]:
    """Return the numbers of ``name=value``.

    Raises:
        StationFileError: what is none.
    """
    found, faults = {}, []
    for word in words:
        name, mark, text = word.partition("=")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not mark or not math.isfinite(value):
            faults.append(Fault("--set", "", word[:60], "is not a name and a number", "as lamps=1 or lamps.factor=2.5"))
        found[name.strip()] = value
    if faults:
        raise StationFileError(faults)
    return found


def run_emulate(console: Console, folder: Path, asked: Sequence[str], language: Language, as_json: bool) -> None:
    """Learn the emulator of a finished study, say how good it is, and answer.

    Raises:
        StationFileError: the question does not fit the study.
        StudyError: the folder holds no finished study.
    """
    table, question = folder / TABLE, pairs_of(asked)
    if not table.is_file() or not (folder / ASKED).is_file():
        raise StudyError(f"{folder}: holds no finished study ({TABLE}); run `schouw study FILE` first")
    study, words = read_study(folder / ASKED), Words(language)
    made: dict[str, Any] = {"study": study.name, "station": study.base.layout.id}
    x = coded_question(study.design, question) if question else None
    emulator = learn_study(study.design, table, made)
    write_whole(folder / EMULATOR, emulator.text())
    console.print(words("emulate.head", study=study.name, points=_first(emulator).checked.points, days=emulator.days))
    console.print(_quality(emulator, words))
    for name, why in emulator.left_out.items():
        console.print(words("emulate.left_out", outcome=name, why=why), style="yellow", soft_wrap=True)
    answers = [] if x is None else [_answer(emulator, name, x, words) for name in emulator.outcomes]
    if answers:
        shown = Table(title=words("emulate.answers"), title_justify="left", box=None, pad_edge=False)
        for key in ("outcome", "answer"):
            shown.add_column(words(f"emulate.{key}"))
        for answer in answers:
            shown.add_row(answer["outcome"], answer["text"])
        console.print(shown)
        console.print(words("emulate.note"), style="dim")
    if as_json:
        quality = {name: _record(process) for name, process in emulator.outcomes.items()}
        found = {"emulator": str(folder / EMULATOR), "outcomes": quality, "answers": answers}
        found |= {"left_out": dict(emulator.left_out)}
        print(json.dumps(found, allow_nan=False))


def _first(emulator: Emulator) -> Process:
    return next(iter(emulator.outcomes.values()))


def _record(process: Process) -> dict[str, Any]:
    checked = process.checked
    return {
        "rmse": checked.rmse,
        "coverage": checked.coverage,
        "largest_sd": checked.largest_sd,
        "spread": checked.spread,
        "covers": checked.covers,
    }


def _size(process: Process, value: float, words: Words) -> str:
    """Return a change on its printed scale."""
    if process.points.relative:
        return decimal(100 * value, 1, words.language, sign=True) + "%"
    return decimal(value, 3, words.language, sign=True)


def _quality(emulator: Emulator, words: Words) -> Table:
    table = Table(box=None, pad_edge=False)
    for key in ("outcome", "error", "spread", "coverage"):
        table.add_column(words(f"emulate.{key}"), justify="left" if key == "outcome" else "right")
    for name, process in emulator.outcomes.items():
        checked = process.checked
        said = percent(checked.coverage, words.language) + ("" if checked.covers else f" {words('emulate.beware')}")
        error, spread = (_size(process, value, words).lstrip("+") for value in (checked.rmse, checked.spread))
        table.add_row(name, error, spread, said)
    return table


def _answer(emulator: Emulator, name: str, x: Any, words: Words) -> dict[str, Any]:
    """Return the answer of one outcome, or why there is none."""
    if refused := emulator.refusal(x, name):
        why = words(f"emulate.refused.{refused.key}", a=refused.a, b=refused.b)
        return {"outcome": name, "refused": f"{refused}: run the model", "text": words("emulate.refused", why=why)}
    process = emulator.outcomes[name]
    answers = process.ask(emulator.space.clean(x)[None])
    low, high = (float(end[0]) for end in answers.band())
    run_low, run_high = (float(end[0]) for end in answers.run_band())
    mean = float(answers.mean[0])
    sizes = {"mean": mean, "low": low, "high": high, "run_low": run_low, "run_high": run_high}
    text = words("emulate.said", **{key: _size(process, value, words) for key, value in sizes.items()})
    return {"outcome": name, "relative": process.points.relative, "base": process.points.base, **sizes, "text": text}
