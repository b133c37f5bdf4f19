"""The drawn archetypes: sound, drawn by the code that ships, one for each type of the Dutch list."""

import csv
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.world.grid import make_grid
from model.world.light import direct_light
from model.world.points import make_points
from scenarios import archetypes
from scenarios.archetypes import (
    ARCHETYPES,
    COVARIATES,
    POOL,
    SETTINGS,
    base_of,
    coded_of,
    costs_of,
    days_of,
    design,
    differing,
    effort_of,
    read_archetype,
    scenario_of,
    tray_of,
    value_of,
    with_covariates,
)
from scenarios.check_station import check_station
from scenarios.drawn import draw_archetypes
from scenarios.drawn_archetypes import ARCHETYPES as PLANS
from scenarios.drawn_archetypes import Plan
from scenarios.portfolio_stations import TYPES, type_counts
from scenarios.station_files import read_station


def test_the_files_are_what_the_drawing_makes(tmp_path: Path) -> None:
    draw_archetypes(tmp_path)
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (ARCHETYPES / path.relative_to(tmp_path)).read_bytes(), path


@pytest.mark.parametrize("archetype", [plan.id for plan in PLANS])
def test_an_archetype_is_sound_and_its_measures_fit(archetype: str) -> None:
    assert check_station(ARCHETYPES / archetype) == []
    base = read_station(ARCHETYPES / archetype)
    tray = tray_of(archetype)
    for option in tray.options:
        assert all(measure.wrong(base.layout) == [] for measure in option.measures)
    names = [option.name for option in tray.options if not option.group]
    assert len(scenario_of(archetype, names).measures) == len(names) >= 9
    costs = costs_of(archetype, (0.5, 0.5, 0.0, 0.5))
    assert len(costs) == len(tray.options)
    assert all(cost > 0 for cost, option in zip(costs, tray.options, strict=True) if not option.group)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.id)
def test_platforms_are_lit_as_the_norm_asks(plan: Plan) -> None:
    """TSI PRM 2008, 4.1.2.10: 20 lux in the mean of platforms, nowhere less than 10 (read: 5% of the floor)."""
    base = base_of(plan.id)
    grid = make_grid(base.layout)
    layout = replace(base.layout, lamps=tuple(lamp for lamp in base.layout.lamps if lamp.level == 0))
    floor, _ = direct_light(layout.lamps, grid, make_points(grid), base.parameters)
    kinds = np.array([zone.kind for zone in layout.zones])[grid.cell_zone]
    lux = floor[kinds == "platform"]
    assert lux.mean() == pytest.approx(20, rel=0.15)
    assert np.percentile(lux, 5) >= 10
    stairs = floor[kinds == "stairs"]
    assert plan.islands == 0 or stairs.mean() > 70


def test_a_design_holds_every_option_and_no_point_twice() -> None:
    for archetype in ("request", "mega"):
        number, x = len(tray_of(archetype).options), design(archetype)
        packages = x[:, :number]
        assert x.shape == (SETTINGS * effort_of(archetype).packages, number + len(COVARIATES))
        assert len(np.unique(packages, axis=0)) == len(x)
        assert np.all(packages.sum(axis=1) >= 1)
        assert np.all(packages.mean(axis=0) > 0.15)
        assert len(np.unique(x[:, number:], axis=0)) == SETTINGS
        assert np.ptp(x[:, number:], axis=0).min() > 0.9
    assert all(len({day for s in range(SETTINGS) for day in days_of(s, n)}) == POOL for n in (1, 2))


def test_cleaning_costs_a_small_station_more_than_one_that_is_cleaned_often() -> None:
    names = [option.name for option in tray_of("fast").options]
    small, large = (costs_of("fast", (u, 0.5, 0.0, 0.5))[names.index("clean-2")] for u in (0.1, 0.9))
    assert small > large > 0


def test_another_model_is_told_by_its_numbers_not_by_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = read_archetype("request")
    now = {name: list(sums) for name, sums in known.probe.items()}
    monkeypatch.setattr(archetypes, "ArmDays", lambda *a, **k: _Told(now))
    monkeypatch.setattr(archetypes, "sums_of", lambda wanted, cells: tuple(cells[wanted.name]))
    assert differing([known], tmp_path) == []
    now["safety"][0] *= 1.001
    assert differing([known], tmp_path) == ["request"]


class _Told:
    """Runs that give the sums they are told."""

    def __init__(self, sums: dict[str, list[float]]) -> None:
        self.sums = sums

    def task(self, arm: int, day: int) -> int:
        return arm

    def runner(self, workers: int | None) -> nullcontext[None]:
        return nullcontext()

    def run(self, *_: object) -> None:
        pass

    def has(self, task: int) -> bool:
        return True

    def cells(self, task: int) -> dict[str, list[float]]:
        return self.sums


def test_covariates_change_what_they_name_and_nothing_else() -> None:
    base = read_station(ARCHETYPES / "stop")
    plain = [coded_of(name, {"staff": 0.0}.get(name, 1.0)) for name in COVARIATES]
    same = with_covariates(base, plain)
    lumens = [lamp.lumen for lamp in base.layout.lamps]
    assert [lamp.lumen for lamp in same.layout.lamps] == pytest.approx(lumens)
    assert same.roster == base.roster
    assert same.population.boardings == pytest.approx(base.population.boardings)
    for name in COVARIATES:
        assert coded_of(name, value_of(name, 0.3)) == pytest.approx(0.3)
    full = with_covariates(base, [1.0, 1.0, 1.0, 1.0])
    assert full.population.boardings == pytest.approx(2 * base.population.boardings)
    assert len(full.roster.duties) == len(base.roster.duties) + 1
    assert all(zone.disorder <= 1 for zone in full.layout.zones)


def test_each_type_of_the_list_has_an_archetype_and_shares_are_kept() -> None:
    with TYPES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} == {plan.kind for plan in PLANS}
    counts = type_counts(400)
    assert len(counts) == 400
    stops = sum(int(row["stations"]) for row in rows if row["kind"] == "stoptreinstation")
    whole = sum(int(row["stations"]) for row in rows)
    assert sum(a == "stop" for a, _ in counts) == pytest.approx(400 * stops / whole, abs=3)
