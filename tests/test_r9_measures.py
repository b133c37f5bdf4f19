"""R9: each measure moves what it is meant to move in the direction in which it is meant to.

On small real runs and fields of the shoebox; each of these tests fails when the sign of the effect is turned round.
"""

from dataclasses import replace

import numpy as np
import pytest

from model.day.boarding import make_spots
from model.day.guardianship import long_run_belief, places_of
from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS
from model.parameters import Parameters
from model.results import CONDUCT_TYPES, INCIDENT_TYPES
from model.world.light import Light
from scenarios.measures.places import zones_named
from tests.day_harness import present, station_of, steps, world_of
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
