"""A fit of the model to a monitor: the file that asks for it, the bank of runs, and the table of draws that comes out.

    fit = read_fit(Path("example.yaml"))
    for done in fit.run("results/fit"):
        pass
    result = fit.result("results/fit")
    result.write(Path("posterior.parquet"))

Finished runs of the bank lie on disk; the same call goes on with them. Parameters that no stage names keep their prior.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import log, nan
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import ValidationError
from scipy.stats import qmc

from calibration.fit_file import DAY_ITEMS, FitPart, StagePart, StationPart, monitor_path
from calibration.monitor import Figure, read_monitor
from calibration.pool import carried_out
from calibration.posterior import Aim, Bank, Posterior, Stage, emulate, infer
from calibration.sensitivity import chosen
from calibration.targets import Target, targets_of
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from model.results import FIRST_HOUR, GENDERS, INCIDENT_OUTCOMES, INCIDENT_TYPES, TABLE_TYPES, Results
from scenarios.draws import stratified, write_draws
from scenarios.faults import Fault, StationFileError, faults_of, nearest, shown
from scenarios.plain_files import MAX_YAML_BYTES, decode, parse_yaml, read_bytes
from scenarios.safe_files import write_whole
from scenarios.station_files import read_station
from scenarios.store import FieldCache, cache_folder
from scenarios.version import model_version
from scenarios.work import make_world, run_model

FIRST_DAY: Final = 5 << 20  # day numbers of banks never meet those of studies
DISCREPANCY: Final = {"score": 0.2, "log": 0.3}  # drawn stations against real ones (science.md 9.4: 0.3 on the log)
POINTS_A_PARAMETER: Final = 6
_EVENING_ROW: Final = 19 - FIRST_HOUR


@dataclass(frozen=True)
class Site:
    """A type of station of a fit."""

    inputs: Inputs
    weight: float


@dataclass(frozen=True)
class Fit:
    """A fit, checked.

    Attributes:
        part: what the file says; sites; targets: that the bank is held against; left_out: others, with the reason.
        names: of all parameters that move; stages: by numbers of names and targets.
    """

    part: FitPart
    sites: tuple[Site, ...]
    targets: tuple[Target, ...]
    left_out: tuple[tuple[Target, str], ...]
    names: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def key(self) -> str:
        """Name of all that decides a run of the bank."""
        sites = [(digest(site.inputs), site.weight) for site in self.sites]
        lines = [list(target.figure.series) for target in self.targets]
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

    def values(self, point: int, day: int, cache: FieldCache) -> list[float]:
        """Run a day of a point at all types of stations; return what the model says of each target, on its scale."""
        p = self.parameters(self.design()[point].tolist())
        number = FIRST_DAY + point * self.part.days + day
        results = []
        for site in self.sites:
            inputs = site.inputs.replace(parameters=p)
            results.append(run_model(inputs, make_world(inputs, cache), self.part.seed, number))
        weights = [site.weight for site in self.sites]
        return [said(target, results, weights, self.part.visits) for target in self.targets]

    def run(self, out: str | Path, *, workers: int = 1, cache: Path | None = None) -> Iterator[tuple[int, int]]:
        """Run what is missing of the bank; yields how many runs are done, and of how many.

        Raises:
            RuntimeError: runs have failed.
        """
        kept = _Kept(self, Path(out))
        total = self.part.points * self.part.days
        yield kept.number, total
        told, shared = "", (self, cache if cache is not None else cache_folder())
        try:
            for job, values, said_ in carried_out(shared, kept.missing(), workers, _begin, _do):
                told = said_ or told
                if not said_:
                    kept.take(job, values)
                yield kept.number, total
        finally:
            kept.write()
        if kept.missing():
            raise RuntimeError(f"{len(kept.missing())} of {total} runs of the bank failed: {told}")

    def result(self, out: str | Path) -> "FitResult":
        """Return the posterior from a finished bank.

        Raises:
            ValueError: runs are missing, or a target has no value at some points.
        """
        kept = _Kept(self, Path(out))
        if kept.missing():
            raise ValueError(f"{len(kept.missing())} runs of the bank are missing")
        empty = [t.figure.item for k, t in enumerate(self.targets) if not np.isfinite(kept.values[:, :, k]).all()]
        if empty:
            what = ", ".join(empty)
            raise ValueError(f"at these stations the model has no value for {what}: drop it, or add a station")
        bank = Bank(self.names, self.design(), kept.values)
        aims = [_aim(target) for target in self.targets]
        emulated = emulate(bank, aims, self.part.seed)
        posterior = infer(emulated, self.names, self.stages, aims, self.part.seed)
        rng = np.random.default_rng(self.part.seed)
        prior = rng.random(posterior.u.shape)
        numbers = range(len(aims))
        checks = [process.checked.coverage for process in emulated.processes]
        before, after = (emulated.ask(u, numbers)[0] for u in (prior, posterior.u))
        return FitResult(self, posterior, before, after, checks)


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

    def write(self, path: Path) -> None:
        """Write the table of draws that ``compare --posterior`` reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_draws(path, self.draws())

    def plain(self, target: int, said_: float) -> float:
        """Return a value of a target in its own unit: counts back from their logarithm."""
        return float(np.exp(said_)) if self.fit.targets[target].on_log_scale else said_


