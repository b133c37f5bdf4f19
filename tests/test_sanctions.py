"""What becomes of offenders whom a unit has stopped, day after day (science.md 5)."""

from dataclasses import replace

import numpy as np
import pytest

from model.day.entry import SHAPE, Expectations
from model.day.offending import arrivals, make_offenders, make_places, pool_sizes
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import EVENT_OUTCOMES, INCIDENT_TYPES
from model.seasons.days import DAY_KINDS, DayPage, RunDay
from model.seasons.sanctions import STOP, Sanctions, Stopped, expect_more, on_day, weeks_before
from tests.day_harness import shoebox, world_of
from tests.season_harness import felt, season_of

P = Parameters.default()
NUISANCE = INCIDENT_TYPES.index("nuisance")
PEOPLE = dict.fromkeys(INCIDENT_TYPES, 40)


def stops(*rows: tuple[str, int, str]) -> np.ndarray:
    return np.array([(INCIDENT_TYPES.index(k), n, EVENT_OUTCOMES.index(o)) for k, n, o in rows], STOP)


def test_arrests_keep_out_for_thirty_days_and_bans_for_ninety() -> None:
    sanctions = Sanctions.none(PEOPLE)
    who = [Stopped("theft", 3, "arrested"), Stopped("nuisance", 7, "removed"), Stopped("theft", 4, "warned")]
    sanctions.stop(who, 10, P)
    assert sanctions.out(11) == 2
    assert sanctions.there(11, 4)["theft"][3] == 0
    assert sanctions.there(11, 4)["theft"][4] == 1
    # out on the 30 days 11 to 40: of days 39 to 42 two are free, from 41 on all
    assert sanctions.there(39, 4)["theft"][3] == 0.5
    assert sanctions.there(41, 4)["theft"][3] == 1
    assert sanctions.there(99, 4)["nuisance"][7] == 0.5
    assert sanctions.out(41) == 1
    assert sanctions.out(101) == 0
    sanctions.stop([Stopped("nuisance", 7, "arrested")], 20, P)
    assert sanctions.there(99, 4)["nuisance"][7] == 0.5, "a shorter sanction does not end a longer one"


def test_warnings_and_fines_raise_what_is_expected_everywhere_up_to_one() -> None:
    belief = {kind: np.full((40, *SHAPE), 0.2) for kind in INCIDENT_TYPES}
    who = [Stopped("theft", 1, "warned"), Stopped("theft", 2, "fined"), Stopped("theft", 2, "fined")]
    after = expect_more(belief, [*who, Stopped("theft", 5, "arrested")], P)
    assert (after["theft"][1] == 0.5).all()
    assert (after["theft"][2] == 1).all()
    assert (after["theft"][[0, 5]] == 0.2).all()
    assert (belief["theft"] == 0.2).all()
    assert after["nuisance"] is belief["nuisance"]


def test_other_people_are_stopped_on_the_other_days() -> None:
    rows, sanctions = stops(*[("nuisance", 5, "removed")] * 300), Sanctions.none(PEOPLE)
    sanctions.free_from["nuisance"][:20] = 50
    assert {one.person for one in on_day(rows, 0, sanctions, 3, 1, 7)} == {5}
    others = on_day(rows, 1, sanctions, 3, 1, 7)
    assert len(others) == 300
    assert {one.person for one in others} <= set(range(20, 40)), "nobody who is out"
    assert len({one.person for one in others}) > 15
    assert on_day(rows, 1, sanctions, 3, 1, 7) == others != on_day(rows, 2, sanctions, 3, 1, 7)


def test_who_is_out_does_not_come_and_changes_nobody_else() -> None:
    inputs = busy()
    usual = Expectations.alike(np.full(SHAPE, 0.1))
    sizes = pool_sizes(inputs)
    there = {kind: np.ones(sizes[kind]) for kind in INCIDENT_TYPES}
    for kind in ("nuisance", "theft"):
        there[kind][::2] = 0
    some = replace(usual, there=there)
    seen = 0
    for day in range(1, 9):
        rows, fewer = offenders_of(inputs, day, usual), offenders_of(inputs, day, some)
        out = (rows["person"] % 2 == 0) & np.isin(rows["kind"], (NUISANCE, 0))
        visits = (rows["kind"] == NUISANCE) & out
        seen += visits.sum()
        kept = rows[~visits].copy()
        kept["weight"][out[~visits]] = 0
        assert kept.tobytes() == fewer.tobytes()
    assert seen > 20
    assert there["theft"].sum() == pytest.approx(sizes["theft"] / 2, abs=1)


