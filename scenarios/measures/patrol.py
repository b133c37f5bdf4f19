"""Patrol: more people on duty, who go round."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from model.inputs.layout import Layout
from model.inputs.roster import OUTSIDE, GuardKind, Power
from scenarios.faults import nearest
from scenarios.measures.duties import OnDuty
from scenarios.measures.measure import Doer, Evidence, Fault3, SideEffect, Words
from scenarios.measures.places import zones_named


class Patrol(OnDuty):
    """More units go round in their hours; a pair that walks together counts as one unit.

    Zones across the boundary of the station belong to the round when they are named, and when their owner agrees.
    A unit does what its kind may do, or what ``powers`` say (chances: parameters ``respond_*``).
    """

    evidence: ClassVar[Evidence] = "RCT"
    side_effects: ClassVar[tuple[SideEffect, ...]] = (
        "detection", "staff_conflict", "displacement", "learned", "opportunity",
    )  # fmt: skip
    prices: ClassVar[tuple[str, ...]] = (
        "guard_cost_eur_per_hour_police", "guard_cost_eur_per_hour_boa", "guard_cost_eur_per_hour_guard",
        "guard_cost_eur_per_hour_conductor", "guard_cost_eur_per_hour_service",
    )  # fmt: skip
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "private", "police")
    example: ClassVar[tuple[str, ...]] = ("who: boa", "units: 1", "hours: 18:00-01:00", "zones: [platform, underpass]")

    measure: Literal["patrol"] = "patrol"
    who: GuardKind = Field(description="police, boa, guard, conductor or service")
    away_minutes: float | None = Field(
        None, ge=0, le=120, description="minutes to the station of units with zones: [outside], who come when called"
    )
    hot_spots: Words = Field((), description="zone ids or kinds on the round that are visited more often")
    hot_times: int = Field(3, ge=2, le=10, description="how often hot spots are visited for once elsewhere, 2 to 10")
    trained: bool | None = Field(
        None, description="trained in dealing with aggression; left out: police, boa and guard are"
    )
    alone: bool | None = Field(None, description="true for one person, false for two; left out: as usual for the kind")
    powers: Annotated[tuple[Power, ...] | None, Field(strict=False)] = Field(
        None, description="what they may do: ask, remove, hold, fine; left out: all, fines by police and boa only"
    )

    @model_validator(mode="after")
    def _away_outside(self) -> Self:
        if self.away_minutes is not None and OUTSIDE not in self.zones:
            raise ValueError("away_minutes is for zones: [outside]")
        return self

    def kind(self) -> GuardKind:
        """Return the kind of the units."""
        return self.who

    def label(self) -> str:
        """Return the beginning of the names of the duties."""
        return f"patrol {self.who}" + (f" {self.hot_times}x {'+'.join(self.hot_spots)}" if self.hot_spots else "")

    def suffix(self) -> str:
        """Return the end of the names: how far away they wait."""
        return "" if self.away_minutes is None else f" away {self.away_minutes:g}min"

    def traits(self, layout: Layout) -> dict[str, Any]:
        """Return way, training and company of the units, and where they go more often."""
        away = None if self.away_minutes is None else round(self.away_minutes * 60)
        hot = tuple(zone.id for zone in zones_named(layout, self.hot_spots)) if self.hot_spots else ()
        focus = hot * (self.hot_times - 1)
        return {"away_s": away, "trained": self.trained, "alone": self.alone, "focus": focus, "powers": self.powers}

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones, and hot spots that are not on the round."""
        faults = super().wrong(layout)
        round_ = {zone.id for zone in self.touched(layout)}
        for word in self.hot_spots:
            if not round_ & {zone.id for zone in layout.zones if word in (zone.id, zone.kind)}:
                faults.append(("hot_spots", f'"{word}" is no zone on the round', nearest(word, round_)))
        return faults
