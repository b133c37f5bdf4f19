"""The same inputs, seed and day give the same bits; what touches nobody changes nothing (science.md 9.1)."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.day.demand import ALIGHTER, Visits, draw_visits
from model.inputs.inputs import Inputs
from model.inputs.layout import Camera, Lamp, Layout, Level, Wall, Zone
from model.inputs.roster import Duty, Roster
from model.inputs.timetable import Timetable, Train
from model.kernels.state import OFFENDER
from model.randomness import Purpose, entity_of, uniform
from model.results import FIRST_HOUR, INCIDENT_TYPES
from scenarios.cells import day_cells
from scenarios.compare import compare_table
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.patrol import Patrol
from scenarios.scenario import read_scenario, shipped_scenarios
from tests.day_harness import (
    chosen,
    differences,
    name_of,
    run,
    shoebox,
    station_of,
    tables,
    with_one_more,
    world_of,
)

ROOT = Path(__file__).resolve().parents[1]
HOUR = 3600
EVENING = (19 * HOUR, 21 * HOUR)
HOT = ("weight", "survival", "x", "y", "state")


def evening() -> Inputs:
    return shoebox().replace(window=EVENING)


# ---------------------------------------------------------------- the same day


def test_r1_v21_the_same_seed_gives_the_same_bits() -> None:
    one, other = run(shoebox()), run(shoebox())
    assert name_of(one) == name_of(other)
    assert name_of(one) != name_of(run(shoebox(), seed=2))
    assert name_of(one) != name_of(run(shoebox(), day=2))


CHILD = """
import locale, time
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass  # a machine without that language
time.tzset()
from tests.day_harness import name_of, run, shoebox
print(name_of(run(shoebox().replace(window=(68400, 75600)), seed=7, day=3)))
"""


def test_r3_hash_seed_time_zone_language_and_folder_change_nothing(tmp_path: Path) -> None:
    changed = {
        "PYTHONHASHSEED": "4242",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "PYTHONPATH": str(ROOT),
    }
    made = subprocess.run(
        [sys.executable, "-c", CHILD],
        cwd=tmp_path,
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == name_of(run(evening(), seed=7, day=3))
    assert list(tmp_path.iterdir()) == [], "a day leaves nothing in the folder it was run in"


def test_v21_the_order_of_slots_changes_nothing() -> None:
    """Which free slot somebody gets is nobody's luck: sums run in the order of the visits."""
    plain, shuffled = station_of(evening()), station_of(evening())
    order = np.argsort((np.arange(len(shuffled.crowd.free), dtype=np.int64) * 7919) % 100_003)
    shuffled.crowd.free[:] = shuffled.crowd.free[order]
    assert differences(plain.run(), shuffled.run()) == []


def test_v21_the_order_of_duties_changes_nothing() -> None:
    first = shoebox().roster.duties[0]
    others = tuple(replace(first, id=f"guard-{k}", kind=kind) for k, kind in ((2, "boa"), (3, "service")))
    roster, turned = Roster((first, *others)), Roster((*others[::-1], first))
    assert differences(run(evening().replace(roster=roster)), run(evening().replace(roster=turned))) == []


def test_v21_the_order_of_the_timetable_changes_nothing() -> None:
    trains = shoebox().timetable.trains
    turned = evening().replace(timetable=Timetable(trains[::-1]))
    assert differences(run(evening()), run(turned)) == []


