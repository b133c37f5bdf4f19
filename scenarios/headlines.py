"""The headline lines of a comparison: estimates, sentences, ranges and what each line still needs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenarios.cells import Days, Draws
from scenarios.compare import DAYS_A_YEAR, CompareTable, common_days, luck_line, stack
from scenarios.lines import (
    HEADLINES,
    Judged,
    Line,
    LineScale,
    LineSpread,
    Range,
    line_contrast,
    line_few,
    line_spreads,
    line_sums,
    width_of,
)
from scenarios.looks import (
    FEWEST_PAIRS,
    LOOKS,
    DaysNeeded,
    State,
    Stop,
    days_needed,
    holm,
    level_of,
    pairs_shown,
    state_of,
    stop_at_look,
    uncarried,
    width_wanted,
)
from scenarios.loud_days import loud_days
from scenarios.spread import CommonLuck, common_luck
from scenarios.words import (
    LANGUAGES,
    MATTERS,
    SHOWN,
    Facts,
    Heading,
    Language,
    Writer,
    footer,
    label,
    number,
    sentence,
    sentence_id,
    texts,
)

_FEWEST_FOR_COMMON_LUCK = 3
FEWEST_DRAWS = 10  # of uncertain parameters; 80% of fewer is hardly more than their smallest and largest
_LEVEL_PROBABLY = 0.90
_ROUNDING = 1e-9  # points; two equal changes leave a gap of this size


@dataclass(frozen=True)
class Headline:
    """One line of one scenario, ready for a screen.

    Attributes:
        scenario, key, label: names; label by language.
        scale, better: see Line. heading: scale of estimate, heading_low and heading_high; differs from
            ``scale`` where an incident line has no percentage ("amount": incidents a year).
        state, pairs, k, level: how far it is, on how many pairs and effective days it rests, level of the
            intervals.
        base, value, difference, low, high: incidents per day, points or share; NaN where undefined.
        relative, relative_low, relative_high: NaN where undefined.
        estimate, heading_low, heading_high: difference and interval on the heading scale.
        low90, high90: 90% interval on the heading scale.
        range_low, range_high: 10% and 90% points over parameter draws on the heading scale (2.5% and 97.5% of a
            posterior), or NaN. parameter_low, parameter_high: interval of the share of the variance of one day that
            is parameters.
        luck_share: share of the variance of one day that is luck; includes_luck: the range does, because the
            draws cannot tell parameters from luck.
        sentence_id, sentence: by the rules of ``scenarios.words``; range_sentence: empty without draws.
        levels: base and value in words, by language.
        needed: pairs needed in all until the line is narrow enough, None when it is.
        common: what common luck saves; None for fewer than three pairs or when nothing changed.
    """

    scenario: str
    key: str
    label: dict[str, str]
    scale: LineScale
    better: str
    heading: Heading
    state: State
    pairs: int
    k: float
    level: float
    base: float
    value: float
    difference: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float
    estimate: float
    heading_low: float
    heading_high: float
    low90: float
    high90: float
    range_low: float
    range_high: float
    luck_share: float
    includes_luck: bool
    sentence_id: str
    sentence: dict[str, str]
    range_sentence: dict[str, str]
    levels: dict[str, str]
    needed: DaysNeeded | None
    common: CommonLuck | None
    decreasing: float | None = None
    parameter_low: float = math.nan
    parameter_high: float = math.nan

    @property
    def shown(self) -> bool:
        """Whether a direction is said."""
        return self.sentence_id in SHOWN

    @property
    def improves(self) -> bool:
        """Whether a direction is said and it is the better one."""
        return self.shown and (self.estimate > 0) == (self.better == "higher")


def headlines(
    base: Days,
    scenarios: Mapping[str, Days],
    *,
    finished: bool,
    days: Sequence[int] | None = None,
    draws: Draws | None = None,
    verdict: bool = True,
    lines: Sequence[Line] = HEADLINES,
) -> list[Headline]:
    """Return the headline lines of all scenarios, scenario by scenario.

    Args:
        base, scenarios: cells of the finished days by day number, see ``scenarios.cells``.
        finished: stopped by the stop rule, or exactly the days asked for before the first look. Otherwise the
            answer is "so far": the 99% interval of the last look.
        days: day numbers to use in order, default all days finished in all arms.
        draws: days of parameter draws, for the ranges.
        verdict: False when more than 2% of the days failed: intervals stay, no line is called shown.
        lines: the family that is tested together.

    Raises:
        ValueError: no day is finished in all arms.
    """
    numbers = list(common_days(base, scenarios) if days is None else days)
    if not numbers:
        raise ValueError("no day is finished in all arms")
    state = state_of(len(numbers), finished=finished)
    numbers = numbers[: pairs_shown(len(numbers), finished=finished)]
    out: list[Headline] = []
    for name, arm in scenarios.items():
        spreads = line_spreads(lines, base[numbers[0]].index, draws, name)
        for i, judged in enumerate(_judge(base, arm, numbers, lines, state, verdict)):
            out.append(_headline(name, judged, spreads[i] if spreads else None))
    return out


def _judge(
    base: Days, arm: Days, numbers: Sequence[int], lines: Sequence[Line], state: State, verdict: bool
) -> list[Judged]:
    """Return the lines of one scenario with their estimates and the verdict of the family."""
    index = base[numbers[0]].index
    before, after = stack(base, numbers), stack(arm, numbers)
    results, few, loud = [], [], []
    for line in lines:
        b, v = line_sums(line, index, *before), line_sums(line, index, *after)
        loud.append(loud_days(index, before[0], after[0], line.time_band) if line.scale == "score" else None)
        result = line_contrast(line, b, v, level_of(state), loud[-1])
        results.append(result)
        few.append(line_few(line, result, b, v))
    passed = holm([1.0 if hidden else float(r.p[0]) for r, hidden in zip(results, few, strict=True)])
    return [
        Judged(line, result, hidden, ok, state, verdict, met)
        for line, result, hidden, ok, met in zip(lines, results, few, passed, loud, strict=True)
    ]


def _needed(judged: Judged) -> DaysNeeded | None:
    """Pairs needed in all by the stop rule; None when narrow enough, exactly known, or not to be forecast."""
    if judged.result.n < FEWEST_PAIRS or judged.few or not math.isfinite(judged.estimate):
        return None
    width = width_of(judged)
    wanted = width_wanted(width.scale, width.effect)
    carried = uncarried(judged.result.n, judged.loud)
    if width.half < wanted or not math.isfinite(width.half):
        return carried
    narrow = days_needed(judged.result.n, width.half, wanted, width.k)
    return narrow if carried is None or narrow.pairs > carried.pairs else carried


def _facts(judged: Judged, needed: DaysNeeded | None) -> Facts:
    result, heading = judged.result, judged.heading
    low, high = judged.interval(result.level)
    low90, high90 = judged.interval(_LEVEL_PROBABLY)
    of_days = (result.e_value - result.e_base)[:, 0]
    of_days = (of_days - np.mean(of_days) + float(result.difference[0])) * judged.per
    yearly = float(result.base[0]) * DAYS_A_YEAR
    incidents = judged.line.scale == "relative"
    return Facts(
        heading=heading,
        n=result.n,
        k=float(result.k[0]),
        loud=judged.loud,
        estimate=judged.estimate,
        low=low,
        high=high,
        low90=low90,
        high90=high90,
        matters=MATTERS["relative"] * yearly if heading == "amount" else MATTERS[heading],
        smallest=float(np.min(of_days)),
        largest=float(np.max(of_days)),
        state=judged.state,
        headline=judged.verdict,
        passed=judged.passed,
        excludes=judged.excludes(),
        percent=incidents,
        silent=bool(result.silent[0]),
        same=bool(result.same[0]) and math.isfinite(float(result.base[0])),
        few=judged.few,
        constant=bool(result.constant[0]),
        new=incidents and yearly == 0,
        value=float(result.value[0]) * (DAYS_A_YEAR if heading == "amount" else 1.0),
        more=None if needed is None else needed.look - result.n,
        at_least=needed is not None and needed.at_least,
    )


def _headline(scenario: str, judged: Judged, spread: LineSpread | None) -> Headline:
    line, result = judged.line, judged.result
    needed = _needed(judged)
    span = None if spread is None or judged.few else spread.on(judged)
    facts = _facts(judged, needed)
    if span is not None and span.decreasing is not None:
        facts = replace(facts, decreasing=span.decreasing)
    changed = result.n >= _FEWEST_FOR_COMMON_LUCK and not result.same[0] and not judged.few
    return Headline(
        scenario=scenario,
        key=line.key,
        label={language: label(line.key, language) for language in LANGUAGES},
        scale=line.scale,
        better=line.better,
        heading=judged.heading,
        state=judged.state,
        pairs=result.n,
        k=facts.k,
        level=result.level,
        base=judged.figure("base"),
        value=judged.figure("value"),
        difference=judged.figure("difference"),
        low=judged.figure("low"),
        high=judged.figure("high"),
        relative=judged.figure("relative"),
        relative_low=judged.figure("relative_low"),
        relative_high=judged.figure("relative_high"),
        estimate=math.nan if judged.few else facts.estimate,
        heading_low=math.nan if judged.few else facts.low,
        heading_high=math.nan if judged.few else facts.high,
        low90=math.nan if judged.few else facts.low90,
        high90=math.nan if judged.few else facts.high90,
        range_low=math.nan if span is None else span.low,
        range_high=math.nan if span is None else span.high,
        luck_share=math.nan if span is None else span.luck_share,
        includes_luck=span is not None and span.includes_luck,
        sentence_id=sentence_id(facts),
        sentence={language: sentence(_of_posterior(facts, span), language) for language in LANGUAGES},
        range_sentence={language: _range_sentence(judged, span, language) for language in LANGUAGES},
        levels={language: _levels(judged, language) for language in LANGUAGES},
        needed=needed,
        common=common_luck(result.e_base[:, 0], result.e_value[:, 0]) if changed else None,
        decreasing=None if span is None else span.decreasing,
        parameter_low=math.nan if span is None else span.parameter_low,
        parameter_high=math.nan if span is None else span.parameter_high,
    )


def _of_posterior(facts: Facts, span: Range | None) -> Facts:
    """Return the facts with the interval of the posterior, where a statement of probability is made (W11)."""
    if span is None or sentence_id(facts) != "W11":
        return facts
    return replace(facts, low=span.low, high=span.high)


def _levels(judged: Judged, language: Language) -> str:
    """Base and value as "6.41 -> 6.58": incidents a year, shares in percent."""
    base, value = judged.figure("base"), judged.figure("value")
    if not (math.isfinite(base) and math.isfinite(value)):
        return ""
    if judged.line.scale == "relative":
        unit = texts(language)["units"]["amount"]
        ends = [x * DAYS_A_YEAR for x in (base, value)]
        decimals = 0 if max(ends) >= 100 else 1
    elif judged.line.scale == "share":
        unit, ends, decimals = "%", [100 * base, 100 * value], 1
    else:
        unit, ends, decimals = "", [base, value], 2
    first, second = (number(x, decimals, language) for x in ends)
    return f"{first} \u2192 {second}{unit}"


def _range_sentence(judged: Judged, span: Range | None, language: Language) -> str:
    if span is None or span.low == span.high == 0:
        return ""
    half = (span.high - span.low) / 2
    writer = Writer(judged.heading, half if half > 0 else abs(span.high) / 10, language)
    book, told = texts(language)["range"], writer.span(span.low, span.high, judged.estimate)
    if span.decreasing is not None:
        shares = {name: number(100 * value, 0, language) for name, value in (
            ("share", 1 - span.luck_share), ("low", span.parameter_low), ("high", span.parameter_high)
        ) if math.isfinite(value)}  # fmt: skip
        if len(shares) < 3:
            return ""
        text: str = book["fitted_with_luck" if span.includes_luck else "fitted"]
        more: str = book["fitted_few"] if span.wide else ""
        return (text.format(span=told, draws=span.draws, **shares) + " " + more).strip()
    if span.draws < FEWEST_DRAWS:
        return str(book["too_few"]).format(draws=span.draws)
    name = "draws_both_ways" if span.low < 0 < span.high else "draws"
    ranged: str = book["draws_with_luck" if span.includes_luck else name]
    return ranged.format(span=told, draws=span.draws)


def stop_decision(
    base: Days,
    scenarios: Mapping[str, Days],
    pairs: int,
    limit: int,
    lines: Sequence[Line] = HEADLINES,
) -> Stop:
    """Return whether a run may stop after its first ``pairs`` common days; looks at widths only.

    Args:
        base, scenarios: see ``headlines``.
        pairs: number of pairs of the look.
        limit: most days that may be run.
        lines: the headline lines.
    """
    numbers = common_days(base, scenarios)[:pairs]
    widths = [
        width_of(judged)
        for arm in scenarios.values()
        for judged in _judge(base, arm, numbers, lines, "final", True)
        if not judged.few and math.isfinite(judged.estimate)
    ]
    return stop_at_look(len(numbers), widths, limit)


def combined(lines: Sequence[Headline]) -> list[tuple[str, dict[str, str]]]:
    """Return the sentences that need more than one line of one scenario: W12 and W13, those that hold.

    W12: women and men are both shown to feel safer, and the gap between them widens (90% interval).
    W13: somebody is shown to feel safer while no kind of incident is shown to become rarer.
    """
    by_key = {line.key: line for line in lines}
    felt = [by_key[key] for key in ("safety_women_after_19", "safety_men_after_19") if key in by_key]
    gap = by_key.get("gap_after_19")
    out: list[tuple[str, dict[str, str]]] = []
    if gap is not None and len(felt) == 2 and all(line.improves for line in felt) and gap.low90 > _ROUNDING:
        half = (gap.heading_high - gap.heading_low) / 2
        sizes = {language: Writer("gap", half, language).size(gap.estimate) for language in LANGUAGES}
        out.append(("W12", {k: texts(k)["sentences"]["W12"].format(d=sizes[k]) for k in LANGUAGES}))
    incidents = [line for line in lines if line.scale == "relative"]
    if any(line.improves for line in felt) and not any(line.improves for line in incidents):
        out.append(("W13", {language: texts(language)["sentences"]["W13"] for language in LANGUAGES}))
    return out


def footers(pairs: int, table: CompareTable | None = None) -> dict[str, list[str]]:
    """Return the sentences that stand once under a table, by language.

    Args:
        pairs: number of pairs.
        table: adds, for each scenario, how many explored cells exclude 0 and how many do by luck.
    """
    out: dict[str, list[str]] = {}
    for language in LANGUAGES:
        found = [footer("pairs_one" if pairs == 1 else "pairs", language, n=pairs)]
        for scenario in table.scenarios if table else ():
            cells, same, changed, outside, by_luck = luck_line(scenario)
            if not changed:  # no cell has an interval yet
                continue
            counts = {"cells": cells, "same": same, "changed": changed, "outside": outside}
            sentence_of_cells = footer("cells", language, expected=f"{by_luck:.0f}", **counts)
            found.append(f"{scenario.scenario}: {sentence_of_cells}")
        out[language] = found
    return out


def days_footer(lines: Sequence[Headline]) -> dict[str, str]:
    """Return how many days the question needs in all until every headline interval is narrow enough, by language.

    Empty texts below 5 pairs, where nothing can be forecast.
    """
    pairs = max((line.pairs for line in lines), default=0)
    if pairs < FEWEST_PAIRS:
        return dict.fromkeys(LANGUAGES, "")
    open_ = [line for line in lines if line.needed is not None]
    near = [line for line in open_ if line.needed is not None and line.needed.look <= LOOKS[-1]]
    far = [line for line in open_ if line not in near]
    return {language: _days_sentence(near, far, pairs, language) for language in LANGUAGES}


def _days_sentence(near: Sequence[Headline], far: Sequence[Headline], pairs: int, language: Language) -> str:
    said = []
    if near:
        needed = [line.needed for line in near if line.needed is not None]
        look = max(need.look for need in needed)
        widest = [line for line, need in zip(near, needed, strict=True) if need.look == look]
        name = "more_days_least" if any(need.at_least for need in needed if need.look == look) else "more_days"
        said.append(footer(name, language, days=look, more=look - pairs, lines=_names(widest, language)))
    if far:
        said.append(footer("far_days", language, most=LOOKS[-1], lines=_names(far, language)))
    return " ".join(said) or footer("narrow", language)


def _names(lines: Sequence[Headline], language: Language) -> str:
    return "; ".join(dict.fromkeys(line.label[language] for line in lines))
