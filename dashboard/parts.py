"""What pages are made of: drawings (HTML of ours inside React), cards, tables of the numbers behind a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

from dash.development.base_component import Component, _explicitize_args
from markupsafe import Markup

from dashboard.address import Address
from dashboard.figures.markup import tag
from dashboard.figures.numbers import decimal, digits_for
from dashboard.report_data import Row
from dashboard.words import Words

NAMESPACE: Final = "schouw_parts"  # page.js holds the other half
Value = str | float | int | None


class _Part(Component):  # type: ignore[misc]
    """A component whose browser half stands in page.js."""

    _namespace = NAMESPACE
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children"]
    _valid_wildcard_attributes: ClassVar[list[str]] = []
    available_wildcard_properties: ClassVar[list[str]] = []

    def _fill(self, given: dict[str, Any]) -> None:
        # as Component.__init__ does, which would look for a package of our namespace on disk at every property
        for name in given.pop("_explicit_args"):
            setattr(self, name, given[name])


class Drawing(_Part):
    """HTML that our own pure functions made, in which every value has been escaped.

    A click on an element with ``data-set`` is told in ``clicked`` as ``{"set": key, "value": value, "n": count}``.
    """

    _type = "Drawing"
    _prop_names: ClassVar[list[str]] = ["id", "html", "className", "clicked"]
    available_properties = _prop_names

    @_explicitize_args
    def __init__(self, html: str = "", id: Any = None, className: str = "", clicked: Any = None, **kwargs: Any) -> None:
        given = {"html": str(html), "id": id, "className": className, "clicked": clicked, **kwargs}
        self._fill(given)


class Replay(_Part):
    """The floor on which a recorded day is played; see ``scenarios.recording``."""

    _type = "Replay"
    _prop_names: ClassVar[list[str]] = ["id", "source", "texts", "start", "query"]
    available_properties = _prop_names

    @_explicitize_args
    def __init__(
        self, source: str = "", texts: Any = None, start: float = 0, query: str = "", id: Any = None, **kwargs: Any
    ) -> None:
        given = {"source": source, "texts": texts, "start": start, "query": query, "id": id, **kwargs}
        self._fill(given)


@dataclass(frozen=True)
class Table:
    """The numbers behind a card: what the table view shows and the CSV holds.

    Attributes:
        columns: heads in the language of the reader.
        rows: one value a column; numbers as they are, None where there is none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Card:
    """One card of a page.

    Attributes:
        key: names it within its page.
        title: a sentence; subtitle: what, unit, interval, number of pairs.
        body: the figure.
        sentence: what it says, where the title cannot hold it.
        source: where the numbers come from.
        table: None where there is nothing to read in rows.
        span: how many of the twelve columns it takes on a wide screen.
        kind: class of the figure.
        rows: how many rows of cards it is high, so that smaller ones stand beside it.
    """

    key: str
    title: str
    body: Markup
    subtitle: str = ""
    sentence: str = ""
    source: str = ""
    table: Table | None = None
    span: int = 6
    kind: str = "plain"
    rows: int = 1


def value_text(value: Value, words: Words) -> str:
    """Return a cell of a table as a reader of the language writes it."""
    if value is None:
        return words("cell.empty")
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return decimal(value, 0, words.language)
    return decimal(value, min(3, max(1, digits_for(0.0, value))), words.language)


@lru_cache(maxsize=128)
def table_html(table: Table, words: Words, stacks: bool = False) -> Markup:
    """Return a table; numbers stand right. What another card changes need not be written again.

    Args:
        table: what it holds; words: the language.
        stacks: whether the cells of a row stand below each other on a phone, each with its column.
    """
    numeric = [any(isinstance(row[k], int | float) for row in table.rows) for k in range(len(table.columns))]
    side = ["num" if is_number else None for is_number in numeric]
    heads = [tag("th", name, scope="col", class_=side[k]) for k, name in enumerate(table.columns)]
    body = [
        tag(
            "tr",
            *(
                tag("td", value_text(value, words), class_=side[k], data_head=table.columns[k] if stacks else None)
                for k, value in enumerate(row)
            ),
        )
        for row in table.rows
    ]
    kind = "plain stack" if stacks else "plain"
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body), class_=kind)


def rows_table(rows: Sequence[Row], words: Words, titles: dict[str, str]) -> Table:
    """Return rows of the comparison as the table of a card; what is the same throughout is left out, but for units."""
    labels = {
        "scenario": lambda r: titles.get(r.scenario, r.scenario),
        "outcome": lambda r: words.name("outcome", r.outcome),
        "incident": lambda r: words.name("incident", r.incident_type) if r.incident_type else "",
        "gender": lambda r: words.name("gender", r.gender),
        "band": lambda r: words.name("band", r.time_band),
        "kind": lambda r: words.name("kind", r.zone_kind),
        "unit": lambda r: words.name("unit_name", r.unit),
    }
    kept = {k: f for k, f in labels.items() if len({f(r) for r in rows}) > 1 or k in ("outcome", "unit")}
    numbers = ("base", "value", "difference", "low", "high", "relative", "relative_low", "relative_high", "pairs")
    names = (*(words(f"table.{key}") for key in kept), *(words(f"page.table.{key}") for key in numbers))
    return Table(
        names, tuple((*(f(r) for f in kept.values()), *(getattr(r, number) for number in numbers)) for r in rows)
    )


@lru_cache(maxsize=96)
def card_html(card: Card, page: str, words: Words) -> Markup:
    """Return a card of a page with its foot: what it rests on, table, downloads, link."""
    head = tag("h2", card.title, id=f"title-{card.key}")
    subtitle = tag("p", card.subtitle, class_="sub") if card.subtitle else Markup("")
    figure = tag("div", card.body, class_=f"figure {card.kind}")
    sentence = tag("p", card.sentence, class_="says") if card.sentence else Markup("")
    return head + subtitle + figure + sentence + _table_part(card, words) + _foot(card, page, words)


def _table_part(card: Card, words: Words) -> Markup:
    if card.table is None:
        return Markup("")
    inside = tag(
        "div",
        table_html(card.table, words),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=words("page.table.of", title=card.title),
    )
    return tag("div", inside, class_="numbers", id=f"table-{card.key}", hidden="")


def _foot(card: Card, page: str, words: Words) -> Markup:
    acts = []
    if card.table is not None:
        acts.append(
            tag(
                "button",
                words("page.table"),
                type="button",
                data_act="table",
                aria_expanded="false",
                aria_controls=f"table-{card.key}",
            )
        )
        # the browser adds what is chosen: a card that does not change with a choice is not sent anew for its link
        href = f"/csv/{page}/{card.key}"
        csv = tag("a", "CSV", href=href, data_query=href, download=f"{card.key}.csv")
        pictures = [tag("button", kind.upper(), type="button", data_act=kind) for kind in ("svg", "png")]
        menu = tag("summary", words("page.download")) + tag("div", csv, *pictures, class_="menu-items")
        acts.append(tag("details", menu, class_="menu"))
    acts.append(tag("button", words("page.link"), type="button", data_act="link", data_card=card.key))
    return tag("footer", tag("span", card.source, class_="source"), tag("span", *acts, class_="acts"))


def card_part(card: Card, address: Address) -> Drawing:
    """Return a card as a component; the browser renews it only when its HTML has changed."""
    inside = tag(
        "section", card_html(card, address.page, address.words), class_="card", aria_labelledby=f"title-{card.key}"
    )
    return Drawing(html=str(inside), id={"card": card.key}, className=f"span-{card.span} rows-{card.rows}")
