"""The numbers of the model: a typed, frozen face of ``parameters.csv``.

Nothing in the model carries a number of its own: it reads ``parameters.<name>``. A parameter is an
uncertainty with a range, evidence and a source, never a measure that somebody could take.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.results import INCIDENT_TYPES

TABLE: Final = Path(__file__).with_name("parameters.csv")
COLUMNS: Final = ("name", "value", "unit", "low", "high", "shape", "evidence", "source", "used_by", "note")
SHAPES: Final = ("fixed", "uniform", "loguniform", "normal", "lognormal")
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        name: snake case, family first, unit suffix where it has one.
        value: the default.
        unit: ``-`` when it has none.
        low, high: hard ends of the range that draws come from.
        shape: ``fixed``; ``uniform`` and ``loguniform`` over the range; ``normal`` and ``lognormal`` around
            the value, cut at the range, whose wider half is two standard deviations (of the logarithm).
        evidence: S published, R recalled from the literature, B letters to Parliament, P prototype or
            derivation, A assumption; several are separated by ``;``.
        source: keys of ``sources.bib`` separated by ``;``, or ``assumption``, ``prototype``, ``definition``.
        used_by: dotted name of the function that reads it.
        note: what it means, and why it is fixed when the evidence is weak.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    shape: str
    evidence: str
    source: str
    used_by: str
    note: str

    def quantile(self, u: float) -> float:
        """Return the value below which a share ``u`` (0 to 1) of the draws lies, in the row's unit."""
        if self.shape == "fixed":
            return self.value
        if self.shape in ("loguniform", "lognormal"):
            log = _quantile(
                self.shape.removeprefix("log"),
                math.log(self.value),
                math.log(self.low),
                math.log(self.high),
                u,
            )
            drawn = math.exp(log)
        else:
            drawn = _quantile(self.shape, self.value, self.low, self.high, u)
        return min(max(drawn, self.low), self.high)


def _quantile(shape: str, value: float, low: float, high: float, u: float) -> float:
    if shape == "uniform":
        return low + u * (high - low)
    sd = max(high - value, value - low) / 2
    bottom = _NORMAL.cdf((low - value) / sd)
    share = bottom + u * (_NORMAL.cdf((high - value) / sd) - bottom)
    return value + sd * _NORMAL.inv_cdf(share)


