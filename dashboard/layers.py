"""The layers of the maps: one field an arm on the pixels of the sheet, on one scale for all arms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.fields import (
    Array,
    density_field,
    incident_fields,
    light_field,
    map_area,
    score_fields,
    to_pixels,
)
from dashboard.figures.palette import (
    DENSITY_COLOURS,
    INCIDENT_COLOURS,
    LIGHT_LX,
    SCORE,
    SCORE_DIFFERENCE,
    Steps,
    diverging,
    nice_breaks,
)
from dashboard.figures.sheet import sheet_shape
from dashboard.report_data import ReportData
from model.results import MAP_CELL_M
from model.world.fields import CELL_M

_TOP_SHARE: Final = 98.0  # per cent of the drawn values that lie under the last limit of a scale
# more or fewer people is neither good nor bad: no rust, no petrol
_NEUTRAL: Final = ("#5f5a4d", "#98917f", "#d3cec3", "#eef0ec", "#c3d0d8", "#7c9db0", "#2b566f")


@dataclass(frozen=True)
class Layer:
    """One field in all arms.

    Attributes:
        name: ``light``, ``density``, ``score_woman``, ``score_man`` or ``expected``.
        arms: pixels of the sheet, base first, then the scenarios in their order; NaN where nothing is drawn.
        steps: scale of the arms; difference: scale of scenario minus base.
    """

    name: str
    arms: tuple[Array, ...]
    steps: Steps
    difference: Steps

    def change(self, arm: int) -> Array:
        """Return scenario minus base on the pixels."""
        return self.arms[arm] - self.arms[0]

    @property
    def empty(self) -> bool:
        """Whether nothing at all may be drawn."""
        return bool(np.isnan(self.arms[0]).all())

    def same(self, arm: int) -> bool:
        """Whether the layer is equal in base and scenario, to the last bit."""
        return bool(np.array_equal(self.arms[arm], self.arms[0], equal_nan=True))


def _top(fields: Sequence[Array]) -> float:
    drawn = np.concatenate([np.abs(f[~np.isnan(f)]) for f in fields])
    drawn = drawn[drawn > 0.0]
    return float(np.percentile(drawn, _TOP_SHARE)) if drawn.size else 1.0


def _difference_steps(fields: Sequence[Array], better_is_up: bool) -> Steps:
    changes = [f - fields[0] for f in fields[1:]]
    inner, middle, outer = nice_breaks(_top(changes), 3)
    return diverging(inner, middle, outer, better_is_up)


def _sums(data: ReportData, name: str) -> list[NDArray[np.float64]]:
    arms = [data.base, *(data.fields[card.name] for card in data.scenarios)]
    return [np.asarray(arm.maps[name], np.float64) for arm in arms]


def light_layer(data: ReportData) -> Layer:
    """Return lux at the floor by lamps alone."""
    shape = sheet_shape(data.grid)
    arms = [data.base, *(data.fields[card.name] for card in data.scenarios)]
    fields = [to_pixels(light_field(data.grid, a.floor_lx), CELL_M, shape) for a in arms]
    return Layer("light", tuple(fields), LIGHT_LX, diverging(2.0, 10.0, 25.0))


def density_layer(data: ReportData) -> Layer:
    """Return persons per 100 m2, mean over the simulated time."""
    shape = sheet_shape(data.grid)
    area, window = map_area(data.grid), float(data.window[1] - data.window[0])
    fields = [to_pixels(density_field(s, area, window), MAP_CELL_M, shape) for s in _sums(data, "seconds")]
    steps = Steps(nice_breaks(_top(fields), len(DENSITY_COLOURS) - 1), DENSITY_COLOURS)
    change = _difference_steps(fields, better_is_up=True)
    return Layer("density", tuple(fields), steps, Steps(change.breaks, _NEUTRAL))


def score_layer(data: ReportData, gender: str) -> Layer:
    """Return the mean perceived safety of women or men after 19:00."""
    shape = sheet_shape(data.grid)
    fields = score_fields(
        _sums(data, f"score_{gender}"), _sums(data, f"seconds_{gender}"), map_area(data.grid), max(1, data.pairs)
    )
    pixels = tuple(to_pixels(f, MAP_CELL_M, shape) for f in fields)
    return Layer(f"score_{gender}", pixels, SCORE, SCORE_DIFFERENCE)


def incident_layer(data: ReportData) -> Layer:
    """Return expected incidents after 19:00, a year per 100 m2."""
    shape = sheet_shape(data.grid)
    fields = incident_fields(_sums(data, "expected"), map_area(data.grid))
    pixels = [to_pixels(f, MAP_CELL_M, shape) for f in fields]
    steps = Steps(nice_breaks(_top(pixels), len(INCIDENT_COLOURS) - 1), INCIDENT_COLOURS)
    return Layer("expected", tuple(pixels), steps, _difference_steps(pixels, better_is_up=False))


def make_layers(data: ReportData) -> tuple[Layer, ...]:
    """Return all layers in the order of the report."""
    return (
        score_layer(data, "woman"),
        score_layer(data, "man"),
        incident_layer(data),
        light_layer(data),
        density_layer(data),
    )
