"""The three days of a week that are simulated, who comes on them, and what they leave with people."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.day.avoidance import ALTERNATIVES, choice_shares, kept_share, score
from model.day.daylight import darkness
from model.day.demand import BOARDER, Floats, Ints, Visits, draw_visits
from model.day.entry import sightings
from model.day.past import Past
from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.parameters import Parameters
from model.randomness import Purpose, uniforms
from model.results import GENDERS, INCIDENT_TYPES
from model.seasons.memory import DAY, EVENING, Lived, Memories
from model.seasons.panel import Panel, is_late
from model.seasons.sanctions import NOBODY, stopped_in
from model.station import Station
from model.world.world import World

DayKind = Literal["weekday", "weekend_evening", "sunday"]
DAY_KINDS: Final[tuple[DayKind, ...]] = ("weekday", "weekend_evening", "sunday")
Plan = Callable[[int, DayKind], Inputs]  # week from 0 on, kind of day -> what that day is made of
_WEEKEND: Final = ("friday", "saturday", "sunday")


def times_of(kind: DayKind, p: Parameters) -> int:
    """Return how many days of a week a simulated day stands for."""
    return int(p[f"season_days_{kind}"])


def date_of(start: datetime.date, week: int, kind: DayKind) -> datetime.date:
    """Return the date of a simulated day: a Wednesday, a Friday and a Saturday in turn, a Sunday.

    Args:
        start: any date of the first week.
        week: from 0 on.
    """
    monday = start - datetime.timedelta(days=start.weekday())
    days = list(calendar_days())
    after = {"weekday": 2, "weekend_evening": days.index("friday") + week % 2, "sunday": days.index("sunday")}[kind]
    return monday + datetime.timedelta(weeks=week, days=after)


def calendar_days() -> tuple[str, ...]:
    """Return the names of the days of a week in order, as in the parameter table."""
    return ("monday", "tuesday", "wednesday", "thursday", *_WEEKEND)


def on_date(inputs: Inputs, date: datetime.date) -> Inputs:
    """Return the inputs of another date: daylight moves, and fewer people travel at the weekend."""
    name = calendar_days()[date.weekday()]
    factor = inputs.parameters[f"season_demand_{name}"] if name in _WEEKEND else 1
    people = inputs.population
    fewer = replace_demand(people.boardings * factor, people.alightings * factor, inputs)
    return fewer.replace(date=date)


def replace_demand(boardings: float, alightings: float, inputs: Inputs) -> Inputs:
    """Return inputs with another demand of the day."""
    population = replace(inputs.population, boardings=boardings, alightings=alightings)
    return inputs.replace(population=population)


@dataclass(frozen=True)
class DayPage:
    """What a simulated day leaves to a season.

    Attributes:
        latent, worst, seconds, hour: of each visit; hour -1 when it did not end.
        harm: (visits, 4) own expected incidents.
        expected: (types, 20 hours, 4 gender slots, zones).
        detected, recorded, reported: sums of the day's tables by type, (types,).
        conduct: expected contacts of staff that go wrong, and entries without a ticket, (3,) as CONDUCT_TYPES.
        seen: SIGHTING rows: what each offender saw of guards.
        present: (20 hours, 3 genders, zones) person-seconds.
        stopped: STOP rows: whom units stopped, and what they did.
    """

    latent: Floats
    worst: Floats
    seconds: Ints
    hour: Ints
    harm: Floats
    expected: Floats
    detected: Floats
    recorded: Floats
    reported: Floats
    conduct: Floats
    seen: NDArray[np.void]
    present: Floats
    stopped: NDArray[np.void] = field(default_factory=NOBODY.copy)


RunDay = Callable[[Inputs, World, int, int, Visits, Past], DayPage]


def micro_day(inputs: Inputs, world: World, seed: int, day: int, visits: Visits, past: Past) -> DayPage:
    """Run one day of the station and return its page."""
    station = Station(inputs, world, seed=seed, day=day, visits=visits, past=past, diary=True)
    results = station.run()
    pages = station.tally.diary
    same: dict[str, Any] = {name: pages[name].copy() for name in ("latent", "worst", "seconds", "hour")}
    six = slice(len(INCIDENT_TYPES))  # of offenders: staff and fares have no memory
    same |= {name: by_type(getattr(results, name)[six]) for name in ("detected", "recorded", "reported")}
    same |= {"conduct": by_type(results.expected[len(INCIDENT_TYPES) :]), "seen": sightings(station.offenders)}
    same |= {"stopped": stopped_in([case.incident for case in station.cases], station.offenders)}
    return DayPage(**same, harm=station.tally.harm, expected=results.expected[six], present=results.seconds)


def by_type(table: Floats) -> Floats:
    """Return the sums of a table of incidents by type."""
    return np.asarray(table.reshape(len(table), -1).sum(axis=1))


def chosen(visits: Visits, rows: Ints) -> Visits:
    """Return some of the visits, in the given order."""
    return Visits(**{f.name: getattr(visits, f.name)[rows] for f in fields(Visits)})


def rides(visits: Visits) -> NDArray[np.int32]:
    """Return the train that each visit is about."""
    return np.where(visits.role == BOARDER, visits.train_out, visits.train_in)


def evening_trips(inputs: Inputs, visits: Visits) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which visits are of after 19:00, and which of then or of the dark before it."""
    trains, p = inputs.timetable.trains, inputs.parameters
    late = is_late(trains, p)
    clock = [t.departure_s if t.departure_s is not None else t.arrival_s or 0 for t in trains]
    noon = (DAY_START_S + DAY_END_S) / 2
    dark = np.array([late[i] or (s > noon and darkness(inputs, s)[0] >= 1) for i, s in enumerate(clock)], np.bool_)
    ride = rides(visits)
    return late[ride], late[ride] | dark[ride]


