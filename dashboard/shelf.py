"""The studies that can be opened: those that ship, and those that were made on this machine."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from dashboard.study_file import SUFFIX, StudyFile, StudyFileError, read_study_file, station_in

SHIPPED: Final = Path(__file__).parent / "shipped"
MADE: Final = "studies"  # folder of the studies made here, beside the store of their days
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HELD: Final = 6


@dataclass(frozen=True)
class Entry:
    """A study by its file."""

    key: str
    path: Path
    shipped: bool


class Shelf:
    """Opens studies, and keeps the last few open."""

    def __init__(self, made: Path | None = None, shipped: Path = SHIPPED) -> None:
        self.made, self.shipped = made, shipped
        self._held: OrderedDict[tuple[Path, int], StudyFile] = OrderedDict()
        self._lock = Lock()
        self._stations: dict[tuple[Path, int], str] = {}

    def entries(self) -> tuple[Entry, ...]:
        """Return all studies: those that ship first, then the newest."""
        ours = sorted(self.shipped.glob(f"*{SUFFIX}"), key=lambda path: (path.stem != "den-haag-centraal", path.stem))
        made = self.made.glob(f"*{SUFFIX}") if self.made is not None and self.made.is_dir() else ()
        newest = sorted(made, key=lambda path: (-path.stat().st_mtime, path.stem))
        return (*(Entry(p.stem, p, True) for p in ours), *(Entry(p.stem, p, False) for p in newest))

    def open(self, key: str) -> StudyFile | None:
        """Return a study; None when there is none of this name, or its file cannot be read."""
        if not _KEY.fullmatch(key):
            return None
        for folder in (self.shipped, self.made):
            path = folder / f"{key}{SUFFIX}" if folder is not None else None
            if path is not None and path.is_file():
                return self._read(path)
        return None

    def _read(self, path: Path) -> StudyFile | None:
        name = (path, path.stat().st_mtime_ns)
        with self._lock:
            if name not in self._held:
                try:
                    self._held[name] = read_study_file(path)
                except (StudyFileError, OSError):
                    return None
            self._held.move_to_end(name)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
            return self._held[name]

    def of_station(self, station: str) -> tuple[StudyFile, ...]:
        """Return the studies of a station that can be opened, shipped first."""
        found = (self.open(entry.key) for entry in self.entries() if self._station(entry.path) == station)
        return tuple(study for study in found if study is not None)

    def _station(self, path: Path) -> str:
        name = (path, path.stat().st_mtime_ns)
        if name not in self._stations:
            self._stations[name] = station_in(path)
        return self._stations[name]
