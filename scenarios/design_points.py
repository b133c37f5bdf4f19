"""Points of a design: scrambled Sobol, full factorial, each measure by itself, or rows written out.

All are pure functions of their arguments. More points, more draws or more days never change those that were there.
"""

import warnings
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np

from scenarios.design import DEFAULTS, OFF, ON, Factor, Floats, Ints, Strength, Switch

MOST_POINTS: Final = 1 << 17
FRESH_DAY: Final = 1 << 22  # days of their own never meet the main days or those of draws; luck knows 2**24 days
MOST_DAYS: Final = ((1 << 24) - FRESH_DAY) // MOST_POINTS


def sobol(factors: Sequence[Factor], points: int, seed: int) -> Floats:
    """Return (points, factors): the first points of a scrambled Sobol sequence over all factors.

    A measure is taken where its number is at least 0.5.
    """
    from scipy.stats import qmc  # a second: only who makes points pays

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a number that is no power of two
        shares = qmc.Sobol(max(len(factors), 1), scramble=True, rng=np.random.default_rng(seed)).random(points)
    return np.array([_values(factors, row) for row in shares]).reshape(points, len(factors))


def _values(factors: Sequence[Factor], shares: Floats) -> list[float]:
    found: dict[str, float] = {}
    for factor, u in zip(factors, shares, strict=False):
        if isinstance(factor, Switch):
            found[factor.name] = ON if factor.always or u >= 0.5 else OFF
        elif isinstance(factor, Strength) and found[factor.switch] == OFF:
            found[factor.name] = np.nan
        else:
            found[factor.name] = factor.value(float(u))
    return list(found.values())


def factorial(factors: Sequence[Factor]) -> Floats:
    """Return every combination of on and off, levels of strengths of what is on, and levels of parameters.

    Raises:
        ValueError: more than MOST_POINTS of them.
    """
    most = int(np.prod([float(len(_levels(factor))) for factor in factors]))
    if most > MOST_POINTS:
        raise ValueError(f"{most:,} combinations; at most {MOST_POINTS:,} are run")
    rows = dict.fromkeys(_blank_off(factors, row) for row in product(*(_levels(factor) for factor in factors)))
    return _array(rows, factors)


def each(factors: Sequence[Factor]) -> Floats:
    """Return a point without measures, then each measure by itself, at all levels of its strengths.

    Parameters stay at the middle of their range.
    """
    switches = [factor.name for factor in factors if isinstance(factor, Switch)]
    rows: dict[tuple[float | None, ...], None] = {}
    for alone in ("", *switches):
        levels: list[tuple[float, ...]] = []
        for factor in factors:
            if isinstance(factor, Switch):
                levels.append((ON,) if factor.always or factor.name == alone else (OFF,))
            else:
                levels.append(_levels(factor) if isinstance(factor, Strength) else (factor.value(0.5),))
        rows.update(dict.fromkeys(_blank_off(factors, row) for row in product(*levels)))
    return _array(rows, factors)


def rows_of(factors: Sequence[Factor], given: Sequence[Mapping[str, float]]) -> Floats:
    """Return written-out points; what a row does not name is off, a strength or a parameter at half its range."""
    rows = []
    for row in given:
        values = []
        for factor in factors:
            if isinstance(factor, Switch):
                values.append(ON if factor.always else float(row.get(factor.name, OFF)))
            else:
                values.append(float(row.get(factor.name, factor.value(0.5))))
        rows.append(_blank_off(factors, values))
    return _array(rows, factors)


def days_of(draw: Ints, values: Floats, days: int, *, fresh: bool) -> Ints:
    """Return (points, days): points with equal parameter values share days, others have days of their own.

    Args:
        draw: of each point; values: (points, columns) of its parameters alone.
        days: of each point; fresh: every point has days of its own.

    Raises:
        ValueError: more days of their own than luck has numbers for.
    """
    if not fresh and values.shape[1] == 0 and np.all(draw == DEFAULTS):
        return np.tile(1 + np.arange(days, dtype=np.int64), (len(draw), 1))
    keys = [(i,) if fresh else (j, *row) for i, (j, row) in enumerate(zip(draw.tolist(), values.tolist(), strict=True))]
    groups = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    if days > MOST_DAYS:
        raise ValueError(f"{days} days for each set of parameter values: at most {MOST_DAYS}; take more draws instead")
    if len(groups) > MOST_POINTS:
        raise ValueError(f"{len(groups):,} sets of parameter values: at most {MOST_POINTS:,}")
    group = np.array([groups[key] for key in keys], dtype=np.int64)
    return FRESH_DAY + MOST_POINTS * np.arange(days, dtype=np.int64)[None, :] + group[:, None]


def _levels(factor: Factor) -> tuple[float, ...]:
    if isinstance(factor, Switch):
        return (ON,) if factor.always else (OFF, ON)
    steps = factor.levels
    if isinstance(factor, Strength):
        shares = [i / max(steps - 1, 1) for i in range(steps)]
        return tuple(dict.fromkeys(factor.value(u) for u in shares))
    return tuple(factor.value((i + 0.5) / steps) for i in range(steps))


def _blank_off(factors: Sequence[Factor], row: Sequence[float]) -> tuple[float | None, ...]:
    """Return a row in which strengths of what is off are None: rows that differ in them alone are one."""
    on = {f.name: v == ON for f, v in zip(factors, row, strict=True) if isinstance(f, Switch)}
    pairs = zip(factors, row, strict=True)
    return tuple(None if isinstance(f, Strength) and not on[f.switch] else v for f, v in pairs)


def _array(rows: Collection[Sequence[float | None]], factors: Sequence[Factor]) -> Floats:
    values = [[np.nan if value is None else value for value in row] for row in rows]
    return np.array(values, dtype=np.float64).reshape(len(rows), len(factors))
