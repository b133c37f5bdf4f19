"""What is wrong with a file, told so that its maker can put it right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

SHOWN_CHARACTERS = 60
_NOT_OF_KIND: Final = {
    "string_type": "no text",
    "int_type": "no whole number",
    "int_from_float": "no whole number",
    "float_type": "no number",
    "finite_number": "no finite number",
    "bool_type": "neither true nor false",
    "list_type": "no list",
    "tuple_type": "no list",
    "dict_type": "no set of fields",
    "model_type": "no set of fields",
}
_OUT_OF_REACH: Final = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_TOO_LONG: Final = {
    "string_too_short": ("at least", "min_length", "characters"),
    "string_too_long": ("at most", "max_length", "characters"),
    "too_long": ("at most", "max_length", "entries"),
}


class StudyError(RuntimeError):
    """A study that cannot go on: the disk refuses results, or nothing at all can be run."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        file: the file, as the user named its folder.
        where: ``line 12``, ``lamp lamp-3`` or empty when the whole file is meant.
        field: name of the field or column, empty when none is to blame.
        message: what is wrong.
        remedy: what would be right; the nearest valid word where there is one.
    """

    file: str
    where: str
    field: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.where, self.field) if part)
        return f"{place}: {self.message}" + (f" ({self.remedy})" if self.remedy else "")


class StationFileError(ValueError):
    """A file that cannot be used; ``faults`` holds everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: list[Fault] = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def shown(value: object) -> str:
    """Return a short, printable form of a value out of a file."""
    text = str(value) if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "?" for c in text[: 4 * SHOWN_CHARACTERS])
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def nearest(word: object, words: Iterable[str]) -> str:
    """Return ``did you mean "lamp"?`` with the nearest of the valid words, and a list of them when short."""
    valid = sorted(set(words))
    close = get_close_matches(str(word)[:SHOWN_CHARACTERS], valid, n=1, cutoff=0.5)
    parts = [f'did you mean "{close[0]}"?'] if close else []
    if valid and len(", ".join(valid)) <= 2 * SHOWN_CHARACTERS + SHOWN_CHARACTERS:
        parts.append("valid: " + ", ".join(valid))
    return " ".join(parts)


def faults_of(
    error: ValidationError,
    model: type[BaseModel],
    *,
    file: str,
    where: str = "",
    lines: Mapping[tuple[str | int, ...], int] | None = None,
) -> list[Fault]:
    """Turn the errors of a pydantic model into faults.

    Args:
        error: what pydantic raised.
        model: the model that was asked for; its field descriptions become remedies.
        file: name of the file.
        where: where the object stands, when ``lines`` does not tell.
        lines: line number of each path of a YAML file.
    """
    return [_fault(dict(item), model, file, where, lines or {}) for item in error.errors(include_url=False)]


def _fault(
    item: dict[str, Any],
    model: type[BaseModel],
    file: str,
    where: str,
    lines: Mapping[tuple[str | int, ...], int],
) -> Fault:
    path: tuple[str | int, ...] = tuple(item["loc"])
    owner, description = _described(model, path)
    field = ".".join(shown(part) for part in path)
    kind = str(item["type"])
    if kind == "extra_forbidden":
        message = "unknown field"
        remedy = nearest(path[-1], _names(owner))
    elif kind == "missing":
        message, remedy = "is missing", description
    elif kind == "literal_error":
        message = f'"{shown(item["input"])}" is not a known word'
        remedy = nearest(item["input"], _words(str(item.get("ctx", {}).get("expected", ""))))
    elif kind == "value_error":
        message = str(item["msg"]).removeprefix("Value error, ")
        remedy = description
    elif kind == "too_short":
        least = item.get("ctx", {}).get("min_length")
        message, remedy = f"needs at least {least} of them" if item["input"] else "is empty", description
    else:
        message, remedy = _plain(kind, item), description
    line = _line(path, lines)
    return Fault(file, f"line {line}" if line else where, field, message, remedy)


def _plain(kind: str, item: Mapping[str, Any]) -> str:
    """Return a fault of form in words that a maker of files knows; one without such words as the reader gives it."""
    told = shown(item["input"])
    if kind == "string_too_short" and not item["input"]:
        return "is empty"
    if kind in _NOT_OF_KIND:
        return f'"{told}" is {_NOT_OF_KIND[kind]}'
    if kind in _OUT_OF_REACH:
        ask, name = _OUT_OF_REACH[kind]
        limit = item["ctx"][name]
        return f"must be {ask} {f'{limit:,.12g}' if isinstance(limit, int | float) else limit}, not {told}"
    if kind in _TOO_LONG:
        ask, limit, what = _TOO_LONG[kind]
        return f"must have {ask} {item['ctx'][limit]} {what}"
    if kind == "string_pattern_mismatch":
        return f'"{told}" is not in the form that is asked'
    text = str(item["msg"])
    return f"{text[:1].lower()}{text[1:]}, got {told}"


def _line(path: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> int:
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 0)


def _words(expected: str) -> list[str]:
    """Read the words out of pydantic's ``'a', 'b' or 'c'``."""
    return [part for part in expected.split("'") if part.strip() not in ("", ",", "or")]


def _names(model: type[BaseModel] | None) -> list[str]:
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _described(model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[type[BaseModel] | None, str]:
    """Follow a path into a model: the model that owns its last part, and that part's description."""
    owner: type[BaseModel] | None = model
    current: type[BaseModel] | None = model
    description = ""
    for part in path:
        if isinstance(part, int) or current is None:
            continue
        owner = current
        found = None
        for name, field in owner.model_fields.items():
            if part in (name, field.alias):
                found = field
        if found is None:
            return owner, ""
        description = found.description or ""
        current = _inner(found.annotation)
    return owner, description


def _inner(annotation: object) -> type[BaseModel] | None:
    """Find the model in ``Model``, ``list[Model]`` or ``Model | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if (model := _inner(part)) is not None:
            return model
    return None
