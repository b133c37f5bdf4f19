"""Who comes, and how many: demand of the day and the mix of people."""

from dataclasses import dataclass
from typing import Literal

GENDERS = ("woman", "man", "other")
AGE_BANDS = ("15-24", "25-44", "45-64", "65+")
Gender = Literal["woman", "man", "other"]
AgeBand = Literal["15-24", "25-44", "45-64", "65+"]


@dataclass(frozen=True, slots=True)
class Share:
    """One row of the population mix: a kind of traveller, its weight by day and after 19:00."""

    gender: Gender
    age_band: AgeBand
    regular: bool  # travels at least monthly through this station
    luggage: bool
    group_size: int  # 1 is alone
    share_day: float  # weight before 19:00; normalised on use
    share_evening: float  # weight from 19:00
    source: str = "assumed"


@dataclass(frozen=True, slots=True)
class Population:
    """Demand of an average day of this type, and the mix of people."""

    boardings: float  # per day
    alightings: float
    transfer_share: float  # of alighters who board another train here
    boarding_profile: tuple[float, ...]  # 24 + 2 hours (00:00 to 26:00 of the service day), sums to 1
    alighting_profile: tuple[float, ...]
    mix: tuple[Share, ...]
    source: str = ""
