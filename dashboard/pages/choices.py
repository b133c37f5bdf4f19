"""What every page about a study needs: the study and scenarios that the address means, and the controls to choose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.address import LIST_MARK, Address
from dashboard.figures.numbers import LANGUAGES, Language, clock
from dashboard.figures.sheet import Tile, make_tiles
from dashboard.kept import kept
from dashboard.layers import Layer, density_layer, incident_layer, light_layer, score_layer
from dashboard.report_data import Cells, ReportData, ScenarioCard
from dashboard.shelf import Shelf
from dashboard.study_file import StudyFile
from model.inputs.inputs import DAY_END_S, DAY_START_S
from scenarios.scenario import station_title
from scenarios.station_files import station_names

MOST_BESIDE: Final = 3  # scenarios beside the base
_MOST_CARDS: Final = 40  # of one kind of a study: layers, groups and hours in both languages
_MOST_LAYERS: Final = 1  # of a study: some megabytes, and the card made of it is kept


@dataclass(frozen=True)
class Choice:
    """A study, and the scenarios of it that are looked at; the first of them in detail."""

    address: Address
    study: StudyFile
    scenarios: tuple[str, ...]

    @property
    def data(self) -> ReportData:
        """The study in the language of the address."""
        return self.study.data[self.address.language]

    @property
    def card(self) -> ScenarioCard:
        """The scenario looked at in detail."""
        return next(card for card in self.data.scenarios if card.name == self.scenarios[0])

    @property
    def arm(self) -> int:
        """Its number; the base is 0."""
        return 1 + self.study.names.index(self.scenarios[0])

    @property
    def cells(self) -> Cells:
        """The table, looked up by what a cell is about."""
        return kept(self.study, "cells", "", 1, lambda: Cells(self.study.any.rows))

    @property
    def focused(self) -> ReportData:
        """The data with the one scenario, so that sentences about "the" scenario are about this one."""
        return replace(self.data, scenarios=(self.card,))

    @property
    def titles(self) -> dict[str, str]:
        """Titles of all scenarios by name."""
        return {card.name: card.title for card in self.data.scenarios}

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The levels, named in the language of the address."""
        language = self.address.language
        return kept(self.study, "tiles", language, len(LANGUAGES), lambda: _tiles(self.study, language))

    def layer(self, name: str) -> Layer:
        """Return one layer of the maps."""
        return kept(self.study, "layer", name, _MOST_LAYERS, lambda: _layer(self.study, name))


def remembered[**P, R](function: Callable[Concatenate[Choice, P], R]) -> Callable[Concatenate[Choice, P], R]:
    """Return a function of a choice whose answers are kept: they rest on study, language and scenarios alone."""

    @wraps(function)
    def of(choice: Choice, /, *args: P.args, **more: P.kwargs) -> R:
        key = (choice.address.language, choice.scenarios, args, tuple(sorted(more.items())))
        return kept(choice.study, function.__name__, key, _MOST_CARDS, lambda: function(choice, *args, **more))

    return of


def _tiles(study: StudyFile, language: Language) -> tuple[Tile, ...]:
    data = study.data[language]
    words = Address(language=language).words
    return make_tiles(data.layout, data.grid, {x.ordinal: words.name("level", x.name) for x in data.layout.levels})


def _layer(study: StudyFile, name: str) -> Layer:
    if name.startswith("score_"):
        return score_layer(study.any, name.removeprefix("score_"))
    return {"expected": incident_layer, "light": light_layer, "density": density_layer}[name](study.any)


def choose(address: Address, shelf: Shelf) -> Choice | None:
    """Return what an address means; None when there is no study at all for it.

    Without a study in the address the first of the station is taken, without a station the first of all; a study that
    does not exist, or is not of this station, is not replaced by another one.
    """
    asked, station = address.chosen.get("study", ""), address.chosen.get("station", "")
    study: StudyFile | None
    if asked:
        study = shelf.open(asked)
    elif station:
        study = next(iter(shelf.of_station(station)), None)
    else:
        study = next((found for entry in shelf.entries() if (found := shelf.open(entry.key)) is not None), None)
    if study is None or not study.names:
        return None
    most = max(study.any.scenarios, key=lambda card: len(card.measures)).name
    scenarios = address.some_of("s", study.names, (most,))
    if len(scenarios) > MOST_BESIDE:
        address.misread["s"] = joined(scenarios[:MOST_BESIDE])
    return Choice(address, study, scenarios[:MOST_BESIDE])


def station_of(address: Address, shelf: Shelf) -> str:
    """Return the station of an address: its own word, that of its study, or the first of which a study ships."""
    names = station_names()
    choice = choose(address, shelf)
    if choice is not None and choice.study.station in names:
        return choice.study.station
    asked = address.chosen.get("station", "")
    return asked if asked in names else names[0]


def title_of_station(name: str, language: Language) -> str:
    """Return what a station is called in a language, or its own name where it does not ship."""
    return station_title(name).get(language, name) if name in station_names() else name


def study_picker(choice: Choice, shelf: Shelf) -> Any:
    """Return the choice between the studies of a station, None where there is one."""
    studies = shelf.of_station(choice.study.station)
    if len(studies) <= 1:
        return None
    words, options = choice.address.words, []
    for study in studies:
        data = study.data[choice.address.language]
        titles = ", ".join(card.title for card in data.scenarios)
        options.append({"value": study.key, "label": words("page.study.made", scenarios=titles, pairs=data.pairs)})
    return dmc.Select(
        id={"study": "study"},
        data=options,
        value=choice.study.key,
        allowDeselect=False,
        label=words("page.study"),
        className="picker",
        comboboxProps={"withinPortal": True},
    )


def segments(key: str, label: str, options: Sequence[tuple[str, str]], value: str) -> html.Div:
    """Return a row of choices of which one holds; its value goes into the address."""
    return html.Div(
        [
            html.Span(label, className="hidden", id=f"label-{key}"),
            dmc.SegmentedControl(
                id={"set": key},
                data=[{"value": word, "label": text} for word, text in options],
                value=value,
                size="sm",
                className="segments",
            ),
        ],
        role="group",
        **{"aria-labelledby": f"label-{key}"},
    )


def notes_of(choice: Choice) -> list[Any]:
    """Return what must be known before the numbers are read: part of the day only, days that failed."""
    words, data = choice.address.words, choice.data
    texts = list(data.notes)
    if data.window != (DAY_START_S, DAY_END_S) and not texts:
        start, end = (clock(second, words.language) for second in data.window)
        texts.append(words("page.window", start=start, end=end))
    return [dmc.Alert(text, color="yellow", className="caution") for text in texts]


def band_name(choice: Choice, band: str) -> str:
    """Return hours in words; where only a part of the day was run, *whole day* is that part."""
    words, window = choice.address.words, choice.data.window
    if band == "all" and window != (DAY_START_S, DAY_END_S):
        return "\u2013".join(clock(second, words.language) for second in window)
    return words.name("band", band)


def scenario_picker(choice: Choice) -> html.Div:
    """Return the control that says which scenarios stand beside the base."""
    words = choice.address.words
    return html.Div(
        dmc.MultiSelect(
            id={"list": "s"},
            data=[{"value": card.name, "label": card.title} for card in choice.data.scenarios],
            value=list(choice.scenarios),
            maxValues=MOST_BESIDE,
            label=words("page.compare.pick"),
            clearable=False,
            hidePickedOptions=True,
            comboboxProps={"withinPortal": True},
            className="picker",
        )
    )


def joined(values: Sequence[str]) -> str:
    """Return a list as it stands in an address."""
    return LIST_MARK.join(values)
