"""The scenario file: a base, a date, perhaps a window of the day, and an ordered list of measures."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from model.inputs.inputs import Inputs
from model.inputs.layout import Owner
from scenarios.conflicts import conflict_faults, conflicts
from scenarios.costs import Range, total
from scenarios.dates import Day
from scenarios.draft import STATION_FILE
from scenarios.faults import Fault, StationFileError, faults_of, nearest, shown
from scenarios.measures.catalogue import CATALOGUE
from scenarios.measures.measure import Hours, Measure
from scenarios.plain_files import MAX_YAML_BYTES, Path_, decode, parse_yaml, read_bytes, read_yaml
from scenarios.station_files import find_station, read_station

SHIPPED: Final = Path(__file__).parent / "days"
BASE_NAME: Final = "base"
NAME_FORM: Final = "small letters, digits and dashes, for example evening-patrol"


@dataclass(frozen=True)
class Scenario:
    """What is changed in a station's day.

    Attributes:
        name: as in tables and on the command line.
        title: what people read, by language (``en``, ``nl``).
        measures: applied in this order, each on the dates on which it holds.
        station: id of the station it is written for; None fits any.
        date: None means the date of the comparison (by default Wednesday 18 November 2026).
        window: seconds of the service day that are simulated; None is the whole day.
        description: what it is and who has made it up, by language.
        preset: drawn as an example, and not among those that are compared when none is named.
    """

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    station: str | None = None
    date: datetime.date | None = None
    window: tuple[int, int] | None = None
    description: Mapping[str, str] = field(default_factory=dict)
    preset: bool = False

    def inputs(self, base: Inputs) -> Inputs:
        """Return the inputs of a day under this scenario: the base, then each measure in order.

        Raises:
            ValueError: the base is of another date; a date chooses trains, so the station is read for it.
        """
        if self.date not in (None, base.date):
            raise ValueError(f"{self.name} is for {self.date}: read the station with date={self.date!r}")
        inputs = base
        if self.window is not None:
            inputs = inputs.replace(window=self.window)
        for measure in self.measures:
            if measure.holds(inputs.date):
                inputs = measure.apply(inputs)
        return inputs

    def title_in(self, language: str) -> str:
        """Return the title in a language, else in English, else the name."""
        return self.title.get(language) or self.title.get("en") or self.name

    def description_in(self, language: str) -> str:
        """Return the description in a language, else in English, else nothing."""
        return self.description.get(language) or self.description.get("en") or ""

    def yearly_cost(self, base: Inputs) -> Range:
        """Return what it costs per year, EUR, each measure that holds on the date on top of those before it."""
        ranges, inputs = [], base
        for measure in self.measures:
            if not measure.holds(base.date):
                continue
            ranges.append(measure.cost(inputs).per_year(inputs.parameters))
            inputs = measure.apply(inputs)
        return total(ranges)

    def needs_agreement(self, base: Inputs) -> tuple[Owner, ...]:
        """Return the owners, other than those who act, whose places the measures touch."""
        owners = {owner for measure in self.measures for owner in measure.needs_agreement(base)}
        return tuple(sorted(owners))


def _not_base(name: str) -> str:
    if name == BASE_NAME:
        raise ValueError(f'"{BASE_NAME}" is the name of the station without measures')
    return name


class _Title(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    en: str = Field(min_length=1, max_length=120, description="title in English")
    nl: str = Field(min_length=1, max_length=120, description="title in Dutch")


class _Description(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    en: str = Field(min_length=1, max_length=600, description="description in English")
    nl: str = Field(min_length=1, max_length=600, description="description in Dutch")


class _ScenarioFile(BaseModel):
    """The fields of a scenario file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, AfterValidator(_not_base)] = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description=NAME_FORM)
    title: _Title | None = Field(None, description="title with en and nl")
    description: _Description | None = Field(None, description="description with en and nl")
    preset: bool = Field(False, description="true for an example that is only compared when it is named")
    base: str | None = Field(None, max_length=64, description="id of the station it is written for")
    date: Day | None = Field(None, description="a date as 2026-11-18")
    window: Hours | None = Field(None, description="hours as 18:00-01:00; the whole day when left out")
    measures: list[Any] = Field(default=[], max_length=100, description="a list of measures")


def parse_scenario(text: str, file: str) -> Scenario:
    """Return the scenario of a YAML text.

    Raises:
        StationFileError: with all faults of the file, each with its line and the nearest valid word.
    """
    scenario, _, faults = parse_as_far(text, file)
    if faults:
        raise StationFileError(faults)
    return scenario


