"""The cells of a comparison: one vector of sums a day, in a fixed order of labelled cells.

A cell is an outcome of one incident type, gender, time band and zone kind. A day is kept as sums and weights,
so that any mean over people and days is a ratio of sums (statistics 2.1). A count per day has weight 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import ZONE_KINDS
from model.results import (
    FIRST_HOUR,
    GENDERS,
    INCIDENT_OUTCOMES,
    INCIDENT_TYPES,
    OUTCOME_UNITS,
    STAFF_KINDS,
    TABLE_TYPES,
    TIME_BANDS,
    Results,
)
from scenarios.intervals import Array

ALL = "all"
BOOKED = ("net_incidents", "displaced_incidents")  # of a pair: see ``booked_outside``
MEANS = ("perceived_safety", "share_felt_unsafe", "monitor_score", "staff_felt_safety")
Key = tuple[str, str, str, str, str]  # outcome, incident type, gender, time band, zone kind

_BAND_HOURS = tuple(tuple(hour - FIRST_HOUR for hour in hours) for hours in TIME_BANDS.values())
# "all" is of the six types of offenders: staff and fares have rows of their own
_TYPE_GROUPS = (*((i,) for i in range(len(TABLE_TYPES))), tuple(range(len(INCIDENT_TYPES))))
# a victim's gender; incidents without a victim count under "all" alone
_VICTIM_GROUPS = (*((i,) for i in range(len(GENDERS))), tuple(range(len(GENDERS) + 1)))
_INSIDE = [*range(len(INCIDENT_TYPES)), len(TABLE_TYPES)]  # rows of the types of offenders and of "all"
_STAFF_GROUPS = (*((i,) for i in range(len(STAFF_KINDS))), tuple(range(len(STAFF_KINDS))))
_GENDER_GROUPS = (*((i,) for i in range(len(GENDERS))), tuple(range(len(GENDERS))))


@dataclass(frozen=True)
class CellIndex:
    """Labels of all cells of a station, in the order of the table.

    Attributes:
        keys: (outcome, incident_type, gender, time_band, zone_kind) of each cell; incident_type is empty
            where an outcome has none.
        is_mean: True where the cell is a mean over people (score, share), False for a count per day.
    """

    keys: tuple[Key, ...]
    is_mean: NDArray[np.bool_]

    @cached_property
    def number(self) -> dict[Key, int]:
        """Number of the cell of each key."""
        return {key: i for i, key in enumerate(self.keys)}

    def outcome_slice(self, outcome: str) -> slice:
        """Return the run of cells of an outcome."""
        where = [i for i, key in enumerate(self.keys) if key[0] == outcome]
        return slice(where[0], where[-1] + 1)


@lru_cache(maxsize=32)
def cell_index(zone_kinds: tuple[str, ...]) -> CellIndex:
    """Return the labels of all cells of a station with these zone kinds (without "all")."""
    genders, bands, kinds = (*GENDERS, ALL), tuple(TIME_BANDS), (*zone_kinds, ALL)
    types = (*TABLE_TYPES, ALL)
    keys: list[Key] = []
    for outcome in OUTCOME_UNITS:
        if outcome in INCIDENT_OUTCOMES:
            keys += [(outcome, *rest) for rest in product(types, genders, bands, kinds)]
        elif outcome in BOOKED:
            keys += [(outcome, kind, ALL, ALL, ALL) for kind in (*INCIDENT_TYPES, ALL)]
        elif outcome == "perceived_safety":
            keys += [(outcome, "", *rest) for rest in product(genders, bands, kinds)]
        elif outcome == "monitor_score":
            keys += [(outcome, "", gender, "after_19", ALL) for gender in genders]
        elif outcome == "staff_felt_safety":  # the column of types holds the kind of duty
            keys += [(outcome, kind, ALL, band, ALL) for kind, band in product((*STAFF_KINDS, ALL), bands)]
        else:
            keys += [(outcome, "", gender, band, ALL) for gender, band in product(genders, bands)]
    means = np.array([key[0] in MEANS for key in keys])
    return CellIndex(tuple(keys), means)


@dataclass(frozen=True)
class DayCells:
    """All cells of one day under one scenario.

    Attributes:
        zone_kinds: kinds of zone that the station has, in the order of ZONE_KINDS.
        total: sum of the outcome in each cell, shape (cells,).
        weight: people (visits), person-seconds or survey answers behind it; 1 for a count per day.
        outside: share of a reduction inside that is booked outside the station.
    """

    zone_kinds: tuple[str, ...]
    total: Array
    weight: Array
    outside: float = 0.0

    @property
    def index(self) -> CellIndex:
        """Labels of the cells."""
        return cell_index(self.zone_kinds)


Days = Mapping[int, DayCells]


RANGE_POINTS: Final = (0.10, 0.90)
FITTED_POINTS: Final = (0.025, 0.975)


@dataclass(frozen=True)
class Draws:
    """Days of parameter draws: the same draws in all arms, fresh days in every draw.

    Attributes:
        base: the days of each draw under the base, by number of the draw.
        scenarios: the same for each scenario.
        fitted: they are draws of a posterior, so that statements of probability can be made (statistics.md 5).
    """

    base: Mapping[int, Sequence[DayCells]]
    scenarios: Mapping[str, Mapping[int, Sequence[DayCells]]]
    fitted: bool = False

    @property
    def points(self) -> tuple[float, float]:
        """Which points of the draws make their range: 95% of a posterior, else 80%."""
        return FITTED_POINTS if self.fitted else RANGE_POINTS


def _fold(x: Array, axis: int, groups: Sequence[Sequence[int]]) -> Array:
    """Return sums over groups of positions along an axis; the order of summing is fixed."""
    return np.stack([x.take(list(group), axis=axis).sum(axis=axis) for group in groups], axis=axis)


def day_cells(results: Results) -> DayCells:
    """Return all cells of a day from the sums that the day left."""
    kinds = tuple(kind for kind in ZONE_KINDS if kind in results.zone_kinds)
    zones = [[i for i, kind in enumerate(results.zone_kinds) if kind == name] for name in kinds]
    zones.append(list(range(len(results.zone_kinds))))
    # the same cells as "all" of expected_incidents, to the last bit
    whole = _incident_block(results.expected, zones)[_INSIDE, -1, -1, -1]
    blocks: dict[str, tuple[Array, Array | None]] = {
        **{o: (_incident_block(getattr(results, table), zones), None) for o, table in INCIDENT_OUTCOMES.items()},
        "perceived_safety": (
            _score_block(results.score_seconds, results.visit_score, zones),
            _score_block(results.seconds, results.visits, zones),
        ),
        "share_felt_unsafe": (_visit_block(results.unsafe), _visit_block(results.visits)),
        "monitor_score": (
            _fold(results.monitor_score, 0, _GENDER_GROUPS),
            _fold(results.monitor_weight, 0, _GENDER_GROUPS),
        ),
        "travellers": (_visit_block(results.visits), None),
        "avoided_trips": (_visit_block(results.avoided), None),
        "net_incidents": (whole, None),
        "displaced_incidents": (np.zeros(len(whole)), None),
        "staff_felt_safety": (_staff_block(results.staff_score), _staff_block(results.staff_asked)),
    }
    totals = [blocks[outcome][0].ravel() for outcome in OUTCOME_UNITS]
    weights = []
    for outcome in OUTCOME_UNITS:
        total, weight = blocks[outcome]
        weights.append(np.ones(total.size) if weight is None else weight.ravel())
    outside = results.counts.get("outside_share", 0.0)
    return DayCells(kinds, np.concatenate(totals), np.concatenate(weights), outside)


def booked_outside(index: CellIndex, base: Array, value: Array, outside: Array) -> Array:
    """Return the totals of a scenario with its displacement: a share of what fell inside happens elsewhere (4.5).

    Expected incidents are gross, net ones have it in them. What rose inside is taken from elsewhere in the same way.

    Args:
        base, value: totals of the same days under the base and the scenario, (..., cells).
        outside: share of each day, (...).
    """
    net, moved = (index.outcome_slice(outcome) for outcome in BOOKED)
    elsewhere = outside[..., None] * (base[..., net] - value[..., net])
    booked = value.copy()
    booked[..., moved] = elsewhere
    booked[..., net] += elsewhere
    return booked


def _incident_block(incidents: Array, zones: list[list[int]]) -> Array:
    """(types, hours, victim slots, zones) -> (types + all, genders + all, bands, kinds + all)."""
    by_band = _fold(_fold(incidents, 3, zones), 1, _BAND_HOURS)
    by_gender = _fold(by_band, 2, _VICTIM_GROUPS)
    return _fold(by_gender, 0, _TYPE_GROUPS).transpose(0, 2, 1, 3)


def _score_block(person_seconds: Array, visits: Array, zones: list[list[int]]) -> Array:
    """Person-seconds for each kind, visits for all kinds: (genders + all, bands, kinds + all)."""
    by_kind = _fold(_fold(_fold(person_seconds, 2, zones[:-1]), 0, _BAND_HOURS), 1, _GENDER_GROUPS)
    whole = _visit_block(visits)
    return np.concatenate([by_kind.transpose(1, 0, 2), whole[..., None]], axis=2)


def _visit_block(visits: Array) -> Array:
    """(hours, genders) -> (genders + all, bands)."""
    return _fold(_fold(visits, 0, _BAND_HOURS), 1, _GENDER_GROUPS).T


def _staff_block(answers: Array) -> Array:
    """(hours, kinds of duty) -> (kinds of duty + all, bands)."""
    return _fold(_fold(answers, 0, _BAND_HOURS), 1, _STAFF_GROUPS).T
