"""Accessibility statement, keys, versions, sources and licences."""

from datetime import date

from dash import html

from dashboard.address import Address
from dashboard.figures.numbers import day_in_full
from dashboard.pages.page import Body, Site
from dashboard.parts import Card
from scenarios.version import package_version

KEYS = ("tab", "enter", "arrows", "escape", "space")


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return no card: the page is text."""
    return ()


def layout(address: Address, site: Site) -> Body:
    """Return the page."""
    words = address.words
    paragraphs = [html.P(words(f"page.access.{k}")) for k in range(1, 6)]
    keys = html.Dl(
        [part for key in KEYS for part in (html.Dt(words(f"page.key.{key}")), html.Dd(words(f"page.key.{key}.does")))]
    )
    studies = [site.shelf.open(entry.key) for entry in site.shelf.entries() if entry.shipped]
    made = [
        html.Li(
            words(
                "page.about.study",
                station=study.data[address.language].station,
                version=study.any.version,
                date=day_in_full(date.fromisoformat(study.written), address.language),
                pairs=study.any.pairs,
            )
        )
        for study in studies
        if study is not None
    ]
    texts = [words.place(study.any.layout.attribution) for study in studies if study is not None]
    sources = [html.P(text) for text in dict.fromkeys(texts) if text]
    content = [
        html.Section([html.H2(words("page.access.head")), *paragraphs], className="card text"),
        html.Section([html.H2(words("page.keys.head")), keys], className="card text"),
        html.Section(
            [
                html.H2(words("page.about.head")),
                html.P(words("page.about.model", version=package_version())),
                html.Ul(made),
                *sources,
                html.P(words("page.about.licence")),
            ],
            className="card text",
        ),
    ]
    return Body(words("page.access"), content)
