"""The texts of one language: every word on a page comes from ``dashboard/texts``."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from dashboard.figures.numbers import Language

_FOLDER = Path(__file__).parent / "texts"


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return all texts of a language by key: those of the report and those of the pages."""
    texts: dict[str, str] = {}
    for file in (f"{language}.json", f"page_{language}.json"):
        texts |= json.loads((_FOLDER / file).read_text(encoding="utf-8"))
    return texts


@cache
def _places(language: Language) -> dict[str, str]:
    """Return what shipped files say in English, names of places above all, in another language."""
    path = _FOLDER / f"places_{language}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


@dataclass(frozen=True, slots=True)
class Words:
    """Looks up texts in one language.

    ``words("key", n=3)`` is plain text; ``words.rich`` is trusted HTML of the catalogue in which every
    filled-in value has been escaped.
    """

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its blanks filled in.

        Raises:
            KeyError: the key is in no catalogue.
        """
        text = self._text(key, values)
        return text.format(**values) if values else text

    def rich(self, key: str, **values: object) -> Markup:
        """Return the text of a key as HTML; the values are escaped, the text itself is ours."""
        return Markup(self._text(key, values)).format(**values)

    def _text(self, key: str, values: dict[str, object]) -> str:
        """Return the text of a key, or that of ``key.one`` where a text for a single day is told apart."""
        texts = catalogue(self.language)
        single = values.get("pairs", values.get("n")) == 1
        return texts.get(f"{key}.one", texts[key]) if single else texts[key]

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds a key."""
        return key in catalogue(self.language)

    def name(self, family: str, word: str) -> str:
        """Return the name of a word of the model (``kind.platform``), or the word itself when it is new."""
        key = f"{family}.{word}"
        return self(key) if self.has(key) else word.replace("_", " ")

    @property
    def places(self) -> dict[str, str]:
        """Names of zones of the shipped stations in the language, by what their files have; empty for English."""
        return _places(self.language)

    def place(self, name: str) -> str:
        """Return the name of a zone, or another text of a shipped file, in the language; else as the file has it."""
        return _places(self.language).get(name, name)
