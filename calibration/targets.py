"""Targets of a fit: each figure of a monitor file with what of the model it is held against, and its error.

A sample that chose itself is refused, with the reason; so are counts of before a break of definition. Reports of places
are shown beside the map of the model as a check and never fitted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

from calibration.monitor import NETWORK, SCORES, SHARES, Figure
from calibration.reasons import BREAK, BROKEN, CHOSEN, ELSE, REPORTS, STATIONS
from model.parameters import Parameters

Use = Literal["target", "check", "refused"]
ANSWER_SD: Final = 1.9  # of answers to the monitor (science.md 2.4; test V30 finds it in the model)
WAVE_SD: Final = {"score": 0.05, "share": 0.01}  # of a wave beside sampling: weather, fieldwork; set by judgement
DISPERSION: Final = 0.05  # share of a count by which its yearly mean moves, beside Poisson; set by judgement
UNKNOWN_N: Final = 1000  # people behind a published share that does not tell
LOW_SCORE: Final = 6.0  # stations below it are counted (letter of 10 October 2025)
STATION_SD: Final = 0.8  # between stations, survey noise included (science.md 10.2, fact 2)

# item -> table of the model that it is held against, by name of a row of a season or an outcome of a day
HELD_AGAINST: Final = {
    "safety_evening": "day: perceived safety after 19:00",
    "safety_day": "day: perceived safety before 19:00",
    "unsafe_12_months": "day: worst half minute of visits, over the trips of a year",
    "unsafe_sometimes": "season: unsafe_sometimes",
    "good_share": "season: good_share",
    "incidents": "day: recorded_incidents",
    "reports": "day: reported_incidents",
    "stations_below_6": "day: evening score, stations spread round their type",
    "place_reports": "map: perceived_safety of women after 19:00",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A figure and what is made of it.

    Attributes:
        held_against: what of the model; use: target, check or refused; reason: of what is no target.
        sd: standard error of the value (of its logarithm for counts), sampling, wave and overdispersion together.
    """

    figure: Figure
    held_against: str
    use: Use
    reason: str
    sd: float

    @property
    def scale(self) -> Literal["score", "share", "stations", "log"]:
        """What its value and error are told in."""
        if self.on_log_scale:
            return "log"
        if self.figure.item == "stations_below_6":
            return "stations"
        return "share" if self.figure.item in SHARES else "score"

    @property
    def on_log_scale(self) -> bool:
        """Whether value and error are compared as logarithms."""
        return self.figure.item in ("incidents", "reports", "trials")

    def distance(self, modelled: float) -> float:
        """Return how many standard errors the model is away; infinite for a count of nothing.

        Raises:
            ValueError: it is no target.
        """
        if self.use == "refused":
            raise ValueError(f"line {self.figure.line} is no target: {self.reason}")
        if not self.on_log_scale:
            return (modelled - self.figure.value) / self.sd
        if modelled <= 0 or self.figure.value <= 0:
            return math.inf
        return math.log(modelled / self.figure.value) / self.sd


def targets_of(figures: Sequence[Figure]) -> tuple[Target, ...]:
    """Return what is made of each figure, in the order of the file."""
    late = {f.series for f in figures if f.item == "incidents" and f.wave >= BREAK}
    return tuple(_target(figure, figure.series in late) for figure in figures)


def _target(figure: Figure, goes_on: bool) -> Target:
    use, reason = _use(figure, goes_on)
    return Target(figure, HELD_AGAINST[figure.item], use, reason, standard_error(figure))


def _use(figure: Figure, goes_on: bool) -> tuple[Use, str]:
    if not figure.representative:
        return "refused", CHOSEN
    if figure.definition:
        return "refused", ELSE + figure.definition
    if figure.item == "place_reports":
        return "check", REPORTS
    staff = figure.type in ("staff_aggression", "staff_verbal")
    if figure.item == "incidents" and staff and figure.wave < BREAK and goes_on:
        return "refused", BROKEN
    if figure.item == "stations_below_6" and figure.stations is None:
        return "refused", STATIONS
    return "target", ""


def standard_error(figure: Figure) -> float:
    """Return the standard error of a figure: of a score or share in its unit, of a count of its logarithm.

    A number of stations below 6 has the standard deviation that sampling alone gives it (``below_sd``).
    """
    if figure.item in SCORES:
        n = figure.n or int(Parameters.default().survey_respondents)
        spread = STATION_SD if figure.station == NETWORK and figure.stations else 0.0
        between = spread**2 / figure.stations if figure.stations else 0.0
        return math.sqrt(ANSWER_SD**2 / n + WAVE_SD["score"] ** 2 + between)
    if figure.item in SHARES:
        n = figure.n or UNKNOWN_N
        p = min(max(figure.value, 1 / n), 1 - 1 / n)
        return math.sqrt(p * (1 - p) / n + WAVE_SD["share"] ** 2)
    if figure.item == "stations_below_6":
        return below_sd(figure.value, figure.stations or 1)
    return math.sqrt(1 / max(figure.value, 0.5) + DISPERSION**2)


def assumed_n(figure: Figure) -> int:
    """Return how many respondents are assumed behind a figure that does not tell; 0 where it tells or needs none."""
    if figure.n or figure.item not in (*SCORES, *SHARES, "stations_below_6"):
        return 0
    return UNKNOWN_N if figure.item in SHARES else int(Parameters.default().survey_respondents)


def below_sd(below: float, stations: int, answers: int | None = None) -> float:
    """Return the standard deviation of the number of stations below 6 when true scores stay as they are.

    True scores are normal with the share below 6 that was found; each station is asked ``answers`` people. Near 6 it
    is a toss-up on which side a station falls: sum of q (1 - q) = density at 6 x standard error / sqrt(pi).
    """
    n = answers or int(Parameters.default().survey_respondents)
    error = ANSWER_SD / math.sqrt(n)
    true = math.sqrt(max(STATION_SD**2 - error**2, 1e-6))
    share = min(max(below / stations, 0.5 / stations), 1 - 0.5 / stations)
    z = NormalDist().inv_cdf(share) * STATION_SD / true  # how far 6 lies from the mean, in true spreads
    density = NormalDist().pdf(z) / true
    return math.sqrt(stations * density * error / math.sqrt(math.pi))
