"""Trains, their doors and the places where people wait for them."""

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from model.day.demand import Visits
from model.inputs.inputs import Inputs
from model.inputs.layout import Platform
from model.kernels.records import records
from model.kernels.visiting import DOOR, SPOT, TRAIN, VISITOR, Doors, Spots, Trains, Visitors
from model.parameters import Parameters
from model.randomness import WORD, Purpose, entity_of, uniforms
from model.results import FIRST_HOUR
from model.world.fields import FLOOR_M
from model.world.routes import behind_the_gates
from model.world.world import World

Boarding = namedtuple(
    "Boarding",
    [
        "alight_s",
        "board_s",
        "luggage_s",
        "door_places",
        "body_m",
        "board_reach_m",
        "give_up_s",
        "force_s",
        "force_m",
        "beside_m",
        "depth_bodies",
        "stuck_reach_m",
    ],
)
Waiting = namedtuple(
    "Waiting",
    [
        "base",
        "score_slope",
        "walk",
        "exit_regular",
        "exit_sporadic",
        "crowd",
        "crowd_free",
        "seat",
        "safety",
        "safety_night",
        "cell_m",
        "woman",
        "shelter",
        "harsh",  # (hours,) rain or cold
        "first_hour",
        "marker",  # of woman, man, other
        "evening_s",
        "group",
        "group_m",
        "drop",
        "nuisance_m",
        "again_s",
    ],
)
NO_VIA = -1  # the shortest way
_SEAT_REACH_CELLS = 1
_MARKS = ("shelter", "stop_marker")
_HOUR = 3600
_SAME_NAME = (
    "role", "access", "train_out", "appear_s", "speed", "gender", "luggage", "regular", "nature", "slope", "limited",
)  # fmt: skip


def boarding_numbers(p: Parameters) -> Boarding:
    """Return the numbers of doors."""
    return Boarding(
        alight_s=p.board_alight_s,
        board_s=p.board_board_s,
        luggage_s=p.board_luggage_s,
        door_places=int(p.board_door_places),
        body_m=2 * p.walk_body_radius_m,
        board_reach_m=p.board_reach_m,
        give_up_s=p.board_give_up_s,
        force_s=p.board_force_s,
        force_m=p.board_force_m,
        beside_m=p.board_beside_m,
        depth_bodies=p.board_depth_bodies,
        stuck_reach_m=p.board_stuck_reach_m,
    )


def waiting_numbers(p: Parameters, harsh: NDArray[np.bool_]) -> Waiting:
    """Return the numbers of the choice of a waiting place; ``harsh`` is rain or cold by hour of the tables."""
    safety = [p.wait_safety_woman, p.wait_safety_man]
    marker = [p.wait_marker_woman, p.wait_marker_man]
    return Waiting(
        base=p.feel_base,
        score_slope=p.feel_score_slope,
        walk=p.wait_walk,
        exit_regular=p.wait_exit_regular,
        exit_sporadic=p.wait_exit_sporadic,
        crowd=p.wait_crowd,
        crowd_free=p.wait_crowd_free,
        seat=p.wait_seat,
        safety=np.array([*safety, sum(safety) / 2]),
        safety_night=p.wait_safety_night,
        cell_m=p.wait_cell_m,
        woman=p.feel_woman,
        shelter=p.wait_shelter,
        harsh=harsh,
        first_hour=FIRST_HOUR,
        marker=np.array([*marker, sum(marker) / 2]),
        evening_s=p.survey_evening_from_h * _HOUR,
        group=p.wait_group,
        group_m=p.wait_group_m,
        drop=p.wait_again_drop,
        nuisance_m=p.wait_again_nuisance_m,
        again_s=p.wait_again_s,
    )


@dataclass(frozen=True)
class Edge:
    """The straight edge of a platform: origin at the head, unit vector along, unit vector inward, length in m."""

    origin: NDArray[np.float64]
    along: NDArray[np.float64]
    inward: NDArray[np.float64]
    length: float

    @classmethod
    def of(cls, platform: Platform) -> "Edge":
        """Return the edge of a platform; inward points from the edge to the middle of the strip."""
        a, b = (np.array(end, float) for end in platform.edge)
        length = float(np.hypot(*(b - a)))
        along = (b - a) / length
        middle = np.mean(np.array(platform.strip), axis=0)
        inward = np.array([-along[1], along[0]])
        if inward @ (middle - a) < 0:
            inward = -inward
        return cls(a, along, inward, length)


