"""R9: each measure moves what it is meant to move in the direction in which it is meant to.

On small real runs and fields of the shoebox; each of these tests fails when the sign of the effect is turned round.
"""

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.day.boarding import make_spots
from model.day.detection import noticing
from model.day.guardianship import long_run_belief, places_of
from model.day.incidents import Incident
from model.day.reporting import report_chance
from model.inputs.follow_up import AGENCIES
from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS, Obstacle, Wall
from model.inputs.reporting import Reporting
from model.parameters import Parameters
from model.results import CONDUCT_TYPES, INCIDENT_TYPES
from model.seasons.follow_up import answer_reporters, in_time, make_desks
from model.seasons.memory import make_memories
from model.seasons.reports import Report
from model.seasons.sanctions import Sanctions, Stopped, stopped_in
from model.world.disorder import day_disorder, wrong_owner
from model.world.fields import Light
from scenarios.measures.catalogue import CATALOGUE
from scenarios.measures.places import zones_named
from tests.day_harness import present, shoebox, station_of, steps, world_of
from tests.measure_harness import day_of, evening, made, score, total

P = Parameters.default()
OFFENCES = slice(len(INCIDENT_TYPES))
SERIOUS = len(INCIDENT_TYPES) + CONDUCT_TYPES.index("staff_aggression")


def cells(inputs: Inputs, word: str) -> np.ndarray:
    """The 1 m cells of zones by id or kind."""
    wanted = {zone.id for zone in zones_named(inputs.layout, (word,))}
    inside = np.array([zone.id in wanted for zone in inputs.layout.zones])
    return np.flatnonzero(inside[world_of(inputs).grid.cell_zone])


def night(inputs: Inputs, word: str) -> tuple[Light, np.ndarray]:
    """Light, and the effective lux of the cells of a zone when it is dark."""
    light = world_of(inputs).light
    return light, light.effective_lx[0][cells(inputs, word)]


# ---------------------------------------------------------------- light


def test_r9_brighter_lamps_give_more_light() -> None:
    base = evening()
    after = made("brighter_lamps", factor=2, zones=["platform"]).apply(base)
    assert (night(after, "platform")[1] > night(base, "platform")[1]).all()


def test_r9_uniform_lamps_leave_no_dark_corner_for_the_same_lumens() -> None:
    base = evening()
    lamps = base.layout.lamps
    inside = [lamp for lamp in lamps if lamp.level == -1]
    one = replace(inside[0], lumen=sum(lamp.lumen for lamp in inside))  # all light at one end
    uneven = base.replace(layout=replace(base.layout, lamps=(*(x for x in lamps if x.level == 0), one)))
    after = made("uniform_lamps", zones=["underpass"], spacing_m=4).apply(uneven)
    assert sum(x.lumen for x in after.layout.lamps) == pytest.approx(sum(x.lumen for x in uneven.layout.lamps))
    here = cells(base, "underpass")
    faces = [world_of(inputs).light.face_lx[here] for inputs in (uneven, after)]
    assert faces[1].min() / faces[1].mean() > faces[0].min() / faces[0].mean()
    assert night(after, "underpass")[1].min() > night(uneven, "underpass")[1].min()


def test_r9_a_lamp_hung_by_hand_lights_its_place_and_one_taken_away_darkens_it() -> None:
    base = evening()
    lamp = base.layout.lamps[0]
    at = {"level": lamp.level, "x": lamp.x, "y": lamp.y, "lumen": 8000.0, "height_m": 4.0}
    word = next(z.id for z in made("rearrange", lamps=[at]).touched(base.layout))
    hung = made("rearrange", lamps=[at]).apply(base)
    gone = made("rearrange", remove=[lamp.id]).apply(base)
    was = night(base, word)[1].mean()
    assert night(gone, word)[1].mean() < was < night(hung, word)[1].mean()
    away = made("rearrange", move=[{"id": lamp.id, "x": lamp.x + 5.0}]).apply(base)
    assert next(x for x in away.layout.lamps if x.id == lamp.id).x == lamp.x + 5.0
    (fault,) = made("rearrange", remove=["lamp-that-is-not"]).misfits(base)
    assert fault[0] == "remove"


