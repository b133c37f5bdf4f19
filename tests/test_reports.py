"""What is reported, to whom, and what becomes of it: always beside what happened."""

from dataclasses import replace

import numpy as np
import pytest

from model.day.guardianship import places_of
from model.inputs.follow_up import AGENCIES, FollowUp
from model.inputs.inputs import Inputs
from model.inputs.reporting import Reporting
from model.inputs.roster import Duty, Roster
from model.parameters import Parameters
from model.results import INCIDENT_TYPES
from model.seasons.days import DayKind
from model.seasons.follow_up import (
    answer_reporters,
    background,
    in_time,
    make_desks,
    repeated_places,
    send_patrols,
    settle,
    watch_places,
    work_of,
    work_week,
)
from model.seasons.memory import Memories
from model.seasons.reports import CHANNELS, LOW, URGENT, USUAL, Report, channel_of, staffed_hours
from model.seasons.season import Season
from tests.day_harness import shoebox, world_of
from tests.season_harness import felt, plan_of, season_of
from tests.test_season import memories_of

P = Parameters.default()
USUAL_POLICY = FollowUp()


def season_under(weeks: int = 3, **changes: object) -> Season:
    """Some weeks of many incidents, with other reporting or follow-up."""
    base = plan_of(shoebox())

    def plan(week: int, kind: DayKind) -> Inputs:
        return base(week, kind).replace(**changes)

    season = season_of(felt(harm=0.01), plan=plan)
    season.rows = [season.advance() for _ in range(weeks)]  # type: ignore[attr-defined]
    return season


def total(season: Season, outcome: str, kind: str = "all") -> float:
    rows = season.rows  # type: ignore[attr-defined]
    return float(sum(r.value for week in rows for r in week if (r.outcome, r.incident_type) == (outcome, kind)))


@pytest.fixture(scope="module")
def usual() -> Season:
    return season_under()


def report(time: float, zone: int = 0, desk: int = 2, row: int = 0, priority: int = USUAL) -> Report:
    return Report("theft", row, time, desk, "phone", False, 0.0, False, zone, priority, 0.5, 0.0)


# ---------------------------------------------------------------- reporting


def test_incidents_reports_and_follow_up_stand_side_by_side(usual: Season) -> None:
    for kind in (*INCIDENT_TYPES[:4], "all"):
        happened, told, done = (total(usual, f"{o}_incidents", kind) for o in ("expected", "reported", "followed_up"))
        assert happened > told > done > 0, kind
    assert total(usual, "reported_incidents", "harassment_contact") == pytest.approx(
        0.07 * total(usual, "expected_incidents", "harassment_contact"), rel=0.15
    )


def test_fact_11_an_app_and_a_campaign_raise_reports_not_incidents_and_not_fear(usual: Season) -> None:
    told = season_under(reporting=Reporting(app=True, campaign_weeks=0))
    # memory of who was answered changes who comes, by less than this
    assert total(told, "expected_incidents") == pytest.approx(total(usual, "expected_incidents"), rel=2e-3)
    assert 1.5 < total(told, "reported_incidents") / total(usual, "reported_incidents") < 2.6
    fear = {name: total(s, "monitor_evening", "") for name, s in (("told", told), ("usual", usual))}
    assert fear["told"] == pytest.approx(fear["usual"], abs=0.02 * 3)  # three weeks


def test_an_app_brings_reports_by_app() -> None:
    plain, app = shoebox(), shoebox().replace(reporting=Reporting(app=True))
    u = (np.arange(4000) + 0.5) / 4000
    share = {name: np.mean([channel_of(i, x) == "app" for x in u]) for name, i in (("plain", plain), ("app", app))}
    assert share["plain"] == pytest.approx(P.report_channel_app, abs=1e-3)
    assert share["app"] == pytest.approx((0.1 + np.exp(0.6) - 1) / np.exp(0.6), abs=1e-3)
    assert sum(P[f"report_channel_{c}"] for c in CHANNELS) == pytest.approx(1)


