"""A station and its day as a Mesa model: events for trains, shifts and bookkeeping; one compiled call between them.

The order of a day can be read in ``Station._plan``; what happens in a second in ``model.kernels.second``.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, inf, pi
from operator import is_not
from time import perf_counter, process_time
from typing import Any

import numpy as np
from mesa import Model
from mesa.time import Schedule

from model.day import (
    boarding,
    daylight,
    detection,
    dispatch,
    escorting,
    guardianship,
    offending,
    perception,
    response,
    staff_contacts,
)
from model.day.access import make_doorways
from model.day.control_room import ControlRoom
from model.day.demand import Visits, draw_visits
from model.day.entry import Expectations
from model.day.gates import gate_rules, make_gates
from model.day.ground import make_ground
from model.day.past import Past
from model.day.route_choice import choose_ways
from model.day.staff_safety import StaffSafety
from model.day.tally import make_tally, results_of
from model.day.weather import harsh_hours
from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.kernels.bins import make_bins
from model.kernels.crowd import make_crowd
from model.kernels.handles import Handle
from model.kernels.passages import make_passage_state
from model.kernels.presence import make_presence
from model.kernels.second import PAIR, Day, Keys, Pairs, Watch, run_seconds
from model.kernels.state import HAPPENING, Happenings
from model.kernels.visiting import call_to_doors, may_leave, take_leave
from model.kernels.walking import CODES, make_work
from model.kernels.ways import Net, make_ways
from model.people.enforcers import Guard
from model.people.offenders import Offender
from model.people.travellers import Travellers
from model.randomness import Purpose
from model.results import HOURS, INCIDENT_TYPES, Results
from model.world.disorder import day_disorder
from model.world.movement import make_groups, make_passages, make_walk_room, make_walk_rules
from model.world.world import World

_HOUR = 3600
PAIR_BUFFER = 0x10000
EVENT_BUFFER = 0x400
SELDOM = 0x40  # times the last search for cycles, between two of them


class Station(Model):  # type: ignore[misc]
    """One day at one station.

    Args:
        inputs: what the day is made of.
        world: its fields; made from the inputs when not given.
        seed: study seed; the same seed and day give the same people and the same luck in every scenario.
        day: day number.
        visits: other travellers than those of the demand (tests, seasons).
        past: what the days before have left; without it slow states start at their long-run values.
        diary: whether the results hold a page for each visit, and its own expected incidents.

    Attributes:
        time: seconds since 00:00 of the service day.
        travellers: those inside, as handles.
    """

    def __init__(
        self,
        inputs: Inputs,
        world: World | None = None,
        *,
        seed: int = 1,
        day: int = 1,
        visits: Visits | None = None,
        past: Past | None = None,
        diary: bool = False,
    ) -> None:
        super().__init__(rng=seed)
        self._default_schedule.stop()  # the day has events of its own; Mesa would call step() every second
        self.inputs, self.parameters = inputs, inputs.parameters
        self.world = world or World.of(inputs)
        self.seed, self.day = seed, day
        self.start_s = max(DAY_START_S, inputs.window[0] - int(self.parameters.day_warm_up_s))
        if inputs.window[0] <= DAY_START_S:
            self.start_s = DAY_START_S
        self.end_s = inputs.window[1]
        self.clock_s = self.start_s
        self.time = float(self.start_s)
        self.visits = visits if visits is not None else draw_visits(inputs, self.world, seed, day)
        self._build(past or Past(), diary)
        self._hire()
        self._plan()

    # -- the parts -------------------------------------------------------------------------------------------------

    def _build(self, past: Past, diary: bool) -> None:
        """Make the arrays that the day works on."""
        inputs, world, p = self.inputs, self.world, self.parameters
        layout, grid = inputs.layout, world.grid
        slots = len(self.visits) + 1
        doorways, middles = make_doorways(layout, world)
        entrances = (grid.cell_x[middles].astype(float), grid.cell_y[middles].astype(float), middles)
        trains, doors = boarding.make_trains(inputs, world, self.visits, self.seed, self.day)
        crowd = make_crowd(slots, int(p.feel_worst_s))
        self.crowd, self.travellers = crowd, Travellers(crowd)
        self.trains, self.doors = trains, doors
        self.spots = boarding.make_spots(inputs, world)
        self.visitors = boarding.make_visitors(inputs, self.visits, self.start_s, world.routes.first_free)
        passages = make_passages(layout, grid, p)
        room = make_walk_room(grid, world.routes, world.open_share)
        self.ground = make_ground(layout, world, passages, p)
        self.visitors.rows["via"] = choose_ways(
            inputs, world, self.ground, self.visits, trains, doors, self.seed, self.day
        )
        self.fields = daylight.make_fields(layout, world, p)
        self.skies = daylight.make_skies(world, p)
        self.access_cells = middles
        self.duties = dispatch.duties_of(inputs.roster)
        self.guards = guardianship.make_guards(self.duties, p)
        self.ways, self.control_room = make_ways(len(self.duties)), ControlRoom(self)
        self.cases: list[response.Case] = []
        self.contacts: list[response.Contact] = []
        told = day_disorder(inputs) if past.disorder is None else past.disorder
        self.disorder = np.broadcast_to(told, (HOURS, len(layout.zones)))
        self.places = offending.make_places(layout, world, p)
        expect = past.expect or Expectations.alike(guardianship.long_run_belief(inputs, world))
        self.offenders = offending.make_offenders(
            inputs, entrances, self.seed, self.day, self.start_s, self.places, expect
        )
        self.tally = make_tally(layout, grid, len(self.visits), diary)
        self.staff = staff_contacts.contact_numbers(layout, p)
        staff_contacts.count_dodgers(self.tally, inputs, self.visits, grid.cell_zone[middles])
        self.escorts = escorting.make_escorts(self.duties, self.visits, self.seed, self.day, p)
        self.happenings = _happenings()
        self.noticing = detection.noticing(inputs, world)
        self.rounds = detection.rounds(self.duties, layout, world, p)
        self.presence = make_presence(grid.nx, grid.ny, slots)
        self.loud = np.zeros(len(self.offenders.rows) + 1, np.int32)
        self._handle: Handle | None = None
        self._handled: tuple[Any, ...] = ()
        self._parts: dict[str, Any] = {
            "crowd": crowd,
            "visitors": self.visitors, "trains": trains, "doors": doors, "spots": self.spots, "doorways": doorways,
            "passages": passages, "on_stairs": make_passage_state(passages, slots), "ground": self.ground,
            "presence": self.presence,
            "guards": self.guards, "ways": self.ways, "offenders": self.offenders, "places": self.places,
            "tally": self.tally,
            "pairs": _pairs(), "totals": np.zeros((len(INCIDENT_TYPES), len(layout.zones))),
            "loud": self.loud, "happenings": self.happenings,
            "work": make_work(slots),
            "bins": make_bins(grid.x0, grid.y0, grid.nx, grid.ny, p.walk_reach_m / 2, slots),
            "near_bins": make_bins(grid.x0, grid.y0, grid.nx, grid.ny, p.walk_reach_m / 2, slots),
            "room": room, "groups": make_groups(grid, room, p),
            "gates": make_gates(layout, grid, p), "gate_rules": gate_rules(p),
            "walk_rules": make_walk_rules(p), "boarding": boarding.boarding_numbers(p),
            "waiting": boarding.waiting_numbers(p, harsh_hours(p, inputs.date, self.seed, self.day)),
            "feeling": perception.feeling(p),
            "hazards": offending.hazards(p), "noticing": self.noticing,
            "escorts": self.escorts, "contacts": self.staff,
            "meeting": staff_contacts.make_meeting(layout, world, self.visits),
            "watch": Watch(p.guard_zone_up_s, p.guard_zone_residual_s),
            "keys": Keys(
                self.seed, self.day, int(Purpose.SPAWN_PLACE), int(Purpose.WAIT_CHOICE), int(Purpose.DOOR),
                int(Purpose.OFFENDER_PLACE), int(Purpose.HAZARD), int(Purpose.PAIR_CHOICE),
                int(Purpose.STAFF_CONTACT), 2 * pi / CODES, world.routes.first_platform, int(Purpose.GATE),
            ),
        }  # fmt: skip

    def _hire(self) -> None:
        """Make the Mesa agents: a guard for each duty, an offender for each row."""
        for row, duty in enumerate(self.duties):
            places = guardianship.places_of(duty, self.inputs.layout, self.world)
            guard = Guard(self, duty, row, [int(k) for k in places])
            if duty.end_s > self.start_s:
                self.schedule_event(guard.start, at=max(duty.start_s, self.start_s))
                self.schedule_event(guard.end, at=duty.end_s)
        for row in range(len(self.offenders.rows)):
            Offender(self, row)
        self.guard_agents = list(self.agents_by_type.get(Guard, ()))
        self.staff_safety = StaffSafety(self)

    def _plan(self) -> None:
        """Put the day on the calendar: light, hours, trains."""
        self.tell_hour()
        self.renew_light()
        last = self.end_s + int(self.parameters.day_drain_s)
        for second in daylight.moments(self.inputs, self.start_s, last):
            self.schedule_event(self.renew_light, at=second)
        every = self.parameters.day_renew_s
        first = (self.start_s // every + 1) * every  # on the clock: hours of the tables are hours of the day
        self.schedule_recurring(self.tell_hour, Schedule(interval=every, start=first))
        if self.guard_agents:
            self.schedule_recurring(self.staff_safety.ask, Schedule(interval=every, start=first))
        if self.inputs.window[0] % every:
            self.schedule_event(self.tell_hour, at=self.inputs.window[0])
        self._calls = [TrainCall(self, i) for i in range(len(self.trains.rows))]
        for call in self._calls:
            call.plan()

    # -- the day ---------------------------------------------------------------------------------------------------

    def run(self) -> Results:
        """Run the day to its end, let everybody go home, and return its tables."""
        began = perf_counter()
        with _uncollected():
            self.run_until(self.end_s)
            if self.end_s >= DAY_END_S:
                last = self.end_s + int(self.parameters.day_drain_s)
                while len(self.travellers) and self.time < last:
                    self.run_until(min(self.time + 60, last))
        provenance = {"seed": self.seed, "day": self.day, "slow": self.inputs.slow, "seconds": perf_counter() - began}
        results = results_of(
            self.tally, self.inputs.layout, self.world.grid, len(self.travellers), provenance, self.visits,
            self.parameters, [case.incident for case in self.cases],
        )  # fmt: skip
        if len(self.escorts.rows):
            results.counts["escorted"] = escorting.escorted(self.escorts)
        return replace(results, staff_score=self.staff_safety.score, staff_asked=self.staff_safety.asked)

    def run_until(self, end_time: float) -> None:
        """Carry the day to ``end_time``: compiled seconds up to the next event, the event, and so on."""
        while True:
            due = min(self._next_event_s(), end_time)
            if due > self.clock_s:
                self._carry(ceil(due))
                if self.clock_s < due:
                    continue  # what Python answered on the way may have put an earlier event on the calendar
            while self._next_event_s() <= due:
                event = self._event_list.pop_event()
                self.time = max(self.time, float(event.time))
                event.execute()
            self.time = max(self.time, float(due))
            if due >= end_time:
                return

    def _next_event_s(self) -> float:
        """Return the time of the next event; Mesa's own look ahead walks through the whole calendar."""
        events = self._event_list._events
        return float(events[0].time) if events else inf

    def later(self, what: Callable[[], None], seconds: float) -> None:
        """Put something on the calendar, at a whole second."""
        self.schedule_event(what, at=self.time + max(1, ceil(seconds)))

    def _carry(self, until: int) -> None:
        """Carry everybody to ``until`` in compiled seconds, answering what happens on the way."""
        self.clock_s = run_seconds(self._day(), self.clock_s, until)
        if self.happenings.count[0] or self.guards["arrived"].any():
            self.time = float(self.clock_s)
            self.answer()

    def _day(self) -> Handle:
        """Return everything that a day works on, as kernels take it."""
        now = (self.fields, *self._parts.values())
        if self._handle is None or any(map(is_not, now, self._handled)):
            day = Day(fields=self.fields, **self._parts)
            self._handle, self._handled = Handle(day) if self._handle is None else self._handle.follow(day), now
        return self._handle

    def day_type(self) -> Any:
        """Return the compiled type of what kernels get of a day."""
        return self._day()._numba_type_

    def handle(self, name: str) -> Handle:
        """Return one of the groups of ``Day``, as kernels take it."""
        return self._day().part(name)

    def answer(self) -> None:
        """Let guards answer what has happened: arrivals at their goal, and incidents that they saw."""
        for guard in self.guard_agents:
            if self.guards["arrived"][guard.row]:
                guard.arrive()
        response.answer_events(self)

    def bring_in(self, unit: Guard, case: response.Case) -> bool:
        """A unit from outside has come to the station; False when it cannot walk to the event."""
        return dispatch.bring_in(self, unit, case)

    @cached_property
    def net(self) -> Net:
        """The floor as units walk it to an event; made when the first is sent."""
        return dispatch.make_net(self.world, self.ground, self.parameters)

    # -- bookkeeping -----------------------------------------------------------------------------------------------

    def renew_light(self) -> None:
        """Bring light, sight and cameras to the sun of this moment."""
        sky = daylight.sky_at(self.skies, self.time)
        self.fields = daylight.renew(self.fields, sky, self.ground, self.world, self.inputs, self.time)
        detection.watch(self.noticing, self.inputs, self.time)

    def tell_hour(self) -> None:
        """Tell the kernels the hour, the open shops and how disorderly it is at this hour."""
        layout, second, counted_from = self.inputs.layout, self.time, self.inputs.window[0]
        if daylight.tell_hour(self.fields, self.ground, self.disorder, layout, second, counted_from):
            self.renew_light()
        detection.tell_rounds(self.noticing, self.duties, self.rounds, self.time)


