"""Lays what a source lacks, by written rules; each asset is marked as assumed.

Rules (distances between the middles of tiles of a zone, see ``lamps.tile_points``):

- lamps: ``lamps.lay_lamps``.
- cameras: domes each 20 m in the concourse and on stairs under a roof; on platforms one each 40 m that looks
  along the platform, to and fro; beyond the platform roofs one a zone; trams and buses one each 35 m; none on
  squares, footways, open stairs and in the underpass.
- camera signs: at entrances from the street, one in each part of the concourse, one on each platform part.
- help points: one on each platform part under a roof or canopy, one on each tram platform part, one in each
  part of the concourse above 300 m2.
- seats: each 12 m on platforms (24 m beyond the roofs) and on tram platforms.
- gates: across each platform where it meets the hall, one a metre. They stand open (``GateLine``, from wall to
  wall; of each eight the last is wide), since nobody has told how the hall is used; a scenario may close them.
- shops: one in each 350 m2 of the concourse, at the nearest wall; every fifth is open till midnight.
- objects that get damaged (bins, screens, machines, bicycles): each 15 m in the concourse, on platforms and
  squares, each 4 m in the bicycle parking.
"""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from model.inputs.layout import Camera, GateLine, Layout, Shop, Spot, Zone
from model.parameters import Parameters
from model.world.fields import FLOOR_M, Grid
from model.world.grid import floor_numbers
from scenarios.importers.lamps import OPEN_SKY, lay_lamps, tile_points

HOUR_S: Final = 3600
DOME_DEG: Final = 360.0
VIEW_DEG: Final = 90.0
UP_DEG, DOWN_DEG = 90.0, 270.0
SHOP_M2: Final = 350.0
HELP_M2: Final = 300.0
GATE_EVERY_M: Final = 1.0
WIDE_EACH: Final = 8  # gates, of which one is wide: without steps, for luggage, prams and wheelchairs
OPEN_ENDS_M: Final = 2.0  # so far beyond a zone the walls may lie
# opens, closes: of the first, second ... shop, over and over
SHOP_HOURS: Final = ((6.0, 24.0), (6.5, 21.0), (7.0, 20.0), (6.5, 22.0), (8.0, 19.0))


def furnish(layout: Layout, grid: Grid, parameters: Parameters) -> Layout:
    """Return the layout with lamps, cameras, shops and spots laid by the rules above.

    Args:
        layout: with walls, zones, platforms and accesses; other assets are replaced.
        grid: of the layout.
        parameters: norm levels and light.
    """
    return Layout(
        id=layout.id,
        name=layout.name,
        latitude=layout.latitude,
        longitude=layout.longitude,
        levels=layout.levels,
        walls=layout.walls,
        zones=layout.zones,
        platforms=layout.platforms,
        accesses=layout.accesses,
        passages=layout.passages,
        lamps=lay_lamps(layout, grid, parameters),
        cameras=tuple(_cameras(layout, grid)),
        shops=tuple(_shops(layout, grid)),
        spots=(
            *_help_points(layout, grid),
            *_signs(layout, grid),
            *_seats(layout, grid),
            *_gates(layout, grid),
            *_objects(layout, grid),
        ),
        attribution=layout.attribution,
        north_deg=layout.north_deg,
        gate_lines=tuple(gate_lines(layout, grid)),
    )


def _spacing(zone: Zone, table: dict[str, float], open_m: float) -> float:
    """Distance of assets in a zone, 0 for none; ``open_m`` for platforms beyond the roofs."""
    if zone.kind == "platform" and zone.sky_view >= OPEN_SKY:
        return open_m
    return table.get(zone.kind, 0.0)


def _each(
    layout: Layout, grid: Grid, table: dict[str, float], open_m: float
) -> Iterator[tuple[Zone, int, float, float]]:
    """Zone, number (from 1) and place of each asset, by spacing."""
    for number, zone in enumerate(layout.zones):
        spacing = _spacing(zone, table, open_m)
        if spacing > 0.0:
            for k, cell in enumerate(tile_points(grid, number, spacing), start=1):
                yield zone, k, *_place(grid, cell)


