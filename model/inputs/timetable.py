"""Trains of one day."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Train:
    """One call of one train at one platform; times in seconds since 00:00 of the service day (up to 90,000)."""

    id: str  # stable name: never derived from the place in the list
    arrival_s: int | None  # None: starts here
    departure_s: int | None  # None: ends here
    platform: str
    line: str  # trains of one line are good for the same boarders
    cars: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """Trains in order of arrival (or departure when they start here)."""

    trains: tuple[Train, ...]
    source: str = ""
