"""Seasons of the shoebox without its days: pages made by a formula, so that a week takes milliseconds."""

import datetime
from collections.abc import Callable
from functools import cache

import numpy as np

from model.day.demand import Visits
from model.day.entry import SIGHTING
from model.day.past import Past
from model.day.reporting import report_chance
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import CONDUCT_TYPES, GENDER_SLOTS, GENDERS, HOURS, INCIDENT_TYPES, VICTIM_TYPES
from model.seasons.days import DayKind, DayPage, Plan, RunDay, date_of, evening_trips, on_date
from model.seasons.season import Fields, Season
from model.world.world import World
from tests.day_harness import shoebox, world_of

START = datetime.date(2026, 11, 18)
NOON, EVENING_HOUR = 7, 15
PARAMETERS = Parameters.default()


def plan_of(inputs: Inputs) -> Plan:
    """The same inputs every day; only the date moves on."""

    @cache
    def plan(week: int, kind: DayKind) -> Inputs:
        return on_date(inputs, date_of(START, week, kind))

    return plan


def felt(
    day: float = 1.0, evening: float = 0.4, harm: float = 0.0, few: Callable[[int], float] | None = None
) -> RunDay:
    """Days whose visits all feel alike, but for who makes them and for their noise.

    Args:
        day, evening: latent value of a visit without nature.  harm: expected incidents of each type a visit.
        few: what to add to the evening when so many came in it.
    """

    def run(inputs: Inputs, world: World, seed: int, number: int, visits: Visits, past: Past) -> DayPage:
        n, zones = len(visits), len(inputs.layout.zones)
        late, _ = evening_trips(inputs, visits)
        more = few(int(late.sum())) if few is not None else 0.0
        latent = np.where(late, evening + more, day) + visits.nature
        expected = np.zeros((len(INCIDENT_TYPES), HOURS, len(GENDER_SLOTS), zones))
        expected[: len(VICTIM_TYPES), EVENING_HOUR, 0, 0] = n * harm
        told = [n * harm * report_chance(PARAMETERS, kind, reporting=inputs.reporting) for kind in VICTIM_TYPES]
        known = np.concatenate([told, np.zeros(len(INCIDENT_TYPES) - len(VICTIM_TYPES))])
        return DayPage(
            latent=latent, worst=latent - 0.4, seconds=np.full(n, 300),
            hour=np.where(late, EVENING_HOUR, NOON), harm=np.full((n, len(VICTIM_TYPES)), harm),
            conduct=np.zeros(len(CONDUCT_TYPES)), seen=np.zeros(0, SIGHTING), expected=expected,
            detected=known, recorded=known, reported=known,
            present=np.full((HOURS, len(GENDERS), zones), 100.0),
        )  # fmt: skip

    return run


def season_of(
    run_day: RunDay, *, plan: Plan | None = None, fields: Fields = world_of, seed: int = 1, **more: object
) -> Season:
    base = plan_of(shoebox())
    return Season(base, plan or base, fields, seed=seed, run_day=run_day, **more)  # type: ignore[arg-type]