def _place(grid: Grid, cell: int) -> tuple[float, float]:
    return round(float(grid.cell_x[cell]), 3), round(float(grid.cell_y[cell]), 3)


def _cameras(layout: Layout, grid: Grid) -> Iterator[Camera]:
    every = {"concourse": 20.0, "stairs": 20.0, "escalator": 20.0, "platform": 40.0, "tram_platform": 35.0}
    for zone, k, x, y in _each(layout, grid, every, 1000.0):
        if zone.kind in ("stairs", "escalator") and not zone.roofed:
            continue
        along = zone.kind in ("platform", "tram_platform")
        fov = VIEW_DEG if zone.kind == "platform" else DOME_DEG
        bearing = (UP_DEG if k % 2 else DOWN_DEG) if along else 0.0
        owner = zone.owner if zone.owner in ("tram operator", "municipality") else "NS"
        yield Camera(f"camera-{zone.id}-{k}", zone.level, x, y, bearing, fov, False, owner, assumed=True)


def _signs(layout: Layout, grid: Grid) -> Iterator[Spot]:
    for access in layout.accesses:
        zone = next(z for z in layout.zones if z.id == access.zone)
        if zone.kind != "tram_platform":
            x = sum(p[0] for p in access.area) / len(access.area)
            y = sum(p[1] for p in access.area) / len(access.area)
            if floor_numbers(grid, np.array([x]), np.array([y]))[0] >= 0:
                where = round(x, 3), round(y, 3)
                yield Spot(f"sign-{access.id}", "camera_sign", zone.level, *where, "NS", assumed=True)
    for zone, k, x, y in _each(layout, grid, {"concourse": 1000.0, "platform": 1000.0}, 1000.0):
        yield Spot(f"sign-{zone.id}-{k}", "camera_sign", zone.level, x, y, "NS", assumed=True)


def _help_points(layout: Layout, grid: Grid) -> Iterator[Spot]:
    area = np.bincount(grid.cell_zone, grid.cell_area_m2, len(layout.zones))
    size = dict(zip((zone.id for zone in layout.zones), area.tolist(), strict=True))
    every = {"platform": 1000.0, "tram_platform": 1000.0, "concourse": 1000.0}
    for zone, k, x, y in _each(layout, grid, every, 0.0):
        if zone.kind != "concourse" or size[zone.id] >= HELP_M2:
            yield Spot(f"help-{zone.id}-{k}", "help_point", zone.level, x, y, zone.owner, assumed=True)


def _seats(layout: Layout, grid: Grid) -> Iterator[Spot]:
    every = {"platform": 12.0, "tram_platform": 12.0}
    for zone, k, x, y in _each(layout, grid, every, 24.0):
        yield Spot(f"seat-{zone.id}-{k}", "seat", zone.level, x, y, zone.owner, assumed=True)


def _objects(layout: Layout, grid: Grid) -> Iterator[Spot]:
    every = {
        "concourse": 15.0,
        "platform": 25.0,
        "tram_platform": 25.0,
        "square": 15.0,
        "bicycle_parking": 4.0,
    }
    for zone, k, x, y in _each(layout, grid, every | {"underpass": 25.0, "approach": 40.0}, 30.0):
        yield Spot(f"object-{zone.id}-{k}", "object", zone.level, x, y, zone.owner, assumed=True)


def _heads(layout: Layout) -> Iterator[tuple[Zone, float]]:
    """Yield each platform part that a platform starts in, and the y of a line across it, one metre from its head."""
    heads: dict[str, float] = {}
    for platform in layout.platforms:
        x, y = platform.edge[0]
        for zone in layout.zones:
            xs, ys = [p[0] for p in zone.polygon], [p[1] for p in zone.polygon]
            inside = min(xs) <= x <= max(xs) and min(ys) <= y - 1.0 <= max(ys)
            if zone.kind == "platform" and inside:
                heads[zone.id] = max(heads.get(zone.id, -math.inf), y)
    for zone in layout.zones:
        if zone.id in heads:
            yield zone, heads[zone.id] - 1.0


