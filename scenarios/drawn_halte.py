"""The halt: a small unstaffed station with two side platforms, drawn after what is usual in the Netherlands.

Seen from above, metres; the underpass lies under the tracks and is drawn 100 m lower on the sheet:

    y  16-46    path from the north, between bushes
    y  12-16    platform 2, 150 m x 4 m
    y -14-16    underpass (level -1), 4 m wide; its northern end, an open cutting, turns east
                and is badly lit
    y   0-4     platform 1, 150 m x 4 m
    y -24-0     station square; bicycle parking to its east, one lamp, behind a hedge
    y -64--24   path from the village, its last 40 m between bushes
"""

from itertools import pairwise
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
    Spot,
    Wall,
    Zone,
)
from model.inputs.roster import Roster
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

NAMES: Final = {"nl": "Halte", "en": "Halt"}
OFFSETS: Final = {0: (0.0, 0.0), -1: (0.0, -100.0)}
DOWN: Final = -100.0
DEPTH_M: Final = 3.5
STAIRS_M: Final = 7.0  # 3.5 m down at 30 degrees
RAMP_M: Final = 56.0  # at 1 in 16
TIMETABLE_SOURCE: Final = "illustrative: two trains an hour and direction, as on a Dutch local line"
ATTRIBUTION: Final = "Drawn for this project; no real place. EUPL-1.2."
VILLAGE_PATH: Final = (
    (73.0, -24.0), (73.0, -61.0), (33.0, -61.0), (33.0, -64.0), (76.0, -64.0), (76.0, -24.0),
)  # fmt: skip
SQUARE: Final = (
    *((55.0, -24.0), (95.0, -24.0), (95.0, -4.0), (76.0, -4.0)),
    *((76.0, 0.0), (70.0, 0.0), (70.0, -4.0), (55.0, -4.0)),
)


