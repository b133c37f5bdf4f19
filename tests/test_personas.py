"""Personas: the score at a place and time, term by term, against the compiled perception of a day; V12-V14."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.day.daylight import sky_at
from model.day.expected import expected_people, expected_staff, people_of_run
from model.day.personas import Moment, Outlook, Persona, sites_of
from model.inputs.roster import Duty, Roster
from model.kernels.predicted import ABOUT
from model.kernels.score import TERMS, score_of
from model.parameters import Parameters
from model.results import GENDERS
from model.world.world import World
from tests.day_harness import run, world_of
from tests.day_harness import shoebox as shoebox_inputs
from tests.test_perception import latent, some_people, staff_and_nuisance
from tests.twins_hazard import Scene, floor_points, shoebox, twin_bystanders, twin_density, twin_sees
from tests.twins_perception import twin_staff

P = Parameters.default()


def somebody(gender: Any = "woman", age: float = 30, **traits: Any) -> Persona:
    return Persona(gender, age, **traits)


ON_SCENE = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LATE = 22 * 3600


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(*shoebox())


@pytest.fixture(scope="module")
def floor() -> Any:
    return floor_points(shoebox()[1])


@pytest.fixture(scope="module")
def outlook() -> Outlook:
    return Outlook(shoebox_inputs(), world_of(shoebox_inputs()))


@pytest.fixture(scope="module")
def late(outlook: Outlook) -> Moment:
    return outlook.at(LATE)


def as_it_is(scene: Scene, slot: int, loud: tuple[int, ...]) -> Moment:
    """The moment of a frozen scene around one person: who is really about, by hand."""
    s = scene.station
    person = s.crowd.people[slot]
    cell = int(person["cell"])
    cells = [int(c) for c in s.crowd.people["cell"][s.crowd.order[: s.crowd.count[0]]]]
    others = twin_bystanders(scene.world, cells, cell, P.feel_isolation_reach_m) - 1
    uniformed, service = twin_staff(scene, cell, float(person["x"]), float(person["y"]))
    rows = s.offenders.rows
    nuisance = sum(int(rows["members"][o]) * twin_sees(scene.world, cell, int(rows["cell"][o])) for o in loud)
    about = np.zeros(len(scene.world.grid.cell_x), ABOUT)
    about[cell] = (
        math.exp(-others / P.feel_isolation_half),
        max(0, twin_density(scene.world, cells, cell) - P.feel_crowd_free),
        uniformed, service, bool(int(s.ground.cells["shops"][cell]) & int(s.fields.open_shops[0])),
        1 - math.exp(-nuisance),
    )  # fmt: skip
    return Moment(
        parameters=P,
        sites=sites_of(s.fields, sky_at(s.skies, scene.second), s.ground, scene.world, scene.inputs, scene.second),
        abouts=about, dark=float(s.fields.clock[0]), weights=s.fields.weights, zero=s.skies[0][1].zero,
    )  # fmt: skip


@ON_SCENE
@given(st.integers(0, 2**32 - 1), st.integers(1, 14))
def test_a_persona_feels_what_the_day_computes_for_the_same_state(scene: Scene, floor: Any, seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    near = some_people(scene, floor, rng, n)
    people = scene.station.crowd.people
    people["nature"][:n], people["slope"][:n], people["shock"][:n] = 0, 1, 0
    loud = staff_and_nuisance(scene, floor, near, rng)
    for slot in rng.integers(0, n, 3):
        person = people[slot]
        persona = somebody(
            GENDERS[person["gender"]], regular=False, familiar=bool(person["regular"]), alone=not person["company"]
        )
        moment = as_it_is(scene, int(slot), loud)
        cell = int(person["cell"])
        if not persona.alone:  # the day counts a companion who is there; the persona brings one along
            moment.abouts["isolation"] *= math.exp(1 / P.feel_isolation_half)
        waited = (scene.second - float(person["since_s"])) / 60 if person["doing"] == 4 else 0.0
        felt = moment.felt(persona, cell, waited)
        assert felt.latent == pytest.approx(latent(scene, int(slot), loud), abs=1e-9)
        assert felt.score == pytest.approx(score_of(latent(scene, int(slot), loud)), abs=1e-9)


def test_the_terms_of_a_persona_add_up(late: Moment) -> None:
    rng = np.random.default_rng(3)
    for persona in (somebody(), somebody("man", 70, regular=False, alone=False), somebody("other", familiar=True)):
        scores = late.scores(persona)
        for cell in rng.integers(0, len(late.sites), 40):
            felt = late.felt(persona, int(cell))
            assert set(felt.points) == set(TERMS)
            whole = felt.start + math.fsum(felt.points.values()) / P.feel_score_slope
            assert felt.latent == pytest.approx(whole, abs=1e-12)
            assert felt.score == pytest.approx(scores[cell], abs=1e-12)


def test_v14_predicted_scores_lie_from_1_to_10_and_follow_the_logistic(late: Moment) -> None:
    scores = late.scores(somebody())
    assert ((scores >= 1) & (scores <= 10)).all()
    felt = late.felt(somebody(), 0)
    assert felt.score == pytest.approx(1 + 9 / (1 + math.exp(-felt.latent)), abs=1e-12)


@pytest.mark.parametrize("gender", GENDERS)
def test_v12_brighter_lamps_never_lower_a_predicted_score(outlook: Outlook, gender: Any) -> None:
    inputs = outlook.inputs
    for lamps in (
        tuple(replace(lamp, lumen=lamp.lumen * 1.7) for lamp in inputs.layout.lamps),
        tuple(replace(lamp, lumen=lamp.lumen * (3 if k == 2 else 1)) for k, lamp in enumerate(inputs.layout.lamps)),
    ):
        brighter = inputs.replace(layout=replace(inputs.layout, lamps=lamps))
        after = Outlook(brighter, world_of(brighter), outlook.people)
        before, then = outlook.at(LATE), after.at(LATE)
        then.abouts["nuisance"] = before.abouts["nuisance"]  # people frozen: light also deters, for the better
        gain = then.scores(somebody(gender)) - before.scores(somebody(gender))
        assert gain.min() >= -1e-6
        assert gain.max() > 0.01


@pytest.mark.parametrize(("part", "name"), [("sites", "disorder"), ("sites", "concealment"), ("abouts", "nuisance")])
def test_v13_what_frightens_never_raises_a_predicted_score(late: Moment, part: str, name: str) -> None:
    more = getattr(late, part).copy()
    more[name] = np.minimum(1, more[name] + 0.2)
    worse = replace(late, **{part: more})
    for gender in GENDERS:
        change = worse.scores(somebody(gender)) - late.scores(somebody(gender))
        assert change.max() <= 0
        assert change.min() < -0.05


def test_company_and_knowing_the_place_help_after_dark(late: Moment) -> None:
    alone = late.scores(somebody(regular=False))
    assert (late.scores(somebody(regular=False, alone=False)) > alone).all()
    assert (late.scores(somebody(regular=False, familiar=True)) > alone).all()
    assert (late.scores(somebody("man", regular=False)) > alone).all()
    assert np.array_equal(late.scores(somebody(age=70, regular=False)), alone)  # no term of age in the formula


def test_a_patrol_is_felt_where_it_goes_and_when_it_is_on_duty(outlook: Outlook) -> None:
    inputs, world = outlook.inputs, outlook.world
    zone = inputs.layout.zones[0]
    duty = Duty("night", "boa", 21 * 3600, 23 * 3600, (zone.id,))
    watched = inputs.replace(roster=Roster((*inputs.roster.duties, duty)))
    before, _ = expected_staff(inputs, world, outlook.ground, LATE)
    uniformed, _ = expected_staff(watched, world, outlook.ground, LATE)
    here = world.grid.cell_zone == 0
    assert (uniformed[here] > before[here]).any()
    assert (uniformed >= before).all()
    off, _ = expected_staff(watched, world, outlook.ground, 23.5 * 3600)
    assert np.array_equal(off, expected_staff(inputs, world, outlook.ground, 23.5 * 3600)[0])


def test_expected_people_are_about_as_many_as_a_day_counts(outlook: Outlook) -> None:
    inputs = shoebox_inputs()
    hours = outlook.people.sum(axis=1)
    day = run(inputs)
    counted = day.seconds.sum(axis=(1, 2)) / 3600
    assert hours.sum() == pytest.approx(counted.sum(), rel=0.35)
    measured = people_of_run(day, outlook.world)
    assert measured.sum(axis=1) == pytest.approx(counted, abs=1e-6)
    zones = [np.bincount(outlook.world.grid.cell_zone, weights=x.sum(axis=0)) for x in (outlook.people, measured)]
    assert np.corrcoef(*zones)[0, 1] > 0.9


def test_nobody_is_expected_where_nobody_comes() -> None:
    inputs = shoebox_inputs()
    empty = inputs.replace(population=replace(inputs.population, boardings=0.0, alightings=0.0))
    world = World.of(empty)
    quiet = Outlook(empty, world)
    assert quiet.people.sum() == 0
    assert expected_people(empty, world, quiet.ground).shape[1] == len(world.grid.cell_x)
    assert (quiet.at(LATE).abouts["isolation"] == 1).all()


def test_limited_mobility_and_age_set_the_speed() -> None:
    assert somebody(mobility="limited").speed(P) == (P.mobility_speed_low + P.mobility_speed_high) / 2
    assert somebody(age=70).speed(P) < somebody(age=30).speed(P) < somebody(age=20).speed(P)
    assert somebody(regular=False).speed(P) < somebody().speed(P)
