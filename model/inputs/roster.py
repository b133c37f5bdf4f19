"""Who is on duty, when, where and how they go round."""

from dataclasses import dataclass
from typing import Literal

GuardKind = Literal["police", "boa", "guard", "conductor", "service"]
GUARD_KINDS: tuple[GuardKind, ...] = ("police", "boa", "guard", "conductor", "service")
Power = Literal["ask", "remove", "hold", "fine"]
POWERS: tuple[Power, ...] = ("ask", "remove", "hold", "fine")
# what a unit is, and may do, when its duty does not say
FINING: tuple[GuardKind, ...] = ("police", "boa")  # a conductor fines on trains
CHECKS: tuple[GuardKind, ...] = ("boa", "conductor")  # look at tickets
PAIRS: tuple[GuardKind, ...] = ("police", "boa")  # are never alone
TRAINED: tuple[GuardKind, ...] = ("police", "boa", "guard")  # in dealing with aggression

OUTSIDE = "outside"  # zone of a unit that is near, and comes in by an access when it is called


@dataclass(frozen=True, slots=True)
class Duty:
    """One unit (a pair counts as one) on duty for a stretch of the day.

    Attributes:
        checks_tickets, trained, alone: None means what units of this kind usually do and are.
        body_cam: the unit wears one, and colleagues near by gain a little.
        escorts: stays at the first place of its zones, and walks along with people on their own who ask for it.
        powers: ``ask`` for a name, without which nobody can be banned; ``remove`` from the station; ``hold`` for the
            police, or arrest; ``fine``. None: all, and fines by police and boa only.
        focus: zone ids whose places come round once more for each time that they are named here.
    """

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
    checks_tickets: bool | None = None
    body_cam: bool = False
    trained: bool | None = None
    alone: bool | None = None
    focus: tuple[str, ...] = ()
    escorts: bool = False
    powers: tuple[Power, ...] | None = None

    @property
    def may(self) -> tuple[Power, ...]:
        """What the unit may do to somebody."""
        if self.powers is not None:
            return self.powers
        return POWERS if self.kind in FINING else ("ask", "remove", "hold")

    @property
    def checks(self) -> bool:
        """Whether the unit looks at tickets."""
        return self.kind in CHECKS if self.checks_tickets is None else self.checks_tickets

    @property
    def is_trained(self) -> bool:
        """Whether the unit is trained in dealing with aggression."""
        return self.kind in TRAINED if self.trained is None else self.trained

    @property
    def is_alone(self) -> bool:
        """Whether the unit is one person."""
        return self.kind not in PAIRS if self.alone is None else self.alone


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

    @property
    def in_order(self) -> tuple[Duty, ...]:
        """The duties by id: sums run in this order, not in that of a file."""
        return tuple(sorted(self.duties, key=lambda duty: duty.id))
