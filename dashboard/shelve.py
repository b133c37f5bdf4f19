"""From a study that was run to the file that the pages draw: means over days, fields of the place, the ranking."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.assemble import cached_world, report_data
from dashboard.figures.numbers import LANGUAGES
from dashboard.report_data import BANDS
from dashboard.study_file import Place, Ranking, StudyFile, ZoneSums
from model.inputs.inputs import Inputs
from model.results import FIRST_HOUR, INCIDENT_TYPES, TIME_BANDS, Results
from model.world.sight import entrapment
from model.world.world import World
from scenarios.answer import Answer
from scenarios.ranking import first_by_days, first_by_draws
from scenarios.scenario_text import scenario_text
from scenarios.study import Phase, Study

ZONE_BANDS: Final = (*BANDS, "after_19")
_HOURS: Final = {band: [hour - FIRST_HOUR for hour in TIME_BANDS[band]] for band in ZONE_BANDS}
Floats = NDArray[np.float64]
_NIGHT: Final = 0  # the first of the outdoor levels at which cover is tabulated


def zone_sums(study: Study, phase: Phase, arm: int) -> ZoneSums:
    """Return the sums of an arm by zone and time band, mean of its finished days."""
    days = study.finished(phase)
    found = [_sums_of(study.day(phase, arm, number)) for number in days]
    return ZoneSums(*(np.asarray(np.mean(parts, axis=0), np.float32) for parts in zip(*found, strict=True)))


def _sums_of(day: Results) -> tuple[Floats, Floats, Floats]:
    """Return scores times seconds, seconds and expected incidents of a day, by time band and zone."""
    types = day.expected[: len(INCIDENT_TYPES)].sum(axis=(0, 2))
    tables = (day.score_seconds, day.seconds, types)
    scores, seconds, expected = (np.stack([table[_HOURS[b]].sum(axis=0) for b in ZONE_BANDS]) for table in tables)
    return scores, seconds, expected


def ranking_of(study: Study, phase: Phase) -> Ranking | None:
    """Return how often each scenario has most points per euro for women after 19:00: by draws, else by days."""
    costs = {s.name: s.yearly_cost(study.base).value for s in study.scenarios}
    if draws := study.draw_cells():
        first = first_by_draws(draws, costs)
    else:
        base, *arms = (study.cells_of(phase, arm) for arm in range(len(study.arms)))
        first = first_by_days(base, dict(zip(study.names[1:], arms, strict=True)), costs)
    return Ranking(first, draws is not None) if first else None


def study_file_of(study: Study, answer: Answer, key: str, texts: Mapping[str, str] | None = None) -> StudyFile:
    """Return the file of a study.

    Args:
        study: run or looked up; answer: what its finished days give.
        key: names the file in an address.
        texts: of the scenario files, by name; else written from the scenarios.
    """
    make = cached_world(study)
    worlds: list[World] = [make(arm) for arm in study.arms]
    by_id = {id(arm): world for arm, world in zip(study.arms, worlds, strict=True)}  # both languages draw the same
    data = {
        language: report_data(
            study,
            answer.phase,
            answer.table,
            answer.lines,
            language,
            station=study.title_in(language),
            world_of=lambda inputs: by_id[id(inputs)],
            balances=answer.balances,
        )
        for language in LANGUAGES
    }
    return StudyFile(
        key=key,
        data=data,
        zones=tuple(zone_sums(study, answer.phase, arm) for arm in range(len(worlds))),
        places=tuple(_place(arm, world) for arm, world in zip(study.arms, worlds, strict=True)),
        ranking=ranking_of(study, answer.phase),
        texts=texts or {s.name: scenario_text(s) for s in study.scenarios},
        written=datetime.now(UTC).date().isoformat(),
    )


def _place(inputs: Inputs, world: World) -> Place:
    traps = entrapment(world.grid, world.sight, world.light, inputs.parameters)
    return Place(np.asarray(world.sight.camera_cover[_NIGHT], np.float32), np.asarray(traps))
