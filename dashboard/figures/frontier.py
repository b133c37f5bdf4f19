"""Cost against gain: every package as a dot, the frontier that nobody beats, the finalists by number, the budget."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal, money
from dashboard.figures.palette import ACCENT, HAIRLINE, INK, INK_SECOND, INK_THIRD, PAPER, WORSE
from dashboard.words import Words

Place = Callable[[float], float]
_WIDTH: Final = 960
_HEIGHT: Final = 380
_LEFT: Final = 66
_RIGHT: Final = 20
_TOP: Final = 34
_FOOT: Final = 54
_MARK: Final = 9.0
_BAND: Final = 1.96
_MONEY: Final = 110.0  # that a sum of money needs beside the next on the axis
_MOST_SUMS: Final = 6
_APART: Final = 19.0  # between the middles of two numbers


@dataclass(frozen=True, slots=True)
class Dot:
    """A package: cost in EUR a year, gain and its sd on the printed scale; its number as a finalist, 0 for none."""

    cost: float
    gain: float
    sd: float = 0.0
    number: int = 0
    left: bool = False


def frontier_figure(
    dots: Sequence[Dot],
    front: Sequence[Dot],
    budget: float,
    unit: str,
    words: Words,
    alt: str,
    whole: str = "",
    wide: float = _WIDTH,
) -> Markup:
    """Return the picture.

    Args:
        dots: packages, at most a thousand or so; front: those that nobody beats, cheapest first.
        budget: EUR a year; unit: of the gain, for the axis.
        words: the language; alt: the sentence of the figure; whole: what the money is, when it is not by year.
        wide: of the drawing, about what its card is, so that letters keep their size.
    """
    sums = min(_MOST_SUMS, int(wide / _MONEY))
    across = axis_over([0.0, budget, *(d.cost for d in dots), *(d.cost for d in front)], sums)
    up = axis_over([d.gain + _BAND * d.sd for d in (*dots, *front)], 5, zero=True)

    def x(cost: float) -> float:
        return _LEFT + (wide - _LEFT - _RIGHT) * across.place(cost)

    def y(gain: float) -> float:
        return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * up.place(gain)

    marks = [*_grid(across, up, x, y, unit, whole or words("frontier.cost"), words, wide)]
    marks += [*_band(front, x, y), *_budget(budget, x, words, wide)]
    marks += [
        tag("circle", cx=length(x(d.cost)), cy=length(y(d.gain)), r=2, fill=INK_THIRD, fill_opacity=0.35)
        for d in dots
        if not d.number
    ]
    if front:
        path = f"M{x(front[0].cost):.1f} {y(front[0].gain):.1f}" + "".join(
            f"H{x(d.cost):.1f}V{y(d.gain):.1f}" for d in front[1:]
        )
        marks.append(tag("path", d=path, fill="none", stroke=ACCENT, stroke_width=2))
    marks += _numbers([d for d in dots if d.number], x, y)
    box = f"0 0 {length(wide)} {_HEIGHT}"
    return tag("svg", *marks, viewBox=box, width="100%", role="img", aria_label=alt, class_="frontier")


def _grid(
    across: Axis, up: Axis, x: Place, y: Place, unit: str, money_is: str, words: Words, wide: float
) -> list[Markup]:
    below = _text(money_is, wide - _RIGHT, _HEIGHT - 6, INK_SECOND, "end")
    marks = [_text(unit, 0, 14, INK_SECOND), below]
    digits = decimals_of(up.ticks)
    for tick in up.ticks:
        level = y(tick)
        stroke = INK_SECOND if tick == 0 else HAIRLINE
        marks.append(tag("line", x1=_LEFT, x2=length(wide - _RIGHT), y1=length(level), y2=length(level), stroke=stroke))
        marks.append(_text(decimal(tick, digits, words.language, sign=True), _LEFT - 8, level + 4, INK_THIRD, "end"))
    for tick in across.ticks:
        anchor = "end" if tick == across.ticks[-1] else "middle"
        marks.append(_text(money(tick, words.language), x(tick), _HEIGHT - _FOOT + 18, INK_THIRD, anchor))
    return marks


def _band(front: Sequence[Dot], x: Place, y: Place) -> list[Markup]:
    """Return the band of 95% of the frontier as steps; nothing where no package has one."""
    if not any(d.sd for d in front):
        return []
    steps = [(x(a.cost), x(b.cost), a) for a, b in itertools.pairwise((*front, front[-1]))]
    ends = [(left, right, y(d.gain + _BAND * d.sd), y(d.gain - _BAND * d.sd)) for left, right, d in steps]
    above = "".join(f"L{left:.1f} {top:.1f}H{right:.1f}" for left, right, top, _ in ends)
    below = "".join(f"L{right:.1f} {low:.1f}H{left:.1f}" for left, right, _, low in reversed(ends))
    return [tag("path", d=f"M{above[1:]}{below}Z", fill=ACCENT, fill_opacity=0.14)]


def _budget(budget: float, x: Place, words: Words, wide: float) -> list[Markup]:
    at = x(budget)
    turned = at > wide * 0.7
    return [
        tag(
            "line", x1=length(at), x2=length(at), y1=_TOP - 12, y2=_HEIGHT - _FOOT, stroke=WORSE, stroke_dasharray="5 4"
        ),
        _text(words("frontier.budget"), at + (-6 if turned else 6), _TOP - 4, WORSE, "end" if turned else "start"),
    ]


def _numbers(dots: Sequence[Dot], x: Place, y: Place) -> list[Markup]:
    """Return the finalists as numbered discs; those that would cover each other are moved upwards, with a line."""
    placed: list[tuple[float, float]] = []
    marks: list[Markup] = []
    for dot in sorted(dots, key=lambda d: d.number):
        at, level = x(dot.cost), y(dot.gain)
        shown = level
        step = -_APART if level > _HEIGHT / 2 else _APART
        while any(abs(at - a) < _APART and abs(shown - b) < _APART for a, b in placed):
            shown += step
        placed.append((at, shown))
        if shown != level:
            ends = {"x1": length(at), "x2": length(at), "y1": length(level), "y2": length(shown)}
            marks.insert(0, tag("line", stroke=INK_THIRD, **ends))
        fill, colour = (ACCENT, PAPER) if dot.left else (PAPER, INK)
        marks.append(tag("circle", cx=length(at), cy=length(shown), r=_MARK, fill=fill, stroke=INK))
        marks.append(_text(str(dot.number), at, shown + 4, colour, "middle"))
    return marks


def _text(text: str, x: float, y: float, fill: str, anchor: str = "start") -> Markup:
    return tag("text", text, x=length(x), y=length(y), fill=fill, text_anchor=anchor)
