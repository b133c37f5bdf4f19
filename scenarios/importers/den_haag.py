"""Makes the station folder of Den Haag Centraal: ``python -m scenarios.importers.den_haag [FOLDER]``.

Reads the walls, zones, counts and totals in ``tests/data/denhaag`` and the two tables beside this file (zones
drawn over the walls, clock-face pattern of the trains), and writes the folder, byte for byte the same each
time. What is assumed is told in ``scenarios/stations/SOURCES.md``.
"""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from model.inputs.layout import Access, Layout, Level, Passage, Platform, Zone
from model.inputs.population import Population
from model.inputs.roster import Duty, Roster
from model.inputs.timetable import Timetable
from model.parameters import Parameters
from model.world.grid import inside, make_grid
from scenarios.draft import STATIONS
from scenarios.faults import Fault, StationFileError
from scenarios.importers.clockface import read_pattern
from scenarios.importers.demand import read_total, work_city_population
from scenarios.importers.furnish import furnish
from scenarios.importers.walls import Source, open_zones, read_source, rectangle
from scenarios.importers.walls_layout import passages_of, track_side, walls_of
from scenarios.importers.zone_table import read_zones
from scenarios.plain_files import MAX_JSON_BYTES, decode, parse_json, read_bytes
from scenarios.station_files import write_station
from scenarios.table_files import Call

HERE: Final = Path(__file__).parent
DATA: Final = HERE.parents[1] / "tests" / "data" / "denhaag"
STATION: Final = "den-haag-centraal"
DAYS: Final = 7
YEAR: Final = 2019
TRANSFER_SHARE: Final = 0.10  # a terminal, but of eight directions; assumed

# level, a zone of the source on it; elevations assumed: flights of 14 m run at 27 degrees
LEVELS: Final = (
    (Level(-1, "Underpass at the platform ends", -5.0), "oZGVaNcwLR"),
    (Level(0, "Street level: hall and platforms", 0.0), "8006"),
    (Level(1, "Tram viaduct, northern platforms", 7.0), "3017-b"),
    (Level(2, "Tram viaduct, southern platforms", 7.0), "2037-b"),
    (Level(3, "Bus station", 7.0), "1824-1825"),
    (Level(4, "Metro", 14.0), "7001"),
)
# zones of the source where people wait for a vehicle, other than the rail platforms 80xx
STOPS: Final = (
    "9010", "1501", "1517", "1501-1517-top", "1501-1517-bottom", "9032", "9011", "9011-2",
    "2021-a", "2021-b", "2021-c", "3017-a", "3017-b", "3017-c",
    "2037-a", "2037-b", "2037-c", "3040-a", "3040-b", "3040-c", "1824-1825", "7001", "7002",
)  # fmt: skip
# of all who come and go: how, assumed; walkers over the entrances as the source says
WALK_SHARE: Final = 0.45
BICYCLE_SHARE: Final = 0.15
STOP_SHARES: Final[Mapping[str, tuple[str, float]]] = {
    "3017-b": ("Tram, northern outer track", 0.04),
    "2021-b": ("Tram, northern inner track", 0.04),
    "2037-b": ("Tram, southern inner track", 0.04),
    "3040-b": ("Tram, southern outer track", 0.04),
    "9010": ("Tram, western outer platform", 0.05),
    "1501-1517-top": ("Tram 15 and 17", 0.05),
    "9032": ("Tram at the western front", 0.02),
    "9011": ("Tram, southern stop, north side", 0.02),
    "9011-2": ("Tram, southern stop, south side", 0.02),
    "1824-1825": ("Bus station", 0.05),
    "7001": ("Metro, western platform", 0.015),
    "7002": ("Metro, eastern platform", 0.015),
}
ENTRANCES: Final[Mapping[str, str]] = {
    "west-entrance": "Western entrance",
    "east-entrance": "Eastern entrance",
    "north-entrance-1": "Northern entrance, west",
    "north-entrance-2": "Northern entrance, east",
}
BICYCLES: Final = "bike-storage"
# stairs drawn on both levels that the source does not join: mouth in the street, mouth in the underpass, run
UNDERPASS_STAIRS: Final = (
    ("yMEerhDQrS", "YIzRHGSsBb", 11.0),
    ("PuwMsrmiFT", "oZGVaNcwLR", 20.0),
    ("dGTFZfdCRE", "kIpetBPyNE", 20.0),
    ("zQvxPLpYjq", "plMOIpmtXI", 20.0),
    ("pMaAEekbxe", "ERkVyOjZni", 20.0),
    ("zcFyCybFSf", "QNjwHRrTzt", 20.0),
)
UNDERPASS_WIDTH_M: Final = 1.4
ATTRIBUTION: Final = (
    "Walls, zones and stops: (c) 2022 Nicholas Molyneaux, MIT licence, pedestrian-control-simulator "
    "(den-haag). Kinds, owners, levels, lamps, cameras, shops and other assets are assumed by rule, as "
    "marked in the file."
)
DEMAND_SOURCE: Final = (
    "98,818 boardings + alightings a working day of 2019 (NS, in Tubantia), half each; shape: weekday counts "
    "at Zürich Hardbrücke, 2024 (City of Zürich / VBZ, CC0), in = alighting"
)
TIMETABLE_SOURCE: Final = (
    "illustrative: a clock-face pattern of 630 trains on a weekday, not the real timetable"
)


