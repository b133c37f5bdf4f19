"""Travellers: an agent set whose state lives in arrays and whose members are handles made on request."""

from collections.abc import Iterator
from dataclasses import dataclass

from model.inputs.population import GENDERS
from model.kernels.crowd import Crowd
from model.kernels.score import score_of

DOING = (
    "absent",
    "to the exit",
    "to the platform",
    "to a waiting place",
    "waiting",
    "to a door",
    "at a door",
)


@dataclass(frozen=True, slots=True)
class Traveller:
    """A look at one traveller; reads the arrays, so it is only good while the person is inside."""

    crowd: Crowd
    slot: int

    @property
    def unique_id(self) -> int:
        """Number of the visit."""
        return int(self.crowd.people["visit"][self.slot])

    @property
    def position(self) -> tuple[float, float]:
        """Metres on the sheet."""
        return float(self.crowd.people["x"][self.slot]), float(self.crowd.people["y"][self.slot])

    @property
    def gender(self) -> str:
        """Gender of the traveller."""
        return GENDERS[self.crowd.people["gender"][self.slot]]

    @property
    def doing(self) -> str:
        """What the traveller is about."""
        return DOING[self.crowd.people["doing"][self.slot]]

    @property
    def score(self) -> float:
        """Perceived safety at this moment, 1-10."""
        return float(score_of(self.crowd.people["u"][self.slot]))


class Travellers:
    """Those who are inside now, in the order of their visit numbers."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd

    def __len__(self) -> int:
        return int(self._crowd.count[0])

    def __iter__(self) -> Iterator[Traveller]:
        return (Traveller(self._crowd, int(slot)) for slot in self._crowd.order[: len(self)])

    def __getitem__(self, visit: int) -> Traveller:
        """Return the traveller of a visit number; KeyError when that person is not inside."""
        for traveller in self:
            if traveller.unique_id == visit:
                return traveller
        raise KeyError(f"visit {visit} is not inside")
