"""Offenders of the day: how many, when, with what motive; the same people in every scenario (science.md 4.2, 4.4)."""

import calendar
from collections import namedtuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.day.demand import Floats
from model.day.entry import (
    BAND_OF_HOUR,
    BANDS,
    SHAPE,
    Expectations,
    base_share,
    chances,
    pool_size,
    pulls,
)
from model.day.perception import evening_index
from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS, Layout
from model.kernels.records import records
from model.kernels.second import PLACE, Places
from model.kernels.state import OFFENDER, Offenders
from model.parameters import Parameters
from model.randomness import WORD, Purpose, entity_of, uniform, uniforms
from model.results import FIRST_HOUR, HOURS, INCIDENT_TYPES, PER_VISITS
from model.world.world import World

Hazards = namedtuple(
    "Hazards",
    [
        "kinds",  # (6,) KIND
        "catch",
        "reference_adequacy", "reference_disorder", "light_floor", "natural_half", "bystander_reach",
        "theft_half", "theft_queue", "theft_luggage", "theft_senior", "contact_half", "contact_woman", "contact_young",
        "approach_private", "approach_woman", "approach_young", "approach_alone", "approach_group",
        "aggression_intoxicated", "aggression_conflict", "aggression_young_man", "vandalism_private",
        "place_low_s", "place_high_s", "seek_m", "seek_speed", "crowd_least", "crowd_half", "object_penalty", "places",
        "follow_share", "follow_s", "follow_gap", "near_m", "shop_weight", "shop_reach", "evening_index",
    ],
)  # fmt: skip

_KIND_ROWS = {
    "reach": "reach_m", "direct": "d_direct", "natural": "d_natural", "light": "d_light", "residual": "d_residual",
    "belief": "d_belief", "chi": "chi", "rate": "rate", "leave": "leave",
}  # fmt: skip
KIND = np.dtype([(name, "f8") for name in _KIND_ROWS])  # one row a type of incident
CONCEALED = ("theft", "harassment_contact", "harassment_approach", "vandalism")
_HOUR = 3600
_GOLDEN = 0x9E3779B9  # steps of a rank-1 lattice: golden ratio, and three more irrational directions
_LATTICE = (_GOLDEN, 0x6A09E667, 0xBB67AE85, 0x3C6EF372)
Table = NDArray[np.generic]
_TRAITS = (
    "entity", "kind", "person", "band", "zone_kind", "belief", "arrive_s", "stay_s", "entrance", "motivation",
    "intoxicated", "weight", "speed", "members",
)  # fmt: skip


def hazards(p: Parameters) -> Hazards:
    """Return the numbers that the hazard kernel takes."""
    return Hazards(
        kinds=records(KIND, len(INCIDENT_TYPES), **{name: p.by_type(row) for name, row in _KIND_ROWS.items()}),
        catch=p.offender_catch,
        reference_adequacy=p.hazard_reference_adequacy, reference_disorder=p.disorder_reference,
        light_floor=p.guard_light_floor, natural_half=p.guard_natural_half,
        bystander_reach=int(p.guard_bystander_reach_m),
        theft_half=p.theft_half_density, theft_queue=p.theft_queue_factor, theft_luggage=p.theft_sus_luggage,
        theft_senior=p.theft_sus_65, contact_half=p.contact_half_density, contact_woman=p.contact_sus_woman,
        contact_young=p.contact_sus_young, approach_private=p.approach_private, approach_woman=p.approach_sus_woman,
        approach_young=p.approach_sus_young, approach_alone=p.approach_sus_alone,
        approach_group=p.approach_sus_group, aggression_intoxicated=p.aggression_intoxicated,
        aggression_conflict=p.aggression_conflict, aggression_young_man=p.aggression_sus_young_man,
        follow_share=p.offender_follow_share, follow_s=p.offender_follow_s, follow_gap=p.offender_follow_gap_m,
        near_m=p.guard_near_m, shop_weight=p.guard_weight_shop, shop_reach=p.guard_reach_shop_m,
        vandalism_private=p.vandalism_private, place_low_s=p.offender_place_low_s,
        place_high_s=p.offender_place_high_s, seek_m=p.offender_seek_m, seek_speed=p.offender_seek_speed,
        crowd_least=p.offender_crowd_least, crowd_half=p.offender_crowd_half, object_penalty=p.offender_object_penalty,
        places=int(p.offender_places),
        evening_index=evening_index(p),
    )  # fmt: skip


