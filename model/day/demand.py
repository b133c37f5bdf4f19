"""Who comes today: boarders, alighters and people who change trains, each with traits of their own.

Everything is keyed on the train and the person's number in it, so that a measure, another train or one more
person changes nobody else (science.md 9.1).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.day.access import behind_gates, make_doorways
from model.inputs.inputs import Inputs
from model.inputs.population import AGE_BANDS, GENDERS, Share
from model.inputs.timetable import Train
from model.kernels.visiting import FARE_OPEN, FARE_PAID
from model.parameters import Parameters
from model.randomness import ROLE_BIT, Purpose, entity_of, poisson_quantile, uniforms
from model.world.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# (row of the mix, time of the trip, uniform) of each visit -> stable number of the person who makes it
Choose = Callable[[Ints, Floats, Floats], Ints]

BOARDER, ALIGHTER, TRANSFER = 0, 1, 2
_HOUR = 3600


@dataclass(frozen=True)
class Visits:
    """All visits of a day in the order of their identity; arrays of length n.

    Attributes:
        identity: stable 64-bit number; ``entity`` and ``key`` are the two halves that key the luck.
        role: BOARDER, ALIGHTER or TRANSFER.
        train_in, train_out: index of the train in the timetable, -1 for none.
        access: index of the access of entering (boarder) or leaving (alighter).
        appear_s: when a boarder enters; inf for people who come by train.
        gender: 0 woman, 1 man, 2 other.  age: years.  regular, luggage: 0/1.
        group: people of the own group who travel today, 1 is alone.  party: identity of the first of them; its
            members follow each other in these arrays and share trains, door, access, moment and speed.
        limited: 1 for limited mobility.
        dodge: how the person enters without a ticket (FARE in ``model.kernels.visiting``), 0 with one.
        fare_rate: chance that such a person does; 0 for people who come by train.
        speed: free walking speed, m/s.
        nature: person effect + visit noise on the latent.  slope: multiplier of the terms that grow after dark.
        noise: the visit noise in nature.  person: number in the panel of travellers, -1 without one.
    """

    identity: Ints
    entity: Ints
    key: Ints
    role: NDArray[np.int8]
    train_in: NDArray[np.int32]
    train_out: NDArray[np.int32]
    access: NDArray[np.int32]
    appear_s: Floats
    gender: NDArray[np.int8]
    age: Floats
    regular: NDArray[np.int8]
    luggage: NDArray[np.int8]
    group: NDArray[np.int8]
    party: Ints
    limited: NDArray[np.int8]
    dodge: NDArray[np.int8]
    fare_rate: Floats
    speed: Floats
    nature: Floats
    slope: Floats
    noise: Floats
    person: Ints

    def __len__(self) -> int:
        return int(self.identity.shape[0])


def draw_visits(inputs: Inputs, world: World, seed: int, day: int, choose: Choose | None = None) -> Visits:
    """Return the visits of day ``day``.

    Args:
        inputs: the base of demand is ``inputs.population``; only trains of ``inputs.timetable`` carry people.
        world: walking times from each access to each platform.
        seed: study seed.
        day: day number, part of every key.
        choose: who makes each trip, for travellers who come back on other days; without it everybody is new.
    """
    trains = inputs.timetable.trains
    train_key = np.array([entity_of(t.id) for t in trains], np.int64)
    out, into = train_means(inputs)
    boarders = _counts(seed, Purpose.BOARDERS, day, train_key, out)
    alighters = _counts(seed, Purpose.ALIGHTERS, day, train_key, into)
    ride = np.concatenate([np.repeat(np.arange(len(trains)), c) for c in (boarders, alighters)])
    number = np.concatenate([_ramp(boarders), _ramp(alighters)])
    role = np.repeat(np.array([BOARDER, ALIGHTER], np.int8), [boarders.sum(), alighters.sum()])
    entity = train_key[ride]
    key = (role.astype(np.int64) << ROLE_BIT) | number
    identity = (entity << (ROLE_BIT + 1)) | key
    order = np.argsort(identity, kind="stable")
    ride, role = ride[order], role[order]
    entity, key, identity = entity[order], key[order], identity[order]

    def draw(purpose: Purpose, index: int = 0) -> Floats:
        return np.asarray(uniforms(seed, int(purpose), day, entity, key, index))

    clock = np.array([_clock(t) for t in trains])[ride]
    first, group, size = parties(inputs, clock, entity, role, draw(Purpose.GROUP))

    def shared(purpose: Purpose, index: int = 0) -> Floats:
        return draw(purpose, index)[first]

    train_in = np.where(role == ALIGHTER, ride, -1).astype(np.int32)
    train_out = np.where(role == BOARDER, ride, -1).astype(np.int32)
    changing = (role == ALIGHTER) & (shared(Purpose.TRANSFER) < inputs.population.transfer_share)
    train_out[changing] = _connections(
        trains, inputs.parameters, train_in[changing], shared(Purpose.TRANSFER, 1)[changing]
    )
    role = np.where((role == ALIGHTER) & (train_out >= 0), TRANSFER, role).astype(np.int8)
    kind = _kinds(inputs, clock, size, draw(Purpose.TRAITS))
    person = np.full(len(kind), -1, np.int64) if choose is None else choose(kind, clock, draw(Purpose.PERSON))
    own = draw if choose is None else for_life(seed, person)
    people = _traits(inputs.population.mix, kind, inputs.parameters, draw, own)
    people["speed"] = _together(people["speed"], first, group, inputs.parameters)
    access = _accesses(inputs, shared(Purpose.ACCESS))
    lead = lead_times(inputs, ride, people["regular"][first], shared)
    walk = _walk_to_platform(inputs, world, access, ride) / people["speed"]
    appear = np.where(role == BOARDER, np.floor(2 * (clock - lead - walk)) / 2, np.inf)
    fare_rate = np.where(role == BOARDER, fare_rates(inputs, world)[access, _platforms(inputs)[ride]], 0.0)
    return Visits(
        identity=identity, entity=entity, key=key, role=role, train_in=train_in, train_out=train_out,
        access=access, appear_s=appear, gender=people["gender"].astype(np.int8), age=people["age"],
        regular=people["regular"].astype(np.int8), luggage=people["luggage"].astype(np.int8),
        group=group, party=identity[first], limited=people["limited"].astype(np.int8),
        dodge=_dodges(inputs.parameters, fare_rate, draw), fare_rate=fare_rate, speed=people["speed"],
        nature=people["nature"], slope=people["slope"], noise=people["noise"], person=person,
    )  # fmt: skip


def train_means(inputs: Inputs) -> tuple[Floats, Floats]:
    """Return the mean number of direct boarders and of alighters of each train, both (trains,).

    The hour's demand is split over the trains of the hour by their cars; hours without trains hand theirs to
    the others in proportion.
    """
    people, trains = inputs.population, inputs.timetable.trains
    cars = np.array([t.cars for t in trains], float)
    direct = people.boardings - people.transfer_share * people.alightings
    means = []
    for total, profile, times in (
        (max(direct, 0), people.boarding_profile, [t.departure_s for t in trains]),
        (people.alightings, people.alighting_profile, [t.arrival_s for t in trains]),
    ):
        hours = np.array([-1 if s is None else s // _HOUR for s in times])
        weight = np.zeros(len(trains))
        for hour in np.unique(hours[hours >= 0]):
            here = hours == hour
            weight[here] = profile[hour] * cars[here] / cars[here].sum()
        whole = weight.sum()
        means.append(total * weight / whole if whole > 0 else weight)
    return means[0], means[1]


def _counts(seed: int, purpose: Purpose, day: int, train_key: Ints, means: Floats) -> Ints:
    """Draw a Poisson count a train as the inverse of its distribution at one keyed uniform."""
    u = uniforms(seed, int(purpose), day, train_key, np.zeros_like(train_key), 0)
    return np.where(means > 0, poisson_quantile(u, np.maximum(means, np.finfo(float).tiny)), 0).astype(np.int64)


def _ramp(counts: Ints) -> Ints:
    """Return 0..c-1 for each count c, end to end."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return np.arange(int(counts.sum())) - starts


