"""The file of a trial: population, units, arms with their dose, weeks, outcomes with what was published.

Every field is an Inputs -> Inputs change, a place to count at or a way to compare; no trial needs code of its own.
"""

import datetime
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from model.inputs.inputs import DAY_END_S, DAY_START_S
from model.inputs.roster import GuardKind
from model.results import GENDERS, INCIDENT_TYPES, STAFF_KINDS, TABLE_TYPES
from scenarios.faults import shown
from scenarios.file_schema import DutyPart
from scenarios.measures.measure import Hours, Words

SCHEMA_VERSION: Final = 1
CONTROL: Final = "control"
WHOLE_DAY: Final = (DAY_START_S, DAY_END_S)
WEEK_DAYS: Final = 7
NAME_LENGTH: Final = 64
_HOUR: Final = 3600


class Part(BaseModel):
    """A part of the file: unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


Positive = Annotated[float, Field(gt=0, le=1e6)]


def _date(value: Any) -> Any:
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f'"{shown(value)}" is not a date as 2026-11-18') from None


Date = Annotated[datetime.date, BeforeValidator(_date)]


class Count(Part):
    """What is counted, where and when; the same for ranking units and for outcomes.

    ``book`` true, detected, recorded, reported: incidents of ``types``; trains: conflicts of dodgers who board with
    staff on board; question: answers on perceived safety; unsafe: visits felt unsafe; trips: evening trips that are not
    made; visits: people; helped: share of drawn events in which a bystander helped.
    """

    book: Literal[
        "true", "detected", "recorded", "reported", "trains", "question", "unsafe", "trips", "visits", "helped"
    ] = Field(
        "recorded",
        description="true, detected, recorded, reported, trains, question, unsafe, trips, visits or helped",
    )
    types: Words = Field((), description="types of incidents; all of offenders when left out")
    gender: Literal["all", "woman", "man", "other"] = Field("all", description="all, woman, man or other")
    who: Literal["travellers", "staff"] = Field("travellers", description="whose answers: travellers or staff")
    staff: Words = Field((), description="kinds of staff whose answers count; all when left out")
    hours: Hours = Field(WHOLE_DAY, validate_default=False)
    at: Literal["unit", "near", "rest", "station", "outside"] = Field(
        "unit",
        description="unit, near (around it, within near_m), rest (station without unit), station, or outside (booked "
        "beyond the station)",
    )
    near_m: Positive = Field(10.0, description="how far from the unit near reaches, metres on its level")
    rings: tuple[int, ...] = Field((), strict=False, description="numbers of rings of a point, 0 the innermost")
    zones: Words = Field((), description="only zones of these ids or kinds")
    time: Literal["all", "during", "away"] = Field(
        "all", description="all, during (while the dose is at the unit) or away (all other time)"
    )
    days: Literal["all", "dosed", "free"] = Field(
        "all", description="all, dosed (days of the week on which the dose is given) or free (its other days)"
    )
    per: Literal["day", "visit"] = Field("day", description="day, or visit for a rate per visit to the station")
    cut: float | None = Field(None, ge=1, le=10, description="share of answers at or above this; mean when left out")
    bystanders: int = Field(0, ge=0, le=1000, description="fewest people present at an event that counts (helped)")
    checked: float = Field(0.3, ge=0, le=1, description="share of dodgers on board who are asked for a ticket")

    @model_validator(mode="after")
    def _words(self) -> Self:
        known = set(TABLE_TYPES)
        for word in self.types:
            if word not in known:
                raise ValueError(f'types: "{shown(word)}" is no type of incident; valid: {", ".join(TABLE_TYPES)}')
        for word in self.staff:
            if word not in STAFF_KINDS:
                raise ValueError(f'staff: "{shown(word)}" is no kind of staff; valid: {", ".join(STAFF_KINDS)}')
        if self.book not in INCIDENT_BOOKS and (self.rings or self.at in ("near", "rest", "outside")):
            raise ValueError(f"at, rings: {self.book} is kept for the whole station only")
        if self.book not in INCIDENT_BOOKS and self.time != "all":
            raise ValueError(f"time: {self.book} is not kept apart by the presence of the dose")
        if self.gender != "all" and self.gender not in GENDERS:
            raise ValueError(f"gender: {self.gender}")
        return self

    @property
    def kinds(self) -> tuple[int, ...]:
        """Numbers of the types of incidents that count."""
        names = self.types or INCIDENT_TYPES
        return tuple(TABLE_TYPES.index(name) for name in names)


INCIDENT_BOOKS: Final = ("true", "detected", "recorded", "reported")


class Pick(Part):
    """Which of the candidate units are in the trial."""

    rule: Literal["all", "hottest", "coolest"] = Field("all", description="all, hottest or coolest")
    share: float = Field(1.0, gt=0, le=1, description="share of the candidate units, 0.1 for the hottest tenth")
    by: Count = Field(default=Count.model_validate({}), description="what heat is: a count, as of an outcome")


class Units(Part):
    """What is treated and counted."""

    kind: Literal["station", "platform", "point"] = Field("station", description="station, platform or point")
    around: Literal["access", "shop", "help_point", "camera", "seat", "shelter", "gate", "lamp", "zone"] | None = Field(
        None, description="points lie at these things of a station, or in the middle of its zones"
    )
    rings_m: tuple[Positive, ...] = Field(
        (), strict=False, max_length=6, description="outer radii of the rings of a point, ascending, metres"
    )
    pick: Pick = Field(default=Pick.model_validate({}), description="which of them")

    @model_validator(mode="after")
    def _point(self) -> Self:
        if (self.kind == "point") != (self.around is not None and bool(self.rings_m)):
            raise ValueError("a point has `around` and `rings_m`; other kinds have neither")
        if list(self.rings_m) != sorted(set(self.rings_m)):
            raise ValueError("rings_m must ascend")
        return self


class Type(Part):
    """A type of station, which stands for ``weight`` of them."""

    station: str = Field(min_length=1, max_length=200, description="a station that ships, or the path of a folder")
    weight: Positive = Field(1.0, description="how many stations of the trial are of this type")
    demand: Positive = Field(1.0, description="times the boardings and alightings of the file")
    offenders: Positive = Field(1.0, description="times the arrivals of offenders per visit")
    roster: list[DutyPart] | None = Field(None, max_length=100, description="usual duties; absent: those of the file")
    measures: list[Any] = Field(default=[], max_length=100, description="how these stations differ beforehand")
    factors: dict[str, Positive] = Field(default={}, description="parameter name: factor on its value")


class VisitsDose(Part):
    """Visits of so many minutes at the unit, beside whoever is on duty."""

    dose: Literal["visits"]
    who: GuardKind = Field(description="police, boa, guard, conductor or service")
    visits_a_day: int = Field(ge=1, le=288, description="visits a day")
    minutes: float = Field(gt=0, le=1440, description="length of a visit, minutes")
    hours: Hours
    days_a_week: int = Field(WEEK_DAYS, ge=1, le=WEEK_DAYS, description="days a week with visits")
    order: Literal["random", "fixed"] = Field("random", description="moments drawn every day, or fixed ones")
    stop_minutes: float | None = Field(None, gt=0, le=240, description="at one place; absent: the whole visit")
    ring: int = Field(0, ge=0, description="ring of a point in which they stay, from 0 to this one")
    body_cam: bool = Field(False, description="wear a body camera")
    weeks: tuple[float, float] | None = Field(None, strict=False, description="[first, last] week of it; absent: all")


class UsualDose(Part):
    """A factor on the usual roster: how often it comes and how long it is there, apart."""

    dose: Literal["usual"]
    visits: Positive = Field(1.0, description="times as many visits")
    minutes: float = Field(1.0, ge=0, le=100, description="times as many minutes in all")
    who: Words = Field((), description="kinds of duty; all when left out")
    weeks: tuple[float, float] | None = Field(None, strict=False, description="[first, last] week of it; absent: all")


class StaffDose(Part):
    """What usual staff wear and know."""

    dose: Literal["staff"]
    who: Words = Field((), description="kinds of duty; all when left out")
    share: float = Field(1.0, gt=0, le=1, description="share of those duties")
    body_cam: bool | None = Field(None, description="wears a body camera")
    trained: bool | None = Field(None, description="trained in dealing with aggression")
    checks_tickets: bool | None = Field(None, description="looks at tickets")
    weeks: tuple[float, float] | None = Field(None, strict=False, description="[first, last] week of it; absent: all")


Dose = VisitsDose | UsualDose | StaffDose
DOSES: Final[dict[str, type[VisitsDose] | type[UsualDose] | type[StaffDose]]] = {
    "visits": VisitsDose,
    "usual": UsualDose,
    "staff": StaffDose,
}


class Published(Part):
    """What was found. Percent effects are changes, -21 for 21% less."""

    estimate: float | None = Field(None, description="in the unit of the analysis; absent for a direction")
    low: float | None = Field(None, description="lower end")
    high: float | None = Field(None, description="upper end")
    band: Literal["ci95", "naive", "range", "none"] = Field("none", description="ci95, naive, range or none")
    direction: Literal["lower", "higher", "none", ""] = Field("", description="lower, higher or none")

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to compare with: the line is told without a verdict."""
        return self.estimate is None and not self.direction

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.nothing and self.low is not None:
            raise ValueError("a band needs an estimate")
        if (self.low is None) != (self.high is None) or (self.low is None) != (self.band == "none"):
            raise ValueError("low, high and band go together")
        if self.low is not None and self.high is not None and not self.low <= self.high:
            raise ValueError("low must not exceed high")
        return self


