"""Lines of closed ticket gates as arrays, and the numbers of their kernel (science.md 2.2)."""

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import GateLine, Layout
from model.inputs.ways import gates_of
from model.kernels.gates import GateRules, Gates
from model.parameters import Parameters
from model.world.fields import Grid
from model.world.routes import cells_in, floor_middles

_ALLOWED = {"both": (True, True), "in": (True, False), "out": (False, True)}


def gate_rules(p: Parameters) -> GateRules:
    """Return the numbers of gates; the service time is lognormal with the given mean and coefficient of variation."""
    variance = np.log1p(p.gate_service_cv**2)
    return GateRules(
        log_mean=float(np.log(p.gate_service_s) - variance / 2),
        log_sd=float(np.sqrt(variance)),
        service_s=p.gate_service_s,
        fail_share=p.gate_fail_share,
        fail_s=p.gate_fail_s,
        luggage_s=p.board_luggage_s,
        tailgate_s=p.gate_tailgate_s,
        detour_s_per_m=p.gate_detour_s_per_m,
        give_up_s=p.gate_give_up_s,
    )


def make_gates(layout: Layout, grid: Grid, p: Parameters) -> Gates:
    """Return the gates of all closed lines; none where all stand open.

    Raises:
        ValueError: a gate has no floor before or behind it.
    """
    lines = [line for line in layout.gate_lines if line.closed]
    x, y = floor_middles(grid)
    zone = np.full(len(x) if lines else 0, -1, np.int16)
    allowed, middles, floor, wide, first = [], [], [], [], [0]
    for k, line in enumerate(lines):
        distance, inside = _from_line(line, x, y)
        near = (distance <= p.gate_choice_m) & (grid.floor_level == line.level)
        zone[near] = 2 * k + inside[near]
        for gate in gates_of(line):
            boxes = [cells_in(box, x, y) for box in (gate.box_a, gate.box_b)]
            if not all(len(cells) for cells in boxes):
                raise ValueError(f"gate {gate.id}: there is no floor before or behind it")
            middle = [(float(x[cells].mean()), float(y[cells].mean())) for cells in boxes]
            floor.append([_nearest(x, y, cells, *at) for cells, at in zip(boxes, middle, strict=True)])
            middles.append(middle)
            wide.append(gate.width_m > line.width_m)
            allowed.append(_ALLOWED[line.direction])
        first.append(len(wide))
    n = len(wide)
    at = np.array(middles, np.float64).reshape(n, 2, 2)
    return Gates(
        passage=(len(layout.passages) + np.arange(n)).astype(np.int32),
        wide=np.array(wide, np.bool_),
        allowed=np.array(allowed, np.bool_).reshape(n, 2),
        x=np.ascontiguousarray(at[..., 0]),
        y=np.ascontiguousarray(at[..., 1]),
        floor=np.array(floor, np.int32).reshape(n, 2),
        first=np.array(first, np.int32),
        zone=zone,
        queue=np.zeros(n, np.int32),
        next=np.zeros(n, np.int32),
    )


def _from_line(line: GateLine, x: NDArray[np.float64], y: NDArray[np.float64]):  # type: ignore[no-untyped-def]
    """Return the distance of points to a line of gates, and 1 for points on its inner (left) side, else 0."""
    (x1, y1), (x2, y2) = line.ends
    dx, dy = x2 - x1, y2 - y1
    along = np.clip(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy), 0, 1)
    distance = np.hypot(x - x1 - along * dx, y - y1 - along * dy)
    return distance, (dx * (y - y1) - dy * (x - x1) > 0).astype(np.int16)


def _nearest(x: NDArray[np.float64], y: NDArray[np.float64], cells: NDArray[np.int32], at_x: float, at_y: float) -> int:
    return int(cells[np.argmin((x[cells] - at_x) ** 2 + (y[cells] - at_y) ** 2)])
