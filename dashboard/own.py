"""What was placed by hand on the plan, as text in the address and as measures of the tray.

One entry a thing, joined by ``~``: ``l,level,x,y`` a lamp, ``c,level,x,y,bearing`` a camera, ``h,level,x,y`` a help
point, ``p,zone`` a zone of a patrol, ``m,id,x,y,bearing`` something moved, ``r,id`` something taken away.
"""

import math
from dataclasses import dataclass
from typing import Final

import shapely

from model.inputs.layout import Layout
from scenarios.measures.cameras import Cameras
from scenarios.measures.help_points import HelpPoints
from scenarios.measures.measure import Measure
from scenarios.measures.patrol import Patrol
from scenarios.measures.rearrange import Rearrange, assets_of

JOIN: Final = "~"
PART: Final = ","
MOST: Final = 60
BESIDE_M: Final = 2.0  # of the floor within which something still hangs at the station: a mast, a wall
LUMEN: Final = 5000.0
HEIGHT_M: Final = 4.0
VIEW_DEG: Final = 90.0
EVENING: Final = "18:00-01:00"
KINDS: Final = ("lamp", "camera", "help_point")
_LETTER: Final = {"lamp": "l", "camera": "c", "help_point": "h"}


@dataclass(frozen=True)
class Placed:
    """One thing that was placed, moved, taken away, or put on a round.

    Attributes:
        what: lamp, camera, help_point, patrol, move or remove.
        name: id of an asset or zone; level, x, y, bearing: where.
    """

    what: str
    name: str = ""
    level: int = 0
    x: float = 0.0
    y: float = 0.0
    bearing: float = 0.0

    @property
    def text(self) -> str:
        """The entry as it stands in an address."""
        if self.what in _LETTER:
            parts: list[object] = [_LETTER[self.what], self.level, f"{self.x:g}", f"{self.y:g}"]
            return PART.join(map(str, [*parts, f"{self.bearing:g}"] if self.what == "camera" else parts))
        if self.what == "move":
            return PART.join(("m", self.name, f"{self.x:g}", f"{self.y:g}", f"{self.bearing:g}"))
        return PART.join(("p" if self.what == "patrol" else "r", self.name))


def read_own(text: str, layout: Layout) -> tuple[Placed, ...]:
    """Return what an address says was placed; what does not fit the station is left out."""
    found: dict[str, Placed] = {}
    for entry in text.split(JOIN)[:MOST]:
        one = _entry(entry.split(PART), layout)
        if one is not None:
            found[one.text] = one
    return tuple(found.values())


def _entry(parts: list[str], layout: Layout) -> Placed | None:
    letter, rest = parts[0], parts[1:]
    what = next((kind for kind, mark in _LETTER.items() if mark == letter), None)
    if what is not None:
        numbers = _numbers(rest)
        if len(numbers) not in (3, 4) or int(numbers[0]) not in {level.ordinal for level in layout.levels}:
            return None
        if not on_floor(layout, int(numbers[0]), numbers[1], numbers[2]):
            return None
        bearing = numbers[3] % 360 if len(numbers) == 4 else 0.0
        return Placed(what, "", int(numbers[0]), numbers[1], numbers[2], bearing)
    if letter == "p" and len(rest) == 1 and any(zone.id == rest[0] for zone in layout.zones):
        return Placed("patrol", rest[0])
    there = assets_of(layout)
    if letter == "r" and len(rest) == 1 and rest[0] in there:
        return Placed("remove", rest[0])
    if letter == "m" and len(rest) == 4 and rest[0] in there and len(numbers := _numbers(rest[1:])) == 3:
        if not on_floor(layout, there[rest[0]].level, numbers[0], numbers[1]):
            return None
        return Placed("move", rest[0], there[rest[0]].level, numbers[0], numbers[1], numbers[2] % 360)
    return None


def _numbers(words: list[str]) -> list[float]:
    """Return numbers rounded to a decimetre, none when one of them is no place on a sheet."""
    try:
        found = [round(float(word), 1) for word in words]
    except ValueError:
        return []
    return found if all(math.isfinite(v) and abs(v) <= 100_000 for v in found) else []


def reach(layout: Layout) -> tuple[float, float, float, float]:
    """Return how far things can be placed on the sheet: its zones and a little around, (x0, y0, x1, y1)."""
    xs, ys = zip(*(corner for zone in layout.zones for corner in zone.polygon), strict=True)
    return min(xs) - BESIDE_M, min(ys) - BESIDE_M, max(xs) + BESIDE_M, max(ys) + BESIDE_M


def on_floor(layout: Layout, level: int, x: float, y: float) -> bool:
    """Return whether something can be placed here: what hangs off the floor of a level is nobody's."""
    point = shapely.Point(x, y)
    return any(
        zone.level == level and shapely.Polygon(zone.polygon).distance(point) <= BESIDE_M for zone in layout.zones
    )


def own_text(placed: tuple[Placed, ...]) -> str:
    """Return what was placed as it stands in an address."""
    return JOIN.join(dict.fromkeys(one.text for one in placed[:MOST]))


def own_measures(placed: tuple[Placed, ...]) -> tuple[Measure, ...]:
    """Return the measures that what was placed comes to."""
    found: list[Measure] = []
    by = {what: [one for one in placed if one.what == what] for what in (*KINDS, "patrol", "move", "remove")}
    if by["lamp"] or by["move"] or by["remove"]:
        lamps = [{**_at(one), "lumen": LUMEN, "height_m": HEIGHT_M} for one in by["lamp"]]
        moves = [{"id": one.name, "x": one.x, "y": one.y, "bearing_deg": one.bearing} for one in by["move"]]
        gone = [one.name for one in by["remove"]]
        found.append(Rearrange.model_validate({"lamps": lamps, "move": moves, "remove": gone}))
    if by["camera"]:
        at = [{**_at(one), "bearing_deg": one.bearing, "fov_deg": VIEW_DEG} for one in by["camera"]]
        found.append(Cameras.model_validate({"at": at, "watched": True}))
    if by["help_point"]:
        found.append(HelpPoints.model_validate({"at": [_at(one) for one in by["help_point"]]}))
    if by["patrol"]:
        zones = [one.name for one in by["patrol"]]
        found.append(Patrol.model_validate({"who": "boa", "hours": EVENING, "zones": zones}))
    return tuple(found)


def _at(one: Placed) -> dict[str, float | int]:
    return {"level": one.level, "x": one.x, "y": one.y}
