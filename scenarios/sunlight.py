"""When the sun of a day comes up and goes down, for whoever tells a reader which day it is."""

from typing import Final

from model.inputs.inputs import Inputs
from model.world.sun import solar_altitude

SUNSET_DEG: Final = -0.833  # upper edge of the sun, with refraction
DARK_DEG: Final = -6.0  # end of civil twilight
DAY_S: Final = 24 * 3600
_MINUTE_S: Final = 60


def sun_above(inputs: Inputs, altitude_deg: float) -> tuple[int, int] | None:
    """Return between which seconds of the day, to the minute, the sun stands above an altitude.

    Args:
        inputs: their date and place.
        altitude_deg: of the middle of the sun, without refraction.

    Returns:
        The first second above, and the first one after the last; None where the sun stays up or down.
    """
    place = inputs.layout
    above = [
        solar_altitude(inputs.date, second, place.latitude, place.longitude) > altitude_deg
        for second in range(0, DAY_S, _MINUTE_S)
    ]
    if all(above) or not any(above):
        return None
    first = above.index(True)
    last = len(above) - 1 - above[::-1].index(True)
    return first * _MINUTE_S, (last + 1) * _MINUTE_S