def _clock(train: Train) -> float:
    """Return the time a train is about: its departure, or its arrival when it ends here."""
    time = train.departure_s if train.departure_s is not None else train.arrival_s
    assert time is not None  # readers refuse a train without both
    return float(time)


def _connections(
    trains: tuple[Train, ...], p: Parameters, from_train: NDArray[np.int32], u: Floats
) -> NDArray[np.int32]:
    """Choose a connecting train for each person who changes, by cars, among those that leave soon enough."""
    order = np.array(sorted(range(len(trains)), key=lambda i: trains[i].id), np.int64)  # not that of the file
    leave = np.array([np.inf if trains[i].departure_s is None else trains[i].departure_s for i in order])
    cars = np.array([trains[i].cars for i in order], float)
    lines = np.array([trains[i].line for i in order])
    chosen = np.full(from_train.shape, -1, np.int32)
    for i in np.unique(from_train):
        here = from_train == i
        wait = leave - (trains[i].arrival_s or 0)
        good = (wait >= p.transfer_low_s) & (wait <= p.transfer_high_s)
        good &= lines != trains[i].line
        if good.any():
            share = np.cumsum(np.where(good, cars, 0.0))
            chosen[here] = order[np.searchsorted(share, u[here] * share[-1], side="right")]
    return chosen


