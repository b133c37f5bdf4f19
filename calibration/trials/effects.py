"""Effects of a trial over draws, and how they agree with what was published.

An effect is made of ratios of sums over units, types of stations and steps, each unit with its weight. The interval
is that of variance-matched draws of the parameters, so that it tells what we do not know, and not how few days were
run; where the draws cannot tell parameters from luck it holds both and says so.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.trials.description import Outcome, Published
from calibration.trials.reader import Trial
from calibration.trials.run import REPLICATES, TABLE_DRAW, Job, TrialRun
from scenarios.spread import parameters_and_luck

Floats = NDArray[np.float64]
FEWEST_DRAWS: Final = 5
POINTS: Final = (0.025, 0.975)
PERCENT: Final = 100.0

Verdict = Literal["hit", "miss", "open", "too few", "nothing"]


@dataclass(frozen=True)
class Effect:
    """One line of a trial.

    Attributes:
        outcome: of the file.
        table: effect at the values of the parameter table, both replicates; NaN where undefined.
        middle, low, high: median and 95% interval over draws; NaN with fewer than five.
        draws: number behind them; undefined: draws in which the effect has no value.
        luck_share: share of the variance of one replicate that is luck; includes_luck: the interval holds it.
        path: table effect of each step.
        base, value: level of the two arms at table values.
        verdict: hit: the interval holds the published estimate, or the published band holds the middle; a direction
            is hit when the interval excludes the other side, "no effect" when it covers 0. open: the interval covers
            0 where a direction was found. nothing: nothing was published of it.
        off: middle less published estimate, in the unit of the analysis.
    """

    outcome: Outcome
    table: float
    middle: float
    low: float
    high: float
    draws: int
    undefined: int
    luck_share: float
    includes_luck: bool
    path: tuple[float, ...]
    base: float
    value: float
    verdict: Verdict
    off: float


def effects_of(run: TrialRun) -> list[Effect]:
    """Return the effects of all outcomes from the jobs that are done; an empty list before the first of them."""
    if not run.whole(TABLE_DRAW):
        return []
    return [_effect(run, number) for number in range(len(run.work.trial.file.outcomes))]


def _effect(run: TrialRun, number: int) -> Effect:
    trial = run.work.trial
    outcome = trial.file.outcomes[number]
    table = _sums(run, TABLE_DRAW)
    share = _outside_share(run, TABLE_DRAW)
    numbers = run.draws()
    each = np.array([[_of(trial, number, _sums(run, d, r), _outside_share(run, d)) for r in range(REPLICATES)]
                     for d in numbers]).reshape(len(numbers), REPLICATES)  # fmt: skip
    whole = np.array([_of(trial, number, _sums(run, d), _outside_share(run, d)) for d in numbers])
    sound = np.isfinite(whole) & np.isfinite(each).all(axis=1)
    middle, low, high, luck, raw = _spread(whole[sound], each[sound])
    at_table = _of(trial, number, table, share)
    steps = [_of(trial, number, _sums(run, TABLE_DRAW, step=s), share) for s in range(len(trial.file.weeks))]
    value, base = (_level(table[arm, number]) for arm in (trial.arm_of(outcome), trial.against(outcome)))
    verdict, off = judged(outcome.published, at_table if math.isnan(middle) else middle, low, high)
    return Effect(
        outcome, at_table, middle, low, high, int(sound.sum()), int((~sound).sum()), luck, raw, tuple(steps), base,
        value, verdict, off,
    )  # fmt: skip


def _spread(whole: Floats, each: Floats) -> tuple[float, float, float, float, bool]:
    """Return median, interval, share of luck, and whether luck is in the interval; NaN with too few draws."""
    if len(whole) < FEWEST_DRAWS:
        return math.nan, math.nan, math.nan, math.nan, False
    spread = parameters_and_luck(whole, each, points=POINTS)
    shown = whole if bool(spread.includes_luck) else spread.matched
    middle = float(np.median(shown))
    return middle, float(spread.low), float(spread.high), float(spread.luck_share), bool(spread.includes_luck)


def _sums(run: TrialRun, draw: int, replicate: int | None = None, step: int | None = None) -> Floats:
    """Return weighted sums over steps, types of stations and units, (arms, outcomes, 2)."""
    work = run.work
    outcomes = work.trial.file.outcomes
    total = np.zeros((len(work.trial.arms), len(outcomes), 2))
    replicates = range(REPLICATES) if replicate is None else (replicate,)
    steps = step_weights(work.trial)
    if step is not None:
        steps = np.zeros_like(steps)
        steps[step] = 1.0
    for place, picked in enumerate(work.picked):
        counts = sum(run.counts[Job(draw, r, place)] for r in replicates)
        total += np.einsum("asoux,so,u->aox", counts, steps, np.array(picked.weights))
    return total


def step_weights(trial: Trial) -> Floats:
    """Return how many weeks of each step count for each outcome, (steps, outcomes)."""
    ends = np.array(trial.file.weeks)
    begins = np.concatenate([[0.0], ends[:-1]])
    weights = []
    for outcome in trial.file.outcomes:
        first, last = outcome.weeks or (0.0, float(ends[-1]))
        weights.append(np.clip(np.minimum(ends, last) - np.maximum(begins, first), 0, None))
    return np.array(weights).T


def _outside_share(run: TrialRun, draw: int) -> float:
    return run.work.parameters(draw).displacement_outside


def _level(pair: Floats) -> float:
    """Return a ratio of sums; NaN when there was nothing to ask."""
    return float(pair[0] / pair[1]) if pair[1] > 0 else math.nan


def _of(trial: Trial, number: int, sums: Floats, outside: float) -> float:
    """Return the effect of an outcome, in the unit of its analysis."""
    outcome = trial.file.outcomes[number]
    treated, base = _levels(trial, outcome, number, sums, outside)
    kind = outcome.analysis
    if kind == "level":
        share = outcome.book in ("unsafe", "helped") or outcome.cut is not None
        return treated * outcome.times * (PERCENT if share else 1.0)
    if kind in ("points", "share_points"):
        return (treated - base) * outcome.times * (PERCENT if kind == "share_points" else 1.0)
    if kind == "odds":
        return PERCENT * (_ratio(_odds(treated), _odds(base)) - 1)
    if kind == "percent":
        return PERCENT * (_ratio(treated, base) - 1)
    other = trial.outcome(outcome.of or "")
    there, there_base = _levels(trial, trial.file.outcomes[other], other, sums, outside)
    if kind == "share_of":
        return PERCENT * _ratio(base - treated, there_base - there)
    return PERCENT * (_ratio(_ratio(treated, base), _ratio(there, there_base)) - 1)


def _levels(trial: Trial, outcome: Outcome, number: int, sums: Floats, outside: float) -> tuple[float, float]:
    """Return the level of the treated arm and of the arm that it is compared with."""
    treated, base = (_level(sums[arm, number]) for arm in (trial.arm_of(outcome), trial.against(outcome)))
    if outcome.at == "outside":  # what is booked beyond the station: a share of what fell inside
        return outside * (base - treated), 0.0
    return treated, base


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.nan


def _ratio(a: float, b: float) -> float:
    return a / b if b != 0 else math.nan


def judged(published: Published, middle: float, low: float, high: float) -> tuple[Verdict, float]:
    """Return whether the model agrees with what was published, and by how much its middle is off."""
    off = middle - published.estimate if published.estimate is not None else math.nan
    if published.nothing:
        return "nothing", off
    if math.isnan(low):
        return "too few", off
    if published.estimate is None:
        if published.direction == "none":
            return ("hit" if low <= 0 <= high else "miss"), off
        right, wrong = (high < 0, low > 0) if published.direction == "lower" else (low > 0, high < 0)
        return ("hit" if right else "miss" if wrong else "open"), off
    within = published.low is not None and published.high is not None and published.low <= middle <= published.high
    return ("hit" if within or low <= published.estimate <= high else "miss"), off
