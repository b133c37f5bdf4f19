"""Layers of the maps that the report does not have: camera cover, entrapment spots, and any hours zone by zone."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.fields import DAYS_A_YEAR, MIN_EVENTS_YEAR, MIN_PRESENCE_S, PER_AREA_M2, light_field, to_pixels
from dashboard.figures.palette import (
    DENSITY_COLOURS,
    DIVERGING,
    INCIDENT_COLOURS,
    SCORE,
    SCORE_DIFFERENCE,
    Steps,
    diverging,
    nice_breaks,
)
from dashboard.figures.sheet import sheet_shape
from dashboard.layers import Layer
from dashboard.report_data import BANDS
from dashboard.study_file import StudyFile
from model.results import GENDERS
from model.world.fields import CELL_M

_COVER: Final = Steps((0.1, 0.25, 0.5, 0.75, 0.9), DENSITY_COLOURS)
_TRAP: Final = Steps((0.5,), ("#eef2f4", "#8e3b14"))
_TRAP_DIFFERENCE: Final = Steps((-0.5, 0.5), (DIVERGING[-1], DIVERGING[3], DIVERGING[0]))
_ZONE_BANDS: Final = (*BANDS, "after_19")
_TOP: Final = 0.98  # quantile of the drawn values under the last limit of a scale


def _pixels(study: StudyFile, values: NDArray[np.floating]) -> NDArray[np.float64]:
    grid = study.any.grid
    return to_pixels(light_field(grid, np.asarray(values, np.float32)), CELL_M, sheet_shape(grid))


def cover_layer(study: StudyFile) -> Layer:
    """Return the chance that a camera sees a face at night."""
    arms = tuple(_pixels(study, place.camera_cover) for place in study.places)
    return Layer("cover", arms, _COVER, diverging(0.05, 0.2, 0.5))


def trap_layer(study: StudyFile) -> Layer:
    """Return the entrapment spots at night, 1 inside and 0 elsewhere."""
    arms = tuple(_pixels(study, place.traps.astype(np.float32)) for place in study.places)
    return Layer("traps", arms, _TRAP, _TRAP_DIFFERENCE)


def zone_score_layer(study: StudyFile, gender: str, band: str) -> Layer:
    """Return the mean score of women or men in each zone in a time band; blank where too few are."""
    g = GENDERS.index(gender)
    seconds = np.stack([_in_band(zones.seconds[:, g], band) for zones in study.zones])
    scores = np.stack([_in_band(zones.score_seconds[:, g], band) for zones in study.zones])
    seen = seconds.min(axis=0) * max(1, study.any.pairs) >= MIN_PRESENCE_S
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(seen, scores / seconds, np.nan)
    return Layer(f"score_{gender}", _by_zone(study, means), SCORE, SCORE_DIFFERENCE)


def zone_incident_layer(study: StudyFile, band: str) -> Layer:
    """Return expected incidents a year per 100 m2 in each zone in a time band; blank under five a year."""
    grid = study.any.grid
    yearly = np.stack([_in_band(zones.expected, band) for zones in study.zones]) * DAYS_A_YEAR
    area = np.bincount(grid.cell_zone, grid.cell_area_m2, minlength=yearly.shape[1])
    enough = (yearly.max(axis=0) >= MIN_EVENTS_YEAR) & (area > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(enough, yearly / area * PER_AREA_M2, np.nan)
    pixels = _by_zone(study, values)
    top = _quantile(values)
    steps = Steps(nice_breaks(top, len(INCIDENT_COLOURS) - 1), INCIDENT_COLOURS)
    inner, middle, outer = nice_breaks(_quantile(np.abs(values[1:] - values[:1])), 3)
    return Layer("expected", pixels, steps, diverging(inner, middle, outer, better_is_up=False))


def _in_band(values: NDArray[np.floating], band: str) -> NDArray[np.floating]:
    """Return what is summed of (bands, zones) in a band; the whole day is all that do not overlap."""
    return values[: len(BANDS)].sum(axis=0) if band == "all" else values[_ZONE_BANDS.index(band)]


def _quantile(values: NDArray[np.float64]) -> float:
    drawn = values[np.isfinite(values) & (values > 0.0)]
    return float(np.quantile(drawn, _TOP)) if drawn.size else 1.0


def _by_zone(study: StudyFile, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    return tuple(_pixels(study, arm[study.any.grid.cell_zone]) for arm in values)
