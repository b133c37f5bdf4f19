"""What drives an answer: indices with their intervals beside the noise floor, and a tornado of swings. SVG, pure."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from calibration.indices import DUMMY, LUCK, Index, Indices, Swing
from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import ACCENT, BASE, CAUTION, HAIRLINE, INK, INK_SECOND, INK_THIRD, PAPER, WORSE
from dashboard.words import Words

WIDTH: Final = 620.0
LABELS: Final = 230.0  # left of the axis
RIGHT: Final = 24.0
HEAD: Final = 56.0
ROW: Final = 24.0
FOOT: Final = 52.0
MOST_ROWS: Final = 20
TICKS: Final = 6


def indices_figure(said: Indices, words: Words, title: str) -> Markup:
    """Return the inputs by size, the largest first, each with its interval; the noise floor is a dashed line.

    Args:
        said: of one result; more than 20 inputs are cut to the 20 largest, luck and dummy always among them.
        words: the language; title: of the picture, in plain text.
    """
    always = [index for index in said.indices if index.name in (DUMMY, LUCK)]
    ranked = [index for index in said.ranked if index not in always][: MOST_ROWS - len(always)]
    rows = sorted([*ranked, *always], key=lambda index: -index.value)
    axis = axis_over([*(index.high for index in rows), *(index.low for index in rows), said.floor], TICKS, zero=True)
    bars = [_index_row(index, k, axis, words) for k, index in enumerate(rows)]
    bottom = HEAD + ROW * len(rows)
    floor = tag(
        "line", x1=along(axis, said.floor), x2=along(axis, said.floor), y1=length(HEAD), y2=length(bottom),
        stroke=CAUTION, stroke_dasharray="4 3",
    )  # fmt: skip
    note = words("drivers.floor", floor=decimal(said.floor, _digits(axis) + 1, words.language))
    key = words(f"drivers.{said.method}", rows=said.rows, points=said.points)
    return sheet(title, f"{key} {note}", axis, bottom, [*bars, floor], words)


def tornado_figure(swings: Sequence[Swing], mean: float, words: Words, title: str) -> Markup:
    """Return how far a result moves between low and high values of each input, the widest swing on top.

    Args:
        swings: by width; the 20 widest are drawn.
        mean: of the result over the design, the upright line.
    """
    rows = list(swings)[:MOST_ROWS]
    axis = axis_over([mean, *(swing.low for swing in rows), *(swing.high for swing in rows)], TICKS)
    bars = [_swing_row(swing, k, axis, mean, words) for k, swing in enumerate(rows)]
    bottom = HEAD + ROW * len(rows)
    middle = tag("line", x1=along(axis, mean), x2=along(axis, mean), y1=length(HEAD), y2=length(bottom), stroke=INK)
    return sheet(title, words("drivers.tornado"), axis, bottom, [*bars, middle], words)


def along(axis: Axis, value: float) -> str:
    """Return where a value lies on the sheet, as an attribute."""
    return length(LABELS + axis.place(value) * (WIDTH - LABELS - RIGHT))


def _digits(axis: Axis) -> int:
    return decimals_of(axis.ticks)


def _label(name: str, k: int, words: Words) -> Markup:
    text = words(f"drivers.name.{name}") if name in (DUMMY, LUCK) else name
    colour = INK_THIRD if name in (DUMMY, LUCK) else INK
    return tag("text", text, x=length(LABELS - 10), y=length(HEAD + ROW * k + 16), text_anchor="end", fill=colour)


def _index_row(index: Index, k: int, axis: Axis, words: Words) -> Markup:
    y = HEAD + ROW * k
    colour = ACCENT if index.shown and index.name not in (DUMMY, LUCK) else BASE
    return tag(
        "g", _label(index.name, k, words),
        tag("rect", x=along(axis, 0.0), y=length(y + 6), width=span(axis, 0.0, index.value), height=12, fill=colour),
        tag("line", x1=along(axis, index.low), x2=along(axis, index.high), y1=length(y + 12), y2=length(y + 12),
            stroke=INK),
    )  # fmt: skip


def _swing_row(swing: Swing, k: int, axis: Axis, mean: float, words: Words) -> Markup:
    y = HEAD + ROW * k

    def part(value: float, colour: str) -> Markup:
        first = min(value, mean)
        return tag("rect", x=along(axis, first), y=length(y + 6), width=span(axis, mean, value), height=12, fill=colour)

    return tag("g", _label(swing.name, k, words), part(swing.low, BASE), part(swing.high, WORSE))


def span(axis: Axis, a: float, b: float) -> str:
    """Return how wide a bar from a to b is, as an attribute."""
    return length(abs(axis.place(b) - axis.place(a)) * (WIDTH - LABELS - RIGHT))


def sheet(title: str, note: str, axis: Axis, bottom: float, content: Sequence[Markup], words: Words) -> Markup:
    """Return the picture: title, axis with its ticks, the rows, and what they mean."""
    ticks = [
        tag(
            "g",
            tag("line", x1=along(axis, t), x2=along(axis, t), y1=length(HEAD), y2=length(bottom), stroke=HAIRLINE),
            tag("text", decimal(t, _digits(axis), words.language), x=along(axis, t), y=length(bottom + 16),
                text_anchor="middle", fill=INK_SECOND, font_size=11),
        )
        for t in axis.ticks
    ]  # fmt: skip
    height = length(bottom + FOOT)
    return tag(
        "svg", tag("title", title), tag("rect", width=WIDTH, height=height, fill=PAPER),
        tag("text", title, x=12, y=24, fill=INK, font_size=16, font_weight=600),
        tag("text", note, x=12, y=44, fill=INK_SECOND, font_size=12), *ticks, *content,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {length(WIDTH)} {height}", width=length(WIDTH), height=height,
        font_family="sans-serif", font_size=13, role="img",
    )  # fmt: skip
