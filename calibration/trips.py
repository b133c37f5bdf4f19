"""Compares observed walks between zones with the same walks in the model; nothing is tuned.

    python -m calibration.trips [TRIPS [--walls FILE --graph FILE]] [--timetable FILE] [--slopes FILE] [--json]

TRIPS is a JSON list (plain or gzipped) of walks ``{"ID", "O", "D", "entryTime", "exitTime"}``: zones of the graph
file, with ``z_`` before their name, and seconds of the day. Without TRIPS: the western underpass of Lausanne, 2013.

Each walk gets its origin, destination and time of entering; free speed is drawn as for any traveller of the model.
A walk begins at a random point of its origin zone and ends at a random point of its destination zone, since the data
do not tell where in a zone a camera found or lost somebody. Walks with an unknown end (``z_-1``), or that end where
they began, are left out and counted. With ``--slopes`` some arms of the floor are stairs, up for who ends there and
down for who begins there; the file is a CSV ``zone,kind,x1,y1,x2,y2,why``.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.crowd import I32, Journeys, Pace, walk_all, walk_room
from calibration.validation import FlowAfterTrain, PairOfZones, busiest_pairs, flow_after, ks_distance
from model.day.demand import _traits as draw_traits  # the speeds of a day, from one place
from model.inputs.layout import Layout
from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniforms
from scenarios.drawing import default_mix
from scenarios.faults import Fault, StationFileError, shown
from scenarios.importers.place import place_of
from scenarios.importers.tables import Row, number, read_rows
from scenarios.importers.walls import read_source
from scenarios.plain_files import MAX_JSON_BYTES, decode, parse_json, read_bytes

F64 = NDArray[np.float64]
DATA: Final = Path(__file__).parents[1] / "tests" / "data" / "lausanne"
PAIRS: Final = 20
WITHIN: Final = 0.10  # of the observed median, given by the task: no tolerance of ours
LONGEST_S: Final = 900.0  # after the last entry
PREFIX: Final = "z_"
UNKNOWN: Final = "-1"


@dataclass(frozen=True)
class Trips:
    """Observed walks, sorted by entry: names of zones, seconds of the day; ``left_out`` counts by reason."""

    name: tuple[str, ...]
    origin: tuple[str, ...]
    destination: tuple[str, ...]
    entry_s: F64
    exit_s: F64
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Answer:
    """The comparison; see ``calibration.validation`` for the parts.

    Attributes:
        walks: how many were compared.
        left_out: how many were not, by reason.
        lost: simulated walks that did not arrive.
        ks: Kolmogorov-Smirnov distance of all travel times.
        observed_s, simulated_s: median of all travel times.
        within: how many of ``pairs`` have a median within 10% of the observed.
        pairs: the busiest pairs of zones.
        trains: flow after each train.
        flow_error: mean absolute error of those flows, people a minute; nan without trains.
        flow_mean: mean observed flow of those minutes.
    """

    walks: int
    left_out: Mapping[str, int]
    lost: int
    ks: float
    observed_s: float
    simulated_s: float
    within: int
    pairs: Sequence[PairOfZones]
    trains: Sequence[FlowAfterTrain]
    flow_error: float
    flow_mean: float


def read_trips(path: Path, zones: Sequence[str]) -> Trips:
    """Read observed walks.

    Args:
        path: the file.
        zones: names of the zones where walks can start and end.

    Raises:
        StationFileError: with the walk and the field that cannot be read.
    """
    raw = read_bytes(path, MAX_JSON_BYTES)
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    rows = parse_json(decode(raw, path.name), path.name)
    if not isinstance(rows, list):
        raise StationFileError([Fault(path.name, "", "", "is no JSON list of walks")])
    kept: list[tuple[float, float, str, str, str]] = []
    left_out = {"unknown end": 0, "ends where it began": 0}
    for at, row in enumerate(rows):
        name, origin, destination, entry, leave = _walk(row, path.name, at, zones)
        if UNKNOWN in (origin, destination):
            left_out["unknown end"] += 1
        elif origin == destination:
            left_out["ends where it began"] += 1
        else:
            kept.append((entry, leave, name, origin, destination))
    kept.sort()
    entry_s, exit_s = np.array([k[0] for k in kept]), np.array([k[1] for k in kept])
    names, origins, destinations = (tuple(str(k[at]) for k in kept) for at in (2, 3, 4))
    return Trips(names, origins, destinations, entry_s, exit_s, left_out)


def _walk(row: Any, file: str, at: int, zones: Sequence[str]) -> tuple[str, str, str, float, float]:
    where = f"walk {at}"
    if not isinstance(row, dict):
        raise StationFileError([Fault(file, where, "", f"must be an object, got {shown(row)}")])
    ends = []
    for field in ("O", "D"):
        zone = str(row.get(field)).removeprefix(PREFIX)
        if zone != UNKNOWN and zone not in zones:
            raise StationFileError([Fault(file, where, field, f"there is no zone {shown(row.get(field))}")])
        ends.append(zone)
    times = [row.get(field) for field in ("entryTime", "exitTime")]
    for field, value in zip(("entryTime", "exitTime"), times, strict=True):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise StationFileError([Fault(file, where, field, f"must be seconds, got {shown(value)}")])
    return str(row.get("ID")), ends[0], ends[1], float(times[0]), float(times[1])  # type: ignore[arg-type]


def journeys_of(trips: Trips, layout: Layout, parameters: Parameters, seed: int) -> Journeys:
    """Return the walks as journeys; luck is keyed on the walk's own name."""
    entity = np.array([entity_of(name) for name in trips.name], np.int64)
    key = np.zeros(len(entity), np.int64)

    def draw(purpose: Purpose, index: int = 0) -> F64:
        return np.asarray(uniforms(seed, int(purpose), 0, entity, key, index))

    mix = default_mix()
    weight = np.cumsum([share.share_day for share in mix])
    kind = np.searchsorted(weight, draw(Purpose.TRAITS) * weight[-1], side="right")
    traits = draw_traits(mix, np.minimum(kind, len(mix) - 1), parameters, draw, draw)
    boxes = np.array([[*access.area[0], *access.area[2]] for access in layout.accesses])
    number = {access.id: k for k, access in enumerate(layout.accesses)}
    start, goal = (np.array([number[z] for z in zones]) for zones in (trips.origin, trips.destination))

    def point(box: F64, index: int) -> tuple[F64, F64]:
        across, up = draw(Purpose.SPAWN_PLACE, index), draw(Purpose.SPAWN_PLACE, index + 1)
        x1, y1, x2, y2 = box.T + np.array([0.3, 0.3, -0.3, -0.3])[:, None]  # not on a wall
        return x1 + (x2 - x1) * across, y1 + (y2 - y1) * up

    x, y = point(boxes[start], 0)
    goal_x, goal_y = point(boxes[goal], 2)
    return Journeys(trips.entry_s, x, y, traits["speed"], goal.astype(np.int32), goal_x, goal_y)


