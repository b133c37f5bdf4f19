"""Trial files read and checked: all faults at once, each with its line and the nearest valid word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from calibration.trials.description import CONTROL, DOSES, WEEK_DAYS, Dose, Outcome, TrialFile, Type, VisitsDose
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.parameters import Parameters
from scenarios.faults import Fault, StationFileError, faults_of, nearest, shown
from scenarios.measures.catalogue import CATALOGUE
from scenarios.measures.measure import Measure
from scenarios.plain_files import Path_, read_part
from scenarios.station_files import read_station

SHIPPED: Final = Path(__file__).parent
AT_UNIT: Final = "unit"  # among the zones of a measure: those of the treated units


@dataclass(frozen=True)
class TreatedArm:
    """An arm with its measures and doses."""

    name: str
    measures: tuple[Measure, ...] = ()
    doses: tuple[Dose, ...] = ()

    @property
    def visits(self) -> tuple[VisitsDose, ...]:
        """The doses that are visits to the unit."""
        return tuple(dose for dose in self.doses if isinstance(dose, VisitsDose))


@dataclass(frozen=True)
class TypedStation:
    """A type of station of the population: what the file says, its inputs as they ship, its usual measures."""

    part: Type
    inputs: Inputs
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Trial:
    """A trial, checked. Attributes: file: what it says; arms: ``control`` first; population: types of stations."""

    file: TrialFile
    arms: tuple[TreatedArm, ...]
    population: tuple[TypedStation, ...]

    @property
    def digest(self) -> str:
        """Hexadecimal name of all that decides its runs: anything but texts and published figures."""
        plain = self.file.model_dump(mode="json", by_alias=True, exclude={"title", "source", "note"})
        for outcome in plain["outcomes"]:
            for name in ("text", "published", "evidence", "role", "each", "times"):
                outcome.pop(name)
        return digest((plain, tuple(digest(site.inputs) for site in self.population)))

    def arm_of(self, outcome: Outcome) -> int:
        """Return the number of the treated arm of an outcome."""
        return 1 if outcome.arm is None else self._number(outcome.arm)

    def against(self, outcome: Outcome) -> int:
        """Return the number of the arm that it is compared with."""
        return self._number(outcome.against)

    def _number(self, name: str) -> int:
        return [arm.name for arm in self.arms].index(name)

    def outcome(self, name: str) -> int:
        """Return the number of an outcome."""
        return [outcome.name for outcome in self.file.outcomes].index(name)


def shipped_trials() -> dict[str, Path]:
    """Return the trial files that ship, by name."""
    return {file.stem: file for file in sorted(SHIPPED.glob("*.yaml"))}


def find_trial(word: str) -> Path:
    """Return the file that a word means: a shipped name or a path.

    Raises:
        StationFileError: neither.
    """
    path = Path(word)
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    shipped = shipped_trials()
    if word in shipped:
        return shipped[word]
    remedy = nearest(word, shipped) or "give the path of a trial file"
    raise StationFileError([Fault(shown(word), "", "", "no trial of this name ships", remedy)])


def read_trial(path: Path) -> Trial:
    """Return the trial of a file.

    Raises:
        StationFileError: with all faults of the file.
    """
    file = str(path)
    read, yaml = read_part(path, TrialFile, what="trial", first="schema: 1")
    faults: list[Fault] = []
    lister = _Lister(file, yaml.lines, faults)
    arms = [TreatedArm(CONTROL)]
    for i, arm in enumerate(read.arms):
        measures = lister.parts(arm.measures, ("arms", i, "measures"), "measure", CATALOGUE)
        doses = lister.parts(arm.doses, ("arms", i, "doses"), "dose", DOSES)
        arms.append(TreatedArm(arm.name, tuple(measures), tuple(doses)))
    population = [_typed(read, i, lister) for i in range(len(read.population))]
    trial = Trial(read.spread(), tuple(arms), tuple(site for site in population if site is not None))
    faults.extend(_cross_faults(trial, file, yaml.lines))
    if faults:
        raise StationFileError(faults)
    return trial


@dataclass
class _Lister:
    """Reads lists of measures and of doses, and keeps their faults."""

    file: str
    lines: Mapping[Path_, int]
    faults: list[Fault]

    def parts(self, items: list[Any], path: Path_, key: str, catalogue: Mapping[str, type[Any]]) -> list[Any]:
        """Return the parts of a list, each a model of the catalogue by its key."""
        found = (self._one(item, (*path, i), key, catalogue) for i, item in enumerate(items))
        return [part for part in found if part is not None]

    def _one(self, item: Any, path: Path_, key: str, catalogue: Mapping[str, type[Any]]) -> BaseModel | None:
        where = f"line {self.lines.get(path, 0)}"
        word = item.get(key) if isinstance(item, dict) else None
        kind = catalogue.get(word) if isinstance(word, str) else None
        if kind is None:
            message = f'"{shown(word)}" is not a known {key}' if word is not None else f"has no `{key}:`"
            self.faults.append(Fault(self.file, where, ".".join(map(str, path)), message, nearest(word, catalogue)))
            return None
        try:
            made: BaseModel = kind.model_validate(item)
            return made
        except ValidationError as error:
            inner = {part[len(path) :]: line for part, line in self.lines.items() if part[: len(path)] == path}
            self.faults.extend(faults_of(error, kind, file=self.file, where=where, lines=inner))
            return None


def _typed(read: TrialFile, i: int, lister: _Lister) -> TypedStation | None:
    """Return a type of station with its inputs on the date of the trial."""
    part = read.population[i]
    measures = lister.parts(part.measures, ("population", i, "measures"), "measure", CATALOGUE)
    for name in part.factors:
        if name not in Parameters.default():
            where = f"line {lister.lines.get(('population', i, 'factors', name), 0)}"
            names = [row.name for row in Parameters.default().rows]
            message = f'"{shown(name)}" is no parameter'
            lister.faults.append(Fault(lister.file, where, f"population.{i}.factors", message, nearest(name, names)))
    try:
        inputs = read_station(part.station, date=read.date)
    except StationFileError as error:
        lister.faults.extend(error.faults)
        return None
    wrong = [w for measure in measures for w in measure.wrong(inputs.layout)]
    for j, arm in enumerate(read.arms):
        known = [CATALOGUE[m["measure"]].model_validate(m) for m in arm.measures if _sound(m)]
        known = [placed(measure, [zone.id for zone in inputs.layout.zones]) for measure in known]
        told = [fault for measure in known for fault in measure.wrong(inputs.layout)]
        wrong += [(f"arms.{j}.{name}", message, remedy) for name, message, remedy in told]
    for name, message, remedy in wrong:
        lister.faults.append(Fault(lister.file, f"station {part.station}", name, message, remedy))
    return TypedStation(part, inputs, tuple(measures))


def placed(measure: Measure, zones: Sequence[str]) -> Measure:
    """Return a measure whose zones ``unit`` are those of the treated units."""
    named = getattr(measure, "zones", ())
    if AT_UNIT not in named:
        return measure
    there = tuple(dict.fromkeys(z for word in named for z in (zones if word == AT_UNIT else (word,))))
    return measure.model_copy(update={"zones": there})


def _sound(item: Any) -> bool:
    kind = CATALOGUE.get(str(item.get("measure"))) if isinstance(item, dict) else None
    try:
        return kind is not None and bool(kind.model_validate(item))
    except ValidationError:
        return False


def all_days_dosed(arms: Sequence[TreatedArm]) -> bool:
    """Return whether no day of the week is free of a dose of visits."""
    days = [dose.days_a_week for arm in arms for dose in arm.visits]
    return not days or max(days) == WEEK_DAYS


def _cross_faults(trial: Trial, file: str, lines: Mapping[Path_, int]) -> list[Fault]:
    """Return what of a trial does not fit together."""
    faults: list[Fault] = []
    arms = [arm.name for arm in trial.arms]
    names = [outcome.name for outcome in trial.file.outcomes]
    rings = len(trial.file.units.rings_m)

    def tell(i: int, field: str, message: str, remedy: str = "") -> None:
        faults.append(Fault(file, f"line {lines.get(('outcomes', i), 0)}", f"outcomes.{i}.{field}", message, remedy))

    for name in sorted({n for n in (*arms, *names) if arms.count(n) > 1 or names.count(n) > 1}):
        faults.append(Fault(file, "", "name", f"{name} is given twice"))
    for i, outcome in enumerate(trial.file.outcomes):
        for field, word in (("arm", outcome.arm), ("against", outcome.against)):
            if word is not None and word not in arms:
                tell(i, field, f'"{shown(word)}" is no arm', nearest(word, arms))
        if outcome.of is not None and (outcome.of not in names or outcome.of == outcome.name):
            tell(i, "of", f'"{shown(outcome.of)}" is no other outcome', nearest(outcome.of, names))
        if any(ring >= rings for ring in outcome.rings):
            tell(i, "rings", f"there are {rings} rings", "numbers from 0")
        if outcome.days == "free" and all_days_dosed(trial.arms):
            tell(i, "days", "the dose is given on all days of the week", "days_a_week of a dose below 7")
        if outcome.time != "all" and not faults:
            arm = trial.arms[trial.arm_of(outcome)]
            if not arm.visits:
                tell(i, "time", f"arm {arm.name} has no visits whose moments are known", "use a dose of visits")
    return faults
