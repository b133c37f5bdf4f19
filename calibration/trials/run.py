"""A trial run: picked units, then every draw of parameters twice on days of its own; finished parts stay on disk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.jobs import carried_out
from calibration.trials.counts import value_of
from calibration.trials.description import CONTROL, Count, Pick
from calibration.trials.reader import TreatedArm, Trial
from calibration.trials.sites import Site, Unit, make_site
from calibration.trials.weeks import Step, run_arm
from model.inputs.digest import digest
from model.parameters import Parameters
from scenarios.draws import draw_parameters
from scenarios.packed import read_packed
from scenarios.running import Runners
from scenarios.safe_files import write_whole
from scenarios.store import FieldCache, cache_folder
from scenarios.version import model_version

Floats = NDArray[np.float64]
FIRST_DAY: Final = 1 << 21  # day numbers of trials never meet those of studies
DAYS_A_RUN: Final = 1 << 6  # room for the days of one run of an arm
REPLICATES: Final = 2  # of each draw, on days of their own: tells luck from parameters
TABLE_DRAW: Final = -1  # the values of the parameter table
PILOT_WEEKS: Final = (1.0, 2.0, 3.0)  # three usual days, on which units are ranked
PILOT_RUN: Final = -2


@dataclass(frozen=True)
class PickedSite:
    """A type of station with the units of it that are in the trial and how many real ones each stands for."""

    site: Site
    units: tuple[Unit, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Job:
    """One draw and replicate at one type of station, all arms."""

    draw: int
    replicate: int
    place: int


@dataclass(frozen=True)
class TrialWork:
    """What all jobs share. Attributes: draws: parameter values by number; cache: folder of fields, None for none."""

    trial: Trial
    picked: tuple[PickedSite, ...]
    draws: tuple[Parameters, ...]
    seed: int
    store: Path
    cache: Path | None

    def parameters(self, draw: int) -> Parameters:
        """Return the values of a draw."""
        return Parameters.default() if draw == TABLE_DRAW else self.draws[draw]

    def path(self, job: Job) -> Path:
        """Return where the counts of a job lie."""
        picked = self.picked[job.place]
        of = (picked.site.part.weight, [unit.name for unit in picked.units])
        key = digest((self.trial.digest, self.seed, job.draw, job.replicate, job.place, of, model_version()))
        drawn = digest(self.parameters(job.draw))
        return self.store / "trial" / f"{digest((key, drawn))[:40]}.npz"

    def jobs(self) -> list[Job]:
        """Return all jobs, the values of the table first, then draw by draw."""
        numbers = range(TABLE_DRAW, len(self.draws))
        return [Job(d, r, s) for d in numbers for r in range(REPLICATES) for s in range(len(self.picked))]


# -- units -----------------------------------------------------------------------------------------------------------


def pick_units(
    trial: Trial, seed: int, cache: FieldCache, tell: Callable[[str], None] = lambda _: None
) -> tuple[PickedSite, ...]:
    """Return the types of stations with the units that the rule of the trial picks among all of them.

    The hottest share counts real units: a type of weight 30 with two platforms has 60. The last type to be picked may
    be in with a part of its weight.

    Raises:
        ValueError: a type has no unit of the kind, or cannot be simulated.
    """
    sites = [make_site(trial, typed) for typed in trial.population]
    pick = trial.file.units.pick
    if pick.rule == "all" and pick.share == 1:
        return tuple(PickedSite(site, site.units, (site.part.weight,) * len(site.units)) for site in sites)
    heat = []
    for place, site in enumerate(sites):
        tell(site.part.station)
        heat += [(value, place, u) for u, value in enumerate(_heat(trial, site, pick, seed, cache))]
    weight = [sites[place].part.weight for _, place, _ in heat]
    left = pick.share * sum(weight)
    order = sorted(range(len(heat)), key=lambda i: -heat[i][0] if pick.rule != "coolest" else heat[i][0])
    taken: dict[int, list[tuple[Unit, float]]] = {}
    for i in order:
        part = min(weight[i], left)
        if part > 0:
            _, place, u = heat[i]
            taken.setdefault(place, []).append((sites[place].units[u], part))
        left -= part
    return tuple(
        PickedSite(sites[place], tuple(unit for unit, _ in found), tuple(part for _, part in found))
        for place, found in sorted(taken.items())
    )


def _heat(trial: Trial, site: Site, pick: Pick, seed: int, cache: FieldCache) -> list[float]:
    """Return the count by which units are ranked, of each unit of a site on usual days."""
    usual = replace(trial, file=trial.file.model_copy(update={"weeks": PILOT_WEEKS}))
    first = FIRST_DAY + DAYS_A_RUN * (PILOT_RUN - TABLE_DRAW + 1)
    steps = run_arm(
        usual, site, TreatedArm(CONTROL), site.units, site.inputs(Parameters.default()), seed, first, cache
    )
    return [float(sum(_step_value(step, pick.by, u, site.units)[0] for step in steps)) for u in range(len(site.units))]


# -- jobs ------------------------------------------------------------------------------------------------------------


def _step_value(step: Step, count: Count, unit: int, units: tuple[Unit, ...]) -> Floats:
    """Return numerator and denominator of a count over the days of a step, by their share of the week."""
    total = np.zeros(2)
    for share, day in step.days:
        if count.days != "all" and day.dosed != (count.days == "dosed"):
            continue
        total += share * np.array(value_of(count, day, unit, units))
    return total


def run_job(work: TrialWork, job: Job, cache: FieldCache, p: Parameters | None = None) -> Floats:
    """Return the counts of a job, (arms, steps, outcomes, units, 2).

    Args:
        p: values to run it under; those of its draw when left out.
    """
    trial, picked = work.trial, work.picked[job.place]
    usual = picked.site.inputs(work.parameters(job.draw) if p is None else p)
    first = FIRST_DAY + DAYS_A_RUN * ((job.draw + 2) * REPLICATES + job.replicate)
    arms = []
    for arm in trial.arms:
        steps = run_arm(trial, picked.site, arm, picked.units, usual, work.seed, first, cache)
        arms.append(
            [
                [[_step_value(s, o, u, picked.units) for u in range(len(picked.units))] for o in trial.file.outcomes]
                for s in steps
            ]
        )
    return np.array(arms)


@dataclass
class _Hand:
    """What a worker process keeps."""

    work: TrialWork
    cache: FieldCache


_hands: list[_Hand] = []


def _begin(work: TrialWork) -> None:
    _hands[:] = [_Hand(work, FieldCache(work.cache))]


def _do(job: Job) -> Floats:
    """Carry out a job in a worker and keep it on disk."""
    hand = _hands[0]
    cache = hand.cache if job.draw == TABLE_DRAW else hand.cache.without_writing()
    counts = run_job(hand.work, job, cache)
    content = BytesIO()
    np.savez_compressed(content, counts=counts)
    write_whole(hand.work.path(job), content.getvalue())
    return counts


@dataclass
class TrialRun:
    """The jobs of a trial that are done.

    Attributes:
        counts: of each finished job; failed: what was told of each failed one; stored: how many were there before.
    """

    work: TrialWork
    counts: dict[Job, Floats] = field(default_factory=dict)
    failed: dict[Job, str] = field(default_factory=dict)
    stored: int = 0

    def whole(self, draw: int) -> bool:
        """Return whether all of a draw is there."""
        return all(
            Job(draw, r, s) in self.counts for r in range(REPLICATES) for s in range(len(self.work.picked))
        )

    def draws(self) -> list[int]:
        """Return the numbers of the draws that are whole, without the values of the table."""
        return [draw for draw in range(len(self.work.draws)) if self.whole(draw)]

    def go_on(self, workers: int | Runners) -> Iterator[Job]:
        """Run what is missing; yields each job that is done, or has failed."""
        missing = []
        for job in self.work.jobs():
            found = _read(self.work.path(job))
            if found is None:
                missing.append(job)
            else:
                self.counts[job] = found
        self.stored = len(self.counts)
        for job, counts, told in carried_out(self.work, missing, workers, _begin, _do, self.work.store):
            if counts is None:
                self.failed[job] = told
            else:
                self.counts[job] = counts
            yield job


def _read(path: Path) -> Floats | None:
    with suppress(OSError, ValueError, KeyError):
        return read_packed(path)["counts"]
    return None


def make_work(
    trial: Trial, *, draws: int, seed: int, out: Path, posterior: Sequence[Parameters] | None = None,
    cache: Path | None = None, tell: Callable[[str], None] = lambda _: None,
) -> TrialWork:  # fmt: skip
    """Return the work of a trial: units picked, parameters drawn.

    Args:
        draws: how many, from the ranges of the table or from the posterior.
        posterior: draws to use; the first ``draws`` of them.
        tell: is called with each type of station before it is looked at.

    Raises:
        ValueError: a type of station has no unit of the kind.
    """
    folder = cache if cache is not None else cache_folder()
    values = tuple(posterior[:draws]) if posterior is not None else draw_parameters(Parameters.default(), seed, draws)
    return TrialWork(trial, pick_units(trial, seed, FieldCache(folder), tell), values, seed, out, folder)