def test_r9_face_light_falls_on_faces() -> None:
    base, here = evening(), cells(evening(), "underpass")
    wide = made("face_light", zones=["underpass"]).apply(base)
    light, before = (world_of(inputs).light for inputs in (wide, base))
    assert (light.face_lx[here] / light.floor_lx[here]).mean() > (before.face_lx[here] / before.floor_lx[here]).mean()
    painted = made("face_light", zones=["underpass"], light_walls=True).apply(base)
    assert (world_of(painted).light.face_lx[here] > light.face_lx[here]).all()


def test_r9_lamp_repair_gives_light_back() -> None:
    base = evening()
    lamps = tuple(replace(lamp, broken=lamp.level == 0) for lamp in base.layout.lamps)
    dark = base.replace(layout=replace(base.layout, lamps=lamps))
    repair = made("lamp_repair", zones=["platform"])
    assert (night(repair.apply(dark), "platform")[1] > night(dark, "platform")[1]).all()
    assert "none of these lamps" in repair.misfits(base)[0][1]


# ---------------------------------------------------------------- people


def test_r9_a_patrol_deters_detects_and_reassures() -> None:
    base = day_of(evening())
    after = day_of(made("patrol", who="boa", hours="19:00-21:00", zones=["platform"]).apply(evening()))
    assert total(after.expected[OFFENCES]) < total(base.expected[OFFENCES])
    assert total(after.detected[OFFENCES]) > total(base.detected[OFFENCES])
    assert score(after) > score(base)
    assert total(after.expected[SERIOUS]) > total(base.expected[SERIOUS])  # the price of more contacts


def test_r9_a_hot_spot_is_visited_more_often_and_known_for_it() -> None:
    base = evening()
    fields = {"who": "boa", "hours": "19:00-21:00", "zones": ["platform", "underpass"]}
    plain, hot = (
        made("patrol", **fields, **more).apply(base) for more in ({}, {"hot_spots": ["underpass"]})  # type: ignore[arg-type]
    )
    places = [places_of(x.roster.duties[0], x.layout, world_of(x)) for x in (plain, hot)]
    under = [z.kind == "underpass" for z in base.layout.zones]
    there = [np.array(under)[world_of(base).routes.place_zone[found]].mean() for found in places]
    assert there[1] > there[0] > 0
    belief = [long_run_belief(x, world_of(x))[:, ZONE_KINDS.index("underpass")].sum() for x in (plain, hot)]
    assert belief[1] > belief[0]


@pytest.mark.parametrize("name", ["service_staff", "stewards", "conductor_presence"])
def test_r9_people_who_are_there_reassure(name: str) -> None:
    after = made(name, units=2, hours="19:00-21:00", zones=["platform"]).apply(evening())
    assert score(day_of(after)) > score(day_of(evening()))


def test_r9_an_escort_walks_along_and_keeps_followers_away() -> None:
    base = evening().replace(window=(19 * 3600, 20 * 3600))
    post = made("escort", hours="19:00-21:00", zones=["platform"]).apply(base)
    asked, ignored = (
        day_of(post.replace(parameters=P.replace(escort_ask_woman=asks, escort_ask_man=asks))) for asks in (1.0, 0.0)
    )
    approach = INCIDENT_TYPES.index("harassment_approach")
    assert asked.counts["escorted"] > 0 == ignored.counts["escorted"]
    assert total(asked.expected[approach]) < total(ignored.expected[approach])


def test_r9_open_shops_reassure() -> None:
    after = made("shop_hours", hours="06:00-23:00").apply(evening())
    assert score(day_of(after)) > score(day_of(evening()))


