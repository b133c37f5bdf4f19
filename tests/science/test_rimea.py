"""The tests of RiMEA 4.1.1 (Annex 1) beyond 1, 2, 3, 6 (tests/test_walking_*) and 9 (test_movement_flow.py).

Each docstring tells what is set up, and the criterion with its label: given by the guideline, given in words, or
free, where the guideline asks to document only. What the guideline leaves open is self-set. Passing says nothing
about certification.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from calibration.trips import draw_traits
from calibration.weidmann import corridor_speed, weidmann
from model.inputs.layout import Access, Layout, Passage
from model.kernels.luck import uniforms
from model.parameters import Parameters
from scenarios.drawing import default_mix
from tests.plans import bound, crowd, empty, flow_of, leave, part, plan
from tests.test_walking_passages import UPPER, Stairs, box, two_levels
from tests.twins_fields import layout, rectangle, zone
from tests.walk_harness import DT, Scene, corridor, free_speeds, people, room_towards

Told = Callable[[str], None]
P = Parameters.default()
SEEDS = (1, 2, 3, 4, 5)


def test_rimea_4_speed_falls_with_density_as_weidmann_says(told: Told) -> None:
    """A corridor of 20 x 4 m without end, 0.5 to 4 people a m2, mean of 60 s.

    Criterion (free; self-set): within 0.15 m/s of Weidmann's curve, and never faster at a higher density.
    """
    densities = np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    found = np.array([corridor_speed(density, DT, P, spread=0.26) for density in densities])
    off = found - weidmann(densities)
    told(f"largest difference {np.abs(off).max():.3f} m/s; speeds {found.round(2).tolist()} m/s")
    assert np.abs(off).max() <= 0.15
    assert np.all(np.diff(found) < 0)


def test_rimea_5_everybody_sets_out_at_the_own_time(told: Told) -> None:
    """A room of 8 x 5 m with an exit of 1 m, 10 people who set out at drawn times of 10 to 100 s.

    Criterion (given in words; self-set: 0.5 s): each stands until then, and walks within one step afterwards.
    """
    is_open = plan(12, 8, (1, 1, 9, 6), (9, 3, 11, 4))
    x, y, v0 = crowd(10, (1, 1, 8, 6), 1)
    w = people(x, y, v0, mode=3)
    scene = Scene(room_towards(is_open, [part(is_open, (10, 3, 11, 4))]), w)
    delay = np.random.default_rng(2).uniform(10, 100, 10)
    began = np.full(10, np.nan)

    def set_out(now: float) -> None:
        walks = np.isnan(began) & (w.speed > 0.3)
        began[walks] = now - DT
        w.mode[(w.mode == 3) & (now >= delay)] = 1

    assert not np.isnan(empty(scene, 200, set_out)).any()
    late = began - delay
    told(f"set out {late.min():.2f} to {late.max():.2f} s after the own time")
    assert late.min() >= 0
    assert late.max() <= DT


def test_rimea_7_walking_speeds_are_those_of_the_people(told: Told) -> None:
    """Four times 50 adults (ages 15-24, 25-44, 45-64, 65 and over), each alone in a corridor of 40 m.

    Criterion (given in words; self-set): the mean of the means set for them lies in the 95% interval of the measured
    speeds, and measured less set speeds are normal with the set spread (Kolmogorov-Smirnov p > 0.01).
    """
    mix = [share for share in default_mix() if share.group_size == 1 and not share.luggage and share.regular]
    measured, expected = [], []
    for age in range(4):
        kinds = np.array([k for k, s in enumerate(mix) if s.age_band == ("15-24", "25-44", "45-64", "65+")[age]])
        kind = np.resize(kinds, 50)
        entity = np.arange(50) + 100 * age

        def draw(purpose: int, index: int = 0, entity: np.ndarray = entity) -> np.ndarray:
            return uniforms(1, int(purpose), 0, entity, np.zeros(50, np.int64), index)

        v0 = draw_traits(tuple(mix), kind, P, draw, draw)["speed"]
        middle = draw_traits(tuple(mix), kind, P.replace(walk_speed_sd=1e-9), draw, draw)["speed"]
        for speed in v0:
            scene = Scene(corridor(48, 2), people([2.0], [2.0], speed))
            scene.step(4)
            before = scene.walkers.x[0]
            scene.step(20)
            measured.append((scene.walkers.x[0] - before) / 10)
        expected += list(middle)
    off = np.array(measured) - expected
    by_age = np.array(measured).reshape(4, 50).mean(1)
    fit = stats.kstest(off / P.walk_speed_sd, "norm").pvalue
    half = 1.96 * off.std(ddof=1) / np.sqrt(len(off))
    told(f"mean by age {by_age.round(2).tolist()} m/s; {off.mean():+.3f} +- {half:.3f} m/s from set; KS p {fit:.2f}")
    assert abs(off.mean()) <= half
    assert fit > 0.01
    assert by_age[1] > by_age[2] > by_age[3]


def test_rimea_8_faster_people_are_never_slower_out(told: Told) -> None:
    """A room of 10 x 10 m with an exit of 1 m, 100 people of 0.5, 0.75, 1.0 m/s (one storey of the plan).

    Criterion (free; self-set): the last of a faster population is out no later.
    """
    is_open = plan(15, 12, (1, 1, 11, 11), (11, 5, 14, 6))
    room = room_towards(is_open, [part(is_open, (13, 5, 14, 6))])
    x, y, _ = crowd(100, (1, 1, 11, 11), 1)
    last = [float(np.nanmax(empty(Scene(room, people(x, y, v0)), 900))) for v0 in (0.5, 0.75, 1.0)]
    told(f"last out after {last} s")
    assert last[0] >= last[1] >= last[2]


def test_rimea_10_everybody_takes_the_own_exit(told: Told) -> None:
    """A corridor with 12 rooms and 23 people; rooms 1-4 and 7-10 have the main exit, 5, 6, 11, 12 the second.

    Criterion (given): all leave by their own exit.
    """
    rooms = [(1.0 + 4 * (k % 6), 1.0 + 8 * (k // 6), 4.0 + 4 * (k % 6), 6.0 + 8 * (k // 6)) for k in range(12)]
    doors = [(x1 + 1.0, 5.0, x1 + 2.0, 7.0) if y1 < 6 else (x1 + 1.0, 8.0, x1 + 2.0, 10.0) for x1, y1, _, _ in rooms]
    is_open = plan(28, 16, *rooms, *doors, (0.5, 6.5, 27, 8.75))
    main, second = part(is_open, (0.5, 6.5, 1.5, 8.75)), part(is_open, (26, 6.5, 27, 8.75))
    rng = np.random.default_rng(1)
    at = np.r_[np.arange(12), rng.permutation(12)[:11]]
    corner = np.array(rooms)[at]
    x, y = corner[:, 0] + rng.uniform(0.4, 2.6, 23), corner[:, 1] + rng.uniform(0.5, 4.5, 23)
    dest = np.isin(at, (4, 5, 10, 11)).astype(int)
    w = people(x, y, free_speeds(rng, 23, 0.26), dest=dest)
    left = empty(Scene(room_towards(is_open, [main, second]), w), 200)
    own = np.where(dest == 0, w.x < 2, w.x > 25)
    told(f"{int(own.sum())} of 23 by the own exit, last after {np.nanmax(left)} s")
    assert own.all()


def test_rimea_11_a_queue_sends_some_to_the_farther_exit(told: Told) -> None:
    """A room of 30 x 20 m, 1,000 people in the lower half of its left; exits of 1 m below and above.

    Criterion (given in words): more by the nearer exit, a queue there, and at least one by the farther exit. Nobody
    weighs the queue: those whom it spreads beyond the middle of the room have the other exit nearer.
    """
    is_open = plan(33, 26, (1, 3, 31, 23), (22, 1, 23, 3), (22, 23, 23, 25))
    near, far = (22, 1, 23, 2), (22, 24, 23, 25)
    x, y, v0 = crowd(1000, (1, 3, 21, 13), 1)
    w = people(x, y, v0)
    left = empty(Scene(room_towards(is_open, [part(is_open, near, far)]), w), 1500)
    by_far = int((w.y > 13).sum())
    told(f"{1000 - by_far} by the nearer exit, {by_far} by the farther, last after {np.nanmax(left)} s")
    assert not np.isnan(left).any()
    assert 1000 - by_far > by_far >= 1


def two_rooms(gap_m: float, long_m: float, goal_m: float, shift_m: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A room of 10 x 10 m, a gap to a second room of 10 x 10 m, and the goal behind the gap; floor and goal."""
    low = 6 - gap_m / 2 + shift_m
    first = round(4 * low) / 4
    end = 11 + long_m
    is_open = plan(24 + long_m, 12, (1, 1, 11, 11), (11, first, end, first + gap_m), (end, 1, end + 11, 11))
    return is_open, part(is_open, (end + goal_m, 1, end + 11, 11))


