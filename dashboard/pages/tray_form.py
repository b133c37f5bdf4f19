"""The tray as a form: its measures with strength, hours, zones and order, conflicts, cost, and how to run it."""

from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import Address
from dashboard.fault_text import fault_in
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import clock, money_span
from dashboard.instant import ask
from dashboard.login import current_user
from dashboard.measure_text import measure_text
from dashboard.pages.choices import Choice, joined, segments
from dashboard.pages.page import Site
from dashboard.parts import Drawing
from dashboard.tray import Slot, Tray, base_of, same_measures, text_of, zone_kinds
from model.inputs.inputs import DAY_END_S, DAY_START_S
from scenarios.measures.cameras import Cameras
from scenarios.measures.card import what_of
from scenarios.queue import Job

DAYS: Final = ("5", "10", "20", "40")
_HOUR_S: Final = 3600


def answer_for(tray: Tray, address: Address, site: Site) -> Choice | None:
    """Return the study and scenario that answer what is on, None when no study holds it; the most days first."""
    measures = tray.measures
    if not measures:
        return None
    found = [
        (study.any.pairs, study, name)
        for study in site.shelf.of_station(tray.station)
        for name in study.names
        if same_measures(study.texts.get(name, ""), measures, tray.station)
    ]
    if not found:
        return None
    _, study, name = max(found, key=lambda item: item[0])
    return Choice(address, study, (name,))


def _row(slot: Slot, tray: Tray, address: Address) -> html.Div:
    words = address.words
    on = slot.name in tray.on
    title = slot.title.get(address.language) or slot.name
    cameras = None
    measure = tray.measure(slot)
    if isinstance(measure, Cameras) and on:
        cameras = len(measure.added(base_of(tray.station).layout))
    parts: list[Any] = [
        html.Div(
            [
                dmc.Switch(id={"turn": f"on_{slot.key}"}, checked=on, label=title, className="measure-on", size="md"),
                html.Span(_cost(slot, tray, address), className="measure-cost"),
            ],
            className="measure-head",
        ),
    ]
    if on:
        text = measure_text(measure, words, cameras)
        if text == measure.name.replace("_", " "):  # it has no line of its own: what it is, from the catalogue
            text = what_of(measure, address.language)
        parts.append(html.P(text, className="measure-text"))
        if slot.strength is not None:
            parts.append(_strength(slot, tray.on[slot.name], words(f"page.strength.{slot.strength.field}")))
            if tray.priced_alike(slot):
                parts.append(html.P(words(f"page.alike.{slot.strength.field}"), className="measure-text"))
        if (details := _details(slot, tray, address)) is not None:
            parts.append(details)
    return html.Div(parts, className="measure")


def _cost(slot: Slot, tray: Tray, address: Address) -> str:
    """Return what a measure costs a year by itself, low and high prices."""
    cost = tray.cost_alone(slot)
    if cost is None:
        return address.words("page.tray.not_alone")
    return money_span(cost.low, cost.high, address.language) if cost.high else address.words("page.tray.free")


def _details(slot: Slot, tray: Tray, address: Address) -> Any:
    """Return hours, zones and place in the order of a measure that is on; None where nothing can be moved."""
    words, measure = address.words, tray.measure(slot)
    parts: list[Any] = []
    if slot.hours is not None:
        parts.append(html.Div([_hour(slot, tray, address, end) for end in (0, 1)], className="hours"))
    if slot.zones is not None:
        known = dict.fromkeys((*zone_kinds(tray.station), *slot.zones))
        zones = dmc.MultiSelect(
            id={"list": f"z_{slot.key}"},
            data=[{"value": zone, "label": words.name("kind", zone)} for zone in known],
            value=list(getattr(measure, "zones", ())),
            label=words("page.tray.zones"),
            size="xs",
            clearable=False,
            comboboxProps={"withinPortal": True},
        )
        parts.append(zones)
    if len(tray.chosen) > 1:
        parts.append(Drawing(html=str(_order(slot, tray, address)), id={"card": f"order-{slot.key}"}))
    if not parts:
        return None
    fold = {"data-fold": slot.key}  # page.js keeps open what a reader opened
    return html.Details([html.Summary(words("page.tray.more_of")), *parts], className="measure-more", **fold)


