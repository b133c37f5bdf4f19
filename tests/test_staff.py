"""Contacts of staff: chances, how many, and what comes of them (science.md 4.3); entries without a ticket (2.2)."""

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.day.demand import draw_visits
from model.day.staff_contacts import contact_numbers, dodge_share, make_meeting, send_away
from model.inputs.layout import Spot
from model.inputs.roster import Duty, Roster
from model.kernels.staff import contact_logit, meet
from model.parameters import Parameters
from model.results import GENDER_SLOTS, TABLE_TYPES
from tests.day_harness import run, world_of
from tests.twins_hazard import NEVER, Scene, shoebox

SERIOUS, VERBAL, DODGING = (TABLE_TYPES.index(k) for k in ("staff_aggression", "staff_verbal", "fare_dodging"))
NONE = GENDER_SLOTS.index("none")
P = Parameters.default()


@pytest.fixture
def scene(station: Scene) -> Scene:
    station.renew()
    station.offenders("theft", [], [])
    return station


def spot(scene: Scene) -> tuple[float, float]:
    place = scene.station.places.rows[0]
    return float(place["x"]), float(place["y"])


def staff(scene: Scene, kinds: list[str], people: int = 10, **traits: Any) -> None:
    """Units side by side among people."""
    x, y = spot(scene)
    scene.people([x + 0.3 * k for k in range(people)], [y] * people, train=-1)
    scene.guards([(kind, x, y) for kind in kinds])
    for name, values in ({"alone": 1, "entity": 1 + np.arange(len(kinds))} | traits).items():
        scene.station.guards[name] = values


def minute(scene: Scene, second: int = 72_060, day: int = 1, **numbers: float) -> Any:
    """Let one minute of contacts end; return the rows of the units."""
    s, parts = scene.station, scene.station._parts
    s.tally.expected[:] = 0
    s.tally.sampled[:] = 0
    s.guards["contacts"] = s.guards["serious"] = s.guards["verbal"] = 0
    changed = parts["contacts"]._replace(**numbers)
    meet(second, s.guards, s.crowd, s.trains, s.ground, s.fields, s.tally, parts["meeting"], day, 1, 51, changed)
    return s.guards


def odds(logit: float) -> float:
    return math.exp(logit)


# ---------------------------------------------------------------- one contact


def test_the_chance_of_a_contact_equals_its_formula() -> None:
    numbers = contact_numbers(shoebox()[0].layout, P)
    for traits in itertools.product((0.0, 1.0), repeat=6):
        drunk, group, alone, worn, near, trained = traits
        mine = contact_logit(numbers.check, drunk, group, alone, worn, near, trained, 0.5, numbers)
        camera = -0.635 * worn if worn else -0.20 * near
        by_hand = 1.0 * drunk + 0.5 * group + 0.5 * alone + camera - 0.4 * trained - 0.3 * 0.5
        assert mine == pytest.approx(math.log(0.0015 / 0.9985) + by_hand, rel=1e-12), traits


def test_who_wears_a_camera_has_odds_that_are_47_percent_lower() -> None:
    numbers = contact_numbers(shoebox()[0].layout, P)
    with_, without = (contact_logit(numbers.check, 0, 0, 1, worn, 0, 0, 0, numbers) for worn in (1.0, 0.0))
    assert odds(with_) / odds(without) - 1 == pytest.approx(-0.47, abs=0.002)


def test_over_all_staff_it_is_26_percent_lower_when_as_many_wear_one_as_in_the_trial(scene: Scene) -> None:
    # -0.26 = s * -0.47 + (1 - s) * (exp(-0.20) - 1) has s = 0.27: three of eleven
    worn = np.arange(11) < 3
    staff(scene, ["conductor"] * 11, checks=1)
    before = minute(scene)["serious"].copy()
    staff(scene, ["conductor"] * 11, checks=1, bodycam=worn)
    after = minute(scene)["serious"].copy()
    assert after.sum() / before.sum() - 1 == pytest.approx(-0.26, abs=0.01)
    assert after[worn] / before[worn] - 1 == pytest.approx(np.full(3, -0.47), abs=0.003)
    assert after[~worn] / before[~worn] - 1 == pytest.approx(np.full(8, math.exp(-0.2) - 1), abs=0.003)
    # far away nobody gains
    far = replace_far(scene)
    assert far == pytest.approx(before[0], rel=1e-12)


def replace_far(scene: Scene) -> float:
    """Expected serious incidents of a unit whose colleague with a camera is far away, but who has another near by."""
    staff(scene, ["conductor"] * 3, checks=1, bodycam=[0, 0, 1])
    scene.station.guards["x"][2] += 1000
    return float(minute(scene)["serious"][0])


