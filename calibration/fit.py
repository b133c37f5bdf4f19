"""A fit of the model to a monitor: the bank of runs, and the table of draws that comes out.

    fit = read_fit(Path("example.yaml"))  # calibration.fit_reader
    for done in fit.run("results/fit"):
        pass
    result = fit.result("results/fit")
    result.write(Path("posterior.parquet"))

Finished runs of the bank lie on disk; the same call goes on with them. Parameters that no stage names keep their prior.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import NormalDist
from time import monotonic
from typing import Any, Final

import numpy as np
from scipy.stats import qmc

from calibration.abc_smc import SCALE, Generation, abc_smc
from calibration.bank import Kept, sums_of, values_of
from calibration.fit_file import DIARY_ITEMS, FitPart
from calibration.jobs import carried_out
from calibration.monitor import Figure
from calibration.posterior import Aim, Bank, Emulated, Posterior, Stage, StageReport, emulate, infer
from calibration.stations import HeldOut, Pooled, predicted
from calibration.targets import STATION_SD, Target
from calibration.trial_terms import TrialTerm, term_sums, works_of
from calibration.trials.run import TrialWork
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from scenarios.draws import stratified, write_draws
from scenarios.running import Runners
from scenarios.store import FieldCache, cache_folder
from scenarios.version import model_version
from scenarios.work import make_world

FIRST_DAY: Final = 5 << 20  # day numbers of banks never meet those of studies
DISCREPANCY: Final = {  # of drawn stations against real ones
    "score": 0.2,  # judgement
    "log": 0.3,  # science.md 9.4
    "share": 0.12,  # the tolerance of fact 3: the station alone against a whole trip
    "stations": 0.2,  # that of a score, in points
}
LEAST_COUNT: Final = 0.5  # of a count whose logarithm is taken
LEAST_RATIO: Final = 0.02  # of the arms of a trial


@dataclass(frozen=True)
class Site:
    """A type of station of a fit."""

    name: str
    inputs: Inputs
    weight: float


@dataclass(frozen=True)
class Fit:
    """A fit, checked.

    Attributes:
        part: what the file says; sites; targets: that the bank is held against; left_out: others, with the reason.
        names: of all parameters that move; stages: by numbers of names and targets.
        pooled: types of single stations in the monitor; unseen: scores of stations that are held out.
        terms: lines of trials; their targets stand last, in the same order.
    """

    part: FitPart
    sites: tuple[Site, ...]
    targets: tuple[Target, ...]
    left_out: tuple[tuple[Target, str], ...]
    names: tuple[str, ...]
    stages: tuple[Stage, ...]
    pooled: tuple[Pooled, ...] = ()
    terms: tuple[TrialTerm, ...] = ()
    unseen: tuple[Figure, ...] = ()

    @property
    def weights(self) -> dict[str, float]:
        """How many stations each type stands for, by name."""
        return {site.name: site.weight for site in self.sites}

    @property
    def key(self) -> str:
        """Name of all that decides a run of the bank."""
        sites = [(digest(site.inputs), site.weight) for site in self.sites]
        lines = [list(target.figure.series) for target in self.targets]
        lines += [[term.trial.digest, str(term.number)] for term in self.terms]
        p = self.part
        return digest((sites, list(self.names), lines, p.points, p.days, p.visits, p.seed, model_version()))

    def design(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the points of the bank as shares of the ranges: the first of a scrambled Sobol sequence."""
        sampler = qmc.Sobol(len(self.names), scramble=True, rng=np.random.default_rng(self.part.seed))
        size = 1 << (self.part.points - 1).bit_length()
        return np.asarray(sampler.random(size)[: self.part.points])

    def parameters(self, u: Sequence[float], others: Parameters | None = None) -> Parameters:
        """Return the values at shares of the ranges, with ``others`` where no stage names a parameter."""
        rows = {row.name: row for row in Parameters.default().rows}
        drawn = {name: rows[name].quantile(float(share)) for name, share in zip(self.names, u, strict=True)}
        return (others or Parameters.default()).replace(**drawn)

    def sums(
        self, point: int, day: int, cache: FieldCache, works: Sequence[TrialWork] = ()
    ) -> list[list[tuple[float, float, float]]]:
        """Run a day of a point at all types of stations; return the sums of each target at each of them.

        Args:
            works: of the trials, one a term; what they count stands at the first type of station.
        """
        from model.station import Station

        p = self.parameters(self.design()[point].tolist())
        number = FIRST_DAY + point * self.part.days + day
        pages = any(target.figure.item in DIARY_ITEMS for target in self.targets)
        results = []
        for site in self.sites:
            inputs = site.inputs.replace(parameters=p)
            station = Station(inputs, make_world(inputs, cache), seed=self.part.seed, day=number, diary=pages)
            results.append(station.run())
        days = self.targets[: len(self.targets) - len(self.terms)]
        found = [[sums_of(target.figure, one) for one in results] for target in days]
        run, none = point * self.part.days + day, [(0.0, 0.0, 0.0)] * (len(self.sites) - 1)
        return found + [[term_sums(t, w, p, run, cache), *none] for t, w in zip(self.terms, works, strict=True)]

    def kept(self, out: str | Path) -> Kept:
        """Return the runs of the bank that lie under a folder."""
        shape = (self.part.points, self.part.days, len(self.targets), len(self.sites))
        return Kept(Path(out) / "bank" / f"{self.key[:40]}.json", shape)

    def run(
        self, out: str | Path, *, workers: int | Runners = 1, cache: Path | None = None, seconds: float | None = None
    ) -> Iterator[tuple[int, int]]:
        """Run what is missing of the bank; yields how many runs are done, and of how many.

        Args:
            workers: processes, or what else runs them.
            seconds: after which it ends, with what is done kept; None: when all is done.

        Raises:
            RuntimeError: runs have failed.
        """
        kept, failed, began = self.kept(out), 0, monotonic()
        done, total = kept.number, self.part.points * self.part.days
        yield done, total
        folder = cache if cache is not None else cache_folder()
        works = works_of(self.terms, self.part.seed, folder) if done < total else ()
        told, shared = "", (self, works, folder)
        try:
            for job, sums, wrong in carried_out(shared, kept.missing(), workers, _begin, _do, Path(out)):
                if wrong:
                    told, failed = wrong, failed + 1
                else:
                    kept.take(job, sums)
                    done += 1
                yield done, total
                if seconds is not None and monotonic() - began > seconds:
                    return
        finally:
            kept.write()
        if failed:
            raise RuntimeError(f"{failed} of {total} runs of the bank failed: {told}")

    def bank(self, kept: Kept, points: int | None = None) -> Bank:
        """Return what the runs say of each target.

        Args:
            points: only the first of them; any beginning of the design is one. None: all.

        Raises:
            ValueError: runs are missing, or a target has no value at some points.
        """
        number = self.part.points if points is None else points
        if missing := int((~kept.there[:number]).sum()):
            raise ValueError(f"{missing} runs of the bank are missing")
        design = self.design()[:number]
        values = [
            values_of(self.targets, kept.sums[i], self.weights, self.part.visits, self.parameters(u.tolist()))
            for i, u in enumerate(design)
        ]
        bank = Bank(self.names, design, np.array(values))
        empty = [t.figure.item for k, t in enumerate(self.targets) if not np.isfinite(bank.values[:, :, k]).all()]
        if empty:
            what = ", ".join(empty)
            raise ValueError(f"at these stations the model has no value for {what}: drop it, or add a station")
        return bank

    def result(self, out: str | Path, tell: Callable[[Generation], None] = lambda _: None) -> "FitResult":
        """Return the posterior from a finished bank.

        Args:
            tell: is called after each generation of ABC-SMC (``joint: abc``), which is gone on with when it is there.

        Raises:
            ValueError: runs are missing, a target has no value at some points, or ABC-SMC came to no end.
            ImportError: ``joint: abc`` without the extra.
        """
        bank = self.bank(self.kept(out))
        aims = [aim_of(target) for target in self.targets]
        emulated = emulate(bank, aims, self.part.seed)
        posterior = infer(emulated, self.names, self.stages, aims, self.part.seed)
        if self.part.joint == "abc":
            posterior = self._together(emulated, posterior, aims, Path(out), tell)
        rng = np.random.default_rng(self.part.seed)
        prior = rng.random(posterior.u.shape)
        numbers = range(len(aims))
        checks = [process.checked.coverage for process in emulated.processes]
        before, after = (emulated.ask(u, numbers)[0] for u in (prior, posterior.u))
        return FitResult(self, posterior, before, after, checks)

    def _together(
        self, emulated: Emulated, staged: Posterior, aims: Sequence[Aim], out: Path, tell: Callable[[Generation], None]
    ) -> Posterior:
        """Return the posterior of all parameters together, after that of the stages."""
        errors = [[aim.value, aim.sd] for aim in aims]
        store = out / "bank" / f"{digest((self.key, errors, SCALE))[:40]}.db"
        found = abc_smc(emulated, aims, staged.u, store, seed=self.part.seed, tell=tell)
        if not found.whole:
            raise ValueError("ABC-SMC came to no end, too few particles count: take joint: particles")
        reports = [
            StageReport(f"abc {g.number + 1} (temperature {g.temperature:g})", 1, g.accepted, g.effective, math.nan)
            for g in found.generations
        ]
        return Posterior(self.names, found.u, (*staged.reports, *reports))


