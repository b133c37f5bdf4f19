"""Factors and outcomes of a study file, each with what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.inputs.inputs import Inputs
from model.inputs.layout import ZONE_KINDS
from model.parameters import Parameters
from model.results import OUTCOME_UNITS
from scenarios.cells import ALL, CellIndex, cell_index
from scenarios.design import POINT_COLUMNS, SUM_COLUMNS, Factor, Strength, Switch, Uncertain, Wanted
from scenarios.faults import Fault, StationFileError, faults_of, nearest, shown
from scenarios.lines import HEADLINES
from scenarios.measures.measure import Measure
from scenarios.plain_files import Path_, read_yaml
from scenarios.scenario import find_scenario, measure_of, read_scenario

NAMES: Final = {line.key: line for line in HEADLINES if line.scale != "gap"}
_TAKEN: Final = (*POINT_COLUMNS, *SUM_COLUMNS)
_ENDS: Final = ("low", "high")


@dataclass
class Parts:
    """What parts of a study file are read against; faults are gathered, to be told all at once."""

    file: str
    lines: Mapping[Path_, int]
    base: Inputs
    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path_, message: str, remedy: str = "") -> None:
        """Add a fault of the part at a path, with its line."""
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        line = f"line {self.lines[at]}" if at in self.lines else ""
        self.faults.append(Fault(self.file, line, ".".join(shown(part) for part in path), message, remedy))


class _Range(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    low: int | float = Field(description="lowest value")
    high: int | float = Field(description="highest value")
    levels: int = Field(2, ge=1, le=100, description="number of values in a factorial")


class _ParameterPart(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    parameter: str = Field(description="name of an uncertain parameter")
    levels: int = Field(2, ge=1, le=100, description="number of values in a factorial")


def factors_of(
    parts: Parts, scenarios: Sequence[str], listed: Sequence[Any]
) -> tuple[tuple[Factor, ...], list[dict[str, Any]]]:
    """Return the factors of a file, and the same as plain values with scenarios written out."""
    factors: list[Factor] = []
    plain: list[dict[str, Any]] = []
    items = [(("scenarios", i), {"scenario": word}) for i, word in enumerate(scenarios)]
    items += [(("factors", i), item) for i, item in enumerate(listed)]
    for path, item in items:
        found = _factor(parts, path, item)
        for factor in found[0]:
            if factor.name in {other.name for other in factors} or factor.name in _TAKEN:
                parts.fault(path, f'"{shown(factor.name)}" is the name of two columns', "give it another name")
            else:
                factors.append(factor)
        plain.append(found[1])
    return tuple(factors), plain


def _factor(parts: Parts, path: Path_, item: Any) -> tuple[list[Factor], dict[str, Any]]:
    if not isinstance(item, dict) or not {"measure", "scenario", "parameter", "measures"} & set(item):
        parts.fault(path, "is not a factor", "each begins with `- measure:`, `- scenario:` or `- parameter:`")
        return [], {}
    if "parameter" in item:
        return _uncertain(parts, path, item), dict(item)
    always = item.get("always", False)
    if not isinstance(always, bool):
        parts.fault((*path, "always"), f"{shown(always)} is not true or false")
    rest = {key: value for key, value in item.items() if key not in ("name", "always")}
    if "scenario" in item:
        return _scenario(parts, path, item, rest, always is True)
    if "measures" in item:
        return _bundle(parts, path, item, rest, always is True)
    name = _name(parts, path, item.get("name", item["measure"]))
    if not name:
        return [], {}
    return _measure(parts, path, name, rest, always is True), dict(item)


def _name(parts: Parts, path: Path_, name: Any) -> str:
    """Return a name, empty where it is none."""
    if isinstance(name, str) and 0 < len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum():
        return name
    parts.fault((*path, "name"), f"{shown(name)} is not a name", "letters, digits, dashes and underscores")
    return ""


def _uncertain(parts: Parts, path: Path_, item: dict[str, Any]) -> list[Factor]:
    try:
        part = _ParameterPart.model_validate(item)
    except ValidationError as error:
        parts.faults.extend(_inner(error, _ParameterPart, parts, path))
        return []
    parameters = Parameters.default()
    if part.parameter not in parameters.uncertain():
        fixed = "is fixed, it has no range" if part.parameter in parameters else "is no parameter"
        message = f'"{shown(part.parameter)}" {fixed}'
        parts.fault((*path, "parameter"), message, nearest(part.parameter, parameters.uncertain()))
        return []
    return [Uncertain(part.parameter, part.levels)]


def _scenario(
    parts: Parts, path: Path_, item: dict[str, Any], rest: dict[str, Any], always: bool
) -> tuple[list[Factor], dict[str, Any]]:
    word = item["scenario"]
    if set(rest) != {"scenario"} or not isinstance(word, str):
        parts.fault(path, "is not a factor", "a scenario has a name or path, and perhaps `name` and `always`")
        return [], {}
    try:
        beside = parts.folder / word
        file = beside if beside.suffix in (".yaml", ".yml") else find_scenario(word, parts.base.layout.id)
        scenario = read_scenario(file)
        listed = read_yaml(file).value.get("measures", [])
    except StationFileError as error:
        parts.faults.extend(error.faults)
        return [], {}
    if scenario.window is not None and scenario.window != parts.base.window:
        parts.fault(path, f"{scenario.name} is for other hours of the day", "give the study the same window")
    if scenario.date not in (None, parts.base.date):
        parts.fault(path, f"{scenario.name} is for {scenario.date}", f"give the study `date: {scenario.date}`")
    _fits(parts, path, scenario.measures)
    name = _name(parts, path, item.get("name", scenario.name))
    if not name:
        return [], {}
    plain = {"name": name, "measures": listed or [], **({"always": True} if always else {})}
    return [Switch(name, scenario.measures, always)], plain


def _bundle(
    parts: Parts, path: Path_, item: dict[str, Any], rest: dict[str, Any], always: bool
) -> tuple[list[Factor], dict[str, Any]]:
    """Several measures that are taken together, written out."""
    listed = item["measures"]
    name = _name(parts, path, item.get("name"))
    if set(rest) != {"measures"} or not isinstance(listed, list) or not name:
        parts.fault(path, "is not a factor", "several measures have `name` and `measures`, and perhaps `always`")
        return [], {}
    before = len(parts.faults)
    found = [
        measure_of(m, (*path, "measures", i), parts.file, parts.lines, parts.faults) for i, m in enumerate(listed)
    ]
    measures = tuple(measure for measure in found if measure is not None)
    if len(parts.faults) == before:
        _fits(parts, path, measures)
    return [Switch(name, measures, always)], dict(item)


def _measure(parts: Parts, path: Path_, name: str, rest: dict[str, Any], always: bool) -> list[Factor]:
    """One measure, with numbers from low to high where a field has two ends."""
    ranges: dict[str, _Range] = {}
    for key, value in rest.items():
        if isinstance(value, dict) and set(_ENDS) <= set(value):
            try:
                ranges[key] = _Range.model_validate(value)
            except ValidationError as error:
                parts.faults.extend(_inner(error, _Range, parts, (*path, key)))
                return []
            if not ranges[key].low < ranges[key].high:
                parts.fault((*path, key), "must have low < high")
                return []
    ends: list[Measure] = []
    for end in _ENDS:  # a measure is checked with both ends of its strengths
        item = {**rest, **{key: getattr(ends_of, end) for key, ends_of in ranges.items()}}
        before = len(parts.faults)
        made = measure_of(item, path, parts.file, parts.lines, parts.faults)
        if made is None or len(parts.faults) > before:
            return []
        _fits(parts, path, (made,))
        ends.append(made)
    strengths = []
    for key, span in ranges.items():
        value = getattr(ends[0], key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            parts.fault((*path, key), "is not a number that can lie between two ends")
            continue
        strengths.append(Strength(name, key, float(span.low), float(span.high), isinstance(value, int), span.levels))
    return [Switch(name, (ends[0],), always), *strengths]


def _fits(parts: Parts, path: Path_, measures: Sequence[Measure]) -> None:
    """Refuse measures that do not fit the station: zones or lamps that are not there."""
    for measure in measures:
        for name, message, remedy in measure.wrong(parts.base.layout):
            parts.fault((*path, name), message, remedy)


def _inner(error: ValidationError, kind: type[BaseModel], parts: Parts, path: Path_) -> list[Fault]:
    inner = {at[len(path) :]: number for at, number in parts.lines.items() if at[: len(path)] == path}
    return faults_of(error, kind, file=parts.file, where=f"line {parts.lines.get(path, 0)}", lines=inner)


# outcomes


class _OutcomePart(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=64, description="a name of your own")
    outcome: str = Field(description="one of the outcomes of a comparison")
    incident_type: str | list[str] = Field("", description="a type, or several that are added up")
    gender: Literal["woman", "man", "other", "all"] = Field("all", description="woman, man, other or all")
    time_band: str = Field(ALL, description="a band of hours such as after_19")
    zone_kind: str = Field(ALL, description="a kind of zone such as platform")


def headline_outcomes() -> tuple[Wanted, ...]:
    """Return the lines that head a comparison; the gap is the difference of two of them."""
    return tuple(
        Wanted(line.key, line.outcome, line.incident_types, line.gender, line.time_band) for line in NAMES.values()
    )


def wanted_of(parts: Parts, listed: Sequence[Any]) -> tuple[Wanted, ...]:
    """Return the outcomes of a file: names of headline lines, names of outcomes, or cells; by default the lines."""
    if not listed:
        return headline_outcomes()
    lines = {wanted.name: wanted for wanted in headline_outcomes()}
    kinds = tuple(kind for kind in ZONE_KINDS if kind in {zone.kind for zone in parts.base.layout.zones})
    index, found = cell_index(kinds), {}
    for i, item in enumerate(listed):
        path = ("outcomes", i)
        wanted = _wanted(parts, path, item, lines, index)
        if wanted is None:
            continue
        if wanted.name in found:
            parts.fault(path, f'"{shown(wanted.name)}" is the name of two outcomes')
        found[wanted.name] = wanted
        missing = [key for key in keys_of(wanted) if key not in index.number]
        if missing:
            parts.fault(
                path, f"there is no such cell: {', '.join(word for word in missing[0] if word)}", _hint(index, wanted)
            )
    return tuple(found.values())


def keys_of(wanted: Wanted) -> list[tuple[str, str, str, str, str]]:
    """Return the keys of the cells that an outcome adds up."""
    rest = (wanted.gender, wanted.time_band, wanted.zone_kind)
    return [(wanted.outcome, kind, *rest) for kind in wanted.incident_types]


def _wanted(parts: Parts, path: Path_, item: Any, lines: Mapping[str, Wanted], index: CellIndex) -> Wanted | None:
    if isinstance(item, str):
        if item in lines:
            return lines[item]
        if item not in OUTCOME_UNITS:
            parts.fault(path, f'"{shown(item)}" is no outcome', nearest(item, (*lines, *OUTCOME_UNITS)))
            return None
        return Wanted(item, item, (_all_types(index, item),), ALL, _whole_time(index, item), ALL)
    if not isinstance(item, dict):
        parts.fault(path, "is not an outcome", "a name, or name, outcome and its cells")
        return None
    try:
        part = _OutcomePart.model_validate(item)
    except ValidationError as error:
        parts.faults.extend(_inner(error, _OutcomePart, parts, path))
        return None
    if part.outcome not in OUTCOME_UNITS:
        parts.fault((*path, "outcome"), f'"{shown(part.outcome)}" is no outcome', nearest(part.outcome, OUTCOME_UNITS))
        return None
    types = [part.incident_type] if isinstance(part.incident_type, str) else part.incident_type
    types = [kind or _all_types(index, part.outcome) for kind in types]
    return Wanted(part.name, part.outcome, tuple(types), part.gender, part.time_band, part.zone_kind)


def _all_types(index: CellIndex, outcome: str) -> str:
    return ALL if any(key[:2] == (outcome, ALL) for key in index.keys) else ""


def _whole_time(index: CellIndex, outcome: str) -> str:
    """The monitor asks after 19:00 alone."""
    bands = {key[3] for key in index.keys if key[0] == outcome}
    return ALL if ALL in bands else min(bands)


def _hint(index: CellIndex, wanted: Wanted) -> str:
    """Return the words that the first wrong dimension can have."""
    of = [key for key in index.keys if key[0] == wanted.outcome]
    given = keys_of(wanted)[0]
    for place in range(1, 5):
        words = {key[place] for key in of}
        if given[place] not in words:
            return nearest(given[place], words - {""}) or "leave it out"
    return ""
