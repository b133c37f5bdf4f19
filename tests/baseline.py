"""The figures of one day that are kept in tests/baselines (R5). Made anew by ``python -m tests.baseline`` only.

A day whose figures moved is a change of the model: the commit that moves them says which and why, under
*Numbers that moved*. On a processor or with a numba of another kind the last bits of positions differ, people
meet otherwise, and rare contacts move by some percent; there the figures hold within the tolerances below.
"""

import json
import platform
from pathlib import Path
from typing import Any, Final

import llvmlite.binding as llvm
import numba
import numpy as np

from model.results import FIRST_HOUR, GENDERS, INCIDENT_TYPES, Results
from tests.day_harness import name_of, run, shoebox

FILE: Final = Path(__file__).parent / "baselines" / "shoebox.json"
SEED, DAY = 1, 2  # a day on which loiterers come
EVENING_FROM: Final = 19 - FIRST_HOUR
# relative, self-set: where the last bits differ
TOLERANCE: Final = {"visits": 0.0, "person_seconds": 0.01, "expected": 0.10, "score": 0.01, "unsafe": 0.10}


def machine() -> str:
    """Return what decides the last bits: processor and compilers."""
    features = sorted(name for name, on in llvm.get_host_cpu_features().items() if on)
    parts = (platform.machine(), llvm.get_host_cpu_name(), *features, numba.__version__, np.__version__)
    return " ".join(parts)


def figures(results: Results) -> dict[str, float]:
    """Return the kept figures of a day by ``kind/what``."""
    found: dict[str, float] = {f"visits/{g}": float(results.visits[:, i].sum()) for i, g in enumerate(GENDERS)}
    found["person_seconds/all"] = float(results.seconds.sum())
    for i, kind in enumerate(INCIDENT_TYPES):
        found[f"expected/{kind}"] = float(results.expected[i].sum())
    for i, gender in enumerate(GENDERS[:2]):
        for name, hours in (("day", slice(0, EVENING_FROM)), ("evening", slice(EVENING_FROM, None))):
            visits = results.visits[hours, i].sum()
            found[f"score/{gender}-{name}"] = float(results.visit_score[hours, i].sum() / visits)
        found[f"unsafe/{gender}"] = float(results.unsafe[:, i].sum() / results.visits[:, i].sum())
    return found


def measured() -> dict[str, Any]:
    """Return what the file holds, measured now."""
    results = run(shoebox(), seed=SEED, day=DAY)
    return {"machine": machine(), "name": name_of(results), "figures": figures(results)}


def main() -> None:
    """Write the file anew and print what moved."""
    before = json.loads(FILE.read_text()) if FILE.is_file() else {"figures": {}}
    now = measured()
    for name, value in now["figures"].items():
        old = before["figures"].get(name)
        if old is None or old != value:
            moved = "" if not old else f" ({value / old - 1:+.1%})"
            print(f"{name}: {old} -> {value}{moved}")
    FILE.write_text(json.dumps(now, indent=1) + "\n")


if __name__ == "__main__":
    main()
