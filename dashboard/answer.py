"""Sentences made from the numbers: a title that cannot disagree with its table."""

from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup

from dashboard.figures.intervals import print_interval
from dashboard.figures.markup import join
from dashboard.figures.numbers import decimal, digits_for, interval, money_span, spread
from dashboard.report_data import FEWEST_PAIRS, SHOWN, Cells, Line, ReportData, Row, Scale, ScenarioCard
from dashboard.words import Words
from scenarios.words import MATTERS

Finding = Literal["better", "worse", "none", "open", "rare", "early"]

SCORE_LINE: Final = "safety_women_after_19"
INCIDENT_LINE: Final = "harassment_women_after_19"
# where that is too rare to show, harassment of everybody, all day, speaks for it
INCIDENT_LINES: Final = (INCIDENT_LINE, "harassment")
_BLOCKS: Final = {"trial": 4, "quasi_experiment": 3, "survey": 2, "assumption": 1}
_SAID: Final = (*SHOWN, "W11")  # verdicts that carry a direction when their interval does
_NO_CHANGE: Final = ("W2", "W3", "W7")
_TOO_RARE: Final = ("few", "W9", "nobody")
_TOO_EARLY: Final = ("W0", "W1", "W10")


def finding(line: Line | None) -> Finding:
    """Return what a headline line says, from its verdict and the sign of its interval."""
    if line is None or line.verdict in _TOO_EARLY:
        return "early"
    if line.verdict in _TOO_RARE:
        return "rare"
    if line.verdict in _SAID and line.low is not None and line.high is not None:
        if line.low <= 0.0 <= line.high:
            return "open"  # no direction is ever said over an interval that holds zero
        return "better" if (line.low > 0.0) == (line.better == "higher") else "worse"
    return "none" if line.verdict in _NO_CHANGE else "open"


def matters(line: Line | None) -> bool:
    """Return whether the interval of a score holds a change that somebody would pay for."""
    ends = (line.low, line.high) if line is not None else ()
    return any(abs(end) >= MATTERS["score"] for end in ends if end is not None)


def may_be_undone(line: Line) -> bool:
    """Return whether a direction holds on the days that were run and not for all values of the parameters."""
    low, high = line.range_low, line.range_high
    return finding(line) in ("better", "worse") and low is not None and high is not None and low <= 0.0 <= high


def line_of(lines: tuple[Line, ...], key: str) -> Line | None:
    """Return the line with a key, None when it is not among them."""
    return next((line for line in lines if line.key == key), None)


def _both(line: Line) -> list[tuple[str, float]]:
    """Return the level of both arms by name, where known."""
    return [(name, v) for name, v in (("base", line.base), ("value", line.value)) if v is not None]


def incident_line(lines: tuple[Line, ...]) -> Line | None:
    """Return the line that speaks for what happens to people: the first that is not too rare to show."""
    found = [line for key in INCIDENT_LINES if (line := line_of(lines, key)) is not None]
    return next((line for line in found if finding(line) != "rare"), found[0] if found else None)


def title(data: ReportData, words: Words) -> str:
    """Return the answer as one sentence: how safe women feel and what happens to them, for the lead."""
    lines = data.lines_of(data.lead.name)
    felt, events = line_of(lines, SCORE_LINE), incident_line(lines)
    score, incidents = finding(felt), finding(events)
    if score in ("better", "worse") and not matters(felt):
        score = "none"  # shown, and too little for anybody to pay for
    place = {"scenario": data.lead.title, "station": data.station}
    if score == "early" and incidents in ("early", "rare"):
        return words("title.early", **place)
    what = words(f"title.what.{events.key if events is not None else INCIDENT_LINE}")
    return words(
        "title.two",
        score=words(f"title.score.{score}"),
        incidents=words(f"title.incidents.{incidents}", what=what),
        **place,
    )


def _levels(line: Line, words: Words) -> tuple[str, str] | None:
    """Return the base level and the interval of the scenario's level, as texts."""
    if line.base is None or line.low is None or line.high is None or line.scale != "points":
        return None
    digits = min(2, max(1, digits_for(line.low, line.high)))
    span = spread(line.base + line.low, line.base + line.high, digits, words.language)
    return decimal(line.base, digits, words.language), span


def lead(data: ReportData, words: Words) -> Markup:
    """Return the paragraph under the title: level, interval and cost, in that order."""
    card, lines = data.lead, data.drawn_of(data.lead.name)
    score, events = line_of(lines, SCORE_LINE), incident_line(lines)
    parts: list[Markup] = []
    if score is not None and (levels := _levels(score, words)) is not None:
        key = "lead.score.early" if finding(score) == "early" else "lead.score"
        parts.append(words.rich(key, base=levels[0], span=levels[1], level=data.confidence))
    elif score is not None and score.base is not None and score.value is not None:
        both = {name: decimal(level, 2, words.language) for name, level in _both(score)}
        parts.append(words.rich("lead.score.first", pairs=data.pairs, **both))
    if events is not None and events.low is not None and events.high is not None:
        state = finding(events)
        key = {"open": "lead.incidents.open", "early": "lead.incidents.early"}.get(state, "lead.incidents")
        change = print_interval(events.low, events.high, events.scale, words)
        parts.append(words.rich(key, label=events.label, change=change, level=data.confidence))
    if score is not None and score.range_low is not None and score.range_high is not None:
        span = print_interval(score.range_low, score.range_high, score.scale, words)
        parts.append(words.rich("lead.range", range=span, draws=data.draws))
    if card.cost_low is not None and card.cost_high is not None:
        money = money_span(card.cost_low, card.cost_high, words.language)
        parts.append(words.rich("lead.cost", money=money))
    return join([p if i == 0 else Markup(" ") + p for i, p in enumerate(parts)])


