"""From a study and its tables to the data of a report: averages of maps, names, provenance; no estimates."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.numbers import Language, clock, day_in_full
from dashboard.measure_text import measure_text, side_effects_text
from dashboard.report_data import FEWEST_PAIRS, Fields, Line, ReportData, Scale, ScenarioCard, row_of
from dashboard.words import Words
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.world.world import World
from scenarios.balance import Balance
from scenarios.balance_words import balance_rows
from scenarios.compare import CompareTable
from scenarios.draft import STATION_FILE, STATIONS, station_names
from scenarios.headlines import Headline, combined
from scenarios.measures.cameras import Cameras
from scenarios.plain_files import read_yaml
from scenarios.scenario import Scenario
from scenarios.store import FieldCache
from scenarios.study import Phase, Study
from scenarios.sunlight import SUNSET_DEG, sun_above
from scenarios.version import package_version
from scenarios.words import Heading

_SCALES: Final[dict[Heading, Scale]] = {
    "relative": "relative",
    "amount": "amount",
    "score": "points",
    "gap": "points",
    "share": "share",
}
_EVIDENCE: Final = {
    "RCT": "trial",
    "quasi-experiment": "quasi_experiment",
    "survey": "survey",
    "assumption": "assumption",
}
_WEAKEST_FIRST: Final = ("assumption", "survey", "quasi_experiment", "trial")


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def line_from(headline: Headline, language: Language) -> Line:
    """Return a headline line as the report shows it, on its heading scale; the first days have no interval."""
    first = headline.pairs < FEWEST_PAIRS
    return Line(
        scenario=headline.scenario,
        key=headline.key,
        label=headline.label[language],
        scale=_SCALES[headline.heading],
        better="higher" if headline.better == "higher" else "lower",
        estimate=_known(headline.estimate),
        low=None if first else _known(headline.heading_low),
        high=None if first else _known(headline.heading_high),
        verdict=headline.sentence_id,
        sentence=headline.sentence[language],
        base=_known(headline.base),
        value=_known(headline.value),
        range_low=_known(headline.range_low),
        range_high=_known(headline.range_high),
        range_sentence=headline.range_sentence[language],
    )


def station_name(layout: Layout, language: Language) -> str:
    """Return the name of a station that ships in a language; of any other the one its layout carries."""
    if layout.id not in station_names():
        return layout.name
    path = STATIONS / layout.id / STATION_FILE
    content = read_yaml(path, path.name).value
    names = content.get("name") if isinstance(content, dict) else None
    if not isinstance(names, dict) or layout.name not in names.values():
        return layout.name  # another station of the same id
    return str(names.get(language, layout.name))


def card_from(scenario: Scenario, base: Inputs, remarks: tuple[str, ...], words: Words) -> ScenarioCard:
    """Return a scenario with its measures in words, its yearly cost and its weakest evidence."""
    texts, inputs = [], base
    for measure in scenario.measures:
        cameras = len(measure.added(inputs.layout)) if isinstance(measure, Cameras) else None
        texts.append(measure_text(measure, words, cameras))
        inputs = measure.apply(inputs)
    texts.extend(filter(None, [side_effects_text(scenario.measures, words)]))
    cost = scenario.yearly_cost(base)
    kinds = {_EVIDENCE[measure.evidence] for measure in scenario.measures}
    weakest = next((kind for kind in _WEAKEST_FIRST if kind in kinds), "assumption")
    return ScenarioCard(
        name=scenario.name,
        title=scenario.title_in(words.language),
        measures=tuple(texts),
        cost_low=cost.low,
        cost_high=cost.high,
        evidence=weakest,
        remarks=remarks,
    )


def mean_maps(study: Study, phase: Phase, arm: int) -> dict[str, NDArray[np.float32]]:
    """Return the rasters of an arm averaged over its finished days, read one day at a time."""
    sums: dict[str, NDArray[np.float64]] = {}
    days = study.finished(phase)
    for day in days:
        for name, raster in study.day(phase, arm, day).maps.items():
            sums[name] = sums.get(name, np.zeros(raster.shape)) + raster
    return {name: (total / len(days)).astype(np.float32) for name, total in sums.items()}


def cached_world(study: Study) -> Callable[[Inputs], World]:
    """Return what makes the fields of an arm: from the cache of the study where they are there."""
    cache = FieldCache(study.work.cache)

    def world_of(inputs: Inputs) -> World:
        world: World = study.work.make_world(inputs, cache)
        return world

    return world_of


def _provenance(study: Study, phase: Phase, sun: tuple[int, int] | None, words: Words) -> dict[str, str]:
    window = study.task(phase, 0, study.finished(phase)[0]).window
    found = {
        "version": study.work.version,
        "station": study.base.layout.id,
        "seed": str(study.seed),
        "pairs": str(len(study.finished(phase))),
        "draws": str(len(study.finished_draws())),
        "date": day_in_full(study.base.date, words.language),
        "window": "\u2013".join(clock(s, words.language) for s in window),
        "parameters": study.base.parameters.digest,
        "base": digest(study.base),
    }
    named = {words(f"provenance.{key}"): value for key, value in found.items()}
    if sun is not None:
        named[words("provenance.daylight")] = "\u2013".join(clock(s, words.language) for s in sun)
    for scenario, arm in zip(study.scenarios, study.arms[1:], strict=True):
        named[words("provenance.arm", name=scenario.name)] = digest(arm)
    return named


def _notes(study: Study, phase: Phase, finished: bool, window: tuple[int, int], words: Words) -> list[str]:
    notes = []
    if phase == "evening":
        start, end = (clock(s, words.language) for s in window)
        notes.append(words("note.evening", start=start, end=end))
    elif len(study.finished(phase)) < FEWEST_PAIRS:
        notes.append(words("note.first", n=len(study.finished(phase))))
    elif not finished:
        notes.append(words("note.so_far"))
    failed = len(study.failed(phase))
    if failed:
        notes.append(words("note.failed", n=failed))
    return notes


def report_data(
    study: Study,
    phase: Phase,
    table: CompareTable,
    lines: Sequence[Headline],
    language: Language,
    *,
    station: str | None = None,
    world_of: Callable[[Inputs], World] | None = None,
    balances: Mapping[str, Balance] | None = None,
) -> ReportData:
    """Return everything a report shows.

    Args:
        study: what was run; phase: ``days``, or ``evening`` for a first answer.
        table: comparison of the days of that phase; lines: its headline lines.
        language: ``en`` or ``nl``.
        station: name of the station; else its own name in that language.
        world_of: makes the fields of an arm; else from the cache of the study.
        balances: of the scenarios by name.

    Raises:
        ValueError: no day of the phase is finished.
    """
    days = study.finished(phase)
    if not days:
        raise ValueError("no day is finished in all arms: there is nothing to report")
    words, make = Words(language), world_of or cached_world(study)
    worlds = [make(arm) for arm in study.arms]
    fields = [Fields(mean_maps(study, phase, arm), worlds[arm].light.floor_lx) for arm in range(len(worlds))]
    cards = []
    for scenario in study.scenarios:
        own = [line for line in lines if line.scenario == scenario.name]
        remarks = tuple(text[language] for _, text in combined(own))
        card = card_from(scenario, study.base, remarks, words)
        found = (balances or {}).get(scenario.name)
        rows = balance_rows(found) if found is not None else []
        cards.append(replace(card, balance=tuple((label[language], text[language]) for _, label, text in rows)))
    window, sun = study.task(phase, 0, days[0]).window, sun_above(study.base, SUNSET_DEG)
    finished = all(line.state == "final" for line in lines)
    shares = [line.luck_share for line in lines if math.isfinite(line.luck_share)]
    return ReportData(
        language=language,
        station=station or station_name(study.base.layout, language),
        layout=study.base.layout,
        grid=worlds[0].grid,
        day=study.base.date,
        window=window,
        scenarios=tuple(cards),
        rows=tuple(row_of(row) for row in table.rows()),
        lines=tuple(line_from(line, language) for line in lines),
        base=fields[0],
        fields={card.name: field for card, field in zip(cards, fields[1:], strict=True)},
        pairs=max((line.pairs for line in lines), default=len(days)),
        sun=sun,
        confidence=round(100 * lines[0].level) if lines else 95,
        draws=len(study.finished_draws()),
        luck_share=float(np.median(shares)) if shares else None,
        north_deg=study.base.layout.north_deg,
        provenance=_provenance(study, phase, sun, words),
        notes=_notes(study, phase, finished, window, words),
        version=package_version(),
    )
