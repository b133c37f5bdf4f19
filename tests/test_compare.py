"""From day sums to the table and the headline lines: sums by a slow twin, special cases, files."""

import csv
import io
import json
import time
from pathlib import Path

import numpy as np
import pytest

from model.results import (
    GENDER_SLOTS,
    GENDERS,
    HOURS,
    INCIDENT_OUTCOMES,
    OUTCOME_UNITS,
    STAFF_KINDS,
    TABLE_TYPES,
    TIME_BANDS,
    Results,
)
from scenarios.cells import DayCells, Days, Draws, cell_index, day_cells
from scenarios.compare import (
    COLUMNS,
    DRAW_COLUMNS,
    CompareTable,
    common_days,
    compare_table,
    first_days,
    luck_line,
)
from scenarios.contrast import contrast
from scenarios.headlines import combined, footers, headlines, stop_decision
from scenarios.intervals import interval_of_days
from scenarios.lines import HEADLINES
from scenarios.spread import parameters_and_luck

KINDS = ("platform", "concourse", "platform", "underpass")


def results(day: int, *, factor: float = 1.0, shift: float = 0.0, rate: float = 0.01, seed: int = 1) -> Results:
    """A made-up day: hazards times ``factor``, scores plus ``shift``, all else the same luck."""
    rng = np.random.default_rng((seed, day))
    busy = rng.gamma(20, 1 / 20)
    expected = rng.gamma(1.0, rate, (len(TABLE_TYPES), HOURS, len(GENDER_SLOTS), len(KINDS))) * busy
    expected[:4, :, 3] = 0.0  # with a victim
    expected[4:, :, :3] = 0.0  # nuisance and vandalism have none
    visits = rng.poisson(40 * busy, (HOURS, len(GENDERS))).astype(float)
    luck = rng.normal(0, 0.1, visits.shape) + np.array([0.0, 0.4, 0.2])
    seconds = visits[:, :, None] * rng.uniform(10, 60, len(KINDS))
    score = 6.5 + luck + shift
    unsafe = np.floor(visits * rng.uniform(0, 0.2, visits.shape) * factor)
    sampled = rng.poisson(expected).astype(float)
    evening = slice(14, 20)
    return Results(
        zone_kinds=KINDS,
        expected=expected * factor,
        sampled=sampled,
        detected=expected * factor * 0.3,
        recorded=expected * factor * 0.4,
        reported=expected * factor * 0.2,
        score_seconds=score[:, :, None] * seconds,
        seconds=seconds,
        visit_score=score * visits,
        visits=visits,
        unsafe=unsafe,
        monitor_score=(score * visits)[evening].sum(axis=0),
        monitor_weight=visits[evening].sum(axis=0),
        avoided=0.1 * visits * (np.arange(20) >= 14)[:, None],
        staff_score=6.0 * factor * np.arange(100, 200.0).reshape(20, 5),
        staff_asked=np.arange(100, 200.0).reshape(20, 5),
    )


def arm(days: int, **changes: float) -> dict[int, DayCells]:
    return {day: day_cells(results(day, **changes)) for day in range(1, days + 1)}  # type: ignore[arg-type]


