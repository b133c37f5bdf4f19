"""A station folder: station.yaml, layout.geojson, timetable.csv, demand.csv, population.csv.

    inputs = read_station("halte")              # a name that ships, or a folder
    write_station(folder, layout, timetable, population, roster)

Reading refuses a folder with any fault of form or reference and tells all of them at once; what needs the
floor (a platform that nobody can reach) is found by ``scenarios.check``. Writing is deterministic, byte for
byte.
"""

import datetime
import io
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.inputs.population import Population
from model.inputs.roster import Duty, Operator, Roster
from model.inputs.timetable import Timetable
from model.inputs.upkeep import USUAL_UPKEEP, Upkeep
from model.parameters import Parameters
from scenarios.draft import STATION_FILE, find_station, read_draft, station_names
from scenarios.faults import Fault, StationFileError
from scenarios.file_schema import SCHEMA_VERSION, station_schema
from scenarios.layout_file import Offsets
from scenarios.layout_text import layout_text
from scenarios.references import reference_faults
from scenarios.table_files import (
    DAY_NAMES,
    Call,
    parse_days,
    time_text,
    timetable_of,
    write_mix,
    write_profile,
    write_timetable,
)

__all__ = [
    "DEFAULT_DATE",
    "StationFileError",
    "find_station",
    "read_station",
    "station_names",
    "station_schema",
    "write_station",
]

DEFAULT_DATE: Final = datetime.date(2026, 11, 18)  # a Wednesday in November: dark at 17:30


def read_station(path_or_name: str | Path, *, date: datetime.date = DEFAULT_DATE) -> Inputs:
    """Read a station: the inputs of one day, with the default parameters.

    Args:
        path_or_name: a folder, its station.yaml, or the name of a station that ships.
        date: the day; it chooses the trains of its day of the week, and daylight.

    Raises:
        StationFileError: with every fault of form and reference in the folder.
    """
    draft = read_draft(find_station(path_or_name))
    faults = [*draft.faults, *reference_faults(draft)]
    if faults or draft.station is None or draft.calls is None:
        raise StationFileError(faults)
    timetable = timetable_of(draft.calls, date.weekday(), draft.station.timetable.source)
    if not timetable.trains:
        message = f"no train runs on {date.isoformat()} ({DAY_NAMES[date.weekday()]})"
        raise StationFileError([Fault(draft.timetable_file, "", "days", message)])
    return Inputs(
        layout=draft.layout(),
        timetable=timetable,
        population=draft.population(),
        roster=draft.roster(),
        parameters=Parameters.default(),
        date=date,
        upkeep=draft.upkeep(),
    )


def write_station(
    folder: Path,
    layout: Layout,
    timetable: Timetable,
    population: Population,
    roster: Roster,
    *,
    offsets: Offsets | None = None,
    days: str = "daily",
    names: Mapping[str, str] | None = None,
    other_calls: Iterable[Call] = (),
    upkeep: Upkeep | None = None,
) -> None:
    """Write a station folder; ``read_station`` gives back the same values (lengths to the millimetre).

    Args:
        folder: made when it is not there; files of the same name are replaced.
        layout: coordinates on the sheet, in whole millimetres if they shall read back equal.
        timetable: trains of one kind of day, in order of first time if they shall read back in order.
        population: demand and mix.
        roster: duties.
        offsets: (dx, dy) of levels, so that each level is written in coordinates of its own.
        days: when the trains run, as in the timetable file.
        names: ``nl`` and ``en`` name; the plain name of the layout otherwise.
        other_calls: trains of other days.
        upkeep: cleaning and repair; None: as usual for a station of its size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shifts = offsets or {}
    runs = parse_days(days)
    calls = [Call(train, runs, 0) for train in timetable.trains]
    content = _station_content(layout, timetable, population, roster, shifts, names)
    if roster.operators:
        content["operators"] = [_operator_content(operator) for operator in roster.operators]
    if upkeep is not None and upkeep != USUAL_UPKEEP:
        content["upkeep"] = _upkeep_content(upkeep)
    (folder / STATION_FILE).write_bytes(_yaml_text(content).encode())
    (folder / "layout.geojson").write_bytes(layout_text(layout, shifts).encode())
    write_timetable(folder / "timetable.csv", [*calls, *other_calls])
    write_profile(folder / "demand.csv", population, population.source)
    write_mix(folder / "population.csv", population.mix)


def _station_content(
    layout: Layout,
    timetable: Timetable,
    population: Population,
    roster: Roster,
    offsets: Offsets,
    names: Mapping[str, str] | None,
) -> dict[str, Any]:
    levels = []
    for level in layout.levels:
        part = {"ordinal": level.ordinal, "name": level.name, "elevation_m": level.elevation_m}
        levels.append(part | {"offset": [float(v) for v in offsets.get(level.ordinal, (0.0, 0.0))]})
    return {
        "schema": SCHEMA_VERSION,
        "id": layout.id,
        "name": dict(names) if names else layout.name,
        "latitude": layout.latitude,
        "longitude": layout.longitude,
        **({} if layout.north_deg is None else {"north_deg": layout.north_deg}),
        "attribution": layout.attribution,
        "levels": levels,
        "layout": {"file": "layout.geojson"},
        "timetable": {"file": "timetable.csv", "source": timetable.source},
        "demand": {
            "boardings": population.boardings,
            "alightings": population.alightings,
            "transfer_share": population.transfer_share,
            "profile": "demand.csv",
            "mix": "population.csv",
            "source": population.source,
        },
        "roster": [_duty_content(duty) for duty in roster.duties],
    }


_DUTY_EXTRAS: Final = ("checks_tickets", "body_cam", "trained", "alone", "escorts")
_USUAL: Final = {field.name: field.default for field in fields(Duty)}


def _duty_content(duty: Duty) -> dict[str, Any]:
    content = {
        "id": duty.id,
        "kind": duty.kind,
        "start": time_text(duty.start_s),
        "end": time_text(duty.end_s),
        "zones": list(duty.zones),
        "order": duty.order,
        "visit_s": duty.visit_s,
        "owner": duty.owner,
        "assumed": duty.assumed,
        **{name: getattr(duty, name) for name in _DUTY_EXTRAS if getattr(duty, name) != _USUAL[name]},
    }
    content |= {} if duty.powers is None else {"powers": list(duty.powers)}
    return content if duty.away_s is None else {**content, "away_s": duty.away_s}


def _operator_content(operator: Operator) -> dict[str, Any]:
    return {
        "id": operator.id,
        "start": time_text(operator.start_s),
        "end": time_text(operator.end_s),
        "cameras": list(operator.cameras),
        "elsewhere": operator.elsewhere,
        "assumed": operator.assumed,
    }


def _upkeep_content(upkeep: Upkeep) -> dict[str, Any]:
    rounds = []
    for one in upkeep.cleaning:
        content = {"id": one.id, "zones": list(one.zones), "every_h": one.interval_s / 3600}
        content |= {"at": time_text(int(one.first_s))}
        content |= {name: value for name in ("owner", "share") if (value := getattr(one, name)) is not None}
        rounds.append(content)
    repair = [{"owner": one.owner, "days": one.days} for one in upkeep.repair]
    return {"cleaning": rounds, "repair": repair, "agreement": upkeep.agreement}


def _yaml_text(content: Mapping[str, Any]) -> str:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.allow_unicode = True
    writer.width = 4096
    text = io.StringIO()
    writer.dump(dict(content), text)
    return text.getvalue()
