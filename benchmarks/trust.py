"""How long trust takes: a screening, indices through an emulator, a fit; with days run, noise floor and memory.

    python benchmarks/trust.py sobol              # 512 rows through the emulator of the kept bank: seconds
    python benchmarks/trust.py direct             # 512 rows of 12 families, each a day of the shoebox: 2 hours
    python benchmarks/trust.py morris [--rows 20] # all uncertain parameters, halte, evening: 10 minutes on two cores
    python benchmarks/trust.py fit [NAME]         # a shipped fit: 60 minutes on two cores (these are goals)

Each prints one table. The bars are goals for a machine with nothing else to do.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from calibration.fit_file import find_fit
from calibration.fit_reader import read_fit
from calibration.indices import LUCK, Group, indices_of, make_plan
from calibration.posterior import SEARCHED
from calibration.proofs import kept_bank
from calibration.sensitivity import Question
from calibration.sensitivity import run as run_points
from scenarios.process import Points, fit, known_variance

FAMILIES = ("light", "sight", "guard", "theft", "harassment", "nuisance", "contact", "approach", "offender", "staff",
            "feel", "memory")  # fmt: skip
GOALS = {"sobol": "seconds", "direct": "2 hours", "morris": "10 minutes", "fit": "60 minutes"}


def main(words: list[str]) -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=list(GOALS))
    parser.add_argument("name", nargs="?", default="example")
    parser.add_argument("--rows", type=int, help="paths of morris (20) or base rows of direct (512)")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(words)
    began, cpu = time.perf_counter(), _cpu()
    lines = {"sobol": sobol, "direct": direct, "morris": morris, "fit": one_fit}[asked.what](asked)
    for name, value in lines.items():
        print(f"| {name} | {value} |")
    print(f"| wall time | {time.perf_counter() - began:.1f} s (goal: {GOALS[asked.what]}) |")
    print(f"| CPU time, all processes | {_cpu() - cpu:.1f} s |")
    print(f"| largest process | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB here, "
          f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB of a worker |")  # fmt: skip


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def sobol(asked: argparse.Namespace) -> dict[str, str]:
    """Total indices of the evening score of women over the ten parameters of the kept bank, a dummy and luck."""
    bank, _ = kept_bank()
    y, days = bank.values[:, :, 0].mean(axis=1), bank.values.shape[1]
    variance = bank.values[:, :, 0].var(axis=1, ddof=1)
    points = Points("", "", False, y - y.mean(), known_variance(variance, days), 0.0, float(variance.mean()))
    learning = time.perf_counter()
    process = fit(points, 2 * bank.u - 1, searched=SEARCHED)  # as a fit does
    answering = time.perf_counter()
    plan = make_plan("sobol", [Group(name, (name,)) for name in bank.names], rows=512)
    luck = np.random.default_rng(1).standard_normal(int(plan.day.max()) + 1) * float(variance.mean()) ** 0.5
    said = indices_of(plan, process.mean_at(2 * plan.x[:, :-1] - 1) + luck[plan.day])
    ended = time.perf_counter()
    first = said.ranked[0]
    return {
        "emulator": f"{len(y)} points, {len(bank.names)} parameters, learned in {answering - learning:.1f} s",
        "design": f"512 rows, {len(plan.x):,} points, answered and analysed in {ended - answering:.1f} s",
        "largest": f"{first.name} {first.value:.2f} ({first.low:.2f} to {first.high:.2f}); luck {said[LUCK].value:.2f}",
    }


def direct(asked: argparse.Namespace) -> dict[str, str]:
    """Total indices of twelve families on the evening of the shoebox, without an emulator."""
    inputs = [f"{family}_*" for family in FAMILIES]
    question = Question.of("shoebox", outcomes=["safety_women_after_19"], method="sobol", inputs=inputs,
                           grouping="family", rows=asked.rows or 512)  # fmt: skip
    return _analysed(question, asked.workers)


def morris(asked: argparse.Namespace) -> dict[str, str]:
    """Families of all uncertain parameters on the evening of halte."""
    rows = asked.rows or 20
    question = Question.of("halte", outcomes=["safety_women_after_19"], method="morris", rows=rows)
    return _analysed(question, asked.workers)


def _analysed(question: Question, workers: int) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        last = list(run_points(question, folder, workers=workers))[-1]
    said = last.indices["safety_women_after_19"]
    best = next(index for index in said.ranked if index.name != LUCK)
    return {
        "design": f"{len(question.groups)} families of {sum(len(g.members) for g in question.groups)} parameters, "
        f"{question.plan.rows} rows",
        "days run": f"{last.days:,}",
        "noise floor": f"{said.floor:.3f}",
        "largest": f"{best.name} {best.value:.3f}",
        "luck": f"{said[LUCK].value:.3f}",
    }


def one_fit(asked: argparse.Namespace) -> dict[str, str]:
    """A fit that ships, bank and all."""
    made = read_fit(find_fit(asked.name))
    with tempfile.TemporaryDirectory() as folder:
        for _ in made.run(folder, workers=asked.workers):
            pass
        ran = time.perf_counter()
        result = made.result(Path(folder))
    learned = len(result.posterior.learned())
    days = made.part.points * made.part.days * len(made.sites)
    return {
        "fit": f"{made.part.name}: {len(made.names)} parameters, {len(made.targets)} targets",
        "days run": f"{days:,}",
        "emulators and posterior": f"{time.perf_counter() - ran:.1f} s",
        "learned": f"{learned} of {len(made.names)} parameters",
    }


if __name__ == "__main__":
    main(sys.argv[1:])
