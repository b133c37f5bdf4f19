"""The drawn archetypes: sound, drawn by the code that ships, one for each type of the Dutch list."""

import csv
from pathlib import Path

import pytest

from scenarios.archetypes import (
    ARCHETYPES,
    COVARIATES,
    OPTIONS,
    coded_of,
    cost_of,
    scenario_of,
    value_of,
    with_covariates,
)
from scenarios.check_station import check_station
from scenarios.drawn import draw_archetypes
from scenarios.drawn_archetypes import ARCHETYPES as PLANS
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
    for measure in scenario_of(archetype, [True] * len(OPTIONS)).measures:
        assert measure.wrong(base.layout) == []
    assert cost_of(archetype, [True, True, True]).value > cost_of(archetype, [True, False, False]).value > 0


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
