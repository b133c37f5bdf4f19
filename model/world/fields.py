"""The fields of a place as records: raster, light, sight and routes; arrays only, so that they cache and pickle."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
Bool = NDArray[np.bool_]

Arrays = dict[str, np.ndarray]
# (part, key, make) -> arrays: looks the part up by its key, or makes it and keeps it
Remember = Callable[[str, str, Callable[[], Arrays]], Arrays]

FLOOR_M = 0.25  # side of a floor cell (walking)
CELL_M = 1.0  # side of a cell (sight, light, perception)
REACH = 31  # cells that a sight mask reaches in each direction
MASK_ROWS = 2 * REACH + 1


@dataclass(frozen=True)
class Grid:
    """The sheet as rasters; row-major, index = iy * nx + ix, cell (0, 0) has its corner at (x0, y0).

    Attributes:
        nx, ny: number of 1 m cells; floor rasters have 4*nx by 4*ny cells of 0.25 m.
        floor: (4*ny, 4*nx) number of the floor cell 0..F-1 in row-major order, -1 where nobody walks.
        floor_level: (F,) level ordinal.
        cell: (ny, nx) number of the 1 m cell 0..C-1 in row-major order, -1 when no floor lies in it.
        cell_x, cell_y: (C,) representative point of the cell, always on floor, metres on the sheet.
        cell_level: (C,) level ordinal.
        cell_zone: (C,) index of the zone in the layout (the smallest that contains the point; where no zone
            contains it, the nearest zone of the same level).
        cell_area_m2: (C,) walkable area in the cell, 1/16 to 1.
        blocked: (4*ny, 4*nx) True where a sight-stopping wall crosses the 0.25 m cell.
    """

    x0: float
    y0: float
    nx: int
    ny: int
    floor: I32
    floor_level: I16
    cell: I32
    cell_x: F32
    cell_y: F32
    cell_level: I16
    cell_zone: I16
    cell_area_m2: F32
    blocked: Bool


@dataclass(frozen=True)
class Light:
    """Illuminance by lamps, and what daylight adds.

    Attributes:
        floor_lx, face_lx: (C,) horizontal at the floor and cylindrical at 1.6 m by lamps alone (direct +
            reflected).
        daylight_factor: (C,) share of outdoor illuminance.
        outdoor_lx: (8,) the levels at which effective_lx and prospect are tabulated, log-spaced, ascending.
        effective_lx: (8, C) E_eff of science.md 3.1 at each outdoor level.
    """

    floor_lx: F32
    face_lx: F32
    daylight_factor: F32
    outdoor_lx: NDArray[np.float64]
    effective_lx: F32


@dataclass(frozen=True)
class Sight:
    """Who sees whom, and how the place opens or closes around a point.

    Attributes:
        mask: (C, 63) uint64; bit b of row r tells that the 1 m cell (iy - 31 + r, ix - 31 + b) is seen.
            A cell sees itself. Symmetric. Only cells with floor count. Within 31 m.
        mirror_row, mirror_mask: (C,) row of (M, 63) windows of what the cell sees in mirrors and not directly, -1
            for none; it counts with ``sight_mirror_weight``.
        prospect: (8, C) PROS at each outdoor level; concealment, escape: (C,).
        camera_cover: (8, C) chance C(p) that any camera, watched or not, sees the face at each outdoor level.
        watched_cover: (8, C) the same for watched cameras only.
        sign: (C,) a camera sign is visible within its range.  help_point: (C,) one is visible within 30 m.
        shops: (C,) uint64, bit k: front of shop k (order of layout.shops, at most 64) is in sight within
            15 m.
        exit_m: (C,) walking distance to the nearest access, inf when there is none.
    """

    mask: U64
    mirror_row: I32
    mirror_mask: U64
    prospect: F32
    concealment: F32
    escape: F32
    camera_cover: F32
    watched_cover: F32
    sign: Bool
    help_point: Bool
    shops: U64
    exit_m: F32


@dataclass(frozen=True)
class Routes:
    """One direction field a destination.

    Destinations, in this order: accesses (order of layout), platforms (whole strip, order of layout),
    platform sections (all sections of platform 0, then 1, ...), places (where guards and offenders go), gateways
    (through which alternative ways lead), then accesses and platforms again without stairs and escalators, where
    there is another way.

    Attributes:
        direction: (D, F) uint8: 0..250 angle = code * 2*pi/251 from +x counter-clockwise; 251 take the
            passage of ``floor_passage``; 254 goal reached (inside the target); 255 unreachable.
        seconds: (D, C) float32 walking time at 1 m/s (so metres on the flat) from the cell's point; inf when
            unreachable. Passages count with length_m / their speed factor.
        floor_passage: (F,) int16 the passage end whose box covers the floor cell: 2*k for box_a of passage
            k, 2*k+1 for box_b, -1 none.
        section_first: (P+1,) destination number of the first section of each platform; section_x/y: centre
            of each.
        first_free: what to add to the number of an access or platform for the field without stairs and escalators
            (for people of limited mobility); 0 where no lift or ramp makes a difference.
        place_cell: (number of places,) the 1 m cell of each place; place_zone: its zone index.
        gateway_end: (G,) the end of a passage whose box each gateway is, -1 for the middle of an underpass. Codes of
            the box are 251, those of the far box 254: there one has gone through.
        gateway_cell: (G,) the 1 m cell from which one goes on; gateway_seconds: (G,) from the box to there, 1 m/s.
    """

    direction: U8
    seconds: F32
    floor_passage: I16
    first_platform: int
    section_first: I32
    section_x: F32
    section_y: F32
    first_place: int
    place_cell: I32
    place_zone: I16
    first_gateway: int
    gateway_end: I16
    gateway_cell: I32
    gateway_seconds: F32
    first_free: int = 0


@dataclass(frozen=True)
class Shift:
    """Light and cameras of a part of the day, where lamps have hours or operators come and go.

    Attributes:
        from_s: from this second until the next shift.
        light, prospect, camera_cover, watched_cover: as in ``World.light`` and ``Sight``.
    """

    from_s: int
    light: Light
    prospect: F32
    camera_cover: F32
    watched_cover: F32


def make_always(part: str, key: str, make: Callable[[], Arrays]) -> Arrays:
    """Make a part and keep nothing."""
    return make()


class LastMade:
    """Remembers of each part what was asked for last: days of one scenario ask for the same."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, Arrays]] = {}

    def __call__(self, part: str, key: str, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays of a part, made when it was another that was asked for last."""
        if part not in self._last or self._last[part][0] != key:
            self._last[part] = key, make()
        return self._last[part][1]
