"""The pages of visits: they add up to the tables of the day, and cost the day nothing that it shows."""

import numpy as np
import pytest

from model.day.entry import SHAPE, Expectations
from model.day.past import Past
from model.kernels.score import score_of
from model.parameters import Parameters
from model.results import VICTIM_TYPES
from model.station import Station
from tests.day_harness import differences, run, shoebox, world_of

INPUTS = shoebox().replace(window=(18 * 3600, 20 * 3600))


@pytest.fixture(scope="module")
def station() -> Station:
    station = Station(INPUTS, world_of(INPUTS), diary=True)
    station.results = station.run()
    return station


def test_pages_add_up_to_the_tables_of_the_day(station: Station) -> None:
    day, pages = station.results, station.results.diary
    assert len(pages) == day.visits.sum() > 100
    score, visits, unsafe = np.zeros_like(day.visits), np.zeros_like(day.visits), np.zeros_like(day.visits)
    for page in pages:
        cell = page["hour"], page["gender"]
        visits[cell] += 1
        score[cell] += score_of(page["latent"])
        unsafe[cell] += score_of(page["worst"]) < Parameters.default().feel_unsafe_score
    assert (visits == day.visits).all()
    assert score == pytest.approx(day.visit_score, rel=1e-9)
    assert (unsafe == day.unsafe).all()
    # a short visit can have its lows at both ends, further apart than the window
    assert (pages["worst"] <= pages["latent"] + 1e-9).mean() > 0.99
    assert (station.visits.identity[pages["row"]] == pages["identity"]).all()


def test_own_expected_incidents_add_up_to_those_of_the_day(station: Station) -> None:
    day = station.results
    assert day.harm is not None
    whole = day.expected[: len(VICTIM_TYPES), :, :3].sum(axis=(1, 2, 3))
    assert (whole[:3] > 0).all()  # aggressive people may stay away
    assert day.harm.sum(axis=0) == pytest.approx(whole, rel=1e-9)
    woman = station.visits.gender == 0
    assert day.harm[woman].sum(axis=0) == pytest.approx(day.expected[:4, :, 0].sum(axis=(1, 2)), rel=1e-9)


def test_asking_for_pages_changes_no_table(station: Station) -> None:
    plain = run(INPUTS)
    assert plain.diary is None
    assert plain.harm is None
    assert differences(plain, station.results) == []


def test_a_past_of_more_disorder_is_felt(station: Station) -> None:
    zones = len(INPUTS.layout.zones)
    worse = Station(INPUTS, world_of(INPUTS), past=Past(disorder=np.full(zones, 0.9))).run()
    expect = Expectations.alike(np.ones(SHAPE))
    watched = Station(INPUTS, world_of(INPUTS), past=Past(expect=expect)).run()
    day = station.results
    assert worse.visit_score.sum() < day.visit_score.sum()
    assert watched.expected[:6].sum() < 0.5 * day.expected[:6].sum()
