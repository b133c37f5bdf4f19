import math
from dataclasses import replace

import numpy as np
import pytest
import skfmm

from model.inputs.layout import Access, Layout, Passage, Platform
from model.kernels.floor import share_on_floor
from model.kernels.marching import code_of
from model.parameters import Parameters
from model.world.fields import Grid, Routes
from model.world.grid import make_grid
from model.world.routes import make_routes
from tests.twins_fields import hall, layout, rectangle, zone
from tests.walk_harness import number_floor, solve_field

P = Parameters.default()
FLAT = P.replace(walk_wall_slowness=0.0)
GOAL, PASSAGE, NO_WAY = 254, 251, 255


def box(x1: float, y1: float, x2: float, y2: float) -> tuple[tuple[float, float], ...]:
    return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def walls_at_random(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    is_open = np.ones((rows, columns), bool)
    for _ in range(rows * columns // 300):
        row, column, long = rng.integers(0, rows), rng.integers(0, columns), rng.integers(3, 15)
        if rng.random() < 0.5:
            is_open[row, column : column + long] = False
        else:
            is_open[row : row + long, column] = False
    return is_open


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fields_agree_with_scikit_fmm(seed: int) -> None:
    """The same first-order scheme: equal but for the half cell that scikit-fmm puts between source and level."""
    is_open = walls_at_random(np.random.default_rng(seed), 90, 130)
    is_open[44:47, 64:67] = True
    target = np.zeros_like(is_open)
    target[45, 65] = True
    seconds, _ = solve_field(is_open, target)
    level = np.ma.MaskedArray(np.where(target, -1.0, 1.0), ~is_open)
    theirs = skfmm.travel_time(level, np.ones(is_open.shape), dx=0.25, order=1)
    reached = np.isfinite(seconds) & ~target
    assert reached.sum() > 5000
    away = np.ma.filled(theirs, np.nan)[reached] + 0.125
    near = np.abs(np.argwhere(reached) - [45, 65]).sum(1) <= 2
    np.testing.assert_allclose(seconds[reached][~near], away[~near], atol=0.09)
    assert np.median(np.abs(seconds[reached] - away)) < 1e-4


def test_a_field_without_walls_is_the_distance() -> None:
    is_open = np.ones((200, 240), bool)
    target = np.zeros_like(is_open)
    target[:, 0] = True
    seconds, codes = solve_field(is_open, target)
    np.testing.assert_allclose(seconds, np.broadcast_to(np.arange(240) * 0.25, seconds.shape), atol=1e-9)
    assert set(np.unique(codes[:, 1:])) <= {125, 126}  # west, as near as codes come
    target[:] = False
    target[100, 120] = True
    seconds, codes = solve_field(is_open, target)
    rows, columns = np.indices(is_open.shape)
    true = 0.25 * np.hypot(rows - 100, columns - 120)
    far = true > 5
    assert np.abs(seconds[far] / true[far] - 1).max() < 0.06  # first order: too long at 45 degrees from a point
    angle = np.arctan2(100 - rows, 120 - columns)[far]
    turn = np.angle(np.exp(1j * (codes[far].astype(float) * 2 * math.pi / 251 - angle)))
    assert np.abs(turn).max() < math.radians(9)


def test_codes_round_the_angle() -> None:
    for degrees in np.arange(0.5, 360, 1.7):
        angle = math.radians(degrees)
        assert code_of(math.cos(angle), math.sin(angle)) == round(angle / (2 * math.pi) * 251) % 251


def test_m6_a_mirrored_floor_has_mirrored_fields() -> None:
    is_open = walls_at_random(np.random.default_rng(7), 70, 90)
    target = np.zeros_like(is_open)
    target[20:24, 30:34] = is_open[20:24, 30:34]
    seconds, codes = solve_field(is_open, target)
    across, mirrored = solve_field(is_open[::-1], target[::-1])
    np.testing.assert_allclose(seconds, across[::-1], atol=1e-6)
    turned = np.where(codes <= 250, (251 - codes.astype(int)) % 251, codes)
    assert (np.abs(turned - mirrored[::-1]) % 250 <= 1).mean() > 0.999  # but for ties and rounding


def follow(codes: np.ndarray, row: int, column: int, steps: int) -> bool:
    """Walk in steps of an eighth of a metre, sliding, until the goal."""
    x, y = column + 0.5, row + 0.5
    for _ in range(steps):
        code = int(codes[int(y), int(x)])
        if code == GOAL:
            return True
        dx, dy = 0.5 * math.cos(code * 2 * math.pi / 251), 0.5 * math.sin(code * 2 * math.pi / 251)
        if codes[int(y + dy), int(x + dx)] != NO_WAY:
            x, y = x + dx, y + dy
        elif codes[int(y), int(x + dx)] != NO_WAY:
            x += dx
        elif codes[int(y + dy), int(x)] != NO_WAY:
            y += dy
    return False


@pytest.mark.parametrize("seed", [4, 5])
def test_directions_lead_to_the_goal_from_every_cell(seed: int) -> None:
    is_open = np.pad(walls_at_random(np.random.default_rng(seed), 60, 80), 1)
    target = np.zeros_like(is_open)
    target[30:34, 40:44] = is_open[30:34, 40:44]
    seconds, codes = solve_field(is_open, target)
    starts = np.argwhere(np.isfinite(seconds))
    assert len(starts) > 3000
    lost = [tuple(s) for s in starts if not follow(codes, *s, steps=int(seconds[tuple(s)] * 16) + 200)]
    assert not lost
    assert (codes[~np.isfinite(seconds)] == NO_WAY).all()


def station() -> Layout:
    """Hall and platform (90 m) on two levels, stairs at x = 5 and an escalator down only at x = 85."""
    return layout(
        [*rectangle(0, 0, 90, 12, "hall"), *rectangle(0, 20, 90, 28, "platform", 1)],
        [zone("hall", 0, 0, 90, 12), zone("p", 0, 20, 90, 28, level=1, kind="platform")],
        accesses=(Access("door", "door", "hall", box(40, 1, 44, 2), 1.0),),
        platforms=(Platform("1", "p", box(10, 21, 80, 24), ((10.0, 21.0), (80.0, 21.0))),),
        passages=(
            Passage("stairs", "stairs", box(4, 4, 6, 6), box(4, 24, 6, 26), 10.0, 2.0, 5.0),
            Passage("down", "escalator", box(84, 24, 86, 26), box(84, 4, 86, 6), 10.0, 1.0, -5.0, "a_to_b"),
        ),
    )


@pytest.fixture(scope="module")
def fields() -> tuple[Grid, Routes]:
    grid = make_grid(station())
    return grid, make_routes(station(), grid, FLAT)


def seconds_at(grid: Grid, routes: Routes, destination: int, x: float, y: float) -> float:
    cell = grid.cell[int(y - grid.y0), int(x - grid.x0)]
    return float(routes.seconds[destination, cell])


def test_passages_join_levels_at_their_pace_and_in_their_direction(fields: tuple[Grid, Routes]) -> None:
    grid, routes = fields
    to_door, to_platform = 0, routes.first_platform
    # from the far end of the platform the escalator is nearer, from the near end the stairs
    right = seconds_at(grid, routes, to_door, 80.5, 25.5)
    assert right == pytest.approx(3.5 + 10 / P.escalator_speed + 40.3, abs=2.5)
    left = seconds_at(grid, routes, to_door, 10.5, 25.5)
    assert left == pytest.approx(4.5 + 10 / P.stairs_down_factor + 34.2, abs=2.5)
    # nobody goes up the escalator: from below it one walks to the stairs
    up = seconds_at(grid, routes, to_platform, 80.5, 5.5)
    assert up == pytest.approx(74.5 + 10 / P.stairs_up_factor + 4.0, abs=3)
    codes = routes.direction[to_platform]
    assert set(np.flatnonzero(codes == PASSAGE)) <= set(np.flatnonzero(routes.floor_passage == 0))
    assert (codes[routes.floor_passage == 3] != PASSAGE).all()
    assert (routes.direction[to_door][routes.floor_passage == 2] == PASSAGE).any()


def test_destinations_stand_in_their_order(fields: tuple[Grid, Routes]) -> None:
    grid, routes = fields
    sections = round(70 / P.route_section_m)
    assert routes.first_platform == 1
    assert list(routes.section_first) == [2, 2 + sections]
    assert routes.first_place == 2 + sections
    assert routes.first_gateway == routes.first_place + len(routes.place_cell)
    assert len(routes.direction) == len(routes.seconds) == routes.first_gateway + len(routes.gateway_end)
    assert list(routes.gateway_end) == [0, 1, 2]  # both ends of the stairs, the escalator from below
    strip = routes.direction[1] == GOAL
    parts = routes.direction[2 : 2 + sections] == GOAL
    assert np.array_equal(parts.any(0), strip)  # sections cover the strip and do not overlap
    assert (parts.sum(0) <= 1).all()
    assert np.all(np.diff(routes.section_x) > 0)
    np.testing.assert_allclose(np.diff(routes.section_x), 70 / sections, atol=0.5)
    assert (routes.direction != NO_WAY).all()
    assert np.isfinite(routes.seconds).all()
    assert grid.cell_zone[routes.place_cell].tolist() == routes.place_zone.tolist()


def test_places_are_spread_over_all_zones(fields: tuple[Grid, Routes]) -> None:
    _, routes = fields
    assert set(routes.place_zone) == {0, 1}
    assert len(set(routes.place_cell)) == len(routes.place_cell) <= P.route_places
    for place, cell in enumerate(routes.place_cell):
        goal = routes.direction[routes.first_place + place] == GOAL
        assert goal.sum() > 16  # wide enough that nobody steps over it
        assert routes.seconds[routes.first_place + place, cell] == 0


def test_paths_keep_off_walls() -> None:
    place = replace(hall(30, 3), accesses=(Access("a", "a", "hall", box(28, 0.3, 29.6, 2.7), 1.0),))
    grid = make_grid(place)
    plain, shy = (make_routes(place, grid, p) for p in (FLAT, P))
    row = np.full(grid.floor.shape, -1)
    row[grid.floor >= 0] = np.nonzero(grid.floor >= 0)[0]
    by_wall = (row == row[grid.floor >= 0].min())[grid.floor >= 0]
    x = np.nonzero(grid.floor >= 0)[1] * 0.25
    here = by_wall & (x < 20)
    up = np.sin(shy.direction[0][here].astype(float) * 2 * math.pi / 251)
    assert (up > 0.2).mean() > 0.9
    assert np.abs(np.sin(plain.direction[0][here].astype(float) * 2 * math.pi / 251)).max() < 0.05


def test_a_destination_without_floor_is_unreachable() -> None:
    place = replace(hall(10, 10), accesses=(Access("a", "a", "hall", box(20, 20, 22, 22), 1.0),))
    routes = make_routes(place, make_grid(place), P)
    assert (routes.direction[0] == NO_WAY).all()
    assert np.isinf(routes.seconds[0]).all()
    assert len(routes.place_cell) == 0  # no place from which an access can be reached


def test_share_of_floor_against_the_plain_sum() -> None:
    is_open = np.pad(walls_at_random(np.random.default_rng(6), 30, 40), 10)
    floor = number_floor(is_open)
    share = share_on_floor(floor, int(is_open.sum()), 2.0)
    rows, columns = np.nonzero(is_open)
    reach = np.arange(-8, 9)
    weight = np.maximum(0, 1 - (reach[:, None] ** 2 + reach**2) / 64.0) ** 2
    for k in range(0, len(rows), 37):
        window = is_open[rows[k] - 8 : rows[k] + 9, columns[k] - 8 : columns[k] + 9]
        assert share[k] == pytest.approx((weight * window).sum() / weight.sum(), abs=1e-12)
