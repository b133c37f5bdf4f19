"""Walks tracked in the western underpass of Lausanne, 22 January 2013, 07:00 to 08:27, walked again; nothing tuned."""

from collections.abc import Callable
from functools import lru_cache

import pytest

from calibration.trips import DATA, Answer, as_text, compare

Told = Callable[[str], None]


@lru_cache
def answer(stairs: bool = False) -> Answer:
    files = ("piw_trips_2013.json.gz", "piw_walls.json", "piw_graph.json", "timetable_2013.json")
    return compare(*(DATA / name for name in files), slopes=DATA / "piw_slopes.csv" if stairs else None)


def summary(of: Answer) -> str:
    off = [pair.off for pair in of.pairs]
    return (
        f"{of.within} of {len(of.pairs)} pairs within 10% ({min(off):+.0%} to {max(off):+.0%}); median "
        f"{of.simulated_s:.1f} s against {of.observed_s:.1f} s; KS {of.ks:.2f}; flow after trains off by "
        f"{of.flow_error:.1f} of {of.flow_mean:.1f} people a minute"
    )


def test_lausanne_every_known_walk_arrives() -> None:
    print("\n" + as_text(answer()))
    assert answer().walks == 9869 - 1021
    assert answer().left_out["unknown end"] == 1021
    assert answer().lost == 0


@pytest.mark.xfail(strict=True, reason="2 of 20 pairs within 10%: on a flat floor ours are 5 to 31% faster")
def test_lausanne_median_travel_time_of_the_20_busiest_pairs(told: Told) -> None:
    """8,848 walks on the floor as the file has it: flat. Nothing tuned.

    Criterion (given): median travel time within 10% for the 20 busiest pairs of zones.
    """
    told(summary(answer()))
    assert answer().within == len(answer().pairs) == 20


@pytest.mark.xfail(
    strict=True, reason="15 of 20 pairs within 10%; those from and to zones 12 and 13 are up to 20% faster"
)
def test_lausanne_the_20_busiest_pairs_with_stairs_to_the_platforms(told: Told) -> None:
    """The same, where the arms to platforms are read as stairs (assumed, chosen after the miss was seen).

    Criterion (given): median travel time within 10% for the 20 busiest pairs of zones.
    """
    told(summary(answer(stairs=True)))
    assert answer(stairs=True).within == 20


def test_lausanne_median_of_all_walks_with_stairs(told: Told) -> None:
    """The same, all walks.

    Criterion (self-set): median within 10% of the observed, Kolmogorov-Smirnov distance at most 0.2.
    """
    of = answer(stairs=True)
    told(f"median {of.simulated_s:.1f} s against {of.observed_s:.1f} s, KS distance {of.ks:.2f}")
    assert of.simulated_s == pytest.approx(of.observed_s, rel=0.1)
    assert of.ks <= 0.2


def test_lausanne_flow_after_each_train(told: Told) -> None:
    """People from the platform of a train who left, in each of the five minutes after its arrival, 41 trains.

    Criterion (self-set): mean absolute error at most a third of the mean flow.
    """
    told(f"off by {answer().flow_error:.1f} of {answer().flow_mean:.1f} people a minute")
    assert len(answer().trains) >= 30
    assert answer().flow_error <= answer().flow_mean / 3
