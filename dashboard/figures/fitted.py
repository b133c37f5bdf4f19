"""What a fit learned: each parameter before and after, each target before and after, and pairs that stay a ridge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.axis import axis_over
from dashboard.figures.drivers import HEAD, LABELS, ROW, along, sheet, span
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import ACCENT, HAIRLINE, HATCH, INK, INK_SECOND, INK_THIRD, PAPER
from dashboard.words import Words

TICKS: Final = 6
MOST_STANDARD_ERRORS: Final = 8.0  # farther off is drawn at the edge
SQUARE: Final = 240.0
MARGIN: Final = 64.0
DOT: Final = 1.6
MOST_DOTS: Final = 400


@dataclass(frozen=True)
class Learned:
    """A parameter or a target before and after a fit, on the axis of the picture.

    Attributes:
        name; before, after: 5%, 50% and 95% points; note: a word at the end of the row, empty for none;
        grey: nothing was learned.
    """

    name: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    note: str = ""
    grey: bool = False


def parameters_figure(rows: Sequence[Learned], words: Words, title: str) -> Markup:
    """Return each parameter on its range: grey before the fit, blue after it, 90% and median.

    Args:
        rows: before and after as shares of the range, 0 to 1.
        words: the language; title: of the picture, in plain text.
    """
    return _rows(rows, [0.0, 1.0], words, title, words("fitted.parameters"))


def targets_figure(rows: Sequence[Learned], words: Words, title: str) -> Markup:
    """Return what the model says of each target, in standard errors of it from what was published (0).

    Args:
        rows: before and after in standard errors; beyond 8 they are drawn at the edge.
    """
    most = MOST_STANDARD_ERRORS
    cut = [
        Learned(r.name, _cut(r.before, most), _cut(r.after, most), r.note, r.grey)
        for r in rows
    ]  # fmt: skip
    ends = [abs(x) for r in cut for x in (*r.before, *r.after)]
    wide = max([1.0, *ends])
    return _rows(cut, [-wide, 0.0, wide], words, title, words("fitted.targets"))


def _cut(points: tuple[float, float, float], most: float) -> tuple[float, float, float]:
    low, middle, high = (min(max(x, -most), most) for x in points)
    return low, middle, high


def _rows(rows: Sequence[Learned], over: Sequence[float], words: Words, title: str, note: str) -> Markup:
    axis = axis_over(list(over), TICKS, zero=True)
    bars = []
    for k, row in enumerate(rows):
        y = HEAD + ROW * k
        colour = INK_THIRD if row.grey else ACCENT
        bars.append(
            tag(
                "g",
                tag("text", row.name, x=length(LABELS - 10), y=length(y + 16), text_anchor="end",
                    fill=INK_THIRD if row.grey else INK, font_size=12),
                tag("rect", x=along(axis, row.before[0]), y=length(y + 4), height=5, fill=HATCH,
                    width=span(axis, row.before[0], row.before[2])),
                tag("rect", x=along(axis, row.after[0]), y=length(y + 11), height=8, fill=colour,
                    width=span(axis, row.after[0], row.after[2])),
                tag("line", x1=along(axis, row.after[1]), x2=along(axis, row.after[1]), y1=length(y + 9),
                    y2=length(y + 21), stroke=INK, stroke_width=2),
                tag("text", row.note, x=length(LABELS + 4), y=length(y + 12), fill=INK_SECOND, font_size=10),
            )
        )  # fmt: skip
    if over[0] < 0:
        bottom = length(HEAD + ROW * len(rows))
        zero = tag("line", x1=along(axis, 0.0), x2=along(axis, 0.0), y1=length(HEAD), y2=bottom, stroke=INK)
        bars.insert(0, zero)
    return sheet(title, note, axis, HEAD + ROW * len(rows), bars, words)


def ridge_figure(
    names: tuple[str, str], together: float, draws: Sequence[tuple[float, float]], words: Words, title: str
) -> Markup:
    """Return the draws of two parameters that the targets cannot tell apart, each on its range.

    Args:
        draws: shares of both ranges, 0 to 1; at most 400 are drawn.
    """
    step = max(1, len(draws) // MOST_DOTS)
    dots = [
        tag("circle", cx=length(MARGIN + SQUARE * a), cy=length(HEAD + SQUARE * (1 - b)), r=DOT, fill=ACCENT,
            fill_opacity="0.5")
        for a, b in draws[::step]
    ]  # fmt: skip
    width, height = MARGIN + SQUARE + 220, HEAD + SQUARE + 60
    note = words("fitted.ridge", together=decimal(together, 2, words.language))
    frame = tag("rect", x=length(MARGIN), y=length(HEAD), width=length(SQUARE), height=length(SQUARE), fill="none",
                stroke=HAIRLINE)  # fmt: skip
    labels = [
        tag("text", names[0], x=length(MARGIN + SQUARE / 2), y=length(HEAD + SQUARE + 34), text_anchor="middle",
            fill=INK),
        tag("text", names[1], x=length(MARGIN + SQUARE + 12), y=length(HEAD + SQUARE / 2), fill=INK),
        *(tag("text", end, x=length(MARGIN + SQUARE * at), y=length(HEAD + SQUARE + 16), text_anchor="middle",
              fill=INK_SECOND, font_size=11) for end, at in (("0", 0), ("1", 1))),
        *(tag("text", end, x=length(MARGIN - 8), y=length(HEAD + SQUARE * (1 - at) + 4), text_anchor="end",
              fill=INK_SECOND, font_size=11) for end, at in (("0", 0), ("1", 1))),
    ]  # fmt: skip
    return tag(
        "svg", tag("title", title), tag("rect", width=length(width), height=length(height), fill=PAPER),
        tag("text", title, x=12, y=24, fill=INK, font_size=16, font_weight=600),
        tag("text", note, x=12, y=44, fill=INK_SECOND, font_size=12), frame, *dots, *labels,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {length(width)} {length(height)}", width=length(width),
        height=length(height), font_family="sans-serif", font_size=13, role="img",
    )  # fmt: skip
