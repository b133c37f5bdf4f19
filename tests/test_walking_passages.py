from collections import namedtuple
from dataclasses import replace

import numpy as np
import pytest

from model.inputs.layout import Access, Layout, Passage
from model.kernels.bins import make_bins
from model.kernels.passages import make_passage_state, passages_step
from model.kernels.walkers import Walkers, make_work
from model.kernels.walking import walk
from model.parameters import Parameters
from model.world.grid import make_grid
from model.world.movement import make_open_share, make_passages, make_walk_room, make_walk_rules
from model.world.routes import make_routes
from tests.twins_fields import layout, rectangle, zone

DT = 0.5
P = Parameters.default()
Climbers = namedtuple("Climbers", [*Walkers._fields, "passage", "ready_s"])
LOWER, UPPER = 0, 1  # accesses, so destinations


def box(x1: float, y1: float, x2: float, y2: float) -> tuple[tuple[float, float], ...]:
    return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def two_levels(**given: object) -> Layout:
    """Two halls of 20 x 6 m; stairs lead from the right end of the lower to the left end of the upper."""
    stairs = {
        "id": "s", "kind": "stairs", "box_a": box(17, 2, 19, 4), "box_b": box(1, 22, 3, 24),
        "length_m": 10.0, "width_m": 2.0, "rise_m": 5.0,
    } | given  # fmt: skip
    return layout(
        [*rectangle(0, 0, 20, 6, "low"), *rectangle(0, 20, 20, 26, "up", 1)],
        [zone("low", 0, 0, 20, 6), zone("up", 0, 20, 20, 26, level=1)],
        accesses=(
            Access("in", "in", "low", box(0.5, 1, 2, 5), 0.5),
            Access("out", "out", "up", box(18, 21, 19.5, 25), 0.5),
        ),
        passages=(Passage(**stairs),),  # type: ignore[arg-type]
    )


class Stairs:
    """People who walk between the levels."""

    def __init__(self, place: Layout, x: list[float], y: list[float], dest: list[int], v0: float = 1.34) -> None:
        n = len(x)
        grid = make_grid(place)
        self.routes = make_routes(place, grid, P)
        self.room = make_walk_room(grid, self.routes, make_open_share(grid, P))
        self.rules = make_walk_rules(P)
        self.passages = make_passages(place, grid, P)
        self.state = make_passage_state(self.passages, n)
        self.people = Climbers(
            np.array(x, float), np.array(y, float), np.full(n, v0), np.ones(n, np.int8),
            np.array(dest, np.int32), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n),
            np.zeros(n, np.int8), np.full(n, -1, np.int32), np.zeros(n),
        )  # fmt: skip
        self.who = np.arange(n, dtype=np.int32)
        self.bins = make_bins(grid.x0, grid.y0, grid.nx, grid.ny, 1.0, n)
        self.work = make_work(n)
        self.now = 0.0

    def step(self) -> None:
        n = len(self.who)
        walk(self.people, self.who, n, self.room, self.rules, self.bins, self.work, DT)
        self.now += DT
        passages_step(self.people, self.who, self.who, n, self.room, self.passages, self.state, self.bins, self.now, DT)

    def until_all_arrive(self, most_s: float) -> float:
        p = self.people
        while self.now < most_s:
            self.step()
            assert int(self.state.under_way.sum()) == int((p.passage >= 0).sum())
            assert (p.mode[p.passage >= 0] == 0).all()
            p.mode[(p.arrived == 1) & (p.mode == 1)] = 0
            if not ((p.mode == 1) | (p.passage >= 0)).any():
                break
        return self.now


@pytest.mark.parametrize(
    ("start", "dest", "factor"),
    [((16.0, 3.0), UPPER, P.stairs_up_factor), ((4.0, 23.0), LOWER, P.stairs_down_factor)],
)
def test_rimea_2_and_3_speed_on_stairs(start: tuple[float, float], dest: int, factor: float) -> None:
    """One person on stairs 10 m long along the slope.

    Criterion (given in words; self-set): the set speed up and down within 5% and a step.
    """
    scene = Stairs(two_levels(), [start[0]], [start[1]], [dest], v0=1.33)
    entered = left = None
    while left is None and scene.now < 60:
        scene.step()
        if entered is None and scene.people.passage[0] >= 0:
            entered = scene.now
        elif entered is not None and scene.people.passage[0] < 0:
            left = scene.now
    assert entered is not None
    assert left is not None
    nominal = 10 / (1.33 * factor)
    assert abs(left - entered - nominal) <= 0.05 * nominal + DT


def test_an_escalator_carries_at_its_own_speed_and_one_way_only() -> None:
    place = two_levels(kind="escalator", direction="a_to_b")
    scene = Stairs(place, [16.0], [3.0], [UPPER])
    assert scene.until_all_arrive(120) < 60
    assert scene.passages.fixed_s[0] == pytest.approx(10 / P.escalator_speed)
    assert np.isinf(scene.routes.seconds[LOWER, -1])  # no way down
    assert np.isfinite(scene.routes.seconds[UPPER, 0])


