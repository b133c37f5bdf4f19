"""Money over many stations on a terminal."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from dashboard.figures.numbers import money
from dashboard.portfolio_page import (
    by_group,
    by_option,
    by_package,
    checked_sentences,
    lead,
    old_sentences,
    set_sentences,
    sure_sentences,
    title,
    write_portfolio_page,
)
from dashboard.words import Words
from scenarios.faults import Fault, StationFileError
from scenarios.portfolio import (
    PORTFOLIOS,
    Portfolio,
    PortfolioError,
    csv_text,
    read_portfolio,
    solve,
    table_rows,
)
from scenarios.portfolio_check import recheck, tried
from scenarios.safe_files import write_whole
from scenarios.words import Language
from schouw.comparing import RESULTS
from schouw.packaging import StageBar, screen_table
from schouw.sentences import say

TABLE: Final = "portfolio.csv"
PAGE: Final = "portfolio.html"
RECORD: Final = "portfolio.json"


def find_portfolio(word: str) -> Path:
    """Return the file that a word means: a shipped name or a path."""
    shipped = PORTFOLIOS / f"{word}.yaml"
    return shipped if shipped.is_file() else Path(word)


def record(portfolio: Portfolio) -> dict[str, Any]:
    """Return the answer as plain values."""
    stations = portfolio.stations
    return {
        "name": portfolio.asked.name,
        "aim": portfolio.asked.aim,
        "budget_eur": portfolio.budget,
        "years": portfolio.asked.years,
        "spent_eur": portfolio.spent,
        "gap": portfolio.picked.gap,
        "value": portfolio.picked.value,
        "mean_score": stations.mean_score,
        "below_six": {"before": stations.below_six, "after": int((portfolio.after < 6).sum())},
        "set_by": {"offset": stations.offset, "spread": stations.spread, "slope": stations.slope},
        "model_alone": {"mean_score": stations.model_mean, "below_six": stations.model_below},
        "draws": portfolio.draws,
        "archetypes_of_another_model": None if portfolio.other is None else list(portfolio.other),
        "regret_at_most": portfolio.regret if portfolio.draws else None,
        "checked": [
            {
                "station": stations.stations[c.station].name,
                "package": portfolio.menu.names(c.package),
                "emulator": c.promised,
                "emulator_sd": c.sd,
                "model": c.found,
                "model_se": c.error,
                "inside": bool(c.inside),
            }
            for c in portfolio.checked
        ],
        "stations": table_rows(portfolio),
    }


def run_portfolio(
    console: Console,
    file: str,
    budget: float,
    language: Language,
    as_json: bool,
    *,
    draws: int,
    check: int,
    workers: int | None,
    out: Path | None,
) -> bool:
    """Answer the question on a terminal; return whether somebody stopped it while stations were run in the model.

    Raises:
        StationFileError: faults of the file, or rules that cannot be met for this money.
        StudyError: results cannot be stored.
    """
    asked, words = read_portfolio(find_portfolio(file)), Words(language)
    plan = {"n": asked.stations, "money": money(budget, language), "years": asked.years}
    console.print(words("portfolio.plan", **plan), style="bold")
    folder = out if out is not None else RESULTS / asked.name
    try:
        portfolio = solve(asked, budget, draws)
    except PortfolioError as error:
        raise StationFileError([Fault(file, "", "rules", str(error), "raise --budget, or loosen the rules")]) from None
    bar, stopped = StageBar(console, language), False
    try:
        if check:
            portfolio = replace(portfolio, other=tried(portfolio, folder, workers=workers, tell=bar.tell))
        checked = recheck(portfolio, folder, number=check, workers=workers, tell=bar.tell)
        portfolio = replace(portfolio, checked=checked)
    except KeyboardInterrupt:
        stopped = True
    finally:
        bar.stop()
    page = _write(portfolio, folder, words)
    _show(console, portfolio, words)
    console.print(say("table", language, path=folder / TABLE), soft_wrap=True)
    console.print(say("report", language, path=page), soft_wrap=True)
    if as_json:
        print(json.dumps(record(portfolio) | {"page": str(page)}, allow_nan=False))
    if stopped:
        console.print(say("stopped", language), style="yellow")
    return stopped


def _write(portfolio: Portfolio, folder: Path, words: Words) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / TABLE, csv_text(table_rows(portfolio)))
    write_whole(folder / RECORD, json.dumps(record(portfolio), indent=1, allow_nan=False))
    return write_portfolio_page(folder / PAGE, portfolio, words)


def _show(console: Console, portfolio: Portfolio, words: Words) -> None:
    console.print()
    console.print(title(portfolio, words), style="bold underline")
    console.print(lead(portfolio, words), style="bold")
    console.print(screen_table(by_option(portfolio, words)))
    console.print(screen_table(by_package(portfolio, words)))
    console.print(screen_table(by_group(portfolio, words)))
    lines = (*sure_sentences(portfolio, words), *checked_sentences(portfolio, words), *set_sentences(portfolio, words))
    for line in (*lines, words("portfolio.caution")):
        console.print(line, style="dim")
    for line in old_sentences(portfolio, words):
        console.print(line, style="yellow")

