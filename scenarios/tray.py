"""The tray: which options a station has, each a few measures that are taken together, perhaps in several strengths.

A tray ships for every station (``trays/default.yaml``); what does not fit a place (no underpass there) is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.inputs.inputs import Inputs
from model.inputs.layout import Owner
from scenarios.conflicts import conflicts
from scenarios.costs import NOTHING, Range
from scenarios.faults import Fault, StationFileError, faults_of
from scenarios.measures.measure import Measure
from scenarios.plain_files import read_yaml
from scenarios.scenario import NAME_FORM, Scenario, measure_of

TRAYS: Final = Path(__file__).parent / "trays"
DEFAULT_TRAY: Final = TRAYS / "default.yaml"
MOST_OPTIONS: Final = 40


@dataclass(frozen=True)
class Option:
    """One thing that may be done.

    Attributes:
        name: as in files; title: by language; group: options of one group exclude each other, empty for none.
        measures: of each strength, weakest first: most options have one.
    """

    name: str
    title: Mapping[str, str]
    measures: tuple[Measure, ...]
    group: str = ""

    def title_in(self, language: str) -> str:
        """Return the title in a language, else the name."""
        return self.title.get(language, self.name)


@dataclass(frozen=True)
class Tray:
    """The options of one station, in the order in which they are applied, and what each costs.

    Attributes:
        options: that fit; left_out: (option, why) of those that do not; costs: EUR a year of each alone.
        apart: pairs of options that cannot stand together, because one undoes what the other does.
    """

    options: tuple[Option, ...]
    left_out: tuple[tuple[Option, str], ...]
    costs: tuple[Range, ...]
    apart: frozenset[tuple[int, int]] = frozenset()

    def scenario(self, chosen: Sequence[int], name: str) -> Scenario:
        """Return the package of the options with these numbers."""
        measures = tuple(m for i in sorted(chosen) for m in self.options[i].measures)
        parts = [self.options[i] for i in sorted(chosen)]
        titles = {language: " + ".join(o.title_in(language) for o in parts) for language in ("en", "nl")}
        return Scenario(name=name, title=titles, measures=measures)

    def allowed(self, chosen: Sequence[int]) -> bool:
        """Return whether no two options of one group are taken, nor two that cannot stand together."""
        groups = [self.options[i].group for i in chosen if self.options[i].group]
        return len(groups) == len(set(groups)) and not self.apart.intersection(combinations(sorted(chosen), 2))

    def packages(self) -> list[tuple[int, ...]]:
        """Return every allowed package, the empty one first.

        Options that share a group make few combinations; the others double their number each.
        """
        by_group: dict[str, list[int]] = {}
        for i, option in enumerate(self.options):
            by_group.setdefault(option.group or f"/{i}", []).append(i)
        choices = [(None, *members) for members in by_group.values()]
        every = (tuple(sorted(i for i in picked if i is not None)) for picked in product(*choices))
        return [package for package in every if not self.apart or self.allowed(package)]

    def cost(self, chosen: Sequence[int]) -> float:
        """Return the middle of the cost of a package, EUR a year, options added up."""
        return float(sum(self.costs[i].value for i in chosen))


class _Title(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    en: str = Field(min_length=1, max_length=80, description="title in English")
    nl: str = Field(min_length=1, max_length=80, description="title in Dutch")


class _OptionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    option: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description=NAME_FORM)
    title: _Title | None = Field(None, description="title with en and nl")
    group: str = Field("", max_length=40, description="options of one group exclude each other")
    measures: Annotated[list[Any], Field(min_length=1, max_length=10)] = Field(description="a list of measures")


def read_tray(path: Path = DEFAULT_TRAY) -> tuple[Option, ...]:
    """Return the options of a tray file.

    Raises:
        StationFileError: with all faults of the file.
    """
    file = str(path)
    yaml = read_yaml(path)
    listed = yaml.value.get("options") if isinstance(yaml.value, dict) else None
    if not isinstance(listed, list) or not listed:
        remedy = "begin with `options:` and a list of `- option: name`"
        raise StationFileError([Fault(file, "", "options", "is no list of options", remedy)])
    faults: list[Fault] = []
    options: list[Option] = []
    for i, item in enumerate(listed[: MOST_OPTIONS + 1]):
        where = ("options", i)
        try:
            read = _OptionFile.model_validate(item)
        except ValidationError as error:
            inner = {part[2:]: line for part, line in yaml.lines.items() if part[:2] == where}
            place = f"line {yaml.lines.get(where, 0)}"
            faults.extend(faults_of(error, _OptionFile, file=file, where=place, lines=inner))
            continue
        found = [
            measure_of(m, (*where, "measures", j), file, yaml.lines, faults) for j, m in enumerate(read.measures)
        ]
        titles = read.title.model_dump() if read.title else {}
        options.append(Option(read.option, titles, tuple(m for m in found if m is not None), read.group))
    names = [option.name for option in options]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults += [Fault(file, "", "option", f"{name} is the name of two options") for name in twice]
    if len(listed) > MOST_OPTIONS:
        faults.append(Fault(file, "", "options", f"has more than {MOST_OPTIONS} options"))
    if faults:
        raise StationFileError(faults)
    return tuple(options)


def tray_for(base: Inputs, options: Sequence[Option], done: Sequence[Owner] = ()) -> Tray:
    """Return the options that fit a station, with their costs.

    Args:
        base: the station; options: of a tray file.
        done: owners whose agreement is there; what needs another one is marked, not refused.
    """
    fits: list[Option] = []
    left: list[tuple[Option, str]] = []
    costs: list[Range] = []
    kinds = {zone.kind for zone in base.layout.zones} | {zone.id for zone in base.layout.zones}
    for option in options:
        measures = tuple(_where_it_is(measure, kinds) for measure in option.measures)
        wrong = [message for m in measures if m is None or (message := _first_fault(m, base))]
        if any(m is None for m in measures) or wrong:
            told = next((w for w in wrong if isinstance(w, str)), "none of its places is there")
            left.append((option, told))
            continue
        known = tuple(m for m in measures if m is not None)
        scenario = Scenario(name="one", measures=known)
        if scenario.inputs(base) == base:
            left.append((option, "changes nothing here"))
            continue
        fits.append(Option(option.name, option.title, known, option.group))
        costs.append(scenario.yearly_cost(base) if known else NOTHING)
    return Tray(tuple(fits), tuple(left), tuple(costs), _apart(fits, base))


def _apart(options: Sequence[Option], base: Inputs) -> frozenset[tuple[int, int]]:
    """Return the pairs of options whose measures undo each other."""
    owner = [number for number, option in enumerate(options) for _ in option.measures]
    measures = [measure for option in options for measure in option.measures]
    found = {(owner[c.first], owner[c.second]) for c in conflicts(measures, base) if c.is_fault}
    return frozenset((min(pair), max(pair)) for pair in found if pair[0] != pair[1])


def _where_it_is(measure: Measure, kinds: set[str]) -> Measure | None:
    """Return the measure at those of its places that the station has; None when it has none of them."""
    named = tuple(getattr(measure, "zones", ()))
    there = tuple(word for word in named if word in kinds or word == "outside")
    if named and not there:
        return None
    return measure if there == named else measure.model_copy(update={"zones": there})


def _first_fault(measure: Measure, base: Inputs) -> str:
    return next((message for _, message, _ in measure.wrong(base.layout)), "")
