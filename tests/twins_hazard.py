"""Frozen scenes on the shoebox station, and slow twins of guardianship and hazards (science.md 4).

The twins are plain Python over people one by one; numbers come straight from the parameters, never from the
tables that the kernels read.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.day.detection import noticing
from model.day.offending import hazards
from model.inputs.inputs import Inputs
from model.inputs.roster import GUARD_KINDS
from model.kernels.bins import bin_people
from model.kernels.crowd import STAND, WAITING
from model.kernels.hazard import offend
from model.kernels.offending import LINGERING
from model.kernels.records import records
from model.kernels.second import STAYING, locate, run_seconds
from model.kernels.state import GUARD, OFFENDER, Offenders
from model.parameters import Parameters
from model.randomness import uniform
from model.results import GENDERS, INCIDENT_OUTCOMES, INCIDENT_TYPES
from model.station import Station
from model.world.world import World
from scenarios.station_files import read_station

Stage = tuple[Inputs, World]
EVENING_S = 20 * 3600
NEVER = 1e9
REACH = 31  # rows and columns of a sight mask each way


class Scene:
    """A station whose people, guards and offenders stand still where a test puts them.

    Nobody enters, no train comes; a second of the day runs as in a study.
    """

    def __init__(self, inputs: Inputs, world: World, second: int = EVENING_S) -> None:
        self.inputs, self.world, self.p = inputs, world, inputs.parameters
        hour = inputs.replace(window=(second, second + 3600))
        self.station = Station(hour, world, seed=1, day=1)
        self.station.visitors.next[0] = len(self.station.visitors.by_time)
        self.station.guard_agents = []
        self.second = second
        self.events: list[tuple[int, int, int]] = []
        self.renew()
        self.people([], [])
        self.guards([])
        self.offenders("theft", [], [])

    # -- what stands where -----------------------------------------------------------------------------------------

    def people(self, x: ArrayLike, y: ArrayLike, **traits: ArrayLike) -> None:
        """Put people on the floor in place of those who were there, in the order of their visit numbers."""
        xs, ys = np.asarray(x, float), np.asarray(y, float)
        n = len(xs)
        crowd = self.station.crowd
        if n > len(crowd.people):
            raise ValueError("more people than slots")
        fresh = {
            "mode": STAND, "doing": WAITING, "since_s": self.second, "gender": 0, "alone": 1, "slope": 1.0,
            "visit": np.arange(n), "luck": 1 + np.arange(n), "goal_x": xs, "goal_y": ys, "x": xs, "y": ys,
            "passage": -1, "train": 0, "door": -1, "worst": np.inf, "v0": 1.0,
        }  # fmt: skip
        crowd.people[:] = 0
        crowd.people["visit"] = -1
        crowd.window[:] = 0
        for name, values in (fresh | traits).items():
            crowd.people[name][:n] = values
        crowd.order[:n] = np.arange(n)
        crowd.count[:] = n, len(crowd.people) - n
        self.see()

    def see(self) -> None:
        """Bring counts and neighbour lists to where people are."""
        s = self.station
        locate(s.crowd, s.ground, s._parts["presence"])
        who, n = s.crowd.people, s.crowd.count[0]
        bin_people(s._parts["bins"], who["x"], who["y"], who["mode"], s.crowd.order, n)

    def guards(self, who: Sequence[tuple[str, float, float]]) -> None:
        """Put guards (kind, x, y) on duty in place of those who were there."""
        assert all(self.cell(x, y) >= 0 for _, x, y in who), "a guard off the floor sees nothing"
        rows = records(
            GUARD, len(who), kind=[GUARD_KINDS.index(k) for k, _, _ in who], x=[x for _, x, _ in who],
            y=[y for _, _, y in who], cell=[self.cell(x, y) for _, x, y in who], on=1, mode=STAYING,
            weight=[self.p[f"guard_weight_{k}"] for k, _, _ in who],
            reach=[self.p[f"guard_reach_{k}_m"] for k, _, _ in who],
        )  # fmt: skip
        self.station.guards = self.station._parts["guards"] = rows

    def offenders(self, kind: str, x: ArrayLike, y: ArrayLike, **traits: ArrayLike) -> None:
        """Put offenders of one type in place of those who were there; they stay."""
        xs, ys = np.asarray(x, float), np.asarray(y, float)
        n = len(xs)
        fresh = {
            "kind": INCIDENT_TYPES.index(kind), "x": xs, "y": ys, "state": LINGERING, "until_s": NEVER,
            "cell": [self.cell(*at) for at in zip(xs, ys, strict=True)], "leave_s": NEVER, "calm_s": NEVER,
            "weight": 1.0, "survival": 1.0, "motivation": 1.0, "members": 1, "entity": 1000 + np.arange(n),
            "dest": self.station.places.first,
        }  # fmt: skip
        rows = records(OFFENDER, n, **(fresh | traits))
        present = np.arange(n, dtype=np.int32)
        made = Offenders(rows, present, np.array([n, n], np.int64), present.copy())
        self.station.offenders = self.station._parts["offenders"] = made

    def cell(self, x: float, y: float) -> int:
        """Return the 1 m cell under a point."""
        g = self.world.grid
        return int(g.cell[int(y - g.y0), int(x - g.x0)])

    def set_numbers(self, **values: float) -> None:
        """Read the numbers of the hazards from parameters with these values changed; thieves and vandals stand."""
        self.p = self.inputs.parameters.replace(offender_seek_speed=0.0, **values)
        self.station._parts["hazards"] = hazards(self.p)
        self.station.noticing = noticing(self.inputs.replace(parameters=self.p), self.world)
        self.station._parts["noticing"] = self.station.noticing

    def renew(self) -> None:
        """Undo what a test did to fields and numbers; no zone remembers a guard."""
        self.set_numbers()
        zones = self.station.fields.zones
        zones["disorder"] = self.station.disorder[0]
        zones["residual"] = 0
        self.station.time = self.station.clock_s = self.second
        self.station.renew_light()
        self.station.tell_hour()

    # -- what comes of it ------------------------------------------------------------------------------------------

    def hazard(self, row: int = 0) -> float:
        """Return the hazard of an offender at weight one in this second, 1/s."""
        s, parts = self.station, self.station._parts
        parts["pairs"].count[0] = 0
        parts["totals"][:] = 0
        whole = offend(
            row, self.second, s.crowd, parts["bins"], s.ground, s.fields, parts["presence"], s.guards,
            s.offenders, s.tally, parts["pairs"], parts["totals"], parts["hazards"],
        )  # fmt: skip
        return float(whole)

    def live(self, seconds: int, day: int = 1, answer: bool = False) -> tuple[float, float]:
        """Let ``seconds`` pass as day number ``day``; return expected and sampled incidents.

        What happened stays in ``events``: second, row of the offender, slot of the victim.
        """
        s = self.station
        for name in INCIDENT_OUTCOMES.values():
            getattr(s.tally, name)[:] = 0
        s.tally.map_expected[:] = 0
        s.day, s.clock_s = day, self.second
        self.events = []
        s._parts["keys"] = s._parts["keys"]._replace(day=day)
        while s.clock_s < self.second + seconds:
            s.clock_s = run_seconds(s._day(), s.clock_s, self.second + seconds)
            rows = s.happenings.rows[: s.happenings.count[0]]
            self.events += [(int(e["time_s"]), int(e["offender"]), int(e["victim"])) for e in rows]
            if answer:
                s.answer()
            s.happenings.count[0] = 0
        return float(s.tally.expected.sum()), float(s.tally.sampled.sum())


@lru_cache(maxsize=1)
def shoebox() -> Stage:
    """Return the small station of the tests and its fields, made once a process."""
    inputs = read_station("shoebox")
    return inputs, World.of(inputs)


def floor_points(world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middles of all floor cells of 0.25 m."""
    iy, ix = np.nonzero(world.grid.floor >= 0)
    return world.grid.x0 + (ix + 0.5) / 4, world.grid.y0 + (iy + 0.5) / 4


