"""Write the tables of docs/stations.md from scenarios/file_schema.py, so that page and format cannot drift apart.

    python docs/make_stations_page.py

Text is written by hand. Between a line ``<!-- fields: LevelPart -->`` and the next ``<!-- end -->`` stand the fields of
that part; ``own`` after its name leaves out those that every feature has.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios import file_schema

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "stations.md"
BLOCK: Final = re.compile(r"(<!-- fields: (\w+)( own)? -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD: Final = "| field | left out | meaning | values |\n|---|---|---|---|\n"
_LIMITS: Final = (("gt", "above {}"), ("ge", "from {}"), ("lt", "below {}"), ("le", "to {}"))


def filled(text: str) -> str:
    """Return the page with its tables made anew."""

    def table(found: re.Match[str]) -> str:
        lines = rows_of(getattr(file_schema, found[2]), own=found[3] is not None)
        return f"{found[1]}{HEAD}{''.join(lines)}{found[4]}"

    return BLOCK.sub(table, text)


def rows_of(part: type[BaseModel], *, own: bool) -> Iterator[str]:
    """Return a row for each field of a part."""
    for name, field in part.model_fields.items():
        if own and name in file_schema.FeaturePart.model_fields:
            continue
        cells = (f"`{field.alias or name}`", _otherwise(field), field.description or "", _values(field))
        yield f"| {' | '.join(cell.replace('|', ',') for cell in cells)} |\n"


def _otherwise(field: FieldInfo) -> str:
    """Return what holds when a field is left out; it must be given when nothing does."""
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", []) or isinstance(value, BaseModel):
        return ""
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _values(field: FieldInfo) -> str:
    """Return the words or the limits of a field."""
    words = ", ".join(f"`{word}`" for word in _words(field.annotation))
    limits = dict(_constraints(field.annotation, field.metadata))
    return words or " ".join(text.format(f"{limits[name]:,}") for name, text in _LIMITS if name in limits)


def _words(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(map(str, get_args(kind)))
    return tuple(word for one in get_args(kind) for word in _words(one))


def _constraints(kind: Any, metadata: list[Any]) -> Iterator[tuple[str, float]]:
    """Return the limits of a number, also of one that may be left out."""
    for one in metadata:
        for name, _ in _LIMITS:
            if hasattr(one, name):
                yield name, getattr(one, name)
        yield from _constraints(None, getattr(one, "metadata", []))
    if get_origin(kind) is not list:
        for one in get_args(kind):
            yield from _constraints(one, list(getattr(one, "__metadata__", [])))


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
