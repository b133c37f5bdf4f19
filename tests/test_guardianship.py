"""Guards as offenders see them: Gam and the memory of a zone against slow twins; V9, V16."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.day.entry import BANDS
from model.day.guardianship import long_run_belief
from model.inputs.layout import ZONE_KINDS, Shop
from model.inputs.roster import GUARD_KINDS, Duty, Roster
from model.kernels.hazard import formal_guardianship
from model.kernels.second import Watch, keep_watch, remember_guards, run_seconds
from model.results import INCIDENT_TYPES
from model.world.world import World
from tests.day_harness import world_of
from tests.twins_hazard import Scene, floor_points, shoebox, twin_formal, twin_sees

PAIRED = ("theft", "harassment_contact", "harassment_approach", "aggression")


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(*shoebox())


@pytest.fixture
def floor(scene: Scene) -> Any:
    return floor_points(scene.world)


def formal(scene: Scene, x: float, y: float) -> float:
    s = scene.station
    numbers = s._parts["hazards"]
    return float(formal_guardianship(s.ground, s.guards, s.fields, scene.cell(x, y), x, y, numbers))


def some_guards(rng: np.random.Generator, floor: Any, n: int) -> list[tuple[str, float, float]]:
    at = rng.integers(len(floor[0]), size=n)
    return [(str(rng.choice(GUARD_KINDS)), float(floor[0][k]), float(floor[1][k])) for k in at]


# ---------------------------------------------------------------- Gam


def test_formal_guardianship_equals_its_twin(scene: Scene, floor: Any) -> None:
    rng = np.random.default_rng(1)
    seen = 0
    for _ in range(40):
        scene.guards(some_guards(rng, floor, int(rng.integers(0, 6))))
        scene.station.guards["on"] = rng.random(len(scene.station.guards)) < 0.8
        k = rng.integers(len(floor[0]))
        x, y = float(floor[0][k]), float(floor[1][k])
        mine = formal(scene, x, y)
        assert mine == pytest.approx(twin_formal(scene, x, y), rel=1e-12, abs=1e-15)
        assert 0 <= mine <= 1
        seen += mine > 0
    assert seen > 5, "the toy must have guards in sight"


def test_a_police_pair_in_full_view_at_five_metres_counts_for_almost_half_or_more(scene: Scene, floor: Any) -> None:
    # science.md 11, T6: the form saturates; one pair at 5 m gives at least 0.45 where the floor is lit
    lit = scene.station.fields.cells["adequacy"]
    found = 0
    for x, y in zip(*(axis[::37] for axis in floor), strict=True):
        other = (x + 5.0, y)
        near = np.hypot(floor[0] - other[0], floor[1] - other[1]).min() < 0.01
        if not near or not twin_sees(scene.world, scene.cell(x, y), scene.cell(*other)):
            continue
        scene.guards([("police", *other)])
        share = max(scene.p.guard_light_floor, float(lit[scene.cell(*other)]))
        assert formal(scene, x, y) == pytest.approx(math.exp(-5 / scene.p.guard_reach_police_m) * share, rel=1e-12)
        if share > 0.54:
            assert formal(scene, x, y) >= 0.45
            found += 1
    assert found > 3


def with_shop(x: float, y: float) -> Scene:
    """The station of the tests with one shop front more, open in the evening."""
    inputs, _ = shoebox()
    level = int(Scene(*shoebox()).world.grid.cell_level[0])
    shop = Shop("kiosk", level, x, y, 6 * 3600, 24 * 3600)
    inputs = inputs.replace(layout=replace(inputs.layout, shops=(*inputs.layout.shops, shop)))
    return Scene(inputs, world_of(inputs))


def test_the_staff_of_an_open_shop_is_a_guardian() -> None:
    _, world = shoebox()
    g = world.grid
    cell = int(np.argmax(g.cell_level == g.cell_level[0]))
    x, y = float(g.cell_x[cell]), float(g.cell_y[cell])
    scene = with_shop(x, y)
    scene.guards([])
    light = max(scene.p.guard_light_floor, float(scene.station.fields.cells["adequacy"][scene.cell(x, y)]))
    assert formal(scene, x, y) == pytest.approx(0.15 * light, rel=1e-12)
    scene.guards([("guard", x, y)])
    assert formal(scene, x, y) == pytest.approx(1 - (1 - 0.15 * light) * (1 - 0.6 * light), rel=1e-12)
    rng, seen = np.random.default_rng(7), 0
    scene.guards([])
    for k in rng.integers(len(g.cell_x), size=200):
        at = float(g.cell_x[k]), float(g.cell_y[k])
        assert formal(scene, *at) == pytest.approx(twin_formal(scene, *at), rel=1e-12, abs=1e-15)
        seen += formal(scene, *at) > 0
    assert seen > 3
    scene.station.fields.open_shops[0] = 0
    assert formal(scene, x, y) == 0, "a closed shop watches nothing"


def test_nobody_on_duty_is_no_guardianship(scene: Scene, floor: Any) -> None:
    scene.guards([("police", float(floor[0][0]), float(floor[1][0]))])
    assert formal(scene, float(floor[0][0]), float(floor[1][0])) > 0
    scene.station.guards["on"] = 0
    assert formal(scene, float(floor[0][0]), float(floor[1][0])) == 0
    scene.guards([])
    assert formal(scene, float(floor[0][0]), float(floor[1][0])) == 0


# ---------------------------------------------------------------- V9


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.sampled_from(INCIDENT_TYPES))
def test_v9_one_more_guard_raises_no_hazard(scene: Scene, floor: Any, seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    # people and offenders close together, so that there is something to hold down
    middle = rng.integers(len(floor[0]))
    near = np.flatnonzero(np.hypot(floor[0] - floor[0][middle], floor[1] - floor[1][middle]) < 8)
    k = rng.choice(near, 30)
    scene.people(floor[0][k], floor[1][k], gender=rng.integers(0, 3, 30))
    who = rng.choice(near, 5)
    scene.offenders(kind, floor[0][who], floor[1][who])
    guards = some_guards(rng, floor, 2)
    close = [(str(rng.choice(GUARD_KINDS)), float(floor[0][near[0]]), float(floor[1][near[0]]))]
    scene.guards(guards)
    before = [scene.hazard(row) for row in range(5)]
    scene.guards([*guards, *close])
    after = [scene.hazard(row) for row in range(5)]
    assert all(b <= a for a, b in zip(before, after, strict=True))


def test_v9_a_guard_in_sight_lowers_every_type(scene: Scene) -> None:
    cell = int(np.argmax(scene.station.ground.cells["objects"]))
    x, y = float(scene.world.grid.cell_x[cell]), float(scene.world.grid.cell_y[cell])
    scene.people([x, x + 0.1, x, x + 0.1], [y, y, y + 0.1, y + 0.1])
    for kind in INCIDENT_TYPES:
        scene.offenders(kind, [x], [y])
        scene.guards([])
        before = scene.hazard()
        scene.guards([("guard", x, y)])
        assert 0 < scene.hazard() < before, kind


# ---------------------------------------------------------------- V16 and the memory of a zone


def remember(scene: Scene, minutes: int, present: int = 60) -> None:
    """Let minutes pass in which the guards are there for so many seconds."""
    s, p = scene.station, scene.p
    numbers = Watch(p.guard_zone_up_s, p.guard_zone_residual_s)
    for _ in range(minutes):
        for second in range(present):
            keep_watch(s.guards, s.ways, s.fields.zones, s.ground, second, 1.0)
        remember_guards(s.fields.zones, numbers)


def test_v16_a_zone_remembers_a_guard_for_half_an_hour(scene: Scene, floor: Any) -> None:
    x, y = float(floor[0][0]), float(floor[1][0])
    zone = int(scene.world.grid.cell_zone[scene.cell(x, y)])
    zones = scene.station.fields.zones
    zones["residual"] = 0
    scene.guards([("police", x, y)])
    assert scene.station.guards["weight"][0] == 1
    remember(scene, 15)
    # 1 - exp(-15 / 10)
    assert zones["residual"][zone] == pytest.approx(0.78, rel=0.02)
    assert zones["residual"][zone] == pytest.approx(1 - math.exp(-1.5), rel=1e-12)
    assert (np.delete(zones["residual"], zone) == 0).all()
    full = float(zones["residual"][zone])
    scene.station.guards["on"] = 0
    minutes = 0
    while zones["residual"][zone] > full / 2:
        before = float(zones["residual"][zone])
        remember(scene, 1)
        minutes += 1
    half = minutes - 1 + math.log(before / (full / 2)) / math.log(before / float(zones["residual"][zone]))
    assert half == pytest.approx(20.8, rel=0.02)
    assert half == pytest.approx(30 * math.log(2), rel=1e-9)
    zones["residual"] = 0


def test_memory_rises_with_the_weight_of_all_guards_in_the_zone(scene: Scene, floor: Any) -> None:
    x, y = float(floor[0][0]), float(floor[1][0])
    zone = int(scene.world.grid.cell_zone[scene.cell(x, y)])
    zones = scene.station.fields.zones
    for who in (["guard"], ["service"], ["guard", "service"], ["boa", "boa", "conductor"]):
        zones["residual"] = 0
        scene.guards([(kind, x, y) for kind in who])
        remember(scene, 7)
        present = 1 - math.prod(1 - scene.p[f"guard_weight_{kind}"] for kind in who)
        assert zones["residual"][zone] == pytest.approx(1 - math.exp(-7 * present / 10), rel=1e-12)
    zones["residual"] = 0


def test_v16_a_part_of_a_minute_counts_as_that_part(scene: Scene, floor: Any) -> None:
    x, y = float(floor[0][0]), float(floor[1][0])
    zone = int(scene.world.grid.cell_zone[scene.cell(x, y)])
    zones = scene.station.fields.zones
    zones["residual"] = 0
    scene.guards([("boa", x, y), ("guard", x, y)])
    remember(scene, 1, present=15)
    gam = (1 - 0.2 * 0.4) * 15 / 60  # the mean over the seconds of the minute
    assert zones["residual"][zone] == pytest.approx(1 - math.exp(-60 * gam / 600), rel=1e-12)
    remember(scene, 1, present=0)
    assert zones["residual"][zone] == pytest.approx((1 - math.exp(-60 * gam / 600)) * math.exp(-60 / 1800), rel=1e-12)
    zones["residual"] = 0


def test_a_guard_who_leaves_before_the_full_minute_is_remembered(scene: Scene, floor: Any) -> None:
    x, y = float(floor[0][0]), float(floor[1][0])
    zone = int(scene.world.grid.cell_zone[scene.cell(x, y)])
    scene.people([], [])
    scene.offenders("theft", [], [])
    scene.guards([("police", x, y)])
    scene.live(40)
    scene.station.guards["on"] = 0
    scene.station.clock_s = scene.second + 40
    s = scene.station
    run_seconds(s._day(), scene.second + 40, scene.second + 60)
    assert s.fields.zones["residual"][zone] == pytest.approx(1 - math.exp(-40 / 600), rel=1e-12)
    s.fields.zones["residual"] = 0


def test_the_clock_of_a_day_steps_the_memory_once_a_minute(scene: Scene, floor: Any) -> None:
    x, y = float(floor[0][0]), float(floor[1][0])
    zone = int(scene.world.grid.cell_zone[scene.cell(x, y)])
    scene.station.fields.zones["residual"] = 0
    scene.people([], [])
    scene.offenders("theft", [], [])
    scene.guards([("police", x, y)])
    scene.live(15 * 60)
    assert scene.station.fields.zones["residual"][zone] == pytest.approx(1 - math.exp(-1.5), rel=1e-12)
    scene.station.fields.zones["residual"] = 0


# ---------------------------------------------------------------- what offenders have learned to expect

EVENING = BANDS.index("19-22")
LATE = BANDS.index("22-01")


def places_in_sight(world: World) -> list[list[bool]]:
    cells = [int(c) for c in world.routes.place_cell]
    return [[twin_sees(world, a, b) for b in cells] for a in cells]


def test_belief_is_the_mean_of_what_visits_see() -> None:
    inputs, world = shoebox()
    kinds = np.array([inputs.layout.zones[z].kind for z in world.routes.place_zone])
    alone = next(kind for kind in kinds if (kinds == kind).sum() == 1)
    stay = inputs.parameters.offender_stay_median_s
    duty = Duty("post", "boa", 19 * 3600, int(22 * 3600 - stay), (alone,), "fixed", 900, "NS", True)
    belief = long_run_belief(inputs.replace(roster=Roster((duty,))), world)
    mine = ZONE_KINDS.index(alone)
    assert inputs.parameters.guard_weight_boa == 0.8
    # who comes to the one place of its kind in those hours sees the guard; of those who come before, some still do
    assert belief[EVENING, mine] == pytest.approx(0.8 * (3 - stay / 3600) / 3, abs=1e-12)
    assert belief[EVENING - 1, mine] == pytest.approx(0.8 * stay / 3600 / 3, abs=1e-12)
    assert belief[LATE].max() == 0
    sees = places_in_sight(world)
    for kind in set(kinds) - {alone}:
        there = [any(np.array(row)[kinds == alone]) for row in np.array(sees)[kinds == kind]]
        assert (belief[EVENING, ZONE_KINDS.index(kind)] > 0) == any(there)


def test_belief_of_a_round_equals_simulated_visits() -> None:
    inputs, world = shoebox()
    kinds = np.array([inputs.layout.zones[z].kind for z in world.routes.place_zone])
    duty = Duty("round", "police", 14 * 3600, 25 * 3600, tuple(sorted(set(kinds))), "random", 900, "NS", True)
    belief = long_run_belief(inputs.replace(roster=Roster((duty,))), world)[EVENING]
    p, sees = inputs.parameters, np.array(places_in_sight(world))
    place_s = (p.offender_place_low_s + p.offender_place_high_s) / 2
    rng, visits = np.random.default_rng(2), 4000
    for kind in sorted(set(kinds)):
        mine = np.flatnonzero(kinds == kind)
        met = 0
        for _ in range(visits):  # he and the guard each go on to another place at a rate
            he, guard, left = rng.choice(mine), rng.integers(len(kinds)), p.offender_stay_median_s
            while not sees[he, guard]:
                step = rng.exponential([place_s, 900])
                left -= step.min()
                if left <= 0:
                    break
                he, guard = (rng.choice(mine), guard) if step[0] < step[1] else (he, rng.integers(len(kinds)))
            met += left > 0
        assert belief[ZONE_KINDS.index(kind)] == pytest.approx(met / visits, abs=0.035)


def test_of_several_guards_the_heaviest_is_believed() -> None:
    inputs, world = shoebox()
    kind = inputs.layout.zones[int(world.routes.place_zone[0])].kind
    everywhere = tuple(sorted({z.kind for z in inputs.layout.zones}))
    duties = [Duty(k, k, 5 * 3600, 25 * 3600, everywhere, "random", 900, "NS", True) for k in ("guard", "police")]
    at = (EVENING, ZONE_KINDS.index(kind))
    each = [long_run_belief(inputs.replace(roster=Roster((duty,))), world)[at] for duty in duties]
    both = long_run_belief(inputs.replace(roster=Roster(tuple(duties))), world)[at]
    seen = each[1] / 1.0
    assert both == pytest.approx(1.0 * seen + 0.6 * (1 - seen) * each[0] / 0.6, rel=1e-12)


def test_no_roster_is_no_belief_and_slow_base_reads_the_base() -> None:
    inputs, world = shoebox()
    empty, own = Roster(), inputs.roster
    assert own.duties
    assert (long_run_belief(inputs.replace(roster=empty), world) == 0).all()
    first_day = inputs.replace(roster=own, slow="base", base_roster=empty)
    assert (long_run_belief(first_day, world) == 0).all()
    last_day = inputs.replace(roster=empty, slow="base", base_roster=own)
    assert (long_run_belief(last_day, world) == long_run_belief(inputs, world)).all()


def test_more_guards_never_lower_belief() -> None:
    inputs, world = shoebox()
    before = long_run_belief(inputs, world)
    more = (*inputs.roster.duties, replace(inputs.roster.duties[0], id="another"))
    after = long_run_belief(inputs.replace(roster=Roster(more)), world)
    assert (after >= before).all()
    assert after.max() > before.max()
    assert after.max() <= 1


# ---------------------------------------------------------------- who follows, and who goes home


def follower(scene: Scene, ahead: float, **traits: Any) -> tuple[float, float]:
    """A harasser who lingers, and one person at some distance to the right of him."""
    place = scene.station.places.rows[0]
    x, y = float(place["x"]), float(place["y"])
    scene.people([x + ahead], [y])
    fresh = {"target": -1, "calm_s": 1e9, "speed": 1.2, "until_s": scene.second + 600.0}
    scene.offenders("harassment_approach", [x], [y], **(fresh | traits))
    return x, y


def carried(scene: Scene, seconds: int) -> Any:
    """Let seconds pass; return the row of the first offender."""
    s = scene.station
    until = s.clock_s + seconds
    while s.clock_s < until:
        s.clock_s = run_seconds(s._day(), s.clock_s, until)
        s.happenings.count[0] = 0
    return s.offenders.rows[0]


def test_who_approaches_follows_one_person_for_a_minute_and_a_half(scene: Scene) -> None:
    scene.guards([])
    scene.set_numbers(harassment_approach_rate=0.0)
    x, _ = follower(scene, 3.0)
    scene.station.clock_s = scene.second
    him = carried(scene, 30)
    assert him["target"] == 0
    assert 1.0 <= scene.station.crowd.people["x"][0] - him["x"] <= scene.p.offender_follow_gap_m + 1e-9
    assert him["until_s"] == scene.second + scene.p.offender_follow_s
    assert him["choices"] == 0
    him = carried(scene, 65)
    assert him["choices"] == 1, "after that he chooses another place"
    # who is too far, and who follows nobody, changes nothing
    for ahead, target in ((5.5, -1), (3.0, -2)):
        follower(scene, ahead, target=target)
        scene.station.clock_s = scene.second
        him = carried(scene, 30)
        assert him["x"] == x
        assert him["target"] == target
        assert him["until_s"] == scene.second + 600


def test_following_ends_with_the_visit_of_the_person(scene: Scene) -> None:
    scene.guards([])
    scene.set_numbers(harassment_approach_rate=0.0)
    follower(scene, 3.0)
    scene.station.clock_s = scene.second
    carried(scene, 10)
    scene.station.crowd.people["visit"][0] = 77  # the slot has somebody else now
    assert carried(scene, 3)["choices"] == 1


def test_a_visible_offender_goes_home_after_a_share_of_his_events() -> None:
    inputs, world = shoebox()
    for share, gone in ((0.0, False), (1.0, True)):
        changed = inputs.parameters.replace(nuisance_leave=share, nuisance_duration_s=30.0, duration_sd_log=0.0)
        scene = Scene(inputs.replace(parameters=changed), world)
        scene.set_numbers(nuisance_leave=share, nuisance_rate=50.0)
        place = scene.station.places.rows[0]
        scene.offenders("nuisance", [float(place["x"])], [float(place["y"])], speed=1.2)
        scene.live(5, answer=True)
        assert len(scene.events) == 1
        leaves = float(scene.station.offenders.rows["leave_s"][0])
        assert (leaves == scene.events[0][0] + 30) == gone
