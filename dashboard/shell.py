"""The frame of every page: rail, top bar, content; the same thing at the same place."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import ceil
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import Address
from dashboard.figures.numbers import LANGUAGES
from dashboard.icons import icon, mark
from dashboard.login import current_user
from dashboard.misread import misread_part
from dashboard.pages.choices import MOST_BESIDE, Choice, choose, joined, station_of
from dashboard.pages.cost_card import cost_rows
from dashboard.pages.page import Body, Site
from dashboard.pages.runs import own_jobs
from dashboard.pages.tray_form import answer_for
from dashboard.parts import Drawing
from dashboard.tray import tray_of
from dashboard.words import Words
from scenarios.scenario import station_title
from scenarios.station_files import station_names
from scenarios.version import package_version

GROUPS: Final = (
    ("decide", ("explore", "compare", "portfolio")),
    ("look", ("watch", "walk", "place")),
    ("trust", ("evidence", "calibrate", "runs")),
)
RAIL: Final = 184
_REPORT_MB: Final = 85e-6  # of a report by row of its table: 77 bytes at halte, 88 at Den Haag Centraal
_REPORT_S: Final = 0.4  # to make it, by scenario, on one core
KEYS: Final = ("tab", "enter", "arrows", "escape", "space", "steps", "next", "help")
HEAVY: Final = {"evidence": "dash_ag_grid"}  # pages that need a script of their own: they are opened as a new document


def _link(address: Address, page: str, running: int) -> Any:
    words = address.words
    inside: list[Any] = [
        Drawing(html=str(icon(page)), className="icon-box"),
        html.Span(words(f"page.{page}"), className="name"),
    ]
    if page == "runs" and running:
        inside.append(html.Span(str(running), className="badge", title=words("page.runs.running", n=running)))
    if page == address.page:
        here = {"aria-current": "page"}
        return html.A(inside, href=address.to(page).href, className="rail-link here", **here)
    if page in HEAVY:
        needs = {"data-needs": HEAVY[page]}  # page.js asks for it when somebody goes back there
        return html.A(inside, href=address.to(page).href, className="rail-link", **needs)
    return dcc.Link(inside, href=address.to(page).href, className="rail-link")


def rail(address: Address, pages: set[str], running: int, report: Any = None) -> list[Any]:
    """Return the links to all pages there are, in three groups."""
    words = address.words
    groups = []
    for name, members in GROUPS:
        links = [_link(address, page, running) for page in members if page in pages]
        if links:
            head = html.P(words(f"page.group.{name}"), className="rail-head")
            groups.append(html.Div([head, *links], className="rail-group"))
    foot = [
        html.P(words("page.version", version=package_version())),
        dcc.Link(words("page.access"), href=address.to("access").href),
        *([_as_link(words("page.tour"), "tour")] if address.page == "explore" else []),
        _as_link(words("page.keys"), "keys"),
        # what the bar has no room for on a phone
        html.Div([_as_link(words(f"page.{act}"), act) for act in ("undo", "redo")] + [report], className="phone"),
    ]
    brand = html.Div([Drawing(html=str(mark())), html.Span("Schouw", className="name")], className="brand")
    return [brand, *groups, html.Div(foot, className="rail-foot")]


def _as_link(text: str, act: str) -> html.Button:
    return html.Button(text, type="button", className="as-link", **{"data-act": act})


def top_bar(address: Address, site: Site) -> html.Div:
    """Return station, undo, redo, link, report and languages."""
    words = address.words
    languages = html.Div(
        [_language(address, language) for language in LANGUAGES[::-1]],
        className="languages",
        role="group",
        **{"aria-label": words("page.language")},
    )
    return html.Div(
        [
            dmc.Burger(id="burger", opened=False, size="sm", **{"aria-label": words("page.menu")}),
            _stations(address, site),
            html.Div(
                [
                    _button("undo", words("page.undo")),
                    _button("redo", words("page.redo")),
                    _button("link", words("page.share"), wide=True),
                    report_link(address, site, [_icon("report")]),
                    languages,
                    _leave(address),
                ],
                className="top-right",
            ),
        ],
        className="top-bar",
    )


def report_link(address: Address, site: Site, inside: Sequence[Any] = ()) -> html.A | None:
    """Return the link to the report of what is looked at, with its size; None where there is nothing to report."""
    choice = _reported(address, site)
    if choice is None:
        return None
    chosen = _chosen(choice)
    href = f"/report/{choice.study.key}?lang={address.language}{chosen}"
    number = len(choice.scenarios if chosen else choice.study.names)
    rows = len(choice.study.any.rows) / len(choice.study.names)
    known = {"mb": ceil(number * rows * _REPORT_MB), "seconds": ceil(number * _REPORT_S), "n": number}
    said = {"data-said": address.words("page.report.wait", **known)}  # page.js says it when the report is asked for
    return html.A(
        [*inside, html.Span(address.words("page.report.size", **known), className="wide")],
        className="button",
        href=href,
        download=f"{choice.study.key}.html",
        title=address.words("page.report.about", **known),
        **said,
    )


def _reported(address: Address, site: Site) -> Choice | None:
    """Return what a report would be about; None where there is nothing.

    On Explore what is on, once days of it were run; with nothing on those that give most per euro, the first leads.
    """
    choice = choose(address, site.shelf)
    if choice is None or address.page != "explore":
        return choice
    tray = tray_of(address, choice.study.station)
    if not tray.on:
        best = tuple(card.name for card, _, _ in cost_rows(choice.study, choice)[:MOST_BESIDE])
        return replace(choice, scenarios=best, address=address.with_(s=joined(best))) if best else choice
    answer = answer_for(tray, address, site)
    if answer is None:
        return None
    return replace(answer, address=address.with_(s=joined(answer.scenarios)))


def _chosen(choice: Choice) -> str:
    """Return the scenarios that a report is about, as they stand in its address; where none is looked at, all."""
    looked_at = choice.address.page == "compare" or "s" in choice.address.chosen
    return f"&s={joined(choice.scenarios)}" if looked_at else ""


def _leave(address: Address) -> Any:
    """Return the button that logs out; None where there is no login."""
    user = current_user()
    if not user.name:
        return None
    button = html.Button(address.words("login.leave", name=user.name), type="submit", className="button")
    return html.Form(button, method="post", action="/logout")


def _icon(name: str) -> Drawing:
    return Drawing(html=str(icon(name)), className="icon-box")


def _button(act: str, text: str, *, wide: bool = False) -> html.Button:
    inside: list[Any] = [_icon(act)]
    inside.append(html.Span(text, className="wide" if wide else "hidden"))
    return html.Button(inside, className="button", type="button", **{"data-act": act}, title=text)


def _language(address: Address, language: Any) -> Any:
    here = language == address.language
    props = {"lang": language, "hrefLang": language}
    if here:
        return html.Span(language.upper(), className="language here", lang=language, **{"aria-current": "true"})
    href, mark = address.in_(language).href, {"link": language}
    return html.A(language.upper(), id=mark, href=href, className="language", **props)


@cache
def _station_titles(language: str) -> tuple[tuple[str, str], ...]:
    """Return the stations that ship with their titles; read once, for they are part of the package."""
    return tuple((name, station_title(name).get(language, name)) for name in station_names())


def _stations(address: Address, site: Site) -> Any:
    words = address.words
    options = [{"value": name, "label": title} for name, title in _station_titles(address.language)]
    return dmc.Select(
        id={"station": "station"},
        data=options,
        value=station_of(address, site.shelf),
        allowDeselect=False,
        className="station",
        comboboxProps={"withinPortal": True},
        **{"aria-label": words("page.tray.station")},
    )


def _keys(words: Words) -> html.Dialog:
    """Return the list of keys, which ``?`` opens."""
    lines: list[Any] = []
    for key in KEYS:
        lines += [html.Dt(html.Kbd(words(f"page.key.{key}"))), html.Dd(words(f"page.key.{key}.does"))]
    close = html.Button(words("page.tour.done"), type="button", className="button main", **{"data-act": "unkeys"})
    title = html.H2(words("page.keys"), id="keys-title")
    return html.Dialog([title, html.Dl(lines), close], id="keys", **{"aria-labelledby": "keys-title"})


def shell(address: Address, site: Site, body: Body, pages: set[str]) -> list[Any]:
    """Return the whole frame around a page."""
    words = address.words
    running = sum(job.open for job in own_jobs(site))
    links = rail(address, pages, running, report_link(address, site))
    return [
        html.A(words("report.skip"), href="#main", className="skip"),
        dmc.AppShell(
            [
                dmc.AppShellNavbar(html.Nav(links, **{"aria-label": words("page.pages")}), id="rail"),
                dmc.AppShellHeader(top_bar(address, site)),
                dmc.AppShellMain(
                    [html.H1(body.title, id="main", tabIndex=-1), *misread_part(address, site), *body.content],
                    className="content",
                ),
            ],
            layout="alt",
            header={"height": 56},
            navbar={"width": {"base": RAIL, "sm": 56, "lg": RAIL}, "breakpoint": "sm", "collapsed": {"mobile": True}},
            padding=0,
            id="frame",
        ),
        _keys(words),
    ]
