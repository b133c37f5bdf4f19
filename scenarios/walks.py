"""The stationsschouw: a persona walks from zone to zone, and says at each stretch what it feels and why."""

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.day.personas import Felt, Moment, Outlook, Persona
from model.day.tracing import Tracer, Way
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from model.kernels.score import latent_of, relax, score_of
from model.kernels.tracing import STEP_M
from model.parameters import Parameters
from model.world.places import around_place
from model.world.routes import Solver, passage_pace
from model.world.world import World
from scenarios.faults import Fault, StationFileError, nearest

STRETCH_M: Final = 20.0
SHORTEST_M: Final = 4.0  # a corner of a zone that is only touched is no stretch of its own
STEP_FREE: Final = ("lift", "ramp")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """A piece of the way in one zone, or a passage between two levels.

    Attributes:
        zone: its id, and name; of a passage the zone that it leads to.
        passage: kind of the passage, empty on the flat.
        from_m, metres: where it begins along the way, and how long it is.
        seconds: time from setting out to its end.
        felt: the mean of what is felt over its cells; None in a passage, where nobody is asked.
        lowest: lowest score of its cells.
    """

    zone: str
    name: str
    passage: str
    from_m: float
    metres: float
    seconds: float
    felt: Felt | None
    lowest: float


@dataclass(frozen=True)
class Walk:
    """One persona's way under one scenario.

    Attributes:
        points: (n, 2) places on the sheet; levels: (n,) ordinal; scores: (n,) score at each.
        along: (n,) metres walked before each, those in passages too.
        visit_score: peak-end score of the walk, feelings following with fast fear and slow calm.
        lowest: index of the stretch with the lowest score.
    """

    persona: Persona
    scenario: str
    stretches: tuple[Stretch, ...]
    points: Floats
    levels: NDArray[np.int64]
    scores: Floats
    along: Floats
    metres: float
    seconds: float
    visit_score: float

    @property
    def lowest(self) -> int:
        """Number of the stretch that feels least safe."""
        scored = [(s.felt.score, k) for k, s in enumerate(self.stretches) if s.felt is not None]
        return min(scored)[1]


def find_zone(layout: Layout, word: str, option: str) -> Zone:
    """Return the zone that a word means: its id, its name, a platform or an access in it, or the only one so begun.

    Raises:
        StationFileError: no zone, or several; names the nearest.
    """
    wanted = word.strip().casefold()
    by_id = {zone.id: zone for zone in layout.zones}
    words = {zone.name.casefold(): zone.id for zone in layout.zones}
    words |= {access.name.casefold(): access.zone for access in layout.accesses}
    words |= {access.id.casefold(): access.zone for access in layout.accesses}
    words |= {platform.id.casefold(): platform.zone for platform in layout.platforms}
    words |= {zone.id.casefold(): zone.id for zone in layout.zones}
    if wanted in words:
        return by_id[words[wanted]]
    begun = {zone for name, zone in words.items() if wanted and name.startswith(wanted)}
    if len(begun) == 1:
        return by_id[begun.pop()]
    if begun:
        message = f'"{word}" can be {", ".join(sorted(begun)[:8])}'
        raise StationFileError([Fault(option, "", "", message, "give one of these ids")])
    known = nearest(word, by_id) or nearest(wanted, words) or "the zones are listed in layout.geojson of the station"
    raise StationFileError([Fault(option, "", "", f'{layout.id} has no zone "{word}"', known)])


