"""The floor of a walls file: a 0.25 m raster, filled from the centres of the zones.

Convention: the raster starts at the lowest x and y of all wall ends (minus one metre); a cell is stopped when
a wall passes through it (supercover line); free cells that touch with a side belong together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

CELL_M: Final = 0.25
MARGIN_M: Final = 1.0
Segment = tuple[float, float, float, float]


@dataclass(frozen=True)
class FloorMap:
    """Walkable areas of a walls file.

    Attributes:
        x0, y0: corner of cell (0, 0), metres.
        area: (ny, nx) number of the walkable area, 0 is the largest; -1 where nobody walks.
        void: (ny, nx) number of the enclosed piece that is no floor (a building, a track bed), -1 elsewhere;
            the outside is none.
        stopped: (ny, nx) a wall passes through the cell.
        areas_m2: size of each walkable area, falling.
    """

    x0: float
    y0: float
    area: NDArray[np.int32]
    void: NDArray[np.int32]
    stopped: NDArray[np.bool_]
    areas_m2: tuple[float, ...]

    def index(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of a point, held inside the raster."""
        ny, nx = self.area.shape
        row = int(np.floor((y - self.y0) / CELL_M))
        column = int(np.floor((x - self.x0) / CELL_M))
        return min(max(row, 0), ny - 1), min(max(column, 0), nx - 1)

    def area_at(self, x: float, y: float) -> int:
        """Number of the walkable area at a point, -1 for none."""
        return int(self.area[self.index(x, y)])

    def areas_at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        """Number of the walkable area at each point, -1 for none; any shape."""
        ny, nx = self.area.shape
        rows = np.clip(np.floor((y - self.y0) / CELL_M).astype(np.intp), 0, ny - 1)
        columns = np.clip(np.floor((x - self.x0) / CELL_M).astype(np.intp), 0, nx - 1)
        found: NDArray[np.int32] = self.area[rows, columns]
        return found

    def void_at(self, x: float, y: float) -> int:
        """Number of the enclosed piece without floor at a point, -1 for none."""
        return int(self.void[self.index(x, y)])

    def points(self, step: int = 4) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
        """Middles of every ``step``-th floor cell in both directions, with the number of their area."""
        part = self.area[::step, ::step]
        rows, columns = np.nonzero(part >= 0)
        x = np.asarray(self.x0 + (columns * step + 0.5) * CELL_M, dtype=np.float64)
        y = np.asarray(self.y0 + (rows * step + 0.5) * CELL_M, dtype=np.float64)
        return x, y, part[rows, columns]


def map_floor(segments: Sequence[Segment], centres: Sequence[tuple[float, float]]) -> FloorMap:
    """Fill the floor from the zone centres.

    Args:
        segments: wall ends, metres.
        centres: one point in each zone. A centre on a wall cell is passed over.
    """
    ends = np.asarray(segments, dtype=np.float64)
    x0 = float(ends[:, [0, 2]].min()) - MARGIN_M
    y0 = float(ends[:, [1, 3]].min()) - MARGIN_M
    nx = int((ends[:, [0, 2]].max() - x0 + MARGIN_M) / CELL_M) + 1
    ny = int((ends[:, [1, 3]].max() - y0 + MARGIN_M) / CELL_M) + 1
    stopped = np.zeros((ny, nx), dtype=np.bool_)
    for x1, y1, x2, y2 in ends:
        rows, columns = _crossed(
            (x1 - x0) / CELL_M, (y1 - y0) / CELL_M, (x2 - x0) / CELL_M, (y2 - y0) / CELL_M
        )
        stopped[rows, columns] = True
    labels, count = ndimage.label(~stopped)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    seen = set()
    for x, y in centres:
        row, column = int((y - y0) / CELL_M), int((x - x0) / CELL_M)
        if 0 <= row < ny and 0 <= column < nx and labels[row, column] > 0:
            seen.add(int(labels[row, column]))
    # the frame of the raster lies outside all walls: never floor
    seen -= {int(labels[0, 0])}
    ordered = sorted(seen, key=lambda label: (-int(sizes[label]), label))
    area = _renumber(labels, count, ordered)
    others = [label for label in range(1, count + 1) if label not in seen and label != labels[0, 0]]
    areas_m2 = tuple(float(sizes[label]) * CELL_M**2 for label in ordered)
    return FloorMap(x0, y0, area, _renumber(labels, count, others), stopped, areas_m2)


def _renumber(labels: NDArray[np.int32], count: int, wanted: Sequence[int]) -> NDArray[np.int32]:
    table = np.full(count + 1, -1, dtype=np.int32)
    table[list(wanted)] = np.arange(len(wanted), dtype=np.int32)
    result: NDArray[np.int32] = table[labels]
    return result


def _crossed(x1: float, y1: float, x2: float, y2: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of all unit cells that a segment passes through."""
    cuts = [np.array([0.0, 1.0])]
    for a, b in ((x1, x2), (y1, y2)):
        if a != b:
            low, high = min(a, b), max(a, b)
            cuts.append((np.arange(np.ceil(low), np.floor(high) + 1.0) - a) / (b - a))
    t = np.unique(np.clip(np.concatenate(cuts), 0.0, 1.0))
    middle = (t[1:] + t[:-1]) / 2.0 if t.size > 1 else t
    rows = np.floor(y1 + middle * (y2 - y1)).astype(np.intp)
    columns = np.floor(x1 + middle * (x2 - x1)).astype(np.intp)
    return rows, columns


def clear_length(segments: NDArray[np.float64], x: float, y: float, dx: float, dy: float) -> float:
    """Distance from a point along a direction to the first wall, metres; inf when there is none.

    Args:
        segments: (n, 4) wall ends.
        x, y: the point.
        dx, dy: unit direction.
    """
    ax, ay, bx, by = segments.T
    ex, ey = bx - ax, by - ay
    cross = dx * ey - dy * ex
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((ax - x) * ey - (ay - y) * ex) / cross
        s = ((ax - x) * dy - (ay - y) * dx) / cross
    hit = (np.abs(cross) > 1e-12) & (t > 0.0) & (s >= 0.0) & (s <= 1.0)
    return float(t[hit].min()) if hit.any() else float("inf")
