"""What measures cost: unit costs and their ranges out of the parameter table, per year by annuity.

Source: science.md 8 (unit costs x 0.5 to 2, 4% interest, 15 years, electronics 8 years).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from model.parameters import Parameters

DAYS_A_YEAR: Final = 365
SECONDS_AN_HOUR: Final = 3600
Life = Literal["built", "electronics", "campaign"]
LIFE_NAMES: Final[dict[Life, str]] = {
    "built": "cost_life_years",
    "electronics": "cost_life_electronics_years",
    "campaign": "cost_life_campaign_years",
}


@dataclass(frozen=True, slots=True)
class Range:
    """A number with its low and high end, in EUR or EUR per year."""

    value: float
    low: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        return Range(self.value + other.value, self.low + other.low, self.high + other.high)

    def times(self, factor: float) -> "Range":
        """Return all three numbers times a factor of at least 0."""
        return Range(self.value * factor, self.low * factor, self.high * factor)


NOTHING: Final = Range(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one measure costs.

    Attributes:
        once: paid at the start, EUR.
        yearly: paid every year, EUR per year, without the annuity of ``once``.
        life: how long that which is paid once lasts.
        items: what was counted, for the reader (``("lamps", 132)``).
        staff_hours: work per year that it takes.
    """

    once: Range = NOTHING
    yearly: Range = NOTHING
    life: Life = "built"
    items: tuple[tuple[str, float], ...] = ()
    staff_hours: float = 0.0

    def per_year(self, parameters: Parameters) -> Range:
        """Return EUR per year: the annuity of ``once`` plus ``yearly``.

        The low end joins low prices, low interest and a long life; the high end the opposite. Ends of
        several prices move together, so that the range is rather too wide than too narrow.
        """
        interest, life = price(parameters, "cost_interest"), price(parameters, LIFE_NAMES[self.life])
        spread = Range(
            self.once.value * annuity(interest.value, life.value),
            self.once.low * annuity(interest.low, life.high),
            self.once.high * annuity(interest.high, life.low),
        )
        return spread + self.yearly


def annuity(interest: float, years: float) -> float:
    """Return the yearly payment per euro that is borrowed at ``interest`` (0.04) for ``years``."""
    return interest / (1 - (1 + interest) ** -years) if interest > 0 else 1 / years


def price(parameters: Parameters, name: str) -> Range:
    """Return one unit cost with its range: the value in use, the low and high of the table."""
    row = next(row for row in parameters.rows if row.name == name)
    return Range(parameters[name], min(row.low, parameters[name]), max(row.high, parameters[name]))


def hours_a_year(start_s: int, end_s: int) -> float:
    """Return the hours per year of something done every day from ``start_s`` to ``end_s``."""
    return (end_s - start_s) / SECONDS_AN_HOUR * DAYS_A_YEAR


def total(ranges: Iterable[Range]) -> Range:
    """Return the sum; ends added to ends."""
    result = NOTHING
    for one in ranges:
        result = result + one
    return result
