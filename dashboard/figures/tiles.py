"""Many places as squares in groups, the state of each told by fill and mark: a map where nobody has coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from markupsafe import Markup

from dashboard.figures.markup import length, tag
from dashboard.figures.palette import ACCENT, INK, INK_THIRD, PAPER, WORSE

_ACROSS: Final = 20  # squares in a row of a group
_SIDE: Final = 16.0
_STEP: Final = 20.0
_GAP: Final = 36.0
_HEAD: Final = 24.0


@dataclass(frozen=True)
class Tile:
    """One place. Attributes: group; state: below, lifted, gets or none; value: by which a group is sorted; told: in
    words, for a pointer and a screen reader."""

    group: str
    state: str
    value: float
    told: str


def tiles_figure(tiles: Sequence[Tile], groups: Mapping[str, str], states: Mapping[str, str], alt: str) -> Markup:
    """Return the groups, two beside each other, each sorted from low to high, with a key.

    Args:
        tiles: the places; groups: names by key, in their order; states: names by key, for the key.
        alt: the sentence of the figure.
    """
    wide = _ACROSS * _STEP
    marks, top = [], 0.0
    keys = list(groups)
    for first in range(0, len(keys), 2):
        tallest = 0.0
        for side, group in enumerate(keys[first : first + 2]):
            here = sorted((t for t in tiles if t.group == group), key=lambda t: t.value)
            left = side * (wide + _GAP)
            marks.append(
                tag(
                    "text",
                    f"{groups[group]} ({len(here)})",
                    x=length(left),
                    y=length(top + 14),
                    fill=INK,
                    font_weight=600,
                )
            )
            marks += [
                _square(t, left + (k % _ACROSS) * _STEP, top + _HEAD + (k // _ACROSS) * _STEP)
                for k, t in enumerate(here)
            ]
            tallest = max(tallest, _HEAD + ceil(len(here) / _ACROSS) * _STEP)
        top += tallest + 20
    box = f"0 0 {length(2 * wide + _GAP)} {length(top)}"
    svg = tag("svg", *marks, viewBox=box, width="100%", class_="tiles", role="img", aria_label=alt)
    items = [
        tag("li", tag("svg", _square(Tile("", state, 0, ""), 1, 1), width=18, height=18, aria_hidden="true"), name)
        for state, name in states.items()
    ]
    return svg + tag("ul", *items, class_="key")


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
