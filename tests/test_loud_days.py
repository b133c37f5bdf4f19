"""On how many days with loud people a score rests: counts, forecasts, and what is said while they are too few."""

import numpy as np
import pytest

from model.inputs.layout import ZONE_KINDS
from scenarios.cells import ALL, CellIndex, cell_index
from scenarios.looks import LOOKS, Width, stop_at_look, uncarried
from scenarios.loud_days import count_loud, loud_days, most_days
from scenarios.words import Facts, sentence, sentence_id


def index() -> CellIndex:
    return cell_index((ZONE_KINDS[0],))


def test_days_count_that_hold_a_tenth_of_the_mean_day() -> None:
    assert count_loud(np.zeros(10)) == 0
    assert count_loud(np.full(10, 0.3)) == 10
    assert count_loud(np.array([0.0, 2.0, 1e-4, 0.5, 0.0])) == 2


def test_both_arms_and_the_band_of_the_score_count() -> None:
    cells = index()
    base, value = np.zeros((2, 6, len(cells.keys)))
    base[0, cells.number[("expected_incidents", "nuisance", ALL, "after_19", ALL)]] = 1.0
    value[1, cells.number[("expected_incidents", "aggression", ALL, "after_19", ALL)]] = 1.0
    base[2, cells.number[("expected_incidents", "theft", ALL, "after_19", ALL)]] = 1.0
    assert loud_days(cells, base, value, "after_19") == 2
    assert loud_days(cells, base, value, "07-09") == 0
    most = dict(zip(cells.keys, most_days(cells, base, value), strict=True))
    assert most[("perceived_safety", "", "woman", "after_19", ALL)] == 2
    assert most[("expected_incidents", ALL, ALL, "after_19", ALL)] == 2
    assert most[("expected_incidents", "theft", ALL, "after_19", ALL)] == np.inf
    assert most[("share_felt_unsafe", "", "woman", "after_19", ALL)] == np.inf


def test_forecast_of_the_days_until_eight_loud_ones() -> None:
    assert uncarried(10, None) is None
    assert uncarried(10, 8) is None
    two = uncarried(10, 2)
    assert two is not None
    assert (two.pairs, two.look, two.at_least) == (40, 40, False)
    assert two.low < two.pairs < two.high
    none = uncarried(10, 0)
    assert none is not None
    assert (none.pairs, none.at_least) == (80, True)


def test_a_score_waits_for_its_loud_days_unless_they_are_out_of_reach() -> None:
    narrow = Width("relative", -0.4, 0.01, 10.0)
    score = Width("score", 0.2, 0.01, 2.0, loud=2)
    assert stop_at_look(10, [narrow], 640).stop
    assert stop_at_look(10, [narrow, score], 640).waiting == (1,)
    beyond = stop_at_look(10, [narrow, score], LOOKS[2])
    assert beyond.stop
    assert beyond.out_of_reach[0][0] == 1


@pytest.mark.parametrize(
    ("loud", "english", "dutch"),
    [
        (2, "nuisance or aggression on only 2 of 10 days", "overlast of agressie op maar 2 van 10 dagen"),
        (0, "no nuisance or aggression on any of 10 days", "geen overlast of agressie op 10 dagen"),
        (8, None, None),
    ],
)
def test_words_of_a_score_say_what_it_lacks(loud: int, english: str | None, dutch: str | None) -> None:
    facts = Facts(
        heading="score", n=10, k=min(10.0, loud), loud=loud, estimate=0.2, low=0.1, high=0.3, passed=True, excludes=True
    )
    if english is None or dutch is None:
        assert sentence_id(facts) == "W4"
        return
    assert sentence_id(facts) == "W10"
    assert english in sentence(facts, "en")
    assert dutch in sentence(facts, "nl")
