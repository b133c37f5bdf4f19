"""From a study to the data of a report: averages, names, costs, provenance; the days are invented."""

from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dashboard.assemble import card_from, mean_maps, report_data, station_name
from dashboard.figures.numbers import Language
from dashboard.measure_text import measure_text
from dashboard.report import report_html
from dashboard.words import Words
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.results import MAP_CELL_M, Results
from model.world.grid import make_grid
from scenarios.answer import Answer, answer_of
from scenarios.measures.cameras import Cameras
from scenarios.scenario import load
from scenarios.study import Study
from scenarios.sunlight import SUNSET_DEG, sun_above
from tests import fake_model

NAMES = ("base", "brighter-lamps", "all-three")


@lru_cache(maxsize=2)
def _grid(layout: Layout) -> Any:
    return make_grid(layout)


def _day(inputs: Inputs, world: Any, seed: int, day: int, shape: tuple[int, int]) -> Results:
    """A calm day of the fake model, with maps of the right size that grow with the day number."""
    results = fake_model.run_day(inputs, world, seed, day)
    lumen = 1e-5 * float(world["lumen"][0])
    maps = {name: np.full(shape, 100.0 * day, np.float32) for name in ("seconds", "seconds_woman", "seconds_man")}
    maps |= {f"score_{g}": np.full(shape, (6.0 + lumen) * 100.0 * day, np.float32) for g in ("woman", "man")}
    maps["expected"] = np.full(shape, 0.01 / (1 + lumen), np.float32)
    return replace(results, maps=maps)


def _world(inputs: Inputs) -> Any:
    grid = _grid(inputs.layout.__class__(**{**_fields(inputs.layout), "lamps": (), "cameras": (), "spots": ()}))
    lux = np.full(len(grid.cell_x), sum(lamp.lumen for lamp in inputs.layout.lamps) / 1e4, np.float32)
    return SimpleNamespace(grid=grid, light=SimpleNamespace(floor_lx=lux))


def _fields(layout: Layout) -> dict[str, Any]:
    return {name: getattr(layout, name) for name in layout.__slots__}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Answer]:
    out = tmp_path_factory.mktemp("study")
    base, scenarios = load("shoebox", ["brighter-lamps", "all-three"])
    grid = _world(base).grid
    side = round(MAP_CELL_M)
    shape = (-(-grid.ny // side), -(-grid.nx // side))
    study = Study(
        base,
        scenarios,
        out=out / "store",
        cache=out / "cache",
        days=10,
        draws=2,
        run_day=partial(_day, shape=shape),
        world=fake_model.fake_world,
    )
    with study.runner(1) as runner:
        for phase in study.phases:
            for _ in study.run(phase, runner):
                pass
    answer = answer_of(study, finished=True)
    assert answer is not None
    return study, answer


def test_maps_are_means_over_days(made: tuple[Study, Answer]) -> None:
    study, _ = made
    maps = mean_maps(study, "days", 0)
    assert np.allclose(maps["seconds"], 100.0 * np.mean(range(1, 11)))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_study_becomes_a_report(made: tuple[Study, Answer], language: Language) -> None:
    study, answer = made
    data = report_data(study, answer.phase, answer.table, answer.lines, language, world_of=_world)
    assert (data.pairs, data.draws, data.confidence) == (10, 2, 95)
    assert data.lead.name == "all-three"
    assert [c.name for c in data.scenarios] == list(NAMES[1:])
    assert len(data.rows) == sum(1 for _ in answer.table.rows())
    for line, headline in zip(data.lines, answer.lines, strict=True):
        assert line.verdict == headline.sentence_id
        assert line.sentence == headline.sentence[language]
        assert line.shown == headline.shown
        if line.shown:
            assert line.improves == headline.improves
    assert str(study.base.parameters.digest) in (data.provenance or {}).values()
    html = report_html(data)
    assert all(line.sentence.split("{")[0] in html or "&" in html for line in data.lines)


def test_an_evening_says_that_it_is_one(made: tuple[Study, Answer]) -> None:
    study, _ = made
    answer = answer_of(study, finished=False, phase="evening")
    assert answer is not None
    data = report_data(study, "evening", answer.table, answer.lines, "en", world_of=_world)
    assert data.window == (64_800, 90_000)
    assert any("only the evening" in note for note in data.notes)
    assert "19–22" in report_html(data)


def test_costs_and_measures_are_told(made: tuple[Study, Answer]) -> None:
    study, _ = made
    scenario = study.scenarios[1]
    cost = scenario.yearly_cost(study.base)
    card = card_from(scenario, study.base, (), Words("nl"))
    assert (card.cost_low, card.cost_high) == (cost.low, cost.high)
    *told, effects = card.measures
    assert len(told) == len(scenario.measures) == 3
    assert effects.startswith("Mogelijke neveneffecten: kost meer energie;")
    assert card.measures[0].startswith("Lampen:")
    cameras = next(m for m in scenario.measures if isinstance(m, Cameras))
    assert measure_text(cameras, Words("en"), 4).startswith("Cameras: 4 new")


def test_a_shipped_station_has_its_name_in_both_languages(made: tuple[Study, Answer]) -> None:
    halt, _ = load("halte", ["nothing"])
    assert station_name(halt.layout, "nl") == "Halte"
    assert station_name(halt.layout, "en") == halt.layout.name
    assert station_name(replace(halt.layout, name="Elsewhere"), "nl") == "Elsewhere"
    assert station_name(replace(halt.layout, id="my-own"), "nl") == halt.layout.name


def test_sun_sets_between_half_past_four_and_five_in_november(made: tuple[Study, Answer]) -> None:
    study, _ = made
    times = sun_above(study.base, SUNSET_DEG)
    assert times is not None
    rise, fall = times
    assert 8 * 3600 < rise < 8.3 * 3600
    assert 16.5 * 3600 < fall < 17 * 3600


def test_nothing_finished_is_refused(tmp_path: Path) -> None:
    base, scenarios = load("shoebox", ["nothing"])
    study = Study(base, scenarios, out=tmp_path, run_day=fake_model.run_day, world=fake_model.fake_world)
    with pytest.raises(ValueError, match="no day is finished"):
        report_data(study, "days", None, (), "en", world_of=_world)  # type: ignore[arg-type]