def base_visits(inputs: Inputs) -> Floats:
    """Return the expected visits of each hour of the base demand, (20,); never the scenario's own."""
    people = inputs.population
    direct = max(people.boardings - people.transfer_share * people.alightings, 0)
    hours = slice(FIRST_HOUR, FIRST_HOUR + HOURS)
    return (
        direct * np.array(people.boarding_profile)[hours]
        + people.alightings * np.array(people.alighting_profile)[hours]
    )


def arrivals(inputs: Inputs) -> dict[str, Floats]:
    """Return the expected arrivals of each type of offender by hour, each (20,)."""
    p, visits = inputs.parameters, base_visits(inputs)
    hour = FIRST_HOUR + np.arange(HOURS)
    whole = visits.sum() / PER_VISITS
    peak = (hour >= p.offender_peak_morning_from_h) & (hour < p.offender_peak_morning_to_h)
    peak |= (hour >= p.offender_peak_evening_from_h) & (hour < p.offender_peak_evening_to_h)
    late = np.where(hour >= p.offender_evening_from_h, p.offender_evening_19_22, 1)
    late = np.where(hour >= p.offender_night_from_h, p.offender_evening_22_01, late)
    if inputs.date.weekday() in (calendar.FRIDAY, calendar.SATURDAY):
        late = np.where(hour >= p.offender_evening_from_h, late * p.offender_weekend_night, late)
    flat = np.ones(HOURS)
    about = (hour >= p.offender_nuisance_from_h) & (hour < p.offender_nuisance_to_h)
    shape = {
        "theft": visits * np.where(peak, p.offender_theft_peak, 1),
        "harassment_contact": visits,
        "harassment_approach": visits * late,
        "aggression": visits * late,
        "nuisance": np.where(
            about, np.where(hour >= p.offender_nuisance_evening_from_h, p.offender_nuisance_after_18, flat), 0
        ),
        "vandalism": np.where(hour >= p.offender_vandal_from_h, p.offender_vandal_after_21, flat),
    }
    contact = p.offender_contact_share
    number = {
        "theft": p.offender_arrivals_theft,
        "harassment_contact": p.offender_arrivals_harassment * contact,
        "harassment_approach": p.offender_arrivals_harassment * (1 - contact),
        "aggression": p.offender_arrivals_aggression,
        "nuisance": p.offender_arrivals_nuisance,
        "vandalism": p.offender_arrivals_vandalism,
    }
    return {k: number[k] * whole * shape[k] / max(shape[k].sum(), np.finfo(float).tiny) for k in INCIDENT_TYPES}


def coming(inputs: Inputs) -> dict[str, Floats]:
    """Return the expected arrivals of each type by hour, each (20,), where loiterers of a group come as one."""
    return {kind: by_hour / mean_size(kind, inputs.parameters) for kind, by_hour in arrivals(inputs).items()}


def mean_size(kind: str, p: Parameters) -> float:
    """Return how many people come together: groups of loiterers are 1 to ``offender_nuisance_group`` alike."""
    return (1 + p.offender_nuisance_group) / 2 if kind == "nuisance" else 1.0


