"""V25: the desk with a queue against Erlang and Pollaczek-Khinchine; minutes on a busy machine."""

from math import factorial

import numpy as np
import pytest

from model.seasons.queues import Desk
from tests.test_queues import mean_wait

N = 120_000


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait in M/M/s at an offered load."""
    top = load**servers / factorial(servers) * servers / (servers - load)
    return top / (sum(load**k / factorial(k) for k in range(servers)) + top)


def repeated(servers: int, draw, rate: float, runs: int = 4) -> float:  # type: ignore[no-untyped-def]
    """Mean wait over runs: one run of a queue at 0.8 is too noisy for 5%."""
    waits = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        waits.append(mean_wait(Desk.of(servers), rng.exponential(1 / rate, N).cumsum(), draw(rng)))
    return float(np.mean(waits))


@pytest.mark.parametrize("servers", [1, 3, 10])
def test_v25_m_m_s_waits_as_erlang_says(servers: int) -> None:
    load = 0.8 * servers
    known = erlang_c(servers, load) / (servers - load)  # in mean service times
    wait = repeated(servers, lambda rng: rng.exponential(1, N), load)
    assert wait == pytest.approx(known, rel=0.05)


@pytest.mark.parametrize("cv", [0.0, 0.5, 1.5])
def test_v25_m_g_1_waits_as_pollaczek_khinchine_says(cv: float) -> None:
    known = 0.8 * (1 + cv**2) / 2 / (1 - 0.8)
    sigma = np.sqrt(np.log1p(cv**2))
    wait = repeated(1, lambda rng: rng.lognormal(-(sigma**2) / 2, sigma, N), 0.8, runs=4 if cv < 1 else 16)
    assert wait == pytest.approx(known, rel=0.05)