def _hour(slot: Slot, tray: Tray, address: Address, end: int) -> Any:
    hours: tuple[int, int] = getattr(tray.measure(slot), "hours", (DAY_START_S, DAY_END_S))
    first, last = DAY_START_S // _HOUR_S, DAY_END_S // _HOUR_S
    options = [{"value": str(h), "label": clock(h * _HOUR_S, address.language)} for h in range(first + end, last + end)]
    return dmc.Select(
        id={"set": f"{'ft'[end]}_{slot.key}"},
        data=options,
        value=str(-(-hours[end] // _HOUR_S)),
        label=address.words("page.tray.until" if end else "page.tray.from"),
        allowDeselect=False,
        size="xs",
        comboboxProps={"withinPortal": True},
    )


def _order(slot: Slot, tray: Tray, address: Address) -> Any:
    """Return the buttons that move a measure up and down among those that are on."""
    words, keys = address.words, [one.key for one in tray.chosen]
    place = keys.index(slot.key)
    buttons = []
    for word, step in (("up", -1), ("down", 1)):
        moved, other = list(keys), place + step
        inside = 0 <= other < len(keys)
        if inside:
            moved[place], moved[other] = moved[other], moved[place]
        title = words(f"page.tray.{word}", measure=slot.title.get(address.language, slot.name))
        buttons.append(
            tag(
                "button",
                words(f"page.tray.{word}_short"),
                type="button",
                class_="button small",
                data_set="order",
                data_value=joined(moved),
                aria_label=title,
                disabled=None if inside else "",
            )
        )
    place_text = words("page.tray.place", n=place + 1, all=len(keys))
    return tag("div", tag("span", place_text), " ", join(buttons), class_="order")


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
    owners = tray.scenario.needs_agreement(base_of(tray.station)) if tray.scenario else ()
    answer = answer_for(tray, address, site)
    notes = [dmc.Alert(fault_of(fault, tray, address), color="yellow", className="caution") for fault in faults]
    if owners:
        named = ", ".join(words.name("owner", owner) for owner in owners)
        notes.append(dmc.Alert(words("page.tray.owners", owners=named), className="caution"))
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


def fault_of(fault: str, tray: Tray, address: Address) -> str:
    """Return why something cannot be done, in the language, with measures by their titles."""
    text = fault_in(fault, address.language)
    for slot in tray.slots:
        text = text.replace(f"({slot.measure.name})", f"({slot.title.get(address.language) or slot.name})")
    return text


def tray_bar(address: Address, tray: Tray) -> html.Div:
    """Return what stays at the foot of a small screen: how much is on, what it costs, and the way to the list."""
    words, cost = address.words, tray.cost()
    euros = money_span(cost.low, cost.high, address.language) if cost.high else words("page.tray.free")
    count = words("page.tray.sub", on=len(tray.on), all=len(tray.slots))
    told = html.P([html.B(count), html.Span(euros)])
    return html.Div([told, html.A(words("page.tray.change"), href="#tray", className="button")], className="tray-bar")


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
        guessed = ask(tray)
        known = guessed is not None and not guessed.refused
        parts.append(html.P(words("page.tray.unrun" if known else "page.tray.unguessed"), className="tray-state"))
    else:
        parts.append(html.P(words("page.tray.run_before", pairs=answer.data.pairs), className="tray-state"))
    edits = current_user().edits
    can = bool(tray.on) and job is None and not wrong and site.queue is not None and edits
    if not edits:
        parts.append(html.P(words("login.viewer"), className="tray-state"))
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
    waiting = [job for job in site.queue.jobs() if job.open]
    text = text_of(tray) if waiting else ""
    return next((job for job in waiting if job.texts == (text,)), None)


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
    """Return how far a study is: runs of all its phases, the phase it is in, time left in that."""
    words = address.words
    if job.state == "waiting":
        return words("page.runs.waiting")
    if not job.total:
        return words("page.runs.starting")
    kind = "fit" if job.kind == "fit" else "study"
    text = words(f"page.runs.{kind}.so_far", phase=words(f"page.phase.{job.phase}"), done=job.done, total=job.total)
    if job.seconds_left is not None and job.done < job.total:
        text += " · " + words(f"page.runs.{kind}.left", minutes=max(1, round(job.seconds_left / 60)))
    return text


