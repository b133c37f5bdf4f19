"""A walls-and-zones source on one level as a layout to walk in: every zone where people start or end is an access.

For comparisons with walks that were observed there, not for whole days: it has no trains, lamps or owners.
"""

from model.inputs.layout import Access, Layout, Level, Wall, Zone
from scenarios.faults import StationFileError
from scenarios.importers.walls import Source, open_zones, rectangle


def place_of(source: Source, name: str) -> Layout:
    """Return the place of a source whose floor is one piece on one level.

    Args:
        source: walls and zones.
        name: id and name of the layout.

    Raises:
        StationFileError: zones that the walls do not enclose, each with its remedy.
    """
    if faults := open_zones(source):
        raise StationFileError(faults)
    walls = tuple(
        Wall(f"wall-{k:04d}", 0, *(round(v, 3) for v in wall))  # type: ignore[arg-type]
        for k, wall in enumerate(source.walls)
        if wall[:2] != wall[2:]
    )
    zones = tuple(
        Zone(node.name, node.name, "concourse", "NS", 0, rectangle(node.corners), True, 0.0, None, 0.0, assumed=True)
        for node in source.nodes.values()
    )
    ends = [node for node in source.nodes.values() if node.end]
    accesses = tuple(
        Access(node.name, node.name, node.name, rectangle(node.corners), 1 / len(ends), assumed=True) for node in ends
    )
    levels = (Level(0, "floor", 0.0),)
    return Layout(
        name, name, 0.0, 0.0, levels, walls, zones, accesses=accesses,
        platforms=(), passages=(), lamps=(), cameras=(), shops=(), spots=(),
    )  # fmt: skip