def test_r9_body_cameras_keep_staff_from_harm() -> None:
    staffed = made("patrol", who="boa", hours="19:00-21:00", zones=["platform"]).apply(evening())
    worn = made("body_cams").apply(staffed)
    before, after = (total(day_of(inputs).expected[SERIOUS]) for inputs in (staffed, worn))
    assert 0 < after < 0.7 * before  # the trial has -47% for who wears one


# ---------------------------------------------------------------- eyes


def test_r9_cameras_see_more_and_deter() -> None:
    base = evening()
    after = made("cameras", zones=["platform"], per_zone=3).apply(base)
    here = cells(base, "platform")
    cover = [world_of(inputs).sight.camera_cover[0][here] for inputs in (base, after)]
    assert (cover[1] >= cover[0]).all()
    assert cover[1].mean() > cover[0].mean()
    assert total(day_of(after).expected[OFFENCES]) < total(day_of(base).expected[OFFENCES])


def test_r9_signs_make_cameras_known() -> None:
    filmed = made("cameras", zones=["platform"], per_zone=3).apply(evening())
    told = made("signs", zones=["platform"]).apply(filmed)
    assert world_of(told).sight.sign.sum() > world_of(filmed).sight.sign.sum()
    assert total(day_of(told).expected[OFFENCES]) < total(day_of(filmed).expected[OFFENCES])


def test_r9_who_looks_and_speaks_detects() -> None:
    after = made("announcements", hours="18:00-23:00").apply(evening())
    assert total(day_of(after).detected[OFFENCES]) > total(day_of(evening()).detected[OFFENCES])
    assert total(day_of(after).expected[OFFENCES]) < total(day_of(evening()).expected[OFFENCES])


def test_r9_help_points_reassure_and_are_used() -> None:
    layout = evening().layout
    others = tuple(spot for spot in layout.spots if spot.kind != "help_point")
    base = evening().replace(layout=replace(layout, spots=others))
    after = made("help_points", zones=["platform"], per_zone=3).apply(base)
    assert score(day_of(after)) > score(day_of(base))
    told = [total(r.reported[OFFENCES]) / total(r.expected[OFFENCES]) for r in (day_of(base), day_of(after))]
    assert told[1] > told[0]


def waiting_near(inputs: Inputs, x: float, y: float, reach_m: float) -> int:
    """How many people stand near a point, summed over the minutes of a run."""
    station, number = station_of(inputs), 0
    for _ in steps(station, 60):
        people = station.crowd.people[present(station)]
        number += int((np.hypot(people["x"] - x, people["y"] - y) <= reach_m).sum())
    return number


def test_r9_people_wait_at_a_stop_marker() -> None:
    base = evening()
    marker = made("stop_marker", zones=["platform"])
    after = marker.apply(base)
    assert make_spots(after, world_of(after)).rows["marked"].sum() > 0
    spot = after.layout.spots[-1]
    near = [waiting_near(inputs, spot.x, spot.y, P.wait_marker_m) for inputs in (base, after)]
    assert near[1] > near[0]


# ---------------------------------------------------------------- sight


def walled() -> Inputs:
    """The evening with a wall across the platform that leaves a gap, and a hedge beside it."""
    base = evening()
    platform = next(zone for zone in base.layout.zones if zone.kind == "platform")
    (x1, y1), (x2, y2) = np.min(platform.polygon, axis=0), np.max(platform.polygon, axis=0)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    wall = Wall("screen", platform.level, x, y1, x, y + 0.5)
    hedge = Obstacle("bush", "hedge", platform.level, ((x + 10, y1), (x + 11, y1), (x + 11, y), (x + 10, y)), 2.0)
    layout = base.layout
    return base.replace(layout=replace(layout, walls=(*layout.walls, wall), obstacles=(hedge,)))


def seen(inputs: Inputs) -> int:
    """How many pairs of cells see each other."""
    return int(np.bitwise_count(world_of(inputs).sight.mask).sum())


