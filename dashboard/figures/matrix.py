"""Gender by time of day: the interval in each cell, its middle below, colour only by steps."""

from markupsafe import Markup

from dashboard.figures.intervals import print_value
from dashboard.figures.markup import tag
from dashboard.figures.numbers import digits_for, interval
from dashboard.figures.palette import GENDER_COLOUR, INK_THIRD, Steps, ink_on
from dashboard.report_data import FEWEST_PAIRS, Row, Scale
from dashboard.words import Words

_DAY_BANDS = ("05-07", "07-09", "09-16")
_SMALL_OFF = "small-off"
_SHAPES = {
    "woman": tag("circle", cx=6, cy=6, r=5, fill=GENDER_COLOUR["woman"]),
    "man": tag("path", d="M6 0L12 6L6 12L0 6Z", fill=GENDER_COLOUR["man"]),
    "all": tag("rect", x=1, y=1, width=10, height=10, fill=GENDER_COLOUR["all"]),
}


def gender_mark(gender: str) -> Markup:
    """Return the shape of a gender: women a circle, men a diamond, all a square."""
    shape = _SHAPES.get(gender, Markup(""))
    return tag("svg", shape, viewBox="0 0 12 12", width=11, height=11, class_="shape", aria_hidden="true")


def _first(row: Row, scale: Scale, words: Words, extra: str) -> Markup:
    """Return the cell of the first days: the middle alone, in grey."""
    middle = row.relative if scale == "relative" else row.difference
    if middle is None:
        return tag("td", tag("span", words("cell.early"), class_="none"), class_=extra or None)
    text = print_value(middle, scale, 2 if scale == "points" else 0, words.language, sign=True)
    return tag("td", text, class_=f"open {extra}".strip(), style=f"color:{INK_THIRD}")


def _cell(row: Row | None, scale: Scale, steps: Steps, words: Words, extra: str) -> Markup:
    ends = row.interval(scale) if row is not None else None
    if ends is None:
        if row is not None and row.difference is not None and row.pairs < FEWEST_PAIRS:
            return _first(row, scale, words, extra)
        rare = row is not None and row.difference is not None
        return tag("td", tag("span", words("cell.rare" if rare else "cell.empty"), class_="none"), class_=extra or None)
    low, middle, high = ends
    factor = 1.0 if scale == "points" else 100.0
    if low == middle == high == 0.0:
        return tag("td", words("cell.same"), class_=f"same {extra}".strip())
    digits = min(2, max(1, digits_for(low, high))) if scale == "points" else 0
    unit = "%" if scale == "relative" else ""
    text = interval(factor * low, factor * high, digits, words.language, unit)
    if low <= 0.0 <= high:
        return tag("td", text, class_=f"open {extra}".strip(), style=f"color:{INK_THIRD}")
    fill = steps.signed_colour(middle)
    return tag(
        "td",
        tag("b", text),
        tag("span", print_value(middle, scale, digits, words.language, sign=True), class_="middle"),
        class_=extra or None,
        style=f"background:{fill};color:{ink_on(fill)}",
    )


def matrix_figure(
    rows: dict[tuple[str, str], Row | None],
    genders: tuple[str, ...],
    bands: tuple[str, ...],
    scale: Scale,
    steps: Steps,
    words: Words,
    caption: str,
) -> Markup:
    """Return a table of intervals, one row a gender and one column a time band.

    Args:
        rows: by (gender, band).
        genders, bands: in the order in which they are shown.
        scale: which columns of the rows are printed.
        steps: fill of cells whose interval excludes zero, in the unit of the scale (fractions, not per cent).
        words: the language.
        caption: the sentence of the figure.
    """
    # a small screen shows the evening only, when there is one
    off = {band: _SMALL_OFF if band in _DAY_BANDS and len(bands) > len(_DAY_BANDS) else "" for band in bands}
    heads = [
        tag("th", tag("span", words("column.group"), class_="hidden"), scope="col"),
        *(tag("th", words.name("band", band), scope="col", class_=off[band] or None) for band in bands),
    ]
    body = [
        tag(
            "tr",
            tag("th", gender_mark(gender), " ", words.name("gender", gender), scope="row"),
            *(_cell(rows.get((gender, band)), scale, steps, words, off[band]) for band in bands),
        )
        for gender in genders
    ]
    table = tag(
        "table",
        tag("caption", caption, class_="hidden"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *body),
        class_="matrix",
    )
    return table + (tag("p", words("matrix.small"), class_="small-on") if any(off.values()) else Markup(""))
