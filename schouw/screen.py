"""What a comparison looks like on a terminal: the day, the progress, the ten lines of each scenario."""

from pathlib import Path
from types import TracebackType
from typing import Self

from babel.dates import format_date
from babel.numbers import format_decimal
from rich.console import Console
from rich.progress import TaskID
from rich.table import Table
from rich.text import Text

from scenarios.answer import TABLE, Answer, costs_of
from scenarios.balance_words import balance_rows
from scenarios.costs import Range
from scenarios.headlines import Headline
from scenarios.measures.measure import clock
from scenarios.notes import notes_of
from scenarios.study import EVENING_PAIRS, WHOLE_DAY, Phase, Study
from scenarios.study import Progress as Done
from scenarios.sunlight import DARK_DEG, DAY_S, SUNSET_DEG, sun_above
from scenarios.words import Language, texts
from schouw.bars import bars_on, left
from schouw.comparing import Watcher
from schouw.sentences import say


def day_line(study: Study, language: Language) -> str:
    """Return which day is simulated, when the sun sets and from when it is dark."""
    date = format_date(study.base.date, "EEEE d MMMM y", locale=language)
    up, light = sun_above(study.base, SUNSET_DEG), sun_above(study.base, DARK_DEG)
    name = study.title_in(language)
    if up is None or light is None or DAY_S in (up[1], light[1]):
        return say("day_of_light", language, station=name, date=date)
    return say("day", language, station=name, date=date, sunset=clock(up[1]), dark=clock(light[1]))


def plan_line(study: Study, language: Language) -> str:
    """Return what will be run."""
    parts = {
        "evening": ("plan_evening", {"pairs": EVENING_PAIRS}),
        "days": ("plan_days" if study.window == WHOLE_DAY else "plan_window", {"days": study.days}),
        "draws": ("plan_fitted" if study.fitted else "plan_draws", {"draws": study.draws}),
    }
    window = "-".join(clock(second) for second in study.window)
    said = [say(parts[phase][0], language, window=window, **parts[phase][1]) for phase in study.phases]
    names = ", ".join(study.names[1:])
    return say("plan", language, scenarios=names, parts="; ".join(said), seed=study.seed)


def money(value: float, language: Language) -> str:
    """Return euros with two significant digits: ``330,000``."""
    digits = len(str(int(abs(value)))) - 2
    return str(format_decimal(round(value, -max(digits, 0)), format="#,##0", locale=language))


def cost_text(cost: Range, language: Language) -> str:
    """Return what a scenario costs per year."""
    if cost.high == 0:
        return say("free", language)
    value, low, high = (money(x, language) for x in (cost.value, cost.low, cost.high))
    return say("cost", language, value=value, low=low, high=high)


def _head(answer: Answer, language: Language) -> str:
    level = round(100 * answer.level)
    if answer.phase == "evening":
        return say("head_evening", language, pairs=answer.pairs, level=level)
    name = f"head_{answer.state}"
    return say(name, language, pairs=answer.pairs, asked=answer.asked, level=level)


def _line(table: Table, line: Headline, language: Language) -> None:
    style = ("green" if line.improves else "red") if line.shown else ""
    text = Text(line.sentence[language], style=style)
    if line.range_sentence[language]:
        text.append(f"\n{line.range_sentence[language]}", style="dim")
    table.add_row(line.label[language], line.levels[language], text)


def answer_table(study: Study, answer: Answer, scenario: str, cost: Range, language: Language) -> Table:
    """Return the ten lines of one scenario."""
    found = next(s for s in study.scenarios if s.name == scenario)
    title = Text.assemble((found.title_in(language), "bold"), f" ({scenario}): {cost_text(cost, language)}")
    if owners := found.needs_agreement(study.base):
        title.append(f"; {say('agreement', language, owners=', '.join(owners))}")
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=False, ratio=3)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(ratio=6)
    for line in answer.lines_of(scenario):
        _line(table, line, language)
    return table