def test_r9_without_a_wall_and_through_glass_one_sees_farther() -> None:
    base = walled()
    gone, glazed = (made(name, walls=["screen"]).apply(base) for name in ("remove_wall", "glass"))
    assert seen(gone) > seen(base)
    assert seen(glazed) > seen(base)
    prospect = [world_of(inputs).sight.prospect[0].mean() for inputs in (base, gone, glazed)]
    assert min(prospect[1:]) > prospect[0]
    concealment = [world_of(inputs).sight.concealment.mean() for inputs in (base, gone, glazed)]
    assert max(concealment[1:]) < concealment[0]


def test_r9_over_a_low_hedge_one_sees_farther() -> None:
    base = walled()
    low, gone = made("prune_hedge").apply(base), made("remove_wall", obstacles=["bush"]).apply(base)
    assert seen(low) > seen(base)
    assert world_of(low).sight.concealment.mean() < world_of(base).sight.concealment.mean()
    assert len(world_of(gone).grid.floor_level) > len(world_of(low).grid.floor_level)


def test_r9_a_mirror_shows_what_lies_behind_the_corner() -> None:
    base = walled()
    wall = base.layout.walls[-1]
    at = {"level": wall.level, "x": wall.x1, "y": wall.y2 + 0.8, "bearing_deg": -90.0}
    after = made("mirror", at=[at]).apply(base)
    assert world_of(after).sight.mirror_mask.any()
    assert world_of(after).sight.concealment.mean() < world_of(base).sight.concealment.mean()


def test_r9_a_kiosk_gives_company_and_takes_floor() -> None:
    inside = made("kiosk", hours="06:00-23:00", zones=["platform"], size_m=0).apply(evening())
    assert score(day_of(inside)) > score(day_of(evening()))
    built = made("kiosk", hours="06:00-23:00", zones=["square"]).apply(evening())
    assert len(world_of(built).grid.floor_level) < len(world_of(evening()).grid.floor_level)


# ---------------------------------------------------------------- upkeep


def disorder(inputs: Inputs) -> np.ndarray:
    """Mean disorder of each zone over the day, once upkeep has long settled."""
    return day_disorder(inputs).mean(axis=0)


def owned(inputs: Inputs, owner: str) -> np.ndarray:
    return np.array([zone.owner == owner for zone in inputs.layout.zones])


def test_r9_more_cleaning_less_disorder() -> None:
    base = evening()
    after = made("cleaning", every_hours=2, zones=["platform"]).apply(base)
    platform = np.array([zone.kind == "platform" for zone in base.layout.zones])
    assert (disorder(after)[platform] < disorder(base)[platform]).all()
    assert (disorder(after)[~platform] == disorder(base)[~platform]).all()
    rarer = made("cleaning", every_hours=168, zones=["platform"]).apply(base)
    assert rarer == base  # rounds come on top of those there are


@pytest.mark.parametrize("name", ["graffiti_removal", "repair_targets"])
def test_r9_faster_repair_less_disorder(name: str) -> None:
    base = evening()
    after = made(name, of="municipality", days=1).apply(base)
    mine = owned(base, "municipality")
    assert (disorder(after)[mine] < disorder(base)[mine]).all()
    assert (disorder(after)[~mine] == disorder(base)[~mine]).all()


def test_r9_owners_who_agree_lose_no_time_and_fewer_reports() -> None:
    base = evening()
    after = made("owners_agreement").apply(base)
    assert wrong_owner("municipality", base.upkeep, P)[0] > 0
    assert wrong_owner("municipality", after.upkeep, P)[0] == 0  # the wrong owner costs no time
    assert wrong_owner("municipality", after.upkeep, P)[1] < wrong_owner("municipality", base.upkeep, P)[1]
    mine = owned(base, "municipality")
    assert (disorder(after)[mine] < disorder(base)[mine]).all()


# ---------------------------------------------------------------- gates, waiting


