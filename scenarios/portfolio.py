"""Money over many stations: which station gets which package, under floors and rules, and how sure that is.

Each station is answered by its archetype's emulator; the choice is a mixed-integer programme (HiGHS) whose gap is told.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from scenarios.package_search import AIMS
from scenarios.plain_files import read_part
from scenarios.portfolio_check import Rechecked
from scenarios.portfolio_menu import Menu, drawn_gains, menu_of
from scenarios.portfolio_stations import REGIONS, StationSet, make_stations
from scenarios.scenario import NAME_FORM

Floats = NDArray[np.float64]
PORTFOLIOS: Final = Path(__file__).parent / "portfolios"
GAP: Final = 0.01
SECONDS: Final = 20.0  # that one programme may take
DRAWS: Final = 20
NIGHTS_A_YEAR: Final = 365.0
_HALF: Final = 0.5
_OUT_OF_TIME: Final = 1  # status of scipy.optimize.milp
WEAKEST: Final = 0.25  # the quarter of the stations that score lowest after 19:00


class _Title(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    en: str = Field(min_length=1, max_length=120, description="title in English")
    nl: str = Field(min_length=1, max_length=120, description="title in Dutch")


class Rules(BaseModel):
    """What a portfolio must respect; all may be left out."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    every_below: float | None = Field(
        None, ge=1, le=10, description="every station that scores lower after 19:00 gets at least one measure"
    )
    weakest_share: float = Field(
        0.0, ge=0, le=1, description="share of the money, at least, for the quarter that scores lowest"
    )
    region_share: float = Field(
        0.0, ge=0, le=1, description="each region gets at least this part of its share of evening travellers"
    )
    weakest_gain: bool = Field(
        False, description="true: travellers at the weakest quarter gain at least as much as the mean traveller"
    )
    most_a_station: float | None = Field(None, gt=0, description="EUR for one station, at most")


NO_RULES: Final = Rules.model_validate({})


