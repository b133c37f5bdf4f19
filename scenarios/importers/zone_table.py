"""Reads a table of zones drawn by hand over a walls file: the kind, owner and look of each piece of floor."""

import csv
import io
from pathlib import Path
from typing import Final, cast

from model.inputs.layout import OWNERS, ZONE_KINDS, Owner, Point, Zone, ZoneKind
from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.importers.walls import rectangle
from scenarios.plain_files import MAX_CSV_BYTES, decode, read_bytes

COLUMNS: Final = ("id", "name", "kind", "owner", "level", "roofed", "sky_view", "disorder", "polygon")


def read_zones(path: Path) -> tuple[Zone, ...]:
    """Read the table.

    Args:
        path: CSV with the columns ``COLUMNS``. ``polygon`` is ``x y x y ...`` in metres: two points are the
            corners of a rectangle, three or more a polygon. ``roofed`` is yes or no.

    Raises:
        StationFileError: all faults at once.
    """
    faults: list[Fault] = []
    zones: list[Zone] = []
    reader = csv.DictReader(io.StringIO(decode(read_bytes(path, MAX_CSV_BYTES), path.name)))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        message = f"must have the columns {', '.join(COLUMNS)}"
        raise StationFileError([Fault(path.name, "line 1", "", message)])
    for line, row in enumerate(reader, start=2):
        zone = _zone(row, path.name, line, faults)
        if zone is not None:
            zones.append(zone)
    if faults:
        raise StationFileError(faults)
    return tuple(zones)


def _zone(row: dict[str, str], file: str, line: int, faults: list[Fault]) -> Zone | None:
    where = f"line {line}"
    for column, words in (("kind", ZONE_KINDS), ("owner", OWNERS), ("roofed", ("yes", "no"))):
        if row[column] not in words:
            faults.append(
                Fault(
                    file,
                    where,
                    column,
                    f'"{shown(row[column])}" is not a known word',
                    nearest(row[column], words),
                )
            )
            return None
    try:
        numbers = [float(part) for part in row["polygon"].split()]
        level, sky_view, disorder = int(row["level"]), float(row["sky_view"]), float(row["disorder"])
        if len(numbers) < 4 or len(numbers) % 2:
            raise ValueError("a polygon needs pairs of x and y, two points or more")
    except ValueError as error:
        faults.append(Fault(file, where, "", str(error)))
        return None
    points: tuple[Point, ...] = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    if len(points) == 2:
        points = rectangle(points)
    kind, owner = cast(ZoneKind, row["kind"]), cast(Owner, row["owner"])
    roofed = row["roofed"] == "yes"
    return Zone(
        row["id"], row["name"], kind, owner, level, points, roofed, sky_view, None, disorder, assumed=True
    )
