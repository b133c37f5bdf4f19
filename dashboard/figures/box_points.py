"""Where a package fails: the points of a study in the two inputs that limit it most, and the box around failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.axis import axis_over, decimals_of
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import ACCENT, HAIRLINE, INK_SECOND, INK_THIRD, PAPER, WORSE
from dashboard.words import Words

POINTS_WIDTH: Final = 600.0
_HEIGHT: Final = 360.0
_LEFT: Final = 64.0
_FOOT: Final = 48.0
_TOP: Final = 30.0
_DOT: Final = 4.0


@dataclass(frozen=True)
class Side:
    """One input of the picture: its name, and the ends of the box."""

    name: str
    low: float
    high: float


def box_points_figure(
    points: Sequence[tuple[float, float, bool]],
    across: Side,
    up: Side,
    words: Words,
    alt: str,
    wide: float = POINTS_WIDTH,
) -> Markup:
    """Return the picture.

    Args:
        points: value across, value up, and whether the package fails there.
        across, up: the two inputs with the ends of the box.
        words: the language; alt: the sentence of the figure.
        wide: of the drawing, about what its card is, so that letters keep their size.
    """
    horizontal = axis_over([p[0] for p in points], 5)
    vertical = axis_over([p[1] for p in points], 5)

    def x(value: float) -> float:
        return _LEFT + (wide - _LEFT - 12) * min(1.0, max(0.0, horizontal.place(value)))

    def y(value: float) -> float:
        return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * min(1.0, max(0.0, vertical.place(value)))

    marks: list[Markup] = []
    for tick in vertical.ticks:
        level = length(y(tick))
        marks.append(tag("line", x1=_LEFT, x2=length(wide - 12), y1=level, y2=level, stroke=HAIRLINE))
        text = decimal(tick, decimals_of(vertical.ticks), words.language)
        marks.append(tag("text", text, x=_LEFT - 8, y=length(y(tick) + 4), text_anchor="end", fill=INK_THIRD))
    for tick in horizontal.ticks:
        text = decimal(tick, decimals_of(horizontal.ticks), words.language)
        marks.append(tag("text", text, x=length(x(tick)), y=_HEIGHT - _FOOT + 18, text_anchor="middle", fill=INK_THIRD))
    left, right, top, bottom = x(across.low), x(across.high), y(up.high), y(up.low)
    marks.append(
        tag(
            "rect", x=length(left), y=length(top), width=length(right - left), height=length(bottom - top),
            fill="#fbeae3", stroke=WORSE, stroke_width=1.5,
        )
    )  # fmt: skip
    for a, b, fails in sorted(points, key=lambda p: p[2]):
        fill, stroke = (WORSE, PAPER) if fails else (PAPER, ACCENT)
        marks.append(tag("circle", cx=length(x(a)), cy=length(y(b)), r=_DOT, fill=fill, stroke=stroke))
    marks.append(tag("text", across.name, x=length(wide - 12), y=_HEIGHT - 8, text_anchor="end", fill=INK_SECOND))
    marks.append(tag("text", up.name, x=0, y=11, fill=INK_SECOND))
    return tag(
        "svg", *marks, viewBox=f"0 0 {length(wide)} {length(_HEIGHT)}", width="100%", role="img", aria_label=alt
    )
