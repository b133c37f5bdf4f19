"""The approach route: the way to the station, which belongs to the municipality."""

from typing import ClassVar, Literal

from model.inputs.layout import ZoneKind
from scenarios.costs import Life
from scenarios.measures.outside import OutsideMeasure


class ApproachRoute(OutsideMeasure):
    """Light, hedges, cleaning and enforcers on the approach routes."""

    kind_of_zone: ClassVar[ZoneKind] = "approach"
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("light: 2",)

    measure: Literal["approach_route"] = "approach_route"
