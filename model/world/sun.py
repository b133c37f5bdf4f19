"""Where the sun is, and how much light falls outdoors."""

from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from astral import Observer
from astral.sun import elevation
from numpy.typing import NDArray

from model.parameters import Parameters

TIME_ZONE = "Europe/Amsterdam"  # of all timetables: stations lie in the Netherlands
OUTDOOR = "light_outdoor_lx_"  # rows of the clear-sky table end on the altitude in degrees, m for minus


@cache  # days of a study have the same date
def solar_altitude(day: date, second: float, latitude: float, longitude: float) -> float:
    """Return the altitude of the sun's centre in degrees, without refraction.

    Args:
        day: service day.
        second: clock time in the Netherlands, seconds since 00:00 of the service day; may exceed 86,400.
        latitude, longitude: degrees, north and east positive.

    Source: the NOAA solar calculator (after Meeus, Astronomical algorithms), as in the astral package.
    """
    # wall clock first, zone afterwards: on the two odd days of a year timetables follow the clock
    moment = datetime.combine(day, time()) + timedelta(seconds=float(second))
    observer = Observer(latitude, longitude)
    return float(elevation(observer, moment.replace(tzinfo=ZoneInfo(TIME_ZONE)), with_refraction=False))


def outdoor_lx(altitude_deg: float, parameters: Parameters) -> float:
    """Return the horizontal illuminance outdoors in lx: its logarithm is straight between the rows.

    Beyond the ends of the table (-18 and 60 degrees) it stays at the end's value.
    """
    altitudes, clear_lx = clear_sky(parameters)
    return float(np.exp(np.interp(altitude_deg, altitudes, np.log(clear_lx)))) * parameters.light_cloud_factor


@lru_cache(maxsize=1)
def _altitude_names() -> tuple[tuple[float, str], ...]:
    tails = [row.name.removeprefix(OUTDOOR) for row in Parameters.default().rows if row.name.startswith(OUTDOOR)]
    return tuple(sorted((float(tail.replace("m", "-")), tail) for tail in tails))


def clear_sky(parameters: Parameters) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the table of clear-sky illuminance: solar altitudes in degrees, ascending, and lx."""
    names = _altitude_names()
    values = [parameters[f"light_outdoor_lx_{tail}"] for _, tail in names]
    return np.array([altitude for altitude, _ in names]), np.array(values)