def parties(
    inputs: Inputs, clock: Floats, entity: Ints, role: NDArray[np.int8], u: Floats
) -> tuple[Ints, NDArray[np.int8], Ints]:
    """Join people of one train who follow each other in number to groups.

    The first of a group draws its size from the mix (by groups: a pair is drawn half as often as its people
    are), the next people belong to it. The last group of a train may find fewer people than it drew; one more
    person on a train changes nobody but the last group.

    Args:
        clock, entity, role: of everybody, in the order of identity.
        u: uniform of everybody.

    Returns:
        (n,) index of the first of the own group; how many are in it today; the size that was drawn.
    """
    sizes = np.array(sorted({s.group_size for s in inputs.population.mix}))
    drawn = np.ones(len(u), np.int64)
    evening = clock >= inputs.parameters.survey_evening_from_h * _HOUR
    for late in (False, True):
        weight = np.cumsum([_weight(inputs.population.mix, size, late).sum() / size for size in sizes])
        here = evening == late
        at = np.searchsorted(weight, u[here] * weight[-1], side="right")
        drawn[here] = sizes[np.minimum(at, len(sizes) - 1)]
    first, group = np.arange(len(u)), np.ones(len(u), np.int8)
    ends = np.flatnonzero(np.diff(entity, append=-1) | np.diff(role, append=-1)) + 1
    end = np.repeat(ends, np.diff(ends, prepend=0)).tolist()
    wanted = drawn.tolist()
    i = 0
    while i < len(wanted):
        n = min(wanted[i], end[i] - i)
        if n > 1:
            first[i : i + n], group[i : i + n] = i, n
        i += n
    return first, group, drawn[first]


def _weight(mix: tuple[Share, ...], size: int, late: bool) -> Floats:
    """Return the weights of the rows of the mix for people in groups of a size, 0 for others."""
    return np.array([(s.share_evening if late else s.share_day) * (s.group_size == size) for s in mix], float)


def _kinds(inputs: Inputs, clock: Floats, size: Ints, u: Floats) -> Ints:
    """Return the row of the mix for each person, of the drawn size of group; by day or from the evening hour on."""
    mix = inputs.population.mix
    kind = np.zeros(clock.shape, np.int64)
    evening = clock >= inputs.parameters.survey_evening_from_h * _HOUR
    for late in (False, True):
        for n in np.unique(size):
            here = (evening == late) & (size == n)
            weight = np.cumsum(_weight(mix, int(n), late))
            kind[here] = np.searchsorted(weight, u[here] * weight[-1], side="right")
    return np.minimum(kind, len(mix) - 1)


