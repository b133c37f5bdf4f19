from collections.abc import Callable

import numpy as np
import pytest

from model.kernels.floor import WalkRoom
from model.kernels.walkers import Walkers
from tests.twins_walking import twin_step
from tests.walk_harness import DT, EAST, WEST, Scene, corridor, free_speeds, people, room_towards, rules


def copy(walkers: Walkers) -> Walkers:
    return Walkers(*(a.copy() for a in walkers))


def station_room() -> WalkRoom:
    """24 x 16 m with columns, a niche and a 1 m door; goals left and right."""
    is_open = np.ones((64, 96), bool)
    is_open[[0, -1]] = False
    is_open[:, [0, -1]] = False
    is_open[1:30, 47:49] = is_open[34:-1, 47:49] = False
    for row in (10, 24, 40, 54):
        for column in (16, 32, 64, 80):
            is_open[row : row + 3, column : column + 3] = False
    left, right = np.zeros_like(is_open), np.zeros_like(is_open)
    left[1:-1, 1:5] = right[1:-1, -5:-1] = True
    return room_towards(is_open, (left & is_open, right & is_open))


def mixed_crowd(room: WalkRoom, n: int, seed: int) -> Walkers:
    """People in all modes on random floor cells."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(np.flatnonzero(room.floor >= 0), n, replace=False)
    x = (cells % room.nx4 + rng.uniform(0.05, 0.95, n)) / 4
    y = (cells // room.nx4 + rng.uniform(0.05, 0.95, n)) / 4
    mode = rng.choice([0, 1, 1, 1, 2, 3], n)
    goal_x, goal_y = x + rng.normal(0, 1.5, n) * (mode == 2), y + rng.normal(0, 1.5, n) * (mode == 2)
    off = (mode == 3) & (rng.random(n) < 0.3)  # some who stand are away from their place
    return people(
        x, y, free_speeds(rng, n, 0.26), mode=mode, dest=rng.integers(0, 2, n),
        goal_x=goal_x + 0.6 * off, goal_y=goal_y,
    )  # fmt: skip


@pytest.mark.parametrize(("n", "seed"), [(40, 1), (150, 2), (300, 3)])
def test_walk_equals_its_slow_twin(n: int, seed: int) -> None:
    room = station_room()
    fast = Scene(room, mixed_crowd(room, n, seed))
    for _ in range(6):
        slow = copy(fast.walkers)
        twin_step(slow, list(range(n)), room, rules(), DT)
        fast.step()
        for name in ("x", "y", "speed", "stuck_s", "arrived"):
            np.testing.assert_allclose(
                getattr(fast.walkers, name), getattr(slow, name), atol=1e-9, rtol=0, err_msg=name
            )


def test_walk_equals_its_slow_twin_in_an_endless_corridor() -> None:
    rng = np.random.default_rng(4)
    room = corridor(20, 4, endless=True)
    fast = Scene(room, people(rng.uniform(0, 20, 160), rng.uniform(1, 5, 160), dest=np.arange(160) % 2))
    for _ in range(4):
        slow = copy(fast.walkers)
        twin_step(slow, list(range(160)), room, rules(), DT)
        fast.step()
        np.testing.assert_allclose(fast.walkers.x, slow.x, atol=1e-9)
        np.testing.assert_allclose(fast.walkers.y, slow.y, atol=1e-9)


def test_v21_two_runs_are_bit_equal_and_order_of_slots_does_not_matter() -> None:
    room = station_room()
    first, again = Scene(room, mixed_crowd(room, 250, 5)), Scene(room, mixed_crowd(room, 250, 5))
    # the same people in other slots; order lists them by entity
    slots = np.random.default_rng(6).permutation(250)
    source = mixed_crowd(room, 250, 5)
    moved = Walkers(*(np.empty_like(a) for a in source))
    for old, new in zip(source, moved, strict=True):
        new[slots] = old
    shuffled = Scene(room, moved, order=slots.astype(np.int32))
    for scene in (first, again, shuffled):
        scene.step(40)
    for name in ("x", "y", "speed", "stuck_s"):
        one = getattr(first.walkers, name)
        assert np.array_equal(one, getattr(again.walkers, name)), name
        assert np.array_equal(one, getattr(shuffled.walkers, name)[slots]), name


def test_r6_somebody_far_away_changes_no_bit() -> None:
    room = station_room()
    alone = mixed_crowd(room, 120, 7)
    keep = alone.x < 9  # all the others in the left part
    alone.mode[~keep] = 0
    alone.dest[:] = 0
    more = copy(alone)
    extra = int(np.flatnonzero(~keep)[0])
    more.mode[extra], more.x[extra], more.y[extra], more.dest[extra] = 1, 20.0, 8.1, 1
    a, b = Scene(room, alone), Scene(room, more)
    a.step(10)
    b.step(10)
    assert b.walkers.x[extra] != 20.0
    for name in ("x", "y", "speed", "stuck_s", "arrived"):
        assert np.array_equal(getattr(a.walkers, name)[keep], getattr(b.walkers, name)[keep]), name


def test_nobody_leaves_the_floor_in_a_jam() -> None:
    room = station_room()
    scene = Scene(room, mixed_crowd(room, 900, 8))
    for _ in range(150):
        scene.step()
        assert scene.outside() == 0
    assert np.isfinite(scene.walkers.x).all()


def test_m1_nobody_is_lost_and_everybody_arrives() -> None:
    room = station_room()
    walkers = mixed_crowd(room, 200, 9)
    walkers.mode[:] = 1
    scene = Scene(room, walkers)
    gone = 0
    for _ in range(400):
        scene.step()
        there = (walkers.arrived == 1) & (walkers.mode == 1)
        gone += int(there.sum())
        walkers.mode[there] = 0
        assert gone + int((walkers.mode == 1).sum()) == 200
    assert gone == 200


def test_m6_mirrored_people_walk_mirrored_without_bias() -> None:
    room = corridor(20, 4, endless=True)._replace(direction=np.zeros((1, 80 * 16), np.uint8))
    rng = np.random.default_rng(10)
    x, y = rng.uniform(0, 20, 100), rng.uniform(1.1, 4.9, 100)
    plain = rules()._replace(bias_m=0.0)
    up, down = Scene(room, people(x, y), plain), Scene(room, people(x, 6 - y), plain)
    up.step(10)
    down.step(10)
    np.testing.assert_allclose(up.walkers.x, down.walkers.x, atol=1e-9)
    np.testing.assert_allclose(up.walkers.y, 6 - down.walkers.y, atol=1e-9)


def test_keep_right_two_people_pass_each_other_on_the_right() -> None:
    room = corridor(20, 4)
    scene = Scene(room, people([5.0, 15.0], [3.0, 3.0], dest=[EAST, WEST]))
    while scene.walkers.x[0] < scene.walkers.x[1]:
        scene.step()
    assert scene.walkers.y[0] < 3.0 < scene.walkers.y[1]
    assert abs(scene.walkers.y[0] - scene.walkers.y[1]) > 0.25


def test_rimea_1_free_walk_of_40_m(told: Callable[[str], None]) -> None:
    """One person of 1.33 m/s in a corridor of 2 x 40 m.

    Criterion (given; self-set: a step of the nominal): 26 to 34 s.
    """
    is_open = np.zeros((16, 4 * 42), bool)
    is_open[4:12] = True
    target = np.zeros_like(is_open)
    target[4:12, 4 * 41 :] = True  # 40 m from the start
    scene = Scene(room_towards(is_open, (target,)), people([1.0], [2.0], 1.33))
    steps = 0
    while scene.walkers.arrived[0] == 0:
        scene.step()
        steps += 1
    seconds = (steps - 1) * DT  # arrival is told at the beginning of a step
    told(f"{seconds} s, nominal {40 / 1.33:.1f} s")
    assert 26 <= seconds <= 34
    assert abs(seconds - 40 / 1.33) <= DT


def test_rimea_6_round_a_corner() -> None:
    """20 people, a corridor of 2 m that turns left after 10 m.

    Criterion (given): all get round, nobody through a wall.
    """
    is_open = np.zeros((4 * 14, 4 * 14), bool)
    is_open[4:12, 4 : 4 * 12] = True
    is_open[4 : 4 * 13, 4 * 10 : 4 * 12] = True
    target = np.zeros_like(is_open)
    target[4 * 12 : 4 * 13, 4 * 10 : 4 * 12] = True
    rng = np.random.default_rng(11)
    scene = Scene(
        room_towards(is_open, (target,)),
        people(rng.uniform(1.1, 6, 20), rng.uniform(1.1, 2.9, 20), free_speeds(rng, 20, 0.26)),
    )
    for _ in range(120):
        scene.step()
        assert scene.outside() == 0
        scene.walkers.mode[scene.walkers.arrived == 1] = 0
    assert (scene.walkers.mode == 0).all()


def test_people_who_stand_make_way_and_come_back() -> None:
    room = corridor(12, 1)  # so narrow that one has to pass close by
    x = np.array([6.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5])
    walkers = people(x, 1.5 + 0.1 * np.sin(x), mode=[3, 1, 1, 1, 1, 1, 1])
    scene = Scene(room, walkers)
    farthest = 0.0
    for _ in range(80):
        scene.step()
        farthest = max(farthest, np.hypot(walkers.x[0] - walkers.goal_x[0], walkers.y[0] - walkers.goal_y[0]))
    assert (walkers.arrived[1:] == 1).all()
    assert farthest > 0.05
    assert np.hypot(walkers.x[0] - walkers.goal_x[0], walkers.y[0] - walkers.goal_y[0]) <= rules().arrive_m


def test_straight_to_a_point_and_no_further() -> None:
    room = corridor(20, 4)
    walkers = people([5.0], [2.0], mode=2, goal_x=[12.3], goal_y=[4.4])
    scene = Scene(room, walkers)
    for _ in range(30):
        scene.step()
    assert walkers.arrived[0] == 1
    assert np.hypot(walkers.x[0] - 12.3, walkers.y[0] - 4.4) <= rules().arrive_m


def test_who_has_no_way_is_told_as_stuck() -> None:
    is_open = np.zeros((16, 40), bool)
    is_open[4:12, 4:18] = is_open[4:12, 22:36] = True
    target = np.zeros_like(is_open)
    target[4:12, 32:36] = True
    scene = Scene(room_towards(is_open, (target,)), people([2.0, 6.0], [2.0, 2.0]))
    scene.step(20)
    assert scene.walkers.stuck_s[0] == 10.0
    assert scene.walkers.stuck_s[1] == 0.0


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_a_gap_too_narrow_for_two_does_not_lock(cells: int) -> None:
    """15 people on each side of a wall with a gap of 0.25 to 0.75 m want to the other side."""
    is_open = np.zeros((32, 96), bool)
    is_open[4:28, 4:-4] = True
    is_open[:, 46:50] = False
    is_open[14 : 14 + cells, 46:50] = True
    left, right = np.zeros_like(is_open), np.zeros_like(is_open)
    left[4:28, 4:8] = right[4:28, -8:-4] = True
    rng = np.random.default_rng(1)
    x = np.concatenate((rng.uniform(3, 11, 15), rng.uniform(13, 21, 15)))
    walkers = people(x, rng.uniform(1.2, 6.8, 30), dest=np.repeat([0, 1], 15))
    scene = Scene(room_towards(is_open, (right, left)), walkers)
    for _ in range(240):
        scene.step()
        walkers.mode[(walkers.arrived == 1) & (walkers.mode == 1)] = 0
    assert not (walkers.mode == 1).any()