# ---------------------------------------------------------------- who sees whom, who is near


def column_row(world: World, cell: int) -> tuple[int, int]:
    """Return where a 1 m cell lies in the raster."""
    g = world.grid
    return math.floor(g.cell_x[cell] - g.x0), math.floor(g.cell_y[cell] - g.y0)


def twin_sees(world: World, cell: int, other: int) -> bool:
    """Read one bit of the sight masks."""
    (ix, iy), (jx, jy) = column_row(world, cell), column_row(world, other)
    dx, dy = jx - ix + REACH, jy - iy + REACH
    if not (0 <= dx <= 2 * REACH and 0 <= dy <= 2 * REACH):
        return False
    return bool(int(world.sight.mask[cell, dy]) >> dx & 1)


def twin_in_mirror(world: World, cell: int, other: int) -> bool:
    """Read one bit of what is seen in mirrors only."""
    row = int(world.sight.mirror_row[cell])
    (ix, iy), (jx, jy) = column_row(world, cell), column_row(world, other)
    dx, dy = jx - ix + REACH, jy - iy + REACH
    if row < 0 or not (0 <= dx <= 2 * REACH and 0 <= dy <= 2 * REACH):
        return False
    return bool(int(world.sight.mirror_mask[row, dy]) >> dx & 1)


