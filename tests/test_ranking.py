"""Most per euro: who is first, and the scenario as the text of its file."""

import numpy as np
import pytest

from scenarios.cells import DayCells, cell_index
from scenarios.ranking import WOMEN_AFTER_19, first_by_days
from scenarios.scenario import parse_scenario, read_scenario, shipped_scenarios
from scenarios.scenario_text import scenario_text

KINDS = ("platform",)


def _day(score: float) -> DayCells:
    index = cell_index(KINDS)
    total, weight = np.zeros(len(index.keys)), np.ones(len(index.keys))
    number = index.number[WOMEN_AFTER_19]
    total[number], weight[number] = 10 * score, 10.0
    return DayCells(KINDS, total, weight)


def _days(*scores: float) -> dict[int, DayCells]:
    return {number: _day(score) for number, score in enumerate(scores, 1)}


def test_the_cheaper_of_two_equal_gains_is_first() -> None:
    first = first_by_days(
        _days(6, 6.2, 5.9), {"dear": _days(6.3, 6.5, 6.2), "cheap": _days(6.3, 6.5, 6.2), "free": _days(7, 7, 7)},
        {"dear": 2000.0, "cheap": 1000.0, "free": 0.0},
    )  # fmt: skip
    assert first == {"dear": 0.0, "cheap": 1.0}


def test_nobody_is_first_where_nothing_is_gained() -> None:
    base = _days(6, 6.2, 5.9)
    assert first_by_days(base, {"a": base, "b": _days(5, 5, 5)}, {"a": 1.0, "b": 1.0}) == {"a": 0.0, "b": 0.0}


def test_what_nobody_would_pay_for_is_never_first() -> None:
    """0.04 point for a euro is more per euro than 0.1 point for a thousand, and too little to be an answer."""
    base = _days(6, 6, 6)
    little, much = _days(6.04, 6.04, 6.04), _days(6.1, 6.1, 6.1)
    assert first_by_days(base, {"little": little, "much": much}, {"little": 1.0, "much": 1000.0}) == {
        "little": 0.0,
        "much": 1.0,
    }
    assert first_by_days(base, {"little": little}, {"little": 1.0}) == {"little": 0.0}


def test_days_that_disagree_leave_it_open() -> None:
    first = first_by_days(
        _days(6, 6, 6, 6), {"a": _days(6.4, 6, 6.4, 6), "b": _days(6, 6.4, 6, 6.4)}, {"a": 1.0, "b": 1.0}
    )
    assert 0.2 < first["a"] < 0.8
    assert 0.2 < first["b"] < 0.8


@pytest.mark.parametrize("station", ["halte", "shoebox"])
def test_a_scenario_reads_back_from_its_own_text(station: str) -> None:
    for file in shipped_scenarios(station).values():
        scenario = read_scenario(file)
        assert parse_scenario(scenario_text(scenario), "own text") == scenario
