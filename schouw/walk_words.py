"""Why a place feels as it does: the terms of the score that weigh most, in plain words."""

from collections.abc import Collection
from typing import Final

from babel.numbers import format_decimal

from model.day.personas import Felt
from scenarios.walks import Walk
from scenarios.words import Language
from schouw.sentences import say

WORTH_TELLING: Final = 0.1  # points
SAME: Final = 0.02  # points
MOST_REASONS: Final = 3
MOST_COMFORTS: Final = 2


def points_text(points: float, language: Language) -> str:
    """Return ``-0.5`` or ``+0.2`` with the decimal mark of the language."""
    return str(format_decimal(points, format="+0.0;−0.0", locale=language))


def score_text(score: float, language: Language) -> str:
    """Return a score with one decimal."""
    return str(format_decimal(score, format="0.0", locale=language))


def everywhere(walk: Walk) -> dict[str, float]:
    """Return the terms that are the same along the whole walk, with their points: told once, not at each stretch."""
    felt = [stretch.felt.points for stretch in walk.stretches if stretch.felt is not None]
    spread = {term: max(f[term] for f in felt) - min(f[term] for f in felt) for term in felt[0]}
    return {term: felt[0][term] for term, span in spread.items() if span < SAME and abs(felt[0][term]) >= SAME}


def reasons(felt: Felt, language: Language, told: Collection[str] = ()) -> list[tuple[str, float]]:
    """Return the terms that lower the score most, then those that raise it, as (words, points).

    Args:
        told: terms that have been told already.
    """
    terms = sorted(((term, x) for term, x in felt.points.items() if term not in told), key=lambda item: item[1])
    down = [(term, x) for term, x in terms if x <= -WORTH_TELLING][:MOST_REASONS]
    up = [(term, x) for term, x in reversed(terms) if x >= WORTH_TELLING][:MOST_COMFORTS]
    return [(reason(term, x, language), x) for term, x in (*down, *up)]


def changes(felt: Felt, other: Felt, language: Language) -> list[tuple[str, float]]:
    """Return what differs most from ``felt`` to ``other``, as (name of the term, points)."""
    differences = {term: other.points[term] - x for term, x in felt.points.items()}
    terms = sorted(differences.items(), key=lambda item: -abs(item[1]))
    kept = [(say(f"term_{term}", language), x) for term, x in terms if abs(x) >= WORTH_TELLING / 2][:MOST_REASONS]
    person = 2 * (other.start - felt.start)
    return [*kept, (say("term_person", language), person)] if abs(person) >= WORTH_TELLING else kept


def reason(term: str, points: float, language: Language) -> str:
    """Return the plain words of a term that lowers or raises the score."""
    return say(f"reason_{term}_{'less' if points < 0 else 'more'}", language)