@dataclass(frozen=True)
class Station:
    """What ``write_station`` takes."""

    layout: Layout
    calls: tuple[Call, ...]
    population: Population
    roster: Roster


def make_station(data: Path = DATA) -> Station:
    """Return Den Haag Centraal.

    Args:
        data: folder with the source files.

    Raises:
        StationFileError: a source file with faults.
    """
    source = read_source(data / "denhaag_walls.json", data / "denhaag_graph.json")
    if faults := open_zones(source):
        raise StationFileError(faults)
    layout = make_layout(source, data / "denhaag_stop_to_nodes.json")
    total, _ = read_total(data / "nl_station_boardings_alightings.csv", "Den Haag Centraal", YEAR)
    counts = data / "zurich_hardbruecke_sbb_hourly_profile.csv"
    population = work_city_population(total, counts, TRANSFER_SHARE, DEMAND_SOURCE)
    return Station(layout, tuple(read_pattern(HERE / "den_haag_lines.csv")), population, base_roster())


def make_layout(source: Source, stops: Path) -> Layout:
    """Return the furnished layout; ``stops`` tells how walkers spread over the entrances."""
    level_of_area = {source.area_of(node): level.ordinal for level, node in LEVELS}
    elevation = {source.area_of(node): level.elevation_m for level, node in LEVELS}
    zones = read_zones(HERE / "den_haag_zones.csv")
    rails = sorted((name for name in source.nodes if name.startswith("80")), key=platform_number)
    strips = [source.nodes[name] for name in (*rails, *STOPS)]
    bare = Layout(
        id=STATION,
        name="Den Haag Centraal",
        latitude=52.0808,
        longitude=4.3248,
        north_deg=90.0,  # the names of the entrances tell it
        levels=tuple(level for level, _ in LEVELS),
        walls=walls_of(source, level_of_area, strips),
        zones=zones,
        platforms=tuple(_platform(source, name, zones) for name in rails),
        accesses=_accesses(source, stops, zones, level_of_area),
        passages=(*passages_of(source, elevation), *_underpass_stairs(source)),
        lamps=(),
        cameras=(),
        shops=(),
        spots=(),
        attribution=ATTRIBUTION,
    )
    return furnish(bare, make_grid(bare), Parameters.default())


def platform_number(name: str) -> int:
    """Number of a rail platform out of its node name: 8001 to 8011, and 80012 for 12."""
    return int(name.removeprefix("80").lstrip("0"))


def zone_at(zones: tuple[Zone, ...], x: float, y: float, level: int) -> Zone:
    """The smallest zone of a level around a point, else the one with the nearest corner."""
    mine = [zone for zone in zones if zone.level == level]
    around = [zone for zone in mine if bool(inside(zone.polygon, np.array([x]), np.array([y]))[0])]
    if around:
        return min(around, key=_box_size)
    return min(mine, key=lambda zone: min(math.hypot(px - x, py - y) for px, py in zone.polygon))


def _box_size(zone: Zone) -> float:
    xs, ys = [p[0] for p in zone.polygon], [p[1] for p in zone.polygon]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _platform(source: Source, name: str, zones: tuple[Zone, ...]) -> Platform:
    node = source.nodes[name]
    zone = zone_at(zones, *node.centre, 0)
    return Platform(str(platform_number(name)), zone.id, rectangle(node.corners), track_side(source, node))


