"""The place as flat arrays for the kernels."""

import numpy as np
from numpy.typing import NDArray

from model.day.offending import objects_near
from model.inputs.layout import Layout
from model.kernels.passages import Passages
from model.kernels.presence import circle_mask, close_sight
from model.kernels.records import records
from model.kernels.state import CELL, END, SHOP, Ground
from model.parameters import Parameters
from model.world.fields import Grid
from model.world.world import World


def make_ground(layout: Layout, world: World, passages: Passages, p: Parameters) -> Ground:
    """Return the rasters, masks and routes of a world as the kernels read them."""
    g, sight = world.grid, world.sight
    iy, ix = np.nonzero(g.cell >= 0)
    middles = [_middle(passages, end) for end in range(len(passages.first) - 1)]
    return Ground(
        x0=float(g.x0),
        y0=float(g.y0),
        nx=g.nx,
        ny=g.ny,
        floor=np.ascontiguousarray(g.floor).ravel(),
        cell=np.ascontiguousarray(g.cell).ravel(),
        area=floor_area(g),
        cells=records(
            CELL,
            len(ix),
            ix=ix,
            iy=iy,
            zone=g.cell_zone,
            objects=objects_near(layout, world, p),
            shops=sight.shops,
            mirror=sight.mirror_row,
        ),
        mask=sight.mask,
        mirrors=sight.mirror_mask,
        mirror_weight=p.sight_mirror_weight,
        circles=np.stack([circle_mask(p.feel_isolation_reach_m), circle_mask(p.guard_bystander_reach_m)]),
        close=close_sight(np.asarray(sight.mask), p.feel_isolation_reach_m, g.cell_zone),
        direction=world.routes.direction,
        floor_passage=world.routes.floor_passage,
        ends=records(
            END,
            len(middles),
            x=passages.cell_x[middles],
            y=passages.cell_y[middles],
            seconds=passages.fixed_s + passages.metres / p.offender_walk_speed,
        ),
        shops=_shops(layout, world),
    )


def _shops(layout: Layout, world: World) -> NDArray[np.void]:
    """Return the shop fronts, each with the nearest 1 m cell of its level."""
    g = world.grid
    far = [np.where(g.cell_level == s.level, np.hypot(g.cell_x - s.x, g.cell_y - s.y), np.inf) for s in layout.shops]
    return records(
        SHOP, len(far), x=[s.x for s in layout.shops], y=[s.y for s in layout.shops], cell=[d.argmin() for d in far]
    )


def floor_area(grid: Grid) -> NDArray[np.float64]:
    """Return the floor of every 1 m cell of the sheet, m2, (ny, nx)."""
    area = np.zeros((grid.ny, grid.nx))
    area[grid.cell >= 0] = grid.cell_area_m2
    return area


def _middle(passages: Passages, end: int) -> int:
    """Return the row of the box cell nearest to the middle of the box."""
    first, last = passages.first[end], passages.first[end + 1]
    x, y = passages.cell_x[first:last], passages.cell_y[first:last]
    return int(first + np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2))