def test_rimea_12a_the_goal_behind_a_bottleneck_does_not_hold_the_crowd(told: Told) -> None:
    """150 people in a room of 10 x 10 m, a bottleneck of 1 m; the goal 0, 2, 4, 7 and 10 m behind it, five runs.

    Criterion (given in words; self-set: within the 95% interval): time grows with the distance, then by no more than
    the way takes; the flow through the gap is the same within 5% but for the nearest goal.
    """
    last, flows = [], []
    for goal in (0, 2, 4, 7, 10):
        runs = [leave(*prepare(two_rooms(1.0, 0.5, goal)), (1, 1, 11, 11), 150, seed) for seed in SEEDS]
        last.append([np.nanmax(run) for run in runs])
        flows.append([flow_of(run) for run in runs])
    mean, half = np.mean(last, 1), np.array([bound(np.array(run)) for run in last])
    told(f"last after {mean.round(1).tolist()} s (+- {half.max():.1f}); flow {np.mean(flows, 1).round(2).tolist()} p/s")
    assert np.all(np.diff(mean) >= -half.max())
    assert mean[-1] - mean[1] <= 8 / 0.6 + 2 * half.max()  # 8 m at the pace of the slow
    assert np.ptp(np.mean(flows, 1)[1:]) <= 0.05 * np.mean(flows)


