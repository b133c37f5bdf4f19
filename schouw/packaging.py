"""The best package for a budget on a terminal: progress, the finalists, where to look."""

import json
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import TaskID
from rich.table import Table

from dashboard.package_page import write_package_page
from dashboard.package_text import facts, finalists_table, left_out, regret_sentences, title, verdict
from dashboard.plain_page import Table as PlainTable
from dashboard.words import Words
from scenarios.arm_days import Done
from scenarios.faults import Fault, StationFileError, nearest
from scenarios.package_search import AIMS
from scenarios.packages import RECORD, Choice, PackageError, Question, choose, record
from scenarios.safe_files import write_whole
from scenarios.scenario import station_title
from scenarios.station_files import find_station, read_station, station_names
from scenarios.tray import DEFAULT_TRAY, read_tray, tray_for
from scenarios.words import Language
from schouw.bars import bars_on, left
from schouw.comparing import RESULTS, mark_compiled, was_compiled
from schouw.sentences import say

PAGE: Final = "package.html"


def prepare(
    station: str,
    budget: float,
    *,
    tray: Path | None = None,
    aim: str = "incidents",
    seed: int = 1,
    draws: int = 10,
    days: int = 40,
    points: int | None = None,
    out: Path | None = None,
) -> Question:
    """Return the question; nothing has been run or written yet.

    Raises:
        StationFileError: with all faults of the station and the tray.
    """
    if aim not in AIMS:
        known = nearest(aim, AIMS) or f"one of {', '.join(AIMS)}"
        raise StationFileError([Fault("--aim", "", "", f'"{aim}" is no aim', known)])
    base = read_station(find_station(station))
    if station not in station_names():
        from scenarios.check_station import check_station

        if faults := check_station(find_station(station)):
            raise StationFileError(faults)
    options = tray_for(base, read_tray(tray or DEFAULT_TRAY))
    folder = out if out is not None else RESULTS / f"{base.layout.id}-package"
    return Question(base, options, budget, folder, aim, seed, points, days, draws)


class StageBar:
    """A moving bar for each stage of a choice; where nobody looks, a line for each."""

    def __init__(self, console: Console, language: Language) -> None:
        self.console, self.language, self.words = console, language, Words(language)
        self._bars = bars_on(console)
        self._bar: TaskID | None = None
        self._stage = ""

    def tell(self, done: Done) -> None:
        """Move the bar of a stage."""
        text = self.words(f"package.stage.{done.stage}")
        if done.stage != self._stage:
            self._stage = done.stage
            if self._bar is not None:
                self._bars.remove_task(self._bar)
            if not self.console.is_terminal:
                self.console.print(f"{text} ({done.total}) ...")
            self._bar = self._bars.add_task(text, total=done.total, left="")
            self._bars.start()
        if done.done > done.stored:
            mark_compiled()
        if self._bar is not None:
            told = left(done.seconds_left, self.language)
            self._bars.update(self._bar, completed=done.done, total=done.total, left=told)

    def stop(self) -> None:
        """End the bars."""
        self._bars.stop()


class PackageScreen:
    """A choice of packages on a terminal."""

    def __init__(self, console: Console, language: Language) -> None:
        self.console, self.language, self.words = console, language, Words(language)
        self.bar = StageBar(console, language)

    def opening(self, question: Question, station: str) -> None:
        """Say what will be done."""
        words, tray = self.words, question.tray
        self.console.print(
            words("package.plan", station=station, n=len(tray.options), aim=words(f"package.aim.{question.aim}")),
            style="bold",
        )
        for sentence in left_out(tray, words):
            self.console.print(sentence, style="dim")
        if not was_compiled():
            self.console.print(say("compiling", self.language))

    def answer(self, choice: Choice, station: str, page: Path) -> None:
        """Show the answer."""
        self.console.print()
        self.console.print(title(choice, station, self.words), style="bold underline")
        self.console.print(verdict(choice, self.words), style="bold")
        self.console.print(screen_table(finalists_table(choice, self.words)))
        for line in (*regret_sentences(choice, self.words), *facts(choice, self.words)):
            self.console.print(line, style="dim")
        self.console.print(say("report", self.language, path=page), soft_wrap=True)


def screen_table(table: PlainTable) -> Table:
    """Return a table of a page for the terminal; columns of words give way to those of numbers, so that none breaks."""
    shown = Table(title=table.caption, title_justify="left", box=None, pad_edge=False, show_lines=False)
    for number, head in enumerate(table.head):
        figures = number in table.numbers
        shown.add_column(
            head,
            justify="right" if figures else "left",
            overflow="fold",
            no_wrap=figures,
        )
    for row in table.rows:
        shown.add_row(*row)
    return shown


def carry_out(question: Question, station: str, screen: PackageScreen, workers: int | None) -> tuple[Choice, Path]:
    """Run the stages, write record and page, and return the answer and the page.

    Raises:
        StationFileError: nothing can be bought for the budget.
        StudyError: results cannot be stored, or nothing could be run.
    """
    try:
        choice = choose(question, workers=workers, tell=screen.bar.tell)
    except PackageError as error:
        remedy = "raise the budget, or bring another tray"
        raise StationFileError([Fault("--budget", "", "", str(error), remedy)]) from None
    finally:
        screen.bar.stop()
    write_whole(question.out / RECORD, json.dumps(record(choice), indent=1, allow_nan=False))
    page = write_package_page(question.out / PAGE, choice, station, screen.words)
    return choice, page


def station_name(station: str, question: Question, language: Language) -> str:
    """Return the name of the station in a language."""
    return station_title(station).get(language, question.base.layout.name)


def run_package(
    console: Console, station: str, budget: float, language: Language, as_json: bool, workers: int | None, **more: Any
) -> bool:
    """Answer the question on a terminal; return whether somebody stopped it.

    Raises:
        StationFileError, StudyError: see ``prepare`` and ``carry_out``.
    """
    question = prepare(station, budget, **more)
    screen, name = PackageScreen(console, language), station_name(station, question, language)
    screen.opening(question, name)
    try:
        choice, page = carry_out(question, name, screen, workers)
    except KeyboardInterrupt:
        console.print(say("stopped", language), style="yellow")
        return True
    screen.answer(choice, name, page)
    if as_json:
        print(json.dumps(record(choice) | {"page": str(page)}, allow_nan=False))
    return False


def package(station: str, budget: float, *, workers: int | None = 1, **more: Any) -> Choice:
    """Return the best package for a budget; see ``prepare`` for what may be set. Writes no page.

    Raises:
        StationFileError, StudyError: see ``prepare`` and ``scenarios.packages.choose``.
    """
    question = prepare(station, budget, **more)
    return choose(question, workers=workers)
