"""Facts about offending and guardianship, and what published models showed (science.md 10.2, 11).

Virtual trials on the drawn stations; numbers, dose and measure of each stand in ``facts_crime``. Nothing was tuned to
them. A fact that is not met is a strict xfail that says by how much.
"""

import numpy as np
import pytest

from model.results import FIRST_HOUR, INCIDENT_TYPES
from tests.science.facts_crime import (
    cameras_everywhere,
    concentration,
    evening_patrols,
    hours_of_a_day,
    patrol_trial,
    time_on_station,
    top_share,
    two_zones,
    weeks_of_patrol,
)

HOURS = FIRST_HOUR + np.arange(20)
PEAKS = np.isin(HOURS, (7, 8, 16, 17, 18))
EVENINGS = HOURS >= 19
OPEN = (HOURS >= 6) & (HOURS < 24)  # hours with more than a handful of visits


# ---------------------------------------------------------------- fact 5: when


def per_visit(kinds: tuple[str, ...], weekday: int = 2) -> np.ndarray:
    incidents, visits = hours_of_a_day("shoebox", 3, weekday)
    rows = [INCIDENT_TYPES.index(kind) for kind in kinds]
    return np.asarray(incidents[rows].sum(axis=0) / np.maximum(visits, 1))


def test_fact_5_theft_for_each_traveller_peaks_in_the_two_rush_hours() -> None:
    risk = per_visit(("theft",))
    assert risk[PEAKS].mean() > 1.5 * risk[OPEN & ~PEAKS].mean()
    morning, afternoon = risk[HOURS < 12], risk[HOURS >= 12]
    assert HOURS[HOURS < 12][np.argmax(morning)] in (7, 8)
    assert HOURS[HOURS >= 12][np.argmax(afternoon)] in (16, 17, 18)


def test_fact_5_disorder_and_violence_peak_in_the_evening_and_at_the_weekend() -> None:
    risk = per_visit(("aggression", "nuisance"))
    late = HOURS >= 21
    assert risk[late & (HOURS < 25)].mean() > 2 * risk[OPEN & ~EVENINGS].mean()
    wednesday, friday = (per_visit(("aggression",), weekday)[EVENINGS].sum() for weekday in (2, 4))
    assert friday > 1.2 * wednesday


# ---------------------------------------------------------------- fact 6: how concentrated


def test_fact_6_a_quarter_of_the_hours_holds_about_half_of_the_crime() -> None:
    incidents, _ = hours_of_a_day("shoebox", 3)
    crime = np.delete(incidents, INCIDENT_TYPES.index("nuisance"), axis=0).sum(axis=0)
    # London Underground: 45%; the drawn station has fewer people at night than that network
    assert 0.35 < top_share(crime, 0.25) < 0.65


# ---------------------------------------------------------------- fact 7, T3: the platform patrol


def test_fact_7_a_platform_patrol_of_four_quarters_lowers_crime_by_a_sixth() -> None:
    assert 0.10 < patrol_trial().crimes < 0.25  # trial: 14% fewer crimes


def test_fact_7_a_platform_patrol_lowers_calls_by_a_fifth() -> None:
    """Calls are what people call or report, of which nuisance is a smaller part than of what happens."""
    print(f"\nFact 7: calls {patrol_trial().calls:.1%} down, crimes {patrol_trial().crimes:.1%}; trial 21% and 14%")
    assert 0.14 < patrol_trial().calls < 0.25


def test_fact_7_most_of_it_comes_about_while_nobody_is_there() -> None:
    assert 0.75 < patrol_trial().absent < 1  # trial: 97%


# ---------------------------------------------------------------- fact 9: cameras


def test_fact_9_cameras_that_only_record_change_violence_not_at_all_and_little_in_sum() -> None:
    change = cameras_everywhere(watched=False)
    assert abs(change["aggression"]) < 0.02
    assert -0.06 < change["all"] < 0.01
    assert change["theft"] < -0.04


@pytest.mark.xfail(
    strict=True,
    reason="theft falls by 13%, by 20% in Stockholm: the hazard falls by 31%, but who has not succeeded tries on, "
    "and in a full peak he succeeds all the same (the survival of 4.4); cameras keep nobody from coming",
)
def test_fact_9_watched_cameras_lower_theft_by_about_a_fifth() -> None:
    assert -0.25 < cameras_everywhere(watched=True)["theft"] < -0.15


def test_fact_9_cameras_by_themselves_reassure_little() -> None:
    for watched in (False, True):
        assert abs(cameras_everywhere(watched)["score"]) < 0.15


# ---------------------------------------------------------------- T1: time spent there


def test_t1_more_time_on_the_station_is_more_theft_and_more_harassment() -> None:
    theft, approach = np.array([time_on_station()[k] for k in (0.6, 1.0, 1.4)]).T
    assert (np.diff(theft) > 0).all()
    assert (np.diff(approach) > 0).all()


# ---------------------------------------------------------------- T2, T7: where the guard goes


def test_t2_a_guard_lowers_incidents_also_with_the_surroundings() -> None:
    found = evening_patrols()
    assert found["everywhere"] < 0.95 * found["none"]
    assert found["hot spots"] < 0.95 * found["none"]


@pytest.mark.xfail(
    strict=True,
    reason="46% more than a round of everywhere: belief is the heaviest guard that a visit of three quarters of an "
    "hour sees; a round of everywhere is met nearly as surely as one of two places, and nobody goes elsewhere",
)
def test_t2_hot_spots_beat_a_round_of_everywhere() -> None:
    found = evening_patrols()
    assert found["hot spots"] < found["everywhere"]


def test_t7_the_same_guard_does_more_in_one_way_than_in_another() -> None:
    found = evening_patrols()
    assert found["hot spots"] < 0.95 * found["cold spots"] < found["none"]


# ---------------------------------------------------------------- T4: mechanisms


def test_t4_belief_concentrates_incidents() -> None:
    found = concentration()
    assert found["no belief"] < found["all on"]


def test_t4_opportunity_concentrates_incidents() -> None:
    found = concentration()
    assert found["no opportunity"] < found["all on"]


@pytest.mark.xfail(strict=True, reason="Gini 0.418 without, 0.403 with it: the guard goes where incidents are")
def test_t4_guardianship_concentrates_incidents() -> None:
    found = concentration()
    assert found["no guardianship"] < found["all on"]


# ---------------------------------------------------------------- T5, T8: learning


def test_t5_many_people_follow_the_mean_field_equation() -> None:
    many, field = two_zones()
    weeks = [(many[k : k + 10].mean(axis=0), field[k : k + 10].mean(axis=0)) for k in range(0, 120, 10)]
    assert all(abs(one / other - 1).max() < 0.05 for one, other in weeks)
    assert field[-1, 0] < 0.5 * field[0, 0], "the watched zone loses its visits"
    assert field[-1, 1] > 1.2 * field[0, 1], "the other gains some of them"


def test_t8_offenders_learn_a_fixed_route() -> None:
    fixed, anywhere = weeks_of_patrol(fixed=True), weeks_of_patrol(fixed=False)
    assert fixed[-5:].mean() < fixed[0], "the effect shrinks"
    assert anywhere[-5:].mean() > anywhere[0]
    assert (fixed / anywhere)[-5:].mean() < 0.7 * (fixed / anywhere)[0]
