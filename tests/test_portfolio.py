"""Portfolios: the programme against every choice counted out, rules that hold, stations set to published figures."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from dashboard.portfolio_page import sure_sentences, write_portfolio_page
from dashboard.words import Words
from scenarios import portfolio
from scenarios.archetypes import costs_of, in_place, options, tray_of
from scenarios.faults import StationFileError
from scenarios.portfolio import (
    GAP,
    PORTFOLIOS,
    Picked,
    Portfolio,
    PortfolioError,
    Rules,
    pick,
    read_portfolio,
    table_rows,
    weakest_of,
    weights_of,
)
from scenarios.portfolio_check import Rechecked
from scenarios.portfolio_menu import Menu, drawn_gains, menu_of
from scenarios.portfolio_stations import Made, StationSet, make_stations

NO_RULES = Rules.model_validate({})


def small(count: int, seed: int) -> tuple[StationSet, Menu]:
    rng = np.random.default_rng(seed)
    stations = tuple(
        Made(f"S{i}", "stop", ("north", "east", "south", "west")[i % 4], (0.5,) * 4, 0.0) for i in range(count)
    )
    visits, evening = rng.uniform(50, 500, count), rng.uniform(5, 8, count)
    made = StationSet(stations, 0.0, 0.0, 1.0, 6.9, 5, evening, evening + 0.3, visits, np.full(count, 10.0))
    cost, gain = rng.uniform(1, 10, (count, 3)), rng.uniform(0, 0.5, (count, 3))
    return made, Menu(cost, gain, 0.1 * gain, np.array([[1.0, 0], [0, 1], [1, 1]]), ("lamps-station", "sight"))


def counted_out(stations: StationSet, menu: Menu, budget: float, rules: Rules) -> float:
    """The best value of every choice there is, the plain way."""
    best, weight = -1.0, stations.visits
    weak = weakest_of(stations)
    for choice in product(range(-1, 3), repeat=len(stations.stations)):
        cost = np.array([menu.cost[s, p] if p >= 0 else 0.0 for s, p in enumerate(choice)])
        gain = np.array([menu.gain[s, p] if p >= 0 else 0.0 for s, p in enumerate(choice)])
        if cost.sum() > budget:
            continue
        if rules.every_below and any(p < 0 and stations.evening[s] < rules.every_below for s, p in enumerate(choice)):
            continue
        if rules.weakest_share and cost[weak].sum() < rules.weakest_share * cost.sum() - 1e-9:
            continue
        best = max(best, float((weight * gain).sum()))
    return best


@pytest.mark.parametrize("rules", [{}, {"every_below": 6.0}, {"weakest_share": 0.4}])
def test_c6_the_programme_is_as_good_as_every_choice_counted_out(rules: dict[str, float]) -> None:
    asked = Rules.model_validate(rules)
    for seed in (1, 2):
        stations, menu = small(6, seed)
        found = pick(menu, stations, stations.visits, 25.0, asked)
        best = counted_out(stations, menu, 25.0, asked)
        assert best * (1 - GAP) <= found.value <= best + 1e-6
        assert found.gap <= GAP


def test_rules_hold_and_rules_that_cannot_hold_are_told() -> None:
    stations, menu = small(40, 3)
    rules = Rules.model_validate({"every_below": 6.0, "region_share": 0.8, "weakest_gain": True, "most_a_station": 9.0})
    found = pick(menu, stations, stations.visits, 90.0, rules)
    taken = found.package >= 0
    cost = np.where(taken, menu.cost[np.arange(40), np.maximum(found.package, 0)], 0.0)
    gain = np.where(taken, menu.gain[np.arange(40), np.maximum(found.package, 0)], 0.0)
    assert cost.sum() <= 90.0 + 1e-6
    assert cost.max() <= 9.0
    assert taken[stations.evening < 6.0].all()
    weak, visits = weakest_of(stations), stations.visits
    assert np.average(gain[weak], weights=visits[weak]) >= np.average(gain, weights=visits) - 1e-6
    for region in ("north", "east", "south", "west"):
        here = np.array([s.region == region for s in stations.stations])
        assert cost[here].sum() >= 0.8 * visits[here].sum() / visits.sum() * cost.sum() - 1e-6
    with pytest.raises(PortfolioError, match="one measure at each of the"):
        pick(menu, stations, visits, 5.0, rules)
    never = Rules.model_validate({"every_below": 6.0, "most_a_station": 0.5})
    with pytest.raises(PortfolioError, match="cannot all be met"):
        pick(menu, stations, visits, 500.0, never)


def test_a_choice_that_is_not_found_in_time_does_not_blame_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    stations, menu = small(40, 3)
    monkeypatch.setattr(portfolio, "SECONDS", 0.0)
    rules = Rules.model_validate({"every_below": 6.0, "region_share": 0.8, "weakest_gain": True, "most_a_station": 9.0})
    with pytest.raises(PortfolioError, match="no choice was found within 0 s"):
        pick(menu, stations, stations.visits, 90.0, rules)


def test_l1_the_made_up_stations_have_the_published_mean_and_number_below_six() -> None:
    stations = make_stations(400, 1, 6.9, 55)
    assert stations.mean_score == pytest.approx(6.9, abs=0.02)
    assert 50 <= stations.below_six <= 60
    assert len({s.archetype for s in stations.stations}) == 8
    again = make_stations(400, 1, 6.9, 55)
    assert np.array_equal(again.evening, stations.evening)
    assert not np.array_equal(make_stations(400, 2, 6.9, 55).evening, stations.evening)


def test_a_station_keeps_its_luck_when_others_are_added() -> None:
    few, many = make_stations(40, 1, 6.9, 6), make_stations(80, 1, 6.9, 12)
    assert few.stations[0].covariates == many.stations[0].covariates


def test_a_menu_has_a_price_and_a_gain_for_every_package_that_nothing_beats() -> None:
    stations = make_stations(60, 1, 6.9, 8)
    menu = menu_of(stations, "safety", 4)
    names = set(menu.options)
    for s, made in enumerate(stations.stations):
        here = np.flatnonzero(menu.open[s])
        order = here[np.argsort(menu.cost[s, here])]
        assert np.all(menu.gain[s, here] > 0)
        assert np.all(np.diff(menu.gain[s, order]) > 0)  # who costs more gains more
        steps = np.diff(menu.gain[s, order], prepend=0.0) / np.diff(menu.cost[s, order], prepend=0.0)
        assert np.all(np.diff(steps) <= 1e-15)  # and each euro more buys less
        own = {option.name for option in tray_of(made.archetype).options}
        assert all(set(menu.names(int(p))) <= own for p in here)
        groups = [[o.group for o in options() if o.name in menu.names(int(p)) and o.group] for p in here]
        assert all(len(found) == len(set(found)) for found in groups)
    assert names == {option.name for option in options()}
    draws = np.array(drawn_gains(stations, menu, "safety", 200, 1))
    assert np.mean(draws, axis=0)[menu.open] == pytest.approx(menu.gain[menu.open], abs=0.3 * menu.sd.max())
    assert np.std(draws, axis=0)[menu.open] == pytest.approx(menu.sd[menu.open], rel=0.5)


def test_no_station_is_offered_what_it_has_already() -> None:
    few, many = (0.1, 0.5, 0.0, 0.5), (0.9, 0.5, 0.0, 0.5)  # many people: cleaned every eight hours as it is
    clean = [option.name for option in tray_of("stop-hub").options].index("clean-8")
    assert not in_place("stop-hub", few, costs_of("stop-hub", few)).any()
    assert np.flatnonzero(in_place("stop-hub", many, costs_of("stop-hub", many))).tolist() == [clean]
    made = (Made("few", "stop-hub", "west", few, 0.0), Made("many", "stop-hub", "west", many, 0.0))
    ones = np.ones(2)
    menu = menu_of(StationSet(made, 0.0, 0.0, 1.0, 6.9, 0, 6 * ones, 6 * ones, ones, ones), "safety", 4)
    cleaned = menu.packages[:, menu.options.index("clean-8")] > 0
    assert (menu.open & cleaned).any(axis=1).tolist() == [True, False]
    assert menu.cost[menu.open].min() > 0


def test_few_draws_are_told_as_the_draws_that_there_are() -> None:
    made, menu = small(4, 1)
    asked = read_portfolio(PORTFOLIOS / "twenty-million.yaml")
    picked = Picked(np.zeros(4, dtype=np.int64), 1.0, 0.0)
    for draws, said in ((1, "In one draw"), (2, "chosen in all of them"), (20, "chosen in at least 18 of them")):
        answer = Portfolio(asked, 100.0, made, menu, picked, np.ones(4), np.ones(4), 0.01, draws)
        assert said in sure_sentences(answer, Words("en"))[0]


def test_a_wide_menu_is_solved_within_its_gap() -> None:
    rng = np.random.default_rng(4)
    stations, _ = small(60, 4)
    cost = np.sort(rng.uniform(1, 50, (60, 40)), axis=1)
    gain = np.sort(rng.uniform(0, 0.5, (60, 40)), axis=1)
    offered = rng.random((60, 40)) < 0.5
    menu = Menu(cost, gain, 0.1 * gain, np.eye(40), tuple(map(str, range(40))), offered)
    found = pick(menu, stations, stations.visits, 600.0, NO_RULES)
    taken = found.package >= 0
    assert offered[np.flatnonzero(taken), found.package[taken]].all()
    assert cost[np.flatnonzero(taken), found.package[taken]].sum() <= 600.0 + 1e-6
    assert found.gap <= GAP


def test_a_band_of_a_few_evenings_is_wider_than_normal() -> None:
    many, few = (Rechecked(0, 0, 0.2, 0.0, 0.2 + 2.2 * 0.01, 0.01, freedom) for freedom in (1e6, 3.0))
    assert not many.inside
    assert few.inside
    assert Rechecked(0, 0, 0.2, 0.0, 0.2, 0.0).inside


def test_the_page_tells_it_in_both_languages(tmp_path: Path) -> None:
    stations = make_stations(40, 1, 6.9, 6)
    asked = read_portfolio(PORTFOLIOS / "twenty-million.yaml")
    menu = menu_of(stations, asked.aim, asked.years)
    picked = pick(menu, stations, weights_of(stations, asked.aim), 2e6, NO_RULES)
    answer = Portfolio(asked, 2e6, stations, menu, picked, np.ones(40), np.ones(40), 0.01, 3)
    for language, word in (("en", "made-up stations"), ("nl", "bedachte stations")):
        html = write_portfolio_page(tmp_path / "p.html", answer, Words(language)).read_text(encoding="utf-8")  # type: ignore[arg-type]
        assert word in html
        assert ">nan<" not in html
    rows = table_rows(answer)
    assert sum(row["cost_eur"] for row in rows) == pytest.approx(answer.spent, abs=40)
    nothing = replace(answer, picked=Picked(np.full(40, -1), 0.0, 0.0))
    assert nothing.spent == 0
    assert len(nothing.chosen) == 0


def test_faults_of_a_portfolio_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("name: p\nstations: 5\nrules: {every_belw: 6}\n", encoding="utf-8")
    with pytest.raises(StationFileError) as error:
        read_portfolio(path)
    told = "\n".join(str(fault) for fault in error.value.faults)
    assert "stations" in told
    assert "every_belw" in told
