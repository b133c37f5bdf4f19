"""How much of the uncertainty of an answer rests on assumptions: a shipped sensitivity analysis and the evidence tags.

The analysis says how far each group of numbers moves the answer (the mean size of its elementary effects, Morris). Its
square stands for the variance that the group brings; within a group each uncertain number counts alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model.parameters import Row

FIXED = "fixed"


@dataclass(frozen=True)
class Part:
    """One group. Attributes: name; share: of the uncertainty; assumed: share of its numbers that are assumptions;
    numbers: how many of it are uncertain."""

    name: str
    share: float
    assumed: float
    numbers: int


def parts_of(said: Mapping[str, Any], rows: tuple[Row, ...], is_assumed: Callable[[Row], bool]) -> tuple[Part, ...]:
    """Return the groups that stand above the noise, the largest share first.

    Args:
        said: one outcome of a sensitivity record: ``indices`` with ``input``, ``value`` and ``shown``.
        rows: the table of parameters; is_assumed: whether a row rests on an assumption.
    """
    found = []
    for one in said["indices"]:
        of = [row for row in rows if row.name.split("_")[0] == one["input"] and row.shape != FIXED]
        if one["shown"] and of:
            found.append((one["input"], float(one["value"]) ** 2, sum(map(is_assumed, of)) / len(of), len(of)))
    whole = sum(weight for _, weight, _, _ in found)
    parts = (Part(name, weight / whole, assumed, n) for name, weight, assumed, n in found if whole > 0.0)
    return tuple(sorted(parts, key=lambda part: -part.share))


def assumed_share(parts: tuple[Part, ...]) -> float:
    """Return the share of the uncertainty that rests on assumptions, 0 to 1."""
    return sum(part.share * part.assumed for part in parts)
