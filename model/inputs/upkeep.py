"""Who cleans and repairs, and how often: what keeps disorder down."""

from dataclasses import dataclass
from typing import Final

from model.inputs.layout import Owner


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A round of cleaning that comes back at a fixed interval."""

    id: str
    interval_s: float
    zones: tuple[str, ...] = ()  # zone ids, or zone kinds; empty: all
    owner: Owner | None = None  # only zones of this owner
    first_s: float = 5 * 3600  # seconds since 00:00 of one of the rounds of a day
    share: float | None = None  # of the litter that a round takes away; None: the parameter


@dataclass(frozen=True, slots=True)
class Repair:
    """How fast an owner repairs and removes graffiti here."""

    owner: Owner
    days: float  # median from report to repair


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Cleaning and repair of a station.

    Where no round reaches a zone it is cleaned at the interval of a station of its size; where an owner is not
    named the delay of the parameters holds.

    Attributes:
        graffiti: owners who remove graffiti faster than they repair.
        agreement: owners pass on each other's reports at once.
        norm_weeks: weeks since a campaign for tidy and helpful conduct; None: there was none. It fades.
    """

    cleaning: tuple[Cleaning, ...] = ()
    repair: tuple[Repair, ...] = ()
    agreement: bool = False
    graffiti: tuple[Repair, ...] = ()
    norm_weeks: float | None = None


USUAL_UPKEEP: Final = Upkeep()
DAY_H: Final = 24
AREA_M2: Final = 100.0  # litter, tags and broken assets are counted per 100 m2
DAYS_A_YEAR: Final = 365.25