def parse_as_far(text: str, file: str) -> tuple[Scenario, tuple[int, ...], list[Fault]]:
    """Return what can be read of a scenario, which of its measures these are (from 1), and all faults of the text.

    Raises:
        StationFileError: it is no scenario at all.
    """
    yaml = parse_yaml(text, file)
    if not isinstance(yaml.value, dict):
        raise StationFileError([Fault(file, "", "", "is not a scenario", "the first line is `name: ...`")])
    faults: list[Fault] = []
    listed = _list(yaml.value.get("measures") or [])
    try:
        read = _ScenarioFile.model_validate(yaml.value)
    except ValidationError as error:
        faults = faults_of(error, _ScenarioFile, file=file, lines=yaml.lines)
        base = None if "base" in {fault.field for fault in faults} else yaml.value.get("base")
        read = _ScenarioFile.model_construct(name="", base=base)
    tried = [measure_of(item, ("measures", i), file, yaml.lines, faults) for i, item in enumerate(listed)]
    measures = {i: measure for i, measure in enumerate(tried, 1) if measure is not None}
    return _scenario(read, tuple(measures.values())), tuple(measures), faults


def _scenario(read: _ScenarioFile, measures: tuple[Measure, ...]) -> Scenario:
    return Scenario(
        name=read.name,
        title=read.title.model_dump() if read.title else {},
        measures=measures,
        station=read.base,
        date=read.date,
        window=read.window,
        description=read.description.model_dump() if read.description else {},
        preset=read.preset,
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def measure_of(item: Any, path: Path_, file: str, lines: Mapping[Path_, int], faults: list[Fault]) -> Measure | None:
    """Return one measure; its faults go into ``faults``."""
    line = f"line {lines.get(path, 0)}"
    if not isinstance(item, dict) or "measure" not in item:
        remedy = "each begins with `- measure: patrol`"
        faults.append(Fault(file, line, ".".join(map(str, path)), "is not a measure", remedy))
        return None
    kind = CATALOGUE.get(item["measure"]) if isinstance(item["measure"], str) else None
    if kind is None:
        field_name = ".".join(map(str, (*path, "measure")))
        message = f'"{shown(item["measure"])}" is not a known measure'
        faults.append(Fault(file, line, field_name, message, nearest(item["measure"], CATALOGUE)))
        return None
    try:
        return kind.model_validate(item)
    except ValidationError as error:
        inner = {part[len(path) :]: number for part, number in lines.items() if part[: len(path)] == path}
        faults.extend(faults_of(error, kind, file=file, where=line, lines=inner))
        return None


def read_scenario(path: Path) -> Scenario:
    """Return the scenario of a file.

    Raises:
        StationFileError: with all faults of the file.
    """
    return parse_scenario(scenario_file(path), str(path))


def scenario_file(path: Path) -> str:
    """Return the text of a file that is not too large to be a scenario."""
    return decode(read_bytes(path, MAX_YAML_BYTES), str(path))


def faults_at(scenario: Scenario, base: Inputs, file: str, numbers: Sequence[int] = ()) -> list[Fault]:
    """Return what of a scenario does not fit a station: another base, zones or lamps that are not there.

    Args:
        scenario: what was read; base: the station; file: for the messages.
        numbers: of its measures in the file, where some of the file could not be read.
    """
    layout, faults = base.layout, []
    if scenario.station not in (None, layout.id):
        message = f'is written for "{shown(scenario.station)}", not for {layout.id}'
        faults.append(Fault(file, "", "base", message))
        return faults
    fitting = True
    for i, (number, measure) in enumerate(zip(numbers or count(1), scenario.measures, strict=False)):
        wrong = measure.misfits(_before(scenario.measures[:i], measure, base)) and measure.misfits(base)
        fitting &= not wrong
        for name, message, remedy in wrong:
            faults.append(Fault(file, f"measure {number}", name, message, remedy))
    if fitting:
        faults.extend(conflict_faults(conflicts(scenario.measures, base), file))
    return faults


def _before(earlier: Sequence[Measure], measure: Measure, base: Inputs) -> Inputs:
    """Return the base with the measures before one that are in force at the same time."""
    inputs = base
    for other in earlier:
        if other.overlaps(measure) and not other.misfits(inputs):
            inputs = other.apply(inputs)
    return inputs


def shipped_scenarios(station: str) -> dict[str, Path]:
    """Return the scenario files that ship for a station, by name; those with fewer measures first."""
    files = sorted((SHIPPED / station).glob("*.yaml"))
    sizes = {file: len(read_scenario(file).measures) for file in files}
    return {file.stem: file for file in sorted(files, key=lambda file: (sizes[file], file.stem))}


def find_scenario(word: str, station: str) -> Path:
    """Return the file that a word on the command line means: a shipped name or a path.

    Raises:
        StationFileError: neither; the message names the nearest shipped one.
    """
    path = Path(word)
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    shipped = shipped_scenarios(station)
    if word in shipped:
        return shipped[word]
    known = nearest(word, shipped) or "give the path of a scenario file"
    raise StationFileError([Fault(shown(word), "", "", f"no scenario of this name ships for {station}", known)])


def default_scenarios(station: str) -> list[Path]:
    """Return the files compared when none is named: all that ship for the station, hold a measure and are no preset."""
    found = {file: read_scenario(file) for file in shipped_scenarios(station).values()}
    return [file for file, scenario in found.items() if scenario.measures and not scenario.preset]


def read_scenarios(files: Iterable[Path]) -> dict[Path, Scenario]:
    """Return the scenarios of one comparison by file, all faults of all files at once.

    Raises:
        StationFileError: faults in the files, names given twice, dates or windows that differ: days are
            compared in pairs, so all scenarios of a call share the date and the window.
    """
    faults: list[Fault] = []
    scenarios: dict[Path, Scenario] = {}
    for file in files:
        try:
            scenario = read_scenario(file)
        except StationFileError as error:
            faults.extend(error.faults)
            continue
        if scenario.name in {other.name for other in scenarios.values()}:
            faults.append(Fault(str(file), "", "name", f"{scenario.name} is the name of two scenarios"))
        scenarios[file] = scenario
    faults.extend(_differences(tuple(scenarios.values())))
    if faults:
        raise StationFileError(faults)
    return scenarios


def _differences(scenarios: Sequence[Scenario]) -> list[Fault]:
    faults = []
    dates = {s.name: s.date for s in scenarios if s.date is not None}
    # a scenario without a date takes that of the others; one without a window is of the whole day
    for what, given in (("date", dates), ("window", {s.name: s.window for s in scenarios})):
        if len(set(given.values())) > 1:
            message = f"differs between {', '.join(given)}; days are compared in pairs"
            faults.append(Fault("scenarios", "", what, message, f"give all of them the same {what}"))
    return faults


def load(station: str, words: Sequence[str] = ()) -> tuple[Inputs, tuple[Scenario, ...]]:
    """Return the base and the scenarios of a comparison, everything checked.

    Args:
        station: name of a shipped station, or path of a station folder.
        words: names of shipped scenarios or paths; none means those that ship for the station.

    Raises:
        StationFileError: with all faults of the station and of the scenarios.
    """
    folder, faults = find_station(station), []
    base: Inputs | None = None
    scenarios: dict[Path, Scenario] = {}
    try:
        base = read_station(folder)
    except StationFileError as error:
        faults.extend(error.faults)
    name = base.layout.id if base is not None else folder.name
    try:
        scenarios = read_scenarios(_files(words, name))
    except StationFileError as error:
        faults.extend(error.faults)
    if faults or base is None:
        raise StationFileError(faults)
    dates = [scenario.date for scenario in scenarios.values() if scenario.date is not None]
    if dates and dates[0] != base.date:
        base = read_station(folder, date=dates[0])  # another day of the week has other trains
    for file, scenario in scenarios.items():
        faults.extend(faults_at(scenario, base, str(file)))
    if faults:
        raise StationFileError(faults)
    return base, tuple(scenarios.values())


def station_title(station: str) -> dict[str, str]:
    """Return the name of a station by language; empty when its file has one name only."""
    file = find_station(station) / STATION_FILE
    value = read_yaml(file).value
    name = value.get("name") if isinstance(value, dict) else None
    return {str(key): str(text) for key, text in name.items()} if isinstance(name, dict) else {}


def _files(words: Sequence[str], station: str) -> list[Path]:
    """Return the files that are meant; each word that means none is a fault, all told at once."""
    files, faults = [], []
    for word in words:
        try:
            files.append(find_scenario(word, station))
        except StationFileError as error:
            faults.extend(error.faults)
    if not words and not (files := default_scenarios(station)):
        message, remedy = "no scenario ships for this station", "name scenario files after the station"
        faults.append(Fault(station, "", "", message, remedy))
    if faults:
        raise StationFileError(faults)
    return files
