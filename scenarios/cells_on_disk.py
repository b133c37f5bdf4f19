"""Cells of many days out of memory: a study of a thousand days holds one day at a time, not all of them."""

import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

import numpy as np

from scenarios.cells import DayCells
from scenarios.work import Task


class CellFile:
    """Keeps cells in a temporary file that goes when the study does; a day is read in a fraction of a millisecond."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[Task, tuple[int, int, tuple[str, ...], float]] = {}

    def __contains__(self, task: Task) -> bool:
        return task in self._places

    def put(self, task: Task, cells: DayCells) -> None:
        """Keep the cells of a day.

        Raises:
            OSError: the disk is full.
        """
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the study
            weakref.finalize(self, self._file.close)
        place = self._file.seek(0, 2)
        self._file.write(np.concatenate([cells.total, cells.weight]).astype(np.float64).tobytes())
        self._places[task] = (place, len(cells.total), cells.zone_kinds, cells.outside)

    def get(self, task: Task) -> DayCells:
        """Return the cells of a day, bit for bit.

        Raises:
            KeyError: they were never put there.
        """
        place, count, kinds, outside = self._places[task]
        assert self._file is not None
        self._file.seek(place)
        both = np.frombuffer(self._file.read(2 * count * np.dtype(np.float64).itemsize), np.float64)
        return DayCells(kinds, both[:count], both[count:], outside)


class OnDisk[T](Mapping[int, T]):
    """What is known by number (days of an arm, draws), read anew whenever it is asked for."""

    def __init__(self, numbers: Sequence[int], read: Callable[[int], T]) -> None:
        self._numbers = dict.fromkeys(numbers)
        self._read = read

    def __getitem__(self, number: int) -> T:
        if number not in self._numbers:
            raise KeyError(number)
        return self._read(number)

    def __contains__(self, number: Any) -> bool:
        return number in self._numbers

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
