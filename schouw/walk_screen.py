"""What a stationsschouw looks like on a terminal, and as one JSON object."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenarios.measures.measure import clock
from scenarios.walks import Stretch, Walk
from scenarios.words import Language
from schouw.sentences import say
from schouw.walk_words import changes, everywhere, points_text, reason, reasons, score_text
from schouw.walking import Question, persona_text, scenario_text

LOW: Final = 5.0
DOUBTFUL: Final = 6.0


def opening(question: Question, walk: Walk, language: Language) -> str:
    """Return where, when and how far."""
    name = question.title.get(language) or question.base.layout.name
    return say(
        "walk_title", language, station=name, date=format_date(question.base.date, "EEEE d MMMM y", locale=language),
        time=clock(question.second), start=question.start.name, goal=question.goal.name,
        metres=round(walk.metres), minutes=format_decimal(walk.seconds / 60, format="0.0", locale=language),
    )  # fmt: skip


def show(console: Console, question: Question, walks: Sequence[Walk], language: Language) -> None:
    """Print walks; those along the same stretches side by side."""
    for together in grouped(walks):
        console.print(Text(opening(question, together[0], language), style="bold"))
        for k, walk in enumerate(together):
            who, under = persona_text(walk.persona, language), scenario_text(question, walk.scenario, language)
            console.print(f"  {letter(k)}  {who} - {under}" if len(together) > 1 else f"  {who} - {under}")
        told = everywhere(together[0])
        if told:
            same = [(reason(term, points, language), points) for term, points in told.items()]
            console.print(f"  {say('walk_everywhere', language, why=_listed(same, language))}")
        console.print()
        console.print(_table(together, told, language))
        console.print()
        for k, walk in enumerate(together):
            console.print(Text(_summary(walk, letter(k) + "  " if len(together) > 1 else "", language)))
        console.print()
    console.print(Text(say("walk_footer", language), style="dim"))


def grouped(walks: Sequence[Walk]) -> list[list[Walk]]:
    """Put walks with the same stretches together, in the order given."""
    groups: dict[tuple[tuple[str, str, float], ...], list[Walk]] = {}
    for walk in walks:
        key = tuple((s.zone, s.passage, s.from_m) for s in walk.stretches)
        groups.setdefault(key, []).append(walk)
    return list(groups.values())


def letter(column: int) -> str:
    """Return A, B, C, ... for a column."""
    return chr(ord("A") + column)


def _table(walks: list[Walk], told: Collection[str], language: Language) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True)
    table.add_column(say("walk_metres", language), justify="right", no_wrap=True)
    table.add_column(say("walk_where", language), ratio=3)
    for k in range(len(walks)):
        name = say("walk_score", language) if len(walks) == 1 else letter(k)
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(say("walk_why" if len(walks) == 1 else "walk_why_first", language), ratio=7)
    for stretches in zip(*(walk.stretches for walk in walks), strict=True):
        table.add_row(*_row(stretches, told, language))
    return table


def _row(stretches: tuple[Stretch, ...], told: Collection[str], language: Language) -> list[Text]:
    first = stretches[0]
    scores, why = [Text("") for _ in stretches], Text("")
    name = first.name
    if first.felt is None:
        name = say(f"passage_{first.passage}", language, zone=first.name)
    else:
        felt = [s.felt for s in stretches if s.felt is not None]
        scores = [Text(score_text(f.score, language), style=style(f.score)) for f in felt]
        why = Text(_listed(reasons(first.felt, language, told), language))
        for k, other in enumerate(felt[1:], 1):
            if changed := changes(first.felt, other, language):
                why.append(f"\n{letter(k)}: {_listed(changed, language)}", style="dim")
    return [Text(f"{first.from_m:.0f}"), Text(name), *scores, why]


def _listed(items: list[tuple[str, float]], language: Language) -> str:
    return ", ".join(f"{words} {points_text(points, language)}" for words, points in items)


def style(score: float) -> str:
    """Return the colour of a score."""
    return "bold red" if score < LOW else "yellow" if score < DOUBTFUL else ""


def _summary(walk: Walk, name: str, language: Language) -> str:
    lowest = walk.stretches[walk.lowest]
    assert lowest.felt is not None
    return name + say(
        "walk_summary", language, visit=score_text(walk.visit_score, language), where=lowest.name,
        metres=round(lowest.from_m), score=score_text(lowest.felt.score, language),
        why=_listed(reasons(lowest.felt, language, everywhere(walk)), language),
    )  # fmt: skip


def record(question: Question, walks: Sequence[Walk], language: Language) -> dict[str, Any]:
    """Return the walks as plain values for JSON."""
    return {
        "station": question.base.layout.id,
        "date": question.base.date.isoformat(),
        "time": clock(question.second),
        "from": question.start.id,
        "to": question.goal.id,
        "people": "expected",
        "walks": [_walk(walk, language) for walk in walks],
    }


def _walk(walk: Walk, language: Language) -> dict[str, Any]:
    persona = walk.persona
    return {
        "scenario": walk.scenario,
        "persona": {
            "gender": persona.gender, "age": persona.age, "alone": persona.alone, "regular": persona.regular,
            "familiar": persona.knows_the_place, "mobility": persona.mobility,
        },
        "metres": round(walk.metres, 1),
        "seconds": round(walk.seconds, 1),
        "visit_score": walk.visit_score,
        "least_safe": walk.lowest,
        "stretches": [_stretch(stretch, language) for stretch in walk.stretches],
    }  # fmt: skip


def _stretch(stretch: Stretch, language: Language) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "zone": stretch.zone, "name": stretch.name, "passage": stretch.passage or None,
        "from_m": round(stretch.from_m, 1), "metres": round(stretch.metres, 1), "until_s": round(stretch.seconds, 1),
    }  # fmt: skip
    if stretch.felt is None:
        return {**plain, "score": None, "lowest": None, "latent": None, "start": None, "points": {}, "reasons": []}
    felt = stretch.felt
    return {
        **plain, "score": felt.score, "lowest": stretch.lowest, "latent": felt.latent, "start": felt.start,
        "points": felt.points, "reasons": [words for words, _ in reasons(felt, language)],
    }  # fmt: skip