def twin_seen_cells(world: World, cells: Sequence[int], cell: int, radius_m: float) -> int:
    """Count the occupied cells within a radius (between cell numbers) that a cell sees, its own included."""
    here = column_row(world, cell)
    near = [c for c in set(cells) if math.dist(here, column_row(world, c)) <= radius_m]
    return sum(twin_sees(world, cell, c) for c in near)


def twin_bystanders(world: World, cells: Sequence[int], cell: int, radius_m: float, mirror: float = 0.5) -> float:
    """Count those around a cell: occupied cells that it sees, by half in a mirror, and everybody in the cell itself."""
    elsewhere = [c for c in cells if c != cell]
    here = column_row(world, cell)
    near = [c for c in set(elsewhere) if math.dist(here, column_row(world, c)) <= radius_m]
    mirrored = mirror * sum(twin_in_mirror(world, cell, c) for c in near)
    return twin_seen_cells(world, elsewhere, cell, radius_m) + (len(cells) - len(elsewhere)) + mirrored


def twin_density(world: World, cells: Sequence[int], cell: int) -> float:
    """People per m2 of floor in the 3 x 3 m around a cell."""
    ix, iy = column_row(world, cell)
    block = world.grid.cell[max(0, iy - 1) : iy + 2, max(0, ix - 1) : ix + 2].ravel().tolist()
    floor = math.fsum(float(world.grid.cell_area_m2[c]) for c in block if c >= 0)
    return sum(c in block for c in cells) / floor