def _together(speed: Floats, first: Ints, group: NDArray[np.int8], p: Parameters) -> Floats:
    """Return the speed of everybody: in a group that of its slowest, times a factor for each further member."""
    slowest = np.full(len(speed), np.inf)
    np.minimum.at(slowest, first, speed)
    return np.asarray(slowest[first] * p.group_speed_factor ** (group - 1.0))


def for_life(seed: int, person: Ints) -> Callable[..., Floats]:
    """Return the draws of people that are the same on every day."""
    ever = np.full(len(person), 1 << ROLE_BIT, np.int64)  # no seat of a train has this number and day 0

    def draw(purpose: Purpose, index: int = 0) -> Floats:
        return np.asarray(uniforms(seed, int(purpose), 0, person, ever, index))

    return draw


def person_traits(own: Callable[..., Floats], p: Parameters) -> tuple[Floats, Floats]:
    """Return the person effect on the latent, and the sensitivity to what grows after dark."""
    effect = p.feel_person_sd * ndtri(own(Purpose.FEAR))
    # lognormal with mean 1: heterogeneity must not move the average weight
    return effect, np.exp(p.feel_slope_sd * ndtri(own(Purpose.FEAR, 2)) - p.feel_slope_sd**2 / 2)


def _traits(mix: tuple[Share, ...], kind: Ints, p: Parameters, draw, own) -> dict[str, Floats]:  # type: ignore[no-untyped-def]
    """Return gender, age, regular, luggage, limited, speed, nature, slope and noise: of the trip, or own for life."""
    low = np.array([p[f"age_low_{_suffix(b)}"] for b in AGE_BANDS])
    high = np.array([p[f"age_high_{_suffix(b)}"] for b in AGE_BANDS])
    pace = np.array([p[f"walk_age_factor_{_suffix(b)}"] for b in AGE_BANDS])
    gender = np.array([GENDERS.index(s.gender) for s in mix])[kind]
    band = np.array([AGE_BANDS.index(s.age_band) for s in mix])[kind]
    regular = np.array([s.regular for s in mix], float)[kind]
    luggage = np.array([s.luggage for s in mix], float)[kind]
    mean = np.array([p.walk_speed_woman, p.walk_speed_man, (p.walk_speed_woman + p.walk_speed_man) / 2])[gender]
    mean = mean * pace[band] * np.where(regular > 0, p.walk_factor_regular, p.walk_factor_sporadic)
    mean = mean * np.where(luggage > 0, p.walk_luggage_factor, 1)
    speed = np.clip(mean + p.walk_speed_sd * ndtri(own(Purpose.SPEED)), p.walk_speed_low, p.walk_speed_high)
    share = np.where(band == len(AGE_BANDS) - 1, p.mobility_limited_senior, p.mobility_limited_younger)
    limited = own(Purpose.MOBILITY) < share
    slow = p.mobility_speed_low + (p.mobility_speed_high - p.mobility_speed_low) * own(Purpose.MOBILITY, 1)
    speed = np.where(limited, slow, speed)
    noise = p.feel_visit_sd * ndtri(draw(Purpose.FEAR, 1))
    effect, slope = person_traits(own, p)
    return {
        "gender": gender.astype(float),
        "age": low[band] + (high - low)[band] * own(Purpose.TRAITS, 1),
        "regular": regular,
        "luggage": luggage,
        "limited": limited.astype(float),
        "speed": speed,
        "nature": effect + noise,
        "slope": slope,
        "noise": noise,
    }


def _suffix(band: str) -> str:
    return band.replace("-", "_").replace("+", "")


