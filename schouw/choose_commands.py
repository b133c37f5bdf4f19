"""Commands that choose: package, emulate, portfolio. Heavy things are imported late."""

import typer

from schouw import choosing_options as choosing
from schouw.options import (
    STOPPED,
    AsJson,
    LanguageChoice,
    OutOfFile,
    OutOfPackage,
    ScreenLanguage,
    Seed,
    StationName,
    Workers,
    check_out,
    make_console,
    plain_errors,
)


def package(
    station: StationName,
    budget: choosing.Budget,
    tray: choosing.TrayFile = None,
    aim: choosing.AimName = "incidents",
    days: choosing.RaceDays = 40,
    draws: choosing.ParameterDraws = 10,
    points: choosing.PointsToLearn = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: OutOfPackage = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Find the best package of measures for a budget: search on an emulator, settle it in the model."""
    with plain_errors():
        check_out(out)
        from schouw.packaging import run_package

        stopped = run_package(
            make_console(stderr=as_json), station, budget, language.value, as_json, workers, tray=tray, aim=aim,
            seed=seed, draws=draws, days=days, points=points, out=out,
        )  # fmt: skip
        if stopped:
            raise typer.Exit(STOPPED)


def emulate(
    study: choosing.StudyFolder,
    asked: choosing.Asked = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Learn an emulator of a finished study, say how good it is, and answer at once, or refuse."""
    with plain_errors():
        from schouw.emulating import run_emulate

        run_emulate(make_console(stderr=as_json), study, asked or (), language.value, as_json)


def portfolio(
    file: choosing.PortfolioName,
    budget: choosing.WholeBudget,
    draws: choosing.PortfolioDraws = 20,
    check: choosing.Check = 10,
    workers: Workers = None,
    out: OutOfFile = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Spread a budget over many stations: who gets what, under floors and rules, and how sure that is."""
    with plain_errors():
        check_out(out)
        from schouw.portfolios import run_portfolio

        stopped = run_portfolio(
            make_console(stderr=as_json), file, budget, language.value, as_json, draws=draws, check=check,
            workers=workers, out=out,
        )  # fmt: skip
        if stopped:
            raise typer.Exit(STOPPED)
