"""Cameras: more of them, that record only or are watched, with or without signs."""

from dataclasses import replace
from math import ceil
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.inputs.layout import Camera, Layout, Spot
from model.inputs.roster import Operator
from scenarios.costs import Cost, Life, hours_a_year, price, total
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Hours, Measure, SideEffect, Words, clock
from scenarios.measures.places import spread_points, zones_named

DOME_DEG = 360.0


class Position(BaseModel):
    """Where one camera hangs and what it looks at."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    level: int = Field(description="ordinal of the level, 0 is street level")
    x: float = Field(description="metres on the sheet of the station")
    y: float = Field(description="metres on the sheet of the station")
    bearing_deg: float = Field(0, ge=-360, le=360, description="0 is along x, counter-clockwise")
    fov_deg: float = Field(DOME_DEG, gt=0, le=DOME_DEG, description="360 is a dome")


class Cameras(Measure):
    """More cameras: ``per_zone`` domes spread evenly over each named zone, or at given positions.

    ``watched`` cameras have an operator; without, pictures are recorded. ``operators`` puts as many people on duty in
    ``hours`` who look at these cameras only; what is left of the last one looks elsewhere.
    """

    evidence: ClassVar[Evidence] = "quasi-experiment"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "municipality", "tram operator", "police", "private")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("little_reassurance", "privacy", "detection", "displacement")
    prices: ClassVar[tuple[str, ...]] = ("cost_camera", "cost_camera_year", "cost_sign", "cost_operator_hour")
    life: ClassVar[Life | None] = "electronics"
    example: ClassVar[tuple[str, ...]] = ("zones: [underpass]", "per_zone: 2", "watched: true", "signs: true")

    measure: Literal["cameras"] = "cameras"
    zones: Words = Field((), description="zone ids or kinds that get cameras")
    per_zone: int = Field(1, ge=1, le=50, description="domes in each of the zones, 1 to 50")
    at: Annotated[tuple[Position, ...], Field(strict=False)] = Field(
        (), description="positions of single cameras: level, x, y, bearing_deg, fov_deg"
    )
    watched: bool = Field(False, description="true when an operator looks at the pictures")
    existing_too: bool = Field(False, description="true when the cameras already there are watched as well")
    signs: bool = Field(False, description="true when a sign hangs beside each new camera")
    operators: float | None = Field(
        None,
        ge=0,
        le=20,
        description="operators at work in these hours; left out: as many as usual for the number of cameras",
    )
    hours: Hours = Field(
        (DAY_START_S, DAY_END_S), description="when operators look, with operators; the whole service day otherwise"
    )

    @model_validator(mode="before")
    @classmethod
    def _somewhere(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.get("zones") and not value.get("at"):
            raise ValueError("needs zones or positions (at) for the cameras")
        return value

    @model_validator(mode="after")
    def _watched(self) -> Self:
        if not self.watched and (self.existing_too or self.operators):
            raise ValueError("existing_too and operators are only for watched cameras")
        if self.operators is None and self.hours != (DAY_START_S, DAY_END_S):
            raise ValueError("hours need a number of operators, for example operators: 1")
        return self

    def added(self, layout: Layout) -> tuple[Camera, ...]:
        """Return the new cameras; ids by place, so that scenarios name the same camera alike."""
        cameras = []
        if self.zones:
            for zone in zones_named(layout, self.zones):
                for number, (x, y) in enumerate(spread_points(zone.polygon, self.per_zone), 1):
                    name = f"new camera {zone.id} {number} of {self.per_zone}"
                    cameras.append(
                        self._camera(name, Position(level=zone.level, x=x, y=y, bearing_deg=0, fov_deg=DOME_DEG))
                    )
        for place in self.at:
            name = f"new camera {place.level} {place.x:g} {place.y:g} {place.bearing_deg:g} {place.fov_deg:g}"
            cameras.append(self._camera(name, place))
        return tuple(cameras)

    def _camera(self, name: str, at: Position) -> Camera:
        return Camera(
            name,
            at.level,
            at.x,
            at.y,
            at.bearing_deg,
            at.fov_deg,
            watched=self.watched and self.operators is None,
            owner=self.owner(),
        )

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the cameras, and their signs, in the layout."""
        layout = inputs.layout
        old = layout.cameras
        if self.existing_too and self.operators is None:
            old = tuple(replace(camera, watched=True) for camera in old)
        taken = {camera.id for camera in old}
        new = tuple(camera for camera in self.added(layout) if camera.id not in taken)
        signs: tuple[Spot, ...] = ()
        if self.signs:
            signs = tuple(Spot(f"sign of {c.id}", "camera_sign", c.level, c.x, c.y, owner=c.owner) for c in new)
        changed = replace(layout, cameras=old + new, spots=layout.spots + signs)
        seen = tuple(camera.id for camera in (old if self.existing_too else ()) + new)
        taken = {operator.id for operator in inputs.roster.operators}
        shifts = tuple(one for one in self.shifts(seen) if one.id not in taken)
        roster = replace(inputs.roster, operators=inputs.roster.operators + shifts)
        return inputs.replace(layout=changed, roster=roster)

    def shifts(self, cameras: tuple[str, ...]) -> tuple[Operator, ...]:
        """Return the operators who look at cameras; ids by content, so that scenarios name the same shift alike.

        Half an operator is one who looks at as many cameras elsewhere.
        """
        if not self.watched or not self.operators or not cameras:
            return ()
        people = ceil(self.operators)
        elsewhere = round(len(cameras) * (people / self.operators - 1))
        from_to = "-".join(clock(second) for second in self.hours)
        return tuple(
            Operator(
                f"operator {number} of {self.operators:g} {from_to} from {cameras[0]} on",
                *self.hours,
                cameras=cameras,
                elsewhere=elsewhere if number == people else 0,
            )
            for number in range(1, people + 1)
        )

    def cost(self, inputs: Inputs) -> Cost:
        """Return the cameras with upkeep, the signs, and the operators' hours."""
        parameters, number = inputs.parameters, len(self.added(inputs.layout))
        once = [price(parameters, "cost_camera").times(number)]
        yearly = [price(parameters, "cost_camera_year").times(number)]
        items: list[tuple[str, float]] = [("cameras", number)]
        hours = 0.0
        if self.signs:
            once.append(price(parameters, "cost_sign").times(number))
        if self.watched:
            watched = number + (len(inputs.layout.cameras) if self.existing_too else 0)
            per_operator = price(parameters, "respond_operator_cameras").value
            operators = self.operators if self.operators is not None else watched / per_operator
            hours = hours_a_year(*self.hours) * operators
            yearly.append(price(parameters, "cost_operator_hour").times(hours))
            items.append(("operator hours a year", hours))
        return Cost(total(once), total(yearly), "electronics", tuple(items), hours)

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def wrong(self, layout: Layout) -> list[tuple[str, str, str]]:
        """Return unknown zones and levels."""
        levels = [level.ordinal for level in layout.levels]
        unknown = [
            ("at", f"{layout.id} has no level {place.level}", nearest(place.level, map(str, levels)))
            for place in self.at
            if place.level not in levels
        ]
        return super().wrong(layout) + unknown
