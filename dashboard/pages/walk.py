"""Walk, a stationsschouw: a persona goes from zone to zone at a time; the score and its reasons along the way."""

from collections.abc import Collection
from typing import Any, Final

import dash_mantine_components as dmc
import numpy as np
from dash import html
from markupsafe import Markup

from dashboard.address import Address
from dashboard.chores import walk as walk_now
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import clock, decimal
from dashboard.figures.palette import CAUTION, GENDER_COLOUR
from dashboard.figures.way import Track, along_figure, way_figure
from dashboard.helper import Answered
from dashboard.pages.choices import Choice, choose, segments, station_of, title_of_station
from dashboard.pages.page import Body, Site, empty_body, page_body
from dashboard.parts import Card, Table
from dashboard.words import Words
from model.inputs.layout import Layout
from scenarios.scenario import BASE_NAME, read_scenario, shipped_scenarios

# who walks: words of ``schouw walk --persona``; the keys name them in an address
PERSONAS: Final = {
    "woman22": "woman,22,alone",
    "woman22away": "woman,22,alone,sporadic,unfamiliar",
    "woman40": "woman,40,company",
    "man30": "man,30,alone",
    "man67": "man,67,alone,limited",
    "boy16": "man,16,alone",
}
TIMES: Final = ("08:15", "17:30", "20:00", "22:45", "00:15")
NOBODY: Final = "none"
_DAY_S: Final = 86_400
_NIGHT_H: Final = 5
_POLL_MS: Final = 800
_EDGE: Final = 1e-6  # metres
_WORTH: Final = 0.1  # points
_MOST: Final = 3


def _second(time: str) -> int:
    hour, minute = (int(part) for part in time.split(":"))
    return (hour + (24 if hour < _NIGHT_H else 0)) * 3600 + minute * 60


def _ends(layout: Layout, words: Words) -> tuple[list[tuple[str, str]], str, str]:
    """Return the zones by id and name, and where a walk begins and ends when nobody chose."""
    zones = [(zone.id, words.place(zone.name)) for zone in layout.zones]
    platforms = [zone.id for zone in layout.zones if zone.kind == "platform"]
    start = layout.accesses[0].zone if layout.accesses else zones[0][0]
    goal = next((zone for zone in reversed(platforms) if zone != start), zones[-1][0])
    return zones, start, goal


def _scenarios(station: str, language: str) -> list[tuple[str, str]]:
    found = [(n, read_scenario(p)) for n, p in shipped_scenarios(station).items()]
    return [(name, scenario.title_in(language)) for name, scenario in found if scenario.measures]


