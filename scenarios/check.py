"""``schouw check``: everything that is wrong with a station, a table or a scenario file, told at once."""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from scenarios.check_station import check_station, draft_faults
from scenarios.draft import STATION_FILE, Draft, find_station, read_draft
from scenarios.faults import Fault, StationFileError, nearest
from scenarios.layout_file import read_layout
from scenarios.notes import Note, notes_of
from scenarios.plain_files import MAX_CSV_BYTES, decode, parse_csv, read_bytes
from scenarios.references import reference_faults
from scenarios.scenario import faults_at, parse_as_far, read_scenario, scenario_file
from scenarios.station_files import DEFAULT_DATE, read_station, station_names
from scenarios.table_files import (
    DEMAND_COLUMNS,
    MIX_COLUMNS,
    TIMETABLE_COLUMNS,
    read_calls,
    read_mix,
    read_profile,
)

_NEARLY: Final = 0.75  # likeness of a misspelt station's name to the one against which the rest is checked


def check_path(path: str | Path) -> list[Fault]:
    """Return all faults of a station (folder, station.yaml or shipped name), a table or a scenario file.

    A file inside a station folder is checked against the rest of the folder; only its own faults are told.
    Never raises for what a file holds.
    """
    here = Path(path)
    try:
        if here.suffix.lower() in (".csv", ".geojson", ".json") and _is_file(here):
            return _part_faults(here)
        if here.suffix.lower() in (".yaml", ".yml") and here.name != STATION_FILE:
            return _scenario_faults(here)
        return check_station(find_station(path))
    except StationFileError as error:
        return error.faults


def notes_at(path: str | Path) -> list[Note]:
    """Return what is to be known of a scenario file without faults; nothing of other files."""
    here = Path(path)
    if here.suffix.lower() not in (".yaml", ".yml") or here.name == STATION_FILE:
        return []
    scenario = read_scenario(here)
    if scenario.station is None:
        return []
    base = read_station(scenario.station, date=scenario.date or DEFAULT_DATE)
    return [note for note in notes_of(scenario, base, (base.date,), "en") if note.sort != "over_weeks"]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _part_faults(path: Path) -> list[Fault]:
    """Faults of one file: against its station when it stands in one, else of its form alone."""
    folder = path.parent
    if _is_file(folder / STATION_FILE):
        draft = read_draft(folder)
        station = draft.station
        names = [draft.layout_file, draft.timetable_file]
        if station is not None:
            names.extend(str(folder / name) for name in (station.demand.profile, station.demand.mix))
        if str(path) in names:
            return [fault for fault in draft_faults(draft) if fault.file == str(path)]
    if path.suffix.lower() != ".csv":
        return read_layout(path, None).faults
    columns = parse_csv(decode(read_bytes(path, MAX_CSV_BYTES), str(path)), str(path)).columns
    fitting = max(TABLES, key=lambda table: len(set(table) & set(columns)))
    if not set(fitting) & set(columns):
        remedy = nearest(columns[0] if columns else "", {name for table in TABLES for name in table})
        return [Fault(str(path), "line 1", "", "is no timetable, demand or population table", remedy)]
    return TABLES[fitting](path)


def _timetable_faults(path: Path) -> list[Fault]:
    calls, faults = read_calls(path)
    alone = Draft(path.parent, timetable_file=str(path), calls=calls, faults=faults)
    return [*faults, *(fault for fault in reference_faults(alone) if fault.file == str(path))]


def _scenario_faults(path: Path) -> list[Fault]:
    """Faults of a scenario file, also against the station that it names, or nearly names."""
    scenario, numbers, faults = parse_as_far(scenario_file(path), str(path))
    if scenario.station is None:
        return faults
    date = scenario.date or DEFAULT_DATE
    try:
        base = read_station(scenario.station, date=date)
    except StationFileError as error:
        faults += [Fault(str(path), "", "base", str(fault)) for fault in error.faults]
        close = get_close_matches(scenario.station, station_names(), n=1, cutoff=_NEARLY)
        if not close:
            return faults
        scenario, base = replace(scenario, station=close[0]), read_station(close[0], date=date)
    return [*faults, *faults_at(scenario, base, str(path), numbers)]


def _profile_faults(path: Path) -> list[Fault]:
    return read_profile(path)[1]


def _mix_faults(path: Path) -> list[Fault]:
    return read_mix(path)[1]


TABLES: Final[dict[tuple[str, ...], Callable[[Path], list[Fault]]]] = {
    TIMETABLE_COLUMNS: _timetable_faults,
    DEMAND_COLUMNS: _profile_faults,
    MIX_COLUMNS: _mix_faults,
}
