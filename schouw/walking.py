"""``schouw walk`` from words to walks: which station, scenarios, personas, zones and second."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.day.personas import Outlook, Persona
from model.inputs.inputs import DAY_END_S, DAY_START_S, Inputs
from model.inputs.layout import Zone
from model.world.world import World
from scenarios.faults import Fault, StationFileError
from scenarios.persona_words import parse_persona
from scenarios.scenario import BASE_NAME, Scenario, load, station_title
from scenarios.station_files import DEFAULT_DATE, find_station, read_station
from scenarios.store import FieldCache, cache_folder
from scenarios.version import fields_version
from scenarios.walks import Schouw, Walk, find_zone
from scenarios.words import Language
from schouw.sentences import say

DAY_S: Final = 24 * 3600
MOST_COLUMNS: Final = 6


@dataclass(frozen=True)
class Question:
    """What was asked.

    Attributes:
        title: of the station, by language.  scenarios: the base first.  personas: in the order given.
        second: of the service day.
    """

    title: dict[str, str]
    base: Inputs
    scenarios: tuple[Scenario, ...]
    personas: tuple[Persona, ...]
    start: Zone
    goal: Zone
    second: int


def ask(
    station: str,
    *,
    personas: Sequence[str],
    start: str,
    goal: str,
    time: str,
    scenarios: Sequence[str] = (),
    date: str | None = None,
) -> Question:
    """Return a question whose words have all been understood.

    Raises:
        StationFileError: with all that was not.
    """
    faults: list[Fault] = []

    def understood(make: Any, *words: Any) -> Any:
        try:
            return make(*words)
        except StationFileError as error:
            faults.extend(error.faults)
            return None

    day = understood(parse_date, date)
    second = understood(parse_time, time)
    people = [understood(parse_persona, text) for text in personas]
    base, found = _load(station, [word for word in scenarios if word != BASE_NAME], None if faults else day)
    begin = understood(find_zone, base.layout, start, "--from")
    end = understood(find_zone, base.layout, goal, "--to")
    if begin is not None and begin is end:
        faults.append(Fault("--to", "", "", f"{end.name} is where the walk begins", "name another zone"))
    columns = len(people) * (len(found) + 1)
    if columns > MOST_COLUMNS:
        faults.append(Fault("--persona", "", "", f"{columns} columns; at most {MOST_COLUMNS} fit side by side"))
    if faults:
        raise StationFileError(faults)
    return Question(station_title(station), base, found, tuple(people), begin, end, second)


def _load(station: str, words: Sequence[str], day: datetime.date | None) -> tuple[Inputs, tuple[Scenario, ...]]:
    """Return the base and the scenarios; an explicit date must be that of the scenarios."""
    if not words:
        return read_station(find_station(station), date=day or DEFAULT_DATE), ()
    base, found = load(station, words)
    if day is None or day == base.date:
        return base, found
    dated = [s.name for s in found if s.date is not None]
    if dated:
        message = f"{', '.join(dated)} is for {base.date}"
        raise StationFileError([Fault("--date", "", "", message, "leave --date out")])
    return read_station(find_station(station), date=day), found


def parse_date(text: str | None) -> datetime.date | None:
    """Return the date of ``2026-11-18``.

    Raises:
        StationFileError: it is none between 1950 and 2100.
    """
    if text is None:
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise StationFileError([Fault("--date", "", "", f'"{text}" is not a date', "as 2026-11-18")]) from None
    if not 1950 <= day.year <= 2100:
        raise StationFileError([Fault("--date", "", "", f"{text} does not lie between 1950 and 2100")])
    return day


def parse_time(text: str) -> int:
    """Return the second of the service day of ``23:00``; 00:30 is after midnight of the same day.

    Raises:
        StationFileError: it is no time at which the station is open in the model.
    """
    try:
        at = datetime.time.fromisoformat(text)
    except ValueError:
        raise StationFileError([Fault("--time", "", "", f'"{text}" is not a time', "as 23:00")]) from None
    second = at.hour * 3600 + at.minute * 60 + at.second
    second += DAY_S if second < DAY_END_S - DAY_S else 0
    if not DAY_START_S <= second < DAY_END_S:
        raise StationFileError([Fault("--time", "", "", f"{text} is not in the day", "from 05:00 to 01:00")])
    return second


def carry_out(question: Question) -> tuple[Walk, ...]:
    """Return the walks: of each persona under the base, then under each scenario.

    Raises:
        StationFileError: the goal cannot be reached.
    """
    cache = FieldCache(cache_folder(), fields_version())
    schouwen = []
    for name, inputs in (
        (BASE_NAME, question.base),
        *((s.name, s.inputs(question.base)) for s in question.scenarios),
    ):
        world = World.of(inputs, cache.remember)
        schouwen.append(Schouw(inputs, Outlook(inputs, world, remember=cache.remember), question.second, name))
    return tuple(
        schouw.walk(persona, question.start, question.goal) for persona in question.personas for schouw in schouwen
    )


def persona_text(persona: Persona, language: Language) -> str:
    """Return ``woman of 22, alone, regular``."""
    words = [
        say(f"persona_{persona.gender}", language, age=round(persona.age)),
        say("persona_alone" if persona.alone else "persona_company", language),
        say("persona_regular" if persona.regular else "persona_sporadic", language),
    ]
    if persona.familiar is not None:
        words.append(say("persona_familiar" if persona.familiar else "persona_unfamiliar", language))
    if persona.mobility == "limited":
        words.append(say("persona_limited", language))
    return ", ".join(words)


def scenario_text(question: Question, name: str, language: Language) -> str:
    """Return the title of a scenario, or that it is the station as it is."""
    for scenario in question.scenarios:
        if scenario.name == name:
            return scenario.title_in(language)
    return say("walk_base", language)
