"""Which sentence a line gets (sixty rows), how it reads in both languages, and what none may say."""

import math
import re
import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scenarios.looks import State
from scenarios.words import (
    LANGUAGES,
    MATTERS,
    Facts,
    Heading,
    Language,
    best_package,
    decimals_of,
    fill,
    number,
    sentence,
    sentence_id,
    texts,
)

SPACE = "\u00a0"


def facts(
    n: int, k: float, estimate: float, low: float, high: float, heading: Heading = "relative", **others: Any
) -> Facts:
    """A line; its 90% interval lies a tenth inside the printed one unless it is given."""
    half = (high - low) / 20
    given = {"low90": low + half, "high90": high - half, "matters": MATTERS.get(heading, 0.0)} | others
    return Facts(
        heading=heading,
        n=n,
        k=k,
        estimate=estimate,
        low=low,
        high=high,
        percent=heading in ("relative", "amount"),
        **given,
    )


SHOWN: dict[str, Any] = {"passed": True, "excludes": True}
NAN = math.nan
ROWS: list[tuple[str, Facts]] = [
    # nothing happens, nothing changes: before anything else, whatever the number of days
    ("W3", facts(10, 0, 0.0, 0.0, 0.0, silent=True, same=True)),
    ("W3", facts(2, 0, 0.0, NAN, NAN, silent=True, same=True, state="first")),
    ("W3", facts(20, 0, 0.0, 0.0, 0.0, silent=True, same=True, state="so_far")),
    ("W2", facts(10, 10, 0.0, 0.0, 0.0, same=True)),
    ("W2", facts(1, 1, 0.0, NAN, NAN, same=True, state="first")),
    ("W2", facts(10, 2, 0.0, 0.0, 0.0, same=True)),
    ("W2", facts(10, 10, 0.0, 0.0, 0.0, "score", same=True, state="so_far")),
    ("few", facts(10, 3, -0.5, -0.9, 0.1, few=True)),
    ("few", facts(3, 1, -0.5, NAN, NAN, few=True, state="first")),
    ("few", facts(40, 30, 0.5, 0.3, 0.7, "score", few=True, **SHOWN)),
    ("nobody", facts(10, 0, NAN, NAN, NAN, "score")),
    ("nobody", facts(3, 0, NAN, NAN, NAN, "share", state="first")),
    # too early
    ("W0", facts(1, 1, -0.1, NAN, NAN, smallest=-0.1, largest=-0.1, state="first")),
    ("W0", facts(4, 4, -0.1, -0.3, 0.1, smallest=-0.2, largest=0.05, state="first")),
    ("W0", facts(4, 4, -0.1, -0.12, -0.08, state="final", smallest=-0.2, largest=0.0, **SHOWN)),
    ("W0", facts(3, 3, 0.2, 0.1, 0.3, "score", state="first", smallest=0.1, largest=0.3)),
    # running or broken off
    ("W1", facts(5, 5, -0.1, -0.3, 0.1, state="so_far", more=35)),
    ("W1", facts(80, 70, -0.1, -0.12, -0.08, state="so_far", **SHOWN)),
    ("W1", facts(10, 2, -40.0, -90.0, 10.0, "amount", state="so_far", more=30, at_least=True)),
    ("W1", facts(20, 20, 0.2, 0.1, 0.3, "score", state="so_far")),
    # special amounts
    ("fixed", facts(10, 10, -0.1, -0.1, -0.1, constant=True)),
    ("fixed", facts(20, 20, 3.0, 3.0, 3.0, "amount", constant=True, **SHOWN)),
    ("new", facts(10, 6, 30.0, 10.0, 50.0, "amount", new=True, value=30.0)),
    ("new", facts(20, 2, 30.0, 10.0, 50.0, "amount", new=True, value=30.0)),
    # too rare for a percentage; a score has none to lose
    ("W9", facts(10, 3.9, -20.0, -40.0, 2.0, "amount")),
    ("W9", facts(40, 1.0, -20.0, -40.0, -2.0, "amount", **SHOWN)),
    ("W10", facts(10, 3.9, 0.2, 0.1, 0.3, "score", **SHOWN)),
    # explored, or too little for a verdict
    ("W10", facts(9, 9, -0.1, -0.15, -0.05, **SHOWN)),
    ("W10", facts(5, 5, -0.1, -0.15, -0.05)),
    ("W10", facts(10, 7.9, -0.1, -0.15, -0.05, **SHOWN)),
    ("W10", facts(10, 4.0, -0.1, -0.15, -0.05, **SHOWN)),
    ("W10", facts(100, 90, -0.1, -0.15, -0.05, headline=False, **SHOWN)),
    ("W10", facts(100, 90, 0.0, -0.001, 0.001, headline=False)),
    ("W10", facts(9, 9, 0.0, -0.001, 0.001, decreasing=0.5)),
    # a posterior stands for the family
    ("W11", facts(10, 10, -0.1, -0.15, -0.05, decreasing=0.97, **SHOWN)),
    ("W11", facts(10, 10, 0.0, -0.01, 0.01, decreasing=0.5)),
    ("W11", facts(10, 8.0, 0.1, -0.05, 0.2, decreasing=0.1)),
    # shown
    ("W4", facts(10, 8.0, -0.1, -0.15, -0.05, **SHOWN)),
    ("W4", facts(10, 10, -0.1, -0.15, -0.02, **SHOWN)),
    ("W4", facts(40, 40, 0.2, 0.05, 0.35, "score", **SHOWN)),
    ("W4", facts(40, 40, -0.03, -0.05, -0.01, "share", **SHOWN)),
    ("W4", facts(40, 40, -0.1, -0.15, -0.05, "gap", **SHOWN)),
    ("W5", facts(10, 10, -0.1, -0.18, -0.019, **SHOWN)),
    ("W5", facts(40, 40, 0.2, 0.049, 0.35, "score", **SHOWN)),
    ("W5", facts(40, 40, 0.01, 0.005, 0.015, "share", **SHOWN)),
    ("W5", facts(200, 200, -0.01, -0.012, -0.008, **SHOWN)),
    # not shown: both conditions are needed
    ("W7", facts(40, 40, 0.0, -0.015, 0.012)),
    ("W7", facts(40, 40, 0.01, 0.002, 0.018, passed=True)),
    ("W7", facts(40, 40, 0.0, -0.05, 0.05, "score")),
    ("W7", facts(40, 40, 0.001, -0.009, 0.01, "share")),
    ("W7", facts(40, 40, 5.0, -15.0, 18.0, "amount", matters=20.0)),
    ("W6", facts(40, 40, -0.1, -0.2, 0.005, low90=-0.19, high90=-0.002)),
    ("W6", facts(40, 40, -0.1, -0.19, -0.01, passed=True)),
    ("W6", facts(40, 40, -0.1, -0.19, -0.01, excludes=True)),
    ("W6", facts(40, 40, 0.2, -0.01, 0.4, "score", low90=0.01, high90=0.38)),
    ("W8", facts(10, 10, -0.1, -0.3, 0.1)),
    ("W8", facts(10, 8.0, 0.1, -0.1, 0.3, "score")),
    ("W8", facts(40, 40, 0.0, -0.021, 0.012)),
    ("W8", facts(10, 10, -200.0, -500.0, 90.0, "amount", matters=20.0, passed=True)),
    ("W8", facts(10, 10, 0.0, -0.051, 0.04, "gap")),
]


