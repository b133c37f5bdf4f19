"""V30: what the count of stations below 6 does when nothing changes; four hundred stations, a wave a year."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from model.day.avoidance import score
from model.parameters import Parameters
from model.seasons import surveys

P = Parameters.default()
STATIONS, YEARS = 400, 60
MEAN, SD = 6.9, 0.82  # mean of the letter; spread that has 55 of 400 below 6
SPREAD = 1.03  # latent, so that single answers have a standard deviation of 1.9


def people_of(mean: float) -> np.ndarray:
    """Scores of the people of a station whose mean answer is ``mean``."""
    z = norm.ppf((np.arange(400) + 0.5) / 400)

    def gap(middle: float) -> float:
        return float(surveys.expected_answers(score(middle + SPREAD * z, P), P).mean()) - mean

    return score(brentq(gap, -3, 6) + SPREAD * z, P)


@pytest.fixture(scope="module")
def waves() -> np.ndarray:
    """(stations, years) means of waves of 175, of fixed truth."""
    truth = MEAN + SD * norm.ppf((np.arange(STATIONS) + 0.5) / STATIONS)
    n, weight = int(P.survey_respondents), np.ones(400)
    means = np.empty((STATIONS, YEARS))
    for s in range(STATIONS):
        people = people_of(float(np.clip(truth[s], 2, 9.4)))
        for year in range(YEARS):
            means[s, year] = surveys.asked(people, weight, n, f"station {s}", year, 1, P).value
    return means


def test_v30_the_count_below_six_changes_by_four_a_year_though_nothing_does(waves: np.ndarray) -> None:
    count = (waves < 6).sum(axis=0)
    assert count.mean() == pytest.approx(55, abs=3)
    pairs = count[1::2] - count[::2]  # years that share no wave
    more = np.concatenate([pairs, count[2::2] - count[1:-1:2]])
    sd = np.sqrt((more.astype(float) ** 2).mean())
    known = np.sqrt(2 * (rate(waves) * (1 - rate(waves))).sum())
    assert known == pytest.approx(4.2, rel=0.1)
    assert sd == pytest.approx(known, rel=0.25)  # 59 changes tell a standard deviation to 9%


def rate(waves: np.ndarray) -> np.ndarray:
    """Chance of each station to be below 6 in a year, from all its years but smoothed by their normal spread."""
    return norm.cdf((6 - waves.mean(axis=1)) / waves.std(axis=1, ddof=1))


def test_v30_answers_have_the_spread_that_the_letter_was_read_with(waves: np.ndarray) -> None:
    middle = waves.std(axis=1, ddof=1)[150:250].mean() * np.sqrt(P.survey_respondents)
    assert middle == pytest.approx(1.9, rel=0.06)
