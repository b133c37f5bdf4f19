"""Numbers of feeling for the kernel: weights by hour, time constants, thresholds (science.md 6)."""

from collections import namedtuple
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from model.kernels.score import TERMS
from model.parameters import Parameters
from model.results import FIRST_HOUR, GENDERS

Feeling = namedtuple(
    "Feeling",
    [
        "base",
        "woman",
        "score_slope",
        "alone",  # (most + 1,) exp(-n / 3) for n others in sight
        "company_reach",
        "company_enough",
        "crowd_free",
        "guardian_range_m",
        "waiting_free_s",
        "waiting_cap_s",
        "safe_rest",  # share of a marked safe zone that is felt only where staff or operators see
        "keep_falling",
        "keep_rising",
        "keep_shock",
        "peak_share",
        "unsafe_score",
        "survey_noise",
        "evening_index",
    ],
)


def evening_index(p: Parameters) -> int:
    """Return the index of the first evening hour in the tables."""
    return int(p.survey_evening_from_h) - FIRST_HOUR


def feeling(p: Parameters) -> Feeling:
    """Return the numbers that the perception kernel takes."""
    return Feeling(
        base=p.feel_base,
        woman=p.feel_woman,
        score_slope=p.feel_score_slope,
        alone=np.exp(-np.arange(int(p.feel_company_enough) + 1) / p.feel_isolation_half),
        company_reach=int(p.feel_isolation_reach_m),
        company_enough=int(p.feel_company_enough),
        crowd_free=p.feel_crowd_free,
        guardian_range_m=p.feel_guardian_range_m,
        waiting_free_s=p.feel_waiting_free_s,
        waiting_cap_s=p.feel_waiting_cap_s,
        safe_rest=1 - p.feel_safe_zone_alone,
        keep_falling=exp(-1 / p.feel_fall_s),
        keep_rising=exp(-1 / p.feel_rise_s),
        keep_shock=exp(-log(2) / p.feel_shock_half_s),
        peak_share=p.feel_peak_share,
        unsafe_score=p.feel_unsafe_score,
        survey_noise=p.survey_noise,
        evening_index=evening_index(p),
    )


def weights(p: Parameters, dark: float) -> NDArray[np.float64]:
    """Return points x psi of every term for woman, man and other, (3, terms), at darkness 0..1.

    The term *dark* is itself how dark it is, so that its psi is that of the night at all hours.
    """
    table = np.empty((len(GENDERS), len(TERMS)))
    for i, term in enumerate(TERMS):
        by_day, by_night = p[f"feel_{term}_day"], p[f"feel_{term}_night"]
        psi = by_night if term == "dark" else by_day + dark * (by_night - by_day)
        table[0, i] = psi * p[f"feel_{term}_woman"]
        table[1, i] = psi * p[f"feel_{term}_man"]
    table[2] = (table[0] + table[1]) / 2
    return table


def references(p: Parameters) -> NDArray[np.float64]:
    """Return the values at which prospect, concealment, escape and disorder weigh nothing, (4,)."""
    return np.array(
        [
            p.feel_prospect_reference,
            p.feel_concealment_reference,
            p.feel_escape_reference,
            p.disorder_reference,
        ]
    )
