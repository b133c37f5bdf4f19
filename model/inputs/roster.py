"""Who is on duty, when, where and how they go round."""

from dataclasses import dataclass
from typing import Literal

GuardKind = Literal["police", "boa", "guard", "conductor", "service"]
GUARD_KINDS: tuple[GuardKind, ...] = ("police", "boa", "guard", "conductor", "service")

OUTSIDE = "outside"  # zone of a unit that is near, and comes in by an access when it is called


@dataclass(frozen=True, slots=True)
class Duty:
    """One unit (a pair counts as one) on duty for a stretch of the day."""

    id: str  # stable name, the key of its luck
    kind: GuardKind
    start_s: int
    end_s: int
    zones: tuple[str, ...]  # zone ids, or zone kinds, that it visits; OUTSIDE alone: comes in when called
    order: Literal["random", "fixed"] = "random"
    visit_s: int = 900  # length of one stop
    owner: str = "NS"
    assumed: bool = False
    away_s: int | None = None  # how long a unit outside needs to the station; None: by the parameters of its kind


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody in a control room who looks at cameras of this station for a stretch of the day."""

    id: str
    start_s: int
    end_s: int
    cameras: tuple[str, ...] = ()  # ids; empty: all cameras of the station
    elsewhere: int = 0  # cameras of other places that the same person looks at
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """All duties of the day, and who watches the cameras."""

    duties: tuple[Duty, ...] = ()
    operators: tuple[Operator, ...] = ()