def test_the_luck_of_a_day_is_that_of_its_seed_and_day() -> None:
    """Somebody who does not walk stands where the keyed draw of seed and day has put him."""
    inputs, seed, day = evening(), 5, 9
    visits = draw_visits(inputs, world_of(inputs), seed, day)
    first = int(np.flatnonzero(np.isfinite(visits.appear_s) & (visits.appear_s > EVENING[0]))[0])
    still = replace(chosen(visits, np.array([first])), speed=np.array([1e-9]))
    station = station_of(inputs, seed=seed, day=day, visits=still)
    station.run_until(float(still.appear_s[0]) + 2)
    doorways, access = station._parts["doorways"], int(still.access[0])
    points = slice(doorways.first[access], doorways.first[access + 1])
    x, y = doorways.x[points], doorways.y[points]
    luck = int(station.visitors.rows["luck"][0])
    at = int(uniform(seed, int(Purpose.SPAWN_PLACE), day, luck, 0, 0) * len(x))
    assert next(iter(station.travellers)).position == pytest.approx((x[at], y[at]), abs=1e-6)


# ---------------------------------------------------------------- compiled code


CALLER = """
from numba import njit
from model.kernels.luck import uniform

@njit(cache=True)
def draw(seed):
    return uniform(seed, 1, 1, 1, 1, 1)
"""


