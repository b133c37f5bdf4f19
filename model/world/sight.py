"""Who sees whom, and how a place closes or opens around a point (science.md 3.2).

Sight is decided on one height: walls stand from floor to ceiling, and obstacles stop it when they are higher than
a hedge and wider than a narrow column. Stairs and holes between levels let nobody look through. Lines run between
the points of 1 m cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from model.inputs.layout import Access, Layout, Passage
from model.inputs.ways import ways_of
from model.kernels.rays import visible_cells
from model.kernels.surroundings import cell_links, walk_around
from model.parameters import Parameters
from model.world.fields import F32, I32, REACH, U64, Bool, Grid, Light, Sight
from model.world.grid import LATTICE_M, cells_inside
from model.world.mirrors import make_links
from model.world.points import PER_CELL, Points, clearance, make_points

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
# steps to the eight cells around and the eight knight's moves: distances at most 2.8% too long
_SQUARE = [(u, v) for v in range(-2, 2 + 1) for u in range(-2, 2 + 1)]
_RING = [(u, v) for u, v in _SQUARE if abs(u * v) == 2 or max(abs(u), abs(v)) == 1]
MOVES = np.array(sorted(_RING, key=lambda move: np.arctan2(move[1], move[0])), np.int64)  # by angle


@dataclass(frozen=True)
class Outlook:
    """The part of ``Sight`` that follows from walls, floor and passages alone; fields as there."""

    mask: U64
    mirror_row: I32
    mirror_mask: U64
    concealment: F32
    escape: F32
    exit_m: F32


def make_outlook(layout: Layout, grid: Grid, parameters: Parameters) -> Outlook:
    """Compute visible cells, concealment, escape and the walk to the nearest access.

    Walking distances run from cell point to cell point over the floor of one level, in 16 directions. Where a
    search for a way out meets stairs, an escalator or a lift that may be taken, its length counts as more
    floor in that direction.

    Args:
        layout: passages, accesses and mirrors are read.
        grid: of the same layout.
        parameters: rows sight_refuge_walk_m, sight_escape_*, sight_mirror_*.
    """
    points = make_points(grid)
    mask = visible_cells(
        grid.cell, points.level, points.x, points.y, points.clear, points.columns, REACH, PER_CELL
    )
    mirrored = make_links(layout.mirrors, grid, points, mask, parameters)
    links = walk_links(grid, points)
    metres = _link_metres(points, links)
    concealment, escape = walk_around(
        links,
        metres,
        points.x,
        points.y,
        grid.cell_area_m2.astype(np.float64),
        mask,
        mirrored.row,
        mirrored.mask,
        parameters.sight_mirror_weight,
        _ahead(ways_of(layout), grid),
        parameters.sight_refuge_walk_m,
        parameters.sight_escape_low_m,
        parameters.sight_escape_high_m,
        int(parameters.sight_escape_sectors),
    )
    return Outlook(
        mask=mask,
        mirror_row=mirrored.row,
        mirror_mask=mirrored.mask,
        concealment=concealment.astype(np.float32),
        escape=escape.astype(np.float32),
        exit_m=_exit_metres(layout, grid, links, metres),
    )


def walk_links(grid: Grid, points: Points) -> I32:
    """Return (C, 16) the cells around that can be walked to in a straight line over floor, -1 for none."""
    on_floor = clearance(grid.floor < 0)
    links = cell_links(grid.cell, points.x, points.y, points.level, on_floor, points.columns, MOVES)
    return np.asarray(links, np.int32)


def entrapment(grid: Grid, sight: Sight, light: Light, parameters: Parameters) -> Bool:
    """Return the cells that can trap somebody at night, (C,).

    Few ways out, much hidden floor around, little light of lamps on faces and a long walk to an access.
    """
    return np.asarray(
        (sight.escape <= parameters.sight_entrap_escape)
        & (sight.concealment >= parameters.sight_entrap_concealment)
        & (light.face_lx < parameters.sight_entrap_lx)
        & (sight.exit_m > parameters.sight_entrap_exit_m)
    )


def face_distance(face_lx: F64, parameters: Parameters) -> F64:
    """Return the distance in metres at which a face is known in so much light; grows with each tenfold."""
    p = parameters
    distance = p.sight_face_base_m + p.sight_face_gain_m * np.log10(1 + face_lx)
    return np.clip(distance, p.sight_face_low_m, p.sight_face_high_m)


def _link_metres(points: Points, links: I32) -> F64:
    there = np.maximum(links, 0)
    metres = np.hypot(points.x[there] - points.x[:, None], points.y[there] - points.y[:, None]) * LATTICE_M
    return np.asarray(metres, np.float64)


def _ahead(passages: tuple[Passage, ...], grid: Grid) -> F64:
    """Length of the longest passage that may be entered from each cell, m; 0 for none."""
    ahead = np.zeros(len(grid.cell_x))
    for passage in passages:
        for box, closed in ((passage.box_a, "b_to_a"), (passage.box_b, "a_to_b")):
            if passage.direction != closed:
                here = cells_inside(grid, box)
                ahead[here] = np.maximum(ahead[here], passage.length_m)
    return ahead


def _exit_metres(layout: Layout, grid: Grid, links: I32, metres: F64) -> F32:
    """Walking distance to the nearest access through all passages, inf where none can be reached."""
    cells = len(grid.cell_x)
    inside = [_door(access, grid) for access in layout.accesses]
    doors = np.flatnonzero(np.any(inside, axis=0)) if inside else np.empty(0, np.int64)
    if not len(doors):
        return np.full(cells, np.inf, np.float32)
    here, move = np.nonzero(links >= 0)
    start, end, length = [here], [links[here, move].astype(np.int64)], [metres[here, move]]
    node = cells
    for passage in ways_of(layout):
        a, b = (np.flatnonzero(cells_inside(grid, box)) for box in (passage.box_a, passage.box_b))
        ways = {"a_to_b": [(a, b)], "b_to_a": [(b, a)], "both": [(a, b), (b, a)]}[passage.direction]
        for enter, leave in ways:  # half of the length into a node of its own, half out of it
            start += [enter, np.full(len(leave), node)]
            end += [np.full(len(enter), node), leave]
            length += [np.full(len(enter) + len(leave), passage.length_m / 2)]
            node += 1
    # from the doors against the direction of walking
    edges = (np.concatenate(length), (np.concatenate(end), np.concatenate(start)))
    # of edges that share both ends the sparse matrix would add the lengths; cell links have none, passages
    # have nodes of their own
    graph = sparse.csr_array(edges, shape=(node, node))
    nearest = csgraph.dijkstra(graph, indices=doors, min_only=True)
    return np.asarray(nearest[:cells], np.float32)


def _door(access: Access, grid: Grid) -> Bool:
    """The cells of an access: inside its area, else the one nearest to its middle."""
    inside = cells_inside(grid, access.area)
    if not inside.any() and len(inside):
        x, y = np.mean(access.area, axis=0)
        inside[np.argmin(np.hypot(grid.cell_x - x, grid.cell_y - y))] = True
    return inside
