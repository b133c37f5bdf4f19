"""Sensitivity of a noisy model: designs in which luck is an input of its own, and what their results say.

All points of a row (Sobol, Morris, Shapley) are run on the same day, every row on another; one more point a row, the
same values on another day, tells how much luck alone moves the result: the noise floor. An input that nobody reads,
the dummy, rides along; on the same day it gives exactly 0, so that it proves the books and not the noise. Methods that
look at given points (PAWN, delta) have luck as a column, and the dummy is their floor.

Samples and estimates are those of SALib (Herman and Usher 2017); the Shapley effects are Goda's (2021).
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Method = Literal["morris", "sobol", "pawn", "delta", "shapley"]
METHODS: Final[tuple[Method, ...]] = ("morris", "sobol", "pawn", "delta", "shapley")
ROWS: Final[Mapping[Method, int]] = {"morris": 20, "sobol": 512, "pawn": 512, "delta": 512, "shapley": 512}
FEWEST_ROWS: Final[Mapping[Method, int]] = {"morris": 4, "sobol": 16, "pawn": 64, "delta": 64, "shapley": 16}
FEWEST_FOR_FIRST: Final = 256  # rows of Sobol below which no first-order index is given
FEWEST_FOR_RANK: Final = 2048  # below which first-order indices are not ranked
DUMMY: Final = "dummy"
LUCK: Final = "luck"
LEVELS: Final = 4  # of Morris: steps of two thirds of the range
STEP: Final = LEVELS / (2 * (LEVELS - 1))
GIVEN_DAYS: Final = 8  # days over which given points are spread
RESAMPLES: Final = 1000
DELTA_RESAMPLES: Final = 50  # each takes SALib three densities
SMALL: Final = 0.05  # of the largest: an input whose upper end is lower is dropped
LEVEL: Final = 0.95


class FailedPointsError(RuntimeError):
    """Some points have no result: no index is computed. ``failed`` and ``total`` count them."""

    def __init__(self, failed: int, total: int, told: str = "") -> None:
        self.failed, self.total = failed, total
        because = f": {told}" if told else ""
        super().__init__(f"{failed} of {total} points failed, so no index is computed{because}")


@dataclass(frozen=True)
class Group:
    """Inputs that move together, or one alone. Attributes: name; members: names of what moves, none for the dummy."""

    name: str
    members: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns that it takes in a design."""
        return max(1, len(self.members))


