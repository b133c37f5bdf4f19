"""Alternative ways and the choice between them, against slow twins; what a choice costs when there is none."""

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from model.day.alternatives import Ways, ways_of
from model.day.demand import draw_visits
from model.day.route_choice import avoidance, fear_of, way_shares
from model.day.tracing import Tracer
from model.inputs.inputs import Inputs
from model.kernels.tracing import STEP_M
from model.parameters import Parameters
from model.results import FIRST_HOUR
from model.station import Station
from model.world.parts import part_keys, plain_times
from model.world.world import World
from scenarios.station_files import read_station
from scenarios.store import FieldCache
from tests.day_harness import differences, with_one_more

P = Parameters.default()
NO_VIA = -1
_FIELDS = FieldCache(None)


@cache
def halte() -> Inputs:
    return read_station("halte").replace(window=(21 * 3600, 22 * 3600))


def station_of(inputs: Inputs, **rest: Any) -> Station:
    return Station(inputs, World.of(inputs, _FIELDS.remember), **rest)


@pytest.fixture(scope="module")
def station() -> Station:
    return station_of(halte())


@pytest.fixture(scope="module")
def ways(station: Station) -> Ways:
    return ways_of(halte(), station.world, station.ground)


def rows_of(ways: Ways, pair: int) -> range:
    return range(ways.first[pair], ways.first[pair + 1])


def test_the_first_alternative_is_the_shortest_way(station: Station, ways: Ways) -> None:
    routes = station.world.routes
    counts = np.diff(ways.first)
    assert counts.max() > 1
    assert counts.max() <= P.route_alternatives
    for pair in range(len(counts)):
        plain, *others = rows_of(ways, pair)
        assert others or ways.via[plain] == NO_VIA
        assert all(ways.via[k] >= routes.first_gateway for k in others)
        assert all(ways.seconds[k] <= P.route_detour * ways.seconds[plain] for k in others)
        assert len({int(ways.via[k]) for k in rows_of(ways, pair)}) == len(others) + 1


def test_every_alternative_leads_through_its_gateway_to_its_goal(station: Station, ways: Ways) -> None:
    world, ground = station.world, station.ground
    routes, tracer = world.routes, Tracer(ground)
    access = len(station.inputs.layout.accesses)
    looked = 0
    for origin, goal in zip(*np.nonzero(ways.pair >= 0), strict=True):
        if origin < access:
            continue
        at = origin - access
        x, y = float(routes.section_x[at]), float(routes.section_y[at])
        for k in rows_of(ways, ways.pair[origin, goal]):
            seconds = 0.0
            if ways.via[k] >= 0:
                there = tracer.trace(routes.direction[ways.via[k]], x, y)
                assert there is not None
                end = routes.gateway_end[ways.via[k] - routes.first_gateway]
                assert end < 0 or end in there.ends
                seconds += _seconds(there, routes)
                x1, y1 = there.points[-1]
            else:
                x1, y1 = x, y
            on = tracer.trace(routes.direction[goal], x1, y1)
            assert on is not None
            seconds += _seconds(on, routes)
            assert seconds == pytest.approx(ways.seconds[k], rel=0.12, abs=4)
            assert ways.over_legs(np.ones(len(world.grid.cell_x)))[k] == pytest.approx(seconds, rel=0.02, abs=2)
            looked += 1
    assert looked > 100


def _seconds(way: Any, routes: Any) -> float:
    passage = dict(zip(routes.gateway_end.tolist(), routes.gateway_seconds.tolist(), strict=True))
    return float(sum(passage[int(end)] if end >= 0 else STEP_M for end in way.ends))


def test_path_sizes_share_what_is_shared(ways: Ways) -> None:
    counts = np.diff(ways.first)
    alone = ways.first[:-1][counts == 1]
    assert ways.size[alone] == pytest.approx(np.ones(len(alone)))
    many = np.repeat(counts > 1, counts)
    assert (ways.size[many] < 1).all()
    assert (ways.size >= 1 / P.route_alternatives - 1e-9).all()


def twin_shares(ways: Ways, pair: int, fear: Any, hour: int, gender: int, kappa: float, speed: float) -> list[float]:
    value = []
    for k in rows_of(ways, pair):
        seconds = (ways.seconds[k] + kappa * fear[hour, gender, k]) / speed
        value.append(ways.size[k] * math.exp(-P.route_scale * seconds))
    return [v / math.fsum(value) for v in value]