def _accesses(
    source: Source, stops: Path, zones: tuple[Zone, ...], level_of_area: Mapping[int, int]
) -> tuple[Access, ...]:
    walkers = entrance_shares(stops)
    named = {name: (title, WALK_SHARE * walkers[name]) for name, title in ENTRANCES.items()}
    named[BICYCLES] = ("Bicycle parking", BICYCLE_SHARE)
    found = []
    for name, (title, share) in (named | dict(STOP_SHARES)).items():
        node = source.nodes[name]
        zone = zone_at(zones, *node.centre, level_of_area[source.area_of(name)])
        area = rectangle(node.corners)
        found.append(Access(f"access-{name}", title, zone.id, area, round(share, 6), assumed=True))
    return tuple(found)


def entrance_shares(path: Path) -> dict[str, float]:
    """Return the shares of walkers by entrance; that of the bicycle parking goes to the others."""
    value = parse_json(decode(read_bytes(path, MAX_JSON_BYTES), path.name), path.name)
    try:
        listed = value["walkingStops2Nodes"]["defaultDistribution"]
        shares = {str(item["node"]): float(item["probability"]) for item in listed}
        chosen = {name: shares[name] for name in ENTRANCES}
        if min(chosen.values()) < 0 or not 0 < sum(chosen.values()) <= 1:
            raise ValueError("probabilities lie between 0 and 1")
    except (KeyError, TypeError, ValueError) as error:
        message = f"has no share for each of {', '.join(ENTRANCES)} ({error})"
        raise StationFileError([Fault(path.name, "", "walkingStops2Nodes", message)]) from None
    total = sum(chosen.values())
    return {name: share / total for name, share in chosen.items()}


def _underpass_stairs(source: Source) -> tuple[Passage, ...]:
    """Join the sixth level, to which the source draws stairs without linking them."""
    rise = LEVELS[0][0].elevation_m
    return tuple(
        Passage(
            id=f"passage-underpass-{number}",
            kind="stairs",
            box_a=rectangle(source.nodes[street].corners),
            box_b=rectangle(source.nodes[below].corners),
            length_m=round(math.hypot(run, rise), 1),
            width_m=UNDERPASS_WIDTH_M,
            rise_m=rise,
            assumed=True,
        )
        for number, (street, below, run) in enumerate(UNDERPASS_STAIRS, start=1)
    )


def base_roster() -> Roster:
    """Return the assumed duties of a weekday: service by day, guards in the hall, pairs mostly late."""
    hall, rounds = ("concourse",), ("concourse", "platform", "stairs")
    planned = (
        ("service-hall", "service", 6, 22, hall, "NS"),
        ("service-platforms", "service", 7, 19, ("platform",), "NS"),
        ("guard-early", "guard", 6, 14, hall, "NS"),
        ("guard-late", "guard", 14, 22, hall, "NS"),
        ("guard-night", "guard", 22, 25, ("concourse", "bicycle_parking"), "NS"),
        ("boa-day", "boa", 7, 15, rounds, "NS"),
        ("boa-late", "boa", 15, 23, rounds, "NS"),
        ("boa-evening", "boa", 18, 25, (*rounds, "tram_platform"), "NS"),
        ("boa-tram", "boa", 16, 24, ("tram_platform",), "tram operator"),
    )
    return Roster(
        tuple(
            Duty(name, kind, start * 3600, end * 3600, zones, owner=owner, assumed=True)  # type: ignore[arg-type]
            for name, kind, start, end, zones, owner in planned
        )
    )


def write(station: Station, folder: Path = STATIONS / STATION) -> None:
    """Write the station folder."""
    # trains that do not run every day are written with their days
    everyday = [call for call in station.calls if len(call.days) == DAYS]
    others = [call for call in station.calls if len(call.days) < DAYS]
    write_station(
        folder,
        station.layout,
        Timetable(tuple(call.train for call in everyday), TIMETABLE_SOURCE),
        station.population,
        station.roster,
        days="daily",
        names={"nl": "Den Haag Centraal", "en": "Den Haag Centraal"},
        other_calls=others,
    )


def main(arguments: list[str]) -> int:
    """Run the command; 2 when a source file has faults, which are told."""
    try:
        write(make_station(), Path(arguments[0]) if arguments else STATIONS / STATION)
    except StationFileError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
