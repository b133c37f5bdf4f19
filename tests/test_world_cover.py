"""What cameras, signs, help points and shops cover, and prospect: known answers (M5)."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from model.inputs.layout import Camera, Lamp, Layout, Shop, Spot, Wall
from model.parameters import Parameters
from model.world.cover import Cover, camera_views, make_cover
from model.world.fields import Grid, Light
from model.world.grid import make_grid
from model.world.light import adequacy, face_light, make_light
from model.world.points import make_points
from model.world.sight import make_outlook
from tests.twins_fields import hall, layout, rectangle, twin_sees, windows_of, with_walls, zone

P = Parameters.default()


def camera(name: str, x: float, y: float, bearing: float = 0.0, fov: float = 360.0, **rest: Any) -> Camera:
    return Camera(name, rest.pop("level", 0), x, y, bearing, fov, **rest)


def covered(place: Layout, parameters: Parameters = P) -> tuple[Grid, Light, Cover]:
    grid = make_grid(place)
    outlook = make_outlook(place, grid, parameters)
    light = make_light(place, grid, outlook.mask, parameters)
    return grid, light, make_cover(place, grid, outlook, light, parameters)


def by_day(place: Layout) -> Layout:
    return replace(place, zones=tuple(replace(z, sky_view=1.0) for z in place.zones))


def test_m5_cameras_cover_the_union_of_their_sectors_minus_walls() -> None:
    walls = [Wall("a", 0, 12.1, 0, 12.1, 14), Wall("b", 0, 24.1, 20, 24.1, 9)]
    cameras = (camera("one", 3, 3, 40.0, 75.0), camera("two", 30, 16, 200.0, 60.0), camera("dome", 20, 4))
    place = with_walls(hall(36, 20, cameras=cameras), *walls)
    grid = make_grid(place)
    seen = camera_views(cameras, grid, make_points(grid), P)
    cells = shapely.points(grid.cell_x, grid.cell_y)
    solid = shapely.union_all([shapely.LineString([(w.x1, w.y1), (w.x2, w.y2)]) for w in walls])
    ends = [shapely.Point(p) for w in walls for p in ((w.x1, w.y1), (w.x2, w.y2))]
    fringe = 0
    for one, row in zip(cameras, seen, strict=True):
        eye = shapely.Point(one.x, one.y)
        half = one.fov_deg / 2
        turns = np.radians(one.bearing_deg + np.linspace(-half, half, 2_000))
        rim = [(one.x + P.camera_reach_m * np.cos(t), one.y + P.camera_reach_m * np.sin(t)) for t in turns]
        sector = shapely.Polygon(rim if one.fov_deg == 360 else [(one.x, one.y), *rim])
        for point, hit in zip(cells, row, strict=True):
            line = shapely.LineString([eye, point])
            exact = sector.covers(point) and not line.crosses(solid)
            if hit != exact:  # only within a cell of the edge of the sector or of a shadow
                fringe += 1
                to_edge = sector.boundary.distance(point)
                to_wall_end = min(line.distance(end) for end in ends)
                assert min(to_edge, to_wall_end, solid.distance(point)) <= 1.0
    assert fringe < 0.03 * seen.size
    # the chance follows from how many see the cell
    _, light, cover = covered(place)
    quality = P.camera_quality * face_light(light) / (face_light(light) + P.camera_half_lx)
    assert cover.camera_cover == pytest.approx(1 - (1 - quality) ** seen.sum(0), rel=1e-6, abs=1e-7)
    assert (cover.camera_cover[:, ~seen.any(0)] == 0).all()


def test_a_camera_needs_light_and_reach() -> None:
    place = by_day(hall(60, 4, cameras=(camera("c", 1, 2),)))
    grid, _, cover = covered(place)
    near, far = (int(np.argmin(np.abs(grid.cell_x - x))) for x in (10.5, 40.5))
    assert cover.camera_cover[-1, near] == pytest.approx(P.camera_quality, rel=1e-4)
    assert cover.camera_cover[0, near] < 0.001
    assert (np.diff(cover.camera_cover[:, near]) > 0).all()
    assert (cover.camera_cover[:, far] == 0).all()


def test_only_watched_cameras_count_as_watched() -> None:
    pair = (camera("c", 1, 2), camera("w", 5, 2, watched=True))
    _, _, cover = covered(by_day(hall(20, 4, cameras=pair)))
    _, _, one = covered(by_day(hall(20, 4, cameras=pair[1:])))
    assert (cover.watched_cover == one.camera_cover).all()
    assert (cover.camera_cover >= cover.watched_cover).all()
    assert cover.camera_cover[-1].max() == pytest.approx(1 - (1 - P.camera_quality) ** 2, rel=1e-3)
    _, _, none = covered(by_day(hall(20, 4)))
    assert none.camera_cover.max() == none.watched_cover.max() == 0


def test_the_order_of_cameras_changes_no_bit() -> None:
    cameras = [camera(f"c{k}", 2.0 + 3 * k, 2, 30.0 * k, 90.0) for k in range(6)]
    place = by_day(hall(30, 4, cameras=tuple(cameras)))
    assert (
        covered(place)[2].camera_cover
        == covered(replace(place, cameras=tuple(reversed(cameras))))[2].camera_cover
    ).all()


def test_signs_help_points_and_shops_are_seen_within_their_reach_and_not_through_walls() -> None:
    spots = (
        Spot("sign", "camera_sign", 0, 1.5, 2.0),
        Spot("help", "help_point", 0, 1.5, 2.0),
        Spot("seat", "seat", 0, 50.0, 2.0),
    )
    shops = tuple(Shop(f"s{k}", 0, x, 2.0, 0, 86_400) for k, x in enumerate((1.5, 55.5)))
    place = with_walls(hall(60, 4, spots=spots, shops=shops), Wall("screen", 0, 20.1, 0, 20.1, 1.6))
    grid, _, cover = covered(place)
    points = make_points(grid)
    for reach, x, hit in (
        (P.camera_sign_reach_m, 1.5, cover.sign),
        (P.sight_help_point_reach_m, 1.5, cover.help_point),
        (P.sight_shop_reach_m, 1.5, (cover.shops & np.uint64(1)) > 0),
        (P.sight_shop_reach_m, 55.5, (cover.shops & np.uint64(2)) > 0),
    ):
        px, py = round((x - grid.x0) * 8), round((2.0 - grid.y0) * 8)
        free = [
            twin_sees(grid.blocked, px, py, int(a), int(b)) for a, b in zip(points.x, points.y, strict=True)
        ]
        near = np.hypot(grid.cell_x - x, grid.cell_y - 2) <= reach
        assert (hit == (near & free)).all()
        assert hit.any()
    assert not (cover.help_point == cover.sign).all()
    _, _, bare = covered(hall(60, 4))
    assert not bare.sign.any()
    assert not bare.help_point.any()
    assert not bare.shops.any()


def test_more_shops_than_bits_are_refused() -> None:
    shops = tuple(Shop(f"s{k}", 0, 2.0, 2.0, 0, 86_400) for k in range(65))
    with pytest.raises(ValueError, match="65 shops"):
        covered(hall(10, 4, shops=shops))
    _, _, cover = covered(hall(10, 4, shops=shops[:64]))
    assert (cover.shops == np.uint64(2**64 - 1)).all()


def test_prospect_is_the_lit_floor_in_view_over_a_full_circle() -> None:
    walls = [Wall("a", 0, 20.1, 4, 26.2, 22), *rectangle(33, 8, 36, 12, "box")]
    place = with_walls(hall(50, 30, lamps=(Lamp("l", 0, 10, 15, 5.0, 4000.0),)), *walls)
    place = replace(place, zones=(zone("hall", 0, 0, 50, 30, sky=0.2),))
    grid, light, cover = covered(place)
    iy, ix = np.nonzero(grid.cell >= 0)
    seen = windows_of(make_outlook(place, grid, P).mask, iy, ix, grid.cell)
    x, y = grid.cell_x.astype(float), grid.cell_y.astype(float)
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= P.sight_prospect_m
    for level in (0, 4, 7):
        lit = adequacy(light.effective_lx[level], P) * grid.cell_area_m2
        expected = (seen & near) @ lit / (np.pi * P.sight_prospect_m**2)
        assert cover.prospect[level] == pytest.approx(expected, rel=1e-6)
    assert (np.diff(cover.prospect, axis=0) > 0).all()


def test_bright_open_ground_has_full_prospect() -> None:
    grid, _, cover = covered(by_day(hall(64, 64)))
    middle = int(np.argmin(np.hypot(grid.cell_x - 32, grid.cell_y - 32)))
    assert cover.prospect[-1, middle] == pytest.approx(1, rel=0.01)


def test_things_on_one_level_cover_nothing_on_another() -> None:
    walls = rectangle(0, 0, 20, 6) + rectangle(0, 8, 20, 14, "up", 1)
    zones = [zone("low", 0, 0, 20, 6, sky=1.0), zone("high", 0, 8, 20, 14, level=1, sky=1.0)]
    things = {
        "cameras": (camera("c", 5, 3),),
        "shops": (Shop("s", 0, 5, 3, 0, 86_400),),
        "spots": (Spot("h", "help_point", 0, 5, 3), Spot("s", "camera_sign", 0, 5, 3)),
    }
    grid, _, cover = covered(layout(walls, zones, **things))
    up = grid.cell_level == 1
    for hit in (cover.camera_cover.any(0), cover.shops > 0, cover.sign, cover.help_point):
        assert not hit[up].any()
        assert hit[~up].any()
