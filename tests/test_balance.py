"""Money against effect: prices by hand, places where feeling and incidents disagree, words of both languages."""

import math

import pytest

from model.results import VICTIM_TYPES
from scenarios.balance import Balance, Estimate, balance, price_of
from scenarios.balance_words import balance_record, balance_rows, euros
from scenarios.costs import Range
from scenarios.headlines import days_footer, headlines
from tests.test_compare import arm, with_outside

COST = Range(10_000.0, 5_000.0, 20_000.0)


def of(cost: Range = COST, kinds: tuple[str, ...] | None = None, **changes: float) -> Balance:
    return balance("lamps", cost, arm(12), arm(12, **changes), kinds=kinds)


def test_a_price_joins_the_range_of_the_cost_with_the_interval_of_the_effect() -> None:
    fewer = Estimate(1.0, 0.9, -0.1, -0.2, -0.05)
    price = price_of(COST, fewer, "lower", 365.0, 12)
    assert (price.value, price.low, price.high) == pytest.approx((10_000 / 36.5, 5_000 / 73, 20_000 / 18.25))
    safer = Estimate(6.0, 6.5, 0.5, 0.25, 1.0)
    assert price_of(COST, safer, "higher", 10.0, 12).value == pytest.approx(2_000)


@pytest.mark.parametrize(
    ("low", "high", "cost", "pairs", "reason"),
    [
        (-0.2, 0.01, COST, 12, "not_shown"),
        (0.01, 0.2, COST, 12, "worse"),
        (-0.2, -0.1, Range(0, 0, 0), 12, "free"),
        (-0.2, -0.1, COST, 4, "early"),
        (0.0, 0.0, COST, 12, "not_shown"),
    ],
)
def test_no_ratio_without_a_shown_effect(low: float, high: float, cost: Range, pairs: int, reason: str) -> None:
    price = price_of(cost, Estimate(1, 1, (low + high) / 2, low, high), "lower", 365.0, pairs)
    assert price.reason == reason
    assert reason == "free" or math.isnan(price.value)


def test_a_measure_that_works_has_both_prices_and_no_false_comfort() -> None:
    found = of(factor=0.8, shift=0.3)
    year = 365 * (found.net.base - found.net.value)
    assert found.per_incident.value == pytest.approx(10_000 / year)
    assert found.per_tenth.value == pytest.approx(10_000 * 0.1 / found.safety.difference)
    assert found.felt == ()
    assert not found.comfort_open
    assert found.worst.gender == "woman"  # half a point below the others by construction
    assert found.worst.score.difference == pytest.approx(0.3)


def test_false_comfort_and_its_reverse_are_named_by_place() -> None:
    comfort = of(factor=1.2, shift=0.3)
    assert dict(comfort.felt) == dict.fromkeys(("platform", "concourse", "underpass", "all"), "comfort")
    assert comfort.per_incident.reason == "worse"
    reverse = of(factor=0.8, shift=-0.3)
    assert set(dict(reverse.felt).values()) == {"reverse"}
    assert of(shift=0.3).comfort_open
    assert of(factor=1.2, shift=0.04).felt == ()  # shown, and too little to comfort anybody


@pytest.mark.parametrize("days", [1, 3])
def test_few_days_have_no_intervals_and_no_verdict(days: int) -> None:
    found = balance("lamps", COST, arm(days), arm(days, factor=1.2, shift=0.3))
    assert found.felt == ()
    assert not found.comfort_open
    for estimate in (found.incidents, found.safety, found.gap, found.worst.score, found.recorded):
        assert math.isfinite(estimate.difference)
        assert math.isnan(estimate.low)
        assert math.isnan(estimate.high)
    said = {key: text["en"] for key, _, text in balance_rows(found)}
    assert said["felt"] == "too few days to say"
    assert "too few days to say" in said["gap"]


def test_displacement_inside_counts_only_places_that_no_measure_names() -> None:
    assert of(factor=0.8).elsewhere is None
    found = of(factor=0.8, kinds=("platform",)).elsewhere
    days = arm(12)
    index = days[1].index
    elsewhere = [(i, kind) for i in VICTIM_TYPES for kind in ("concourse", "underpass")]
    cells = [index.number["expected_incidents", incident, "all", "all", kind] for incident, kind in elsewhere]
    mean = sum(float(day.total[cells].sum()) for day in days.values()) / 12
    assert found is not None
    assert found.difference == pytest.approx(-0.2 * mean)
    assert of(factor=0.8, kinds=("platform", "concourse", "underpass")).elsewhere is None


def test_what_is_booked_outside_is_taken_off_before_the_price() -> None:
    base, moved = arm(12), with_outside(arm(12, factor=0.8), 0.25)
    found = balance("patrol", COST, base, moved)
    assert found.displaced.difference == pytest.approx(-0.25 * found.victims.difference)
    assert found.net.difference == pytest.approx(0.75 * found.victims.difference)
    assert found.per_incident.value == pytest.approx(-10_000 / (365 * found.net.difference))


def test_nothing_changes_is_said_of_every_row_in_both_languages() -> None:
    rows = {key: text for key, _, text in balance_rows(of(cost=Range(0, 0, 0)))}
    assert rows["gap"] == {"en": "no difference", "nl": "geen verschil"}
    assert rows["per_incident"]["en"] == "no ratio: the effect is not shown"
    for text in rows.values():
        assert set(text) == {"en", "nl"}
        assert not any("nan" in said or "{" in said for said in text.values())


def test_the_record_is_plain() -> None:
    record = balance_record(of(factor=0.8))
    assert record["per_tenth"]["value"] is None
    assert record["per_incident"]["reason"] == ""


def test_euros() -> None:
    assert [euros(x, "en") for x in (1.234, 12.3, 987.0, 123_456.0)] == ["1.23", "12", "990", "120,000"]
    assert euros(123_456.0, "nl") == "120.000"


def test_the_days_that_a_question_still_needs_are_said() -> None:
    base = arm(10)
    wide = days_footer(headlines(base, {"a": arm(10, factor=0.8, seed=2)}, finished=True))
    assert "more" in wide["en"]
    same = days_footer(headlines(base, {"a": base}, finished=True))
    assert same == {"en": "All headline intervals are narrow enough.", "nl": "Alle hoofdlijnen zijn smal genoeg."}
    assert days_footer(headlines(arm(3), {"a": arm(3)}, finished=True))["en"] == ""