def test_day_cells_equal_a_slow_twin() -> None:
    day = results(3)
    cells = day_cells(day)
    kinds = {"all": range(4), "platform": (0, 2), "concourse": (1,), "underpass": (3,)}
    genders = {"woman": (0,), "man": (1,), "other": (2,)}
    for number, (outcome, kind_of_incident, gender, band, zone_kind) in enumerate(cells.index.keys):
        hours = [h - 5 for h in TIME_BANDS[band]]
        zones = kinds[zone_kind]
        total = weight = 0.0
        if outcome == "displaced_incidents":
            weight = 1.0
        elif outcome in INCIDENT_OUTCOMES or outcome == "net_incidents":
            table = getattr(day, INCIDENT_OUTCOMES.get(outcome, "expected"))
            types = range(6) if kind_of_incident == "all" else (TABLE_TYPES.index(kind_of_incident),)
            slots = genders.get(gender, (0, 1, 2, 3))
            total = sum(table[k, h, g, z] for k in types for h in hours for g in slots for z in zones)
            weight = 1.0
        elif outcome == "staff_felt_safety":
            duties = range(5) if kind_of_incident == "all" else (STAFF_KINDS.index(kind_of_incident),)
            total = sum(day.staff_score[h, k] for h in hours for k in duties)
            weight = sum(day.staff_asked[h, k] for h in hours for k in duties)
        else:
            people = genders.get(gender, (0, 1, 2))
            for h in hours:
                for g in people:
                    if outcome == "travellers":
                        total, weight = total + day.visits[h, g], 1.0
                    elif outcome == "avoided_trips":
                        total, weight = total + day.avoided[h, g], 1.0
                    elif outcome == "share_felt_unsafe":
                        total, weight = total + day.unsafe[h, g], weight + day.visits[h, g]
                    elif outcome == "perceived_safety" and zone_kind == "all":
                        total, weight = total + day.visit_score[h, g], weight + day.visits[h, g]
                    elif outcome == "perceived_safety":
                        total += sum(day.score_seconds[h, g, z] for z in zones)
                        weight += sum(day.seconds[h, g, z] for z in zones)
            if outcome == "monitor_score":
                total = sum(day.monitor_score[g] for g in people)
                weight = sum(day.monitor_weight[g] for g in people)
        assert cells.total[number] == pytest.approx(total, rel=1e-12), (outcome, gender, band, zone_kind)
        assert cells.weight[number] == pytest.approx(weight, rel=1e-12)


def test_incidents_without_a_victim_count_under_all_only() -> None:
    index, cells = day_cells(results(1)).index, day_cells(results(1))
    for gender in GENDERS:
        assert cells.total[index.number[("expected_incidents", "nuisance", gender, "all", "all")]] == 0
    assert cells.total[index.number[("expected_incidents", "nuisance", "all", "all", "all")]] > 0


def test_a_score_of_all_zones_is_the_visit_score_and_of_one_kind_that_of_person_seconds() -> None:
    day = results(1)
    cells = day_cells(day)
    whole = cells.index.number[("perceived_safety", "", "woman", "all", "all")]
    platform = cells.index.number[("perceived_safety", "", "woman", "all", "platform")]
    assert cells.weight[whole] == day.visits[:, 0].sum()
    assert cells.weight[platform] == pytest.approx(day.seconds[:, 0, (0, 2)].sum())


def test_contrast_equals_one_cell_at_a_time() -> None:
    base, lamps = arm(12), arm(12, factor=0.9, shift=0.1)
    table = compare_table(base, {"lamps": lamps}).of("lamps")
    for key in (
        ("expected_incidents", "theft", "woman", "after_19", "all"),
        ("perceived_safety", "", "man", "19-22", "underpass"),
        ("share_felt_unsafe", "", "all", "all", "all"),
    ):
        number = table.index.number[key]
        b = np.array([[c.total[number], c.weight[number]] for c in base.values()])
        s = np.array([[c.total[number], c.weight[number]] for c in lamps.values()])
        p_b, p_s = b[:, 0].sum() / b[:, 1].sum(), s[:, 0].sum() / s[:, 1].sum()
        e = (s[:, 0] - p_s * s[:, 1]) / s[:, 1].mean() - (b[:, 0] - p_b * b[:, 1]) / b[:, 1].mean()
        low, high = interval_of_days(e, p_s - p_b)
        figures = table.cell(key[0], *key[1:])
        assert figures["base"] == pytest.approx(p_b, rel=1e-12)
        assert figures["difference"] == pytest.approx(p_s - p_b, rel=1e-9)
        assert (figures["low"], figures["high"]) == pytest.approx((low, high), rel=1e-6, abs=1e-12)


