"""What all measures share: a frozen, validated form in a scenario file, an effect and a cost."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.inputs.layout import Layout, Owner
from scenarios.costs import Cost
from scenarios.faults import nearest
from scenarios.measures.places import zones_named

Evidence = Literal["RCT", "quasi-experiment", "survey", "assumption"]
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
        ValueError: no such form, or outside 05:00 to 01:00.
    """
    if not isinstance(value, str):
        raise ValueError("are no hours")
    start_text, mark, end_text = value.partition("-")
    if not mark:
        raise ValueError("are no hours")
    start, end = _clock(start_text), _clock(end_text)
    if start < DAY_END_S - SECONDS_A_DAY:
        start += SECONDS_A_DAY
    if end <= start:
        end += SECONDS_A_DAY
    return (start, end)


def _in_day(hours: tuple[int, int]) -> tuple[int, int]:
    if not DAY_START_S <= hours[0] < hours[1] <= DAY_END_S:
        raise ValueError("lie outside the service day")
    return hours


# a list of a file becomes a tuple, the words in it stay strict
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(strict=False)]
Hours = Annotated[
    tuple[int, int],
    Field(strict=False, description=HOURS_FORM),
    BeforeValidator(parse_hours),
    AfterValidator(_in_day),
]


def clock(seconds: int) -> str:
    """Return ``18:00`` or, past midnight, ``01:00`` of seconds of the service day."""
    return f"{seconds // 3600 % 24:02d}:{seconds % 3600 // 60:02d}"


class Measure(BaseModel):
    """Something an owner can do at a station: ``apply`` is a pure function of inputs.

    A measure reads no parameters in ``apply``: what is uncertain is never part of what is decided.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    evidence: ClassVar[Evidence] = "assumption"

    by: Owner | None = Field(None, description="who does it; other owners whose place is touched must agree")
    agreed: Annotated[tuple[Owner, ...], Field(strict=False)] = Field(
        (), description="other owners who have agreed; without the municipality nothing is done on its ground"
    )

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with this measure in them."""
        raise NotImplementedError

    def cost(self, inputs: Inputs) -> Cost:
        """Return what it costs on top of ``inputs``."""
        raise NotImplementedError

    def zone_words(self) -> tuple[str, ...]:
        """Return the zone ids and kinds that it names; empty means everywhere."""
        return ()

    def wrong(self, layout: Layout) -> list[tuple[str, str, str]]:
        """Return (field, message, remedy) for each thing that does not fit this station."""
        valid = {zone.id for zone in layout.zones} | {zone.kind for zone in layout.zones}
        unknown = [
            ("zones", f'"{word}" is no zone and no kind of zone of {layout.id}', nearest(word, valid))
            for word in self.zone_words()
            if word not in valid
        ]
        return unknown or self._outside(layout)

    def _outside(self, layout: Layout) -> list[tuple[str, str, str]]:
        """Refuse what somebody else would do on the ground of the municipality (science.md 3.5)."""
        if self.by in (None, MUNICIPALITY) or MUNICIPALITY in self.agreed:
            return []
        zones = [zone.id for zone in zones_named(layout, self.zone_words()) if zone.owner == MUNICIPALITY]
        if not zones:
            return []
        message = f"{self.by} cannot do this on ground of the municipality: {', '.join(zones[:MOST_NAMED])}"
        return [("by", message, f"by: {MUNICIPALITY}, or agreed: [{MUNICIPALITY}], or other zones")]

    def needs_agreement(self, inputs: Inputs) -> tuple[Owner, ...]:
        """Return the owners of touched zones other than the one who does it; none when ``by`` is open."""
        if self.by is None:
            return ()
        owners = {zone.owner for zone in zones_named(inputs.layout, self.zone_words())}
        return tuple(sorted(owners - {self.by, *self.agreed}))
