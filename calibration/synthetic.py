"""A monitor whose truth is known: 40 stations, two waves, ten of the lowest treated; to try methods on."""

from typing import Final

import numpy as np

from calibration.monitor import KNOWN
from calibration.targets import ANSWER_SD, STATION_SD
from model.parameters import Parameters

STATIONS: Final = 40
TREATED: Final = 10
MEAN: Final = 6.9
TRUE_EFFECT: Final = 0.2
WAVES: Final = (2024, 2025)


def synthetic_monitor(seed: int = 1, effect: float = TRUE_EFFECT) -> str:
    """Return the text of a monitor file: true scores are normal, answers have the error of 175 people a station.

    The ten stations with the lowest score of the first wave are treated, as a programme would choose them; so part of
    what they gain is regression to the mean.
    """
    rng = np.random.default_rng(seed)
    asked = int(Parameters.default().survey_respondents)
    error = ANSWER_SD / asked**0.5
    true = MEAN + (STATION_SD**2 - error**2) ** 0.5 * rng.standard_normal(STATIONS)
    first = true + error * rng.standard_normal(STATIONS)
    treated = np.argsort(first) < 0
    treated[np.argsort(first)[:TREATED]] = True
    second = true + effect * treated + error * rng.standard_normal(STATIONS)
    columns = ("station", "wave", "item", "value", "n", "arm", "source")
    assert set(columns) <= set(KNOWN)
    rows = [",".join(columns)]
    for wave, scores in zip(WAVES, (first, second), strict=True):
        for i, score in enumerate(scores):
            arm = "treated" if treated[i] else "comparison"
            rows.append(f"S{i + 1:02d},{wave},safety_evening,{score:.2f},{asked},{arm},synthetic")
    return "\n".join(rows) + "\n"
