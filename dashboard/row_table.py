"""The table of a stored study: its rows are made when they are asked for, one scenario at a time.

A study of a dozen scenarios has 160,000 rows, of which a page reads a few hundred.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from dashboard.report_data import NUMBER_COLUMNS, TEXT_COLUMNS, Row

_START: Final = "rows_"


def row_arrays(rows: Sequence[Row]) -> tuple[dict[str, NDArray[Any]], dict[str, list[str]]]:
    """Return a table as arrays, (rows,) each, numbers of words for the labels and floats for figures; and the words."""
    arrays: dict[str, NDArray[Any]] = {f"{_START}pairs": np.array([r.pairs for r in rows], np.int32)}
    words: dict[str, list[str]] = {}
    for key in TEXT_COLUMNS:
        found: dict[str, int] = {}
        numbers = [found.setdefault(getattr(r, key), len(found)) for r in rows]
        arrays[f"{_START}{key}"], words[key] = np.array(numbers, np.uint16), list(found)
    for name in NUMBER_COLUMNS:
        values = [np.nan if (x := getattr(r, name)) is None else x for r in rows]
        arrays[f"{_START}{name}"] = np.array(values, np.float32)
    return arrays, words


class RowTable(Sequence[Row]):
    """Rows of ``compare.csv``.

    Args:
        arrays: as ``row_arrays`` gives them, among others.  words: of the labels, by column.

    Raises:
        KeyError, IndexError, TypeError: columns or words are missing.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], words: Mapping[str, Sequence[str]]) -> None:
        self._arrays = {name: arrays[f"{_START}{name}"] for name in (*TEXT_COLUMNS, *NUMBER_COLUMNS, "pairs")}
        self._words = {key: list(words[key]) for key in TEXT_COLUMNS}
        for key in TEXT_COLUMNS:
            if len(self._arrays[key]) and int(self._arrays[key].max()) >= len(self._words[key]):
                raise IndexError(f"{key} has more numbers than words")
        if len({len(array) for array in self._arrays.values()}) != 1:
            raise IndexError("columns differ in length")
        self._made: dict[str, tuple[Row, ...]] = {}

    def of(self, scenario: str) -> tuple[Row, ...]:
        """Return the rows of a scenario; they are kept."""
        if scenario not in self._made:
            known = self._words["scenario"]
            number = known.index(scenario) if scenario in known else -1
            self._made[scenario] = self._rows(np.flatnonzero(self._arrays["scenario"] == number))
        return self._made[scenario]

    def _rows(self, at: NDArray[np.intp]) -> tuple[Row, ...]:
        columns: dict[str, list[Any]] = {"pairs": self._arrays["pairs"][at].tolist()}
        for key, words in self._words.items():
            columns[key] = [words[i] for i in self._arrays[key][at].tolist()]
        for name in NUMBER_COLUMNS:
            column = self._arrays[name][at].astype(np.float64)
            known = np.isfinite(column).tolist()
            columns[name] = [x if ok else None for x, ok in zip(column.tolist(), known, strict=True)]
        in_order = [columns[f.name] for f in fields(Row)]
        return tuple(Row(*values) for values in zip(*in_order, strict=True))

    def __len__(self) -> int:
        return len(self._arrays["pairs"])

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows(np.arange(len(self))))

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        found = self._rows(np.atleast_1d(np.arange(len(self))[at]))
        return found if isinstance(at, slice) else found[0]