def test_there_are_sixty_rows() -> None:
    assert len(ROWS) == 60


@pytest.mark.parametrize(("expected", "line"), ROWS)
def test_which_sentence(expected: str, line: Facts) -> None:
    assert sentence_id(line) == expected
    for language in LANGUAGES:
        text = sentence(line, language)
        assert text.endswith(".")
        assert "{" not in text
        assert not re.search(r"\bnan\b", text)


READ: list[tuple[Facts, str, str]] = [
    (
        facts(4, 4, -0.1, NAN, NAN, smallest=-0.2, largest=0.05, state="first"),
        "So far 10% lower after 4 days (days from 20% lower to 5% higher). Too early to say.",
        "Tot nu toe 10% lager na 4 dagen (de dagen lopen van 20% lager tot 5% hoger). "
        "Te vroeg om iets te zeggen.",
    ),
    (
        facts(1, 1, -0.1, NAN, NAN, smallest=-0.1, largest=-0.1, state="first"),
        "So far 10.0% lower after 1 day. Too early to say.",
        "Tot nu toe 10,0% lager na 1 dag. Te vroeg om iets te zeggen.",
    ),
    (
        facts(5, 5, -0.13, -0.25, -0.02, state="so_far", more=35),
        "So far between 2 and 25% lower, after 5 days; about 35 more days needed.",
        "Tot nu toe tussen 2 en 25% lager, na 5 dagen; nog ongeveer 35 dagen nodig.",
    ),
    (
        facts(10, 4, -30.0, -90.0, 10.0, "amount", state="so_far", more=30, at_least=True),
        "So far between 90_a year lower and 10_a year higher, after 10 days; at least 30 more days needed.",
        "Tot nu toe tussen 90_per jaar lager en 10_per jaar hoger, na 10 dagen; nog minstens 30 dagen nodig.",
    ),
    (
        facts(20, 20, 0.2, 0.15, 0.25, "score", state="so_far"),
        "So far between 0.15 and 0.25_points higher, after 20 days; narrow enough.",
        "Tot nu toe tussen 0,15 en 0,25_punt hoger, na 20 dagen; smal genoeg.",
    ),
    (
        facts(10, 10, 0.0012, 0.0011, 0.0013, state="so_far", more=2550),
        "So far between 0.1 and 0.1% higher, after 10 days; more days needed than can well be run.",
        "Tot nu toe tussen 0,1 en 0,1% hoger, na 10 dagen; meer dagen nodig dan te doen is.",
    ),
    (
        facts(20, 20, -0.1, -0.10001, -0.09999, **SHOWN),
        "Lower: 10.0% lower.",
        "Lager: 10,0% lager.",
    ),
    (
        facts(20, 20, -0.13, -0.25, -0.02, **SHOWN),
        "Lower: 2 to 25% lower.",
        "Lager: 2 tot 25% lager.",
    ),
    (
        facts(20, 20, -0.025, -0.035, -0.015, "share", **SHOWN),
        "Less often unsafe: 1.5 to 3.5_percentage points less often unsafe.",
        "Minder vaak onveilig: 1,5 tot 3,5_procentpunt minder vaak onveilig.",
    ),
    (
        facts(20, 20, 0.2, 0.01, 0.39, "score", **SHOWN),
        "Higher, but perhaps only a little: 0.01 to 0.39_points higher.",
        "Hoger, maar misschien maar weinig: 0,01 tot 0,39_punt hoger.",
    ),
    (
        facts(20, 20, -0.1, -0.2, 0.005, low90=-0.19, high90=-0.002),
        "Probably lower, but not shown at this station (most likely 10%; 20% lower to 0.5% higher).",
        "Waarschijnlijk lager, maar niet aangetoond op dit station (meest waarschijnlijk 10%; "
        "20% lager tot 0,5% hoger).",
    ),
    (
        facts(20, 20, -0.1, -0.19, -0.01, "gap", passed=False),
        "Probably smaller, but not shown at this station (most likely 0.10_points; 0.01 to 0.19_points).",
        "Waarschijnlijk kleiner, maar niet aangetoond op dit station (meest waarschijnlijk 0,10_punt; "
        "0,01 tot 0,19_punt).",
    ),
    (
        facts(20, 20, -0.002, -0.015, 0.012),
        "No difference that matters: at most 1.5% lower or 1.2% higher.",
        "Geen verschil dat ertoe doet: hoogstens 1,5% lager of 1,2% hoger.",
    ),
    (
        facts(20, 20, 0.01, 0.002, 0.018),
        "No difference that matters: at most 1.8% higher.",
        "Geen verschil dat ertoe doet: hoogstens 1,8% hoger.",
    ),
    (
        facts(20, 20, -0.1, -0.3, 0.1),
        "Not shown at this station: from 30% lower to 10% higher is possible.",
        "Niet aangetoond op dit station: van 30% lager tot 10% hoger is mogelijk.",
    ),
    (
        facts(20, 2.4, -20.0, -1500.0, 1200.0, "amount"),
        "Too rare here for a percentage: the answer rests on about 2 days.",
        "Hier te zeldzaam voor een percentage: het antwoord rust op ongeveer 2 dagen.",
    ),
    (
        facts(9, 9, -0.13, -0.25, -0.02),
        "13% lower (2 to 25%); explored, not tested.",
        "13% lager (2 tot 25%); verkend, niet getoetst.",
    ),
    (
        facts(9, 9, 1300.0, -1500.0, 4100.0, "amount"),
        "1,300_a year higher (4,100_a year higher to 1,500_a year lower); explored, not tested.",
        "1.300_per jaar hoger (4.100_per jaar hoger tot 1.500_per jaar lager); verkend, niet getoetst.",
    ),
    (
        facts(20, 20, -0.13, -0.25, -0.02, decreasing=0.97),
        "Lower in 97 of 100 sets of parameter values (2 to 25%).",
        "Lager bij 97 van de 100 sets parameterwaarden (2 tot 25%).",
    ),
    (
        facts(20, 20, 0.13, 0.02, 0.25, decreasing=0.0),
        "Higher in more than 99 of 100 sets of parameter values (2 to 25%).",
        "Hoger bij meer dan 99 van de 100 sets parameterwaarden (2 tot 25%).",
    ),
    (
        facts(20, 2, 30.0, 10.0, 50.0, "amount", new=True, value=30.0),
        "New here: nothing without the measure, about 30_a year with it.",
        "Nieuw hier: zonder de maatregel niets, met de maatregel ongeveer 30_per jaar.",
    ),
]