def read_table(path: Path = TABLE) -> tuple[Row, ...]:
    """Read a parameter table.

    Raises:
        ValueError: a line does not fit; the message names file, line and field.
    """
    rows: list[Row] = []
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: columns must be {', '.join(COLUMNS)}")
        for line in reader:
            where = f"{path.name} line {reader.line_num}"
            rows.append(_row(line, where))
    names = [row.name for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{path.name}: more than one row for {', '.join(twice)}")
    return tuple(rows)


def _row(line: dict[str, str], where: str) -> Row:
    if None in line or None in line.values():
        raise ValueError(f"{where}: must have {len(COLUMNS)} fields")
    numbers: dict[str, float] = {}
    for field in ("value", "low", "high"):
        try:
            numbers[field] = float(line[field])
        except ValueError:
            raise ValueError(f"{where}: {field} is no number: {line[field]!r}") from None
    texts = {field: line[field].strip() for field in COLUMNS if field not in numbers}
    row = Row(**texts, **numbers)  # type: ignore[arg-type]
    if row.shape not in SHAPES:
        raise ValueError(f"{where}: unknown shape {row.shape!r}; nearest is {_nearest(row.shape, SHAPES)!r}")
    if not row.low <= row.value <= row.high:
        raise ValueError(f"{where}: {row.name} must have low <= value <= high")
    if row.shape != "fixed" and not row.low < row.high:
        raise ValueError(f"{where}: {row.name} is {row.shape} but has no range")
    if row.shape.startswith("log") and row.low <= 0:
        raise ValueError(f"{where}: {row.name} is {row.shape}, so low must be above 0")
    return row


def _nearest(word: str, words: Sequence[str]) -> str:
    return get_close_matches(word, words, n=1, cutoff=0)[0]


@lru_cache(maxsize=1)
def _table() -> tuple[Row, ...]:
    return read_table()


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    return {row.name: place for place, row in enumerate(_table())}


def _place(name: str) -> int:
    place = _places().get(name)
    if place is None:
        raise KeyError(f"no parameter {name!r}; nearest is {_nearest(name, tuple(_places()))!r}")
    return place


@dataclass(frozen=True, slots=True)
class Parameters:
    """All numbers of the model, read as attributes: ``parameters.light_e50_lx``.

    Frozen, hashable, compared by value. Attributes:
        values: one number per row of the table, in the order of the table.
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(_table()):
            raise ValueError(f"{len(self.values)} values for {len(_table())} parameters")

    @classmethod
    def default(cls) -> "Parameters":
        """Return the values of the table; always the same object."""
        return _default()

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name == "values":  # asked for while copying, before the values are there
            raise AttributeError(name)
        place = _places().get(name)
        if place is None:
            nearest = _nearest(name, tuple(_places()))
            raise AttributeError(f"no parameter {name!r}; nearest is {nearest!r}", name=name, obj=self)
        return self.values[place]

    def __getitem__(self, name: str) -> float:
        """Return one value; KeyError names the nearest valid name."""
        return self.values[_place(name)]

    def __contains__(self, name: object) -> bool:
        return name in _places()

    def replace(self, **values: float) -> Self:
        """Return a copy with some values changed.

        Raises:
            KeyError: an unknown name; the message names the nearest valid one.
            ValueError: a value that is not finite.
        """
        changed = list(self.values)
        for name, value in values.items():
            if not math.isfinite(value):
                raise ValueError(f"parameter {name} must be finite, not {value}")
            changed[_place(name)] = float(value)
        return type(self)(tuple(changed))

    def by_type(self, suffix: str) -> NDArray[np.float64]:
        """Return one family over the incident types.

        Args:
            suffix: ``d_direct`` reads ``theft_d_direct``, ``harassment_contact_d_direct``, ...; with a
                ``{}`` it is a pattern: ``respond_see_{}`` reads ``respond_see_theft``, ...

        Returns:
            Read-only float64 array of shape (6,), in the order of ``INCIDENT_TYPES``.

        Raises:
            KeyError: a type has no such row.
        """
        pattern = suffix if "{}" in suffix else "{}_" + suffix
        array = np.array([self[pattern.format(kind)] for kind in INCIDENT_TYPES], dtype=np.float64)
        array.flags.writeable = False
        return array

    @property
    def rows(self) -> tuple[Row, ...]:
        """The lines of the table, with its defaults, in its order."""
        return _table()

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of all names and values."""
        pairs = zip(_table(), self.values, strict=True)
        return sha256("\n".join(f"{row.name}={value!r}" for row, value in pairs).encode()).hexdigest()

    def uncertain(self) -> tuple[str, ...]:
        """Return the names that are not fixed, in the order of the table."""
        return tuple(row.name for row in _table() if row.shape != "fixed")

    def draw(self, uniforms: Sequence[float]) -> Self:
        """Return a copy in which every uncertain parameter is drawn from its range.

        Args:
            uniforms: one number from 0 to 1 per name of ``uncertain()``, in that order.

        Raises:
            ValueError: a wrong count, or a number outside 0 to 1.
        """
        names = self.uncertain()
        if len(uniforms) != len(names):
            raise ValueError(f"{len(uniforms)} uniforms for {len(names)} uncertain parameters")
        if not all(0 <= u <= 1 for u in uniforms):
            raise ValueError("uniforms must lie from 0 to 1")
        rows = _table()
        drawn = {n: rows[_place(n)].quantile(float(u)) for n, u in zip(names, uniforms, strict=True)}
        return self.replace(**drawn)

    def changed(self) -> dict[str, float]:
        """Return the values that differ from the table, by name."""
        pairs = zip(_table(), self.values, strict=True)
        return {row.name: value for row, value in pairs if value != row.value}


@lru_cache(maxsize=1)
def _default() -> Parameters:
    return Parameters(tuple(row.value for row in _table()))