def make_offenders(
    inputs: Inputs,
    entrances: tuple[Floats, Floats, NDArray[np.int32]],
    seed: int,
    day: int,
    from_s: float,
    places: Places,
    expect: Expectations,
) -> Offenders:
    """Return all offenders of a day, one row a visit, in order of type and person.

    Args:
        entrances: x, y and 1 m cell of the middle of each access.
        from_s: those who would have left before are not listed.
        places: where offenders linger.
        expect: what they know of guards and of other days.
    """
    p, rows = inputs.parameters, []
    share = np.cumsum([a.share for a in inputs.layout.accesses])
    by_hours = coming(inputs)
    for kind, name in enumerate(INCIDENT_TYPES):
        if by_hours[name].sum() > 0:
            pool = _Pool(kind, by_hours[name], places_by_kind(name, places, p), expect, share, p, seed, day)
            rows.append(pool.copies() if name in CONCEALED else pool.people())
    if not rows:
        return _offenders({key: np.zeros(0) for key in _TRAITS}, entrances)
    table = {key: np.concatenate([r[key] for r in rows]) for key in _TRAITS}
    kept = table["arrive_s"] + table["stay_s"] > from_s
    return _offenders({key: value[kept] for key, value in table.items()}, entrances)


def places_by_kind(name: str, places: Places, p: Parameters) -> Floats:
    """Return the weight of each kind of zone for a type on a base day, (9,): its places, see ``place_weights``."""
    return np.bincount(places.rows["kind"], place_weights(name, places, p), len(ZONE_KINDS))


def place_weights(name: str, places: Places, p: Parameters) -> Floats:
    """Return the weight of each place for a type: vandals want a thing, loiterers a seat, a shop or an access near."""
    wants = {"vandalism": "has_object", "nuisance": "has_lure"}.get(name)
    if wants is None:
        return np.ones(len(places.rows))
    return np.where(places.rows[wants] != 0, 1.0, np.exp(-p.offender_object_penalty))


def pool_sizes(inputs: Inputs) -> dict[str, int]:
    """Return the number of people (of loiterers: groups) of each pool; it hangs on the base demand alone."""
    return {k: pool_size(float(a.sum()), inputs.parameters)[0] for k, a in coming(inputs).items()}


