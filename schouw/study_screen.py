"""A study of a design on a terminal: what will be run, a bar with the time left, and where the table is."""

from pathlib import Path
from typing import Any

from rich.console import Console

from scenarios.design_study import DesignStudy, Step
from scenarios.study_record import made_before
from scenarios.words import Language
from schouw.bars import bars_on, left
from schouw.comparing import was_compiled
from schouw.sentences import say

MOST_NAMES = 6


class StudyScreen:
    """What a study looks like; where nobody looks (a pipe) there is no moving bar."""

    def __init__(self, console: Console, language: Language) -> None:
        self.console, self.language = console, language
        self._bars = bars_on(console)
        self._bar = self._bars.add_task(say("study_bar", language), total=None, left="")

    def __enter__(self) -> "StudyScreen":
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def opening(self, study: DesignStudy) -> None:
        """Tell what will be run."""
        points, days = study.design.days.shape
        names = ", ".join(study.design.names[:MOST_NAMES]) or "-"
        more = len(study.design.names) - MOST_NAMES
        if more > 0:
            names += say("study_more", self.language, n=more)
        station = study.asked.base.layout.name
        self.console.print(
            say("study_plan", self.language, study=study.asked.name, station=station, points=points, days=days,
                runs=study.total, names=names, seed=study.asked.seed)
        )  # fmt: skip
        before = made_before(study.out).get("version")
        if before not in (None, study.work.version):
            self.console.print(say("study_other", self.language, version=before), style="yellow")
        if not was_compiled():
            self.console.print(say("compiling", self.language))

    def step(self, step: Step) -> None:
        """Move the bar."""
        if step.outcome is None:
            if step.stored:
                self.console.print(say("stored", self.language, n=step.stored, total=step.total))
            self._bars.start()
        told = left(step.seconds_left, self.language)
        self._bars.update(self._bar, completed=step.done, total=step.total, left=told)

    def closing(self, study: DesignStudy, table: Path) -> None:
        """Say where to look, and what went wrong on the way."""
        self._bars.stop()
        if study.damaged:
            self.console.print(say("damaged", self.language, n=study.damaged), style="yellow")
        if study.failures:
            text = say("study_failed", self.language, n=study.failures, where=study.store.failed)
            self.console.print(text, style="yellow")
        self.console.print(say("table", self.language, path=table), soft_wrap=True)

    def stopped(self) -> None:
        """Say that finished runs are kept."""
        self._bars.stop()
        self.console.print(say("stopped", self.language), style="yellow")


def record(study: DesignStudy, table: Path) -> dict[str, Any]:
    """Return a study that is done as one JSON object."""
    points, days = study.design.days.shape
    return {
        "name": study.asked.name,
        "station": study.asked.base.layout.id,
        "points": points,
        "days": days,
        "runs": study.total,
        "failed": study.failures,
        "damaged": study.damaged,
        "factors": list(study.design.names),
        "outcomes": [wanted.name for wanted in study.wanted],
        "table": str(table),
    }
