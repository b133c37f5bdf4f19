"""Felt against expected: where it would feel safer without being safer, and the reverse."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import join, share, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import (
    BETTER,
    CAUTION,
    CAUTION_GROUND,
    HAIRLINE,
    INK,
    INK_SECOND,
    INK_THIRD,
    PAPER,
    TINT,
    WORSE,
)
from dashboard.words import Words

_HEIGHT: Final = 300
_TOP: Final = 6
_FOOT: Final = 24
_LEFT: Final = 44
_LABEL: Final = 15  # least distance between two labels
_LEADER: Final = 5  # a label farther than this from its dot gets a line
_MARGIN: Final = 0.22  # share of the width in which a label has room to one side only
_PER_CENT: Final = 100.0
_STEPS: Final = 6
_CLEAR: Final = 24  # above and below all dots, for the names of the corners
_LETTER: Final = 0.018  # of the width that a letter of a label takes, on a card of half a page
Height = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of place: change of the score in points, and of expected incidents as a fraction of the base.

    ``shown`` tells whether both intervals exclude zero.
    """

    label: str
    felt: float
    incidents: float
    shown: bool

    @property
    def corner(self) -> str:
        """Its corner: ``both``, ``comfort`` (felt only), ``unfelt`` (safer only) or ``worse``."""
        if self.felt > 0.0:
            return "both" if self.incidents <= 0.0 else "comfort"
        return "unfelt" if self.incidents < 0.0 else "worse"


_COLOURS: Final = {"both": BETTER, "unfelt": INK_SECOND, "comfort": CAUTION, "worse": WORSE}