class _Pool:
    """The people of one type (of loiterers: the groups), and their luck on one day."""

    def __init__(
        self,
        kind: int,
        by_hour: Floats,
        by_kind: Floats,
        expect: Expectations,
        entrance_share: Floats,
        p: Parameters,
        seed: int,
        day: int,
    ) -> None:
        self.kind, self.by_hour, self.p, self.seed, self.day = kind, by_hour, p, seed, day
        self.name = INCIDENT_TYPES[kind]
        self.entity = entity_of(f"offender {self.name}")
        self.entrance_share = entrance_share
        self.share = base_share(by_hour, by_kind)
        self.size, self.rest = pool_size(float(by_hour.sum()), p)
        belief = expect.belief[self.name]
        self.belief = np.broadcast_to(belief, (self.size, *SHAPE))
        self.wanted = self.share * expect.appeal[self.name]
        self.there = np.ones(self.size) if expect.there is None else expect.there[self.name]
        self.deterrence = p[f"{self.name}_d_belief"]

    def copies(self) -> dict[str, Table]:
        """Return the probe copies: all come as on a base day, and count by how likely they would today.

        The mean over eps of the choice of 4.5 takes the place of a drawn choice: less luck, and the same people in
        every scenario. Arrival by strata, the other traits on a lattice.
        """
        p, whole = self.p, float(self.by_hour.sum())
        copies = max(1, round(p.offender_probes_per_day / whole))
        u = uniform(self.seed, int(Purpose.OFFENDER_ARRIVAL), self.day, self.entity, 0, 0)
        number = int(np.floor(whole * copies + u))  # the mean, its remainder by one uniform
        i = np.arange(number)
        e = ((self.entity + i) % WORD).astype(np.int64)
        jitter = uniforms(self.seed, int(Purpose.OFFENDER_ARRIVAL), self.day, e, np.ones(number, np.int64), 0)
        arrive = self._hours((i + jitter) / max(number, 1))
        band = BAND_OF_HOUR[np.clip(arrive // _HOUR - FIRST_HOUR, 0, HOURS - 1).astype(int)]
        by_kind = np.cumsum(self.share.sum(axis=0))
        where = np.searchsorted(by_kind, self._lattice(len(_LATTICE) - 1, i, self.day) * by_kind[-1], side="right")
        where = np.minimum(where, np.flatnonzero(self.share.sum(axis=0))[-1])
        person = i % self.size
        today = chances(self.wanted, self.belief, self.deterrence, p.offender_enter)
        factor = today[person, band, where] / (p.offender_enter * self.share[band, where])
        weight = factor * self.there[person] / copies
        return self._table(i, e, person, arrive, band, where, weight, self._lattice(1, i, self.day))

    def people(self) -> dict[str, Table]:
        """Return the people who come: each thinks of a visit or not, then chooses when and where, or stays away."""
        p = self.p
        think = p.offender_visits_per_day / p.offender_enter * np.append(np.ones(self.size - 1), self.rest) * self.there
        rounds, options = max(1, int(np.ceil(think.max()))), self.share.size + 1
        person = np.tile(np.arange(self.size), rounds)
        round_ = np.repeat(np.arange(rounds), self.size)
        thinks = self._luck(person, round_, 0) < think[person] - round_
        person, round_ = person[thinks], round_[thinks]
        with np.errstate(divide="ignore"):
            utility = np.log(pulls(self.wanted, self.belief, self.deterrence, p.offender_enter)).reshape(self.size, -1)
        utility = np.column_stack([np.zeros(self.size), utility])[person]
        keys = (round_[:, None] * options + np.arange(options)).ravel()
        noise = -np.log(-np.log(self._luck(np.repeat(person, options), keys, 1)))
        choice = np.argmax(utility + noise.reshape(-1, options), axis=1)
        comes = choice > 0
        person, round_, choice = person[comes], round_[comes], choice[comes] - 1
        band, where = choice // len(ZONE_KINDS), choice % len(ZONE_KINDS)
        share = np.bincount(BAND_OF_HOUR, self.by_hour, len(BANDS)) / self.by_hour.sum()
        before = np.cumsum(share) - share
        arrive = self._hours(before[band] + share[band] * self._luck(person, round_, 2))
        e = ((self.entity + person + round_ * self.size) % WORD).astype(np.int64)
        motive = self._lattice(1, person, 0)  # the same on every day
        return self._table(person, e, person, arrive, band, where, np.ones(len(person)), motive)

    def _luck(self, person: NDArray[np.int64], k: NDArray[np.int64], t: int) -> Floats:
        e = ((self.entity + person) % WORD).astype(np.int64)
        return np.asarray(uniforms(self.seed, int(Purpose.OFFENDER_ENTRY), self.day, e, k.astype(np.int64), t))

    def _lattice(self, index: int, i: NDArray[np.int64], day: int) -> Floats:
        start = uniform(self.seed, int(Purpose.OFFENDER_TRAITS), day, self.entity, index, 1)
        return np.asarray((start + i * (_LATTICE[index] / WORD)) % 1.0)

    def _hours(self, quantile: Floats) -> Floats:
        """Return times of the day, s, from quantiles of the arrivals of a base day."""
        edges = np.concatenate([[0], np.cumsum(self.by_hour) / self.by_hour.sum()])
        return np.floor(np.interp(quantile, edges, (FIRST_HOUR + np.arange(HOURS + 1)) * _HOUR))

    def _table(
        self,
        i: NDArray[np.int64],
        e: NDArray[np.int64],
        person: NDArray[np.int64],
        arrive: Floats,
        band: NDArray[np.int64],
        where: NDArray[np.int64],
        weight: Floats,
        motive: Floats,
    ) -> dict[str, Table]:
        p, number = self.p, len(i)
        spread = np.sqrt(np.log1p(p.offender_stay_cv**2))
        none = np.zeros(number, np.int64)
        flip = uniforms(self.seed, int(Purpose.OFFENDER_TRAITS), self.day, e, none, 2)
        inside, longer = (
            np.clip(q, np.finfo(float).tiny, 1 - np.finfo(float).eps) for q in (motive, self._lattice(2, i, self.day))
        )
        largest = int(p.offender_nuisance_group) if self.name == "nuisance" else 1
        size = 1 + np.floor(largest * self._lattice(len(_LATTICE) - 1, person, 0))  # for life
        door = np.searchsorted(
            self.entrance_share, self._lattice(0, i, self.day) * self.entrance_share[-1], side="right"
        )
        return {
            "entity": e,
            "kind": np.full(number, self.kind, np.int8),
            "person": person.astype(np.int32),
            "band": band.astype(np.int8),
            "zone_kind": where.astype(np.int8),
            "belief": self.belief[person, band, where],
            "arrive_s": arrive,
            "stay_s": np.floor(p.offender_stay_median_s * np.exp(spread * ndtri(longer))),
            "entrance": np.minimum(door, len(self.entrance_share) - 1),
            "motivation": np.exp(p.offender_motivation_sd * ndtri(inside) - p.offender_motivation_sd**2 / 2),
            "intoxicated": (flip < p.offender_intoxicated_share).astype(np.int8),
            "weight": weight,
            "speed": np.full(number, p.offender_walk_speed),
            "members": np.minimum(size, largest).astype(np.int8),
        }


def _offenders(table: dict[str, NDArray[np.generic]], entrances: tuple[Floats, Floats, NDArray[np.int32]]) -> Offenders:
    n = len(table["entity"])
    x, y, cell = entrances
    door = table["entrance"].astype(np.int32)
    rows = records(OFFENDER, n, **table, x=x[door], y=y[door], cell=cell[door], survival=1)
    by_time = np.lexsort((np.arange(n), table["arrive_s"])).astype(np.int32)
    return Offenders(rows, np.zeros(n, np.int32), np.zeros(2, np.int64), by_time)


def make_places(layout: Layout, world: World, p: Parameters) -> Places:
    """Return where offenders linger, with the nearest thing to break at each."""
    cells = world.routes.place_cell
    x, y = world.grid.cell_x[cells].astype(float), world.grid.cell_y[cells].astype(float)
    level = world.grid.cell_level[cells]
    things = [s for s in layout.spots if s.kind in ("object", "seat", "help_point")]
    lures = [(s.level, s.x, s.y) for s in layout.spots if s.kind == "seat"]
    lures += [(s.level, s.x, s.y) for s in layout.shops]
    zone_level = {zone.id: zone.level for zone in layout.zones}
    middles = [np.mean(access.area, axis=0) for access in layout.accesses]
    lures += [(zone_level[a.zone], float(u), float(v)) for a, (u, v) in zip(layout.accesses, middles, strict=True)]
    has, lured = np.zeros(len(cells), np.int8), np.zeros(len(cells), np.int8)
    ox, oy = x.copy(), y.copy()
    for k in range(len(cells)):
        near = [(float(np.hypot(s.x - x[k], s.y - y[k])), s.id, s) for s in things if s.level == level[k]]
        lured[k] = any(
            at == level[k] and np.hypot(u - x[k], v - y[k]) <= p.offender_object_reach_m for at, u, v in lures
        )
        if near and min(near)[0] <= p.offender_object_reach_m:
            thing = min(near)[2]
            has[k], ox[k], oy[k] = 1, thing.x, thing.y
    kind = np.array([ZONE_KINDS.index(z.kind) for z in layout.zones])[world.routes.place_zone]
    rows = records(
        PLACE, len(cells), cell=cells, x=x, y=y, has_object=has, object_x=ox, object_y=oy, kind=kind, has_lure=lured
    )
    return Places(world.routes.first_place, rows, np.bincount(kind, minlength=len(ZONE_KINDS)).astype(np.int64))


def objects_near(layout: Layout, world: World, p: Parameters) -> NDArray[np.int32]:
    """Return how many things to break lie within reach of each 1 m cell, (C,)."""
    g = world.grid
    count = np.zeros(len(g.cell_x), np.int32)
    for s in layout.spots:
        if s.kind in ("object", "seat", "help_point"):
            reach = int(p.vandalism_reach_m) + 2
            row, column = int(s.y - g.y0), int(s.x - g.x0)
            around = g.cell[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
            cells = around[around >= 0]
            near = np.hypot(g.cell_x[cells] - s.x, g.cell_y[cells] - s.y) <= p.vandalism_reach_m
            count[cells[near & (g.cell_level[cells] == s.level)]] += 1
    return count