@pytest.mark.parametrize(("line", "english", "dutch"), READ)
def test_sentences_read_as_they_should(line: Facts, english: str, dutch: str) -> None:
    assert sentence(line, "en").replace(SPACE, "_") == english
    assert sentence(line, "nl").replace(SPACE, "_") == dutch


def test_best_package_words() -> None:
    assert best_package(["A"], "2%", "en") == "A is the best, or within 2% of it."
    assert best_package(["A"], "2%", "nl") == "A is de beste, of scheelt hoogstens 2%."
    assert best_package(["A", "B"], "2%", "en") == "A, B: cannot be told apart."
    assert best_package(["A", "B"], "2%", "nl") == "A en B zijn niet te onderscheiden."


@pytest.mark.parametrize(
    ("value", "decimals", "english", "dutch"),
    [
        (0.0, 1, "0.0", "0,0"),
        (6.42, 1, "6.4", "6,4"),
        (1184.0, 0, "1,184", "1.184"),
        (-0.26, 1, "\u22120.3", "\u22120,3"),
        (0.004, 1, "0.004", "0,004"),
        (-0.04, 1, "\u22120.04", "\u22120,04"),
        (1234567.8, 1, "1,234,567.8", "1.234.567,8"),
    ],
)
def test_numbers_never_round_onto_zero(value: float, decimals: int, english: str, dutch: str) -> None:
    assert number(value, decimals, "en") == english
    assert number(value, decimals, "nl") == dutch


