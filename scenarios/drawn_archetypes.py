"""Eight stations, one for each type of the Dutch list of stations, drawn by the same rules: no real place.

Seen from above, metres; ``n`` island platforms side by side, an underpass below all of them, stairs from it to each
island and to the forecourt; the request stop has one side platform on the forecourt and no underpass:

    y  20-...   islands, ``length`` long and ``width`` wide, 9 m of tracks between them
    y   2-...   underpass (level -1), drawn below the rest of the sheet
    y   0-14    forecourt, approach to its west, bicycle parking to its east
"""

from dataclasses import dataclass
from typing import Final

from shapely import LineString

from model.inputs.layout import (
    Access,
    Camera,
    Lamp,
    Layout,
    Level,
    Owner,
    Passage,
    Platform,
    Point,
    Shop,
    Spot,
    Wall,
    Zone,
    ZoneKind,
)
from model.inputs.roster import Duty, GuardKind, Roster
from model.inputs.timetable import Timetable
from scenarios.drawing import (
    NORM_LUX,
    box,
    clock_face,
    closing_walls,
    drawn_zone,
    in_order,
    lamp_row,
    lumen_for,
    moved,
)

ATTRIBUTION: Final = "Drawn for this project by rules; no real place. EUPL-1.2."
TIMETABLE_SOURCE: Final = "illustrative: clock-face pattern of a station of this type"
DEPTH_M: Final = 3.5
STAIRS_M: Final = 7.0  # 3.5 m down at 30 degrees
TRACKS_M: Final = 9.0  # two tracks between islands
COURT_M: Final = 14.0
FIRST_M: Final = 20.0  # where the first island begins
# the norm for platforms asks 20 lux in the mean and nowhere less than 10, and 100 on stairs (TSI PRM 2008, 4.1.2.10):
# lamps 20 m apart gave a third of that minimum between them
LAMPS_M: Final = 10.0
STAIRS_LUX: Final = 100.0
HOUR: Final = 3600


@dataclass(frozen=True)
class Plan:
    """What tells one archetype from another.

    Attributes:
        id, nl, en: names; kind: in the Dutch list of stations.
        islands: number of them, 0 for one side platform; length, width: of a platform, m.
        court, passage: width of the forecourt and of the underpass, m.
        every_s: between trains of a track; cars: of each.
        people: boardings, and as many alightings, a day.
        shops: kiosks; duties: (kind, first, last hour) of staff on a usual day.
    """

    id: str
    nl: str
    en: str
    kind: str
    islands: int
    length: float
    width: float
    court: float
    passage: float
    every_s: int
    cars: int
    people: float
    shops: int = 0
    duties: tuple[tuple[GuardKind, int, int], ...] = ()

    @property
    def middle(self) -> float:
        """Where underpass and forecourt lie along the platforms."""
        return round(self.length / 2)

    @property
    def down(self) -> float:
        """How far the lower level is moved on the sheet."""
        return -(self.top + 20.0)

    @property
    def top(self) -> float:
        """North end of the underpass."""
        return self.island(max(self.islands, 1) - 1) + self.width + 2.0

    def island(self, k: int) -> float:
        """South side of an island."""
        return FIRST_M + k * (self.width + TRACKS_M)


ARCHETYPES: Final = (
    Plan("request", "Facultatief station", "Request stop", "facultatiefstation", 0, 80, 4, 24, 4, 3600, 2, 80),
    Plan("stop", "Stoptreinstation", "Stopping-train station", "stoptreinstation", 1, 120, 6, 30, 4, 1800, 3, 900),
    Plan("stop-hub", "Knooppunt stoptreinen", "Stopping-train junction", "knooppuntstoptreinstation", 2, 140, 6, 36, 5,
         1800, 4, 2200, 1),
    Plan("fast", "Sneltreinstation", "Fast-train station", "sneltreinstation", 1, 200, 7, 40, 5, 900, 4, 2600, 1),
    Plan("fast-hub", "Knooppunt sneltreinen", "Fast-train junction", "knooppuntsneltreinstation", 2, 200, 7, 44, 6, 900,
         4, 3500, 1, (("service", 7, 19),)),
    Plan("intercity", "Intercitystation", "Intercity station", "intercitystation", 2, 260, 8, 50, 7, 900, 8, 4500, 2,
         (("service", 7, 21),)),
    Plan("intercity-hub", "Knooppunt intercity's", "Intercity junction", "knooppuntintercitystation", 3, 280, 8, 60, 8,
         900, 8, 6500, 2, (("service", 6, 22), ("guard", 19, 23))),
    Plan("mega", "Megastation", "Largest stations", "megastation", 4, 300, 9, 70, 10, 600, 8, 9000, 3,
         (("service", 6, 23), ("guard", 17, 25), ("boa", 19, 24))),
)  # fmt: skip


