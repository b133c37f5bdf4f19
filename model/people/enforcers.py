"""Staff and enforcers as Mesa agents: they go round, stay, look, and go where something happens."""

from math import ceil
from typing import TYPE_CHECKING

from mesa import Agent

from model.inputs.roster import OUTSIDE, Duty
from model.kernels.second import ESCORTING, PATROLLING, RESPONDING, STAYING
from model.randomness import Purpose, entity_of, uniform

if TYPE_CHECKING:
    from model.day.response import Case
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
        self.met = 0  # events that the unit went to
        self.answering: Case | None = None  # the event that the unit answers
        self._busy = False
        self._move_at = 0.0  # when the unit goes on; what was planned before a call is void
        self._access = -1  # by which a unit from outside came in

    @property
    def at_home(self) -> bool:
        """Whether the unit stays outside the station until it is called."""
        return OUTSIDE in self.duty.zones

    @property
    def outside(self) -> bool:
        """Whether the unit is outside now."""
        return self.at_home and not self.model.guards["on"][self.row]

    @property
    def free(self) -> bool:
        """Whether the unit can be sent: on duty, and not with another event."""
        if self._busy or self.answering is not None:
            return False
        if self._escorting:
            return False
        on_duty = self.duty.start_s <= self.model.time < self.duty.end_s
        return on_duty if self.at_home else bool(self.model.guards["on"][self.row])

    @property
    def _escorting(self) -> bool:
        return bool(self.model.guards["mode"][self.row] == ESCORTING)

    # -- the round -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Come on duty at the first place of the round; whoever waits outside is only told of."""
        if not self.at_home:
            place = self._next_place()
            self._appear(int(self.model.places.rows["cell"][place]))
            self.model.guards["dest"][self.row] = self.model.places.first + place  # the way back of an escort
            self.stay()
        self.model.control_room.unit_free()

    def end(self) -> None:
        """Go off duty, once the event is done that the unit is with."""
        if self._busy or self.answering is not None or self._escorting:
            self.model.later(self.end, self.model.parameters.patrol_pause_s)
        else:
            self.model.guards["on"][self.row] = 0

    def go_on(self) -> None:
        """Walk to the next place of the round, or back outside, unless off duty or busy."""
        guards = self.model.guards
        waits = guards["on"][self.row] and guards["mode"][self.row] == STAYING
        if waits and not self._busy and self.model.time >= self._move_at:
            next_place = self._access if self.at_home else self.model.places.first + self._next_place()
            self._set(PATROLLING)
            guards["dest"][self.row] = next_place

    def stay(self) -> None:
        """Stay at a place for the length of a stop, then go on; an escort waits until somebody asks."""
        self._set(STAYING)
        if self.duty.escorts:
            return
        self._later(self.duty.visit_s)

    def _later(self, seconds: float) -> None:
        self._move_at = self.model.time + max(1, ceil(seconds))
        self.model.schedule_event(self.go_on, at=self._move_at)

    def _set(self, mode: int) -> None:
        guards = self.model.guards
        guards["mode"][self.row], guards["arrived"][self.row] = mode, 0

    def _appear(self, cell: int) -> None:
        guards, grid = self.model.guards, self.model.world.grid
        guards["x"][self.row], guards["y"][self.row] = grid.cell_x[cell], grid.cell_y[cell]
        guards["cell"][self.row], guards["ready_s"][self.row] = cell, 0
        guards["on"][self.row] = 1

    # -- events --------------------------------------------------------------------------------------------------------

    def respond(self, case: "Case") -> None:
        """Go to an event; the way has been written."""
        self.answering = case
        self._set(RESPONDING)

    def come_in(self, case: "Case", seconds: float) -> None:
        """Come to the station from outside; the way from the access is written on arrival."""
        self.answering = case
        self.model.later(self.enter, seconds)

    def enter(self) -> None:
        """Come in by the access from which the event is nearest, and walk on; turn round when it is over."""
        case = self.answering
        if case is None or not case.incident.lasts(self.model.time):
            self._done()
            return
        if not self.model.bring_in(self, case):
            self._busy_for(0)

    def come_by(self, access: int, cell: int) -> None:
        """Stand in an access; the unit goes out by the same."""
        self._access = access
        self._appear(cell)

    def arrive(self) -> None:
        """Be at a place of the round, outside again, or at an event: do what can be done, which takes time."""
        if self.model.guards["mode"][self.row] == RESPONDING and self.answering is not None:
            self.met += 1
            self._busy_for(self.answering.arrival(self))
        elif self.at_home:
            self._set(STAYING)
            self.model.guards["on"][self.row] = 0
            self._done()
        else:
            self.stay()

    def _busy_for(self, seconds: float) -> None:
        self._set(STAYING)
        self._busy = True
        self.model.later(self._done, seconds)

    def _done(self) -> None:
        """Be free again: go on, unless somebody waits for a unit."""
        self._busy, self.answering = False, None
        self.model.control_room.unit_free()
        if self.free and self.model.guards["on"][self.row]:
            self._move_at = self.model.time
            self.go_on()

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