def _aim(target: Target) -> Aim:
    """Return a target on its scale, its error with what drawn stations miss of real ones."""
    figure, more = target.figure, DISCREPANCY["log" if target.on_log_scale else "score"]
    value = log(max(figure.value, 0.5)) if target.on_log_scale else figure.value
    return Aim(f"{figure.item} {figure.wave:g}", value, float(np.hypot(target.sd, more)))


def said(target: Target, results: Sequence[Results], weights: Sequence[float], visits: float | None) -> float:
    """Return what the model says of a target on its scale: a mean over visits, or the logarithm of a yearly count."""
    figure = target.figure
    sums = np.array([_sums(figure, one) for one in results]) * np.array(weights)[:, None]
    above, below = sums.sum(axis=0)
    if below <= 0:
        return nan
    if not target.on_log_scale:
        return float(above / below)
    return log(above / below * (visits or nan)) if above > 0 else nan


def _sums(figure: Figure, results: Results) -> tuple[float, float]:
    """Return numerator and denominator of a figure on a day at one station."""
    genders = [GENDERS.index(figure.group)] if figure.group in GENDERS else list(range(len(GENDERS)))
    if figure.item == "safety_evening":
        return float(results.monitor_score[genders].sum()), float(results.monitor_weight[genders].sum())
    if figure.item == "safety_day":
        day = slice(0, _EVENING_ROW)
        return float(results.visit_score[day][:, genders].sum()), float(results.visits[day][:, genders].sum())
    outcome = "recorded_incidents" if figure.item == "incidents" else "reported_incidents"
    table = getattr(results, INCIDENT_OUTCOMES[outcome])
    kinds = range(len(INCIDENT_TYPES)) if figure.type in ("", "all") else [TABLE_TYPES.index(figure.type)]
    return float(table[list(kinds)].sum()), float(results.visits.sum())


# -- the file --------------------------------------------------------------------------------------------------------


def read_fit(path: Path) -> Fit:
    """Return the fit of a file.

    Raises:
        StationFileError: with all faults of the file, the monitor and the stations.
    """
    file = str(path)
    yaml = parse_yaml(decode(read_bytes(path, MAX_YAML_BYTES), file), file)
    if not isinstance(yaml.value, dict):
        raise StationFileError([Fault(file, "", "", "is not a fit", "the first line is `schema: 1`")])
    try:
        part = FitPart.model_validate(yaml.value)
    except ValidationError as error:
        raise StationFileError(faults_of(error, FitPart, file=file, lines=yaml.lines)) from None
    faults: list[Fault] = []
    sites = [site for site in (_site(s, part, faults) for s in part.stations) if site is not None]
    figures: tuple[Figure, ...] = ()
    try:
        figures = read_monitor(monitor_path(part.monitor, path))
    except StationFileError as error:
        faults.extend(error.faults)
    members = [_members(stage, i, file, yaml.lines, faults) for i, stage in enumerate(part.stages)]
    names = tuple(dict.fromkeys(name for found in members for name in found))
    if not faults and part.points < POINTS_A_PARAMETER * len(names):
        message = f"{part.points} are too few for {len(names)} parameters"
        faults.append(Fault(file, "", "points", message, f"at least {POINTS_A_PARAMETER * len(names)}"))
    if faults:
        raise StationFileError(faults)
    used, left_out = _sorted_targets(part, figures)
    if not used:
        reasons = "; ".join(f"{t.figure.item} {t.figure.wave:g}: {why}" for t, why in left_out[:5])
        raise StationFileError([Fault(file, "", "monitor", "holds no figure that a fit can use", reasons)])
    stages = tuple(
        Stage(
            stage.name,
            tuple(names.index(name) for name in found),
            tuple(k for k, target in enumerate(used) if target.figure.item in stage.items),
        )
        for stage, found in zip(part.stages, members, strict=True)
    )
    return Fit(part, tuple(sites), used, left_out, names, tuple(stage for stage in stages if stage.aims))