@dataclass(frozen=True)
class FitResult:
    """What came out. Attributes: prior_said, posterior_said: of each target, (particles, targets), on its scale;
    coverage: of the emulator's band, left out one point at a time."""

    fit: Fit
    posterior: Posterior
    prior_said: np.ndarray[Any, np.dtype[np.float64]]
    posterior_said: np.ndarray[Any, np.dtype[np.float64]]
    coverage: list[float]

    def draws(self) -> tuple[Parameters, ...]:
        """Return the posterior as draws of all parameters; what no stage names is drawn from its range."""
        part, names = self.fit.part, Parameters.default().uncertain()
        rng = np.random.default_rng([part.seed, part.draws])
        rows = rng.choice(len(self.posterior.u), part.draws, replace=part.draws > len(self.posterior.u))
        found = []
        for j, row in enumerate(rows):
            others = Parameters.default().draw([float(u) for u in stratified(part.seed, names, j)])
            found.append(self.fit.parameters(self.posterior.u[row].tolist(), others))
        return tuple(found)

    def held_out(self) -> list[HeldOut]:
        """Return what the model says of the stations that the fit did not see."""
        numbers = {(t.figure.station, t.figure.item, t.figure.group): k for k, t in enumerate(self.fit.targets)}
        between = {(p.type, p.item, p.group): p.between for p in self.fit.pooled}
        found = []
        for figure in self.fit.unseen:
            which = (figure.station_type, figure.item, figure.group)
            if which in numbers:
                found.append(predicted(figure, self.posterior_said[:, numbers[which]], between[which]))
        return found

    def write(self, path: Path) -> None:
        """Write the table of draws that ``compare --posterior`` reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_draws(path, self.draws())

    def plain(self, target: int, said_: float) -> float:
        """Return a value of a target in its own unit: counts back from their logarithm."""
        return float(np.exp(said_)) if self.fit.targets[target].on_log_scale else said_


def aim_of(target: Target) -> Aim:
    """Return a target on its scale, its error with what drawn stations miss of real ones."""
    figure, more = target.figure, DISCREPANCY[target.scale]
    if target.scale == "stations":  # by how much a number of stations moves with the discrepancy of a score
        stations, normal = figure.stations or 1, NormalDist()
        share = min(max(figure.value, 0.5), stations - 0.5) / stations
        more *= stations * normal.pdf(normal.inv_cdf(share)) / STATION_SD
    least = LEAST_RATIO if figure.item == "trials" else LEAST_COUNT
    value = log(max(figure.value, least)) if target.on_log_scale else figure.value
    return Aim(f"{figure.item} {figure.wave:g}", value, float(np.hypot(target.sd, more)))


# -- the bank --------------------------------------------------------------------------------------------------------

Job = tuple[int, int]
_shared: list[tuple[Fit, tuple[TrialWork, ...], FieldCache]] = []


def _begin(shared: tuple[Fit, tuple[TrialWork, ...], Path | None]) -> None:
    _shared[:] = [(shared[0], shared[1], FieldCache(shared[2]).without_writing())]


def _do(job: Job) -> list[list[tuple[float, float, float]]]:
    fit, works, cache = _shared[0]
    return fit.sums(*job, cache, works)
