"""A season on a terminal: weeks go by, and a summary that says what it can carry."""

from collections.abc import Sequence
from math import nan
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
from babel.numbers import format_decimal, format_percent
from rich.console import Console
from rich.table import Table

from model.seasons.days import DAY_KINDS, date_of
from model.seasons.record import Row
from scenarios.faults import Fault, StationFileError
from scenarios.notes import notes_of
from scenarios.scenario import BASE_NAME, Scenario, faults_at, find_scenario, read_scenarios
from scenarios.seasons import TABLE, Finished, Reading, run_arms
from scenarios.station_files import DEFAULT_DATE, find_station
from scenarios.words import Language
from schouw.bars import bars_on, left, seconds_left
from schouw.comparing import RESULTS, was_compiled
from schouw.sentences import say

# (outcome, incident type, group) and the format of its figure
LINES: Final = (
    ("monitor_evening", "", "all", "0.00"),
    ("monitor_evening_woman", "", "all", "0.00"),
    ("monitor_evening_man", "", "all", "0.00"),
    ("monitor_day", "", "all", "0.00"),
    ("good_share", "", "all", "0.0%"),
    ("unsafe_12_months_regular", "", "all", "0.0%"),
    ("unsafe_12_months_sporadic", "", "all", "0.0%"),
    ("avoided_trips", "", "woman", "0.0"),
    ("avoided_trips", "", "man", "0.0"),
    ("expected_incidents", "all", "all", "0.00"),
    ("reported_incidents", "all", "all", "0.00"),
    ("followed_up_incidents", "all", "all", "0.00"),
    ("travellers_evening", "", "all", "#,##0"),
)
LAST_WEEKS: Final = 4


def prepare(station: str, words: Sequence[str]) -> tuple[Reading, list[Scenario]]:
    """Return the station and the scenarios of a season, everything checked.

    Raises:
        StationFileError: with all faults of the files.
    """
    name = find_station(station).name
    faults: list[Fault] = []
    files = []
    for word in words:
        try:
            files.append(find_scenario(word, name))
        except StationFileError as error:
            faults.extend(error.faults)
    if faults:
        raise StationFileError(faults)
    scenarios = read_scenarios(files)
    dates = [s.date for s in scenarios.values() if s.date is not None]
    reading = Reading(station, dates[0] if dates else DEFAULT_DATE)
    base = reading.base(0, "weekday")
    for file, scenario in scenarios.items():
        faults.extend(faults_at(scenario, base, str(file)))
    if faults:
        raise StationFileError(faults)
    return reading, list(scenarios.values())


