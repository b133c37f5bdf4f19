"""Several scenarios beside each other: a row for each outcome, a column for each scenario, one axis a row group."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from dashboard.figures.intervals import Group, group_axis, line_marks, print_interval
from dashboard.figures.markup import tag
from dashboard.report_data import Line
from dashboard.words import Words

LETTERS: Final = "BCDEFGH"


def beside_figure(columns: Sequence[tuple[str, tuple[Line, ...]]], words: Words, caption: str) -> Markup:
    """Return a table in which each cell holds dot and interval of one scenario.

    Args:
        columns: title and headline lines of each scenario; the lines of the first give the rows.
        words: the language.
        caption: the sentence of the figure.
    """
    heads = [tag("th", words("column.outcome"), scope="col")]
    for letter, (title, _) in zip(LETTERS, columns, strict=False):
        heads.append(tag("th", tag("b", letter), " ", title, scope="col"))
    found = [{line.key: line for line in lines} for _, lines in columns]
    rows = []
    for line in columns[0][1]:
        same = [cells[line.key] for cells in found if line.key in cells and cells[line.key].scale == line.scale]
        axis = group_axis(Group(line.scale, tuple(same)))
        cells = []
        for letter, by_key in zip(LETTERS, found, strict=False):
            one = by_key.get(line.key)
            if one is None or one.scale != line.scale or one.low is None or one.high is None:
                text = words("cell.rare") if one is not None and one.estimate is not None else words("cell.empty")
                cells.append(tag("td", tag("span", text, class_="none"), data_head=letter))
                continue
            value = tag("span", print_interval(one.low, one.high, one.scale, words), class_="value")
            shown = None if one.shown else "not-shown"
            cells.append(tag("td", line_marks(one, axis), value, class_=shown, data_head=letter))
        rows.append(tag("tr", tag("th", line.label, scope="row"), *cells))
    return tag(
        "table",
        tag("caption", caption, class_="hidden"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="beside",
    )
