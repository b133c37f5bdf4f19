"""What a measure does, in one line of the reader's language."""

from collections.abc import Sequence

from dashboard.figures.numbers import NO_BREAK, clock, decimal
from dashboard.words import Words
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cameras import Cameras
from scenarios.measures.card import measure_texts, title_of
from scenarios.measures.measure import Measure
from scenarios.measures.patrol import Patrol


def _where(zones: tuple[str, ...], words: Words) -> str:
    if not zones:
        return words("measure.everywhere")
    return words("measure.where", zones=", ".join(words.name("kind", zone) for zone in zones))


def _number(value: float, words: Words) -> str:
    return decimal(value, 0 if value == round(value) else 1, words.language)


def measure_text(measure: Measure, words: Words, cameras: int | None = None) -> str:
    """Return one line about a measure; a kind of measure without a text of its own gives its title and place.

    Args:
        measure: the measure.
        words: the language.
        cameras: number of cameras that it adds, when known.
    """
    if isinstance(measure, BrighterLamps):
        where = words("measure.spots") if measure.lamps and not measure.zones else _where(measure.zones, words)
        return words("measure.brighter_lamps", factor=_number(measure.factor, words), where=where)
    if isinstance(measure, Patrol):
        start, end = (clock(s, words.language) for s in measure.hours)
        return words(
            "measure.patrol",
            units=measure.units,
            who=words.name("who", measure.who),
            hours=f"{start}\u2013{end}",
            where=_where(measure.zones, words),
            order=words(f"measure.patrol.{measure.order}"),
            minutes=_number(measure.visit_minutes, words),
        )
    if isinstance(measure, Cameras):
        where = _where(measure.zones, words) if measure.zones else words("measure.spots")
        number = "" if cameras is None else str(cameras)
        return words(
            "measure.cameras",
            number=number,
            where=where,
            watched=words("measure.cameras.watched" if measure.watched else "measure.cameras.passive"),
            signs=words("measure.cameras.signs") if measure.signs else "",
        ).replace(f":{NO_BREAK}", ": ")
    named = measure.zone_words()
    return title_of(measure, words.language) + (f", {_where(named, words)}" if named else "")


def side_effects_text(measures: Sequence[Measure], words: Words) -> str:
    """Return what measures may bring besides, each said once; empty when nothing is known."""
    effects = dict.fromkeys(effect for measure in measures for effect in measure.side_effects)
    texts = [measure_texts(words.language)["side_effects"][e] for e in effects if e != "nothing_known"]
    return words("measure.side_effects", effects="; ".join(texts)) if texts else ""