class SeasonScreen:
    """Progress of a season, and its summary at the end or after Ctrl-C."""

    def __init__(self, console: Console, language: Language) -> None:
        self.console, self.language = console, language
        self.rows: dict[str, list[Row]] = {}
        self.titles: dict[str, str] = {}

    def run(
        self, reading: Reading, scenarios: list[Scenario], *, weeks: int, seed: int, out: Path, **more: Any
    ) -> bool:
        """Run to the end or until somebody stops it; return whether it was stopped."""
        self.titles = {one.name: one.title_in(self.language) for one in scenarios}
        self.console.print(say("season_plan", self.language, weeks=weeks, scenarios=1 + len(scenarios), seed=seed))
        if not was_compiled():
            self.console.print(say("compiling", self.language))
        bars = bars_on(self.console)
        stopped = False
        with bars:
            bar = bars.add_task(say("season_bar", self.language), total=weeks * (1 + len(scenarios)), left="")
            began, done = monotonic(), 0
            try:
                for finished in run_arms(reading, scenarios, weeks=weeks, seed=seed, out=out, **more):
                    self._take(finished)
                    done += 1
                    seconds = seconds_left(began, done, weeks * (1 + len(scenarios)) - done)
                    bars.update(bar, completed=done, left=left(seconds, self.language))
            except KeyboardInterrupt:
                stopped = True
        for note in self._notes(reading, scenarios, weeks):
            self.console.print(note, style="yellow")
        if reading.without_trains:
            self.console.print(say("season_no_trains", self.language), style="yellow")
        return stopped

    def _notes(self, reading: Reading, scenarios: list[Scenario], weeks: int) -> list[str]:
        """Return what is to be known of the scenarios in these weeks."""
        dates = [date_of(reading.start, week, kind) for week in range(weeks) for kind in DAY_KINDS]
        base = reading.base(0, "weekday")
        return [
            say(f"note_{note.sort}", self.language, **note.values)
            for scenario in scenarios
            for note in notes_of(scenario, base, dates, self.language)
        ]

    def _take(self, finished: Finished) -> None:
        self.rows.setdefault(finished.arm, []).extend(finished.rows)

    # -- the summary -----------------------------------------------------------------------------------------------

    def summary(self, out: Path) -> None:
        """Show the last weeks that all arms have finished, and what they cannot say."""
        weeks = min((rows[-1].week for rows in self.rows.values()), default=0)
        if not weeks:
            return
        last = min(LAST_WEEKS, weeks)
        table = Table(box=None, pad_edge=False)
        table.add_column(say("season_head", self.language, last=last, weeks=weeks))
        others = [name for name in self.rows if name != BASE_NAME]
        for name in (say("season_base", self.language), *(self.titles.get(name, name) for name in others)):
            table.add_column(name, justify="right")
        for outcome, kind, group, form in LINES:
            base = self.mean(BASE_NAME, outcome, kind, group, weeks, last)
            cells = [self._figure(base, form)]
            for name in others:
                value = self.mean(name, outcome, kind, group, weeks, last)
                cells.append(f"{self._figure(value, form)} ({self._figure(value - base, '+' + form + ';-' + form)})")
            label = f"season_{outcome}_{group}" if outcome == "avoided_trips" else f"season_{outcome}"
            table.add_row(say(label, self.language), *cells)
        self.console.print(table)
        for line in self._honest(weeks):
            self.console.print(line, style="dim")
        self.console.print(say("table", self.language, path=out / TABLE))

    def mean(self, arm: str, outcome: str, kind: str, group: str, weeks: int, last: int) -> float:
        """Return the mean of an outcome over the last finished weeks."""
        key = (outcome, kind, group)
        found = [
            r.value
            for r in self.rows.get(arm, [])
            if (r.outcome, r.incident_type, r.group) == key and weeks - last < r.week <= weeks
        ]
        return float(np.mean(found)) if found else nan

    def _figure(self, value: float, form: str) -> str:
        return "-" if value != value else str(format_decimal_or_percent(value, form, self.language))

    def _honest(self, weeks: int) -> list[str]:
        """Return what a reader has to know before quoting a figure."""
        answers = [r for r in self.rows.get(BASE_NAME, []) if r.outcome == "monitor_evening" and r.survey_se]
        lines = [say("season_one", self.language)]
        if answers:
            se = format_decimal(answers[-1].survey_se, format="0.00", locale=self.language)
            lines.append(say("season_survey", self.language, n=answers[-1].survey_n, se=se))
        if weeks < LAST_WEEKS:
            lines.append(say("season_short", self.language))
        return lines


def format_decimal_or_percent(value: float, form: str, language: Language) -> str:
    """Return a figure as people write it; what is printed as zero has no minus."""
    write = format_percent if "%" in form else format_decimal
    said = str(write(value, format=form, locale=language))
    return said if any(digit in said for digit in "123456789") else str(write(0.0, format=form, locale=language))


def folder_of(station: str, out: Path | None) -> Path:
    """Return where the season of a station lies."""
    return out if out is not None else RESULTS / find_station(station).name


def record(screen: SeasonScreen, out: Path, stopped: bool) -> dict[str, Any]:
    """Return the season as one JSON object."""
    return {
        "table": str(out / TABLE),
        "stopped": stopped,
        "weeks": {name: rows[-1].week for name, rows in screen.rows.items()},
        "rows": [
            {"scenario": name, **{k: _plain(v) for k, v in row._asdict().items()}}
            for name, rows in screen.rows.items()
            for row in rows
        ],
    }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value
