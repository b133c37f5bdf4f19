"""Published trials as terms of the likelihood of a fit: the ratio that the model gives at a point of the bank.

log ratio of the trial ~ N(log ratio of the model, error of the trial^2 + error of transport^2); transport from other
countries and places has 0.3 on the logarithm (science.md 9.4), as the discrepancy of all counts in a fit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from calibration.monitor import Figure
from calibration.targets import Target
from calibration.trials.description import INCIDENT_BOOKS, Outcome
from calibration.trials.effects import step_weights
from calibration.trials.reader import Trial, find_trial, read_trial
from calibration.trials.run import Job, TrialWork, make_work, run_job
from model.parameters import Parameters
from scenarios.faults import nearest
from scenarios.store import FieldCache

NO_BAND_SD: Final = 0.15  # of a logarithm, where a trial tells no interval; judgement
_NORMAL_WIDTH: Final = 2 * 1.96
_PERCENT: Final = 100.0
Sums = tuple[float, float, float]


@dataclass(frozen=True)
class TrialTerm:
    """A line of a trial that a fit is held against. Attributes: word: of the file; trial; number: of the outcome."""

    word: str
    trial: Trial
    number: int

    @property
    def outcome(self) -> Outcome:
        """The line."""
        return self.trial.file.outcomes[self.number]

    @property
    def target(self) -> Target:
        """The published ratio of the arms, with the error of the trial on its logarithm."""
        published, name = self.outcome.published, self.trial.file.name
        ratio = 1 + (published.estimate or 0.0) / _PERCENT
        sd = NO_BAND_SD
        if published.low is not None and published.high is not None and published.low > -_PERCENT:
            sd = (math.log1p(published.high / _PERCENT) - math.log1p(published.low / _PERCENT)) / _NORMAL_WIDTH
        figure = Figure(0, "ALL", 0.0, "trials", ratio, type=name, group=self.outcome.name)
        return Target(figure, f"trial: {name}", "target", "", sd)


def find_term(word: str, outcome: str) -> TrialTerm:
    """Return a line of a trial as a term.

    Raises:
        StationFileError: the file has faults, or there is none.
        ValueError: no such line, or one that is no ratio of counts.
    """
    trial = read_trial(find_trial(word))
    names = [line.name for line in trial.file.outcomes]
    if outcome not in names:
        known = nearest(outcome, names) or ", ".join(names)
        raise ValueError(f'"{outcome}" is no outcome of {trial.file.name}; {known}')
    number = names.index(outcome)
    line = trial.file.outcomes[number]
    ratio = line.book in INCIDENT_BOOKS and line.analysis == "percent" and line.per == "day" and line.at != "outside"
    if not ratio or line.published.estimate is None or line.published.estimate <= -_PERCENT:
        raise ValueError(f"{outcome}: a fit takes changes in percent of counted incidents, published as an estimate")
    return TrialTerm(word, trial, number)


def works_of(terms: Sequence[TrialTerm], seed: int, cache: Path | None) -> tuple[TrialWork, ...]:
    """Return what each term runs; its units are picked here, once.

    Raises:
        ValueError: a type of station has no unit of the kind.
    """
    return tuple(make_work(term.trial, draws=0, seed=seed, out=Path(), cache=cache) for term in terms)


def term_sums(term: TrialTerm, work: TrialWork, p: Parameters, run: int, cache: FieldCache) -> Sums:
    """Return the counts of the treated arm and of the one that it is compared with, under values of the parameters.

    Args:
        run: number of the run, with luck of its own.
    """
    weights, total = step_weights(term.trial)[:, term.number], np.zeros(len(term.trial.arms))
    for place, picked in enumerate(work.picked):
        counts = run_job(work, Job(run, 0, place), cache, p)[:, :, term.number, :, 0]
        total += np.einsum("asu,s,u->a", counts, weights, np.array(picked.weights))
    outcome = term.outcome
    return float(total[term.trial.arm_of(outcome)]), float(total[term.trial.against(outcome)]), 0.0
