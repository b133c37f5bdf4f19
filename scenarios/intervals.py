"""Intervals from paired days: one set of functions for every number that is made of day sums.

Arrays have days on axis 0 and cells on the axes behind it; everything works on all cells at once. NaN means
"undefined"; whoever writes a table turns it into an empty field. No resampling, so no seed: all closed forms.

Sources: Hall P (1992), On the removal of skewness by transformation, J R Stat Soc B 54;
Fieller EC (1954), Some problems in interval estimation, J R Stat Soc B 16;
Cochran WG (1977), Sampling techniques, ch. 6 (ratio of sums).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]
Bool = NDArray[np.bool_]

FEWEST_EFFECTIVE_DAYS = 4.0  # below this no percentage (statistics: "k < 4")
WIDEST_RELATIVE = 1.0  # half-width of 100%: beyond it a percentage says nothing
_FLAT_SKEWNESS = 1e-6


def t_quantile(level: float, degrees: ArrayLike) -> Array:
    """Return the two-sided t quantile, for example 2.262 for level 0.95 and 9 degrees of freedom."""
    return np.asarray(special.stdtrit(degrees, 0.5 + level / 2), dtype=np.float64)


def effective_days(x: Array) -> Array:
    """Return k, the number of days on which a result rests: (sum x)^2 / sum x^2.

    Args:
        x: base plus scenario of each day, shape (n, ...), not negative.

    Returns:
        Shape (...); n when all days weigh the same, 1 when one day holds everything, 0 when nothing happens.
    """
    squares = np.sum(x * x, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(squares > 0, np.sum(x, axis=0) ** 2 / squares, 0.0)


def ratio_of_sums(total: Array, weight: Array) -> tuple[Array, Array]:
    """Return a mean over people as the ratio of sums over days, and the influence of each day on it.

    Args:
        total: sum of the score (or count) of each day, shape (n, ...).
        weight: people (or person-seconds, or 1 for a count per day) of each day, same shape.

    Returns:
        The ratio, shape (...), NaN where nobody came on any day, and e_d = (Y_d - P N_d) / mean(N), shape
        (n, ...). The influences add up to 0; a day without people has influence 0.
    """
    all_weight = np.sum(weight, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(all_weight > 0, np.sum(total, axis=0) / all_weight, np.nan)
        influence = (total - ratio * weight) / (all_weight / len(weight))
    return ratio, influence


def standard_error(e: Array) -> Array:
    """Return sd(e) / sqrt(n) of day influences e, shape (n, ...); NaN for one day."""
    n = e.shape[0]
    if n < 2:
        return np.full(e.shape[1:], np.nan)
    return np.asarray(np.std(e, axis=0, ddof=1) / np.sqrt(n), dtype=np.float64)


def skewness(e: Array) -> Array:
    """Return g = mean((e - m)^3) / mean((e - m)^2)^1.5 over days; 0 where all days are equal."""
    centred = e - np.mean(e, axis=0)
    squares = centred * centred
    second = np.mean(squares, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.mean(squares * centred, axis=0) / second**1.5
    return np.where(np.isfinite(g), g, 0.0)


def t_interval(e: Array, estimate: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return estimate -+ t * sd(e) / sqrt(n); see ``interval_of_days`` for the arguments."""
    n = e.shape[0]
    centre = np.asarray(estimate, dtype=np.float64)
    half = t_quantile(level, max(n - 1, 1)) * standard_error(e)
    return centre - half, centre + half


