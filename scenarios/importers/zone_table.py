"""Reads a table of zones drawn by hand over a walls file: the kind, owner and look of each piece of floor."""

from pathlib import Path
from typing import Final

from model.inputs.layout import OWNERS, ZONE_KINDS, Point, Zone
from scenarios.importers.tables import Row, number, read_rows, whole, word
from scenarios.importers.walls import FARTHEST_M, rectangle
from scenarios.plain_files import parse_number

COLUMNS: Final = ("id", "name", "kind", "owner", "level", "roofed", "sky_view", "disorder", "polygon")
LEVELS: Final = 20


def read_zones(path: Path) -> tuple[Zone, ...]:
    """Read the table.

    Args:
        path: CSV with the columns ``COLUMNS``. ``polygon`` is ``x y x y ...`` in metres: two points are the
            corners of a rectangle, three or more a polygon. ``roofed`` is yes or no.

    Raises:
        StationFileError: all faults at once.
    """
    return tuple(read_rows(path, COLUMNS, _zone))


def _zone(_: int, row: Row) -> Zone:
    return Zone(
        id=row["id"],
        name=row["name"],
        kind=word(row, "kind", ZONE_KINDS),
        owner=word(row, "owner", OWNERS),
        level=whole(row, "level", -LEVELS, LEVELS),
        polygon=_polygon(row["polygon"]),
        roofed=word(row, "roofed", ("yes", "no")) == "yes",
        sky_view=number(row, "sky_view", 0.0, 1.0),
        reflectance=None,
        disorder=number(row, "disorder", 0.0, 1.0),
        assumed=True,
    )


def _polygon(text: str) -> tuple[Point, ...]:
    try:
        numbers = [parse_number(part) for part in text.split()]
    except ValueError as error:
        raise ValueError(f"polygon: {error}") from None
    if len(numbers) < 4 or len(numbers) % 2:
        raise ValueError("polygon: needs pairs of x and y, two points or more")
    if max(abs(value) for value in numbers) > FARTHEST_M:
        raise ValueError(f"polygon: lies more than {FARTHEST_M:g} m from the origin")
    points: tuple[Point, ...] = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return rectangle(points) if len(points) == 2 else points
