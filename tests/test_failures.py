"""Things that fail and are repaired, and the spots that can trap somebody: counts against formulas, lists by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from typer.testing import CliRunner

from model.inputs.inputs import Inputs
from model.inputs.layout import Access, Lamp
from model.inputs.upkeep import DAYS_A_YEAR, Repair, Upkeep
from model.parameters import Parameters
from model.seasons.days import DayPage, RunDay
from model.world.disorder import repair_days
from model.world.failures import is_broken, layout_on
from model.world.sight import entrapment
from model.world.traps import trap_spots
from model.world.world import World
from scenarios.station_files import read_station
from schouw.command import app
from tests.day_harness import shoebox, world_of
from tests.season_harness import felt, plan_of, season_of
from tests.twins_fields import hall

P = Parameters.default()
PLAIN = Upkeep()


def lamp(name: str, **rest: object) -> Lamp:
    return Lamp(name, 0, 1.0, 1.0, 4.0, 1000.0, **rest)  # type: ignore[arg-type]


def test_in_the_long_run_a_thing_is_broken_for_its_share_of_delay() -> None:
    slow = Upkeep(repair=(Repair("ProRail", 200.0),))
    delay, life = repair_days("ProRail", slow, P), DAYS_A_YEAR / P.repair_faults_year
    broken = [is_broken(f"lamp {k}", lamp(str(k)), slow, P, 3, 20_000) for k in range(3000)]
    share = delay / (delay + life)
    assert np.mean(broken) == pytest.approx(share, abs=3 * np.sqrt(share * (1 - share) / 3000))


def test_a_broken_lamp_is_repaired_after_the_median_delay_of_its_owner() -> None:
    for owner, days in (("ProRail", P.repair_days_prorail), ("NS", P.repair_days_ns)):
        things = [lamp(str(k), broken=True, owner=owner) for k in range(2000)]
        left = [is_broken(f"lamp {t.id}", t, PLAIN, P, 4, round(days)) for t in things]
        assert np.mean(left) == pytest.approx(0.5, abs=0.05)
        assert all(is_broken(f"lamp {t.id}", t, PLAIN, P, 4, 0) for t in things[:50])


def test_one_lamp_more_changes_no_others_luck_and_day_zero_is_the_layout() -> None:
    lamps = tuple(lamp(str(k), broken=k % 7 == 0) for k in range(200))
    place, slow = hall(10, 10, lamps=lamps), Upkeep(repair=(Repair("ProRail", 300.0),))
    assert layout_on(place, slow, P, 5, 0) == place
    later = layout_on(place, slow, P, 5, 900)
    more = layout_on(replace(place, lamps=(lamp("new"), *lamps)), slow, P, 5, 900)
    assert more.lamps[1:] == later.lamps
    assert later != place
    assert layout_on(place, slow, P, 6, 900) != later


def test_trap_spots_are_the_marked_cells_that_hang_together() -> None:
    inputs = read_station("halte")
    dark = inputs.replace(layout=replace(inputs.layout, lamps=()))
    world = world_of(dark)
    spots = trap_spots(dark.layout, world, P)
    marked = np.zeros(world.grid.cell.shape, bool)
    marked[world.grid.cell >= 0] = entrapment(world.grid, world.sight, world.light, P)
    assert len(spots) == ndimage.label(marked, np.ones((3, 3)))[1] > 1
    assert sum(spot.area_m2 for spot in spots) == pytest.approx(
        float(world.grid.cell_area_m2[marked[world.grid.cell >= 0]].sum()), rel=1e-5
    )
    assert [spot.area_m2 for spot in spots] == sorted((spot.area_m2 for spot in spots), reverse=True)
    for spot in spots:
        assert spot.escape <= P.sight_entrap_escape
        assert spot.concealment >= P.sight_entrap_concealment
        assert spot.exit_m > P.sight_entrap_exit_m
        assert spot.zone in {zone.id for zone in dark.layout.zones}
    open_hall = hall(30, 30, accesses=(Access("a", "A", "hall", ((1, 1), (3, 1), (3, 3), (1, 3)), 1.0),))
    assert trap_spots(open_hall, world_of(inputs.replace(layout=open_hall)), P) == []


def test_check_lists_the_traps_of_a_station() -> None:
    told = CliRunner().invoke(app, ["check", "halte", "--traps"])
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert "nothing wrong" in lines[0]
    assert len(lines) == 2 + int(lines[1].split()[0])
    assert "underpass-north" in told.stdout


def test_lamps_fail_and_are_repaired_as_the_weeks_of_a_season_go_by() -> None:
    """Who repairs within a day keeps nearly all lamps burning; who takes a year does not; the first day is as drawn."""
    often = P.replace(repair_faults_year=4.0)
    broken: dict[float, list[float]] = {}
    worlds: dict[float, set[int]] = {}
    for days in (1.0, 365.0):
        owners = tuple(Repair(owner, days) for owner in ("NS", "ProRail", "municipality"))
        inputs = shoebox().replace(parameters=often, upkeep=Upkeep(repair=owners))
        shares, seen, plain = broken.setdefault(days, []), worlds.setdefault(days, set()), felt()

        def run(
            now: Inputs,
            world: World,
            *rest: Any,
            shares: list[float] = shares,
            seen: set[int] = seen,
            plain: RunDay = plain,
        ) -> DayPage:
            shares.append(float(np.mean([lamp.broken for lamp in now.layout.lamps])))
            seen.add(hash(world.light.floor_lx.tobytes()))
            return plain(now, world, *rest)

        season = season_of(run, plan=plan_of(inputs), fields=World.of)
        for _ in range(4):
            season.advance()
    for shares in broken.values():
        assert shares[0] == shares[3] == np.mean([lamp.broken for lamp in shoebox().layout.lamps])
    # a mean life of 91 days: without repair a quarter of the lamps is broken in the fourth week
    assert np.mean(broken[365.0][-3:]) > 0.1 > np.mean(broken[1.0][-3:])
    assert len(worlds[365.0]) > 3