def test_v32_the_same_days_differ_by_exactly_zero() -> None:
    table = compare_table(arm(3), {"nothing": arm(3)})
    assert table.columns == COLUMNS
    defined = 0
    for row in table.rows():
        if row["difference"] is None:
            assert row["value"] is row["low"] is row["high"] is None
            continue
        defined += 1
        assert row["difference"] == row["low"] == row["high"] == 0
        assert row["base"] == row["value"]
        if row["base"]:
            assert row["relative"] == row["relative_low"] == row["relative_high"] == 0
        else:
            assert row["relative"] is None
    assert defined == len(table.of("nothing").index.keys)
    assert luck_line(table.scenarios[0])[2:] == (0, 0, 0.0)


def test_exact_zero_is_a_property_of_days_not_of_a_rounded_mean() -> None:
    one = np.ones((2, 1))
    result = contrast(np.array([[1.0], [2.0]]), one, np.array([[2.0], [1.0]]), one)
    assert result.difference[0] == 0
    assert not result.same[0]
    assert result.low[0] < 0 < result.high[0]


def test_special_cells() -> None:
    ones = np.ones((6, 4))
    #        same  silent  constant  new here
    base = np.array([[3.0, 0.0, 5.0 + day, 0.0] for day in range(6)])
    value = np.array([[3.0, 0.0, 7.0 + day, day] for day in range(6)])
    result = contrast(base, ones, value, ones)
    assert result.same.tolist() == [True, True, False, False]
    assert result.silent.tolist() == [False, True, False, False]
    assert result.constant.tolist() == [False, False, True, False]
    assert (result.low[2], result.high[2]) == (2.0, 2.0)
    assert np.isfinite(result.relative[2])
    assert result.relative[0] == 0
    assert np.isnan(result.relative[[1, 3]]).all()
    assert np.isfinite(result.low[3])


def test_no_percentage_of_a_score_nor_of_a_rare_cell() -> None:
    table = compare_table(arm(8), {"lamps": arm(8, factor=0.9, shift=0.1)}).of("lamps")
    score = table.cell("perceived_safety", "", "woman", "after_19")
    assert score["difference"] == pytest.approx(0.1)
    assert np.isnan(score["relative"])
    theft = table.cell("expected_incidents", "theft")
    assert theft["relative"] == pytest.approx(-0.1)
    assert theft["relative_low"] <= theft["relative"] <= theft["relative_high"]


def test_one_pair_has_values_but_no_interval() -> None:
    for row in compare_table(arm(1), {"lamps": arm(1, factor=0.9, shift=0.1)}).rows():
        assert row["pairs"] == 1
        assert row["low"] is row["high"] is row["relative_low"] is None


def test_cells_with_under_five_events_a_year_are_left_empty() -> None:
    # a year holds about 0.004 * 4 zones * 2 hours * 365 = 12 thefts of women between 5 and 7, and 3 a zone
    table = compare_table(arm(6, rate=0.004), {"lamps": arm(6, rate=0.004, factor=0.9)}).of("lamps")
    shown = table.cell("expected_incidents", "theft", "woman", "05-07", "all")
    hidden = table.cell("expected_incidents", "theft", "woman", "05-07", "underpass")
    assert shown["base"] * 365 >= 5
    assert all(np.isnan(x) for x in hidden.values())
    # the drawn events of such a cell would be single ones, also where none of them differed
    sampled = table.cell("sampled_incidents", "theft", "woman", "05-07", "underpass")
    assert all(np.isnan(x) for x in sampled.values())


def test_means_over_under_ten_visits_are_left_empty() -> None:
    def few(cells: dict[int, DayCells]) -> dict[int, DayCells]:
        index = next(iter(cells.values())).index
        numbers = [i for i, key in enumerate(index.keys) if key[0] == "share_felt_unsafe" and key[2] == "other"]
        out = {}
        for day, c in cells.items():
            weight, total = c.weight.copy(), c.total.copy()
            weight[numbers], total[numbers] = 1.0, day % 2
            out[day] = DayCells(c.zone_kinds, total, weight)
        return out

    base = few(arm(6))
    scenario = {day: few(arm(6))[7 - day] for day in base}
    table = compare_table(base, {"x": scenario}).of("x")
    assert np.isnan(table.cell("share_felt_unsafe", "", "other")["base"])
    assert np.isfinite(table.cell("share_felt_unsafe", "", "woman")["base"])