def test_shares_equal_their_twin(station: Station, ways: Ways) -> None:
    fear = fear_of(halte(), station.world, station.ground, ways)
    assert fear.shape == (20, 3, len(ways.via))
    assert (fear >= 0).all()
    assert fear[22 - FIRST_HOUR, 0].mean() > fear[22 - FIRST_HOUR, 1].mean()  # women fear more
    assert fear[12 - FIRST_HOUR].max() < 1  # nobody at noon
    rng = np.random.default_rng(2)
    n = 200
    pair, hour = rng.integers(0, len(ways.first) - 1, n), rng.integers(0, 20, n)
    gender, kappa, speed = rng.integers(0, 3, n).astype(np.int8), rng.uniform(0, 1, n), rng.uniform(0.6, 1.8, n)
    shares = way_shares(ways, pair, fear, hour, gender, kappa, speed, P)
    assert shares.sum(axis=1) == pytest.approx(np.ones(n), abs=1e-12)
    for i in range(n):
        twin = twin_shares(ways, pair[i], fear, hour[i], gender[i], kappa[i], speed[i])
        assert shares[i, : len(twin)] == pytest.approx(twin, abs=1e-12)


def test_classes_of_avoidance_keep_the_mean_of_their_gender() -> None:
    kappa = avoidance(P)
    assert kappa.shape == (3, 3)
    assert kappa[0].mean() == pytest.approx(P.route_fear_woman)
    assert kappa[1].mean() == pytest.approx(P.route_fear_man)
    assert (np.diff(kappa, axis=1) > 0).all()
    assert avoidance(P.replace(route_fear_sd=0.0))[0] == pytest.approx([P.route_fear_woman] * 3)


def test_those_who_choose_another_way_walk_it_and_arrive(station: Station) -> None:
    chosen = station.visitors.rows["via"]
    assert (chosen >= 0).mean() > 0.3
    day = station_of(halte())
    seen: set[int] = set()
    through = 0
    while day.time < day.end_s:
        day.run_until(day.time + 30)
        people = day.crowd.people[day.crowd.order[: len(day.travellers)]]
        seen |= set(people["visit"][people["after"] >= 0].tolist())
        through += int(((people["after"] < 0) & (chosen[people["visit"]] >= 0)).sum())
    assert seen <= set(np.flatnonzero(chosen >= 0).tolist())
    assert len(seen) > 5
    assert through > len(seen)


def test_without_fear_nothing_is_asked_and_without_alternatives_everybody_goes_the_shortest_way() -> None:
    fearless = P.replace(route_fear_woman=0.0, route_fear_man=0.0)
    asked: list[str] = []

    def remember(part: str, key: str, make: Any) -> Any:
        asked.append(part)
        return _FIELDS.remember(part, key, make)

    inputs = halte().replace(parameters=fearless)
    Station(inputs, World.of(inputs, remember))
    assert "ways" in asked
    assert not {"fear", "people"} & set(asked)
    asked.clear()
    inputs = halte().replace(parameters=fearless.replace(route_alternatives=1))
    plain = Station(inputs, World.of(inputs, remember))
    assert "ways" not in asked
    assert (plain.visitors.rows["via"] == NO_VIA).all()


def test_a_parameter_draw_needs_no_new_routes() -> None:
    names = P.uncertain()
    draw = P.draw([0.8] * len(names))
    layout = halte().layout
    assert part_keys(layout, draw)["routes"] == part_keys(layout, P)["routes"]
    assert plain_times(draw).stairs_up_factor == P.stairs_up_factor != draw.stairs_up_factor
    kept = FieldCache(None)
    World.of(halte(), kept.remember)
    kept.made.clear()
    World.of(halte().replace(parameters=draw), kept.remember)
    assert not {"grid", "routes"} & set(kept.made)


def test_r6_one_more_traveller_changes_nobodys_way(station: Station) -> None:
    visits = draw_visits(halte(), station.world, 1, 1)
    more = with_one_more(visits, identity=int(visits.identity[40]) + 1, key=int(visits.key[40]) + 5000)
    one, other = (station_of(halte(), visits=v).visitors.rows for v in (visits, more))
    at = int(np.searchsorted(visits.identity, visits.identity[40] + 1))
    assert np.array_equal(one["via"], np.delete(other["via"], at))


def test_the_order_of_lamps_changes_no_way(station: Station) -> None:
    inputs = halte()
    same = inputs.replace(layout=replace(inputs.layout, lamps=tuple(reversed(inputs.layout.lamps))))
    assert np.array_equal(station_of(same).visitors.rows["via"], station.visitors.rows["via"])


def test_v32_the_same_inputs_give_the_same_ways_and_day() -> None:
    one, other = (station_of(halte()).run() for _ in range(2))
    assert differences(one, other) == []
