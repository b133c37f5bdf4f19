"""Who follows up what is reported, with how many people."""

from dataclasses import dataclass
from typing import Final, Literal

Agency = Literal["sex_crime_team", "police", "operator", "municipality", "infrastructure"]
AGENCIES: Final[tuple[Agency, ...]] = ("sex_crime_team", "police", "operator", "municipality", "infrastructure")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How reports are followed up at this station.

    Attributes:
        staff: agency and factor on its people; 1 where it is not named. One person stays at least.
        heard: share of reporters who are told what was done; None: the parameter.
        ban_days: how long who was sent away may not come back; None: the parameter.
        at_once: reports are followed up without any delay (a limit case).
    """

    staff: tuple[tuple[Agency, float], ...] = ()
    heard: float | None = None
    ban_days: float | None = None
    at_once: bool = False


AS_USUAL: Final = FollowUp()
