"""Lays lamps where a source tells none: spacing by kind of zone, light flux so that the norm level is met.

The mean horizontal illuminance over the floor of each zone is brought to its norm with

    E = sum over lamps of MF * Phi * (m + 1) / (2 pi) * h^(m+1) / (h^2 + r^2)^((m+3)/2)   (free line of sight)

plus, in enclosed zones, MF * Phi_zone * rb / (1 - rb) / A_surfaces, the two terms of the light field of the
model. Lamps of other zones count. Platform ends beyond the roofs get fewer, stronger lamps: the same mean,
but dark spots in between.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import Lamp, Layout, Zone
from model.parameters import Parameters
from model.world.fields import CELL_M, FLOOR_M, Grid

Floats = NDArray[np.float64]
REACH_M: Final = 30.0
WALL_DISTANCE_M: Final = 0.5
TILE_LEAST: Final = 0.15  # a tile with less floor than this share gets no lamp
ROUND_LM: Final = 100.0
LEAST_LM: Final = 500.0
SQUARE_LX: Final = 10.0  # municipal: main squares, class P1 to P2 of EN 13201; assumed
APPROACH_LX: Final = 5.0  # municipal: footways, class P3 to P4; assumed
BICYCLE_LX: Final = 50.0  # assumed
UNDERPASS_SHARE: Final = 0.5  # of the enclosed norm: a narrow way at the far end that few use; assumed
OPEN_SKY: Final = 0.6  # a platform with more sky than this has no roof


@dataclass(frozen=True, slots=True)
class LampRule:
    """How a kind of zone is lit: mean level on the floor, distance between lamps, height, beam."""

    lux: float
    spacing_m: float
    height_m: float
    beam_exponent: float | None = None


def rule_of(zone: Zone, p: Parameters) -> LampRule:
    """Return the rule for a zone: ProRail norms on NS, ProRail and tram ground, assumed levels elsewhere."""
    enclosed, open_air = p.light_enclosed_norm_lx, p.light_platform_norm_lx
    if zone.kind == "square":
        return LampRule(SQUARE_LX, 16.0, 6.0)
    if zone.kind == "approach":
        return LampRule(APPROACH_LX, 24.0, 5.0)
    if zone.kind == "bicycle_parking":
        return LampRule(BICYCLE_LX, 7.0, 3.5)
    if zone.kind == "underpass":
        return LampRule(enclosed * UNDERPASS_SHARE, 9.0, 2.8)
    if zone.kind in ("stairs", "escalator"):
        return LampRule(enclosed if zone.roofed else open_air, 6.0 if zone.roofed else 9.0, 4.0)
    if zone.roofed:
        return LampRule(enclosed, 9.0, 6.0)
    if zone.sky_view >= OPEN_SKY:
        return LampRule(open_air, 24.0 if zone.kind == "platform" else 16.0, 4.5)
    # under canopies next to the hall: the transition from enclosed to open is at most 1 to 3 at a time
    return LampRule(open_air * p.light_transition_ratio, 11.0, 4.0)


def lay_lamps(layout: Layout, grid: Grid, parameters: Parameters) -> tuple[Lamp, ...]:
    """Return lamps for all zones of a layout, marked as assumed.

    Args:
        layout: walls and zones; lamps it has already are passed over.
        grid: of the layout.
        parameters: maintenance, reflectance, beam and norm levels.
    """
    rules = [rule_of(zone, parameters) for zone in layout.zones]
    cells = [tile_points(grid, number, rule.spacing_m) for number, rule in enumerate(rules)]
    place = np.array([cell for per_zone in cells for cell in per_zone], dtype=np.int64)
    zone = np.repeat(np.arange(len(rules)), [len(per_zone) for per_zone in cells])
    share = _shares(layout, grid, parameters, rules, place, zone)
    lumen = _solve(np.array([rule.lux for rule in rules]), share, zone, grid, len(rules))
    lamps = []
    for number, z in enumerate(layout.zones):
        for k, cell in enumerate(cells[number], start=1):
            x, y = round(float(grid.cell_x[cell]), 3), round(float(grid.cell_y[cell]), 3)
            rule = rules[number]
            name = f"lamp-{z.id}-{k}"
            flux = float(lumen[number])
            lamps.append(
                Lamp(name, z.level, x, y, rule.height_m, flux, rule.beam_exponent, z.owner, assumed=True)
            )
    return tuple(lamps)


def tile_points(grid: Grid, zone: int, spacing_m: float, clear_m: float = WALL_DISTANCE_M) -> list[int]:
    """Cut a zone into tiles of about ``spacing_m`` and return the 1 m cell nearest to the middle of each.

    Tiles with little floor are left out; a cell has no wall within ``clear_m``.
    """
    members = np.flatnonzero(grid.cell_zone == zone)
    if members.size == 0:
        return []
    free = members[_clear_of_walls(grid, members, clear_m)]
    members = free if free.size else members
    x, y = grid.cell_x[members].astype(float), grid.cell_y[members].astype(float)
    width, depth = np.ptp(x) + CELL_M, np.ptp(y) + CELL_M
    across, along = (max(math.ceil(size / spacing_m - 0.2), 1) for size in (width, depth))
    tile_x = np.minimum(((x - x.min()) / width * across).astype(int), across - 1)
    tile_y = np.minimum(((y - y.min()) / depth * along).astype(int), along - 1)
    found = []
    for j in range(along):
        for i in range(across):
            here = np.flatnonzero((tile_x == i) & (tile_y == j))
            if here.size <= TILE_LEAST * min(width / across * depth / along, members.size):
                continue
            # the middle of the floor in the tile, not of the tile: corridors run askew
            away = np.hypot(x[here] - x[here].mean(), y[here] - y[here].mean())
            found.append(int(members[here[np.argmin(away)]]))
    return found


def _clear_of_walls(grid: Grid, cells: NDArray[np.int64], clear_m: float) -> NDArray[np.bool_]:
    """Which cells have floor all around within ``clear_m``."""
    steps = np.arange(-clear_m, clear_m + 1e-9, FLOOR_M)
    ok = np.ones(cells.shape, dtype=bool)
    for dx in steps:
        for dy in steps:
            column = ((grid.cell_x[cells] + dx - grid.x0) / FLOOR_M).astype(int)
            row = ((grid.cell_y[cells] + dy - grid.y0) / FLOOR_M).astype(int)
            ok &= grid.floor[row, column] >= 0
    return ok


def _shares(
    layout: Layout,
    grid: Grid,
    p: Parameters,
    rules: list[LampRule],
    place: NDArray[np.int64],
    zone: NDArray[np.int64],
) -> Floats:
    """Mean lux on the floor of each zone per lumen of each lamp, (zones, lamps)."""
    count = len(rules)
    area = np.bincount(grid.cell_zone, grid.cell_area_m2, count)
    share = np.zeros((count, len(place)))
    x, y = grid.cell_x.astype(float), grid.cell_y.astype(float)
    for number, cell in enumerate(place):
        rule = rules[zone[number]]
        m = rule.beam_exponent or p.light_beam_exponent
        squared = (x - x[cell]) ** 2 + (y - y[cell]) ** 2
        near = np.flatnonzero((squared <= REACH_M**2) & (grid.cell_level == grid.cell_level[cell]))
        near = near[_free_lines(grid, x[cell], y[cell], x[near], y[near])]
        h = rule.height_m
        lux = (m + 1) / (2 * np.pi) * h ** (m + 1) / (h * h + squared[near]) ** ((m + 3) / 2)
        lux *= p.light_maintenance * grid.cell_area_m2[near]
        share[:, number] = np.bincount(grid.cell_zone[near], lux, count)
    share /= np.maximum(area, 1e-9)[:, None]
    rb = np.array([p.light_reflectance if z.reflectance is None else z.reflectance for z in layout.zones])
    enclosed = np.array([z.roofed for z in layout.zones])
    own = zone[None, :] == np.arange(count)[:, None]
    around = p.light_maintenance * rb / (1 - rb) / (p.light_surface_factor * np.maximum(area, 1e-9))
    share += np.where(own & enclosed[:, None], around[:, None], 0.0)
    return share


def _free_lines(grid: Grid, x: float, y: float, to_x: Floats, to_y: Floats) -> NDArray[np.bool_]:
    """Which points are seen from (x, y), sampled each 0.25 m on the raster of sight-stopping walls."""
    free = np.ones(to_x.shape, dtype=bool)
    reach = np.hypot(to_x - x, to_y - y)
    for s in np.arange(FLOOR_M, REACH_M, FLOOR_M):
        going = np.flatnonzero(free & (reach > s))
        if going.size == 0:
            break
        t = s / reach[going]
        column = ((x + t * (to_x[going] - x) - grid.x0) / FLOOR_M).astype(int)
        row = ((y + t * (to_y[going] - y) - grid.y0) / FLOOR_M).astype(int)
        free[going] = ~grid.blocked[row, column]
    return free


def _solve(lux: Floats, share: Floats, zone: NDArray[np.int64], grid: Grid, count: int) -> Floats:
    """Lumen of the lamps of each zone, so that each mean meets its norm; rounded to 100 lm."""
    by_zone = np.stack([share[:, zone == k].sum(axis=1) for k in range(count)], axis=1)
    lumen = lux / np.maximum(np.diag(by_zone), 1e-12)
    lit = np.diag(by_zone) > 0
    for _ in range(200):
        mean = by_zone @ np.where(lit, lumen, 0.0)
        lumen = np.maximum(lumen * np.clip(lux / np.maximum(mean, 1e-9), 0.5, 2.0) ** 0.5, LEAST_LM)
    return np.maximum(np.rint(lumen / ROUND_LM) * ROUND_LM, LEAST_LM)
