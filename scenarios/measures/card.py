"""What people are told of a measure before they choose it: who, cost, evidence, side effects, fields."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from model.parameters import Parameters
from scenarios.costs import LIFE_NAMES, Range, price
from scenarios.measures.catalogue import CATALOGUE
from scenarios.measures.measure import Doer, Evidence, Measure
from scenarios.words import Language

TEXTS: Final = Path(__file__).resolve().parents[1] / "texts"
COMMON: Final = ("by", "agreed", "start", "end")  # fields that every measure has


@dataclass(frozen=True, slots=True)
class Price:
    """One unit price: its row in the parameter table, what it is for, its unit, and its range."""

    row: str
    what: str
    unit: str
    eur: Range


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a measure in a scenario file."""

    name: str
    needed: bool
    default: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A measure of the catalogue in words.

    Attributes:
        doers: who can do it; others are refused.
        price_year: of the prices.  life_years: how long that which is paid once lasts, None when nothing is.
        example: lines that can be pasted into a scenario file.
    """

    name: str
    title: str
    what: str
    doers: tuple[str, ...]
    prices: tuple[Price, ...]
    price_year: int
    life_years: Range | None
    evidence: Evidence
    evidence_text: str
    side_effects: tuple[str, ...]
    fields: tuple[Field, ...]
    example: tuple[str, ...]


@cache
def measure_texts(language: Language) -> dict[str, Any]:
    """Return titles, side effects and names of prices in a language."""
    return dict(json.loads((TEXTS / f"measures_{language}.json").read_text(encoding="utf-8")))


def title_of(measure: Measure, language: Language) -> str:
    """Return what people call a measure."""
    return str(measure_texts(language)["titles"][measure.name])


def what_of(measure: Measure, language: Language) -> str:
    """Return in a sentence or two what a measure is."""
    return str(measure_texts(language)["what"][measure.name])


def doers_text(doers: Sequence[Doer], language: Language) -> tuple[str, ...]:
    """Return who can do it in words."""
    return tuple(measure_texts(language)["doers"][doer] for doer in doers)


def card(name: str, language: Language = "en") -> Card:
    """Return the card of a measure.

    Raises:
        KeyError: there is no such measure.
    """
    kind, texts, p = CATALOGUE[name], measure_texts(language), Parameters.default()
    units = {row.name: row.unit for row in p.rows}
    return Card(
        name=name,
        title=texts["titles"][name],
        what=texts["what"][name],
        doers=doers_text(kind.doers, language),
        prices=tuple(Price(r, texts["prices"][r], texts["units"][units[r]], price(p, r)) for r in kind.prices),
        price_year=int(p.cost_price_year),
        life_years=None if kind.life is None else price(p, LIFE_NAMES[kind.life]),
        evidence=kind.evidence,
        evidence_text=texts["evidence"][kind.evidence],
        side_effects=tuple(texts["side_effects"][effect] for effect in kind.side_effects),
        fields=_fields(kind),
        example=(f"- measure: {name}", *(f"  {line}" for line in kind.example)),
    )


def cards(language: Language = "en") -> list[Card]:
    """Return the cards of all measures, in the order of the catalogue."""
    return [card(name, language) for name in CATALOGUE]


def _fields(kind: type[Measure]) -> tuple[Field, ...]:
    """Return the fields of a measure, its own first."""
    names = [name for name in kind.model_fields if name not in ("measure", *COMMON)]
    found = []
    for name in (*names, *COMMON):
        field = kind.model_fields[name]
        plain = field.default if not field.is_required() else None
        default = "" if plain in (None, ()) else _plain(plain)
        found.append(Field(name, field.is_required(), default, field.description or ""))
    return tuple(found)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
