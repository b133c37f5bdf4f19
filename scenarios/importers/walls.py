"""Reads walls-and-zones files: a JSON list of wall segments and a JSON graph of zones.

The form is that of the pedestrian simulator of Molyneaux (MIT): walls as ``x1, y1, x2, y2, type``, zones
(nodes) as four corners, ``connectivity`` on one level and ``connectivity_level_change`` between levels that
are drawn beside each other. Coordinates are local metres.

Known defects are put right and told in ``Source.notes``: a node name used twice, a wall type other than 0, a
location that names another station, missing keys of older files.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.importers.floor import FloorMap, Segment, map_floor
from scenarios.plain_files import MAX_JSON_BYTES, decode, parse_json, read_bytes

FARTHEST_M: Final = 5000.0
LARGEST_M2: Final = 1_000_000.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SourceNode:
    """One zone of the graph file.

    Attributes:
        name: unique; a name used twice gets ``-2`` behind it.
        corners: four points, metres.
        end: people start and end here (a platform, stop or entrance).
    """

    name: str
    corners: tuple[Point, Point, Point, Point]
    end: bool

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Lowest x, lowest y, highest x, highest y."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def centre(self) -> Point:
        """Mean of the corners."""
        return sum(x for x, _ in self.corners) / 4.0, sum(y for _, y in self.corners) / 4.0


@dataclass(frozen=True)
class Source:
    """What the two files say.

    Attributes:
        walls: wall ends, metres.
        nodes: zones by name, in the order of the file.
        links: (name, name) of zones joined on one level, as directed in the file.
        level_changes: (from, to) of zones joined by stairs or escalator.
        floor: the areas that the walls enclose.
        notes: defects found and what was made of them.
    """

    walls: tuple[Segment, ...]
    nodes: Mapping[str, SourceNode]
    links: tuple[tuple[str, str], ...]
    level_changes: tuple[tuple[str, str], ...]
    floor: FloorMap
    notes: tuple[str, ...]

    def ends(self) -> NDArray[np.float64]:
        """Wall ends as an (n, 4) array."""
        return np.asarray(self.walls, dtype=np.float64)

    def area_of(self, name: str) -> int:
        """Number of the walkable area in which the centre of a zone lies, -1 for none."""
        return self.floor.area_at(*self.nodes[name].centre)

    def neighbours(self, name: str) -> tuple[str, ...]:
        """Zones joined with this one on the same level, in either direction, sorted."""
        found = {b for a, b in self.links if a == name} | {a for a, b in self.links if b == name}
        return tuple(sorted(found - {name}))


def read_source(walls_path: Path, graph_path: Path) -> Source:
    """Read the two files.

    Args:
        walls_path: JSON with ``walls``.
        graph_path: JSON with ``nodes`` and optionally ``connectivity``, ``connectivity_level_change``.

    Raises:
        StationFileError: all faults at once, each with file, object, field and remedy.
    """
    faults: list[Fault] = []
    notes: list[str] = []
    walls = _read_walls(_json(walls_path), walls_path.name, faults, notes)
    graph = _json(graph_path)
    nodes = _read_nodes(graph, graph_path.name, faults, notes)
    links = _read_links(graph, "connectivity", nodes, graph_path.name, faults)
    changes = _read_links(graph, "connectivity_level_change", nodes, graph_path.name, faults)
    _note_location(walls_path, graph, notes)
    faults += _too_wide(walls, walls_path.name)
    if faults:
        raise StationFileError(faults)
    floor = map_floor(walls, [node.centre for node in nodes.values()])
    return Source(walls, nodes, links, changes, floor, tuple(notes))


def open_zones(source: Source) -> list[Fault]:
    """Name the zones whose centre lies in no enclosed area: on a wall, or where the walls leave a gap."""
    remedy = "close the gap in the walls around it, or move the zone off the wall"
    return [
        Fault("graph", f"node {name}", "x1..y4", "its centre lies in no area that walls enclose", remedy)
        for name in source.nodes
        if source.area_of(name) < 0
    ]


def _json(path: Path) -> dict[str, Any]:
    value = parse_json(decode(read_bytes(path, MAX_JSON_BYTES), path.name), path.name)
    if not isinstance(value, dict):
        raise StationFileError([Fault(path.name, "", "", "is no JSON object", 'expected {"walls": [...]}')])
    return value


def _list(value: Mapping[str, Any], key: str, file: str, faults: list[Fault], needed: bool) -> list[Any]:
    if key not in value:
        if needed:
            faults.append(Fault(file, "", key, "is missing", nearest(key, value)))
        return []
    found = value[key]
    if not isinstance(found, list) or (needed and not found):
        faults.append(Fault(file, "", key, f"must be a list with entries, got {shown(found)}"))
        return []
    return found


def _number(entry: Any, key: str, file: str, where: str, faults: list[Fault]) -> float:
    value = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        faults.append(
            Fault(file, where, key, f"must be a number, got {shown(value)}", "metres, for example 12.5")
        )
        return 0.0
    if abs(value) > FARTHEST_M:
        message = f"is {value:g} m, more than {FARTHEST_M:g} m from the origin"
        faults.append(Fault(file, where, key, message, "use local metres, not geographic coordinates"))
        return 0.0
    return float(value)


def _read_walls(
    value: Mapping[str, Any], file: str, faults: list[Fault], notes: list[str]
) -> tuple[Segment, ...]:
    walls: list[Segment] = []
    for number, entry in enumerate(_list(value, "walls", file, faults, needed=True)):
        where = f"wall {number}"
        x1, y1, x2, y2 = (_number(entry, key, file, where, faults) for key in ("x1", "y1", "x2", "y2"))
        walls.append((x1, y1, x2, y2))
        kind = entry.get("type", 0) if isinstance(entry, dict) else 0
        if kind != 0:
            notes.append(f"{where}: type {shown(kind)} is read as an ordinary wall")
    return tuple(walls)


def _read_nodes(
    value: Mapping[str, Any], file: str, faults: list[Fault], notes: list[str]
) -> dict[str, SourceNode]:
    nodes: dict[str, SourceNode] = {}
    for number, entry in enumerate(_list(value, "nodes", file, faults, needed=True)):
        given = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(given, str) or not given:
            faults.append(Fault(file, f"node {number}", "name", f"must be a text, got {shown(given)}"))
            continue
        name, count = given, 1
        while name in nodes:
            count += 1
            name = f"{given}-{count}"
        if count > 1:
            notes.append(f"node {given} occurs again: the later one is called {name}")
        where = f"node {shown(given)}"
        p = [
            (_number(entry, f"x{i}", file, where, faults), _number(entry, f"y{i}", file, where, faults))
            for i in (1, 2, 3, 4)
        ]
        nodes[name] = SourceNode(name, (p[0], p[1], p[2], p[3]), entry.get("OD", False) is True)
    return nodes


def _read_links(
    value: Mapping[str, Any], key: str, nodes: Mapping[str, SourceNode], file: str, faults: list[Fault]
) -> tuple[tuple[str, str], ...]:
    links: list[tuple[str, str]] = []
    for number, entry in enumerate(_list(value, key, file, faults, needed=False)):
        start = entry.get("node") if isinstance(entry, dict) else None
        others = entry.get("connected_to") if isinstance(entry, dict) else None
        if not isinstance(others, list):
            message = f"must be a list of node names, got {shown(others)}"
            faults.append(Fault(file, f"{key} {number}", "connected_to", message))
            continue
        for field, name in [("node", start), *(("connected_to", other) for other in others)]:
            if not isinstance(name, str) or name not in nodes:
                message = f"there is no node {shown(name)}"
                faults.append(Fault(file, f"{key} {number}", field, message, nearest(name, nodes)))
        links += [(str(start), str(other)) for other in others]
    return tuple(dict.fromkeys(links))


def _too_wide(walls: Sequence[Segment], file: str) -> list[Fault]:
    """A sheet of more than a square kilometre is no station, and would not fit in memory as a raster."""
    if not walls:
        return []
    xs, ys = [v for wall in walls for v in wall[::2]], [v for wall in walls for v in wall[1::2]]
    width, depth = max(xs) - min(xs), max(ys) - min(ys)
    if width * depth <= LARGEST_M2:
        return []
    message = f"spread over {width:,.0f} by {depth:,.0f} m, more than {LARGEST_M2:,.0f} m2"
    return [Fault(file, "", "walls", message, "draw the levels beside each other, close together")]


def _note_location(walls_path: Path, graph: Mapping[str, Any], notes: list[str]) -> None:
    """Two files of one station should name the same place; they are not refused when they do not."""
    walls_say, graph_says = _json(walls_path).get("location"), graph.get("location")
    if walls_say != graph_says:
        notes.append(
            f'{walls_path.name}: location "{shown(walls_say)}" is not "{shown(graph_says)}": passed over'
        )


def rectangle(points: Sequence[Point], digits: int = 3) -> tuple[Point, ...]:
    """Bounding rectangle of points, counter-clockwise, rounded."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x1, y1, x2, y2 = (round(v, digits) for v in (min(xs), min(ys), max(xs), max(ys)))
    return (x1, y1), (x2, y1), (x2, y2), (x1, y2)
