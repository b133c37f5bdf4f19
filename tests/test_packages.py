"""Packages: the search against every package counted out, the whole way on a model that costs nothing."""

import io
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from dashboard.figures.numbers import NO_BREAK
from dashboard.package_page import write_package_page
from dashboard.plain_page import Table
from dashboard.words import Words
from model.inputs.inputs import Inputs
from scenarios.arm_days import ArmDays
from scenarios.costs import Range
from scenarios.emulator import Emulator, Space
from scenarios.faults import StationFileError, StudyError
from scenarios.package_search import (
    AIMS,
    change,
    coded,
    design_packages,
    evolve,
    pool_days,
    search,
)
from scenarios.packages import FIRST_CONFIRM_DAY, PackageError, Question, choose, record
from scenarios.process import Points, fit
from scenarios.station_files import read_station
from scenarios.tray import DEFAULT_TRAY, Option, Tray, read_tray, tray_for
from schouw.packaging import PackageScreen, screen_table
from tests import fake_model

COSTS = (30.0, 12.0, 7.0, 45.0, 3.0, 22.0, 9.0, 15.0, 5.0, 28.0, 11.0, 18.0)


def plain_tray(groups: dict[int, str] | None = None) -> Tray:
    options = tuple(Option(f"o{i}", {}, (), (groups or {}).get(i, "")) for i in range(len(COSTS)))
    return Tray(options, (), tuple(Range(c, c / 2, 2 * c) for c in COSTS))


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """12 on-off measures that hinder and help each other."""
    rng = np.random.default_rng(5)
    x = coded(design_packages(plain_tray(), 1), 12)
    main, pairs = rng.uniform(0, 0.2, 12), np.triu(rng.normal(0, 0.03, (12, 12)), 1)
    y = -(x @ main + np.einsum("ni,ij,nj->n", x, pairs, x)) + 0.01 * rng.normal(size=len(x))
    points = Points("incidents", "", True, y, np.full(len(x), 1e-4), 1.0, 4e-4)
    space = Space.of([f"o{i}" for i in range(12)], x, [True] * 12, [-1] * 12)
    return Emulator(space, {"incidents": fit(points, x, range(12))}, 4)


def counted_out(emulator: Emulator, budget: float) -> tuple[int, ...]:
    """Every package by itself, the plain way."""
    best, lead = (), 0.0
    process = emulator.outcomes["incidents"]
    every = np.array(list(product((0.0, 1.0), repeat=12)))
    for x, mean in zip(every, process.mean_at(every), strict=True):
        if sum(c for c, on in zip(COSTS, x, strict=True) if on) <= budget and -mean > lead and x.any():
            best, lead = tuple(int(i) for i in np.flatnonzero(x)), -mean
    return best


@pytest.mark.parametrize("budget", [10.0, 40.0, 95.0])
def test_c5_the_search_equals_every_package_counted_out(emulator: Emulator, budget: float) -> None:
    found = search(plain_tray(), emulator, "incidents")
    assert len(found.packages) == 4096
    assert found.packages[found.best(budget, 1)[0]] == counted_out(emulator, budget)


def test_nsga_ii_meets_the_best_package_of_all(emulator: Emulator) -> None:
    tray = plain_tray()
    met = evolve(tray, emulator, "incidents", seed=3, budget=None, generations=60)
    assert len(met) < 4096
    every = search(tray, emulator, "incidents")
    for budget in (40.0, 95.0):
        assert every.packages[every.best(budget, 1)[0]] in met


def test_nobody_beats_the_frontier(emulator: Emulator) -> None:
    found = search(plain_tray(), emulator, "incidents")
    front = found.frontier()
    assert found.packages[front[0]] == ()
    assert np.all(np.diff(found.cost[front]) > 0)
    assert np.all(np.diff(found.gain[front]) > 0)
    for i in range(0, 4096, 37):
        assert any(found.cost[f] <= found.cost[i] and found.gain[f] >= found.gain[i] for f in front)


def test_options_of_one_group_exclude_each_other(emulator: Emulator) -> None:
    tray = plain_tray({0: "lamps", 3: "lamps", 5: "lamps"})
    assert len(tray.packages()) == 4 * 2**9
    assert all(tray.allowed(p) for p in tray.packages())
    assert all(tray.allowed(p) for p in evolve(tray, emulator, "incidents", seed=1, budget=None, generations=3))
    assert all(tray.allowed(p) for p in design_packages(tray, 1))


def test_options_that_undo_each_other_are_never_taken_together(emulator: Emulator) -> None:
    tray = replace(plain_tray(), apart=frozenset({(1, 4)}))
    found = [*tray.packages(), *design_packages(tray, 1)]
    found += evolve(tray, emulator, "incidents", seed=1, budget=None, generations=2)
    assert not any(1 in package and 4 in package for package in found)
    assert len(tray.packages()) == 3 * 2**10


def test_a_design_has_each_option_alone_every_pair_and_seven_points_an_option() -> None:
    packages = design_packages(plain_tray(), 1)
    assert len(set(packages)) == len(packages) == 84
    assert packages[:12] == [(i,) for i in range(12)]
    assert all(any(i in p and j in p for p in packages) for i in range(12) for j in range(i))
    days = {d for point in range(84) for d in pool_days(point)}
    assert len(days) == 24
    assert max(days) < FIRST_CONFIRM_DAY or min(days) > FIRST_CONFIRM_DAY + 10