def test_two_significant_digits_of_the_half_width() -> None:
    assert [decimals_of(half) for half in (250.0, 25.0, 2.5, 0.25, 0.025, 0.0)] == [0, 0, 1, 2, 3, 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_claims_more_than_a_model_can(language: Language) -> None:
    for text in _leaves(texts(language)):
        for banned in ("p =", "significan", "*", "prove", "bewijst", "bewezen", "optima", "guarantee"):
            assert banned not in text.lower(), text
        assert "{" not in text or text.count("{") == text.count("}")


def test_both_languages_say_the_same_things_with_the_same_numbers() -> None:
    english, dutch = texts("en"), texts("nl")
    assert _keys(english) == _keys(dutch)
    for key in english["sentences"]:
        assert _blanks(english["sentences"][key]) == _blanks(dutch["sentences"][key]), key


def _blanks(text: str) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.lower() for name in names}


def _keys(tree: Any, path: str = "") -> set[str]:
    if not isinstance(tree, dict):
        return {path}
    return {leaf for key, value in tree.items() for leaf in _keys(value, f"{path}.{key}")}


def _leaves(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    inside = tree.values() if isinstance(tree, dict) else tree
    return [leaf for value in inside for leaf in _leaves(value)]


@settings(max_examples=400, deadline=None)
@given(
    heading=st.sampled_from(("amount", "score", "share", "gap")),
    n=st.integers(1, 100),
    k_share=st.floats(0.1, 1),
    estimate=st.floats(-2, 2).filter(lambda x: abs(x) > 1e-3),
    below=st.floats(1e-3, 3),
    above=st.floats(1e-3, 3),
    state=st.sampled_from(("final", "so_far", "first")),
    passed=st.booleans(),
    decreasing=st.one_of(st.none(), st.floats(0, 1)),
    language=st.sampled_from(LANGUAGES),
)
@example(
    heading="amount", n=10, k_share=1.0, estimate=-1.0, below=1.0, above=1.0, state="final", passed=False,
    decreasing=0.025, language="en",
)  # fmt: skip
def test_swapping_the_arms_swaps_the_two_directions_and_nothing_else(
    heading: Heading,
    n: int,
    k_share: float,
    estimate: float,
    below: float,
    above: float,
    state: State,
    passed: bool,
    decreasing: float | None,
    language: Language,
) -> None:
    low, high = estimate - below, estimate + above
    line = facts(
        n,
        k_share * n,
        estimate,
        low,
        high,
        heading,
        matters=0.05,
        state=state,
        passed=passed,
        excludes=low > 0 or high < 0,
        smallest=low,
        largest=high,
        more=10,
        decreasing=decreasing,
    )
    swapped = replace(
        line,
        estimate=-estimate,
        low=-high,
        high=-low,
        low90=-line.high90,
        high90=-line.low90,
        smallest=-high,
        largest=-low,
        decreasing=None if decreasing is None else 1 - decreasing,
    )
    assert sentence_id(swapped) == sentence_id(line)
    down, up = texts(language)["ways"][heading]
    turn = {down: up, up: down, down.capitalize(): up.capitalize(), up.capitalize(): down.capitalize()}
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(turn, key=len, reverse=True)))
    assert pattern.sub(lambda found: turn[found.group()], sentence(line, language)) == sentence(
        swapped, language
    )


