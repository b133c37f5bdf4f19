"""Tests of NIST Technical Note 1822 that RiMEA has not: counter-flow, slow people, closing exits, flow through doors.

Set-ups follow the note's words, with people of this model; what the note leaves open is self-set. 2.7 (lifts) and 2.9
(groups) stand with the rooms that build them; 2.6 (incapacitation by smoke) does not apply.
"""

from collections.abc import Callable

import numpy as np
import pytest

from tests.plans import bound, crowd, empty, flow_of, leave, part, plan
from tests.test_walking_passages import UPPER, Stairs, two_levels
from tests.walk_harness import Scene, free_speeds, people, room_towards

Told = Callable[[str], None]
SEEDS = (1, 2, 3, 4, 5)


def test_nist_2_8_opposing_people_slow_a_crowd_down(told: Told) -> None:
    """Two rooms of 10 x 10 m, a corridor of 10 x 2 m between; 100 people cross against 0, 10, 50, 100, five runs.

    Criterion (given in words; self-set: means of five runs): the last of the 100 is through later the more oppose.
    """
    is_open = plan(32, 12, (1, 1, 11, 11), (11, 5, 21, 7), (21, 1, 31, 11))
    room = room_towards(is_open, [part(is_open, (29, 1, 31, 11)), part(is_open, (1, 1, 3, 11))])
    last = []
    for against in (0, 10, 50, 100):
        runs = []
        for seed in SEEDS:
            x, y, v0 = crowd(100, (3, 1, 10, 11), seed)
            x2, y2, v2 = crowd(against, (22, 1, 29, 11), seed + 100)
            dest = np.repeat([0, 1], [100, against])
            w = people(np.r_[x, x2], np.r_[y, y2], np.r_[v0, v2], dest=dest)
            runs.append(np.nanmax(empty(Scene(room, w), 1200)[:100]))
            assert not (w.mode != 0).any()
        last.append(runs)
    mean = np.mean(last, 1)
    told(f"0, 10, 50, 100 against: last of the 100 after {mean.round(1).tolist()} s")
    assert np.all(np.diff(mean) > 0)


def test_nist_2_10_one_slow_person_on_stairs_and_floor(told: Told) -> None:
    """A hall, stairs of 10 m x 2 m and a hall above: 24 people, and the same with one of them at 0.46 to 0.76 m/s.

    Criterion (given in words; self-set: 5% and 2 s): the slow person takes the time that the own speed gives, and the
    others are out no later than with everybody healthy by more than 10%.
    """
    rng = np.random.default_rng(1)
    x, y, v0 = rng.uniform(3, 14, 24), rng.uniform(0.6, 5.4, 24), free_speeds(rng, 24, 0.26)
    x[0], y[0] = 3.0, 3.0
    out = []
    for slow in (None, 0.61):
        scene = Stairs(two_levels(), list(x), list(y), [UPPER] * 24)
        scene.people.v0[:] = v0
        if slow is not None:
            scene.people.v0[0] = slow
        left = np.full(24, np.nan)
        while scene.now < 400 and np.isnan(left).any():
            scene.step()
            there = (scene.people.arrived == 1) & (scene.people.mode == 1)
            left[there] = scene.now
            scene.people.mode[there] = 0
        out.append(left)
    factor = scene.passages.metres[0] / 10
    nominal = (14 + 15) / 0.61 + 10 * factor / 0.61  # floor below and above, and the stairs
    told(
        f"the slow person {out[1][0]} s (nominal {nominal:.0f} s), the last of the others {out[1][1:].max()} s, "
        f"{out[0][1:].max()} s when all are healthy"
    )
    assert out[1][0] == pytest.approx(nominal, rel=0.1)
    assert out[1][1:].max() <= 1.1 * out[0][1:].max()
    assert out[1][0] > out[0][0]


