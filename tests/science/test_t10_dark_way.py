"""T10: two equal ways, one dark and littered: women avoid it more than men, men more than not at all.

After the pedestrian model of fear of crime by Park and others (SFU): routes avoid what is dark, hidden and littered.
A forecourt and a platform are joined by two equal passages, side by side; a day of the model says who takes which.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from model.day.alternatives import ways_of
from model.day.route_choice import avoidance, fear_of, way_shares
from model.inputs.inputs import Inputs
from model.inputs.layout import Access, Lamp, Platform
from model.inputs.timetable import Timetable, Train
from model.parameters import Parameters
from model.results import GENDERS
from model.station import Station
from model.world.world import World
from scenarios.station_files import read_station
from tests.twins_fields import layout, rectangle, zone

P = Parameters.default()
LIT, DARK = 2, 3
NIGHT = (20 * 3600, 23 * 3600)


@cache
def station(dark: bool = True) -> Inputs:
    """Forecourt, two passages of 4 by 40 m with 6 m between them, platform; mirrored but for lamps and litter."""
    walls = [*rectangle(0, 0, 80, 14), *rectangle(20, 4, 60, 10, "block")]
    zones = [
        zone("forecourt", 0, 0, 20, 14, kind="square", sky=1.0),
        zone("platform", 60, 0, 80, 14, kind="platform", sky=1.0),
        zone("lit", 20, 10, 60, 14, kind="underpass", roofed=True, disorder=0.1),
        zone("dark", 20, 0, 60, 4, kind="underpass", roofed=True, disorder=0.95 if dark else 0.1),
    ]
    lamps = [Lamp(f"square-{k}", 0, 10.0, 3.5 + 7 * k, 5.0, 4000.0) for k in range(2)]
    lamps += [Lamp(f"platform-{k}", 0, 70.0, 3.5 + 7 * k, 5.0, 4000.0) for k in range(2)]
    lamps += [Lamp(f"lit-{k}", 0, 22.0 + 4 * k, 12.0, 2.8, 3000.0) for k in range(10)]
    lamps += [Lamp(f"dark-{k}", 0, 22.0 + 4 * k, 2.0, 2.8, 1.0 if dark else 3000.0) for k in range(10)]
    place = layout(
        walls,
        zones,
        lamps=tuple(lamps),
        accesses=(Access("door", "Door", "forecourt", ((0.5, 5), (4, 5), (4, 9), (0.5, 9)), 1.0),),
        platforms=(Platform("1", "platform", ((74, 1), (79.5, 1), (79.5, 13), (74, 13)), ((79.5, 1), (79.5, 13))),),
    )
    base = read_station("shoebox")
    trains = tuple(
        Train(f"t{k}", NIGHT[0] + 600 * k, NIGHT[0] + 600 * k + 60, "1", f"line {k % 2}", 1) for k in range(1, 18)
    )
    people = replace(base.population, boardings=600.0, alightings=600.0, transfer_share=0.0)
    inputs = base.replace(layout=place, timetable=Timetable(trains), population=people, window=NIGHT)
    return inputs


def shares(inputs: Inputs) -> dict[str, float]:
    """Share of person-seconds in the two passages that is in the dark one, by gender, of a day."""
    day = Station(inputs, World.of(inputs), seed=3, day=1).run()
    seconds = day.seconds.sum(axis=0)
    return {g: seconds[k, DARK] / (seconds[k, LIT] + seconds[k, DARK]) for k, g in enumerate(GENDERS)}


def test_t10_women_avoid_the_dark_way_more_than_men_and_men_more_than_not() -> None:
    found = shares(station())
    print({gender: round(share, 3) for gender, share in found.items()})
    assert found["woman"] < found["man"] - 0.03 < 0.5 - 0.03
    assert found["woman"] > 0.02  # some take it all the same


def test_t10_two_equal_ways_are_taken_alike() -> None:
    found = shares(station(dark=False))
    assert found["woman"] == pytest.approx(0.5, abs=0.05)
    assert found["man"] == pytest.approx(0.5, abs=0.05)


def test_t10_without_fear_the_dark_way_is_as_good() -> None:
    inputs = station()
    fearless = inputs.replace(parameters=P.replace(route_fear_woman=0.0, route_fear_man=0.0))
    found = shares(fearless)
    assert found["woman"] == pytest.approx(0.5, abs=0.05)


def test_t10_whoever_avoids_more_takes_the_dark_way_less() -> None:
    inputs = station()
    made = Station(inputs, World.of(inputs), seed=1, day=1)
    ways = ways_of(inputs, made.world, made.ground)
    pair = int(ways.pair[0, 1])
    assert ways.first[pair + 1] - ways.first[pair] == 2
    fear = fear_of(inputs, made.world, made.ground, ways)
    of_pair = slice(ways.first[pair], ways.first[pair + 1])
    darker = int(np.argmax(fear[17, 0, of_pair]))
    kappa = avoidance(P)
    assert (np.diff(kappa, axis=1) > 0).all()
    assert kappa.mean(axis=1) == pytest.approx(
        [P.route_fear_woman, P.route_fear_man, (P.route_fear_woman + P.route_fear_man) / 2]
    )

    def share(gender: int, k: float) -> Any:
        one = [np.array([value]) for value in (17, gender, k, 1.3)]
        return way_shares(ways, np.array([pair]), fear, *one, P)[0]

    by_class = [[share(g, k)[darker] for k in kappa[g]] for g in (0, 1)]
    assert (np.diff(by_class, axis=1) < 0).all()
    assert share(0, 0.0)[darker] == pytest.approx(0.5, abs=0.02)
