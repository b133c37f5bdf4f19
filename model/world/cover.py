"""What things in a station see and show: cameras, signs, help points, shops; and how much lit floor one sees.

Sources: science.md 3.2 (prospect) and 3.3 (cameras).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import Camera, Layout, Mirror, Shop, Spot
from model.kernels.fields import weigh_view
from model.kernels.rays import seen_from
from model.parameters import Parameters
from model.world.fields import F32, U64, Bool, Grid, Light
from model.world.grid import LATTICE_M, Reals
from model.world.light import adequacy, face_light
from model.world.mirrors import Links, views, whole_mask
from model.world.points import Points, make_points, stand_clear
from model.world.sight import Outlook

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


def make_cover(layout: Layout, grid: Grid, outlook: Outlook, light: Light, parameters: Parameters) -> Cover:
    """Compute prospect and what cameras, signs, help points and shops see or show.

    Args:
        layout: cameras, mirrors, shops and spots are read; what is broken shows nothing.
        grid, outlook, light: of the same layout.
        parameters: rows camera_*, sight_prospect_m, sight_*_reach_m, sight_mirror_weight, light_e50_lx.

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
    usable = [spot for spot in layout.spots if not spot.broken]
    spots = {kind: [s for s in usable if s.kind == kind] for kind in ("camera_sign", "help_point")}
    everything = sorted((c for c in layout.cameras if not c.broken), key=lambda camera: camera.id)
    watched = [camera for camera in everything if camera.watched]
    mirrors = layout.mirrors
    picture = face_light(light) / (face_light(light) + p.camera_half_lx)
    return Cover(
        prospect=prospect(grid, points, outlook, light, p),
        camera_cover=_chance(everything, mirrors, grid, points, picture, p),
        watched_cover=_chance(watched, mirrors, grid, points, picture, p),
        sign=_seen(spots["camera_sign"], grid, points, p.camera_sign_reach_m).any(0),
        help_point=_seen(spots["help_point"], grid, points, p.sight_help_point_reach_m).any(0),
        shops=shops,
    )


def prospect(grid: Grid, points: Points, outlook: Outlook, light: Light, parameters: Parameters) -> F32:
    """Return how much well-lit floor each cell overlooks, as a share of a full circle of floor, (8, C).

    What is seen in a mirror counts with its weight.
    """
    radius = parameters.sight_prospect_m
    lit_m2 = np.ascontiguousarray((adequacy(light.effective_lx, parameters) * grid.cell_area_m2).T)

    def overlooked(mask: U64) -> F64:
        limit = (radius / LATTICE_M) ** 2
        return np.asarray(weigh_view(mask, grid.cell, points.x, points.y, lit_m2, limit), np.float64)

    total = overlooked(outlook.mask)
    if len(outlook.mirror_mask):
        links = Links(outlook.mirror_row, outlook.mirror_mask)
        total += parameters.sight_mirror_weight * overlooked(whole_mask(links))
    return np.asarray(total / (np.pi * radius**2), np.float32)


def camera_views(cameras: Sequence[Camera], grid: Grid, points: Points, parameters: Parameters) -> Bool:
    """Return which cells each camera overlooks, whatever the light, (cameras, C)."""
    seen = _seen(cameras, grid, points, parameters.camera_reach_m)
    for k, camera in enumerate(cameras):
        if camera.fov_deg < FULL_TURN_DEG:
            seen[k] &= in_view(camera, grid.cell_x, grid.cell_y)
    return seen


def mirror_views(
    cameras: Sequence[Camera], mirrors: Sequence[Mirror], grid: Grid, points: Points, parameters: Parameters
) -> Bool:
    """Return which cells each camera sees in a mirror and not directly, (cameras, C).

    The camera sees the mirror and hangs in its view, and the way over the mirror is within the camera's reach.
    """
    direct = camera_views(cameras, grid, points, parameters)
    shown = np.zeros_like(direct)
    if not mirrors:
        return shown
    seen, away = views(mirrors, grid, points, parameters)
    for k, camera in enumerate(cameras):
        near = np.hypot(grid.cell_x - camera.x, grid.cell_y - camera.y)
        near[grid.cell_level != camera.level] = np.inf
        at = int(np.argmin(near))  # the camera, as a cell on the floor below it
        for m, mirror in enumerate(mirrors):
            across = float(np.hypot(mirror.x - camera.x, mirror.y - camera.y))
            if seen[m, at] and in_view(camera, np.array([mirror.x]), np.array([mirror.y]))[0]:
                shown[k] |= seen[m] & (away[m] + across <= parameters.camera_reach_m)
    return shown & ~direct


def in_view(camera: Camera, x: Reals, y: Reals) -> Bool:
    """Return which points lie within the angle of a camera, whatever stands between."""
    bearing = np.degrees(np.arctan2(y - camera.y, x - camera.x))
    half_turn = FULL_TURN_DEG / 2
    off = (bearing - camera.bearing_deg + half_turn) % FULL_TURN_DEG - half_turn
    return np.asarray((np.abs(off) <= camera.fov_deg / 2) | (camera.fov_deg >= FULL_TURN_DEG), np.bool_)


def _chance(
    cameras: Sequence[Camera],
    mirrors: Sequence[Mirror],
    grid: Grid,
    points: Points,
    picture: F64,
    parameters: Parameters,
) -> F32:
    """Chance that at least one camera shows the face, directly or in a mirror, (8, C)."""
    quality = parameters.camera_quality * picture
    missed = (1 - quality) ** camera_views(cameras, grid, points, parameters).sum(0)
    if mirrors:
        in_mirrors = mirror_views(cameras, mirrors, grid, points, parameters).sum(0)
        missed = missed * (1 - parameters.sight_mirror_weight * quality) ** in_mirrors
    return np.asarray(1 - missed, np.float32)


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