def test_a_window_leaves_bands_that_reach_out_of_it_empty() -> None:
    table = compare_table(arm(3), {"nothing": arm(3)}, window=(18 * 3600, 25 * 3600)).of("nothing")
    assert np.isnan(table.cell("travellers", "", "all", "16-19")["base"])
    for band in ("19-22", "22-01", "after_19", "all"):
        assert np.isfinite(table.cell("travellers", "", "all", band)["base"])


def test_days_failed_in_one_arm_count_in_none() -> None:
    base, other = arm(5), arm(5)
    del other[2]
    assert common_days(base, {"a": base, "b": other}) == (1, 3, 4, 5)
    # while it runs, a quiet day that finished early does not jump the queue
    assert first_days(base, {"b": other}) == (1,)
    assert first_days(base, {"b": other}, failed=[2]) == (1, 3, 4, 5)
    assert compare_table(base, {"b": other}).of("b").pairs == 4
    with pytest.raises(ValueError, match="no day is finished"):
        compare_table(base, {"b": {}})


def test_csv_reads_back_to_the_same_numbers(tmp_path: Path) -> None:
    table = compare_table(arm(5), {"lamps": arm(5, factor=0.8, shift=0.2)})
    path = tmp_path / "compare.csv"
    table.write_csv(path)
    text = path.read_text(encoding="utf-8")
    assert text == table.csv_text()
    assert list(tmp_path.iterdir()) == [path]
    assert "nan" not in text
    assert "inf" not in text.replace("information", "")
    read = list(csv.DictReader(io.StringIO(text)))
    written = list(table.rows())
    assert (
        len(read)
        == len(written)
        == len(cell_index(table.of("lamps").index and ("concourse", "platform", "underpass")).keys)
    )
    for got, row in zip(read, written, strict=True):
        assert tuple(got) == COLUMNS
        for name in COLUMNS:
            value = row[name]
            assert got[name] == ("" if value is None else value if isinstance(value, str) else repr(value))
            if isinstance(value, float):
                assert float(got[name]) == value
    assert json.loads(table.json_text()) == written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_f10_names_that_a_spreadsheet_would_run_are_guarded(start: str) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    text = compare_table(arm(2), {name: arm(2, factor=0.5)}).csv_text()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["scenario"] for row in rows} == {"'" + (name if start in "=+-@" else f" {name[1:]}")}
    # numbers stay numbers, the negative ones too
    assert any(row["difference"].startswith("-") for row in rows)


def test_all_columns_of_the_issue_and_all_words() -> None:
    rows = list(compare_table(arm(2), {"lamps": arm(2, factor=0.5)}).rows())
    assert tuple(rows[0]) == COLUMNS
    assert {row["outcome"] for row in rows} == set(OUTCOME_UNITS)
    assert {row["incident_type"] for row in rows} == {*TABLE_TYPES, *STAFF_KINDS, "all", ""}
    assert {row["gender"] for row in rows} == {*GENDERS, "all"}
    assert {row["time_band"] for row in rows} == set(TIME_BANDS)
    assert {row["zone_kind"] for row in rows} == {"platform", "concourse", "underpass", "all"}
    assert {row["time_band"] for row in rows if row["outcome"] == "monitor_score"} == {"after_19"}


def made_draws(draws: int, *, spread: float) -> Draws:
    """Draws that differ in the effect of the measure, on fresh days each."""
    rng = np.random.default_rng(9)
    factors = 0.8 + spread * rng.normal(size=draws)

    def of(factor: float, draw: int) -> list[DayCells]:
        return [day_cells(results(100 + 2 * draw + which, factor=factor, seed=4)) for which in range(2)]

    return Draws(
        {j: of(1.0, j) for j in range(draws)},
        {"lamps": {j: of(float(factors[j]), j) for j in range(draws)}},
    )