def test_r9_closed_gates_keep_dodgers_out_and_bring_quarrels() -> None:
    row = {"level": -1, "x": 28.0, "y": -25.0, "x2": 32.0, "y2": -25.0, "gates": 4}
    built = made("gates_closed", new=[row]).apply(evening())
    (line,) = built.layout.gate_lines
    stands_open = built.replace(layout=replace(built.layout, gate_lines=(replace(line, closed=False),)))
    assert made("gates_closed").apply(stands_open) == built
    dodging = len(INCIDENT_TYPES) + CONDUCT_TYPES.index("fare_dodging")
    assert total(day_of(built).expected[dodging]) < total(day_of(evening()).expected[dodging])


def test_r9_a_safe_waiting_zone_reassures_more_where_somebody_is() -> None:
    zone = made("safe_waiting_zone", zones=["platform"])
    staffed = made("service_staff", hours="19:00-21:00", zones=["platform"]).apply(evening())
    marked, both = zone.apply(evening()), zone.apply(staffed)
    alone = score(day_of(marked)) - score(day_of(evening()))
    watched = score(day_of(both)) - score(day_of(staffed))
    assert watched > alone > 0


# ---------------------------------------------------------------- reports and their follow-up


def reported(inputs: Inputs) -> float:
    """Expected reports per expected incident."""
    results = day_of(inputs)
    return total(results.reported[OFFENCES]) / total(results.expected[OFFENCES])


def test_r9_an_app_brings_reports_and_no_incidents() -> None:
    after = made("reporting_app").apply(evening())
    assert reported(after) > 1.05 * reported(evening())


def test_r9_online_declaration_brings_reports_of_women_from_july_2027_on() -> None:
    law = made("online_declaration")
    assert not law.holds(datetime.date(2027, 6, 30))
    assert law.holds(datetime.date(2027, 7, 1))
    reporting = law.apply(evening()).reporting
    for kind in ("harassment_approach", "aggression"):
        woman = [report_chance(P, kind, gender="woman", reporting=r) for r in (Reporting(), reporting)]
        man = [report_chance(P, kind, gender="man", reporting=r) for r in (Reporting(), reporting)]
        assert woman[1] > woman[0]
        assert man[1] == man[0]
    early = made("online_declaration", start="2027-01-01")
    assert "no law" in early.misfits(evening())[0][1]


def test_r9_a_campaign_works_and_fades() -> None:
    base = evening()
    fresh, later = (
        made("norm_campaign", start=f"{base.date - datetime.timedelta(weeks=weeks)}").apply(base) for weeks in (0, 26)
    )
    assert later.reporting.campaign_weeks == 26
    none, new, old = disorder(base), disorder(fresh), disorder(later)
    assert (new < none).all()
    assert (none - old) == pytest.approx((none - new) * np.exp(-1), rel=0.1)
    helping = [noticing(i, world_of(i)).help_one.sum() for i in (base, later, fresh)]
    assert helping[0] < helping[1] < helping[2]
    assert reported(fresh) > reported(later) > reported(base)


def test_r9_more_people_at_a_desk_take_more_up_in_time() -> None:
    busy = P.replace(follow_municipality_load=1.2, season_warm_weeks=26.0)
    shares = []
    for factor in (0.7, 1.0, 2.0):
        policy = made("follow_up_capacity", agency="municipality", factor=factor).apply(evening()).follow_up
        shares.append(in_time(make_desks(policy, 1, busy), policy, busy)[AGENCIES.index("municipality")])
    assert shares[0] < shares[1] < shares[2]
    twice = made("follow_up_capacity", agency="police", factor=2)
    assert dict(twice.apply(twice.apply(evening())).follow_up.staff)["police"] == 4


def test_r9_who_hears_what_was_done_trusts_more() -> None:
    report = Report("theft", 0, 0.0, 0, "phone", False, 0.0, False, 0, 1, 0.5, 0.5)
    trust = []
    for share in (0.0, 1.0):
        policy = made("feedback_targets", share=share).apply(evening()).follow_up
        memories = make_memories(_One(), np.zeros((2, 1)), P)  # type: ignore[arg-type]
        answer_reporters(memories, [(report, 1.0, True)], policy, P)
        trust.append(float(memories.trust[0]))
    assert trust[1] > trust[0]


