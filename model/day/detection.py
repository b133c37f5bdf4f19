"""Who sees an incident: guards near it, operators behind cameras (science.md 5)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.day.demand import Floats
from model.day.guardianship import places_of
from model.day.reporting import campaign_left, telling
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.inputs.roster import Duty
from model.kernels.noticing import Noticing, left_for_comers, lengths
from model.parameters import Parameters
from model.results import INCIDENT_TYPES
from model.world.fields import MASK_ROWS, REACH, Bool
from model.world.hours import cameras_per_operator
from model.world.world import World

BRIEF = ("theft", "harassment_contact")  # types that always last as long as their row says


def spread_of_lengths(p: Parameters) -> np.ndarray:
    """Return (6,) sd of the logarithm of the length of an event."""
    return np.array([0 if kind in BRIEF else p.duration_sd_log for kind in INCIDENT_TYPES])


def noticing(inputs: Inputs, world: World) -> Noticing:
    """Return the numbers with which the kernel tells what would be learned of an incident."""
    p = inputs.parameters
    drawn, shares = lengths(p.by_type("duration_s"), spread_of_lengths(p))
    spans, see = np.stack([drawn, drawn * p.respond_help_at]), p.by_type("respond_see_{}")
    app = p.respond_call_app if inputs.reporting.app else 1
    norm = inputs.upkeep.norm_weeks
    helpful = 1 if norm is None else 1 + (p.respond_help_norm - 1) * campaign_left(p, norm)
    return Noticing(
        see=see,
        operator=np.zeros(1),
        coming=np.zeros(len(world.grid.cell_x)),
        spans=spans,
        shares=shares,
        later=left_for_comers(spans, see),
        help_one=np.minimum(1, helpful * p.respond_help_one * p.by_type("respond_help_{}")),
        help_thin=p.respond_help_thin,
        help_at=p.respond_help_at,
        call=np.minimum(1, app * p.by_type("respond_call_{}")),
        call_near=p.respond_call_help_point,
        help_point=near_help_point(inputs.layout, world, p).astype(np.int8),
        tell=telling(p, inputs.reporting),
        write_guard=p.record_guard,
        write_operator=p.record_operator,
        bystander_reach=int(p.guard_bystander_reach_m),
    )


def operator_rate(per_operator: float, p: Parameters) -> float:
    """Return the rate at which operators notice an event under full cover, 1/s.

    Args:
        per_operator: cameras that each of them looks at, 0 when nobody looks.
        p: row respond_operator_cameras: with so many the rate halves.
    """
    return p.respond_operator / (1 + per_operator / p.respond_operator_cameras) if per_operator > 0 else 0


def watch(numbers: Noticing, inputs: Inputs, second: float) -> None:
    """Tell the kernel how fast the operators of this moment notice, by how many cameras each of them looks at."""
    p = inputs.parameters
    operators, usual = inputs.roster.operators, p.respond_operator_cameras
    numbers.operator[0] = operator_rate(cameras_per_operator(inputs.layout, operators, second, usual), p)


def rounds(duties: Sequence[Duty], layout: Layout, world: World, p: Parameters) -> list[Floats]:
    """Return, for each duty, the rate at which it comes into sight and reach of each 1 m cell, (C,) 1/s.

    A unit that goes round n places and is at none that sees a cell goes to one of the m that do with m / (n - 1),
    each time it has stayed ``visit_s`` and walked on. Nobody comes who stays, or waits outside.
    """
    fields = []
    for duty in duties:
        places = world.routes.place_cell[places_of(duty, layout, world)]
        field = np.zeros(len(world.grid.cell_x))
        if len(places) > 1:
            for cell in places:
                field[_seen_from(world, int(cell), p[f"guard_reach_{duty.kind}_m"])] += 1 / (len(places) - 1)
            field /= duty.visit_s + _mean_walk_m(duty, layout, world) / p[f"guard_speed_{duty.kind}"]
        fields.append(field)
    return fields


def _mean_walk_m(duty: Duty, layout: Layout, world: World) -> float:
    """Return how far the places of a duty lie apart on average, m on the flat."""
    places = places_of(duty, layout, world)
    apart = world.routes.seconds[world.routes.first_place + places][:, world.routes.place_cell[places]]
    apart = apart[np.isfinite(apart) & ~np.eye(len(places), dtype=bool)]
    return float(apart.mean()) if len(apart) else 0.0


def _seen_from(world: World, cell: int, reach_m: float) -> NDArray[np.int64]:
    """Return the cells that a cell sees within a distance."""
    grid, rows = world.grid, np.arange(MASK_ROWS)
    seen = (world.sight.mask[cell][:, None] >> rows.astype(np.uint64)) & np.uint64(1) != 0
    iy, ix = np.divmod(int(np.flatnonzero(grid.cell.ravel() == cell)[0]), grid.nx)
    y, x = iy - REACH + rows[:, None], ix - REACH + rows[None, :]
    seen &= (y >= 0) & (y < grid.ny) & (x >= 0) & (x < grid.nx)
    cells = grid.cell[np.broadcast_to(y, seen.shape)[seen], np.broadcast_to(x, seen.shape)[seen]]
    cells = cells[cells >= 0]
    far = np.hypot(grid.cell_x[cells] - grid.cell_x[cell], grid.cell_y[cells] - grid.cell_y[cell])
    return np.asarray(cells[far <= reach_m], np.int64)


def tell_rounds(numbers: Noticing, duties: Sequence[Duty], fields: Sequence[Floats], second: float) -> None:
    """Tell the kernel who is going round at this moment."""
    numbers.coming[:] = 0
    for duty, field in zip(duties, fields, strict=True):
        if duty.start_s <= second < duty.end_s:
            numbers.coming[:] += field


def near_help_point(layout: Layout, world: World, p: Parameters) -> Bool:
    """Return (C,) whether a help point of the same level is near enough to be used."""
    g = world.grid
    near = np.zeros(len(g.cell_x), bool)
    for spot in layout.spots:
        if spot.kind == "help_point":
            far = np.hypot(g.cell_x - spot.x, g.cell_y - spot.y)
            near |= (far <= p.respond_call_help_point_m) & (g.cell_level == spot.level)
    return near