@dataclass(frozen=True, eq=False)
class Plan:
    """Points of an analysis.

    Attributes:
        method, groups: the last group is the dummy.
        x: (points, columns) shares of the range of each member, 0 to 1, in the order of ``names``.
        day: (points,) numbers of days from 0 on.
        rows: of the design; points of a row follow each other.
        seed: of the design and of resampling.
    """

    method: Method
    groups: tuple[Group, ...]
    x: Floats
    day: Ints
    rows: int
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each column."""
        return tuple(name for group in self.groups for name in (group.members or (group.name,)))


@dataclass(frozen=True)
class Index:
    """How much an input matters.

    Attributes:
        name: of the group, ``luck`` or ``dummy``.
        value, low, high: mu* in units of the result (morris), total index (sobol), median KS distance (pawn), delta,
            share of the variance (shapley), with 95% interval; NaN where the method gives none.
        first, first_low, first_high: first-order index of Sobol, NaN with too few rows.
        among: total index among parameters alone, luck left out (sobol).
        shown: the interval lies above 0 and the value above the noise floor.
    """

    name: str
    value: float
    low: float
    high: float
    first: float = nan
    first_low: float = nan
    first_high: float = nan
    among: float = nan
    shown: bool = False


@dataclass(frozen=True)
class Indices:
    """What an analysis says of one result.

    Attributes:
        method; floor: what luck alone gives; indices: groups in their order, then dummy and luck.
        mean, sd: of the result over the design.
        rows, points: of the design.
    """

    method: Method
    floor: float
    indices: tuple[Index, ...]
    mean: float
    sd: float
    rows: int
    points: int
    by_name: Mapping[str, Index] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Index:
        return self.by_name[name]

    @property
    def ranked(self) -> tuple[Index, ...]:
        """Indices by size, largest first."""
        return tuple(sorted(self.indices, key=lambda index: -index.value))

    @property
    def hidden(self) -> bool:
        """Whether no input stands out from the noise of days: none shown has 5% of the largest, luck included."""
        return not any(i.shown and i.high >= self._small_below for i in self.indices if i.name not in (DUMMY, LUCK))

    @property
    def _small_below(self) -> float:
        return SMALL * max(index.value for index in self.indices)

    @property
    def small(self) -> tuple[str, ...]:
        """Names of inputs whose upper end is under 5% of the largest: they may be left out; none if ``hidden``."""
        if self.hidden:
            return ()
        return tuple(i.name for i in self.indices if i.name not in (DUMMY, LUCK) and i.high < self._small_below)


def make_plan(method: Method, groups: Sequence[Group], *, rows: int | None = None, seed: int = 1) -> Plan:
    """Return the points of an analysis; the dummy is added.

    Args:
        rows: trajectories (morris), base rows (sobol; a power of two is best), points (pawn, delta), permutations
            (shapley).

    Raises:
        ValueError: no group, names given twice, too few rows.
    """
    all_groups = (*groups, Group(DUMMY, ()))
    names = [name for group in all_groups for name in (group.name, *group.members)]
    if not groups or any(names.count(name) > (2 if name in {g.name for g in all_groups} else 1) for name in names):
        raise ValueError("an analysis needs at least one group, and each name once")
    n = ROWS[method] if rows is None else rows
    if n < FEWEST_ROWS[method]:
        raise ValueError(f"{method} needs at least {FEWEST_ROWS[method]} rows, not {n}")
    x, day = _DESIGNS[method](all_groups, n, seed)
    return Plan(method, all_groups, x, day, n, seed)


def indices_of(plan: Plan, result: Floats, *, resamples: int = RESAMPLES) -> Indices:
    """Return the indices of one result.

    Args:
        result: of each point, (points,).
        resamples: of the bootstrap over rows.

    Raises:
        FailedPointsError: a point has no finite result.
    """
    failed = int((~np.isfinite(result)).sum())
    if failed:
        raise FailedPointsError(failed, len(result))
    if np.ptp(result) == 0:
        names = (*(group.name for group in plan.groups), LUCK)
        found, floor = [Index(name, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0) for name in names], 0.0
    else:
        found, floor = _ANALYSES[plan.method](plan, result, resamples)
    mean, sd = float(np.mean(result)), float(np.std(result))
    return Indices(
        plan.method, floor, tuple(found), mean, sd, plan.rows, len(result), {index.name: index for index in found}
    )


@dataclass(frozen=True)
class Swing:
    """What a result is on average where one input is low and where it is high. Attributes: name; low, high."""

    name: str
    low: float
    high: float


def swings(plan: Plan, result: Floats) -> tuple[Swing, ...]:
    """Return the swing of each input that stands alone, the widest first: means over its lowest and highest third."""
    found, column = [], 0
    for group in plan.groups:
        if group.width == 1 and group.name != DUMMY:
            share = plan.x[:, column]
            ends = (share <= 1 / 3, share >= 2 / 3)
            if all(end.any() for end in ends):
                low, high = (float(np.mean(result[end])) for end in ends)
                found.append(Swing(group.name, low, high))
        column += group.width
    return tuple(sorted(found, key=lambda swing: -abs(swing.high - swing.low)))


# -- the problem as SALib wants it -----------------------------------------------------------------------------------


def _problem(groups: Sequence[Group]) -> dict[str, Any]:
    names = [name for group in groups for name in (group.members or (group.name,))]
    of = [group.name for group in groups for _ in range(group.width)]
    grouped = {"groups": of} if len(groups) != len(names) else {}
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names), **grouped}


def _one_column_each(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _with_luck(x: Floats, rows: int) -> tuple[Floats, Ints]:
    """Return the points with one more at the end of each row: the first of the row on another day."""
    per = len(x) // rows
    blocks = x.reshape(rows, per, -1)
    more = np.concatenate([blocks, blocks[:, :1]], axis=1)
    day = np.repeat(np.arange(rows, dtype=np.int64)[:, None], per + 1, axis=1)
    day[:, -1] += rows
    return more.reshape(rows * (per + 1), -1), day.ravel()


def _without_luck(plan: Plan, result: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the results of the rows, (rows, points of each), of their first points, and of these on another day."""
    blocks = result.reshape(plan.rows, -1)
    return blocks[:, :-1], blocks[:, 0], blocks[:, -1]


