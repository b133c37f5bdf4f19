"""Dot and interval: what changes, how surely, and which way is better."""

from dataclasses import dataclass

from markupsafe import Markup

from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import join, share, tag
from dashboard.figures.numbers import Language, decimal, digits_for, interval
from dashboard.figures.palette import BASE, BETTER, HAIRLINE, INK_SECOND, INK_THIRD, PAPER, WORSE
from dashboard.report_data import Line, Scale
from dashboard.words import Words

_ROW = 28  # height of a row in CSS pixels
_ROOM = 0.12  # share of the axis left of zero that a word needs
_MOST_TICKS = 4  # labels under an axis
_MOST_RELATIVE = 1.0  # a percentage axis ends at 100% either way


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that share an axis, on which better is to the right whatever the sign of the difference."""

    scale: Scale
    lines: tuple[Line, ...]


def sorted_lines(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return shown lines by size, then the others by size; those without an estimate last."""
    return tuple(sorted(lines, key=lambda line: (not line.shown, line.estimate is None, -abs(line.estimate or 0.0))))


def groups_of(lines: tuple[Line, ...]) -> tuple[Group, ...]:
    """Return the lines by axis, scores first, in a fixed order; empty groups are left out."""
    found: list[Group] = []
    scales: tuple[Scale, ...] = ("points", "share", "relative", "amount")
    for scale in scales:
        these = tuple(x for x in lines if x.scale == scale)
        if these:
            found.append(Group(scale, sorted_lines(these)))
    return tuple(found)


def print_value(value: float, scale: Scale, digits: int, language: Language, *, sign: bool = False) -> str:
    """Return a change in the unit of its scale: points, per cent or percentage points."""
    if scale in ("points", "amount"):
        return decimal(value, digits, language, sign=sign)
    return decimal(100.0 * value, digits, language, sign=sign) + ("%" if scale == "relative" else "")


def digits_on(low: float, high: float, scale: Scale) -> int:
    """Return the decimals of an interval: one or two for points, none or one for percentages."""
    if scale == "points":
        return min(2, max(1, digits_for(low, high)))
    return 0 if abs(high - low) >= 2.0 else 1


def print_interval(low: float, high: float, scale: Scale, words: Words) -> str:
    """Return an interval as a reader says it: ``2–25% lower``, or with signs where it holds zero."""
    factor = 1.0 if scale in ("points", "amount") else 100.0
    lo, hi = factor * low, factor * high
    digits = digits_on(lo, hi, scale)
    unit = "%" if scale == "relative" else ""
    if lo == hi == 0.0:
        return decimal(0.0, 0, words.language) + unit
    if lo >= 0.0 or hi <= 0.0:
        near, far = sorted((abs(lo), abs(hi)))
        text = interval(near, far, digits, words.language, unit)
        return words("change.higher" if hi > 0.0 else "change.lower", interval=text)
    return interval(lo, hi, digits, words.language, unit)


def group_axis(group: Group) -> Axis:
    """Return the axis of a group, in improvements: zero on it, better to the right."""
    values: list[float] = []
    for line in group.lines:
        ends = (line.estimate, line.low, line.high, line.range_low, line.range_high)
        values += [improvement(v, line) for v in ends if v is not None]
    if group.scale == "relative":
        values = [max(-_MOST_RELATIVE, min(_MOST_RELATIVE, v)) for v in values]
    return axis_over(values, 4, zero=True)


def improvement(value: float, line: Line) -> float:
    """Return a difference with the sign that makes better positive."""
    return value if line.better == "higher" else -value


def line_marks(line: Line, axis: Axis) -> Markup:
    """Return the drawing of one row: band over the parameters, interval of luck, dot."""
    colour = {None: BASE, True: BETTER, False: WORSE}[line.improves]
    middle = _ROW // 2
    marks = [
        tag("line", x1=share(p), x2=share(p), y1=0, y2=_ROW, stroke=HAIRLINE)
        for p in (axis.place(t) for t in axis.ticks)
    ]
    zero = axis.place(0.0)
    marks.append(tag("line", x1=share(zero), x2=share(zero), y1=0, y2=_ROW, stroke=INK_SECOND, stroke_width=1.2))
    if line.range_low is not None and line.range_high is not None:
        a, b = sorted(axis.place(improvement(v, line)) for v in (line.range_low, line.range_high))
        marks.append(tag("rect", x=share(a), width=share(b - a), y=middle - 4, height=8, fill=colour, opacity="0.28"))
    if line.low is not None and line.high is not None:
        a, b = sorted(axis.place(improvement(v, line)) for v in (line.low, line.high))
        marks.append(tag("line", x1=share(a), x2=share(b), y1=middle, y2=middle, stroke=colour, stroke_width=2))
    if line.estimate is not None:
        at = share(axis.place(improvement(line.estimate, line)))
        solid = line.shown
        marks.append(
            tag(
                "circle",
                cx=at,
                cy=middle,
                r=5.5 if solid else 4.75,
                fill=colour if solid else PAPER,
                stroke=PAPER if solid else colour,
                stroke_width=1 if solid else 1.75,
            )
        )
    return tag("svg", *marks, width="100%", height=_ROW, class_="marks", aria_hidden="true")


