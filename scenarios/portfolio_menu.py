"""What every package does and costs at every made-up station, answered by the emulators of the archetypes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scenarios.archetypes import costs_of, in_place, options, read_archetype, tray_of
from scenarios.package_search import AIMS
from scenarios.portfolio_stations import StationSet

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Menu:
    """What every package does and costs at every station, (stations, packages).

    Attributes:
        cost: EUR over all years; gain: of each traveller in points, or incidents avoided a year; sd: of it.
        packages: (packages, options) of 0 and 1; options: their names.
        offered: which packages a station may take: of those that its type knows the ones that no other, nor a mix of
            two, beats in cost and gain; none with an option that changes nothing there; sd is known of these alone.
            None for all.
    """

    cost: Floats
    gain: Floats
    sd: Floats
    packages: Floats
    options: tuple[str, ...]
    offered: NDArray[np.bool_] | None = None

    def names(self, package: int) -> tuple[str, ...]:
        """Return the options in a package."""
        return tuple(name for name, on in zip(self.options, self.packages[package], strict=True) if on)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Which packages each station may take."""
        return np.ones(self.gain.shape, dtype=np.bool_) if self.offered is None else self.offered


def packages_of(names: Sequence[str]) -> Floats:
    """Return all packages of the options but the empty one, (packages, options) of 0 and 1; groups exclude."""
    groups: dict[str, list[int]] = {}
    for i, option in enumerate(options()):
        groups.setdefault(option.group or f"/{option.name}", []).append(i)
    rows = []
    for picked in product(*((None, *members) for members in groups.values())):
        row = np.zeros(len(names))
        row[[i for i in picked if i is not None]] = 1.0
        rows.append(row)
    return np.array(rows[1:])


def menu_of(stations: StationSet, aim: str, years: int) -> Menu:
    """Return the menu of a set of stations."""
    names = tuple(option.name for option in options())
    packages = packages_of(names)
    count, width = len(stations.stations), len(packages)
    cost, gain, sd = (np.zeros((count, width)) for _ in range(3))
    offered = np.zeros((count, width), dtype=np.bool_)
    for archetype, these in stations.by_archetype.items():
        known, own = _known(archetype, packages, names)
        process = read_archetype(archetype).emulator.outcomes[aim]
        priced = [names.index(option.name) for option in tray_of(archetype).options]
        for s in these:
            u = stations.stations[s].covariates
            each = costs_of(archetype, u)
            done = packages[:, priced] @ in_place(archetype, u, each) > 0
            here = np.flatnonzero(known & ~done)
            x = np.hstack([own[here], np.tile(u, (len(here), 1))])
            gain[s, here] = AIMS[aim].better * process.mean_at(x)
            cost[s, here] = years * (packages[np.ix_(here, priced)] @ each)
            offered[s, here] = _unbeaten(cost[s, here], gain[s, here])
            best = np.flatnonzero(offered[s, here])
            sd[s, here[best]] = process.ask(x[best]).sd
    if AIMS[aim].relative:
        gain, sd = gain * stations.incidents[:, None], sd * stations.incidents[:, None]
    return Menu(cost, gain, sd, packages, names, offered)


def _known(archetype: str, packages: Floats, names: Sequence[str]) -> tuple[NDArray[np.bool_], Floats]:
    """Return which packages a type of station may take, and all packages in the order in which they were learned.

    A type that another one answers for may take what both know.
    """
    tray, space = tray_of(archetype), read_archetype(archetype).emulator.space
    learned = [name for name, on_off in zip(space.names, space.switch, strict=True) if on_off]
    own = [option.name for option in tray.options]
    mine = packages[:, [names.index(name) for name in own]]
    allowed = np.array([tray.allowed(np.flatnonzero(row).tolist()) for row in mine])
    both = [names.index(name) for name in own if name in learned]
    others = np.setdiff1d(np.arange(len(names)), both)
    return allowed & ~packages[:, others].any(axis=1), packages[:, [names.index(name) for name in learned]]


def _unbeaten(cost: Floats, gain: Floats) -> NDArray[np.bool_]:
    """Return the packages that neither another one nor a mix of two, or of one and nothing, beats in cost and gain.

    Whatever a euro and a point are worth at a station, its best package is one of these: the bound on what any choice
    can reach is the same with all packages as with these few.
    """
    kept: list[int] = []
    for i in np.lexsort((-gain, cost)).tolist():
        if gain[i] <= (gain[kept[-1]] if kept else 0.0):
            continue
        while kept:
            before = kept[-2] if len(kept) > 1 else None
            x0, y0 = (cost[before], gain[before]) if before is not None else (0.0, 0.0)
            x1, y1 = cost[kept[-1]] - x0, gain[kept[-1]] - y0
            if y1 * (cost[i] - x0) > (gain[i] - y0) * x1:
                break
            kept.pop()
        kept.append(i)
    found = np.zeros(len(cost), dtype=np.bool_)
    found[kept] = True
    return found


def drawn_gains(stations: StationSet, menu: Menu, aim: str, draws: int, seed: int) -> list[Floats]:
    """Return draws of the gains of all packages at all stations, what the emulator does not know hanging together."""
    out = [np.zeros(menu.gain.shape) for _ in range(draws)]
    rng = np.random.default_rng(seed)
    for name in sorted(stations.by_archetype) if draws else ():
        these = np.array(stations.by_archetype[name])
        _, own = _known(name, menu.packages, menu.options)
        rows, package = np.nonzero(menu.open[these])
        u = np.array([stations.stations[s].covariates for s in these])
        x = np.hstack([own[package], u[rows]])
        found = read_archetype(name).emulator.outcomes[aim].joint(x, draws, rng)
        for number in range(draws):
            out[number][these[rows], package] = AIMS[aim].better * found[number]
    if AIMS[aim].relative:
        out = [gain * stations.incidents[:, None] for gain in out]
    return out