def _member_shares(plan_groups: Sequence[Group], coordinate: Floats, seed: int) -> Floats:
    """Return shares of all members from one coordinate a group: alone it is the share, in a group a key of luck.

    Equal coordinates give equal members, so that a group moves as a whole.
    """
    columns = []
    for j, group in enumerate(plan_groups):
        if group.width == 1:
            columns.append(coordinate[:, j : j + 1])
            continue
        keys, place = np.unique(coordinate[:, j], return_inverse=True)
        bits = keys.view(np.uint64)
        drawn = np.array([np.random.default_rng([seed, j, int(b)]).random(group.width) for b in bits])
        columns.append(drawn[place])
    return np.concatenate(columns, axis=1)


# -- designs ---------------------------------------------------------------------------------------------------------


def _sobol_design(groups: Sequence[Group], rows: int, seed: int) -> tuple[Floats, Ints]:
    from SALib.sample import sobol

    return _with_luck(sobol.sample(_problem(groups), rows, calc_second_order=False, seed=seed), rows)


def _morris_design(groups: Sequence[Group], rows: int, seed: int) -> tuple[Floats, Ints]:
    from SALib.sample import morris

    return _with_luck(morris.sample(_problem(groups), rows, num_levels=LEVELS, seed=seed), rows)


def _shapley_design(groups: Sequence[Group], rows: int, seed: int) -> tuple[Floats, Ints]:
    coordinate = _shapley_coordinates(groups, rows, seed)
    _, day = np.unique(coordinate[:, -1], return_inverse=True)
    return _member_shares(groups, coordinate[:, :-1], seed), day.astype(np.int64)


def _shapley_coordinates(groups: Sequence[Group], rows: int, seed: int) -> Floats:
    from SALib.sample import shapley

    return np.asarray(shapley.sample(_one_column_each([*(g.name for g in groups), LUCK]), rows, seed=seed))


def _given_design(groups: Sequence[Group], rows: int, seed: int) -> tuple[Floats, Ints]:
    from SALib.sample import latin

    if any(group.width > 1 for group in groups):
        raise ValueError("pawn and delta look at single inputs, not at groups")
    x = latin.sample(_one_column_each([*(g.name for g in groups), LUCK]), rows, seed=seed)
    return np.asarray(x[:, :-1]), np.floor(x[:, -1] * GIVEN_DAYS).astype(np.int64)


# -- analyses --------------------------------------------------------------------------------------------------------


def _sobol_indices(plan: Plan, result: Floats, resamples: int) -> tuple[list[Index], float]:
    from SALib.analyze import sobol

    rows, first_points, other_day = _without_luck(plan, result)
    said = sobol.analyze(
        _problem(plan.groups), rows.ravel(), calc_second_order=False, num_resamples=resamples, conf_level=LEVEL,
        seed=plan.seed,
    )  # fmt: skip
    a, b = first_points, rows[:, -1]
    luck = float(sobol.total_order(a, other_day, b))
    drawn = np.random.default_rng(plan.seed).integers(plan.rows, size=(plan.rows, resamples))
    spread = 1.96 * float(np.std(sobol.total_order(a[drawn], other_day[drawn], b[drawn]), ddof=1))
    enough = plan.rows >= FEWEST_FOR_FIRST
    found = []
    for j, group in enumerate(plan.groups):
        total, wide = float(said["ST"][j]), float(said["ST_conf"][j])
        first, first_wide = (float(said["S1"][j]), float(said["S1_conf"][j])) if enough else (nan, nan)
        among = total / (1 - luck) if luck < 1 else nan
        shown = total - wide > 0
        found.append(
            Index(group.name, total, total - wide, total + wide, first, first - first_wide, first + first_wide, among,
                  shown)
        )  # fmt: skip
    found.append(Index(LUCK, luck, luck - spread, luck + spread, shown=luck - spread > 0))
    return found, luck


