"""Compare: two to four scenarios on the same days; what changes, for whom, when, where, and what it costs."""

from dataclasses import replace

from dash import html

from dashboard.address import Address
from dashboard.answer import title
from dashboard.pages.choices import Choice, band_name, choose, notes_of, scenario_picker, segments, study_picker
from dashboard.pages.compare_cards import (
    GROUPS,
    HOURS,
    beside_card,
    gap_card,
    learned_card,
    lines_card,
    matrix_card,
    profile_cards,
    square_card,
    types_card,
)
from dashboard.pages.cost_card import cost_card
from dashboard.pages.map_card import LAYERS, map_card
from dashboard.pages.page import Body, Site, empty_body, page_body
from dashboard.parts import Card

NAME = "compare"


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return the cards of an address; none without a study."""
    choice = choose(address, site.shelf)
    if choice is None:
        return ()
    group, hours = address.one_of("group", GROUPS, "woman"), address.one_of("hours", HOURS, "after_19")
    score, events = (*profile_cards(choice), None, None)[:2]
    gap = gap_card(choice)
    found = [
        beside_card(choice) if len(choice.scenarios) > 1 else None,
        replace(lines_card(choice), rows=1 if gap is None else 2),
        matrix_card(choice, "score"),
        None if gap is None else replace(gap, span=5),
        map_card(choice, address.one_of("layer", LAYERS), group, hours),
        types_card(choice, group, hours),
        matrix_card(choice, "incidents"),
        square_card(choice),
        None if events is None else replace(events, span=6),
        cost_card(choice),
        score,
        learned_card(choice),
    ]
    return tuple(card for card in found if card is not None)


def layout(address: Address, site: Site) -> Body:
    """Return the page."""
    words = address.words
    choice = choose(address, site.shelf)
    if choice is None:
        return empty_body(address, words("page.compare.none"))
    controls = html.Div(
        [study_picker(choice, site.shelf), scenario_picker(choice), _filters(choice)], className="controls"
    )
    notes = notes_of(choice)
    return page_body(address, title(choice.focused, words), [controls, *notes], cards(address, site))


def _filters(choice: Choice) -> html.Div:
    address, words = choice.address, choice.address.words
    group = [(word, words(f"gender.{word}")) for word in GROUPS]
    hours = [(word, band_name(choice, word)) for word in HOURS]
    layers = [(word, words(f"page.layer.{word}")) for word in LAYERS]
    return html.Div(
        [
            segments("group", words("table.gender"), group, address.one_of("group", GROUPS, "woman")),
            segments("hours", words("table.band"), hours, address.one_of("hours", HOURS, "after_19")),
            segments("layer", words("page.layer"), layers, address.one_of("layer", LAYERS)),
        ],
        className="filters",
    )
