"""Light on floors and faces: lamps with occlusion, light thrown back by walls, daylight (science.md 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from model.inputs.layout import Lamp, Layout, Zone
from model.kernels.fields import effective_lux
from model.kernels.rays import lamp_light
from model.parameters import Parameters
from model.world.fields import F32, FLOOR_M, I32, U8, U64, Grid, Light
from model.world.grid import FLOORS_PER_CELL, LATTICE_M, draw_walls, sight_walls
from model.world.obstacles import draw_obstacles
from model.world.points import Points, clearance, make_points, stand_clear
from model.world.sun import clear_sky

F64 = NDArray[np.float64]


def make_light(layout: Layout, grid: Grid, mask: U64, parameters: Parameters) -> Light:
    """Compute illuminance and effective lux, with all lamps burning that are not broken.

    Lamps are added in the order of their ids, from nothing, so that the same lamps give the same bits. A lamp
    lights its own level.

    Args:
        layout: lamps and zones are read.
        grid: of the same layout.
        mask: (C, 63) cells in sight.
        parameters: rows light_*.
    """
    p = parameters
    points = make_points(grid)
    lamps = sorted((lamp for lamp in layout.lamps if not lamp.broken), key=lambda lamp: lamp.id)
    floor_lx, face_lx = direct_light(lamps, grid, points, p, make_shade(layout, grid))
    thrown_back = reflected_light(lamps, layout.zones, grid, points, p)
    floor_lx += thrown_back
    face_lx += thrown_back / 2
    sky = np.array([zone.sky_view for zone in layout.zones])[grid.cell_zone]
    outdoor = outdoor_levels(p)
    effective = effective_lux(
        mask,
        grid.cell,
        points.x,
        points.y,
        face_lx,
        sky / 2,
        outdoor,
        (p.light_reach_m / LATTICE_M) ** 2,
        p.light_percentile,
        p.light_minimum_weight,
    )
    return Light(
        floor_lx=floor_lx.astype(np.float32),
        face_lx=face_lx.astype(np.float32),
        daylight_factor=sky.astype(np.float32),
        outdoor_lx=outdoor,
        effective_lx=effective.astype(np.float32),
    )


def outdoor_levels(parameters: Parameters) -> F64:
    """Return the outdoor illuminances at which fields are tabulated: log-spaced over the clear-sky table."""
    _, clear_lx = clear_sky(parameters)
    return np.geomspace(clear_lx.min(), clear_lx.max(), int(parameters.light_levels))


def face_light(light: Light) -> F64:
    """Return the mean cylindrical illuminance of faces in lx at each outdoor level, (8, C)."""
    sky = light.daylight_factor.astype(np.float64) / 2
    return np.asarray(light.face_lx + sky * light.outdoor_lx[:, None], np.float64)


def adequacy(effective_lx: F64 | F32, parameters: Parameters) -> F64:
    """Return light adequacy S_L, 0 to 1, of effective lux."""
    lux = np.asarray(effective_lx, np.float64)
    return lux / (lux + parameters.light_e50_lx)


@dataclass(frozen=True)
class Shade:
    """What stops the light of lamps.

    Attributes:
        clear: flat raster of distances to walls from floor to ceiling, as in ``Points``.
        over: (H, cells) the same of obstacles that are ``tops`` (H,) m high.
    """

    clear: U8
    over: U8
    tops: F64


def make_shade(layout: Layout, grid: Grid) -> Shade | None:
    """Return what stops light where obstacles stand; None where there are none, walls then stop sight and light."""
    if not layout.obstacles:
        return None
    sheet = grid.x0, grid.y0, grid.nx, grid.ny
    tops = sorted({thing.height_m for thing in layout.obstacles})
    drawn = [draw_obstacles([o for o in layout.obstacles if o.height_m == top], *sheet) for top in tops]
    clear = clearance(draw_walls(sight_walls(layout), *sheet))
    return Shade(clear, np.stack([clearance(raster) for raster in drawn]), np.array(tops, np.float64))


def direct_light(
    lamps: Sequence[Lamp], grid: Grid, points: Points, parameters: Parameters, shade: Shade | None = None
) -> tuple[F64, F64]:
    """Return what lamps give directly: horizontal at the floor and cylindrical at the face, (C,) each."""
    p = parameters
    if not lamps:
        return np.zeros(len(points.x)), np.zeros(len(points.x))
    if shade is None:
        shade = Shade(points.clear, np.zeros((0, len(points.clear)), np.uint8), np.zeros(0))
    beam_of = {"diffuse": p.light_beam_exponent, "downlight": p.light_downlight_exponent}
    beams = [beam_of[lamp.beam] if lamp.beam_exponent is None else lamp.beam_exponent for lamp in lamps]
    table = np.array(
        [
            (lamp.x, lamp.y, lamp.height_m, lamp.lumen * p.light_maintenance, beam)
            for lamp, beam in zip(lamps, beams, strict=True)
        ],
        np.float64,
    )
    level = np.array([lamp.level for lamp in lamps], np.int64)
    at_x, at_y = stand_clear(grid, table[:, 0], table[:, 1], level)
    floor_lx, face_lx = lamp_light(
        table,
        at_x,
        at_y,
        level,
        points.x,
        points.y,
        points.level,
        shade.clear,
        points.columns,
        shade.over,
        shade.tops,
        grid.x0,
        grid.y0,
        LATTICE_M,
        p.light_lamp_reach_m,
        p.light_face_height_m,
    )
    return floor_lx, face_lx


def reflected_light(
    lamps: Sequence[Lamp], zones: Sequence[Zone], grid: Grid, points: Points, parameters: Parameters
) -> F64:
    """Return what walls and ceilings throw back: one bounce in a sphere, even over each enclosed room, (C,).

    A room is floor of roofed zones that hangs together; a lamp belongs to the cell nearest to it.
    """
    p = parameters
    room_of, rooms = _rooms(zones, grid, points)
    lit = np.zeros(len(room_of))
    if not lamps or rooms == 0:
        return lit
    finish = {"dark": p.light_reflectance, "light": p.light_reflectance_finish}
    reflectance = np.array([finish[z.finish] if z.reflectance is None else z.reflectance for z in zones])
    area = np.bincount(room_of, grid.cell_area_m2, rooms + 1)
    mean = np.bincount(room_of, grid.cell_area_m2 * reflectance[grid.cell_zone], rooms + 1) / np.maximum(
        area, FLOOR_M**2
    )
    flux = np.zeros(rooms + 1)
    for lamp, cell in zip(lamps, _nearest_cells(lamps, grid), strict=True):
        if cell >= 0:
            flux[room_of[cell]] += lamp.lumen * p.light_maintenance
    with np.errstate(divide="ignore", invalid="ignore"):
        level = flux * mean / (1 - mean) / (p.light_surface_factor * area)
    level[0] = 0  # open air
    return np.asarray(level[room_of], np.float64)


def _rooms(zones: Sequence[Zone], grid: Grid, points: Points) -> tuple[I32, int]:
    """Number of the enclosed room of each cell (0: none), and how many rooms there are."""
    roofed = np.array([zone.roofed for zone in zones])
    covered = np.zeros(grid.cell.shape, np.bool_)
    covered[grid.cell >= 0] = roofed[grid.cell_zone]
    fine = np.repeat(np.repeat(covered, FLOORS_PER_CELL, 0), FLOORS_PER_CELL, 1) & (grid.floor >= 0)
    labels, rooms = ndimage.label(fine)
    return labels[(points.y - 1) // 2, (points.x - 1) // 2], rooms


def _nearest_cells(lamps: Sequence[Lamp], grid: Grid) -> NDArray[np.int64]:
    """The 1 m cell nearest to each lamp on its level, -1 when the level has none."""
    nearest = np.full(len(lamps), -1, np.int64)
    level = np.array([lamp.level for lamp in lamps])
    spots = np.array([(lamp.x, lamp.y) for lamp in lamps])
    for ordinal in np.unique(level):
        cells = np.flatnonzero(grid.cell_level == ordinal)
        if len(cells):
            tree = spatial.cKDTree(np.column_stack((grid.cell_x[cells], grid.cell_y[cells])))
            mine = level == ordinal
            nearest[mine] = cells[tree.query(spots[mine])[1]]
    return nearest
