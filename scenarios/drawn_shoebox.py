"""The station in a shoebox: a 60 m island platform, an underpass, a forecourt; for tests that must be quick.

Seen from above, metres; the underpass lies under the tracks and is drawn 40 m lower on the sheet:

    y 20-26   platform, 60 m long, platform 1 on its south side, 2 on its north side
    y  2-28   underpass (level -1), 4 m wide, stairs at both ends
    y  0-14   forecourt, with an approach path to its west and bicycle parking to its east
"""

from typing import Final

from shapely import LineString

from model.inputs.layout import (
    Access,
    Camera,
    Lamp,
    Layout,
    Level,
    Passage,
    Platform,
    Point,
    Shop,
    Spot,
    Wall,
    Zone,
)
from model.inputs.roster import Duty, Roster
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

NAMES: Final = {"nl": "Schoenendoos", "en": "Shoebox"}
OFFSETS: Final = {0: (0.0, 0.0), -1: (0.0, -40.0)}
DOWN: Final = -40.0
DEPTH_M: Final = 3.5
STAIRS_M: Final = 7.0  # 3.5 m down at 30 degrees
TIMETABLE_SOURCE: Final = "illustrative: clock-face pattern, drawn for tests"
ATTRIBUTION: Final = "Drawn for this project; no real place. EUPL-1.2."


def _under(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    return moved(box(x, y, width, height), 0.0, DOWN)


def _zones() -> tuple[Zone, ...]:
    return (
        drawn_zone("platform", "platform", "ProRail", box(0, 20, 60, 6), 0.9, 0.2),
        drawn_zone("stairs-platform", "stairs", "ProRail", box(28, 21, 4, 4), 0.6, 0.2),
        drawn_zone("forecourt", "square", "municipality", box(18, 0, 24, 14), 0.9, 0.3),
        drawn_zone("stairs-forecourt", "stairs", "ProRail", box(28, 10, 4, 4), 0.6, 0.2),
        drawn_zone("approach", "approach", "municipality", box(6, 5, 12, 3), 0.8, 0.3),
        drawn_zone("bicycles", "bicycle_parking", "municipality", box(42, 4, 10, 6), 0.9, 0.4),
        drawn_zone("underpass", "underpass", "ProRail", _under(28, 2, 4, 26), 0.0, 0.4, level=-1),
    )


def _walls(zones: tuple[Zone, ...]) -> tuple[Wall, ...]:
    open_sides = [
        LineString([(0, 20), (60, 20)]),
        LineString([(0, 26), (60, 26)]),
        LineString([(18, 0), (42, 0)]),
    ]
    street = closing_walls(zones, 0, [("edge", line) for line in open_sides], "w")
    below = closing_walls(zones, -1, [], "u")
    inside = (
        Wall("shelter", 0, 10.0, 23.0, 14.0, 23.0, "glass"),
        Wall("screen", 0, 42.0, 4.0, 42.0, 7.0, "wall"),
    )
    return (*street, *below, *inside)


def _lamps() -> tuple[Lamp, ...]:
    platform = lumen_for(NORM_LUX["platform"], spacing_m=10, width_m=6, height_m=4.5)
    underpass = lumen_for(NORM_LUX["underpass"], spacing_m=5.2, width_m=4, height_m=2.6)
    path = lumen_for(NORM_LUX["approach"], spacing_m=12, width_m=3, height_m=4)
    return (
        *lamp_row("platform", 0, (0, 23), (60, 23), 6, height_m=4.5, lumen=platform),
        *lamp_row("underpass", -1, (30, 2 + DOWN), (30, 28 + DOWN), 5, height_m=2.6, lumen=underpass),
        *lamp_row("court-south", 0, (18, 3), (42, 3), 2, height_m=6, lumen=1750, owner="municipality"),
        *lamp_row("court-north", 0, (18, 11), (42, 11), 2, height_m=6, lumen=1750, owner="municipality"),
        *lamp_row("path", 0, (6, 6.5), (18, 6.5), 1, height_m=4, lumen=path, owner="municipality"),
        *lamp_row("bicycles", 0, (42, 7), (52, 7), 1, height_m=4, lumen=800, owner="municipality"),
    )


def layout() -> Layout:
    """Return the layout of the shoebox, on the sheet."""
    zones = _zones()
    return Layout(
        id="shoebox",
        name=NAMES["en"],
        latitude=52.08,
        longitude=4.32,
        levels=(Level(0, "street", 0.0), Level(-1, "underpass", -DEPTH_M)),
        walls=_walls(zones),
        zones=zones,
        platforms=(
            Platform("1", "platform", box(2, 20.75, 56, 1.5), ((0.0, 20.0), (60.0, 20.0)), True),
            Platform("2", "platform", box(2, 23.75, 56, 1.5), ((60.0, 26.0), (0.0, 26.0)), True),
        ),
        accesses=(
            Access("path", "Path to the town", "approach", box(6, 5.5, 2, 2), 0.7, True),
            Access("bicycles", "Bicycle parking", "bicycles", box(44, 5, 6, 4), 0.3, True),
        ),
        passages=(
            Passage("south", "stairs", box(29, 12, 2, 1.5), _under(29, 2.5, 2, 1.5), STAIRS_M, 2.0, -DEPTH_M,
                    "both", True),
            Passage("north", "stairs", _under(29, 26, 2, 1.5), box(29, 22.5, 2, 1), STAIRS_M, 2.0, DEPTH_M,
                    "both", True),
        ),
        lamps=_lamps(),
        cameras=(
            Camera("underpass", -1, 30.0, 27.5 + DOWN, 270.0, 90.0, assumed=True),
            Camera("platform", 0, 30.0, 25.5, 0.0, 360.0, assumed=True),
        ),
        shops=(Shop("kiosk", 0, 20.0, 13.0, 6 * 3600 + 1800, 19 * 3600, assumed=True),),
        spots=(
            Spot("help", "help_point", 0, 27.0, 23.0, assumed=True),
            Spot("sign-underpass", "camera_sign", -1, 28.5, 4.0 + DOWN, assumed=True),
            Spot("seat-1", "seat", 0, 11.0, 23.5, assumed=True),
            Spot("seat-2", "seat", 0, 45.0, 23.0, assumed=True),
            Spot("ticket-machine", "object", 0, 26.0, 12.5, assumed=True),
            Spot("info-panel", "object", -1, 31.5, 15.0 + DOWN, assumed=True),
        ),
        attribution=ATTRIBUTION,
    )  # fmt: skip


def timetable() -> Timetable:
    """Return two trains an hour and direction, 05:35 to 00:35."""
    south = clock_face("1", "S1 south", first_s=20_100, last_s=88_500, every_s=1800, dwell_s=60, cars=2)
    north = clock_face("2", "S1 north", first_s=21_000, last_s=87_600, every_s=1800, dwell_s=60, cars=2)
    return Timetable(in_order([*south, *north]), TIMETABLE_SOURCE)


def roster() -> Roster:
    """Return one evening guard, so that tests have one to watch."""
    zones = ("square", "underpass", "platform")
    return Roster((Duty("guard-1", "guard", 19 * 3600, 23 * 3600, zones, assumed=True),))