def _row(line: Line, axis: Axis, words: Words, ranges: bool) -> Markup:
    dash = tag("span", words("cell.empty"), class_="none")
    values: str | Markup = dash
    if line.low is not None and line.high is not None:
        values = print_interval(line.low, line.high, line.scale, words)
    elif line.estimate is not None:
        digits = 2 if line.scale == "points" else 0
        values = print_value(line.estimate, line.scale, digits, words.language, sign=True)
    cells = [
        tag("th", line.label, scope="row", role="rowheader", class_="label"),
        tag("td", line_marks(line, axis), role="cell", class_="bar"),
        tag("td", values, role="cell", class_="value"),
    ]
    if ranges:
        span: str | Markup = dash
        if line.range_low is not None and line.range_high is not None:
            span = print_interval(line.range_low, line.range_high, line.scale, words)
        cells.append(tag("td", span, role="cell", class_="range"))
    return tag("tr", *cells, role="row", class_=None if line.shown else "not-shown", title=line.sentence)


def _ticks(group: Group, axis: Axis, words: Words) -> Markup:
    digits = decimals_of(axis.ticks)
    if group.scale in ("relative", "share"):
        digits = max(0, digits - 2)
    every = 1 if len(axis.ticks) <= _MOST_TICKS else 2
    zero = min(range(len(axis.ticks)), key=lambda i: abs(axis.ticks[i]))
    kept = [t for i, t in enumerate(axis.ticks) if (i - zero) % every == 0]
    texts = []
    for t in kept:
        at = axis.place(t)
        anchor = "start" if at < 0.03 else "end" if at > 0.97 else "middle"
        texts.append(
            tag(
                "text",
                print_value(abs(t), group.scale, digits, words.language),
                x=share(at),
                y=14,
                text_anchor=anchor,
                fill=INK_THIRD,
            )
        )
    return tag("svg", *texts, width="100%", height=18, class_="ticks", aria_hidden="true")


def _directions(axis: Axis, words: Words) -> Markup:
    """Return which way is worse and which better; worse is left out where the axis hardly goes there."""
    texts = [
        tag("text", words("axis.better"), x="100%", y=13, text_anchor="end", fill=BETTER, font_weight=650),
    ]
    if axis.place(0.0) > _ROOM:
        texts.append(tag("text", words("axis.worse"), x=0, y=13, fill=WORSE, font_weight=650))
    return tag("svg", *texts, width="100%", height=18, class_="ticks", aria_hidden="true")


def intervals_figure(lines: tuple[Line, ...], words: Words, caption: str, confidence: int = 95) -> Markup:
    """Return the headline lines as dots with intervals; a table, so that it can be read out.

    Args:
        lines: of one scenario.
        words: the language.
        caption: the sentence of the figure, for who does not see it.
        confidence: per cent of the printed intervals.
    """
    known = any(line.low is not None for line in lines)
    ranges = any(line.range_low is not None for line in lines)
    bodies: list[Markup] = []
    for group in groups_of(lines):
        axis = group_axis(group)
        unit = words(f"axis.{group.scale}")
        blank = tag("td", role="cell")
        head = tag(
            "tr",
            tag("th", unit, scope="rowgroup", role="rowheader", class_="unit"),
            tag("td", _directions(axis, words), role="cell", class_="bar"),
            blank,
            *([blank] if ranges else []),
            role="row",
            class_="group-head",
        )
        foot = tag(
            "tr",
            blank,
            tag("td", _ticks(group, axis, words), role="cell", class_="bar"),
            blank,
            *([blank] if ranges else []),
            role="row",
            class_="group-foot",
        )
        rows = [_row(line, axis, words, ranges) for line in group.lines]
        bodies.append(tag("tbody", head, *rows, foot, role="rowgroup"))
    heads = [
        tag("th", words("column.outcome"), scope="col", role="columnheader"),
        tag("th", tag("span", words("column.figure"), class_="hidden"), scope="col", role="columnheader"),
        tag(
            "th",
            words("column.interval", level=confidence) if known else words("column.difference"),
            scope="col",
            role="columnheader",
            class_="value",
        ),
    ]
    if ranges:
        heads.append(tag("th", words("column.range"), scope="col", role="columnheader", class_="range"))
    return tag(
        "table",
        tag("caption", caption, class_="hidden"),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        join(bodies),
        class_="dots" + (" with-range" if ranges else ""),
        role="table",
    )
