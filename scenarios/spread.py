"""Two uncertainties told apart: luck of the days and parameters; and what common luck saves.

A draw is one set of parameter values; it is run on its own fresh days in all arms. Were the days the same in
every draw, their luck would not average out and the interval of the mean would cover 23% instead of 95%.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from scenarios.intervals import Array, Bool, t_quantile


@dataclass(frozen=True)
class Spread:
    """Effects over parameter draws, one entry a cell.

    Attributes:
        mean: mean effect over draws.
        luck: variance of one day by luck alone (mean of the variances within draws).
        parameters: variance by parameters; may be negative by chance, printed as 0.
        parameter_share: share of the variance of one day that is parameters, cut to 0..1, or NaN.
        share_low, share_high: 95% interval of that share.
        mean_low, mean_high: 95% Monte Carlo interval of the mean; mean_error its standard error.
        factor: by how much draw means are pulled to their mean so that their variance is that of parameters.
        matched: variance-matched draw means, shape (J, ...).
        low, high: the asked points of the matched draw means; of the raw ones where ``includes_luck``.
        includes_luck: the share's interval reaches 0, so matching would claim more than the draws can tell.
    """

    mean: Array
    luck: Array
    parameters: Array
    parameter_share: Array
    share_low: Array
    share_high: Array
    mean_low: Array
    mean_high: Array
    mean_error: Array
    factor: Array
    matched: Array
    low: Array
    high: Array
    includes_luck: Bool

    @property
    def luck_share(self) -> Array:
        """Share of the variance of one day that is luck; NaN if nothing varies."""
        return np.asarray(1.0 - self.parameter_share)

    def probability_of_decrease(self) -> Array:
        """Share of matched draws below 0."""
        return np.asarray(np.mean(self.matched < 0, axis=0))


def parameters_and_luck(
    draw_effects: Array,
    day_influences: Array,
    points: tuple[float, float] = (0.10, 0.90),
    level: float = 0.95,
) -> Spread:
    """Split the spread of effects over parameter draws into parameters and luck.

    Args:
        draw_effects: effect of each draw over its own days, shape (J, ...).
        day_influences: influence of each day on the effect of its draw, shape (J, d, ...), d >= 2; for
            a mean of daily effects simply the effects. Only deviations within a draw matter.
        points: which points of the matched draw means to give as low and high.
        level: of the interval of the share and of the mean.

    Raises:
        ValueError: fewer than two draws or fewer than two days a draw.
    """
    draws, days = day_influences.shape[:2]
    if draws < 2 or days < 2:
        raise ValueError(f"needs two draws of two days, got {draws} of {days}")
    mean = np.mean(draw_effects, axis=0)
    between = np.var(draw_effects, axis=0, ddof=1)
    luck = np.mean(np.var(day_influences, axis=1, ddof=1), axis=0)
    parameters = between - luck / days
    share, low_share, high_share = _share(between, luck, draws, days, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.where(between > 0, 1.0 - luck / days / between, 0.0)
    factor = np.sqrt(np.maximum(kept, 0.0))
    matched = mean + factor * (draw_effects - mean)
    raw = low_share <= 0
    shown = np.where(raw, draw_effects, matched)
    low, high = np.quantile(shown, points, axis=0)
    error = np.sqrt(between / draws)
    half = float(t_quantile(level, draws - 1)) * error
    return Spread(
        mean=np.asarray(mean),
        luck=np.asarray(luck),
        parameters=np.asarray(parameters),
        parameter_share=share,
        share_low=low_share,
        share_high=high_share,
        mean_low=mean - half,
        mean_high=mean + half,
        mean_error=np.asarray(error),
        factor=np.asarray(factor),
        matched=matched,
        low=np.asarray(low),
        high=np.asarray(high),
        includes_luck=np.asarray(raw & (between > 0)),
    )


def _share(between: Array, luck: Array, draws: int, days: int, level: float) -> tuple[Array, Array, Array]:
    """Return the share of parameters in the variance of one day and its interval by F, or NaN."""
    tail = 0.5 - level / 2
    upper = float(special.fdtri(draws - 1, draws * (days - 1), 1 - tail))
    lower = float(special.fdtri(draws - 1, draws * (days - 1), tail))
    with np.errstate(divide="ignore", invalid="ignore"):
        f = days * between / luck

        def share(ratio: Array) -> Array:
            cut = np.clip((ratio - 1.0) / (ratio - 1.0 + days), 0.0, 1.0)
            cut = np.where(np.isposinf(ratio), 1.0, np.where(ratio < 1.0, 0.0, cut))
            return np.where(np.isnan(ratio), np.nan, cut)

        return share(f), share(f / upper), share(f / lower)


@dataclass(frozen=True)
class CommonLuck:
    """What the same days in both arms save.

    Attributes:
        correlation: of base and scenario day values.
        variance_ratio: Var(D) / (Var(B) + Var(S)); 1 when the arms share nothing.
        low, high: 95% jackknife interval of the ratio over days.
        saves_factor: 1 / variance_ratio, "common luck saves a factor x" in days; inf when D never varies.
    """

    correlation: float
    variance_ratio: float
    low: float
    high: float
    saves_factor: float


WEAK_SAVING = 10.0  # below this factor the screen says so


def common_luck(e_base: Array, e_value: Array, level: float = 0.95) -> CommonLuck:
    """Return the variance-reduction diagnostics of one line.

    Args:
        e_base, e_value: day values (or influences) of the two arms, shape (n,), n >= 3.
        level: of the jackknife interval.

    Raises:
        ValueError: fewer than three pairs.
    """
    n = len(e_base)
    if n < 3:
        raise ValueError(f"needs three pairs, got {n}")
    ratio = float(_variance_ratio(_moments(e_base, e_value)))
    left_out = _variance_ratio(_moments_without_one(e_base, e_value))
    pseudo = n * ratio - (n - 1) * left_out
    half = float(t_quantile(level, n - 1)) * float(np.std(pseudo, ddof=1)) / n**0.5
    spread = float(np.std(e_base) * np.std(e_value))
    centred = (e_base - np.mean(e_base)) * (e_value - np.mean(e_value))
    correlation = float(np.mean(centred)) / spread if spread > 0 else float("nan")
    saves = float("inf") if ratio == 0 else 1.0 / ratio
    return CommonLuck(correlation, ratio, max(ratio - half, 0.0), ratio + half, saves)


def _moments(base: Array, value: Array) -> tuple[Array, Array, Array]:
    return np.var(value - base, ddof=1), np.var(base, ddof=1), np.var(value, ddof=1)  # type: ignore[return-value]


def _moments_without_one(base: Array, value: Array) -> tuple[Array, Array, Array]:
    n = len(base)

    def variance(x: Array) -> Array:
        centred = x - np.mean(x)
        rest = np.sum(centred * centred) - centred * centred
        return np.maximum(rest - centred * centred / (n - 1), 0.0) / (n - 2)

    return variance(value - base), variance(base), variance(value)


def _variance_ratio(moments: tuple[Array, Array, Array]) -> Array:
    difference, base, value = moments
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base + value > 0, difference / (base + value), np.nan)