def test_a_change_is_that_of_sums_not_of_days() -> None:
    base, value = [(10.0, 1.0), (30.0, 1.0)], [(9.0, 1.0), (15.0, 1.0)]
    assert change(AIMS["incidents"], base, value)[0] == pytest.approx(24 / 40 - 1)
    means = change(AIMS["safety"], [(60.0, 10.0), (35.0, 5.0)], [(65.0, 10.0), (35.0, 5.0)])
    assert means[0] == pytest.approx(100 / 15 - 95 / 15)


# -- the tray ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base() -> Inputs:
    return read_station("shoebox")


def test_the_shipped_tray_fits_every_shipped_station() -> None:
    options = read_tray()
    for station in ("halte", "shoebox"):
        tray = tray_for(read_station(station), options)
        assert len(tray.options) + len(tray.left_out) == len(options)
        assert len(tray.options) >= 3
        assert all(option.title_in("nl") and option.title_in("en") for option in tray.options)
        assert all(0 < cost.low < cost.value < cost.high for cost in tray.costs)


def test_faults_of_a_tray_are_told_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tray.yaml"
    path.write_text(
        "options:\n  - option: a\n    measures: [{measure: patrl}]\n  - option: A B\n    measures: []\n",
        encoding="utf-8",
    )
    with pytest.raises(StationFileError) as error:
        read_tray(path)
    told = "\n".join(str(fault) for fault in error.value.faults)
    assert "patrl" in told
    assert "patrol" in told
    assert len(error.value.faults) >= 3
    path.write_text("- a\n", encoding="utf-8")
    with pytest.raises(StationFileError):
        read_tray(path)


# -- the whole way ----------------------------------------------------------------------------------------------------

Make = Callable[..., ArmDays]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    cache = tmp_path_factory.mktemp("cache")
    return partial(ArmDays, cache=cache, run_day=fake_model.run_day, world=fake_model.fake_world)


@pytest.fixture(scope="module")
def question(base: Inputs, tmp_path_factory: pytest.TempPathFactory) -> Question:
    tray = tray_for(base, read_tray(DEFAULT_TRAY))
    few = Tray(tray.options[:3], (), tray.costs[:3])
    return Question(base, few, 5_000.0, tmp_path_factory.mktemp("package"), draws=2, most_days=10)


def test_the_whole_way_and_the_same_again(question: Question, make: Make) -> None:
    seen: list[str] = []
    choice = choose(question, workers=1, tell=lambda done: seen.append(done.stage), make=make)
    assert list(dict.fromkeys(seen)) == ["learn", "race", "confirm", "draws"]
    assert choice.failed == 0
    assert 1 <= choice.left <= len(choice.finalists) <= 6
    assert all((f.found is not None) == (f.dropped == 0) for f in choice.finalists)
    assert all(f.found is None or f.found.pairs == 10 for f in choice.finalists)
    assert all(f.cost.value <= question.budget for f in choice.finalists)
    assert sum(f.best_share for f in choice.finalists) == pytest.approx(1)
    assert min(f.regret for f in choice.finalists) >= 0
    first = record(choice)
    again = record(choose(question, workers=1, make=make))  # all runs are there
    assert again == first
    assert math.isfinite(first["opportunity_cost"])


def test_page_and_screen_say_it_in_both_languages(question: Question, make: Make, tmp_path: Path) -> None:
    choice = choose(question, workers=1, make=make)
    for language, word in (("en", "package"), ("nl", "pakket")):
        console = Console(record=True, width=100, file=io.StringIO())
        page = write_package_page(tmp_path / "page.html", choice, "X", Words(language))  # type: ignore[arg-type]
        PackageScreen(console, language).answer(choice, "X", page)  # type: ignore[arg-type]
        html = page.read_text(encoding="utf-8")
        for text in (html, console.export_text()):
            assert word in text.lower()
            assert Words(language)("package.few_draws", draws=2)[:40] in " ".join(text.split())  # type: ignore[arg-type]
            assert Words(language)("package.fits")[:40] in " ".join(text.split())  # type: ignore[arg-type]
            assert not re.search(r"\bnan\b", text.split("</style>")[-1])
        assert "<svg" in html
        assert "http" not in html.split("</style>")[-1]


def test_no_number_of_a_narrow_table_is_broken_over_two_lines() -> None:
    span, name = f"€{NO_BREAK}205,000–836,000", "platform lamps ×2 + watched cameras + light on faces"
    row = (name, span, "dropped after 10 days", "0.27 to 0.38 points higher", "0.024", "100%")
    heads = ("Package", "Cost a year", "Incidents against travellers", "Perceived safety", "Regret", "Best in")
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(screen_table(Table("", heads, (row, row), frozenset((1, 4, 5)))))
    text = console.export_text()
    assert text.count(span) == 2
    assert text.count("100%") == 2  # the last column is whole
    assert "Best in" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_budget_for_nothing_is_told(question: Question, make: Make) -> None:
    with pytest.raises(PackageError, match="more than the budget"):
        choose(replace(question, budget=1.0), workers=1, make=make)


def test_a_model_that_always_fails_is_told(question: Question, make: Make, tmp_path: Path) -> None:
    broken = partial(make, run_day=_broken)
    with pytest.raises(StudyError, match="a lamp burst"):
        choose(replace(question, out=tmp_path), workers=1, make=broken)


def _broken(*_: object) -> None:
    raise RuntimeError("a lamp burst")


def test_too_few_points_are_refused_before_a_day_is_run(base: Inputs, tmp_path: Path) -> None:
    asked = Question(base, tray_for(base, read_tray(DEFAULT_TRAY)), 1e5, tmp_path, points=12)
    with pytest.raises(StudyError, match="12 points are too few"):
        choose(asked)
    assert not any(tmp_path.iterdir())
