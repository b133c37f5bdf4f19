"""What happens and what others learn of it: occurred, detected, recorded and reported incidents side by side."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from dashboard.figures.markup import tag
from dashboard.figures.numbers import decimal, interval
from dashboard.figures.palette import INK_THIRD
from dashboard.report_data import FEWEST_PAIRS, Row
from dashboard.words import Words

LEARNED: Final = ("expected_incidents", "detected_incidents", "recorded_incidents", "reported_incidents")
_A_YEAR: Final = 365


def _count(value: float, words: Words) -> str:
    """Return a number of incidents a year, with two figures that count."""
    year = _A_YEAR * value
    return decimal(year, 0 if year >= 10 else 1, words.language)


def _cell(row: Row | None, head: str, words: Words) -> Markup:
    """Return base and scenario a year, and below it the change in per cent with its interval, under ``head``."""

    def cell(*content: Markup, **more: str | None) -> Markup:
        return tag("td", *content, data_head=head, **more)

    if row is None or row.base is None or row.value is None or row.difference is None:
        return cell(tag("span", words("cell.rare" if row is not None else "cell.empty"), class_="none"))
    levels = tag("b", f"{_count(row.base, words)} \u2192 {_count(row.value, words)}")
    if row.same:
        return cell(levels, tag("span", words("cell.same"), class_="middle"), class_="same")
    ends = row.interval("relative")
    if ends is None:
        below = words("cell.early") if row.pairs < FEWEST_PAIRS else words("cell.empty")
        return cell(levels, tag("span", below, class_="middle"), class_="open")
    change = interval(100 * ends[0], 100 * ends[2], 0, words.language, "%")
    grey = None if row.excludes_zero else f"color:{INK_THIRD}"
    return cell(levels, tag("span", change, class_="middle"), style=grey)


def learned_figure(
    rows: Mapping[tuple[str, str], Row | None], incidents: tuple[str, ...], words: Words, caption: str
) -> Markup:
    """Return a table with a row for each type of incident and a column for each stage of learning of it.

    Args:
        rows: by (type, outcome).
        incidents: types in the order in which they are shown.
        words: the language.
        caption: the sentence of the figure.
    """
    heads = [
        tag("th", tag("span", words("table.incident"), class_="hidden"), scope="col"),
        *(tag("th", words(f"learned.{outcome}"), scope="col") for outcome in LEARNED),
    ]
    body = [
        tag(
            "tr",
            tag("th", words.name("incident", kind), scope="row"),
            *(_cell(rows.get((kind, outcome)), words(f"learned.{outcome}"), words) for outcome in LEARNED),
        )
        for kind in incidents
    ]
    return tag(
        "table",
        tag("caption", caption, class_="hidden"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *body),
        class_="matrix learned",
    )