def _accesses(inputs: Inputs, u: Floats) -> NDArray[np.int32]:
    """Return the access of each person by the shares of the layout."""
    share = np.cumsum([a.share for a in inputs.layout.accesses])
    chosen = np.minimum(np.searchsorted(share, u * share[-1], side="right"), len(share) - 1)
    return np.asarray(chosen, np.int32)


def lead_times(inputs: Inputs, ride: Ints, regular: Floats, draw) -> Floats:  # type: ignore[no-untyped-def]
    """Return how long before departure each boarder means to be on the platform, s."""
    p = inputs.parameters
    normal = ndtri(draw(Purpose.LEAD_TIME))
    lead = np.where(
        regular > 0,
        _lognormal(normal, p.arrive_regular_mean_s, p.arrive_regular_cv),
        _lognormal(normal, p.arrive_sporadic_mean_s, p.arrive_sporadic_cv),
    )
    headway = _headways(inputs)[ride]
    # where trains are frequent half of the regular travellers just come
    blind = (regular > 0) & (headway <= p.arrive_uniform_headway_s)
    blind &= draw(Purpose.LEAD_TIME, 1) < p.arrive_uniform_share
    return np.asarray(np.where(blind, headway * draw(Purpose.LEAD_TIME, 2), lead))


def _lognormal(normal: Floats, mean: float, cv: float) -> Floats:
    """Return lognormal values of the given mean and coefficient of variation at standard normal points."""
    variance = np.log1p(cv * cv)
    return np.asarray(mean * np.exp(np.sqrt(variance) * normal - variance / 2))


def _headways(inputs: Inputs) -> Floats:
    """Return the time since the previous departure of the same line, s; inf for the first."""
    trains = inputs.timetable.trains
    headway = np.full(len(trains), np.inf)
    last: dict[str, int] = {}
    for i in sorted(range(len(trains)), key=lambda j: (_clock(trains[j]), trains[j].id)):
        departure = trains[i].departure_s
        if departure is None:
            continue
        if trains[i].line in last:
            headway[i] = departure - last[trains[i].line]
        last[trains[i].line] = departure
    return headway


def _walk_to_platform(inputs: Inputs, world: World, access: NDArray[np.int32], ride: Ints) -> Floats:
    """Return the walking time at 1 m/s from the access to the platform of the train."""
    rows = world.routes.first_platform + _platforms(inputs)
    _, middle = make_doorways(inputs.layout, world)
    return np.asarray(world.routes.seconds[rows[ride], middle[access]], float)


def _platforms(inputs: Inputs) -> Ints:
    """Return the number of the platform of each train."""
    number = {platform.id: i for i, platform in enumerate(inputs.layout.platforms)}
    return np.array([number[train.platform] for train in inputs.timetable.trains], np.int64)


def fare_rates(inputs: Inputs, world: World) -> Floats:
    """Return the chance that somebody enters without a ticket, (accesses, platforms): lower behind closed gates.

    Gates that are drawn as spots only (nobody queues at them) close the whole station.
    """
    p = inputs.parameters
    drawn = any(spot.kind == "gate" for spot in inputs.layout.spots)
    closed = behind_gates(inputs.layout, world, p.route_section_m) | drawn
    return np.where(closed, p.gate_dodge_closed, p.gate_dodge_open)


def _dodges(p: Parameters, rate: Floats, draw) -> NDArray[np.int8]:  # type: ignore[no-untyped-def]
    """Return how each person enters without a ticket, 0 with one.

    One uniform decides in every scenario, so that closed gates deter some of the same people.
    """
    shares = np.cumsum([p.gate_dodge_tailgate, p.gate_dodge_force, p.gate_dodge_intercom])
    how = 1 + np.minimum(np.searchsorted(shares, draw(Purpose.FARE, 1) * shares[-1], side="right"), len(shares) - 1)
    how = np.where(rate == p.gate_dodge_closed, how, FARE_OPEN)
    return np.where(draw(Purpose.FARE) < rate, how, FARE_PAID).astype(np.int8)