def make_spots(inputs: Inputs, world: World) -> Spots:
    """Return the waiting candidates of every platform: centres of 2 m cells of its strip that lie on floor.

    Where closed gates cut a strip, those of its sections. Nobody waits farther than ``wait_beyond_m`` behind the place
    where the longest train of the day ends.
    """
    layout, p = inputs.layout, inputs.parameters
    size = p.wait_cell_m
    names = ("x", "y", "cell", "along", "seats", "shelter", "marked")
    columns: dict[str, list[float]] = {name: [] for name in names}
    first = [0]
    seats = np.array([(s.x, s.y) for s in layout.spots if s.kind == "seat"]).reshape(-1, 2)
    roofed = [zone.roofed for zone in layout.zones]
    places = {kind: [(s.x, s.y) for s in layout.spots if s.kind == kind] for kind in _MARKS}

    def any_near(kind: str, reach_m: float, x: float, y: float) -> bool:
        return any(np.hypot(at_x - x, at_y - y) <= reach_m for at_x, at_y in places[kind])

    behind = behind_the_gates(layout, world.grid, p.route_section_m)
    for number, platform in enumerate(layout.platforms):
        edge = Edge.of(platform)
        strip = shapely.Polygon(platform.strip).buffer(FLOOR_M)
        depth = max(float((np.array(c) - edge.origin) @ edge.inward) for c in platform.strip)
        cars = max((t.cars for t in inputs.timetable.trains if t.platform == platform.id), default=0)
        end = cars * p.board_car_length_m + p.wait_beyond_m if cars else edge.length
        for s in np.arange(size / 2, min(edge.length, end), size):
            for t in np.arange(size / 2, max(depth, size), size):
                x, y = edge.origin + s * edge.along + min(t, depth / 2 if depth < size else t) * edge.inward
                floor, cell = floor_and_cell(world, float(x), float(y))
                if cell < 0 or not shapely.contains_xy(strip, x, y) or (behind and not behind[number][floor]):
                    continue
                near = np.abs(seats - (x, y)).max(axis=1) <= size * _SEAT_REACH_CELLS if len(seats) else np.zeros(0)
                row = (
                    float(x), float(y), cell, float(s), near.sum(),
                    roofed[world.grid.cell_zone[cell]] or any_near("shelter", p.wait_shelter_m, float(x), float(y)),
                    layout.zones[world.grid.cell_zone[cell]].marked_safe
                    or any_near("stop_marker", p.wait_marker_m, float(x), float(y)),
                )  # fmt: skip
                for name, value in zip(columns, row, strict=True):
                    columns[name].append(value)
        if len(columns["x"]) == first[-1]:
            raise ValueError(f"platform {platform.id}: no floor in its waiting strip")
        first.append(len(columns["x"]))
    of = np.repeat(np.arange(len(layout.platforms)), np.diff(first))
    dest = sections_of(world, of, *(np.array(columns[name], np.float32) for name in ("x", "y")))
    rows = records(SPOT, first[-1], dest=dest, **columns)
    return Spots(rows, np.array(first, np.int32))


def cell_of(world: World, x: float, y: float) -> int:
    """Return the 1 m cell of a point, -1 when its floor cell is none."""
    return floor_and_cell(world, x, y)[1]


