"""Stations of a trial as inputs: demand, offenders and roster of a type, its units and the rings around points."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin
from typing import Final

import shapely

from calibration.trials.description import Count, Type, Units
from calibration.trials.reader import Trial, TypedStation
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Point, Zone
from model.inputs.roster import Duty, Roster
from model.parameters import Parameters
from scenarios.file_schema import DutyPart
from scenarios.table_files import parse_time

RING_CORNERS: Final = 32
LEAST_RING_M2: Final = 1.0  # of a zone that a ring cuts off; smaller slivers stay with their zone
_ARRIVALS: Final = "offender_arrivals_"


@dataclass(frozen=True)
class Unit:
    """A place that can be treated.

    Attributes:
        name: of the station, platform or thing.
        rings: zone ids of each ring from the innermost outwards; one ring for a station or platform.
        level, x, y: of a point; None otherwise.
    """

    name: str
    rings: tuple[tuple[str, ...], ...]
    point: tuple[int, float, float] | None = None

    @property
    def zones(self) -> tuple[str, ...]:
        """All its zone ids."""
        return tuple(zone for ring in self.rings for zone in ring)


@dataclass(frozen=True)
class Site:
    """A type of station with its candidate units; ``base`` has the parameters of the table."""

    part: Type
    base: Inputs
    units: tuple[Unit, ...]

    def inputs(self, parameters: Parameters) -> Inputs:
        """Return its usual day under a draw of parameters; factors of the file act on the drawn values."""
        factors = {name: parameters[name] * factor for name, factor in self.part.factors.items()}
        for row in parameters.rows:
            if row.name.startswith(_ARRIVALS):
                factors[row.name] = factors.get(row.name, parameters[row.name]) * self.part.offenders
        return self.base.replace(parameters=parameters.replace(**factors))


def make_site(trial: Trial, typed: TypedStation) -> Site:
    """Return a type of station with its units.

    Raises:
        ValueError: it has no unit of the kind.
    """
    part, inputs, units = typed.part, typed.inputs, trial.file.units
    people = inputs.population
    people = replace(people, boardings=people.boardings * part.demand, alightings=people.alightings * part.demand)
    roster = inputs.roster if part.roster is None else Roster(tuple(map(_duty, part.roster)), inputs.roster.operators)
    inputs = inputs.replace(population=people, roster=roster, window=trial.file.simulate)
    for measure in typed.measures:
        inputs = measure.apply(inputs)
    found = candidates(inputs.layout, units)
    if not found:
        raise ValueError(f"{part.station} has no {units.around or units.kind}")
    if units.kind == "point":
        layout, found = with_rings(inputs.layout, found, units.rings_m)
        inputs = inputs.replace(layout=layout)
    return Site(part, inputs, found)


def _duty(part: DutyPart) -> Duty:
    return Duty(
        part.id, part.kind, parse_time(part.start), parse_time(part.end), tuple(part.zones), part.order, part.visit_s,
        part.owner, part.assumed, part.away_s, part.checks_tickets, part.body_cam, part.trained, part.alone,
    )  # fmt: skip


def candidates(layout: Layout, units: Units) -> tuple[Unit, ...]:
    """Return all places of a layout that a trial of these units can treat; points have no rings yet."""
    if units.kind == "station":
        return (Unit(layout.id, (tuple(zone.id for zone in layout.zones),)),)
    if units.kind == "platform":
        zones = dict.fromkeys(platform.zone for platform in layout.platforms)
        return tuple(Unit(zone, ((zone,),)) for zone in zones)
    return tuple(Unit(name, (), (level, x, y)) for name, level, x, y in _things(layout, units.around or ""))


def _things(layout: Layout, kind: str) -> list[tuple[str, int, float, float]]:
    """Return name, level and place of the things of a kind."""
    if kind == "access":
        level = {zone.id: zone.level for zone in layout.zones}
        middles = [(access, shapely.Polygon(access.area).centroid) for access in layout.accesses]
        return [(access.id, level[access.zone], float(at.x), float(at.y)) for access, at in middles]
    if kind == "zone":
        middle = [(zone, shapely.Polygon(zone.polygon).representative_point()) for zone in layout.zones]
        return [(zone.id, zone.level, float(at.x), float(at.y)) for zone, at in middle]
    if kind == "lamp":
        return [(lamp.id, lamp.level, lamp.x, lamp.y) for lamp in layout.lamps]
    things = layout.shops if kind == "shop" else layout.cameras if kind == "camera" else layout.spots
    return [(t.id, t.level, t.x, t.y) for t in things if getattr(t, "kind", kind) == kind]


def with_rings(layout: Layout, units: Sequence[Unit], radii_m: Sequence[float]) -> tuple[Layout, tuple[Unit, ...]]:
    """Return a layout with the rings of all points as zones of their own, and the units that they make.

    A ring takes over kind, owner, light and disorder of the zone that it is cut from, and has a memory of guards of
    its own. Smaller zones lie over larger ones, so that an outer ring is the disc without the inner ones.
    """
    larger_first = sorted(layout.zones, key=lambda zone: -shapely.Polygon(zone.polygon).area)
    zones: list[Zone] = list(layout.zones)
    made = []
    for unit in units:
        level, x, y = unit.point or (0, 0.0, 0.0)
        rings: list[tuple[str, ...]] = []
        for number, radius in reversed(list(enumerate(radii_m))):  # of equal pieces the later one lies on top
            disc = shapely.Polygon([_corner(x, y, radius, k) for k in range(RING_CORNERS)])
            cut = [
                replace(zone, id=f"{zone.id}@{unit.name}#{number}.{i}", polygon=tuple(piece))
                for zone in larger_first
                if zone.level == level
                for i, piece in enumerate(_pieces(shapely.Polygon(zone.polygon).intersection(disc)))
            ]
            zones += cut
            rings.insert(0, tuple(zone.id for zone in cut))
        made.append(Unit(unit.name, tuple(rings), unit.point))
    return replace(layout, zones=tuple(zones)), tuple(made)


def _corner(x: float, y: float, radius: float, k: int) -> Point:
    angle = 2 * pi * k / RING_CORNERS
    return (x + radius * cos(angle), y + radius * sin(angle))


def _pieces(shape: shapely.Geometry) -> list[list[Point]]:
    """Return the outlines of the pieces that are large enough to be a zone."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area >= LEAST_RING_M2]
    return [[(float(x), float(y)) for x, y in part.exterior.coords[:-1]] for part in parts]