def twin_formal(scene: Scene, x: float, y: float) -> float:
    """Gam of science.md 4.1 at a point."""
    alone = 1.0
    s, p = scene.station, scene.p
    for guard in s.guards:
        link = 1.0 if twin_sees(scene.world, scene.cell(x, y), int(guard["cell"])) else p.sight_mirror_weight
        if not guard["on"] or not (link == 1 or twin_in_mirror(scene.world, scene.cell(x, y), int(guard["cell"]))):
            continue
        kind = GUARD_KINDS[guard["kind"]]
        seen = max(p.guard_light_floor, float(s.fields.cells["adequacy"][guard["cell"]]))
        far = math.dist((x, y), (guard["x"], guard["y"]))
        alone *= 1 - link * p[f"guard_weight_{kind}"] * math.exp(-far / p[f"guard_reach_{kind}_m"]) * seen
    g, here = scene.world.grid, scene.cell(x, y)
    for number, shop in enumerate(scene.inputs.layout.shops):
        in_sight = int(scene.world.sight.shops[here]) >> number & 1
        if in_sight and shop.opens_s <= scene.second < shop.closes_s:
            far_cells = np.where(g.cell_level == shop.level, np.hypot(g.cell_x - shop.x, g.cell_y - shop.y), np.inf)
            seen = max(p.guard_light_floor, float(s.fields.cells["adequacy"][int(np.argmin(far_cells))]))
            far = math.dist((x, y), (shop.x, shop.y))
            alone *= 1 - p.guard_weight_shop * math.exp(-far / p.guard_reach_shop_m) * seen
    return 1 - alone


# ---------------------------------------------------------------- the hazard of a pair


def twin_susceptibility(kind: str, person: Any, p: Parameters) -> float:
    """Sus_k(j) of science.md 4.2; somebody who is neither woman nor man counts as half of each."""
    woman = {"woman": 1.0, "man": 0.0, "other": 0.5}[GENDERS[person["gender"]]]
    young, alone = bool(person["young"]), bool(person["alone"])
    if kind == "theft":
        return (p.theft_sus_luggage if person["luggage"] else 1) * (p.theft_sus_65 if person["senior"] else 1)
    if kind == "harassment_contact":
        return (woman * p.contact_sus_woman + 1 - woman) * (p.contact_sus_young if young else 1)
    if kind == "harassment_approach":
        sus = (woman * p.approach_sus_woman + 1 - woman) * (p.approach_sus_young if young else 1)
        return sus * (p.approach_sus_alone if alone else p.approach_sus_group)
    return (1 - woman) * p.aggression_sus_young_man + woman if young else 1.0


def twin_opportunity(kind: str, rho: float, n: float, light: float, queue: bool, drunk: bool, p: Parameters) -> float:
    """Opp_k of science.md 4.2."""
    if kind == "theft":
        return rho**2 / (rho**2 + p.theft_half_density) * (p.theft_queue_factor if queue else 1)
    if kind == "harassment_contact":
        return rho**3 / (rho**3 + p.contact_half_density)
    if kind == "harassment_approach":
        return math.exp(-n * light / p.approach_private)
    if kind == "aggression":
        return (p.aggression_conflict if queue else 1) * (p.aggression_intoxicated if drunk else 1)
    return math.exp(-n * light / p.vandalism_private) if kind == "vandalism" else 1.0


def twin_factor(kind: str, scene: Scene, formal: float, n: float, cell: int, belief: float) -> float:
    """The exponential of science.md 4.2 for something that happens in a cell with n bystanders."""
    p, fields = scene.p, scene.station.fields
    zone = scene.inputs.layout.zones[int(scene.world.grid.cell_zone[cell])]
    mood = fields.zones[scene.inputs.layout.zones.index(zone)]
    light = float(fields.cells["adequacy"][cell])
    exponent = (
        p[f"{kind}_d_direct"] * formal
        + p[f"{kind}_d_natural"] * n / (n + p.guard_natural_half) * light
        + float(fields.camera_log[INCIDENT_TYPES.index(kind), cell])
        + p[f"{kind}_d_light"] * (light - p.hazard_reference_adequacy)
        + p[f"{kind}_d_residual"] * float(mood["residual"])
        + p[f"{kind}_d_belief"] * belief
        - p[f"{kind}_chi"] * (float(mood["disorder"]) - p.disorder_reference)
    )
    return math.exp(-exponent)