def balance_table(answer: Answer, scenario: str, language: Language) -> Table:
    """Return money against effect, groups and places of one scenario; its cost stands in the title above."""
    title = Text(texts(language)["balance"]["heading"], style="bold dim")
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(ratio=4)
    table.add_column(ratio=6)
    for key, label, text in balance_rows(answer.balances[scenario]):
        if key != "cost":
            table.add_row(Text(label[language], style="dim"), text[language])
    return table


class Screen(Watcher):
    """A comparison on a terminal; where nobody looks (a pipe) there is no moving bar."""

    def __init__(self, console: Console, language: Language) -> None:
        super().__init__()
        self.console, self.language = console, language
        self._bars = bars_on(console)
        self._bar: TaskID | None = None
        self._compiling = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def opening(self, study: Study) -> None:
        """Say which day, and what will be run."""
        self.console.print(day_line(study, self.language), style="bold")
        self.console.print(plan_line(study, self.language))
        if study.slow == "base":
            self.console.print(say("slow_base", self.language))
        for found in study.scenarios:
            for note in notes_of(found, study.base, (study.base.date,), self.language):
                if note.sort != "agreement":  # stands in the title of its table
                    self.console.print(say(f"note_{note.sort}", self.language, **note.values), style="yellow")

    def phase(self, study: Study, phase: Phase, compiled: bool) -> None:
        """Begin a bar."""
        if not compiled and self._compiling:
            self.console.print(say("compiling", self.language))
        self._compiling = False
        windowed = phase == "days" and study.window != WHOLE_DAY
        window = "-".join(clock(second) for second in study.window)
        name = f"phase_{phase}_window" if windowed else f"phase_{phase}"
        text = say(name, self.language, window=window)
        if not self.console.is_terminal:
            self.console.print(text + " ...")
        if self._bar is not None:
            self._bars.remove_task(self._bar)
        self._bar = self._bars.add_task(text, total=len(study.tasks(phase)), left="")
        self._bars.start()

    def progress(self, progress: Done) -> None:
        """Move the bar."""
        if self._bar is None:
            return
        if progress.outcome is None and progress.stored:
            self.console.print(say("stored", self.language, n=progress.stored, total=progress.total))
        told = left(progress.seconds_left, self.language)
        self._bars.update(self._bar, completed=progress.done, total=progress.total, left=told)

    def answer(self, study: Study, answer: Answer) -> None:
        """Show an answer."""
        self._bars.stop()
        costs = costs_of(study)
        self.console.print()
        self.console.print(_head(answer, self.language), style="bold underline")
        for scenario in study.scenarios:
            table = answer_table(study, answer, scenario.name, costs[scenario.name], self.language)
            self.console.print(table)
            for _, text in answer.combined[scenario.name]:
                self.console.print(Text(text[self.language], style="italic"))
            if answer.phase == "days":
                self.console.print(balance_table(answer, scenario.name, self.language))
            self.console.print()
        for footer in answer.footers[self.language]:
            self.console.print(footer, style="dim")
        self.warnings(study, answer)
        if self._bar is not None and not self._bars.finished:
            self._bars.start()

    def closing(self, study: Study, report: Path) -> None:
        """Say where to look."""
        self.console.print(say("table", self.language, path=study.out / TABLE))
        self.console.print(say("report", self.language, path=report))

    def stopped(self) -> None:
        """Say that finished days are kept."""
        self.console.print(say("stopped", self.language), style="yellow")

    def warnings(self, study: Study, answer: Answer) -> None:
        """Say what went wrong on the way."""
        if study.damaged:
            self.console.print(say("damaged", self.language, n=study.damaged), style="yellow")
        if answer.failed:
            where = study.store.failed
            self.console.print(say("failed", self.language, n=len(answer.failed), where=where), style="yellow")
        if not answer.verdict:
            self.console.print(say("no_verdict", self.language), style="yellow")
