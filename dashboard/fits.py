"""Fits and analyses as the page reads them: those that ship, and those that were started from it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dashboard.kept_json import read_kept

SHIPPED: Final = Path(__file__).parent / "shipped" / "trust"
FOLDER: Final = "fits"
MOST_BYTES: Final = 3_000_000
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
STAGES: Final = """stages:
  - name: perception
    parameters: [feel_base, feel_dark_woman, feel_dark_man, feel_light_woman, feel_light_man, feel_isolation_woman]
    items: [safety_evening, safety_day]
"""
INCIDENTS: Final = """  - name: incidents
    parameters: [staff_check_base, staff_checks_per_hour, staff_refused_base, report_staff_serious]
    items: [incidents]
"""
DAYS: Final = 2
POINTS: Final = 60
DRAWS: Final = 200


def fit_text(station: str, items: frozenset[str], visits: float | None) -> str:
    """Return the file of a fit to an uploaded monitor, which lies beside it as ``monitor.csv``.

    Args:
        station: a shipped one, the type that all stations are taken for.
        items: of the monitor that can be targets.
        visits: a year, behind the counts of the network; None where it has no counts.
    """
    stages = STAGES + (INCIDENTS if "incidents" in items and visits is not None else "")
    lines = [
        "schema: 1",
        "name: page",
        "monitor: monitor.csv",
        f"stations: [{{station: {station}, weight: 1}}]",
        f"points: {POINTS}",
        f"days: {DAYS}",
        f"draws: {DRAWS}",
    ]
    if visits is not None:
        lines.append(f"visits: {visits:.0f}")
    return "\n".join(lines) + "\n" + stages


def record(key: str, kind: str, made: Path | None = None) -> Mapping[str, Any] | None:
    """Return a record by its key; None where there is none.

    Args:
        key: id of a job, or a station of which one ships.
        kind: fit, sensitivity or box.
        made: folder of those made here.
    """
    if not _KEY.fullmatch(key):
        return None
    for folder in (SHIPPED, made):
        path = folder / f"{key}-{kind}.json" if folder is not None else None
        if path is not None and path.is_file():
            found = read_kept(path, MOST_BYTES)
            return found if isinstance(found, dict) else None
    return None
