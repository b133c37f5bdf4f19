"""Small layouts drawn by hand, and the slow twins of the kernels that make the fields.

A twin says the same as its kernel in plain Python or NumPy, without leaps, lists or whole numbers.
"""

import heapq
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from model.inputs.layout import Layout, Level, Wall, Zone

Cells = NDArray[np.bool_]


def rectangle(x1: float, y1: float, x2: float, y2: float, name: str = "room", level: int = 0) -> list[Wall]:
    corners = [(x1, y1), (x2, y1), (x2, y2), (x1, y2), (x1, y1)]
    return [Wall(f"{name}{k}", level, *a, *b) for k, (a, b) in enumerate(itertools.pairwise(corners))]


def zone(
    name: str, x1: float, y1: float, x2: float, y2: float, *, level: int = 0, sky: float = 0.0, **rest: Any
) -> Zone:
    polygon = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
    given = {"kind": "concourse", "owner": "NS", "reflectance": None, "disorder": 0.0, "roofed": False} | rest
    return Zone(name, name, level=level, polygon=polygon, sky_view=sky, **given)


def layout(walls: Sequence[Wall], zones: Sequence[Zone], **rest: Any) -> Layout:
    ordinals = sorted({z.level for z in zones})
    empty = dict.fromkeys(("platforms", "accesses", "passages", "lamps", "cameras", "shops", "spots"), ())
    return Layout(
        "hand", "By hand", 52.09, 5.11, tuple(Level(o, str(o), 4.0 * o) for o in ordinals), tuple(walls),
        tuple(zones), **(empty | rest),
    )  # fmt: skip


def hall(width: float, depth: float, **rest: Any) -> Layout:
    """A room from (0, 0) whose floor is the rectangle inside walls a quarter of a metre thick."""
    return layout(rectangle(0, 0, width, depth), [zone("hall", 0, 0, width, depth)], **rest)


def with_walls(place: Layout, *walls: Wall) -> Layout:
    return replace(place, walls=(*place.walls, *walls))


