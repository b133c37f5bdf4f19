"""The catalogue of measures on a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scenarios.costs import Range
from scenarios.measures.card import Card, Price
from scenarios.words import Language, number
from schouw.sentences import say


def show_list(console: Console, cards: list[Card], language: Language) -> None:
    """Show all measures, a few lines each."""
    console.print(say("measures_head", language, n=len(cards), year=cards[0].price_year))
    for card in cards:
        console.print()
        console.print(Text.assemble((card.name, "bold"), "  ", card.what))
        _lines(console, card, language)
    console.print()
    console.print(say("measures_foot", language), style="dim")


def show_scenarios(console: Console, rows: Sequence[Mapping[str, str]]) -> None:
    """Show scenarios by station, the name that is typed first.

    Args:
        rows: station, scenario, title, measures and description of each.
    """
    station = ""
    for row in rows:
        if row["station"] != station:
            station = row["station"]
            console.print(Text.assemble("\n" if row is not rows[0] else "", (station, "bold underline")))
        console.print(Text.assemble("\n", (row["scenario"], "bold"), f"  {row['title']}"))
        for text in (row["description"], row["measures"]):
            if text:
                console.print(Padding(Text(text, style="dim"), (0, 0, 0, 2)))


def show_one(console: Console, card: Card, language: Language) -> None:
    """Show one measure with its fields and an example to paste."""
    console.print(Text.assemble((card.name, "bold"), f"  {card.title}. {card.what}"))
    _lines(console, card, language)
    if card.life_years is not None:
        span = _span(card.life_years, language)
        _line(console, say("measures_life", language), say("measures_years", language, span=span))
    console.print()
    table = Table(box=None, pad_edge=False)
    for head in ("measures_field", "measures_default", "measures_meaning"):
        table.add_column(say(head, language), overflow="fold")
    for field in card.fields:
        table.add_row(field.name, say("measures_needed", language) if field.needed else field.default, field.text)
    console.print(table)
    console.print()
    console.print(say("measures_example", language))
    console.print()
    console.print("measures:", highlight=False)
    for line in card.example:
        console.print(Text(f"  {line}"))


def _lines(console: Console, card: Card, language: Language) -> None:
    _line(console, say("measures_who", language), ", ".join(card.doers))
    costs = "; ".join(_price(price, language) for price in card.prices) or say("measures_free", language)
    _line(console, say("measures_costs", language), costs)
    _line(console, say("measures_evidence", language), card.evidence_text)
    if card.side_effects:
        _line(console, say("measures_side", language), "; ".join(card.side_effects))


def _line(console: Console, head: str, text: str) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=11, style="dim")
    grid.add_column()
    grid.add_row(head, text)
    console.print(Padding(grid, (0, 0, 0, 2)))


def _price(price: Price, language: Language) -> str:
    if price.eur.high == 0:
        return say("measures_no_extra", language, what=price.what)
    return say("measures_price", language, what=price.what, span=_span(price.eur, language), unit=price.unit)


def _span(eur: Range, language: Language) -> str:
    low, high = (number(end, 0 if end >= 100 or end == round(end) else 2, language) for end in (eur.low, eur.high))
    return say("measures_span", language, low=low, high=high)


def record(card: Card) -> dict[str, Any]:
    """Return a card as plain values for JSON."""
    return asdict(card)
