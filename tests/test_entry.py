"""Who of the pools comes, when and where, and what they learn (science.md 4.5); M16 and part of V32."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.day.entry import (
    BAND_OF_HOUR,
    BANDS,
    SHAPE,
    SIGHTING,
    Expectations,
    base_share,
    chances,
    learn,
    learned,
    nobody_expected,
    noticed_demand,
    pool_size,
)
from model.day.offending import (
    CONCEALED,
    arrivals,
    coming,
    make_offenders,
    make_places,
    place_weights,
    places_by_kind,
    pool_sizes,
)
from model.inputs.inputs import Inputs
from model.results import INCIDENT_TYPES
from tests.day_harness import shoebox, world_of

Floats = NDArray[np.float64]
PEOPLE = ("aggression", "nuisance")  # those who come as themselves


@cache
def busy() -> Inputs:
    """The shoebox with fifty times the loiterers and aggressive people."""
    p = shoebox().parameters
    more = {f"offender_arrivals_{kind}": 50 * p[f"offender_arrivals_{kind}"] for kind in PEOPLE}
    return shoebox().replace(parameters=p.replace(**more))


def offenders_of(inputs: Inputs, day: int, expect: Expectations) -> NDArray[np.void]:
    doors = len(inputs.layout.accesses)
    entrances = (np.arange(doors, dtype=float), np.zeros(doors), np.zeros(doors, np.int32))
    places = make_places(inputs.layout, world_of(inputs), inputs.parameters)
    return make_offenders(inputs, entrances, 5, day, 0.0, places, expect).rows


def shares(inputs: Inputs, kind: str) -> Floats:
    places = make_places(inputs.layout, world_of(inputs), inputs.parameters)
    return base_share(arrivals(inputs)[kind], places_by_kind(kind, places, inputs.parameters))


def one_cell(inputs: Inputs, value: float) -> tuple[Floats, tuple[int, int]]:
    """A belief in the evening of the kind of zone with most places, and where that is."""
    at = (BANDS.index("19-22"), int(np.argmax(shares(inputs, "nuisance").sum(axis=0))))
    belief = np.zeros(SHAPE)
    belief[at] = value
    return belief, at


UNIT = st.floats(0, 1)
BELIEFS = st.lists(UNIT, min_size=math.prod(SHAPE), max_size=math.prod(SHAPE)).map(lambda x: np.array(x).reshape(SHAPE))


# ---------------------------------------------------------------- the choice


def test_bands_part_the_day() -> None:
    assert len(BANDS) == 6
    assert (np.diff(BAND_OF_HOUR) >= 0).all()
    assert np.bincount(BAND_OF_HOUR).tolist() == [2, 2, 7, 3, 3, 3]


@settings(deadline=None, max_examples=60)
@given(BELIEFS, st.floats(0, 3), st.floats(0.5, 0.9))
def test_m16_who_is_kept_off_one_choice_makes_another_or_stays_away(belief: Floats, d: float, enter: float) -> None:
    share = shares(shoebox(), "nuisance")
    before = chances(share, np.zeros(SHAPE), d, enter)
    after = chances(share, belief, d, enter)
    # at belief 0 they come with the chance that alpha was solved for, spread as on a base day
    assert before == pytest.approx(enter * share, rel=1e-12)
    gained, lost = np.maximum(after - before, 0).sum(), np.maximum(before - after, 0).sum()
    away = (1 - after.sum()) - (1 - before.sum())
    assert gained + away == pytest.approx(lost, abs=1e-12), "nobody appears, nobody is lost"
    assert after.sum() <= before.sum() + 1e-12


def test_the_choice_by_hand() -> None:
    share = np.zeros(SHAPE)
    share[0, 0], share[1, 0] = 0.75, 0.25
    belief = np.zeros(SHAPE)
    belief[0, 0] = 0.4
    pull = 0.7 / 0.3 * 0.75 * math.exp(-1.5 * 0.4), 0.7 / 0.3 * 0.25
    found = chances(share, belief, 1.5, 0.7)
    assert found[0, 0] == pytest.approx(pull[0] / (1 + sum(pull)), rel=1e-12)
    assert found[1, 0] == pytest.approx(pull[1] / (1 + sum(pull)), rel=1e-12)
    assert found[1, 0] > 0.7 * 0.25, "some who are kept off the first hours come in the others"


@pytest.mark.parametrize("kind", PEOPLE)
def test_people_come_as_often_as_told_and_where_the_logit_says(kind: str) -> None:
    inputs = busy()
    p, number = inputs.parameters, INCIDENT_TYPES.index(kind)
    belief, _ = one_cell(inputs, 0.8)
    for b in (np.zeros(SHAPE), belief):
        wanted = chances(shares(inputs, kind), b, p[f"{kind}_d_belief"], p.offender_enter)
        counts, days = np.zeros(SHAPE), 200
        for day in range(1, days + 1):
            rows = offenders_of(inputs, day, Expectations.alike(b))
            mine = rows[rows["kind"] == number]
            np.add.at(counts, (mine["band"], mine["zone_kind"]), 1)
        mean = days * coming(inputs)[kind].sum() / p.offender_enter * wanted
        assert counts.sum() == pytest.approx(mean.sum(), abs=4 * math.sqrt(mean.sum()))
        assert (abs(counts - mean) < 4.5 * np.sqrt(mean + 1)).all()
        assert (counts[wanted == 0] == 0).all()


@pytest.mark.parametrize("kind", CONCEALED)
def test_copies_weigh_what_their_person_is_likely_to_do(kind: str) -> None:
    inputs = shoebox()
    p, number = inputs.parameters, INCIDENT_TYPES.index(kind)
    belief, at = one_cell(inputs, 0.8)
    share, mean = shares(inputs, kind), float(arrivals(inputs)[kind].sum())
    sums = []
    for b in (np.zeros(SHAPE), belief):
        rows = [offenders_of(inputs, day, Expectations.alike(b)) for day in range(1, 9)]
        mine = np.concatenate([r[r["kind"] == number] for r in rows])
        assert (mine["belief"] == b[mine["band"], mine["zone_kind"]]).all()
        counts = np.zeros(SHAPE)
        np.add.at(counts, (mine["band"], mine["zone_kind"]), mine["weight"] / 8)
        wanted = mean / p.offender_enter * chances(share, b, p[f"{kind}_d_belief"], p.offender_enter)
        assert counts.sum() == pytest.approx(wanted.sum(), rel=0.02)
        assert counts == pytest.approx(wanted, abs=0.05 * mean)
        sums.append(counts)
    if share[at] > 0.02:
        assert sums[1][at] < 0.6 * sums[0][at]
    assert sums[1].sum() < sums[0].sum()


# ---------------------------------------------------------------- the same people


def test_pools_hang_on_the_base_demand_alone() -> None:
    inputs = shoebox()
    p = inputs.parameters
    sizes = pool_sizes(inputs)
    for kind, by_hour in coming(inputs).items():
        whole, rest = pool_size(float(by_hour.sum()), p)
        assert sizes[kind] == whole
        assert whole - 1 + rest == pytest.approx(by_hour.sum() / 0.35)
        assert rest <= 1
    assert pool_sizes(inputs.replace(roster=type(inputs.roster)())) == sizes


def test_the_same_people_with_the_same_luck_under_another_belief() -> None:
    inputs = busy()
    belief, at = one_cell(inputs, 1.0)
    before, after = (offenders_of(inputs, 3, Expectations.alike(b)) for b in (np.zeros(SHAPE), belief))
    for name in CONCEALED:
        mine = [rows[rows["kind"] == INCIDENT_TYPES.index(name)] for rows in (before, after)]
        for column in ("entity", "arrive_s", "stay_s", "zone_kind", "motivation", "entrance"):
            assert (mine[0][column] == mine[1][column]).all(), "copies only change their weight"
    # of the people nobody comes to the watched place who did not come there before; others have not moved
    people = [{int(r["entity"]): r for r in rows if INCIDENT_TYPES[r["kind"]] in PEOPLE} for rows in (before, after)]
    there = [{e for e, r in who.items() if (r["band"], r["zone_kind"]) == at} for who in people]
    assert there[1] < there[0]
    for entity, row in people[0].items():
        if entity not in there[0]:
            assert people[1][entity].tobytes() == row.tobytes(), "who did not go there goes where he went"
    moved = [e for e in there[0] - there[1] if e in people[1]]
    assert moved, "some come at another hour or place"
    assert set(people[1]) <= set(people[0])
    assert set(people[0]) - set(people[1]), "some stay away"


def test_a_person_keeps_his_motive() -> None:
    inputs = busy()
    number = INCIDENT_TYPES.index("nuisance")
    motives: dict[int, set[float]] = {}
    for day in range(1, 12):
        rows = offenders_of(inputs, day, nobody_expected())
        for row in rows[rows["kind"] == number]:
            motives.setdefault(int(row["person"]), set()).add(float(row["motivation"]))
    assert all(len(values) == 1 for values in motives.values())
    assert len(motives) > 10


def test_loiterers_come_in_groups_of_one_to_four_for_life() -> None:
    inputs = busy()
    p, number = inputs.parameters, INCIDENT_TYPES.index("nuisance")
    size: dict[int, set[int]] = {}
    people = 0
    for day in range(1, 41):
        rows = offenders_of(inputs, day, nobody_expected())
        assert (rows["members"][rows["kind"] != number] == 1).all()
        mine = rows[rows["kind"] == number]
        people += int(mine["members"].sum())
        for row in mine:
            size.setdefault(int(row["person"]), set()).add(int(row["members"]))
    assert all(len(sizes) == 1 for sizes in size.values())
    counts = np.bincount([one for sizes in size.values() for one in sizes], minlength=5)
    assert counts[0] == 0
    assert counts[1:].max() - counts[1:].min() <= 2, "alike many of each size"
    mean = 40 * arrivals(inputs)["nuisance"].sum()
    assert people == pytest.approx(mean, abs=4 * math.sqrt(3 * mean)), "as many people as before"
    assert p.offender_nuisance_group == 4


def test_loiterers_keep_to_seats_shops_and_entrances() -> None:
    inputs = shoebox()
    p, layout = inputs.parameters, inputs.layout
    places = make_places(layout, world_of(inputs), p)
    level = {zone.id: zone.level for zone in layout.zones}
    lures = [(s.level, s.x, s.y) for s in (*layout.shops, *layout.spots) if getattr(s, "kind", "seat") == "seat"]
    lures += [(level[a.zone], *np.mean(a.area, axis=0)) for a in layout.accesses]
    grid, cells = world_of(inputs).grid, places.rows["cell"]
    for row, cell in zip(places.rows, cells, strict=True):
        near = [math.hypot(x - row["x"], y - row["y"]) for at, x, y in lures if at == grid.cell_level[cell]]
        assert row["has_lure"] == (min(near, default=math.inf) <= p.offender_object_reach_m)
    assert places.rows["has_lure"].sum() > 0
    weights = place_weights("nuisance", places, p)
    assert set(weights) <= {1.0, math.exp(-p.offender_object_penalty)}
    assert (place_weights("theft", places, p) == 1).all()


# ---------------------------------------------------------------- what they learn


def seen_rows(*rows: tuple[int, int, int, int, float, float]) -> NDArray[np.void]:
    return np.array([tuple(row) for row in rows], SIGHTING)


def test_learning_by_hand() -> None:
    belief = np.full((3, *SHAPE), 0.2)
    after = learn(belief, seen_rows((0, 1, 2, 3, 1.0, 1.0)), 0.15, 0.0)
    expected = belief.copy()
    expected[1, 2, 3] += 0.15 * (1.0 - 0.2)
    assert after == pytest.approx(expected, rel=1e-12)
    # two visits one after the other, and a copy that stands for a tenth of a visit
    twice = learn(belief, seen_rows((0, 1, 2, 3, 1.0, 1.0), (0, 1, 2, 3, 1.0, 1.0)), 0.15, 0.0)
    assert twice[1, 2, 3] == pytest.approx(1 - 0.8 * 0.85**2, rel=1e-12)
    part = learn(belief, seen_rows((0, 1, 2, 3, 1.0, 0.1)), 0.15, 0.0)
    assert part[1, 2, 3] == pytest.approx(1 - 0.8 * 0.85**0.1, rel=1e-12)
    # peers: everybody hears of the mean of what was seen there
    told = learn(belief, seen_rows((0, 1, 2, 3, 1.0, 1.0), (0, 2, 2, 3, 0.0, 1.0)), 0.15, 0.3)
    assert told[0, 2, 3] == pytest.approx(0.2 + 0.3 * 0.15 * (0.5 - 0.2), rel=1e-12)
    assert told[0, 1, 3] == 0.2


@settings(deadline=None, max_examples=30)
@given(BELIEFS)
def test_a_long_run_belief_is_a_fixed_point_of_learning(belief: Floats) -> None:
    cells = [(b, z) for b in range(SHAPE[0]) for z in range(SHAPE[1])]
    seen = seen_rows(*((0, n % 4, b, z, float(belief[b, z]), 0.5) for n, (b, z) in enumerate(cells)))
    every = np.broadcast_to(belief, (4, *SHAPE))
    assert learn(every, seen, 0.15, 0.3) == pytest.approx(every, abs=1e-12)
    far = np.zeros((4, *SHAPE))
    for _ in range(400):
        far = learn(far, seen, 0.15, 0.3)
    assert far == pytest.approx(every, abs=1e-3), "and others come to it"


def test_a_day_of_sightings_becomes_the_next_days_expectations() -> None:
    p = shoebox().parameters
    persons = dict.fromkeys(INCIDENT_TYPES, 2)
    seen = seen_rows((INCIDENT_TYPES.index("nuisance"), 1, 0, 0, 1.0, 1.0))
    after = learned(nobody_expected(), seen, persons, p)
    assert after.belief["nuisance"][1, 0, 0] > after.belief["nuisance"][0, 0, 0] > 0
    assert all((after.belief[kind] == 0).all() for kind in INCIDENT_TYPES if kind != "nuisance")


def test_busier_hours_attract_those_who_want_victims() -> None:
    base = np.full(SHAPE, 100.0)
    more = base.copy()
    more[2, 0] = 300
    after: Any = noticed_demand(nobody_expected(), more, base, 0.15)
    assert after.appeal["theft"][2, 0] == pytest.approx(1 + 0.15 * 2)
    assert after.appeal["vandalism"][2, 0] == 1
    same: Any = noticed_demand(nobody_expected(), base, base, 0.15)
    assert all((same.appeal[kind] == 1).all() for kind in INCIDENT_TYPES)
