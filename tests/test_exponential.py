"""The exponential function of the kernels against arithmetic of many digits."""

import math
from decimal import Decimal, localcontext

import numpy as np
from numba import njit

from model.kernels.exponential import LEAST, exponential


@njit
def each(numbers):
    """Return the exponential of each number."""
    out = np.empty_like(numbers)
    for k in range(len(numbers)):
        out[k] = exponential(numbers[k])
    return out


def error(number: float, found: float) -> float:
    """Return how far off a result is, in units of its last place."""
    with localcontext(prec=50):
        return float(abs(Decimal(found) - Decimal(number).exp()) / Decimal(math.ulp(found)))


def test_the_result_is_the_nearest_number_or_all_but() -> None:
    rng = np.random.default_rng(1)
    numbers = np.concatenate([rng.uniform(-690, 700, 1500), rng.normal(0, 1, 1500), -rng.exponential(1e-3, 500)])
    errors = [error(*pair) for pair in zip(numbers, each(numbers), strict=True)]
    assert max(errors) < 0.52  # Nagy: 0.511 ulp
    assert np.mean(np.array(errors) > 0.5) < 0.02


def test_whole_numbers_and_both_zeros_are_known() -> None:
    assert each(np.array([0.0, -0.0, 1.0, 10.0, -1.0])).tolist() == [1.0, 1.0, math.e, math.exp(10), math.exp(-1)]


def test_where_nothing_is_left_it_stays_a_number_above_zero() -> None:
    found = each(np.array([LEAST, LEAST - 1.0, -1e9, -np.inf]))
    assert found.tolist() == [found[0]] * 4
    assert 0.0 < found[0] < 1e-300
    assert 1.0 - found[0] == 1.0


def test_it_never_falls() -> None:
    numbers = np.sort(np.random.default_rng(2).uniform(-720, 709, 20_000))
    assert (np.diff(each(numbers)) >= 0.0).all()
    near = 0.3 + np.arange(2000) * math.ulp(0.3)
    assert (np.diff(each(near)) >= 0.0).all()
