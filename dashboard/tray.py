"""The tray: what can be switched on at a station, how strong, what it costs, and which scenario that makes.

In the tray lie the shipped scenarios of a station that hold one measure, and each further kind of measure that its
presets hold: their files say where and when.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from dashboard.address import LIST_MARK, PLACED, Address
from dashboard.figures.numbers import LANGUAGES
from dashboard.own import JOIN, Placed, own_measures, own_text, read_own
from model.inputs.digest import digest
from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from scenarios.costs import Range
from scenarios.measures.cameras import Cameras
from scenarios.measures.card import title_of
from scenarios.measures.measure import Measure
from scenarios.scenario import Scenario, faults_at, parse_scenario, read_scenario, shipped_scenarios
from scenarios.scenario_text import scenario_text
from scenarios.station_files import find_station, read_station

OWN: Final = "own"
_HOUR_S: Final = 3600
_MARK: Final = 8  # letters of the name of a scenario that tell it from others


@dataclass(frozen=True)
class Strength:
    """The one number of a measure that the tray lets one turn."""

    field: str
    low: float
    high: float
    step: float


# of measures that have one; the others are on or off
STRENGTHS: Final[Mapping[str, Strength]] = {
    "brighter_lamps": Strength("factor", 1.25, 4.0, 0.25),
    "patrol": Strength("units", 1, 6, 1),
    "cameras": Strength("per_zone", 1, 4, 1),
}


@dataclass(frozen=True)
class Slot:
    """One measure of the tray.

    Attributes:
        name: of the shipped scenario it comes from, or of its kind; key: the same as it stands in an address.
        title: by language.
        measure: as its file has it.
        strength: what can be turned, None for on or off.
        date: of the file.
        whole: the scenario that is this measure alone, None for one out of a preset.
    """

    name: str
    title: Mapping[str, str]
    measure: Measure
    strength: Strength | None
    date: datetime.date | None = None
    whole: Scenario | None = None

    @property
    def key(self) -> str:
        """Its name as a key of an address."""
        return self.name.replace("-", "_")

    @property
    def default(self) -> float:
        """Its strength as shipped."""
        return float(getattr(self.measure, self.strength.field)) if self.strength else 0.0

    @property
    def hours(self) -> tuple[int, int] | None:
        """The hours in which it is done, None where it has none that can be moved alone."""
        if isinstance(self.measure, Cameras):
            return None  # hours of cameras are those of their operators
        found = getattr(self.measure, "hours", None)
        return found if isinstance(found, tuple) else None

    @property
    def zones(self) -> tuple[str, ...] | None:
        """The zones in which it is done, None where its file does not choose any."""
        found = getattr(self.measure, "zones", None)
        return found or None

    def alone(self, station: str) -> Scenario:
        """Return the scenario of a station that is this measure alone."""
        return self.whole or Scenario(self.name, self.title, (self.measure,), station, self.date)

    def at(self, strength: float, edit: "Edit | None" = None) -> Measure:
        """Return the measure at a strength, in hours and zones; whole numbers where the field is one."""
        update: dict[str, Any] = {}
        if self.strength is not None:
            kind = type(getattr(self.measure, self.strength.field))
            update[self.strength.field] = kind(strength)
        if edit is not None:
            update |= {key: value for key, value in (("hours", edit.hours), ("zones", edit.zones)) if value}
        return self.measure.model_copy(update=update) if update else self.measure


@dataclass(frozen=True)
class Edit:
    """Other hours and zones than the file of a measure has; None where they are as they were."""

    hours: tuple[int, int] | None = None
    zones: tuple[str, ...] | None = None


_LOCK = Lock()


@lru_cache(maxsize=8)
def _base(station: str) -> Inputs:
    date = next((slot.date for slot in slots(station) if slot.date is not None), None)
    folder = find_station(station)
    return read_station(folder, date=date) if date else read_station(folder)


def base_of(station: str) -> Inputs:
    """Return the inputs of a shipped station; read once.

    Raises:
        StationFileError: no such station.
    """
    with _LOCK:
        return _base(station)


@lru_cache(maxsize=8)
def slots(station: str) -> tuple[Slot, ...]:
    """Return what lies in the tray of a shipped station."""
    files = {name: read_scenario(path) for name, path in shipped_scenarios(station).items()}
    found = [
        Slot(name, one.title, one.measures[0], _strength(one.measures[0]), one.date, one)
        for name, one in files.items()
        if len(one.measures) == 1 and not one.preset
    ]
    there = {slot.measure.name for slot in found}
    for scenario in files.values():
        for measure in scenario.measures if scenario.preset else ():
            if measure.name not in there and measure.start is None and measure.end is None:
                there.add(measure.name)
                title: dict[str, str] = {language: title_of(measure, language) for language in LANGUAGES}
                found.append(Slot(measure.name.replace("_", "-"), title, measure, _strength(measure), scenario.date))
    return tuple(found)


def _strength(measure: Measure) -> Strength | None:
    return STRENGTHS.get(measure.name)


@dataclass(frozen=True)
class Tray:
    """What is on in the tray of a station.

    Attributes:
        station: name of the station.
        slots: all that lie in it.
        on: the names of those that are on, with their strength.
        changed: hours and zones that differ from the file, by name.
    """

    station: str
    slots: tuple[Slot, ...]
    on: Mapping[str, float]
    changed: Mapping[str, Edit] = field(default_factory=dict)

    def measure(self, slot: Slot) -> Measure:
        """Return a measure as it lies in the tray."""
        return slot.at(self.on.get(slot.name, slot.default), self.changed.get(slot.name))

    @property
    def chosen(self) -> tuple[Slot, ...]:
        """What is on, in the order in which it is done."""
        return tuple(slot for slot in self.slots if slot.name in self.on)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that are on, in the order of the tray."""
        return tuple(self.measure(slot) for slot in self.chosen)

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that the tray makes, None when nothing is on."""
        chosen = self.chosen
        if not chosen:
            return None
        first = chosen[0]
        date = next((slot.date for slot in chosen if slot.date is not None), None)
        as_shipped = first.whole is not None and self.on[first.name] == first.default
        if len(chosen) == 1 and as_shipped and first.name not in self.changed:
            return first.whole
        titles = {language: " + ".join(_titled(s, self.on[s.name], language) for s in chosen) for language in LANGUAGES}
        short: dict[str, str] = {
            language: text if len(text) <= _MOST else f"{text[: _MOST - 1]}…" for language, text in titles.items()
        }
        name = f"{OWN}-{digest(tuple(measure.model_dump_json() for measure in self.measures))[:_MARK]}"
        return Scenario(name, short, self.measures, self.station, date)

    def cost(self) -> Range:
        """Return what all that is on costs a year, each on top of those before it."""
        scenario = self.scenario
        return scenario.yearly_cost(base_of(self.station)) if scenario else Range(0.0, 0.0, 0.0)

    def cost_alone(self, slot: Slot) -> Range | None:
        """Return what one measure costs a year by itself, as strong as it lies in the tray.

        None where it cannot be done by itself, as body cameras where nobody is on duty: the rest decides.
        """
        return _cost_alone(self.station, self.measure(slot))

    def priced_alike(self, slot: Slot) -> bool:
        """Return whether a measure costs the same however strong it is."""
        if (one := slot.strength) is None:
            return False
        return _cost_alone(self.station, slot.at(one.low)) == _cost_alone(self.station, slot.at(one.high))

    def faults(self) -> list[str]:
        """Return why what is on cannot be done here, in words."""
        scenario = self.scenario
        if scenario is None:
            return []
        return [fault.message for fault in faults_at(scenario, base_of(self.station), scenario.name)]


_MOST: Final = 120  # letters of a title


def _titled(slot: Slot, strength: float, language: str) -> str:
    title = slot.title.get(language) or slot.name
    return title if slot.strength is None or strength == slot.default else f"{title} ×{strength:g}"


def tray_of(address: Address, station: str) -> Tray:
    """Return what an address has switched on, in its order, with its own hours and zones."""
    found = (*slots(station), *own_slots(address, station))
    order = address.chosen.get("order", "").split(LIST_MARK)
    keys = {slot.key for slot in found}
    for key in address.chosen:  # measures of one's own that were taken back may leave their switch behind
        if key.startswith("on_") and key[3:] not in keys and not key.startswith(f"on_{OWN}_"):
            address.misread[key] = ""
    found = tuple(sorted(found, key=lambda slot: order.index(slot.key) if slot.key in order else len(order)))
    on, changed = {}, {}
    for slot in found:
        if address.chosen.get(f"on_{slot.key}", "1" if slot.name.startswith(f"{OWN}-") else "") == "1":
            one = slot.strength
            on[slot.name] = address.number(f"x_{slot.key}", one.low, one.high, slot.default) if one else 0.0
            if (edit := _edit_of(address, slot, station)) != Edit():
                changed[slot.name] = edit
    return Tray(station, found, on, changed)


def own_slots(address: Address, station: str) -> tuple[Slot, ...]:
    """Return what was placed by hand, as measures of the tray."""
    if not address.chosen.get(PLACED):
        return ()
    found = own_measures(placed_in(address, station))
    return tuple(
        Slot(f"{OWN}-{measure.name.replace('_', '-')}", _own_title(measure), measure, None) for measure in found
    )


def placed_in(address: Address, station: str) -> tuple[Placed, ...]:
    """Return what an address says was placed by hand; what cannot be placed here is remembered as misread."""
    text = address.chosen.get(PLACED, "")
    found = read_own(text, base_of(station).layout)
    if len(found) < len(set(filter(None, text.split(JOIN)))):
        address.misread[PLACED] = own_text(found)
    return found


def _own_title(measure: Measure) -> dict[str, str]:
    by_hand = {"en": "by hand", "nl": "met de hand"}
    return {language: f"{title_of(measure, language)} ({by_hand[language]})" for language in LANGUAGES}


def zone_kinds(station: str) -> tuple[str, ...]:
    """Return the kinds of zones of a station, in the order of its layout."""
    return tuple(dict.fromkeys(zone.kind for zone in base_of(station).layout.zones))


def _edit_of(address: Address, slot: Slot, station: str) -> Edit:
    """Return hours (``18-25``) and zones of a measure that an address changes."""
    hours, zones = slot.hours, slot.zones
    if hours is not None:
        first, last = (h // _HOUR_S for h in (DAY_START_S, DAY_END_S))
        start = int(address.number(f"f_{slot.key}", first, last - 1, hours[0] // _HOUR_S)) * _HOUR_S
        end = int(address.number(f"t_{slot.key}", first + 1, last, -(-hours[1] // _HOUR_S))) * _HOUR_S
        moved = (start, end) if f"f_{slot.key}" in address.chosen or f"t_{slot.key}" in address.chosen else hours
        if moved[0] >= moved[1]:  # it would end before it begins: the hours of the file
            moved = hours
            address.misread.update({key: "" for key in (f"f_{slot.key}", f"t_{slot.key}") if key in address.chosen})
        hours = moved if moved != hours else None
    if zones is not None:
        asked = address.some_of(f"z_{slot.key}", (*zone_kinds(station), *zones), zones)
        zones = asked if set(asked) != set(zones) else None
    return Edit(hours, zones)


def same_measures(text: str, measures: tuple[Measure, ...], station: str) -> bool:
    """Return whether the text of a scenario file comes to the same as these measures: they are the same, or the same in
    another order that changes nothing."""
    found = _parsed(text)
    if found is None or found == measures:
        return found == measures
    if len(found) != len(measures) or any(one not in found for one in measures):
        return False
    return _comes_to(found, station) == _comes_to(measures, station)


@lru_cache(maxsize=256)
def _comes_to(measures: tuple[Measure, ...], station: str) -> str:
    """Return what a station is after some measures, as one short text; empty when they cannot be taken here."""
    base = base_of(station)
    scenario = Scenario("same", {}, measures, station)
    if faults_at(scenario, base, "same"):
        return f"cannot {digest(tuple(one.model_dump_json() for one in measures))}"
    return digest(scenario.inputs(base))


@lru_cache(maxsize=512)
def _cost_alone(station: str, measure: Measure) -> Range | None:
    base = base_of(station)
    return None if measure.misfits(base) else Scenario("alone", {}, (measure,), station).yearly_cost(base)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Measure, ...] | None:
    try:
        return parse_scenario(text, "study").measures
    except ValueError:
        return None


def text_of(tray: Tray) -> str:
    """Return the scenario file of a tray in which something is on.

    Raises:
        ValueError: nothing is on.
    """
    if (scenario := tray.scenario) is None:
        raise ValueError("nothing is on")
    return scenario_text(scenario)
