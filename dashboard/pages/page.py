"""What a page module gives: ``layout(address, site)`` for the screen and ``cards(address, site)`` for its tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.helper import Helper
from dashboard.parts import Card, card_part
from dashboard.shelf import Shelf
from scenarios.queue import Queue


def nothing() -> None:
    """Start nobody."""


@dataclass(frozen=True)
class Site:
    """All that pages read from.

    Attributes:
        shelf: the finished studies.
        queue: the runs, None where nothing can be run; start: sees that somebody works on them.
        helper: works with fields in a process of its own, None where there is none.
        recordings: the recorded days.
        made: folder of what readers bring and make; None where nothing can be kept.
    """

    shelf: Shelf
    queue: Queue | None = None
    start: Callable[[], None] = nothing
    helper: Helper | None = None
    recordings: Any = None  # a Recordings; it needs what pages are made of
    made: Path | None = None


@dataclass(frozen=True)
class Body:
    """One page.

    Attributes:
        title: its one heading.
        content: what stands under it.
        poll_ms: after how long the page asks again, 0 for never: only while something runs.
    """

    title: str
    content: list[Any]
    poll_ms: int = 0


def page_body(address: Address, title: str, head: Sequence[Any], cards: Sequence[Card]) -> Body:
    """Return a page of controls and cards."""
    return Body(title, [*head, html.Div([card_part(card, address) for card in cards], className="cards")])


def empty_body(address: Address, text: str) -> Body:
    """Return the page that says why there is nothing to see."""
    return Body(address.words("page.empty"), [html.P(text, className="empty")])
