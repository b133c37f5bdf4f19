"""Walks tracked in the western underpass of Lausanne, 22 January 2013, 07:00 to 08:27, walked again; nothing tuned."""

from functools import lru_cache

import pytest

from calibration.trips import DATA, Answer, as_text, compare


@lru_cache
def answer() -> Answer:
    files = ("piw_trips_2013.json.gz", "piw_walls.json", "piw_graph.json", "timetable_2013.json")
    return compare(*(DATA / name for name in files))


def test_lausanne_every_known_walk_arrives() -> None:
    print("\n" + as_text(answer()))
    assert answer().walks == 9869 - 1021
    assert answer().left_out["unknown end"] == 1021
    assert answer().lost == 0


@pytest.mark.xfail(strict=True, reason="2 of 20 pairs within 10%: ours are 5 to 31% faster (flat floor, no stairs)")
def test_lausanne_median_travel_time_of_the_20_busiest_pairs_within_10_percent() -> None:
    assert answer().within == len(answer().pairs) == 20


def test_lausanne_flow_after_each_train_follows_the_observed() -> None:
    """Self-set: mean absolute error of people a minute at most a third of the mean flow."""
    assert len(answer().trains) >= 30
    assert answer().flow_error <= answer().flow_mean / 3
