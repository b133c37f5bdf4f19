"""Staff and enforcers as Mesa agents: they go round, stay, look, and go where something happens."""

from typing import TYPE_CHECKING

from mesa import Agent

from model.inputs.roster import Duty
from model.kernels.second import PATROLLING, RESPONDING, STAYING
from model.randomness import Purpose, entity_of, uniform

if TYPE_CHECKING:
    from model.station import Station


class Guard(Agent):  # type: ignore[misc]
    """One unit on duty: police pair, BOA pair, security guard, conductor or service staff.

    Attributes:
        duty: the row of the roster.
        row: row of the arrays that the kernel moves.
    """

    model: "Station"

    def __init__(self, model: "Station", duty: Duty, row: int, places: list[int]) -> None:
        super().__init__(model)
        self.duty, self.row = duty, row
        self.places = places
        self.entity = entity_of(duty.id)
        self.stops = 0
        self._last = 0
        self.answering = -1  # row of the offender whose event the unit answers

    def start(self) -> None:
        """Come on duty at the first place of the round."""
        guards, ground = self.model.guards, self.model.world.grid
        cell = int(self.model.places.rows["cell"][self._next_place()])
        guards["x"][self.row], guards["y"][self.row] = ground.cell_x[cell], ground.cell_y[cell]
        guards["cell"][self.row] = cell
        guards["on"][self.row] = 1
        self.stay()

    def end(self) -> None:
        """Go off duty."""
        self.model.guards["on"][self.row] = 0

    def go_on(self) -> None:
        """Walk to the next place of the round, unless off duty or busy."""
        guards = self.model.guards
        if guards["on"][self.row] and guards["mode"][self.row] == STAYING:
            guards["dest"][self.row] = self.model.places.first + self._next_place()
            guards["mode"][self.row] = PATROLLING
            guards["arrived"][self.row] = 0

    def stay(self) -> None:
        """Stay at a place for the length of a stop, then go on."""
        guards = self.model.guards
        guards["mode"][self.row] = STAYING
        guards["arrived"][self.row] = 0
        self.model.later(self.go_on, self.duty.visit_s)

    def respond(self, offender: int, x: float, y: float) -> None:
        """Go to an event that the unit has seen."""
        guards = self.model.guards
        guards["goal_x"][self.row], guards["goal_y"][self.row] = x, y
        guards["mode"][self.row] = RESPONDING
        guards["arrived"][self.row] = 0
        self.answering = offender

    def arrive(self) -> None:
        """Be at a place of the round, or at an event: then end it, if it can be ended, and pause."""
        if self.model.guards["mode"][self.row] == RESPONDING:
            self.model.end_event(self, self.answering)
            self.model.guards["mode"][self.row] = STAYING
            self.model.guards["arrived"][self.row] = 0
            self.model.later(self.go_on, self.model.parameters.patrol_pause_s)
        else:
            self.stay()

    def _next_place(self) -> int:
        """Return the next place: in turn, or keyed on unit and stop; never the same twice when there are more."""
        n = len(self.places)
        if self.duty.order == "fixed" or n == 1:
            choice = self.stops % n
        else:
            u = uniform(self.model.seed, int(Purpose.PATROL), self.model.day, self.entity, self.stops, 0)
            others = n if self.stops == 0 else n - 1
            choice = min(int(u * others), others - 1)
            if self.stops > 0:
                choice += choice >= self._last
        self._last = choice
        self.stops += 1
        return self.places[choice]