def busy() -> Inputs:
    inputs = shoebox()
    more = {f"offender_arrivals_{kind}": 20 * P[f"offender_arrivals_{kind}"] for kind in ("nuisance", "theft")}
    return inputs.replace(parameters=P.replace(**more))


def offenders_of(inputs: Inputs, day: int, expect: Expectations) -> np.ndarray:
    doors = len(inputs.layout.accesses)
    entrances = (np.arange(doors, dtype=float), np.zeros(doors), np.zeros(doors, np.int32))
    places = make_places(inputs.layout, world_of(inputs), inputs.parameters)
    assert arrivals(inputs)["nuisance"].sum() > 0
    return make_offenders(inputs, entrances, 5, day, 0.0, places, expect).rows


def stopping(*rows: tuple[str, int, str]) -> RunDay:
    inner = felt()

    def run(inputs, world, seed, number, visits, past) -> DayPage:  # type: ignore[no-untyped-def]
        return replace(inner(inputs, world, seed, number, visits, past), stopped=stops(*rows))

    return run


def test_a_season_begins_with_as_many_out_as_its_base_keeps_stopping() -> None:
    """Every week 7 are sent away for 90 days: with so few people in the pool nearly all of them."""
    season = season_of(stopping(("nuisance", 0, "removed"), ("vandalism", 0, "fined")))
    pool = len(season.slow.sanctions.free_from["nuisance"])
    before = season.slow.sanctions.out(0)
    assert 0 < before <= min(7 * weeks_before(P), pool)
    vandals = season.slow.expect.belief["vandalism"]
    assert vandals.mean() > season.slow.usual.mean() + 0.05
    rows = season.advance()
    outcome = {r.outcome: r.value for r in rows}
    assert outcome["offenders_stopped"] == 14
    assert outcome["offenders_out"] == pytest.approx(before, abs=4)


def test_nothing_happens_where_nobody_is_stopped() -> None:
    season = season_of(felt())
    start = {kind: belief.copy() for kind, belief in season.slow.expect.belief.items()}
    assert all((belief == season.slow.usual).all() for belief in start.values())
    past = season.slow.past(season.plan(0, "weekday"), 4)
    assert past.expect is not None
    assert past.expect.there is not None
    assert all((there == 1).all() for there in past.expect.there.values())
    season.advance()
    assert all((season.slow.expect.belief[kind] == start[kind]).all() for kind in INCIDENT_TYPES)
    assert len(DAY_KINDS) == 3


def test_a_warning_fades_as_visits_see_what_they_always_saw() -> None:
    season = season_of(felt())
    who = [Stopped("nuisance", 0, "warned")]
    season.slow._stop(who, P)
    raised = season.slow.expect.belief["nuisance"][0].copy()
    assert raised == pytest.approx(np.minimum(1, season.slow.usual + P.respond_belief_warned))
    inputs = season.plan(0, "weekday")
    page = season._page(0, "weekday", inputs, world_of(inputs), coming(season), 3, season.slow.past(inputs, 4))
    seen = np.zeros(1, page.seen.dtype)
    seen[0] = (NUISANCE, 0, 4, 0, 0.0, 1.0)
    season.slow.settle(inputs, replace(page, seen=seen), 1, 1, 3)
    after, usual = season.slow.expect.belief["nuisance"][0, 4, 0], season.slow.usual[4, 0]
    gone = (1 - P.belief_rate) * (1 - P.belief_share * P.belief_rate)
    assert after - usual == pytest.approx((raised[4, 0] - usual) * gone)
    assert season.slow.expect.belief["nuisance"][0, 3, 0] == raised[3, 0]


def coming(season):  # type: ignore[no-untyped-def]
    from model.seasons.days import who_comes

    inputs = season.plan(0, "weekday")
    return who_comes(inputs, world_of(inputs), season.panel, None, 1, 3)
