"""The best package for a budget: learn on an emulator, race the best in the model, confirm on fresh days.

Stages, each resumable: ``learn`` (packages of a design), ``race`` (the best five and the runner-up on days in common
until Kim-Nelson drops all but one), ``confirm`` (fresh days, from which alone figures are printed: the winner's own
days are too good), ``draws`` (regret over parameter values).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from scenarios.arm_days import ArmDays, Tell
from scenarios.balance import Balance, balance
from scenarios.cells import DayCells
from scenarios.costs import Range
from scenarios.design import Wanted
from scenarios.draws import DAYS_A_DRAW, day_number, draw_parameters
from scenarios.elimination import FIRST_DAYS, Race, Regret, opportunity_cost, race, regret
from scenarios.emulator import Emulator
from scenarios.faults import StudyError
from scenarios.package_search import (
    AIMS,
    Aim,
    Found,
    Package,
    design_packages,
    fewest_packages,
    learn,
    pool_days,
    search,
    sums_of,
)
from scenarios.paired_points import Paired
from scenarios.process import too_few
from scenarios.run import Runner
from scenarios.safe_files import write_whole
from scenarios.scenario import Scenario
from scenarios.tray import Tray
from scenarios.work import NO_DRAW, Task

Floats = NDArray[np.float64]
FINALISTS: Final = 6  # the best five and the runner-up
CONFIRM_DAYS: Final = 10
FIRST_CONFIRM_DAY: Final = 1 << 19  # never used in learning or racing
RACE_STEP: Final = 5
EMULATOR: Final = "emulator.json"
RECORD: Final = "package.json"
DAYS_A_YEAR: Final = 365.0
BASE: Final = 0


class PackageError(ValueError):
    """A question that has no answer: nothing can be bought for the budget."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        base, tray: the station and its options.
        budget: EUR a year.
        aim: what packages are chosen by, of AIMS.
        seed, out: of the luck; folder of the runs.
        points: packages that the emulator learns from, None for seven an option.
        most_days: after which a race that is not settled is said to be open.
        draws: sets of parameter values for the regret; 0 for none.
    """

    base: Inputs
    tray: Tray
    budget: float
    out: Path
    aim: str = "incidents"
    seed: int = 1
    points: int | None = None
    most_days: int = 40
    draws: int = 10


@dataclass(frozen=True)
class Finalist:
    """One of the packages that were run.

    Attributes:
        package: numbers of its options; scenario; cost: EUR a year with its range, exact.
        promised, promised_sd: gain of the aim that the emulator expected; on its scale.
        dropped: days after which the race dropped it, 0 when it was not.
        found: figures of the confirm days; None when it was dropped.
        regret: mean over draws on the scale of the aim (incidents a year, points), NaN without draws.
        best_share: share of draws in which it is best, NaN without draws.
    """

    package: Package
    scenario: Scenario
    cost: Range
    promised: float
    promised_sd: float
    dropped: int
    found: Balance | None
    regret: float
    best_share: float


@dataclass(frozen=True)
class Choice:
    """The answer.

    Attributes:
        question: what was asked; emulator: what was learned; searched: all packages looked at; frontier: numbers in it.
        race: of the finalists; finalists: best first; left: how many of them cannot be told apart.
        opportunity_cost: what picking the first of them is expected to lose, incidents a year or points.
        knowledge: lower bound of the value of knowing the parameters, NaN without draws.
        runs: days simulated in all; failed: of them.
    """

    question: Question
    emulator: Emulator
    searched: Found
    frontier: list[int]
    race: Race
    finalists: tuple[Finalist, ...]
    left: int
    opportunity_cost: float
    knowledge: float
    runs: int
    failed: int

    @property
    def settled(self) -> bool:
        """One package is left, or the others differ by less than matters."""
        return self.left == 1

    @property
    def cheapest(self) -> Finalist:
        """The cheapest of those that cannot be told apart."""
        return min(self.finalists[: self.left], key=lambda f: (f.cost.value, f.package))


Make = Callable[..., ArmDays]


def choose(question: Question, *, workers: int | None = None, tell: Tell | None = None, make: Make = ArmDays) -> Choice:
    """Return the best package for a budget.

    Args:
        question: what is asked; workers: processes, None for one a core.
        tell: is called after each run; make: runs arms; another only in tests.

    Raises:
        PackageError: nothing can be bought for the budget.
        StudyError: results cannot be stored, or nothing could be run.
    """
    options = question.tray.options
    if not options:
        raise PackageError("no option of the tray fits this station")
    if all(cost.value > question.budget for cost in question.tray.costs):
        least = min(cost.value for cost in question.tray.costs)
        raise PackageError(f"the cheapest option costs about EUR {least:,.0f} a year, more than the budget")
    emulator, learned = _learn(question, workers, tell, make)
    searched = search(question.tray, emulator, question.aim, seed=question.seed, budget=None)
    numbers = [i for i in searched.best(question.budget, FINALISTS + 1) if searched.packages[i]][:FINALISTS]
    packages = [searched.packages[i] for i in numbers]
    scenarios = [question.tray.scenario(p, "+".join(options[i].name for i in p)) for p in packages]
    arms = [question.base, *(scenario.inputs(question.base) for scenario in scenarios)]
    days = make(
        ("base", *(scenario.name for scenario in scenarios)),
        arms,
        seed=question.seed,
        out=question.out,
        draws=draw_parameters(question.base.parameters, question.seed, question.draws),
    )
    with days.runner(workers) as runner:
        outcome, values = _race(question, days, runner, tell)
        found = _confirm(question, days, runner, tell, outcome, scenarios)
        lost, known = _regret(question, days, runner, tell, len(scenarios))
    per = DAYS_A_YEAR if AIMS[question.aim].relative else 1.0
    order = [*outcome.left, *sorted(outcome.dropped, key=lambda i: (-outcome.dropped[i], i))]
    finalists = tuple(
        Finalist(
            package=packages[i],
            scenario=scenarios[i],
            cost=scenarios[i].yearly_cost(question.base),
            promised=float(searched.gain[numbers[i]]),
            promised_sd=float(searched.sd[numbers[i]]),
            dropped=outcome.dropped.get(i, 0),
            found=found.get(i),
            regret=float(lost.mean[i]) * per if lost is not None else float("nan"),
            best_share=float(lost.best[i]) if lost is not None else float("nan"),
        )
        for i in order
    )
    lefts = values[:, list(outcome.left)]
    return Choice(
        question=question,
        emulator=emulator,
        searched=searched,
        frontier=searched.frontier(),
        race=outcome,
        finalists=finalists,
        left=len(outcome.left),
        opportunity_cost=opportunity_cost(lefts, 0) * per if len(values) > 2 else float("nan"),
        knowledge=known * per,
        runs=learned + len(days.done),
        failed=len(days.failed),
    )


def _learn(question: Question, workers: int | None, tell: Tell | None, make: Make) -> tuple[Emulator, int]:
    """Run the design, fit the emulator and store it; return it and the number of runs."""
    tray, base = question.tray, question.base
    packages = design_packages(tray, question.seed, question.points)
    if few := too_few(len(packages), len(tray.options), fewest_packages(tray)):
        raise StudyError(few)
    arms = [base, *(tray.scenario(p, f"package-{i}").inputs(base) for i, p in enumerate(packages))]
    names = ("base", *(f"package-{i}" for i in range(len(packages))))
    days = make(names, arms, seed=question.seed, out=question.out)
    used = sorted({day for point in range(len(packages)) for day in pool_days(point)})
    tasks = [days.task(BASE, day) for day in used]
    tasks += [days.task(point + 1, day) for point in range(len(packages)) for day in pool_days(point)]
    with days.runner(workers) as runner:
        days.run("learn", tasks, runner, tell)
    kept = [p for p in range(len(packages)) if len(_pairs(days, p)) >= 2]
    read = _Sums(days)

    def of(aim: str, number: int) -> Paired:
        point = kept[number]
        pairs = _pairs(days, point)
        wanted = AIMS[aim].wanted
        base, value = (np.array([read(wanted, arm, day) for day in pairs]) for arm in (BASE, point + 1))
        return Paired(np.array(pairs, dtype=np.int64), base, value)

    made = {"station": base.layout.id, "seed": question.seed, "version": days.work.version, "base": digest(base)}
    try:
        emulator = learn(tray, [packages[p] for p in kept], of, made, question.seed)
    except ValueError as error:
        raise StudyError(f"{error}; {len(days.failed)} runs failed") from error
    write_whole(question.out / EMULATOR, emulator.text())
    return emulator, len(days.done)


def _pairs(days: ArmDays, point: int) -> list[int]:
    return [
        day for day in pool_days(point) if days.has(days.task(BASE, day)) and days.has(days.task(point + 1, day))
    ]


class _Sums:
    """Total and weight of the outcomes of all aims on one day of an arm, remembered; its cells are not."""

    def __init__(self, days: ArmDays) -> None:
        self._days = days
        self._known: dict[Task, dict[Wanted, tuple[float, float]]] = {}

    def __call__(self, wanted: Wanted, arm: int, day: int, draw: int = NO_DRAW) -> tuple[float, float]:
        task = self._days.task(arm, day, draw)
        if task not in self._known:
            cells = self._days.cells(task)
            self._known[task] = {aim.wanted: sums_of(aim.wanted, cells) for aim in AIMS.values()}
        return self._known[task][wanted]


def _values(aim: Aim, sums: Floats) -> Floats:
    """Return (days, arms - 1) values of a race, higher is better, from (days, arms, 2) sums; arm 0 is the base.

    Counts as they are; of a mean over people the sum of what each has above the mean of the base, per usual visitor,
    which is linear in the day and so may be averaged.
    """
    if aim.relative:
        return np.asarray(aim.better * sums[:, 1:, 0])
    level = sums[:FIRST_DAYS, 0, 0].sum() / sums[:FIRST_DAYS, 0, 1].sum()
    return np.asarray(aim.better * (sums[:, 1:, 0] - level * sums[:, 1:, 1]) / sums[:FIRST_DAYS, 0, 1].mean())


def _race(question: Question, days: ArmDays, runner: Runner, tell: Tell | None) -> tuple[Race, Floats]:
    """Run the finalists on days in common until all but one are dropped or the days are used up."""
    aim, read = AIMS[question.aim], _Sums(days)
    rivals = len(days.work.arms) - 1
    running, until = list(range(rivals)), min(FIRST_DAYS, question.most_days)
    while True:
        arms = [BASE, *(i + 1 for i in running)]
        days.run("race", [days.task(a, d) for d in range(1, until + 1) for a in arms], runner, tell)
        every = range(rivals + 1)
        good = [d for d in range(1, until + 1) if all(days.has(days.task(a, d)) for a in arms)]
        whole = [d for d in good if all(days.has(days.task(a, d)) for a in every)]
        if len(whole) < 2:
            raise StudyError(f"too few days of the finalists could be finished (details in {days.store.failed})")
        # those dropped before have no later days; their place is filled with a value that cannot come back
        sums = np.array(
            [[read(aim.wanted, a, d) if days.has(days.task(a, d)) else (np.nan, 1.0) for a in every] for d in good]
        )
        values = _values(aim, sums)
        level = float(sums[:FIRST_DAYS, BASE, 0].mean()) if aim.relative else 1.0
        values = np.where(np.isnan(values), np.nanmin(values) - 10 * np.ptp(values[: len(whole)]) - 1, values)
        outcome = race(values, max(aim.matters * level, 1e-12))
        running = [i for i in running if i in outcome.left]
        if outcome.settled or until >= question.most_days:
            return outcome, values
        until = min(until + RACE_STEP, question.most_days)


def _confirm(
    question: Question,
    days: ArmDays,
    runner: Runner,
    tell: Tell | None,
    outcome: Race,
    scenarios: Sequence[Scenario],
) -> dict[int, Balance]:
    """Run those that are left on fresh days; figures come from these alone."""
    numbers = range(FIRST_CONFIRM_DAY, FIRST_CONFIRM_DAY + CONFIRM_DAYS)
    arms = [BASE, *(i + 1 for i in outcome.left)]
    days.run("confirm", [days.task(a, d) for d in numbers for a in arms], runner, tell)

    def cells(arm: int) -> Mapping[int, DayCells]:
        return {d: days.cells(days.task(arm, d)) for d in numbers if days.has(days.task(arm, d))}

    return {
        i: balance(scenarios[i].name, scenarios[i].yearly_cost(question.base), cells(BASE), cells(i + 1))
        for i in outcome.left
    }


def _regret(
    question: Question, days: ArmDays, runner: Runner, tell: Tell | None, rivals: int
) -> tuple[Regret | None, float]:
    """Run all finalists under draws of the parameters; return their regret and what knowing them is worth at least."""
    if question.draws < 2:
        return None, float("nan")
    aim, read, arms = AIMS[question.aim], _Sums(days), range(rivals + 1)
    tasks = [
        days.task(a, day_number(j, w), j) for j in range(question.draws) for a in arms for w in range(DAYS_A_DRAW)
    ]
    days.run("draws", tasks, runner, tell)
    whole = [
        j
        for j in range(question.draws)
        if all(days.has(days.task(a, day_number(j, w), j)) for a in arms for w in range(DAYS_A_DRAW))
    ]
    if len(whole) < 2:
        return None, float("nan")
    gains = np.zeros((len(whole), DAYS_A_DRAW, rivals))
    for row, j in enumerate(whole):
        for w in range(DAYS_A_DRAW):
            sums = np.array([read(aim.wanted, a, day_number(j, w), j) for a in arms])
            level = sums[:, 0] if aim.relative else sums[:, 0] / sums[:, 1]
            gains[row, w] = aim.better * (level[1:] - level[BASE])
    found = regret(gains)
    return found, found.half


def record(choice: Choice) -> dict[str, Any]:
    """Return the answer as plain values."""
    from scenarios.balance_words import balance_record

    question, options = choice.question, choice.question.tray.options

    def plain(value: float) -> float | None:
        return value if np.isfinite(value) else None

    return {
        "station": question.base.layout.id,
        "aim": question.aim,
        "budget_eur_a_year": question.budget,
        "options": [
            {"name": o.name, "title": dict(o.title), "cost": [c.value, c.low, c.high]}
            for o, c in zip(options, question.tray.costs, strict=True)
        ],
        "left_out": [{"name": option.name, "why": why} for option, why in question.tray.left_out],
        "searched": len(choice.searched.packages),
        "every_package": choice.searched.every,
        "emulator": {
            name: {
                "leave_one_out_rmse": process.checked.rmse,
                "band_coverage": process.checked.coverage,
                "covers": process.checked.covers,
                "spread": process.checked.spread,
                "base": process.points.base,
                "unit": process.points.unit,
            }
            for name, process in choice.emulator.outcomes.items()
        },
        "frontier": [
            {
                "options": [options[k].name for k in choice.searched.packages[i]],
                "cost": float(choice.searched.cost[i]),
                "gain": float(choice.searched.gain[i]),
                "sd": float(choice.searched.sd[i]),
            }
            for i in choice.frontier
        ],
        "settled": choice.settled,
        "race_days": choice.race.days,
        "finalists": [
            {
                "options": [options[k].name for k in f.package],
                "cost": [f.cost.value, f.cost.low, f.cost.high],
                "needs_agreement": list(f.scenario.needs_agreement(question.base)),
                "promised": f.promised,
                "promised_sd": f.promised_sd,
                "dropped_after_days": f.dropped or None,
                "found": None if f.found is None else balance_record(f.found),
                "regret": plain(f.regret),
                "best_share": plain(f.best_share),
            }
            for f in choice.finalists
        ],
        "left": choice.left,
        "cheapest_left": [options[k].name for k in choice.cheapest.package],
        "opportunity_cost": plain(choice.opportunity_cost),
        "value_of_knowledge_at_least": plain(choice.knowledge),
        "draws": question.draws,
        "runs": choice.runs,
        "failed_runs": choice.failed,
        "seed": question.seed,
    }
