"""Offenders of the day: how many, when, with what motive; the same people in every scenario (science.md 4.2, 4.4)."""

import calendar
from collections import namedtuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.day.demand import Floats
from model.day.perception import evening_index
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.kernels.records import records
from model.kernels.second import PLACE, Places
from model.kernels.state import OFFENDER, Offenders
from model.parameters import Parameters
from model.randomness import WORD, Purpose, entity_of, poisson_quantile, uniform, uniforms
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
        "place_low_s", "place_high_s", "seek_m", "seek_speed", "crowd_least", "crowd_half", "object_penalty",
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
_GOLDEN = 0x9E3779B9  # steps of a rank-1 lattice: golden ratio, and two more irrational directions
_LATTICE = (_GOLDEN, 0x6A09E667, 0xBB67AE85)


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


def make_offenders(
    inputs: Inputs, entrances: tuple[Floats, Floats, NDArray[np.int32]], seed: int, day: int, from_s: float
) -> Offenders:
    """Return all offenders of a day, one row a visit, in order of entity.

    Args:
        entrances: x, y and 1 m cell of the middle of each access.
        from_s: those who would have left before are not listed.
    """
    p, rows = inputs.parameters, []
    share = np.cumsum([a.share for a in inputs.layout.accesses])
    for kind, name in enumerate(INCIDENT_TYPES):
        by_hour = arrivals(inputs)[name]
        if by_hour.sum() <= 0:
            continue
        entity = entity_of(f"offender {name}")
        copies = max(1, round(p.offender_probes_per_day / by_hour.sum())) if name in CONCEALED else 1
        u = uniform(seed, int(Purpose.OFFENDER_ARRIVAL), day, entity, 0, 0)
        # concealed types: the mean, its remainder by one uniform
        strata = np.floor(by_hour.sum() * copies + u)
        number = int(strata if name in CONCEALED else poisson_quantile(u, by_hour.sum()))
        rows.append(_draw(number, kind, copies, by_hour, entity, share, p, seed, day))
    if not rows:
        rows.append(_draw(0, 0, 1, np.ones(HOURS), 0, share, p, seed, day))
    table = {key: np.concatenate([r[key] for r in rows]) for key in rows[0]}
    kept = table["arrive_s"] + table["stay_s"] > from_s
    table = {key: value[kept] for key, value in table.items()}
    return _offenders(table, entrances)


def _draw(
    number: int,
    kind: int,
    copies: int,
    by_hour: Floats,
    entity: int,
    share: Floats,
    p: Parameters,
    seed: int,
    day: int,
) -> dict[str, NDArray[np.generic]]:
    """Draw the traits of one type: arrival by strata, the rest on a lattice with a random start."""
    i = np.arange(number)
    e = (entity + i) % WORD

    def strata(index: int) -> Floats:
        start = uniform(seed, int(Purpose.OFFENDER_TRAITS), day, entity, index, 1)
        return np.asarray((start + i * (_LATTICE[index] / WORD)) % 1.0)

    jitter = uniforms(seed, int(Purpose.OFFENDER_ARRIVAL), day, e.astype(np.int64), np.ones(number, np.int64), 0)
    quantile = (i + jitter) / max(number, 1)
    edges = np.concatenate([[0], np.cumsum(by_hour) / by_hour.sum()])
    arrive = np.interp(quantile, edges, (FIRST_HOUR + np.arange(HOURS + 1)) * _HOUR)
    spread = np.sqrt(np.log1p(p.offender_stay_cv**2))
    flip = uniforms(seed, int(Purpose.OFFENDER_TRAITS), day, e.astype(np.int64), np.zeros(number, np.int64), 2)
    inside = np.clip(strata(1), np.finfo(float).tiny, 1 - np.finfo(float).eps)
    longer = np.clip(strata(2), np.finfo(float).tiny, 1 - np.finfo(float).eps)
    return {
        "entity": e.astype(np.int64),
        "kind": np.full(number, kind, np.int8),
        "arrive_s": np.floor(arrive),
        "stay_s": np.floor(p.offender_stay_median_s * np.exp(spread * ndtri(longer))),
        "entrance": np.minimum(np.searchsorted(share, strata(0) * share[-1], side="right"), len(share) - 1),
        "motivation": np.exp(p.offender_motivation_sd * ndtri(inside) - p.offender_motivation_sd**2 / 2),
        "intoxicated": (flip < p.offender_intoxicated_share).astype(np.int8),
        "weight": np.full(number, 1 / copies),
        "speed": np.full(number, p.offender_walk_speed),
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
    has = np.zeros(len(cells), np.int8)
    ox, oy = x.copy(), y.copy()
    for k in range(len(cells)):
        near = [(float(np.hypot(s.x - x[k], s.y - y[k])), s.id, s) for s in things if s.level == level[k]]
        if near and min(near)[0] <= p.offender_object_reach_m:
            thing = min(near)[2]
            has[k], ox[k], oy[k] = 1, thing.x, thing.y
    rows = records(PLACE, len(cells), cell=cells, x=x, y=y, has_object=has, object_x=ox, object_y=oy)
    return Places(world.routes.first_place, rows)


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
