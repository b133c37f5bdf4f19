"""Units that walk along with people who ask: known answers on a still scene, and an evening (science.md 8)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model.day.escorting import make_escorts
from model.inputs.roster import Duty
from model.kernels.crowd import OFF, STRAIGHT, TO_DOOR, TO_PLATFORM, TO_SPOT, WAITING
from model.kernels.escorts import ASKS, ESCORTING, PATROLLING, STAYING, WALKED, Escorts, escort
from model.kernels.second import ESCORTING as SECOND_ESCORTING
from model.results import INCIDENT_TYPES, Results
from tests.day_harness import run, shoebox, station_of
from tests.twins_hazard import Scene, twin_hazard
from tests.twins_hazard import shoebox as stage

P = shoebox().parameters


@cache
def scene() -> Scene:
    return Scene(*stage())


def met(scene: Scene, far_m: float, **traits: object) -> tuple[np.ndarray, Escorts]:
    """A unit at its post on the platform and one person ``far_m`` away from it."""
    zone = next(z for z in scene.inputs.layout.zones if z.kind == "platform")
    x, y = np.mean(np.array(zone.polygon), axis=0) - (far_m / 2, 0)
    scene.people([x + far_m], [y], **({"doing": TO_PLATFORM, "mode": STRAIGHT} | traits))  # type: ignore[arg-type]
    scene.guards([("service", float(x), float(y))])
    wishes = np.zeros(len(scene.station.visits), np.int8)
    wishes[0] = ASKS
    return scene.station.guards, Escorts(np.array([0]), wishes, P.escort_reach_m)


def walk_on(scene: Scene, escorts: Escorts) -> None:
    scene.see()
    escort(scene.station.guards, scene.station.crowd, scene.station.ground, escorts)


def test_who_asks_is_walked_along_with_to_the_waiting_place() -> None:
    s = scene()
    guards, escorts = met(s, 6.0)
    person = s.station.crowd.people
    walk_on(s, escorts)
    assert (guards["mode"][0], guards["ward"][0], escorts.wishes[0]) == (ESCORTING, 0, WALKED)
    assert (person["alone"][0], person["company"][0]) == (0, 1)
    person["x"][0] += 2.0
    walk_on(s, escorts)
    assert (guards["x"][0], guards["y"][0], guards["cell"][0]) == (person["x"][0], person["y"][0], person["cell"][0])
    person["doing"][0] = TO_SPOT
    walk_on(s, escorts)
    assert guards["mode"][0] == ESCORTING
    person["doing"][0] = WAITING
    walk_on(s, escorts)
    assert (guards["mode"][0], guards["ward"][0]) == (PATROLLING, -1)
    assert (person["alone"][0], person["company"][0]) == (1, 0)
    guards["mode"] = STAYING
    person["doing"][0] = TO_PLATFORM
    walk_on(s, escorts)
    assert guards["mode"][0] == STAYING, "nobody asks twice"


@pytest.mark.parametrize(
    ("far_m", "traits", "wish"),
    [
        (P.escort_reach_m + 1, {}, ASKS),
        (6.0, {"doing": WAITING}, ASKS),
        (6.0, {"doing": TO_DOOR}, ASKS),
        (6.0, {"mode": OFF}, ASKS),
        (6.0, {}, 0),
    ],
)
def test_others_are_let_go(far_m: float, traits: dict[str, int], wish: int) -> None:
    s = scene()
    guards, escorts = met(s, far_m, **traits)
    escorts.wishes[0] = wish
    walk_on(s, escorts)
    assert guards["mode"][0] == STAYING
    assert s.station.crowd.people["alone"][0] == 1


def test_whoever_leaves_lets_the_unit_go_back() -> None:
    s = scene()
    guards, escorts = met(s, 6.0)
    walk_on(s, escorts)
    s.station.crowd.people["visit"][0] = 7  # the slot has gone to somebody else
    before = s.station.crowd.people["alone"][0]
    walk_on(s, escorts)
    assert guards["mode"][0] == PATROLLING
    assert s.station.crowd.people["alone"][0] == before


def test_company_and_a_unit_beside_one_lower_the_hazard_of_being_approached() -> None:
    s = scene()
    met(s, 2.0)
    x, y = (float(s.station.crowd.people[a][0]) for a in "xy")
    s.offenders("harassment_approach", [x + 2], [y])
    s.guards([])
    alone = twin_hazard(s)
    assert alone == pytest.approx(s.hazard(), rel=1e-12)
    _, escorts = met(s, 2.0)
    walk_on(s, escorts)
    walk_on(s, escorts)
    # a third for being in company, and the uniform at two metres
    assert s.hazard() < alone * P.approach_sus_group / P.approach_sus_alone
    assert s.hazard() == pytest.approx(twin_hazard(s), rel=1e-12)


def test_the_modes_are_those_of_a_second() -> None:
    assert ESCORTING == SECOND_ESCORTING


def test_only_people_on_their_own_ask_and_more_women_than_men() -> None:
    visits, duties = station_of(shoebox()).visits, [Duty("e", "service", 0, 90_000, ("forecourt",), escorts=True)]
    wishes = make_escorts(duties, visits, 1, 1, P).wishes
    assert (visits.group[wishes == ASKS] == 1).all()
    single = visits.group == 1
    women, men = (wishes[single & (visits.gender == g)].mean() for g in (0, 1))
    assert women == pytest.approx(P.escort_ask_woman, abs=0.04)
    assert men == pytest.approx(P.escort_ask_man, abs=0.02)
    assert not make_escorts([Duty("g", "guard", 0, 90_000, ("forecourt",))], visits, 1, 1, P).wishes.any()


@cache
def evening(asks: float) -> Results:
    inputs = shoebox()
    kinds = tuple(z.id for z in inputs.layout.zones if z.kind in ("forecourt", "square"))[:1]
    duty = Duty("escort", "service", 19 * 3600, 24 * 3600, kinds, escorts=True)
    numbers = P.replace(escort_ask_woman=asks, escort_ask_man=asks)
    inputs = inputs.replace(
        roster=replace(inputs.roster, duties=(*inputs.roster.duties, duty)), window=(19 * 3600, 22 * 3600),
        parameters=numbers,
    )  # fmt: skip
    return run(inputs)


def test_an_evening_with_an_escort() -> None:
    none, all_ = evening(0.0), evening(1.0)
    assert none.counts["escorted"] == 0
    assert all_.counts["escorted"] > 10
    assert all_.counts["left"] == none.counts["left"]
    approach = INCIDENT_TYPES.index("harassment_approach")
    assert all_.expected[approach].sum() < none.expected[approach].sum()
    assert all_.visit_score[:, 0].sum() > none.visit_score[:, 0].sum()