@pytest.mark.parametrize(("dest", "flow"), [(UPPER, P.stairs_flow_up), (LOWER, P.stairs_flow_down)])
def test_stairs_let_through_what_their_width_allows(dest: int, flow: float) -> None:
    rng = np.random.default_rng(1)
    n = 120
    low = dest == UPPER
    x = rng.uniform(8, 17, n) if low else rng.uniform(3, 12, n)
    y = rng.uniform(1, 5, n) + (0 if low else 20)
    scene = Stairs(two_levels(), list(x), list(y), [dest] * n)
    entered = []
    while scene.now < 200 and len(entered) < n:
        before = (scene.people.passage >= 0).copy()
        scene.step()
        entered += [scene.now] * int(((scene.people.passage >= 0) & ~before).sum())
        scene.people.mode[(scene.people.arrived == 1) & (scene.people.mode == 1)] = 0
    assert len(entered) == n
    middle = entered[n // 5 : 4 * n // 5]
    measured = (len(middle) - 1) / (middle[-1] - middle[0])
    assert measured == pytest.approx(flow * 2.0, rel=0.05)


def test_who_has_waited_longest_goes_first() -> None:
    scene = Stairs(two_levels(), [16.8, 15.5, 14.0], [3.0, 3.0, 3.0], [UPPER] * 3)
    scene.people.v0[:] = 1.0
    scene.passages.gap_s[:] = 3.0
    order = []
    while len(order) < 3 and scene.now < 60:
        before = (scene.people.passage >= 0).copy()
        scene.step()
        order += list(np.flatnonzero((scene.people.passage >= 0) & ~before))
    assert order == [0, 1, 2]


def test_nist_2_7_a_lift_takes_its_places_every_ride() -> None:
    """30 people, 13 places: three rides up of half a cycle each, the first at once, with an empty ride down between."""
    place = two_levels(kind="lift", length_m=5.0)
    scene = Stairs(place, list(np.linspace(15, 16.9, 30)), [3.0] * 30, [UPPER] * 30)
    aboard, at = [], []
    while scene.now < 300 and (scene.people.y < 20).any():
        before = scene.people.passage >= 0
        scene.step()
        new = int(((scene.people.passage >= 0) & ~before).sum())
        if new:
            aboard.append(new)
            at.append(scene.now)
    assert int(P.lift_places) == 13
    assert max(aboard) <= 13
    assert sum(aboard) == 30
    assert (scene.people.y > 20).all()
    assert np.diff(at).min() >= P.lift_cycle_s - DT, "it has to come back"
    assert scene.now < (len(aboard) + 0.5) * P.lift_cycle_s + 30


def test_a_lift_fetches_who_waits_at_the_other_end() -> None:
    scene = Stairs(two_levels(kind="lift", length_m=5.0), [2.0], [23.0], [LOWER])
    arrives = scene.until_all_arrive(200)
    assert P.lift_cycle_s < arrives < P.lift_cycle_s + 30  # half a cycle to come, half to ride, and the way


@pytest.mark.parametrize("kind", ["lift", "ramp"])
def test_nist_2_10_limited_mobility_takes_the_way_without_steps(kind: str) -> None:
    """Beside stairs there is another way: others take the stairs, people of limited mobility the other, slowly."""
    other = Passage(
        "other", kind, box(15, 0.6, 16.5, 1.6), box(4, 24.6, 6, 25.6), 40.0 if kind == "ramp" else 5.0, 1.5, 5.0
    )  # type: ignore[arg-type]
    place = two_levels()
    place = replace(place, passages=(*place.passages, other))
    speed = (P.mobility_speed_low + P.mobility_speed_high) / 2
    took = {}
    for limited in (False, True):
        scene = Stairs(place, [3.0], [3.0], [UPPER], v0=speed if limited else 1.34)
        assert scene.routes.first_free > 0
        if limited:
            scene.people.dest[:] += scene.routes.first_free
        while not (scene.people.passage >= 0).any() and scene.now < 120:
            scene.step()
        took[limited] = int(scene.people.passage[0]) // 2
        arrives = scene.until_all_arrive(400)
        assert (scene.people.y > 20).all()
        assert (arrives > 45) == limited
    assert took == {False: 0, True: 1}


def test_two_full_ends_do_not_hold_each_other_for_good() -> None:
    """150 people on each side want to the other: both boxes fill, and everybody gets across."""
    rng = np.random.default_rng(2)
    n = 150
    x = np.concatenate((rng.uniform(4, 19, n), rng.uniform(1, 16, n)))
    y = np.concatenate((rng.uniform(0.6, 5.4, n), rng.uniform(20.6, 25.4, n)))
    scene = Stairs(two_levels(), list(x), list(y), [UPPER] * n + [LOWER] * n)
    seconds = scene.until_all_arrive(900)
    print(f"two-way stairs: 300 people in {seconds:.0f} s")
    assert not ((scene.people.mode == 1) | (scene.people.passage >= 0)).any()
    assert seconds < 400
