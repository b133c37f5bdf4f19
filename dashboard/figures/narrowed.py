"""Before and after a fit: what a parameter could be, and what remains possible beside the data."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.figures.markup import share, tag
from dashboard.figures.numbers import decimal, digits_of_width, percent
from dashboard.figures.palette import ACCENT, BASE
from dashboard.words import Words


@dataclass(frozen=True)
class Narrowed:
    """One parameter or target.

    Attributes:
        name: of it; before: low, middle and high; after: the same; narrowed: contraction of a parameter, None for a
            target; found: what the data say of a target, None for a parameter; learned: whether the fit learned it.
    """

    name: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    narrowed: float | None = None
    found: float | None = None
    learned: bool = True


def digits_of(row: Narrowed) -> int:
    """Return how many digits tell the ends of an interval apart, two of its width."""
    return digits_of_width(abs(row.after[2] - row.after[0]) or abs(row.before[2] - row.before[0]))


def narrowed_figure(rows: Sequence[Narrowed], words: Words, caption: str) -> Markup:
    """Return a table: each row a strip with the grey range of before, the bar of after, and the interval in words."""
    last = "learned" if all(row.found is None for row in rows) else "data"
    heads = ("name", "drawn", "before", "after", last)
    side = {"before": "num", "after": "num", last: "num"}
    head = tag("tr", *(tag("th", words(f"narrowed.{h}"), scope="col", class_=side.get(h)) for h in heads))
    body = [_row(row, words) for row in rows]
    table = tag("table", tag("caption", caption, class_="hidden"), tag("thead", head), tag("tbody", *body))
    return tag("div", table, class_="narrowed")


def _row(row: Narrowed, words: Words) -> Markup:
    ends = (*row.before, *row.after, *(() if row.found is None else (row.found,)))
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0
    low, width = low - 0.04 * width, width * 1.08

    def at(value: float) -> str:
        return share((value - low) / width)

    def span(a: float, b: float) -> str:
        return share((b - a) / width)

    marks = [
        tag("rect", x=at(row.before[0]), y=7, width=span(row.before[0], row.before[2]), height=10, fill="#dfe3e2"),
        tag("line", x1=at(row.before[1]), x2=at(row.before[1]), y1=5, y2=19, stroke=BASE, stroke_width=1.5),
        tag("rect", x=at(row.after[0]), y=9, width=span(row.after[0], row.after[2]), height=6, fill=ACCENT),
        tag("circle", cx=at(row.after[1]), cy=12, r=4.5, fill=ACCENT, stroke="#fff"),
    ]
    if row.found is not None:
        marks.append(tag("line", x1=at(row.found), x2=at(row.found), y1=1, y2=23, stroke="#16262b", stroke_width=2))
    digits, language = digits_of(row), words.language

    def told(ends: tuple[float, float, float]) -> str:
        return words(
            "narrowed.between", low=decimal(ends[0], digits, language), high=decimal(ends[2], digits, language)
        )

    firm = row.learned
    if row.found is not None:
        last = words("narrowed.found", value=decimal(row.found, digits, language))
    else:
        last = percent(max(0.0, row.narrowed or 0.0), language) if firm else words("narrowed.not")
    after = tag("b", told(row.after)) if firm else tag("span", told(row.after))
    strip = tag("svg", *marks, width="100%", height=24, aria_hidden="true", class_="marks")
    return tag(
        "tr",
        tag("th", row.name, scope="row"),
        tag("td", strip, class_="strip-cell"),
        tag("td", told(row.before), class_="num before"),
        tag("td", after, class_="num"),
        tag("td", last, class_="num" if firm else "num none"),
    )