def floor_and_cell(world: World, x: float, y: float) -> tuple[int, int]:
    """Return the floor cell and the 1 m cell of a point, -1 and -1 off the floor."""
    g = world.grid
    per_m = round(1 / FLOOR_M)
    fx, fy = int((x - g.x0) * per_m), int((y - g.y0) * per_m)
    if not (0 <= fx < g.nx * per_m and 0 <= fy < g.ny * per_m) or g.floor[fy, fx] < 0:
        return -1, -1
    return int(g.floor[fy, fx]), int(g.cell[fy // per_m, fx // per_m])


def sections_of(
    world: World, platform: NDArray[np.integer[Any]], x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]
) -> NDArray[np.int32]:
    """Return the destination number of the platform section nearest to each point (x, y) of a platform."""
    found = np.zeros(len(platform), np.int32)
    routes = world.routes
    for number in np.unique(platform):
        here = platform == number
        first, last = routes.section_first[number], routes.section_first[number + 1]
        part = slice(first - routes.section_first[0], last - routes.section_first[0])
        dx = routes.section_x[part] - x[here, None]
        dy = routes.section_y[part] - y[here, None]
        found[here] = first + np.argmin(dx * dx + dy * dy, axis=1)
    return found


def make_trains(inputs: Inputs, world: World, visits: Visits, seed: int, day: int) -> tuple[Trains, Doors]:
    """Return the trains of the day with their doors; alighters queue at a keyed door of their train."""
    p, trains = inputs.parameters, inputs.timetable.trains
    number = {platform.id: i for i, platform in enumerate(inputs.layout.platforms)}
    edges = [Edge.of(platform) for platform in inputs.layout.platforms]
    platform = np.array([number[t.platform] for t in trains], np.int32)
    per_car = int(p.board_doors_per_car)
    doors = np.array([max(1, per_car * t.cars) for t in trains], np.int32)
    first = np.concatenate([[0], np.cumsum(doors)[:-1]]).astype(np.int32)
    places = [_door_places(edges[k], int(n), t.cars, p) for k, n, t in zip(platform, doors, trains, strict=True)]
    xy = np.concatenate(places) if places else np.zeros((0, 2))
    inward = np.repeat(np.array([edges[k].inward for k in platform]).reshape(-1, 2), doors, axis=0)
    dest = sections_of(world, np.repeat(platform, doors), xy[:, 0], xy[:, 1])
    queue_first, queue_n, queue = _queues(visits, first, doors, seed, day)
    rows = records(
        TRAIN,
        len(trains),
        platform=platform,
        departure_s=np.array([np.inf if t.departure_s is None else t.departure_s for t in trains]),
        first_door=first,
        doors=doors,
        successor=successors(inputs),
    )
    at_door = records(
        DOOR,
        len(xy),
        train=np.repeat(np.arange(len(trains), dtype=np.int32), doors),
        x=xy[:, 0],
        y=xy[:, 1],
        in_x=inward[:, 0],
        in_y=inward[:, 1],
        dest=dest,
        queue_first=queue_first,
        queue_n=queue_n,
        blocked_s=-1.0,
    )
    return Trains(rows, np.zeros(len(trains), np.int32), np.zeros(1, np.int64)), Doors(at_door, queue)


def _door_places(edge: Edge, doors: int, cars: int, p: Parameters) -> NDArray[np.float64]:
    """Return (doors, 2) points on the edge; the train stops at the head and is as long as the edge at most."""
    length = min(cars * p.board_car_length_m, edge.length)
    at = (np.arange(doors) + 0.5) * length / doors
    return np.asarray(edge.origin + at[:, None] * edge.along)


def _queues(visits: Visits, first: NDArray[np.int32], doors: NDArray[np.int32], seed: int, day: int):  # type: ignore[no-untyped-def]
    """Return first place and length of each door's queue of alighters, and the queue of visit numbers."""
    rides = np.flatnonzero(visits.train_in >= 0)
    party = parties_of(visits)[0][rides]  # a group gets off by one door
    u = uniforms(seed, int(Purpose.DOOR), day, visits.entity[party], visits.key[party], 0)
    train = visits.train_in[rides]
    door = first[train] + np.minimum((u * doors[train]).astype(np.int64), doors[train] - 1)
    order = np.lexsort((visits.identity[rides], door))
    counts = np.bincount(door, minlength=int(doors.sum()))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
    return starts.astype(np.int32), counts.astype(np.int32), rides[order].astype(np.int32)


def parties_of(visits: Visits) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each visit the number of the first of its group who travels, and how many of the group do."""
    _, first, which, count = np.unique(visits.party, return_index=True, return_inverse=True, return_counts=True)
    return first[which], count[which]


def successors(inputs: Inputs) -> NDArray[np.int32]:
    """Return the next train of the same line for each train; the next train of any line after the last, else -1."""
    trains = inputs.timetable.trains
    leaving = [i for i, t in enumerate(trains) if t.departure_s is not None]
    leaving.sort(key=lambda i: (trains[i].departure_s or 0, trains[i].id))
    following = np.full(len(trains), -1, np.int32)
    last_of_line: dict[str, int] = {}
    for i in reversed(leaving):
        following[i] = last_of_line.get(trains[i].line, -1)
        last_of_line[trains[i].line] = i
    return following


def make_visitors(inputs: Inputs, visits: Visits, from_s: float, first_free: int) -> Visitors:
    """Return the visits as the kernel reads them; boarders of before ``from_s`` do not come.

    Args:
        first_free: see ``Routes``: people of limited mobility follow the fields without stairs.
    """
    p = inputs.parameters
    boarders = np.flatnonzero(np.isfinite(visits.appear_s) & (visits.appear_s >= from_s))
    by_time = boarders[np.lexsort((visits.identity[boarders], visits.appear_s[boarders]))]
    party, group = parties_of(visits)
    mixed = (visits.entity * entity_of("visit") + visits.key) % WORD
    rows = records(
        VISITOR,
        len(visits),
        luck=mixed,
        young=visits.age < p.sus_young_to_age,
        senior=visits.age >= p.sus_senior_from_age,
        alone=visits.group == 1,
        group=group,
        dodger=visits.dodge,
        party=party,
        step_free=first_free * visits.limited.astype(np.int32),
        via=NO_VIA,
        **{name: getattr(visits, name) for name in _SAME_NAME},
    )
    return Visitors(rows, by_time.astype(np.int32), np.zeros(1, np.int64))
