"""Solves the shipped portfolio for several budgets: ``python -m dashboard.ship_portfolio``."""

import argparse
import math
from pathlib import Path
from typing import Final

from dashboard.portfolio_file import SHIPPED, Given, PortfolioFile, Solved, Spot, write_portfolio
from scenarios.archetypes import options
from scenarios.portfolio import PORTFOLIOS, Portfolio, PortfolioError, read_portfolio, solve
from scenarios.version import model_version

NAME: Final = "twenty-million"
BUDGETS: Final = (5e6, 10e6, 20e6, 40e6, 80e6)
DRAWS: Final = 10


def solved_of(found: Portfolio) -> Solved:
    """Return a solved portfolio as the page reads it."""
    given = []
    gains = found.gains()
    for i, p in enumerate(found.picked.package.tolist()):
        names = tuple(found.menu.names(p)) if p >= 0 else ()
        cost, sd = (float(found.menu.cost[i, p]), float(found.menu.sd[i, p])) if p >= 0 else (0.0, 0.0)
        given.append(Given(names, cost, float(gains[i]), sd, float(found.share_in[i])))
    regret = found.regret if math.isfinite(found.regret) else 0.0
    return Solved(found.budget, found.spent, found.picked.gap, found.draws, regret, tuple(given))


def ship(path: Path, draws: int) -> Path:
    """Solve all budgets and write the file."""
    asked = read_portfolio(PORTFOLIOS / f"{NAME}.yaml")
    solved: list[Solved] = []
    spots: tuple[Spot, ...] = ()
    for budget in BUDGETS:
        try:
            found = solve(asked, budget, draws)
        except PortfolioError as error:
            print(f"{budget:,.0f}: {error}", flush=True)
            continue
        solved.append(solved_of(found))
        stations = found.stations
        spots = tuple(
            Spot(s.name, s.archetype, s.region, float(stations.visits[i]), float(stations.evening[i]))
            for i, s in enumerate(stations.stations)
        )
        print(f"{budget:,.0f}: {found.spent:,.0f} spent", flush=True)
    titles = {option.name: dict(option.title) for option in options()}
    file = PortfolioFile(asked.years, asked.rules.model_dump(), spots, tuple(solved), model_version(), titles)
    return write_portfolio(path, file)


def main() -> None:
    """Solve and write."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.ship_portfolio", description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS)
    path = ship(SHIPPED, parser.parse_args().draws)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
