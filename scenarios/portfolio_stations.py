"""A made-up set of stations: each its archetype with covariates of its own and an effect that no model explains.

Types and parts of the country are spread as in the Dutch list of stations (``portfolios/SOURCES.md``). Offset and size
of the station effect are set to two published figures: the mean score, and the number of stations below 6 after 19:00.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from model.randomness import Purpose, entity_of, uniforms
from scenarios.archetypes import COVARIATES, Archetype, read_archetype, value_of
from scenarios.drawn_archetypes import ARCHETYPES as PLANS

Floats = NDArray[np.float64]
TYPES: Final = Path(__file__).parent / "portfolios" / "types.csv"
REGIONS: Final = ("north", "east", "south", "west")
SIX: Final = 6.0
_NIGHTS: Final = 365.0
_WIDEST: Final = 4.0  # points; a station effect larger than this would be no effect but another scale
# shape of each covariate over stations, coded 0 to 1: a beta distribution; assumed
_SHAPES: Final = {"size": (2.0, 2.0), "light": (2.0, 2.0), "staff": (0.5, 2.0), "disorder": (2.0, 3.0)}


@dataclass(frozen=True)
class Made:
    """One made-up station: name, archetype, part of the country, coded covariates, effect in points."""

    name: str
    archetype: str
    region: str
    covariates: tuple[float, ...]
    effect: float


@dataclass(frozen=True)
class StationSet:
    """Made-up stations with what their archetypes' emulators say of them.

    Attributes:
        stations; offset: added to the score of every station, points; spread: standard deviation of the effects;
        slope: how much of the differences between stations that the model gives is kept, 1 for all.
        model_mean, model_below: mean score, and stations below 6 after 19:00, before any of this.
    """

    stations: tuple[Made, ...]
    offset: float
    spread: float
    slope: float
    model_mean: float
    model_below: int
    evening: Floats
    day: Floats
    visits: Floats
    incidents: Floats

    @property
    def below_six(self) -> int:
        """Stations below 6 on feeling safe after 19:00."""
        return int((self.evening < SIX).sum())

    @property
    def mean_score(self) -> float:
        """Mean score of the whole day, every traveller weighing the same."""
        return float(np.average(self.day, weights=self.visits))

    @cached_property
    def by_archetype(self) -> dict[str, list[int]]:
        """Numbers of the stations of each archetype."""
        found: dict[str, list[int]] = {}
        for i, station in enumerate(self.stations):
            found.setdefault(station.archetype, []).append(i)
        return found


def type_counts(number: int) -> list[tuple[str, str]]:
    """Return (archetype, region) of each station, in the shares of the Dutch list (largest remainders)."""
    plan_of = {plan.kind: plan.id for plan in PLANS}
    with TYPES.open(encoding="utf-8", newline="") as file:
        rows = [(plan_of[row["kind"]], row["region"], int(row["stations"])) for row in csv.DictReader(file)]
    shares = np.array([n for _, _, n in rows]) * number / sum(n for _, _, n in rows)
    whole = np.floor(shares).astype(int)
    rest = sorted(range(len(rows)), key=lambda i: (-(shares[i] - whole[i]), i))
    for i in rest[: number - int(whole.sum())]:
        whole[i] += 1
    return [(a, r) for (a, r, _), n in zip(rows, whole.tolist(), strict=True) for _ in range(n)]


def make_stations(number: int, seed: int, mean_score: float, below_six: int) -> StationSet:
    """Return the set; a pure function of its arguments and of the archetypes.

    Args:
        number: of stations; seed: of their covariates and effects.
        mean_score: of the whole day over travellers; below_six: stations below 6 after 19:00.
    """
    kinds = type_counts(number)
    u, z = _luck(number, seed)
    known = {name: read_archetype(name) for name in {archetype for archetype, _ in kinds}}
    model, apart, visits, incidents = _levels(kinds, u, known)
    offset, spread, slope = _settle(model, apart, visits, z, mean_score, below_six)
    centre = float(np.average(model, weights=visits))
    evening = np.clip(centre + slope * (model - centre) + offset + spread * z, 1.0, 10.0)
    effects = evening - model
    stations = tuple(
        Made(f"S{i + 1:03d}", archetype, region, tuple(map(float, u[i])), float(effects[i]))
        for i, (archetype, region) in enumerate(kinds)
    )
    return StationSet(
        stations=stations,
        offset=offset,
        spread=spread,
        slope=slope,
        model_mean=float(np.average(model + apart, weights=visits)),
        model_below=int((model < SIX).sum()),
        evening=evening,
        day=np.clip(evening + apart, 1.0, 10.0),
        visits=visits,
        incidents=incidents,
    )


def _luck(number: int, seed: int) -> tuple[Floats, Floats]:
    """Return coded covariates (stations, 4) and standard normal effects (stations,), keyed by station."""
    entities = np.array([entity_of(f"portfolio station {i}") for i in range(number)], dtype=np.int64)
    purpose = int(Purpose.PARAMETER_DRAW)

    def draw(k: int) -> Floats:
        return np.asarray(uniforms(seed, purpose, 0, entities, np.full(number, k, dtype=np.int64), 0))

    u = np.column_stack([stats.beta.ppf(draw(k), *_SHAPES[name]) for k, name in enumerate(COVARIATES)])
    return u, np.asarray(special.ndtri(draw(len(COVARIATES))))


def _levels(
    kinds: Sequence[tuple[str, str]], u: Floats, known: dict[str, Archetype]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return score after 19:00, whole day minus that, visits after 19:00 and incidents a year of each station."""
    count = len(kinds)
    score, apart, visits, incidents = (np.zeros(count) for _ in range(4))
    for name, archetype in known.items():
        these = [i for i, (a, _) in enumerate(kinds) if a == name]
        level = {k: p.ask(u[these]).mean + p.points.base for k, p in archetype.levels.items()}
        score[these], incidents[these] = level["safety"], _NIGHTS * np.exp(level["incidents"])
        apart[these] = archetype.whole_day
        visits[these] = archetype.visits * np.array([value_of("size", x) for x in u[these, 0]])
    return score, apart, visits, incidents


def _settle(
    model: Floats, apart: Floats, visits: Floats, z: Floats, mean_score: float, below: int
) -> tuple[float, float, float]:
    """Return offset, spread and slope that give the mean score and the number of stations below 6.

    The slope stays 1 unless the model alone puts more stations below 6 than there are.
    """
    centre = float(np.average(model, weights=visits))

    def settled(spread: float, slope: float) -> tuple[float, int]:
        score = centre + slope * (model - centre) + spread * z
        offset = mean_score - float(np.average(score + apart, weights=visits))
        return offset, int((score + offset < SIX).sum())

    slope, spread = 1.0, 0.0
    if settled(0.0, 1.0)[1] > below:
        low, high = 0.0, 1.0
        for _ in range(40):
            slope = (low + high) / 2
            low, high = (low, slope) if settled(0.0, slope)[1] > below else (slope, high)
    low, high = 0.0, _WIDEST
    for _ in range(40):
        spread = (low + high) / 2
        low, high = (low, spread) if settled(spread, slope)[1] > below else (spread, high)
    return settled(spread, slope)[0], spread, slope
