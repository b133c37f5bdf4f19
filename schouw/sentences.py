"""What the command says: sentences of ``schouw/texts``, in English and Dutch."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from scenarios.words import Language

TEXTS: Final = Path(__file__).parent / "texts"


@cache
def sentences(language: Language) -> dict[str, str]:
    """Return all sentences of a language by name."""
    return dict(json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8")))


def say(name: str, language: Language, **values: object) -> str:
    """Return a sentence with its values filled in; that of ``name.one`` where it counts a single thing.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """
    known = sentences(language)
    single = 1 in (values.get(count) for count in ("n", "days", "draws", "weeks"))
    return (known.get(f"{name}.one", known[name]) if single else known[name]).format(**values)
