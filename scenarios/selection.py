"""Choosing among packages on common days: when one is dropped, and what the pick may cost.

Source: Kim SH, Nelson BL (2001), A fully sequential procedure for indifference-zone selection in simulation,
ACM TOMACS 11. The right choice within ``matters`` comes out in at least 1 - alpha of studies whatever the
correlation, for near-normal day values.
"""

import numpy as np
from scipy import special

from scenarios.intervals import Array


def kim_nelson_h2(packages: int, first_days: int = 10, alpha: float = 0.05) -> float:
    """Return the constant h2 of the elimination rule (with c = 1), for at least two packages."""
    eta = 0.5 * ((2 * alpha / (packages - 1)) ** (-2 / (first_days - 1)) - 1)
    return float(2 * eta * (first_days - 1))


def still_in(days: Array, matters: float, first_days: int = 10, alpha: float = 0.05) -> list[int]:
    """Return the packages that are left after all the days given; higher is better.

    Args:
        days: value of each package on each common day, shape (n, packages), n >= first_days.
        matters: the difference that nobody would pay for (the indifference zone), positive.
        first_days: days from which the variances of paired differences are taken.
        alpha: chance of a wrong choice.

    Raises:
        ValueError: fewer days than ``first_days``.
    """
    n, packages = days.shape
    if n < first_days:
        raise ValueError(f"needs {first_days} days, got {n}")
    h2 = kim_nelson_h2(packages, first_days, alpha)
    start = days[:first_days]
    variance = np.var(start[:, :, None] - start[:, None, :], axis=0, ddof=1)
    left = list(range(packages))
    for day in range(first_days, n + 1):
        mean = days[:day].mean(axis=0)
        allowed = np.maximum(0.0, matters / (2 * day) * (h2 * variance / matters**2 - day))
        left = [i for i in left if all(mean[rival] - mean[i] <= allowed[i, rival] for rival in left)]
    return left


def opportunity_cost(mean: float, s: float, pairs: int) -> float:
    """Return the expected loss from one rival of the chosen package.

    Args:
        mean: mean of rival minus chosen over pairs; s: standard deviation of that difference.
        pairs: number of pairs, at least 3.
    """
    nu = pairs - 1
    se = s / pairs**0.5
    u = mean / se
    log_scale = special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * np.log(nu * np.pi)
    density = float(np.exp(log_scale - (nu + 1) / 2 * np.log1p(u * u / nu)))
    return float(se * ((nu + u * u) / (nu - 1) * density + u * float(special.stdtr(nu, u))))
