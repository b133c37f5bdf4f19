"""Ways to break a station folder, and a look for the fault that names the break."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.check import check_path
from scenarios.faults import Fault
from scenarios.station_files import find_station

Break = Callable[[Path], None]
# how to break it, file, where, field, what the message or remedy says
Case = tuple[Break, str, str, str, str]


def shoebox_copy(folder: Path) -> Path:
    """Copy the shoebox into a folder."""
    for file in find_station("shoebox").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def told(folder: Path, file: str, where: str, field: str, message: str) -> Fault:
    """Return the one fault that names these; fail with the whole list when there is none."""
    faults = check_path(folder)
    fitting = [
        fault
        for fault in faults
        if Path(fault.file) == folder / file
        and where in fault.where
        and field == fault.field
        and re.search(message, f"{fault.message} {fault.remedy}")
    ]
    assert fitting, "\n".join(map(str, faults)) or "no fault at all"
    assert str(fitting[0]).startswith(str(folder / file))
    return fitting[0]


# ways to break a folder


def text(file: str, old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        content = (folder / file).read_text()
        assert old in content
        (folder / file).write_text(content.replace(old, new, 1))

    return change


def raw(file: str, content: bytes) -> Break:
    def change(folder: Path) -> None:
        (folder / file).write_bytes(content)

    return change


def both(*changes: Break) -> Break:
    def apply(folder: Path) -> None:
        for change in changes:
            change(folder)

    return apply


def recoded(file: str, coding: str) -> Break:
    def change(folder: Path) -> None:
        (folder / file).write_text((folder / file).read_text(), encoding=coding)

    return change


def feature(kind: str, name: str, change: Callable[[dict[str, Any]], object]) -> Break:
    def apply(folder: Path) -> None:
        path = folder / "layout.geojson"
        drawing = json.loads(path.read_text())
        (found,) = [f for f in drawing["features"] if f["id"] == name and f["properties"]["feature_type"] == kind]
        change(found)
        path.write_text(json.dumps(drawing))

    return apply


def prop(kind: str, name: str, key: str, value: object) -> Break:
    return feature(kind, name, lambda f: f["properties"].__setitem__(key, value))


def moved(kind: str, name: str, coordinates: object) -> Break:
    return feature(kind, name, lambda f: f["geometry"].__setitem__("coordinates", coordinates))


def without(kind: str, *names: str) -> Break:
    def apply(folder: Path) -> None:
        path = folder / "layout.geojson"
        drawing = json.loads(path.read_text())
        drawing["features"] = [
            f
            for f in drawing["features"]
            if f["properties"]["feature_type"] != kind or (names and f["id"] not in names)
        ]
        path.write_text(json.dumps(drawing))

    return apply


def more(*features: dict[str, Any]) -> Break:
    def apply(folder: Path) -> None:
        path = folder / "layout.geojson"
        drawing = json.loads(path.read_text())
        drawing["features"] += features
        path.write_text(json.dumps(drawing))

    return apply


def made(kind: str, ident: str, geometry: str, coordinates: object, **properties: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": ident,
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": {"feature_type": kind, "level": 0, **properties},
    }


def ring(x: float, y: float, width: float, height: float) -> list[list[list[float]]]:
    corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    return [[*corners, corners[0]]]


def walled(x: float, y: float, width: float, height: float, name: str, level: int = 0) -> dict[str, Any]:
    return made("wall", name, "LineString", ring(x, y, width, height)[0], level=level)


STATION, DRAWING, TRAINS, DEMAND, MIX = (
    "station.yaml",
    "layout.geojson",
    "timetable.csv",
    "demand.csv",
    "population.csv",
)
UNIT = {
    "name": "x", "category": "square", "owner": "NS", "roofed": False, "sky_view": 1.0, "disorder": 0.1,
}  # fmt: skip
