"""What drives an answer: indices with their intervals beside the noise floor, and a tornado of swings. SVG, pure."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from calibration.indices import DUMMY, LUCK, Index, Indices, Swing
from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import ACCENT, BASE, CAUTION, HAIRLINE, INK, INK_SECOND, INK_THIRD, PAPER, WORSE
from dashboard.words import Words

LABELS: Final = 230.0  # left of the axis
RIGHT: Final = 24.0
HEAD: Final = 56.0
ROW: Final = 24.0
FOOT: Final = 52.0
MOST_ROWS: Final = 20
_NOTE_LINE: Final = 16.0
_PHONE_LETTERS: Final = 52  # of a note on a line


@dataclass(frozen=True)
class Frame:
    """Where the parts of a sheet lie.

    Attributes:
        width: of the sheet.
        labels: where the axis begins.
        head, row: height above the rows, and of one.
        above: whether names stand above their bars, and what they mean below the axis: for a phone.
        ticks: of the axis, about.
    """

    width: float = 620.0
    labels: float = LABELS
    head: float = HEAD
    row: float = ROW
    above: bool = False
    ticks: int = 6


WIDE: Final = Frame()
PHONE: Final = Frame(width=340.0, labels=12.0, head=40.0, row=38.0, above=True, ticks=4)
TICKS: Final = WIDE.ticks


def indices_figure(said: Indices, words: Words, title: str, frame: Frame = WIDE) -> Markup:
    """Return the inputs by size, the largest first, each with its interval; the noise floor is a dashed line.

    Args:
        said: of one result; more than 20 inputs are cut to the 20 largest, luck and dummy always among them.
        words: the language; title: of the picture, in plain text; frame: of the sheet.
    """
    always = [index for index in said.indices if index.name in (DUMMY, LUCK)]
    ranked = [index for index in said.ranked if index not in always][: MOST_ROWS - len(always)]
    rows = sorted([*ranked, *always], key=lambda index: -index.value)
    ends = [*(index.high for index in rows), *(index.low for index in rows)]
    axis = axis_over([*ends, said.floor], frame.ticks, zero=True)
    bars = [_index_row(index, k, axis, words, frame) for k, index in enumerate(rows)]
    bottom = frame.head + frame.row * len(rows)
    floor = tag(
        "line", x1=along(axis, said.floor, frame), x2=along(axis, said.floor, frame), y1=length(frame.head),
        y2=length(bottom),
        stroke=CAUTION, stroke_dasharray="4 3",
    )  # fmt: skip
    note = words("drivers.floor", floor=decimal(said.floor, _digits(axis) + 1, words.language))
    key = words(f"drivers.{said.method}", rows=said.rows, points=said.points)
    return sheet(title, f"{key} {note}", axis, bottom, [floor, *bars], words, frame)


def tornado_figure(
    swings: Sequence[Swing], mean: float, words: Words, title: str, frame: Frame = WIDE
) -> Markup:
    """Return how far a result moves between low and high values of each input, the widest swing on top.

    Args:
        swings: by width; the 20 widest are drawn.
        mean: of the result over the design, the upright line.
        words: the language; title: of the picture, in plain text; frame: of the sheet.
    """
    rows = list(swings)[:MOST_ROWS]
    axis = axis_over([mean, *(swing.low for swing in rows), *(swing.high for swing in rows)], frame.ticks)
    bars = [_swing_row(swing, k, axis, mean, words, frame) for k, swing in enumerate(rows)]
    bottom = frame.head + frame.row * len(rows)
    at = along(axis, mean, frame)
    middle = tag("line", x1=at, x2=at, y1=length(frame.head), y2=length(bottom), stroke=INK)
    return sheet(title, words("drivers.tornado"), axis, bottom, [middle, *bars], words, frame)


def along(axis: Axis, value: float, frame: Frame = WIDE) -> str:
    """Return where a value lies on the sheet, as an attribute."""
    return length(frame.labels + axis.place(value) * (frame.width - frame.labels - RIGHT))


def _digits(axis: Axis) -> int:
    return decimals_of(axis.ticks)


def _label(name: str, k: int, words: Words, frame: Frame) -> Markup:
    text = words(f"drivers.name.{name}") if name in (DUMMY, LUCK) else name
    colour = INK_THIRD if name in (DUMMY, LUCK) else INK
    x, anchor = (frame.labels, "start") if frame.above else (frame.labels - 10, "end")
    return tag("text", text, x=length(x), y=length(frame.head + frame.row * k + 16), text_anchor=anchor, fill=colour,
               paint_order="stroke", stroke=PAPER, stroke_width=3)  # fmt: skip


def _bar_middle(k: int, frame: Frame) -> float:
    """Return how far down the middle of the bar of a row lies."""
    return frame.head + frame.row * k + (frame.row - 10 if frame.above else 12)


def _index_row(index: Index, k: int, axis: Axis, words: Words, frame: Frame) -> Markup:
    y = _bar_middle(k, frame)
    colour = ACCENT if index.shown and index.name not in (DUMMY, LUCK) else BASE
    return tag(
        "g", _label(index.name, k, words, frame),
        tag("rect", x=along(axis, 0.0, frame), y=length(y - 6), width=span(axis, 0.0, index.value, frame), height=12,
            fill=colour),
        tag("line", x1=along(axis, index.low, frame), x2=along(axis, index.high, frame), y1=length(y), y2=length(y),
            stroke=INK),
    )  # fmt: skip


def _swing_row(swing: Swing, k: int, axis: Axis, mean: float, words: Words, frame: Frame) -> Markup:
    y = length(_bar_middle(k, frame) - 6)

    def part(value: float, colour: str) -> Markup:
        first, width = along(axis, min(value, mean), frame), span(axis, mean, value, frame)
        return tag("rect", x=first, y=y, width=width, height=12, fill=colour)

    return tag("g", _label(swing.name, k, words, frame), part(swing.low, BASE), part(swing.high, WORSE))


def span(axis: Axis, a: float, b: float, frame: Frame = WIDE) -> str:
    """Return how wide a bar from a to b is, as an attribute."""
    return length(abs(axis.place(b) - axis.place(a)) * (frame.width - frame.labels - RIGHT))


def sheet(
    title: str, note: str, axis: Axis, bottom: float, content: Sequence[Markup], words: Words, frame: Frame = WIDE
) -> Markup:
    """Return the picture: title, axis with its ticks, the rows, and what they mean."""
    ticks = [
        tag(
            "g",
            tag("line", x1=along(axis, t, frame), x2=along(axis, t, frame), y1=length(frame.head), y2=length(bottom),
                stroke=HAIRLINE),
            tag("text", decimal(t, _digits(axis), words.language), x=along(axis, t, frame), y=length(bottom + 16),
                text_anchor="middle", fill=INK_SECOND, font_size=11),
        )
        for t in axis.ticks
    ]  # fmt: skip
    lines = textwrap.wrap(note, _PHONE_LETTERS) if frame.above else [note]
    first = bottom + 40 if frame.above else 44.0
    notes = [
        tag("text", line, x=12, y=length(first + _NOTE_LINE * k), fill=INK_SECOND, font_size=12)
        for k, line in enumerate(lines)
    ]
    wide, height = length(frame.width), length(bottom + FOOT + (_NOTE_LINE * (len(lines) - 1)))
    return tag(
        "svg", tag("title", title), tag("rect", width=wide, height=height, fill=PAPER),
        tag("text", title, x=12, y=24, fill=INK, font_size=16, font_weight=600), *notes, *ticks, *content,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {wide} {height}", width=wide, height=height,
        font_family="sans-serif", font_size=13, role="img",
    )  # fmt: skip
