"""The sheet: walls on quarter-metre cells, floor that no wall crosses, 1 m cells with a point on floor."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.inputs.layout import Wall
from model.kernels.fields import cell_points
from model.world.grid import cells_inside, draw_walls, floor_numbers, make_grid
from tests.twins_fields import hall, layout, rectangle, twin_cell_point, with_walls, zone

DATA = Path(__file__).parent / "data" / "denhaag"


def test_a_room_is_floor_inside_its_walls() -> None:
    grid = make_grid(hall(10, 6))
    # walls are a quarter of a metre thick and lie on the upper right side of their grid lines
    assert grid.floor_level.size == (4 * 10 - 1) * (4 * 6 - 1)
    assert grid.cell_area_m2.sum() == pytest.approx(grid.floor_level.size / 16)
    assert (grid.x0, grid.y0) == (-2, -2)
    x, y = np.array([5.0, -1.0, 99.0, -99.0]), np.array([3.0, -1.0, 3.0, 3.0])
    assert (floor_numbers(grid, x, y) >= 0).tolist() == [True, False, False, False]


def test_cells_are_numbered_row_by_row_and_their_points_lie_on_floor() -> None:
    grid = make_grid(with_walls(hall(12, 9), Wall("slant", 0, 2.1, 1.3, 9.7, 6.2)))
    numbers = grid.cell[grid.cell >= 0]
    assert numbers.tolist() == list(range(len(grid.cell_x)))
    assert grid.floor[grid.floor >= 0].tolist() == list(range(len(grid.floor_level)))
    assert (floor_numbers(grid, grid.cell_x, grid.cell_y) >= 0).all()
    iy, ix = np.nonzero(grid.cell >= 0)
    assert (np.floor(grid.cell_x - grid.x0) == ix).all()
    assert (np.floor(grid.cell_y - grid.y0) == iy).all()


def test_points_and_areas_of_cells_equal_their_twin() -> None:
    rng = np.random.default_rng(1)
    floor = rng.random((40, 48)) < np.repeat(np.repeat(rng.random((10, 12)), 4, 0), 4, 1)
    cell, x, y, count = cell_points(floor)
    number = 0
    for iy in range(10):
        for ix in range(12):
            sub = floor[4 * iy : 4 * iy + 4, 4 * ix : 4 * ix + 4]
            assert (cell[iy, ix] >= 0) == sub.any()
            if sub.any():
                assert cell[iy, ix] == number
                assert (x[number] - 8 * ix, y[number] - 8 * iy, count[number]) == twin_cell_point(sub)
                number += 1
    assert number == len(x)


def test_a_closed_kiosk_is_no_floor_and_stops_sight() -> None:
    kiosk = rectangle(4, 2, 6, 4, "kiosk")
    grid = make_grid(with_walls(hall(10, 6), *kiosk))
    assert floor_numbers(grid, np.array([5.0]), np.array([3.0]))[0] == -1
    assert grid.blocked.sum() > make_grid(hall(10, 6)).blocked.sum()


@pytest.mark.parametrize("kind", ["edge", "glass"])
def test_an_edge_or_glass_stops_feet_but_not_eyes(kind: str) -> None:
    screen = replace(Wall("screen", 0, 5.1, 0, 5.1, 6), kind=kind)
    open_hall, split = make_grid(hall(10, 6)), make_grid(with_walls(hall(10, 6), screen))
    assert (split.blocked == open_hall.blocked).all()
    assert split.floor_level.size < open_hall.floor_level.size


def test_the_larger_part_of_a_zone_is_floor() -> None:
    grid = make_grid(with_walls(hall(10, 6), Wall("across", 0, 3.1, 0, 3.1, 6)))
    assert floor_numbers(grid, np.array([1.0, 7.0]), np.array([3.0, 3.0])).tolist()[0] == -1
    assert floor_numbers(grid, np.array([7.0]), np.array([3.0]))[0] >= 0


def test_a_leak_names_the_zone() -> None:
    place = hall(10, 6)
    with pytest.raises(ValueError, match=r"zone 'hall' is not closed by walls"):
        make_grid(replace(place, walls=place.walls[1:]))


def test_a_zone_without_floor_is_named() -> None:
    place = hall(10, 6)
    far = zone("far", 40, 40, 44, 44)
    with pytest.raises(ValueError, match=r"zone 'far' holds no free floor|zone 'far' is not closed"):
        make_grid(replace(place, zones=(*place.zones, far)))
    with pytest.raises(ValueError, match="needs walls and zones"):
        make_grid(replace(place, walls=()))


def test_one_floor_on_two_levels_is_refused() -> None:
    place = hall(10, 6)
    with pytest.raises(ValueError, match=r"'hall' and 'attic' share one piece of floor"):
        make_grid(replace(place, zones=(*place.zones, zone("attic", 1, 1, 4, 4, level=1))))


def test_levels_lie_beside_each_other() -> None:
    walls = rectangle(0, 0, 8, 6) + rectangle(20, 0, 26, 6, "up", 1)
    grid = make_grid(layout(walls, [zone("low", 0, 0, 8, 6), zone("high", 20, 0, 26, 6, level=1)]))
    assert set(grid.cell_level[grid.cell_x < 10]) == {0}
    assert set(grid.cell_level[grid.cell_x > 10]) == {1}
    assert (grid.floor_level == 1).sum() == 23 * 23
    assert set(grid.cell_zone[grid.cell_level == 1]) == {1}


def test_a_cell_belongs_to_the_smallest_zone_around_it_else_to_the_nearest() -> None:
    zones = [zone("left", 0, 0, 6, 10), zone("right", 14, 0, 20, 10), zone("stall", 1, 1, 3, 3)]
    grid = make_grid(layout(rectangle(0, 0, 20, 10), zones))
    points = zip(grid.cell_x, grid.cell_y, grid.cell_zone, strict=True)
    at = {(float(x), float(y)): int(number) for x, y, number in points}
    assert at[(2.5, 2.5)] == 2
    assert at[(4.5, 5.5)] == 0
    assert at[(8.5, 5.5)] == 0  # in no zone, 2.5 m from the left one
    assert at[(12.5, 5.5)] == 1


def test_cells_inside_a_polygon() -> None:
    grid = make_grid(hall(10, 6))
    hit = cells_inside(grid, ((2, 1), (5, 1), (5, 4), (2, 4)))
    assert hit.sum() == 9
    assert not cells_inside(grid, ((2, 1), (5, 1), (5, 4), (2, 4)), level=3).any()


def test_walls_of_den_haag_enclose_the_published_areas() -> None:
    source = json.loads((DATA / "denhaag_walls.json").read_text())["walls"]
    nodes = json.loads((DATA / "denhaag_graph.json").read_text())["nodes"]
    walls = tuple(Wall(f"w{k}", 0, w["x1"], w["y1"], w["x2"], w["y2"]) for k, w in enumerate(source))
    corners = [[(n[f"x{k}"], n[f"y{k}"]) for k in range(1, 5)] for n in nodes]
    x, y = np.mean(corners, axis=1).T
    spots = tuple(zone("spot", a, b, a + 0.3, b + 0.3) for a, b in zip(x, y, strict=True))
    place = replace(hall(1, 1), walls=walls, zones=spots)
    grid = make_grid(place)
    assert len(nodes) == 285
    assert (floor_numbers(grid, x, y) >= 0).all()
    assert grid.floor_level.size / 16 == pytest.approx(25_307 + 2_184 + 848 + 818 + 817 + 256, rel=0.001)


def test_a_wall_blocks_every_cell_that_it_runs_through() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        x1, y1, x2, y2 = rng.uniform(0, 10, 4)
        blocked = draw_walls([Wall("w", 0, x1, y1, x2, y2)], -2, -2, 14, 14)
        t = np.linspace(0, 1, 20_001)
        near = np.zeros_like(blocked)
        near[((y1 + t * (y2 - y1) + 2) * 4).astype(int), ((x1 + t * (x2 - x1) + 2) * 4).astype(int)] = True
        assert (near <= blocked).all()
        assert blocked.sum() <= near.sum() + 3  # cells that the line only nicks between two samples