class Outcome(Count):
    """A line of the result: a count, how arms are compared, what was published."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and dashes")
    text: str = Field("", max_length=300, description="what it is, as published")
    arm: str | None = Field(None, description="treated arm; the first when absent")
    against: str = Field(CONTROL, description="arm that it is compared with")
    analysis: Literal["percent", "odds", "points", "share_points", "level", "did", "share_of"] = Field(
        "percent", description="percent, odds, points, share_points, level, did or share_of"
    )
    of: str | None = Field(None, description="another outcome: the comparison of did, the whole of share_of")
    weeks: tuple[float, float] | None = Field(None, strict=False, description="[first, last] week that counts")
    times: Positive = Field(1.0, description="factor on levels and points, 1000000 for a rate per million visits")
    each: Literal["hour", "ring", "week", "gender", "type"] | None = Field(
        None, description="a line more for each hour, ring, step of weeks, gender or type, without a verdict"
    )
    published: Published = Field(
        default=Published.model_validate({}), description="what was found; without it the line has no verdict"
    )
    evidence: str = Field("", max_length=20, description="row of the evidence table")
    role: Literal["calib", "prior", "blind"] = Field("calib", description="calib, prior or blind")

    @model_validator(mode="after")
    def _of(self) -> Self:
        if (self.analysis in ("did", "share_of")) != (self.of is not None):
            raise ValueError("of: names another outcome for did and share_of, and for nothing else")
        return self

    def lines(self, ends: Sequence[float], rings: int) -> "list[Outcome]":
        """Return the outcome, and one for each part that it asks for (``each``)."""
        parts: dict[str, dict[str, Any]] = {}
        if self.each == "hour":
            first, last = self.hours
            parts = {f"{t // _HOUR:02d}h": {"hours": (t, t + _HOUR)} for t in range(first - first % _HOUR, last, _HOUR)}
        elif self.each == "ring":
            parts = {f"ring-{k}": {"rings": (k,)} for k in range(rings)}
        elif self.each == "week":
            begins = (0.0, *ends[:-1])
            spans = zip(begins, ends, strict=True)
            parts = {f"week-{a:g}-{b:g}".replace(".", "-"): {"weeks": (a, b)} for a, b in spans}
        elif self.each == "gender":
            parts = {name: {"gender": name} for name in GENDERS}
        elif self.each == "type":
            parts = {name.replace("_", "-"): {"types": (name,)} for name in self.types or INCIDENT_TYPES}
        plain = {"published": Published.model_validate({}), "each": None}
        named = ((f"{self.name}-{word}"[:NAME_LENGTH], part) for word, part in parts.items())
        return [self, *(self.model_copy(update={**plain, **part, "name": name}) for name, part in named)]


class Arm(Part):
    """What is done to the picked units (doses) and to their stations (measures)."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and dashes")
    measures: list[Any] = Field(default=[], max_length=100, description="measures of a scenario file")
    doses: list[Any] = Field(default=[], max_length=20, description="visits, usual or staff")