def test_compiled_code_follows_the_code_that_it_calls(tmp_path: Path) -> None:
    """After a kernel has changed, those that call it from other files are compiled anew."""
    package = tmp_path / "model" / "kernels"
    package.mkdir(parents=True)
    (tmp_path / "model" / "__init__.py").touch()
    for name in ("__init__.py", "compiling.py", "luck.py"):
        (package / name).write_bytes((ROOT / "model" / "kernels" / name).read_bytes())
    (package / "caller.py").write_text(CALLER)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "SCHOUW_CACHE": str(tmp_path / "compiled")}
    environment.pop("NUMBA_CACHE_DIR", None)

    def draw() -> float:
        call = "from model.kernels.caller import draw; print(draw(1))"
        made = subprocess.run(
            [sys.executable, "-c", call], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return float(made.stdout)

    before = draw()
    assert before == uniform(1, 1, 1, 1, 1, 1) == draw()
    luck = package / "luck.py"
    luck.write_text(luck.read_text().replace("_ROUNDS = 10", "_ROUNDS = 9"))
    assert draw() != before


# ---------------------------------------------------------------- compiled stretches


def test_a_stretch_cut_in_pieces_changes_no_bit() -> None:
    whole = station_of(evening())
    seconds = station_of(evening())
    uneven = station_of(evening())
    for second in range(seconds.start_s + 1, EVENING[1] + 1):
        seconds.run_until(second)
    at = float(uneven.start_s)
    while at < EVENING[1]:
        at = min(at + 0.75 + (at * 7 % 13), EVENING[1])
        uneven.run_until(at)
    expected = whole.run()
    assert differences(expected, seconds.run()) == []
    assert differences(expected, uneven.run()) == []


def test_an_event_that_does_nothing_changes_no_bit() -> None:
    """An event in the middle of a compiled stretch makes it return early; nobody notices."""
    plain, cut = station_of(evening()), station_of(evening())
    heard: list[float] = []

    def listen() -> None:
        heard.append(cut.time)

    for k in range(500):
        cut.schedule_event(listen, at=cut.start_s + 16.5 * k)
    assert differences(plain.run(), cut.run()) == []
    assert len(heard) == 500


# ---------------------------------------------------------------- one more person


NIGHT = Train("night", 5 * HOUR + 60, 5 * HOUR + 120, "1", "night", 2)
GONE_S = 5 * HOUR + 5 * 60  # whoever came with it has left by then


def world_of_one_more() -> tuple[Inputs, int]:
    """The shoebox with an early train that is empty, and a day on which nobody else is there so early."""
    inputs = shoebox()
    trains = (*inputs.timetable.trains, NIGHT)  # at the end: the numbers of the others stay
    inputs = inputs.replace(timetable=Timetable(trains), window=(5 * HOUR, 9 * HOUR))
    for day in range(1, 100):
        visits = draw_visits(shoebox(), world_of(inputs), 1, day)
        offenders = station_of(inputs, day=day, visits=visits).offenders.rows
        here = visits.appear_s[visits.appear_s >= 5 * HOUR]
        if here.min() > GONE_S and offenders["arrive_s"].min() > GONE_S:
            return inputs, day
    raise AssertionError("somebody is always there")


def one_more(visits: Visits, train: int) -> Visits:
    """The visits and somebody who gets off a train and leaves by the first access."""
    entity, key = entity_of(NIGHT.id), 1 << 15
    return with_one_more(
        visits, identity=(entity << 16) | key, entity=entity, key=key, role=ALIGHTER, train_in=train,
        train_out=-1, appear_s=np.inf, access=0, gender=2, age=40.0, group=1, speed=1.4, nature=0.3,
        slope=1.1,
    )  # fmt: skip


def test_r6_one_extra_person_changes_one_thing() -> None:
    """Somebody gets off an early train, meets nobody and goes home: all other values keep their bits."""
    inputs, day = world_of_one_more()
    visits = draw_visits(shoebox(), world_of(inputs), 1, day)
    train = len(inputs.timetable.trains) - 1
    more = one_more(visits, train)
    at = int(np.flatnonzero(more.entity == entity_of(NIGHT.id))[0])
    assert 0 < at < len(visits), "in the middle, so that the numbers of others move"
    without, with_him = (station_of(inputs, day=day, visits=v) for v in (visits, more))
    with_him.run_until(GONE_S)
    assert len(with_him.travellers) == 0, "he is home"
    stay = int(with_him.tally.counts[0])
    assert 30 < stay < GONE_S - NIGHT.arrival_s
    a, b = without.run(), with_him.run()
    assert a.counts["agent_seconds"] > 100 * stay
    for (name, one), (_, other) in zip(tables(a), tables(b), strict=True):
        if name.startswith("count"):
            continue
        mine = np.zeros(one.shape, bool)
        if name in ("score_seconds", "seconds", "visit_score", "visits", "unsafe"):
            mine[0, 2] = True  # his hour, his gender
        if name == "map seconds":
            assert (other - one).sum() == stay
            assert ((other - one) >= 0).all()
            continue
        assert one[~mine].tobytes() == other[~mine].tobytes(), name
    for name in ("alighted", "left"):
        assert b.counts[name] == a.counts[name] + 1
    for name in ("entered", "boarded", "inside", "missed_trains", "events"):
        assert b.counts[name] == a.counts[name], name
    assert b.counts["agent_seconds"] == a.counts["agent_seconds"] + stay
    for name in HOT:
        assert without.offenders.rows[name].tobytes() == with_him.offenders.rows[name].tobytes(), name


def test_r6_the_extra_person_would_be_noticed() -> None:
    """The test above can fail: at nine in the morning the same person meets others."""
    inputs, day = world_of_one_more()
    visits = draw_visits(shoebox(), world_of(inputs), 1, day)
    busy = int(np.argmin([abs((t.arrival_s or 0) - 8.1 * HOUR) for t in inputs.timetable.trains]))
    more = one_more(visits, busy)
    a, b = (station_of(inputs, day=day, visits=v).run() for v in (visits, more))
    assert (a.score_seconds[:, :2] != b.score_seconds[:, :2]).any()
    assert (a.score_seconds[: 8 - FIRST_HOUR] == b.score_seconds[: 8 - FIRST_HOUR]).all()


def test_r6_one_person_less_before_the_day_is_out_changes_nothing_earlier() -> None:
    """Who comes late is not felt early: the past does not know the future."""
    inputs = shoebox().replace(window=(19 * HOUR, 21 * HOUR))
    visits = draw_visits(inputs, world_of(inputs), 1, 1)
    late = np.flatnonzero(np.isfinite(visits.appear_s) & (visits.appear_s > 20.2 * HOUR))[5]
    fewer = chosen(visits, np.delete(np.arange(len(visits)), late))
    a, b = (station_of(inputs, visits=v).run() for v in (visits, fewer))
    until = 20 - FIRST_HOUR
    assert (a.score_seconds[:until] == b.score_seconds[:until]).all()
    assert (a.expected[:, :until] == b.expected[:, :until]).all()
    assert differences(a, b) != []


# ---------------------------------------------------------------- a measure that nobody meets


def with_closed_cellar(layout: Layout) -> Layout:
    """A cellar under the shoebox, walled in, without stairs; it comes last, so that no other number moves."""
    x, y, side = 10.0, -30.0, 8.0
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
    walls = tuple(Wall(f"cellar-{k}", -9, *corners[k], *corners[(k + 1) % 4], "wall") for k in range(len(corners)))
    zone = Zone("cellar", "Cellar", "concourse", "NS", -9, corners, True, 0.0, None, 0.5, assumed=True)
    lamp = Lamp("cellar-lamp", -9, x + 4, y + 4, 2.5, 800.0)
    return replace(
        layout,
        levels=(*layout.levels, Level(-9, "cellar", -9.0)),
        walls=(*layout.walls, *walls),
        zones=(*layout.zones, zone),
        lamps=(*layout.lamps, lamp),
    )


def test_r7_a_measure_where_nobody_comes_changes_nothing() -> None:
    inputs = evening()
    base = inputs.replace(layout=with_closed_cellar(inputs.layout))
    brighter = BrighterLamps(factor=5.0, lamps=("cellar-lamp",)).apply(base)
    camera = Camera("cellar-camera", -9, 12.0, -28.0, 0.0, 360.0, watched=True)
    watched = brighter.replace(
        layout=replace(brighter.layout, cameras=(*brighter.layout.cameras, camera)),
    )
    cellar = world_of(base).grid.cell_level == -9
    dark, lit = (world_of(i).light.floor_lx[cellar] for i in (base, watched))
    assert (lit > 2 * dark).all(), "the measure does something where it is"
    assert (world_of(watched).sight.camera_cover[:, cellar] > world_of(base).sight.camera_cover[:, cellar]).any()
    a, b = run(base), run(watched)
    assert differences(a, b) == []
    zone = len(base.layout.zones) - 1
    assert a.seconds[:, :, zone].sum() == 0
    assert a.expected[..., zone].sum() == 0


def test_r7_a_duty_outside_the_window_changes_nothing() -> None:
    # unless offenders have learned of it: then some come at hours at which it is not there
    base = evening().replace(slow="base", base_roster=evening().roster)
    duty = Duty("early", "police", 6 * HOUR, 9 * HOUR, ("platform",))
    assert differences(run(base), run(base.replace(roster=Roster((*base.roster.duties, duty))))) == []


# ---------------------------------------------------------------- scenarios


def test_v32_a_scenario_without_measures_differs_by_exactly_nothing() -> None:
    nothing = read_scenario(shipped_scenarios("shoebox")["nothing"])
    base, days = evening(), (1, 2)
    other = nothing.inputs(base)
    cells = {d: day_cells(run(base, day=d)) for d in days}, {d: day_cells(run(other, day=d)) for d in days}
    table = compare_table(cells[0], {"nothing": cells[1]}).of("nothing")
    assert table.same.any()
    for name in ("difference", "low", "high"):
        values = table.figures[name][np.isfinite(table.figures[name])]
        assert len(values) > 50
        assert (values == 0).all(), name


def patrolled(base: Inputs) -> Inputs:
    return Patrol(who="police", hours="19:00-21:00").apply(base)


def test_v22_one_more_guard_leaves_all_draws_of_the_demand() -> None:
    base = shoebox()
    more = patrolled(base)
    assert len(more.roster.duties) == len(base.roster.duties) + 1
    a, b = station_of(base, seed=4, day=2), station_of(more, seed=4, day=2)
    for name in vars(a.visits):
        assert getattr(a.visits, name).tobytes() == getattr(b.visits, name).tobytes(), name
    assert a.doors.queue.tobytes() == b.doors.queue.tobytes()
    both = [s.offenders.rows[np.isin(s.offenders.rows["kind"], (0, 1, 2, 5))] for s in (a, b)]
    for name in set(OFFENDER.names or ()) - {"weight", "belief"}:
        assert both[0][name].tobytes() == both[1][name].tobytes(), name
    # on the first day of the guard nobody knows of it
    a, b = (
        station_of(i.replace(slow="base", base_roster=base.roster), seed=4, day=2) for i in (base, more)
    )
    assert a.offenders.rows.tobytes() == b.offenders.rows.tobytes()
    a.run_until(EVENING[0])
    b.run_until(EVENING[0])
    assert a.crowd.people["x"].tobytes() == b.crowd.people["x"].tobytes(), "nor anybody, before it comes on duty"


@cache
def patrol_ratios() -> tuple[float, float, float]:
    """Fewer expected incidents, and variance of the paired over the independent difference: of sums, of percentages.

    On 12 windows of two hours with and without a patrol; of the types of which copies stand for many (theft,
    touching, approach, vandalism): somebody who makes a nuisance comes or stays away as one person, so that a patrol
    may move one to an evening that had none.
    """
    base, days = evening(), range(1, 13)
    more = patrolled(base)
    concealed = [k for k, kind in enumerate(INCIDENT_TYPES) if kind not in ("aggression", "nuisance")]
    sums = np.array([[run(i, day=d).expected[concealed].sum() for d in days] for i in (base, more)])
    assert (sums[1] < sums[0]).all(), "a police patrol lowers expected incidents every evening"
    ratios = [
        np.var(x[1] - x[0], ddof=1) / np.mean([np.var(x[1] - np.roll(x[0], k), ddof=1) for k in range(1, len(days))])
        for x in (sums, np.log(sums))
    ]
    return float(1 - sums[1].sum() / sums[0].sum()), float(ratios[0]), float(ratios[1])


def test_st2_pairs_spare_days() -> None:
    """Criterion (statistics.md 6): a factor of 4 at least."""
    fewer, of_sums, of_percentages = patrol_ratios()
    print(f"\nST2: {fewer:.0%} fewer; 1/{1 / of_sums:.0f}, of percentages 1/{1 / of_percentages:.0f}")
    assert of_sums < 1 / 4
    assert of_percentages < 1 / 4


def test_v22_whom_a_guard_moves_on_leaves_the_days_paired() -> None:
    """A guard who deters nobody only makes offenders go elsewhere when they see him: paths part, and come together.

    Over 40 windows the variance is 1/54, over these 12 less. Self-set: 1/40.
    """
    base, days = evening(), range(1, 13)
    more = patrolled(base).replace(parameters=base.parameters.replace(guard_weight_police=1e-9))
    concealed = [k for k, kind in enumerate(INCIDENT_TYPES) if kind not in ("aggression", "nuisance")]
    x = np.array([[run(i, day=d).expected[concealed].sum() for d in days] for i in (base, more)])
    apart = [np.var(x[1] - np.roll(x[0], k), ddof=1) for k in range(1, len(days))]
    assert (x[0] != x[1]).any()
    assert np.var(x[1] - x[0], ddof=1) < np.mean(apart) / 40


@pytest.mark.xfail(
    strict=True,
    reason="a patrol that halves incidents: 1/9, of percentages 1/12; the same share less every evening would be 1/6",
)
def test_v22_pairs_spare_fifty_times_the_days() -> None:
    """Criterion (given): a factor of 50; shown below 10 to whoever compares (statistics.md 6).

    What is left is the effect itself: a share r less, the same every evening, leaves r^2 / (1 + (1 - r)^2) of the
    variance, 1/6 at r = 0.46. On the first day of the guard (r = 0.15) it is 1/13: whom the guard meets differs by
    evening. Paths that part are 1/54 (the test above): luck keyed otherwise would not mend it.
    """
    assert min(patrol_ratios()[1:]) < 1 / 50