def hall_interval(e: Array, estimate: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return Hall's interval, which removes the skewness of the day values by a cubic transformation."""
    n = e.shape[0]
    centre = np.asarray(estimate, dtype=np.float64)
    if n < 2:
        nothing = np.full(e.shape[1:], np.nan)
        return nothing, nothing.copy()
    s = np.std(e, axis=0, ddof=1)
    g = skewness(e)
    q = float(t_quantile(level, n - 1)) / np.sqrt(n)
    return centre - s * _hall(q, g, n), centre - s * _hall(-q, g, n)


def _hall(x: float, g: Array, n: int) -> Array:
    flat = np.abs(g) < _FLAT_SKEWNESS
    safe = np.where(flat, 1.0, g)
    bent = (3.0 / safe) * (np.cbrt(1.0 + safe * (x - safe / (6.0 * n))) - 1.0)
    return np.where(flat, x, bent)


def interval_of_days(e: Array, estimate: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return the printed interval of a number made of day sums: the hull of the t and the Hall interval.

    The t interval alone covers too little where days are skewed, Hall's alone under a true null; the hull
    keeps its level in both from about 20 days on.

    Args:
        e: influence of each day on the estimate (paired difference D_d, or a linearised ratio), (n, ...).
            Only deviations from the mean of e matter.
        estimate: the estimate, shape (...).
        level: 0.95 for a final answer, 0.99 while it runs.

    Returns:
        low and high, shape (...); NaN for fewer than two days; equal to the estimate when all days are equal.
    """
    low_t, high_t = t_interval(e, estimate, level)
    low_h, high_h = hall_interval(e, estimate, level)
    return np.minimum(low_t, low_h), np.maximum(high_t, high_h)


def fieller(
    e_base: Array, e_value: Array, base: ArrayLike, value: ArrayLike, level: float = 0.95
) -> tuple[Array, Array, Array]:
    """Return the relative difference value / base - 1 with Fieller's interval.

    Args:
        e_base, e_value: day influences on the two means, shape (n, ...), in pairs.
        base, value: the two means, shape (...).
        level: two-sided level.

    Returns:
        relative, low, high, shape (...). All three are NaN where the interval is unbounded (A <= 0), wider
        than 100% either way, or fewer than two days exist.
    """
    n = e_base.shape[0]
    mb, ms = np.asarray(base, dtype=np.float64), np.asarray(value, dtype=np.float64)
    if n < 2:
        nothing = np.full(mb.shape, np.nan)
        return nothing, nothing.copy(), nothing.copy()
    db, ds = e_base - np.mean(e_base, axis=0), e_value - np.mean(e_value, axis=0)
    scale = n * (n - 1)
    t2 = float(t_quantile(level, n - 1)) ** 2
    a = mb * mb - t2 * np.sum(db * db, axis=0) / scale
    h = mb * ms - t2 * np.sum(db * ds, axis=0) / scale
    c = ms * ms - t2 * np.sum(ds * ds, axis=0) / scale
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(h * h - a * c, 0.0))
        low, high = (h - root) / a - 1.0, (h + root) / a - 1.0
        relative = ms / mb - 1.0
        printed = (a > 0) & (high - low <= 2 * WIDEST_RELATIVE)
    return tuple(np.where(printed, x, np.nan) for x in (relative, low, high))  # type: ignore[return-value]


def p_of_days(e: Array, estimate: ArrayLike) -> Array:
    """Return the two-sided p of "no difference" by the t of the days. Used by Holm's rule, never printed.

    1 where all days are equal to each other and to 0, or where fewer than two days exist.
    """
    n = e.shape[0]
    centre = np.asarray(estimate, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(centre) / standard_error(e)
    t = np.where(np.isnan(t), 0.0, t)
    return np.asarray(2.0 * special.stdtr(max(n - 1, 1), -t), dtype=np.float64)


def probability_of_decrease(e: Array, estimate: ArrayLike) -> Array:
    """Return the t-based probability that the true difference lies below 0 (0.5 when nothing is known)."""
    n = e.shape[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.asarray(estimate, dtype=np.float64) / standard_error(e)
    t = np.where(np.isnan(t), 0.0, t)
    return np.asarray(special.stdtr(max(n - 1, 1), -t), dtype=np.float64)


def stratified_interval(
    groups: list[Array], multiplicity: list[float], level: float = 0.95
) -> tuple[float, float, float, float]:
    """Return the interval of a total over day types (weekday, Friday or Saturday, Sunday).

    Args:
        groups: paired differences of each day type, each of shape (n_h,), n_h >= 2.
        multiplicity: W_h, how many such days count (or their share of a week).
        level: two-sided level.

    Returns:
        estimate sum W_h m_h, low, high, and the degrees of freedom by Satterthwaite.
    """
    parts = [w * w * float(np.var(g, ddof=1)) / len(g) for g, w in zip(groups, multiplicity, strict=True)]
    estimate = sum(w * float(np.mean(g)) for g, w in zip(groups, multiplicity, strict=True))
    variance = sum(parts)
    if variance == 0:
        return estimate, estimate, estimate, float(sum(len(g) - 1 for g in groups))
    degrees = variance**2 / sum(v * v / (len(g) - 1) for v, g in zip(parts, groups, strict=True))
    half = float(t_quantile(level, degrees)) * variance**0.5
    return estimate, estimate - half, estimate + half, degrees


def survey_band(
    estimate: float, model_se: float, sigma: float, base_wave: int, scenario_wave: int, level: float = 0.95
) -> tuple[float, float]:
    """Return what a real survey before and after could show: model error plus fresh respondents a wave."""
    se = (model_se**2 + sigma**2 * (1 / base_wave + 1 / scenario_wave)) ** 0.5
    half = float(special.ndtri(0.5 + level / 2)) * se
    return estimate - half, estimate + half
