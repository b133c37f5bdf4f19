"""The balance of a scenario in words: one label and one sentence a row, in English and Dutch."""

import math
from dataclasses import asdict
from typing import Any, Final

from scenarios.balance import Balance, Estimate, Price
from scenarios.compare import DAYS_A_YEAR
from scenarios.looks import FEWEST_PAIRS
from scenarios.words import LANGUAGES, Heading, Language, Writer, number, texts

Row = tuple[str, dict[str, str], dict[str, str]]  # key, label and text by language
_SIGNIFICANT: Final = 2


def euros(value: float, language: Language) -> str:
    """Return an amount with two significant digits: ``330,000``; cents below ten euros."""
    if not math.isfinite(value):
        return ""
    if 0 < abs(value) < 10:
        return number(value, 2, language)
    digits = len(str(int(abs(value)))) - _SIGNIFICANT
    return number(round(value, -max(digits, 0)), 0, language)


def _change(found: Estimate, heading: Heading, language: Language, per: float = 1.0) -> str:
    """Return the interval of a change in words: "0.02 to 0.13 points higher"."""
    book = texts(language)["balance"]
    low, middle, high = (x * per for x in (found.low, found.difference, found.high))
    if found.difference == 0 and found.low == found.high == 0:
        return str(book["same"])
    if not (math.isfinite(low) and math.isfinite(high)):
        return str(book["few"])
    half = (high - low) / 2
    writer = Writer(heading, half if half > 0 else abs(middle) / 10, language)
    return writer.span(low, high, middle)


def _price(price: Price, language: Language) -> str:
    book = texts(language)["balance"]
    if price.reason:
        return str(book["no_price"][price.reason])
    value, low, high = (euros(x, language) for x in (price.value, price.low, price.high))
    return str(book["price"]).format(value=value, low=low, high=high)


def _cost(balance: Balance, language: Language) -> str:
    cost = balance.cost
    if cost.high == 0:
        return str(texts(language)["balance"]["no_price"]["free"])
    value, low, high = (euros(x, language) for x in (cost.value, cost.low, cost.high))
    return str(texts(language)["balance"]["price"]).format(value=value, low=low, high=high)


def _worst(balance: Balance, language: Language) -> str:
    book = texts(language)["balance"]

    def name(gender: str, band: str) -> str:
        return str(book["group"]).format(who=book["who"][gender], band=book["bands"].get(band, band))

    worst, after = balance.worst, balance.worst_after
    said = str(book["worst"]).format(
        group=name(worst.gender, worst.time_band),
        base=number(worst.score.base, 2, language),
        change=_change(worst.score, "score", language),
    )
    if (worst.gender, worst.time_band) == (after.gender, after.time_band):
        return said
    group, value = name(after.gender, after.time_band), number(after.score.value, 2, language)
    return said + " " + str(book["worst_after"]).format(group=group, value=value)


def _felt(balance: Balance, language: Language) -> str:
    book = texts(language)["balance"]
    if balance.pairs < FEWEST_PAIRS:
        return str(book["few"])
    parts = []
    for corner in ("comfort", "reverse"):
        kinds = [book["kinds"].get(kind, kind) for kind, which in balance.felt if which == corner]
        if kinds:
            parts.append(str(book[corner]).format(kinds=", ".join(kinds)))
    if balance.comfort_open:
        parts.append(str(book["comfort_open"]))
    return " ".join(parts) or str(book["no_comfort"])


def _moved(balance: Balance, language: Language) -> str:
    """Return what moves inside (to kinds of place that no measure names) and outside the station."""
    book = texts(language)["balance"]
    inside = str(book["everywhere"])
    if balance.elsewhere is not None:
        inside = str(book["inside"]).format(change=_change(balance.elsewhere, "amount", language, DAYS_A_YEAR))
    outside = str(book["outside"]).format(change=_change(balance.displaced, "amount", language, DAYS_A_YEAR))
    return f"{inside} {outside}"


def _learned(balance: Balance, language: Language) -> str:
    book = texts(language)["balance"]
    changes = {
        name: _change(getattr(balance, name), "amount", language, DAYS_A_YEAR)
        for name in ("incidents", "recorded", "reported")
    }
    said = str(book["learned"]).format(**changes)
    more = balance.reported.higher and not balance.incidents.higher
    return f"{said} {texts(language)['sentences']['W14']}" if more else said


def balance_rows(balance: Balance) -> list[Row]:
    """Return the rows of a balance: key, label and text by language."""
    write = {
        "cost": _cost,
        "per_incident": lambda b, language: _price(b.per_incident, language),
        "per_tenth": lambda b, language: _price(b.per_tenth, language),
        "gap": lambda b, language: _change(b.gap, "gap", language),
        "worst": _worst,
        "felt": _felt,
        "moved": _moved,
        "avoided": lambda b, language: _change(b.avoided, "amount", language, DAYS_A_YEAR),
        "learned": _learned,
    }
    return [
        (
            key,
            {language: str(texts(language)["balance"]["labels"][key]) for language in LANGUAGES},
            {language: text(balance, language) for language in LANGUAGES},
        )
        for key, text in write.items()
    ]


def balance_record(balance: Balance) -> dict[str, Any]:
    """Return a balance as plain values; undefined figures are None. Counts are a day, money is a year."""
    return {key: _plain(value) for key, value in asdict(balance).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value



