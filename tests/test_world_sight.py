"""Lines of sight, concealment, ways out, the walk to an exit: known answers and slow twins (V4, V5, M3)."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from model.inputs.layout import Access, Layout, Passage, Wall
from model.kernels.rays import seen_from, sees, visible_cells
from model.parameters import Parameters
from model.world.fields import REACH, Grid
from model.world.grid import make_grid
from model.world.points import clearance, make_points, stand_clear
from model.world.sight import Outlook, entrapment, face_distance, make_outlook, walk_links
from tests.twins_fields import (
    Cells,
    hall,
    layout,
    rectangle,
    twin_clearance,
    twin_sees,
    twin_walk_around,
    windows_of,
    with_walls,
    zone,
)

P = Parameters.default()


def table(grid: Grid, mask: Any) -> Cells:
    iy, ix = np.nonzero(grid.cell >= 0)
    return windows_of(mask, iy, ix, grid.cell)


def outlook(place: Layout) -> tuple[Grid, Outlook]:
    grid = make_grid(place)
    return grid, make_outlook(place, grid, P)


def nearest(grid: Grid, x: float, y: float) -> int:
    return int(np.argmin(np.hypot(grid.cell_x - x, grid.cell_y - y)))


def from_points(grid: Grid, px: Any, py: Any, level: Any, reach_m: float) -> Any:
    a = make_points(grid)
    return seen_from(px, py, level, reach_m, a.x, a.y, a.level, a.clear, a.columns, 0.125)


def isovist_m2(grid: Grid, mask: Any, cell: int) -> float:
    return float(grid.cell_area_m2[table(grid, mask)[cell]].sum())


def some_plan(rng: np.random.Generator, size: int = 64, boxes: int = 9) -> Cells:
    """A walled square of quarter-metre cells with boxes in it that touch nowhere at a corner only."""
    plan = np.zeros((size, size), np.bool_)
    plan[[0, -1]] = plan[:, [0, -1]] = True
    for _ in range(boxes):
        y, x = rng.integers(2, size - 10, 2)
        height, width = rng.integers(2, 9, 2)
        if not plan[y - 1 : y + height + 1, x - 1 : x + width + 1].any():
            plan[y : y + height, x : x + width] = True
    return plan


# ---------------------------------------------------------------- lines


def test_clearance_equals_its_twin() -> None:
    rng = np.random.default_rng(3)
    for share in (0.0, 0.01, 0.1, 0.6):
        blocked = rng.random((23, 31)) < share
        assert (clearance(blocked).reshape(blocked.shape) == twin_clearance(blocked)).all()


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_sees_equals_its_twin_on_any_raster(share: float) -> None:
    rng = np.random.default_rng(4)
    free = 0
    for _ in range(30):
        blocked = rng.random((20, 24)) < share
        clear = clearance(blocked)
        for _ in range(25):
            px, qx = rng.integers(1, 47, 2)
            py, qy = rng.integers(1, 39, 2)
            if rng.random() < 0.3:  # along grid lines and diagonals, where ties are
                px, py, qx, qy = (2 * (v // 2) + 2 * (v == 1) for v in (px, py, qx, qy))
                step = min(qy - py, 46 - px)
                qx, qy = [(px, qy), (qx, py), (px + step, py + step)][rng.integers(3)]
            if not (0 < qx < 48 and 0 < qy < 40):
                continue
            seen = sees(clear, 24, px, py, qx, qy)
            assert seen == twin_sees(blocked, int(px), int(py), int(qx), int(qy)), (px, py, qx, qy)
            assert seen == sees(clear, 24, qx, qy, px, py)
            free += seen
    assert 25 < free < 725


def test_nothing_slips_between_cells_that_touch_at_a_corner() -> None:
    blocked = np.zeros((8, 8), np.bool_)
    blocked[[3, 4], [4, 3]] = True
    clear = clearance(blocked)
    assert not sees(clear, 8, 4, 4, 12, 12)
    assert sees(clear, 8, 4, 12, 6, 14)
    blocked[4, 3] = False
    assert sees(clearance(blocked), 8, 4, 4, 12, 12)  # a single corner is grazed


def test_windows_of_visible_cells_equal_single_lines() -> None:
    place = with_walls(hall(13, 11), Wall("a", 0, 4.2, 0, 6.8, 7.3), *rectangle(8, 5, 10, 6, "box"))
    grid = make_grid(place)
    points = make_points(grid)
    reach = 6
    mask = visible_cells(grid.cell, points.level, points.x, points.y, points.clear, points.columns, reach, 8)
    seen = table(grid, mask)
    for p in range(0, len(seen), 23):
        for q in range(len(seen)):
            close = np.hypot(points.x[p] - points.x[q], points.y[p] - points.y[q]) <= 8 * reach
            ends = (points.x[p], points.y[p], points.x[q], points.y[q])
            assert seen[p, q] == (close and twin_sees(grid.blocked, *(int(v) for v in ends)))


def test_links_equal_single_lines_over_floor() -> None:
    place = with_walls(hall(13, 11), Wall("a", 0, 4.2, 0, 6.8, 7.3), Wall("e", 0, 8.1, 5, 12.9, 5, "edge"))
    grid = make_grid(place)
    points = make_points(grid)
    links = walk_links(grid, points)
    assert (links >= 0).any(axis=1).all()
    iy, ix = np.nonzero(grid.cell >= 0)
    for p in range(0, len(links), 5):
        expected = set()
        for q in range(len(links)):
            across, up = abs(ix[q] - ix[p]), abs(iy[q] - iy[p])
            if (max(across, up) == 1 or sorted((across, up)) == [1, 2]) and twin_sees(
                grid.floor < 0, int(points.x[p]), int(points.y[p]), int(points.x[q]), int(points.y[q])
            ):
                expected.add(q)
        assert set(links[p][links[p] >= 0].tolist()) == expected


def test_a_face_is_known_from_farther_in_more_light() -> None:
    assert face_distance(np.array([0.0, 9.0, 99.0, 1e6]), P).tolist() == [4, 8, 12, 16]


def test_seen_from_equals_single_lines() -> None:
    grid = make_grid(with_walls(hall(13, 11), Wall("a", 0, 4.2, 0, 6.8, 7.3)))
    points = make_points(grid)
    px, py, level = np.array([30, 71]), np.array([40, 90]), np.array([0, 0])
    seen = from_points(grid, px, py, level, 8.0)
    for k in range(2):
        for c in range(len(points.x)):
            close = np.hypot(points.x[c] - px[k], points.y[c] - py[k]) / 8 <= 8
            line = twin_sees(grid.blocked, int(px[k]), int(py[k]), int(points.x[c]), int(points.y[c]))
            assert seen[k, c] == (close and line)
    assert not from_points(grid, px, py, level + 1, 8.0).any()


# ---------------------------------------------------------------- V4, V5, M3


def test_v4_isovist_of_an_empty_rectangle_is_its_area() -> None:
    grid, sight = outlook(hall(24.25, 18.25))
    for x, y in ((12, 9), (0.6, 0.6), (23.5, 17.4)):
        assert isovist_m2(grid, sight.mask, nearest(grid, x, y)) == pytest.approx(24 * 18, rel=0.01)


def test_v4_a_column_throws_its_analytic_shadow() -> None:
    # seen from (x, y), a square column hides the floor behind it between its two tangents
    place = with_walls(hall(30.25, 20.25), *rectangle(10, 9.5, 11, 10.5, "column"))
    grid, sight = outlook(place)
    eye = nearest(grid, 4.5, 10.1)
    ex, ey = float(grid.cell_x[eye]), float(grid.cell_y[eye])
    # walls are drawn on whole cells: the column is the union of its blocked cells
    x1, x2, y1, y2 = 10.0, 11.25, 9.5, 10.75
    room = shapely.box(0.25, 0.25, 30.25, 20.25)
    column = shapely.box(x1, y1, x2, y2)
    far = 100.0
    upper, lower = (y2 - ey) / (x1 - ex), (y1 - ey) / (x1 - ex)
    wedge = shapely.Polygon([(x1, y1), (x1, y2), (ex + far, ey + far * upper), (ex + far, ey + far * lower)])
    shadow = room.intersection(wedge.union(column)).area
    assert shadow > 60
    hidden = room.area - isovist_m2(grid, sight.mask, eye)
    assert hidden == pytest.approx(shadow, abs=0.01 * room.area)


def test_v4_sight_is_symmetric_to_the_bit() -> None:
    place = with_walls(hall(33, 21), Wall("a", 0, 4.2, 0, 9.8, 13.3), *rectangle(16, 5, 18, 9, "box"))
    grid, sight = outlook(place)
    seen = table(grid, sight.mask)
    assert (seen == seen.T).all()
    assert seen.diagonal().all()
    assert not seen.all()


def test_v4_nobody_sees_farther_than_the_window_or_another_level() -> None:
    walls = rectangle(0, 0, 70, 3) + rectangle(0, 4, 70, 7, "up", 1)
    grid, sight = outlook(layout(walls, [zone("low", 0, 0, 70, 3), zone("high", 0, 4, 70, 7, level=1)]))
    seen = table(grid, sight.mask)
    far = np.hypot(grid.cell_x[:, None] - grid.cell_x, grid.cell_y[:, None] - grid.cell_y)
    same = grid.cell_level[:, None] == grid.cell_level
    assert (seen == (same & (far <= REACH))).all()


def test_v5_taking_away_a_wall_never_hides_anything() -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        ends = rng.uniform(1, 19, (6, 4))
        walls = [Wall(f"w{k}", 0, *end) for k, end in enumerate(ends)]
        place = with_walls(hall(20, 20), *walls)
        grid = make_grid(place)
        points = make_points(grid)
        seen = table(grid, make_outlook(place, grid, P).mask)
        gained = 0
        for k in range(len(walls)):
            fewer = make_grid(with_walls(hall(20, 20), *walls[:k], *walls[k + 1 :]))
            clear = clearance(fewer.blocked)
            mask = visible_cells(grid.cell, points.level, points.x, points.y, clear, points.columns, REACH, 8)
            now = table(grid, mask)
            assert (seen <= now).all()
            gained += int(now.sum() - seen.sum())
        assert gained > 0


def test_v5_a_wall_turned_into_glass_never_hides_anything() -> None:
    walls = [Wall("w", 0, 3.3, 4.1, 14.7, 11.2), Wall("v", 0, 12.1, 2.0, 16.4, 9.9)]
    _, solid = outlook(with_walls(hall(20, 20), *walls))
    grid, glass = outlook(with_walls(hall(20, 20), replace(walls[0], kind="glass"), walls[1]))
    assert (table(grid, solid.mask) <= table(grid, glass.mask)).all()
    assert table(grid, solid.mask).sum() < table(grid, glass.mask).sum()


def exact_isovist(eye: tuple[float, float], solid: Any, room: Any) -> Any:
    """The polygon that is seen from a point, by rays past every corner (no raster)."""
    edges: list[NDArray[np.float64]] = []
    for part in (room, *getattr(solid, "geoms", [solid])):
        c = np.array(part.exterior.coords)
        edges += [np.column_stack((c[:-1], c[1:]))]
    segment = np.concatenate(edges)
    angles = np.arctan2(segment[:, 1] - eye[1], segment[:, 0] - eye[0])
    angles = np.sort(np.concatenate([angles + e for e in (-1e-7, 0, 1e-7)]))
    dx, dy = np.cos(angles)[:, None], np.sin(angles)[:, None]
    ax, ay, bx, by = (segment[:, k] for k in range(4))
    ux, uy = bx - ax, by - ay
    cross = dx * uy - dy * ux
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((ax - eye[0]) * uy - (ay - eye[1]) * ux) / cross
        s = ((ax - eye[0]) * dy - (ay - eye[1]) * dx) / cross
    t[~((t > 1e-9) & (s > -1e-9) & (s < 1 + 1e-9))] = np.inf
    far = t.min(axis=1)
    return shapely.Polygon(np.column_stack((eye[0] + far * dx[:, 0], eye[1] + far * dy[:, 0])))


def test_m3_sight_lines_against_exact_geometry_on_50_plans() -> None:
    rng = np.random.default_rng(6)
    for _ in range(50):
        plan = some_plan(rng)
        iy, ix = np.nonzero(plan[1:-1, 1:-1])
        solid = shapely.union_all(shapely.box(ix + 1.0, iy + 1.0, ix + 2.0, iy + 2.0))
        room = shapely.box(1, 1, 63, 63)
        free_y, free_x = np.nonzero(~plan)
        eye = rng.integers(len(free_x))
        px, py = 2 * free_x + 1, 2 * free_y + 1
        one = np.array([eye])
        level = np.zeros(len(px), np.int64)
        seen = seen_from(px[one], py[one], level[one], 1e9, px, py, level, clearance(plan), 64, 0.125)[0]
        at = (free_x[eye] + 0.5, free_y[eye] + 0.5)
        area = exact_isovist(at, solid, room).area
        assert seen.sum() == pytest.approx(area, rel=0.01)
        some = rng.choice(len(px), 200)
        ends = np.column_stack((free_x[some], free_y[some])) + 0.5
        lines = shapely.linestrings([[at, tuple(end)] for end in ends])
        # inside the solid for a length that is not rounding
        through = shapely.length(shapely.intersection(lines, shapely.buffer(solid, -1e-9))) > 1e-6
        assert (seen[some] == ~through).all()


# ---------------------------------------------------------------- walking: concealment, escape, exits


def test_walking_around_equals_its_twin() -> None:
    walls = [Wall("a", 0, 8.2, 0, 9.8, 17.3), Wall("b", 0, 20, 24, 20.1, 6), *rectangle(26, 5, 31, 12, "box")]
    place = with_walls(hall(40, 24), *walls)
    boxes = ((37, 2), (39, 2), (39, 4), (37, 4)), ((1, 20), (3, 20), (3, 22), (1, 22))
    stairs = Passage("s", "stairs", *boxes, 9, 2, 4)
    place = replace(place, passages=(stairs,))
    grid, sight = outlook(place)
    points = make_points(grid)
    links = walk_links(grid, points)
    there = np.maximum(links, 0)
    metres = np.hypot(points.x[there] - points.x[:, None], points.y[there] - points.y[:, None]) / 8
    seen = table(grid, sight.mask)
    ahead = np.zeros(len(points.x))
    for box in (stairs.box_a, stairs.box_b):
        (x1, y1), (x2, y2) = box[0], box[2]
        ahead[(grid.cell_x > x1) & (grid.cell_x < x2) & (grid.cell_y > y1) & (grid.cell_y < y2)] = 9
    assert (ahead > 0).sum() == 8
    for p in range(0, len(seen), 29):
        concealment, escape = twin_walk_around(
            p, links, metres, points.x, points.y, grid.cell_area_m2, seen[p], ahead, (10, 15, 20)
        )
        assert sight.concealment[p] == pytest.approx(concealment, abs=1e-6)
        assert sight.escape[p] == escape


def test_open_ground_hides_nothing_and_leads_everywhere() -> None:
    grid, sight = outlook(hall(60, 60))
    middle = nearest(grid, 30, 30)
    assert sight.escape[middle] == 1
    assert sight.concealment[middle] == 0


def test_the_end_of_a_corridor_has_one_way_out() -> None:
    grid, sight = outlook(hall(60, 3))
    assert sight.escape[nearest(grid, 0.6, 1.5)] == 1 / 8
    assert sight.escape[nearest(grid, 30, 1.5)] == 2 / 8


def test_a_way_round_a_corner_counts_for_ways_out_and_for_hiding() -> None:
    # an L: 30 m along x, then 30 m along y; from the end of the foot the leg hides
    corners = [(0, 0), (30, 0), (30, 30), (27, 30), (27, 3), (0, 3), (0, 0)]
    walls = [Wall(f"w{k}", 0, *a, *b) for k, (a, b) in enumerate(pairwise(corners))]
    grid, sight = outlook(layout(walls, [zone("foot", 0, 0, 30, 3), zone("leg", 27, 3, 30, 30)]))
    close = nearest(grid, 20.5, 2.5)
    assert 0.1 < sight.concealment[close] < 0.5  # walls of the leg beyond the corner
    assert sight.concealment[nearest(grid, 5, 1.5)] == 0
    assert sight.escape[close] == 2 / 8  # back to the west, and the leg in the north-east


def test_a_cell_that_straddles_a_wall_is_no_passage() -> None:
    # the wall runs through the middle of 1 m cells, with floor of the same cell on both sides
    place = with_walls(hall(40, 12), Wall("w", 0, 0, 6.5, 40, 6.5))
    place = replace(place, zones=(zone("south", 0, 0, 40, 6.4), zone("north", 0, 6.9, 40, 12)))
    grid, sight = outlook(place)
    one = nearest(grid, 20.5, 4.5)
    assert sight.concealment[one] == 0  # the floor behind the wall is not within a walk of 10 m
    assert sight.escape[one] == 2 / 8


def test_exit_is_as_far_as_the_walk() -> None:
    door = Access("a", "A", "hall", ((0, 0), (1.7, 0), (1.7, 3), (0, 3)), 1.0)
    grid, sight = outlook(hall(60, 3, accesses=(door,)))
    for x in (10.5, 25.5, 50.5):
        at = nearest(grid, x, 1.5)
        assert sight.exit_m[at] == pytest.approx(grid.cell_x[at] - 1.5, abs=0.1)
    assert sight.exit_m[nearest(grid, 0.7, 1.5)] == 0
    _, nowhere = outlook(hall(60, 3))
    assert np.isinf(nowhere.exit_m).all()


@pytest.mark.parametrize(("direction", "reached"), [("both", True), ("b_to_a", True), ("a_to_b", False)])
def test_exit_leads_through_passages_that_are_open_that_way(direction: Any, reached: bool) -> None:
    walls = rectangle(0, 0, 20, 4) + rectangle(30, 0, 50, 4, "up", 1)
    zones = [zone("low", 0, 0, 20, 4), zone("high", 30, 0, 50, 4, level=1)]
    door = Access("a", "A", "low", ((0, 0), (1, 0), (1, 4), (0, 4)), 1.0)
    box_a, box_b = ((18, 1), (20, 1), (20, 3), (18, 3)), ((30, 1), (32, 1), (32, 3), (30, 3))
    stairs = Passage("s", "stairs", box_a, box_b, 12.0, 2.0, 4.0, direction)
    grid, sight = outlook(layout(walls, zones, accesses=(door,), passages=(stairs,)))
    up = nearest(grid, 45.5, 2.5)
    if reached:
        # to the box, the stairs, from the box to the door; a box is two metres deep
        assert sight.exit_m[up] == pytest.approx((45.5 - 31.5) + 12 + (18.5 - 1), abs=1.5)
    else:
        assert np.isinf(sight.exit_m[up])
    # the lower end of the stairs is a way out only where they may be climbed
    foot = nearest(grid, 8.5, 2.5)
    assert (sight.escape[foot] == 0) == (direction == "b_to_a")


def test_entrapment_needs_all_four_signs() -> None:
    place = hall(10, 6)
    grid, sight = outlook(place)

    class Some:
        def __init__(self, **values: float) -> None:
            self.__dict__.update({k: np.array([v]) for k, v in values.items()})

    trap = {"escape": 0.25, "concealment": 0.3, "exit_m": 31.0}
    assert entrapment(grid, Some(**trap), Some(face_lx=4.9), P).all()  # type: ignore[arg-type]
    for change in ({"escape": 0.375}, {"concealment": 0.29}, {"exit_m": 30.0}):
        assert not entrapment(grid, Some(**(trap | change)), Some(face_lx=4.9), P).any()  # type: ignore[arg-type]
    assert not entrapment(grid, Some(**trap), Some(face_lx=5.0), P).any()  # type: ignore[arg-type]
    assert sight.escape.shape == grid.cell_x.shape


def test_what_hangs_on_a_wall_looks_into_the_room() -> None:
    grid = make_grid(hall(10, 6))
    x, y, level = np.array([5.1]), np.array([0.1]), np.array([0])
    at_x, at_y = stand_clear(grid, x, y, level)
    assert from_points(grid, at_x, at_y, level, 30.0).all()
    free_x, free_y = stand_clear(grid, np.array([5.0]), np.array([3.0]), level)
    assert (free_x[0], free_y[0]) == (7 * 8, 5 * 8)
