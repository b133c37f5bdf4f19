"""The sums of a day: made empty, filled by the kernels, turned into results."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.day.avoidance import avoided_trips
from model.day.demand import Visits
from model.day.incidents import Incident, event_log, learned_counts
from model.inputs.layout import Layout
from model.kernels.records import records
from model.kernels.state import (
    AGENT_SECONDS,
    ALIGHTED,
    BOARDED,
    DIARY,
    ENTERED,
    EVENTS,
    FARES,
    LEFT,
    MISSED,
    WALKING_SECONDS,
    Tally,
)
from model.parameters import Parameters
from model.results import GENDER_SLOTS, GENDERS, HOURS, TABLE_TYPES, VICTIM_TYPES, Results
from model.world.fields import Grid

PAGE = np.dtype([("row", "i8"), ("identity", "i8"), ("gender", "i1"), *((n, DIARY[n]) for n in DIARY.names or ())])
_COUNTS = {
    "agent_seconds": AGENT_SECONDS,
    "walking_seconds": WALKING_SECONDS,
    "entered": ENTERED,
    "left": LEFT,
    "boarded": BOARDED,
    "alighted": ALIGHTED,
    "missed_trains": MISSED,
    "events": EVENTS,
    "fare_tailgate": FARES,
    "fare_force": FARES + 1,
    "fare_intercom": FARES + 2,
    "fare_open": FARES + 2 + 1,
}


def make_tally(layout: Layout, grid: Grid, visits: int, with_harm: bool) -> Tally:
    """Return empty sums, and an empty page of the diary for each of ``visits``.

    Args:
        with_harm: whether each visit's own expected incidents are kept too.
    """
    diary = np.zeros(visits, DIARY)
    diary["hour"] = -1
    zones, genders = len(layout.zones), len(GENDERS)
    incidents = (len(TABLE_TYPES), HOURS, len(GENDER_SLOTS), zones)
    pixels = map_shape(grid)[0] * map_shape(grid)[1]
    return Tally(
        expected=np.zeros(incidents),
        sampled=np.zeros(incidents),
        detected=np.zeros(incidents),
        recorded=np.zeros(incidents),
        reported=np.zeros(incidents),
        score_seconds=np.zeros((HOURS, genders, zones)),
        seconds=np.zeros((HOURS, genders, zones)),
        visit_score=np.zeros((HOURS, genders)),
        visits=np.zeros((HOURS, genders)),
        unsafe=np.zeros((HOURS, genders)),
        monitor_score=np.zeros(genders),
        monitor_weight=np.zeros(genders),
        map_score=np.zeros((genders, pixels)),
        map_seconds=np.zeros((genders, pixels)),
        map_all=np.zeros(pixels),
        map_expected=np.zeros(pixels),
        counts=np.zeros(len(_COUNTS)),
        diary=diary,
        harm=np.zeros((visits if with_harm else 0, len(VICTIM_TYPES))),
    )


def map_shape(grid: Grid) -> tuple[int, int]:
    """Return rows and columns of the 2 m maps of a grid."""
    return (grid.ny + 1) // 2, (grid.nx + 1) // 2


def pages_of(diary: NDArray[np.void], visits: Visits) -> NDArray[np.void]:
    """Return the pages of the visits that ended in the counted window, with who made them."""
    ended = np.flatnonzero(diary["hour"] >= 0)
    same = {name: diary[name][ended] for name in DIARY.names or ()}
    whose = {name: getattr(visits, name)[ended] for name in ("identity", "gender")}
    return records(PAGE, len(ended), row=ended, **same, **whose)


def results_of(
    tally: Tally,
    layout: Layout,
    grid: Grid,
    inside: int,
    provenance: dict[str, Any],
    visits: Visits,
    p: Parameters,
    incidents: list[Incident],
) -> Results:
    """Return the tables of a day and the log of its events; the pages of its visits too when asked for."""
    asked = len(tally.harm) > 0
    shape = map_shape(grid)

    def raster(values: Any) -> Any:
        return np.asarray(values, np.float32).reshape(shape)

    counts = {name: float(tally.counts[i]) for name, i in _COUNTS.items()}
    return Results(
        zone_kinds=tuple(z.kind for z in layout.zones),
        expected=tally.expected,
        sampled=tally.sampled,
        detected=tally.detected,
        recorded=tally.recorded,
        reported=tally.reported,
        score_seconds=tally.score_seconds,
        seconds=tally.seconds,
        visit_score=tally.visit_score,
        visits=tally.visits,
        unsafe=tally.unsafe,
        monitor_score=tally.monitor_score,
        monitor_weight=tally.monitor_weight,
        avoided=avoided_trips(tally.diary, visits, p),
        diary=pages_of(tally.diary, visits) if asked else None,
        harm=tally.harm if asked else None,
        maps={
            "score_woman": raster(tally.map_score[0]),
            "score_man": raster(tally.map_score[1]),
            "seconds_woman": raster(tally.map_seconds[0]),
            "seconds_man": raster(tally.map_seconds[1]),
            "seconds": raster(tally.map_all),
            "expected": raster(tally.map_expected),
        },
        counts={
            **counts, **learned_counts(incidents), "inside": float(inside), "outside_share": p.displacement_outside,
        },
        events=event_log(incidents),
        provenance=provenance,
    )