def _site(part: StationPart, whole: FitPart, faults: list[Fault]) -> Site | None:
    try:
        return Site(read_station(part.station).replace(window=whole.hours), part.weight)
    except StationFileError as error:
        faults.extend(error.faults)
        return None


def _members(
    stage: StagePart, i: int, file: str, lines: Mapping[tuple[str | int, ...], int], faults: list[Fault]
) -> tuple[str, ...]:
    """Return the parameters of a stage; faults for unknown names and items."""
    line = f"line {lines.get(('stages', i), 0)}"
    for item in stage.items:
        if item not in DAY_ITEMS:
            message = f'"{shown(item)}" cannot be fitted by days'
            faults.append(Fault(file, line, f"stages.{i}.items", message, nearest(item, DAY_ITEMS)))
    try:
        return chosen(stage.parameters)
    except ValueError as error:
        faults.append(Fault(file, line, f"stages.{i}.parameters", str(error)))
        return ()


def _sorted_targets(
    part: FitPart, figures: Sequence[Figure]
) -> tuple[tuple[Target, ...], tuple[tuple[Target, str], ...]]:
    """Return the targets that are used, the latest wave of each series, and all others with the reason."""
    items = {item for stage in part.stages for item in stage.items}
    latest: dict[tuple[str, ...], float] = {}
    for figure in figures:
        latest[figure.series] = max(figure.wave, latest.get(figure.series, figure.wave))
    used, left_out = [], []
    for target in targets_of(figures):
        why = _unused(target, items, latest, part)
        (left_out.append((target, why)) if why else used.append(target))
    return tuple(used), tuple(left_out)


def _unused(target: Target, items: set[str], latest: Mapping[tuple[str, ...], float], part: FitPart) -> str:
    figure = target.figure
    if target.use != "target":
        return target.reason
    if figure.item not in DAY_ITEMS:
        return "needs weeks: a bank of days does not tell it"
    if figure.item not in items:
        return "no stage names it"
    if figure.wave != latest[figure.series]:
        return "an earlier wave"
    if figure.station != "ALL":
        return "of one station, whose drawing a fit would need"
    if target.on_log_scale and part.visits is None:
        return "needs `visits`, the visits a year behind the count"
    return ""


# -- the bank --------------------------------------------------------------------------------------------------------

Job = tuple[int, int]
_shared: list[tuple[Fit, FieldCache]] = []


def _begin(shared: tuple[Fit, Path | None]) -> None:
    _shared[:] = [(shared[0], FieldCache(shared[1]).without_writing())]


def _do(job: Job) -> tuple[Job, list[float], str]:
    fit, cache = _shared[0]
    try:
        return job, fit.values(*job, cache), ""
    except Exception as error:  # a failed run is told, not a crash
        return job, [], f"{type(error).__name__}: {error}"


class _Kept:
    """Runs of a bank on disk."""

    def __init__(self, fit: Fit, out: Path) -> None:
        self.path = out / "bank" / f"{fit.key[:40]}.json"
        shape = (fit.part.points, fit.part.days)
        self.values, self._there = np.full((*shape, len(fit.targets)), nan), np.zeros(shape, np.bool_)
        with suppress(OSError, ValueError, KeyError, TypeError):
            for name, values in json.loads(self.path.read_text("utf-8")).items():
                point, day = map(int, name.split("."))
                self.values[point, day] = [nan if v is None else v for v in values]
                self._there[point, day] = True

    @property
    def number(self) -> int:
        """How many runs are there."""
        return int(self._there.sum())

    def missing(self) -> list[Job]:
        """Return the runs that are not there."""
        return [(int(p), int(d)) for p, d in zip(*np.nonzero(~self._there), strict=True)]

    def take(self, job: Job, values: Sequence[float]) -> None:
        """Keep a run; now and then all are written."""
        self.values[job] = values
        self._there[job] = True
        if self.number % 20 == 0:
            self.write()

    def write(self) -> None:
        """Write what is there."""
        plain = {
            f"{p}.{d}": [v if np.isfinite(v) else None for v in self.values[p, d].tolist()]
            for p, d in zip(*np.nonzero(self._there), strict=True)
        }
        write_whole(self.path, json.dumps(plain))