def prepare(floor_and_goal: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    return floor_and_goal[0], [floor_and_goal[1]]


def test_rimea_12b_a_long_bottleneck_is_slower(told: Told) -> None:
    """150 people, a bottleneck of 1 m that is 0.25 m (0.2 m on the raster) or 5 m long, five paired runs.

    Criterion (given in words; self-set): the long one takes longer in each pair, beyond what its way takes.
    """
    times = [
        [np.nanmax(leave(*prepare(two_rooms(1.0, long_m, 2)), (1, 1, 11, 11), 150, seed)) for seed in SEEDS]
        for long_m in (0.25, 5.0)
    ]
    longer = np.subtract(times[1], times[0])
    told(f"last after {np.mean(times[0]):.1f} s (short) and {np.mean(times[1]):.1f} s (long); pairs {longer.tolist()}")
    assert (longer > 4.75 / 0.6).all()


def test_rimea_12d_flow_grows_with_the_width(told: Told) -> None:
    """150 people, bottlenecks of 0.75, 1.0 and 1.25 m (0.8, 1.0, 1.2 m on a raster of 0.25 m), five runs.

    Criterion (given in words; self-set): the flow grows and the 95% intervals do not touch.
    """
    flows = np.array(
        [
            [flow_of(leave(*prepare(two_rooms(gap, 0.5, 2)), (1, 1, 11, 11), 150, seed)) for seed in SEEDS]
            for gap in (0.75, 1.0, 1.25)
        ]
    )
    mean, half = flows.mean(1), np.array([bound(run) for run in flows])
    told(f"{mean.round(2).tolist()} p/s, 95% intervals +- {half.round(2).tolist()}")
    assert np.all(mean[1:] - half[1:] > mean[:-1] + half[:-1])


def on_stairs(dest: int) -> list[tuple[float, float]]:
    """Density on the stairs and speed of those on it, each second: 100 people, stairs 2 m wide, 5 m long."""
    rng = np.random.default_rng(1)
    x = rng.uniform(6, 16, 100) if dest == UPPER else rng.uniform(4, 14, 100)
    y = rng.uniform(1, 5, 100) + (0 if dest == UPPER else 20)
    scene = Stairs(two_levels(length_m=5.0, rise_m=2.5), list(x), list(y), [dest] * 100)
    scene.people.v0[:] = free_speeds(rng, 100, 0.26)
    entered, seen = np.full(100, np.nan), []
    crossing: list[tuple[float, float, float]] = []
    while scene.now < 300 and (((scene.people.mode == 1) | (scene.people.passage >= 0)).any()):
        before = scene.people.passage >= 0
        before = before.copy()
        scene.step()
        now_on = scene.people.passage >= 0
        entered[now_on & ~before] = scene.now
        for who in np.flatnonzero(before & ~now_on):
            crossing.append((entered[who], scene.now, 5.0 / (scene.now - entered[who])))
        scene.people.mode[(scene.people.arrived == 1) & (scene.people.mode == 1)] = 0
    for start, end, speed in crossing:
        inside = sum(1 for a, b, _ in crossing if a < (start + end) / 2 < b)
        seen.append((inside / 10.0, speed))
    return seen


def test_rimea_13_down_is_faster_than_up(told: Told) -> None:
    """100 people from a room of 10 m by stairs of 2 m x 5 m, up and down.

    Criterion (given in words; self-set, the guideline's band is not at hand): the mean speed at up to 1 person a m2
    within 15% of Weidmann's 0.61 and 0.694 m/s, and down faster than up in all bins of density that both have.
    """
    up, down = np.array(on_stairs(UPPER)), np.array(on_stairs(1 - UPPER))
    bins = np.arange(0.0, 3.0, 0.5)
    means = [
        {k: data[which == k, 1].mean() for k in np.unique(which) if (which == k).sum() >= 5}
        for data in (up, down)
        for which in [np.digitize(data[:, 0], bins)]
    ]
    shared = sorted(set(means[0]) & set(means[1]))
    told(
        f"up {up[:, 1].mean():.2f} m/s at {up[:, 0].max():.1f} p/m2 at most, down {down[:, 1].mean():.2f} m/s; "
        f"{len(shared)} shared bins"
    )
    assert shared
    assert all(means[1][k] > means[0][k] for k in shared)
    assert abs(up[:, 1].mean() / 0.61 - 1) <= 0.15
    assert abs(down[:, 1].mean() / 0.694 - 1) <= 0.15


def two_ways(far_m: float) -> Layout:
    """Two halls above each other, joined by stairs 17 m from the left end and by a ramp ``far_m`` from it."""
    return layout(
        [*rectangle(0, 0, 80, 6, "low"), *rectangle(0, 20, 80, 26, "up", 1)],
        [zone("low", 0, 0, 80, 6), zone("up", 0, 20, 80, 26, level=1)],
        accesses=(
            Access("in", "in", "low", box(0.5, 1, 2, 5), 0.5),
            Access("out", "out", "up", box(1.0, 21, 3.0, 25), 0.5),
        ),
        passages=(
            Passage("s", "stairs", box(17, 2, 19, 4), box(17, 22, 19, 24), 10.0, 2.0, 5.0),
            Passage("r", "ramp", box(far_m, 2, far_m + 2, 4), box(far_m, 22, far_m + 2, 24), 10.0, 2.0, 5.0),
        ),
    )  # fmt: skip


def test_rimea_14_short_way_by_stairs_or_long_way(told: Told) -> None:
    """From one level to the next: stairs 15 m away, or a ramp 22 m or 70 m away.

    Criterion (free, to document): everybody takes the way of least free walking time; the choice is not set by hand.
    """
    taken = []
    for length_m in (22.0, 70.0):
        n = 20
        scene = Stairs(two_ways(length_m), [2.0 + 0.1 * k for k in range(n)], [3.0] * n, [UPPER] * n)
        used = np.zeros(n, int) - 1
        while scene.now < 300 and ((scene.people.mode == 1) | (scene.people.passage >= 0)).any():
            scene.step()
            on = scene.people.passage >= 0
            used[on] = scene.people.passage[on] // 2
            scene.people.mode[(scene.people.arrived == 1) & (scene.people.mode == 1)] = 0
        taken.append([int((used == k).sum()) for k in (0, 1)])
    told(f"stairs and ramp: {taken[0]} with the ramp 22 m away, {taken[1]} with the ramp 70 m away")
    assert taken[1] == [20, 0]
    assert sum(taken[0]) == 20


@pytest.mark.xfail(strict=True, reason="196 s at the corner, 34% over the 146 s of 75.4 m: all cut the same inner edge")
def test_rimea_15_a_large_crowd_at_a_corner(told: Told) -> None:
    """500 people from an area of 20 x 10 m through corridors 20 m wide: 44 m straight (the inner way of the corner),
    round a corner with arms of 22 m, and 75.4 m straight (the outer way, a quarter of a circle).

    Criterion (given, "ideally"): the time of the last at the corner lies between the straight corridors.
    """
    last = []
    for length in (44.0, 75.5):
        is_open = plan(length + 16, 22, (1, 1, length + 13, 21))
        goal = part(is_open, (11 + length, 1, length + 13, 21))
        last.append(float(np.nanmax(leave(is_open, [goal], (1, 1, 11, 21), 500, 1))))
    is_open = plan(56, 48, (1, 1, 53, 21), (33, 1, 53, 46))
    corner = float(np.nanmax(leave(is_open, [part(is_open, (33, 43, 53, 46))], (1, 1, 11, 21), 500, 1)))
    told(f"44 m {last[0]} s, corner {corner} s, 75.4 m {last[1]} s")
    assert last[0] <= corner <= last[1]
