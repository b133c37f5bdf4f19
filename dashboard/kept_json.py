"""JSON files that the page reads again and again: kept as long as the file is the same one."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_HELD: Final = 32


@lru_cache(maxsize=_HELD)
def _made(path: Path, _: int, most: int, make: Callable[[str], Any]) -> Any:
    if path.stat().st_size > most:
        return None
    try:
        return make(path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_kept(path: Path, most: int, make: Callable[[str], Any] = json.loads) -> Any:
    """Return what is made of the text of a file; None where there is none, or it cannot be read.

    Args:
        path: of the file; it is read again when its time has changed.
        most: bytes that it may have.
        make: of its text, a function of a module: raises ValueError, KeyError or TypeError for nonsense.
    """
    try:
        changed = path.stat().st_mtime_ns
        return _made(path, changed, most, make)
    except OSError:
        return None
