"""Packages on an emulator: the design it learns from, every package or NSGA-II, the frontier of cost and gain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from model.results import VICTIM_TYPES
from scenarios.cells import DayCells
from scenarios.design import Wanted
from scenarios.emulator import Emulator, Space
from scenarios.paired_points import Outcome, Paired, dealt_days, learn_points
from scenarios.tray import Tray

Floats = NDArray[np.float64]
Package = tuple[int, ...]
MOST_ENUMERATED: Final = 1 << 16
POINTS_AN_OPTION: Final = 7  # at halte seven err by 0.042 in incidents and ten by 0.035, of a spread of 0.11
DAYS_A_POINT: Final = 4
POOL_DAYS: Final = 24  # that the points take turns on: noise of few days in common, at one price for the base
FIRST_POOL_DAY: Final = (1 << 20) - (1 << 12)  # below the days of draws, far above those that are shown
_EVENING: Final = "after_19"
_POPULATION: Final = 200
_GENERATIONS: Final = 150


@dataclass(frozen=True)
class Aim:
    """What a package is chosen by: an outcome, its direction, and the difference that nobody would pay for.

    Attributes:
        wanted: which cells; relative: the change is read as a fraction of the base; better: 1 higher, -1 lower;
            matters: on that scale.
    """

    wanted: Wanted
    relative: bool
    better: int
    matters: float

    def learned(self, name: str) -> Outcome:
        """Return what an emulator learns of it."""
        return Outcome(name, "fraction of the base" if self.relative else "points", self.relative, self.better)


AIMS: Final[dict[str, Aim]] = {
    "incidents": Aim(Wanted("incidents", "expected_incidents", VICTIM_TYPES), True, -1, 0.02),
    "safety": Aim(Wanted("safety", "perceived_safety", time_band=_EVENING), False, 1, 0.05),
    "women": Aim(Wanted("women", "perceived_safety", gender="woman", time_band=_EVENING), False, 1, 0.05),
}


def sums_of(wanted: Wanted, cells: DayCells) -> tuple[float, float]:
    """Return total and weight of an outcome on one day."""
    index = cells.index
    keys = [(wanted.outcome, i, wanted.gender, wanted.time_band, wanted.zone_kind) for i in wanted.incident_types]
    numbers = [index.number[key] for key in keys]
    return float(cells.total[numbers].sum()), float(cells.weight[numbers[0]])


def design_packages(tray: Tray, seed: int, points: int | None = None) -> list[Package]:
    """Return the packages that an emulator learns from: each option alone, then a scrambled Sobol sequence.

    Each option (or group of options) is taken half of the time.

    Args:
        tray: of the station; seed: of the sequence.
        points: how many, by default seven an option.
    """
    count = points or POINTS_AN_OPTION * len(tray.options)
    groups: dict[str, list[int]] = {}
    for i, option in enumerate(tray.options):
        groups.setdefault(option.group or f"/{i}", []).append(i)
    found: dict[Package, None] = dict.fromkeys((i,) for i in range(len(tray.options)))
    sequence = qmc.Sobol(len(groups), rng=np.random.default_rng(seed))
    every = 2 ** len(groups) * max(len(members) for members in groups.values()) if len(groups) < 20 else count + 1
    tries = 0
    while len(found) < min(count, every - 1) and tries < 64:
        for row in sequence.random(64):
            package: list[int] = []
            for u, members in zip(row, groups.values(), strict=True):
                if u >= 0.5:
                    package.append(members[min(int((2 * u - 1) * len(members)), len(members) - 1)])
            if package and len(found) < count and tray.allowed(package):
                found.setdefault(tuple(sorted(package)))
        tries += 1
    return list(found)


def fewest_packages(tray: Tray) -> int:
    """Return how many packages suffice where there are no more: all but nothing."""
    return len(tray.packages()) - 1


def pool_days(point: int) -> tuple[int, ...]:
    """Return the numbers of the days of a point."""
    return tuple(dealt_days(point, DAYS_A_POINT, pool=POOL_DAYS, first=FIRST_POOL_DAY))


def coded(packages: Sequence[Package], options: int) -> Floats:
    """Return packages as (packages, options) of 0 and 1."""
    x = np.zeros((len(packages), options))
    for row, package in zip(x, packages, strict=True):
        row[list(package)] = 1.0
    return x


def change(aim: Aim, base: Sequence[tuple[float, float]], value: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the change of some days against the same days of the base, and the variance of one day.

    Args:
        aim: which scale; base, value: total and weight of each day.
    """
    b, v = np.array(base), np.array(value)
    if aim.relative:
        level = b[:, 0].mean()
        ratio = v[:, 0].sum() / b[:, 0].sum() if level > 0 else 1.0
        influence = (v[:, 0] - ratio * b[:, 0]) / (level or 1.0)
        return float(ratio - 1), float(influence.var(ddof=1))
    before, after = b[:, 0].sum() / b[:, 1].sum(), v[:, 0].sum() / v[:, 1].sum()
    e = (v[:, 0] - after * v[:, 1]) / v[:, 1].mean() - (b[:, 0] - before * b[:, 1]) / b[:, 1].mean()
    return float(after - before), float(e.var(ddof=1))