def test_draws_add_a_range_and_the_share_of_luck() -> None:
    draws = made_draws(12, spread=0.1)
    table = compare_table(arm(5), {"lamps": arm(5, factor=0.8)}, draws=draws)
    assert table.columns == (*COLUMNS, *DRAW_COLUMNS)
    figures = table.of("lamps").cell("expected_incidents", "theft")
    number = table.of("lamps").index.number[("expected_incidents", "theft", "all", "all", "all")]
    effects = np.array(
        [
            [s.total[number] - b.total[number] for b, s in zip(draws.base[j], draws.scenarios["lamps"][j], strict=True)]
            for j in range(12)
        ]
    )
    spread = parameters_and_luck(effects.mean(axis=1), effects)
    assert figures["range_low"] == pytest.approx(float(spread.low), rel=1e-9)
    assert figures["range_high"] == pytest.approx(float(spread.high), rel=1e-9)
    assert figures["luck_share"] == pytest.approx(float(spread.luck_share), rel=1e-6)
    assert figures["range_low"] < -0.2 * figures["base"] < figures["range_high"]


def test_w11_a_posterior_speaks_of_probability_and_of_95_percent() -> None:
    from dataclasses import replace

    draws = made_draws(30, spread=0.1)
    arms = {"lamps": arm(12, factor=0.8)}
    plain = {line.key: line for line in headlines(arm(12), arms, finished=True, draws=draws)}
    fitted = {line.key: line for line in headlines(arm(12), arms, finished=True, draws=replace(draws, fitted=True))}
    before, after = plain["theft"], fitted["theft"]
    assert after.sentence_id == "W11"
    assert after.range_low < before.range_low < before.range_high < after.range_high
    assert before.decreasing is None
    assert after.decreasing is not None
    assert after.decreasing > 0.9
    assert "of 100 sets of parameter values" in after.sentence["en"]
    assert "sets parameterwaarden" in after.sentence["nl"]
    assert "95%" in after.range_sentence["en"]
    assert "80%" in before.range_sentence["en"]
    assert 0 <= after.parameter_low <= 1 - after.luck_share <= after.parameter_high <= 1
    assert f"{100 * (1 - after.luck_share):.0f}%" in after.range_sentence["en"]


def test_a_draw_without_two_days_is_left_out() -> None:
    draws = made_draws(5, spread=0.1)
    half = dict(draws.scenarios["lamps"])
    half[2] = half[2][:1]
    short = Draws(draws.base, {"lamps": half})
    without = Draws(
        {j: d for j, d in draws.base.items() if j != 2},
        {"lamps": {j: d for j, d in draws.scenarios["lamps"].items() if j != 2}},
    )
    days = (arm(3), {"lamps": arm(3, factor=0.8)})
    assert compare_table(*days, draws=short).csv_text() == compare_table(*days, draws=without).csv_text()


def test_headlines_of_a_clear_effect() -> None:
    lines = headlines(arm(20), {"lamps": arm(20, factor=0.8, shift=0.3)}, finished=True)
    assert [line.key for line in lines] == [line.key for line in HEADLINES]
    by_key = {line.key: line for line in lines}
    theft = by_key["theft"]
    assert theft.sentence_id == "W4"
    assert theft.improves
    assert theft.relative == pytest.approx(-0.2, abs=1e-9)
    assert theft.common is not None
    assert theft.common.saves_factor > 10
    women = by_key["safety_women_after_19"]
    assert women.sentence_id == "W4"
    assert women.estimate == pytest.approx(0.3)
    assert women.sentence["en"].startswith("Higher: 0.30\u00a0points")
    assert women.sentence["nl"].startswith("Hoger: 0,30\u00a0punt")
    # both feel safer by the same amount: the gap does not change, and nobody is said to be left behind
    assert by_key["gap_after_19"].estimate == pytest.approx(0.0, abs=1e-9)
    assert by_key["gap_after_19"].sentence_id == "W7"
    assert combined(lines) == []


