"""The recorded hours that can be replayed: those that ship, and those that were recorded on this machine."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.chores import record_hour
from dashboard.helper import Answered, Helper
from dashboard.pages.choices import Choice
from model.inputs.layout import Layout
from scenarios.recording import ABOUT

SHIPPED: Final = Path(__file__).parent / "shipped" / "recordings"
FOLDER: Final = "recordings"
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_HOUR_S: Final = 3600
_GLOW_M: Final = 7.0  # of a lamp of 5,000 lumen on the screen; no light is computed there
_LUMEN: Final = 5000.0
SEED: Final = 1
_FIRST: Final = (1, 21)  # day and hour where none ships


@dataclass(frozen=True)
class Asked:
    """One hour of one day under one scenario."""

    station: str
    under: str
    day: int
    hour: int

    @property
    def start_s(self) -> int:
        """First second of the service day."""
        return self.hour * _HOUR_S

    @property
    def end_s(self) -> int:
        """Last second of the service day."""
        return (self.hour + 1) * _HOUR_S

    @property
    def key(self) -> str:
        """Name of its folder, and of its address."""
        return f"{self.station}-{self.under}-day{self.day}-{self.hour:02d}"

    @property
    def question(self) -> tuple[str, str, int, int, int, str]:
        """What the helper is asked."""
        return (self.station, self.under, self.day, self.start_s, self.end_s, self.key)


class Recordings:
    """Finds recorded hours by name.

    Args:
        made: folder of those recorded here.
    """

    def __init__(self, made: Path, shipped: Path = SHIPPED) -> None:
        self.made, self.shipped = made, shipped

    def find(self, key: str) -> Path | None:
        """Return the folder of a recording; None when there is none of this name."""
        if not _KEY.fullmatch(key):
            return None
        return next((f / key for f in (self.made, self.shipped) if (f / key / ABOUT).is_file()), None)

    def going(self, asked: Asked, helper: Helper | None) -> Answered | None:
        """Return how far the recording of an hour is, None when nobody asked for it."""
        return helper.known(record_hour, *asked.question, str(self.made)) if helper is not None else None


@cache
def opening(station: str) -> tuple[int, int]:
    """Return the day and hour that a station is first shown at: the shipped one of the base with most incidents."""
    found = []
    for folder in SHIPPED.glob(f"{station}-base-day*"):
        day, hour = folder.name.removeprefix(f"{station}-base-day").split("-")
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        found.append((len(about["events"]), int(day), int(hour)))
    return max(found)[1:] if found else _FIRST


def plan_of(choice: Choice) -> dict[str, Any]:
    """Return the floors as the canvas draws them: levels, zones, lamps, cameras, in metres."""
    layout: Layout = choice.data.layout
    tiles = [
        {
            "name": tile.name,
            "width": tile.width,
            "height": tile.height,
            "turned": tile.turned,
            "x0": tile.x0,
            "y0": tile.y0,
            "outline": tile.outline,
            "zones": [[list(tile.paper(*p)) for p in z.polygon] for z in layout.zones if z.level == tile.ordinal],
        }
        for tile in choice.tiles
    ]
    lamps = [[lamp.x, lamp.y, _GLOW_M * (lamp.lumen / _LUMEN) ** 0.5] for lamp in layout.lamps if not lamp.broken]
    cameras = [[c.x, c.y, c.bearing_deg, c.fov_deg] for c in layout.cameras]
    return {"tiles": tiles, "lamps": lamps, "cameras": cameras}