def test_a_colleague_near_by_counts_as_not_alone_and_trained(scene: Scene) -> None:
    staff(scene, ["conductor"], checks=1)
    alone = float(minute(scene)["serious"][0])
    staff(scene, ["conductor", "conductor"], checks=1)
    two = float(minute(scene)["serious"][0])
    assert two / alone == pytest.approx(math.exp(-0.5 - 0.4), rel=0.01)
    staff(scene, ["conductor"], checks=1, alone=0, trained=1)
    assert minute(scene)["serious"][0] == pytest.approx(two, rel=1e-12)


def test_a_watched_camera_and_big_groups(scene: Scene) -> None:
    staff(scene, ["conductor"], checks=1)
    scene.station.fields.cells["watched"] = 0
    plain = float(minute(scene)["serious"][0])
    scene.station.fields.cells["watched"] = 1
    assert minute(scene)["serious"][0] / plain == pytest.approx(math.exp(-0.3), rel=0.01)
    scene.station.fields.cells["watched"] = 0
    group = scene.station._parts["meeting"].group
    kept = group.copy()
    group[:5] = 3
    grouped = float(minute(scene)["serious"][0])
    group[:] = kept
    assert grouped / plain == pytest.approx(0.5 + 0.5 * math.exp(0.5), rel=0.01)


# ---------------------------------------------------------------- how many contacts


def test_more_checks_are_more_contacts_and_more_aggression(scene: Scene) -> None:
    staff(scene, ["boa"], checks=0)
    none = minute(scene)
    refused = 10 * P.staff_refused_per_hour / 60
    assert none["contacts"][0] == pytest.approx(refused, rel=1e-12)
    found = [(float(none["contacts"][0]), float(none["serious"][0]))]
    for per_minute in (1.0, 2.0):
        staff(scene, ["boa"], checks=1)
        rows = minute(scene, checks_per_min=per_minute)
        assert rows["contacts"][0] == pytest.approx(refused + per_minute * 0.05, rel=1e-12)
        found.append((float(rows["contacts"][0]), float(rows["serious"][0])))
    assert found == sorted(found)
    assert found[0] < found[1] < found[2]
    # nobody checks more people than there are
    staff(scene, ["boa"], people=1, checks=1)
    assert minute(scene, checks_per_min=30.0)["contacts"][0] == pytest.approx(0.05 + refused / 10, rel=1e-12)
    # unless dodging falls
    fewer = minute(scene, dodge_share=0.02)["contacts"][0]
    assert fewer == pytest.approx(0.02 + refused / 10, rel=1e-12)


def test_who_is_far_out_of_sight_or_on_stairs_has_no_contact(scene: Scene) -> None:
    staff(scene, ["boa"], people=4, checks=1)
    before = float(minute(scene)["contacts"][0])
    people = scene.station.crowd.people
    people["mode"][0] = 0
    people["x"][1] += 500
    assert minute(scene)["contacts"][0] == pytest.approx(before - 2 * P.staff_refused_per_hour / 60, abs=0.05)
    scene.station.guards["on"] = 0
    assert minute(scene)["contacts"][0] == 0
    staff(scene, ["boa"], people=4, checks=1)
    scene.station.guards["mode"] = 1  # on the way to an event
    assert minute(scene)["contacts"][0] == 0


def test_people_who_wait_for_a_late_train_complain(scene: Scene) -> None:
    staff(scene, ["service"])
    scene.station.crowd.people["train"][:10] = 0
    trains = scene.station.trains.rows
    kept = float(trains["departure_s"][0])
    trains["departure_s"][0] = 72_060 - P.aggression_conflict_delay_s + 1
    before = float(minute(scene)["contacts"][0])
    trains["departure_s"][0] -= 1
    after = float(minute(scene)["contacts"][0])
    trains["departure_s"][0] = kept
    assert after - before == pytest.approx(10 * P.staff_late_per_hour / 60, rel=1e-9)


def test_gates_cut_dodging_and_bring_the_conflict_to_them(scene: Scene) -> None:
    inputs, world = shoebox()
    x, y = spot(scene)
    level = int(world.grid.cell_level[scene.cell(x, y)])
    gated = replace(inputs.layout, spots=(*inputs.layout.spots, Spot("gate-1", "gate", level, x + 1, y)))
    assert dodge_share(inputs.layout, P) == 0.05
    assert dodge_share(gated, P) == 0.02
    numbers = contact_numbers(gated, P)
    parts = scene.station._parts
    kept = parts["meeting"]
    parts["meeting"] = make_meeting(gated, world, scene.station.visits)
    staff(scene, ["service"])
    at_gate = minute(scene, **numbers._asdict())["contacts"][0]
    staff(scene, ["service"])
    scene.station.guards["x"] -= 9.5
    scene.station.guards["cell"] = scene.cell(x, y)
    away = minute(scene, **numbers._asdict())["contacts"][0]
    parts["meeting"] = kept
    disputes = 10 * 60 / P.staff_gate_transit_s * 0.02 * P.staff_gate_dispute
    assert at_gate == pytest.approx(disputes + 10 * P.staff_refused_per_hour / 60, rel=1e-12)
    assert away < at_gate


