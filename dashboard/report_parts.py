"""The pieces of the report: each figure with its number, its sentence and its source row."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from markupsafe import Markup

from dashboard.answer import band_sentence, figure_sentence
from dashboard.figures.intervals import intervals_figure
from dashboard.figures.learned import LEARNED, learned_figure
from dashboard.figures.maps import Legend, change_of, legend_figure, north_figure, sheet_figure, trio_figure
from dashboard.figures.markup import tag
from dashboard.figures.matrix import gender_mark, matrix_figure
from dashboard.figures.numbers import decimal, percent
from dashboard.figures.palette import ACCENT, GENDER_COLOUR, SCORE_DIFFERENCE, diverging
from dashboard.figures.profile import Step, level_axis, profile_figure
from dashboard.figures.sheet import Tile, north_on_paper, platform_spots
from dashboard.figures.square import Place, square_figure
from dashboard.layers import Layer
from dashboard.report_data import BANDS, FEWEST_PAIRS, Cells, Line, ReportData, Row, Scale, ScenarioCard
from dashboard.words import Words
from model.inputs.layout import ZONE_KINDS
from scenarios.words import MATTERS

FINAL: Final = 95  # per cent of the intervals of a final answer
_GENDERS: Final = ("woman", "man", "all")
_RELATIVE_STEPS: Final = diverging(0.02, 0.1, 0.25, better_is_up=False)


@dataclass
class Counter:
    """Numbers the figures of one report."""

    value: int = 0

    def next(self) -> int:
        """Return the next number."""
        self.value += 1
        return self.value


@dataclass(frozen=True)
class Figure:
    """A figure of the report: heading (a sentence), drawing, and what stands under it."""

    number: int
    heading: str
    drawing: Markup
    note: str
    kind: str = "plain"


@dataclass(frozen=True)
class Part:
    """All about one scenario."""

    card: ScenarioCard
    sentence: str
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...] = field(default=())


def headline_figure(data: ReportData, card: ScenarioCard, words: Words, count: Counter) -> Figure:
    """Return the ten headline lines of a scenario."""
    lines = data.drawn_of(card.name)
    alt = figure_sentence(lines, words)
    sentences = [words("figure.lines.note", level=data.confidence, pairs=data.pairs)]
    if any(x.range_low is not None for x in lines):
        sentences.append(words("figure.lines.note.draws", draws=data.draws))
    if data.pairs < FEWEST_PAIRS:
        sentences = [words("figure.lines.note.first", pairs=data.pairs)]
    early = data.confidence > FINAL
    sentences.append(words("figure.lines.note.early" if early else "figure.lines.note.hollow"))
    note = " ".join(sentences)
    drawing = intervals_figure(lines, words, alt, data.confidence)
    return Figure(count.next(), words("figure.lines.heading"), drawing, note, "lines")


def _legend(name: str, layer: Layer, words: Words, difference: bool) -> Legend:
    steps = layer.difference if difference else layer.steps
    ends = f"map.{name}.difference" if difference else f"map.{name}"
    blank = any(np.isnan(arm).any() for arm in layer.arms) and name in (
        "score_woman",
        "score_man",
        "expected",
    )
    return Legend(
        words(f"{ends}.low"),
        words(f"{ends}.high"),
        words(f"map.{name}.unit"),
        steps,
        signed=difference,
        blank=words("map.blank") if blank else "",
    )


def _map_sentence(layer: Layer, arm: int, tiles: tuple[Tile, ...], words: Words) -> str:
    """Return where a layer changes, in shares of the floor."""
    if layer.empty:
        return words("map.none")
    if layer.same(arm):
        return words(f"map.{layer.name}.same")
    found = change_of(tiles, layer.change(arm), layer.difference)
    return words(
        f"map.{layer.name}.sentence",
        up=percent(found.up, words.language),
        down=percent(found.down, words.language),
    )


def first_map(
    data: ReportData,
    layers: tuple[Layer, ...],
    tiles: tuple[Tile, ...],
    card: ScenarioCard,
    words: Words,
    count: Counter,
) -> Figure:
    """Return the one map of the first page: where women feel a difference after 19:00, largest level."""
    layer = next(x for x in layers if x.name == "score_woman")
    arm, shown = 1 + data.scenarios.index(card), tiles[:1]
    sentence = _map_sentence(layer, arm, shown, words)
    note = words("figure.first_map.note", level=tiles[0].name) if len(tiles) > 1 else ""
    legend = _legend(layer.name, layer, words, difference=True)
    spots = platform_spots(data.layout, shown)
    sheet = sheet_figure(shown, layer.change(arm), layer.difference, sentence, spots)
    drawing = tag("div", sheet, legend_figure(legend, words.language), _north(data, tiles, words), class_="one-map")
    heading = words("figure.first_map.heading")
    return Figure(count.next(), heading, drawing, f"{sentence} {note}".strip(), "map")


def _north(data: ReportData, tiles: tuple[Tile, ...], words: Words) -> Markup:
    return north_figure(north_on_paper(data.north_deg, tiles[0].turned), words("map.north"))


def map_figure(
    data: ReportData, layer: Layer, arm: int, tiles: tuple[Tile, ...], words: Words, count: Counter
) -> Figure:
    """Return base, scenario and difference of one layer; the base alone where nothing differs."""
    heading = words(f"map.{layer.name}.heading")
    sentence = _map_sentence(layer, arm, tiles, words)
    note = f"{sentence} {words(f'map.{layer.name}.note', pairs=data.pairs)}"
    if layer.empty:
        return Figure(count.next(), heading, Markup(""), note, "maps")
    legend = _legend(layer.name, layer, words, difference=False)
    north = _north(data, tiles, words)
    alts = (f"{heading}: {words('map.base')}", f"{heading}: {data.scenarios[arm - 1].title}", sentence)
    if layer.same(arm):
        sheet = sheet_figure(tiles, layer.arms[0], layer.steps, alts[0])
        head = tag("p", tag("b", "A = B"), " ", words("map.both"), class_="panel-title")
        panel = tag("div", head, sheet, legend_figure(legend, words.language), class_="panel")
        drawing = tag("div", tag("div", panel, class_="trio"), north)
    else:
        pictures = (
            ("A", words("map.base"), layer.arms[0]),
            ("B", data.scenarios[arm - 1].title, layer.arms[arm]),
            ("B \u2212 A", words("map.difference"), layer.change(arm)),
        )
        legends = (legend, _legend(layer.name, layer, words, difference=True))
        drawing = tag("div", trio_figure(tiles, pictures, legends, alts, words.language), north)
    return Figure(count.next(), heading, drawing, note, "maps")


def _cells_of(cells: Cells, scenario: str, outcome: str, incident: str) -> dict[tuple[str, str], Row | None]:
    return {(g, b): cells.find(scenario, outcome, incident=incident, gender=g, band=b) for g in _GENDERS for b in BANDS}


def _bands_of(found: dict[tuple[str, str], Row | None]) -> tuple[str, ...]:
    """Return the bands in which something is known for somebody."""
    known = {band for (_, band), row in found.items() if row is not None and row.difference is not None}
    return tuple(band for band in BANDS if band in known)


def matrix_of(cells: Cells, card: ScenarioCard, what: str, words: Words, count: Counter) -> Figure | None:
    """Return a change by gender and time band, of the ``score`` in points or of ``incidents`` in per cent.

    None when no cell of the table has a value.
    """
    score = what == "score"
    outcome, incident = ("perceived_safety", "") if score else ("expected_incidents", "all")
    found = _cells_of(cells, card.name, outcome, incident)
    bands = _bands_of(found)
    if not bands:
        return None
    scale: Scale = "points" if score else "relative"
    alt = band_sentence(found, scale, words)
    steps = SCORE_DIFFERENCE if score else _RELATIVE_STEPS
    drawing = matrix_figure(found, _GENDERS, bands, scale, steps, words, alt)
    note = f"{alt} {words(f'figure.matrix.{what}.note')}"
    return Figure(count.next(), words(f"figure.matrix.{what}.heading"), drawing, note, "matrix")


def square_of(cells: Cells, card: ScenarioCard, words: Words, count: Counter) -> Figure | None:
    """Return felt against expected by kind of place after 19:00; None when no kind has both."""
    places = []
    for kind in ZONE_KINDS:
        felt = cells.find(card.name, "perceived_safety", band="after_19", kind=kind)
        events = cells.find(card.name, "expected_incidents", incident="all", band="after_19", kind=kind)
        if felt is None or events is None or felt.difference is None or events.relative is None:
            continue
        shown = felt.excludes_zero and events.excludes_zero
        places.append(Place(words.name("kind", kind), felt.difference, events.relative, shown))
    if not places:
        return None
    comfort = [p.label for p in places if p.corner == "comfort" and p.shown and p.felt >= MATTERS["score"]]
    alt = words("square.sentence", names=", ".join(comfort)) if comfort else words("square.sentence.none")
    drawing = square_figure(tuple(places), words, alt)
    return Figure(count.next(), words("square.heading"), drawing, f"{alt} {words('square.note')}", "square")


def learned_of(cells: Cells, card: ScenarioCard, words: Words, count: Counter) -> Figure | None:
    """Return occurred, detected, recorded and reported incidents side by side; None when the table lacks them."""
    told = dict.fromkeys(row.incident_type for row in cells.of(card.name) if row.outcome == LEARNED[0])
    kinds = (*(kind for kind in told if kind != "all"), "all")
    found = {(k, outcome): cells.find(card.name, outcome, incident=k) for k in kinds for outcome in LEARNED}
    whole = [found["all", outcome] for outcome in (LEARNED[0], LEARNED[2])]
    if any(row is None for row in found.values()) or any(row is None or row.difference is None for row in whole):
        return None
    happens, recorded = (row.difference if row is not None and row.excludes_zero else None for row in whole)
    apart = happens is not None and recorded is not None and (happens < 0) != (recorded < 0)
    alt = words("learned.apart" if apart else "learned.together")
    drawing = learned_figure(found, kinds, words, alt)
    return Figure(count.next(), words("learned.heading"), drawing, f"{alt} {words('learned.note')}", "matrix")


def _step(row: Row | None, band: str, per_hour: bool) -> Step | None:
    if row is None or row.base is None or row.value is None:
        return None
    step = Step(band, row.base, row.value, None, None)
    if (ends := row.interval("points")) is not None:
        step = replace(step, low=row.base + ends[0], high=row.base + ends[2])
    if not per_hour:
        return step
    # a rate is never below zero, whatever the interval of the difference says
    low = None if step.low is None else max(0.0, step.low) / step.hours
    high = None if step.high is None else step.high / step.hours
    return Step(band, step.base / step.hours, step.value / step.hours, low, high)


def profile_panels(
    data: ReportData, cells: Cells, card: ScenarioCard, words: Words, count: Counter
) -> tuple[Figure, ...]:
    """Return the day of women, men and all, and expected incidents by hour; empty when nothing is known."""
    figures: list[Figure] = []
    panels = {
        g: tuple(
            s
            for b in BANDS
            if (s := _step(cells.find(card.name, "perceived_safety", gender=g, band=b), b, False)) is not None
        )
        for g in _GENDERS
    }
    if all(panels.values()):
        levels = level_axis(tuple(panels.values()), zero=False)
        drawn = [
            tag(
                "div",
                tag("p", gender_mark(g), " ", words(f"gender.{g}"), class_="panel-title"),
                profile_figure(
                    steps,
                    levels,
                    GENDER_COLOUR[g],
                    words,
                    _day_sentence(steps, words(f"gender.{g}"), words, 1),
                    data.sun,
                ),
                class_="panel",
            )
            for g, steps in panels.items()
        ]
        heading, note = words("figure.profile.score.heading"), words("figure.profile.note")
        figures.append(Figure(count.next(), heading, tag("div", *drawn, class_="trio"), note, "profile"))
    hourly = tuple(
        s
        for b in BANDS
        if (s := _step(cells.find(card.name, "expected_incidents", incident="all", band=b), b, True)) is not None
    )
    if hourly:
        alt = _day_sentence(hourly, words("outcome.expected_incidents"), words, 2)
        drawing = profile_figure(hourly, level_axis((hourly,), zero=True), ACCENT, words, alt, data.sun)
        heading, note = words("figure.profile.incidents.heading"), words("figure.profile.note")
        figures.append(Figure(count.next(), heading, drawing, note, "profile"))
    return tuple(figures)


def _day_sentence(steps: tuple[Step, ...], what: str, words: Words, digits: int) -> str:
    """Return the band in which base and scenario differ most, with both levels."""
    most = max(steps, key=lambda s: abs(s.value - s.base))
    return words(
        "sentence.profile",
        what=what,
        band=words.name("band", most.band),
        base=decimal(most.base, digits, words.language),
        value=decimal(most.value, digits, words.language),
    )


def scenario_part(
    data: ReportData,
    number: int,
    cells: Cells,
    layers: tuple[Layer, ...],
    tiles: tuple[Tile, ...],
    words: Words,
    count: Counter,
) -> Part:
    """Return everything about one scenario, in the order: what changes, for whom and when, where."""
    card = data.scenarios[number]
    lines = data.lines_of(card.name)
    figures: list[Figure] = []
    if card is not data.lead and lines:
        figures.append(headline_figure(data, card, words, count))
    matrices = (matrix_of(cells, card, what, words, count) for what in ("score", "incidents"))
    figures += [figure for figure in matrices if figure is not None]
    figures += profile_panels(data, cells, card, words, count)
    learned = learned_of(cells, card, words, count)
    figures += [learned] if learned is not None else []
    square = square_of(cells, card, words, count)
    figures += [square] if square is not None else []
    figures += [map_figure(data, layer, number + 1, tiles, words, count) for layer in layers]
    return Part(card, figure_sentence(lines, words) if lines else "", tuple(figures), lines)
