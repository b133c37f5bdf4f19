"""One day's results as files: sums in a Parquet table that DuckDB reads over all runs, maps and events in an npz.

``outcomes.parquet`` has a row for each sum that is not 0: quantity, incident_type, hour, gender, zone, duty_kind,
value; a dimension that a quantity does not have is NULL. ``zone`` is the number in the order of the layout.
"""

import io
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.results import (
    ARRAY_FIELDS,
    EVENT,
    FIRST_HOUR,
    GENDER_SLOTS,
    INCIDENT_OUTCOMES,
    STAFF_KINDS,
    TABLE_TYPES,
    Results,
)

OUTCOMES: Final = "outcomes.parquet"
MAPS: Final = "maps.npz"
EVENTS: Final = "events"  # the log of drawn events stands beside the maps
AXES: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(INCIDENT_OUTCOMES.values(), ("incident_type", "hour", "gender", "zone")),
    "score_seconds": ("hour", "gender", "zone"),
    "seconds": ("hour", "gender", "zone"),
    "visit_score": ("hour", "gender"),
    "visits": ("hour", "gender"),
    "unsafe": ("hour", "gender"),
    "monitor_score": ("gender",),
    "monitor_weight": ("gender",),
    "avoided": ("hour", "gender"),
    "staff_score": ("hour", "duty_kind"),
    "staff_asked": ("hour", "duty_kind"),
}
_COLUMNS: Final = ("incident_type", "hour", "gender", "zone", "duty_kind")
_ABSENT: Final = -1


@lru_cache(maxsize=1)
def _duckdb() -> Any:
    import duckdb  # a third of a second: only who stores or reads a day pays

    return duckdb.connect(config={"threads": 1})


def _long(results: Results) -> dict[str, NDArray[Any]]:
    """Return the sums that are not 0 as columns of one long table, dimensions as numbers."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("quantity", *_COLUMNS, "value")}
    for number, name in enumerate(ARRAY_FIELDS):
        array = getattr(results, name)
        places = np.nonzero(array)
        count = len(places[0])
        parts["quantity"].append(np.full(count, number, np.int16))
        for column in _COLUMNS:
            axes = AXES[name]
            place = places[axes.index(column)] if column in axes else np.full(count, _ABSENT)
            parts[column].append(place.astype(np.int32))
        parts["value"].append(array[places].astype(np.float64))
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def _words(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


def write_day(folder: Path, results: Results) -> dict[str, Any]:
    """Write the two files of a day into a folder and return what else is needed to read them back.

    Returns:
        Plain values for the manifest: shapes of the arrays, kinds of the zones, counts.

    Raises:
        ValueError: a sum is not finite: no day can end so.
    """
    for name in ARRAY_FIELDS:
        if not np.all(np.isfinite(getattr(results, name))):
            raise ValueError(f"the day ended with numbers in {name} that are not finite")
    connection, table = _duckdb(), _long(results)
    connection.register("sums", table)
    target = str(folder / OUTCOMES).replace("'", "''")
    connection.execute(
        f"""copy (select {_words(ARRAY_FIELDS)}[quantity + 1] as quantity,
            {_words(TABLE_TYPES)}[nullif(incident_type, {_ABSENT}) + 1] as incident_type,
            nullif(hour, {_ABSENT}) + {FIRST_HOUR} as hour,
            {_words(GENDER_SLOTS)}[nullif(gender, {_ABSENT}) + 1] as gender,
            nullif(zone, {_ABSENT}) as zone,
            {_words(STAFF_KINDS)}[nullif(duty_kind, {_ABSENT}) + 1] as duty_kind,
            value from sums) to '{target}' (format parquet, compression zstd, use_tmp_file false)"""
    )
    connection.unregister("sums")
    memory = io.BytesIO()
    # the stubs of NumPy take the names of arrays for its own options
    np.savez_compressed(memory, **results.maps, **{EVENTS: results.events})  # type: ignore[arg-type]
    (folder / MAPS).write_bytes(memory.getvalue())
    return {
        "shapes": {name: list(getattr(results, name).shape) for name in ARRAY_FIELDS},
        "zone_kinds": list(results.zone_kinds),
        "counts": {name: float(value) for name, value in results.counts.items()},
    }


def read_day(folder: Path, about: dict[str, Any], *, maps: bool = True) -> Results:
    """Return the results of a day, bit for bit as they were written.

    Args:
        folder: where ``write_day`` wrote.
        about: what ``write_day`` returned, and ``provenance``.
        maps: whether rasters and events are read, too.
    """
    source = str(folder / OUTCOMES).replace("'", "''")
    table = (
        _duckdb()
        .execute(
            f"""select list_position({_words(ARRAY_FIELDS)}, quantity) - 1 as quantity,
            coalesce(list_position({_words(TABLE_TYPES)}, incident_type) - 1, {_ABSENT}) as incident_type,
            coalesce(hour - {FIRST_HOUR}, {_ABSENT}) as hour,
            coalesce(list_position({_words(GENDER_SLOTS)}, gender) - 1, {_ABSENT}) as gender,
            coalesce(zone, {_ABSENT}) as zone,
            coalesce(list_position({_words(STAFF_KINDS)}, duty_kind) - 1, {_ABSENT}) as duty_kind,
            value from read_parquet('{source}')"""
        )
        .fetchnumpy()
    )
    arrays = {}
    for number, name in enumerate(ARRAY_FIELDS):
        array = np.zeros(about["shapes"][name], np.float64)
        rows = np.asarray(table["quantity"]) == number
        array[tuple(np.asarray(table[axis])[rows] for axis in AXES[name])] = np.asarray(table["value"])[rows]
        arrays[name] = array
    rasters: dict[str, NDArray[Any]] = {}
    if maps:
        with np.load(folder / MAPS, allow_pickle=False) as stored:
            rasters = {name: stored[name] for name in stored.files}
    events = rasters.pop(EVENTS, np.zeros(0, EVENT))
    return Results(
        zone_kinds=tuple(about["zone_kinds"]),
        maps=rasters,
        events=events,
        counts=dict(about["counts"]),
        provenance=dict(about["provenance"]),
        **arrays,
    )
