"""Daylight as events: the fields are renewed when light has changed, and only then."""

from datetime import date

import numpy as np
import pytest

from model.day.daylight import darkness, moments
from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.world.sun import solar_altitude
from scenarios.station_files import read_station


@pytest.fixture(scope="module")
def shoebox() -> Inputs:
    return read_station("shoebox")


@pytest.mark.parametrize("day", [date(2026, 11, 18), date(2026, 6, 17), date(2026, 3, 25)])
def test_light_never_moves_more_than_a_step_between_renewals(shoebox: Inputs, day: date) -> None:
    inputs = shoebox.replace(date=day)
    p = inputs.parameters
    found = [DAY_START_S, *moments(inputs, DAY_START_S, DAY_END_S)]
    assert found == sorted(set(found))
    for second in range(DAY_START_S, DAY_END_S, 97):
        before = found[int(np.searchsorted(found, second, side="right")) - 1]
        (dark_then, lx_then), (dark, lx) = darkness(inputs, before), darkness(inputs, second)
        # one second further, and the sun's path between two looks, may add a little
        assert abs(dark - dark_then) <= 1.05 * p.light_renew_dark
        assert abs(np.log10(lx / lx_then)) <= 1.05 * p.light_renew_decades


def test_dusk_is_an_event_and_the_night_is_none(shoebox: Inputs) -> None:
    found = moments(shoebox, DAY_START_S, DAY_END_S)
    place = shoebox.layout
    altitude = np.array(
        [solar_altitude(shoebox.date, second, place.latitude, place.longitude) for second in found]
    )
    assert len(found) < 120  # instead of 240 renewals, every five minutes
    assert np.mean(altitude > -18) == 1
    assert np.mean((altitude > -8) & (altitude < 4)) > 0.6


def test_summer_evenings_are_light_and_winter_evenings_dark(shoebox: Inputs) -> None:
    evening = 19 * 3600
    winter, summer = shoebox, shoebox.replace(date=date(2026, 6, 17))
    assert darkness(winter, evening)[0] == 1
    assert darkness(summer, evening)[0] == 0
    assert darkness(summer, evening)[1] > 1000 * darkness(winter, evening)[1]
