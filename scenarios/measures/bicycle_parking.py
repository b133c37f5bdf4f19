"""The bicycle parking, which belongs to the municipality."""

from typing import ClassVar, Literal

from model.inputs.layout import ZoneKind
from scenarios.costs import Life
from scenarios.measures.outside import OutsideMeasure


class BicycleParking(OutsideMeasure):
    """Light, hedges, cleaning and enforcers in the bicycle parking."""

    kind_of_zone: ClassVar[ZoneKind] = "bicycle_parking"
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("light: 2", "enforcers: 19:00-01:00")

    measure: Literal["bicycle_parking"] = "bicycle_parking"