class PortfolioFile(BaseModel):
    """The fields of a portfolio file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description=NAME_FORM)
    title: _Title | None = Field(None, description="title with en and nl")
    stations: int = Field(400, ge=20, le=2000, description="number of made-up stations, 20 to 2000")
    seed: int = Field(1, ge=0, lt=2**32, description="of the stations")
    years: Annotated[int, Field(ge=1, le=30)] = Field(4, description="how long the money must last")
    aim: Literal["safety", "women", "incidents"] = Field("safety", description="safety, women or incidents")
    mean_score: float = Field(6.9, ge=1, le=10, description="mean score of the whole day")
    below_six: int = Field(55, ge=0, description="stations below 6 after 19:00")
    rules: Rules = Field(default=NO_RULES, description="floors and shares")


def read_portfolio(path: Path) -> PortfolioFile:
    """Return a portfolio file.

    Raises:
        StationFileError: with all its faults.
    """
    return read_part(path, PortfolioFile, what="portfolio", first="name: ...")[0]


@dataclass(frozen=True)
class Picked:
    """One solution: number of the package of each station, -1 for none; its value, and the gap to what is possible."""

    package: NDArray[np.int64]
    value: float
    gap: float


class PortfolioError(ValueError):
    """A question without an answer: the rules cannot all be met for this money."""


def weights_of(stations: StationSet, aim: str) -> Floats:
    """Return what a unit of gain of each station counts: travellers for scores, 1 for incidents."""
    return np.ones(len(stations.stations)) if AIMS[aim].relative else stations.visits


def weakest_of(stations: StationSet) -> NDArray[np.bool_]:
    """Return which stations are of the quarter that scores lowest after 19:00."""
    order = np.argsort(stations.evening, kind="stable")
    found = np.zeros(len(order), dtype=np.bool_)
    found[order[: max(1, round(WEAKEST * len(order)))]] = True
    return found


def pick(
    menu: Menu, stations: StationSet, weight: Floats, budget: float, rules: Rules, gain: Floats | None = None
) -> Picked:
    """Return the best choice for a budget.

    Args:
        menu: of the stations; weight: of a unit of gain of each.
        budget: EUR over all years; rules: floors and shares.
        gain: other gains than those of the menu, such as a draw.

    Raises:
        PortfolioError: the rules cannot be met, or no choice is found in time.
    """
    gain = menu.gain if gain is None else gain
    station, package = np.nonzero(menu.open)
    worth = weight[station] * gain[station, package]
    cost = menu.cost[station, package]
    count, columns = len(gain), np.arange(len(station))
    one = sparse.csr_matrix((np.ones(len(station)), (station, columns)), shape=(count, len(station)))
    least = np.zeros(count)
    if rules.every_below is not None:
        least[stations.evening < rules.every_below] = 1.0
    limits = [LinearConstraint(one, least, np.ones(count))]
    rows, low, high = _shares(cost, station, stations, weight, worth, rules)
    limits.append(LinearConstraint(np.array([cost, *rows]), [-np.inf, *low], [budget, *high]))
    most = np.ones(len(cost))
    if rules.most_a_station is not None:
        most[cost > rules.most_a_station] = 0.0
    found = milp(
        -worth,
        constraints=limits,
        bounds=Bounds(0.0, most),
        integrality=np.ones(len(cost)),
        options={"mip_rel_gap": GAP / 2, "time_limit": SECONDS},
    )
    if found.x is None and found.status == _OUT_OF_TIME:
        raise PortfolioError(f"no choice was found within {SECONDS:g} s; take fewer stations, options or rules")
    if found.x is None:
        raise PortfolioError(_why_not(np.where(menu.open, menu.cost, np.inf), least > 0, budget))
    taken = found.x > _HALF
    chosen = np.full(count, -1, dtype=np.int64)
    chosen[station[taken]] = package[taken]
    value = float(worth[taken].sum())
    bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else value
    return Picked(chosen, value, max(0.0, (bound - value) / max(abs(bound), 1e-12)))


def _why_not(cost: Floats, floor: NDArray[np.bool_], budget: float) -> str:
    """Return why no choice meets the rules, with the money that the floors alone need where that is the reason."""
    needed = float(cost[floor].min(axis=1).sum())
    if needed > budget:
        return f"one measure at each of the {int(floor.sum())} stations of the floor needs about EUR {needed:,.0f}"
    return "the floors and rules cannot all be met for this budget"


def _shares(
    cost: Floats, station: NDArray[np.int64], stations: StationSet, weight: Floats, worth: Floats, rules: Rules
) -> tuple[list[Floats], list[float], list[float]]:
    """Return rows and limits of the rules on money and gain; one column for each package that a station may take."""
    weak = weakest_of(stations)
    rows: list[Floats] = []
    low: list[float] = []
    if rules.weakest_share > 0:  # money for the weakest is at least a share of all that is spent
        rows.append(cost * (weak[station] - rules.weakest_share))
        low.append(0.0)
    if rules.region_share > 0:
        regions = np.array([made.region for made in stations.stations])
        for region in REGIONS:
            here = regions == region
            share = rules.region_share * float(stations.visits[here].sum() / stations.visits.sum())
            rows.append(cost * (here[station] - share))
            low.append(0.0)
    if rules.weakest_gain:
        of_weak, of_all = float(weight[weak].sum()), float(weight.sum())
        rows.append((weak[station] / of_weak - 1 / of_all) * worth)
        low.append(0.0)
    return rows, low, [np.inf] * len(rows)


@dataclass(frozen=True)
class Portfolio:
    """The answer.

    Attributes:
        asked, budget: the question, EUR over all years.
        stations, menu, picked: the set, what could be done, what is chosen.
        share_in: share of draws in which each station gets something; same: in which it gets the same package.
        regret: what the choice loses on average against the best one of each draw, a fraction of its value; an upper
            limit, because the best of a draw profits from the noise of that draw.
        checked: stations that were run in the model.
        other: archetypes learned by another version of the model which answers otherwise; None when none was tried.
    """

    asked: PortfolioFile
    budget: float
    stations: StationSet
    menu: Menu
    picked: Picked
    share_in: Floats
    same: Floats
    regret: float
    draws: int
    checked: tuple[Rechecked, ...] = ()
    other: tuple[str, ...] | None = None

    @property
    def spent(self) -> float:
        """EUR over all years."""
        return float(sum(self.menu.cost[s, p] for s, p in enumerate(self.picked.package) if p >= 0))

    @property
    def chosen(self) -> NDArray[np.int64]:
        """Numbers of the stations that get something, those with most money first."""
        these = np.flatnonzero(self.picked.package >= 0)
        cost = self.menu.cost[these, self.picked.package[these]]
        return np.asarray(these[np.lexsort((these, -cost))])

    def gains(self, package: NDArray[np.int64] | None = None) -> Floats:
        """Return the expected gain of each station, 0 where nothing is done."""
        package = self.picked.package if package is None else package
        rows = np.arange(len(package))
        return np.where(package >= 0, self.menu.gain[rows, np.maximum(package, 0)], 0.0)

    @property
    def after(self) -> Floats:
        """Expected score after 19:00 of each station with its package; as it was for other aims."""
        if AIMS[self.asked.aim].relative:
            return self.stations.evening
        return np.asarray(self.stations.evening + self.gains())


def solve(asked: PortfolioFile, budget: float, draws: int = DRAWS) -> Portfolio:
    """Return the best portfolio and how it changes over draws of what the emulators do not know.

    Raises:
        PortfolioError: the rules cannot be met for this money.
    """
    stations = make_stations(asked.stations, asked.seed, asked.mean_score, asked.below_six)
    menu = menu_of(stations, asked.aim, asked.years)
    weight = weights_of(stations, asked.aim)
    picked = pick(menu, stations, weight, budget, asked.rules)
    count = len(stations.stations)
    share, same, lost = np.zeros(count), np.zeros(count), []
    worth = picked.package >= 0
    rows = np.arange(count)
    for gain in drawn_gains(stations, menu, asked.aim, draws, asked.seed):
        other = pick(menu, stations, weight, budget, asked.rules, gain)
        share += other.package >= 0
        same += other.package == picked.package
        mine = float((weight * np.where(worth, gain[rows, np.maximum(picked.package, 0)], 0.0)).sum())
        lost.append((other.value - mine) / max(abs(other.value), 1e-12))
    number = max(draws, 1)
    regret = float(np.mean(lost)) if lost else float("nan")
    return Portfolio(asked, budget, stations, menu, picked, share / number, same / number, regret, draws)


def table_rows(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Return one row a station, for portfolio.csv."""
    rows = []
    gains = portfolio.gains()
    for i, station in enumerate(portfolio.stations.stations):
        p = int(portfolio.picked.package[i])
        rows.append(
            {
                "station": station.name,
                "archetype": station.archetype,
                "region": station.region,
                "evening_visits": round(float(portfolio.stations.visits[i]), 1),
                "score_evening": round(float(portfolio.stations.evening[i]), 3),
                "score_day": round(float(portfolio.stations.day[i]), 3),
                "package": "+".join(portfolio.menu.names(p)) if p >= 0 else "",
                "cost_eur": round(float(portfolio.menu.cost[i, p])) if p >= 0 else 0,
                "gain": float(gains[i]),
                "gain_sd": float(portfolio.menu.sd[i, p]) if p >= 0 else 0.0,
                "share_of_draws_in": float(portfolio.share_in[i]),
                "share_of_draws_same": float(portfolio.same[i]),
            }
        )
    return rows


def csv_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