def _slope(_: int, row: Row) -> tuple[str, str, tuple[float, ...]]:
    return row["zone"], row["kind"], tuple(number(row, field, -1e4, 1e4) for field in ("x1", "y1", "x2", "y2"))


def pace_on(path: Path, trips: Trips, parameters: Parameters) -> Pace:
    """Return the factor on free speed in the arms of the floor that a file calls stairs.

    Raises:
        StationFileError: a kind other than ``stairs``, or a row that cannot be read.
    """
    slopes = read_rows(path, ("zone", "kind", "x1", "y1", "x2", "y2", "why"), _slope)
    for zone, kind, _ in slopes:
        if kind != "stairs":
            raise StationFileError([Fault(path.name, f"zone {zone}", "kind", f"must be stairs, got {shown(kind)}")])
    up, down = (
        np.array([[zone == end for zone, _, _ in slopes] for end in ends]) for ends in (trips.destination, trips.origin)
    )
    boxes = np.array([box for _, _, box in slopes])

    def pace(who: I32, x: F64, y: F64) -> F64:
        here = (x[:, None] >= boxes[:, 0]) & (y[:, None] >= boxes[:, 1])
        here &= (x[:, None] <= boxes[:, 2]) & (y[:, None] <= boxes[:, 3])
        climbs, descends = (here & up[who]).any(1), (here & down[who]).any(1)
        return np.where(climbs, parameters.stairs_up_factor, np.where(descends, parameters.stairs_down_factor, 1.0))

    return pace


