"""Litter, graffiti and broken things of each zone, cleaned and repaired: how disorder comes and goes (science.md 3.4).

Per 100 m2 of a zone stand L items of litter, G tags and W broken assets; disorder is D = 1 - exp(-x) with
x = L/L0 + G/G0 + W/W0. People litter, more where D is high; rounds of cleaning take a share of L away. G and W come
with vandalism and wear and are mended by the owner with a delay. Every step is exact for its length.

How much of each comes to a zone is fitted so that, under the upkeep of the base, the mean over the day is the disorder
that the layout tells: what a place is like was seen, not predicted; what upkeep or crowds change is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from model.inputs.inputs import Inputs
from model.inputs.layout import Camera, Lamp, Layout, Owner, Spot, Zone
from model.inputs.population import Population
from model.inputs.upkeep import AREA_M2, DAY_H, DAYS_A_YEAR, Cleaning, Repair, Upkeep
from model.kernels.litter import litter_hours
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS, PER_VISITS
from model.world.grid import inside

F64 = NDArray[np.float64]
_HOUR_S = 3600
RAIL_OWNERS: tuple[Owner, ...] = ("NS", "ProRail")  # to whom travellers report by themselves


@dataclass(frozen=True)
class Load:
    """What lies, is written and is broken in each zone, per 100 m2, (zones,) each."""

    litter: F64
    graffiti: F64
    broken: F64

    def level(self, parameters: Parameters) -> F64:
        """Return disorder D of each zone, 0 to 1."""
        litter = self.litter / parameters.disorder_litter_scale
        return np.asarray(-np.expm1(-(litter + self.lasting(parameters))), np.float64)

    def lasting(self, parameters: Parameters) -> F64:
        """Return the part of x that graffiti and broken things give."""
        p = parameters
        return self.graffiti / p.disorder_graffiti_scale + self.broken / p.disorder_broken_scale


@dataclass(frozen=True)
class Care:
    """What takes disorder away.

    Attributes:
        every_h, first_h, share: (zones,) hours between rounds of cleaning, hours from 05:00 to the first of a day,
            and the share of the litter that a round takes away.
        delay_d, tag_delay_d: (zones,) mean days from a fault, and from a tag, to its end.
        norm: (zones,) share of litter that is not dropped because of a campaign, 0 to 1.
    """

    every_h: F64
    first_h: F64
    share: F64
    delay_d: F64
    tag_delay_d: F64
    norm: F64


@dataclass(frozen=True)
class Sources:
    """What comes to each zone on an average day, fitted to the layout.

    Attributes:
        minutes: (24, zones) person-minutes per 100 m2 in each hour from 05:00 on.
        tags, faults: (zones,) tags and broken assets per 100 m2 and day.
        scale: (zones,) factor on what comes of all three for the same people.
    """

    minutes: F64
    tags: F64
    faults: F64
    scale: F64


# ---------------------------------------------------------------- steps


def walk_hours(
    load: Load, sources: Sources, care: Care, parameters: Parameters, *, minutes: F64 | None = None, since_h: int = 0
) -> tuple[F64, Load]:
    """Carry litter through whole hours from 05:00 of a day; graffiti and broken things are held.

    Args:
        load: at the start.
        minutes: (hours, zones) person-minutes per 100 m2 that are spent; None: those of an average day.
        since_h: hours from the beginning of a cycle of cleaning that is longer than a day.

    Returns:
        (hours, zones) mean disorder of each hour, and the load at the end.
    """
    p = parameters
    spent = sources.minutes if minutes is None else minutes
    items = p.disorder_litter_rate * spent * sources.scale * (1 - care.norm)
    taken = np.where(_due(care, since_h + np.arange(len(spent))[:, None]), care.share, 0.0)
    path, litter = litter_hours(
        load.litter, load.lasting(p), items, taken, p.disorder_litter_scale, p.disorder_litter_gain
    )
    return path, replace(load, litter=litter)


def mend(load: Load, sources: Sources, care: Care, days: float, tags: F64 | None = None) -> Load:
    """Let tags and faults come, and be mended with the owner's delay, for some days; exact.

    Args:
        tags: (zones,) tags per 100 m2 and day that vandals really left; None: those of an average day, scaled.
    """
    come = sources.tags * sources.scale if tags is None else tags
    broke = sources.faults * sources.scale
    kept, tags_kept = np.exp(-days / care.delay_d), np.exp(-days / care.tag_delay_d)
    return replace(
        load,
        graffiti=come * care.tag_delay_d + (load.graffiti - come * care.tag_delay_d) * tags_kept,
        broken=broke * care.delay_d + (load.broken - broke * care.delay_d) * kept,
    )


def walk_days(
    load: Load,
    sources: Sources,
    care: Care,
    parameters: Parameters,
    days: int,
    *,
    minutes: F64 | None = None,
    tags: F64 | None = None,
    since_d: int = 0,
) -> tuple[F64, Load]:
    """Carry disorder through whole days that are alike, for example the seven of a week.

    Args:
        load: at 05:00 of the first day.
        minutes: (20, zones) person-minutes per 100 m2 of the hours of service of each day; None: an average day.
        tags: as in ``mend``.
        since_d: days from the beginning of a cycle of cleaning that is longer than a day.

    Returns:
        (20, zones) disorder by hour of service, the mean over the days, and the load after them.
    """
    spent = None
    if minutes is not None:
        spent = np.zeros_like(sources.minutes)
        spent[: len(minutes)] = minutes
    total = np.zeros_like(sources.minutes)
    for day in range(since_d, since_d + days):
        path, load = walk_hours(load, sources, care, parameters, minutes=spent, since_h=day * DAY_H)
        load = mend(load, sources, care, 1, tags)
        total += path
    return total[:HOURS] / max(days, 1), load


def settled(sources: Sources, care: Care, parameters: Parameters) -> tuple[F64, Load]:
    """Return disorder by hour of service, (20, zones), once upkeep has long gone on, and the load at its 05:00.

    Cleaning repeats itself every day, or every so many days as the longest interval takes; the path is the mean
    over them. Where nothing is ever cleaned litter grows until it is cut off after ``disorder_cycles``.
    """
    days = max(1, int(np.rint(care.every_h.max(initial=0) / DAY_H)))
    tags, faults = sources.scale * care.tag_delay_d, sources.scale * care.delay_d
    load = Load(np.zeros_like(tags), sources.tags * tags, sources.faults * faults)
    for _ in range(int(parameters.disorder_cycles)):
        path, after = walk_days(load, sources, care, parameters, days)
        gap = np.abs(after.litter - load.litter).max(initial=0)
        if gap <= parameters.disorder_settled_items:
            break
        load = after
    return path, load


def _due(care: Care, hour: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a round begins in an hour: short intervals start anew each day, longer ones run on."""
    since = hour - care.first_h
    since = np.where(care.every_h < DAY_H, since % DAY_H, since)
    return np.asarray(since % care.every_h < 1, np.bool_)


