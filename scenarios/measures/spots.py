"""What all measures share that put something at points of a station."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.inputs.layout import Layout, Zone
from scenarios.faults import nearest
from scenarios.measures.measure import Fault3, Measure, Words
from scenarios.measures.places import spread_points, zones_around, zones_named


class Place(BaseModel):
    """A point of a level."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    level: int = Field(description="ordinal of the level, 0 is street level")
    x: float = Field(ge=-100_000, le=100_000, description="metres on the sheet of the station")
    y: float = Field(ge=-100_000, le=100_000, description="metres on the sheet of the station")


class AtPlaces(Measure):
    """``per_zone`` new things spread evenly over each named zone, or at given places."""

    zones: Words = Field((), description="zone ids or kinds that get them")
    per_zone: int = Field(1, ge=1, le=50, description="number in each of the zones, 1 to 50")
    at: Annotated[tuple[Place, ...], Field(strict=False)] = Field((), description="single places: level, x, y")

    @model_validator(mode="before")
    @classmethod
    def _somewhere(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.get("zones") and not value.get("at"):
            raise ValueError("needs zones or places (at)")
        return value

    def placed(self, layout: Layout) -> list[tuple[str, Place]]:
        """Return the places of the new things with a name by place, so that scenarios name the same alike."""
        found = []
        if self.zones:
            for zone in zones_named(layout, self.zones):
                for k, (x, y) in enumerate(spread_points(zone.polygon, self.per_zone), 1):
                    place = Place(level=zone.level, x=x, y=y)
                    found.append((f"{self.name} {zone.id} {k} of {self.per_zone}", place))
        found += [(f"{self.name} {place.level} {place.x:g} {place.y:g}", place) for place in self.at]
        return found

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which the new things stand."""
        return zones_around(layout, ((place.level, place.x, place.y) for _, place in self.placed(layout)))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones and levels."""
        levels = [level.ordinal for level in layout.levels]
        unknown = [
            ("at", f"{layout.id} has no level {place.level}", nearest(place.level, map(str, levels)))
            for place in self.at
            if place.level not in levels
        ]
        return super().wrong(layout) + unknown
