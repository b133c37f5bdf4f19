"""Litter hour by hour: people drop it, more where it lies already, and rounds take it away (science.md 3.4)."""

import math

import numpy as np

from model.kernels.compiling import kernel


@kernel(allocates=True)
def litter_hours(litter, other, items, taken, scale, gain):  # type: ignore[no-untyped-def]
    """Carry the litter of each zone through hours; each hour is stepped exactly.

    With x = litter / scale + other and D = 1 - exp(-x), litter grows by items * (1 + gain * D), so that
    u = exp(x) follows a straight equation: u' = (items / scale) * ((1 + gain) * u - gain).

    Args:
        litter: (Z,) items per 100 m2 at the start.
        other: (Z,) part of x that graffiti and broken things give, held.
        items: (H, Z) items per 100 m2 that would be dropped in each hour in a clean place.
        taken: (H, Z) share of the litter that is taken away at the beginning of each hour.
        scale: items per 100 m2 that give x = 1.
        gain: growth of littering from disorder.

    Returns:
        (H, Z) disorder in the middle of each hour, as the mean of its ends after cleaning; (Z,) litter at the end.
    """
    hours, zones = items.shape
    path = np.empty((hours, zones))
    left = np.empty(zones)
    still = gain / (1.0 + gain)
    for z in range(zones):
        x = litter[z] / scale + other[z]
        for h in range(hours):
            x = other[z] + (x - other[z]) * (1.0 - taken[h, z])
            before = -math.expm1(-x)
            growth = (1.0 + gain) * items[h, z] / scale
            x += growth + math.log1p(still * math.exp(-x) * math.expm1(-growth))
            path[h, z] = 0.5 * (before - math.expm1(-x))
        left[z] = (x - other[z]) * scale
    return path, left
