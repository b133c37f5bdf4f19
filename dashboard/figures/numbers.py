"""Numbers, dates and clock times as a Dutch or an English reader writes them.

Rules: U+2212 as minus, no-break space before a unit, an en dash between positive ends and the word "to"
as soon as one end is negative, and nothing that is not zero is printed as zero.
"""

import math
from datetime import date
from typing import Final, Literal

from babel.dates import format_date

Language = Literal["en", "nl"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "nl")

MINUS: Final = "\u2212"
DASH: Final = "\u2013"
NO_BREAK: Final = "\u00a0"
PER_CENT: Final = "%"
_MARKS: Final = {"en": (".", ","), "nl": (",", ".")}
_TO: Final = {"en": "to", "nl": "tot"}
_MOST_DIGITS: Final = 4
_FINEST: Final = 6
_COUNT: Final = 2  # digits of a range of prices whose ends lie a factor of four apart
_MILLION: Final = 1e6
_MILLIONS: Final = {"en": "m", "nl": "mln"}


def digits_that_show(value: float, digits: int) -> int:
    """Return ``digits``, or as many more as keep a value that is not zero from being printed as zero."""
    shown = digits
    while value != 0.0 and shown < digits + _MOST_DIGITS and round(abs(value), shown) == 0.0:
        shown += 1
    return shown


def decimal(value: float, digits: int, language: Language, *, sign: bool = False) -> str:
    """Return a number with a fixed number of decimals and marks of the language.

    Args:
        value: the number; infinite and undefined ones are refused.
        digits: decimals; one or more are added where the number would else be printed as zero.
        language: ``en`` or ``nl``.
        sign: also write the plus of a positive number.

    Raises:
        ValueError: the number is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"not a number to print: {value}")
    point, thousands = _MARKS[language]
    body = f"{abs(value):,.{digits_that_show(value, digits)}f}"
    body = body.replace(",", "\0").replace(".", point).replace("\0", thousands)
    if value < 0 and any(c in "123456789" for c in body):
        return MINUS + body
    return ("+" if sign and value > 0 else "") + body


def interval(low: float, high: float, digits: int, language: Language, unit: str = "") -> str:
    """Return ``6.4–6.8`` or, with a negative end, ``−0.1 to 0.2``; the unit follows once."""
    first, last = decimal(low, digits, language), decimal(high, digits, language)
    if first == last:
        return first + unit
    if low < 0.0 or high < 0.0:
        return f"{first}{NO_BREAK}{_TO[language]}{NO_BREAK}{last}{unit}"
    return f"{first}{DASH}{last}{unit}"


def spread(low: float, high: float, digits: int, language: Language, unit: str = "") -> str:
    """Return the two ends joined by the word "to", for running text: ``6.4 to 6.8``."""
    first, last = decimal(low, digits, language), decimal(high, digits, language)
    return first + unit if first == last else f"{first}{NO_BREAK}{_TO[language]}{NO_BREAK}{last}{unit}"


def percent(fraction: float, language: Language, *, sign: bool = False) -> str:
    """Return a fraction as whole percents: ``+22%``."""
    return decimal(100.0 * fraction, 0, language, sign=sign) + PER_CENT


def money(euros: float, language: Language) -> str:
    """Return an amount to the nearest thousand euros: ``€ 412,000``."""
    step = 1000.0 if abs(euros) >= 1000.0 else 1.0
    return f"€{NO_BREAK}{decimal(round(euros / step) * step, 0, language)}"


def digits_of_width(width: float) -> int:
    """Return the decimals, at most six, that give a width two digits before or behind the point; 1 where it is 0."""
    digits, width = 0, width or 1.0
    while width < 10 and digits < _FINEST:
        width, digits = width * 10, digits + 1
    return digits


def rounded(value: float, digits: int) -> float:
    """Return a number with so many digits that count: 12,263,000 with two is 12,000,000."""
    return float(f"{value:.{max(0, digits - 1)}e}")


def money_span(low: float, high: float, language: Language) -> str:
    """Return a range of amounts in two digits that count, as the commands do: ``€ 12,000–20,000``."""
    first, last = (money(rounded(end, _COUNT), language) for end in (low, high))
    return first if first == last else f"{first}{DASH}{last.removeprefix('€' + NO_BREAK)}"


def money_short_span(low: float, high: float, language: Language) -> str:
    """Return a wide range of amounts in two digits that count, in millions where one is: ``€ 0.5–10 m``."""
    ends = (rounded(low, _COUNT), rounded(high, _COUNT))
    if max(ends) < _MILLION:
        return money_span(*ends, language)
    first, last = (decimal(end / _MILLION, 1 if end < 10 * _MILLION else 0, language) for end in ends)
    span = first if first == last else f"{first}{DASH}{last}"
    return f"€{NO_BREAK}{span}{NO_BREAK}{_MILLIONS[language]}"


def clock(seconds: float, language: Language) -> str:
    """Return a time of the service day; 90,000 s is 01:00 of the next morning."""
    minutes = round(seconds / 60.0) % (24 * 60)
    mark = ":" if language == "en" else "."
    return f"{minutes // 60:02d}{mark}{minutes % 60:02d}"


def day_in_full(day: date, language: Language) -> str:
    """Return ``Tuesday 17 November 2026`` or ``dinsdag 17 november 2026``."""
    return str(format_date(day, "EEEE d MMMM y", locale=language))


def digits_for(low: float, high: float) -> int:
    """Return the decimals that give the half-width of an interval two significant digits, 0 to 4."""
    half = abs(high - low) / 2.0
    if half == 0.0 or not math.isfinite(half):
        return 1
    return min(_MOST_DIGITS, max(0, 1 - math.floor(math.log10(half))))
