"""Surveys as they are held: who is asked, what people answer, and what the model means (science.md 6.4).

Every item has three numbers: what this wave would show, its standard error from the number of respondents, and the
mean of the answers of everybody who could have been asked, without noise and sampling. Contrasts of scenarios use the
last one (statistics.md 2.4).
"""

from collections import namedtuple
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from model.day.avoidance import score
from model.day.demand import Floats, Ints
from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniforms
from model.seasons.memory import DAY, EVENING, Memories, within_year
from model.seasons.panel import Panel

# value: of the wave; se: standard error of it; n: respondents; mean: of everybody, noise-free
Answer = namedtuple("Answer", ["value", "se", "n", "mean"])
EMPTY = Answer(np.nan, np.nan, 0, np.nan)


def sample(weight: Floats, n: int, item: str, wave: int, seed: int) -> Ints:
    """Return ``n`` rows drawn with replacement in proportion to ``weight``, by keyed luck."""
    ends = np.cumsum(weight)
    number = np.arange(n)
    u = uniforms(seed, int(Purpose.SURVEY), wave, np.full(n, entity_of(item)), number, 0)
    return np.asarray(np.minimum(np.searchsorted(ends, u * ends[-1], side="right"), len(ends) - 1), np.int64)


def wave_of(expected: Floats, weight: Floats, answers: Floats) -> Answer:
    """Return one wave of an item.

    Args:
        expected: noise-free answer of each person or visit.  weight: chance to be asked.
        answers: (n,) what the sampled ones answer, in the order of ``sample``.
    """
    n = len(answers)
    se = float(np.std(answers, ddof=1) / sqrt(n)) if n > 1 else float("nan")
    return Answer(float(answers.mean()), se, n, float(np.average(expected, weights=weight)))


def rounded(scores: Floats, item: str, wave: int, seed: int, p: Parameters) -> Floats:
    """Return the answers 1..10 to scores: with noise, rounded and cut."""
    n = len(scores)
    u = uniforms(seed, int(Purpose.SURVEY), wave, np.full(n, entity_of(item)), np.arange(n), 1)
    answer = np.floor(scores + p.survey_noise * ndtri(u) + 0.5)
    return np.asarray(np.clip(answer, p.feel_score_low, p.feel_score_high))


def expected_answers(scores: Floats, p: Parameters) -> Floats:
    """Return the expected rounded answer: 10 - sum over c = 1..9 of Phi((c + 0.5 - P) / noise)."""
    cuts = np.arange(p.feel_score_low, p.feel_score_high) + 0.5
    return np.asarray(p.feel_score_high - ndtr((cuts[:, None] - scores) / p.survey_noise).sum(axis=0))


def asked(scores: Floats, weight: Floats, n: int, item: str, wave: int, seed: int, p: Parameters) -> Answer:
    """Return a wave of a question for a score 1..10."""
    if not len(scores) or weight.sum() <= 0:
        return EMPTY
    who = sample(weight, n, item, wave, seed)
    return wave_of(expected_answers(scores, p), weight, rounded(scores[who], item, wave, seed, p))


def share(yes: NDArray[np.bool_], weight: Floats, n: int, item: str, wave: int, seed: int) -> Answer:
    """Return a wave of a yes-or-no question that people answer as it is."""
    if not len(yes) or weight.sum() <= 0:
        return EMPTY
    said = yes[sample(weight, n, item, wave, seed)].astype(float)
    return wave_of(yes.astype(float), weight, said)


def evening_scores(panel: Panel, memories: Memories, week: int, p: Parameters) -> Floats:
    """Return the score that each person would give the evening, (n,).

    Who was not here in an evening of the last 12 months imagines it: the memory of the day, less
    ``survey_imagination``.
    """
    less = np.array([p.survey_imagination_woman, p.survey_imagination_man])
    less = np.append(less, less.mean())[panel.gender]
    knows = within_year(memories, memories.last_evening, week, p)
    return score(np.where(knows, memories.of(EVENING), memories.of(DAY) - less), p)


def monitor(panel: Panel, memories: Memories, week: int, seed: int, p: Parameters) -> dict[str, Answer]:
    """Return the Stationsbelevingsmonitor: safety by day and after 19:00, respondents in proportion to visits."""
    n, visits = int(p.survey_respondents), memories.trips * panel.weight
    evening = evening_scores(panel, memories, week, p)
    answers = {
        "monitor_evening": asked(evening, visits, n, "monitor evening", week, seed, p),
        "monitor_day": asked(score(memories.of(DAY), p), visits, n, "monitor day", week, seed, p),
    }
    low = np.floor(evening + 0.5) <= p.survey_low_answer
    answers["monitor_evening_low"] = share(low, visits, n, "monitor low", week, seed)
    for g, name in enumerate(("woman", "man")):
        weight = np.where(panel.gender == g, visits, 0)
        part = max(2, round(n * weight.sum() / max(visits.sum(), 1)))
        answers[f"monitor_evening_{name}"] = asked(evening, weight, part, f"monitor {name}", week, seed, p)
    return answers


def twelve_months(panel: Panel, memories: Memories, week: int, seed: int, p: Parameters) -> dict[str, Answer]:
    """Return the panel question of KiM: felt unsafe here at least once in 12 months, by regularity and gender."""
    ever = within_year(memories, memories.last_unsafe, week, p)
    user = within_year(memories, memories.last_visit, week, p)
    groups = {
        "regular": panel.regular == 1,
        "sporadic": panel.regular == 0,
        "woman": panel.gender == 0,
        "man": panel.gender == 1,
        "all": np.ones(len(panel), np.bool_),
    }
    n = int(p.survey_panel_respondents)
    return {
        f"unsafe_12_months_{name}": share(ever, panel.weight * (user & who), n, f"12 months {name}", week, seed)
        for name, who in groups.items()
    }


def neighbours(panel: Panel, memories: Memories, week: int, seed: int, p: Parameters) -> dict[str, Answer]:
    """Return a question as in the Veiligheidsmonitor, by sex: sometimes, and often, felt unsafe at the station.

    Often means in at least ``survey_often_share`` of the visits of a year.
    """
    ever = within_year(memories, memories.last_unsafe, week, p)
    often = ever & (memories.unsafe >= p.survey_often_share * np.maximum(memories.trips, 1))
    user = within_year(memories, memories.last_visit, week, p)
    n, answers = int(p.survey_panel_respondents), {}
    for g, name in enumerate(("woman", "man")):
        weight = panel.weight * (user & (panel.gender == g))
        answers[f"unsafe_sometimes_{name}"] = share(ever, weight, n, f"sometimes {name}", week, seed)
        answers[f"unsafe_often_{name}"] = share(often, weight, n, f"often {name}", week, seed)
    return answers


def on_the_spot(latent: Floats, times: Floats, week: int, seed: int, p: Parameters) -> dict[str, Answer]:
    """Return the share of 7 and over among people asked during their visit, as the OV-Klantenbarometer does.

    Args:
        latent: visit scores of a week, times: days that each visit was made on; both (visits,).
    """
    if not len(latent):
        return {"good_share": EMPTY}
    scores, n = score(latent, p), int(p.survey_spot_respondents)
    limit = p.survey_good_answer - 0.5
    expected = ndtr((scores - limit) / p.survey_noise)
    who = sample(times, n, "on the spot", week, seed)
    said = (rounded(scores[who], "on the spot", week, seed, p) >= p.survey_good_answer).astype(float)
    return {"good_share": wave_of(expected, times, said)}
