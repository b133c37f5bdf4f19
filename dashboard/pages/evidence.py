"""Evidence: every number of the model with its source and range, and what the model was held against."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

import dash_ag_grid as dag
from dash import html
from markupsafe import Markup

from dashboard.address import Address
from dashboard.assumed import Part, assumed_share, parts_of
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import percent
from dashboard.fits import record
from dashboard.number_names import capital, number_name
from dashboard.pages.page import Body, Site, page_body
from dashboard.parts import Card, Table
from dashboard.words import Words
from model.parameters import Parameters, Row
from scenarios.scenario import station_title

VALIDATION: Final = Path(__file__).resolve().parents[2] / "docs" / "validation.json"
# letters of the table, strongest first, and how many of four blocks they fill
KINDS: Final = {"S": 3, "B": 3, "R": 2, "P": 2, "A": 1}
_ID: Final = re.compile(r"test_((?:v|m|r|st|t)\d+|rimea_\d+[a-d]?|nist_\d_\d+|fact_\d+|juelich|lausanne)")
_OUTCOMES: Final = ("passed", "xfailed", "failed")
_LONGEST: Final = 260
# page.js writes numbers as the language does
_LOCAL: Final = {"type": "numericColumn", "valueFormatter": {"function": "localNumber(params.value)"}}
_GRID_TEXTS: Final = (
    "page", "to", "of", "firstPage", "previousPage", "nextPage", "lastPage", "noRowsToShow", "filterOoo", "contains",
    "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank", "notBlank", "lessThan", "greaterThan",
    "lessThanOrEqual", "greaterThanOrEqual", "inRange", "andCondition", "orCondition",
)  # fmt: skip
SHIPPED_STATION: Final = "halte"  # whose analysis ships
_LEAST: Final = 0.005  # of the uncertainty: smaller groups stand in the table alone
_ANSWER: Final = "safety_women_after_19"


@cache
def _rows() -> tuple[Row, ...]:
    return Parameters.default().rows


def weakest(row: Row) -> str:
    """Return the weakest letter of the evidence of a row."""
    letters = [letter.strip() for letter in row.evidence.split(";")]
    return max(letters, key=lambda letter: list(KINDS).index(letter) if letter in KINDS else -1)


@cache
def _validation() -> tuple[tuple[str, str, str, str], ...]:
    """Return id, test, outcome and result of each proof that was run; none where the record does not ship."""
    try:
        record = json.loads(VALIDATION.read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    found = []
    for test, entry in record.items():
        name = test.rpartition("::")[2]
        match = _ID.match(name)
        mark = match.group(1).replace("_", " ").upper() if match else ""
        words = name.removeprefix("test_").replace("_", " ")
        if match:
            words = words[len(match.group(1)) :].strip() or words
        text = entry.get("reason") or entry.get("result") or ""
        found.append((mark, words, str(entry.get("outcome", "")), str(text)[:_LONGEST]))
    return tuple(found)


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return what the numbers rest on, and what the model was held against."""
    found = [assumed_card(address), kinds_card(address), proofs_card(address)]
    return tuple(card for card in found if card is not None)


def blocks(kind: str) -> Markup:
    """Return four blocks, filled by how strong evidence is; an assumption is in rust."""
    filled = KINDS.get(kind, 1)
    marks = [tag("i", class_="on" if k < filled else None) for k in range(4)]
    return tag("span", *marks, class_="evidence weak" if kind == "A" else "evidence firm", aria_hidden="true")


def assumed_card(address: Address) -> Card | None:
    """Return how much of the uncertainty of the women's score rests on assumptions, group by group."""
    found = record(SHIPPED_STATION, "sensitivity")
    if found is None or _ANSWER not in found["outcomes"]:
        return None
    words, language = address.words, address.language
    parts = parts_of(found["outcomes"][_ANSWER], _rows(), lambda row: weakest(row) == "A")
    if not parts:
        return None
    title = words("page.assumed.title", share=percent(assumed_share(parts), language))
    rows = [
        tag(
            "tr",
            tag("th", capital(number_name(part.name, words)), scope="row"),
            tag("td", _bar(part), class_="part-cell"),
            tag("td", percent(part.share, language), class_="num"),
            tag("td", percent(part.assumed, language), class_="num"),
        )
        for part in parts
        if part.share >= _LEAST
    ]
    heads = [words(f"page.assumed.{head}") for head in ("group", "part", "part", "of")]
    sides = (None, None, "num", "num")
    head = tag("tr", *(tag("th", "" if k == 1 else h, scope="col", class_=sides[k]) for k, h in enumerate(heads)))
    body = tag("table", tag("thead", head), tag("tbody", *rows), class_="plain assumed")
    names = f" {words('and')} ".join(number_name(part.name, words) for part in parts[:2])
    outcome = words(f"page.guess.{_ANSWER}")
    return Card(
        "assumed",
        title,
        body,
        words("page.assumed.sub", outcome=outcome, station=station_title(SHIPPED_STATION).get(language, "")),
        words("page.assumed.says", names=capital(names)),
        words(
            "page.sense.source", station=found["station"], points=found["points"], scenario=found["scenario"] or ""
        ),
        Table(
            tuple(words(f"page.assumed.{key}") for key in ("group", "part", "of", "numbers")),
            tuple((number_name(p.name, words), p.share, p.assumed, p.numbers) for p in parts),
        ),
        12,
    )


def _bar(part: Part) -> Markup:
    """Return a share as a bar, what of it is assumption hatched."""
    firm, weak = part.share * (1.0 - part.assumed), part.share * part.assumed
    kinds = (("kind-b", firm), ("kind-a", weak))
    marks = [tag("i", class_=kind, style=f"width:{100 * width:.2f}%") for kind, width in kinds if width > 0.0]
    return tag("span", *marks, class_="part-bar", aria_hidden="true")


