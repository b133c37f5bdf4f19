"""What all measures on walls and on things that stand in the way share: which ones are meant."""

from collections.abc import Sequence
from math import hypot

import shapely

from model.inputs.layout import Layout, Obstacle, Wall, Zone
from scenarios.faults import nearest
from scenarios.measures.measure import Fault3
from scenarios.measures.places import zones_around


def walls_named(layout: Layout, ids: Sequence[str]) -> tuple[Wall, ...]:
    """Return the walls with one of these ids, in the order of the layout."""
    return tuple(wall for wall in layout.walls if wall.id in set(ids))


def length_m(walls: Sequence[Wall]) -> float:
    """Return how long walls are together."""
    return sum(hypot(wall.x2 - wall.x1, wall.y2 - wall.y1) for wall in walls)


def zones_beside(layout: Layout, walls: Sequence[Wall], obstacles: Sequence[Obstacle]) -> tuple[Zone, ...]:
    """Return the zones in which walls (their middle) and obstacles stand."""
    points = [(wall.level, (wall.x1 + wall.x2) / 2, (wall.y1 + wall.y2) / 2) for wall in walls]
    for thing in obstacles:
        middle = shapely.Polygon(thing.polygon).centroid
        points.append((thing.level, middle.x, middle.y))
    return zones_around(layout, points)


def wrong_walls(layout: Layout, ids: Sequence[str]) -> list[Fault3]:
    """Return which ids are no wall that stops sight."""
    kinds = {wall.id: wall.kind for wall in layout.walls}
    solid = [name for name, kind in kinds.items() if kind == "wall"]
    faults = []
    for name in ids:
        if name not in kinds:
            faults.append(("walls", f'"{name}" is no wall of {layout.id}', nearest(name, solid)))
        elif kinds[name] != "wall":
            message = f'"{name}" is of kind {kinds[name]}, which one sees over or through already'
            faults.append(("walls", message, nearest(name, solid)))
    return faults
