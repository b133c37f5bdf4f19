"""Emulators of the eight archetypes: what the options of a tray do in an evening, by covariates of a station.

``python -m scenarios.archetypes [FOLDER] [--only ID]`` runs what is missing in FOLDER and writes
``archetypes/<id>/emulator.json``. A station of a portfolio is its archetype with its own size, light, staff and
disorder.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from model.inputs.digest import digest
from model.inputs.inputs import DAY_END_S, Inputs
from model.inputs.roster import Duty
from scenarios.arm_days import ArmDays, Done
from scenarios.drawn_archetypes import ARCHETYPES as PLANS
from scenarios.emulator import Emulator, Space
from scenarios.package_search import AIMS, sums_of
from scenarios.paired_points import Paired, dealt_days, learn_points
from scenarios.process import Points, Process, fit, known_variance
from scenarios.safe_files import write_whole
from scenarios.scenario import Scenario
from scenarios.station_files import read_station
from scenarios.tray import TRAYS, Option, Tray, read_tray, tray_for
from scenarios.version import sources_version

Floats = NDArray[np.float64]
ARCHETYPES: Final = Path(__file__).parent / "archetypes"
TRAY: Final = TRAYS / "portfolio.yaml"
COVARIATES: Final = ("size", "light", "staff", "disorder")
# ends of the range of each covariate: factors on demand, lumens and disorder; share of 19:00-01:00 with a guard. The
# middle of light is the norm by which lamps are drawn: nothing is known of stations that are darker on the whole
ENDS: Final = {"size": (0.5, 2.0), "light": (0.5, 2.0), "staff": (0.0, 1.0), "disorder": (0.5, 2.5)}
WINDOW: Final = (18 * 3600 + 2700, DAY_END_S)  # a quarter of an hour before what is asked, so that people are there
SETTINGS: Final = 20  # of the covariates, each with its own days without measures
SHARE_ON: Final = 0.4  # of the packages that hold an option
POOL: Final = 12
FIRST_DAY: Final = (1 << 20) - (1 << 13)
WHOLE_DAYS: Final = 3
SEED: Final = 1
_STAFF_FROM_S: Final = 19 * 3600
_STAFF_UNTIL_S: Final = 25 * 3600
_LEAST_STAFF: Final = 0.05
_NAME: Final = "emulator.json"
_AGAIN: Final = 32  # points drawn for each package, to leave out what may not be


@dataclass(frozen=True)
class Effort:
    """How many packages are run under each setting, and on how many days."""

    packages: int
    days: int


MUCH: Final = Effort(5, 2)
LITTLE: Final = Effort(4, 1)  # many people are little luck: one evening of a large station tells as much
LARGE: Final = 4000.0  # boardings a day; below, one evening taught too little (its own luck is 0.07 point)


def effort_of(archetype: str) -> Effort:
    """Return how much is run of an archetype."""
    return LITTLE if next(plan.people for plan in PLANS if plan.id == archetype) >= LARGE else MUCH


def value_of(name: str, u: float) -> float:
    """Return the covariate at a share ``u`` (0 to 1) of its range: factors by their logarithm, shares as they are."""
    low, high = ENDS[name]
    return low + u * (high - low) if low == 0 else float(low * (high / low) ** u)


def coded_of(name: str, value: float) -> float:
    """Return where in its range a covariate lies, 0 to 1."""
    low, high = ENDS[name]
    return value / high if low == 0 else float(np.log(value / low) / np.log(high / low))


def with_covariates(base: Inputs, u: Sequence[float]) -> Inputs:
    """Return an evening of a station of this archetype, by coded covariates in the order of COVARIATES."""
    size, light, staff, disorder = (value_of(name, x) for name, x in zip(COVARIATES, u, strict=True))
    people, layout = base.population, base.layout
    lamps = tuple(replace(lamp, lumen=lamp.lumen * light) for lamp in layout.lamps)
    zones = tuple(replace(zone, disorder=min(1.0, zone.disorder * disorder)) for zone in layout.zones)
    duties = base.roster.duties
    if staff > _LEAST_STAFF:
        start = round(_STAFF_UNTIL_S - staff * (_STAFF_UNTIL_S - _STAFF_FROM_S))
        where = tuple(dict.fromkeys(zone.kind for zone in zones if zone.kind in ("platform", "underpass", "concourse")))
        duties = (*duties, Duty("covariate-guard", "guard", start, _STAFF_UNTIL_S, where, assumed=True))
    return base.replace(
        population=replace(people, boardings=people.boardings * size, alightings=people.alightings * size),
        layout=replace(layout, lamps=lamps, zones=zones),
        roster=replace(base.roster, duties=duties),
        window=WINDOW,
    )


@cache
def base_of(archetype: str) -> Inputs:
    """Return the station of an archetype as it is drawn."""
    return read_station(ARCHETYPES / archetype)


@cache
def options() -> tuple[Option, ...]:
    """Return everything that may be done at some archetype."""
    return read_tray(TRAY)


@cache
def tray_of(archetype: str) -> Tray:
    """Return what may be done at a station of an archetype, with its costs as drawn."""
    return tray_for(base_of(archetype), options())


def costs_of(archetype: str, u: Sequence[float]) -> Floats:
    """Return EUR a year of each option of the archetype's tray at a station with these covariates.

    A small station is cleaned less often, so that the same rounds cost it more.
    """
    here = with_covariates(base_of(archetype), u)
    tray = tray_of(archetype)
    return np.array([tray.scenario((i,), "one").yearly_cost(here).value for i in range(len(tray.options))])


def in_place(archetype: str, u: Sequence[float], costs: Floats) -> NDArray[np.bool_]:
    """Return which options of the archetype's tray change nothing at a station with these covariates.

    A large station is cleaned as often already: nothing is to be paid, and nothing is gained.

    Args:
        archetype: whose tray; u: coded covariates.
        costs: of the options at this station; only what is free can be in place, the rest is not tried.
    """
    found = np.zeros(len(costs), dtype=np.bool_)
    free = np.flatnonzero(costs == 0).tolist()
    if free:
        here, tray = with_covariates(base_of(archetype), u), tray_of(archetype)
        found[free] = [tray.scenario((i,), "one").inputs(here) == here for i in free]
    return found


def scenario_of(archetype: str, names: Sequence[str]) -> Scenario:
    """Return the package of the options with these names."""
    tray = tray_of(archetype)
    chosen = [i for i, option in enumerate(tray.options) if option.name in names]
    return tray.scenario(chosen, "+".join(names) or "nothing")


def design(archetype: str, seed: int = SEED) -> Floats:
    """Return (points, options + covariates) between 0 and 1: packages one after another under each setting."""
    tray, each = tray_of(archetype), effort_of(archetype).packages
    number = len(tray.options)
    rng = np.random.default_rng(seed)
    margin = 2 ** int(np.ceil(np.log2(SETTINGS)))
    settings = qmc.Sobol(len(COVARIATES), rng=rng).random(margin)[:SETTINGS]
    drawn = qmc.Sobol(number, rng=rng).random(2 ** int(np.ceil(np.log2(_AGAIN * SETTINGS * each)))) < SHARE_ON
    packages: dict[tuple[int, ...], None] = {}
    for row in drawn:
        package = tuple(int(i) for i in np.flatnonzero(row))
        if package and tray.allowed(package):
            packages.setdefault(package)
    x = np.zeros((SETTINGS * each, number + len(COVARIATES)))
    for point, package in zip(range(len(x)), packages, strict=False):
        x[point, list(package)] = 1.0
        x[point, number:] = settings[point // each]
    return x


def days_of(setting: int, days: int) -> list[int]:
    """Return the numbers of the evenings of a setting."""
    return dealt_days(setting, days, pool=POOL, first=FIRST_DAY)


@dataclass(frozen=True)
class Archetype:
    """What is known of an archetype.

    Attributes:
        emulator: changes by options and covariates; levels: of the base by covariates: ``safety`` after 19:00
            in points, and ``incidents``, the logarithm of incidents against travellers an evening.
        whole_day: perceived safety of the whole day minus that after 19:00, mean of a few covariates.
        visits: after 19:00, at a size of 1.
        probe: sums of one evening by aim, to see whether another version of the model still gives the same.
        old: what has changed since it was learned: ``model``, ``station``, or nothing.
        stands_for: the archetype that was asked for, where that has not been learned yet and this one answers for it.
    """

    id: str
    emulator: Emulator
    levels: dict[str, Process]
    whole_day: float
    visits: float
    probe: dict[str, list[float]]
    old: str = ""
    stands_for: str = ""


def learn(archetype: str, folder: Path, workers: int | None = 1, tell: Any = None) -> str:
    """Run the design of an archetype and return what was learned as text."""
    base, x, number = base_of(archetype), design(archetype), len(tray_of(archetype).options)
    much = effort_of(archetype)
    befores = [with_covariates(base, x[s * much.packages, number:].tolist()) for s in range(SETTINGS)]
    packages = [
        scenario_of(archetype, [o.name for o, on in zip(tray_of(archetype).options, point, strict=False) if on > 0])
        for point in x
    ]
    arms = [*befores, *(package.inputs(befores[p // much.packages]) for p, package in enumerate(packages))]
    names = [f"{archetype}-{s}" for s in range(SETTINGS)] + [f"{archetype}-{p}-package" for p in range(len(x))]
    whole = [before.replace(window=base.window) for before in befores[:WHOLE_DAYS]]
    names += [f"{archetype}-{s}-day" for s in range(WHOLE_DAYS)]
    days = ArmDays(names, [*arms, *whole], seed=SEED, out=folder / archetype)
    tasks = [days.task(s, day) for s in range(SETTINGS) for day in days_of(s, much.days)]
    tasks += [
        days.task(SETTINGS + p, day) for p in range(len(x)) for day in days_of(p // much.packages, much.days)
    ]
    tasks += [days.task(len(arms) + s, days_of(s, much.days)[0]) for s in range(WHOLE_DAYS)]
    with days.runner(workers) as runner:
        days.run(archetype, tasks, runner, tell)
    if days.failed:
        raise RuntimeError(next(iter(days.failed.values())))
    return _text(archetype, base, days, x)


def _text(archetype: str, base: Inputs, days: ArmDays, x: Floats) -> str:
    tray, much = tray_of(archetype), effort_of(archetype)
    number, each = len(tray.options), much.packages
    names = (*(option.name for option in tray.options), *COVARIATES)
    space = Space.of(names, x, [True] * number + [False] * len(COVARIATES), [-1] * len(names))
    read = _Reading(days, much.days)
    outcomes = {}
    for name, aim in AIMS.items():
        pairs = [
            Paired(np.array(days_of(p // each, much.days)), read(name, p // each, p // each),
                   read(name, SETTINGS + p, p // each))
            for p in range(len(x))
        ]  # fmt: skip
        outcomes[name] = learn_points(aim.learned(name), pairs, x, range(number))
    before = {name: np.stack([read(name, s, s) for s in range(SETTINGS)]) for name in AIMS}
    covariates = x[::each, number:]
    levels = {"safety": _level(before["safety"], covariates, log=False)}
    levels["incidents"] = _level(before["incidents"], covariates, log=True)
    safety, apart = AIMS["safety"].wanted, []
    for s in range(WHOLE_DAYS):
        cells = days.cells(days.task(SETTINGS + len(x) + s, days_of(s, much.days)[0]))
        day, evening = sums_of(replace(safety, time_band="all"), cells), sums_of(safety, cells)
        apart.append(day[0] / day[1] - evening[0] / evening[1])
    size = np.array([value_of("size", u) for u in covariates[:, 0]])
    made = {"archetype": archetype, "seed": SEED, "model": sources_version(), "base": digest(base)}
    record = json.loads(Emulator(space, outcomes, much.days, made).text())
    record["levels"] = {name: process.record() for name, process in levels.items()}
    record["whole_day"] = float(np.mean(apart))
    record["visits"] = float(np.mean(before["safety"][:, :, 1].mean(axis=1) / size))
    record["probe"] = {name: before[name][0, 0].tolist() for name in AIMS}
    return json.dumps(record, separators=(",", ":"))


class _Reading:
    """Total and weight of each evening of an arm, for an aim: (days, 2)."""

    def __init__(self, days: ArmDays, number: int) -> None:
        self._days, self._number = days, number
        self._known: dict[tuple[int, int], dict[str, tuple[float, float]]] = {}

    def __call__(self, name: str, arm: int, setting: int) -> Floats:
        return np.array([self._sums(arm, day)[name] for day in days_of(setting, self._number)])

    def _sums(self, arm: int, day: int) -> dict[str, tuple[float, float]]:
        if (arm, day) not in self._known:
            cells = self._days.cells(self._days.task(arm, day))
            self._known[arm, day] = {name: sums_of(aim.wanted, cells) for name, aim in AIMS.items()}
        return self._known[arm, day]


def _level(sums: Floats, x: Floats, *, log: bool) -> Process:
    """Return the process of a level of the base; ``sums`` are (settings, days, 2)."""
    if log:
        of_days = np.log(np.maximum(sums[:, :, 0], 1e-9))
        y = np.log(np.maximum(sums[:, :, 0].mean(axis=1), 1e-9))
    else:
        of_days = sums[:, :, 0] / sums[:, :, 1]
        y = sums[:, :, 0].sum(axis=1) / sums[:, :, 1].sum(axis=1)
    number = of_days.shape[1]  # of one evening the noise is left to the fit
    variances = of_days.var(axis=1, ddof=1) if number > 1 else np.zeros(len(y))
    centre = float(y.mean())
    known = known_variance(variances, number)
    return fit(Points("level", "", False, y - centre, known, centre, float(variances.mean()), 1), x)


@cache
def read_archetype(archetype: str) -> Archetype:
    """Return what was learned of an archetype, or of the one nearest in size while it has not been learned itself.

    Raises:
        ValueError: a file is no emulator, or none was learned.
    """
    plans = {plan.id: plan for plan in PLANS}
    learned = [name for name in plans if (ARCHETYPES / name / _NAME).is_file()]
    if not learned:
        raise ValueError("no archetype has been learned: python -m scenarios.archetypes")
    own = plans[archetype].people
    used = archetype if archetype in learned else min(learned, key=lambda n: abs(np.log(plans[n].people / own)))
    text = (ARCHETYPES / used / _NAME).read_text(encoding="utf-8")
    raw, emulator = json.loads(text), Emulator.read(text)
    levels = {name: Process.of(record) for name, record in raw["levels"].items()}
    visits = float(raw["visits"]) * own / plans[used].people
    old = "" if emulator.made["model"] == sources_version() else "model"
    old = old if emulator.made["base"] == digest(base_of(used)) else "station"
    stands_for = "" if used == archetype else archetype
    return Archetype(used, emulator, levels, float(raw["whole_day"]), visits, raw["probe"], old, stands_for)


def differing(
    archetypes: Sequence[Archetype], folder: Path, workers: int | None = 1, tell: Any = None
) -> list[str]:
    """Return which archetypes the model of today answers with other numbers, from one evening of each.

    Code may change without any number: only a run tells.

    Args:
        archetypes: to be tried; folder: of the runs; workers, tell: as elsewhere.
    """
    arms = []
    for known in archetypes:
        number = len(tray_of(known.id).options)
        arms.append(with_covariates(base_of(known.id), design(known.id)[0, number:].tolist()))
    days = ArmDays([f"{known.id}-probe" for known in archetypes], arms, seed=SEED, out=folder)
    tasks = [days.task(arm, days_of(0, effort_of(one.id).days)[0]) for arm, one in enumerate(archetypes)]
    with days.runner(workers) as runner:
        days.run("probe", tasks, runner, tell)
    other = []
    for known, task in zip(archetypes, tasks, strict=True):
        now = {name: sums_of(aim.wanted, days.cells(task)) for name, aim in AIMS.items()} if days.has(task) else {}
        if not now or not all(np.allclose(now[name], known.probe[name], rtol=1e-6) for name in AIMS):
            other.append(known.id)
    return other


def _show(done: Done) -> None:
    print(f"\r{done.stage} {done.done}/{done.total} {done.seconds_left or 0:.0f} s left   ", end="", flush=True)


def main() -> None:
    """Learn the archetypes and write their emulators."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.archetypes", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("results/archetypes"))
    parser.add_argument("--only", default="", help="one archetype")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    ids = [path.name for path in sorted(ARCHETYPES.iterdir()) if path.is_dir()]
    for archetype in [asked.only] if asked.only else ids:
        write_whole(ARCHETYPES / archetype / _NAME, learn(archetype, asked.folder, asked.workers, _show))
        print()


if __name__ == "__main__":
    main()