def test_headlines_sum_two_kinds_of_harassment() -> None:
    base, lamps = arm(6), arm(6, factor=0.7)
    line = headlines(base, {"lamps": lamps}, finished=True)[0]
    table = compare_table(base, {"lamps": lamps}).of("lamps")
    parts = [
        table.cell("expected_incidents", f"harassment_{kind}", "woman", "after_19")["base"]
        for kind in ("contact", "approach")
    ]
    assert line.base == pytest.approx(sum(parts), rel=1e-12)


def test_headlines_of_nothing_say_so_in_both_languages() -> None:
    for line in headlines(arm(10), {"nothing": arm(10)}, finished=True):
        assert line.sentence_id == "W2"
        assert line.difference == line.low == line.high == 0
        assert line.common is None
        assert line.sentence["nl"].startswith("Geen verschil in deze cel")


def test_headlines_states() -> None:
    base, scenario = arm(12), {"lamps": arm(12, factor=0.8, shift=0.3)}

    def first(n: int, *, finished: bool) -> tuple[str, int, float, str]:
        some = {day: base[day] for day in range(1, n + 1)}
        line = headlines(some, {"lamps": {day: scenario["lamps"][day] for day in some}}, finished=finished)[0]
        return line.state, line.pairs, line.level, line.sentence_id

    assert first(3, finished=False)[::3] == ("first", "W0")
    assert first(7, finished=False) == ("so_far", 5, 0.99, "W1")
    assert first(12, finished=False) == ("so_far", 10, 0.99, "W1")
    assert first(7, finished=True) == ("final", 7, 0.95, "W10")
    assert first(12, finished=True) == ("final", 12, 0.95, "W4")
    too_many_failed = headlines(base, scenario, finished=True, verdict=False)
    assert {line.sentence_id for line in too_many_failed} <= {"W10", "W2"}


def test_headlines_with_draws_say_what_the_parameters_do() -> None:
    draws = made_draws(12, spread=0.1)
    lines = headlines(arm(10), {"lamps": arm(10, factor=0.8)}, finished=True, draws=draws)
    theft = next(line for line in lines if line.key == "theft")
    assert theft.range_low < -0.2 < theft.range_high
    # the effect of a draw is the same fraction on each day: as a percentage none of it is luck
    assert theft.luck_share == pytest.approx(0.0, abs=1e-9)
    assert theft.range_sentence["en"].startswith("Over the ranges of the uncertain parameters: ")
    assert "12 trekkingen" in theft.range_sentence["nl"]
    few = headlines(arm(10), {"lamps": arm(10, factor=0.8)}, finished=True, draws=made_draws(3, spread=0.1))
    theft = next(line for line in few if line.key == "theft")
    assert theft.range_low < theft.range_high  # the numbers are kept
    assert theft.range_sentence["en"] == "Draws of the uncertain parameters: 3, too few for a range over them."


def test_gap_between_women_and_men_widens_when_only_men_feel_safer() -> None:
    def men_safer(cells: dict[int, DayCells], shift: float) -> dict[int, DayCells]:
        index = next(iter(cells.values())).index
        number = index.number[("perceived_safety", "", "man", "after_19", "all")]
        out = {}
        for day, c in cells.items():
            total = c.total.copy()
            total[number] += shift * c.weight[number]
            out[day] = DayCells(c.zone_kinds, total, c.weight)
        return out

    base = arm(12)
    lines = headlines(base, {"x": men_safer(arm(12, shift=0.1), 0.2)}, finished=True)
    gap = next(line for line in lines if line.key == "gap_after_19")
    assert gap.base > 0  # turned round: women feel less safe here
    assert gap.estimate == pytest.approx(0.2)
    assert gap.sentence["en"].startswith("Larger: 0.20\u00a0points")
    said = dict(combined(lines))
    assert said["W12"]["nl"].startswith("Beiden voelen zich veiliger; het verschil tussen vrouwen en mannen wordt 0,20")
    assert said["W13"]["en"] == "Feels safer; being safer is not shown."