def platform_zones(graph: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return the zones of each track, out of groups of destinations named after tracks (``plat34``: 3 and 4)."""
    zones: dict[int, list[str]] = {}
    for group in graph.get("destination_groups", []):
        for digit in str(group["name"]).removeprefix("plat"):
            if digit.isdigit():
                zones[int(digit)] = [str(zone) for zone in group["zones"]]
    return zones


def flows(trips: Trips, left_s: F64, timetable: Path, graph: Path) -> list[FlowAfterTrain]:
    """Count, after each train that arrives while walks are observed, who comes from its platform."""
    zones = platform_zones(json.loads(graph.read_text()))
    found = []
    origin = np.array(trips.origin)
    for train in json.loads(timetable.read_text())["trains"]:
        clock, track = train["arrival-time"], train["track"]
        if clock is None or track not in zones:
            continue
        hour, minute, second = (int(part) for part in clock.split(":"))
        arrival = 3600 * hour + 60 * minute + second
        if not trips.entry_s[0] <= arrival <= trips.entry_s[-1] - 300:
            continue
        mine = np.isin(origin, zones[track])
        both = flow_after(trips.exit_s[mine], arrival), flow_after(left_s[mine], arrival)
        found.append(FlowAfterTrain(f"{train['type']} {train['id']}, track {track}", arrival, *both))
    return sorted(found, key=lambda flow: flow.arrival_s)


def compare(
    trips_file: Path, walls: Path, graph: Path, timetable: Path | None, *, seed: int = 1, slopes: Path | None = None
) -> Answer:
    """Walk all observed walks and compare them; see the head of this file."""
    parameters = Parameters.default()
    layout = place_of(read_source(walls, graph), trips_file.stem)
    trips = read_trips(trips_file, [access.id for access in layout.accesses])
    people = journeys_of(trips, layout, parameters, seed)
    pace = None if slopes is None else pace_on(slopes, trips, parameters)
    room = walk_room(layout, parameters)
    enter_s, left_s = walk_all(room, people, parameters, longest_s=LONGEST_S, pace=pace)
    arrived = ~np.isnan(left_s)
    observed, simulated = (trips.exit_s - trips.entry_s)[arrived], (left_s - enter_s)[arrived]
    pairs = busiest_pairs(
        np.array(trips.origin)[arrived], np.array(trips.destination)[arrived], observed, simulated, PAIRS
    )
    trains = [] if timetable is None else flows(trips, left_s, timetable, graph)
    both = np.array([(flow.observed, flow.simulated) for flow in trains], float).reshape(-1, 2, 5)
    return Answer(
        walks=len(trips.name),
        left_out=trips.left_out,
        lost=int((~arrived).sum()),
        ks=ks_distance(simulated, observed),
        observed_s=float(np.median(observed)),
        simulated_s=float(np.median(simulated)),
        within=sum(abs(pair.off) <= WITHIN for pair in pairs),
        pairs=pairs,
        trains=trains,
        flow_error=float(np.abs(both[:, 0] - both[:, 1]).mean()) if trains else float("nan"),
        flow_mean=float(both[:, 0].mean()) if trains else float("nan"),
    )


def as_text(answer: Answer) -> str:
    """Return the comparison as a table."""
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in answer.left_out.items())
    lines = [
        f"{answer.walks:,} walks compared; left out: {reasons}; not arrived: {answer.lost}",
        f"median travel time: observed {answer.observed_s:.1f} s, simulated {answer.simulated_s:.1f} s; "
        f"Kolmogorov-Smirnov distance {answer.ks:.2f}",
        f"{answer.within} of the {len(answer.pairs)} busiest pairs within {WITHIN:.0%}",
        "",
        f"{'from':>5}{'to':>5}{'walks':>7}{'observed':>10}{'simulated':>11}{'off':>8}{'KS':>6}",
    ]
    lines += [
        f"{p.origin:>5}{p.destination:>5}{p.walks:7d}{p.observed_s:9.1f}s{p.simulated_s:10.1f}s{p.off:8.0%}{p.ks:6.2f}"
        for p in answer.pairs
    ]
    if answer.trains:
        lines += [
            "",
            f"people from the platform who left, by minute after the train: observed / simulated; "
            f"mean {answer.flow_mean:.1f}, mean absolute error {answer.flow_error:.1f} a minute",
        ]
        for flow in answer.trains:
            clock = f"{flow.arrival_s // 3600:02d}:{flow.arrival_s % 3600 // 60:02d}"
            counts = "  ".join(f"{a:3d}/{b:3d}" for a, b in zip(flow.observed, flow.simulated, strict=True))
            lines.append(f"{clock}  {flow.train:24}{counts}")
    return "\n".join(lines)


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m calibration.trips", description=__doc__.split("\n")[0])
    parser.add_argument("trips", type=Path, nargs="?", default=DATA / "piw_trips_2013.json.gz")
    parser.add_argument("--walls", type=Path, default=DATA / "piw_walls.json")
    parser.add_argument("--graph", type=Path, default=DATA / "piw_graph.json")
    parser.add_argument("--timetable", type=Path)
    parser.add_argument("--slopes", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    timetable = given.timetable
    if timetable is None and given.walls == DATA / "piw_walls.json":
        timetable = DATA / "timetable_2013.json"
    try:
        answer = compare(given.trips, given.walls, given.graph, timetable, seed=given.seed, slopes=given.slopes)
    except StationFileError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(answer)) if given.json else as_text(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
