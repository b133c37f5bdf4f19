"""The paired contrast of two arms: estimates, intervals and special cases for many cells at once."""

from dataclasses import dataclass

import numpy as np

from scenarios.intervals import (
    FEWEST_EFFECTIVE_DAYS,
    Array,
    Bool,
    effective_days,
    fieller,
    interval_of_days,
    p_of_days,
    ratio_of_sums,
)

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Contrast:
    """What paired days say of each cell; all arrays of shape (cells,), NaN where undefined.

    Attributes:
        n: number of pairs.
        level: of the intervals.
        base, value, difference: estimates; value - base = difference.
        low, high: interval of the difference, from two pairs on.
        relative, relative_low, relative_high: value / base - 1 by Fieller; NaN where unbounded, k < 4 or
            too wide.
        k: effective days.
        p: two-sided p of the days, for Holm's rule; never printed.
        same: all day values of the two arms are bitwise equal, so the difference is exactly 0.
        silent: nothing happens in either arm.
        constant: each pair differs by the same amount, not 0.
        e_base, e_value: influence of each day, shape (n, cells).
    """

    n: int
    level: float
    base: Array
    value: Array
    difference: Array
    low: Array
    high: Array
    relative: Array
    relative_low: Array
    relative_high: Array
    k: Array
    p: Array
    same: Bool
    silent: Bool
    constant: Bool
    e_base: Array
    e_value: Array

    def interval(self, level: float) -> tuple[Array, Array]:
        """Return the interval of the difference at another level, special cases included."""
        low, high = interval_of_days(self.e_value - self.e_base, self.difference, level)
        fixed = (self.same | self.constant) & (self.n > 1)
        return np.where(fixed, self.difference, low), np.where(fixed, self.difference, high)

    def relative_interval(self, level: float) -> tuple[Array, Array]:
        """Return the interval of the relative difference at another level, special cases included."""
        _, low, high = fieller(self.e_base, self.e_value, self.base, self.value, level)
        zero = self.same & (self.n > 1)
        low, high = np.where(zero, 0.0, low), np.where(zero, 0.0, high)
        printed = np.isfinite(self.relative)
        return np.where(printed, low, np.nan), np.where(printed, high, np.nan)


def contrast(
    base_total: Array,
    base_weight: Array,
    value_total: Array,
    value_weight: Array,
    *,
    level: float = 0.95,
    ratio_scale: Bool | None = None,
    most_days: Array | None = None,
) -> Contrast:
    """Return the contrast of paired days.

    Args:
        base_total, base_weight: sums and weights of the days of the base, shape (n, cells); see DayCells.
        value_total, value_weight: the same days under the scenario.
        level: of the intervals.
        ratio_scale: cells in which a percentage has a meaning (counts, shares), default all. A score from
            1 to 10 has no true zero, so "5% safer" says nothing; exactly 0 is 0% on any scale.
        most_days: effective days that a cell can have at most, see ``scenarios.loud_days``; default without limit.
    """
    base, e_base = ratio_of_sums(base_total, base_weight)
    value, e_value = ratio_of_sums(value_total, value_weight)
    k = effective_days(base_total + value_total)
    k = k if most_days is None else np.minimum(k, most_days)
    unweighted = np.all((base_weight == 1) & (value_weight == 1), axis=0)
    pairs = value_total - base_total
    same = np.all((base_total == value_total) & (base_weight == value_weight), axis=0)
    silent = unweighted & np.all((base_total == 0) & (value_total == 0), axis=0)
    constant = unweighted & np.all(pairs == pairs[0], axis=0) & (len(pairs) > 1) & ~same
    percent = np.ones(base.shape, dtype=np.bool_) if ratio_scale is None else ratio_scale
    return contrast_of(
        base,
        value,
        e_base,
        e_value,
        k,
        same=same,
        silent=silent,
        constant=constant,
        percent=percent,
        level=level,
    )


def contrast_of(
    base: Array,
    value: Array,
    e_base: Array,
    e_value: Array,
    k: Array,
    *,
    same: Bool,
    silent: Bool,
    constant: Bool,
    percent: Bool,
    level: float,
) -> Contrast:
    """Return the contrast of two estimates with given day influences, such as a gap."""
    n = len(e_base)
    e = e_value - e_base
    difference = np.where(same, np.where(np.isfinite(base), 0.0, np.nan), value - base)
    low, high = interval_of_days(e, difference, level)
    fixed = (same | constant) & (n > 1)
    low, high = np.where(fixed, difference, low), np.where(fixed, difference, high)
    relative, relative_low, relative_high = fieller(e_base, e_value, base, value, level)
    shown = percent & (k >= FEWEST_EFFECTIVE_DAYS)
    relative, relative_low, relative_high = (
        np.where(shown, x, np.nan) for x in (relative, relative_low, relative_high)
    )
    zero = same & np.isfinite(base) & (base > 0)
    relative = np.where(zero, 0.0, relative)
    if n > 1:
        relative_low, relative_high = np.where(zero, 0.0, relative_low), np.where(zero, 0.0, relative_high)
    # a difference the size of rounding (a gap between two equal changes) is no evidence of anything
    rounding = np.abs(difference) <= _ROUNDING * np.maximum(np.abs(base), np.abs(value))
    p = np.where(same | rounding, 1.0, p_of_days(e, np.where(np.isfinite(difference), difference, 0.0)))
    return Contrast(
        n=n,
        level=level,
        base=base,
        value=value,
        difference=difference,
        low=low,
        high=high,
        relative=relative,
        relative_low=relative_low,
        relative_high=relative_high,
        k=k,
        p=p,
        same=same,
        silent=silent,
        constant=constant,
        e_base=e_base,
        e_value=e_value,
    )