class _One:
    """A panel of one."""

    effect = np.zeros(1)

    def __len__(self) -> int:
        return 1


def test_r9_a_ban_keeps_people_out_for_longer() -> None:
    rows = [Stopped("theft", 0, "removed")]
    back = []
    for days in (30, 365):
        policy = made("station_bans", days=days).apply(evening()).follow_up
        sanctions = Sanctions.none(dict.fromkeys(INCIDENT_TYPES, 1))
        sanctions.stop(rows, 0, P, policy.ban_days)
        back.append(sanctions.free_from["theft"][0])
    assert back[1] > back[0]


# ---------------------------------------------------------------- outside


@pytest.mark.parametrize(("name", "word"), [
    ("square", "square"), ("approach_route", "approach"), ("bicycle_parking", "bicycle_parking"),
])  # fmt: skip
def test_r9_v31_the_municipality_lights_cleans_and_guards_outside(name: str, word: str) -> None:
    base = evening()
    after = made(name, light=2, clean_every_hours=2, enforcers="19:00-21:00").apply(base)
    assert (night(after, word)[1] > night(base, word)[1]).all()
    there = np.array([zone.kind == word for zone in base.layout.zones])
    assert (disorder(after)[there] < disorder(base)[there]).all()
    kind = ZONE_KINDS.index(word)  # type: ignore[arg-type]
    assert long_run_belief(after, world_of(after))[:, kind].sum() > long_run_belief(base, world_of(base))[:, kind].sum()
    alone = made(name, light=2, by="NS")
    assert "ground of the municipality" in alone.misfits(base)[0][1]
    assert made(name, light=2, by="NS", agreed=["municipality"]).misfits(base) == []


def test_r9_other_rounds_move_guards_for_no_money() -> None:
    base = shoebox()
    after = made("patrol_route", units=["guard"], zones=["platform"]).apply(base)
    platform = ZONE_KINDS.index("platform")
    belief = [long_run_belief(inputs, world_of(inputs))[:, platform].sum() for inputs in (base, after)]
    assert belief[1] > belief[0] > 0
    assert made("patrol_route", units=["guard"], zones=["platform"]).cost(base).yearly.value == 0


def test_r9_powers_let_a_guard_fine_and_who_was_not_asked_a_name_is_not_banned() -> None:
    base = made("patrol", who="guard", hours="19:00-23:00", zones=["platform"]).apply(evening())
    duty = next(d for d in base.roster.duties if d.kind == "guard")
    more = made("powers", units=["guard"], powers=["ask", "remove", "hold", "fine"])
    after = next(d for d in more.apply(base).roster.duties if d.id == duty.id)
    assert "fine" in after.may
    assert "fine" not in duty.may
    assert more.cost(base).yearly.value == P.cost_powers_year * sum(d.kind == "guard" for d in base.roster.duties)
    less = made("powers", units=["guard"], powers=["remove"])
    assert less.cost(base).yearly.value == 0
    offenders = station_of(base).offenders
    one = Incident("nuisance", 0, 0, -1, 3, 0, 0, 0.0, 0.0, 1, 2, outcome="removed")
    assert len(stopped_in([one], offenders)) == 0
    assert len(stopped_in([replace(one, named=True)], offenders)) == 1
    assert len(stopped_in([replace(one, outcome="fined")], offenders)) == 1


def test_r9_stewards_may_only_speak() -> None:
    after = made("stewards", hours="19:00-23:00", zones=["platform"]).apply(evening())
    steward = next(d for d in after.roster.duties if d.id.startswith("stewards"))
    assert steward.may == ()


def test_r9_every_measure_of_the_catalogue_has_its_test() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [name for name in CATALOGUE if text.count(f'"{name}"') == 0] == []
