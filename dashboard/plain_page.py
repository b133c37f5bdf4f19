"""A page of headings, paragraphs, figures and tables in one HTML file: for answers that are no comparison."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.words import Words
from scenarios.version import package_version

_ASSETS: Final = Path(__file__).parent / "assets"
_FONT: Final = _ASSETS / "source-sans-3-latin.woff2"
_POLICY: Final = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'"


@dataclass(frozen=True)
class Table:
    """A table: head, rows of texts; columns whose number is in ``numbers`` stand right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """A part of the page: heading, sentences, a drawing with its note, tables."""

    heading: str
    sentences: tuple[str, ...] = ()
    drawing: Markup | None = None
    note: str = ""
    tables: tuple[Table, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """All of a page; ``kind`` stands at its head, ``lead`` under the title, ``cautions`` in a box."""

    title: str
    kind: str
    date: str
    lead: str
    sections: tuple[Section, ...]
    cautions: Sequence[str] = ()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_html(page: Page, words: Words) -> str:
    """Return the page as one HTML text that asks for nothing outside itself."""
    font = Markup("data:font/woff2;base64," + base64.b64encode(_FONT.read_bytes()).decode("ascii"))
    sheets = (_ASSETS / name for name in ("figures.css", "report.css"))
    style = Markup("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets))
    context = {
        "page": page,
        "words": words,
        "font": font,
        "style": style,
        "policy": _POLICY,
        "version": package_version(),
    }
    return _environment().get_template("page.html").render(context)


def write_page(path: Path, page: Page, words: Words) -> Path:
    """Write the page; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_text(page_html(page, words), encoding="utf-8")
    os.replace(half, path)
    return path
