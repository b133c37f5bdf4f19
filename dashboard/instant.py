"""Answers at once to what lies in the tray: the emulator that ships for a station, asked in the words of the tray."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from dashboard.kept_json import read_kept
from dashboard.tray import Tray

if TYPE_CHECKING:
    from scenarios.emulator import Emulator

SHIPPED: Final = Path(__file__).parent / "shipped" / "emulators"
SUFFIX: Final = ".json"
MOST_BYTES: Final = 5_000_000
AIM: Final = "safety_women_after_19"
MATTERS: Final = 0.01  # points: what a package must add to stand in the frontier
_MOST_SWITCHES: Final = 14
_BAND: Final = 1.96
Refused = Literal["", "none", "strength", "apart", "unsure"]


@dataclass(frozen=True)
class Guess:
    """One outcome as the emulator sees it.

    Attributes:
        key: of the outcome; base: its level without measures; relative: the change is a share of the base.
        mean, low, high: change, with its band of 95%.
        better: 1 where higher is better, else -1.
    """

    key: str
    base: float
    relative: bool
    mean: float
    low: float
    high: float
    better: int


@dataclass(frozen=True)
class Instant:
    """What the emulator says of a tray: guesses, or why there are none.

    Attributes:
        guesses: of all outcomes; empty where refused.
        refused: none (it holds something that was not in the study), strength (outside its range, other hours or
            zones), apart (never taken together), unsure (less sure than anywhere in the study).
        points, days: of the study; error: left out one at a time, of the score of women.
    """

    guesses: tuple[Guess, ...] = ()
    refused: Refused = ""
    points: int = 0
    days: int = 0
    error: float = 0.0


@dataclass(frozen=True)
class Package:
    """One package of the frontier: names of what is in it, cost in EUR a year, gain in points and its sd."""

    names: tuple[str, ...]
    cost: float
    gain: float
    sd: float


def _parsed(text: str) -> "Emulator":
    from scenarios.emulator import Emulator

    return Emulator.read(text)


def emulator_of(station: str, folder: Path = SHIPPED) -> "Emulator | None":
    """Return the emulator of a shipped station, None where there is none."""
    found: Emulator | None = read_kept(folder / f"{station}{SUFFIX}", MOST_BYTES, _parsed)
    return found


def coded_tray(emulator: "Emulator", tray: Tray) -> tuple[list[float], Refused]:
    """Return a tray as a point of the design, coded, and why it is none."""
    names, ranges = emulator.space.names, emulator.made.get("ranges", {})
    x = [0.0] * len(names)
    for slot in tray.slots:
        if slot.name not in tray.on:
            continue
        if slot.name not in names:
            return x, "none"
        if slot.name in tray.changed:
            return x, "strength"
        x[names.index(slot.name)] = 1.0
        if slot.strength is not None and (name := f"{slot.name}.{slot.strength.field}") in names:
            low, high = ranges[name]
            x[names.index(name)] = (tray.on[slot.name] - low) / (high - low)
        elif slot.strength is not None and tray.on[slot.name] != slot.default:
            return x, "strength"
    return x, ""


def ask(tray: Tray, folder: Path = SHIPPED) -> Instant | None:
    """Return what the emulator of a station says of what is on; None where nothing is on or nothing ships."""
    emulator = emulator_of(tray.station, folder) if tray.on else None
    if emulator is None:
        return None
    import numpy as np

    coded, refused = coded_tray(emulator, tray)
    first = next(iter(emulator.outcomes.values()))
    error = emulator.outcomes[AIM].checked.rmse if AIM in emulator.outcomes else 0.0
    about = Instant((), refused, first.checked.points, emulator.days, error)
    if refused:
        return about
    x = np.array(coded)
    guesses = []
    for key, process in emulator.outcomes.items():
        if emulator.refusal(x, key):
            outside = emulator.space.refusal(x)
            kind: Refused = "unsure" if not outside else "apart" if "together" in outside else "strength"
            if outside or key == AIM:
                return replace(about, refused=kind)
            continue
        answers = process.ask(emulator.space.clean(x)[None])
        low, high = (float(end[0]) for end in answers.band())
        points = process.points
        guesses.append(Guess(key, points.base, points.relative, float(answers.mean[0]), low, high, points.better))
    return replace(about, guesses=tuple(guesses))


def frontier(emulator: "Emulator", costs: Mapping[str, float], strengths: Mapping[str, float]) -> tuple[Package, ...]:
    """Return the packages of shipped strength that nobody beats by more than luck: more for women costs more.

    Args:
        emulator: of the station.
        costs: EUR a year of each measure alone, by name; those that are not named are left out.
        strengths: coded, by name of the strength.
    """
    import numpy as np

    space, process = emulator.space, emulator.outcomes[AIM]
    switches = [n for n, is_switch in zip(space.names, space.switch, strict=True) if is_switch and n in costs]
    switches = switches[:_MOST_SWITCHES]
    rows, named = [], []
    for chosen in itertools.product((0, 1), repeat=len(switches)):
        on = tuple(name for name, yes in zip(switches, chosen, strict=True) if yes)
        x = np.zeros(len(space.names))
        for name in on:
            x[space.names.index(name)] = 1.0
        for k, owner in enumerate(space.owner):
            if owner >= 0 and x[owner]:
                x[k] = strengths.get(space.names[k], 0.5)
        if not space.refusal(x):
            rows.append(x)
            named.append(on)
    means = process.mean_at(np.array(rows))
    spent = np.array([sum(costs[name] for name in on) for on in named])
    best, front = -MATTERS, []
    for i in np.lexsort((np.array([len(on) for on in named]), spent)):  # of equals the one with fewest measures
        if means[i] > best + MATTERS:
            best = float(means[i])
            front.append(int(i))
    answers = process.ask(np.array([rows[i] for i in front])) if front else None
    return tuple(
        Package(named[i], float(spent[i]), float(means[i]), float(answers.sd[k]))  # type: ignore[union-attr]
        for k, i in enumerate(front)
    )


def packages_of(station: str, folder: Path = SHIPPED) -> tuple[Package, ...]:
    """Return the frontier that was written beside the emulator of a station, cheapest first."""
    emulator = emulator_of(station, folder)
    listed: Sequence[Mapping[str, object]] = emulator.made.get("frontier", ()) if emulator is not None else ()
    return tuple(
        Package(tuple(map(str, p["names"])), float(str(p["cost"])), float(str(p["gain"])), float(str(p["sd"])))  # type: ignore[call-overload]
        for p in listed
    )


def best_within(packages: Sequence[Package], budget: float) -> Package | None:
    """Return the package with the largest gain that a budget pays, None where it pays for none."""
    return max((p for p in packages if p.cost <= budget), key=lambda p: p.gain, default=None)


def band(package: Package) -> tuple[float, float]:
    """Return the band of 95% of the gain of a package."""
    return package.gain - _BAND * package.sd, package.gain + _BAND * package.sd
