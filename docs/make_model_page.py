"""Write the tables of docs/model.md from model/parameters.csv, so that page and numbers cannot drift apart.

    python docs/make_model_page.py            # write them anew
    python docs/make_model_page.py --check    # say whether they are up to date

Text is written by hand. Between a line ``<!-- table: walk_ stairs_ -->`` and the next ``<!-- end -->`` stand the
rows whose names begin with these words (with the longest, where several tables ask for it);
``<!-- table: unread -->`` holds the rows that no code reads yet, ``<!-- table: measures -->`` all measures.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from model.parameters import Parameters, Row
from model.results import INCIDENT_TYPES
from scenarios.measures.card import cards

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "model.md"
READERS: Final = ("model", "scenarios", "calibration")  # rooms that may read a parameter
BLOCK: Final = re.compile(r"(<!-- table: ([a-z0-9_ ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
UNREAD: Final = "unread"
MEASURES: Final = "measures"
COLUMNS: Final = ("parameter", "value", "unit", "range", "shape", "evidence", "source", "what it is")
HEAD: Final = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
SHORTEST_PATTERN: Final = 5  # letters that a composed name must spell out to name a family


def main() -> int:
    """Write the page, or tell whether it is up to date."""
    text = PAGE.read_text("utf-8")
    made = filled(text)
    if "--check" in sys.argv[1:]:
        if made != text:
            print("docs/model.md is out of date: run python docs/make_model_page.py", file=sys.stderr)
        return int(made != text)
    PAGE.write_text(made, "utf-8")
    return 0


def filled(text: str) -> str:
    """Return the page with its tables made anew.

    Raises:
        ValueError: a row stands in no table, or a table asks for rows that do not exist.
    """
    words = [word for found in BLOCK.finditer(text) for word in found[2].split() if word not in MADE]
    rows = rows_by_word(words)

    def table(found: re.Match[str]) -> str:
        if found[2] in MADE:
            return f"{found[1]}{MADE[found[2]]()}\n{found[3]}"
        lines = [line_of(row) for word in found[2].split() for row in rows[word]]
        return f"{found[1]}{HEAD}{''.join(lines)}{found[3]}"

    return BLOCK.sub(table, text)


def rows_by_word(words: Sequence[str]) -> dict[str, list[Row]]:
    """Return the rows of each word: a row belongs to the longest word that its name begins with."""
    mine: dict[str, list[Row]] = {word: [] for word in words}
    for row in Parameters.default().rows:
        fitting = [word for word in words if row.name.startswith(word)]
        if not fitting:
            raise ValueError(f"docs/model.md: {row.name} stands in no table")
        mine[max(fitting, key=len)].append(row)
    empty = [word for word, rows in mine.items() if not rows]
    if empty or len(mine) < len(words):
        raise ValueError(f"docs/model.md: words without a row, or given twice: {empty or words}")
    return mine


def line_of(row: Row) -> str:
    """Return the line of one row."""
    spread = "" if row.shape == "fixed" else f"{row.low:g} to {row.high:g}"
    sources = ", ".join(row.source.split(";"))
    cells = (f"`{row.name}`", f"{row.value:g}", row.unit, spread, row.shape, row.evidence, sources, row.note)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def unread_list() -> str:
    """Return the rows that no code reads, by what reads them one day."""
    read = rows_read()
    later: dict[str, list[str]] = {}
    for row in Parameters.default().rows:
        if row.name not in read:
            later.setdefault(row.used_by, []).append(f"`{row.name}`")
    return "\n".join(f"- for `{reader}`: {', '.join(names)}" for reader, names in sorted(later.items()))


def rows_read() -> set[str]:
    """Return the rows whose names stand in the code: as attribute, as text, composed, or as a family of types."""
    names, patterns = set[str](), set[str]()
    for node in nodes():
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            patterns.add(pattern_of(node))
    whole = re.compile("|".join(sorted(patterns - {""})) or "(?!)")
    rows = [row.name for row in Parameters.default().rows]
    return {name for name in rows if names.intersection(spellings(name)) or whole.fullmatch(name)}


def nodes() -> Iterator[ast.AST]:
    """Yield every node of the code that may read a parameter; docstrings are no reading."""
    for room in READERS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            yield from (node for node in ast.walk(tree) if id(node) not in told)


def pattern_of(text: ast.JoinedStr) -> str:
    """Return a composed text as a pattern of names, empty when it spells out too little."""
    parts = [str(value.value) if isinstance(value, ast.Constant) else None for value in text.values]
    if sum(len(part) for part in parts if part) < SHORTEST_PATTERN:
        return ""
    return "".join("[a-z0-9_]+" if part is None else re.escape(part) for part in parts)


def spellings(name: str) -> Iterable[str]:
    """Yield how code can ask for a row: by its name, or as one of a family over the types of incidents."""
    yield name
    for kind in INCIDENT_TYPES:
        if name.startswith(f"{kind}_"):
            yield name.removeprefix(f"{kind}_")
        if kind in name:
            yield name.replace(kind, "{}")


def measures_table() -> str:
    """Return the table of the catalogue of measures."""
    head = ("measure", "what it does", "who can do it", "prices, EUR", "evidence", "may also")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for card in cards():
        prices = [f"{one.what}: {one.eur.low:g} to {one.eur.high:g} {one.unit}" for one in card.prices]
        cells = (
            f"`{card.name}`", card.what, ", ".join(card.doers), "; ".join(prices) or "-", card.evidence,
            "; ".join(card.side_effects),
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


MADE: Final[dict[str, Callable[[], str]]] = {UNREAD: unread_list, MEASURES: measures_table}

if __name__ == "__main__":
    sys.exit(main())