class TrainCall:
    """Arrival and departure of one train as Mesa events."""

    def __init__(self, station: Station, train: int) -> None:
        self.station, self.train = station, train

    def plan(self) -> None:
        """Put arrival and departure on the calendar; trains of before the start of the run are gone already."""
        station, train = self.station, self.station.inputs.timetable.trains[self.train]
        first = (
            train.arrival_s
            if train.arrival_s is not None
            else (train.departure_s or 0) - int(station.parameters.board_hold_limit_s)
        )
        if first < station.start_s:
            station.trains.rows["state"][self.train] = 2
            return
        station.schedule_event(self.arrive, at=first)

    def arrive(self) -> None:
        """Open the doors: those who wait for this train walk to it."""
        station, trains = self.station, self.station.trains
        trains.rows["state"][self.train] = 1
        trains.here[trains.here_n[0]] = self.train
        trains.here_n[0] += 1
        open_s = station.time + station.parameters.board_alight_s
        first = trains.rows["first_door"][self.train]
        station.doors.rows["free_s"][first : first + trains.rows["doors"][self.train]] = open_s
        day = station.handle
        call_to_doors(day("crowd"), self.train, day("trains"), day("doors"), day("spots"))
        departure = trains.rows["departure_s"][self.train]
        if np.isfinite(departure):
            station.schedule_event(self.depart, at=max(departure, station.time + 1))
        else:
            station.later(self.depart, station.parameters.board_hold_limit_s)

    def depart(self) -> None:
        """Close the doors, unless people are still getting off or are at a door; then look again in a moment."""
        station, p = self.station, self.station.parameters
        due = station.trains.rows["departure_s"][self.train]
        late = station.time - due if np.isfinite(due) else p.board_hold_limit_s
        first = station.trains.rows["first_door"][self.train]
        emptying = station.doors.rows["queue_n"][first : first + station.trains.rows["doors"][self.train]].sum() > 0
        day = station.handle
        free = may_leave(self.train, day("crowd"), day("trains"), day("doors"), p.board_near_m)
        if emptying or (not free and late < p.board_hold_limit_s):
            station.later(self.depart, p.board_retry_s)
            return
        take_leave(
            self.train, day("crowd"), day("trains"), day("visitors"), day("spots"), day("tally"),
            station.world.routes.first_platform,
        )  # fmt: skip


@dataclass
class _Rest:
    """Of Python's search for cycles: CPU-seconds of days since the last one, and what that one took."""

    days_s: float = 0.0
    search_s: float = 0.0


_rest = _Rest()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python's search for cycles rest during a day: it looks through all that was ever imported.

    A day that is over is such a cycle, of some megabytes, and Python by itself would let hundreds of them lie. They are
    looked for when days have taken ``SELDOM`` times as long as the last search.
    """
    was_on, began = gc.isenabled(), process_time()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            ended = process_time()
            _rest.days_s += ended - began
            if _rest.days_s >= SELDOM * _rest.search_s:
                gc.collect()
                _rest.days_s, _rest.search_s = 0.0, process_time() - ended


def _pairs() -> Pairs:
    return Pairs(np.zeros(PAIR_BUFFER, PAIR), np.zeros(1, np.int64))


def _happenings() -> Happenings:
    return Happenings(np.zeros(EVENT_BUFFER, HAPPENING), np.zeros(1, np.int64))


def run_day(inputs: Inputs, world: World, seed: int, day: int) -> Results:
    """Run one day and return its tables."""
    return Station(inputs, world, seed=seed, day=day).run()