def test_staff_that_one_can_turn_to_is_there_in_its_hours() -> None:
    duties = shoebox().roster.duties
    hours = staffed_hours(shoebox())
    assert ((hours >= 0) & (hours <= 1)).all()
    assert (hours.sum() > 0) == bool(duties)


# ---------------------------------------------------------------- desks


def test_a_desk_is_as_busy_as_its_parameters_say() -> None:
    desks = make_desks(USUAL_POLICY, 1, P)
    used = np.zeros(len(AGENCIES))
    for week in range(200):
        work_week(desks, [], week, USUAL_POLICY, 1, P)
        used += desks.used / 200
    for a, agency in enumerate(AGENCIES):
        people = round(P[f"follow_{agency}_staff"] * P[f"follow_{agency}_filled"])
        load = P[f"follow_{agency}_load"] * P[f"follow_{agency}_staff"] / people
        assert used[a] == pytest.approx(load, rel=0.06), agency
    assert used[0] == pytest.approx(0.9 / 0.935, rel=0.05)  # 664 of 710


def test_work_has_the_mean_and_spread_of_the_table() -> None:
    work = work_of("police", (np.arange(200_000) + 0.5) / 200_000, P)
    assert work.mean() == pytest.approx(P.follow_police_days, rel=0.01)
    assert work.std() / work.mean() == pytest.approx(P.follow_cv, rel=0.03)
    cases = background("police", 3, 1, P)
    assert cases == sorted(cases, key=lambda c: c.arrival)
    assert {c.priority for c in cases} == {URGENT, USUAL, LOW}
    assert all(21 <= c.arrival < 28 for c in cases)


def test_more_people_follow_up_more_in_time() -> None:
    shares = []
    for factor in (0.9, 1.0, 1.5):
        policy = FollowUp(staff=tuple((a, factor) for a in AGENCIES))
        desks = make_desks(policy, 1, P)
        shares.append(in_time(desks, policy, P))
    assert (shares[0] <= shares[1] + 0.02).all()
    assert (shares[1] <= shares[2] + 0.02).all()
    assert shares[2].mean() > shares[0].mean() + 0.05
    assert (in_time(make_desks(USUAL_POLICY, 1, P), FollowUp(at_once=True), P) == 1).all()


def test_every_report_is_closed_or_waits_and_none_twice() -> None:
    desks, done = make_desks(USUAL_POLICY, 1, P), []
    for week in range(4):
        reports = [report(7 * week + 6 * k / 40, desk=k % 5, row=40 * week + k) for k in range(40)]
        reports[0] = replace(reports[0], thin=True)
        reports[1] = replace(reports[1], lost=True)
        done += work_week(desks, reports, week, USUAL_POLICY, 1, P)
    assert len(done) + len(desks.open) == 160
    assert len({r.row for r, _, _ in done}) == len(done)
    for r, moment, acted in done:
        assert moment >= r.time
        assert acted != (r.thin or r.lost) or not acted
    assert sum(not acted for _, _, acted in done) >= 8


def test_three_reports_in_four_weeks_make_a_repeat_place() -> None:
    desks = make_desks(USUAL_POLICY, 1, P)
    assert repeated_places(desks, [report(1, zone=4), report(2, zone=4)], 0, P) == set()
    assert repeated_places(desks, [report(15, zone=4), report(16, zone=2)], 2, P) == {4}
    assert repeated_places(desks, [], 5, P) == set()
    assert desks.tasks == {4}


def test_patrols_go_more_often_where_somebody_acts_on_repeated_reports() -> None:
    desks = make_desks(USUAL_POLICY, 1, P)
    three = [(report(1, zone=4), 2.0, True), (report(2, zone=4), 3.0, True), (report(3, zone=4), 4.0, True)]
    watch_places(desks, [*three, (report(1, zone=2), 2.0, True)], 0, P)
    assert desks.watched == {4}
    watch_places(desks, [], 3, P)
    assert desks.watched == {4}
    watch_places(desks, [], 4, P)
    assert desks.watched == frozenset(), "after four weeks the round is as before"
    watch_places(desks, [(r, at, False) for r, at, _ in three], 5, P)
    assert desks.watched == frozenset(), "nobody followed it up"


