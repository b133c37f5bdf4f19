"""Fear over weeks: facts 2, 3 and 12 on days of the halt and the shoebox, T9 on days made by a formula."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import INCIDENT_TYPES
from model.seasons.days import DayKind, DayPage, Plan, replace_demand
from model.seasons.memory import EVENING, within_year
from model.seasons.season import Season
from model.seasons.surveys import evening_scores
from scenarios.seasons import Fields, Reading
from tests.season_harness import felt, season_of

P = Parameters.default()
HALVED = 0.35  # of the hazards: who has struck or was sent away strikes no more, so half of them is more than half
HALF_A_YEAR = 26
EVENINGS = (18 * 3600, 25 * 3600)


def with_rates(inputs: Inputs, factor: float) -> Inputs:
    """The same day with every hazard times a factor."""
    rates = {f"{kind}_rate": inputs.parameters[f"{kind}_rate"] * factor for kind in INCIDENT_TYPES}
    return inputs.replace(parameters=inputs.parameters.replace(**rates))


def evenings(factor: float) -> Plan:
    reading = Reading("shoebox")

    @cache
    def plan(week: int, kind: DayKind) -> Inputs:
        return with_rates(reading.base(week, kind).replace(window=EVENINGS), factor)

    return plan


@cache
def half_a_year(factor: float) -> tuple[Season, dict[str, list[float]]]:
    """The evenings of half a year in which all hazards change by a factor on the first day."""
    season = Season(evenings(1.0), evenings(factor), Fields())
    weeks: dict[str, list[float]] = {}
    for _ in range(HALF_A_YEAR):
        for row in season.advance():
            if row.group == "all" and row.incident_type in ("", "all"):
                weeks.setdefault(row.outcome, []).append(row.value)
    return season, weeks


# ---------------------------------------------------------------- fact 12


def test_fact_12_halving_incidents_for_half_a_year_hardly_moves_the_evening_score() -> None:
    (_, usual), (_, half) = half_a_year(1.0), half_a_year(HALVED)
    fewer = sum(half["expected_incidents"]) / sum(usual["expected_incidents"])
    assert fewer == pytest.approx(0.5, abs=0.1)
    moved = np.array(half["monitor_evening"]) - np.array(usual["monitor_evening"])
    assert abs(moved[-4:].mean()) < 0.3
    assert moved[-4:].mean() > -0.02  # and not downwards


def test_fact_12_far_more_are_afraid_than_are_harmed() -> None:
    season, weeks = half_a_year(1.0)
    victims = (season.memories.shock <= P.memory_theft / 2).sum()
    afraid = within_year(season.memories, season.memories.last_unsafe, season.week, P).sum()
    assert afraid > 10 * max(victims, 1)
    harmed = sum(weeks["expected_incidents"]) - sum(weeks["expected_incidents"]) * 0.5
    assert harmed < afraid


# ---------------------------------------------------------------- V23


def test_v23_a_tenth_fewer_people_for_a_week_is_made_good_on_real_evenings() -> None:
    """Fewer eyes, more fear, fewer people: the loop must not feed itself (gain below 1)."""
    usual = evenings(1.0)

    def shocked(week: int, kind: DayKind) -> Inputs:
        inputs = usual(week, kind)
        people = inputs.population
        return replace_demand(people.boardings * 0.9, people.alightings * 0.9, inputs) if week == 0 else inputs

    arms = [Season(usual, plan, Fields()) for plan in (usual, shocked)]
    gaps = []
    for _ in range(4):
        calm, hit = (
            sum(r.value for r in arm.advance() if r.outcome == "travellers" and r.group == "all") for arm in arms
        )
        gaps.append((calm - hit) / calm)
    assert gaps[0] == pytest.approx(0.1, abs=0.03)
    assert max(map(abs, gaps[1:])) < 0.25 * gaps[0]


# ---------------------------------------------------------------- T9


def concentrated(share: float, harm: float):  # type: ignore[no-untyped-def]
    """Days with the same expected incidents, all on those whose number falls in a share of the people."""
    inner = felt(day=1.2, evening=0.8)

    def run(inputs, world, seed, number, visits, past) -> DayPage:  # type: ignore[no-untyped-def]
        page = inner(inputs, world, seed, number, visits, past)
        hit = (visits.person * 2654435761 % 2**32) < share * 2**32
        own = np.zeros_like(page.harm)
        own[hit] = harm * len(visits) / max(hit.sum(), 1)
        return replace(page, harm=own)

    return run


def test_t9_incidents_that_spread_over_more_people_leave_no_less_fear() -> None:
    afraid, shocks = [], []
    for share in (0.05, 1.0):
        season = season_of(concentrated(share, 2e-3))
        before = (evening_scores(season.panel, season.memories, season.week, P) < 5.5).sum()
        for _ in range(HALF_A_YEAR):
            season.advance()
        after = evening_scores(season.panel, season.memories, season.week, P)
        afraid.append(int((after < 5.5).sum() - before))
        shocks.append(season.memories.shock.sum())
    assert shocks[0] == pytest.approx(shocks[1], rel=0.15)  # the same harm in all
    assert afraid[1] >= afraid[0]


# ---------------------------------------------------------------- facts 2 and 3


@cache
def halt() -> dict[tuple[str, str], float]:
    """A year of remembered days of the halt, and two weeks."""
    season = Season(Reading("halte").plan(), Reading("halte").plan(), Fields())
    rows = season.advance() + season.advance()
    knows = season.week - season.memories.last_evening < 52
    spread = evening_scores(season.panel, season.memories, season.week, P)[knows].std()
    return {(r.outcome, r.group): r.value for r in rows} | {("spread", ""): float(spread), ("band", ""): EVENING}


@pytest.mark.xfail(
    strict=True,
    reason="the halt, small and without staff, is given 5.6 after 19:00: 1.3 below the mean of all stations; "
    "nothing is fitted yet, and one station is not four hundred",
)
def test_fact_2_the_evening_is_given_about_a_seven() -> None:
    assert halt()["monitor_evening", "all"] == pytest.approx(6.9, abs=0.82)  # one standard deviation of stations


def test_fact_2_the_evening_is_given_less_than_the_day() -> None:
    assert halt()["monitor_evening", "all"] < halt()["monitor_day", "all"]


def test_fact_2_people_differ() -> None:
    """Standard deviation of 1.87 points between people of all stations (prototype). Band self-set: 1.2 to 2.4."""
    assert 1.2 < halt()["spread", ""] < 2.4


@pytest.mark.xfail(
    strict=True,
    reason="77% of regular and 50% of sporadic travellers at the halt, 16 and 22 points too many: its evenings are "
    "felt 1.3 points too low (fact 2), and a visit can be bad by day as well",
)
def test_fact_3_most_regular_and_few_sporadic_travellers_felt_unsafe_in_a_year() -> None:
    """61 and 28% of a whole trip by public transport; here the station alone. Tolerance self-set: 12 points."""
    assert halt()["unsafe_12_months_regular", "all"] == pytest.approx(0.61, abs=0.12)
    assert halt()["unsafe_12_months_sporadic", "all"] == pytest.approx(0.28, abs=0.12)


def test_fact_3_women_more_than_men() -> None:
    assert halt()["unsafe_12_months_woman", "all"] > halt()["unsafe_12_months_man", "all"]
