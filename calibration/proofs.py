"""Proof that a fit finds what is true: ST6 and ST7 on a bank of days of the model, whose points are left out in turn.

    python -m calibration.proofs                  # runs what is missing of the bank (3,000 days), then the proofs
    python -m calibration.proofs --minutes 10     # runs the bank for ten minutes; the same call goes on
    python -m calibration.proofs --kept           # the proofs alone, on the bank that is kept in docs/

What comes out lies in docs/calibration-proofs.json, the bank in docs/calibration-bank.npz.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
from scipy import stats

from calibration.fit import Fit, aim_of
from calibration.fit_reader import read_fit
from calibration.left_out import LEVEL, LeftOut, Told
from calibration.posterior import Aim, Bank, emulate, infer
from scenarios.safe_files import write_whole
from scenarios.version import model_version

HERE: Final = Path(__file__).resolve()
FIT: Final = HERE.with_name("proof.yaml")
DOCS: Final = HERE.parents[1] / "docs"
BANK: Final = DOCS / "calibration-bank.npz"
SAID: Final = DOCS / "calibration-proofs.json"
RESULTS: Final = Path("results") / "proofs"
TRUTHS: Final = 40  # of ST6, points of the bank; of all of them it is told too
AT_ONCE: Final = 100  # points left out, for the memory
EMULATED: Final = 400  # of ST6, on the emulator
RANKED: Final = 200  # of ST7
BINS: Final = 10
LEAST_INSIDE: Final = 0.85
BAND: Final = (0.86, 0.94)
LEAST_P: Final = 0.01
SEED: Final = 11
PARTICLES: Final = 1000  # of the fits by the product's own sampler


def main(words: Sequence[str]) -> int:
    """Run the bank, then the proofs; 0 when they hold."""
    parser = argparse.ArgumentParser(prog="python -m calibration.proofs", description=__doc__)
    parser.add_argument("--minutes", type=float, help="of the bank, then stop; without: to the end")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the bank while it grows")
    parser.add_argument("--so-far", action="store_true", help="prove with the points that are done")
    parser.add_argument("--kept", action="store_true", help="use the bank in docs/, run no day")
    asked = parser.parse_args(words)
    fit = read_fit(FIT)
    if not asked.kept:
        began, done, total = monotonic(), 0, 1
        for done, total in fit.run(asked.out, workers=asked.workers, seconds=asked.minutes and 60 * asked.minutes):
            sys.stderr.write(f"\rbank: {done} of {total} days")
        sys.stderr.write(f", {(monotonic() - began) / 60:.1f} minutes\n")
        if done < total and not asked.so_far:
            return 0
        kept = fit.kept(asked.out)
        whole = int(np.argmin(np.append(kept.there.all(axis=1), False)))
        keep(fit.bank(kept, whole), model_version())
    bank, made = kept_bank()
    said = {"made": made, "date": date.today().isoformat(), **proven(fit, bank)}
    write_whole(SAID, json.dumps(said, indent=1) + "\n")
    print(json.dumps({key: said[key] for key in ("st6", "st6_all", "st6_own", "st6_emulator", "st7")}, indent=1))
    return int(not said["holds"])


def keep(bank: Bank, version: str) -> None:
    """Write a bank into docs/, with the model that made it."""
    columns = {"u": bank.u, "values": bank.values, "names": np.array(bank.names), "version": np.array(version)}
    np.savez_compressed(BANK, **columns)  # type: ignore[arg-type]


def kept_bank() -> tuple[Bank, str]:
    """Return the bank that ships in docs/, and what made it."""
    with np.load(BANK, allow_pickle=False) as file:
        return Bank(tuple(map(str, file["names"])), file["u"], file["values"]), str(file["version"])


def proven(fit: Fit, bank: Bank) -> dict[str, Any]:
    """Return what the proofs say of a bank; ``holds`` tells whether all do."""
    aims = [aim_of(target) for target in fit.targets]
    rng, began = np.random.default_rng(SEED), monotonic()
    bench = LeftOut(bank, aims, SEED)
    points = rng.permutation(len(bank.u)).tolist()
    left = [told for k in range(0, len(points), AT_ONCE) for told in bench.of_points(points[k : k + AT_ONCE], rng)]
    emulated = bench.of_emulator(rng.random((EMULATED, len(bank.names))), rng)
    st6, st6_all, st6_emulator = covered(left[:TRUTHS]), covered(left), covered(emulated)
    st7 = ranked(bank.names, left[:RANKED])
    own = by_sampler(fit, bank, aims, points[:TRUTHS])
    coverage = [round(process.checked.coverage, 3) for process in bench.emulated.processes]
    holds = (
        min(st6["inside"], st6_all["inside"]) >= LEAST_INSIDE and BAND[0] <= st6_emulator["inside"] <= BAND[1]
        and own["inside"] >= LEAST_INSIDE and st7["holds"]
    )  # fmt: skip
    return {
        "points": len(bank.u), "days": bank.values.shape[1], "parameters": list(bank.names), "st6": st6,
        "st6_all": st6_all, "st6_own": own, "st6_emulator": st6_emulator, "st7": st7, "emulator_coverage": coverage,
        "minutes": round((monotonic() - began) / 60, 1), "holds": bool(holds),
    }  # fmt: skip


def covered(told: Sequence[Told]) -> dict[str, Any]:
    """Return how many truths lie inside their 90% regions, and each parameter between its 5 and 95% points."""
    return {
        "truths": len(told),
        "inside": float(np.mean([one.inside for one in told])),
        "each": [round(float(x), 3) for x in np.mean([one.within for one in told], axis=0)],
        "least_effective": round(min(one.effective for one in told)),
        "median_effective": round(float(np.median([one.effective for one in told]))),
    }


def ranked(names: Sequence[str], told: Sequence[Told]) -> dict[str, Any]:
    """Return whether the ranks of truths in their posteriors are uniform (chi-squared over ten bins).

    Of several parameters the smallest p is held against the limit over their number.
    """
    ranks = np.array([one.ranks for one in told])
    counts = [np.histogram(column, BINS, (0, 1))[0] for column in ranks.T]
    p = [float(stats.chisquare(count).pvalue) for count in counts]
    return {
        "truths": len(told), "bins": {name: count.tolist() for name, count in zip(names, counts, strict=True)},
        "p": [round(x, 3) for x in p], "least_p": round(min(p), 4), "limit": LEAST_P / len(p),
        "holds": bool(min(p) >= LEAST_P / len(p)),
    }  # fmt: skip


def by_sampler(fit: Fit, bank: Bank, aims: Sequence[Aim], points: Sequence[int]) -> Mapping[str, Any]:
    """Return the same of the fits that ``schouw calibrate`` would make: each point out of the bank, tempered particles.

    The lengths of the processes are looked for once more without the points, so nothing of them is known.
    """
    rng = np.random.default_rng([SEED, len(points)])
    rest = np.setdiff1d(np.arange(len(bank.u)), points)
    emulated = emulate(Bank(bank.names, bank.u[rest], bank.values[rest]), aims, SEED)
    luck = bank.values.var(axis=1, ddof=1).mean(axis=0) / bank.values.shape[1]
    sd = np.hypot([aim.sd for aim in aims], np.sqrt(luck))
    within = []
    for point in points:
        error = np.array([aim.sd for aim in aims]) * rng.standard_normal(len(aims))
        seen = bank.values[point].mean(axis=0) + error
        found = [Aim(aim.name, float(v), float(s)) for aim, v, s in zip(aims, seen, sd, strict=True)]
        u = infer(emulated, bank.names, fit.stages, found, int(point), particles=PARTICLES).u
        low, high = np.quantile(u, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
        within.append((low <= bank.u[point]) & (bank.u[point] <= high))
    each = np.mean(within, axis=0)
    return {"truths": len(points), "inside": float(each.mean()), "each": [round(float(x), 3) for x in each]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
