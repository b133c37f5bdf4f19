"""What is shown, as an address: everything a reader chose stands in it, so that a link shows the same to a colleague.

An address comes from outside: whatever in it is unknown, too long or not one of the words allowed is left out, and
remembered, so that a page can say what it shows instead.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode

from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.words import Words

FIRST_PAGE: Final = "explore"
MOST_KEYS: Final = 96
MOST_LETTERS: Final = 400  # of one value
MOST_PLACED: Final = 4000  # of what was placed by hand
PLACED: Final = "own"
TRAY: Final = (PLACED, "on_", "x_", "f_", "t_", "z_", "order", "budget")  # beginnings of what lies in the tray
LIST_MARK: Final = "."
# every other word that some page reads
KEYS: Final = frozenset((
    "also", "by", "day", "days", "fit", "goal", "group", "hour", "hours", "item", "layer", "level", "money", "monitor",
    "out", "pb", "px", "py", "s", "show", "start", "station", "study", "t", "time", "under", "who",
))  # fmt: skip


@dataclass(frozen=True)
class Address:
    """A page and what was chosen on it.

    Attributes:
        page: name of the page.
        language: of everything on it.
        chosen: what else stands in the address; a key that is not there has its default.
        misread: what of it was asked and cannot be, with what stands for it, empty for nothing; filled as pages read.
    """

    page: str = FIRST_PAGE
    language: Language = "en"
    chosen: Mapping[str, str] = field(default_factory=dict)
    misread: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def words(self) -> Words:
        """The texts of its language."""
        return Words(self.language)

    def one_of(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        """Return the value of a key when it is one of the words allowed, else the default or the first of them."""
        value, instead = self.chosen.get(key, ""), default or (allowed[0] if allowed else "")
        if value in allowed:
            return value
        if value:
            self.misread[key] = instead
        return instead

    def some_of(self, key: str, allowed: Iterable[str], default: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the values of a key that are allowed, in their order, or the default where none is."""
        known, asked = set(allowed), [v for v in self.chosen.get(key, "").split(LIST_MARK) if v]
        found = tuple(dict.fromkeys(v for v in asked if v in known)) or tuple(default)
        if not known.issuperset(asked):
            self.misread[key] = LIST_MARK.join(found)
        return found

    def number(self, key: str, low: float, high: float, default: float) -> float:
        """Return a number of a key, brought between its limits; the default where it is none."""
        if key not in self.chosen:
            return default
        try:
            value = float(self.chosen[key])
        except ValueError:
            value = math.nan
        found = default if math.isnan(value) else min(high, max(low, value))
        if found != value:
            self.misread[key] = f"{found:g}"
        return found

    def with_(self, **changes: str | None) -> "Address":
        """Return an address with some values changed; None or empty takes one out."""
        merged = {**self.chosen, **{key: value or "" for key, value in changes.items()}}
        return Address(self.page, self.language, {key: value for key, value in merged.items() if value})

    def to(self, page: str, keep: Sequence[str] = ("station", "study")) -> "Address":
        """Return another page about the same study, with the same tray."""
        kept = {key: value for key, value in self.chosen.items() if key in keep or key.startswith(TRAY)}
        return Address(page, self.language, kept)

    def in_(self, language: Language) -> "Address":
        """Return the same in another language."""
        return Address(self.page, language, self.chosen)

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        pairs = [("lang", self.language), *sorted(self.chosen.items())]
        return urlencode(pairs)

    @property
    def href(self) -> str:
        """The address, from the root of the server on."""
        return f"/{self.page}?{self.query}"


def _most(key: str) -> int:
    return MOST_PLACED if key == PLACED else MOST_LETTERS


def read_address(path: str | None, search: str | None, preferred: Language = "en") -> Address:
    """Return what an address asks for; whatever cannot be understood is left out.

    Args:
        path: as the browser tells it, ``/compare``.
        search: with its question mark.
        preferred: language where the address names none.
    """
    page = (path or "").strip("/").split("/")[0] or FIRST_PAGE
    try:
        pairs = parse_qsl((search or "").lstrip("?"), max_num_fields=MOST_KEYS)
    except ValueError:
        pairs = []
    chosen = {key: value for key, value in pairs if key.isidentifier() and len(value) <= _most(key)}
    word = chosen.pop("lang", preferred)
    language = next((known for known in LANGUAGES if known == word), preferred)
    known = {key for key in chosen if key in KEYS or key.startswith(TRAY)}
    strange = {key: "" for key, _ in pairs if key not in known and key != "lang"}
    return Address(page, language, chosen, strange)
