"""Kiosks, columns, hedges and mirrors; lamps and cameras with hours: known answers (V4, V5) and symmetry."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely

from model.inputs.layout import Camera, Lamp, Layout, Mirror, Obstacle, Wall
from model.inputs.roster import Operator, Roster
from model.parameters import Parameters
from model.world.cover import make_cover
from model.world.grid import make_grid
from model.world.hours import at_second, cameras_per_operator, states, watched_ids
from model.world.light import make_light
from model.world.obstacles import draw_obstacles, stops_sight
from model.world.sight import make_outlook
from tests.twins_fields import Cells, hall, layout, windows_of, with_walls, zone

P = Parameters.default()
MORNING, NIGHT = 8 * 3600, 24 * 3600


def thing(x1: float, y1: float, x2: float, y2: float, height_m: float, kind: Any = "kiosk") -> Obstacle:
    return Obstacle(f"{kind} {x1} {y1}", kind, 0, ((x1, y1), (x2, y1), (x2, y2), (x1, y2)), height_m)


def seen(place: Layout) -> tuple[Any, Any, Cells]:
    grid = make_grid(place)
    outlook = make_outlook(place, grid, P)
    iy, ix = np.nonzero(grid.cell >= 0)
    return grid, outlook, windows_of(outlook.mask, iy, ix, grid.cell)


def at(grid: Any, x: float, y: float) -> int:
    return int(np.argmin(np.hypot(grid.cell_x - x, grid.cell_y - y)))


def lit(place: Layout) -> tuple[Any, Any]:
    grid = make_grid(place)
    return grid, make_light(place, grid, make_outlook(place, grid, P).mask, P)


# ---------------------------------------------------------------- obstacles


@pytest.mark.parametrize(
    ("what", "hides"),
    [
        (thing(9, 4, 11, 8, 2.5), True),
        (thing(9, 4, 9.5, 8, 1.5, "hedge"), True),
        (thing(9, 4, 9.5, 8, 1.2, "hedge"), False),
        (thing(9.5, 6.0, 10.25, 7.0, 3.0, "column"), True),
        (thing(9.75, 6.25, 10.25, 6.75, 3.0, "column"), False),
    ],
    ids=["kiosk", "high hedge", "low hedge", "column", "narrow column"],
)
def test_v4_what_is_high_and_wide_enough_hides_and_nobody_walks_through_any_of_it(what: Obstacle, hides: bool) -> None:
    empty, place = hall(20, 12), replace(hall(20, 12), obstacles=(what,))
    grid, _, table = seen(place)
    one, other = at(grid, 6.5, 6.5), at(grid, 13.5, 6.5)
    assert table[one, other] != hides
    assert stops_sight(what, P) == hides
    taken = make_grid(empty).cell_area_m2.sum() - grid.cell_area_m2.sum()
    assert taken == pytest.approx(shapely.Polygon(what.polygon).area, rel=0.35)
    assert taken > 0


def test_obstacles_cover_the_cells_whose_middle_they_hold_and_thin_ones_have_no_gaps() -> None:
    square = draw_obstacles([thing(2.1, 3.1, 4.1, 5.1, 2.0)], 0, 0, 10, 10)
    assert square.sum() == 64  # 2 m by 2 m of quarter metres, wherever it starts
    slant = Obstacle("h", "hedge", 0, ((1, 1), (7, 6), (7, 6.2), (1, 1.2)), 2.0)
    drawn = draw_obstacles([slant], 0, 0, 10, 10)
    assert shapely.Polygon(slant.polygon).area < drawn.sum() / 16 < 5
    rows = drawn.any(axis=0)[4:28]
    assert rows.all()
    columns = [np.flatnonzero(drawn[:, k]) for k in range(4, 28)]
    assert all(c[0] <= d[-1] and d[0] <= c[-1] for c, d in pairwise(columns))  # 4-connected


def test_light_passes_over_a_kiosk_beyond_its_shadow() -> None:
    lamp = Lamp("l", 0, 4.0, 6.0, 4.5, 5000)
    bare = hall(30, 12, lamps=(lamp,))
    kiosk = thing(8, 4, 10, 8, 2.5)
    (grid, before), (other, after) = lit(bare), lit(replace(bare, obstacles=(kiosk,)))
    # the shadow of the far edge, 6 m from the lamp, ends where the ray over it meets floor or face
    floor_end = 4 + 6 * 4.5 / (4.5 - 2.5)
    face_end = 4 + 6 * (4.5 - 1.6) / (4.5 - 2.5)
    for x in np.arange(10.6, 29, 1.0):
        was, now = at(grid, x, 6.1), at(other, x, 6.1)
        for name, end in (("floor_lx", floor_end), ("face_lx", face_end)):
            lux, kept = getattr(before, name)[was], getattr(after, name)[now]
            if abs(grid.cell_x[was] - end) > 0.3:
                assert kept == (0 if grid.cell_x[was] < end else lux), (name, x)


def test_a_thing_lower_than_a_face_shades_the_floor_alone() -> None:
    bare = hall(20, 12, lamps=(Lamp("l", 0, 4.0, 6.0, 3.0, 5000),))
    (grid, before), (other, after) = lit(bare), lit(replace(bare, obstacles=(thing(8, 4, 9, 8, 1.1, "hedge"),)))
    was, now = at(grid, 10.2, 6.1), at(other, 10.2, 6.1)
    assert after.floor_lx[now] == 0 < before.floor_lx[was]
    assert after.face_lx[now] == before.face_lx[was] > 0


def test_v5_taking_away_an_obstacle_never_hides_or_darkens_anything() -> None:
    rng = np.random.default_rng(8)
    lamps = tuple(Lamp(f"l{k}", 0, *rng.uniform(2, 18, 2), 4.5, 3000) for k in range(3))
    things = [thing(*xy, *(xy + 2), h) for xy, h in zip(rng.uniform(2, 16, (4, 2)), (1.0, 1.4, 2.5, 6), strict=True)]
    place = replace(hall(20, 20, lamps=lamps), obstacles=tuple(things))
    grid, _, table = seen(place)
    _, light = lit(place)
    gained = 0
    for k in range(len(things)):
        fewer = replace(place, obstacles=(*things[:k], *things[k + 1 :]))
        other, _, more = seen(fewer)
        # cells beside the obstacle have another point when it goes: compare those that are the same
        there = {(x, y): c for c, (x, y) in enumerate(zip(other.cell_x, other.cell_y, strict=True))}
        pairs = [(c, there[xy]) for c, xy in enumerate(zip(grid.cell_x, grid.cell_y, strict=True)) if xy in there]
        mine, theirs = (np.array(side) for side in zip(*pairs, strict=True))
        assert (table[np.ix_(mine, mine)] <= more[np.ix_(theirs, theirs)]).all()
        _, brighter = lit(fewer)
        assert (light.floor_lx[mine] <= brighter.floor_lx[theirs]).all()
        assert (light.face_lx[mine] <= brighter.face_lx[theirs]).all()
        gained += int((light.floor_lx[mine] < brighter.floor_lx[theirs]).sum())
    assert gained > 0


# ---------------------------------------------------------------- mirrors


def corner(**rest: Any) -> Layout:
    """A corridor of 3 m that turns left after 20 m; a mirror fits into its outer corner."""
    corners = [(0, 0), (20, 0), (20, 20), (17, 20), (17, 3), (0, 3), (0, 0)]
    walls = [Wall(f"w{k}", 0, *a, *b) for k, (a, b) in enumerate(pairwise(corners))]
    return layout(walls, [zone("foot", 0, 0, 20, 3), zone("leg", 17, 3, 20, 20)], **rest)


MIRROR = Mirror("m", 0, 19.4, 0.9, 135.0, 180.0)


def mirror_table(grid: Any, outlook: Any) -> Cells:
    full = np.zeros((len(outlook.mirror_row), outlook.mask.shape[1]), np.uint64)
    full[outlook.mirror_row >= 0] = outlook.mirror_mask
    iy, ix = np.nonzero(grid.cell >= 0)
    return windows_of(full, iy, ix, grid.cell)


def test_v4_a_mirror_links_both_arms_of_a_corner_both_ways_and_nothing_that_is_seen_anyway() -> None:
    grid, bare, table = seen(corner())
    assert len(bare.mirror_mask) == 0
    same, shown, again = seen(replace(corner(), mirrors=(MIRROR,)))
    assert (table == again).all()
    links = mirror_table(same, shown)
    assert (links == links.T).all()
    assert not (links & table).any()
    foot, leg = at(grid, 12.5, 1.5), at(grid, 18.5, 9.5)
    assert not table[foot, leg]
    assert links[foot, leg]
    # brute force: both see the mirror, are in its view, and the way over it is short enough
    away = np.hypot(grid.cell_x - MIRROR.x, grid.cell_y - MIRROR.y)
    post = at(grid, MIRROR.x, MIRROR.y)
    front = table[post] & ((grid.cell_y - MIRROR.y) >= (grid.cell_x - MIRROR.x))
    expected = np.logical_and.outer(front, front) & (away[:, None] + away <= P.sight_mirror_reach_m) & ~table
    assert np.mean(expected != links) < 0.002  # cells on the rim of its view


def test_a_mirror_opens_the_view_and_hides_less_with_half_weight() -> None:
    place = corner(lamps=(Lamp("a", 0, 10, 1.5, 4, 4000), Lamp("b", 0, 18.5, 10, 4, 4000)))
    grid, bare, _ = seen(place)
    _, shown, _ = seen(replace(place, mirrors=(MIRROR,)))
    assert (shown.concealment <= bare.concealment).all()
    by_the_corner = at(grid, 14.5, 1.5)
    assert 0 < shown.concealment[by_the_corner] < bare.concealment[by_the_corner]
    light = make_light(place, grid, bare.mask, P)
    before = make_cover(place, grid, bare, light, P)
    after = make_cover(replace(place, mirrors=(MIRROR,)), grid, shown, light, P)
    assert (after.prospect >= before.prospect).all()
    links = mirror_table(grid, shown)
    near = np.hypot(grid.cell_x[:, None] - grid.cell_x, grid.cell_y[:, None] - grid.cell_y) <= P.sight_prospect_m
    lit_m2 = light.effective_lx / (light.effective_lx + P.light_e50_lx) * grid.cell_area_m2
    more = P.sight_mirror_weight * (links & near) @ lit_m2[0] / (np.pi * P.sight_prospect_m**2)
    assert after.prospect[0] - before.prospect[0] == pytest.approx(more, abs=1e-6)


def test_a_camera_sees_round_the_corner_with_half_its_chance() -> None:
    camera = Camera("c", 0, 9.4, 1.6, 0.0, 90.0)
    place = corner(cameras=(camera,), lamps=(Lamp("b", 0, 18.5, 10, 4, 40_000),))
    grid, shown, table = seen(replace(place, mirrors=(MIRROR,)))
    light = make_light(place, grid, shown.mask, P)
    bare = make_cover(place, grid, shown, light, P).camera_cover
    cover = make_cover(replace(place, mirrors=(MIRROR,)), grid, shown, light, P).camera_cover
    behind = at(grid, 18.5, 9.5)
    assert not table[at(grid, 9.4, 1.6), behind]
    assert (bare[:, behind] == 0).all()
    face = light.face_lx[behind].astype(float)
    chance = P.sight_mirror_weight * P.camera_quality * face / (face + P.camera_half_lx)
    assert cover[0, behind] == pytest.approx(chance, rel=1e-5)
    direct = bare[0] > 0
    assert (cover[0][direct] == bare[0][direct]).all()
    away = replace(place, cameras=(replace(camera, bearing_deg=180.0),), mirrors=(MIRROR,))
    assert make_cover(away, grid, shown, light, P).camera_cover[0, behind] == 0


# ---------------------------------------------------------------- hours and failures


def test_a_broken_lamp_or_camera_is_as_good_as_none() -> None:
    lamps = (Lamp("a", 0, 5, 5, 4, 4000), Lamp("b", 0, 15, 5, 4, 4000))
    cameras = (Camera("c", 0, 5, 5, 0, 360), Camera("d", 0, 15, 5, 0, 360))
    whole = hall(20, 10, lamps=lamps, cameras=cameras)
    broken = replace(
        whole,
        lamps=(lamps[0], replace(lamps[1], broken=True)),
        cameras=(cameras[0], replace(cameras[1], broken=True)),
    )
    fewer = replace(whole, lamps=lamps[:1], cameras=cameras[:1])
    made = []
    for place in (broken, fewer):
        grid, outlook, _ = seen(place)
        light = make_light(place, grid, outlook.mask, P)
        made.append((light, make_cover(place, grid, outlook, light, P)))
    assert (made[0][0].effective_lx == made[1][0].effective_lx).all()
    assert (made[0][1].camera_cover == made[1][1].camera_cover).all()
    assert (lit(whole)[1].face_lx >= made[0][0].face_lx).all()
    assert (lit(whole)[1].face_lx > made[0][0].face_lx).any()


def test_lamps_with_hours_burn_then_and_a_place_without_hours_has_one_state() -> None:
    always, evening = Lamp("a", 0, 5, 5, 4, 4000), Lamp("b", 0, 15, 5, 4, 4000, burns=(17 * 3600, 23 * 3600))
    place = hall(20, 10, lamps=(always, evening))
    assert states(replace(place, lamps=(always,)), Roster()) == [(0, replace(place, lamps=(always,)))]
    found = states(place, Roster())
    assert [second for second, _ in found] == [0, 17 * 3600, 23 * 3600]
    assert [len(now.lamps) for _, now in found] == [1, 2, 1]
    assert at_second(place, Roster(), 23 * 3600 - 1) == place


def test_operators_watch_by_hours_and_share_the_cameras() -> None:
    cameras = tuple(Camera(f"c{k}", 0, 5.0 + k, 5, 0, 360, watched=k == 0) for k in range(4))
    place = hall(20, 10, cameras=cameras)
    night = Operator("night", 18 * 3600, 25 * 3600, ("c1", "c2"), elsewhere=36)
    assert watched_ids(place, (night,), MORNING) == {"c0"}
    assert watched_ids(place, (night,), NIGHT) == {"c0", "c1", "c2"}
    assert cameras_per_operator(place, (), MORNING, 20) == 20  # somebody looks at c0 all day, as usual
    assert cameras_per_operator(place, (night,), NIGHT, 20) == pytest.approx((3 + 36) / (1 + 1 / 20))
    everything = Operator("all", 5 * 3600, 25 * 3600)
    assert watched_ids(place, (everything,), MORNING) == {"c0", "c1", "c2", "c3"}
    assert cameras_per_operator(place, (everything, night), NIGHT, 20) == (4 + 36) / 2
    assert cameras_per_operator(replace(place, cameras=()), (), NIGHT, 20) == 0


def test_walls_of_glass_pass_light_and_sight_but_nobody() -> None:
    lamp = Lamp("l", 0, 4.0, 6.0, 4.5, 5000)
    bare = hall(20, 12, lamps=(lamp,))
    pane = with_walls(bare, Wall("g", 0, 10, 0, 10, 10, "glass"))
    grid, _, table = seen(pane)
    _, with_pane = lit(pane)
    other, without = lit(bare)
    here, there = at(grid, 12.5, 6.1), at(other, 12.5, 6.1)
    assert with_pane.floor_lx[here] == without.floor_lx[there] > 0
    assert table[at(grid, 5.5, 6.1), here]
    assert (grid.floor >= 0).sum() < (other.floor >= 0).sum()
