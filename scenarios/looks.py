"""When to look at a running comparison, when to stop it, and which of many lines may be called shown.

The rules look at widths only, never at signs: stopping on width costs no coverage, stopping on a sign does.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

from scipy import special

from scenarios.intervals import t_quantile

State = Literal["first", "so_far", "final"]
Scale = Literal["relative", "score", "share"]

LOOKS: Final = (5, 10, 20, 40, 80, 160, 320, 640)
FEWEST_PAIRS: Final = 5  # below: values, no verdict, "too early to say"
FEWEST_PAIRS_VERDICT: Final = 10
FEWEST_EFFECTIVE_VERDICT: Final = 8.0
LEVEL_SO_FAR: Final = 0.99  # so that all looks together keep 95%
LEVEL_FINAL: Final = 0.95
FAILED_SHARE_LIMIT: Final = 0.02  # more failed days: no verdict, failure may depend on the scenario
# narrow enough: half-width below the floor or below a fifth of the effect, whichever is larger
WIDTH_FLOOR: Final[dict[Scale, float]] = {"relative": 0.05, "score": 0.05, "share": 0.01}
WIDTH_SHARE_OF_EFFECT: Final = 0.20


def last_look(pairs: int) -> int:
    """Return the number of pairs of the last look that has been reached, 0 before the first."""
    return max((look for look in LOOKS if look <= pairs), default=0)


def next_look(pairs: int) -> int:
    """Return the first look at or after this number of pairs; beyond the last look it goes on doubling."""
    look = LOOKS[-1]
    for candidate in LOOKS:
        if candidate >= pairs:
            return candidate
    while look < pairs:
        look *= 2
    return look


def state_of(pairs: int, *, finished: bool) -> State:
    """Return how far an answer is.

    Args:
        pairs: finished pairs.
        finished: stopped by the stop rule, or exactly the number of days that was asked for beforehand. False
            for a run that goes on, was broken off, or was prolonged after a final answer had been seen.
    """
    if pairs < FEWEST_PAIRS:
        return "first"
    return "final" if finished else "so_far"


def pairs_shown(pairs: int, *, finished: bool) -> int:
    """Return on how many pairs, from day 1 on, an answer rests: all of them, or those of the last look."""
    return last_look(pairs) if state_of(pairs, finished=finished) == "so_far" else pairs


def level_of(state: State) -> float:
    """Return the level of the printed interval: 99% while one watches, 95% in the end."""
    return LEVEL_FINAL if state == "final" else LEVEL_SO_FAR


def width_wanted(scale: Scale, effect: float) -> float:
    """Return the half-width of the 95% interval at which a headline line is narrow enough."""
    return max(WIDTH_FLOOR[scale], WIDTH_SHARE_OF_EFFECT * abs(effect))


@dataclass(frozen=True, slots=True)
class DaysNeeded:
    """How many pairs a line needs in all.

    Attributes:
        pairs: best guess; low, high: 80% range of that guess (the spread of the days is itself an estimate).
        look: the look at which that many pairs are there.
        at_least: the line rests on too few days to say more than "at least".
    """

    pairs: int
    low: int
    high: int
    look: int
    at_least: bool


def days_needed(pairs: int, half: float, wanted: float, k: float = float("inf")) -> DaysNeeded:
    """Return the forecast of the number of pairs at which the half-width reaches ``wanted``.

    Args:
        pairs: pairs so far, at least 2.
        half: half-width of the 95% interval now.
        wanted: half-width asked for, positive.
        k: effective days of the line.
    """
    t_now = float(t_quantile(LEVEL_FINAL, pairs - 1))

    def reached(number: int) -> bool:
        t_then = float(t_quantile(LEVEL_FINAL, number - 1))
        return bool(half * (pairs / number) ** 0.5 * t_then / t_now <= wanted)

    high = 2
    while not reached(high):
        high *= 2
    low = max(high // 2, 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    nu = pairs - 1
    # chdtri takes the upper tail: the 90% point of chi-square is chdtri(nu, 0.1)
    few, many = (high * nu / float(special.chdtri(nu, tail)) for tail in (0.1, 0.9))
    look = next_look(max(high, FEWEST_PAIRS_VERDICT))
    return DaysNeeded(high, round(few), round(many), look, k < FEWEST_EFFECTIVE_VERDICT)


def uncarried(pairs: int, loud: int | None) -> DaysNeeded | None:
    """Return the forecast of the pairs on which enough loud days are met for a verdict on a score; None when there are.

    Args:
        pairs: pairs so far, at least 1.
        loud: loud days among them (``scenarios.loud_days``), None for a line that does not hang on them. None met
            counts as one, and the forecast is a lower limit.
    """
    if loud is None or loud >= FEWEST_EFFECTIVE_VERDICT:
        return None
    met = max(loud, 1)
    # 80% range of a Poisson count: half a chi-square with 2m and 2m + 2 degrees; chdtri takes the upper tail
    fewest, most = float(special.chdtri(2 * met, 0.9)) / 2, float(special.chdtri(2 * met + 2, 0.1)) / 2
    best, low, high = (math.ceil(FEWEST_EFFECTIVE_VERDICT * pairs / rate) for rate in (met, most, fewest))
    return DaysNeeded(best, low, high, next_look(max(best, FEWEST_PAIRS_VERDICT)), loud == 0)


@dataclass(frozen=True, slots=True)
class Width:
    """What the stop rule may know of a line: no sign, only how wide it is.

    Attributes:
        scale: relative, score or share.
        effect: size of the effect on that scale; only its absolute value is used.
        half: half-width of the 95% interval on that scale, inf when unbounded.
        k: effective days.
        loud: days with loud people, of a score; see ``uncarried``.
    """

    scale: Scale
    effect: float
    half: float
    k: float
    loud: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Decision at a look.

    Attributes:
        stop: whether to stop here.
        waiting: numbers of the lines that are still too wide and can be reached within the limit.
        out_of_reach: numbers of the lines that cannot, with their forecast.
    """

    stop: bool
    waiting: tuple[int, ...]
    out_of_reach: tuple[tuple[int, DaysNeeded], ...]


