"""Signs: people are told that cameras look at them."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Camera, Layout, Spot, Zone
from scenarios.costs import Cost, Life, price
from scenarios.measures.measure import Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.places import things_in, zones_around


class Signs(Measure):
    """A sign hangs beside each camera of the zones that has none within a metre."""

    evidence: ClassVar[Evidence] = "assumption"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("little_reassurance",)
    prices: ClassVar[tuple[str, ...]] = ("cost_sign",)
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("zones: [platform, underpass]",)

    measure: Literal["signs"] = "signs"
    zones: Words = Field((), description="zone ids or kinds whose cameras get signs; all when left out")

    def without(self, layout: Layout) -> tuple[Camera, ...]:
        """Return the cameras that get a sign."""
        signs = [spot for spot in layout.spots if spot.kind == "camera_sign"]

        def told(camera: Camera) -> bool:
            return any(
                s.level == camera.level and (s.x - camera.x) ** 2 + (s.y - camera.y) ** 2 <= 1 for s in signs
            )  # fmt: skip

        return tuple(camera for camera in things_in(layout, layout.cameras, self.zones) if not told(camera))

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the signs in the layout."""
        layout = inputs.layout
        new = tuple(
            Spot(f"sign of {c.id}", "camera_sign", c.level, c.x, c.y, owner=c.owner) for c in self.without(layout)
        )
        return inputs.replace(layout=replace(layout, spots=layout.spots + new))

    def cost(self, inputs: Inputs) -> Cost:
        """Return the signs."""
        number = len(self.without(inputs.layout))
        return Cost(price(inputs.parameters, "cost_sign").times(number), items=(("signs", number),))

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which the cameras hang."""
        return zones_around(layout, ((c.level, c.x, c.y) for c in self.without(layout)))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones, or that no camera is without a sign."""
        faults = super().wrong(layout)
        if not faults and not self.without(layout):
            return [("zones", "there is no camera without a sign", "name zones with cameras, or add cameras first")]
        return faults
