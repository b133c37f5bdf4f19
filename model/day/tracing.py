"""Ways through the station as lines of points: where somebody alone would walk."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.kernels.state import Ground
from model.kernels.tracing import MOST_POINTS, trace_route
from model.world.fields import FLOOR_M, U8

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """A way from a point to a destination.

    Attributes:
        points: (n, 2) places every ``model.kernels.tracing.STEP_M`` on the flat, m on the sheet.
        cells: (n,) number of the 1 m cell of each.
        ends: (n,) end of the passage that is taken from this place, -1.
    """

    points: Floats
    cells: NDArray[np.int64]
    ends: NDArray[np.int32]


class Tracer:
    """Traces ways on the floor of one station."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._points, self._ends = np.empty((MOST_POINTS, 2)), np.empty(MOST_POINTS, np.int32)
        self._per_m = round(1 / FLOOR_M)

    def trace(self, codes: U8, x: float, y: float) -> Way | None:
        """Return the way from (x, y) down the field ``codes``, (F,); None when it does not lead to the goal."""
        g = self._ground
        n = trace_route(
            codes, g.floor, g.nx * self._per_m, g.ny * self._per_m, g.x0, g.y0, g.floor_passage,
            g.ends["x"], g.ends["y"], x, y, self._points, self._ends,
        )  # fmt: skip
        if n == 0:
            return None
        points = self._points[:n].copy()
        column, row = (points[:, 0] - g.x0).astype(np.int64), (points[:, 1] - g.y0).astype(np.int64)
        return Way(points, g.cell[row * g.nx + column].astype(np.int64), self._ends[:n].copy())
