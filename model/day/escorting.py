"""Who would like to be walked along with, and which units do that (science.md 8)."""

from collections.abc import Sequence

import numpy as np

from model.day.demand import Visits
from model.inputs.roster import Duty
from model.kernels.escorts import ASKS, WALKED, Escorts
from model.parameters import Parameters
from model.randomness import Purpose, uniforms


def make_escorts(duties: Sequence[Duty], visits: Visits, seed: int, day: int, p: Parameters) -> Escorts:
    """Return the escorts of a day; people in groups do not ask.

    Args:
        duties: in the order of the guards' rows.
    """
    rows = np.array([row for row, duty in enumerate(duties) if duty.escorts], np.int64)
    wishes = np.zeros(len(visits), np.int8)
    if len(rows):
        chance = np.array([p.escort_ask_woman, p.escort_ask_man, (p.escort_ask_woman + p.escort_ask_man) / 2])
        u = uniforms(seed, int(Purpose.ESCORT), day, visits.entity, visits.key, 0)
        wishes[(u < chance[visits.gender]) & (visits.group == 1)] = ASKS
    return Escorts(rows, wishes, p.escort_reach_m)


def escorted(escorts: Escorts) -> float:
    """Return how many people were walked along with."""
    return float((escorts.wishes == WALKED).sum())
