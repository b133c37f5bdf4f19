"""What all measures share: a frozen, validated form in a scenario file, an effect and a cost."""

import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.inputs.layout import OWNERS, Layout, Owner, Zone
from scenarios.costs import Cost, Life
from scenarios.dates import Day
from scenarios.faults import nearest
from scenarios.measures.places import zones_named

Evidence = Literal["RCT", "quasi-experiment", "survey", "assumption"]
Doer = Literal["NS", "ProRail", "municipality", "tram operator", "retailer", "private", "police", "ministry"]
# what a measure may bring besides what it is meant for; each has a sentence in texts/measures_*.json
SideEffect = Literal[
    "energy", "contrast", "detection", "staff_conflict", "displacement", "learned", "privacy", "little_reassurance",
    "reports_rise", "clustering", "stigma", "queues", "gate_conflict", "severed", "less_shelter", "lost_shop",
    "crowding", "opportunity", "fades", "workload", "upkeep", "blocked_sight", "less_growth", "nothing_known",
]  # fmt: skip
Fault3 = tuple[str, str, str]  # field, message, remedy
SECONDS_A_DAY: Final = 86_400
MUNICIPALITY: Final[Owner] = "municipality"
MOST_NAMED: Final = 3  # zones in one message
HOURS_FORM: Final = "hours as 18:00-01:00, between 05:00 and 01:00 of the next day"


def _clock(text: str) -> int:
    """Return seconds since 00:00 of ``18:00`` or ``25:00``."""
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(minutes) < 60):
        raise ValueError(f'"{text.strip()}" is not a time of the clock')
    return int(hours) * 3600 + int(minutes) * 60


def parse_hours(value: Any) -> Any:
    """Turn ``18:00-01:00`` into seconds of the service day ``(64800, 90000)``.

    Raises:
        ValueError: no such form, or they end as they begin.
    """
    if not isinstance(value, str):
        raise ValueError("are no hours")
    start_text, mark, end_text = value.partition("-")
    if not mark:
        raise ValueError("are no hours")
    start, end = _clock(start_text), _clock(end_text)
    if start == end:
        raise ValueError(f"begin and end at {start_text.strip()}")
    if start < DAY_END_S - SECONDS_A_DAY:
        start += SECONDS_A_DAY
    if end <= start:
        end += SECONDS_A_DAY
    return (start, end)


def in_day(hours: tuple[int, int]) -> tuple[int, int]:
    """Return hours that lie in the service day.

    Raises:
        ValueError: they do not, or end before they begin.
    """
    if not DAY_START_S <= hours[0] < hours[1] <= DAY_END_S:
        raise ValueError("lie outside the service day")
    return hours


# a list of a file becomes a tuple, the words in it stay strict
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(strict=False)]
Hours = Annotated[
    tuple[int, int],
    Field(strict=False, description=HOURS_FORM),
    BeforeValidator(parse_hours),
    AfterValidator(in_day),
]


def clock(seconds: int) -> str:
    """Return ``18:00`` or, past midnight, ``01:00`` of seconds of the service day."""
    return f"{seconds // 3600 % 24:02d}:{seconds % 3600 // 60:02d}"


class Measure(BaseModel):
    """Something an owner can do at a station: ``apply`` is a pure function of inputs.

    A measure reads no parameters in ``apply``: what is uncertain is never part of what is decided.

    Attributes:
        evidence: the best there is for its effect.
        doers: who can do it; another owner is refused.
        side_effects: what it may bring besides, to be reported.
        prices: rows of the parameter table of which its cost is made.
        life: how long that which is paid once lasts; None when nothing is paid once.
        over_weeks: it works from week to week, so that a single day shows nothing of it.
        example: lines of a scenario file with its fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    evidence: ClassVar[Evidence] = "assumption"
    doers: ClassVar[tuple[Doer, ...]] = OWNERS
    side_effects: ClassVar[tuple[SideEffect, ...]] = ()
    prices: ClassVar[tuple[str, ...]] = ()
    life: ClassVar[Life | None] = None
    over_weeks: ClassVar[bool] = False
    example: ClassVar[tuple[str, ...]] = ()

    by: Doer | None = Field(None, description="who does it; other owners whose place is touched must agree")
    agreed: Annotated[tuple[Owner, ...], Field(strict=False)] = Field(
        (), description="other owners who have agreed; without the municipality nothing is done on its ground"
    )
    start: Day | None = Field(None, description="first date on which it holds; left out: it always has")
    end: Day | None = Field(None, description="first date on which it holds no longer; left out: it stays")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"ends on {self.end}, which is not after its start on {self.start}")
        return self

    def holds(self, date: datetime.date) -> bool:
        """Return whether it is in force on a date."""
        return (self.start is None or self.start <= date) and (self.end is None or date < self.end)

    def overlaps(self, other: "Measure") -> bool:
        """Return whether there is a date on which both are in force."""
        starts = [m.start for m in (self, other) if m.start is not None]
        ends = [m.end for m in (self, other) if m.end is not None]
        return not starts or not ends or max(starts) < min(ends)

    @property
    def name(self) -> str:
        """Its name in the catalogue and in files."""
        return str(getattr(self, "measure", type(self).__name__))

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with this measure in them."""
        raise NotImplementedError

    def cost(self, inputs: Inputs) -> Cost:
        """Return what it costs on top of ``inputs``."""
        raise NotImplementedError

    def zone_words(self) -> tuple[str, ...]:
        """Return the zone ids and kinds that it names; empty means everywhere."""
        return ()

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones on whose ground something is done."""
        return zones_named(layout, self.zone_words())

    def owner(self, otherwise: Owner = "NS") -> Owner:
        """Return the owner of what it brings."""
        return otherwise if self.by is None or self.by == "police" or self.by == "ministry" else self.by

    def misfits(self, inputs: Inputs) -> list[Fault3]:
        """Return what of it does not fit a station: its place, its roster; see ``wrong``."""
        return self.wrong(inputs.layout)

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return (field, message, remedy) for each thing that does not fit this place."""
        valid = {zone.id for zone in layout.zones} | {zone.kind for zone in layout.zones}
        unknown = [
            ("zones", f'"{word}" is no zone and no kind of zone of {layout.id}', nearest(word, valid))
            for word in self.zone_words()
            if word not in valid
        ]
        return unknown or self._not_theirs() or self._outside(layout)

    def _not_theirs(self) -> list[Fault3]:
        """Refuse who cannot do it at all."""
        if self.by is None or self.by in self.doers:
            return []
        return [("by", f"{self.by} cannot do this", f"who can: {', '.join(self.doers)}")]

    def _outside(self, layout: Layout) -> list[Fault3]:
        """Refuse what somebody else would do on the ground of the municipality (science.md 3.5)."""
        if self.by in (None, MUNICIPALITY) or MUNICIPALITY in self.agreed:
            return []
        zones = [zone.id for zone in self.touched(layout) if zone.owner == MUNICIPALITY]
        if not zones:
            return []
        message = f"{self.by} cannot do this on ground of the municipality: {', '.join(zones[:MOST_NAMED])}"
        return [("by", message, f"by: {MUNICIPALITY}, or agreed: [{MUNICIPALITY}], or other zones")]

    def needs_agreement(self, inputs: Inputs) -> tuple[Owner, ...]:
        """Return the owners of touched zones other than the one who does it; none when ``by`` is open."""
        if self.by is None:
            return ()
        owners = {zone.owner for zone in self.touched(inputs.layout)}
        return tuple(sorted(owners - {self.by, *self.agreed}))
