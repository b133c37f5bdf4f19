"""Virtual trials behind the facts and replications about offending (science.md 10.2, 11): runs in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.day.entry import SHAPE, SIGHTING, Expectations, chances, learn
from model.day.guardianship import long_run_belief
from model.day.past import Past
from model.inputs.inputs import Inputs
from model.inputs.roster import Duty, Roster
from model.parameters import Parameters
from model.results import INCIDENT_TYPES, Results
from model.station import Station, run_day
from model.world.world import World
from scenarios.measures.cameras import Cameras
from scenarios.station_files import read_station

Floats = NDArray[np.float64]
HOUR = 3600
SEED = 3
MANY = 20  # loiterers and aggressive people, so that their luck averages out; counted once
_VISIBLE = np.isin(INCIDENT_TYPES, ("aggression", "nuisance"))


@cache
def place(name: str) -> tuple[Inputs, World]:
    """A station with many visible offenders, and its fields."""
    inputs = read_station(name)
    p = inputs.parameters
    names = ("offender_arrivals_aggression", "offender_arrivals_nuisance")
    return inputs.replace(parameters=p.replace(**{k: MANY * p[k] for k in names})), World.of(inputs)


def counted(expected: Floats) -> Floats:
    """Expected incidents of the six types, with visible offenders at their true number."""
    weight = np.where(_VISIBLE, 1 / MANY, 1.0)
    return np.asarray(expected[: len(weight)] * weight[:, None, None, None])


def expected_of(inputs: Inputs, world: World, days: Sequence[int]) -> list[Floats]:
    """Expected incidents of some days, each (types, hours, gender slots, zones)."""
    return [counted(run_day(inputs, world, SEED, day).expected) for day in days]


# ---------------------------------------------------------------- the platform patrol of the London Underground


@dataclass(frozen=True)
class Trial:
    """What a patrol did to expected incidents on the platforms."""

    calls: float  # reduction of what travellers call or report, as the trial counted calls
    incidents: float  # reduction of all incidents, nuisance among them
    crimes: float  # reduction of all but nuisance
    absent: float  # share of the reduction at times at which no officer is there
    by_type: dict[str, float]


def platform_patrol() -> Roster:
    """A police pair on each platform for a quarter of an hour, four times between 15 and 22 h."""
    inputs, _ = place("halte")
    zones = [zone.id for zone in inputs.layout.zones if zone.kind == "platform"]
    duties = []
    for number, zone in enumerate(zones):
        for visit in range(4):
            start = int(15.25 * HOUR) + visit * int(1.75 * HOUR) + number * HOUR // 2
            duties.append(Duty(f"{zone} {visit}", "police", start, start + 900, (zone,), "fixed", 900))
    return Roster(tuple(duties))


def _slices(inputs: Inputs, world: World, edges: Sequence[float], day: int, past: Past) -> Floats:
    """Expected and reported incidents on the platforms between the edges, (2, types, edges - 1)."""
    station = Station(inputs, world, seed=SEED, day=day, past=past)
    on = [zone.kind == "platform" for zone in inputs.layout.zones]
    sums = []
    for edge in edges:
        station.run_until(edge)
        tables = (station.tally.expected, station.tally.reported)
        sums.append([counted(table)[..., on].sum(axis=(1, 2, 3)) for table in tables])
    return np.moveaxis(np.diff(np.array(sums), axis=0), 0, -1)


@cache
def patrol_trial(days: int = 3, share_of_days: float = 4 / 7) -> Trial:
    """Patrol on four days of seven; offenders believe what they see in a week."""
    inputs, world = place("halte")
    roster = platform_patrol()
    treated = inputs.replace(roster=roster)
    past = Past(expect=Expectations.alike(share_of_days * long_run_belief(treated, world)))
    edges = sorted({5.0 * HOUR, 25.0 * HOUR, *(float(t) for d in roster.duties for t in (d.start_s, d.end_s))})
    there = np.array([any(d.start_s <= edge < d.end_s for d in roster.duties) for edge in edges[:-1]])
    base, with_, without = (np.zeros((2, len(INCIDENT_TYPES), len(there))) for _ in range(3))
    for day in range(1, days + 1):
        base += _slices(inputs, world, edges, day, Past())
        with_ += _slices(treated, world, edges, day, past)
        without += _slices(inputs, world, edges, day, past)
    whole = base - share_of_days * with_ - (1 - share_of_days) * without
    calls = float(whole[1].sum() / base[1].sum())
    base, with_, fallen = base[0], with_[0], whole[0]
    crime = np.array([kind != "nuisance" for kind in INCIDENT_TYPES])
    present = share_of_days * (base - with_)[:, there].sum()
    return Trial(
        calls=calls,
        incidents=float(fallen.sum() / base.sum()),
        crimes=float(fallen[crime].sum() / base[crime].sum()),
        absent=float(1 - present / fallen.sum()),
        by_type={k: float(f / b) for k, f, b in zip(INCIDENT_TYPES, fallen.sum(axis=1), base.sum(axis=1), strict=True)},
    )


# ---------------------------------------------------------------- where and when


@cache
def hours_of_a_day(name: str, days: int = 2, weekday: int = 2) -> tuple[Floats, Floats]:
    """Expected incidents by type and hour, (types, 20), and visits by hour, (20,), of days of a station."""
    inputs, world = place(name)
    date = inputs.date.replace(day=inputs.date.day - inputs.date.weekday() + weekday)
    done: list[Results] = [run_day(inputs.replace(date=date), world, SEED, day) for day in range(1, days + 1)]
    incidents = sum(counted(r.expected).sum(axis=(2, 3)) for r in done)
    return np.asarray(incidents), np.asarray(sum(r.visits.sum(axis=1) for r in done))


def top_share(values: Floats, share: float) -> float:
    """Share of a total that its largest ``share`` of cells holds."""
    order = np.sort(values)[::-1]
    return float(order[: round(share * len(order))].sum() / order.sum())


def gini(values: Floats) -> float:
    """Gini coefficient of positive values."""
    x = np.sort(values)
    n = len(x)
    return float((2 * np.arange(1, n + 1) - n - 1) @ x / (n * x.sum()))


# ---------------------------------------------------------------- patrols of equal hours (T2, T7)

EVENING = (19 * HOUR, 23 * HOUR)


@cache
def evening_patrols(days: int = 4) -> dict[str, float]:
    """Expected incidents of evenings, surroundings included, with one guard who goes about in different ways."""
    inputs, world = place("shoebox")
    inputs = inputs.replace(window=EVENING, roster=Roster())
    numbers = range(1, days + 1)
    base = np.sum(expected_of(inputs, world, numbers), axis=0)
    by_zone = base.sum(axis=(0, 1, 2))
    by_kind: dict[str, float] = {}
    for zone, sum_ in zip(inputs.layout.zones, by_zone, strict=True):
        by_kind[zone.kind] = by_kind.get(zone.kind, 0.0) + float(sum_)
    order = sorted(by_kind, key=lambda kind: -by_kind[kind])
    found = {"none": float(base.sum())}
    for name, zones in {"hot spots": order[:2], "everywhere": order, "cold spots": order[-2:]}.items():
        duty = Duty(name, "guard", *EVENING, tuple(zones), "random", 900)
        runs = expected_of(inputs.replace(roster=Roster((duty,))), world, numbers)
        found[name] = float(np.sum(runs))
    return found


# ---------------------------------------------------------------- mechanisms on and off (T4), time spent (T1)


@cache
def concentration(days: int = 3) -> dict[str, float]:
    """Gini of expected incidents over the zones of an evening, with mechanisms switched off one by one."""
    inputs, world = place("shoebox")
    inputs = inputs.replace(window=EVENING)
    p, kinds = inputs.parameters, INCIDENT_TYPES
    off = {
        "all on": {},
        "no guardianship": {f"{k}_d_{part}": 0.0 for k in kinds for part in ("direct", "residual", "natural")},
        "no opportunity": {"approach_private": 1e9, "vandalism_private": 1e9, "theft_half_density": 0.0},
        "no belief": {f"{k}_d_belief": 0.0 for k in kinds},
    }
    found = {}
    for name, numbers in off.items():
        runs = expected_of(inputs.replace(parameters=p.replace(**numbers)), world, range(1, days + 1))
        found[name] = gini(np.sum(runs, axis=0).sum(axis=(0, 1, 2)))
    return found


@cache
def time_on_station(days: int = 3) -> dict[float, tuple[float, float]]:
    """Expected theft and harassment by approach when people come 0.6, 1 and 1.4 times as early for their train."""
    inputs, world = place("shoebox")
    p, found = inputs.parameters, {}
    for times in (0.6, 1.0, 1.4):
        mean = {k: times * p[k] for k in ("arrive_regular_mean_s", "arrive_sporadic_mean_s")}
        runs = expected_of(inputs.replace(parameters=p.replace(**mean)), world, range(1, days + 1))
        theft, approach = (float(np.sum([r[kind] for r in runs])) for kind in (0, 2))
        found[times] = theft, approach
    return found


# ---------------------------------------------------------------- cameras (fact 9)


@cache
def cameras_everywhere(watched: bool, days: int = 2) -> dict[str, float]:
    """Relative change of expected incidents by type, and change of the mean visit score ("score").

    Against the same place without any camera, as in Stockholm, where stations got their first ones.
    """
    inputs, _ = place("shoebox")
    spots = tuple(spot for spot in inputs.layout.spots if spot.kind != "camera_sign")
    inputs = inputs.replace(layout=replace(inputs.layout, cameras=(), spots=spots))
    world = World.of(inputs)
    kinds = tuple(sorted({zone.kind for zone in inputs.layout.zones}))
    measure = Cameras(zones=kinds, per_zone=4, watched=watched, signs=True)
    filmed = measure.apply(inputs)
    filmed_world = World.of(filmed)
    before, after = np.zeros(len(INCIDENT_TYPES)), np.zeros(len(INCIDENT_TYPES))
    scores = np.zeros((2, 2))
    for day in range(1, days + 1):
        for arm, (one, where) in enumerate(((inputs, world), (filmed, filmed_world))):
            results = run_day(one, where, SEED, day)
            sums = counted(results.expected).sum(axis=(1, 2, 3))
            if arm == 0:
                before += sums
            else:
                after += sums
            scores[arm] += results.visit_score.sum(), results.visits.sum()
    change = {k: float(a / b - 1) for k, a, b in zip(INCIDENT_TYPES, after, before, strict=True)}
    mean = scores[:, 0] / scores[:, 1]
    return change | {"all": float(after.sum() / before.sum() - 1), "score": float(mean[1] - mean[0])}


# ---------------------------------------------------------------- learning over weeks (T8), and many people (T5)


def weeks_of_patrol(fixed: bool, weeks: int = 20, persons: int = 4000, seen: float = 0.8) -> Floats:
    """Relative fall of visits by week when one band of hours a day is patrolled: always the same one, or any.

    Only the choice and the learning of offenders, with the numbers of the model; a patrol is one of six bands long.
    """
    p = Parameters.default()
    rng = np.random.default_rng(8)
    share = np.full(SHAPE, 0.0)
    share[:, 0] = 1 / SHAPE[0]
    belief = np.zeros((persons, *SHAPE))
    think, fallen = p.offender_visits_per_day / p.offender_enter, []
    for _ in range(weeks):
        came = 0.0
        for _ in range(7):
            band = 0 if fixed else int(rng.integers(SHAPE[0]))
            chance = chances(share, belief, p.nuisance_d_belief, p.offender_enter)
            pull = chance.reshape(persons, -1)
            edges = np.cumsum(pull, axis=1)
            u = rng.random(persons)
            thinks = rng.random(persons) < think
            choice = (u[:, None] > edges).sum(axis=1)
            comes = thinks & (choice < pull.shape[1])
            who = np.flatnonzero(comes)
            table = np.zeros(len(who), SIGHTING)
            table["person"], table["visits"] = who, 1
            table["band"], table["zone_kind"] = choice[who] // SHAPE[1], choice[who] % SHAPE[1]
            table["seen"] = np.where(table["band"] == band, seen, 0.0)
            # who meets the patrol does no harm while it is there
            came += float((1 - table["seen"]).sum())
            belief = learn(belief, table, p.belief_rate, p.belief_share)
        fallen.append(1 - came / (7 * persons * think * p.offender_enter))
    return np.array(fallen)


def two_zones(days: int = 120, persons: int = 20_000) -> tuple[Floats, Floats]:
    """Visits a day to a watched and an unwatched zone: many people who learn, and the mean-field equation.

    The equation: dB_z/dt = (v_z rate + min(V_z, 1) share rate) (seen_z - B_z), v_z = think P_z(B) the visits of a
    person a day, V_z those of the pool; one step a day as in the model.
    """
    p = Parameters.default()
    rng = np.random.default_rng(9)
    share = np.zeros(SHAPE)
    share[0, :2] = 0.6, 0.4
    seen = np.array([0.8, 0.0])
    belief, mean = np.zeros((persons, *SHAPE)), np.zeros(SHAPE)
    think = p.offender_visits_per_day / p.offender_enter
    many, field = np.zeros((days, 2)), np.zeros((days, 2))
    for day in range(days):
        chance = think * chances(share, belief, p.theft_d_belief, p.offender_enter)[:, 0, :2]
        u = rng.random(persons)
        where = np.where(u < chance[:, 0], 0, np.where(u < chance.sum(axis=1), 1, -1))
        who = np.flatnonzero(where >= 0)
        table = np.zeros(len(who), SIGHTING)
        table["person"], table["visits"], table["zone_kind"] = who, 1, where[who]
        table["seen"] = seen[where[who]]
        belief = learn(belief, table, p.belief_rate, p.belief_share)
        many[day] = np.bincount(where[who], minlength=2) / persons
        visits = think * chances(share, mean, p.theft_d_belief, p.offender_enter)[0, :2]
        field[day] = visits
        at = mean[0, :2]
        at = seen + (at - seen) * np.exp(-p.belief_rate * visits)
        mean[0, :2] = seen + (at - seen) * (1 - p.belief_share * p.belief_rate)
    return many, field