# ---------------------------------------------------------------- tables


def test_expected_and_drawn_incidents_agree(scene: Scene) -> None:
    staff(scene, ["boa", "boa"], checks=1)
    numbers = {"check": math.log(0.02 / 0.98), "checks_per_min": 20.0}
    drawn = np.zeros(2)
    for n in range(4000):
        minute(scene, 60 * n, **numbers)
        drawn += scene.station.tally.sampled[[SERIOUS, VERBAL]].sum(axis=(1, 2, 3))
    tally = scene.station.tally.expected
    hour, zone = 20 - 5, int(scene.world.grid.cell_zone[scene.cell(*spot(scene))])
    assert tally[SERIOUS, hour, NONE, zone] == pytest.approx(scene.station.guards["serious"].sum(), rel=1e-12)
    assert tally[SERIOUS].sum() == tally[SERIOUS, hour, NONE, zone]
    expected = 4000 * (1 - np.exp(-np.array([scene.station.guards[k] for k in ("serious", "verbal")]))).sum(axis=1)
    assert abs(drawn - expected) == pytest.approx([0, 0], abs=3 * math.sqrt(expected.max()))
    assert (abs(drawn - expected) < 3 * np.sqrt(expected)).all()
    # e to the third harder words than blows
    assert tally[VERBAL].sum() / tally[SERIOUS].sum() == pytest.approx(math.exp(3), rel=0.5)


def test_sending_somebody_away_is_a_contact(scene: Scene) -> None:
    staff(scene, ["guard"], trained=1)
    scene.offenders("nuisance", [spot(scene)[0]], [spot(scene)[1]], intoxicated=1, until_s=NEVER)
    s = scene.station
    s.guards["serious"] = s.guards["contacts"] = 0
    s.clock_s = scene.second

    class Unit:
        row = 0

    send_away(s, Unit(), 0)  # type: ignore[arg-type]
    logit = math.log(P.staff_removal_base / (1 - P.staff_removal_base)) + 1.0 + 0.5 - 0.4
    camera = float(s.fields.cells["watched"][s.guards["cell"][0]])
    assert s.guards["contacts"][0] == 1
    assert s.guards["serious"][0] == pytest.approx(1 / (1 + math.exp(-(logit - 0.3 * camera))), rel=1e-12)
    before = float(s.guards["serious"][0])
    s.offenders.rows["members"] = 3
    send_away(s, Unit(), 0)  # type: ignore[arg-type]
    with_group = 1 / (1 + math.exp(-(logit + 0.5 - 0.3 * camera)))
    assert s.guards["serious"][0] - before == pytest.approx(with_group, rel=1e-12)


def test_duties_say_or_imply_what_a_unit_is() -> None:
    plain = {kind: Duty("x", kind, 0, 1, ("square",)) for kind in ("police", "boa", "guard", "conductor", "service")}
    assert [d.checks for d in plain.values()] == [False, True, False, True, False]
    assert [d.is_alone for d in plain.values()] == [False, False, True, True, True]
    assert [d.is_trained for d in plain.values()] == [True, True, True, False, False]
    said = replace(plain["service"], checks_tickets=True, trained=True, alone=False)
    assert (said.checks, said.is_trained, said.is_alone) == (True, True, False)


@pytest.mark.parametrize("kind", ["boa", "service"])
def test_a_day_has_rows_for_staff_and_for_fares(kind: str) -> None:
    inputs, _ = shoebox()
    zones = tuple(sorted({z.kind for z in inputs.layout.zones}))
    duty = Duty("unit", kind, 8 * 3600, 9 * 3600, zones, visit_s=300)  # type: ignore[arg-type]
    day = inputs.replace(roster=Roster((duty,)), window=(8 * 3600, 10 * 3600))
    results = run(day)
    serious, verbal, fares = (results.expected[k] for k in (SERIOUS, VERBAL, DODGING))
    assert serious.sum() > 0
    assert serious[:, :NONE].sum() == 0
    assert serious[3].sum() == pytest.approx(serious.sum(), rel=1e-12), "only while somebody is on duty"
    assert verbal.sum() > 10 * serious.sum()
    assert fares[:, NONE].sum() == 0
    assert fares[3:5].sum() == pytest.approx(fares.sum(), rel=1e-12)
    visits = draw_visits(day, world_of(day), 1, 1)
    enter = (visits.role == 0) & (visits.appear_s >= 8 * 3600) & (visits.appear_s < 10 * 3600)
    assert fares.sum() == pytest.approx(0.05 * enter.sum(), rel=1e-12)
    assert fares[:, 0].sum() == pytest.approx(0.05 * (enter & (visits.gender == 0)).sum(), rel=1e-12)
    drawn = results.sampled[DODGING]
    assert drawn.sum() == np.floor(drawn).sum()
    assert abs(drawn.sum() - fares.sum()) < 4 * math.sqrt(fares.sum())