def figure_sentence(lines: tuple[Line, ...], words: Words) -> str:
    """Return what the dots and intervals say: which lines get better, which worse, how many are not shown."""
    if all(finding(x) in ("early", "rare") for x in lines):
        return words("sentence.lines.early")
    found = {key: [x for x in lines if finding(x) == key] for key in ("better", "worse")}
    rest = len(lines) - len(found["better"]) - len(found["worse"])
    parts = [
        words(f"sentence.lines.{key}", names=listing([x.label for x in these], words))
        for key, these in found.items()
        if these
    ]
    if rest:
        parts.append(words("sentence.lines.rest" if parts else "sentence.lines.none", n=rest))
    return " ".join(parts)


def listing(names: list[str], words: Words) -> str:
    """Return names in a row, as within a sentence."""
    lowered = [n[:1].lower() + n[1:] for n in names]
    if len(lowered) == 1:
        return lowered[0]
    return ", ".join(lowered[:-1]) + f" {words('and')} " + lowered[-1]


def band_sentence(cells: dict[tuple[str, str], Row | None], scale: Scale, words: Words) -> str:
    """Return in how many cells of a gender-by-band table the interval excludes zero, and which way.

    Args:
        cells: by (gender, band).
        scale: which interval of a row the table prints.
        words: the language.
    """
    ends = [found for row in cells.values() if row is not None and (found := row.interval(scale)) is not None]
    if not ends:
        return words("sentence.matrix.early")
    up = sum(low > 0.0 for low, _, _ in ends)
    down = sum(high < 0.0 for _, _, high in ends)
    return words("sentence.matrix", up=up, down=down, rest=len(ends) - up - down, all=len(ends))


def luck_sentence(rows: Sequence[Row], words: Words, confidence: int) -> str:
    """Return how many intervals exclude zero, and how many luck alone would let do so."""
    counted = [r for r in rows if r.low is not None and r.high is not None]
    changed = [r for r in counted if not r.same]
    number = words.language
    return words(
        "sentence.luck",
        same=decimal(len(counted) - len(changed), 0, number),
        all=decimal(len(counted), 0, number),
        changed=decimal(len(changed), 0, number),
        excluded=decimal(sum(r.excludes_zero for r in changed), 0, number),
        luck=decimal(round((1 - confidence / 100) * len(changed)), 0, number),
    )


def factor_text(row: Row | None, words: Words) -> str:
    """Return the factor on incidents as an interval (0.79-0.95), or the word for an empty cell."""
    if row is None or row.difference is None:
        return words("cell.empty")
    if row.pairs < FEWEST_PAIRS:
        return words("cell.early")
    if (ends := row.interval("relative")) is None:
        return words("cell.rare")
    low, high = 1.0 + ends[0], 1.0 + ends[2]
    return interval(low, high, 2, words.language)


def points_text(row: Row | None, words: Words) -> str:
    """Return the change of a score in points as an interval."""
    if row is None or row.low is None or row.high is None:
        return words("cell.empty")
    if row.pairs < FEWEST_PAIRS:
        return words("cell.early")
    digits = min(2, max(1, digits_for(row.low, row.high)))
    return interval(row.low, row.high, digits, words.language)


def cost_text(card: ScenarioCard, words: Words) -> str:
    """Return the cost a year as a range, or the word for an empty cell."""
    if card.cost_low is None or card.cost_high is None:
        return words("cell.empty")
    return money_span(card.cost_low, card.cost_high, words.language)


def measure_rows(data: ReportData, cells: Cells, words: Words) -> list[dict[str, object]]:
    """Return one line a scenario: cost, factor on incidents, points of the score, evidence."""
    found: list[dict[str, object]] = []
    for card in data.scenarios:
        incidents = cells.find(card.name, "expected_incidents", incident="all")
        score = cells.find(card.name, "perceived_safety", gender="woman", band="after_19")
        found.append(
            {
                "title": card.title,
                "measures": card.measures,
                "cost": cost_text(card, words),
                "factor": factor_text(incidents, words),
                "factor_open": incidents is None or not _beside_one(incidents),
                "points": points_text(score, words),
                "points_open": score is None or not score.excludes_zero,
                "evidence": words.name("evidence", card.evidence),
                "evidence_blocks": _BLOCKS.get(card.evidence, 1),
                "evidence_class": "weak" if card.evidence == "assumption" else "firm",
            }
        )
    return found


def _beside_one(row: Row) -> bool:
    low, high = row.relative_low, row.relative_high
    return low is not None and high is not None and (low > 0.0 or high < 0.0)
