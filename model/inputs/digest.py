"""The name of a value by its content: equal values have equal digests, on any machine."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from model.inputs.inputs import Inputs
from model.parameters import Parameters


def digest(value: object) -> str:
    """Return the hexadecimal SHA-256 of a value's canonical JSON.

    Args:
        value: a number, text, date, None, or a frozen dataclass, tuple, list or mapping of such values.

    Raises:
        TypeError: a value of another type, which would have no canonical form.
    """
    if isinstance(value, Inputs):
        return _sha({field.name: _part(getattr(value, field.name)) for field in fields(value)})
    return _part(value)


@lru_cache(maxsize=60)  # the parts of a few scenarios: a study makes thousands
def _remembered(part: Any) -> str:
    return _sha(_plain(part))


def _part(value: object) -> str:
    # a layout holds thousands of pieces and is asked for once per run: remembered by value
    if is_dataclass(value) and isinstance(value, Hashable):
        return _remembered(value)
    return _sha(_plain(value))


def _sha(plain: Any) -> str:
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> Any:
    kind = type(value)
    if kind is float:  # most of a layout, and first for that
        return _number(value)  # type: ignore[arg-type]
    if kind is str:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]  # type: ignore[attr-defined]
    if isinstance(value, Parameters):
        return ["Parameters", value.digest]
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, {f.name: _plain(getattr(value, f.name)) for f in fields(value)}]
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float):
        return _number(value)
    raise TypeError(f"a {type(value).__name__} has no canonical form")


def _number(value: float) -> int | str:
    # values that compare equal (1, 1.0, True; 0.0, -0.0) must be spelled alike; hex is exact
    return int(value) if value.is_integer() else value.hex()
