"""One HTML file that answers the question: no other file, no request, the same bytes from the same tables."""

import base64
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.answer import lead, luck_sentence, measure_rows, title
from dashboard.figures.maps import wall_symbols
from dashboard.figures.numbers import clock, day_in_full, percent
from dashboard.figures.sheet import make_tiles
from dashboard.layers import make_layers
from dashboard.report_data import FEWEST_PAIRS, Cells, Fields, Line, ReportData, Row, ScenarioCard, read_rows, row_of
from dashboard.report_parts import Counter, first_map, headline_figure, scenario_part
from dashboard.report_table import table_data
from dashboard.words import Words

__all__ = [
    "Fields",
    "Line",
    "ReportData",
    "Row",
    "ScenarioCard",
    "read_rows",
    "report_html",
    "row_of",
    "write_report",
]

_HERE = Path(__file__).parent
_FONT_NOTE = "Source Sans 3, © Adobe, SIL Open Font License 1.1."
_FONT = _HERE / "assets" / "source-sans-3-latin.woff2"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> Markup:
    """Return a text file of ours as it is; nothing of a user's goes through here."""
    return Markup((_HERE / "assets" / name).read_text(encoding="utf-8"))


def _font_address() -> Markup:
    return Markup("data:font/woff2;base64," + base64.b64encode(_FONT.read_bytes()).decode("ascii"))


def _policy(script: str) -> str:
    """Return a content policy under which the page can ask for nothing outside itself."""
    mark = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'"
    )


def _made(data: ReportData, words: Words) -> list[str]:
    """Return how the report came about, one sentence an item."""
    start, end = (clock(s, data.language) for s in data.window)
    lines = [
        words("made.pairs", pairs=data.pairs),
        words("made.day", day=day_in_full(data.day, data.language), start=start, end=end),
    ]
    if data.sun is not None:
        rise, fall = (clock(s, data.language) for s in data.sun)
        lines.append(words("made.sun", rise=rise, fall=fall))
    lines.append(words("made.expected"))
    if data.draws:
        lines.append(words("made.draws", draws=data.draws))
    if data.luck_share is not None:
        lines.append(words("made.luck", share=percent(data.luck_share, data.language)))
    return lines


def _not_said(data: ReportData, words: Words) -> list[str]:
    """Return what a reader must not take from the report."""
    lines = [words("not_said.model", pairs=data.pairs)]
    return lines + [words(f"not_said.{key}") for key in ("level", "days", "recorded", "assumed")]


def _attribution(data: ReportData, words: Words) -> list[str]:
    lines = [data.layout.attribution, *data.attribution, _FONT_NOTE]
    return [words.place(line) for line in lines if line]


def _foot(data: ReportData, words: Words) -> str:
    return words("report.foot", version=data.version, pairs=data.pairs, draws=data.draws)


def _css_text(text: str) -> Markup:
    """Return a text that may stand between quotes in a style sheet: all but letters and digits as codes."""
    coded = "".join(c if c.isalnum() and c.isascii() else f"\\{ord(c):x} " for c in text)
    return Markup(coded)


def _context(data: ReportData) -> dict[str, Any]:
    words = Words(data.language)
    cells = Cells(data.rows)
    tiles = make_tiles(data.layout, data.grid, {x.ordinal: words.name("level", x.name) for x in data.layout.levels})
    layers = make_layers(data)
    count = Counter()
    lead_card = data.lead
    first = (
        headline_figure(data, lead_card, words, count),
        first_map(data, layers, tiles, lead_card, words, count),
    )
    parts = [scenario_part(data, number, cells, layers, tiles, words, count) for number in range(len(data.scenarios))]
    script = _asset("report.js")
    return {
        "words": words,
        "data": data,
        "title": title(data, words),
        "lead": lead(data, words),
        "first": first,
        "measures": measure_rows(data, cells, words),
        "parts": parts,
        "walls": wall_symbols(tiles),
        "luck": luck_sentence(data.rows, words, data.confidence) if data.pairs >= FEWEST_PAIRS else "",
        "day": day_in_full(data.day, data.language),
        "made": _made(data, words),
        "not_said": _not_said(data, words),
        "attribution": _attribution(data, words),
        "foot": _foot(data, words),
        "running_foot": _css_text(_foot(data, words)),
        "table": table_data(data.rows, data.scenarios, words),
        "style": _asset("figures.css") + _asset("report.css"),
        "script": script,
        "policy": _policy(script),
        "font": _font_address(),
    }


def report_html(data: ReportData) -> str:
    """Return the whole report as one HTML text."""
    return _environment().get_template("report.html").render(_context(data))


def write_report(path: Path, data: ReportData) -> Path:
    """Write the report; the file appears whole or not at all.

    Args:
        path: of the HTML file; its folder is made when missing.
        data: what the report shows.

    Returns:
        The path of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = report_html(data)
    half = path.with_name(path.name + ".part")
    half.write_text(text, encoding="utf-8")
    os.replace(half, path)
    return path
