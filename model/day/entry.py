"""Who of the fixed pools of offenders comes today, when and to what kind of place; what they learn (science.md 4.5).

A person who thinks of a visit chooses one of all pairs of a band of hours and a kind of zone, or stays away:

    U_b = alpha + ln(share_b * appeal_b) - d_belief * B_b + eps,  U_out = eps     eps Gumbel, keyed on the person

``share`` is that of the base day and sums to 1, so that alpha = logit(offender_enter). All functions are pure and work
on arrays of shape (bands, kinds of zones).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import ZONE_KINDS
from model.kernels.offending import TO_COME
from model.kernels.state import Offenders
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS, INCIDENT_TYPES, TIME_BANDS, VICTIM_TYPES

Floats = NDArray[np.float64]

BANDS: Final = tuple(name for name in TIME_BANDS if name not in ("after_19", "all"))  # they part the day
BAND_OF_HOUR: Final = np.array(
    [next(i for i, band in enumerate(BANDS) if FIRST_HOUR + h in TIME_BANDS[band]) for h in range(HOURS)]
)
SHAPE: Final = (len(BANDS), len(ZONE_KINDS))
SIGHTING: Final = np.dtype(
    [("kind", "i1"), ("person", "i4"), ("band", "i1"), ("zone_kind", "i1"), ("seen", "f8"), ("visits", "f8")]
)


@dataclass(frozen=True)
class Expectations:
    """What offenders know when a day begins, by type of incident.

    Attributes:
        belief: B of each person of the pool, (persons, bands, kinds of zones), 0..1; one row stands for everybody.
        appeal: Opp_EMA over its value in the base, (bands, kinds of zones).
        there: share of this day on which each person of the pool may come, (persons,); None: everybody may.
    """

    belief: Mapping[str, Floats]
    appeal: Mapping[str, Floats]
    there: Mapping[str, Floats] | None = None

    @classmethod
    def alike(cls, belief: Floats) -> "Expectations":
        """Return the expectations of people who all believe the same, (bands, kinds of zones), about a base day."""
        return cls(
            belief={kind: belief[None].copy() for kind in INCIDENT_TYPES},
            appeal={kind: np.ones(SHAPE) for kind in INCIDENT_TYPES},
        )


def nobody_expected() -> Expectations:
    """Return the expectations of people who have never met a guard."""
    return Expectations.alike(np.zeros(SHAPE))


def pool_size(arrivals: float, p: Parameters) -> tuple[int, float]:
    """Return the number of people of a pool, and how much of a person the last one is.

    Args:
        arrivals: expected arrivals of a base day without guards.
    """
    people = arrivals / p.offender_visits_per_day
    whole = max(1, ceil(people))
    return whole, people - (whole - 1)


def base_share(by_hour: Floats, by_kind: Floats) -> Floats:
    """Return Opp of the base day as shares, (bands, kinds of zones).

    Args:
        by_hour: arrivals by hour, (20,).
        by_kind: weight of the places of each kind of zone, (9,).
    """
    band = np.bincount(BAND_OF_HOUR, by_hour, len(BANDS))
    least = np.finfo(float).tiny  # nobody ever comes
    return np.asarray(np.outer(band / max(band.sum(), least), by_kind / max(by_kind.sum(), least)))


def pulls(share: Floats, belief: Floats, deterrence: float, enter: float) -> Floats:
    """Return exp(U_b) against exp(U_out) = 1, shape of ``belief``."""
    return np.asarray(enter / (1 - enter) * share * np.exp(-deterrence * belief))


def chances(share: Floats, belief: Floats, deterrence: float, enter: float) -> Floats:
    """Return the chance of each band and kind of zone; what is missing to 1 stays away.

    Args:
        share: share of the base times appeal, (bands, kinds).
        belief: (..., bands, kinds).
        deterrence: d_belief of the type.
        enter: chance to come at belief 0 and appeal 1.
    """
    pull = pulls(share, belief, deterrence, enter)
    return np.asarray(pull / (1 + pull.sum(axis=(-2, -1), keepdims=True)))


# -- what they see, and what they make of it ---------------------------------------------------------------------


def sightings(offenders: Offenders) -> NDArray[np.void]:
    """Return what each visit of a day saw: the largest w of a guard in sight, one SIGHTING row a visit.

    A probe copy counts as the part of a visit that it stands for.
    """
    rows = offenders.rows[offenders.rows["state"] != TO_COME]
    table = np.zeros(len(rows), SIGHTING)
    for name in ("kind", "person", "band", "zone_kind", "seen"):
        table[name] = rows[name]
    table["visits"] = rows["weight"]
    return table


def learn(belief: Floats, seen: NDArray[np.void], rate: float, share: float) -> Floats:
    """Return the belief after a day: each visit teaches its person, then peers tell each other.

    B <- B + rate (seen - B) for each visit; B <- B + share rate (mean seen of peers - B) for each day on which a peer
    was there. Part of a visit teaches that part, exactly: B - seen shrinks by (1 - rate)^visits.

    Args:
        belief: (persons, bands, kinds of zones).
        seen: SIGHTING rows of one type.
        rate: belief_rate.
        share: belief_share.
    """
    visits, sums = np.zeros(belief.shape), np.zeros(belief.shape)
    at = (seen["person"], seen["band"], seen["zone_kind"])
    np.add.at(visits, at, seen["visits"])
    np.add.at(sums, at, seen["visits"] * seen["seen"])
    own = np.divide(sums, visits, out=np.zeros(belief.shape), where=visits > 0)
    after = own + (belief - own) * (1 - rate) ** visits
    told = visits.sum(axis=0)
    peers = np.divide(sums.sum(axis=0), told, out=np.zeros(told.shape), where=told > 0)
    return np.asarray(peers + (after - peers) * (1 - share * rate) ** np.minimum(told, 1))


def learned(expect: Expectations, seen: NDArray[np.void], persons: Mapping[str, int], p: Parameters) -> Expectations:
    """Return the expectations of the next day.

    Args:
        expect: those of this day.
        seen: ``sightings`` of this day.
        persons: number of people of each pool.
    """
    belief = {}
    for number, kind in enumerate(INCIDENT_TYPES):
        each = np.broadcast_to(expect.belief[kind], (persons[kind], *SHAPE))
        belief[kind] = learn(each, seen[seen["kind"] == number], p.belief_rate, p.belief_share)
    return Expectations(belief, expect.appeal)


def noticed_demand(expect: Expectations, seconds: Floats, base: Floats, rate: float) -> Expectations:
    """Return the expectations after a day with more or fewer people: Opp_EMA follows where there are victims.

    Args:
        expect: those of this day.
        seconds: person-seconds of the day by band and kind of zone.
        base: the same of the base day.
        rate: of the moving average, a day.
    """
    ratio = np.divide(seconds, base, out=np.ones(SHAPE), where=base > 0)
    appeal = {k: a + rate * (ratio - a) if k in VICTIM_TYPES else a for k, a in expect.appeal.items()}
    return Expectations(expect.belief, appeal)
