"""What the helper process does: walks through a station, the check of its files. Everything heavy is imported here."""

from functools import lru_cache
from typing import Any

from scenarios.faults import Fault


@lru_cache(maxsize=4)
def _outlook(station: str, scenario: str) -> tuple[Any, Any]:
    """Return inputs and outlook of a station as it is (``base``) or under a shipped scenario."""
    from model.day.personas import Outlook
    from model.world.world import World
    from scenarios.scenario import BASE_NAME, load
    from scenarios.store import FieldCache, cache_folder
    from scenarios.version import fields_version

    base, found = load(station, [] if scenario == BASE_NAME else [scenario])
    inputs = base if scenario == BASE_NAME else found[0].inputs(base)
    cache = FieldCache(cache_folder(), fields_version())
    return inputs, Outlook(inputs, World.of(inputs, cache.remember), remember=cache.remember)


@lru_cache(maxsize=8)
def _schouw(station: str, scenario: str, second: int) -> Any:
    from scenarios.walks import Schouw

    inputs, outlook = _outlook(station, scenario)
    return Schouw(inputs, outlook, second, scenario)


def walk(station: str, scenario: str, persona: str, start: str, goal: str, second: int) -> Any:
    """Return the walk of a persona (``woman,22,alone``) from zone to zone.

    Raises:
        ValueError: with all that cannot be understood, or when the goal cannot be reached.
    """
    from scenarios.persona_words import parse_persona
    from scenarios.walks import find_zone

    here = _schouw(station, scenario, second)
    layout = here.inputs.layout
    return here.walk(parse_persona(persona), find_zone(layout, start, "from"), find_zone(layout, goal, "to"))


def check(station: str) -> list[Fault]:
    """Return all faults of a station folder."""
    from scenarios.check_station import check_station
    from scenarios.station_files import find_station

    return check_station(find_station(station))


def traps(station: str) -> list[Any]:
    """Return the entrapment spots of a station as it is, the largest first."""
    from model.world.traps import trap_spots

    inputs, outlook = _outlook(station, "base")
    return trap_spots(inputs.layout, outlook.world, inputs.parameters)


def record_hour(station: str, scenario: str, day: int, start_s: int, end_s: int, key: str, folder: str) -> str:
    """Record an hour of a day and return the name of its folder."""
    from pathlib import Path

    from scenarios.recording import record, write_recording

    inputs, outlook = _outlook(station, scenario)
    write_recording(Path(folder) / key, record(inputs, outlook.world, 1, day, start_s, end_s))
    return key