def test_a_round_comes_twice_to_a_repeat_place() -> None:
    inputs = shoebox()
    layout, world = inputs.layout, world_of(inputs)
    kinds = tuple(dict.fromkeys(zone.kind for zone in layout.zones))
    everywhere = Duty("round", "guard", 0, 90_000, kinds)
    elsewhere = Duty("platforms", "boa", 0, 90_000, ("platform",))
    post, outside = Duty("post", "service", 0, 90_000, kinds), Duty("near", "boa", 0, 90_000, ("outside",))
    inputs = inputs.replace(roster=Roster((everywhere, elsewhere, post, outside)))
    zone = next(n for n, z in enumerate(layout.zones) if z.kind == "underpass")
    moved = send_patrols(inputs, frozenset({zone})).roster.duties
    assert moved[2:] == (post, outside)
    usual = places_of(everywhere, layout, world)
    there = world.routes.place_zone == zone
    again = places_of(moved[0], layout, world)
    assert sorted(again) == sorted([*usual, *usual[there[usual]]])
    assert there[places_of(moved[1], layout, world)].sum() == 2 * there.sum(), "a round that left it out goes there too"
    assert send_patrols(inputs, frozenset()) is inputs


def test_a_season_moves_its_patrols() -> None:
    rounds: list[tuple[str, ...]] = []
    inner = felt(harm=0.01)

    def run(inputs, world, seed, number, visits, past):  # type: ignore[no-untyped-def]
        rounds.append(tuple(zone for duty in inputs.roster.duties for zone in duty.focus))
        return inner(inputs, world, seed, number, visits, past)

    season = season_of(run)
    watched = [next(r.value for r in season.advance() if r.outcome == "watched_places") for _ in range(3)]
    assert rounds[:6] == [()] * 6, "nothing moves before somebody has acted"
    assert watched[-1] > 0
    assert any(rounds[6:])


# ---------------------------------------------------------------- trust


def test_m15_follow_up_of_all_at_once_never_leaves_less_trust() -> None:
    best = season_under(follow_up=FollowUp(at_once=True, heard=1.0))
    none = season_under(follow_up=FollowUp(heard=0.0))
    some = season_under()
    means = [season.memories.trust.mean() for season in (best, some, none)]
    assert means[0] > means[1] > means[2]
    moved = (best.memories.trust != 0.5) & (none.memories.trust != 0.5)
    assert moved.sum() > 20
    assert (best.memories.trust >= none.memories.trust)[moved].mean() > 0.99  # trust also changes who reports again


def test_m15_the_same_reports_never_leave_less_trust_when_all_are_followed_up() -> None:
    reports = [report(6 * k / 60, desk=k % 5, row=k) for k in range(60)]
    trust = []
    for policy in (FollowUp(at_once=True, heard=1.0), FollowUp(heard=0.5), FollowUp(heard=0.0)):
        desks, memories = make_desks(policy, 1, P), memories_of(60)
        memories.trust[:] = np.linspace(0, 1, 60)
        for week in range(14):
            done = work_week(desks, reports if week == 0 else [], week, policy, 1, P)
            answer_reporters(memories, done, policy, P)
        trust.append(memories.trust)
    assert (trust[0] >= trust[1]).all()
    assert (trust[1] >= trust[2]).all()
    assert trust[0].mean() > trust[2].mean() + 0.1


def test_trust_stays_between_nothing_and_all(usual: Season) -> None:
    memories: Memories = usual.memories
    for _ in range(30):
        settle(memories, 0, True, P)
        settle(memories, 1, False, P)
    assert memories.trust[0] == 1
    assert memories.trust[1] == 0
