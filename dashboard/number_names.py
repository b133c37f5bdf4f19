"""What the numbers of the model are called on a page; a number without a name of its own keeps the one of its table."""

from typing import Final

from dashboard.words import Words

_FEEL: Final = "feel_"
_WHOSE: Final = ("_woman", "_man")


def number_name(name: str, words: Words) -> str:
    """Return one number in words: ``feel_light_woman`` is "feeling: light, women"."""
    if words.has(f"number.{name}"):
        return words(f"number.{name}")
    if name.startswith(_FEEL):
        whose = next((end for end in _WHOSE if name.endswith(end)), "")
        key = f"number.feel.{name.removeprefix(_FEEL).removesuffix(whose)}"
        if words.has(key):
            return words(key) + (f", {words.name('gender', whose[1:]).lower()}" if whose else "")
    return words.name("number.group", name)


def capital(text: str) -> str:
    """Return a text with a capital, as the first word of a sentence."""
    return text[:1].upper() + text[1:]