def _near(unit: Unit, layout: Layout, metres: float) -> set[str]:
    """Return the zones that begin within some metres of a unit, on its level, and are no part of it."""
    own = [zone for zone in layout.zones if zone.id in set(unit.zones)]
    shapes = {level: shapely.union_all([shapely.Polygon(zone.polygon) for zone in own if zone.level == level])
              for level in {zone.level for zone in own}}  # fmt: skip
    return {
        zone.id
        for zone in layout.zones
        if zone.id not in unit.zones
        and zone.level in shapes
        and shapely.Polygon(zone.polygon).distance(shapes[zone.level]) <= metres
    }


def zones_of(count: Count, unit: Unit, layout: Layout) -> list[int]:
    """Return the numbers of the zones in which a count is made."""
    if count.rings:
        ids = {zone for ring in count.rings for zone in unit.rings[ring]}
    elif count.at == "unit":
        ids = set(unit.zones)
    elif count.at == "near":
        ids = _near(unit, layout, count.near_m)
    elif count.at == "rest":
        ids = {zone.id for zone in layout.zones} - set(unit.zones)
    else:
        ids = {zone.id for zone in layout.zones}
    named = set(count.zones)
    return [
        i
        for i, zone in enumerate(layout.zones)
        if zone.id in ids and (not named or zone.id in named or zone.kind in named)
    ]
