"""A published trial on a terminal: the interval of the model beside the published one, misses with their size."""

import math
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from babel.numbers import format_decimal
from rich.console import Console, JustifyMethod
from rich.table import Table

from calibration.trials.effects import Effect, effects_of
from calibration.trials.reader import Trial, find_trial, read_trial
from calibration.trials.run import TrialRun, TrialWork, make_work
from scenarios.faults import StudyError
from scenarios.running import Runners
from scenarios.words import Language
from schouw.bars import bars_on, left, seconds_left
from schouw.comparing import RESULTS, fitted_draws, mark_compiled, was_compiled
from schouw.sentences import say

STYLE: Final = {"hit": "green", "miss": "red", "open": "yellow", "too few": "dim", "nothing": "dim"}


def prepare(word: str, *, draws: int, seed: int, out: Path | None, posterior: Path | None) -> TrialWork:
    """Return the work of a trial, everything checked, its units picked.

    Raises:
        StationFileError: the file has faults, or the posterior is none.
        StudyError: a type of station has no unit of the kind.
    """
    trial = read_trial(find_trial(word))
    values = None if posterior is None else fitted_draws(posterior)
    folder = out if out is not None else RESULTS / "trials" / trial.file.name
    try:
        return make_work(trial, draws=draws, seed=seed, out=folder, posterior=values)
    except ValueError as error:
        raise StudyError(f"{word}: {error}") from None


@dataclass
class TrialScreen:
    """Progress of a trial, and its table."""

    console: Console
    language: Language

    def opening(self, trial: Trial, word: str) -> None:
        """Tell what is tried, and that units are looked at."""
        title = trial.file.title.nl if self.language == "nl" else trial.file.title.en
        self.console.print(title, style="bold")
        self.console.print(trial.file.source.strip(), style="dim")
        if not was_compiled():
            self.console.print(say("compiling", self.language))

    def run(self, work: TrialWork, runners: Runners) -> tuple[TrialRun, bool]:
        """Run to the end or until somebody stops it; return the run and whether it was stopped."""
        run, total = TrialRun(work), len(work.jobs())
        units = sum(len(picked.units) for picked in work.picked)
        plan = {"types": len(work.picked), "units": units, "arms": len(work.trial.arms), "draws": len(work.draws)}
        self.console.print(say("trial_plan", self.language, weeks=f"{work.trial.file.weeks[-1]:g}", **plan))
        bars = bars_on(self.console)
        stopped, began, done, told = False, monotonic(), 0, False
        with bars:
            bar = bars.add_task(say("trial_bar", self.language), total=total, left="")
            try:
                for _ in run.go_on(runners):
                    done += 1
                    if run.counts:
                        mark_compiled()
                    seconds = seconds_left(began, done, total - run.stored - done)
                    bars.update(bar, completed=run.stored + done, left=left(seconds, self.language))
                    if not told and len(run.draws()) >= 5 and total > run.stored + done:
                        told = True
                        self.console.print(say("trial_so_far", self.language, draws=len(run.draws())), style="dim")
                        self.table(effects_of(run))
            except KeyboardInterrupt:
                stopped = True
        return run, stopped

    def table(self, effects: list[Effect]) -> None:
        """Show the model's interval beside the published one."""
        table = Table(box=None, pad_edge=False)
        for name in ("outcome", "table", "model", "published", "verdict"):
            right = name in ("table", "model", "published")
            justify: JustifyMethod = "right" if right else "left"
            table.add_column(say(f"trial_{name}", self.language), justify=justify, overflow="fold")
        for effect in effects:
            table.add_row(
                effect.outcome.name, self._number(effect.table), self._model(effect), self._published(effect),
                f"[{STYLE[effect.verdict]}]{self.verdict(effect)}[/]",
            )  # fmt: skip
        self.console.print(table)

    def closing(self, run: TrialRun, effects: list[Effect]) -> None:
        """Show the table, what it rests on, and what failed."""
        if not effects:
            failed = next(iter(run.failed.values()), "")
            raise StudyError(f"not one run of the trial could be finished: {failed}" if failed else "nothing was run")
        self.table(effects)
        draws = max(effect.draws for effect in effects)
        self.console.print(say("trial_foot", self.language, draws=draws), style="dim")
        if any(effect.includes_luck for effect in effects):
            names = ", ".join(effect.outcome.name for effect in effects if effect.includes_luck)
            self.console.print(say("trial_luck", self.language, names=names), style="dim")
        if run.failed:
            last = next(reversed(run.failed.values()))
            self.console.print(say("trial_failed", self.language, n=len(run.failed), last=last), style="yellow")
        if note := run.work.trial.file.note.strip():
            self.console.print(note, style="dim")

    def verdict(self, effect: Effect) -> str:
        """Return hit, miss with its size, or why there is no verdict."""
        if effect.verdict == "nothing":
            return "-"
        name = {"too few": "few"}.get(effect.verdict, effect.verdict)
        return say(f"trial_{name}", self.language, off=self._number(effect.off, "+#,##0.0#;-#,##0.0#"))

    def _number(self, value: float, form: str = "#,##0.0#") -> str:
        return "-" if math.isnan(value) else str(format_decimal(value, format=form, locale=self.language))

    def _model(self, effect: Effect) -> str:
        if math.isnan(effect.low):
            return "-"
        return f"{self._number(effect.middle)} ({self._number(effect.low)}, {self._number(effect.high)})"

    def _published(self, effect: Effect) -> str:
        published = effect.outcome.published
        if published.nothing:
            return "-"
        if published.estimate is None:
            return say(f"trial_direction_{published.direction}", self.language)
        text = self._number(published.estimate)
        if published.low is not None and published.high is not None:
            text += f" ({self._number(published.low)}, {self._number(published.high)})"
        return text


def record(run: TrialRun, effects: list[Effect], stopped: bool) -> dict[str, Any]:
    """Return a trial as plain values for other programs."""
    work = run.work
    return {
        "trial": work.trial.file.name,
        "source": work.trial.file.source,
        "seed": work.seed,
        "draws": len(work.draws),
        "stopped": stopped,
        "failed": len(run.failed),
        "units": [
            {"station": p.site.part.station, "unit": unit.name, "weight": weight}
            for p in work.picked
            for unit, weight in zip(p.units, p.weights, strict=True)
        ],
        "outcomes": [_line(effect) for effect in effects],
    }


def _line(effect: Effect) -> dict[str, Any]:
    published = effect.outcome.published.model_dump(mode="json")
    numbers = ("table", "middle", "low", "high", "luck_share", "base", "value", "off")
    return {
        "outcome": effect.outcome.name,
        "text": effect.outcome.text,
        "analysis": effect.outcome.analysis,
        "evidence": effect.outcome.evidence,
        "role": effect.outcome.role,
        **{name: _plain(getattr(effect, name)) for name in numbers},
        "draws": effect.draws,
        "undefined": effect.undefined,
        "includes_luck": effect.includes_luck,
        "path": [_plain(value) for value in effect.path],
        "published": published,
        "verdict": effect.verdict,
    }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
