"""Explore: two facts, the tray of measures, what it costs, and what the days that were run say about it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update
from dash.exceptions import PreventUpdate
from markupsafe import Markup

from dashboard.address import Address, read_address
from dashboard.answer import SCORE_LINE, finding, line_of, matters
from dashboard.figures.intervals import print_interval
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import decimal, digits_for, money_span, spread
from dashboard.login import current_user
from dashboard.pages.choices import Choice, choose, notes_of, station_of
from dashboard.pages.compare_cards import lines_card, lines_table, matrix_card, source_text
from dashboard.pages.cost_card import cost_card, cost_rows, ranked, ranked_sets
from dashboard.pages.estimate import budget_part, estimate_card, frontier_card, level_text
from dashboard.pages.page import Body, Site, page_body
from dashboard.pages.tray_form import DAYS, answer_for, open_job, tray_bar, tray_part
from dashboard.parts import Card, card_part
from dashboard.report_data import FEWEST_PAIRS, Line
from dashboard.tray import Tray, slots, text_of, tray_of
from scenarios.queue import QueueFullError

STRIP: Final = (SCORE_LINE, "safety_men_after_19", "harassment", "unsafe_women_after_19", "gap_after_19")
# what can stand in the strip: headline lines of a run, and outcomes of the emulator
OUTCOMES: Final = (
    *STRIP, "harassment_women_after_19", "theft", "vandalism", "aggression", "staff_aggression", "incidents",
)  # fmt: skip
_MOST_SHOWN: Final = 5
# words of certainty, from which chance on
_GRADES: Final = ((0.95, "almost"), (0.8, "likely"), (0.5, "rather"), (0.0, "open"))
_POLL_MS: Final = 2000
_MOST_RANKED: Final = 5  # drawn; how sure it is must stand on the first screen


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return the cards at the right of the tray."""
    station = station_of(address, site.shelf)
    tray = tray_of(address, station)
    answer = answer_for(tray, address, site)
    shipped = choose(Address(address.page, address.language, {"station": station}), site.shelf)
    chosen = outcomes_of(address)
    shown = answer if tray.on or shipped is None else best_choice(shipped)
    best = best_card(shipped) if shipped is not None else None
    own = [
        _estimate(tray, address, shipped) if answer is None else None,
        strip_card(shown, chosen) if shown is not None else None,
        matrix_card(shown, "score") if shown is not None else None,
        lines_card(answer) if answer is not None else None,
    ]
    found = [*own, best] if tray.on else [best, *own]  # what somebody has chosen is answered first
    found.append(frontier_card(tray, address))
    return tuple(replace(card, span=12) for card in found if card is not None)


def _estimate(tray: Tray, address: Address, shipped: Choice | None) -> Card | None:
    """Return the answer of the emulator, from the level that the other cards of the page begin at."""
    lines = shipped.data.lines_of(shipped.card.name) if shipped is not None else ()
    bases = {line.key: line.base for line in lines if line.base is not None}
    return estimate_card(tray, address, outcomes_of(address) if "show" in address.chosen else (), bases)


def outcomes_of(address: Address) -> tuple[str, ...]:
    """Return the outcomes that are always in sight, as chosen in the address."""
    return address.some_of("show", OUTCOMES, STRIP)[:_MOST_SHOWN]


def best_choice(choice: Choice) -> Choice | None:
    """Return the scenario that gives women most per euro; None where nothing can be ranked."""
    rows = cost_rows(choice.study, choice)
    return replace(choice, scenarios=(rows[0][0].name,)) if rows else None


def best_card(choice: Choice) -> Card | None:
    """Return which measure gives women after 19:00 most per euro, with points, euros and how sure that is."""
    card, rows = cost_card(choice, _MOST_RANKED), cost_rows(choice.study, choice)
    if card is None:
        return None
    words, (best, line, _) = choice.address.words, rows[0]
    low, high = (line.low, line.high) if line.range_low is None else (line.range_low, line.range_high)
    shown = finding(line) == "better" and matters(line) and low is not None and high is not None
    title = words("page.best.open")
    if shown and low is not None and high is not None and best.cost_low and best.cost_high:
        digits = min(2, max(1, digits_for(low, high)))
        title = words(
            "page.best.title",
            measure=best.title,
            points=spread(low, high, digits, choice.address.language),
            euros=money_span(best.cost_low, best.cost_high, choice.address.language),
        )
    says = f"{sure_text(choice, best.name)} {card.sentence}" if shown else card.sentence
    ranged = words("page.best.range", draws=choice.data.draws) if shown and line.range_low is not None else ""
    return Card("best", title, card.body, f"{card.subtitle} {ranged}", says, card.source, card.table, 12, "cost")