def stop_at_look(pairs: int, lines: list[Width], limit: int) -> Stop:
    """Return whether a run may stop at this look.

    Only lines with at least 8 effective days count, and a score waits for its loud days; a run never stops before
    10 pairs, between looks, or while no line at all is narrow enough. Lines out of reach are listed and do not hold
    the others up.
    """
    waiting: list[int] = []
    beyond: list[tuple[int, DaysNeeded]] = []
    reached = 0
    for number, line in enumerate(lines):
        carried = uncarried(pairs, line.loud)
        if carried is not None:
            if carried.look > limit:
                beyond.append((number, carried))
            else:
                waiting.append(number)
            continue
        if line.k < FEWEST_EFFECTIVE_VERDICT:
            continue
        wanted = width_wanted(line.scale, line.effect)
        if line.half < wanted:
            reached += 1
            continue
        forecast = days_needed(pairs, line.half, wanted, line.k) if line.half < float("inf") else None
        if forecast is not None and forecast.look > limit:
            beyond.append((number, forecast))
        else:
            waiting.append(number)
    at_look = pairs in LOOKS and pairs >= FEWEST_PAIRS_VERDICT
    return Stop(at_look and reached > 0 and not waiting, tuple(waiting), tuple(beyond))


def holm(p: list[float], alpha: float = 0.05) -> list[bool]:
    """Return which lines pass Holm's step-down rule (Holm S 1979, Scand J Stat 6).

    Sort the p's, compare the smallest with alpha/m, the next with alpha/(m-1), ...; stop at the first
    that fails. An undefined p (NaN) counts in the family and never passes.
    """
    passed = [False] * len(p)
    order = sorted(range(len(p)), key=lambda i: (math.isnan(p[i]), p[i]))
    for step, line in enumerate(order):
        if not p[line] <= alpha / (len(p) - step):
            break
        passed[line] = True
    return passed
