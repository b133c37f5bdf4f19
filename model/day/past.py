"""What the days before have left: the slow states with which a day begins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.day.entry import Expectations


@dataclass(frozen=True)
class Past:
    """Slow states of a station at 05:00; None means the value that the inputs imply in the long run.

    Attributes:
        expect: what offenders have learned about guards and about the demand.
        disorder: D of each zone, (zones,) all day or (20 hours, zones), 0..1; see ``model.world.disorder``.
    """

    expect: Expectations | None = None
    disorder: NDArray[np.float64] | None = None
