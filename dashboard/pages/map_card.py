"""Base, scenario and difference of one layer, level by level, on one scale."""

from functools import partial
from typing import Final

import numpy as np
from markupsafe import Markup

from dashboard.figures.maps import (
    Legend,
    change_of,
    legend_figure,
    north_figure,
    sheet_figure,
    trio_figure,
    wall_symbols,
)
from dashboard.figures.markup import tag
from dashboard.figures.numbers import percent
from dashboard.figures.sheet import north_on_paper
from dashboard.kept import kept
from dashboard.layers import Layer
from dashboard.pages.choices import Choice, band_name, remembered
from dashboard.pages.compare_cards import source_text
from dashboard.parts import Card, Table
from dashboard.place_layers import cover_layer, trap_layer, zone_incident_layer, zone_score_layer
from dashboard.study_file import StudyFile

LAYERS: Final = ("score", "expected", "light", "density", "cover", "traps")
_OF_HOURS: Final = ("score", "expected")
_MOST_LAYERS: Final = 1
_DETAILED: Final = "after_19"  # the hours of which maps are kept cell by cell


def _by_zone(study: StudyFile, name: str, gender: str, hours: str) -> Layer:
    if name == "cover":
        return cover_layer(study)
    if name == "traps":
        return trap_layer(study)
    return zone_score_layer(study, gender, hours) if name == "score" else zone_incident_layer(study, hours)


def layer_of(choice: Choice, name: str, gender: str, hours: str) -> Layer:
    """Return a layer for a group and hours: by cell after 19:00, by zone in other hours."""
    if name in ("light", "density"):
        return choice.layer(name)
    if name in _OF_HOURS and hours == _DETAILED:
        return choice.layer(f"score_{gender}" if name == "score" else "expected")
    make = partial(_by_zone, choice.study, name, gender, hours)
    return kept(choice.study, "layer by zone", (name, gender, hours), _MOST_LAYERS, make)


@remembered
def map_card(choice: Choice, name: str, group: str, hours: str) -> Card:
    """Return the maps of a layer; scores are of women unless men are asked for."""
    words = choice.address.words
    gender = "man" if group == "man" else "woman"
    layer = layer_of(choice, name, gender, hours)
    heading = words(f"page.map.{layer.name}.title")
    when = [band_name(choice, hours)] if name in _OF_HOURS else [words("page.map.fixed")]  # buttons that do nothing
    whom = [words("page.map.everybody")] if name == "expected" else []
    subtitle = " · ".join((words(f"map.{layer.name}.unit"), *when, *whom))
    says = _sentence(choice, layer)
    note = "page.map.zones" if name in _OF_HOURS and hours != _DETAILED else f"page.map.{layer.name}.note"
    table = _table(choice, layer)
    if layer.empty:
        return Card("map", heading, tag("p", words("map.none")), subtitle, "", source_text(choice), None, 12, "maps")
    return Card(
        "map",
        heading,
        _drawing(choice, layer, heading, says),
        subtitle,
        f"{says} {words(note)}",
        source_text(choice),
        table,
        12,
        "maps",
    )


def _sentence(choice: Choice, layer: Layer) -> str:
    words = choice.address.words
    if layer.empty:
        return words("map.none")
    if layer.same(choice.arm):
        return words(f"map.{layer.name}.same")
    found = change_of(choice.tiles, layer.change(choice.arm), layer.difference)
    up, down = (percent(share, choice.address.language) for share in (found.up, found.down))
    return words(f"map.{layer.name}.sentence", up=up, down=down)


def _legend(choice: Choice, layer: Layer, difference: bool) -> Legend:
    words = choice.address.words
    steps = layer.difference if difference else layer.steps
    ends = f"map.{layer.name}.difference" if difference else f"map.{layer.name}"
    blank = layer.name in ("score_woman", "score_man", "expected") and any(np.isnan(a).any() for a in layer.arms)
    unit = words(f"map.{layer.name}.unit")
    return Legend(
        words(f"{ends}.low"),
        words(f"{ends}.high"),
        unit,
        steps,
        signed=difference,
        blank=words("map.blank") if blank else "",
    )


def _drawing(choice: Choice, layer: Layer, heading: str, says: str) -> Markup:
    words, tiles, language = choice.address.words, choice.tiles, choice.address.language
    north = north_figure(north_on_paper(choice.data.north_deg, tiles[0].turned), words("map.north"))
    legend = _legend(choice, layer, difference=False)
    if layer.same(choice.arm):
        head = tag("p", tag("b", "A = B"), " ", words("map.both"), class_="panel-title")
        sheet = sheet_figure(tiles, layer.arms[0], layer.steps, f"{heading}: {words('map.base')}")
        panel = tag("div", head, sheet, legend_figure(legend, language), class_="panel")
        return tag("div", wall_symbols(tiles), tag("div", panel, class_="trio one"), north)
    pictures = (
        ("A", words("map.base"), layer.arms[0]),
        ("B", choice.card.title, layer.arms[choice.arm]),
        ("B \u2212 A", words("map.difference"), layer.change(choice.arm)),
    )
    alts = (f"{heading}: {words('map.base')}", f"{heading}: {choice.card.title}", says)
    trio = trio_figure(tiles, pictures, (legend, _legend(choice, layer, difference=True)), alts, language)
    return tag("div", wall_symbols(tiles), _switch(choice), tag("div", trio, class_="switched", data_shown="2"), north)


def _switch(choice: Choice) -> Markup:
    """Return the buttons that choose one of the three maps on a small screen."""
    words = choice.address.words
    names = (words("map.base"), choice.card.title, words("map.difference"))
    buttons = [
        tag("button", name, type="button", data_act="panel", data_panel=k, aria_pressed="true" if k == 2 else "false")
        for k, name in enumerate(names)
    ]
    return tag("div", *buttons, class_="switch", role="group", aria_label=words("page.map.which"))


def _table(choice: Choice, layer: Layer) -> Table | None:
    """Return the mean of each zone in both arms."""
    words, data = choice.address.words, choice.data
    means, unit = [], words(f"map.{layer.name}.unit")
    for arm in (0, choice.arm):
        means.append(_zone_means(choice, layer, arm))
    rows = [
        (words.place(zone.name), words.name("kind", zone.kind), unit, a, b, None if a is None or b is None else b - a)
        for zone, a, b in zip(data.layout.zones, *means, strict=True)
    ]
    heads = ("page.table.zone", "table.kind", "table.unit", "table.base", "table.value", "table.difference")
    return Table(tuple(words(head) for head in heads), tuple(rows))


def _zone_means(choice: Choice, layer: Layer, arm: int) -> list[float | None]:
    grid = choice.data.grid
    iy, ix = np.nonzero(grid.cell >= 0)
    pixels = layer.arms[arm]
    values = pixels[2 * iy, 2 * ix]  # two pixels a cell
    known = np.isfinite(values)
    zones = len(choice.data.layout.zones)
    sums = np.bincount(grid.cell_zone[known], values[known], minlength=zones)
    counts = np.bincount(grid.cell_zone[known], minlength=zones)
    return [float(s / n) if n else None for s, n in zip(sums, counts, strict=True)]
