"""What people feel, against slow twins and answers by hand; V11-V15, M7-M9, the expected answer."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.day.daylight import make_skies, open_shops
from model.day.demand import Visits, draw_visits
from model.day.perception import weights
from model.inputs.roster import GUARD_KINDS
from model.kernels.perception import finish_visit, perceive, target_latent
from model.kernels.presence import close_sight, company_at
from model.kernels.score import TERMS, expected_answer, latent_of, place_terms, relax, score_of
from model.parameters import Parameters
from model.results import GENDERS, Results
from model.station import Station
from model.world.world import World
from tests.twins_hazard import Scene, floor_points, shoebox, twin_seen_cells, twin_sees
from tests.twins_perception import (
    twin_adequacy,
    twin_answer,
    twin_latent,
    twin_relax,
    twin_score,
    twin_visit,
    weight,
)

P = Parameters.default()
SEED = st.integers(0, 2**32 - 1)
NO_FEELING = {f"feel_{term}_{who}": 0.0 for term in TERMS for who in ("woman", "man")} | {
    "feel_woman": 0.0, "feel_person_sd": 0.0, "feel_visit_sd": 0.0, "feel_shock_witness": 0.0, "feel_shock_victim": 0.0,
}  # fmt: skip
# one number for both wherever the table has a woman's and a man's
BLIND = {f"feel_{term}_woman": P[f"feel_{term}_man"] for term in TERMS} | {
    "feel_woman": 0.0, "walk_speed_woman": P.walk_speed_man, "wait_safety_woman": P.wait_safety_man,
    "route_fear_woman": P.route_fear_man, "contact_sus_woman": 1.0, "approach_sus_woman": 1.0,
    "aggression_sus_young_man": 1.0,
}  # fmt: skip
QUICK = settings(max_examples=60, deadline=None)
ON_SCENE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EVENING = (19 * 3600, 19 * 3600 + 900)


@pytest.fixture
def scene(station: Scene) -> Scene:
    station.renew()
    station.guards([])
    station.people([], [])
    station.offenders("nuisance", [], [])
    return station


@pytest.fixture(scope="module")
def floor() -> Any:
    return floor_points(shoebox()[1])


def latent(scene: Scene, slot: int, loud: tuple[int, ...] = ()) -> float:
    """u* of a person with the nuisance rows ``loud``."""
    s = scene.station
    listed = np.array([len(loud), *loud], np.int32)
    felt = target_latent(
        s.crowd, slot, s.ground, s.fields, s._parts["presence"], s.guards, s.offenders, listed,
        int(s.guards["on"].sum()), scene.second, s._parts["feeling"],
    )  # fmt: skip
    return float(felt)


def some_people(scene: Scene, floor: Any, rng: np.random.Generator, n: int) -> Any:
    middle = rng.integers(len(floor[0]))
    near = np.flatnonzero(np.hypot(floor[0] - floor[0][middle], floor[1] - floor[1][middle]) < rng.uniform(3, 40))
    k = rng.choice(near, n)
    scene.people(
        floor[0][k], floor[1][k], gender=rng.integers(0, 3, n), company=rng.integers(0, 2, n),
        regular=rng.integers(0, 2, n), nature=rng.normal(0, 0.9, n), slope=rng.lognormal(0, 0.4, n),
        shock=-rng.choice([0, 0, 1.5], n), since_s=scene.second - rng.integers(0, 2000, n), doing=rng.integers(3, 6, n),
    )  # fmt: skip
    return near


def staff_and_nuisance(scene: Scene, floor: Any, near: Any, rng: np.random.Generator) -> tuple[int, ...]:
    """Put up to four of the staff and up to three offenders near; return the rows of those who are loud."""
    staff = rng.choice(near, rng.integers(0, 5))
    scene.guards([(str(rng.choice(GUARD_KINDS)), float(floor[0][k]), float(floor[1][k])) for k in staff])
    rows = rng.choice(near, 3)
    scene.offenders("nuisance", floor[0][rows], floor[1][rows], members=rng.integers(1, 5, 3))
    return tuple(range(int(rng.integers(0, 4))))


# ---------------------------------------------------------------- V14 and the parts of the formula


def test_v14_the_score_is_a_logistic_from_1_to_10() -> None:
    assert score_of(0.0) == pytest.approx(5.5, abs=1e-12)
    u = latent_of(7.0)
    assert score_of(u) == pytest.approx(7, abs=1e-12)
    # the derivative itself: 9 e^-u / (1 + e^-u)^2, and as a difference of the kernel
    assert 9 * math.exp(-u) / (1 + math.exp(-u)) ** 2 == pytest.approx(P.feel_score_slope, abs=1e-9)
    assert P.feel_score_slope == 2
    assert (score_of(u + 1e-4) - score_of(u - 1e-4)) / 2e-4 == pytest.approx(2.0, abs=1e-8)


@QUICK
@given(st.floats(-700, 700))
def test_v14_scores_stay_between_1_and_10(u: float) -> None:
    assert 1 <= score_of(u) <= 10
    assert score_of(u) == pytest.approx(twin_score(u), rel=1e-15)


@QUICK
@given(st.floats(-30, 30), st.floats(1e-9, 5))
def test_v14_scores_never_fall_when_the_latent_rises(u: float, more: float) -> None:
    assert score_of(u + more) >= score_of(u)


@QUICK
@given(st.floats(1.001, 9.999))
def test_latent_and_score_are_each_others_inverse(score: float) -> None:
    assert score_of(latent_of(score)) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(("score", "answer"), [(5.5, 5.5), (7.3, 7.297823), (9.9, 9.785589)])
def test_the_expected_answer_has_its_known_values(score: float, answer: float) -> None:
    assert expected_answer(score, P.survey_noise) == pytest.approx(answer, abs=5e-7)


@QUICK
@given(st.floats(1, 10), st.floats(0.05, 3))
def test_the_expected_answer_equals_its_twin(score: float, noise: float) -> None:
    assert expected_answer(score, noise) == pytest.approx(twin_answer(score, noise), abs=1e-9)
    assert 1 <= expected_answer(score, noise) <= 10


def test_the_expected_answer_is_the_mean_of_answers() -> None:
    rng = np.random.default_rng(1)
    answers = np.clip(np.round(8.7 + 0.5 * rng.standard_normal(200_000)), 1, 10)
    assert expected_answer(8.7, 0.5) == pytest.approx(answers.mean(), abs=3 * answers.std() / math.sqrt(200_000))


# ---------------------------------------------------------------- the latent of a person


@ON_SCENE
@given(SEED, st.integers(1, 40))
def test_target_latent_equals_its_twin(scene: Scene, floor: Any, seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    near = some_people(scene, floor, rng, n)
    loud = staff_and_nuisance(scene, floor, near, rng)
    for slot in rng.integers(0, n, 3):
        # the kernel stops counting company where a further person changes next to nothing
        rest = math.exp(-P.feel_company_enough / P.feel_isolation_half)
        rest *= 0.5 * 1.5 * float(scene.station.crowd.people["slope"][slot]) / P.feel_score_slope
        enough = n - 1 > P.feel_company_enough
        assert latent(scene, int(slot), loud) == pytest.approx(
            twin_latent(scene, int(slot), loud), rel=1e-12, abs=rest if enough else 1e-12
        )


@pytest.mark.parametrize("hour", [7.25, 8.1, 12, 16.75, 17, 23])
def test_the_fields_of_an_hour_equal_their_twin(floor: Any, hour: float) -> None:
    scene = Scene(*shoebox(), second=int(hour * 3600))
    rng = np.random.default_rng(int(hour))
    near = some_people(scene, floor, rng, 20)
    loud = staff_and_nuisance(scene, floor, near, rng)
    for slot in range(20):
        cell = int(scene.station.crowd.people["cell"][slot])
        assert scene.station.fields.cells["adequacy"][cell] == pytest.approx(twin_adequacy(scene, cell), rel=1e-6)
        assert latent(scene, slot, loud) == pytest.approx(twin_latent(scene, slot, loud), abs=1e-6)


def test_every_weight_of_the_table_reaches_somebody(scene: Scene) -> None:
    # a term that no situation moves is a row of the table that does nothing
    sight, grid = scene.world.sight, scene.world.grid
    cells = [int(np.argmax(sight.help_point)), int(np.argmax(sight.shops))]
    x, y = ([float(axis[c]) for c in cells] for axis in (grid.cell_x, grid.cell_y))
    scene.people([x[0]] * 12 + [x[1]], [y[0]] * 12 + [y[1]], company=1, regular=1, since_s=scene.second - 900)
    scene.guards([("guard", x[0], y[0]), ("service", x[0], y[0])])
    scene.offenders("nuisance", x[:1], y[:1])
    moved = set()
    usual = scene.station.parameters
    for term in (None, *TERMS):
        changed = {} if term is None else {f"feel_{term}_woman": 9.0}
        scene.station.inputs = scene.inputs.replace(parameters=usual.replace(**changed))
        scene.station.fields.zones["gated"] = scene.station.fields.zones["marked"] = 1
        scene.station.renew_light()
        open_shops(scene.station.fields, scene.station.ground, 2**64 - 1)
        felt = [latent(scene, slot, (0,)) for slot in (0, 12)]
        if term is None:
            before = felt
        elif felt != before:
            moved.add(term)
    scene.station.inputs = scene.inputs
    scene.station.fields.zones["gated"] = scene.station.fields.zones["marked"] = 0
    scene.renew()
    assert set(TERMS) == moved


@ON_SCENE
@given(SEED, st.integers(0, 60), st.floats(1, 31), st.integers(1, 30))
def test_company_in_a_circle_equals_its_twin(
    scene: Scene, floor: Any, seed: int, n: int, radius: float, enough: int
) -> None:
    rng = np.random.default_rng(seed)
    some_people(scene, floor, rng, n)
    ground, presence = scene.station.ground, scene.station._parts["presence"]
    close = close_sight(np.asarray(scene.world.sight.mask), radius, scene.world.grid.cell_zone)
    assert close.ctypes.data % 64 == 0
    assert close.strides[0] % 64 == 0
    assert (close[:, -1] == scene.world.grid.cell_zone).all()
    cells = scene.station.crowd.people["cell"][:n].tolist()
    for cell in [*rng.integers(len(close), size=4).tolist(), *cells[:4]]:
        ix, iy = int(ground.cells["ix"][cell]), int(ground.cells["iy"][cell])
        seen = twin_seen_cells(scene.world, cells, cell, radius)
        assert company_at(presence, close, cell, ix, iy, int(radius), enough) == min(enough, seen)


def test_sight_is_symmetric_so_that_the_mask_of_the_guard_serves(scene: Scene) -> None:
    rng = np.random.default_rng(4)
    cells = rng.integers(len(scene.world.grid.cell_x), size=(3000, 2))
    seen = [twin_sees(scene.world, int(a), int(b)) for a, b in cells]
    assert seen == [twin_sees(scene.world, int(b), int(a)) for a, b in cells]
    assert 0 < sum(seen) < len(seen)


def test_dusk_takes_the_term_of_darkness_in_proportion() -> None:
    place, zero = some_place(np.random.default_rng(1))
    only = P.replace(**{name: 0.0 for name in NO_FEELING if "dark" not in name})
    for dark in (0.0, 0.25, 0.5, 1.0):
        plain, sensitive = place_terms(weights(only, dark)[0], *(place | {"dark": dark}).values(), zero)
        assert (plain, sensitive) == (pytest.approx(dark * P.feel_dark_woman, abs=1e-15), 0)


@pytest.mark.parametrize(("looked_after", "share"), [("nobody", 0.5), ("guard", 1.0), ("operator", 1.0)])
def test_a_marked_safe_zone_counts_in_full_only_where_somebody_looks_after_it(
    remembered: Any, looked_after: str, share: float
) -> None:
    inputs = shoebox()[0]
    cameras = tuple(replace(c, watched=looked_after == "operator") for c in inputs.layout.cameras)
    world = World.of(inputs.replace(layout=replace(inputs.layout, cameras=cameras)), remembered)
    scene = Scene(inputs, world)
    s = scene.station
    at = int(np.argmax(world.sight.camera_cover.min(axis=0)))
    x, y = float(world.grid.cell_x[at]), float(world.grid.cell_y[at])
    scene.people([x], [y])
    scene.guards([("guard", x, y)] if looked_after == "guard" else [])
    before = latent(scene, 0)
    s.fields.zones["marked"], s.fields.zones["marked_alone"] = 1, P.feel_safe_zone_alone
    s.renew_light()
    more = (latent(scene, 0) - before) * P.feel_score_slope
    assert P.feel_safe_zone_alone == 0.5
    assert more == pytest.approx(share * P.feel_safe_zone_woman, abs=1e-12)


def test_people_on_stairs_go_on_feeling_towards_their_last_target(scene: Scene) -> None:
    s, parts = scene.station, scene.station._parts
    x, y = (float(axis[0]) for axis in (scene.world.grid.cell_x, scene.world.grid.cell_y))
    scene.people([x], [y])
    person = s.crowd.people[:1]

    def second() -> None:
        perceive(
            s.crowd, s.ground, s.fields, parts["presence"], s.guards, s.offenders, parts["loud"], s.tally, scene.second,
            parts["feeling"],
        )  # fmt: skip

    second()
    target = float(person["u"][0])  # the first second takes the target as it is
    person["u"], person["mode"], person["passage"] = target - 1, 0, 0
    u = target - 1
    for _ in range(5):
        u = twin_relax(u, target, P)
        second()
        assert float(person["u"][0]) == pytest.approx(u, rel=1e-12)


# ---------------------------------------------------------------- V12: brighter lamps


@pytest.fixture(scope="module")
def remembered() -> Any:
    """World.of for other lamps on the same walls: only light and what depends on it is made anew."""
    parts: dict[tuple[str, str], Any] = {}

    def remember(part: str, key: str, make: Any) -> Any:
        if (part, key) not in parts:
            parts[part, key] = make()
        return parts[part, key]

    inputs = shoebox()[0]
    World.of(inputs, remember)
    return remember


def scores_with(scene: Scene, world: World, cells: Any) -> Any:
    """Scores of women and men who stand at these cells by night, under the fields of another world."""
    s = scene.station
    s.world = scene.world = world
    s.skies = make_skies(world, scene.p)
    s.renew_light()
    return np.array([score_of(latent(scene, slot)) for slot in range(len(cells))])


@pytest.mark.parametrize("which", ["all", 0, 3, 7])
@pytest.mark.parametrize("factor", [1.2, 3.0, 40.0])
def test_v12_brighter_lamps_lower_nobodys_score(remembered: Any, which: Any, factor: float) -> None:
    inputs = shoebox()[0]
    lamps = inputs.layout.lamps
    brighter = tuple(replace(a, lumen=a.lumen * factor) if which in ("all", k) else a for k, a in enumerate(lamps))
    before_world = World.of(inputs, remembered)
    after_world = World.of(inputs.replace(layout=replace(inputs.layout, lamps=brighter)), remembered)
    scene = Scene(inputs, before_world)
    cells = np.arange(len(before_world.grid.cell_x))[:: 2 if which == "all" else 3]
    x, y = before_world.grid.cell_x[cells], before_world.grid.cell_y[cells]
    scene.people(x, y, gender=np.arange(len(cells)) % 3, slope=np.linspace(0.2, 3, len(cells)))
    before = scores_with(scene, before_world, cells)
    after = scores_with(scene, after_world, cells)
    assert (after >= before - 1e-6).all()
    assert after.max() > before.max() or (after > before + 1e-3).any()


# ---------------------------------------------------------------- V13, M8: ceteris paribus


def some_place(rng: np.random.Generator) -> tuple[Any, Any]:
    """Arguments of place_terms of a random place, and the names in order."""
    place = {
        "adequacy": rng.uniform(0, 0.99), "dark": rng.random(), "prospect": rng.random(),
        "concealment": rng.random(), "escape": rng.integers(0, 9) / 8, "camera": rng.random(),
        "help_point": float(rng.integers(0, 2)), "disorder": rng.random(),
    }  # fmt: skip
    return place, np.array([0.55, 0.25, 0.45, 0.3])


def place_score(table: Any, gender: int, place: dict[str, float], zero: Any, slope: float = 1.0) -> float:
    plain, sensitive = place_terms(table[gender], *place.values(), zero)
    return float(score_of(P.feel_base + (plain + slope * sensitive) / P.feel_score_slope))


@QUICK
@given(SEED, st.integers(0, 2), st.sampled_from(["disorder", "concealment"]))
def test_v13_more_disorder_or_concealment_raises_no_score(seed: int, gender: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    place, zero = some_place(rng)
    slope = float(rng.lognormal(0, 0.4))
    worse = place | {name: place[name] + (1 - place[name]) * rng.random()}
    table = weights(P, place["dark"])
    assert place_score(table, gender, worse, zero, slope) <= place_score(table, gender, place, zero, slope)


@ON_SCENE
@given(SEED)
def test_v13_more_nuisance_or_disorder_raises_nobodys_score(scene: Scene, floor: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    near = some_people(scene, floor, rng, 12)
    staff_and_nuisance(scene, floor, near, rng)
    for slot in range(12):
        scores = [score_of(latent(scene, slot, tuple(range(count)))) for count in range(4)]
        assert scores == sorted(scores, reverse=True)
    before = [score_of(latent(scene, slot)) for slot in range(12)]
    scene.station.fields.zones["disorder"] += rng.random(len(scene.inputs.layout.zones))
    scene.station.renew_light()
    assert all(score_of(latent(scene, slot)) <= before[slot] for slot in range(12))
    scene.renew()


BETTER = {
    "adequacy": 1,
    "dark": -1,
    "prospect": 1,
    "concealment": -1,
    "escape": 1,
    "camera": 1,
    "help_point": 1,
    "disorder": -1,
}


def test_m8_a_better_place_never_feels_worse_in_1000_random_states() -> None:
    rng = np.random.default_rng(8)
    for trial in range(1000):
        place, zero = some_place(rng)
        slope, table = float(rng.lognormal(0, 0.4)), weights(P, place["dark"])
        for gender in range(len(GENDERS)):
            before = place_score(table, gender, place, zero, slope)
            for name, sign in BETTER.items():
                step = rng.random() * ((1 - place[name]) if sign > 0 else -place[name])
                better = place | {name: place[name] + step}
                assert place_score(table, gender, better, zero, slope) >= before, (trial, name)


def test_weights_equal_their_twin() -> None:
    for dark in (0.0, 0.3, 1.0):
        twin = [[weight(P, term, gender, dark) for term in TERMS] for gender in GENDERS]
        assert weights(P, dark) == pytest.approx(np.array(twin), rel=1e-12, abs=1e-15)


def test_m8_more_staff_and_less_nuisance_never_feel_worse_in_1000_random_states(scene: Scene, floor: Any) -> None:
    rng = np.random.default_rng(9)
    counted = 0
    for _ in range(125):
        near = some_people(scene, floor, rng, 8)
        loud = staff_and_nuisance(scene, floor, near, rng)
        guards = scene.station.guards.copy()
        before = [latent(scene, slot, loud) for slot in range(8)]
        k = int(rng.choice(near))
        kind = str(rng.choice(GUARD_KINDS))
        there = [(GUARD_KINDS[g["kind"]], float(g["x"]), float(g["y"])) for g in guards]
        scene.guards([*there, (kind, float(floor[0][k]), float(floor[1][k]))])
        more = [latent(scene, slot, loud) for slot in range(8)]
        calmer = [latent(scene, slot, loud[:-1]) for slot in range(8)]
        assert all(b >= a for a, b in zip(before, more, strict=True))
        assert all(b >= a for a, b in zip(more, calmer, strict=True))
        sees = [
            twin_sees(scene.world, int(c), scene.cell(floor[0][k], floor[1][k]))
            for c in scene.station.crowd.people["cell"][:8]
        ]
        assert all((b > a) == seen for a, b, seen in zip(before, more, sees, strict=True))
        counted += len(more)
    assert counted == 1000


# ---------------------------------------------------------------- V15: fear comes fast, calm slowly


def let_feel(scene: Scene, seconds: int, each: Any = None) -> list[Any]:
    """Run perception alone; return the latents after each second."""
    s, parts = scene.station, scene.station._parts
    history = []
    for second in range(scene.second, scene.second + seconds):
        if each is not None:
            each(second)
        perceive(
            s.crowd, s.ground, s.fields, parts["presence"], s.guards, s.offenders, np.zeros(9, np.int32), s.tally,
            second, parts["feeling"],
        )  # fmt: skip
        history.append(s.crowd.people["u"][: s.crowd.count[0]].copy())
    return history


@pytest.mark.parametrize(("step", "tau"), [(-2.0, 5), (2.0, 120)])
def test_v15_a_step_is_63_percent_done_after_its_time_constant(scene: Scene, floor: Any, step: float, tau: int) -> None:
    scene.people([floor[0][0]], [floor[1][0]])
    start = let_feel(scene, 1)[0][0]
    scene.station.crowd.people["nature"][0] += step
    history = np.array(let_feel(scene, tau))[:, 0]
    assert (history[-1] - start) / step == pytest.approx(1 - math.exp(-1), rel=1e-9)
    assert (history[-1] - start) / step == pytest.approx(0.63, rel=0.05)
    assert (np.diff(np.abs(history - start)) > 0).all()


@QUICK
@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(1, 300))
def test_relax_is_exact_over_any_number_of_steps(u: float, target: float, steps: int) -> None:
    keep = math.exp(-1 / P.feel_fall_s), math.exp(-1 / P.feel_rise_s)
    stepped = u
    for _ in range(steps):
        stepped = relax(stepped, target, *keep)
    assert stepped == pytest.approx(twin_relax(u, target, P, steps), abs=1e-9)


def test_shock_halves_in_its_half_life(scene: Scene, floor: Any) -> None:
    scene.people([floor[0][0]], [floor[1][0]], shock=-3.0)
    let_feel(scene, int(P.feel_shock_half_s))
    assert scene.station.crowd.people["shock"][0] == pytest.approx(-1.5, rel=1e-9)


def test_shock_is_felt_in_points_at_score_seven(scene: Scene, floor: Any) -> None:
    scene.people([floor[0][0]] * 2, [floor[1][0]] * 2, shock=[0, -1.5])
    assert latent(scene, 1) == pytest.approx(latent(scene, 0) - 0.75, abs=1e-12)


# ---------------------------------------------------------------- the visit that stays


@pytest.mark.parametrize("seconds", [1, 7, 29, 30, 31, 200])
@pytest.mark.parametrize("hour", [15, 20])
def test_finish_visit_equals_its_twin(floor: Any, seconds: int, hour: int) -> None:
    scene = Scene(*shoebox(), second=hour * 3600)
    rng = np.random.default_rng(seconds)
    n = 6
    k = rng.choice(len(floor[0]), n)
    scene.people(floor[0][k], floor[1][k], gender=[0, 0, 1, 1, 2, 2])
    people = scene.station.crowd.people
    steps = rng.normal(0, 1, (seconds, n)).cumsum(0) * 0.4 - rng.uniform(0, 3, n)

    targets: list[Any] = []

    def shake(second: int) -> None:
        people["nature"][:n] = steps[second - scene.second]
        targets.append([latent(scene, slot) for slot in range(n)])

    history = np.array(let_feel(scene, seconds, shake))
    u = np.array(targets[0])
    for t in range(1, seconds):
        u = np.array([twin_relax(a, b, P) for a, b in zip(u, targets[t], strict=True)])
        assert history[t] == pytest.approx(u, abs=1e-9)
    tally = scene.station.tally
    for slot in range(n):
        for name in ("visit_score", "visits", "unsafe", "monitor_score", "monitor_weight"):
            getattr(tally, name)[:] = 0
        people["visit"][slot] = slot
        finish_visit(scene.station.crowd, slot, tally, scene.station.fields, scene.station._parts["feeling"])
        score, unsafe, answer = twin_visit(history[:, slot].tolist(), P)
        row = hour - 5, slot // 2
        assert tally.visit_score[row] == pytest.approx(score, abs=1e-9)
        assert score_of(tally.diary["latent"][slot]) == pytest.approx(score, abs=1e-9)
        assert (score_of(tally.diary["worst"][slot]) < P.feel_unsafe_score) == unsafe
        assert (tally.diary["hour"][slot], tally.diary["seconds"][slot]) == (hour - 5, seconds)
        assert (tally.visits[row], tally.unsafe[row]) == (1, unsafe)
        assert tally.visits.sum() == 1
        late = hour >= P.survey_evening_from_h
        assert tally.monitor_weight.tolist() == [late * (g == slot // 2) for g in range(3)]
        assert tally.monitor_score.sum() == pytest.approx(answer if late else 0, abs=1e-9)


def test_momentary_scores_are_booked_by_hour_gender_zone_and_place(scene: Scene, floor: Any) -> None:
    rng = np.random.default_rng(3)
    k = rng.choice(len(floor[0]), 40)
    gender = rng.integers(0, 3, 40)
    scene.people(floor[0][k], floor[1][k], gender=gender, nature=rng.normal(0, 1, 40))
    tally, grid = scene.station.tally, scene.world.grid
    for name in ("score_seconds", "seconds", "map_score", "map_seconds", "map_all"):
        getattr(tally, name)[:] = 0
    u = let_feel(scene, 1)[0]
    scores = np.array([twin_score(a) for a in u])
    zone = grid.cell_zone[scene.station.crowd.people["cell"][:40]]
    for g in range(3):
        for z in range(len(scene.inputs.layout.zones)):
            here = (gender == g) & (zone == z)
            assert tally.seconds[15, g, z] == here.sum()
            assert tally.score_seconds[15, g, z] == pytest.approx(scores[here].sum(), abs=1e-9)
        assert tally.map_score[g].sum() == pytest.approx(scores[gender == g].sum(), abs=1e-9)
    assert tally.seconds.sum() == tally.map_all.sum() == 40
    across = (grid.nx + 1) // 2
    pixel = ((floor[1][k] - grid.y0) // 2).astype(int) * across + ((floor[0][k] - grid.x0) // 2).astype(int)
    assert tally.map_all.tolist() == np.bincount(pixel, minlength=len(tally.map_all)).tolist()


# ---------------------------------------------------------------- M7, M9/V11: whole evenings


def evening(parameters: Parameters, visits: Visits | None = None) -> tuple[Station, Results]:
    inputs, world = shoebox()
    made = Station(inputs.replace(parameters=parameters, window=EVENING), world, seed=3, day=2, visits=visits)
    return made, made.run()


def test_m7_without_weights_everybody_feels_the_same_all_evening() -> None:
    inputs, world = shoebox()
    made = Station(inputs.replace(parameters=P.replace(**NO_FEELING), window=EVENING), world, seed=3, day=2)
    present = 0
    for second in range(made.start_s + 60, EVENING[1], 60):
        made.run_until(second)
        felt = made.crowd.people["u"][made.crowd.order[: len(made.travellers)]]
        seconds = made.crowd.people["seconds"][made.crowd.order[: len(made.travellers)]]
        assert set(felt[seconds > 0].tolist()) <= {P.feel_base}, second
        present += len(felt)
    assert present > 50
    results = made.run()
    score = score_of(P.feel_base)
    assert results.visits.sum() > 20
    assert results.visit_score == pytest.approx(score * results.visits, rel=1e-12)
    assert results.score_seconds == pytest.approx(score * results.seconds, rel=1e-12)


def swapped(visits: Visits) -> Visits:
    """The same people with the labels woman and man changed over."""
    return replace(visits, gender=np.array([1, 0, 2], np.int8)[visits.gender])


def test_m9_v11_gender_blind_numbers_swap_the_tables_when_labels_swap() -> None:
    inputs, world = shoebox()
    blind = P.replace(**BLIND)
    visits = draw_visits(inputs.replace(parameters=blind, window=EVENING), world, 3, 2)
    _, mine = evening(blind, visits)
    _, other = evening(blind, swapped(visits))
    order = [1, 0, 2]
    assert mine.expected[:, :, :2].sum() > 0
    assert mine.visits[:, 0].sum() != mine.visits[:, 1].sum()
    assert (other.expected == mine.expected[:, :, [*order, 3]]).all()
    assert (other.sampled == mine.sampled[:, :, [*order, 3]]).all()
    for name in ("score_seconds", "seconds", "visit_score", "visits", "unsafe"):
        assert (getattr(other, name) == getattr(mine, name)[:, order]).all(), name
    assert (other.monitor_score == mine.monitor_score[order]).all()
    assert (other.monitor_weight == mine.monitor_weight[order]).all()
    for kind in ("score", "seconds"):
        assert (other.maps[f"{kind}_woman"] == mine.maps[f"{kind}_man"]).all()
    assert other.counts == mine.counts


def test_m9_the_default_numbers_are_not_gender_blind() -> None:
    inputs, world = shoebox()
    visits = draw_visits(inputs.replace(window=EVENING), world, 3, 2)
    mine, other = evening(P, visits)[1], evening(P, swapped(visits))[1]
    assert (other.visit_score != mine.visit_score[:, [1, 0, 2]]).any()
    assert (other.expected != mine.expected[:, :, [1, 0, 2, 3]]).any()