def _under(plan: Plan, x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    return moved(box(x, y, width, height), 0.0, plan.down)


def _zones(plan: Plan) -> tuple[Zone, ...]:
    c, half = plan.middle, plan.court / 2
    zones = [
        drawn_zone("forecourt", "square", "municipality", box(c - half, 0, plan.court, COURT_M), 0.9, 0.3),
        drawn_zone("approach", "approach", "municipality", box(c - half - 20, 5, 20, 4), 0.8, 0.3),
        drawn_zone("bicycles", "bicycle_parking", "municipality", box(c + half, 3, 14, 8), 0.9, 0.4),
    ]
    if not plan.islands:
        along = box(0, COURT_M, plan.length, plan.width)
        return (*zones, drawn_zone("platform-1", "platform", "ProRail", along, 0.9, 0.25))
    zones.append(drawn_zone("stairs-forecourt", "stairs", "ProRail", box(c - 2, 10, 4, 4), 0.6, 0.25))
    for k in range(plan.islands):
        y = plan.island(k)
        along = box(0, y, plan.length, plan.width)
        zones.append(drawn_zone(f"platform-{k + 1}", "platform", "ProRail", along, 0.9, 0.2))
        zones.append(drawn_zone(f"stairs-{k + 1}", "stairs", "ProRail", box(c - 2, y + 1, 4, plan.width - 2), 0.6, 0.2))
    kind: ZoneKind = "concourse" if plan.passage >= 8 else "underpass"
    owner: Owner = "NS" if kind == "concourse" else "ProRail"
    where = _under(plan, c - plan.passage / 2, 2, plan.passage, plan.top - 2)
    return (*zones, drawn_zone("passage", kind, owner, where, 0.0, 0.35, level=-1))


def _walls(plan: Plan, zones: tuple[Zone, ...]) -> tuple[Wall, ...]:
    c, half = plan.middle, plan.court / 2
    edges = [LineString([(c - half, 0), (c + half, 0)])]
    rows = [(COURT_M, plan.width)] if not plan.islands else [(plan.island(k), plan.width) for k in range(plan.islands)]
    for y, width in rows:
        edges += [LineString([(0, y), (plan.length, y)]), LineString([(0, y + width), (plan.length, y + width)])]
    street = closing_walls(zones, 0, [("edge", line) for line in edges], "w")
    below = closing_walls(zones, -1, [], "u") if plan.islands else ()
    shelters = tuple(
        Wall(f"shelter-{k + 1}", 0, c + 14, y + width / 2, c + 20, y + width / 2, "glass")
        for k, (y, width) in enumerate(rows)
    )
    hedge = Wall("hedge", 0, c + half, 3.0, c + half, 6.0, "wall")
    return (*street, *below, *shelters, hedge)


def _lamps(plan: Plan) -> tuple[Lamp, ...]:
    town: Owner = "municipality"
    c, half = plan.middle, plan.court / 2
    number = round(plan.length / LAMPS_M)
    height = max(4.5, 0.75 * plan.width)
    lumen = lumen_for(NORM_LUX["platform"], spacing_m=plan.length / number, width_m=plan.width, height_m=height)
    square = lumen_for(NORM_LUX["square"], spacing_m=12, width_m=COURT_M, height_m=6)
    path = lumen_for(NORM_LUX["approach"], spacing_m=10, width_m=4, height_m=4)
    rows = [COURT_M] if not plan.islands else [plan.island(k) for k in range(plan.islands)]
    lamps: list[Lamp] = []
    for k, y in enumerate(rows):
        middle = y + plan.width / 2 + 0.6  # beside the shelter
        row = (0, middle), (plan.length, middle)
        lamps += lamp_row(f"platform-{k + 1}", 0, *row, number, height_m=height, lumen=lumen)
    if plan.islands:
        lamps += _stair_lamps(plan)
        below = max(4, round((plan.top - 2) / 5))
        lux = lumen_for(
            NORM_LUX["underpass"] / 2, spacing_m=(plan.top - 2) / below, width_m=plan.passage, height_m=2.6
        )
        ends = ((c, 2 + plan.down), (c, plan.top + plan.down))
        lamps += lamp_row("passage", -1, *ends, below, height_m=2.6, lumen=lux)
    lamps += lamp_row("court", 0, (c - half, 7), (c + half, 7), max(2, round(plan.court / 12)), height_m=6,
                      lumen=square, owner=town)  # fmt: skip
    lamps += lamp_row("approach", 0, (c - half - 20, 7), (c - half, 7), 2, height_m=4, lumen=path, owner=town)
    racks = lumen_for(NORM_LUX["bicycle_parking"], spacing_m=7, width_m=8, height_m=4)
    lamps += lamp_row("bicycles", 0, (c + half, 7), (c + half + 14, 7), 2, height_m=4, lumen=racks, owner=town)
    return tuple(lamps)


def _stair_lamps(plan: Plan) -> list[Lamp]:
    """Return a lamp over each stairs."""
    c, lamps = plan.middle, []
    places = [("forecourt", 12.0, 4.0), *((str(k + 1), plan.island(k) + plan.width / 2, plan.width - 2)
                                          for k in range(plan.islands))]  # fmt: skip
    for name, y, length in places:
        lumen = lumen_for(STAIRS_LUX, spacing_m=length, width_m=4, height_m=3)
        lamps += lamp_row(f"stairs-{name}", 0, (c, y), (c, y), 1, height_m=3, lumen=lumen)
    return lamps


def _passages(plan: Plan) -> tuple[Passage, ...]:
    if not plan.islands:
        return ()
    c, west = plan.middle, plan.middle - plan.passage / 2 + 0.25
    found = [
        Passage("court", "stairs", box(c - 1, 12, 2, 1.5), _under(plan, c - 1, 2.5, 2, 1.5), STAIRS_M, 2.0, -DEPTH_M,
                "both", True)
    ]  # fmt: skip
    for k in range(plan.islands):
        y = plan.island(k)
        found.append(
            Passage(f"island-{k + 1}", "stairs", _under(plan, west, y + 1, 1.5, 2),
                    box(c - 1, y + plan.width / 2 - 0.5, 2, 1), STAIRS_M, 2.0, DEPTH_M, "both", True)
        )  # fmt: skip
    return tuple(found)


def _platforms(plan: Plan) -> tuple[Platform, ...]:
    length = plan.length
    if not plan.islands:
        y = COURT_M + plan.width
        return (Platform("1", "platform-1", box(2, y - 2.25, length - 4, 1.5), ((0.0, y), (length, y)), True),)
    found: list[Platform] = []
    for k in range(plan.islands):
        south, north, name = plan.island(k), plan.island(k) + plan.width, f"platform-{k + 1}"
        edge = ((0.0, south), (length, south))
        found.append(Platform(str(2 * k + 1), name, box(2, south + 0.75, length - 4, 1.5), edge, True))
        edge = ((length, north), (0.0, north))
        found.append(Platform(str(2 * k + 2), name, box(2, north - 2.25, length - 4, 1.5), edge, True))
    return tuple(found)


def _spots(plan: Plan) -> tuple[Spot, ...]:
    c, rows = plan.middle, [COURT_M] if not plan.islands else [plan.island(k) for k in range(plan.islands)]
    found = [Spot("ticket-machine", "object", 0, c - 6.0, 9.0, assumed=True)]
    for k, y in enumerate(rows, 1):
        found.append(Spot(f"help-{k}", "help_point", 0, c - 8.0, y + plan.width / 2, assumed=True))
        found.append(Spot(f"seat-{k}", "seat", 0, c + 17.0, y + plan.width / 2 + 0.5, assumed=True))
    return tuple(found)


def layout(plan: Plan) -> Layout:
    """Return the layout of an archetype, on the sheet."""
    zones, c, half = _zones(plan), plan.middle, plan.court / 2
    below = (Level(-1, "underpass", -DEPTH_M),) if plan.islands else ()
    cameras = [Camera("forecourt", 0, c + 0.0, 1.0, 90.0, 110.0, assumed=True)]
    if plan.islands:
        cameras.append(Camera("passage", -1, float(c), plan.top - 0.5 + plan.down, 270.0, 80.0, assumed=True))
    shops = tuple(
        Shop(f"kiosk-{k + 1}", 0, c - half + 4.0 + 6 * k, 12.5, 6 * HOUR + 1800, (19 + k) * HOUR, assumed=True)
        for k in range(plan.shops)
    )
    return Layout(
        id=plan.id,
        name=plan.en,
        latitude=52.1,
        longitude=5.2,
        levels=(Level(0, "street", 0.0), *below),
        walls=_walls(plan, zones),
        zones=zones,
        platforms=_platforms(plan),
        accesses=(
            Access("town", "Approach from the town", "approach", box(c - half - 20, 5.5, 2, 3), 0.6, True),
            Access("bicycles", "Bicycle parking", "bicycles", box(c + half + 8, 4, 5, 5), 0.3, True),
            Access("cars", "Kiss and ride", "forecourt", box(c - half + 2, 1, 5, 3), 0.1, True),
        ),
        passages=_passages(plan),
        lamps=_lamps(plan),
        cameras=tuple(cameras),
        shops=shops,
        spots=_spots(plan),
        attribution=ATTRIBUTION,
    )


def timetable(plan: Plan) -> Timetable:
    """Return trains at the same minutes of each hour, every track in its turn."""
    tracks = 2 * plan.islands or 1
    step = plan.every_s // tracks
    trains = [
        train
        for track in range(tracks)
        for train in clock_face(
            str(track + 1), f"S{track + 1}", first_s=20_100 + track * step // 60 * 60, last_s=88_500,
            every_s=plan.every_s, dwell_s=60, cars=plan.cars,
        )
    ]  # fmt: skip
    return Timetable(in_order(trains), TIMETABLE_SOURCE)


def roster(plan: Plan) -> Roster:
    """Return who is on duty on a usual day."""
    kinds = tuple(dict.fromkeys(zone.kind for zone in _zones(plan) if zone.kind not in ("approach", "stairs")))
    return Roster(
        tuple(
            Duty(f"{who}-{k + 1}", who, first * HOUR, last * HOUR, kinds, assumed=True)
            for k, (who, first, last) in enumerate(plan.duties)
        )
    )


def offsets(plan: Plan) -> dict[int, Point]:
    """Return where each level lies on the sheet."""
    return {0: (0.0, 0.0), -1: (0.0, plan.down)} if plan.islands else {0: (0.0, 0.0)}
