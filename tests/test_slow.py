"""What lies about and is broken, from day to day of a season."""

from dataclasses import replace

import numpy as np
import pytest

from model.inputs.inputs import Inputs
from model.inputs.upkeep import Cleaning, Upkeep
from model.results import INCIDENT_TYPES
from model.seasons.days import DayKind, DayPage, Plan, RunDay
from tests.day_harness import shoebox
from tests.season_harness import felt, plan_of, season_of

VANDALISM = INCIDENT_TYPES.index("vandalism")
WEEKS = 4


def days(crowd: float = 1.0, acts: float = 0.02, from_day: int = 10**9) -> RunDay:
    """Usual days, and from some day on more or fewer people and vandals."""
    inner = felt()

    def run(inputs, world, seed, number, visits, past) -> DayPage:  # type: ignore[no-untyped-def]
        page = inner(inputs, world, seed, number, visits, past)
        assert past.disorder is None or past.disorder.shape == (20, len(inputs.layout.zones))
        more = number >= from_day
        expected = page.expected.copy()
        expected[VANDALISM, 15, 3, :] = acts * (3 if more and crowd == 1 else 1)
        return replace(page, expected=expected, present=page.present * (crowd if more else 1))

    return run


def disorder(run: RunDay, plan: Plan | None = None) -> list[float]:
    season = season_of(run, plan=plan)
    return [next(r.value for r in season.advance() if r.outcome == "disorder") for _ in range(WEEKS)]


def test_a_place_keeps_the_disorder_of_its_layout_while_nothing_changes() -> None:
    weeks = disorder(days())
    told = np.mean([zone.disorder for zone in shoebox().layout.zones])
    assert weeks == pytest.approx([told] * WEEKS, rel=0.1)
    assert weeks[-1] == pytest.approx(weeks[0], rel=0.03)


def test_more_people_and_more_vandals_leave_more() -> None:
    season = season_of(days())
    first = season.day_number(2, "weekday")
    usual = [next(r.value for r in season.advance() if r.outcome == "disorder") for _ in range(WEEKS)]
    crowded, broken = disorder(days(crowd=2.0, from_day=first)), disorder(days(from_day=first))
    assert crowded[:2] == pytest.approx(usual[:2], rel=1e-12)
    assert crowded[-1] > usual[-1] + 0.005
    assert broken[-1] > usual[-1]


def test_cleaning_more_often_leaves_less() -> None:
    base = plan_of(shoebox())

    def cleaner(week: int, kind: DayKind) -> Inputs:
        inputs = base(week, kind)
        if week < 2:
            return inputs
        every = Upkeep(cleaning=(Cleaning("more", 3600.0),))
        return inputs.replace(upkeep=every, base_upkeep=inputs.upkeep)

    usual, clean = disorder(days()), disorder(days(), cleaner)
    assert clean[:2] == usual[:2]
    assert clean[2] < usual[2]
    assert clean[-1] < usual[-1] - 0.01
