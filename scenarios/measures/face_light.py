"""Face light: lamps that throw their light sideways, and walls that throw it back, so that faces are seen."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout, Zone
from scenarios.costs import Cost, Life, price
from scenarios.measures.lamps import LampMeasure
from scenarios.measures.measure import Evidence, SideEffect
from scenarios.measures.places import area_m2, zones_named


class FaceLight(LampMeasure):
    """The chosen luminaires get a wider beam with the same lumens; walls and ceilings may get a light finish."""

    evidence: ClassVar[Evidence] = "survey"
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("contrast",)
    prices: ClassVar[tuple[str, ...]] = ("cost_lamp", "cost_finish_m2")
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("zones: [underpass]", "light_walls: true")

    measure: Literal["face_light"] = "face_light"
    beam_exponent: float = Field(
        0.5, ge=0, le=8, description="how narrow the beam is: 0 shines alike in all directions downwards, 3 is a spot"
    )
    light_walls: bool = Field(False, description="true when walls and ceilings of the zones get a light finish")

    def painted(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the roofed zones whose walls get a light finish."""
        return tuple(z for z in zones_named(layout, self.zones) if z.roofed) if self.light_walls else ()

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with wider beams and lighter walls."""
        lit = self.changed(inputs, lambda lamp: replace(lamp, beam_exponent=self.beam_exponent))
        ids = {zone.id for zone in self.painted(inputs.layout)}
        zones = tuple(
            replace(zone, finish="light", reflectance=None) if zone.id in ids else zone for zone in inputs.layout.zones
        )
        return lit.replace(layout=replace(lit.layout, zones=zones))

    def cost(self, inputs: Inputs) -> Cost:
        """Return new luminaires of the same power, and the paint by floor area."""
        number = len(self.chosen(inputs.layout))
        painted = sum(area_m2(zone) for zone in self.painted(inputs.layout))
        paint = price(inputs.parameters, "cost_finish_m2").times(painted)
        return Cost(
            once=price(inputs.parameters, "cost_lamp").times(number) + paint,
            items=(("lamps", number), ("m2 of floor under light walls", painted)),
        )
