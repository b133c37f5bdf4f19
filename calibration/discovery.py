"""Scenario discovery: in which part of the ranges does a package fail? PRIM on the points of a study.

The patient rule induction method (Friedman and Fisher 1999; Bryant and Lempert 2010) of the EMA workbench peels a box
until enough of what is in it fails. How often each end comes back when the points are drawn again says what to trust.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DENSITY: Final = 0.8  # of failures in the box
RESAMPLES: Final = 10
SHARE: Final = 0.7  # of the points drawn again
NEEDS: Final = "scenario discovery needs the extra: pip install 'schouw[calibration]'"


@dataclass(frozen=True)
class Limit:
    """A side of the box. Attributes: name; low, high: ends; stability: share of resamples that limit it too."""

    name: str
    low: float
    high: float
    stability: float


@dataclass(frozen=True)
class Box:
    """Where it fails. Attributes: limits, the surest first; coverage: share of all failures inside; density: share of
    the points inside that fail; mass: share of the points inside."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float


def discover(inputs: Mapping[str, Floats], fails: NDArray[np.bool_], *, density: float = DENSITY, seed: int = 1) -> Box:
    """Return the largest box in which at least a share ``density`` of the points fails.

    Args:
        inputs: columns of a study by name, (points,) each; fails: which points do.

    Raises:
        ValueError: no point fails, or all do.
        ImportError: the extra is not installed.
    """
    if not fails.any() or fails.all():
        raise ValueError("some points must fail and some must not")
    ends, (coverage, dense, mass) = _box(inputs, fails, density)
    rng, again = np.random.default_rng(seed), dict.fromkeys(ends, 0)
    for _ in range(RESAMPLES):
        rows = rng.choice(len(fails), round(SHARE * len(fails)), replace=False)
        if not fails[rows].any() or fails[rows].all():
            continue
        found, _ = _box({name: column[rows] for name, column in inputs.items()}, fails[rows], density)
        for name in set(found) & set(again):
            again[name] += 1
    limits = [Limit(name, low, high, again[name] / RESAMPLES) for name, (low, high) in ends.items()]
    return Box(tuple(sorted(limits, key=lambda limit: -limit.stability)), coverage, dense, mass)


def _box(
    inputs: Mapping[str, Floats], fails: NDArray[np.bool_], density: float
) -> tuple[dict[str, tuple[float, float]], tuple[float, float, float]]:
    """Return the limited sides of the box, and its coverage, density and mass."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pandas as pd
            from ema_workbench.analysis.prim import Prim
    except ImportError as error:
        raise ImportError(NEEDS) from error
    table = pd.DataFrame(dict(inputs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        box: Any = Prim(table, fails).find_box()
    steps = box.peeling_trajectory
    enough = steps[steps["density"] >= density]
    chosen = steps.loc[enough["coverage"].idxmax()] if len(enough) else steps.loc[steps["density"].idxmax()]
    lims = box.box_lims[int(chosen.name)]
    ends = {}
    for name, column in inputs.items():
        low, high = (float(lims[name].iloc[k]) for k in (0, 1))
        if low > column.min() or high < column.max():
            ends[name] = (low, high)
    return ends, (float(chosen["coverage"]), float(chosen["density"]), float(chosen["mass"]))