def _ascending(weeks: tuple[float, ...]) -> tuple[float, ...]:
    if list(weeks) != sorted(set(weeks)) or not weeks or weeks[0] <= 0:
        raise ValueError("must be ascending numbers of weeks, the last one the length of the trial")
    return weeks


class Texts(Part):
    """A text in both languages."""

    en: str = Field(min_length=1, max_length=200, description="in English")
    nl: str = Field(min_length=1, max_length=200, description="in Dutch")


class TrialFile(Part):
    """The whole file."""

    schema_: Literal[1] = Field(alias="schema", description="version of this format: 1")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and dashes")
    title: Texts = Field(description="title with en and nl")
    source: str = Field(min_length=1, max_length=2000, description="where it was published")
    note: str = Field("", max_length=4000, description="what of it the model's terms leave out")
    date: Date = Field(datetime.date(2026, 11, 18), description="day of the season, as 2026-11-18")
    simulate: Hours = Field(WHOLE_DAY, validate_default=False)
    weeks: Annotated[tuple[Positive, ...], AfterValidator(_ascending)] = Field(
        (2.0, 26.0), strict=False, max_length=20, description="ends of the steps that are simulated, in weeks"
    )
    population: list[Type] = Field(min_length=1, max_length=40, description="types of stations")
    units: Units = Field(default=Units.model_validate({}), description="what is treated and counted")
    arms: list[Arm] = Field(min_length=1, max_length=6, description="treated arms; the control is as usual")
    outcomes: list[Outcome] = Field(min_length=1, max_length=60, description="lines of the result")

    def spread(self) -> "TrialFile":
        """Return the file with a line for each part of the outcomes that ask for parts."""
        lines = [line for o in self.outcomes for line in o.lines(self.weeks, len(self.units.rings_m))]
        return self.model_copy(update={"outcomes": lines})