def test_what_did_not_happen_on_a_few_days_is_said_of_those_days() -> None:
    silent = facts(2, 0, NAN, NAN, NAN, silent=True, same=True)
    assert sentence(silent, "en") == "Nothing happened in this cell on these 2 days, with or without the measure."
    assert sentence(facts(1, 1, 0.0, NAN, NAN, same=True), "nl") == "Geen verschil in deze cel op deze ene dag."
    many = facts(10, 10, 0.0, 0.0, 0.0, same=True)
    assert sentence(many, "en") == "No difference in this cell: the measure changes nothing here."


def test_every_sentence_of_a_line_can_be_filled_in_both_languages() -> None:
    line = facts(12, 11, -0.13, -0.25, -0.02, smallest=-0.3, largest=0.1, more=8, decreasing=0.9, value=1.0)
    for language in LANGUAGES:
        for name in texts(language)["sentences"]:
            if not name.startswith("W15"):
                assert "{" not in fill(name, line, language)


def test_days_that_are_printed_as_one_number_are_no_range() -> None:
    alike = facts(2, 2, 0.02, NAN, NAN, "score", state="first", smallest=0.0199, largest=0.0201)
    assert "(each day about as much)" in sentence(alike, "en")
    assert "(elke dag ongeveer evenveel)" in sentence(alike, "nl")
    assert "days from 0.01 to 0.03" in sentence(replace(alike, smallest=0.01, largest=0.03), "en")