def twin_hazard(scene: Scene, row: int = 0) -> float:
    """Hazard of an offender at weight one, over all people in reach, 1/s."""
    p, s = scene.p, scene.station
    offender = s.offenders.rows[row]
    kind = INCIDENT_TYPES[offender["kind"]]
    x, y, here = float(offender["x"]), float(offender["y"]), int(offender["cell"])
    people = [s.crowd.people[slot] for slot in s.crowd.order[: s.crowd.count[0]]]
    cells = [int(person["cell"]) for person in people if person["mode"] != 0]
    rate = p[f"{kind}_rate"] * float(offender["motivation"]) * int(offender["members"])
    formal = twin_formal(scene, x, y)
    light = s.fields.cells["adequacy"]
    if kind in ("nuisance", "vandalism"):
        things = s.ground.cells["objects"][here]
        if (kind == "vandalism" and things == 0) or (kind == "nuisance" and scene.second < offender["loud_until_s"]):
            return 0.0
        n = twin_bystanders(scene.world, cells, here, p.guard_bystander_reach_m)
        opportunity = twin_opportunity(kind, 0.0, n, float(light[here]), False, False, p)
        return float(rate * opportunity * twin_factor(kind, scene, formal, n, here, float(offender["belief"])))
    whole = 0.0
    for person in people:
        at = int(person["cell"])
        far = math.dist((x, y), (person["x"], person["y"]))
        if person["mode"] == 0 or far > p[f"{kind}_reach_m"] or not twin_sees(scene.world, here, at):
            continue
        n = twin_bystanders(scene.world, cells, at, p.guard_bystander_reach_m) - 1
        rho = twin_density(scene.world, cells, at)
        queue = int(person["doing"]) in (5, 6)  # to a door, at a door
        drunk = bool(offender["intoxicated"])
        opportunity = twin_opportunity(kind, rho, n, float(light[at]), queue, drunk, p)
        factor = twin_factor(kind, scene, formal, n, at, float(offender["belief"]))
        whole += rate * opportunity * twin_susceptibility(kind, person, p) * factor
    return float(whole)


# ---------------------------------------------------------------- where offenders go


def twin_place(scene: Scene, row: int, purpose: int, seed: int, day: int) -> int:
    """Number of the place that an offender goes to: a logit with noise keyed on offender and place (4.2)."""
    p, s, world = scene.p, scene.station, scene.world
    offender = s.offenders.rows[row]
    kind = INCIDENT_TYPES[offender["kind"]]
    cells = [int(c) for c in s.crowd.people["cell"][s.crowd.order[: s.crowd.count[0]]]]
    mine = [k for k, place in enumerate(s.places.rows) if place["kind"] == offender["zone_kind"]]
    every = math.ceil(len(mine) / p.offender_places)
    choice = [k for n, k in enumerate(mine) if (int(offender["entity"]) + n + 1) % every == 0]
    values = np.full(len(s.places.rows), -np.inf)
    for k in choice:
        place = s.places.rows[k]
        cell = int(place["cell"])
        light, mood = float(s.fields.cells["adequacy"][cell]), s.fields.zones[int(world.grid.cell_zone[cell])]
        n = twin_bystanders(world, cells, cell, p.guard_bystander_reach_m)
        value = {
            "harassment_approach": -n * light / p.approach_private,
            "vandalism": -n * light / p.vandalism_private - p.offender_object_penalty * (not place["has_object"]),
            "nuisance": -p.offender_object_penalty * (not place["has_lure"]),
        }.get(kind, math.log((n + 0.5) / (n + p.offender_crowd_half)))
        value -= p[f"{kind}_d_residual"] * float(mood["residual"]) + p[f"{kind}_d_belief"] * float(offender["belief"])
        if twin_sees(world, int(offender["cell"]), cell):
            value -= p[f"{kind}_d_direct"] * twin_formal(scene, float(place["x"]), float(place["y"]))
        luck = uniform(seed, purpose, day, int(offender["entity"]), k, int(offender["choices"]))
        values[k] = value - math.log(-math.log(luck))
    return int(np.argmax(values))
