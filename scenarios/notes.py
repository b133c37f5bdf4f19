"""What whoever reads a scenario has to know, though nothing is wrong with it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.inputs.inputs import Inputs
from scenarios.conflicts import MOST_NAMED, conflicts
from scenarios.measures.card import doers_text, title_of
from scenarios.scenario import Scenario
from scenarios.words import Language

Sort = Literal["order", "asleep", "over_weeks", "agreement"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know of a scenario.

    Attributes:
        scenario: its name.
        sort: ``order``: two measures on the same asset, both count; ``asleep``: a measure holds on none of the dates;
            ``over_weeks``: a single day shows nothing of it; ``agreement``: owners must agree first.
        values: what the sentence of the sort is filled with.
    """

    scenario: str
    sort: Sort
    values: dict[str, str]


def notes_of(scenario: Scenario, base: Inputs, dates: Sequence[datetime.date], language: Language) -> list[Note]:
    """Return what is to be known of a scenario on some dates.

    Args:
        scenario: without faults at this station.
        base: of the station.
        dates: the days that are simulated: one for a comparison of days, many for a season.
    """
    notes = []

    def add(sort: Sort, number: int, **values: str) -> None:
        measure = f"{number + 1} ({title_of(scenario.measures[number], language)})"
        notes.append(Note(scenario.name, sort, {"scenario": scenario.name, "measure": measure, **values}))

    for one in conflicts(scenario.measures, base):
        if not one.is_fault:
            assets = ", ".join(one.assets[:MOST_NAMED]) + (", ..." if len(one.assets) > MOST_NAMED else "")
            add("order", one.second, other=str(one.first + 1), assets=assets)
    for k, measure in enumerate(scenario.measures):
        if not any(measure.holds(date) for date in dates):
            add("asleep", k, since=_span(measure.start, measure.end), dates=_span(dates[0], dates[-1]))
        elif measure.over_weeks and len(dates) == 1:
            add("over_weeks", k)
        if owners := measure.needs_agreement(base):
            add("agreement", k, owners=", ".join(doers_text(owners, language)))
    return notes


def _span(start: datetime.date | None, end: datetime.date | None) -> str:
    """Return dates in a form that needs no language: ``2026-12-07 .. 2027-02-01``."""
    return str(start) if start == end else f"{start or ''} .. {end or ''}".strip()
