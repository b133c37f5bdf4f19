"""Colours and their steps: a colour has one meaning everywhere, and a step can be read off a legend.

Source: the light half of the product's colour table; every text colour has at least 4.5:1 on paper.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PAPER: Final = "#ffffff"
GROUND: Final = "#f5f6f4"
HAIRLINE: Final = "#dfe3e2"
INK: Final = "#16262b"
INK_SECOND: Final = "#45565b"
INK_THIRD: Final = "#5f6f73"
ACCENT: Final = "#0b6275"
TINT: Final = "#e3eff1"
BETTER: Final = ACCENT
WORSE: Final = "#99390f"
BASE: Final = "#5f6f73"
BLACK: Final = "#000000"
ENOUGH_CONTRAST: Final = 4.5
CAUTION: Final = "#8a4b06"
CAUTION_GROUND: Final = "#fcf1e4"
WALL: Final = "#4a5a5f"
WOMAN: Final = "#5b3a8e"  # also the round of a patrol
HATCH: Final = "#c3cbcb"  # floor without a value is hatched, so that it is no step of any scale

GENDER_COLOUR: Final = {"woman": WOMAN, "man": "#9a6a00", "all": INK, "other": INK_SECOND}
DIVERGING: Final = ("#8f3511", "#c8713f", "#ecc3a3", "#eef0ec", "#a9cfd3", "#4b97a4", "#0b5566")


@dataclass(frozen=True, slots=True)
class Steps:
    """A stepped scale: class i holds values from breaks[i-1] up to, not including, breaks[i].

    Attributes:
        breaks: ascending class limits, one fewer than colours.
        colours: hex colours, lowest class first.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.colours) != len(self.breaks) + 1:
            raise ValueError(f"{len(self.breaks)} breaks need {len(self.breaks) + 1} colours")
        if list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError("breaks must ascend")

    def index(self, value: float) -> int:
        """Return the number of the class that holds a value."""
        return bisect_right(self.breaks, value)

    def colour(self, value: float) -> str:
        """Return the colour of a value."""
        return self.colours[self.index(value)]

    def signed_colour(self, value: float) -> str:
        """Return the colour of a difference that is shown not to be zero: at least the mildest of its side."""
        middle = len(self.colours) // 2
        class_ = self.index(value)
        return self.colours[class_ if class_ != middle else middle + (1 if value > 0 else -1)]


LIGHT_LX: Final = Steps(
    (2, 5, 10, 20, 50, 100),
    ("#141d2e", "#33415a", "#5b6676", "#8f8a78", "#c4ab62", "#e8d083", "#fff2c4"),
)
SCORE: Final = Steps(
    (4.5, 5, 5.5, 6, 6.5, 7, 7.5),
    ("#241b3a", "#33395f", "#35587f", "#3b7a93", "#5fa09f", "#93c4ac", "#c4e2c3", "#e6f3da"),
)
INCIDENT_COLOURS: Final = ("#fbf1e6", "#f3cfa8", "#e39a5f", "#c4622d", "#8e3b14", "#571f07")
DENSITY_COLOURS: Final = ("#eef2f4", "#d0dce2", "#a8bfca", "#7c9db0", "#517a92", "#2b566f")


def diverging(inner: float, middle: float, outer: float, better_is_up: bool = True) -> Steps:
    """Return seven steps, symmetric about zero; rust is worse and petrol better, whatever the sign.

    Args:
        inner: half the width of the middle class, in the unit of the difference.
        middle: the next limit on either side.
        outer: the last limit on either side.
        better_is_up: False where less is better, such as incidents.
    """
    colours = DIVERGING if better_is_up else DIVERGING[::-1]
    return Steps((-outer, -middle, -inner, inner, middle, outer), colours)


SCORE_DIFFERENCE: Final = diverging(0.15, 0.3, 0.6)


def nice_breaks(top: float, count: int) -> tuple[float, ...]:
    """Return ``count`` ascending limits of the 1-2-5 series, of which the last is at most ``top``.

    Used where the size of a field is not known beforehand (density, incidents), so that both arms of a
    comparison share one scale made from their joint top.
    """
    if top <= 0.0:
        top = 1.0
    series: list[float] = []
    exponent = 12
    while len(series) < count:
        for lead in (5.0, 2.0, 1.0):
            limit = float(f"{lead}e{exponent}")
            if limit <= top and len(series) < count:
                series.append(limit)
        exponent -= 1
    return tuple(series[::-1])


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of a ``#rrggbb`` colour."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2, 0 to 1."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """Return the text colour that reads on a fill: ink or paper, black where both fall short of 4.5:1."""
    best = max((INK, PAPER), key=lambda ink: contrast(ink, fill))
    return best if contrast(best, fill) >= ENOUGH_CONTRAST else BLACK


def extent(values: Sequence[float]) -> tuple[float, float]:
    """Return the smallest and the largest of the values, (0, 0) of none."""
    return (min(values), max(values)) if values else (0.0, 0.0)
