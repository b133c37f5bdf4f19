"""How safe staff feels on duty: against a slow twin, term by term, and as an outcome of a day and a comparison."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.day.staff_safety import work_terms
from model.inputs.roster import GUARD_KINDS, Duty, Roster
from model.kernels.duty import staff_score
from model.kernels.score import latent_of
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS, STAFF_KINDS
from scenarios.cells import day_cells
from tests.day_harness import run
from tests.day_harness import shoebox as shoebox_inputs
from tests.twins_hazard import Scene, shoebox, twin_sees
from tests.twins_perception import twin_score

P = Parameters.default()


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(*shoebox())


def score(
    scene: Scene, row: int = 0, *, alone: float = 1.0, cam: float = 0.0, shock: float = 0.0, loud: int = 0
) -> float:
    s = scene.station
    listed = np.arange(-1, loud, dtype=np.int32)
    listed[0] = loud
    return float(
        staff_score(
            row, alone, cam, shock, s.ground, s.fields, s._parts["presence"], s.guards, s.offenders, listed,
            s._parts["feeling"], work_terms(P),
        )
    )  # fmt: skip


def put(scene: Scene, *guards: tuple[str, float, float]) -> None:
    scene.guards(list(guards))
    scene.people([], [])
    scene.offenders("nuisance", [], [])


def place(scene: Scene, zone: str) -> tuple[float, float]:
    grid = scene.world.grid
    here = np.flatnonzero(grid.cell_zone == [z.id for z in scene.inputs.layout.zones].index(zone))
    cell = here[len(here) // 2]
    return float(grid.cell_x[cell]), float(grid.cell_y[cell])


def test_the_kinds_of_staff_are_those_of_the_roster() -> None:
    assert STAFF_KINDS == GUARD_KINDS


def test_the_score_of_staff_equals_its_twin(scene: Scene) -> None:
    from model.day.personas import Persona
    from tests.test_personas import as_it_is

    x, y = place(scene, "platform")
    put(scene, ("guard", x, y))
    scene.people([x], [y], gender=2, regular=1)  # a traveller stands in the same place: the terms are theirs
    moment = as_it_is(scene, 0, ())
    cell = scene.cell(x, y)
    scene.people([], [])
    moment.abouts["uniformed"], moment.abouts["isolation"] = 0.0, 1.0  # nobody is a guardian of themselves
    felt = moment.felt(Persona("other", 40), cell)
    wanted = felt.latent + P.staff_feel_alone / P.feel_score_slope
    assert score(scene) == pytest.approx(twin_score(wanted), abs=1e-9)
    assert latent_of(score(scene, cam=1.0)) - wanted == pytest.approx(P.staff_feel_bodycam / 2, abs=1e-9)
    assert latent_of(score(scene, shock=-1.5)) - wanted == pytest.approx(-0.75, abs=1e-9)


def test_a_colleague_in_sight_helps_and_the_own_presence_does_not(scene: Scene) -> None:
    x, y = place(scene, "platform")
    put(scene, ("guard", x, y))
    single = score(scene)
    far_x, far_y = place(scene, "underpass")
    put(scene, ("guard", x, y), ("guard", far_x, far_y))
    assert not twin_sees(scene.world, scene.cell(x, y), scene.cell(far_x, far_y))
    assert score(scene) == single
    put(scene, ("guard", x, y), ("guard", x + 1, y))
    presence = P.guard_weight_guard * math.exp(-1 / P.feel_guardian_range_m)
    both = latent_of(score(scene)) - latent_of(single)
    weights = scene.station.fields.weights[2]
    assert both == pytest.approx((weights[7] + P.staff_feel_colleague) * presence / P.feel_score_slope, abs=1e-9)
    assert scene.station.guards["on"].all()


def test_a_pair_feels_safer_than_one_alone_and_nuisance_frightens(scene: Scene) -> None:
    x, y = place(scene, "platform")
    put(scene, ("boa", x, y))
    assert score(scene, alone=0.0) > score(scene, alone=1.0)
    scene.offenders("nuisance", [x + 2], [y])
    assert score(scene, loud=1) < score(scene)
    assert Duty("a", "guard", 0, 1, ()).is_alone
    assert not Duty("a", "boa", 0, 1, ()).is_alone


def evening(*duties: Duty) -> Any:
    inputs = shoebox_inputs().replace(window=(20 * 3600, 21 * 3600))
    return inputs.replace(roster=Roster(duties))


def test_a_day_tells_by_hour_and_kind_of_duty_how_safe_staff_feels() -> None:
    duty = Duty("late", "guard", 20 * 3600, 21 * 3600, ("platform",))
    pair = replace(duty, id="pair", kind="boa")
    day = run(evening(duty, pair))
    assert day.staff_asked.shape == day.staff_score.shape == (HOURS, len(STAFF_KINDS))
    hour, guard, boa = 20 - FIRST_HOUR, STAFF_KINDS.index("guard"), STAFF_KINDS.index("boa")
    assert day.staff_asked[hour, guard] == pytest.approx(3600 / P.day_renew_s, abs=1)
    assert day.staff_asked.sum() == day.staff_asked[hour, [guard, boa]].sum()
    mean = day.staff_score[hour] / np.maximum(day.staff_asked[hour], 1)
    assert 1 < mean[guard] < mean[boa] < 10
    cells = day_cells(day)
    row = cells.index.number["staff_felt_safety", "guard", "all", "19-22", "all"]
    assert cells.total[row] / cells.weight[row] == pytest.approx(mean[guard])
    assert cells.index.is_mean[row]
    both = cells.index.number["staff_felt_safety", "all", "all", "after_19", "all"]
    assert cells.weight[both] == day.staff_asked.sum()


def test_without_staff_nobody_is_asked() -> None:
    day = run(evening())
    assert day.staff_asked.sum() == day.staff_score.sum() == 0


def test_asking_changes_nothing_else() -> None:
    duty = Duty("late", "guard", 20 * 3600, 21 * 3600, ("platform",))
    one = run(evening(duty))
    shy = evening(duty)
    shy = shy.replace(parameters=P.replace(staff_feel_alone=0.0, staff_feel_contact=0.0))
    other = run(shy)
    for name in ("expected", "score_seconds", "visit_score", "seconds"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert other.staff_score.sum() > one.staff_score.sum()
