"""Who sees an incident: guards near it, operators behind cameras (science.md 5)."""

import numpy as np

from model.day.reporting import telling
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.kernels.noticing import Noticing, lengths
from model.parameters import Parameters
from model.results import INCIDENT_TYPES
from model.world.world import Bool, World

BRIEF = ("theft", "harassment_contact")  # types that always last as long as their row says


def spread_of_lengths(p: Parameters) -> np.ndarray:
    """Return (6,) sd of the logarithm of the length of an event."""
    return np.array([0 if kind in BRIEF else p.duration_sd_log for kind in INCIDENT_TYPES])


def noticing(inputs: Inputs, world: World) -> Noticing:
    """Return the numbers with which the kernel tells what would be learned of an incident."""
    p = inputs.parameters
    spans, shares = lengths(p.by_type("duration_s"), spread_of_lengths(p))
    app = p.respond_call_app if inputs.reporting.app else 1
    return Noticing(
        see=p.by_type("respond_see_{}"),
        operator=np.zeros(1),
        spans=spans,
        shares=shares,
        help_one=p.respond_help_one * p.by_type("respond_help_{}"),
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
    """Tell the kernel how fast the operators of this moment notice; one for each ``respond_operator_cameras``."""
    p = inputs.parameters
    watched = any(camera.watched for camera in inputs.layout.cameras)
    numbers.operator[0] = operator_rate(p.respond_operator_cameras if watched else 0, p)


def near_help_point(layout: Layout, world: World, p: Parameters) -> Bool:
    """Return (C,) whether a help point of the same level is near enough to be used."""
    g = world.grid
    near = np.zeros(len(g.cell_x), bool)
    for spot in layout.spots:
        if spot.kind == "help_point":
            far = np.hypot(g.cell_x - spot.x, g.cell_y - spot.y)
            near |= (far <= p.respond_call_help_point_m) & (g.cell_level == spot.level)
    return near
