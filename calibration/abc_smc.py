"""All parameters together on what history matching leaves: ABC-SMC of pyabc, the emulator as simulator.

What the emulator says is accepted with the chance that the errors of the targets and of the emulator would give the
published figures (stochastic acceptor with a temperature that falls to 1; Schaelte and Hasenauer 2020), so that the
particles of the last generation are draws of the posterior and not of one widened by a tolerance. Points that a target
rules out are never accepted. Parameters move on the normal scale of their ranges, which has no ends: proposals beside a
range would be lost, and the few near an end would weigh more than all others. Generations lie in a SQLite file; the
same call goes on with them.
"""

import logging
import math
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from calibration.posterior import FEWEST_EFFECTIVE, IMPLAUSIBLE, Aim, Emulated, log_likelihood, resampled

Floats = NDArray[np.float64]
POPULATION: Final = 1000
LADDER: Final = (32.0, 10.0, 3.2)  # temperatures of the first generations, then COLDEST
MOST_GENERATIONS: Final = 8
LEAST_ACCEPTED: Final = 0.005  # share of draws below which another generation is not worth its time
COLDEST: Final = 1.0  # temperature at which particles are draws of the posterior
FAR: Final = 1e3  # standard errors from the figure: never accepted
SCALE: Final = "normal"  # of the parameters in the file
NEEDS: Final = "fitting all parameters together (joint: abc) needs the extra: pip install 'schouw[calibration]'"


@dataclass(frozen=True)
class Generation:
    """One generation. Attributes: number; temperature; draws of the emulator; accepted: share of them; effective: size
    of the weighted particles."""

    number: int
    temperature: float
    draws: int
    accepted: float
    effective: float


@dataclass(frozen=True)
class AbcResult:
    """What came out.

    Attributes:
        u: particles of equal weight, shares of the ranges; generations; whole: whether the last one is as cold as the
            posterior and counts at least 100 particles.
    """

    u: Floats
    generations: tuple[Generation, ...]
    whole: bool


def abc_smc(
    emulated: Emulated, aims: Sequence[Aim], staged: Floats, store: Path, *, seed: int = 1,
    population: int = POPULATION, tell: Callable[[Generation], None] = lambda _: None,
) -> AbcResult:  # fmt: skip
    """Return draws of all parameters under all targets.

    Args:
        staged: (particles, parameters), what the stages left: the likeliest of them is accepted with chance 1.
        store: SQLite file of the generations; one that is there is gone on with.
        tell: is called after each generation.

    Raises:
        ImportError: the extra is not installed.
    """
    pyabc = _pyabc()
    simulator = _Simulator(emulated, staged.shape[1], aims)
    kernel = pyabc.IndependentNormalKernel(var=simulator.variance, keys=[f"t{k}" for k in range(len(aims))])
    ladder = [*LADDER, *[COLDEST] * (MOST_GENERATIONS - len(LADDER))]
    prior = pyabc.Distribution(**{key: pyabc.RV("norm", 0, 1) for key in simulator.keys})
    likeliest = float(log_likelihood(staged, emulated, range(len(aims)), aims).max())
    likeliest -= 0.5 * len(aims) * math.log(2 * math.pi)  # the library's density is a whole one
    abc = pyabc.ABCSMC(
        simulator, prior, kernel, population_size=population,
        acceptor=pyabc.StochasticAcceptor(pdf_norm_method=lambda **_: likeliest),
        eps=pyabc.ListTemperature(values=ladder), sampler=pyabc.SingleCoreSampler(),
    )  # fmt: skip
    observed = {f"t{k}": aim.value for k, aim in enumerate(aims)}
    np.random.seed(seed % 2**32)  # the library draws from the shared generator
    store.parent.mkdir(parents=True, exist_ok=True)
    there, address = store.exists(), f"sqlite:///{store}"
    history = abc.load(address) if there else abc.new(address, observed)
    generations = _told(history)
    while not _enough(generations) and len(generations) < MOST_GENERATIONS:
        history = abc.run(max_nr_populations=1)
        generations = _told(history)
        tell(generations[-1])
        if generations[-1].accepted < LEAST_ACCEPTED and generations[-1].temperature <= COLDEST:
            break
    frame, weight = history.get_distribution()
    weight = np.asarray(weight)
    start = np.random.default_rng([seed, len(weight)]).random()
    z = frame[list(simulator.keys)].to_numpy()[resampled(weight / weight.sum(), start)]
    return AbcResult(ndtr(z), tuple(generations), _enough(generations))


class _Simulator:
    """What the emulator says at a point, as pyabc asks for it; the point that was asked for last is remembered."""

    __name__ = "emulator"

    def __init__(self, emulated: Emulated, parameters: int, aims: Sequence[Aim]) -> None:
        self.keys = tuple(f"p{i}" for i in range(parameters))
        self._emulated, self._numbers = emulated, range(len(aims))
        self._value, self._sd = np.array([aim.value for aim in aims]), np.array([aim.sd for aim in aims])
        self._last: tuple[tuple[float, ...], Floats, Floats] | None = None

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the mean of each target, or what is never accepted where a target rules the point out."""
        mean, variance = self._ask(values)
        if (np.abs(mean - self._value) >= IMPLAUSIBLE * np.sqrt(variance)).any():
            mean = self._value + FAR * np.sqrt(variance)
        return {f"t{k}": float(value) for k, value in enumerate(mean)}

    def variance(self, values: Mapping[str, float]) -> Floats:
        """Return the variance of each target: its errors and that of the emulator."""
        return self._ask(values)[1]

    def _ask(self, values: Mapping[str, float]) -> tuple[Floats, Floats]:
        z = tuple(float(values[key]) for key in self.keys)
        if self._last is None or self._last[0] != z:
            mean, variance = self._emulated.ask(ndtr(np.array([z])), self._numbers)
            self._last = (z, mean[0], variance[0] + self._sd**2)
        return self._last[1:]


def _pyabc() -> Any:
    os.environ.setdefault("ABC_LOG_LEVEL", "ERROR")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pyabc
    except ImportError as error:
        raise ImportError(NEEDS) from error
    for name in ("ABC", "ABC.History", "ABC.Sampler", "ABC.Distance", "ABC.Acceptor", "ABC.Epsilon"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return pyabc


def _told(history: Any) -> list[Generation]:
    """Return the generations that a file holds."""
    table = history.get_all_populations()
    found = []
    for row in table[table["t"] >= 0].to_dict("records"):
        _, weight = history.get_distribution(t=int(row["t"]))
        share = len(weight) / max(int(row["samples"]), 1)
        effective = float(1 / (np.asarray(weight) ** 2).sum())
        found.append(Generation(int(row["t"]), float(row["epsilon"]), int(row["samples"]), share, effective))
    return found


def _enough(generations: Sequence[Generation]) -> bool:
    """Return whether the last generation is cold and counts enough particles."""
    if not generations:
        return False
    return generations[-1].temperature <= COLDEST and generations[-1].effective >= FEWEST_EFFECTIVE
