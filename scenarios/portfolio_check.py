"""Some stations of a portfolio run in the model: is the emulator right, and is the model still the one it learned?"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from scenarios.archetypes import base_of, differing, read_archetype, scenario_of, with_covariates
from scenarios.arm_days import ArmDays, Tell
from scenarios.package_search import AIMS, change, sums_of
from scenarios.process import known_variance

if TYPE_CHECKING:
    from scenarios.portfolio import Portfolio

CHECKED: Final = 10
CHECK_EVENINGS: Final = 4
FIRST_CHECK_DAY: Final = (1 << 20) - (1 << 14)
_TAIL: Final = 0.025
_NORMAL: Final = 1e6  # degrees of freedom beyond which t is normal


@dataclass(frozen=True)
class Rechecked:
    """One station that was run in the model: what the emulator said of its package, and what the model found.

    Attributes:
        error: standard error of what was found, half from its own evenings and half from those of all stations;
            freedom: degrees of it, for a handful of evenings is no normal law.
    """

    station: int
    package: int
    promised: float
    sd: float
    found: float
    error: float
    freedom: float = float("inf")

    @property
    def inside(self) -> bool:
        """The model's answer lies in the emulator's band, its own luck included."""
        both = float(np.hypot(self.sd, self.error))
        if both == 0:
            return self.found == self.promised
        freedom = self.freedom * (both / max(self.error, 1e-300)) ** 4  # Satterthwaite: the emulator's part is known
        return abs(self.found - self.promised) <= both * float(stats.t.ppf(1 - _TAIL, min(freedom, _NORMAL)))


def recheck(
    portfolio: "Portfolio",
    folder: Path,
    *,
    number: int = CHECKED,
    workers: int | None = 1,
    tell: Tell | None = None,
) -> tuple[Rechecked, ...]:
    """Run some random stations of the portfolio in the model, with and without their package, and compare.

    Args:
        portfolio: as solved; folder: of the runs; number: of stations.
        workers: processes; tell: is called after each run.
    """
    chosen = np.sort(portfolio.chosen)
    if not len(chosen) or not number:
        return ()
    rng = np.random.default_rng(portfolio.asked.seed)
    these = np.sort(rng.choice(chosen, min(number, len(chosen)), replace=False))
    arms, names = [], []
    for s in these.tolist():
        station, package = portfolio.stations.stations[s], int(portfolio.picked.package[s])
        base = with_covariates(base_of(station.archetype), station.covariates)
        arms += [base, scenario_of(station.archetype, portfolio.menu.names(package)).inputs(base)]
        names += [f"{station.name}-base", f"{station.name}-package"]
    days = ArmDays(names, arms, seed=portfolio.asked.seed, out=folder)
    evenings = [FIRST_CHECK_DAY + j for j in range(CHECK_EVENINGS)]
    tasks = [days.task(arm, day) for arm in range(len(arms)) for day in evenings]
    with days.runner(workers) as runner:
        days.run("check", tasks, runner, tell)
    aim = AIMS[portfolio.asked.aim]
    found: list[tuple[int, float, float, int]] = []
    for k, s in enumerate(these.tolist()):
        both = [d for d in evenings if days.has(days.task(2 * k, d)) and days.has(days.task(2 * k + 1, d))]
        if len(both) >= 2:  # a variance needs them
            sums = [[sums_of(aim.wanted, days.cells(days.task(2 * k + a, d))) for d in both] for a in (0, 1)]
            found.append((s, *change(aim, sums[0], sums[1]), len(both)))
    variance = known_variance(np.array([v for _, _, v, _ in found]), np.array([n for *_, n in found]))
    freedom = float(sum(n - 1 for *_, n in found))
    out = []
    for (s, gain, _, _), own in zip(found, variance.tolist(), strict=True):
        scale = float(portfolio.stations.incidents[s]) if aim.relative else 1.0
        package = int(portfolio.picked.package[s])
        promised, sd = float(portfolio.menu.gain[s, package]), float(portfolio.menu.sd[s, package])
        out.append(Rechecked(s, package, promised, sd, aim.better * gain * scale, scale * own**0.5, freedom))
    return tuple(out)


def tried(
    portfolio: "Portfolio", folder: Path, *, workers: int | None = 1, tell: Tell | None = None
) -> tuple[str, ...] | None:
    """Return the archetypes whose emulator another model learned than answers today; None when all are of today.

    Runs one evening of each that was learned by other code.
    """
    known = [read_archetype(name) for name in sorted(portfolio.stations.by_archetype)]
    old = {one.id: one for one in known if one.old == "model"}
    return tuple(differing(list(old.values()), folder, workers, tell)) if old else None
