"""Monitor files: what surveys and registrations found, one figure a row, read and checked.

Columns: ``station`` (ALL for the network), ``wave`` (year, or any ascending number), ``item``, ``value``; and where
they are known ``unit``, ``type``, ``group``, ``period``, ``place``, ``n`` (people asked), ``stations`` (behind a number
of stations), ``representative`` (1 or 0), ``arm`` (treated or comparison), ``station_type`` (as the stations of a fit),
``definition`` (what a figure asks where that is not what the model answers: such a figure is never a target),
``source``, ``note``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.results import TABLE_TYPES
from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.plain_files import MAX_CSV_BYTES, decode, parse_csv, parse_number, read_bytes

NETWORK: Final = "ALL"
NEEDED: Final = ("station", "wave", "item", "value")
KNOWN: Final = (
    *NEEDED, "unit", "type", "group", "period", "place", "n", "stations", "representative", "arm",
    "station_type", "definition", "source", "note",
)  # fmt: skip
SCORES: Final = ("safety_evening", "safety_day")
SHARES: Final = ("unsafe_12_months", "unsafe_sometimes", "good_share")
COUNTS: Final = ("incidents", "reports", "place_reports", "stations_below_6")
ITEMS: Final = (*SCORES, *SHARES, *COUNTS)
UNITS: Final = {**dict.fromkeys(SCORES, "score"), **dict.fromkeys(SHARES, "percent"), **dict.fromkeys(COUNTS, "count")}
GROUPS: Final = ("all", "woman", "man", "regular", "sporadic")
ARMS: Final = ("", "treated", "comparison")
TRUE: Final = {"1": True, "true": True, "yes": True, "": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a monitor file; shares are fractions.

    Attributes:
        line: of the file; n, stations: None where not told; arm: treated, comparison, or empty.
    """

    line: int
    station: str
    wave: float
    item: str
    value: float
    type: str = ""
    group: str = "all"
    period: str = ""
    place: str = ""
    n: int | None = None
    stations: int | None = None
    representative: bool = True
    arm: str = ""
    station_type: str = ""
    definition: str = ""
    source: str = ""
    note: str = ""

    @property
    def series(self) -> tuple[str, str, str, str, str, str]:
        """What has to be equal for two waves to be compared."""
        return self.station, self.item, self.type, self.group, self.period, self.place


def read_monitor(path: Path) -> tuple[Figure, ...]:
    """Return the rows of a monitor file.

    Raises:
        StationFileError: with all faults of the file.
    """
    return monitor_in(read_bytes(path, MAX_CSV_BYTES), str(path))


def monitor_in(raw: bytes, file: str) -> tuple[Figure, ...]:
    """Return the rows of a monitor file that is in memory; ``file`` is what its faults call it.

    Raises:
        StationFileError: with all faults of the file.
    """
    table = parse_csv(decode(raw, file), file)
    faults = list(table.faults)
    for name in NEEDED:
        if name not in table.columns:
            faults.append(Fault(file, "line 1", name, "is missing", f"columns: {', '.join(KNOWN)}"))
    for name in table.columns:
        if name not in KNOWN:
            faults.append(Fault(file, "line 1", shown(name), "is not a known column", nearest(name, KNOWN)))
    if faults:
        raise StationFileError(faults)
    figures = [_figure(cells, line, file, faults) for line, cells in table.rows]
    found = [figure for figure in figures if figure is not None]
    faults += _twice(found, file)
    if not found and not faults:
        faults.append(Fault(file, "", "", "holds no figure"))
    if faults:
        raise StationFileError(faults)
    return tuple(found)


def _figure(cells: dict[str, str], line: int, file: str, faults: list[Fault]) -> Figure | None:
    before = len(faults)

    def tell(field: str, message: str, remedy: str = "") -> None:
        faults.append(Fault(file, f"line {line}", field, message, remedy))

    def word(field: str, valid: tuple[str, ...], default: str = "") -> str:
        text = cells.get(field, "") or default
        if text not in valid:
            tell(field, f'"{shown(text)}" is not a known word', nearest(text, valid))
        return text

    def number(field: str, low: float, high: float) -> float:
        try:
            value = parse_number(cells.get(field, ""))
        except ValueError as error:
            tell(field, str(error))
            return 0.0
        if not low <= value <= high:
            tell(field, f"{value:g} lies outside {low:g} to {high:g}")
        return value

    item = word("item", ITEMS)
    unit = word("unit", tuple(dict.fromkeys(UNITS.values())), UNITS.get(item, "count"))
    if item in UNITS and unit != UNITS[item]:
        tell("unit", f"{item} is told in {UNITS[item]}, not in {unit}")
    ends = {"score": (1.0, 10.0), "percent": (0.0, 100.0), "count": (0.0, 1e9)}[UNITS.get(item, "count")]
    value = number("value", *ends)
    whole = {name: int(number(name, 1, 1e8)) for name in ("n", "stations") if cells.get(name)}
    kind = word("type", ("", "all", *TABLE_TYPES))
    truth = cells.get("representative", "").lower()
    if truth not in TRUE:
        tell("representative", f'"{shown(truth)}" is neither 1 nor 0')
    if not cells["station"]:
        tell("station", "is empty", f"a name, or {NETWORK} for the network")
    wave = number("wave", 0, 1e6)
    group, arm = word("group", GROUPS, "all"), word("arm", ARMS)
    if len(faults) > before:
        return None
    return Figure(
        line, cells["station"], wave, item, value / 100 if item in SHARES else value, kind, group,
        cells.get("period", ""), cells.get("place", ""), whole.get("n"), whole.get("stations"), TRUE[truth], arm,
        cells.get("station_type", ""), cells.get("definition", ""), cells.get("source", ""), cells.get("note", ""),
    )  # fmt: skip


def _twice(figures: list[Figure], file: str) -> list[Fault]:
    seen: dict[tuple[object, ...], int] = {}
    faults = []
    for figure in figures:
        key = (*figure.series, figure.wave)
        if key in seen:
            faults.append(Fault(file, f"line {figure.line}", "", f"is the same figure as line {seen[key]}"))
        seen.setdefault(key, figure.line)
    return faults
