"""Hazards of offenders against slow twins and answers by hand; V6, V8, M10-M12."""

import itertools
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.inputs.layout import Mirror, Wall
from model.kernels.hazard import bystanders_at, opportunity, susceptibility
from model.kernels.offending import choose_place
from model.kernels.presence import circle_mask, density_at, seen_cells
from model.parameters import Parameters
from model.randomness import Purpose
from model.results import INCIDENT_TYPES
from model.world.world import World
from tests.twins_hazard import (
    NEVER,
    Scene,
    floor_points,
    shoebox,
    twin_bystanders,
    twin_density,
    twin_hazard,
    twin_opportunity,
    twin_place,
    twin_seen_cells,
    twin_susceptibility,
)

PAIRED = ("theft", "harassment_contact", "harassment_approach", "aggression")
CONCEALED = ("theft", "harassment_contact", "harassment_approach", "vandalism")
EVERYBODY = 1 << 30
P = Parameters.default()
ON_SCENE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEED = st.integers(0, 2**32 - 1)


@pytest.fixture
def scene(station: Scene) -> Scene:
    station.renew()
    station.guards([])
    station.people([], [])
    return station


@pytest.fixture(scope="module")
def floor() -> Any:
    return floor_points(shoebox()[1])


def spot(scene: Scene) -> tuple[float, float]:
    """The middle of a cell from which something to break is in reach."""
    cell = int(np.argmax(scene.station.ground.cells["objects"]))
    return float(scene.world.grid.cell_x[cell]), float(scene.world.grid.cell_y[cell])


def crowd_around(scene: Scene, floor: Any, rng: np.random.Generator, n: int, reach: float = 12.0) -> Any:
    """Put n people on the floor around a point; return floor cells near it."""
    middle = rng.integers(len(floor[0]))
    near = np.flatnonzero(np.hypot(floor[0] - floor[0][middle], floor[1] - floor[1][middle]) < reach)
    k = rng.choice(near, n)
    traits = {name: rng.integers(0, 2, n) for name in ("young", "senior", "luggage", "alone")}
    scene.people(
        floor[0][k], floor[1][k], gender=rng.integers(0, 3, n), doing=rng.integers(3, 7, n), mode=rng.integers(0, 4, n),
        **traits,
    )  # fmt: skip
    return near


# ---------------------------------------------------------------- who is near


@ON_SCENE
@given(SEED, st.integers(0, 60), st.floats(0.5, 31))
def test_counts_in_sight_equal_their_twin(scene: Scene, floor: Any, seed: int, n: int, radius: float) -> None:
    rng = np.random.default_rng(seed)
    crowd_around(scene, floor, rng, n, 25)
    s, presence = scene.station, scene.station._parts["presence"]
    people = s.crowd.people[s.crowd.order[: s.crowd.count[0]]]
    cells = people["cell"][people["mode"] != 0].tolist()
    for cell in rng.integers(len(scene.world.grid.cell_x), size=5).tolist() + cells[:3]:
        ix, iy = int(s.ground.cells["ix"][cell]), int(s.ground.cells["iy"][cell])
        twin = twin_seen_cells(scene.world, cells, cell, radius)
        asked = (presence, s.ground.mask, circle_mask(radius), cell, ix, iy, math.floor(radius))
        assert seen_cells(*asked, EVERYBODY) == twin
        enough = int(rng.integers(1, 9))
        assert min(seen_cells(*asked, enough), enough) == min(twin, enough)
        assert density_at(presence, s.ground.area, ix, iy) == pytest.approx(twin_density(scene.world, cells, cell))
        assert presence.count[iy * s.ground.nx + ix] == cells.count(cell)


def test_density_is_people_over_floor(scene: Scene) -> None:
    x, y = spot(scene)
    s = scene.station
    ix, iy = (int(s.ground.cells[name][scene.cell(x, y)]) for name in ("ix", "iy"))
    area = s.ground.area[iy - 1 : iy + 2, ix - 1 : ix + 2].sum()
    for n in range(4):
        scene.people([x] * n, [y] * n)
        assert density_at(s._parts["presence"], s.ground.area, ix, iy) == pytest.approx(n / area, rel=1e-12)


