"""Disorder: exact steps against fine ones, the fit to the layout, and what cleaning, crowds and owners change."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.inputs.inputs import Inputs
from model.inputs.upkeep import Cleaning, Repair, Upkeep
from model.kernels.litter import litter_hours
from model.kernels.state import PLAIN
from model.parameters import Parameters
from model.results import HOURS
from model.station import Station
from model.world.disorder import (
    Load,
    day_disorder,
    make_care,
    mend,
    repair_days,
    settled,
    upkeep_of,
    walk_days,
    walk_hours,
    wrong_owner,
)
from scenarios.station_files import read_station
from tests.day_harness import world_of

P = Parameters.default()
TWICE_A_DAY = Upkeep((Cleaning("more", 12 * 3600.0),))


@pytest.fixture(scope="module", params=["shoebox", "halte"])
def inputs(request: pytest.FixtureRequest) -> Inputs:
    return read_station(request.param)


def told(inputs: Inputs) -> np.ndarray:
    return np.array([zone.disorder for zone in inputs.layout.zones])


# ---------------------------------------------------------------- steps


def twin_litter(litter: float, other: float, items: float, scale: float, gain: float, pieces: int = 5_000) -> float:
    """The same hour in many small steps of Euler."""
    for _ in range(pieces):
        litter += items / pieces * (1 + gain * (1 - np.exp(-(litter / scale + other))))
    return litter


@settings(deadline=None)
@given(st.floats(0, 40), st.floats(0, 2), st.floats(0, 60), st.floats(0.1, 2))
def test_an_hour_of_litter_is_the_same_in_one_step_or_many(
    litter: float, other: float, items: float, gain: float
) -> None:
    def walk(hours: int) -> float:
        dropped = np.full((hours, 1), items / hours)
        never = np.zeros((hours, 1))
        return float(litter_hours(np.array([litter]), np.array([other]), dropped, never, 15.0, gain)[1][0])

    assert walk(1) == pytest.approx(walk(50), rel=1e-10, abs=1e-10)
    assert litter + items <= walk(1) + 1e-9 <= litter + items * (1 + gain) + 2e-9


def test_an_hour_of_litter_solves_its_equation() -> None:
    for case in ((0.0, 0.0, 9.0, 15.0, 1.1), (7.0, 0.4, 20.0, 15.0, 1.1), (30.0, 1.5, 3.0, 10.0, 2.0)):
        litter, other, items, scale, gain = case
        one = litter_hours(np.array([litter]), np.array([other]), np.array([[items]]), np.zeros((1, 1)), scale, gain)
        assert one[1][0] == pytest.approx(twin_litter(*case), rel=1e-4)


def test_a_round_takes_its_share_and_leaves_graffiti(inputs: Inputs) -> None:
    sources, care, load = upkeep_of(inputs)
    empty = replace(sources, minutes=np.zeros_like(sources.minutes))
    assert (care.first_h == 0).all()
    _, after = walk_hours(load, empty, care, P, minutes=empty.minutes[:1])
    assert after.litter == pytest.approx(load.litter * (1 - P.disorder_clean_share))
    assert (after.graffiti == load.graffiti).all()


def test_graffiti_and_faults_relax_to_rate_times_delay(inputs: Inputs) -> None:
    sources, care, load = upkeep_of(inputs)
    nothing = Load(load.litter, np.zeros_like(load.graffiti), np.zeros_like(load.broken))
    one, two = mend(nothing, sources, care, 30.0), nothing
    for _ in range(30):
        two = mend(two, sources, care, 1.0)
    assert two.graffiti == pytest.approx(one.graffiti, rel=1e-12)
    for_ever = mend(nothing, sources, care, 1e6)
    assert for_ever.broken == pytest.approx(sources.faults * sources.scale * care.delay_d)
    more = mend(load, sources, care, 1.0, tags=sources.tags * sources.scale * 2)
    assert (more.graffiti > load.graffiti).all()


# ---------------------------------------------------------------- the layout and its cycle


def test_the_mean_of_the_day_is_the_disorder_of_the_layout(inputs: Inputs) -> None:
    path = day_disorder(inputs)
    assert path.shape == (HOURS, len(inputs.layout.zones))
    assert path.mean(axis=0) == pytest.approx(told(inputs), abs=1e-9)
    assert (path > 0).all()
    assert (path < 1).all()
    assert path[-1].mean() > path[1].mean()  # cleaned at 05:00, littered through the day


def test_a_settled_cycle_comes_back_to_itself(inputs: Inputs) -> None:
    sources, care, load = upkeep_of(inputs)
    path, after = walk_days(load, sources, care, P, 1)
    assert after.litter == pytest.approx(load.litter, abs=1e-8)
    assert after.graffiti == pytest.approx(load.graffiti, rel=1e-12)
    assert path == pytest.approx(day_disorder(inputs), abs=1e-9)
    week = walk_days(load, sources, care, P, 7)[0]
    assert week == pytest.approx(path, abs=1e-9)


def test_cleaning_more_lowers_disorder_and_its_first_day_begins_where_the_base_is(inputs: Inputs) -> None:
    more = inputs.replace(upkeep=TWICE_A_DAY, base_upkeep=inputs.upkeep)
    base, own = day_disorder(inputs), day_disorder(more)
    first = day_disorder(more.replace(slow="base"))
    assert (own.mean(axis=0) < base.mean(axis=0)).all()
    assert (own.mean(axis=0) < first.mean(axis=0)).all()
    assert first[0] == pytest.approx(base[0])  # the round at 05:00 is in both
    assert (first.mean(axis=0) < base.mean(axis=0)).all()
    unchanged = inputs.replace(base_upkeep=inputs.upkeep)
    assert (day_disorder(unchanged) == base).all()


def test_rounds_reach_the_zones_that_they_name(inputs: Inputs) -> None:
    zone = inputs.layout.zones[0]
    rounds = (Cleaning("a", 7200.0, (zone.id,), share=0.5), Cleaning("b", 3600.0, owner="municipality"))
    care = make_care(inputs.layout.zones, inputs.population, Upkeep(rounds), P)
    for k, one in enumerate(inputs.layout.zones):
        hours = 2 if one.id == zone.id else 1 if one.owner == "municipality" else P.disorder_clean_small_s / 3600
        assert care.every_h[k] == hours
        assert care.share[k] == (0.5 if one.id == zone.id else P.disorder_clean_share)


def test_a_weekly_round_makes_a_cycle_of_a_week(inputs: Inputs) -> None:
    weekly = Upkeep((Cleaning("week", 7 * 86_400.0),))
    care = make_care(inputs.layout.zones, inputs.population, weekly, P)
    sources = upkeep_of(inputs)[0]
    path, load = settled(sources, care, P)
    assert (path.mean(axis=0) > told(inputs)).all()
    daily = [walk_days(load, sources, care, P, days)[1].litter for days in (1, 6, 7)]
    assert (daily[0] < daily[1]).all()
    assert daily[2] == pytest.approx(load.litter, rel=1e-6)


def test_more_people_leave_more_litter_and_a_norm_less(inputs: Inputs) -> None:
    sources, care, load = upkeep_of(inputs)
    usual = walk_days(load, sources, care, P, 1)[0]
    crowded = walk_days(load, sources, care, P, 1, minutes=2 * sources.minutes[:HOURS])[0]
    tidy = walk_days(load, sources, replace(care, norm=care.norm + 0.5), P, 1)[0]
    assert (tidy.mean(axis=0) < usual.mean(axis=0)).all()
    assert (usual.mean(axis=0) < crowded.mean(axis=0)).all()


# ---------------------------------------------------------------- owners


def test_owners_mend_with_their_own_delay_and_a_wrong_owner_costs_time() -> None:
    plain = Upkeep()
    assert repair_days("ProRail", plain, P) == pytest.approx(P.repair_days_prorail / np.log(2))
    extra, lost = wrong_owner("municipality", plain, P)
    wrong_share = 1 - P.report_right_owner
    assert extra == pytest.approx(wrong_share * 7)
    assert lost == pytest.approx(wrong_share * 0.15)
    # by simulation: a report is right at once, or wrong and late, or wrong, late and lost, and then made again
    rng = np.random.default_rng(2)
    days = np.zeros(200_000)
    open_cases = np.arange(len(days))
    while len(open_cases):
        wrong = rng.random(len(open_cases)) < wrong_share
        gone = wrong & (rng.random(len(open_cases)) < P.repair_lost)
        mended = rng.exponential(P.repair_days_municipality / np.log(2), len(open_cases))
        days[open_cases] += mended + wrong * P.repair_wrong_days
        open_cases = open_cases[gone]
    assert repair_days("municipality", plain, P) == pytest.approx(days.mean(), rel=0.01)
    agreed = replace(plain, agreement=True)
    assert repair_days("municipality", agreed, P) < repair_days("municipality", plain, P)
    faster = Upkeep(repair=(Repair("municipality", 2.0),))
    assert repair_days("municipality", faster, P) < repair_days("municipality", agreed, P)


def test_faster_repair_lowers_disorder(inputs: Inputs) -> None:
    faster = Upkeep(repair=tuple(Repair(owner, 1.0) for owner in ("ProRail", "municipality", "NS")))
    own = day_disorder(inputs.replace(upkeep=faster, base_upkeep=inputs.upkeep))
    assert (own.mean(axis=0) < told(inputs)).all()


# ---------------------------------------------------------------- in a day


def test_a_day_takes_the_disorder_of_its_hours() -> None:
    inputs = read_station("shoebox", date=date(2026, 11, 18)).replace(window=(9 * 3600, 11 * 3600))
    station = Station(inputs, world_of(inputs), seed=1, day=1)
    path = day_disorder(inputs)
    plain = []
    for hour in (9, 10):
        station.run_until(hour * 3600 + 1800)
        assert (station.fields.zones["disorder"] == path[hour - 5]).all()
        plain.append(station.fields.terms[:, PLAIN].copy())
    assert (path[5] > path[4]).all()
    # by daylight nothing else changes the terms of the place: more litter, a lower score
    cell = int(np.argmax(station.world.light.daylight_factor))
    assert plain[1][cell] < plain[0][cell]
