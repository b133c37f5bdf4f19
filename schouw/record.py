"""The answer as one JSON object, for other programs."""

import math
from pathlib import Path
from typing import Any

from scenarios.answer import BALANCE, TABLE, Answer, costs_of
from scenarios.balance_words import balance_record, balance_rows
from scenarios.headlines import Headline
from scenarios.study import Study
from scenarios.words import Language


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _line(line: Headline, language: Language) -> dict[str, Any]:
    numbers = ("base", "value", "difference", "low", "high", "relative", "relative_low", "relative_high")
    return {
        "key": line.key,
        "label": line.label[language],
        "pairs": line.pairs,
        "level": line.level,
        **{name: _number(getattr(line, name)) for name in numbers},
        "heading": line.heading,
        "range_low": _number(line.range_low),
        "range_high": _number(line.range_high),
        "luck_share": _number(line.luck_share),
        "parameter_share_low": _number(line.parameter_low),
        "parameter_share_high": _number(line.parameter_high),
        "probability_of_decrease": line.decreasing,
        "sentence_id": line.sentence_id,
        "sentence": line.sentence[language],
        "range_sentence": line.range_sentence[language],
    }


def record(study: Study, answer: Answer, report: Path, language: Language) -> dict[str, Any]:
    """Return the answer as plain values: the same as on the screen, and where the files are."""
    costs = costs_of(study)
    scenarios = []
    for scenario in study.scenarios:
        cost = costs[scenario.name]
        scenarios.append(
            {
                "scenario": scenario.name,
                "title": scenario.title_in(language),
                "cost_per_year_eur": {"value": cost.value, "low": cost.low, "high": cost.high},
                "needs_agreement": list(scenario.needs_agreement(study.base)),
                "lines": [_line(line, language) for line in answer.lines_of(scenario.name)],
                "also": [text[language] for _, text in answer.combined[scenario.name]],
                "balance": balance_record(answer.balances[scenario.name]),
                "balance_rows": [
                    {"key": key, "label": label[language], "text": text[language]}
                    for key, label, text in balance_rows(answer.balances[scenario.name])
                ],
            }
        )
    return {
        "station": study.base.layout.id,
        "name": study.title_in(language),
        "date": study.base.date.isoformat(),
        "phase": answer.phase,
        "window_s": list(answer.window),
        "state": answer.state,
        "pairs": answer.pairs,
        "days": study.days,
        "draws": answer.draws,
        "seed": study.seed,
        "failed_runs": len(answer.failed),
        "damaged_runs": study.damaged,
        "scenarios": scenarios,
        "footers": answer.footers[language],
        "table": str(study.out / TABLE),
        "balance": str(study.out / BALANCE),
        "report": str(report),
        "version": study.work.version,
    }