def bystanders(scene: Scene, cell: int) -> int:
    reach = int(scene.p.guard_bystander_reach_m)
    return int(bystanders_at(scene.station.ground, scene.station._parts["presence"], cell, reach))


@ON_SCENE
@given(SEED, st.integers(1, 60))
def test_bystanders_of_an_occupied_cell_equal_their_twin(scene: Scene, floor: Any, seed: int, n: int) -> None:
    crowd_around(scene, floor, np.random.default_rng(seed), n)
    people = scene.station.crowd.people[:n]
    cells = people["cell"][people["mode"] != 0].tolist()
    for cell in cells:
        twin = twin_bystanders(scene.world, cells, cell, scene.p.guard_bystander_reach_m)
        assert bystanders(scene, cell) == twin


def test_an_empty_cell_has_no_bystanders_or_those_that_it_sees(scene: Scene) -> None:
    x, y = spot(scene)
    cell = scene.cell(x, y)
    assert bystanders(scene, cell) == 0
    scene.people([x + 1], [y])
    assert bystanders(scene, cell) == 1


# ---------------------------------------------------------------- the parts of a hazard


def test_susceptibility_equals_its_twin(scene: Scene) -> None:
    traits = np.array(list(itertools.product(range(3), *[range(2)] * 4)))
    x, y = spot(scene)
    names = ("gender", "young", "senior", "luggage", "alone")
    scene.people([x] * len(traits), [y] * len(traits), **dict(zip(names, traits.T, strict=True)))
    numbers = scene.station._parts["hazards"]
    for kind in PAIRED:
        for slot in range(len(traits)):
            mine = susceptibility(INCIDENT_TYPES.index(kind), scene.station.crowd, slot, numbers)
            twin = twin_susceptibility(kind, scene.station.crowd.people[slot], scene.p)
            assert mine == pytest.approx(twin, rel=1e-12), (kind, traits[slot])


def test_susceptibility_by_hand(scene: Scene) -> None:
    x, y = spot(scene)
    scene.people([x] * 2, [y] * 2, gender=[0, 1], young=1, alone=[1, 0], luggage=1, senior=0)
    numbers = scene.station._parts["hazards"]
    found = [[susceptibility(k, scene.station.crowd, slot, numbers) for k in range(4)] for slot in (0, 1)]
    # luggage 2; woman 6 and young 2; woman 2.5, young 2, alone 1.5, in a group 0.5; young man 1.5
    assert found[0] == pytest.approx([2, 12, 7.5, 1])
    assert found[1] == pytest.approx([2, 2, 1, 1.5])


@given(
    st.sampled_from(INCIDENT_TYPES), st.floats(0, 6), st.integers(0, 50), st.floats(0, 1), st.booleans(), st.booleans()
)  # fmt: skip
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_opportunity_equals_its_twin(
    station: Scene, kind: str, rho: float, n: int, light: float, queue: bool, drunk: bool
) -> None:
    numbers = station.station._parts["hazards"]
    mine = opportunity(INCIDENT_TYPES.index(kind), rho, n, light, queue, drunk, numbers)
    assert mine == pytest.approx(twin_opportunity(kind, rho, n, light, queue, drunk, station.p), rel=1e-12)


