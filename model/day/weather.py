"""Rain and cold, by hour of the day: what makes a shelter worth something (science.md 2.4)."""

import datetime

import numpy as np
from numpy.typing import NDArray

from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniforms
from model.results import HOURS


def harsh_hours(p: Parameters, date: datetime.date, seed: int, day: int) -> NDArray[np.bool_]:
    """Return in which hours of the tables it rains or is cold, (hours,).

    Rain falls in each hour by its own chance; a day of the cold half of the year is cold by a chance of its own.
    """
    hours = np.arange(HOURS)
    rain = uniforms(seed, int(Purpose.WEATHER), day, np.full(HOURS, entity_of("rain")), hours, 0) < p.weather_rain
    winter = date.month >= p.weather_cold_from or date.month <= p.weather_cold_to
    cold = uniforms(seed, int(Purpose.WEATHER), day, np.array([entity_of("cold")]), np.zeros(1, np.int64), 0)
    return np.asarray(rain | (winter & (cold[0] < p.weather_cold)), np.bool_)
