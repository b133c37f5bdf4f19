"""Counts of a day: one numerator and one denominator for each outcome and unit, so that any mean is a ratio of sums."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from calibration.trials.description import INCIDENT_BOOKS, Count
from calibration.trials.sites import Unit, zones_of
from calibration.trials.weeks import BOOK_TABLES, TrialDay
from model.day.avoidance import score
from model.results import FIRST_HOUR, GENDERS, HOURS, STAFF_KINDS, TABLE_TYPES

Floats = NDArray[np.float64]
_HOUR = 3600
_DODGING = TABLE_TYPES.index("fare_dodging")


def hours_of(count: Count) -> slice:
    """Return the rows of the tables by hour; an hour counts when it begins in the hours of the count."""
    first, last = count.hours
    return slice(max(0, -(-first // _HOUR) - FIRST_HOUR), min(HOURS, -(-last // _HOUR) - FIRST_HOUR))


def value_of(count: Count, day: TrialDay, unit: int, units: tuple[Unit, ...]) -> tuple[float, float]:
    """Return numerator and denominator of a count on a day.

    Incidents: expected number over 1 (a day), or over the visits to the station. Answers and shares: their sum over
    the number of people or events.
    """
    if count.book in INCIDENT_BOOKS:
        amount = _incidents(count, day, unit, units)
    elif count.book == "trains":
        amount = _on_board(count, day)
    elif count.book == "trips":
        amount = float(_genders(count, day.results.avoided[hours_of(count)]))
    elif count.book == "visits":
        amount = float(_genders(count, day.results.visits[hours_of(count)]))
    elif count.book == "unsafe":
        rows = hours_of(count)
        return float(_genders(count, day.results.unsafe[rows])), float(_genders(count, day.results.visits[rows]))
    elif count.book == "helped":
        return _helped(count, day)
    else:
        return _staff_answers(count, day) if count.who == "staff" else _answers(count, day)
    people = float(day.results.visits.sum()) if count.per == "visit" else 1.0
    return amount, people


def _genders(count: Count, table: Floats) -> float:
    """Return the sum of a table (hours, genders) over the gender that is meant."""
    return float(table.sum() if count.gender == "all" else table[:, GENDERS.index(count.gender)].sum())


def _incidents(count: Count, day: TrialDay, unit: int, units: tuple[Unit, ...]) -> float:
    zones = zones_of(count, units[unit], day.inputs.layout)
    whole: Floats = getattr(day.results, BOOK_TABLES[count.book])
    inside = day.during[unit][count.book] if day.during else np.zeros_like(whole)
    table = {"all": whole, "during": inside, "away": whole - inside}[count.time]
    slots = slice(None) if count.gender == "all" else [GENDERS.index(count.gender)]
    return float(table[list(count.kinds)][:, hours_of(count)][:, :, slots][..., zones].sum())


def _on_board(count: Count, day: TrialDay) -> float:
    """Return expected conflicts in trains with dodgers who boarded here: asked for a ticket, and turning on staff.

    The model ends at the door of the train: ``checked`` says how many of them are asked; the chance of a conflict in a
    check is that of a check in the station, of words or worse.
    """
    p = day.inputs.parameters
    rows = day.results.expected[_DODGING][hours_of(count)][:, : len(GENDERS)].sum(axis=2)
    conflict = p.staff_check_base + float(expit(logit(p.staff_check_base) + p.staff_verbal))
    return _genders(count, rows) * count.checked * conflict


def _answers(count: Count, day: TrialDay) -> tuple[float, float]:
    """Return the answers of all who left in the hours: expected share at or above the cut, or sum of scores."""
    pages, p = day.results.diary, day.inputs.parameters
    if pages is None:
        raise ValueError("a day without a diary")
    rows = hours_of(count)
    meant = (pages["hour"] >= rows.start) & (pages["hour"] < rows.stop)
    if count.gender != "all":
        meant &= pages["gender"] == GENDERS.index(count.gender)
    felt = score(pages["latent"][meant], p)
    if count.cut is None:
        return float(felt.sum()), float(len(felt))
    return float(ndtr((felt - (count.cut - 0.5)) / p.survey_noise).sum()), float(len(felt))


def _staff_answers(count: Count, day: TrialDay) -> tuple[float, float]:
    """Return the answers of staff in seconds on duty: sum of scores, or of the share at or above the cut.

    Staff have no person effects: colleagues of a kind feel alike in an hour, and answer with the noise of a survey.
    """
    kinds = [STAFF_KINDS.index(kind) for kind in count.staff or STAFF_KINDS]
    rows, results = hours_of(count), day.results
    scores, asked = results.staff_score[rows][:, kinds], results.staff_asked[rows][:, kinds]
    if count.cut is None:
        return float(scores.sum()), float(asked.sum())
    felt = scores[asked > 0] / asked[asked > 0]
    above = ndtr((felt - (count.cut - 0.5)) / day.inputs.parameters.survey_noise)
    return float(above @ asked[asked > 0]), float(asked.sum())


def _helped(count: Count, day: TrialDay) -> tuple[float, float]:
    """Return drawn events in which a bystander helped, and all of them."""
    events = day.results.events
    hour = events["begin_s"] // _HOUR - FIRST_HOUR
    rows = hours_of(count)
    meant = np.isin(events["kind"], count.kinds) & (hour >= rows.start) & (hour < rows.stop)
    meant &= events["bystanders"] >= count.bystanders
    return float((meant & events["helped"]).sum()), float(meant.sum())