def _gates(layout: Layout, grid: Grid) -> Iterator[Spot]:
    """A row of gates across each head of a platform."""
    for zone, y in _heads(layout):
        xs = [p[0] for p in zone.polygon]
        row = np.arange(math.ceil(min(xs)) + 0.5, max(xs), 1.0)
        on_floor = floor_numbers(grid, row, np.full(row.shape, y)) >= 0
        for k, x in enumerate(row[on_floor].tolist(), start=1):
            yield Spot(
                f"gate-{zone.id}-{k}", "gate", zone.level, round(x, 3), round(y, 3), "NS", assumed=True
            )


def gate_lines(layout: Layout, grid: Grid) -> Iterator[GateLine]:
    """Yield an open line of gates, from wall to wall, across each head of a platform; platforms lie below in y."""
    for zone, y in _heads(layout):
        middles = np.arange(grid.x0 + FLOOR_M / 2, grid.x0 + grid.nx, FLOOR_M)
        xs = [p[0] for p in zone.polygon]
        middles = middles[(middles > min(xs) - OPEN_ENDS_M) & (middles < max(xs) + OPEN_ENDS_M)]
        floor = floor_numbers(grid, middles, np.full(middles.shape, y)) >= 0
        for number, (first, last) in enumerate(_runs(floor), start=1):
            low, high = float(middles[first]) - FLOOR_M / 2, float(middles[last]) + FLOOR_M / 2
            gates = int((high - low) / GATE_EVERY_M)
            if gates < 1:
                continue  # nobody passes so narrow a gap
            ends = (round(high, 3), round(y, 3)), (round(low, 3), round(y, 3))
            wide = math.ceil(gates / WIDE_EACH)
            name = f"gates-{zone.id}-{number}"
            yield GateLine(name, zone.level, ends, gates, wide, closed=False, owner="NS", assumed=True)


def _runs(floor: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of each unbroken run of true values."""
    change = np.flatnonzero(np.diff(np.concatenate([[0], floor.astype(np.int8), [0]])))
    yield from zip(change[::2].tolist(), (change[1::2] - 1).tolist(), strict=True)


def _shops(layout: Layout, grid: Grid) -> Iterator[Shop]:
    """Shop fronts on floor beside the nearest wall, in parts of the concourse."""
    area = np.bincount(grid.cell_zone, grid.cell_area_m2, len(layout.zones))
    number = 0
    for index, zone in enumerate(layout.zones):
        if zone.kind != "concourse" or area[index] < SHOP_M2 / 2:
            continue
        for cell in tile_points(grid, index, math.sqrt(SHOP_M2)):
            x, y = _at_wall(grid, index, cell)
            opens, closes = (round(hour * HOUR_S) for hour in SHOP_HOURS[number % len(SHOP_HOURS)])
            number += 1
            yield Shop(f"shop-{number}", zone.level, x, y, opens, closes, "retailer", assumed=True)


def _at_wall(grid: Grid, zone: int, cell: int) -> tuple[float, float]:
    """The floor point of a zone, nearest to a cell, with a wall half a metre to one and a half away."""
    members = np.flatnonzero(grid.cell_zone == zone)
    x, y = grid.cell_x[members].astype(float), grid.cell_y[members].astype(float)
    column = ((x - grid.x0) / FLOOR_M).astype(int)
    row = ((y - grid.y0) / FLOOR_M).astype(int)
    beside = np.zeros(members.shape, dtype=bool)
    touching = np.zeros(members.shape, dtype=bool)
    for dx in range(-6, 7):
        for dy in range(-6, 7):
            hit = grid.blocked[row + dy, column + dx]
            beside |= hit
            if max(abs(dx), abs(dy)) <= 1:
                touching |= hit
    good = np.flatnonzero(beside & ~touching)
    if good.size == 0:
        return _place(grid, cell)
    away = np.hypot(x[good] - float(grid.cell_x[cell]), y[good] - float(grid.cell_y[cell]))
    return _place(grid, int(members[good[np.argmin(away)]]))
