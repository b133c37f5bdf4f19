"""Ticket gates: flow, queues, choice, wide gates, dodging; and open gates that nobody notices."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.day.access import behind_gates
from model.day.boarding import make_spots
from model.day.demand import BOARDER, draw_visits
from model.day.gates import gate_rules, make_gates
from model.inputs.inputs import Inputs
from model.inputs.layout import Access, GateLine, Layout
from model.inputs.ways import barriers, gates_of, ways_of
from model.kernels.bins import make_bins
from model.kernels.crowd import PERSON, Crowd, make_crowd
from model.kernels.gates import gates_step, service_time
from model.kernels.passages import make_passage_state, passages_step
from model.kernels.visiting import FARE_FORCE, FARE_OPEN, FARE_PAID, FARE_TAILGATE
from model.kernels.walkers import make_work
from model.kernels.walking import walk
from model.parameters import Parameters
from model.randomness import Purpose
from model.results import TABLE_TYPES
from model.world.grid import floor_numbers, make_grid
from model.world.movement import make_open_share, make_passages, make_walk_room, make_walk_rules
from model.world.routes import floor_middles, make_routes, sections_of_strips
from scenarios.check_station import check_station
from scenarios.drawn_shoebox import OFFSETS
from scenarios.faults import StationFileError
from scenarios.importers.furnish import gate_lines
from scenarios.station_files import read_station, write_station
from tests.day_harness import differences, run, shoebox, station_of, world_of
from tests.twins_fields import layout, rectangle, zone

DT = 0.5
P = Parameters.default()
UNDERPASS = GateLine("row", -1, ((28.0, -25.0), (32.0, -25.0)), gates=4, assumed=True)  # inside is north


def hall(line: GateLine) -> Layout:
    """A hall of 40 x 4 m with a row of gates across it; inside is its right half."""

    def box(x1: float, x2: float) -> tuple[tuple[float, float], ...]:
        return ((x1, 0.5), (x2, 0.5), (x2, 3.5), (x1, 3.5))

    place = layout(
        rectangle(0, 0, 40, 4),
        [zone("hall", 0, 0, 40, 4)],
        accesses=(Access("in", "in", "hall", box(0.5, 1.5), 0.5), Access("out", "out", "hall", box(38.5, 39.5), 0.5)),
    )
    return replace(place, gate_lines=(line,))


ROW = GateLine("row", 0, ((20.0, 4.0), (20.0, 0.0)), gates=4)


class Hall:
    """People on their way through the row of gates."""

    def __init__(self, line: GateLine, x: np.ndarray, y: np.ndarray, dest: int = 1, **traits: object) -> None:
        place, n = hall(line), len(x)
        grid = make_grid(place)
        self.room = make_walk_room(grid, make_routes(place, grid, P), make_open_share(grid, P))
        self.rules, self.passages = make_walk_rules(P), make_passages(place, grid, P)
        self.state, self.gates = make_passage_state(self.passages, n), make_gates(place, grid, P)
        self.crowd: Crowd = make_crowd(n, 1)
        people = self.crowd.people
        for name, value in {"x": x, "y": y, "v0": 1.3, "mode": 1, "dest": dest, "luck": np.arange(n), **traits}.items():
            people[name] = value
        self.crowd.order[:] = np.arange(n)
        self.crowd.count[:] = n, 0
        self.bins = make_bins(grid.x0, grid.y0, grid.nx, grid.ny, 1.0, n)
        self.work, self.now = make_work(n), 0.0
        self.used = np.zeros(len(self.gates.passage), int)

    def step(self) -> None:
        people, order, n = self.crowd.people, self.crowd.order, self.crowd.count[0]
        walk(people, order, n, self.room, self.rules, self.bins, self.work, DT)
        self.now += DT
        passages_step(
            people, people["luck"], order, n, self.room, self.passages, self.state, self.bins, self.now, DT
        )  # fmt: skip
        before = people["passage"].copy()
        gates_step(
            self.crowd, self.room, self.passages, self.state, self.gates, gate_rules(P), 1, int(Purpose.GATE), 1,
            self.now, DT,
        )  # fmt: skip
        went_in = people["passage"][(people["passage"] >= 0) & (before < 0)]
        self.used += np.bincount(went_in // 2, minlength=len(self.used))

    def waiting(self) -> np.ndarray:
        people = self.crowd.people
        return (people["gate"] >= 0) & (people["mode"] != 0)

    def through(self) -> np.ndarray:
        return self.crowd.people["x"] > 20.3


def many(n: int, x1: float, x2: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(x1, x2, n), rng.uniform(0.6, 3.4, n)


def test_a_gate_lets_25_to_40_people_a_minute_through() -> None:
    """160 people before four gates: all get through, each gate at the rate of its mean service time."""
    scene = Hall(ROW, *many(160, 2, 18))
    at = []
    while not scene.through().all() and scene.now < 400:
        scene.step()
        at.append(scene.through().sum())
    assert scene.through().all()
    middle = np.flatnonzero((np.array(at) > 40) & (np.array(at) < 120))
    rate = (at[middle[-1]] - at[middle[0]]) / ((middle[-1] - middle[0]) * DT) * 60 / 4
    print(f"\n{rate:.1f} people a minute and gate; used {scene.used}")
    assert 25 <= rate <= 40
    assert rate == pytest.approx(60 / (P.gate_service_s + P.gate_fail_share * P.gate_fail_s), rel=0.15)
    assert scene.used.min() > 30, "people spread over the gates"


def test_who_waits_takes_floor() -> None:
    scene = Hall(ROW, *many(120, 8, 18))
    for _ in range(50):
        scene.step()
    waits = scene.waiting()
    x, y = scene.crowd.people["x"][waits], scene.crowd.people["y"][waits]
    assert waits.sum() > 40
    apart = np.hypot(x[:, None] - x, y[:, None] - y)[np.triu_indices(len(x), 1)]
    assert (apart < 0.1).mean() < 0.01
    assert np.ptp(x) > 2, "the queue reaches back into the hall"


def test_gates_are_chosen_by_way_and_queue() -> None:
    """People who come along the wall mostly take the gate ahead; nobody does who finds nine people before it."""

    def chosen(waiting: int) -> np.ndarray:
        scene = Hall(ROW, np.full(waiting + 1, 15.0), np.full(waiting + 1, 3.5))
        people, found = scene.crowd.people, []
        for luck in range(400):
            people["x"], people["y"], people["mode"], people["gate"], people["luck"] = 18.0, 3.5, 1, -1, luck
            people["gate"][:waiting], people["mode"][:waiting] = 0, 2
            gates_step(
                scene.crowd, scene.room, scene.passages, scene.state, scene.gates, gate_rules(P), 1,
                int(Purpose.GATE), 1, 0.0, DT,
            )  # fmt: skip
            found.append(people["gate"][waiting] // 2)
        return np.bincount(found, minlength=4)

    alone, queue = chosen(0), chosen(9)
    weight = np.exp(-P.gate_detour_s_per_m * np.hypot(1.2, np.arange(4.0)))
    assert alone / 400 == pytest.approx(weight / weight.sum(), abs=4 * 0.5 / 20)
    assert alone[0] > alone[3]
    assert queue[0] == 0


def test_limited_mobility_takes_the_wide_gate_and_one_way_gates_are_one_way() -> None:
    scene = Hall(ROW, *many(12, 4, 12), limited=1)
    while not scene.through().all() and scene.now < 300:
        scene.step()
    assert scene.used.tolist() == [0, 0, 0, 12]
    out_only = Hall(replace(ROW, direction="out"), *many(3, 4, 12))
    for _ in range(120):
        out_only.step()
    assert not out_only.through().any()


def test_the_service_time_is_lognormal_with_failures() -> None:
    n = 4000
    people = np.zeros(n, PERSON).view(np.recarray)
    people["luck"] = np.arange(n)

    def times(**traits: int) -> np.ndarray:
        for name in ("dodger", "luggage"):
            people[name] = traits.get(name, 0)
        plain = np.asarray(people)
        return np.array([service_time(plain, i, 0, False, gate_rules(P), 1, int(Purpose.GATE), 1) for i in range(n)])

    paid = times()
    fails = paid > P.gate_fail_s
    assert fails.mean() == pytest.approx(P.gate_fail_share, abs=3 * np.sqrt(0.05 * 0.95 / n) + 0.01)
    mean, sd = P.gate_service_s, P.gate_service_s * P.gate_service_cv
    assert paid[~fails].mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(n) + 0.01)
    assert paid[~fails].std() == pytest.approx(sd, rel=0.1)
    assert np.allclose(times(luggage=1) - paid, P.board_luggage_s)
    assert (times(dodger=FARE_TAILGATE) == P.gate_tailgate_s).all()
    assert np.allclose((times(dodger=FARE_FORCE) - paid)[~fails], P.gate_fail_s)


# ---------------------------------------------------------------- days


def gated(closed: bool) -> Inputs:
    inputs = shoebox()
    return inputs.replace(layout=replace(inputs.layout, gate_lines=(replace(UNDERPASS, closed=closed),)))


@cache
def visits_of(closed: bool):  # type: ignore[no-untyped-def]
    inputs = gated(closed)
    return draw_visits(inputs, world_of(inputs), 1, 1)


def test_open_gates_cost_nothing() -> None:
    window = (8 * 3600, 9 * 3600)
    assert differences(run(shoebox().replace(window=window)), run(gated(False).replace(window=window))) == []


def test_closed_gates_deter_some_of_the_same_people() -> None:
    before, after = visits_of(False), visits_of(True)
    section = P.route_section_m
    assert behind_gates(gated(True).layout, world_of(gated(True)), section).all()
    assert not behind_gates(gated(False).layout, world_of(gated(False)), section).any()
    for name in ("identity", "gender", "age", "party", "access", "train_out", "nature", "speed"):
        assert (getattr(before, name) == getattr(after, name)).all(), name
    enters = before.role == BOARDER
    dodged, still = before.dodge != FARE_PAID, after.dodge != FARE_PAID
    assert not (still & ~dodged).any(), "closed gates make nobody dodge"
    assert (before.dodge[dodged] == FARE_OPEN).all()
    assert not (after.dodge[still] == FARE_OPEN).any()
    assert not (dodged & ~enters).any()
    assert before.fare_rate[enters] == pytest.approx(P.gate_dodge_open)
    assert dodged.sum() == pytest.approx(before.fare_rate.sum(), abs=4 * np.sqrt(before.fare_rate.sum()))


def test_v24_a_morning_behind_closed_gates() -> None:
    """Everybody gets in and out; entries without a ticket are counted as expected and as they are."""
    inputs = gated(True).replace(window=(20 * 3600, 25 * 3600))
    station = station_of(inputs)
    results = station.run()
    counts = results.counts
    assert counts["inside"] == 0
    assert counts["entered"] + counts["alighted"] == counts["left"]
    fares = TABLE_TYPES.index("fare_dodging")
    assert results.expected[fares].sum() > 0
    came = np.isfinite(station.visits.appear_s) & (station.visits.appear_s >= inputs.window[0])
    assert results.expected[fares].sum() == pytest.approx(P.gate_dodge_closed * came.sum())
    assert counts["fare_open"] == 0
    how = counts["fare_tailgate"] + counts["fare_force"] + counts["fare_intercom"]
    assert results.sampled[fares].sum() == how


def test_gates_across_the_head_of_a_platform_leave_nobody_before_them() -> None:
    """What lies before the line is no place to wait or to walk to for a train, and all platforms are behind it."""
    line = GateLine("head", 0, ((26.0, 20.0), (26.0, 26.0)), gates=6, assumed=True)
    inputs = shoebox()
    layout = replace(inputs.layout, gate_lines=(line,))
    platforms = tuple(replace(p, strip=tuple((max(x, 25.0), y) for x, y in p.strip)) for p in layout.platforms)
    inputs = inputs.replace(layout=replace(layout, platforms=platforms))
    world = world_of(inputs)
    x, _ = floor_middles(world.grid)
    for sections in sections_of_strips(inputs.layout, world.grid, P.route_section_m):
        assert 26.0 < x[np.concatenate(sections)].min() < 26.5
    assert (make_spots(inputs, world).rows["x"] > 26.0).all()
    closed = replace(inputs.layout, gate_lines=(replace(line, closed=False),))
    assert x[np.concatenate(sections_of_strips(closed, world.grid, P.route_section_m)[0])].min() < 26.0


def test_gates_lie_on_both_sides_of_their_line() -> None:
    for gate in gates_of(ROW):
        assert max(x for x, _ in gate.box_a) < 20 < min(x for x, _ in gate.box_b)


def test_lines_of_gates_are_read_back_as_written(tmp_path: Path) -> None:
    inputs = gated(True)
    line = replace(UNDERPASS, direction="in", wide=2, width_m=0.55)
    place = replace(inputs.layout, gate_lines=(line, replace(line, id="other", closed=False)))
    write_station(tmp_path / "mine", place, inputs.timetable, inputs.population, inputs.roster, offsets=OFFSETS)
    assert read_station(tmp_path / "mine").layout.gate_lines == place.gate_lines


def test_a_line_of_gates_with_too_many_gates_or_no_floor_is_a_fault(tmp_path: Path) -> None:
    inputs = gated(True)

    def written(line: GateLine) -> Path:
        place = replace(inputs.layout, gate_lines=(line,))
        write_station(tmp_path / "mine", place, inputs.timetable, inputs.population, inputs.roster, offsets=OFFSETS)
        return tmp_path / "mine"

    with pytest.raises(StationFileError, match="for each gate"):
        read_station(written(replace(UNDERPASS, gates=6)))
    assert check_station(written(UNDERPASS)) == []
    faults = check_station(written(replace(UNDERPASS, ends=((28.0, -50.0), (32.0, -50.0)))))
    assert any("on both sides" in fault.message for fault in faults)


# ---------------------------------------------------------------- the shipped station


def test_a_large_station_has_open_lines_of_gates_from_wall_to_wall() -> None:
    layout = read_station("den-haag-centraal").layout
    lines = layout.gate_lines
    assert lines
    assert all(line.assumed and not line.closed and line.wide >= 1 for line in lines), "without steps by a wide gate"
    assert ways_of(layout) == layout.passages, "open gates are nothing"
    assert barriers(layout) == layout.walls
    grid = make_grid(layout)
    assert tuple(gate_lines(layout, grid)) == lines, "as the written rules lay them"
    closed = replace(layout, gate_lines=tuple(replace(line, closed=True) for line in lines))
    barred = make_grid(closed)
    for line in lines:
        (x, y), (u, _) = line.ends
        row = np.arange(min(x, u) + 0.25, max(x, u), 0.25)
        across = (floor_numbers(g, row, np.full(row.shape, y)) for g in (grid, barred))
        free, stopped = (numbers >= 0 for numbers in across)
        assert free.all()
        assert not stopped.any(), "closed, nobody slips through beside a gate"
