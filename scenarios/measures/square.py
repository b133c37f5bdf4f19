"""The square before the station, which belongs to the municipality."""

from typing import ClassVar, Literal

from model.inputs.layout import ZoneKind
from scenarios.costs import Life
from scenarios.measures.outside import OutsideMeasure


class Square(OutsideMeasure):
    """Light, hedges, cleaning and enforcers on the square."""

    kind_of_zone: ClassVar[ZoneKind] = "square"
    life: ClassVar[Life | None] = "built"
    example: ClassVar[tuple[str, ...]] = ("light: 2", "clean_every_hours: 8", "enforcers: 18:00-01:00")

    measure: Literal["square"] = "square"
