"""Watch: a recorded hour moves over the floor; click a person or an incident to learn what led to it."""

from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html
from dash.exceptions import PreventUpdate

from dashboard.address import Address, read_address
from dashboard.chores import record_hour
from dashboard.figures.numbers import clock, decimal
from dashboard.pages.choices import Choice, choose, station_of, title_of_station
from dashboard.pages.page import Body, Site, empty_body
from dashboard.parts import Card, Replay
from dashboard.recordings import Asked, opening
from dashboard.report_data import BANDS
from dashboard.words import Words, catalogue
from model.inputs.inputs import DAY_END_S, DAY_START_S
from model.inputs.population import GENDERS
from model.results import EVENT_OUTCOMES, INCIDENT_TYPES, WATCHERS
from scenarios.scenario import BASE_NAME, read_scenario, shipped_scenarios

HOURS: Final = tuple(range(6, 25))
_HOUR_S: Final = 3600
_POLL_MS: Final = 1500
_DOING: Final = 7
_MOST_BANDS: Final = 2  # that are named as the busiest
_TERM: Final = "page.term."  # what a recording calls a term of the score has a text of this name


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return no card: what moves has no table."""
    return ()


def asked_of(address: Address, station: str) -> Asked:
    """Return which hour of which day under which scenario an address asks for."""
    names = (BASE_NAME, *shipped_scenarios(station))
    first_day, first_hour = opening(station)
    hour = int(address.one_of("hour", tuple(map(str, HOURS)), str(first_hour)))
    return Asked(station, address.one_of("under", names, BASE_NAME), int(address.number("day", 1, 20, first_day)), hour)


def texts_of(words: Words) -> dict[str, Any]:
    """Return every text that the browser half needs."""
    keys = (
        "loading",
        "missing",
        "stage",
        "play",
        "pause",
        "before",
        "next",
        "slider",
        "speed",
        "person",
        "people",
        "low",
        "middle",
        "high",
        "guard",
        "incident",
        "train",
        "trails",
        "cones",
        "events_title",
        "no_events",
        "nobody",
        "nobody_sub",
        "somebody",
        "one_draw",
        "traveller",
        "age",
        "group",
        "alone",
        "regular",
        "sporadic",
        "gone",
        "feels",
        "why",
        "why_sub",
        "rest",
        "history",
        "nearby",
        "close",
    )
    event = (
        "where",
        "whom",
        "helped",
        "bystanders",
        "seen",
        "unseen",
        "called",
        "uncalled",
        "came",
        "nobody",
        "outcome",
        "recorded",
        "reported",
        "lasted",
    )
    return {
        **{key: words(f"page.watch.{key}") for key in keys},
        "event": {key: words(f"page.event.{key}") for key in event},
        "genders": {gender: words(f"page.one.{gender}") for gender in GENDERS},
        "doing": [words(f"page.doing.{k}") for k in range(_DOING)],
        "places": words.places,
        "kinds": {kind: words.name("incident", kind) for kind in INCIDENT_TYPES},
        "watchers": {who: words(f"page.watcher.{who}") for who in WATCHERS},
        "outcomes": {outcome: words(f"page.ended.{outcome}") for outcome in EVENT_OUTCOMES},
        "terms": {key.removeprefix(_TERM): words(key) for key in catalogue(words.language) if key.startswith(_TERM)},
        "yes": words("page.yes"),
        "no": words("page.no"),
        "mark": ":" if words.language == "en" else ".",
        "locale": "en-GB" if words.language == "en" else "nl-NL",
    }


def layout(address: Address, site: Site) -> Body:
    """Return the page: the replay when the hour is there, else the button that records it."""
    words = address.words
    choice = choose(address, site.shelf)
    if choice is None or site.recordings is None:
        station = title_of_station(station_of(address, site.shelf), address.language)
        return empty_body(address, words("page.walk.none", station=station))
    station = choice.study.station
    asked = asked_of(address, station)
    title = words(
        "page.watch.title",
        station=choice.data.station,
        start=clock(asked.start_s, address.language),
        end=clock(asked.end_s, address.language),
    )
    controls = _controls(asked, choice, address)
    if site.recordings.find(asked.key) is not None:
        start = address.number("t", DAY_START_S, DAY_END_S, asked.start_s)
        start = start if asked.start_s <= start <= asked.end_s else asked.start_s  # of another hour
        replay = Replay(
            id="replay",
            source=f"/replay/{asked.key}",
            texts=texts_of(words),
            start=start,
            query=address.to("watch").query,
        )
        return Body(title, [controls, replay])
    going = site.recordings.going(asked, site.helper)
    if going is not None and going.pending:
        return Body(
            title, [controls, html.P(words("page.watch.recording"), className="loading", role="status")], _POLL_MS
        )
    told = going.wrong if going is not None else words("page.watch.unrecorded")
    button = html.Button(words("page.watch.record"), id="record-now", className="button main")
    return Body(title, [controls, html.Div([html.P(told), button], className="empty")])


def _controls(asked: Asked, choice: Choice, address: Address) -> html.Div:
    words, language = address.words, address.language
    titles = {name: read_scenario(path).title_in(language) for name, path in shipped_scenarios(asked.station).items()}
    under = [{"value": BASE_NAME, "label": words("map.base")}]
    under += [{"value": name, "label": title} for name, title in titles.items() if name != "nothing"]
    hours = [
        {"value": str(h), "label": f"{clock(h * _HOUR_S, language)}\u2013{clock((h + 1) * _HOUR_S, language)}"}
        for h in HOURS
    ]
    days = [{"value": str(d), "label": words("page.watch.day", n=d)} for d in range(1, 11)]
    parts = []
    for key, label, data, value in (
        ("hour", "page.watch.hour", hours, str(asked.hour)),
        ("under", "page.walk.under", under, asked.under),
        ("day", "page.watch.which_day", days, str(asked.day)),
    ):
        parts.append(
            dmc.Select(
                id={"set": key},
                data=data,
                value=value,
                label=words(label),
                allowDeselect=False,
                className="field",
                comboboxProps={"withinPortal": True},
            )
        )
    return html.Div([*parts, *_when_busy(choice)], className="controls fields")


def _when_busy(choice: Choice) -> list[Any]:
    """Return in which hours most incidents are expected, so that nobody has to record them all to see one."""
    words, cells = choice.address.words, choice.cells
    found = []
    for band in BANDS:
        row = cells.find(choice.card.name, "expected_incidents", incident="all", band=band)
        if row is not None and row.base:
            found.append((row.base, words.name("band", band)))
    if not found:
        return []
    found.sort(reverse=True)
    listed = [words("page.watch.busy.band", band=b, n=decimal(n, 1, words.language)) for n, b in found[:_MOST_BANDS]]
    return [html.P(words("page.watch.busy", bands=", ".join(listed)), className="hint")]


def add_callbacks(app: Dash, site: Site) -> None:
    """Add the button that records an hour."""

    @app.callback(
        Output("tick", "data", allow_duplicate=True),
        Input("record-now", "n_clicks"),
        State("where", "pathname"),
        State("where", "search"),
        State("tick", "data"),
        prevent_initial_call=True,
    )
    def record_now(clicks: int | None, path: str, search: str, ticks: int | None) -> int:
        address = read_address(path, search)
        if not clicks or site.helper is None or site.recordings is None:
            raise PreventUpdate
        asked = asked_of(address, station_of(address, site.shelf))
        site.helper.ask(record_hour, *asked.question, str(site.recordings.made))
        return (ticks or 0) + 1
