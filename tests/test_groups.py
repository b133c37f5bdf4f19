"""Groups: who belongs together, and that they stay together."""

from functools import cache

import numpy as np
import pytest

from model.day.demand import ALIGHTER, BOARDER, Visits, draw_visits
from model.kernels.crowd import AT_DOOR, TO_DOOR, WAITING
from model.parameters import Parameters
from model.world.grid import make_grid
from model.world.movement import make_groups, make_open_share, make_walk_room
from model.world.routes import make_routes
from tests.day_harness import present, shoebox, station_of, steps, world_of
from tests.twins_fields import layout, rectangle, zone

HOUR = 3600
P = Parameters.default()


@cache
def visits() -> Visits:
    return draw_visits(shoebox(), world_of(shoebox()), 1, 1)


def test_members_follow_each_other_and_share_their_trip() -> None:
    v = visits()
    first = np.searchsorted(v.identity, v.party)
    assert (v.identity[first] == v.party).all()
    assert (v.group == np.bincount(first, minlength=len(v))[first]).all()
    assert (np.diff(first) >= 0).all()
    assert (np.arange(len(v)) - first < v.group).all()
    for name in ("train_in", "train_out", "role", "access", "appear_s", "speed", "group"):
        column = getattr(v, name)
        assert (column == column[first]).all(), name
    assert (v.gender != v.gender[first]).any(), "people of their own all the same"


def test_groups_have_the_share_of_the_mix() -> None:
    v, mix = visits(), shoebox().population.mix
    alone = {late: [s.share_evening if late else s.share_day for s in mix if s.group_size == 1] for late in (0, 1)}
    whole = {late: sum(s.share_evening if late else s.share_day for s in mix) for late in (0, 1)}
    low, high = sorted(sum(alone[late]) / whole[late] for late in (0, 1))
    share = (v.group == 1).mean()
    noise = 3 / np.sqrt(len(v))
    print(f"\nalone {share:.3f}; mix {low:.3f} to {high:.3f}")
    assert low - noise <= share <= high + noise + 0.02  # the last group of a train may find fewer people


def test_one_more_person_on_a_train_changes_at_most_its_last_group() -> None:
    from model.day.demand import parties

    rng = np.random.default_rng(3)
    n = 50
    u, entity = rng.random(n), np.zeros(n, np.int64)
    before = parties(shoebox(), np.full(n - 1, 8.0 * HOUR), entity[:-1], np.zeros(n - 1, np.int8), u[:-1])
    after = parties(shoebox(), np.full(n, 8.0 * HOUR), entity, np.zeros(n, np.int8), u)
    last = before[0][-1]
    assert (before[0][:last] == after[0][:last]).all()
    assert (before[1][:last] == after[1][:last]).all()


def test_nist_2_9_members_arrive_within_ten_seconds_of_each_other() -> None:
    """Groups get off, climb stairs, and are gone within ten seconds of each other; they are near all the way."""
    station = station_of(shoebox().replace(window=(16 * HOUR, 19 * HOUR)))
    v = station.visits
    left: dict[int, int] = {}
    seen: set[int] = set()
    near = together = 0
    for second in steps(station, 1):
        people = station.crowd.people[present(station)]
        here = set(people["visit"].tolist())
        for visit in seen - here:
            left[visit] = second
        seen = here
        walks = (people["group"] > 1) & (people["mode"] == 1)
        together += int(walks.sum())
        near += int((people["company"][walks] != 0).sum())
    first = np.searchsorted(v.identity, v.party)
    spans = []
    for k in np.unique(first[(v.group > 1) & (v.role == ALIGHTER)]):
        times = [left[m] for m in range(k, k + v.group[k]) if m in left]
        if len(times) == v.group[k]:
            spans.append(max(times) - min(times))
    print(f"\n{len(spans)} groups, spans {np.percentile(spans, [50, 90, 100])} s; in company {near / together:.2f}")
    assert len(spans) > 10
    assert np.percentile(spans, 95) <= 10
    assert near / together > 0.85


def test_groups_wait_and_board_together() -> None:
    station = station_of(shoebox().replace(window=(16 * HOUR, 20 * HOUR)))
    apart: dict[int, float] = {}
    doors = []
    for _ in steps(station, 20):
        people = station.crowd.people[present(station)]
        for party in np.unique(people["party"][people["group"] > 1]):
            group = people[people["party"] == party]
            waits = group[group["doing"] == WAITING]
            if len(waits) > 1:
                apart[party] = np.hypot(np.ptp(waits["x"]), np.ptp(waits["y"]))
            boards = group[np.isin(group["doing"], (TO_DOOR, AT_DOOR))]
            if len(boards) > 1:
                doors.append(len(set(boards["door"].tolist())) == 1)
    near = np.array(list(apart.values())) <= P.wait_group_m
    print(f"\n{len(apart)} groups wait, {near.mean():.2f} near each other")
    assert len(apart) > 10
    assert near.mean() > 0.9  # some stand where a shelter stopped them
    assert len(doors) > 0
    assert np.mean(doors) > 0.9


@pytest.mark.parametrize(("width_m", "narrow"), [(1.25, True), (2.0, False)])
def test_narrow_places_are_walked_in_single_file(width_m: float, narrow: bool) -> None:
    place = layout(rectangle(0, 0, 20, width_m + 0.25), [zone("way", 0, 0, 20, width_m + 0.25)])
    grid = make_grid(place)
    room = make_walk_room(grid, make_routes(place, grid, P), make_open_share(grid, P))
    found = make_groups(grid, room, P).narrow
    assert found.mean() > 0.9 if narrow else found.mean() < 0.1


def test_company_is_real() -> None:
    """Who boards while the others still walk is alone again; nobody without a group is in company."""
    station = station_of(shoebox().replace(window=(8 * HOUR, 9 * HOUR)))
    for _ in steps(station, 60):
        people = station.crowd.people[present(station)]
        assert not people["company"][people["group"] == 1].any()
        for person in people[people["company"] != 0]:
            mates = people[(people["party"] == person["party"]) & (people["visit"] != person["visit"])]
            assert len(mates) > 0 or (people["party"] == person["party"]).sum() == 1
    assert (station.visits.role == BOARDER).any()
