"""Which way somebody takes: path-size logit over the alternatives, with the fear that is expected on them (2.3)."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from model.day.alternatives import Ways, ways_of
from model.day.boarding import NO_VIA, parties_of
from model.day.demand import TRANSFER, Visits
from model.day.personas import Outlook
from model.inputs.digest import digest
from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.inputs.population import GENDERS
from model.kernels.state import Ground
from model.kernels.visiting import Doors, Trains
from model.parameters import Parameters
from model.randomness import Purpose, uniforms
from model.results import FIRST_HOUR, HOURS
from model.world.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
CLASSES = ("low", "middle", "high")  # terciles of avoidance
TERCILES = len(CLASSES)
_HOUR = 3600


def choose_ways(
    inputs: Inputs, world: World, ground: Ground, visits: Visits, trains: Trains, doors: Doors, seed: int, day: int
) -> Ints:
    """Return the gateway by which each visit goes first, as a row of ``Routes``, or ``NO_VIA``, (n,).

    Generalised seconds of an alternative are (seconds + kappa * fear) / speed, with the kappa of gender and avoidance
    tercile and the fear of the hour in which one sets out; the choice is the inverse of the path-size logit at one
    keyed uniform.
    """
    p = inputs.parameters
    chosen = np.full(len(visits), NO_VIA, np.int32)
    if p.route_alternatives <= 1 or not len(world.routes.gateway_end):
        return chosen
    ways = ways_of(inputs, world, ground)
    if len(ways.via) == len(ways.first) - 1:
        return chosen  # nowhere is there a choice
    pair, hour = _pairs(inputs, world, ways, visits, trains, doors)
    here = np.flatnonzero(pair >= 0)
    here = here[np.diff(ways.first)[pair[here]] > 1]
    if not len(here):
        return chosen
    fear = fear_of(inputs, world, ground, ways)
    entity, key, gender = visits.entity[here], visits.key[here], visits.gender[here]
    tercile = np.minimum(uniforms(seed, int(Purpose.ROUTE), day, entity, key, 1) * TERCILES, TERCILES - 1)
    kappa = avoidance(p)[gender, tercile.astype(np.int64)]
    shares = way_shares(ways, pair[here], fear, hour[here], gender, kappa, visits.speed[here], p)
    u = uniforms(seed, int(Purpose.ROUTE), day, entity, key, 0)
    which = (np.cumsum(shares, axis=1) <= u[:, None]).sum(axis=1)
    which = np.minimum(which, np.diff(ways.first)[pair[here]] - 1)
    chosen[here] = ways.via[ways.first[pair[here]] + which]
    chosen = chosen[parties_of(visits)[0]]  # a group goes the way of its first
    return np.where(visits.limited > 0, NO_VIA, chosen).astype(np.int32)


def way_shares(
    ways: Ways,
    pair: NDArray[np.int64],
    fear: Floats,
    hour: NDArray[np.int64],
    gender: NDArray[np.int8],
    kappa: Floats,
    speed: Floats,
    p: Parameters,
) -> Floats:
    """Return the chance of each alternative of each visit, (n, most alternatives), 0 behind the last.

    Args:
        pair, hour, gender: (n,) of the visits.
        fear: (hours, 3, m) fear along every alternative, s x points.
        kappa: (n,) 1/point.  speed: (n,) m/s.
    """
    most = int(np.diff(ways.first).max())
    rank = np.arange(most)[None, :]
    there = rank < np.diff(ways.first)[pair][:, None]
    row = np.where(there, ways.first[pair][:, None] + rank, ways.first[pair][:, None])
    feared = fear[hour[:, None], gender[:, None], row]
    seconds = (ways.seconds[row] + kappa[:, None] * feared) / speed[:, None]
    utility = np.where(there, np.log(ways.size[row]) - p.route_scale * seconds, -np.inf)
    chance = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def avoidance(p: Parameters) -> Floats:
    """Return kappa of each class, (3 genders, 3 terciles): lognormal around the mean of the gender."""
    sd = p.route_fear_sd
    cuts = ndtri(np.arange(TERCILES + 1) / TERCILES)
    tercile = TERCILES * np.diff(ndtr(cuts - sd))  # mean of a lognormal of mean 1 in each tercile
    woman, man = p.route_fear_woman, p.route_fear_man
    mean = {"woman": woman, "man": man, "other": (woman + man) / 2}
    return np.asarray(np.array([mean[gender] for gender in GENDERS])[:, None] * tercile[None, :])


def fear_of(inputs: Inputs, world: World, ground: Ground, ways: Ways) -> Floats:
    """Return the fear along every alternative by hour and gender, (hours, 3, m), s x points.

    The integral of max(0, route_fear_score - P) over the way at 1 m/s; P the predicted score of the mean traveller
    of the gender in the middle of the hour, with the people, patrols and shops expected then.
    """
    p = inputs.parameters
    if p.route_fear_woman == 0 and p.route_fear_man == 0:
        return np.zeros((HOURS, len(GENDERS), len(ways.via)))
    key = digest(inputs.replace(window=(DAY_START_S, DAY_END_S)))
    kept = world.remember("fear", f"{world.digest} {key}", lambda: {"fear": _fear(inputs, world, ground, ways)})
    fear: Floats = kept["fear"]
    return fear


def _fear(inputs: Inputs, world: World, ground: Ground, ways: Ways) -> Floats:
    p, mix = inputs.parameters, inputs.population.mix
    outlook = Outlook(inputs, world, ground=ground, remember=world.remember)
    on_foot = ways.leg_cell[ways.leg_cell < len(world.grid.cell_x)]
    cells = np.unique(np.concatenate([on_foot, ways.end_cell])).astype(np.int64)
    fear = np.zeros((HOURS, len(GENDERS), len(ways.via)))
    for hour in range(HOURS):
        moment = outlook.at((FIRST_HOUR + hour + 0.5) * _HOUR, cells)
        evening = FIRST_HOUR + hour >= p.survey_evening_from_h
        for g, gender in enumerate(GENDERS):
            weight = np.array([(s.share_evening if evening else s.share_day) * (s.gender == gender) for s in mix])
            if not weight.any():
                continue
            company = np.average([s.group_size > 1 for s in mix], weights=weight)
            regular = np.average([s.regular for s in mix], weights=weight)
            scores = moment.mean_scores(g, float(company), float(regular))
            fear[hour, g] = ways.over_legs(np.maximum(0.0, p.route_fear_score - scores))
    return fear


def _pairs(
    inputs: Inputs, world: World, ways: Ways, visits: Visits, trains: Trains, doors: Doors
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pair of origin and destination of each visit, and the hour in which it sets out."""
    routes = world.routes
    section = np.zeros(len(visits), np.int64)
    section[doors.queue] = np.repeat(doors.rows["dest"], doors.rows["queue_n"]) - routes.section_first[0]
    by_train = visits.train_in >= 0
    origin = np.where(by_train, len(inputs.layout.accesses) + section, visits.access)
    platform = trains.rows["platform"] if len(trains.rows) else np.zeros(1, np.int32)
    to_platform = ~by_train | (visits.role == TRANSFER)
    goal = np.where(to_platform, routes.first_platform + platform[visits.train_out], visits.access)
    arrival = np.array([t.arrival_s or 0 for t in inputs.timetable.trains] or [0], float)
    out = np.where(by_train, arrival[visits.train_in], np.where(np.isfinite(visits.appear_s), visits.appear_s, 0))
    hour = np.clip(out // _HOUR - FIRST_HOUR, 0, HOURS - 1).astype(np.int64)
    return ways.pair[origin, goal].astype(np.int64), hour
