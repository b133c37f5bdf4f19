"""A portfolio solved for several budgets, as one small file that the page draws: no solver runs behind the page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from dashboard.kept_json import read_kept
from scenarios.safe_files import write_whole

SHIPPED: Final = Path(__file__).parent / "shipped" / "portfolio.json"
SIX: Final = 6.0
BAND: Final = 1.96
MOST_BYTES: Final = 5_000_000


@dataclass(frozen=True)
class Spot:
    """One made-up station: name, archetype, part of the country, evening visits a day, score after 19:00."""

    name: str
    archetype: str
    region: str
    visits: float
    score: float


@dataclass(frozen=True)
class Given:
    """What a station gets. Attributes: package: its options; cost over all years; gain in points, its sd; share of
    draws in which it gets something."""

    package: tuple[str, ...]
    cost: float
    gain: float
    sd: float
    share: float


@dataclass(frozen=True)
class Solved:
    """The answer for one budget.

    Attributes:
        budget, spent: EUR over all years; gap: share by which no other choice can be better.
        draws: of what the emulators do not know; regret: share of the gain lost on average, at most.
        given: of each station, in their order.
    """

    budget: float
    spent: float
    gap: float
    draws: int
    regret: float
    given: tuple[Given, ...]


@dataclass(frozen=True)
class PortfolioFile:
    """All budgets of one set of stations. Attributes: years; rules: as in its file; checked: what the model said of
    stations drawn by lot, (inside, of how many); spots; solved: by budget, smallest first; version: of the model;
    titles: of the options, by name and language."""

    years: int
    rules: Mapping[str, Any]
    spots: tuple[Spot, ...]
    solved: tuple[Solved, ...]
    version: str = ""
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def weakest(self) -> frozenset[int]:
        """Numbers of the quarter of the stations that scores lowest."""
        order = sorted(range(len(self.spots)), key=lambda i: self.spots[i].score)
        return frozenset(order[: len(order) // 4])

    def after(self, solved: Solved) -> list[float]:
        """Return the expected score after 19:00 of each station."""
        return [spot.score + given.gain for spot, given in zip(self.spots, solved.given, strict=True)]

    def below(self, scores: Sequence[float]) -> int:
        """Return how many stations score below 6."""
        return sum(score < SIX for score in scores)

    def mean_gain(self, solved: Solved, numbers: Sequence[int]) -> float:
        """Return the points that a traveller at some of the stations gains."""
        visits = sum(self.spots[i].visits for i in numbers)
        return sum(self.spots[i].visits * solved.given[i].gain for i in numbers) / visits if visits else 0.0


def write_portfolio(path: Path, file: PortfolioFile) -> Path:
    """Write a file; four figures of each number are kept."""

    def short(value: Any) -> Any:
        if isinstance(value, float):
            return float(f"{value:.4g}") if abs(value) < 1e5 else round(value)
        if isinstance(value, dict):
            return {key: short(inner) for key, inner in value.items()}
        return [short(inner) for inner in value] if isinstance(value, list | tuple) else value

    write_whole(path, json.dumps(short(asdict(file)), separators=(",", ":"), allow_nan=False))
    return path


def _parsed(text: str) -> PortfolioFile:
    raw = json.loads(text)
    spots = tuple(Spot(**spot) for spot in raw["spots"])
    solved = tuple(
        Solved(**{**one, "given": tuple(Given(**{**g, "package": tuple(g["package"])}) for g in one["given"])})
        for one in raw["solved"]
    )
    return PortfolioFile(raw["years"], raw["rules"], spots, solved, raw["version"], raw.get("titles", {}))


def shipped_portfolio(path: Path = SHIPPED) -> PortfolioFile | None:
    """Return the portfolio that ships, None where there is none."""
    found: PortfolioFile | None = read_kept(path, MOST_BYTES, _parsed)
    return found
