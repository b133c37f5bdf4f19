"""Many places as squares in groups, the state of each told by fill and mark: a map where nobody has coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from markupsafe import Markup

from dashboard.figures.markup import length, tag
from dashboard.figures.palette import ACCENT, INK_THIRD, PAPER, WORSE

_ACROSS: Final = 20  # squares in a row of a group
_SIDE: Final = 16.0
_STEP: Final = 20.0


@dataclass(frozen=True)
class Tile:
    """One place. Attributes: group; state: below, lifted, gets or none; value: by which a group is sorted; told: in
    words, for a pointer and a screen reader."""

    group: str
    state: str
    value: float
    told: str


def tiles_figure(tiles: Sequence[Tile], groups: Mapping[str, str], states: Mapping[str, str], alt: str) -> Markup:
    """Return the groups, beside each other where there is room, each sorted from low to high, with a key.

    Args:
        tiles: the places; groups: names by key, in their order; states: names by key, for the key.
        alt: the sentence of the figure.
    """
    drawn = []
    for group, name in groups.items():
        here = sorted((t for t in tiles if t.group == group), key=lambda t: t.value)
        drawn.append(tag("div", tag("p", f"{name} ({len(here)})", class_="tiles-name"), _block(here)))
    items = [
        tag("li", tag("svg", _square(Tile("", state, 0, ""), 1, 1), width=18, height=18, aria_hidden="true"), name)
        for state, name in states.items()
    ]
    return tag("div", *drawn, class_="tiles", role="img", aria_label=alt) + tag("ul", *items, class_="key")


def _block(here: Sequence[Tile]) -> Markup:
    """Return the squares of one group, row by row."""
    squares = [_square(t, (k % _ACROSS) * _STEP, (k // _ACROSS) * _STEP) for k, t in enumerate(here)]
    box = f"-1 -1 {length(_ACROSS * _STEP)} {length(ceil(len(here) / _ACROSS) * _STEP + 2)}"
    return tag("svg", *squares, viewBox=box, width="100%", aria_hidden="true")


def _square(tile: Tile, x: float, y: float) -> Markup:
    """Return a square: filled where something is done, a ring where it is still below, a dot where it rose."""
    fill, stroke, inside = PAPER, INK_THIRD, Markup("")
    middle = (length(x + _SIDE / 2), length(y + _SIDE / 2))
    if tile.state == "below":
        fill, stroke = "#fbeae3", WORSE
        inside = tag(
            "line", x1=length(x + 4), x2=length(x + _SIDE - 4), y1=middle[1], y2=middle[1], stroke=WORSE, stroke_width=2
        )
    elif tile.state == "lifted":
        fill, stroke = ACCENT, ACCENT
        inside = tag("circle", cx=middle[0], cy=middle[1], r=3.5, fill=PAPER)
    elif tile.state == "gets":
        fill, stroke = "#c4dde2", ACCENT
    square = tag("rect", x=length(x), y=length(y), width=_SIDE, height=_SIDE, rx=2, fill=fill, stroke=stroke)
    return tag("g", tag("title", tile.told), square, inside) if tile.told else tag("g", square, inside)
