"""From the finished days of a study to an answer: the table, the headline lines, and how far it is."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.inputs.digest import digest
from scenarios.balance import Balance, balance
from scenarios.balance_words import balance_record, balance_rows
from scenarios.cells import Days
from scenarios.compare import CompareTable, common_days, compare_table, first_days
from scenarios.costs import Range
from scenarios.headlines import Headline, combined, days_footer, footers, headlines
from scenarios.looks import FAILED_SHARE_LIMIT, FEWEST_PAIRS, State, level_of, pairs_shown, state_of
from scenarios.measures.places import zones_named
from scenarios.safe_files import canonical, write_whole
from scenarios.scenario import Scenario
from scenarios.study import WHOLE_DAY, Failure, Phase, Study

TABLE: Final = "compare.csv"
BALANCE: Final = "compare.json"
RECORD: Final = "study.json"


@dataclass(frozen=True)
class Answer:
    """What can be said now.

    Attributes:
        phase: ``evening`` or ``days``, on which the answer rests; window: seconds of the day in it.
        state: ``first`` (1 to 4 pairs), ``so_far`` (99% intervals), ``final`` (95%).
        pairs: days behind it; asked: days that were asked for.
        table: all cells; lines: ten headline lines a scenario.
        combined: (id, sentence by language) by scenario, for what takes more than one line to say.
        balances: money against effect, groups and places, of each scenario.
        footers: sentences under the table, by language.
        draws: finished parameter draws in the ranges.
        failed: runs that failed; verdict: False when so many did that nothing is called shown.
    """

    phase: Phase
    window: tuple[int, int]
    state: State
    pairs: int
    asked: int
    table: CompareTable
    lines: tuple[Headline, ...]
    combined: dict[str, list[tuple[str, dict[str, str]]]]
    balances: dict[str, Balance]
    footers: dict[str, list[str]]
    draws: int
    failed: tuple[Failure, ...]
    verdict: bool

    @property
    def level(self) -> float:
        """Level of the printed intervals."""
        return level_of(self.state)

    def lines_of(self, scenario: str) -> list[Headline]:
        """Return the headline lines of one scenario."""
        return [line for line in self.lines if line.scenario == scenario]


def _phase_to_show(study: Study) -> Phase | None:
    """Return the whole days once 5 pairs of them, or all, are there; the evening until then."""
    whole, evening = study.finished("days"), study.finished("evening")
    if len(whole) >= FEWEST_PAIRS or (whole and study.complete("days")):
        return "days"
    if evening:
        return "evening"
    return "days" if whole else None


def answer_of(study: Study, *, finished: bool, phase: Phase | None = None) -> Answer | None:
    """Return the answer that the finished days give, None when no day is finished in all arms.

    Args:
        study: of which at least one phase has been run or looked up.
        finished: the whole days that were asked for beforehand have all been run. Otherwise the intervals are
            those of the last look, at 99%, because whoever watches may stop at a pleasing one.
        phase: on which days it rests; by default the whole days when there are enough of them.
    """
    phase = phase or _phase_to_show(study)
    if phase is None:
        return None
    arms = [study.cells_of(phase, arm) for arm in range(len(study.arms))]
    base, scenarios = arms[0], dict(zip(study.names[1:], arms[1:], strict=True))
    failed = study.failed(phase)
    ready = common_days(base, scenarios)
    if not finished:
        ready = first_days(base, scenarios, {failure.day for failure in failed})
    if not ready:
        return None
    asked = len(study.day_numbers(phase))
    over = finished and phase == "days"
    shown = ready[: pairs_shown(len(ready), finished=over)]
    verdict = len({failure.day for failure in failed}) <= FAILED_SHARE_LIMIT * asked
    draws = study.draw_cells() if phase == "days" else None
    window = study.task(phase, 0, 1).window
    table = compare_table(
        base,
        scenarios,
        days=shown,
        level=level_of(state_of(len(ready), finished=over)),
        draws=draws,
        window=None if window == WHOLE_DAY else window,
    )
    lines = headlines(base, scenarios, finished=over, days=ready, draws=draws, verdict=verdict)
    under = footers(len(shown), table)
    for language, sentence in days_footer(lines).items():
        under[language] += [sentence] if sentence else []
    level = level_of(state_of(len(ready), finished=over))
    return Answer(
        phase=phase,
        window=window,
        state=state_of(len(ready), finished=over),
        pairs=len(shown),
        asked=asked,
        table=table,
        lines=tuple(lines),
        combined={name: combined([ln for ln in lines if ln.scenario == name]) for name in scenarios},
        balances=_balances(study, base, scenarios, shown, level),
        footers=under,
        draws=len(draws.base) if draws else 0,
        failed=(*failed, *study.failed("draws")),
        verdict=verdict,
    )


def _balances(
    study: Study, base: Days, arms: Mapping[str, Days], shown: tuple[int, ...], level: float
) -> dict[str, Balance]:
    costs, found = costs_of(study), {s.name: s for s in study.scenarios}
    return {
        name: balance(name, costs[name], base, arm, days=shown, level=level, kinds=_kinds(study, found[name]))
        for name, arm in arms.items()
    }


def _kinds(study: Study, scenario: Scenario) -> tuple[str, ...] | None:
    """Return the kinds of place that the measures of a scenario name; None when one of them acts everywhere."""
    words = [measure.zone_words() for measure in scenario.measures]
    if not all(words):
        return None
    layout = study.base.layout
    return tuple(dict.fromkeys(zone.kind for named in words for zone in zones_named(layout, named)))


def costs_of(study: Study) -> dict[str, Range]:
    """Return what each scenario costs per year, EUR."""
    return {scenario.name: scenario.yearly_cost(study.base) for scenario in study.scenarios}


def identity(study: Study) -> str:
    """Return what makes two calls the same study: all inputs, seed and model, not the number of days."""
    arms = tuple(digest(inputs) for inputs in study.arms)
    return digest((arms, study.names, study.seed, study.work.version))


def seen_final(study: Study) -> int:
    """Return the number of days after which a final answer of this study was shown before; 0 for never."""
    try:
        record = json.loads((study.out / RECORD).read_bytes())
        return int(record["final_days"]) if record["identity"] == identity(study) else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def write_answer(study: Study, answer: Answer, *, before: int = 0) -> Path:
    """Write the table and the record of the study; each file is the old one or the new one, never half.

    Args:
        study, answer: what was asked, and found.
        before: days after which a final answer had been seen already.

    Returns:
        Path of the table.

    Raises:
        OSError: the disk refuses.
    """
    final = study.days if answer.state == "final" else 0
    record: dict[str, Any] = {
        "identity": identity(study),
        "station": study.base.layout.id,
        "date": study.base.date.isoformat(),
        "seed": study.seed,
        "days": study.days,
        "draws": study.draws,
        "final_days": max(final, before),
        "answer": {
            "phase": answer.phase,
            "window": list(answer.window),
            "state": answer.state,
            "pairs": answer.pairs,
            "draws": answer.draws,
        },
        "arms": {name: digest(inputs) for name, inputs in zip(study.names, study.arms, strict=True)},
        "version": study.work.version,
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    write_whole(study.out / TABLE, answer.table.csv_text())
    write_whole(study.out / BALANCE, canonical(_balance_file(answer)))
    write_whole(study.out / RECORD, canonical(record))
    return study.out / TABLE


def _balance_file(answer: Answer) -> dict[str, Any]:
    """Return the balances as they stand in ``compare.json``."""
    scenarios = {}
    for name, found in answer.balances.items():
        rows = [{"key": key, "label": label, "text": text} for key, label, text in balance_rows(found)]
        scenarios[name] = {**balance_record(found), "rows": rows}
    return {
        "phase": answer.phase,
        "state": answer.state,
        "pairs": answer.pairs,
        "level": answer.level,
        "scenarios": scenarios,
        "footers": answer.footers,
    }
