"""A station folder as far as it can be read: pieces, and everything that is wrong with their form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from model.inputs.inputs import DAY_END_S, DAY_START_S
from model.inputs.layout import Layout, Level
from model.inputs.population import Population, Share
from model.inputs.roster import Duty, Operator, Roster
from model.inputs.upkeep import Cleaning, Repair, Upkeep
from scenarios.faults import Fault, StationFileError, nearest
from scenarios.file_schema import CleaningPart, DutyPart, OperatorPart, StationPart
from scenarios.layout_file import Offsets, Pieces, read_layout
from scenarios.plain_files import read_part
from scenarios.table_files import Call, Profile, parse_time, read_calls, read_mix, read_profile

STATIONS: Final = Path(__file__).parent / "stations"
ARCHETYPES: Final = Path(__file__).parent / "archetypes"
STATION_FILE: Final = "station.yaml"


@dataclass
class Draft:
    """What a folder holds; parts that cannot be read are empty and named in ``faults``.

    Attributes:
        folder: the folder.
        station: station.yaml, None when it is broken.
        lines: line of each duty of the roster in station.yaml.
        layout_file, timetable_file: names for faults.
        calls: trains of all days; None when the timetable cannot be read.
    """

    folder: Path
    station: StationPart | None = None
    lines: list[int] = field(default_factory=list)
    layout_file: str = ""
    timetable_file: str = ""
    pieces: Pieces = field(default_factory=Pieces)
    calls: list[Call] | None = None
    profile: Profile | None = None
    mix: tuple[Share, ...] = ()
    duties: list[tuple[Duty, int]] = field(default_factory=list)
    operators: list[tuple[Operator, int]] = field(default_factory=list)
    cleaning: list[tuple[Cleaning, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def file(self) -> str:
        """Name of station.yaml for faults."""
        return str(self.folder / STATION_FILE)

    def layout(self) -> Layout:
        """Return the layout; only when there are no faults in station.yaml."""
        assert self.station is not None
        station, parts = self.station, self.pieces.parts
        return Layout(
            id=station.id,
            name=station.plain_name(),
            latitude=float(station.latitude),
            longitude=float(station.longitude),
            levels=tuple(Level(p.ordinal, p.name, float(p.elevation_m)) for p in station.levels),
            attribution=station.attribution,
            north_deg=None if station.north_deg is None else float(station.north_deg),
            **{name: tuple(items) for name, items in parts.items()},
        )

    def population(self) -> Population:
        """Return demand and mix; only when there are no faults."""
        assert self.station is not None
        assert self.profile is not None
        demand = self.station.demand
        return Population(
            boardings=float(demand.boardings),
            alightings=float(demand.alightings),
            transfer_share=float(demand.transfer_share),
            boarding_profile=self.profile.boarding,
            alighting_profile=self.profile.alighting,
            mix=self.mix,
            source=demand.source,
        )

    def roster(self) -> Roster:
        """Return the duties and operators in the order of the file."""
        return Roster(tuple(duty for duty, _ in self.duties), tuple(one for one, _ in self.operators))

    def upkeep(self) -> Upkeep:
        """Return cleaning and repair; only when there are no faults in station.yaml."""
        assert self.station is not None
        part = self.station.upkeep
        repair = tuple(Repair(item.owner, float(item.days)) for item in part.repair)
        return Upkeep(tuple(one for one, _ in self.cleaning), repair, part.agreement)


def station_names() -> list[str]:
    """Return the names of the stations that ship."""
    return sorted(path.parent.name for path in STATIONS.glob(f"*/{STATION_FILE}"))


def archetype_names() -> list[str]:
    """Return the names of the types of stations of a portfolio, which may be named like a station."""
    return sorted(path.parent.name for path in ARCHETYPES.glob(f"*/{STATION_FILE}"))


def find_station(path_or_name: str | Path) -> Path:
    """Return the folder of a shipped name, of a folder or of a station.yaml; StationFileError when none."""
    text = str(path_or_name)
    if text in station_names():
        return STATIONS / text
    if text in archetype_names():
        return ARCHETYPES / text
    path = Path(path_or_name)
    try:
        if path.name == STATION_FILE and path.is_file():
            return path.parent
        if path.is_dir():
            return path
    except (OSError, ValueError):
        pass
    raise StationFileError(
        [
            Fault(
                text,
                "",
                "",
                "is no station: neither a folder nor a name that ships",
                _what_ships(text),
            )
        ]
    )


def _what_ships(text: str) -> str:
    """Return the nearest name, and all that ship: stations and types of stations."""
    close = nearest(text, [*station_names(), *archetype_names()]).partition("valid:")[0].strip()
    kinds = f"stations: {', '.join(station_names())}; types of stations: {', '.join(archetype_names())}"
    return f"{close} {kinds}".strip()


def read_draft(folder: Path) -> Draft:
    """Read all files of a station folder; never raises for what they hold."""
    draft = Draft(folder)
    _guarded(draft, _read_station_file)
    station = draft.station
    offsets: Offsets | None = None
    if station is not None:
        offsets = {part.ordinal: (part.offset[0], part.offset[1]) for part in station.levels}
    draft.layout_file = str(folder / (station.layout.file if station else "layout.geojson"))
    draft.timetable_file = str(folder / (station.timetable.file if station else "timetable.csv"))
    _guarded(draft, lambda d: _read_pieces(d, offsets))
    _guarded(draft, _read_calls)
    _guarded(draft, _read_profile)
    _guarded(draft, _read_mix)
    return draft


def _guarded(draft: Draft, read: Callable[[Draft], None]) -> None:
    try:
        read(draft)
    except StationFileError as error:
        draft.faults.extend(error.faults)


def _read_station_file(draft: Draft) -> None:
    path = draft.folder / STATION_FILE
    station, yaml = read_part(path, StationPart, what="station", first="schema: 1", file=draft.file)
    draft.station = station
    for number, part in enumerate(station.roster):
        _read_duty(draft, part, number, yaml.lines.get(("roster", number), 0))
    for number, operator in enumerate(station.operators):
        _read_operator(draft, operator, number, yaml.lines.get(("operators", number), 0))
    for number, cleaning in enumerate(station.upkeep.cleaning):
        _read_cleaning(draft, cleaning, number, yaml.lines.get(("upkeep", "cleaning", number), 0))
    _twice(draft, [(str(p.ordinal), yaml.lines[("levels", k)]) for k, p in enumerate(station.levels)], "levels")
    _twice(draft, [(p.id, yaml.lines[("roster", k)]) for k, p in enumerate(station.roster)], "roster")
    _twice(draft, [(one.id, line) for one, line in draft.operators], "operators")
    _twice(draft, [(one.id, line) for one, line in draft.cleaning], "upkeep.cleaning")


def _twice(draft: Draft, named: list[tuple[str, int]], field_name: str) -> None:
    seen: set[str] = set()
    for name, line in named:
        if name in seen:
            draft.faults.append(Fault(draft.file, f"line {line}", field_name, f'"{name}" is given twice'))
        seen.add(name)


def _read_duty(draft: Draft, part: DutyPart, number: int, line: int) -> None:
    times = _times(draft, part, f"roster.{number}", line)
    if times is None:
        return
    duty = Duty(
        part.id,
        part.kind,
        *times,
        tuple(part.zones),
        part.order,
        part.visit_s,
        part.owner,
        part.assumed,
        checks_tickets=part.checks_tickets,
        body_cam=part.body_cam,
        trained=part.trained,
        alone=part.alone,
        away_s=part.away_s,
        escorts=part.escorts,
        powers=None if part.powers is None else tuple(part.powers),
    )
    draft.duties.append((duty, line))


def _times(draft: Draft, part: DutyPart | OperatorPart, path: str, line: int) -> tuple[int, int] | None:
    """Return begin and end in seconds, or None and a fault when one cannot be read."""
    times = []
    for name in ("start", "end"):
        try:
            times.append(parse_time(getattr(part, name)))
        except ValueError as error:
            draft.faults.append(Fault(draft.file, f"line {line}", f"{path}.{name}", str(error)))
            return None
        if not DAY_START_S <= times[-1] <= DAY_END_S:
            message = f"{getattr(part, name)} is outside 05:00 to 25:00"
            draft.faults.append(Fault(draft.file, f"line {line}", f"{path}.{name}", message))
    if times[1] <= times[0]:
        message = f"{part.end} is not after the start at {part.start}"
        draft.faults.append(Fault(draft.file, f"line {line}", f"{path}.end", message))
    return times[0], times[1]


def _read_operator(draft: Draft, part: OperatorPart, number: int, line: int) -> None:
    times = _times(draft, part, f"operators.{number}", line)
    if times is not None:
        operator = Operator(part.id, *times, tuple(part.cameras), part.elsewhere, part.assumed)
        draft.operators.append((operator, line))


def _read_cleaning(draft: Draft, part: CleaningPart, number: int, line: int) -> None:
    try:
        first_s = parse_time(part.at)
    except ValueError as error:
        draft.faults.append(Fault(draft.file, f"line {line}", f"upkeep.cleaning.{number}.at", str(error)))
        return
    share = None if part.share is None else float(part.share)
    every_s = float(part.every_h) * 3600
    cleaning = Cleaning(part.id, every_s, tuple(part.zones), part.owner, float(first_s), share)
    draft.cleaning.append((cleaning, line))


def _read_pieces(draft: Draft, offsets: Offsets | None) -> None:
    try:
        draft.pieces = read_layout(Path(draft.layout_file), offsets)
    except StationFileError as error:
        draft.pieces = Pieces(faults=error.faults)
    draft.faults.extend(draft.pieces.faults)


def _read_calls(draft: Draft) -> None:
    draft.calls, faults = read_calls(Path(draft.timetable_file))
    draft.faults.extend(faults)


def _read_profile(draft: Draft) -> None:
    name = draft.station.demand.profile if draft.station else "demand.csv"
    draft.profile, faults = read_profile(draft.folder / name)
    draft.faults.extend(faults)


def _read_mix(draft: Draft) -> None:
    name = draft.station.demand.mix if draft.station else "population.csv"
    draft.mix, faults = read_mix(draft.folder / name)
    draft.faults.extend(faults)
