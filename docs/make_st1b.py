"""Do the intervals of ten headline lines keep their word on real days? ST1b, on 300 paired evenings of the shoebox.

    python docs/make_st1b.py              # runs the days (minutes), then draws the studies
    python docs/make_st1b.py --days 50    # so many days

The days are kept in ``docs/st1b.csv``, and those that are there already are not run again. Their mean counts as the
truth; studies of 10 to 80 days are drawn from them with replacement, and each line says whether its 95% interval holds
it. ``tests/science/test_st1b_real_days.py`` draws more studies from the same file.
"""

import argparse
import csv
import sys
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from model.inputs.inputs import Inputs  # noqa: E402
from model.results import INCIDENT_TYPES, Results  # noqa: E402
from model.station import run_day  # noqa: E402
from model.world.world import World  # noqa: E402
from scenarios.contrast import contrast  # noqa: E402
from scenarios.loud_days import LOUD_TYPES, count_loud  # noqa: E402
from scenarios.measures.brighter_lamps import BrighterLamps  # noqa: E402
from scenarios.measures.patrol import Patrol  # noqa: E402
from scenarios.station_files import read_station  # noqa: E402

FILE: Final = ROOT / "docs" / "st1b.csv"
DAYS: Final = 300
SIZES: Final = (10, 20, 40, 80)  # days of a study
SEED: Final = 11
EVENING: Final = (18 * 3600, 21 * 3600)
LINES: Final = (*INCIDENT_TYPES, "all incidents", "score of women", "score of men", "visits felt unsafe by women")
COUNTS: Final = np.array([line in INCIDENT_TYPES or line == "all incidents" for line in LINES])
PERCENT: Final = np.array(["score" not in line for line in LINES])
LOUD: Final = tuple(LINES.index(kind) for kind in LOUD_TYPES)
ON_LOUD_DAYS: Final = np.array([line == "all incidents" or "score" in line for line in LINES])
CARRIED: Final = 8  # effective days from which a line promises its coverage
Floats = NDArray[np.float64]


def arms() -> tuple[Inputs, Inputs]:
    """Return an evening of the shoebox, and the same with brighter lamps and a patrol."""
    base = read_station("shoebox").replace(window=EVENING)
    brighter = BrighterLamps(zones=("platform",), factor=3.0).apply(base)
    return base, Patrol(who="boa", hours="18:00-21:00").apply(brighter)


def sums_of(results: Results) -> list[float]:
    """Return total and weight of each line."""
    totals = [float(results.expected[k].sum()) for k in range(len(INCIDENT_TYPES))]
    found = [(total, 1.0) for total in (*totals, sum(totals))]
    found += [(float(results.visit_score[:, g].sum()), float(results.visits[:, g].sum())) for g in (0, 1)]
    found.append((float(results.unsafe[:, 0].sum()), float(results.visits[:, 0].sum())))
    return [number for pair in found for number in pair]


def read_days() -> Floats:
    """Return what is kept, (days, 2 arms, lines, total and weight)."""
    if not FILE.is_file():
        return np.zeros((0, 2, len(LINES), 2))
    rows = list(csv.reader(FILE.read_text("utf-8").splitlines()))[1:]
    return np.array([[float(x) for x in row[1:]] for row in rows]).reshape(-1, 2, len(LINES), 2)


def run_days(days: int) -> Floats:
    """Run the days that are not kept yet, and return all."""
    kept = read_days()
    if len(kept) >= days:
        return kept[:days]
    both = arms()
    runs = [partial(run_day, arm, World.of(arm), SEED) for arm in both]
    names = [f"{arm} {line} {what}" for arm in ("base", "measures") for line in LINES for what in ("total", "weight")]
    rows = [[f"{x:.12g}" for x in day.ravel()] for day in kept]
    for day in range(len(kept) + 1, days + 1):
        rows.append([f"{x:.12g}" for run in runs for x in sums_of(run(day))])
        if day % 25 == 0 or day == days:
            text = [",".join(["day", *names]), *(",".join([str(n), *row]) for n, row in enumerate(rows, start=1))]
            FILE.write_text("\n".join(text) + "\n", "utf-8")
            print(f"{day} of {days} days", flush=True)
    return read_days()


def coverage(days: Floats, n: int, studies: int, seed: int = 1) -> tuple[Floats, Floats]:
    """Return the share of studies whose interval holds the truth, and of those that print one, by line.

    Args:
        days: (days, arms, lines, total and weight).  n: days of a study, drawn with replacement.
    """
    rng = np.random.default_rng(seed)
    whole = days.sum(axis=0)
    base, value = (whole[arm, :, 0] / whole[arm, :, 1] for arm in (0, 1))
    truth = np.where(PERCENT, value / base - 1, value - base)
    hits, shown = np.zeros(len(LINES)), np.zeros(len(LINES))
    for _ in range(studies):
        some = days[rng.integers(0, len(days), n)]
        loud = count_loud(some[:, :, [*LOUD], 0].sum(axis=(1, 2)))
        found = contrast(
            some[:, 0, :, 0],
            some[:, 0, :, 1],
            some[:, 1, :, 0],
            some[:, 1, :, 1],
            ratio_scale=PERCENT,
            most_days=np.where(ON_LOUD_DAYS, float(loud), np.inf),
        )
        low = np.where(PERCENT, found.relative_low, found.low)
        high = np.where(PERCENT, found.relative_high, found.high)
        printed = np.isfinite(low) & (found.k >= CARRIED)
        shown += printed
        hits += printed & (low <= truth) & (truth <= high)
    return np.divide(hits, shown, out=np.full(len(LINES), np.nan), where=shown > 0), shown / studies


def main() -> None:
    """Run the days and print the table."""
    parser = argparse.ArgumentParser(description="Coverage of headline lines on real days (ST1b)")
    parser.add_argument("--days", type=int, default=DAYS)
    days = run_days(parser.parse_args().days)
    print(f"{'line':32}" + "".join(f"  n={n}: holds  shown" for n in SIZES))
    tables = [coverage(days, n, 400) for n in SIZES]
    for k, line in enumerate(LINES):
        print(f"{line:32}" + "".join(f"       {hits[k]:6.1%} {shown[k]:6.0%}" for hits, shown in tables))


if __name__ == "__main__":
    main()
