"""On how many days with loud people a score rests.

A person who shouts or hangs about is felt by everybody near, so a score of a small station has two kinds of days: calm
ones, all alike, and a few loud ones on which the difference between two arms is several times as large. Of ten evenings
of a halt two are loud; a study that met none of them gives an interval far too narrow (ST1b: 28% instead of 95% of such
studies hold the truth, 71% with one loud evening, 92% and more from about eight). Effective days as of incidents see
nothing of this, because the score itself is about the same every day.
"""

from typing import Final

import numpy as np

from model.results import TIME_BANDS
from scenarios.cells import ALL, CellIndex
from scenarios.intervals import Array

LOUD_TYPES: Final = ("aggression", "nuisance")
_SHARE_OF_MEAN: Final = 0.1  # of the mean day: less is no loud day but the trace of a person who passed


def loud_days(index: CellIndex, base_total: Array, value_total: Array, band: str) -> int:
    """Return on how many days loud people were met, in either arm.

    Args:
        index: labels of the cells.
        base_total, value_total: sums of the days, (days, cells).
        band: time band of the score, as in the keys of the cells.
    """
    cells = [index.number[("expected_incidents", kind, ALL, band, ALL)] for kind in LOUD_TYPES]
    return count_loud((base_total[:, cells] + value_total[:, cells]).sum(axis=1))


def count_loud(of_days: Array) -> int:
    """Return how many days hold at least a tenth of the loud incidents of the mean day.

    Args:
        of_days: expected loud incidents of both arms, (days,).
    """
    total = float(of_days.sum())
    return int(np.sum(of_days >= _SHARE_OF_MEAN * total / len(of_days))) if total > 0 else 0


def most_days(index: CellIndex, base_total: Array, value_total: Array) -> Array:
    """Return the effective days that each cell can have at most, (cells,); infinite where loud days play no part.

    Scores hang on loud days, and so does a sum over all types, of which loud incidents are the bulk.

    Args:
        index: labels of the cells.
        base_total, value_total: sums of the days, (days, cells).
    """
    loud = {band: float(loud_days(index, base_total, value_total, band)) for band in TIME_BANDS}
    concerned = [
        key[0] == "perceived_safety" or (key[0] == "expected_incidents" and key[1] == ALL) for key in index.keys
    ]
    return np.array([loud[key[3]] if yes else np.inf for key, yes in zip(index.keys, concerned, strict=True)])