def kinds_card(address: Address) -> Card:
    """Return how many numbers rest on what, as one bar."""
    words = address.words
    counts = Counter(weakest(row) for row in _rows())
    total = sum(counts.values())
    bars, keys = [], []
    for kind in KINDS:
        if not counts[kind]:
            continue
        share = counts[kind] / total
        bars.append(tag("i", class_=f"part kind-{kind.lower()}", style=f"width:{100 * share:.2f}%"))
        name = words(f"page.kind.{kind}")
        keys.append(tag("li", blocks(kind), " ", tag("b", str(counts[kind])), " ", name))
    assumed = counts["A"]
    free = sum(1 for row in _rows() if weakest(row) == "A" and row.shape != "fixed")
    title = words("page.kinds.title", share=percent(assumed / total, address.language))
    bar = tag("div", *bars, class_="kinds", role="img", aria_label=title)
    table = Table(
        (words("page.kinds.kind"), words("page.kinds.number")),
        tuple((words(f"page.kind.{kind}"), counts[kind]) for kind in KINDS),
    )
    return Card(
        "kinds",
        title,
        join([bar, tag("ul", *keys, class_="kind-list")]),
        words("page.kinds.sub", n=total),
        words("page.kinds.says", free=free),
        "parameters.csv",
        table,
        5,
    )


def proofs_card(address: Address) -> Card | None:
    """Return what the model was held against: what holds, and each miss with its reason."""
    words, proofs = address.words, _validation()
    if not proofs:
        return None
    counts = Counter(outcome for _, _, outcome, _ in proofs)
    held = counts["passed"]
    ran = sum(counts[outcome] for outcome in _OUTCOMES)
    rows = [row for row in proofs if row[2] in ("failed", "xfailed")]
    head = tag("tr", *(tag("th", words(f"page.proof.{h}"), scope="col") for h in ("id", "test", "result")))
    body = [
        tag("tr", tag("th", mark, scope="row"), tag("td", name), tag("td", text or words("cell.empty")))
        for mark, name, _, text in rows
    ]
    table = tag("table", tag("thead", head), tag("tbody", *body), class_="plain")
    scroll = tag(
        "div", table, class_="scroll misses", tabindex="0", role="region", aria_label=words("page.proof.misses")
    )
    heads = tuple(words(f"page.proof.{h}") for h in ("id", "test", "outcome", "result"))
    whole = Table(heads, tuple((m, n, words(f"page.outcome.{o}") if o in _OUTCOMES else o, t) for m, n, o, t in proofs))
    return Card(
        "proofs",
        words("page.proof.title", held=held, all=ran),
        scroll,
        words("page.proof.sub"),
        words("page.proof.says", misses=len(rows)),
        "docs/validation.md",
        whole,
        7,
    )


def layout(address: Address, site: Site) -> Body:
    """Return the page: two cards, and the table of all parameters."""
    words = address.words
    body = page_body(address, words("page.evidence.title"), [], cards(address, site))
    return Body(body.title, [*body.content, _grid(address)])


def _grid(address: Address) -> html.Section:
    words = address.words
    show = address.one_of("show", ("all", "A"), "all")
    rows = [_record(row, words) for row in _rows() if show == "all" or weakest(row) == "A"]
    columns = [
        {"field": "name", "headerName": words("page.parameter.name"), "pinned": "left", "width": 260},
        {"field": "value", "headerName": words("page.parameter.value"), "width": 110, **_LOCAL},
        {"field": "unit", "headerName": words("page.parameter.unit"), "width": 120},
        {"field": "low", "headerName": words("page.parameter.low"), "width": 100, **_LOCAL},
        {"field": "high", "headerName": words("page.parameter.high"), "width": 100, **_LOCAL},
        {"field": "evidence", "headerName": words("page.parameter.evidence"), "width": 210},
        {"field": "source", "headerName": words("page.parameter.source"), "width": 180},
        {"field": "used_by", "headerName": words("page.parameter.used_by"), "width": 300},
        {
            "field": "note",
            "headerName": words("page.parameter.note"),
            "flex": 1,
            "minWidth": 320,
            "tooltipField": "note",
        },
    ]
    grid = dag.AgGrid(
        id="parameters",
        rowData=rows,
        columnDefs=columns,
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "floatingFilter": True},
        dashGridOptions={
            "rowHeight": 36,
            "headerHeight": 32,
            "ensureDomOrder": True,
            "suppressColumnVirtualisation": False,
            "enableCellTextSelection": True,
            "pagination": True,
            "paginationPageSize": 50,
            "paginationPageSizeSelector": False,
            "tooltipShowDelay": 300,
            "localeText": {key: words(f"page.grid.{key}") for key in _GRID_TEXTS},
        },
        className="parameters",
        dangerously_allow_code=False,
    )
    return html.Section(
        [
            html.H2(words("page.parameter.title", n=len(rows))),
            html.P(words("page.parameter.sub"), className="sub"),
            grid,
            html.Footer(html.Span("model/parameters.csv, model/sources.bib", className="source")),
        ],
        className="card parameters-card",
    )


def _record(row: Row, words: Words) -> dict[str, Any]:
    kinds = [words.name("page.kind", letter.strip()) for letter in row.evidence.split(";")]
    fixed = row.shape == "fixed"
    return {
        "name": row.name,
        "value": row.value,
        "unit": row.unit,
        "low": None if fixed else row.low,
        "high": None if fixed else row.high,
        "evidence": ", ".join(kinds),
        "source": row.source.replace(";", ", "),
        "used_by": row.used_by.replace("model.", "").replace(".", " \u203a ").replace("_", " "),
        "note": row.note,
    }
