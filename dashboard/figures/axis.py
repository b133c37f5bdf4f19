"""A straight axis: where a value lies, and which round values are written under it."""

import math
from dataclasses import dataclass

_NO_SPAN = 1e-9  # values nearer than this, against their size, are one value


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``first`` (left or bottom) to ``last`` (right or top); ``last`` may be the smaller."""

    first: float
    last: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Return where a value lies, 0 to 1; what falls outside is put on the nearer end."""
        return min(1.0, max(0.0, (value - self.first) / (self.last - self.first)))


def nice_step(span: float, steps: int) -> float:
    """Return the step of 1, 2 or 5 times a power of ten that cuts a span in at most ``steps``."""
    if span <= 0.0:
        return 1.0
    rough = span / steps
    power = 10.0 ** math.floor(math.log10(rough))
    for lead in (1.0, 2.0, 5.0, 10.0):
        if lead * power >= rough * (1 - 1e-9):
            return float(lead * power)
    return float(10.0 * power)


def axis_over(values: list[float], steps: int = 5, *, zero: bool = False, reverse: bool = False) -> Axis:
    """Return an axis that holds all values between two round ends.

    Args:
        values: what must fit.
        steps: at most about so many steps.
        zero: zero must lie on the axis.
        reverse: the largest value comes first, so that "less is better" still points to the right.
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < _NO_SPAN * max(1.0, abs(low), abs(high)):
        high = low + 1.0
    step = nice_step(high - low, steps)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(step * k for k in range(first, last + 1))
    ends = (ticks[-1], ticks[0]) if reverse else (ticks[0], ticks[-1])
    return Axis(ends[0], ends[1], ticks)


def decimals_of(ticks: tuple[float, ...]) -> int:
    """Return how many decimals tell the ticks of an axis apart."""
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    return max(0, -math.floor(math.log10(step) + 1e-9))
