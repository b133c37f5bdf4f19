"""Emulators of the eight archetypes: what three kinds of measures do in an evening, by covariates of a station.

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
from model.inputs.inputs import Inputs
from model.inputs.roster import Duty
from scenarios.arm_days import ArmDays, Done
from scenarios.costs import Range
from scenarios.drawn_archetypes import ARCHETYPES as PLANS
from scenarios.emulator import Emulator, Points, Process, Space, fit, known_variance
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cameras import Cameras
from scenarios.measures.measure import Measure
from scenarios.measures.patrol import Patrol
from scenarios.package_search import AIMS, change, sums_of
from scenarios.safe_files import write_whole
from scenarios.scenario import Scenario
from scenarios.station_files import read_station
from scenarios.study import EVENING

Floats = NDArray[np.float64]
ARCHETYPES: Final = Path(__file__).parent / "archetypes"
COVARIATES: Final = ("size", "light", "staff", "disorder")
# ends of the range of each covariate: factors on demand, lumens and disorder; share of 19:00-01:00 with a guard
ENDS: Final = {"size": (0.5, 2.0), "light": (0.3, 1.5), "staff": (0.0, 1.0), "disorder": (0.5, 2.5)}
OPTIONS: Final = ("light", "patrol", "cameras")
POINTS: Final = 36
_DRAWN: Final = 6  # 2 to this power are drawn, to leave out those without a measure
DAYS: Final = 2
POOL: Final = 12
FIRST_DAY: Final = (1 << 20) - (1 << 13)
WHOLE_DAYS: Final = 4
SEED: Final = 1
_STAFF_FROM_S: Final = 19 * 3600
_STAFF_UNTIL_S: Final = 25 * 3600
_LEAST_STAFF: Final = 0.05
_NAME: Final = "emulator.json"


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
        window=EVENING,
    )


@cache
def base_of(archetype: str) -> Inputs:
    """Return the station of an archetype as it is drawn."""
    return read_station(ARCHETYPES / archetype)


@cache
def options_of(archetype: str) -> dict[str, tuple[Measure, ...]]:
    """Return what may be done at a station of an archetype."""
    kinds = tuple(dict.fromkeys(zone.kind for zone in base_of(archetype).layout.zones))
    inside = tuple(kind for kind in ("platform", "underpass", "concourse") if kind in kinds)
    return {
        "light": (BrighterLamps.model_validate({"factor": 3}),),
        "patrol": (Patrol.model_validate({"who": "boa", "hours": "19:00-01:00", "zones": [*inside, "square"]}),),
        "cameras": (
            Cameras.model_validate({"zones": inside, "per_zone": 1, "watched": True, "signs": True}),
        ),
    }


def scenario_of(archetype: str, on: Sequence[bool]) -> Scenario:
    """Return the package with these options."""
    options = options_of(archetype)
    names = [name for name, taken in zip(OPTIONS, on, strict=True) if taken]
    return Scenario(name="+".join(names) or "nothing", measures=tuple(m for name in names for m in options[name]))


def cost_of(archetype: str, on: Sequence[bool]) -> Range:
    """Return what a package costs a year at a station of this archetype, EUR."""
    return scenario_of(archetype, on).yearly_cost(base_of(archetype))


def design(seed: int = SEED) -> Floats:
    """Return (points, options + covariates) between 0 and 1; no point without a measure."""
    x = qmc.Sobol(len(OPTIONS) + len(COVARIATES), rng=np.random.default_rng(seed)).random_base2(_DRAWN)
    x[:, : len(OPTIONS)] = x[:, : len(OPTIONS)] >= 0.5
    return np.asarray(x[x[:, : len(OPTIONS)].any(axis=1)][:POINTS])


def days_of(point: int) -> list[int]:
    """Return the numbers of the evenings of a point."""
    return [FIRST_DAY + (point * DAYS + j) % POOL for j in range(DAYS)]


@dataclass(frozen=True)
class Archetype:
    """What is known of an archetype.

    Attributes:
        emulator: changes by options and covariates; levels: of the base by covariates: ``safety`` after 19:00
            in points, and ``incidents``, the logarithm of incidents against travellers an evening.
        whole_day: perceived safety of the whole day minus that after 19:00, mean of a few covariates.
        visits: after 19:00, at a size of 1.
        stands_for: the archetype that was asked for, where that has not been learned yet and this one answers for it.
    """

    id: str
    emulator: Emulator
    levels: dict[str, Process]
    whole_day: float
    visits: float
    stands_for: str = ""


def learn(archetype: str, folder: Path, workers: int | None = 1, tell: Any = None) -> str:
    """Run the design of an archetype and return what was learned as text."""
    base, x = base_of(archetype), design()
    arms: list[Inputs] = []
    for point in x:
        before = with_covariates(base, point[len(OPTIONS) :])
        arms += [before, scenario_of(archetype, point[: len(OPTIONS)] > 0).inputs(before)]
    whole = [with_covariates(base, point[len(OPTIONS) :]).replace(window=base.window) for point in x[:WHOLE_DAYS]]
    names = [f"{archetype}-{i // 2}-{'base' if i % 2 == 0 else 'package'}" for i in range(len(arms))]
    names += [f"{archetype}-{i}-day" for i in range(WHOLE_DAYS)]
    days = ArmDays(names, [*arms, *whole], seed=SEED, out=folder / archetype)
    tasks = [days.task(2 * p + k, day) for p in range(len(x)) for k in (0, 1) for day in days_of(p)]
    tasks += [days.task(len(arms) + p, days_of(p)[0]) for p in range(WHOLE_DAYS)]
    with days.runner(workers) as runner:
        days.run(archetype, tasks, runner, tell)
    if days.failed:
        raise RuntimeError(next(iter(days.failed.values())))
    return _text(archetype, base, days, x)


def _text(archetype: str, base: Inputs, days: ArmDays, x: Floats) -> str:
    number = len(OPTIONS)
    free = list(range(number, x.shape[1]))
    names = (*OPTIONS, *COVARIATES)
    space = Space.of(names, x, [True] * number + [False] * len(COVARIATES), [-1] * len(names))
    sums = {
        name: np.array(
            [[[sums_of(aim.wanted, days.cells(days.task(2 * p + k, d))) for d in days_of(p)] for k in (0, 1)]
             for p in range(len(x))]
        )
        for name, aim in AIMS.items()
    }  # fmt: skip
    outcomes = {}
    for name, aim in AIMS.items():
        found = np.array([change(aim, base_days, days_on) for base_days, days_on in sums[name]])
        points = Points(name, "", aim.relative, found[:, 0], known_variance(found[:, 1], DAYS), 0.0,
                        float(found[:, 1].mean()), aim.better)  # fmt: skip
        outcomes[name] = fit(points, x, range(number))
    levels = {"safety": _level(sums["safety"][:, 0], x[:, free], log=False)}
    levels["incidents"] = _level(sums["incidents"][:, 0], x[:, free], log=True)
    safety = AIMS["safety"].wanted
    apart = []
    for p in range(WHOLE_DAYS):
        cells = days.cells(days.task(2 * len(x) + p, days_of(p)[0]))
        day, evening = sums_of(replace(safety, time_band="all"), cells), sums_of(safety, cells)
        apart.append(day[0] / day[1] - evening[0] / evening[1])
    weight = sums["safety"][:, 0, :, 1].mean(axis=1)
    size = np.array([value_of("size", u) for u in x[:, number]])
    made = {"archetype": archetype, "seed": SEED, "version": days.work.version, "base": digest(base)}
    record = json.loads(Emulator(space, outcomes, DAYS, made).text())
    record["levels"] = {name: process.record() for name, process in levels.items()}
    record["whole_day"], record["visits"] = float(np.mean(apart)), float(np.mean(weight / size))
    return json.dumps(record, separators=(",", ":"))


def _level(sums: Floats, x: Floats, *, log: bool) -> Process:
    """Return the process of a level of the base; ``sums`` are (points, days, 2)."""
    if log:
        of_days = np.log(np.maximum(sums[:, :, 0], 1e-9))
        y, variances = np.log(np.maximum(sums[:, :, 0].mean(axis=1), 1e-9)), of_days.var(axis=1, ddof=1)
    else:
        y = sums[:, :, 0].sum(axis=1) / sums[:, :, 1].sum(axis=1)
        variances = (sums[:, :, 0] / sums[:, :, 1]).var(axis=1, ddof=1)
    centre = float(y.mean())
    points = Points("level", "", False, y - centre, known_variance(variances, DAYS), centre, float(variances.mean()), 1)
    return fit(points, x)


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
    raw = json.loads(text)
    levels = {name: Process.of(record) for name, record in raw["levels"].items()}
    visits = float(raw["visits"]) * own / plans[used].people
    stands_for = "" if used == archetype else archetype
    return Archetype(used, Emulator.read(text), levels, float(raw["whole_day"]), visits, stands_for)


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