def sure_text(choice: Choice, name: str) -> str:
    """Return how sure it is that a scenario is the first, in words, and what was not ranked at all."""
    words, ranking, parts = choice.address.words, choice.study.ranking, []
    if ranking is not None and name in ranking.first and ranked(choice):
        chance, sets = ranking.first[name], ranked_sets(choice)
        grade = next(grade for limit, grade in _GRADES if chance >= limit)
        kind = "draws" if ranking.draws else "days"
        parts.append(words(f"page.sure.{kind}", grade=words(f"page.sure.{grade}"), n=round(sets * chance), all=sets))
    free = [
        card.title for card in choice.data.scenarios
        if not card.cost_high and finding(line_of(choice.data.lines_of(card.name), SCORE_LINE)) == "better"
    ]  # fmt: skip
    if free:
        parts.append(words("page.sure.free", names=", ".join(free)))
    unrun = sum(slot.name not in choice.study.names for slot in slots(choice.study.station))
    if unrun:
        parts.append(words("page.sure.unrun", n=unrun))
    return " ".join(parts)


def strip_card(choice: Choice, chosen: Sequence[str] = STRIP) -> Card:
    """Return the chosen outcomes with their intervals."""
    words, lines = choice.address.words, choice.data.lines_of(choice.card.name)
    found = [line for key in chosen if (line := line_of(lines, key)) is not None]
    cells = [_outcome(line, choice) for line in found]
    return Card(
        "strip",
        words("page.strip.title", title=choice.card.title),
        tag("div", *cells, class_="strip"),
        level_text(choice.study.station, words),
        "",
        source_text(choice, found),
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
    if line.range_low is not None and line.range_high is not None:
        both = print_interval(line.range_low, line.range_high, line.scale, words)
        parts.append(tag("p", words("page.strip.range", range=both), class_="change"))
    return tag("div", join(parts), class_="outcome")


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
    notes = notes_of(shipped) if shipped is not None else [html.P(words("page.explore.none"), className="empty")]
    parts = [card_part(card, address) for card in cards(address, site)]
    if (budget := budget_part(tray, address)) is not None:
        parts.insert(len(parts) - 1, html.Div(budget, className="span-12"))
    chooser = [] if shipped is None else [_chooser(address)]
    right = html.Div([*chooser, *notes, html.Div(parts, className="cards")], className="right")
    job = open_job(address, site, tray)
    left = html.Div(tray_part(address, site, tray), className="left", id="tray")
    grid = html.Div([left, right, tray_bar(address, tray)], className="explore")
    body = page_body(address, words("page.explore.title"), [facts(address), grid], ())
    return Body(body.title, body.content[:-1], _POLL_MS if job is not None else 0)


def _chooser(address: Address) -> html.Details:
    """Return the choice of the outcomes that are always in sight."""
    words = address.words
    options = [{"value": key, "label": words(f"page.outcome_name.{key}")} for key in OUTCOMES]
    picker = dmc.MultiSelect(
        id={"list": "show"},
        data=options,
        value=list(outcomes_of(address)),
        maxValues=_MOST_SHOWN,
        label=words("page.outcomes.label", n=_MOST_SHOWN),
        size="xs",
        clearable=False,
        hidePickedOptions=True,
        comboboxProps={"withinPortal": True},
    )
    inside = [html.Summary(words("page.outcomes")), picker]
    return html.Details(inside, className="chooser", **{"data-fold": "outcomes"})


def add_callbacks(app: Dash, site: Site) -> None:
    """Add the button that runs what is on."""

    @app.callback(
        Output("tick", "data", allow_duplicate=True),
        Output("status", "children"),
        Input("run-now", "n_clicks"),
        State("where", "pathname"),
        State("where", "search"),
        State("tick", "data"),
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
    user = current_user()
    if not user.edits:
        return words("login.viewer")
    if not tray.on or site.queue is None or tray.faults():
        return ""
    scenario = tray.scenario
    assert scenario is not None
    days = int(address.one_of("days", DAYS, "10"))
    answer = answer_for(tray, address, site)
    if answer is not None and answer.data.pairs >= max(days, FEWEST_PAIRS):
        return words("page.tray.enough", pairs=answer.data.pairs)
    try:
        site.queue.submit(tray.station, [text_of(tray)], dict(scenario.title), days=days, owner=user.name)
    except QueueFullError:
        return words("page.runs.full")
    site.start()
    return words("page.runs.submitted")
