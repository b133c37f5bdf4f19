"""The gender gap: how safe women and men feel, base above scenario, on one axis."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import share, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import GENDER_COLOUR, HAIRLINE, INK_SECOND, INK_THIRD
from dashboard.words import Words

_ROW: Final = 64
_FOOT: Final = 24
_EDGE: Final = 0.1  # share of the axis within which a label turns inwards


@dataclass(frozen=True, slots=True)
class Pair:
    """Levels of women and men in one arm, and the distance in words."""

    label: str
    woman: float
    man: float
    gap: str


def gap_figure(pairs: tuple[Pair, ...], words: Words, alt: str) -> Markup:
    """Return one row an arm: women a circle, men a diamond, the line between them is the gap."""
    axis = axis_over([v for p in pairs for v in (p.woman, p.man)], 4)
    marks = [
        tag("line", x1=share(axis.place(t)), x2=share(axis.place(t)), y1=0, y2=_ROW * len(pairs), stroke=HAIRLINE)
        for t in axis.ticks
    ]
    for number, pair in enumerate(pairs):
        marks += _row(pair, axis, number * _ROW, words)
    digits = decimals_of(axis.ticks)
    bottom = _ROW * len(pairs) + 16
    for number, tick in enumerate(axis.ticks):
        anchor = "start" if number == 0 else "end" if number == len(axis.ticks) - 1 else "middle"
        text = decimal(tick, digits, words.language)
        marks.append(tag("text", text, x=share(axis.place(tick)), y=bottom, text_anchor=anchor, fill=INK_THIRD))
    height = _ROW * len(pairs) + _FOOT
    return tag("svg", *marks, width="100%", height=height, overflow="visible", role="img", aria_label=alt)


def _row(pair: Pair, axis: Axis, top: int, words: Words) -> list[Markup]:
    women, men = axis.place(pair.woman), axis.place(pair.man)
    middle = top + 34
    diamond = tag("path", d="M0 -7L7 0L0 7L-7 0Z", fill=GENDER_COLOUR["man"])
    return [
        tag("text", pair.label, x="0%", y=top + 14, fill=INK_SECOND, font_weight=650),
        tag("text", pair.gap, x="100%", y=top + 14, text_anchor="end", fill=INK_SECOND),
        tag("line", x1=share(women), x2=share(men), y1=middle, y2=middle, stroke=INK_THIRD, stroke_width=1.5),
        tag("circle", cx=share(women), cy=middle, r=6, fill=GENDER_COLOUR["woman"]),
        tag("svg", diamond, x=share(men), y=middle, overflow="visible"),
        _level(pair.woman, women, middle, GENDER_COLOUR["woman"], words),
        _level(pair.man, men, middle, GENDER_COLOUR["man"], words),
    ]


def _level(value: float, at: float, middle: int, colour: str, words: Words) -> Markup:
    anchor = "start" if at < _EDGE else "end" if at > 1 - _EDGE else "middle"
    return tag(
        "text",
        decimal(value, 2, words.language),
        x=share(at),
        y=middle + 22,
        text_anchor=anchor,
        fill=colour,
        font_weight=650,
    )
