"""The table of the report that sets what happened beside what was detected, recorded and reported."""

import re

import pytest

from dashboard.figures.learned import LEARNED, learned_figure
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.report_data import Cells, Row, ScenarioCard
from dashboard.report_parts import Counter, learned_of
from dashboard.words import Words
from model.results import INCIDENT_OUTCOMES, INCIDENT_TYPES


def row(kind: str, outcome: str, base: float, value: float, half: float = 0.0, pairs: int = 10) -> Row:
    change = value - base
    ends = (change / base, (change - half) / base, (change + half) / base)
    return Row("s", outcome, kind, "all", "all", "all", "incidents per day", base, value, change, change - half,
               change + half, *ends, pairs)  # fmt: skip


def rows(happens: float, recorded: float) -> list[Row]:
    factors = dict(zip(LEARNED, (happens, 1.5, recorded, 1.0), strict=True))
    found = []
    for kind in (*INCIDENT_TYPES, "all"):
        for outcome, factor in factors.items():
            found.append(row(kind, outcome, 1.0, factor, 0.01 if factor != 1 else 0.0))
    return found


def test_the_stages_are_outcomes_of_the_model() -> None:
    assert set(LEARNED) <= set(INCIDENT_OUTCOMES)
    assert len(set(LEARNED)) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_row_for_each_type_and_says_when_the_stages_part(language: Language) -> None:
    words = Words(language)
    card = ScenarioCard("s", "S")
    for recorded, key in ((1.3, "learned.apart"), (0.8, "learned.together")):
        figure = learned_of(Cells(rows(0.9, recorded)), card, words, Counter())
        assert figure is not None
        assert words(key) in figure.note
        text = str(figure.drawing)
        assert text.count("<tr>") == len(INCIDENT_TYPES) + 2
        assert "365 \u2192 328" in text.replace("329", "328"), "a year, base and scenario"
        assert words("cell.same") in text


def test_without_the_stages_there_is_no_table() -> None:
    only = [r for r in rows(0.9, 1.2) if r.outcome != "recorded_incidents"]
    assert learned_of(Cells(only), ScenarioCard("s", "S"), Words("en"), Counter()) is None


def test_few_days_show_no_interval() -> None:
    early = {("theft", outcome): row("theft", outcome, 2.0, 1.0, 0.1, pairs=2) for outcome in LEARNED}
    text = str(learned_figure(early, ("theft",), Words("en"), "caption"))
    assert "too early" in text
    assert not re.search(r"[0-9]%", text)
