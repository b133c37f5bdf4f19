"""The page of a choice of packages."""

from pathlib import Path

from dashboard.figures.frontier import frontier_figure
from dashboard.figures.numbers import day_in_full
from dashboard.package_text import (
    balance_table,
    dots,
    facts,
    finalists_table,
    frontier_table,
    heading_of,
    left_out,
    option_rows,
    regret_sentences,
    title,
    verdict,
)
from dashboard.plain_page import Page, Section, write_page
from dashboard.words import Words
from scenarios.packages import Choice


def package_page(choice: Choice, station: str, words: Words) -> Page:
    """Return the page: the answer, the finalists, the frontier, regret, how it was made."""
    packages, front = dots(choice)
    unit = words(f"frontier.gain.{heading_of(choice)}.{choice.question.aim}")
    picture = frontier_figure(packages, front, choice.question.budget, unit, words, words("frontier.alt"))
    sections = (
        Section(words("package.who"), (words("package.who_note"),), tables=(finalists_table(choice, words),)),
        Section(
            words("package.frontier"),
            (words("package.frontier_note"),),
            drawing=picture,
            note=words("frontier.note"),
            tables=(frontier_table(choice, words),),
        ),
        Section(words("package.balance_head"), tables=(balance_table(choice, words),)),
        Section(words("package.regret"), tuple(regret_sentences(choice, words))),
        Section(
            words("package.made"),
            tuple(facts(choice, words)),
            tables=(option_rows(choice, words),),
            listed=tuple(left_out(choice.question.tray, words)),
        ),
    )
    return Page(
        title=title(choice, station, words),
        kind=words("package.kind", station=station),
        date=day_in_full(choice.question.base.date, words.language),
        lead=verdict(choice, words),
        sections=sections,
        cautions=(words("package.caution"),),
    )


def write_package_page(path: Path, choice: Choice, station: str, words: Words) -> Path:
    """Write the page of a choice and return its path."""
    return write_page(path, package_page(choice, station, words), words)
