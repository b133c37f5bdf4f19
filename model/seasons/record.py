"""The table of a season: one row for each week, outcome, incident type and group of people."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.day.avoidance import ALTERNATIVES, score
from model.day.demand import Floats
from model.inputs.follow_up import AGENCIES
from model.parameters import Parameters
from model.results import CONDUCT_TYPES, GENDERS, INCIDENT_TYPES
from model.seasons.memory import DAY, EVENING, Lived
from model.seasons.reports import Report
from model.seasons.surveys import Answer


class Row(NamedTuple):
    """A figure of a week: what the model means, and what a survey held in that week would show."""

    week: int
    date: str
    outcome: str
    incident_type: str
    group: str
    value: float
    unit: str
    survey: float | None = None
    survey_se: float | None = None
    survey_n: int | None = None


class WeekSums:
    """Sums over the days of a week, each day counted as often as it stands for others."""

    def __init__(self) -> None:
        self.expected = np.zeros(len(INCIDENT_TYPES))
        self.avoided = np.zeros((len(GENDERS), len(ALTERNATIVES)))
        self.visits = np.zeros((2, len(GENDERS)))
        self.score = np.zeros((2, len(GENDERS)))
        self.unsafe = np.zeros((2, len(GENDERS)))
        self.conduct = np.zeros(len(CONDUCT_TYPES))
        self.detected = np.zeros(len(INCIDENT_TYPES))
        self.recorded = np.zeros(len(INCIDENT_TYPES))
        self.reported = np.zeros(len(INCIDENT_TYPES))
        self.followed = np.zeros(len(INCIDENT_TYPES))
        self.reports: list[Report] = []
        self.tasks = 0
        self.watched = 0
        self.used = np.zeros(len(AGENCIES))
        self.trust = float("nan")
        self.disorder = float("nan")
        self.belief = float("nan")
        self.witnesses = 0.0
        self.stopped = 0.0
        self.out = 0
        self.latent: list[Floats] = []
        self.times: list[Floats] = []

    def add_visits(self, lived: Lived, gender: NDArray[np.int8], times: int, unsafe: Floats, p: Parameters) -> None:
        """Add the visits of a day.

        Args:
            times: days that the day stands for.  unsafe: share of each visit's repetitions that felt unsafe.
        """
        where = (lived.band, gender)
        np.add.at(self.visits, where, times)
        np.add.at(self.score, where, times * score(lived.latent, p))
        np.add.at(self.unsafe, where, times * unsafe)
        self.latent.append(lived.latent)
        self.times.append(np.full(len(lived.latent), float(times)))

    def rows(self, week: int, date: str) -> list[Row]:
        """Return the rows of what happened in the week."""
        rows: list[Row] = []
        add = Adder(rows, week, date)
        for outcome, counts in (  # always side by side: what happened, what was told, what was done with it in time
            ("expected_incidents", self.expected),
            ("detected_incidents", self.detected),
            ("recorded_incidents", self.recorded),
            ("reported_incidents", self.reported),
            ("followed_up_incidents", self.followed),
        ):
            for kind, n in zip(INCIDENT_TYPES, counts, strict=True):
                add(outcome, "all", n, "incidents per week", kind)
            add(outcome, "all", counts.sum(), "incidents per week", "all")
        for kind, n in zip(CONDUCT_TYPES, self.conduct, strict=True):
            add("expected_incidents", "all", n, "incidents per week", kind)
        for agency, used in zip(AGENCIES, self.used, strict=True):
            add("desk_load", agency, used, "work begun a week and worker")
        add("repeat_places", "all", self.tasks, "zones")
        add("watched_places", "all", self.watched, "zones")
        add("trust", "all", self.trust, "0 to 1")
        add("disorder", "all", self.disorder, "0 to 1")
        add("belief", "all", self.belief, "0 to 1")
        add("offenders_stopped", "all", self.stopped, "people per week")
        add("offenders_out", "all", self.out, "people")
        who: list[tuple[int | slice, str]] = [*enumerate(GENDERS), (slice(None), "all")]
        for g, gender in who:
            add("avoided_trips", gender, self.avoided[g].sum(), "trips per week")
        for a, name in enumerate(ALTERNATIVES):
            add(f"avoided_{name}", "all", self.avoided[:, a].sum(), "trips per week")
        add("witnesses", "all", self.witnesses, "people per week")
        add("travellers", "all", self.visits.sum(), "visits per week")
        for b, band in ((DAY, "day"), (EVENING, "evening")):
            add(f"travellers_{band}", "all", self.visits[b].sum(), "visits per week")
            for g, gender in who:
                visits = self.visits[b, g].sum()
                if visits > 0:
                    add(f"visit_score_{band}", gender, self.score[b, g].sum() / visits, "score 1-10")
                    add(f"visits_unsafe_{band}", gender, self.unsafe[b, g].sum() / visits, "share of visits")
        return rows


class Adder:
    """Adds rows of one week to a list."""

    def __init__(self, rows: list[Row], week: int, date: str) -> None:
        self.rows, self.week, self.date = rows, week, date

    def __call__(self, outcome: str, group: str, value: float, unit: str, incident_type: str = "") -> None:
        """Add a figure."""
        self.rows.append(Row(self.week, self.date, outcome, incident_type, group, float(value), unit))

    def survey(self, outcome: str, answer: Answer, unit: str) -> None:
        """Add what a survey means and shows, unless nobody could be asked."""
        if answer.n:
            shown = (answer.value, answer.se, answer.n)
            self.rows.append(Row(self.week, self.date, outcome, "", "all", answer.mean, unit, *shown))