def apart(wanted: list[float], least: float, low: float, high: float) -> list[float]:
    """Return places near the wanted ones, in the same order, at least ``least`` apart where they fit."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    edge = low
    for i in order:
        placed[i] = max(wanted[i], edge)
        edge = placed[i] + least
    edge = high
    for i in reversed(order):
        placed[i] = min(placed[i], edge)
        edge = placed[i] - least
    return placed


def _axes(places: tuple[Place, ...]) -> tuple[Axis, Axis]:
    reach = max(0.1, *(abs(p.felt) for p in places)) * 1.05
    most = max(0.05, *(abs(p.incidents) for p in places)) * 1.05
    return axis_over([-reach, reach], _STEPS, zero=True), axis_over([-most, most], _STEPS, zero=True)


def square_figure(places: tuple[Place, ...], words: Words, alt: str) -> Markup:
    """Return the square: felt safety to the right, fewer expected incidents upwards, four named corners.

    Args:
        places: one a kind of place; at least one.
        words: the language.
        alt: the sentence of the figure.
    """
    across, up = _axes(places)
    plot = _HEIGHT - _TOP - _FOOT

    def y(incidents: float) -> float:
        return round(_TOP + _CLEAR + (plot - 2 * _CLEAR) * up.place(incidents), 2)  # fewer is higher

    middle, zero = y(0.0), across.place(0.0)
    marks = [
        tag(
            "rect",
            x=share(zero),
            y=middle,
            width=share(1 - zero),
            height=_TOP + plot - middle,
            fill=CAUTION_GROUND,
        ),
        tag("rect", x=share(zero), y=_TOP, width=share(1 - zero), height=middle - _TOP, fill=TINT),
        tag("line", x1="0%", x2="100%", y1=middle, y2=middle, stroke=INK_SECOND, stroke_width=1.2),
        tag(
            "line",
            x1=share(zero),
            x2=share(zero),
            y1=_TOP,
            y2=_TOP + plot,
            stroke=INK_SECOND,
            stroke_width=1.2,
        ),
        tag("rect", x=0, y=_TOP, width="100%", height=plot, fill="none", stroke=HAIRLINE),
    ]
    marks += _corners(words, plot)
    marks += _dots(places, across, y, plot)
    marks += _across_ticks(across, words)
    inner = tag("svg", *marks, width="100%", height=_HEIGHT, overflow="visible")
    left = tag("svg", *_up_ticks(up, y, words), width=_LEFT, height=_HEIGHT, class_="levels")
    frame = tag("div", left, tag("div", inner, class_="plot"), class_="day", role="img", aria_label=alt)
    axis = tag("p", words("square.axes"), class_="axis-words")
    return join([frame, axis])


def _corners(words: Words, plot: int) -> list[Markup]:
    found = []
    for corner, x, dx, anchor, y in (
        ("unfelt", "0%", 8, "start", _TOP + 18),
        ("both", "100%", -8, "end", _TOP + 18),
        ("worse", "0%", 8, "start", _TOP + plot - 8),
        ("comfort", "100%", -8, "end", _TOP + plot - 8),
    ):
        colour = _COLOURS[corner]
        text = words(f"square.{corner}")
        found.append(tag("text", text, x=x, dx=dx, y=y, text_anchor=anchor, fill=colour, font_weight=650))
    return found


def _sides(ats: list[float], heights: list[float], labels: list[str]) -> list[bool]:
    """Return for each dot whether its label stands left: where it covers fewer dots, and never off the edge.

    Where it covers as many on either side, the left half of the dots has it left.
    """
    order = sorted(range(len(ats)), key=lambda i: ats[i])
    left = [False] * len(ats)
    for rank, i in enumerate(order):
        wide = _LETTER * (len(labels[i]) + 2)
        near = [ats[j] - ats[i] for j in range(len(ats)) if j != i and abs(heights[j] - heights[i]) < _LABEL]
        on_left, on_right = sum(-wide < d <= 0.0 for d in near), sum(0.0 <= d < wide for d in near)
        turned = on_left < on_right or (on_left == on_right and 2 * rank < len(ats))
        left[i] = ats[i] > 1.0 - _MARGIN or (ats[i] >= _MARGIN and turned)
    return left


def _dots(places: tuple[Place, ...], across: Axis, y: Height, plot: int) -> list[Markup]:
    ats = [across.place(p.felt) for p in places]
    heights = [y(p.incidents) for p in places]
    left = _sides(ats, heights, [p.label for p in places])
    labels = list(heights)
    for side in (True, False):
        these = [i for i in range(len(places)) if left[i] == side]
        placed = apart([heights[i] for i in these], _LABEL, _TOP + 30, _TOP + plot - 28)
        for i, height in zip(these, placed, strict=True):
            labels[i] = height
    marks: list[Markup] = []
    texts: list[Markup] = []  # over the dots, each in a rim of paper
    for place, at, height, label, turned in zip(places, ats, heights, labels, left, strict=True):
        colour = _COLOURS[place.corner]
        if abs(label - height) > _LEADER:
            shift = -9 if turned else 9
            line = f"M0 {height:.1f}L{shift} {label:.1f}"
            marks.append(tag("svg", tag("path", d=line, stroke=INK_THIRD), x=share(at), overflow="visible"))
        marks.append(
            tag(
                "circle",
                cx=share(at),
                cy=height,
                r=5,
                fill=colour if place.shown else PAPER,
                stroke=PAPER if place.shown else colour,
                stroke_width=1 if place.shown else 1.75,
            )
        )
        texts.append(
            tag(
                "text",
                place.label,
                x=share(at),
                dx=-11 if turned else 11,
                y=round(label + 4, 1),
                text_anchor="end" if turned else "start",
                fill=INK,
                stroke=PAPER,
                stroke_width=2.5,
                paint_order="stroke",
            )
        )
    return marks + texts


def _across_ticks(across: Axis, words: Words) -> list[Markup]:
    digits = decimals_of(across.ticks)
    found = []
    for number, tick in enumerate(across.ticks):
        anchor = "start" if number == 0 else "end" if number == len(across.ticks) - 1 else "middle"
        text = decimal(tick, digits, words.language, sign=True)
        found.append(tag("text", text, x=share(across.place(tick)), y=_HEIGHT - 8, text_anchor=anchor, fill=INK_THIRD))
    return found


def _up_ticks(up: Axis, y: Height, words: Words) -> list[Markup]:
    digits = max(0, decimals_of(up.ticks) - 2)
    return [
        tag(
            "text",
            decimal(_PER_CENT * tick, digits, words.language, sign=True) + "%",
            x=_LEFT - 8,
            y=y(tick) + 4,
            text_anchor="end",
            fill=INK_THIRD,
        )
        for tick in up.ticks
    ]
