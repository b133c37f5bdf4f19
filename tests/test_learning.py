"""What offenders learn over the weeks of a season."""

from dataclasses import replace

import numpy as np
import pytest

from model.day.entry import SIGHTING
from model.day.offending import pool_sizes
from model.inputs.layout import ZONE_KINDS
from model.results import INCIDENT_TYPES
from model.seasons.days import DayPage, RunDay
from model.seasons.season import Season
from tests.season_harness import felt, season_of

LATE = 4  # 19-22
PLATFORM = ZONE_KINDS.index("platform")


def watched(seen: float, from_day: int = 0) -> RunDay:
    """Days on which the first of each pool comes to the platform in the evening, and sees a guard of that weight."""
    inner = felt()

    def run(inputs, world, seed, number, visits, past) -> DayPage:  # type: ignore[no-untyped-def]
        sizes = pool_sizes(inputs)
        if past.expect is not None:
            assert all(len(past.expect.belief[k]) == sizes[k] for k in INCIDENT_TYPES)
        rows = [
            (kind, 0, LATE, PLATFORM, seen if number >= from_day else 0.0, 1.0) for kind in range(len(INCIDENT_TYPES))
        ]
        return replace(inner(inputs, world, seed, number, visits, past), seen=np.array(rows, SIGHTING))

    return run


def beliefs(season: Season, weeks: int) -> list[float]:
    values = []
    for _ in range(weeks):
        season.advance()
        values.append(float(season.slow.expect.belief["theft"][0, LATE, PLATFORM]))
    return values


def test_who_meets_a_guard_expects_one_and_forgets_when_he_is_gone() -> None:
    season = season_of(watched(0.8))
    start = season.slow.expect.belief["theft"][0].copy()
    rising = beliefs(season, 4)
    assert rising == sorted(rising)
    # seven days, each a visit and then what peers tell, who saw the same
    left = (0.85 * (1 - 0.3 * 0.15)) ** 7
    assert rising[0] == pytest.approx(0.8 + (start[LATE, PLATFORM] - 0.8) * left, abs=1e-9)
    assert rising[-1] == pytest.approx(0.8, abs=0.03)
    season._run_day = watched(0.0)
    falling = beliefs(season, 3)
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < 0.1
    elsewhere = season.slow.expect.belief["theft"][0]
    elsewhere[LATE, PLATFORM] = start[LATE, PLATFORM]
    assert (elsewhere == start).all()


def test_a_belief_is_reported_by_the_week() -> None:
    rows = season_of(watched(0.8)).advance()
    value = next(r.value for r in rows if r.outcome == "belief")
    assert 0 < value < 0.8


def test_hours_without_people_lose_appeal() -> None:
    season = season_of(felt())
    first = season.day_number(1, "weekday")
    usual = felt()

    def empty(inputs, world, seed, number, visits, past) -> DayPage:  # type: ignore[no-untyped-def]
        page = usual(inputs, world, seed, number, visits, past)
        present = page.present.copy()
        if number >= first:
            present[14:17] = 0
        return replace(page, present=present)

    season._run_day = empty
    season.advance()
    assert np.allclose(season.slow.expect.appeal["theft"], 1)
    season.advance()
    kinds = sorted({ZONE_KINDS.index(z.kind) for z in season.plan(0, "weekday").layout.zones})
    assert (season.slow.expect.appeal["theft"][LATE, kinds] < 0.5).all()
    assert np.allclose(season.slow.expect.appeal["vandalism"], 1)