def learn(
    tray: Tray,
    packages: Sequence[Package],
    days: Callable[[str, int], Paired],
    made: dict[str, Any],
    seed: int,
) -> Emulator:
    """Return the emulator of a design that has been run.

    Args:
        tray, packages: the options and the points.
        days: gives, for the name of an aim and the number of a point, the days of the base and of the point.
        made: how, for the reader; seed: of the search for lengths.
    """
    x = coded(packages, len(tray.options))
    names = [option.name for option in tray.options]
    space = Space.of(names, x, [True] * len(names), [-1] * len(names))
    fewest = fewest_packages(tray)
    outcomes = {
        name: learn_points(
            aim.learned(name),
            [days(name, point) for point in range(len(packages))],
            x,
            range(len(names)),
            seed=seed,
            fewest=fewest,
        )
        for name, aim in AIMS.items()
    }
    return Emulator(space, outcomes, DAYS_A_POINT, made)


@dataclass(frozen=True)
class Found:
    """Packages with what the emulator says of them, in no order.

    Attributes:
        packages; cost: EUR a year, middle of the ranges; gain: improvement of the aim, positive is better;
        sd: of it; every: all packages there are were looked at.
    """

    packages: list[Package]
    cost: Floats
    gain: Floats
    sd: Floats
    every: bool

    def best(self, budget: float, number: int) -> list[int]:
        """Return the numbers of the best packages within a budget, best first; cheaper first where equal."""
        inside = [i for i in range(len(self.packages)) if self.cost[i] <= budget]
        return sorted(inside, key=lambda i: (-self.gain[i], self.cost[i], self.packages[i]))[:number]

    def frontier(self) -> list[int]:
        """Return the packages that no other beats in both cost and gain, cheapest first."""
        front: list[int] = []
        for i in sorted(range(len(self.packages)), key=lambda i: (self.cost[i], -self.gain[i], self.packages[i])):
            if not front or self.gain[i] > self.gain[front[-1]]:
                front.append(i)
        return front


def search(tray: Tray, emulator: Emulator, aim: str, *, seed: int = 1, budget: float | None = None) -> Found:
    """Return packages with their answers: every one of them where there are few enough, else those of NSGA-II."""
    combinations = 2.0 ** len(tray.options)
    every = combinations <= MOST_ENUMERATED
    packages = tray.packages() if every else evolve(tray, emulator, aim, seed=seed, budget=budget)
    return answer(tray, emulator, aim, packages, every=every)


def answer(tray: Tray, emulator: Emulator, aim: str, packages: list[Package], *, every: bool) -> Found:
    """Return what the emulator says of some packages."""
    process, better = emulator.outcomes[aim], AIMS[aim].better
    x, gain, sd = coded(packages, len(tray.options)), [], []
    for start in range(0, len(packages), 4096):
        answers = process.ask(x[start : start + 4096])
        gain.append(better * answers.mean)
        sd.append(answers.sd)
    gains = np.concatenate(gain)
    gains[x.sum(axis=1) == 0] = 0.0  # known, not learned
    cost = x @ np.array([c.value for c in tray.costs])
    return Found(packages, cost, gains, np.concatenate(sd), every)


def evolve(
    tray: Tray, emulator: Emulator, aim: str, *, seed: int, budget: float | None, generations: int = _GENERATIONS
) -> list[Package]:
    """Return the packages that NSGA-II met last, for cost and gain (Deb and others 2002, IEEE Trans Evol Comput 6).

    Options of one group exclude each other: of several that are on, the first stays.
    """
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.pntx import TwoPointCrossover
    from pymoo.operators.mutation.bitflip import BitflipMutation
    from pymoo.operators.sampling.rnd import BinaryRandomSampling
    from pymoo.optimize import minimize

    options, process = len(tray.options), emulator.outcomes[aim]
    cost = np.array([c.value for c in tray.costs])
    met: dict[Package, None] = {(): None}

    class _Packages(Problem):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(n_var=options, n_obj=2, xl=0, xu=1, vtype=bool)

        def _evaluate(self, x: Any, out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
            packages = [_one_a_group(tray, np.flatnonzero(row)) for row in x]
            clean = coded(packages, options)
            met.update(dict.fromkeys(packages))
            gain = AIMS[aim].better * process.mean_at(clean)
            over = np.maximum(clean @ cost - budget, 0.0) if budget is not None else 0.0
            out["F"] = np.column_stack([clean @ cost, -gain + over])

    algorithm = NSGA2(
        pop_size=_POPULATION,
        sampling=BinaryRandomSampling(),
        crossover=TwoPointCrossover(),
        mutation=BitflipMutation(),
        eliminate_duplicates=True,
    )
    minimize(_Packages(), algorithm, ("n_gen", generations), seed=seed, verbose=False)
    return list(met)


def _one_a_group(tray: Tray, on: NDArray[np.int64]) -> Package:
    taken: set[str] = set()
    package: list[int] = []
    for i in on.tolist():
        group = tray.options[i].group
        if (not group or group not in taken) and tray.allowed((*package, i)):
            package.append(i)
            taken.add(group)
    return tuple(package)
