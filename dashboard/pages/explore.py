"""Explore: two facts, the tray of measures, what it costs, and what the days that were run say about it."""

from dataclasses import replace
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate
from markupsafe import Markup

from dashboard.address import Address, read_address
from dashboard.answer import SCORE_LINE, finding, line_of
from dashboard.figures.intervals import print_interval
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import decimal, digits_for, money_span, spread
from dashboard.measure_text import measure_text
from dashboard.pages.choices import Choice, choose, joined, notes_of, segments, station_of
from dashboard.pages.compare_cards import cost_card, cost_rows, lines_card, lines_table, matrix_card, source_text
from dashboard.pages.page import Body, Site, page_body
from dashboard.parts import Card, card_part
from dashboard.report_data import FEWEST_PAIRS, Line
from dashboard.tray import Slot, Tray, same_measures, text_of, tray_of
from scenarios.measures.cameras import Cameras
from scenarios.measures.card import what_of
from scenarios.queue import Job, QueueFullError

DAYS: Final = ("5", "10", "20", "40")
STRIP: Final = (SCORE_LINE, "safety_men_after_19", "harassment", "unsafe_women_after_19", "gap_after_19")
_POLL_MS: Final = 2000


def answer_for(tray: Tray, address: Address, site: Site) -> Choice | None:
    """Return the study and scenario that answer what is on, None when no study holds it; the most days first."""
    measures = tray.measures
    if not measures:
        return None
    found = [
        (study.any.pairs, study, name)
        for study in site.shelf.of_station(tray.station)
        for name in study.names
        if same_measures(study.texts.get(name, ""), measures)
    ]
    if not found:
        return None
    _, study, name = max(found, key=lambda item: item[0])
    return Choice(address, study, (name,))


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return the cards at the right of the tray."""
    station = station_of(address, site.shelf)
    tray = tray_of(address, station)
    answer = answer_for(tray, address, site)
    shipped = choose(Address(address.page, address.language, {"station": station}), site.shelf)
    found = [
        best_card(shipped) if shipped is not None else None,
        strip_card(answer) if answer is not None else None,
        matrix_card(answer, "score") if answer is not None else None,
        lines_card(answer) if answer is not None else None,
    ]
    return tuple(replace(card, span=12) for card in found if card is not None)


def best_card(choice: Choice) -> Card | None:
    """Return which measure gives women after 19:00 most per euro, with points, euros and how sure that is."""
    card, rows = cost_card(choice), cost_rows(choice.study, choice)
    if card is None:
        return None
    words, (best, line, _) = choice.address.words, rows[0]
    shown = finding(line) == "better" and line.low is not None and line.high is not None
    title = words("page.best.open")
    if shown and line.low is not None and line.high is not None and best.cost_low and best.cost_high:
        digits = min(2, max(1, digits_for(line.low, line.high)))
        title = words(
            "page.best.title",
            measure=best.title,
            points=spread(line.low, line.high, digits, choice.address.language),
            euros=money_span(best.cost_low, best.cost_high, choice.address.language),
        )
    return Card("best", title, card.body, card.subtitle, card.sentence, source_text(choice), card.table, 12, "cost")


def strip_card(choice: Choice) -> Card:
    """Return five outcomes with their intervals."""
    words, lines = choice.address.words, choice.data.lines_of(choice.card.name)
    found = [line for key in STRIP if (line := line_of(lines, key)) is not None]
    cells = [_outcome(line, choice) for line in found]
    return Card(
        "strip",
        words("page.strip.title", title=choice.card.title),
        tag("div", *cells, class_="strip"),
        "",
        "",
        source_text(choice),
        lines_table(tuple(found), choice),
        12,
        "strip-box",
    )


def _outcome(line: Line, choice: Choice) -> Markup:
    words, language = choice.address.words, choice.address.language
    level, was = words("cell.early"), ""
    if line.base is not None and line.low is not None and line.high is not None:
        if line.scale == "points":
            digits = min(2, max(1, digits_for(line.low, line.high)))
            level = spread(line.base + line.low, line.base + line.high, digits, language)
            was = words("page.strip.was", base=decimal(line.base, digits, language))
        else:
            level = print_interval(line.low, line.high, line.scale, words)
    state = finding(line)
    change = words(f"page.strip.{state}")
    parts = [
        tag("p", line.label, class_="what"),
        tag("p", level, class_="level-now"),
        tag("p", was, " · " if was else "", tag("b", change), class_=f"change {state}"),
    ]
    return tag("div", join(parts), class_="outcome")


# the tray ------------------------------------------------------------------------------------------------------------


def _row(slot: Slot, tray: Tray, address: Address) -> html.Div:
    words = address.words
    on = slot.name in tray.on
    title = slot.title.get(address.language) or slot.name
    cameras = None
    measure = slot.at(tray.on.get(slot.name, slot.default)) if on else slot.measure
    if isinstance(measure, Cameras) and on:
        from dashboard.tray import base_of

        cameras = len(measure.added(base_of(tray.station).layout))
    parts: list[Any] = [
        dmc.Switch(id={"turn": f"on_{slot.key}"}, checked=on, label=title, className="measure-on", size="md"),
    ]
    if on:
        text = measure_text(measure, words, cameras)
        if text == measure.name.replace("_", " "):  # it has no line of its own: what it is, from the catalogue
            text = what_of(measure, address.language)
        parts.append(html.P(text, className="measure-text"))
        if slot.strength is not None:
            parts.append(_strength(slot, tray.on[slot.name], words(f"page.strength.{slot.strength.field}")))
    return html.Div(parts, className="measure")


def _strength(slot: Slot, value: float, label: str) -> html.Div:
    one = slot.strength
    assert one is not None
    limits = {"min": one.low, "max": one.high, "step": one.step, "value": value}
    slider = dmc.Slider(
        id={"set": f"x_{slot.key}"},
        **limits,
        label=None,
        updatemode="mouseup",
        size="sm",
        className="slider",
        thumbLabel=label,
    )
    field = dmc.NumberInput(
        id={"field": f"x_{slot.key}"}, **limits, debounce=True, size="xs", className="number", **{"aria-label": label}
    )
    return html.Div([html.Span(label, className="strength-label"), slider, field], className="strength")


def tray_part(address: Address, site: Site, tray: Tray) -> html.Section:
    """Return the tray: its measures, conflicts, cost, and what can be done with it."""
    words = address.words
    faults = tray.faults()
    cost = tray.cost()
    on = len(tray.on)
    euros = money_span(cost.low, cost.high, address.language) if cost.high else words("page.tray.free")
    owners = tray.scenario.needs_agreement(_base(tray)) if tray.scenario else ()
    answer = answer_for(tray, address, site)
    notes = [dmc.Alert(fault, color="yellow", className="caution") for fault in faults]
    if owners:
        notes.append(dmc.Alert(words("page.tray.owners", owners=", ".join(owners)), className="caution"))
    return html.Section(
        [
            html.H2(words("page.tray.title")),
            html.P(words("page.tray.sub", on=on, all=len(tray.slots)), className="sub"),
            *(_row(slot, tray, address) for slot in tray.slots),
            html.Div(
                [
                    *notes,
                    html.P([html.B(euros), " ", words("page.tray.year") if cost.high else ""], className="tray-cost"),
                    segments(
                        "days", words("page.tray.days"), [(d, d) for d in DAYS], address.one_of("days", DAYS, "10")
                    ),
                    *_acts(address, site, tray, answer, bool(faults)),
                ],
                className="tray-foot",
            ),
        ],
        className="card tray",
        **{"aria-label": words("page.tray.title")},
    )


def _base(tray: Tray) -> Any:
    from dashboard.tray import base_of

    return base_of(tray.station)


def _acts(address: Address, site: Site, tray: Tray, answer: Choice | None, wrong: bool) -> list[Any]:
    """Return the state of what is on, and the buttons: run, open in Compare."""
    words = address.words
    job = open_job(address, site, tray)
    parts: list[Any] = []
    if job is not None:
        parts.append(job_bar(job, address))
    elif not tray.on:
        parts.append(html.P(words("page.tray.none"), className="tray-state"))
    elif answer is None:
        parts.append(html.P(words("page.tray.unrun"), className="tray-state"))
    else:
        parts.append(html.P(words("page.tray.run_before", pairs=answer.data.pairs), className="tray-state"))
    can = bool(tray.on) and job is None and not wrong and site.queue is not None
    again = "page.tray.more" if answer is not None else "page.tray.run"
    buttons: list[Any] = [
        html.Button(
            words(again, days=address.one_of("days", DAYS, "10")),
            id="run-now",
            disabled=not can,
            className="button main" if answer is None else "button",
        ),
    ]
    if answer is not None:
        there = Address("compare", address.language, {"study": answer.study.key, "s": joined(answer.scenarios)})
        buttons.append(dcc.Link(words("page.tray.compare"), href=there.href, className="button"))
    return [*parts, html.Div(buttons, className="tray-buttons")]


def open_job(address: Address, site: Site, tray: Tray) -> Job | None:
    """Return the study of what is on that waits or runs."""
    if site.queue is None or not tray.on:
        return None
    text = text_of(tray)
    return next((job for job in site.queue.jobs() if job.open and job.texts == (text,)), None)


def job_bar(job: Job, address: Address) -> html.Div:
    """Return how far a study is, as a bar and in words."""
    words = address.words
    share = job.done / job.total if job.total else 0.0
    return html.Div(
        [
            html.Div(
                html.Div(style={"width": f"{100 * share:.0f}%"}),
                className="run-bar",
                role="progressbar",
                **{
                    "aria-valuenow": round(100 * share),
                    "aria-valuemin": 0,
                    "aria-valuemax": 100,
                    "aria-label": words("page.runs.progress"),
                },
            ),
            html.P(progress_text(job, address), className="tray-state"),
        ]
    )


def progress_text(job: Job, address: Address) -> str:
    """Return how far a study is: phase, days, time left."""
    words = address.words
    if job.state == "waiting":
        return words("page.runs.waiting")
    if not job.total:
        return words("page.runs.starting")
    text = words("page.runs.so_far", phase=words(f"page.phase.{job.phase}"), done=job.done, total=job.total)
    if job.seconds_left is not None and job.done < job.total:
        text += " · " + words("page.runs.left", minutes=max(1, round(job.seconds_left / 60)))
    return text


def facts(address: Address) -> html.Div:
    """Return the two facts with which the page opens: what a change of a count is worth by itself."""
    words = address.words
    parts = [
        html.Div(
            [html.P(words(f"page.fact.{key}.count"), className="fact-count"), html.P(words(f"page.fact.{key}"))],
            className="fact",
        )
        for key in ("monitor", "staff")
    ]
    return html.Div(parts, className="facts", role="note", **{"aria-label": words("page.fact")})


def layout(address: Address, site: Site) -> Body:
    """Return the page."""
    words = address.words
    station = station_of(address, site.shelf)
    tray = tray_of(address, station)
    shipped = choose(Address(address.page, address.language, {"station": station}), site.shelf)
    notes = notes_of(shipped) if shipped is not None else [html.P(words("page.compare.none"), className="empty")]
    found = html.Div([card_part(card, address) for card in cards(address, site)], className="cards")
    right = html.Div([*notes, found], className="right")
    job = open_job(address, site, tray)
    grid = html.Div([html.Div(tray_part(address, site, tray), className="left"), right], className="explore")
    body = page_body(address, words("page.explore.title"), [facts(address), grid], ())
    return Body(body.title, body.content[:-1], _POLL_MS if job is not None else 0)


def add_callbacks(app: Dash, site: Site) -> None:
    """Add the button that runs what is on."""

    @app.callback(
        Output("tick", "n_intervals", allow_duplicate=True),
        Output("status", "children"),
        Input("run-now", "n_clicks"),
        State("where", "pathname"),
        State("where", "search"),
        State("tick", "n_intervals"),
        prevent_initial_call=True,
    )
    def run_now(clicks: int | None, path: str, search: str, ticks: int | None) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        address = read_address(path, search)
        return (ticks or 0) + 1, submit(address, site) or no_update


def submit(address: Address, site: Site) -> str:
    """Put what is on into the queue and see that somebody works; return what to tell the reader."""
    words, tray = address.words, tray_of(address, station_of(address, site.shelf))
    if not tray.on or site.queue is None or tray.faults():
        return ""
    scenario = tray.scenario
    assert scenario is not None
    days = int(address.one_of("days", DAYS, "10"))
    answer = answer_for(tray, address, site)
    if answer is not None and answer.data.pairs >= max(days, FEWEST_PAIRS):
        return words("page.tray.enough", pairs=answer.data.pairs)
    try:
        site.queue.submit(tray.station, [text_of(tray)], dict(scenario.title), days=days)
    except QueueFullError:
        return words("page.runs.full")
    site.start()
    return words("page.runs.submitted")