# ---------------------------------------------------------------- from the inputs


def day_disorder(inputs: Inputs) -> F64:
    """Return the disorder of each zone in each hour of service, (20, zones), from the inputs alone.

    Under the upkeep of the base its mean over the day is the disorder of the layout. With ``slow: base`` the day
    begins where the base's cycle stands at 05:00, otherwise where the own upkeep has long settled.
    """
    base = inputs.base_upkeep or inputs.upkeep
    zones, assets = inputs.layout.zones, _assets(inputs.layout)
    from_base = inputs.slow == "base"
    return _day_disorder(zones, assets, inputs.population, inputs.upkeep, base, from_base, inputs.parameters)


@lru_cache(maxsize=0x10)
def _day_disorder(
    zones: tuple[Zone, ...],
    assets: tuple[int, ...],
    population: Population,
    upkeep: Upkeep,
    base: Upkeep,
    from_base: bool,
    parameters: Parameters,
) -> F64:
    sources, care = _fitted(zones, assets, population, base, parameters)
    path, start = settled(sources, care, parameters)
    if upkeep != base:
        own = make_care(zones, population, upkeep, parameters)
        path, _ = walk_days(start, sources, own, parameters, 1) if from_base else settled(sources, own, parameters)
    path.flags.writeable = False
    return path


def upkeep_of(inputs: Inputs) -> tuple[Sources, Care, Load]:
    """Return what comes to each zone, what takes it away, and the load at 05:00 of a long settled day.

    Sources are fitted to the layout under the upkeep of the base; care and load are of the own upkeep.
    """
    p, zones, population = inputs.parameters, inputs.layout.zones, inputs.population
    base = inputs.base_upkeep or inputs.upkeep
    sources, _ = _fitted(zones, _assets(inputs.layout), population, base, p)
    care = make_care(zones, population, inputs.upkeep, p)
    return sources, care, settled(sources, care, p)[1]


def _fitted(
    zones: tuple[Zone, ...], assets: Sequence[int], population: Population, upkeep: Upkeep, p: Parameters
) -> tuple[Sources, Care]:
    """Sources whose settled day under ``upkeep`` has on average the disorder of the zones, by bisection."""
    wanted = np.array([zone.disorder for zone in zones])
    raw, care = make_sources(zones, assets, population, p), make_care(zones, population, upkeep, p)
    low, high = np.zeros(len(zones)), np.full(len(zones), p.disorder_scale_most)
    for _ in range(int(p.disorder_halvings)):
        middle = (low + high) / 2
        too_much = settled(replace(raw, scale=middle), care, p)[0].mean(axis=0) > wanted
        high, low = np.where(too_much, middle, high), np.where(too_much, low, middle)
    return replace(raw, scale=np.where(wanted > 0, (low + high) / 2, 0.0)), care


