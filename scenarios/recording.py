"""An hour of a day written down: who was where, how they felt and why, what happened; to be looked at, not counted.

A recording changes nothing in the day: the same seconds are carried in shorter pieces (the tables stay equal to the
last bit), and between two pieces positions are read. Files of a recording: ``recording.json`` (people, trains, events,
scale), ``frames.bin`` (positions, 8 bytes a person and frame) and ``why.npz`` (terms of the score of each person).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.inputs import Inputs
from model.results import EVENT_OUTCOMES, GENDERS, INCIDENT_TYPES, STAFF_KINDS, WATCHERS
from scenarios.packed import read_packed
from scenarios.safe_files import write_whole

ABOUT: Final = "recording.json"
FRAMES: Final = "frames.bin"
WHY: Final = "why.npz"
EVERY_S: Final = 2
WHY_EVERY_S: Final = 20
SCALE_M: Final = 0.05  # of a position in a frame
SCORE_STEPS: Final = 25  # of a score in a frame: 10 is 250
POINT_STEPS: Final = 20  # of the points of a term: 0.05 each
# one person in a frame; guards follow the people with the numbers of the roster behind theirs
SPOT: Final = np.dtype([("who", "<u2"), ("x", "<u2"), ("y", "<u2"), ("score", "u1"), ("doing", "u1")])
HEAD: Final = np.dtype([("people", "<u2"), ("guards", "<u2")])


@dataclass(frozen=True)
class Recorded:
    """A recording in memory.

    Attributes:
        about: plain values; frames: bytes; why: rows (frame of WHY_EVERY_S, person), and points of each term.
    """

    about: dict[str, Any]
    frames: bytes
    why_rows: NDArray[np.int32]
    why_points: NDArray[np.int8]


class Recorder:
    """Reads a station between two pieces of its day."""

    def __init__(self, station: Any) -> None:
        self.station = station
        grid = station.world.grid
        self.x0, self.y0 = grid.x0, grid.y0
        self.number: dict[int, int] = {}  # of a visit, in the order in which people are first seen
        self.visits: list[int] = []
        self.frames: list[bytes] = []
        self.why_rows: list[tuple[int, int]] = []
        self.why_points: list[NDArray[np.int8]] = []
        self.counts: list[int] = []

    def _who(self, visits: NDArray[np.int32]) -> list[int]:
        for visit in visits.tolist():
            if visit not in self.number:
                self.number[visit] = len(self.visits)
                self.visits.append(visit)
        return [self.number[visit] for visit in visits.tolist()]

    def take(self) -> None:
        """Write down where everybody is now."""
        crowd, guards = self.station.crowd, self.station.guards
        slots = crowd.order[: crowd.count[0]]
        people = crowd.people[slots]
        rows = np.zeros(len(slots), SPOT)
        rows["who"] = self._who(people["visit"])
        rows["x"], rows["y"] = self._place(people["x"], people["y"])
        rows["score"] = np.rint((1 + 9 / (1 + np.exp(-people["u"]))) * SCORE_STEPS)
        rows["doing"] = people["doing"]
        on = np.flatnonzero(guards["on"])
        units = np.zeros(len(on), SPOT)
        units["who"], units["score"] = on, guards["kind"][on]
        units["x"], units["y"] = self._place(guards["x"][on], guards["y"][on])
        head = np.array([(len(rows), len(units))], HEAD)
        self.frames.append(head.tobytes() + rows.tobytes() + units.tobytes())
        self.counts.append(len(rows))

    def _place(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Any, Any]:
        return (np.rint((v - v0) / SCALE_M).clip(0, 65535) for v, v0 in ((x, self.x0), (y, self.y0)))  # type: ignore[return-value]

    def explain(self, moment: int) -> None:
        """Write down the terms of everybody who stands on the floor: what of the score comes from what, in points."""
        from model.day.reasons import explain_all

        slots, points = explain_all(self.station)
        who = self._who(self.station.crowd.people["visit"][slots])
        self.why_rows += [(moment, number) for number in who]
        self.why_points += list(np.rint(points * POINT_STEPS).clip(-127, 127).astype(np.int8))

    def people(self) -> list[dict[str, Any]]:
        """Return who was seen: gender, age and what else a page tells of a simulated person."""
        visits, found = self.station.visits, []
        for visit in self.visits:
            found.append(
                {
                    "gender": GENDERS[int(visits.gender[visit])],
                    "age": int(visits.age[visit]),
                    "regular": bool(visits.regular[visit]),
                    "group": int(visits.group[visit]),
                    "limited": bool(visits.limited[visit]),
                }
            )
        return found


def record(inputs: Inputs, world: Any, seed: int, day: int, start_s: int, end_s: int) -> Recorded:
    """Return a recording of some hours of a day, after a warm-up that fills the station.

    Args:
        inputs, world: of the day; the window of the inputs is left as it is.
        seed, day: as in a study, so that the same people come.
        start_s, end_s: seconds of the service day.
    """
    from model.kernels.score import TERMS
    from model.station import Station

    station = Station(inputs.replace(window=(start_s, end_s)), world, seed=seed, day=day)
    station.run_until(start_s)
    recorder = Recorder(station)
    for second in range(start_s, end_s + 1, EVERY_S):
        station.run_until(second)
        recorder.take()
        if (second - start_s) % WHY_EVERY_S == 0:
            recorder.explain((second - start_s) // WHY_EVERY_S)
    results = station.run()
    layout = inputs.layout
    about = {
        "station": layout.id,
        "seed": seed,
        "day": day,
        "start_s": start_s,
        "end_s": end_s,
        "every_s": EVERY_S,
        "why_every_s": WHY_EVERY_S,
        "scale_m": SCALE_M,
        "score_steps": SCORE_STEPS,
        "point_steps": POINT_STEPS,
        "x0": recorder.x0,
        "y0": recorder.y0,
        "frames": len(recorder.frames),
        "counts": recorder.counts,
        "terms": [*TERMS, "shock", "person"],
        "people": recorder.people(),
        "guards": [{"kind": duty.kind, "id": duty.id} for duty in station.duties],
        "staff_kinds": list(STAFF_KINDS),
        "events": [_event(row) for row in results.events],
        "trains": _trains(inputs, start_s, end_s),
        "zones": [zone.name for zone in layout.zones],
    }
    return Recorded(
        about,
        b"".join(recorder.frames),
        np.array(recorder.why_rows, np.int32).reshape(-1, 2),
        np.array(recorder.why_points, np.int8).reshape(-1, len(TERMS) + 2),
    )


def _event(row: Any) -> dict[str, Any]:
    return {
        "begin_s": int(row["begin_s"]),
        "end_s": int(row["end_s"]),
        "kind": INCIDENT_TYPES[int(row["kind"])],
        "zone": int(row["zone"]),
        "x": float(row["x"]),
        "y": float(row["y"]),
        "gender": int(row["gender"]),
        "bystanders": int(row["bystanders"]),
        "helped": bool(row["helped"]),
        "seen_by": WATCHERS[int(row["seen_by"])] if row["seen_by"] > 0 else "",
        "seen_s": int(row["seen_s"]),
        "called_s": int(row["called_s"]),
        "came": WATCHERS[int(row["came"])] if row["came"] > 0 else "",
        "came_s": int(row["came_s"]),
        "outcome": EVENT_OUTCOMES[int(row["outcome"])],
        "recorded": bool(row["recorded"]),
        "reported": bool(row["reported"]),
    }


def _trains(inputs: Inputs, start_s: int, end_s: int) -> list[dict[str, Any]]:
    """Return the trains that stand at a platform in these hours, by edge; a terminus stays a while."""
    edges = {platform.id: platform.edge for platform in inputs.layout.platforms}
    stay = int(inputs.parameters.board_hold_limit_s)
    found = []
    for train in inputs.timetable.trains:
        come = train.arrival_s if train.arrival_s is not None else (train.departure_s or 0) - stay
        go = train.departure_s if train.departure_s is not None else come + stay
        if go >= start_s and come <= end_s and train.platform in edges:
            edge = [list(point) for point in edges[train.platform]]
            found.append({"platform": train.platform, "come_s": come, "go_s": go, "edge": edge, "cars": train.cars})
    return found


def write_recording(folder: Path, recorded: Recorded) -> None:
    """Write the three files of a recording.

    Raises:
        OSError: the disk refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FRAMES, recorded.frames)
    with (folder / WHY).open("wb") as file:
        np.savez_compressed(file, rows=recorded.why_rows, points=recorded.why_points)
    write_whole(folder / ABOUT, json.dumps(recorded.about, separators=(",", ":"), allow_nan=False))


def reasons_of(folder: Path, person: int) -> list[tuple[int, list[float]]]:
    """Return (moment, points of each term) of one person, in order of time.

    Raises:
        OSError, ValueError, KeyError: there is no such recording.
    """
    stored = read_packed(folder / WHY)
    rows, points = stored["rows"], stored["points"]
    mine = np.flatnonzero(rows[:, 1] == person)
    return [(int(rows[k, 0]), (points[k] / POINT_STEPS).round(2).tolist()) for k in mine]
