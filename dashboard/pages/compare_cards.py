"""The cards of Compare: pure functions from a choice to a card, in the order in which they are read."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dashboard.answer import SCORE_LINE, figure_sentence, finding, line_of, listing, may_be_undone
from dashboard.figures.beside import beside_figure
from dashboard.figures.gap import Pair, gap_figure
from dashboard.figures.intervals import intervals_figure
from dashboard.figures.numbers import decimal, digits_for, interval
from dashboard.pages.choices import Choice, band_name, remembered
from dashboard.parts import Card, Table, rows_table
from dashboard.report_data import BANDS, FEWEST_PAIRS, Line, Row
from dashboard.report_parts import Counter, Figure, learned_of, matrix_of, profile_panels, square_of
from model.results import TABLE_TYPES

_FINAL: Final = 95
GROUPS: Final = ("all", "woman", "man")
HOURS: Final = ("after_19", *BANDS, "all")


def source_text(choice: Choice, lines: Sequence[Line] = ()) -> str:
    """Return what the numbers of a card rest on: pairs, level, and draws where its lines have bands of them."""
    data, words = choice.data, choice.address.words
    key = "page.source.draws" if data.draws and any(x.range_low is not None for x in lines) else "page.source"
    return words(key, pairs=data.pairs, level=data.confidence, draws=data.draws)


def lines_table(lines: tuple[Line, ...], choice: Choice) -> Table:
    """Return headline lines as the table of a card."""
    words = choice.address.words
    heads = ("scenario", "line", "verdict", "base", "value", "unit", "change", "low", "high", "range_low", "range_high",
             "change_unit")  # fmt: skip
    changes = ("estimate", "low", "high", "range_low", "range_high")
    rows = (
        (choice.titles[x.scenario], x.label, x.sentence, x.base, x.value, words(f"page.lines.unit.{x.scale}"),
         *(getattr(x, change) for change in changes), words(f"page.lines.change.{x.scale}"))
        for x in lines
    )  # fmt: skip
    return Table(tuple(words(f"page.lines.{head}") for head in heads), tuple(rows))


def lines_title(lines: tuple[Line, ...], choice: Choice) -> str:
    """Return how many of the headline lines improve, get worse, and are not shown to change."""
    words, kinds = choice.address.words, [finding(x) for x in lines]
    if all(kind in ("early", "rare") for kind in kinds):
        return words("page.lines.early")
    better, worse = kinds.count("better"), kinds.count("worse")
    if not better and not worse:
        return words("page.lines.none", n=len(lines))
    key = "both" if better and worse else "better" if better else "worse"
    told: str = words(f"page.lines.{key}", better=better, worse=worse, all=len(lines))
    undone = sum(map(may_be_undone, lines))
    return told + (words("page.lines.undone", n=undone) if undone else "")


@remembered
def lines_card(choice: Choice) -> Card:
    """Return dots and intervals of the scenario in detail."""
    data, words = choice.data, choice.address.words
    lines = data.drawn_of(choice.card.name)
    parts = [words("figure.lines.note", level=data.confidence, pairs=data.pairs)]
    if any(x.range_low is not None for x in lines):
        parts.append(words("figure.lines.note.draws", draws=data.draws))
    if data.pairs < FEWEST_PAIRS:
        parts = [words("figure.lines.note.first", pairs=data.pairs)]
    parts.append(words("figure.lines.note.early" if data.confidence > _FINAL else "figure.lines.note.hollow"))
    says = figure_sentence(lines, words)
    drawing = intervals_figure(lines, words, says, data.confidence)
    return Card(
        "lines",
        lines_title(lines, choice),
        drawing,
        " ".join(parts),
        says,
        source_text(choice, lines),
        lines_table(lines, choice),
        7,
        "lines",
    )


@remembered
def beside_card(choice: Choice) -> Card:
    """Return all chosen scenarios beside each other."""
    data, words = choice.data, choice.address.words
    columns = [(choice.titles[name], data.lines_of(name)) for name in choice.scenarios]
    lines = tuple(line for _, these in columns for line in these)
    caption = words("page.beside.says", n=len(columns))
    return Card(
        "beside",
        words("page.beside.title", n=len(columns)),
        beside_figure(columns, words, caption),
        words("page.beside.sub", level=data.confidence, pairs=data.pairs),
        "",
        source_text(choice, lines),
        lines_table(lines, choice),
        12,
        "lines",
    )


def _from_figure(key: str, figure: Figure | None, rows: list[Row | None], choice: Choice, span: int) -> Card | None:
    """Return a card made of a figure of the report, with the rows behind it as its table."""
    if figure is None:
        return None
    known = [row for row in rows if row is not None]
    table = rows_table(known, choice.address.words, choice.titles) if known else None
    return Card(key, figure.heading, figure.drawing, "", figure.note, source_text(choice), table, span, figure.kind)


@remembered
def matrix_card(choice: Choice, what: str) -> Card | None:
    """Return gender by time of day, of the ``score`` or of ``incidents``."""
    outcome, incident = ("perceived_safety", "") if what == "score" else ("expected_incidents", "all")
    rows = [
        choice.cells.find(choice.card.name, outcome, incident=incident, gender=g, band=b)
        for g in ("woman", "man", "all")
        for b in BANDS
    ]
    figure = matrix_of(choice.cells, choice.card, what, choice.address.words, Counter())
    return _from_figure(f"matrix-{what}", figure, rows, choice, 5 if what == "score" else 6)


@remembered
def types_card(choice: Choice, group: str, hours: str) -> Card | None:
    """Return expected incidents by type, for a group and hours, as dots with intervals."""
    words, cells = choice.address.words, choice.cells
    rows = [
        cells.find(choice.card.name, "expected_incidents", incident=kind, gender=group, band=hours)
        for kind in TABLE_TYPES
    ]
    found = [row for row in rows if row is not None and row.difference is not None and row.relative is not None]
    if not found:
        return None
    lines = tuple(_type_line(row, choice) for row in found)
    says = _types_sentence(lines, choice)
    subtitle = words(
        "page.types.sub",
        group=words.name("gender", group).lower(),
        hours=band_name(choice, hours),
        level=choice.data.confidence,
    )
    drawing = intervals_figure(lines, words, says, choice.data.confidence)
    return Card(
        "types",
        words("page.types.title"),
        drawing,
        subtitle,
        says,
        source_text(choice),
        rows_table(found, words, choice.titles),
        6,
        "lines",
    )


def _types_sentence(lines: tuple[Line, ...], choice: Choice) -> str:
    """Return which types the interval lies below zero for, and which above."""
    words = choice.address.words
    named = {
        "fewer": [x.label for x in lines if x.high is not None and x.high < 0],
        "more": [x.label for x in lines if x.low is not None and x.low > 0],
    }
    parts = [words(f"page.types.{key}", names=listing(names, words)) for key, names in named.items() if names]
    if rest := len(lines) - sum(map(len, named.values())):
        parts.append(words("page.types.rest" if parts else "page.types.open", n=rest))
    return " ".join((*parts, words("page.types.sum")))


def _type_line(row: Row, choice: Choice) -> Line:
    words = choice.address.words
    ends = row.interval("relative")
    low, _, high = ends if ends is not None else (None, None, None)
    # explored, not tested: no cell of these is called shown, but an interval beside zero is drawn in its colour
    verdict = "W5" if row.excludes_zero and low is not None and high is not None and (low > 0 or high < 0) else "W10"
    return Line(
        scenario=row.scenario,
        key=row.incident_type,
        label=words.name("incident", row.incident_type),
        scale="relative",
        better="lower",
        estimate=row.relative,
        low=low,
        high=high,
        verdict=verdict,
        sentence="",
        base=row.base,
        value=row.value,
    )


@remembered
def square_card(choice: Choice) -> Card | None:
    """Return felt against expected by kind of place."""
    return _from_figure(
        "square",
        square_of(choice.cells, choice.card, choice.address.words, Counter()),
        [
            choice.cells.find(choice.card.name, outcome, incident=incident, band="after_19", kind=kind)
            for kind in sorted({zone.kind for zone in choice.data.layout.zones})
            for outcome, incident in (("perceived_safety", ""), ("expected_incidents", "all"))
        ],
        choice,
        6,
    )


@remembered
def gap_card(choice: Choice) -> Card | None:
    """Return how safe women and men feel after 19:00, base and scenario, and whether the gap changes."""
    words, language = choice.address.words, choice.address.language
    lines = choice.data.lines_of(choice.card.name)
    women, men, gap = (line_of(lines, key) for key in (SCORE_LINE, "safety_men_after_19", "gap_after_19"))
    if women is None or men is None or gap is None:
        return None
    levels = (women.base, women.value, men.base, men.value, gap.base, gap.value)
    if any(level is None for level in levels):
        return None
    base_w, value_w, base_m, value_m, base_g, value_g = (float(level or 0.0) for level in levels)
    pairs = (
        Pair(f"A · {words('map.base')}", base_w, base_m, words("page.gap.of", gap=decimal(base_g, 2, language))),
        Pair(f"B · {choice.card.title}", value_w, value_m, words("page.gap.of", gap=decimal(value_g, 2, language))),
    )
    return Card(
        "gap",
        _gap_title(gap, choice),
        gap_figure(pairs, words, gap.sentence),
        words("page.gap.sub"),
        gap.sentence,
        source_text(choice, (women, men, gap)),
        lines_table((women, men, gap), choice),
        6,
        "gap",
    )


def _gap_title(gap: Line, choice: Choice) -> str:
    words = choice.address.words
    key = {"better": "smaller", "worse": "larger"}.get(finding(gap), "open")
    if key == "open" or gap.low is None or gap.high is None:
        return words("page.gap.open")
    near, far = sorted((abs(gap.low), abs(gap.high)))
    digits = min(2, max(1, digits_for(near, far)))
    kind = f"maybe.{key}" if may_be_undone(gap) else key
    return words(f"page.gap.{kind}", by=interval(near, far, digits, choice.address.language))


@remembered
def learned_card(choice: Choice) -> Card | None:
    """Return what happens and what others learn of it."""
    return _from_figure(
        "learned",
        learned_of(choice.cells, choice.card, choice.address.words, Counter()),
        [
            choice.cells.find(choice.card.name, outcome, incident="all")
            for outcome in ("expected_incidents", "detected_incidents", "recorded_incidents", "reported_incidents")
        ],
        choice,
        12,
    )


@remembered
def profile_cards(choice: Choice) -> list[Card]:
    """Return the day as steps: what women, men and all feel, and incidents by hour."""
    figures = profile_panels(choice.data, choice.cells, choice.card, choice.address.words, Counter())
    cards = []
    for number, figure in enumerate(figures):
        outcome, incident = ("perceived_safety", "") if number == 0 else ("expected_incidents", "all")
        rows = [
            choice.cells.find(choice.card.name, outcome, incident=incident, gender=g, band=b)
            for g in (("woman", "man", "all") if number == 0 else ("all",))
            for b in BANDS
        ]
        card = _from_figure(f"profile-{number}", figure, rows, choice, 12)
        if card is not None:
            cards.append(replace(card, span=12 if number == 0 else 5))
    return cards
