"""The comparison with observed walks: reading, counting, and a hand-made corridor whose answer is known."""

import gzip
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from calibration.trips import Trips, compare, platform_zones, read_trips
from calibration.validation import busiest_pairs, flow_after, ks_distance
from scenarios.faults import StationFileError

LENGTH = 40.0
GRAPH = {
    "location": "hand",
    "nodes": [
        {"name": name, "x1": x, "y1": 1, "x2": x + 2, "y2": 1, "x3": x + 2, "y3": 3, "x4": x, "y4": 3, "OD": end}
        for name, x, end in (("1", 1.0, True), ("2", LENGTH - 3, True), ("m", 20.0, False))
    ],
    "connectivity": [{"node": "1", "connected_to": ["m"]}, {"node": "m", "connected_to": ["2"]}],
    "destination_groups": [{"name": "plat34", "zones": ["1"]}],
}
CORNERS = [(0, 0), (LENGTH, 0), (LENGTH, 4), (0, 4), (0, 0)]
WALLS = {
    "location": "hand",
    "walls": [{"x1": a[0], "y1": a[1], "x2": b[0], "y2": b[1], "type": 0} for a, b in itertools.pairwise(CORNERS)],
}
TIMES = {"location": "hand", "trains": [{"id": "7", "type": "S", "track": 3, "arrival-time": "00:01:40"}]}


def walk(name: str, origin: str, destination: str, entry: float, seconds: float) -> dict[str, object]:
    return {"ID": name, "O": f"z_{origin}", "D": f"z_{destination}", "entryTime": entry, "exitTime": entry + seconds}


def files(folder: Path, walks: list[dict[str, object]]) -> tuple[Path, Path, Path, Path]:
    names = ("trips.json", "walls.json", "graph.json", "times.json")
    for name, value in zip(names, (walks, WALLS, GRAPH, TIMES), strict=True):
        (folder / name).write_text(json.dumps(value))
    return tuple(folder / name for name in names)  # type: ignore[return-value]


def test_lone_walks_take_their_distance_over_their_speed(tmp_path: Path) -> None:
    walks = [walk(str(k), "1", "2", 100.0 + 60 * k, 27.0) for k in range(40)]
    answer = compare(*files(tmp_path, walks))
    assert (answer.walks, answer.lost) == (40, 0)
    assert answer.pairs[0].walks == 40
    # 36 m between the middles at a mean free speed of 1.3 to 1.45 m/s
    assert 36 / 1.5 < answer.simulated_s < 36 / 1.15
    assert answer.observed_s == pytest.approx(27.0)
    assert answer.trains[0].observed == (1, 1, 1, 1, 1)  # each leaves 27 s after its minute
    assert sum(answer.trains[0].simulated) == 5


def test_the_same_walk_has_the_same_luck_whoever_else_walks(tmp_path: Path) -> None:
    lone = compare(*files(tmp_path, [walk("a", "1", "2", 100.0, 27.0)]))
    more = compare(*files(tmp_path, [walk("a", "1", "2", 100.0, 27.0), walk("b", "2", "1", 500.0, 27.0)]))
    first = next(pair for pair in more.pairs if pair.origin == "1")
    assert first.simulated_s == lone.simulated_s


def test_walks_without_an_end_are_counted_and_left_out(tmp_path: Path) -> None:
    path, *_ = files(tmp_path, [walk("a", "1", "-1", 5, 9), walk("b", "1", "1", 5, 9), walk("c", "2", "1", 3, 9)])
    trips = read_trips(path, ["1", "2"])
    assert trips.name == ("c",)
    assert trips.left_out == {"unknown end": 1, "ends where it began": 1}
    packed = tmp_path / "trips.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert isinstance(read_trips(packed, ["1", "2"]), Trips)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"O": "z_9"}, "z_9"), ({"exitTime": "late"}, "exitTime"), ({"entryTime": True}, "entryTime")],
)
def test_a_wrong_walk_is_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path, *_ = files(tmp_path, [walk("a", "1", "2", 5, 9), walk("b", "1", "2", 5, 9) | change])
    with pytest.raises(StationFileError, match=words) as told:
        read_trips(path, ["1", "2"])
    assert "walk 1" in str(told.value)


def test_distances_medians_and_counts_by_hand() -> None:
    assert ks_distance(np.array([1.0, 2, 3]), np.array([11.0, 12])) == 1
    assert ks_distance(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6])) == 0.5
    pairs = busiest_pairs(
        np.array(["a", "b", "b"]), np.array(["b", "a", "a"]), np.array([9.0, 10, 20]), np.array([8.0, 10, 23]), 1
    )
    assert (pairs[0].origin, pairs[0].walks, pairs[0].off) == ("b", 2, pytest.approx(0.1))
    assert flow_after(np.array([99.0, 100, 159, 160, 399.9, 401]), 100) == (2, 1, 0, 0, 1)
    assert platform_zones(GRAPH) == {3: ["1"], 4: ["1"]}


def test_stairs_are_slower_up_and_down_and_only_for_those_who_use_them(tmp_path: Path) -> None:
    places = files(tmp_path, [walk(str(k), "1", "2", 100.0 + 60 * k, 27.0) for k in range(10)])
    slopes = tmp_path / "slopes.csv"
    seconds = [compare(*places).simulated_s]
    for zone in ("1", "2", "m"):
        slopes.write_text(f"zone,kind,x1,y1,x2,y2,why\n{zone},stairs,5,0,15,4,hand\n")
        seconds.append(compare(*places, slopes=slopes).simulated_s)
    flat, down, up, other = seconds
    assert flat == other
    # 10 m at 0.518 and 0.455 of the free speed instead of all of it
    assert down - flat == pytest.approx(10 / 1.4 * (1 / 0.518 - 1), abs=1.5)
    assert up - flat == pytest.approx(10 / 1.4 * (1 / 0.455 - 1), abs=1.5)
    slopes.write_text("zone,kind,x1,y1,x2,y2,why\n1,slide,5,0,15,4,hand\n")
    with pytest.raises(StationFileError, match="slide"):
        compare(*places, slopes=slopes)