class Question:
    """What an address asks to be walked."""

    def __init__(self, address: Address, choice: Choice) -> None:
        self.address, self.choice = address, choice
        layout = choice.data.layout
        self.station = choice.study.station
        self.zones, start, goal = _ends(layout, address.words)
        ids = [zone for zone, _ in self.zones]
        self.start, self.goal = address.one_of("start", ids, start), address.one_of("goal", ids, goal)
        self.time = address.one_of("time", TIMES, "22:45")
        self.first = address.one_of("who", tuple(PERSONAS), "woman22")
        self.second = address.one_of("also", (*PERSONAS, NOBODY), "man67")
        self.scenarios = _scenarios(self.station, address.language)
        self.under = address.one_of("under", (BASE_NAME, *(name for name, _ in self.scenarios)), BASE_NAME)

    @property
    def walks(self) -> tuple[tuple[str, str], ...]:
        """Persona and scenario of each walk; under a scenario the first persona also walks the station as it is."""
        found = [(self.first, self.under)]
        if self.second != NOBODY and self.second != self.first:
            found.append((self.second, self.under))
        if self.under != BASE_NAME:
            found.append((self.first, BASE_NAME))
        return tuple(found)

    def ask(self, site: Site) -> list[Answered]:
        """Return what is known of each walk."""
        if site.helper is None:
            return []
        return [
            site.helper.ask(walk_now, self.station, under, PERSONAS[who], self.start, self.goal, _second(self.time))
            for who, under in self.walks
        ]

    def label(self, who: str, under: str) -> str:
        """Return persona and scenario in words."""
        words = self.address.words
        name = words(f"page.persona.{who}")
        title = dict(self.scenarios).get(under, words("map.base"))
        return f"{name} · {title}" if self.under != BASE_NAME else name


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return the cards of the walks that are there."""
    choice = choose(address, site.shelf)
    if choice is None:
        return ()
    question = Question(address, choice)
    known = [(q, a.value) for q, a in zip(question.walks, question.ask(site), strict=False) if a.value is not None]
    if not known or known[0][0] != question.walks[0]:
        return ()
    return (way_card(question, known), steps_card(question, known), along_card(question, known))


def tracks_of(question: Question, known: list[tuple[tuple[str, str], Any]]) -> list[Track]:
    """Return the walks as they are drawn: women violet, men gold, the station as it is broken."""
    found: list[Track] = []
    for (who, under), walk in known:
        dash = "6 4" if under == BASE_NAME and question.under != BASE_NAME else ""
        colour = GENDER_COLOUR[walk.persona.gender]
        same = any(track.colour == colour and track.dash == dash for track in found)
        found.append(
            Track(
                question.label(who, under),
                CAUTION if same else colour,
                dash,
                walk.points,
                walk.levels,
                walk.scores,
                walk.along,
            )
        )
    return found


def _numbered(walk: Any) -> list[tuple[int, Any]]:
    return list(enumerate(walk.stretches, 1))


def way_card(question: Question, known: list[tuple[tuple[str, str], Any]]) -> Card:
    """Return the floor with the way of the first persona."""
    words, language = question.address.words, question.address.language
    walk, track = known[0][1], tracks_of(question, known)[0]
    lowest = int(np.argmin(walk.scores))
    low = next(s for s in reversed(walk.stretches) if s.felt is not None and s.from_m <= walk.along[lowest] + _EDGE)
    title = words(
        "page.walk.lowest",
        who=words(f"page.persona.{question.first}"),
        where=words.place(low.name),
        score=decimal(float(walk.scores[lowest]), 1, language),
    )
    stops: list[tuple[int, float, float, str]] = []
    for number, stretch in _numbered(walk):
        if stretch.felt is None:
            continue
        middle = int(np.argmin(np.abs(track.metres - (stretch.from_m + stretch.metres / 2))))
        x, y = (float(v) for v in walk.points[middle])
        stops.append((int(walk.levels[middle]), x, y, str(number)))
    every = max(1, len(stops) // 9)
    kept = [stop for k, stop in enumerate(stops) if k % every == 0 or int(stop[3]) == walk.lowest + 1]
    drawing = join([way_figure(question.choice.tiles, track, kept, title), _legend(words)])
    subtitle = words(
        "page.walk.sub", metres=decimal(walk.metres, 0, language), minutes=decimal(walk.seconds / 60, 0, language)
    )
    says = words("page.walk.visit", score=decimal(walk.visit_score, 1, language))
    return Card("way", title, drawing, subtitle, says, words("page.walk.source"), _table(question, known), 7, "maps")


def _legend(words: Words) -> Markup:
    from dashboard.figures.maps import Legend, legend_figure
    from dashboard.figures.palette import SCORE

    low, high, unit = (words(f"map.score_woman.{key}") for key in ("low", "high", "unit"))
    return legend_figure(Legend(low, high, unit, SCORE), words.language)


def reasons(felt: Any, words: Words, told: Collection[str] = ()) -> list[tuple[str, float]]:
    """Return the terms that lower the score most, then those that raise it, as (words, points)."""
    terms = sorted(((term, x) for term, x in felt.points.items() if term not in told), key=lambda item: item[1])
    down = [(term, x) for term, x in terms if x <= -_WORTH][:_MOST]
    up = [(term, x) for term, x in reversed(terms) if x >= _WORTH][:_MOST]
    return [(_term(term, x, words), x) for term, x in (*down, *up)]


def _term(term: str, points: float, words: Words) -> str:
    """Return a term as it works here: few hidden corners where they raise the score, not hidden corners."""
    key = f"page.term.{term}.{'up' if points > 0 else 'down'}"
    return words(key) if words.has(key) else words.name("page.term", term)


def _points(items: list[tuple[str, float]], words: Words) -> str:
    return ", ".join(f"{name} {decimal(x, 1, words.language, sign=True)}" for name, x in items)


def steps_card(question: Question, known: list[tuple[tuple[str, str], Any]]) -> Card:
    """Return each stretch with its score and reasons."""
    words, language, walk = question.address.words, question.address.language, known[0][1]
    rows = []
    for number, stretch in _numbered(walk):
        if stretch.felt is None:
            name = words("page.walk.passage", kind=words.name("kind", stretch.passage), zone=words.place(stretch.name))
            rows.append(tag("tr", tag("td", str(number)), tag("th", name, scope="row"), tag("td"), tag("td")))
            continue
        low = stretch.felt.score < 5.5
        worst = number - 1 == walk.lowest
        score = tag("td", decimal(stretch.felt.score, 1, language), class_="num low" if low else "num")
        why = tag("td", _points(reasons(stretch.felt, words), words), class_="why")
        rows.append(
            tag(
                "tr",
                tag("td", str(number)),
                tag("th", words.place(stretch.name), scope="row"),
                score,
                why,
                class_="worst" if worst else None,
            )
        )
    heads = [words(f"page.walk.{key}") for key in ("number", "where", "score", "why")]
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="plain steps")
    drawing = tag("div", table, class_="scroll tall", tabindex="0", role="region", aria_label=words("page.walk.steps"))
    return Card(
        "steps",
        words("page.walk.steps_title", n=len(walk.stretches)),
        drawing,
        words("page.walk.steps_sub"),
        "",
        words("page.walk.source"),
        _table(question, known),
        5,
        "steps-box",
    )


def along_card(question: Question, known: list[tuple[tuple[str, str], Any]]) -> Card:
    """Return the score along the way of all walks."""
    words, tracks = question.address.words, tracks_of(question, known)
    lows = [float(track.scores.min()) for track in tracks]
    best = int(np.argmax(lows))
    title = words("page.walk.along")
    if len(tracks) > 1 and max(lows) - min(lows) >= _WORTH:
        worst = int(np.argmin(lows))
        title = words(
            "page.walk.apart",
            low=tracks[worst].label,
            high=tracks[best].label,
            points=decimal(lows[best] - lows[worst], 1, question.address.language),
        )
    drawing = along_figure(tracks, words, title)
    return Card(
        "along",
        title,
        drawing,
        words("page.walk.along_sub"),
        "",
        words("page.walk.source"),
        _table(question, known),
        12,
        "along",
    )


def _table(question: Question, known: list[tuple[tuple[str, str], Any]]) -> Table:
    words, rows = question.address.words, []
    for (who, under), walk in known:
        for number, stretch in _numbered(walk):
            felt = stretch.felt
            why = _points(reasons(felt, words), words) if felt is not None else ""
            score = None if felt is None else felt.score
            rows.append((question.label(who, under), number, words.place(stretch.name), stretch.from_m, score, why))
    heads = (
        "page.walk.who",
        "page.walk.number",
        "page.walk.where",
        "page.walk.from_m",
        "page.walk.score",
        "page.walk.why",
    )
    return Table(tuple(words(head) for head in heads), tuple(rows))


# the page ------------------------------------------------------------------------------------------------------------


def _select(key: str, label: str, options: list[tuple[str, str]], value: str) -> dmc.Select:
    return dmc.Select(
        id={"set": key},
        data=[{"value": v, "label": t} for v, t in options],
        value=value,
        label=label,
        allowDeselect=False,
        searchable=len(options) > 12,
        className="field",
        comboboxProps={"withinPortal": True},
    )


def _controls(question: Question) -> html.Div:
    words = question.address.words
    people = [(key, words(f"page.persona.{key}")) for key in PERSONAS]
    under = [(BASE_NAME, words("map.base")), *question.scenarios]
    times = [(time, clock(_second(time), question.address.language)) for time in TIMES]
    return html.Div(
        [
            _select("start", words("page.walk.start"), question.zones, question.start),
            _select("goal", words("page.walk.goal"), question.zones, question.goal),
            _select("who", words("page.walk.first"), people, question.first),
            _select("also", words("page.walk.second"), [*people, (NOBODY, words("page.walk.nobody"))], question.second),
            _select("under", words("page.walk.under"), under, question.under),
            segments("time", words("page.walk.time"), times, question.time),
        ],
        className="controls fields",
    )


def layout(address: Address, site: Site) -> Body:
    """Return the page; it asks again while somebody still walks."""
    words = address.words
    choice = choose(address, site.shelf)
    if choice is None or site.helper is None:
        station = title_of_station(station_of(address, site.shelf), address.language)
        return empty_body(address, words("page.walk.none", station=station))
    question = Question(address, choice)
    names = dict(question.zones)
    title = words(
        "page.walk.title",
        start=names[question.start],
        goal=names[question.goal],
        time=clock(_second(question.time), address.language),
    )
    if question.start == question.goal:
        return page_body(address, title, [_controls(question), html.P(words("page.walk.same"), className="empty")], ())
    answers = question.ask(site)
    wrong = [answer.wrong for answer in answers if answer.wrong]
    pending = any(answer.pending for answer in answers)
    notes: list[Any] = [dmc.Alert(text, color="yellow", className="caution") for text in wrong]
    if pending:
        notes.append(html.P(words("page.walk.pending"), className="loading", role="status"))
    body = page_body(address, title, [_controls(question), *notes], cards(address, site))
    return Body(body.title, body.content, _POLL_MS if pending else 0)