def no_obstacles(clear: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The obstacles that light passes over, as ``lamp_light`` takes them: none."""
    return np.zeros((0, clear.size), np.uint8), np.zeros(0)


# ---------------------------------------------------------------- lines of sight


def twin_clearance(blocked: Cells) -> NDArray[np.int64]:
    """Chessboard distance to the nearest blocked cell, by looking at all of them."""
    rows, columns = np.nonzero(blocked)
    iy, ix = np.indices(blocked.shape)
    if not len(rows):
        return np.full(blocked.shape, 255)
    far = np.maximum(np.abs(iy[..., None] - rows), np.abs(ix[..., None] - columns)).min(-1)
    return np.minimum(far, 255)


def twin_sees(blocked: Cells, px: int, py: int, qx: int, qy: int) -> bool:
    """Follow a line piece by piece between its crossings with grid lines, in exact fractions.

    Points are in half cells. A piece inside a cell is stopped when the cell is blocked. A piece on a grid
    line is stopped when both neighbours are; at a crossing of grid lines nothing slips between two blocked
    cells that touch there from opposite quarters, and a line on a grid line changes sides only inside an open
    pair.
    """
    if (px, py) == (qx, qy):
        return True
    p = (Fraction(px, 2), Fraction(py, 2))
    d = (Fraction(qx - px, 2), Fraction(qy - py, 2))
    cuts = {Fraction(0), Fraction(1)}
    for axis in (0, 1):
        if d[axis] != 0:
            low, high = sorted((p[axis], p[axis] + d[axis]))
            cuts |= {(k - p[axis]) / d[axis] for k in range(math.ceil(low), math.floor(high) + 1)}
    ts = sorted(cuts)
    sides: set[int] | None = None  # on a grid line: on which sides the line can still be
    for k, (t, following) in enumerate(itertools.pairwise(ts)):
        middle = [p[axis] + (t + following) / 2 * d[axis] for axis in (0, 1)]
        on_line = [m.denominator == 1 for m in middle]
        column, row = (math.floor(m) for m in middle)
        if any(on_line):
            step = (1, 0) if on_line[0] else (0, 1)
            open_sides = {s for s in (0, 1) if not blocked[row - s * step[1], column - s * step[0]]}
            if not open_sides or (sides is not None and not open_sides & sides):
                return False
            sides = open_sides
        elif blocked[row, column]:
            return False
        at = [p[axis] + t * d[axis] for axis in (0, 1)]
        if k > 0 and d[0] != 0 and d[1] != 0 and all(a.denominator == 1 for a in at):
            x, y = (int(a) for a in at)
            if d[0] * d[1] > 0 and blocked[y, x - 1] and blocked[y - 1, x]:
                return False
            if d[0] * d[1] < 0 and blocked[y, x] and blocked[y - 1, x - 1]:
                return False
    return True


def windows_of(mask: NDArray[np.uint64], iy: NDArray[np.int64], ix: NDArray[np.int64], cell: Any) -> Cells:
    """Unpack the bit windows of visible cells into a full (C, C) table."""
    reach = mask.shape[1] // 2
    side = mask.shape[1]
    bits = (mask[:, :, None] >> np.arange(side, dtype=np.uint64)) & np.uint64(1)
    p, r, b = np.nonzero(bits)
    table = np.zeros((len(mask), len(mask)), np.bool_)
    numbers = cell[iy[p] - reach + r, ix[p] - reach + b]
    assert (numbers >= 0).all(), "a bit is set where there is no floor"
    table[p, numbers] = True
    return table


# ---------------------------------------------------------------- cells


def twin_cell_point(sub: Cells) -> tuple[int, int, int]:
    """Lattice point (1/8 m) and number of floor cells of one 1 m cell, given its 4 x 4 floor."""
    parts, count = ndimage.label(sub)
    sizes = ndimage.sum_labels(sub, parts, range(1, count + 1))
    part = parts == 1 + int(np.argmax(sizes))
    iy, ix = np.nonzero(part)
    middle_x, middle_y = (
        Fraction(int((2 * ix + 1).sum()), len(ix)),
        Fraction(int((2 * iy + 1).sum()), len(iy)),
    )
    best = []
    for y in range(1, 8):
        for x in range(1, 8):
            touching = part[(y - 1) // 2 : y // 2 + 1, (x - 1) // 2 : x // 2 + 1]
            if touching.all():
                best.append(((x - middle_x) ** 2 + (y - middle_y) ** 2, y, x))
    _, y, x = min(best)
    return x, y, int(sub.sum())


def twin_walk_around(
    p: int,
    links: Any,
    link_m: Any,
    x: Any,
    y: Any,
    area: Any,
    seen: Cells,
    ahead_m: Any,
    marks: Sequence[float],
) -> tuple[float, float]:
    """Concealment and escape of cell p by a heap search; ``seen`` is row p of the table of visible cells."""
    refuge, low, high = (round(m * 64) for m in marks)
    distance = {p: 0}
    heap = [(0, p)]
    while heap:
        d, at = heapq.heappop(heap)
        if distance[at] != d:
            continue
        for q, metres in zip(links[at], link_m[at], strict=True):
            then = d + max(1, round(metres * 64))
            if q >= 0 and then <= high and then < distance.get(q, high + 1):
                distance[q] = then
                heapq.heappush(heap, (then, q))
    near = sum(area[q] for q, d in distance.items() if d <= refuge)
    hidden = sum(area[q] for q, d in distance.items() if d <= refuge and not seen[q])
    sectors = {
        math.floor(math.atan2(y[q] - y[p], x[q] - x[p]) / (math.pi / 4) + 0.5) % 8
        for q, d in distance.items()
        if q != p and (d >= low or (ahead_m[q] > 0 and d + round(ahead_m[q] * 64) >= low))
    }
    return hidden / near, len(sectors) / 8


# ---------------------------------------------------------------- light


def twin_lamp_light(
    lamps: Iterable[tuple[float, float, float, float, float]], x: Any, y: Any, lit: Any, face_m: float
) -> tuple[Any, Any]:
    """Direct light of lamps (x, y, height, flux, exponent) where ``lit`` (lamps, C) lets it through."""
    floor = np.zeros(len(x))
    face = np.zeros(len(x))
    for (lx, ly, height, flux, m), free in zip(lamps, lit, strict=True):
        for on_floor, above in ((True, height), (False, height - face_m)):
            if above <= 0:
                continue
            d = np.sqrt((x - lx) ** 2 + (y - ly) ** 2 + above**2)
            angle = np.arccos(np.clip(above / d, -1, 1))
            candela = (m + 1) / (2 * np.pi) * flux * np.cos(angle) ** m
            share = np.cos(angle) if on_floor else np.sin(angle) / np.pi
            (floor if on_floor else face)[:] += free * candela * share / d**2
    return floor, face


def twin_effective_lux(seen: Cells, far: Any, lux: Any, percent: float, weight: float) -> Any:
    """Effective lux at one outdoor level; ``far`` (C, C) distances within the radius, as booleans."""
    result = []
    for row in seen & far:
        values = np.sort(lux[row])
        low = values[max(1, math.ceil(percent * len(values) / 100)) - 1]
        result.append(values.mean() ** (1 - weight) * low**weight)
    return np.array(result)