def _morris_indices(plan: Plan, result: Floats, resamples: int) -> tuple[list[Index], float]:
    from SALib.analyze import morris

    rows, first_points, other_day = _without_luck(plan, result)
    x = plan.x.reshape(plan.rows, -1, plan.x.shape[1])[:, :-1].reshape(-1, plan.x.shape[1])
    said = morris.analyze(
        _problem(plan.groups), x, rows.ravel(), num_resamples=resamples, conf_level=LEVEL, num_levels=LEVELS,
        seed=plan.seed,
    )  # fmt: skip
    effect = np.abs(other_day - first_points) / STEP
    drawn = np.random.default_rng(plan.seed).integers(plan.rows, size=(resamples, plan.rows))
    wide = 1.96 * float(np.std(effect[drawn].mean(axis=1)))
    floor = float(effect.mean())
    place = {name: i for i, name in enumerate(said["names"])}
    found = []
    for group in plan.groups:
        i = place[group.name if group.name in place else group.members[0]]
        value, half = float(said["mu_star"][i]), float(said["mu_star_conf"][i])
        found.append(Index(group.name, value, max(0.0, value - half), value + half, shown=value - half > 0))
    found.append(Index(LUCK, floor, max(0.0, floor - wide), floor + wide, shown=floor - wide > 0))
    return found, floor


def _shapley_indices(plan: Plan, result: Floats, resamples: int) -> tuple[list[Index], float]:
    from SALib.analyze import shapley

    names = [*(group.name for group in plan.groups), LUCK]
    said = shapley.analyze(
        _one_column_each(names), _shapley_coordinates(plan.groups, plan.rows, plan.seed), result, conf_level=LEVEL
    )
    found = []
    for j, name in enumerate(names):
        value, wide = float(said["shapley_normalized"][j]), float(said["shapley_normalized_conf"][j])
        found.append(Index(name, value, value - wide, value + wide, shown=value - wide > 0))
    return found, found[-1].value


def _pawn_indices(plan: Plan, result: Floats, resamples: int) -> tuple[list[Index], float]:
    from SALib.analyze import pawn

    x, names = _given(plan)
    said = pawn.analyze(_one_column_each(names), x, result, S=GIVEN_DAYS, seed=plan.seed)
    floor = float(said["median"][names.index(DUMMY)])
    found = [
        Index(name, float(said["median"][j]), float(said["minimum"][j]), float(said["maximum"][j]),
              shown=float(said["median"][j]) > floor)
        for j, name in enumerate(names)
    ]  # fmt: skip
    return found, floor


def _delta_indices(plan: Plan, result: Floats, resamples: int) -> tuple[list[Index], float]:
    from SALib.analyze import delta

    x, names = _given(plan)
    state, form = np.random.get_state(), warnings.formatwarning
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = delta.analyze(
            _one_column_each(names), x, result, num_resamples=min(resamples, DELTA_RESAMPLES), conf_level=LEVEL,
            seed=plan.seed, method="delta", bins_specs={LUCK: GIVEN_DAYS},
        )  # fmt: skip
    np.random.set_state(state)
    warnings.formatwarning = form
    floor = float(said["delta_balanced"][names.index(DUMMY)])
    found = []
    for j, name in enumerate(names):
        value, wide = float(said["delta_balanced"][j]), float(said["delta_balanced_conf"][j])
        found.append(Index(name, value, value - wide, value + wide, shown=value - wide > max(floor, 0.0)))
    return found, floor


def _given(plan: Plan) -> tuple[Floats, list[str]]:
    """Return the columns of given points, luck as the last one."""
    names = [*(group.name for group in plan.groups), LUCK]
    return np.column_stack([plan.x, (plan.day + 0.5) / GIVEN_DAYS]), names


_DESIGNS: Final[Mapping[Method, Callable[[Sequence[Group], int, int], tuple[Floats, Ints]]]] = {
    "morris": _morris_design,
    "sobol": _sobol_design,
    "pawn": _given_design,
    "delta": _given_design,
    "shapley": _shapley_design,
}
_ANALYSES: Final[Mapping[Method, Callable[[Plan, Floats, int], tuple[list[Index], float]]]] = {
    "morris": _morris_indices,
    "sobol": _sobol_indices,
    "pawn": _pawn_indices,
    "delta": _delta_indices,
    "shapley": _shapley_indices,
}