def test_nist_4_1_an_exit_that_closes(told: Told) -> None:
    """A room of 10 x 15 m, 100 people and two exits of 1 m; the first, nearer one closes after 10 s.

    Criterion (given in words): nobody leaves by it afterwards, and everybody leaves by the other.
    """
    is_open = plan(14, 19, (2, 2, 12, 17), (6, 0.5, 7, 2), (6, 17, 7, 18.5))
    near, far = part(is_open, (6, 0.5, 7, 1.25)), part(is_open, (6, 17.75, 7, 18.5))
    shut = is_open & ~part(is_open, (6, 0.5, 7, 2))
    rooms = [room_towards(is_open, [near | far]), room_towards(shut, [far])]
    x, y, v0 = crowd(100, (2, 2, 12, 12), 1)
    w = people(x, y, v0)
    scene = Scene(rooms[0], w)
    by_near: list[float] = []
    closed = 10.0

    def close(now: float) -> None:
        gone = (w.mode == 0) & (w.y < 2) & (w.y > 0)
        by_near[:] = [float(gone.sum())] if now <= closed else [*by_near, float(gone.sum())]
        if now == closed:
            inside = (w.mode == 1) & (w.y < 2)
            w.y[inside] = 2.3  # who stands in the doorway steps back into the room
            scene.room = rooms[1]

    left = empty(scene, 400, close)
    told(
        f"{by_near[0]:.0f} left by the first exit before it closed, {100 - by_near[0]:.0f} by the other, "
        f"last after {left.max()} s"
    )
    assert not np.isnan(left).any()
    assert 0 < by_near[0] < 100
    assert len(set(by_near)) == 1


def test_nist_5_1_congestion_before_a_door(told: Told) -> None:
    """A room of 8 x 5 m with 100 people and an exit of 1 m into a corridor of 15 x 2 m.

    Criterion (given in words; self-set): density before the door (2 x 2 m) stays over 2 people a m2 while the crowd
    empties, and is gone at the end; people walk at less than half their speed there.
    """
    is_open = plan(28, 8, (1, 1, 9, 6), (9, 3, 9.5, 4), (9.5, 2.5, 24.5, 4.5))
    x, y, v0 = crowd(100, (1, 1, 9, 6), 1)
    w = people(x, y, v0)
    density, speed = [], []

    def look(now: float) -> None:
        here = (w.mode == 1) & (w.x > 7) & (w.x < 9) & (w.y > 2.5) & (w.y < 4.5)
        density.append(here.sum() / 4)
        speed.append(float((w.speed / w.v0)[here].mean()) if here.any() else np.nan)

    left = empty(Scene(room_towards(is_open, [part(is_open, (23, 2.5, 24.5, 4.5))]), w), 400, look)
    middle = slice(len(density) // 5, len(density) // 2)
    told(f"{np.mean(density[middle]):.1f} p/m2 before the door, speed {np.nanmean(speed[middle]):.2f} of the free one")
    assert not np.isnan(left).any()
    assert np.mean(density[middle]) > 2
    assert np.nanmean(speed[middle]) < 0.5
    assert density[-1] == 0


@pytest.mark.xfail(strict=True, reason="1.64 people a metre and second, 23% over; as in V20")
def test_nist_5_2_flow_through_a_door_of_1_m_is_no_more_than_imo_allows(told: Told) -> None:
    """A room of 8 x 5 m, 100 people, an exit of 1 m, five runs.

    Criterion (given): at most 1.33 people a metre and second, the maximum of IMO (MSC.1/Circ.1238).
    """
    is_open = plan(13, 8, (1, 1, 9, 6), (9, 3, 10, 4), (10, 1, 12, 6))
    goal = part(is_open, (11, 1, 12, 6))
    flows = np.array([flow_of(leave(is_open, [goal], (1, 1, 9, 6), 100, seed)) for seed in SEEDS])
    told(f"{flows.mean():.2f} +- {bound(flows):.2f} people a metre and second")
    assert flows.mean() <= 1.33
