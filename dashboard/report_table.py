"""The whole table inside the page, packed so that thousands of rows stay small, and safe to stand in HTML."""

import json
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from dashboard.report_data import TEXT_COLUMNS, Row, ScenarioCard
from dashboard.words import Words

_NUMBERS: Final = (
    "base",
    "value",
    "difference",
    "low",
    "high",
    "relative",
    "relative_low",
    "relative_high",
    "range_low",
    "range_high",
    "pairs",
)
_FAMILY: Final = {
    "outcome": "outcome",
    "incident_type": "incident",
    "gender": "gender",
    "time_band": "band",
    "zone_kind": "kind",
    "unit": "unit_name",
}
_DIGITS: Final = 5


def _short(value: float | int | None) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.{_DIGITS}g}")


def table_data(rows: Sequence[Row], scenarios: tuple[ScenarioCard, ...], words: Words) -> Markup:
    """Return the rows as JSON that cannot end the script element it stands in.

    Keys are numbered per column; the words of each number stand once in ``labels``.
    """
    titles = {card.name: card.title for card in scenarios}
    seen: list[dict[str, int]] = [{} for _ in TEXT_COLUMNS]
    packed = []
    for row in rows:
        keys = [found.setdefault(getattr(row, key), len(found)) for key, found in zip(TEXT_COLUMNS, seen, strict=True)]
        packed.append([*keys, *(_short(getattr(row, name)) for name in _NUMBERS)])
    labels = [
        [
            titles.get(word, word) if key == "scenario" else words.name(_FAMILY[key], word) if word else ""
            for word in found
        ]
        for key, found in zip(TEXT_COLUMNS, seen, strict=True)
    ]
    body = {
        "keys": [list(found) for found in seen],
        "labels": labels,
        "rows": packed,
        "language": words.language,
        "words": {key: words(f"table.{key}") for key in ("all", "shown", "more", "empty")},
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark, code in (
        ("&", "\\u0026"),
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(mark, code)
    return Markup(text)
