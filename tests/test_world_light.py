"""Light on floors and faces, the sun, effective lux: known answers, slow twins (V1-V3, V5, V12, V28, M4)."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.inputs.layout import Lamp, Layout, Wall
from model.kernels.fields import effective_lux, weigh_view
from model.kernels.rays import lamp_light
from model.parameters import Parameters
from model.world.fields import Grid, Light
from model.world.grid import make_grid
from model.world.light import adequacy, direct_light, face_light, make_light, outdoor_levels
from model.world.points import make_points
from model.world.sight import make_outlook
from model.world.sun import clear_sky, outdoor_lx, solar_altitude
from tests.twins_fields import (
    hall,
    layout,
    no_obstacles,
    rectangle,
    twin_effective_lux,
    twin_lamp_light,
    twin_sees,
    windows_of,
    with_walls,
    zone,
)

P = Parameters.default().replace(light_maintenance=1.0)


def lit(place: Layout, parameters: Parameters = P) -> tuple[Grid, Light]:
    grid = make_grid(place)
    return grid, make_light(place, grid, make_outlook(place, grid, parameters).mask, parameters)


def direct(place: Layout, parameters: Parameters = P) -> tuple[Grid, Any, Any]:
    grid = make_grid(place)
    lamps = sorted(place.lamps, key=lambda lamp: lamp.id)
    return grid, *direct_light(lamps, grid, make_points(grid), parameters)


def at(grid: Grid, x: float, y: float) -> int:
    return int(np.argmin(np.hypot(grid.cell_x - x, grid.cell_y - y)))


def lamp(x: float, y: float, height: float = 4.0, lumen: float = 3000.0, **rest: Any) -> Lamp:
    return Lamp(rest.pop("id", f"lamp {x} {y}"), rest.pop("level", 0), x, y, height, lumen, **rest)


# ---------------------------------------------------------------- one lamp


@pytest.mark.parametrize("height", [2.5, 4.0, 8.0])
def test_v1_light_under_a_lamp_is_flux_over_pi_height_squared(height: float) -> None:
    grid, floor, _ = direct(hall(10, 10, lamps=(lamp(5.5, 5.5, height, 3000.0, beam_exponent=1.0),)))
    below = at(grid, 5.5, 5.5)
    assert floor[below] == pytest.approx(3000 / (np.pi * height**2), rel=1e-6)
    _, twice, _ = direct(hall(10, 10, lamps=(lamp(5.5, 5.5, 2 * height, 3000.0, beam_exponent=1.0),)))
    assert twice[below] == pytest.approx(floor[below] / 4, rel=1e-6)


@pytest.mark.parametrize("exponent", [1.0, 3.0, 8.0])
def test_v2_off_the_axis_light_falls_with_cosine_to_the_m_plus_3(exponent: float) -> None:
    grid, floor, face = direct(hall(40, 40, lamps=(lamp(5.5, 20.5, 4.0, beam_exponent=exponent),)))
    zero = floor[at(grid, 5.5, 20.5)]
    assert zero == pytest.approx((exponent + 1) / (2 * np.pi) * 3000 / 16, rel=1e-6)
    for x in (6.5, 9.5, 15.5, 30.5):
        cell = at(grid, x, 20.5)
        away = x - 5.5
        cosine = 4.0 / np.hypot(away, 4.0)
        assert floor[cell] == pytest.approx(zero * cosine ** (exponent + 3), rel=1e-6)
        # the face stands 1.6 m higher: sine for cosine, and spread over half a cylinder
        d = np.hypot(away, 2.4)
        candela = (exponent + 1) / (2 * np.pi) * 3000 * (2.4 / d) ** exponent
        assert face[cell] == pytest.approx(candela * (away / d) / (np.pi * d**2), rel=1e-6)


def test_m4_two_lamps_add_and_height_at_the_face_gives_nothing_to_faces() -> None:
    lamps = (lamp(3.2, 4.4), lamp(11.7, 6.1, 5.5, 900.0, beam_exponent=3.0))
    grid, floor, face = direct(hall(15, 10, lamps=lamps))
    alone = [direct(hall(15, 10, lamps=(one,))) for one in lamps]
    assert floor == pytest.approx(alone[0][1] + alone[1][1], rel=1e-9)
    assert face == pytest.approx(alone[0][2] + alone[1][2], rel=1e-9)
    _, some_floor, no_face = direct(hall(15, 10, lamps=(lamp(3.2, 4.4, 1.6),)))
    assert no_face.max() == 0
    assert some_floor.min() > 0
    assert len(floor) == len(grid.cell_x)


def test_lamps_equal_their_twin() -> None:
    rng = np.random.default_rng(7)
    place = with_walls(hall(20, 14), Wall("a", 0, 6.2, 2, 9.8, 12.3), *rectangle(13, 5, 15, 7, "box"))
    lamps = tuple(
        lamp(float(x), float(y), float(h), 2000.0, beam_exponent=float(m))
        for x, y, h, m in zip(
            *rng.uniform(1, 13, (2, 9)), rng.uniform(2, 7, 9), rng.uniform(0.5, 4, 9), strict=True
        )
    )
    grid, floor, face = direct(replace(place, lamps=lamps), P.replace(light_maintenance=0.7))
    points = make_points(grid)
    x, y = grid.x0 + points.x / 8, grid.y0 + points.y / 8
    ordered = sorted(lamps, key=lambda one: one.id)
    free = []
    for one in ordered:
        px, py = round((one.x - grid.x0) * 8), round((one.y - grid.y0) * 8)
        free.append(
            [twin_sees(grid.blocked, px, py, int(a), int(b)) for a, b in zip(points.x, points.y, strict=True)]
        )
    table = [(one.x, one.y, one.height_m, one.lumen * 0.7, float(one.beam_exponent or 0)) for one in ordered]
    clear_of_walls = [not grid.blocked[int((o.y - grid.y0) * 4), int((o.x - grid.x0) * 4)] for o in ordered]
    assert all(clear_of_walls)
    for mine, twin in zip((floor, face), twin_lamp_light(table, x, y, np.array(free), 1.6), strict=True):
        assert mine == pytest.approx(twin, rel=1e-12)


def test_a_lamp_reaches_its_own_level_and_no_farther_than_its_reach() -> None:
    walls = rectangle(0, 0, 70, 6) + rectangle(0, 8, 70, 14, "up", 1)
    zones = [zone("low", 0, 0, 70, 6), zone("high", 0, 8, 70, 14, level=1)]
    grid, floor, _ = direct(layout(walls, zones, lamps=(lamp(5.5, 3.5),)))
    away = np.hypot(grid.cell_x - 5.5, grid.cell_y - 3.5)
    assert ((floor > 0) == ((grid.cell_level == 0) & (away <= P.light_lamp_reach_m))).all()


def test_lumens_lose_the_maintenance_factor() -> None:
    place = hall(10, 10, lamps=(lamp(5.5, 5.5),))
    _, new, _ = direct(place)
    _, old, _ = direct(place, P.replace(light_maintenance=0.5))
    assert old == pytest.approx(new / 2, rel=1e-12)


def test_the_order_of_lamps_changes_no_bit_and_a_lamp_elsewhere_neither() -> None:
    rng = np.random.default_rng(8)
    lamps = [lamp(float(x), float(y), id=f"l{k}") for k, (x, y) in enumerate(rng.uniform(1, 19, (12, 2)))]
    room, other = rectangle(0, 0, 20, 20), rectangle(60, 0, 70, 20, "other")
    zones = [zone("room", 0, 0, 20, 20, sky=0.3), zone("other", 60, 0, 70, 20)]
    one = layout(room + other, zones, lamps=tuple(lamps))
    grid, light = lit(one)
    _, shuffled = lit(replace(one, lamps=tuple(lamps[k] for k in rng.permutation(12))))
    _, more = lit(replace(one, lamps=(lamp(65, 10, id="a first lamp"), *lamps)))
    here = grid.cell_x < 30
    for name in ("floor_lx", "face_lx", "effective_lx"):
        assert (getattr(light, name) == getattr(shuffled, name)).all()
        assert (getattr(light, name)[..., here] == getattr(more, name)[..., here]).all()
    assert (light.floor_lx[~here] == 0).all()
    assert (more.floor_lx[~here] > 0).all()


# ---------------------------------------------------------------- occlusion


def test_v5_a_lamp_behind_a_wall_gives_nothing_directly() -> None:
    place = with_walls(hall(20, 10, lamps=(lamp(4, 5),)), Wall("across", 0, 10.1, 0, 10.1, 7))
    grid, floor, face = direct(place)
    dark = at(grid, 12.5, 5.5)
    assert floor[dark] == 0
    assert face[dark] == 0
    _, open_floor, _ = direct(hall(20, 10, lamps=(lamp(4, 5),)))
    assert open_floor[dark] > 0
    behind_glass = replace(place, walls=(*place.walls[:-1], replace(place.walls[-1], kind="glass")))
    assert direct(behind_glass)[1][at(direct(behind_glass)[0], 12.5, 5.5)] > 0


def test_v5_taking_away_a_wall_never_lowers_direct_light() -> None:
    rng = np.random.default_rng(9)
    lamps = tuple(lamp(float(x), float(y)) for x, y in rng.uniform(1, 19, (5, 2)))
    for trial in range(4):
        walls = [Wall(f"w{k}", 0, *end) for k, end in enumerate(rng.uniform(1, 19, (6, 4)))]
        place = with_walls(hall(20, 20, lamps=lamps), *walls)
        grid, floor, face = direct(place)
        points = make_points(grid)
        for k in range(len(walls)):
            fewer = make_points(make_grid(with_walls(hall(20, 20), *walls[:k], *walls[k + 1 :])))
            some = replace(points, clear=fewer.clear)
            # the points of the cells stay where they are: only what is in the way changes
            now = direct_light(sorted(lamps, key=lambda one: one.id), grid, some, P)
            assert (now[0] >= floor).all(), trial
            assert (now[1] >= face).all(), trial


# ---------------------------------------------------------------- reflected light and daylight


def test_an_enclosed_room_throws_light_back_evenly() -> None:
    closed = replace(hall(10, 10, lamps=(lamp(5, 5),)), zones=(zone("room", 0, 0, 10, 10, roofed=True),))
    grid, light = lit(closed)
    _, floor, face = direct(closed)
    area = float(grid.cell_area_m2.sum())
    even = 3000 * (0.25 / 0.75) / (P.light_surface_factor * area)
    assert P.light_reflectance == 0.25
    assert light.floor_lx == pytest.approx(floor + even, rel=1e-6)
    assert light.face_lx == pytest.approx(face + even / 2, rel=1e-6)
    _, open_air = lit(hall(10, 10, lamps=(lamp(5, 5),)))
    assert open_air.floor_lx == pytest.approx(floor, rel=1e-6)


def test_a_light_finish_throws_more_back_and_only_in_its_own_room() -> None:
    walls = [*rectangle(0, 0, 20, 10), Wall("between", 0, 10.1, 0, 10.1, 10)]
    zones = [zone("left", 0, 0, 10, 10, roofed=True), zone("right", 10.2, 0, 20, 10, roofed=True)]
    place = layout(walls, zones, lamps=(lamp(5, 5), lamp(15, 5)))
    grid, dark = lit(place)
    _, light = lit(replace(place, zones=(replace(zones[0], reflectance=0.5), zones[1])))
    left = grid.cell_x < 10
    area = float(grid.cell_area_m2[left].sum())
    assert light.floor_lx[left] - dark.floor_lx[left] == pytest.approx(
        np.full(left.sum(), 3000 * (1 - 1 / 3) / (P.light_surface_factor * area)), rel=1e-3
    )
    assert (light.floor_lx[~left] == dark.floor_lx[~left]).all()


def test_daylight_enters_by_the_sky_view_of_the_zone() -> None:
    zones = [zone("in", 0, 0, 10, 10, sky=0.05), zone("out", 10, 0, 20, 10, sky=0.8)]
    grid, light = lit(layout(rectangle(0, 0, 20, 10), zones))
    assert set(light.daylight_factor[grid.cell_x < 9].tolist()) == {np.float32(0.05)}
    assert face_light(light)[-1] == pytest.approx(light.daylight_factor * 90_000 / 2, rel=1e-6)
    assert (np.diff(light.effective_lx, axis=0) > 0).all()


def test_outdoor_levels_span_the_clear_sky_table() -> None:
    levels = outdoor_levels(P)
    assert len(levels) == 8
    assert (levels[0], levels[-1]) == (pytest.approx(0.0006), pytest.approx(90_000))
    assert np.diff(np.log(levels)) == pytest.approx(np.full(7, np.log(1.5e8) / 7))


# ---------------------------------------------------------------- effective lux


def test_effective_lux_equals_its_twin() -> None:
    rng = np.random.default_rng(10)
    place = with_walls(hall(24, 18), Wall("a", 0, 6.2, 2, 9.8, 12.3), *rectangle(13, 5, 15, 7, "box"))
    grid = make_grid(place)
    points = make_points(grid)
    mask = make_outlook(place, grid, P).mask
    iy, ix = np.nonzero(grid.cell >= 0)
    seen = windows_of(mask, iy, ix, grid.cell)
    far = np.hypot(points.x[:, None] - points.x, points.y[:, None] - points.y) <= 7 * 8
    lamps, sky = rng.lognormal(1, 1.5, len(iy)), rng.choice([0.0, 0.02, 0.4], len(iy))
    outdoor = np.array([0.001, 3.0, 20_000.0])
    mine = effective_lux(mask, grid.cell, points.x, points.y, lamps, sky, outdoor, (7 * 8) ** 2, 5, 0.69)
    for level, lux in enumerate(outdoor):
        twin = twin_effective_lux(seen, far, lamps + sky * lux, 5, 0.69)
        assert mine[level] == pytest.approx(twin, rel=1e-12)
    area = rng.random((len(iy), 2))
    view = weigh_view(mask, grid.cell, points.x, points.y, area, (7 * 8) ** 2)
    assert view == pytest.approx(((seen & far) @ area).T, rel=1e-12)


def test_even_light_is_as_effective_as_its_lux_and_uneven_light_less() -> None:
    grid = make_grid(hall(20, 20))
    points = make_points(grid)
    mask = make_outlook(hall(20, 20), grid, P).mask
    c = len(points.x)

    def of(lux: Any) -> Any:
        return effective_lux(
            mask, grid.cell, points.x, points.y, lux, np.zeros(c), np.ones(1), (15 * 8) ** 2, 5, 0.69
        )[0]

    assert of(np.full(c, 7.0)) == pytest.approx(np.full(c, 7.0))
    uneven = np.full(c, 7.5)
    uneven[::8] = 0.5
    assert (of(uneven) < 7).all()


@pytest.mark.parametrize("gap", [10, 15, 20])
def test_an_open_platform_lit_to_the_norm_is_two_thirds_adequate(gap: int) -> None:
    # science.md 3.1: 20 lx on the floor gives a light adequacy of 0.68
    def platform(lumen: float) -> tuple[Grid, Light]:
        spots = np.arange(gap / 2, 200, gap)
        return lit(hall(200.25, 8.25, lamps=tuple(lamp(float(x), 4.0, 5.0, lumen) for x in spots)))

    _, light = platform(4000)
    _, norm = platform(4000 * 20 / float(light.floor_lx.mean()))
    assert norm.floor_lx.mean() == pytest.approx(20, rel=1e-4)
    assert np.median(adequacy(norm.effective_lx[0], P)) == pytest.approx(0.68, abs=0.08)


def test_five_lux_at_two_to_one_feel_like_twenty_at_fifteen_to_one() -> None:
    # mean : minimum; the weight of the minimum solves this equation, ln 4 / ln 7.5
    def feel(mean: float, ratio: float) -> float:
        return float(mean ** (1 - P.light_minimum_weight) * (mean / ratio) ** P.light_minimum_weight)

    assert feel(5, 2) == pytest.approx(feel(20, 15), rel=0.01)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 8), st.floats(1.0001, 50.0))
def test_v12_a_brighter_lamp_lowers_no_light_anywhere(which: int, factor: float) -> None:
    rng = np.random.default_rng(11)
    lamps = [lamp(float(x), float(y), id=f"l{k}") for k, (x, y) in enumerate(rng.uniform(1, 17, (9, 2)))]
    zones = [zone("in", 0, 0, 11, 18, roofed=True, sky=0.01), zone("out", 11, 0, 24, 18, sky=0.7)]
    place = layout([*rectangle(0, 0, 24, 18), Wall("a", 0, 6.2, 2, 9.8, 12.3)], zones, lamps=tuple(lamps))
    _, before = lit(place)
    brighter = replace(lamps[which], lumen=lamps[which].lumen * factor)
    _, after = lit(replace(place, lamps=(*lamps[:which], brighter, *lamps[which + 1 :])))
    for name in ("floor_lx", "face_lx", "effective_lx"):
        assert (getattr(after, name) >= getattr(before, name)).all()
    assert (adequacy(after.effective_lx, P) >= adequacy(before.effective_lx, P)).all()
    assert after.effective_lx[0].max() > before.effective_lx[0].max() * 0.999


def test_v28_half_the_grid_changes_effective_lux_by_less_than_five_percent() -> None:
    # the model takes one point per metre; two and four points per metre see nearly the same light
    rng = np.random.default_rng(12)
    spots = [(x, y) for x in (4.0, 12.0, 20.0, 28.0) for y in (4.0, 12.0)]
    table = np.array([(x + rng.uniform(-1, 1), y, 4.5, 3000.0, 1.0) for x, y in spots])
    free = np.full(100 * 100, 255, np.uint8)

    def light_on(step: int) -> tuple[Any, Any, Any]:
        x, y = (
            a.ravel() for a in np.meshgrid(np.arange(step // 2, 256, step), np.arange(step // 2, 128, step))
        )
        level = np.zeros(len(x), np.int64)
        lamp_x, lamp_y = np.rint(table[:, :2].T * 8).astype(np.int64)
        zero = np.zeros(len(table), np.int64)
        where = (zero, x, y, level, free, 100, *no_obstacles(free))
        lux = lamp_light(table, lamp_x, lamp_y, *where, 0.0, 0.0, 0.125, 30.0, 1.6)[1]
        return x, y, lux

    coarse, fine, finest = light_on(8), light_on(4), light_on(2)

    def effective(eye_x: int, eye_y: int, points: tuple[Any, Any, Any]) -> float:
        x, y, lux = points
        values = np.sort(lux[np.hypot(x - eye_x, y - eye_y) <= 15 * 8])
        return float(values.mean() ** 0.31 * values[int(np.ceil(0.05 * len(values))) - 1] ** 0.69)

    eyes = list(zip(coarse[0], coarse[1], strict=True))[::7]
    for one, other in ((coarse, fine), (fine, finest)):
        changes = [effective(a, b, other) / effective(a, b, one) - 1 for a, b in eyes]
        assert 0 < np.median(np.abs(changes)) < 0.05


# ---------------------------------------------------------------- sun


@pytest.mark.parametrize(("day", "degrees"), [(date(2025, 6, 21), 61.3), (date(2025, 12, 21), 14.5)])
def test_v3_noon_altitude_in_utrecht(day: date, degrees: float) -> None:
    highest = max(solar_altitude(day, s, 52.09, 5.12) for s in range(11 * 3600, 15 * 3600, 300))
    assert highest == pytest.approx(degrees, abs=0.3)


def test_the_sun_follows_the_dutch_clock() -> None:
    summer = [solar_altitude(date(2025, 6, 21), h * 3600, 52.09, 5.12) for h in range(24)]
    winter = [solar_altitude(date(2025, 12, 21), h * 3600, 52.09, 5.12) for h in range(24)]
    assert int(np.argmax(summer)) in (13, 14)
    assert int(np.argmax(winter)) in (12, 13)
    assert solar_altitude(date(2025, 11, 12), 25 * 3600, 52.09, 5.12) == pytest.approx(
        solar_altitude(date(2025, 11, 13), 3600, 52.09, 5.12)
    )
    # sunset on 12 November 2025 in Utrecht is at 16:52 (centre of the sun 0.83 degrees below the horizon)
    sunset = 16 * 3600 + 52 * 60
    assert solar_altitude(date(2025, 11, 12), sunset, 52.09, 5.12) == pytest.approx(-0.83, abs=0.3)


def test_outdoor_light_passes_through_the_table() -> None:
    altitudes, lux = clear_sky(P)
    assert altitudes.tolist() == [-18, -12, -6, 0, 5, 15, 30, 60]
    for altitude, value in zip(altitudes, lux, strict=True):
        assert outdoor_lx(float(altitude), P) == pytest.approx(value * P.light_cloud_factor)
    assert outdoor_lx(-9, P) == pytest.approx(np.sqrt(0.008 * 3.4) * P.light_cloud_factor)
    assert outdoor_lx(-40, P) == outdoor_lx(-18, P)
    rising = [outdoor_lx(a, P) for a in np.linspace(-18, 60, 200)]
    assert (np.diff(rising) > 0).all()