def test_stop_decision_waits_for_wide_lines_and_stops_when_all_are_narrow() -> None:
    base = arm(20)
    assert stop_decision(base, {"lamps": arm(20, factor=0.8, shift=0.3)}, 20, 160).stop
    strangers = {"other people": {d: day_cells(results(d, seed=2)) for d in base}}
    decision = stop_decision(base, strangers, 20, 160)
    assert not decision.stop
    assert decision.waiting


def test_footers() -> None:
    table = compare_table(arm(6), {"lamps": arm(6, factor=0.9)})
    notes = footers(6, table)
    assert notes["en"][0] == "In this model, with these parameter values, 6 paired days."
    assert notes["nl"][0] == "In dit model, bij deze parameterwaarden, 6 gepaarde dagen."
    defined, unchanged, changed, outside, by_luck = luck_line(table.of("lamps"))
    assert defined == unchanged + changed
    assert by_luck == pytest.approx(0.05 * changed)
    assert f"{outside} of these exclude 0, where luck alone gives about {by_luck:.0f}." in notes["en"][1]
    assert len(footers(1, compare_table(arm(1), {"lamps": arm(1, factor=0.9)}))["en"]) == 1  # no cell has an interval


def test_compare_is_fast_enough_for_a_screen() -> None:
    """Four scenarios of 4,868 cells and 200 days: seconds, not minutes (gate 6 s, usually under 2)."""
    kinds = tuple(sorted({"platform", "concourse", "underpass", "stairs", "square", "approach", "escalator"}))
    size = len(cell_index(kinds).keys)
    rng = np.random.default_rng(0)
    counts = ~cell_index(kinds).is_mean
    weight = np.where(counts, 1.0, 50.0)

    def made() -> Days:
        return {d: DayCells(kinds, rng.random(size), weight) for d in range(200)}

    base, scenarios = made(), {name: made() for name in "abcd"}
    start = time.process_time()
    table: CompareTable = compare_table(base, scenarios)
    assert time.process_time() - start < 6.0
    assert table.of("d").pairs == 200


# ---------------------------------------------------------------- displacement: inside, and booked outside


def with_outside(days: dict[int, DayCells], share: float) -> dict[int, DayCells]:
    return {d: DayCells(c.zone_kinds, c.total, c.weight, share) for d, c in days.items()}


@pytest.mark.parametrize("share", [0.0, 0.15, -0.1])
def test_m16_gross_is_net_plus_what_is_booked_outside(share: float) -> None:
    base, less = with_outside(arm(6), share), with_outside(arm(6, factor=0.8), share)
    rows = {
        (r["outcome"], r["incident_type"]): r
        for r in compare_table(base, {"s": less}).rows()
        if (r["gender"], r["time_band"], r["zone_kind"]) == ("all", "all", "all")
    }
    for kind in (*TABLE_TYPES[:6], "all"):
        gross, net, moved = (
            rows[(outcome, kind)] for outcome in ("expected_incidents", "net_incidents", "displaced_incidents")
        )
        assert net["base"] == gross["base"]
        assert moved["base"] == 0
        assert moved["value"] == pytest.approx(-share * float(gross["difference"]), rel=1e-12, abs=1e-15)  # type: ignore[arg-type]
        assert net["difference"] == pytest.approx(gross["difference"] + moved["value"], rel=1e-12)  # type: ignore[operator]
        if share == 0:
            assert net["difference"] == gross["difference"]
    assert not any(key[1] in TABLE_TYPES[6:] for key in rows if key[0] in ("net_incidents", "displaced_incidents"))


def test_m16_no_difference_inside_is_none_outside() -> None:
    same = with_outside(arm(6), 0.15)
    for row in compare_table(same, {"s": same}).rows():
        if row["outcome"] in ("net_incidents", "displaced_incidents"):
            assert row["difference"] == 0
