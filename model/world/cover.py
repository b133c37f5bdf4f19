"""What things in a station see and show: cameras, signs, help points, shops; and how much lit floor one sees.

Sources: science.md 3.2 (prospect) and 3.3 (cameras).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import Camera, Layout, Shop, Spot
from model.kernels.fields import weigh_view
from model.kernels.rays import seen_from
from model.parameters import Parameters
from model.world.grid import LATTICE_M
from model.world.light import adequacy, face_light
from model.world.sight import Points, make_points, stand_clear
from model.world.world import F32, U64, Bool, Grid, Light

F64 = NDArray[np.float64]
MOST_SHOPS = np.iinfo(np.uint64).bits
FULL_TURN_DEG = np.degrees(2 * np.pi)


@dataclass(frozen=True)
class Cover:
    """The part of ``Sight`` that follows from lamps, cameras and other things; fields as there."""

    prospect: F32
    camera_cover: F32
    watched_cover: F32
    sign: Bool
    help_point: Bool
    shops: U64


def make_cover(layout: Layout, grid: Grid, mask: U64, light: Light, parameters: Parameters) -> Cover:
    """Compute prospect and what cameras, signs, help points and shops see or show.

    Args:
        layout: cameras, shops and spots are read.
        grid, light: of the same layout; mask: (C, 63) cells in sight.
        parameters: rows camera_*, sight_prospect_m, sight_*_reach_m, light_e50_lx.

    Raises:
        ValueError: more than 64 shops.
    """
    p = parameters
    points = make_points(grid)
    if len(layout.shops) > MOST_SHOPS:
        raise ValueError(f"{len(layout.shops)} shops, but at most {MOST_SHOPS} can be told apart")
    shops = np.zeros(len(points.x), np.uint64)
    for k, seen in enumerate(_seen(layout.shops, grid, points, p.sight_shop_reach_m)):
        shops |= seen.astype(np.uint64) << np.uint64(k)
    spots = {kind: [s for s in layout.spots if s.kind == kind] for kind in ("camera_sign", "help_point")}
    everything = sorted(layout.cameras, key=lambda camera: camera.id)
    watched = [camera for camera in everything if camera.watched]
    picture = face_light(light) / (face_light(light) + p.camera_half_lx)
    return Cover(
        prospect=prospect(grid, points, mask, light, p),
        camera_cover=_chance(camera_views(everything, grid, points, p).sum(0), picture, p),
        watched_cover=_chance(camera_views(watched, grid, points, p).sum(0), picture, p),
        sign=_seen(spots["camera_sign"], grid, points, p.camera_sign_reach_m).any(0),
        help_point=_seen(spots["help_point"], grid, points, p.sight_help_point_reach_m).any(0),
        shops=shops,
    )


def prospect(grid: Grid, points: Points, mask: U64, light: Light, parameters: Parameters) -> F32:
    """Return how much well-lit floor each cell overlooks, as a share of a full circle of floor, (8, C)."""
    radius = parameters.sight_prospect_m
    lit_m2 = adequacy(light.effective_lx, parameters) * grid.cell_area_m2
    overlooked = weigh_view(
        mask, grid.cell, points.x, points.y, np.ascontiguousarray(lit_m2.T), (radius / LATTICE_M) ** 2
    )
    return np.asarray(overlooked / (np.pi * radius**2), np.float32)


def camera_views(cameras: Sequence[Camera], grid: Grid, points: Points, parameters: Parameters) -> Bool:
    """Return which cells each camera overlooks, whatever the light, (cameras, C)."""
    seen = _seen(cameras, grid, points, parameters.camera_reach_m)
    for k, camera in enumerate(cameras):
        if camera.fov_deg < FULL_TURN_DEG:
            bearing = np.degrees(np.arctan2(grid.cell_y - camera.y, grid.cell_x - camera.x))
            half_turn = FULL_TURN_DEG / 2
            off = (bearing - camera.bearing_deg + half_turn) % FULL_TURN_DEG - half_turn
            seen[k] &= np.abs(off) <= camera.fov_deg / 2
    return seen


def _chance(cameras: NDArray[np.int64], picture: F64, parameters: Parameters) -> F32:
    """Chance that at least one of a number of cameras shows the face, (8, C)."""
    return np.asarray(1 - (1 - parameters.camera_quality * picture) ** cameras, np.float32)


def _seen(things: Sequence[Camera | Shop | Spot], grid: Grid, points: Points, reach_m: float) -> Bool:
    """Which cells each thing sees within reach, (things, C)."""
    if not things:
        return np.zeros((0, len(points.x)), np.bool_)
    level = np.array([thing.level for thing in things], np.int64)
    at_x, at_y = stand_clear(grid, np.array([t.x for t in things]), np.array([t.y for t in things]), level)
    seen = seen_from(
        at_x,
        at_y,
        level,
        reach_m,
        points.x,
        points.y,
        points.level,
        points.clear,
        points.columns,
        LATTICE_M,
    )
    return np.asarray(seen, np.bool_)