def _under(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    return moved(box(x, y, width, height), 0.0, DOWN)


def _zones() -> tuple[Zone, ...]:
    return (
        drawn_zone("platform-1", "platform", "ProRail", box(0, 0, 150, 4), 0.9, 0.2),
        drawn_zone("platform-2", "platform", "ProRail", box(0, 12, 150, 4), 0.9, 0.25),
        drawn_zone("stairs-south", "stairs", "ProRail", box(72, -14, 6, 5), 0.7, 0.3),
        drawn_zone("stairs-north", "stairs", "ProRail", box(79, 12, 5, 4), 0.7, 0.3),
        drawn_zone("square", "square", "municipality", SQUARE, 0.9, 0.3),
        drawn_zone("bicycles", "bicycle_parking", "municipality", box(95, -18, 22, 10), 0.85, 0.45),
        drawn_zone("path-village", "approach", "municipality", VILLAGE_PATH, 0.6, 0.3),
        drawn_zone("path-north", "approach", "municipality", box(100, 16, 3, 30), 0.6, 0.35),
        drawn_zone(
            "underpass-south",
            "underpass",
            "ProRail",
            _under(73, -14, 4, 26),
            0.05,
            0.4,
            level=-1,
            roofed=True,
        ),
        drawn_zone(
            "underpass-north", "underpass", "ProRail", _under(73, 12, 18, 4), 0.2, 0.55, level=-1, roofed=False
        ),
    )


def _walls(zones: tuple[Zone, ...]) -> tuple[Wall, ...]:
    """Track sides, fences and the open sides of the square stop nobody's sight; hedges and the rest do."""
    low = [
        LineString([(0, 4), (150, 4)]),
        LineString([(0, 12), (150, 12)]),
        LineString([(0, 0), (150, 0)]),
        LineString([(0, 16), (150, 16)]),
        LineString([(0, 0), (0, 4)]),
        LineString([(150, 0), (150, 4)]),
        LineString([(0, 12), (0, 16)]),
        LineString([(150, 12), (150, 16)]),
        LineString([(55, -24), (95, -24)]),
        LineString([(55, -4), (95, -4)]),
        LineString([(73, -24), (73, -61)]),
        LineString([(76, -24), (76, -61)]),
    ]
    street = closing_walls(zones, 0, [("edge", line) for line in low], "w")
    below = closing_walls(zones, -1, [], "u")
    hedge = (Wall("hedge-a", 0, 95.0, -18.0, 95.0, -14.5), Wall("hedge-b", 0, 95.0, -11.5, 95.0, -8.0))
    racks = [Wall(f"rack-{k}", 0, 98.0, y, 114.0, y, "edge") for k, y in enumerate((-16.5, -13.0, -9.5))]
    return (*street, *below, *hedge, *racks, *_shelter("a", 60.0, 0.5, 1.5), *_shelter("b", 90.0, 15.5, 14.5))


def _shelter(name: str, x: float, back: float, front: float) -> list[Wall]:
    """Three glass sides, 6 m wide, open to the track."""
    corners = [(x, front), (x, back), (x + 6.0, back), (x + 6.0, front)]
    sides = pairwise(corners)
    return [Wall(f"shelter-{name}{k}", 0, *a, *b, "glass") for k, (a, b) in enumerate(sides)]


def _lamps() -> tuple[Lamp, ...]:
    """Lamps by norm, but one weak lamp in the northern underpass, one at the bicycles, few between bushes."""
    platform = lumen_for(NORM_LUX["platform"], spacing_m=15, width_m=4, height_m=5)
    underpass = lumen_for(NORM_LUX["underpass"], spacing_m=6, width_m=4, height_m=2.6)
    path = lumen_for(NORM_LUX["approach"], spacing_m=18.5, width_m=3, height_m=4)
    town: Owner = "municipality"
    return (
        *lamp_row("platform-1", 0, (0, 1), (150, 1), 10, height_m=5, lumen=platform),
        *lamp_row("platform-2", 0, (0, 15), (150, 15), 10, height_m=5, lumen=platform),
        *lamp_row("underpass", -1, (75, -14 + DOWN), (75, 10 + DOWN), 4, height_m=2.6, lumen=underpass),
        *lamp_row("underpass-end", -1, (77, 14 + DOWN), (91, 14 + DOWN), 1, height_m=2.6, lumen=300),
        *lamp_row("square-south", 0, (55, -19), (95, -19), 3, height_m=6, lumen=2800, owner=town),
        *lamp_row("square-north", 0, (55, -7), (95, -7), 3, height_m=6, lumen=2800, owner=town),
        *lamp_row("bicycles", 0, (95, -10.5), (103, -10.5), 1, height_m=4, lumen=800, owner=town),
        *lamp_row("path-village", 0, (74.5, -24), (74.5, -61), 2, height_m=4, lumen=path, owner=town),
        *lamp_row("path-bushes", 0, (33, -62.5), (53, -62.5), 1, height_m=4, lumen=path, owner=town),
        *lamp_row("path-north", 0, (101.5, 16), (101.5, 46), 1, height_m=4, lumen=path, owner=town),
    )


def _passages() -> tuple[Passage, ...]:
    south = (box(73.5, -11.5, 3, 1.5), _under(73.5, -11, 3, 1.5))
    south_ramp = (box(86, -6.5, 2, 1.5), _under(74, -13.75, 2, 1.5))
    north = (_under(86.5, 12.5, 1.5, 2.5), box(80, 14, 3, 1.5))
    north_ramp = (_under(89, 13, 1.5, 2), box(120, 14, 2, 1.5))
    return (
        Passage("stairs-south", "stairs", *south, STAIRS_M, 3.0, -DEPTH_M, "both", True),
        Passage("ramp-south", "ramp", *south_ramp, RAMP_M, 2.0, -DEPTH_M, "both", True),
        Passage("stairs-north", "stairs", *north, STAIRS_M, 3.0, DEPTH_M, "both", True),
        Passage("ramp-north", "ramp", *north_ramp, RAMP_M, 2.0, DEPTH_M, "both", True),
    )


def layout() -> Layout:
    """Return the layout of the halt, on the sheet."""
    zones = _zones()
    return Layout(
        id="halte",
        name=NAMES["en"],
        latitude=52.08,
        longitude=5.12,
        levels=(Level(0, "street", 0.0), Level(-1, "underpass", -DEPTH_M)),
        walls=_walls(zones),
        zones=zones,
        platforms=(
            Platform("1", "platform-1", box(2, 2, 146, 1.5), ((0.0, 4.0), (150.0, 4.0)), True),
            Platform("2", "platform-2", box(2, 12.5, 146, 1.5), ((150.0, 12.0), (0.0, 12.0)), True),
        ),
        accesses=(
            Access("village", "Path to the village", "path-village", box(33, -63.5, 3, 2), 0.5, True),
            Access("north", "Path to the north", "path-north", box(100.5, 43, 2, 3), 0.2, True),
            Access("bicycles", "Bicycle parking", "bicycles", box(99, -15.75, 14, 2), 0.25, True),
            Access("cars", "Kiss and ride", "square", box(57, -22, 6, 3), 0.05, True),
        ),
        passages=_passages(),
        lamps=_lamps(),
        cameras=(
            Camera("square", 0, 75.0, -4.5, 270.0, 100.0, assumed=True),
            Camera("underpass", -1, 75.0, -13.0 + DOWN, 90.0, 70.0, assumed=True),
        ),
        shops=(),
        spots=(
            Spot("help-1", "help_point", 0, 68.0, 1.0, assumed=True),
            Spot("help-2", "help_point", 0, 88.0, 15.0, assumed=True),
            Spot("sign-square", "camera_sign", 0, 79.0, -5.0, assumed=True),
            Spot("seat-1", "seat", 0, 63.0, 1.0, assumed=True),
            Spot("seat-2", "seat", 0, 93.0, 15.0, assumed=True),
            Spot("seat-1-end", "seat", 0, 120.0, 1.0, assumed=True),
            Spot("check-in-1", "object", 0, 78.0, 1.0, assumed=True),
            Spot("check-in-2", "object", 0, 98.5, 15.0, assumed=True),
            Spot("ticket-machine", "object", 0, 69.0, -6.0, assumed=True),
            Spot("shelter-2", "object", 0, 92.0, 14.75, assumed=True),
            Spot("bicycle-rack", "object", 0, 106.0, -12.0, owner="municipality", assumed=True),
            Spot("underpass-wall", "object", -1, 82.0, 12.5 + DOWN, assumed=True),
        ),
        attribution=ATTRIBUTION,
    )


def timetable() -> Timetable:
    """Return two trains an hour and direction, 05:35 to 00:42."""
    west = clock_face("1", "S5 west", first_s=20_100, last_s=88_500, every_s=1800, dwell_s=60, cars=3)
    east = clock_face("2", "S5 east", first_s=20_520, last_s=88_920, every_s=1800, dwell_s=60, cars=3)
    return Timetable(in_order([*west, *east]), TIMETABLE_SOURCE)


def roster() -> Roster:
    """Return no duties: the halt is unstaffed."""
    return Roster(())
