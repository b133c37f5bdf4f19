"""Offenders as Mesa agents: a face on the rows that the kernel moves.

A concealed offender of the base demand is spread over several probe copies; each copy is an agent of its own with
the weight of its share (science.md 4.4).
"""

from typing import TYPE_CHECKING

from mesa import Agent

from model.kernels.offending import GONE, TO_COME
from model.results import INCIDENT_TYPES

if TYPE_CHECKING:
    from model.station import Station


class Offender(Agent):  # type: ignore[misc]
    """One offender visit."""

    model: "Station"

    def __init__(self, model: "Station", row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def kind(self) -> str:
        """Type of incident that this person may cause."""
        return INCIDENT_TYPES[self.model.offenders.rows["kind"][self.row]]

    @property
    def weight(self) -> float:
        """Share of one person that this copy still stands for."""
        return float(
            self.model.offenders.rows["weight"][self.row] * self.model.offenders.rows["survival"][self.row]
        )

    @property
    def inside(self) -> bool:
        """Whether the offender is in the station now."""
        return bool(self.model.offenders.rows["state"][self.row] not in (TO_COME, GONE))

    def remove_from_station(self) -> None:
        """End the visit, for example because a guard sent the person away."""
        self.model.offenders.rows["state"][self.row] = GONE
        self.model.offenders.rows["loud_until_s"][self.row] = 0
