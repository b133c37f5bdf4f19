"""Spots that can trap somebody at night, as a list for owners (science.md 3.2)."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from model.inputs.layout import Layout
from model.parameters import Parameters
from model.world.sight import entrapment
from model.world.world import World


@dataclass(frozen=True, slots=True)
class TrapSpot:
    """Cells that hang together and have few ways out, much hidden floor, little light and a long walk to an exit.

    Attributes:
        zone: id of the zone of its darkest cell; level, x, y: of that cell, metres on the sheet.
        area_m2: floor of all its cells.
        face_lx: light of lamps on a face in the darkest cell.
        escape, concealment: of the darkest cell.
        exit_m: shortest walk from the spot to an access, inf when there is none.
    """

    zone: str
    level: int
    x: float
    y: float
    area_m2: float
    face_lx: float
    escape: float
    concealment: float
    exit_m: float


def trap_spots(layout: Layout, world: World, parameters: Parameters) -> list[TrapSpot]:
    """Return the entrapment spots of a place with its lamps burning, the largest first.

    Args:
        layout, world: of the same station.
        parameters: rows sight_entrap_*.
    """
    grid, light, sight = world.grid, world.light, world.sight
    marked = np.zeros(grid.cell.shape, np.bool_)
    marked[grid.cell >= 0] = entrapment(grid, sight, light, parameters)
    labels, count = ndimage.label(marked, structure=np.ones((2 + 1, 2 + 1)))  # cells touch at sides and corners
    of_cell = labels[grid.cell >= 0]
    spots = []
    for number in range(1, count + 1):
        cells = np.flatnonzero(of_cell == number)
        darkest = cells[np.argmin(light.face_lx[cells])]
        spots.append(
            TrapSpot(
                zone=layout.zones[int(grid.cell_zone[darkest])].id,
                level=int(grid.cell_level[darkest]),
                x=float(grid.cell_x[darkest]),
                y=float(grid.cell_y[darkest]),
                area_m2=float(grid.cell_area_m2[cells].sum()),
                face_lx=float(light.face_lx[darkest]),
                escape=float(sight.escape[darkest]),
                concealment=float(sight.concealment[darkest]),
                exit_m=float(sight.exit_m[cells].min()),
            )
        )
    return sorted(spots, key=lambda spot: (-spot.area_m2, spot.x, spot.y))
