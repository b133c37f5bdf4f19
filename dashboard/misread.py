"""What an address asked that cannot be, said to the reader, with what is shown instead and a link that mends it."""

from contextlib import suppress
from typing import Any, Final

from dash import dcc, html

from dashboard.address import LIST_MARK, PLACED, Address
from dashboard.own import JOIN
from dashboard.pages.choices import Choice, choose, station_of, title_of_station
from dashboard.pages.page import Site
from dashboard.words import Words
from scenarios.station_files import station_names

LONGEST: Final = 40  # letters of an address that are said back
# families of words by the key whose values they name
_FAMILIES: Final = {
    "group": "gender", "hours": "band", "layer": "page.layer", "by": "page.place", "who": "page.persona",
    "also": "page.persona", "show": "page.outcome_name",
}  # fmt: skip


def misread_part(address: Address, site: Site) -> list[Any]:
    """Return what is said of an address that was read; call it when the page is drawn. Nothing where all is well."""
    texts, choice, strange = [], choose(address, site.shelf), unknown_station(address)
    if strange:
        station = station_of(address, site.shelf)
        title = title_of_station(station, address.language)
        texts.append(address.words("page.station.unknown", asked=strange, shown=title))
    study = address.chosen.get("study", "")
    unknown = {"station": None} if strange else {}
    if study and choice is None:
        unknown["study"] = None
        texts.append(address.words("page.study.unknown", asked=study[:LONGEST]))
    texts += [_text(key, shown, address, choice) for key, shown in sorted(address.misread.items())]
    if not texts:
        return []
    right = address.with_(**address.misread, **unknown)
    link = dcc.Link(address.words("page.misread.mend"), href=right.href)
    return [html.Div([*(html.P(text) for text in texts), link], className="caution misread", role="status")]


def unknown_station(address: Address) -> str:
    """Return the station of an address that is not here; empty where it is, or where none is asked."""
    asked = address.chosen.get("station", "")
    return "" if asked in station_names() or "study" in address.chosen else asked[:LONGEST]


def _text(key: str, shown: str, address: Address, choice: Choice | None) -> str:
    """Return one thing that was asked, and what is shown instead."""
    words, value = address.words, address.chosen.get(key, "…")
    if key == PLACED and key in address.chosen:
        entries = (set(filter(None, text.split(JOIN))) for text in (value, shown))
        asked, kept = map(len, entries)
        return words("page.misread.own", n=asked - kept)
    asked_text = f"{key}={value}"
    asked_text = asked_text if len(asked_text) <= LONGEST else f"{asked_text[: LONGEST - 1]}…"
    if not shown:
        return words("page.misread.left", asked=asked_text)
    return words("page.misread", asked=asked_text, shown=_named(key, shown, words, choice))


def _named(key: str, shown: str, words: Words, choice: Choice | None) -> str:
    """Return what is shown as a reader says it: names of scenarios and zones, numbers of the language."""
    with suppress(ValueError):
        return f"{float(shown):g}".replace(".", "," if words.language == "nl" else ".")
    names, family = _names(key, words, choice), "kind" if key.startswith("z_") else _FAMILIES.get(key, "")
    return ", ".join(names.get(word, words.name(family, word)) for word in shown.split(LIST_MARK))


def _names(key: str, words: Words, choice: Choice | None) -> dict[str, str]:
    """Return the names of what a key can mean in one study: its scenarios, its zones."""
    if choice is None:
        return {}
    if key in ("start", "goal"):
        return {zone.id: words.place(zone.name) for zone in choice.data.layout.zones}
    return {**choice.titles, "base": words("map.base")} if key in ("s", "under") else {}
