"""A monitor whose truth is known: 40 stations, two waves, ten of the lowest treated; to try methods on."""

import sys
from collections.abc import Mapping
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


# -- stations of types of the model ----------------------------------------------------------------------------------

TRUTH: Final = {"feel_base": 1.3, "feel_woman": -0.3, "feel_dark_woman": -0.75, "feel_dark_man": -0.1}
TYPES: Final = {"halte": 24, "shoebox": 16}
STATION_EFFECT: Final = 0.6  # spread of stations round their type, points
DAYS: Final = 6  # of the model at the truth
FIRST_DAY: Final = 7 << 20  # day numbers that no fit uses
ITEMS: Final = ("safety_evening", "safety_day")
ASKED: Final = {"woman": 90, "man": 85}


def type_scores() -> dict[tuple[str, str, str], float]:
    """Return what the model says at the truth, by type of station, item and gender: means over days."""
    from calibration.bank import sums_of
    from calibration.monitor import Figure
    from scenarios.station_files import read_station
    from scenarios.store import FieldCache
    from scenarios.work import make_world, run_model

    p, found = Parameters.default().replace(**TRUTH), {}
    for name in TYPES:
        inputs = read_station(name).replace(parameters=p)
        world = make_world(inputs, FieldCache(None))
        days = [run_model(inputs, world, 1, FIRST_DAY + day) for day in range(DAYS)]
        for item in ITEMS:
            for gender in ASKED:
                figure = Figure(0, name, WAVES[-1], item, 0.0, group=gender)
                above, below, _ = np.array([sums_of(figure, day) for day in days]).sum(axis=0)
                found[name, item, gender] = float(above / below)
    return found


def typed_monitor(scores: Mapping[tuple[str, str, str], float], seed: int = 1) -> str:
    """Return the text of a monitor of 40 stations of types of the model, by gender, under a known truth.

    Args:
        scores: of each type of station, item and gender, as ``type_scores`` gives them.
    """
    rng = np.random.default_rng(seed)
    rows = ["station,wave,item,value,group,n,station_type,source"]
    number = 0
    for name, count in TYPES.items():
        for _ in range(count):
            number, effect = number + 1, STATION_EFFECT * rng.standard_normal()
            for item in ITEMS:
                for gender, asked in ASKED.items():
                    value = scores[name, item, gender] + effect + ANSWER_SD / asked**0.5 * rng.standard_normal()
                    value = min(max(value, 1.0), 10.0)
                    rows.append(f"T{number:02d},{WAVES[-1]},{item},{value:.2f},{gender},{asked},{name},synthetic")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(typed_monitor(type_scores()))