class Schouw:
    """One station under one scenario at one moment, ready to be walked through."""

    def __init__(self, inputs: Inputs, outlook: Outlook, second: float, scenario: str) -> None:
        self.inputs, self.outlook, self.second, self.scenario = inputs, outlook, second, scenario
        self.moment: Moment = outlook.at(second)
        self._tracer = Tracer(outlook.ground)
        self._ways: dict[tuple[str, str, str], Way | None] = {}

    @property
    def world(self) -> World:
        """The fields of the place."""
        return self.outlook.world

    def walk(self, persona: Persona, start: Zone, goal: Zone) -> Walk:
        """Return the walk of a persona from zone to zone.

        Raises:
            StationFileError: the goal cannot be reached.
        """
        way = self._way(persona, start, goal)
        if way is None:
            message = f"{goal.name} cannot be reached from {start.name}"
            step_free = persona.mobility == "limited"
            remedy = "without stairs or escalator: there is no lift or ramp on the way" if step_free else ""
            raise StationFileError([Fault("--to", "", "", message, remedy)])
        p = self.inputs.parameters
        scores = self.moment.scores(persona)[way.cells]
        clock = self._clock(way, persona)
        grid = self.world.grid
        stretches = self._stretches(way, persona, clock)
        return Walk(
            persona=persona, scenario=self.scenario, stretches=stretches,
            points=way.points, levels=grid.cell_level[way.cells].astype(np.int64), scores=scores,
            along=self._along(way),
            metres=stretches[-1].from_m + stretches[-1].metres, seconds=float(clock[-1]),
            visit_score=visit_score(scores, clock, p),
        )  # fmt: skip

    def _way(self, persona: Persona, start: Zone, goal: Zone) -> Way | None:
        key = (persona.mobility, start.id, goal.id)
        if key not in self._ways:
            self._ways[key] = self._find_way(persona, start, goal)
        return self._ways[key]

    def _find_way(self, persona: Persona, start: Zone, goal: Zone) -> Way | None:
        """Return the quickest way, without stairs and escalators for who cannot take them."""
        layout = self.inputs.layout
        solver = Solver(layout, self.world.grid, self.inputs.parameters)
        if persona.mobility == "limited":
            steps = np.repeat([passage.kind not in STEP_FREE for passage in layout.passages], 2)
            solver.links.cost[steps] = np.inf
        codes = np.empty(len(solver.x), np.uint8)
        goal_cell = middle_of(layout, self.world, goal)
        solver.solve(solver.cells_of(around_place(self.world.grid, goal_cell)), codes)
        cell = middle_of(layout, self.world, start)
        return self._tracer.trace(codes, float(self.world.grid.cell_x[cell]), float(self.world.grid.cell_y[cell]))

    def _clock(self, way: Way, persona: Persona) -> Floats:
        """Return the seconds from setting out at which each point is reached."""
        p = self.inputs.parameters
        speed = persona.speed(p)
        step = np.full(len(way.ends), STEP_M / speed)
        for k in np.flatnonzero(way.ends >= 0):
            fixed, metres = passage_pace(self.inputs.layout.passages[way.ends[k] // 2], p)[way.ends[k] % 2]
            step[k] = fixed + metres / speed
        return np.concatenate([[0.0], np.cumsum(step[:-1])])

    def _along(self, way: Way) -> Floats:
        """Return the metres walked before each point."""
        step = np.full(len(way.ends), STEP_M)
        for k in np.flatnonzero(way.ends >= 0):
            step[k] += self.inputs.layout.passages[way.ends[k] // 2].length_m
        return np.concatenate([[0.0], np.cumsum(step[:-1])])

    def _stretches(self, way: Way, persona: Persona, clock: Floats) -> tuple[Stretch, ...]:
        """Cut a way into stretches of one zone and at most ``STRETCH_M``, and passages."""
        grid, zones = self.world.grid, self.inputs.layout.zones
        zone = merged(grid.cell_zone[way.cells].astype(np.int64), way.ends)
        made: list[Stretch] = []
        at_m, first = 0.0, 0
        for last in range(1, len(zone) + 1):
            ends_here = last == len(zone) or zone[last] != zone[first] or way.ends[last - 1] >= 0
            if not ends_here:
                continue
            pieces = max(1, round((last - first) * STEP_M / STRETCH_M))
            for part in np.array_split(np.arange(first, last), pieces):
                made.append(self._stretch(way, persona, clock, part, zones[zone[first]], at_m))
                at_m += made[-1].metres
            if way.ends[last - 1] >= 0 and last < len(zone):
                passage = self.inputs.layout.passages[way.ends[last - 1] // 2]
                to = zones[zone[last]]
                made.append(
                    Stretch(to.id, to.name, passage.kind, at_m, passage.length_m, float(clock[last]), None, np.nan)
                )
                at_m += passage.length_m
            first = last
        return tuple(made)

    def _stretch(
        self, way: Way, persona: Persona, clock: Floats, part: NDArray[np.int64], zone: Zone, at_m: float
    ) -> Stretch:
        cells, weight = np.unique(way.cells[part], return_counts=True)
        felt = [self.moment.felt(persona, int(cell)) for cell in cells]
        latent = float(np.average([f.latent for f in felt], weights=weight))
        points = {term: float(np.average([f.points[term] for f in felt], weights=weight)) for term in felt[0].points}
        mean = Felt(latent, score_of(latent), felt[0].start, points)
        metres = len(part) * STEP_M
        lowest = min(f.score for f in felt)
        return Stretch(zone.id, zone.name, "", at_m, metres, float(clock[part[-1]]), mean, lowest)


def merged(zone: NDArray[np.int64], ends: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the zone of each point, where a zone that is only touched takes the name of the one before."""
    zone = zone.copy()
    cut = np.flatnonzero((np.diff(zone) != 0) | (ends[:-1] >= 0)) + 1
    starts = [0, *cut.tolist()]
    stops = [*cut.tolist(), len(zone)]
    for first, stop in zip(starts, stops, strict=True):
        short = (stop - first) * STEP_M < SHORTEST_M
        if short and first > 0 and ends[first - 1] < 0:
            zone[first:stop] = zone[first - 1]
        elif short and stop < len(zone) and ends[stop - 1] < 0:
            zone[first:stop] = zone[stop]
    return zone


def middle_of(layout: Layout, world: World, zone: Zone) -> int:
    """Return the 1 m cell from which or to which one walks: of the access in a zone, else of its middle.

    Raises:
        StationFileError: the zone has no floor.
    """
    grid = world.grid
    for access in layout.accesses:
        if access.zone == zone.id:
            corners = np.array(access.area)
            break
    else:
        here = grid.cell_zone == layout.zones.index(zone)
        if not here.any():
            raise StationFileError([Fault(zone.id, "", "", "has no floor of its own to walk on")])
        corners = np.column_stack((grid.cell_x[here], grid.cell_y[here]))
    x, y = corners.mean(axis=0)
    near = (grid.cell_x - x) ** 2 + (grid.cell_y - y) ** 2
    near[grid.cell_zone != layout.zones.index(zone)] = np.inf
    return int(np.argmin(near))


def visit_score(scores: Floats, clock: Floats, p: Parameters) -> float:
    """Return the peak-end score of a walk: feelings follow second by second, fast down and slowly up (6.1, 6.2)."""
    seconds = np.arange(int(clock[-1]) + 1)
    target = [latent_of(score) for score in scores[np.searchsorted(clock, seconds, side="right") - 1]]
    fall, rise = exp(-1 / p.feel_fall_s), exp(-1 / p.feel_rise_s)
    u = np.empty(len(seconds))
    u[0] = target[0]
    for k in range(1, len(seconds)):
        u[k] = relax(u[k - 1], target[k], fall, rise)
    span = int(p.feel_worst_s)
    run = np.convolve(u, np.ones(span) / span, "valid") if len(u) >= span else u.mean(keepdims=True)
    return float(score_of((1 - p.feel_peak_share) * u.mean() + p.feel_peak_share * run.min()))