def make_sources(
    zones: Sequence[Zone], assets: Sequence[int], population: Population, parameters: Parameters
) -> Sources:
    """Return what an average day brings to each zone by the numbers of the table alone, with scale 1.

    People are spread evenly over the floor, each for ``disorder_stay_s``.

    Args:
        assets: lamps, cameras and spots that stand in each zone.
    """
    p = parameters
    area = zone_areas(zones)
    hours = np.arange(FIRST_HOUR, FIRST_HOUR + DAY_H)
    visits = np.zeros(DAY_H)
    for number, profile in (
        (population.boardings, population.boarding_profile),
        (population.alightings, population.alighting_profile),
    ):
        shares = np.array(profile)
        known = hours < len(shares)
        visits[known] += number * shares[hours[known]]
    per_visit = p.disorder_stay_s / 60 / area.sum()
    vandalism = p.vandalism_total * visits.sum() / PER_VISITS / area.sum()
    wear = np.array(assets) / area * p.repair_faults_year / DAYS_A_YEAR
    even = np.ones(len(zones))
    return Sources(
        minutes=visits[:, None] * per_visit * even,
        tags=p.disorder_tag_share * vandalism * even,
        faults=(1 - p.disorder_tag_share) * vandalism + wear,
        scale=even,
    )


def make_care(zones: Sequence[Zone], population: Population, upkeep: Upkeep, parameters: Parameters) -> Care:
    """Return rounds of cleaning and delays of repair of each zone; of several rounds the most frequent counts."""
    p = parameters
    large = population.boardings + population.alightings >= p.disorder_large_visits
    usual = Cleaning("usual", p.disorder_clean_large_s if large else p.disorder_clean_small_s)
    rounds = [
        min((r for r in upkeep.cleaning if _cleans(r, zone)), key=lambda r: r.interval_s, default=usual)
        for zone in zones
    ]
    shares = [p.disorder_clean_share if r.share is None else r.share for r in rounds]
    return Care(
        every_h=np.array([r.interval_s / _HOUR_S for r in rounds]),
        first_h=np.array([r.first_s / _HOUR_S - FIRST_HOUR for r in rounds]),
        share=np.array(shares, np.float64),
        delay_d=np.array([repair_days(zone.owner, upkeep, p) for zone in zones]),
        tag_delay_d=np.array([repair_days(zone.owner, upkeep, p, upkeep.graffiti) for zone in zones]),
        norm=np.full(len(zones), norm_share(upkeep, p)),
    )


def norm_share(upkeep: Upkeep, parameters: Parameters) -> float:
    """Return the share of litter that a campaign for tidy conduct prevents by now."""
    if upkeep.norm_weeks is None:
        return 0.0
    return float(parameters.disorder_norm_litter * np.exp(-upkeep.norm_weeks / parameters.report_campaign_fade_weeks))


def repair_days(owner: Owner, upkeep: Upkeep, parameters: Parameters, faster: Sequence[Repair] = ()) -> float:
    """Return the mean days from a fault to its repair by its owner; ``faster``: owners who are faster with it.

    The delay of the owner is exponential with the median of the table. Of what does not belong to the railway a
    share is reported to the wrong owner: it takes longer, or gets lost and has to be reported again.
    """
    median = {
        "NS": parameters.repair_days_ns,
        "ProRail": parameters.repair_days_prorail,
        "municipality": parameters.repair_days_municipality,
        "tram operator": parameters.repair_days_tram_operator,
        "retailer": parameters.repair_days_retailer,
        "private": parameters.repair_days_private,
    } | {one.owner: one.days for one in (*upkeep.repair, *faster)}
    extra, lost = wrong_owner(owner, upkeep, parameters)
    return float((median[owner] / np.log(2) + extra) / (1 - lost))


def wrong_owner(owner: Owner, upkeep: Upkeep, parameters: Parameters) -> tuple[float, float]:
    """Return the mean extra days, and the chance of getting lost, of a report about a thing of this owner."""
    p = parameters
    if owner in RAIL_OWNERS:
        return 0.0, 0.0
    wrong = 1 - p.report_right_owner
    if upkeep.agreement:
        return 0.0, wrong * p.repair_lost_agreement
    return wrong * p.repair_wrong_days, wrong * p.repair_lost


def zone_areas(zones: Sequence[Zone]) -> F64:
    """Return the area of each zone in units of 100 m2."""
    return np.array([shapely.Polygon(zone.polygon).area for zone in zones]) / AREA_M2


def _cleans(cleaning: Cleaning, zone: Zone) -> bool:
    named = not cleaning.zones or zone.id in cleaning.zones or zone.kind in cleaning.zones
    return named and cleaning.owner in (None, zone.owner)


def _assets(layout: Layout) -> tuple[int, ...]:
    """Number of lamps, cameras and spots in each zone; things on a wall beside it may count for none."""
    things: list[Lamp | Camera | Spot] = [*layout.lamps, *layout.cameras, *layout.spots]
    x, y = np.array([thing.x for thing in things], np.float64), np.array([thing.y for thing in things], np.float64)
    levels = np.array([thing.level for thing in things])
    return tuple(int((inside(z.polygon, x, y) & (levels == z.level)).sum()) for z in layout.zones)