@dataclass(frozen=True)
class Coming:
    """Who makes the planned trips of a day.

    Attributes:
        visits: those that are made, in the order of their identity.  row: in the panel.  band: DAY or EVENING.
        avoided: (3 genders, 4 alternatives) expected trips of this day that are not made as planned.
        stayed: rows of the panel of who stayed away.
    """

    visits: Visits
    row: Ints
    band: Ints
    avoided: Floats
    stayed: Ints


def who_comes(inputs: Inputs, world: World, panel: Panel, memories: Memories | None, seed: int, day: int) -> Coming:
    """Draw the planned trips of a day, and leave out those that are avoided: each by luck of its own.

    Args:
        memories: what people remember; without it everybody comes.
    """
    p = inputs.parameters
    planned = draw_visits(inputs, world, seed, day, panel.choose)
    row = panel.rows_of(planned.person)
    late, dreaded = evening_trips(inputs, planned)
    known = None if memories is None else memories.of(EVENING)[row]
    evening = np.full(len(row), p.avoid_score) if known is None else score(known, p)
    kept = np.where(dreaded, kept_share(evening, planned.gender, p), 1)
    u = uniforms(seed, int(Purpose.AVOID), day, planned.entity, planned.key, 0)
    made = np.flatnonzero(u < kept)
    avoided = np.zeros((len(GENDERS), len(ALTERNATIVES)))
    shares = choice_shares(evening, planned.gender, p)
    parts = shares / shares.sum(axis=1, keepdims=True) * (1 - kept)[:, None]
    np.add.at(avoided, planned.gender, parts)
    band = np.where(late, EVENING, DAY)
    return Coming(chosen(planned, made), row[made], band[made], avoided, row[u >= kept])


def others_on(coming: Coming, page: DayPage, panel: Panel, times: int, seed: int, day: int, p: Parameters) -> Lived:
    """Return the visits of a day as other people of the same class make them: own effect and noise, same place."""
    lived = lived_on(coming, page, panel, times)
    draw = (day, lived.entity, lived.key)
    u = uniforms(seed, int(Purpose.PERSON), *draw, 1)
    row = panel.draw_rows(panel.class_of_rows(lived.row), lived.band == EVENING, u)
    noise = p.feel_visit_sd * ndtri(uniforms(seed, int(Purpose.REPEAT), *draw, 0))
    other = panel.effect[row] - panel.effect[lived.row] + noise - lived.noise
    return replace(lived, row=row, latent=lived.latent + other, worst=lived.worst + other, noise=noise)


def lived_on(coming: Coming, page: DayPage, panel: Panel, times: int) -> Lived:
    """Return the visits of a day that ended, in the order of leaving, as people will remember them."""
    ended = np.flatnonzero(page.hour >= 0)
    ended = ended[np.lexsort((coming.visits.identity[ended], page.hour[ended]))]
    row = coming.row[ended]
    return Lived(
        row=row, band=coming.band[ended], latent=page.latent[ended], worst=page.worst[ended],
        noise=coming.visits.noise[ended], entity=coming.visits.entity[ended], key=coming.visits.key[ended],
        times=cast(Ints, np.where(panel.regular[row] == 1, times, 1)),
    )  # fmt: skip