@ON_SCENE
@given(SEED, st.sampled_from(PAIRED), st.integers(1, 60))
def test_hazard_equals_its_twin(scene: Scene, floor: Any, seed: int, kind: str, n: int) -> None:
    rng = np.random.default_rng(seed)
    near = crowd_around(scene, floor, rng, n, 6)
    k = rng.choice(near)
    scene.offenders(
        kind, [floor[0][k]], [floor[1][k]], motivation=rng.lognormal(0, 0.7), intoxicated=rng.integers(0, 2),
        belief=rng.random(),
    )  # fmt: skip
    post = rng.choice(near, 2)
    scene.guards([("guard", *(axis[post[0]] for axis in floor)), ("conductor", *(axis[post[1]] for axis in floor))])
    for name in ("residual", "disorder"):
        scene.station.fields.zones[name] = rng.random(len(scene.inputs.layout.zones))
    assert scene.hazard() == pytest.approx(twin_hazard(scene), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("kind", PAIRED)
def test_the_toys_of_the_twin_have_hazards(scene: Scene, floor: Any, kind: str) -> None:
    rng = np.random.default_rng(5)
    near = crowd_around(scene, floor, rng, 60, 4)
    scene.offenders(kind, floor[0][near[:8]], floor[1][near[:8]])
    assert max(scene.hazard(row) for row in range(8)) > 0


@pytest.mark.parametrize("kind", ["nuisance", "vandalism"])
@pytest.mark.parametrize("others", [1, 2, 7])
def test_hazard_of_a_lone_offender_equals_its_twin(scene: Scene, kind: str, others: int) -> None:
    x, y = spot(scene)
    scene.people([x + 0.3 * k for k in range(others)], [y] * others)
    scene.offenders(kind, [x], [y], motivation=1.7)
    scene.guards([("boa", x, y)])
    assert scene.hazard() == pytest.approx(twin_hazard(scene), rel=1e-12)
    assert scene.hazard() > 0


@pytest.mark.parametrize("kind", ["nuisance", "vandalism"])
@pytest.mark.parametrize("others", [0, 1, 5])
def test_hazard_of_an_offender_whom_nobody_stands_beside_equals_its_twin(scene: Scene, kind: str, others: int) -> None:
    x, y = spot(scene)
    scene.people([x + 2] * others, [y] * others)
    scene.offenders(kind, [x], [y])
    assert scene.hazard() == pytest.approx(twin_hazard(scene), rel=1e-12)


def test_vandals_need_a_thing_in_reach(scene: Scene) -> None:
    far = np.flatnonzero(scene.station.ground.cells["objects"] == 0)[:20]
    for cell in far:
        scene.offenders("vandalism", [scene.world.grid.cell_x[cell]], [scene.world.grid.cell_y[cell]])
        assert scene.hazard() == 0
    scene.offenders("vandalism", *([axis] for axis in spot(scene)))
    assert scene.hazard() > 0


def test_nobody_starts_a_nuisance_while_one_lasts(scene: Scene) -> None:
    scene.offenders("nuisance", *([axis] for axis in spot(scene)), loud_until_s=scene.second + 1.0)
    assert scene.hazard() == 0
    scene.station.offenders.rows["loud_until_s"] = scene.second
    assert scene.hazard() > 0


def test_probes_take_no_space_and_are_nobody_to_each_other(scene: Scene, floor: Any) -> None:
    rng = np.random.default_rng(3)
    near = crowd_around(scene, floor, rng, 40, 5)
    k = rng.choice(near, 12)
    for kind in PAIRED:
        scene.offenders(kind, floor[0][k[:1]], floor[1][k[:1]])
        alone = scene.hazard()
        scene.offenders(kind, floor[0][k], floor[1][k])
        assert scene.hazard() == alone


# ---------------------------------------------------------------- V6, M10, M11: nobody to do it, nobody to do it to


def test_v6_m10_no_offenders_is_no_incident(scene: Scene, floor: Any) -> None:
    rng = np.random.default_rng(4)
    k = rng.permutation(len(floor[0]))[:300]
    scene.people(floor[0][k], floor[1][k])
    scene.offenders("theft", [], [])
    assert scene.live(300) == (0, 0)
    assert (scene.station.tally.map_expected == 0).all()
    assert scene.events == []


@pytest.mark.parametrize("kind", PAIRED)
def test_m11_no_target_is_no_hazard(scene: Scene, kind: str) -> None:
    x, y = spot(scene)
    scene.offenders(kind, [x], [y])
    assert scene.live(30) == (0, 0)
    # nor when the only one is beyond reach, or under way on stairs
    scene.people([x + scene.p[f"{kind}_reach_m"] + 0.01], [y])
    assert scene.hazard() == 0
    scene.people([x + 0.1], [y], mode=0)
    assert scene.hazard() == 0
    scene.people([x + 0.1], [y], doing=6)
    assert scene.hazard() > 0


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
def test_m11_a_guard_beside_the_offender_holds_the_hazard_to_exp_of_minus_d_direct(scene: Scene, kind: str) -> None:
    x, y = spot(scene)
    scene.people([x, x + 0.2, x - 0.2, x], [y, y, y, y + 0.2])
    fields = scene.station.fields
    fields.cells["adequacy"] = 1  # Gam is 1: weight 1, distance 0, full light
    fields.zones["residual"] = 0
    scene.offenders(kind, [x], [y])
    free = scene.hazard()
    scene.guards([("police", x, y)])
    assert free > 0
    assert scene.hazard() == pytest.approx(free * math.exp(-scene.p[f"{kind}_d_direct"]), rel=1e-12)


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
@pytest.mark.parametrize("name", ["residual", "belief", "disorder"])
def test_moods_of_a_zone_act_as_factors(scene: Scene, kind: str, name: str) -> None:
    x, y = spot(scene)
    scene.people([x, x + 0.2, x], [y, y, y + 0.2])
    scene.offenders(kind, [x], [y])
    moods = scene.station.offenders.rows if name == "belief" else scene.station.fields.zones
    moods[name] = 0.2
    before = scene.hazard()
    moods[name] = 0.9
    slope = scene.p[f"{kind}_chi"] if name == "disorder" else -scene.p[f"{kind}_d_{name}"]
    assert scene.hazard() == pytest.approx(before * math.exp(0.7 * slope), rel=1e-12)


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
def test_the_reference_place_has_exponent_zero(scene: Scene, kind: str) -> None:
    x, y = spot(scene)
    fields = scene.station.fields
    fields.cells["adequacy"] = 0.7
    fields.camera_log[:] = 0
    fields.zones["residual"], fields.zones["disorder"] = 0, 0.3
    scene.people([x], [y], doing=4)
    scene.offenders(kind, [x], [y], motivation=2)
    ix, iy = (int(scene.station.ground.cells[a][scene.cell(x, y)]) for a in ("ix", "iy"))
    rho = 1 / scene.station.ground.area[iy - 1 : iy + 2, ix - 1 : ix + 2].sum()
    # one woman of no special age alone with the offender; things and the peace have her as a bystander
    by_hand = {
        "theft": rho**2 / (rho**2 + 0.64),
        "harassment_contact": rho**3 / (rho**3 + 8) * 6,
        "harassment_approach": 2.5 * 1.5,
        "aggression": 1,
        "nuisance": math.exp(-0.1 * 0.7 * 1 / 4),
        "vandalism": math.exp(-0.7 / 1.5),
    }
    assert scene.hazard() == pytest.approx(2 * scene.p[f"{kind}_rate"] * by_hand[kind], rel=1e-12)


# ---------------------------------------------------------------- V8, M12: sums of hazards


def toy(scene: Scene, kind: str, copies: int = 1) -> None:
    """One offender, or probe copies of one, among four people who stand apart."""
    x, y = spot(scene)
    scene.people([x, x + 0.45, x - 0.45, x], [y, y, y, y + 0.45], gender=[0, 1, 2, 0], young=[0, 1, 0, 1])
    scene.offenders(kind, [x + 0.1] * copies, [y] * copies, weight=1 / copies)


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
@pytest.mark.parametrize("copies", [1, 3])
def test_v8_twice_the_rate_is_twice_the_expected_count(scene: Scene, kind: str, copies: int) -> None:
    counts = []
    for times in (1, 2):
        rate = {f"{kind}_rate": times * scene.inputs.parameters[f"{kind}_rate"]}
        scene.set_numbers(**rate, **{f"{kind}_leave": 0.0, "offender_catch": 0.0})
        toy(scene, kind, copies)
        counts.append(scene.live(60)[0])
    assert counts[0] > 0
    assert counts[1] == pytest.approx(2 * counts[0], rel=1e-9)
    other = INCIDENT_TYPES[INCIDENT_TYPES.index(kind) - 1]
    scene.set_numbers(**{f"{other}_rate": 9.0}, **{f"{kind}_leave": 0.0, "offender_catch": 0.0})
    toy(scene, kind, copies)
    assert scene.live(60)[0] == counts[0], "the rate of another type is no business of this one"


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
def test_m12_expected_count_is_the_sum_over_exposures(scene: Scene, kind: str) -> None:
    scene.set_numbers(**{f"{kind}_rate": 0.02, f"{kind}_leave": 0.0, "offender_catch": 0.0})
    toy(scene, kind)
    rate = scene.hazard()
    assert rate == pytest.approx(twin_hazard(scene), rel=1e-12)
    assert scene.live(40)[0] == pytest.approx(40 * rate, rel=1e-12)
    tally = scene.station.tally.expected
    zone = int(scene.world.grid.cell_zone[scene.cell(*spot(scene))])
    booked = tally[INCIDENT_TYPES.index(kind), 20 - 5]
    assert booked.sum() == pytest.approx(tally.sum(), rel=1e-12), "type and hour"
    assert booked[:, zone].sum() == pytest.approx(tally.sum(), rel=1e-12), "zone"
    assert (booked[3].sum() > 0) == (kind not in PAIRED), "victims have a gender, things have none"


def test_m12_expected_counts_go_to_the_gender_of_the_victim(scene: Scene) -> None:
    x, y = spot(scene)
    fields, kind = scene.station.fields, INCIDENT_TYPES.index("harassment_approach")
    fields.cells["adequacy"] = 0  # nobody's privacy is disturbed
    scene.people([x, x + 0.45, x - 0.45], [y] * 3, gender=[0, 1, 2])
    scene.offenders("harassment_approach", [x], [y])
    scene.live(10)
    by_gender = scene.station.tally.expected[kind, 15].sum(axis=1)
    # woman 2.5, man 1, neither: half of each
    assert by_gender / by_gender.sum() == pytest.approx([2.5 / 5.25, 1 / 5.25, 1.75 / 5.25, 0], rel=1e-12)


@pytest.mark.parametrize("kind", CONCEALED)
def test_m12_probes_wear_out_as_the_offender_would_leave(scene: Scene, kind: str) -> None:
    scene.set_numbers(**{f"{kind}_rate": 0.5})
    toy(scene, kind, copies=4)
    scene.guards([("guard", *spot(scene))])
    scene.station._parts["watch"] = scene.station._parts["watch"]._replace(up_s=1e300)
    rate = scene.hazard()
    s = scene.station
    x, y = spot(scene)
    formal = 1 - (1 - 0.6 * math.exp(-0.1 / 25) * max(0.3, float(s.fields.cells["adequacy"][scene.cell(x, y)])))
    leave = scene.p[f"{kind}_leave"]
    ends = leave + (1 - leave) * scene.p.offender_catch * formal
    expected = rate * math.fsum(math.exp(-rate * ends * t) for t in range(50))
    assert scene.live(50)[0] == pytest.approx(expected, rel=1e-12)
    assert s.offenders.rows["survival"] == pytest.approx(np.full(4, math.exp(-rate * ends * 50)), rel=1e-12)


@pytest.mark.parametrize("kind", ["aggression", "nuisance"])
def test_visible_offenders_do_not_wear_out(scene: Scene, kind: str) -> None:
    scene.set_numbers(**{f"{kind}_rate": 0.5})
    toy(scene, kind)
    scene.live(20)
    assert (scene.station.offenders.rows["survival"] == 1).all()


# ---------------------------------------------------------------- events


def seconds_of_events(scene: Scene, rate: float, more: bool = False) -> list[int]:
    scene.set_numbers(aggression_rate=rate)
    toy(scene, "aggression")
    if more:  # another offender in another zone
        zones = scene.world.grid.cell_zone
        here = zones[scene.cell(*spot(scene))]
        cell = int(np.flatnonzero(zones != here)[0])
        x, y = spot(scene)
        far_x, far_y = float(scene.world.grid.cell_x[cell]), float(scene.world.grid.cell_y[cell])
        traits = {"gender": [0, 1, 2, 0, 1], "young": [0, 1, 0, 1, 0]}
        scene.people([x, x + 0.45, x - 0.45, x, far_x], [y, y, y, y + 0.45, far_y], **traits)
        scene.offenders("aggression", [x + 0.1, far_x], [y, far_y])
    scene.live(400)
    return [second for second, row, _ in scene.events if row == 0]


def test_more_hazard_only_adds_events(scene: Scene) -> None:
    few, many = seconds_of_events(scene, 0.01), seconds_of_events(scene, 0.02)
    assert 0 < len(few) < len(many)
    assert set(few) <= set(many)


def test_somebody_elsewhere_changes_no_event_here(scene: Scene) -> None:
    assert seconds_of_events(scene, 0.01) == seconds_of_events(scene, 0.01, more=True)


def test_the_pair_of_an_event_is_chosen_by_its_hazard(scene: Scene) -> None:
    scene.set_numbers(aggression_rate=0.3)
    x, y = spot(scene)
    scene.people([x, x + 0.6], [y, y], gender=1, young=[0, 1])
    scene.offenders("aggression", [x, x], [y, y], motivation=[1.0, 3.0])
    scene.live(3000)
    assert len(scene.events) > 1000
    rows, victims = np.array([e[1:] for e in scene.events]).T
    for chosen, share in ((rows == 1, 0.75), (victims == 1, 0.6)):
        assert abs(chosen.mean() - share) < 3 * math.sqrt(share * (1 - share) / len(rows))


def test_an_event_is_written_once_with_who_where_and_when(scene: Scene) -> None:
    scene.set_numbers(aggression_rate=0.05)
    toy(scene, "aggression")
    _, sampled = scene.live(300)
    seconds = [second for second, _, _ in scene.events]
    assert sampled == len(seconds) > 3
    assert len(set(seconds)) == len(seconds)
    assert all(scene.second <= second < scene.second + 300 for second in seconds)
    assert all(0 <= victim < 4 for _, _, victim in scene.events)


def test_a_group_makes_trouble_as_often_as_it_has_members(scene: Scene) -> None:
    scene.people([], [])
    one = [scene.offenders("nuisance", *([axis] for axis in spot(scene)), members=n) or scene.hazard() for n in (1, 3)]
    assert one[1] == pytest.approx(3 * one[0], rel=1e-12)
    assert one[1] == pytest.approx(twin_hazard(scene), rel=1e-12)


# ---------------------------------------------------------------- mirrors


def test_bystanders_and_guards_in_a_mirror_count_by_half() -> None:
    scene = mirrored_scene()
    rng, (x, y) = np.random.default_rng(5), floor_points(scene.world)
    linked = np.flatnonzero(scene.world.sight.mirror_row >= 0)
    assert len(linked) > 50
    grid, shown = scene.world.grid, 0
    for _ in range(40):
        here = int(rng.choice(linked))
        near = np.flatnonzero(np.hypot(x - grid.cell_x[here], y - grid.cell_y[here]) < 9)
        k = rng.choice(near, 12)
        scene.people(x[k], y[k])
        at = float(grid.cell_x[here]), float(grid.cell_y[here])
        g = rng.choice(near, 2)
        scene.guards([("boa", float(x[g[0]]), float(y[g[0]])), ("guard", float(x[g[1]]), float(y[g[1]]))])
        cells = [int(c) for c in scene.station.crowd.people["cell"][:12]]
        n = bystanders_at(scene.station.ground, scene.station._parts["presence"], here, 10)
        assert n == twin_bystanders(scene.world, cells, here, 10, P.sight_mirror_weight)
        shown += n != int(n)
        scene.offenders("nuisance", [at[0]], [at[1]])
        assert scene.hazard() == pytest.approx(twin_hazard(scene), rel=1e-12)
    assert shown > 3, "some were seen in the mirror"


@cache
def mirrored_scene() -> Scene:
    """The shoebox with a wall across most of its underpass, and a mirror opposite the gap."""
    inputs, _ = shoebox()
    layout = inputs.layout
    zone = next(z for z in layout.zones if z.kind == "underpass")
    xs, ys = (np.array(axis) for axis in zip(*zone.polygon, strict=True))
    middle = float(ys.min() + ys.max()) / 2
    wall = Wall("across", zone.level, float(xs.min()), middle, float(xs.max()) - 1.5, middle)
    mirrors = (Mirror("mirror", zone.level, float(xs.max()) - 0.2, middle, 180.0, 180.0),)
    layout = replace(layout, walls=(*layout.walls, wall), mirrors=mirrors)
    inputs = inputs.replace(layout=layout)
    return Scene(inputs, World.of(inputs))


# ---------------------------------------------------------------- where offenders go


def choose(scene: Scene, row: int) -> int:
    s, parts = scene.station, scene.station._parts
    choose_place(
        row, scene.second, s.offenders, s.ground, 1, 1, int(Purpose.OFFENDER_PLACE), s.places, parts["presence"],
        s.guards, s.fields, parts["hazards"],
    )  # fmt: skip
    return int(s.offenders.rows["dest"][row] - s.places.first)


def test_offenders_go_where_their_twin_goes_when_somebody_stands_at_every_place(scene: Scene) -> None:
    rng = np.random.default_rng(6)
    places = scene.station.places.rows
    twice = rng.choice(len(places), 4)
    chosen = set()
    for kind in INCIDENT_TYPES:
        x, y = (np.concatenate([places[a], places[a][twice]]) for a in "xy")
        scene.people(x, y)
        most = int(np.argmax(scene.station.places.of_kind))
        mine = places[places["kind"] == most]
        scene.offenders(kind, np.resize(mine["x"], 12), np.resize(mine["y"], 12), zone_kind=most)
        scene.guards([("guard", float(mine["x"][1]), float(mine["y"][1]))])
        rows = range(len(scene.station.offenders.rows))
        wanted = [twin_place(scene, row, int(Purpose.OFFENDER_PLACE), 1, 1) for row in rows]
        assert [choose(scene, row) for row in rows] == wanted
        assert (places["kind"][wanted] == most).all()
        chosen |= set(wanted)
    assert len(chosen) > 1


@pytest.mark.parametrize("kind", ["theft", "harassment_contact", "harassment_approach", "vandalism"])
def test_offenders_go_where_their_twin_goes_in_an_almost_empty_station(scene: Scene, kind: str) -> None:
    places = scene.station.places.rows
    scene.people(places["x"][:1], places["y"][:1])
    classes = np.flatnonzero(scene.station.places.of_kind)[np.arange(40) % 2]
    scene.offenders(kind, np.full(40, places["x"][0]), np.full(40, places["y"][0]), until_s=NEVER, zone_kind=classes)
    wanted = [twin_place(scene, row, int(Purpose.OFFENDER_PLACE), 1, 1) for row in range(40)]
    assert [choose(scene, row) for row in range(40)] == wanted


def test_of_many_places_an_offender_weighs_at_most_so_many(scene: Scene) -> None:
    scene.set_numbers(offender_places=1)
    most = int(np.argmax(scene.station.places.of_kind))
    number = int(scene.station.places.of_kind[most])
    assert number > 1
    places = scene.station.places.rows
    scene.offenders("nuisance", np.full(60, places["x"][0]), np.full(60, places["y"][0]), zone_kind=most)
    wanted = [twin_place(scene, row, int(Purpose.OFFENDER_PLACE), 1, 1) for row in range(60)]
    assert [choose(scene, row) for row in range(60)] == wanted
    assert len(set(wanted)) == number, "all of them between them"
