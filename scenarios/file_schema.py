"""The format of a station folder: each field with its meaning, unit and bounds.

``station.yaml`` says what a station is and names its other files; ``layout.geojson`` draws it; the rows of
the CSV files are described in ``table_files``. Fields without a default must be given.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.inputs.layout import Owner, ZoneKind
from model.inputs.roster import GuardKind, Power

SCHEMA_VERSION: Final = 1
WORD = r"^[\w.:/+\- ]{1,64}$"
TIME = r"^[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?$"

Word = Annotated[str, Field(pattern=WORD)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Time = Annotated[str, Field(pattern=TIME)]
FileName = Annotated[str, Field(pattern=r"^\w[\w.\-]{0,99}$")]
Metres = Annotated[float, Field(ge=-100_000, le=100_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Ordinal = Annotated[int, Field(ge=-20, le=20)]


class Part(BaseModel):
    """A part of a file: no unknown fields, no guessing of types, finite numbers only."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


# station.yaml


class Names(Part):
    """A name in two languages."""

    nl: Annotated[str, Field(min_length=1, max_length=120, description="name in Dutch")]
    en: Annotated[str, Field(min_length=1, max_length=120, description="name in English")]


class LevelPart(Part):
    """One floor; levels lie beside each other on one sheet and never overlap."""

    ordinal: Ordinal = Field(description="number of the level, 0 is street level; features name it in `level`")
    name: Text = Field(description="what people call it")
    elevation_m: float = Field(ge=-100, le=200, description="height above street level in metres")
    offset: list[Metres] = Field(
        default=[0.0, 0.0],
        min_length=2,
        max_length=2,
        description="[dx, dy] in metres, added to the coordinates of the level to place it on the sheet",
    )


class LayoutPart(Part):
    """Where the drawing is."""

    file: FileName = Field(default="layout.geojson", description="file name of the drawing, in this folder")


class TimetablePart(Part):
    """Where the trains are."""

    file: FileName = Field(default="timetable.csv", description="file name of the timetable, in this folder")
    source: str = Field(default="", max_length=2000, description="where the times come from, or `illustrative`")


class DemandPart(Part):
    """How many people come on an average day of this type."""

    boardings: float = Field(ge=0, le=1_000_000, description="people who board a train, per day")
    alightings: float = Field(ge=0, le=1_000_000, description="people who leave a train, per day")
    transfer_share: Share = Field(description="share of those who alight that board another train here, 0 to 1")
    profile: FileName = Field(default="demand.csv", description="file name of the shares by hour")
    mix: FileName = Field(default="population.csv", description="file name of the kinds of travellers")
    source: str = Field(default="", max_length=2000, description="where the numbers come from, or `assumed`")


class DutyPart(Part):
    """One unit (a pair counts as one) on duty for a stretch of the day."""

    id: Word = Field(description="stable name, unique in the roster")
    kind: GuardKind = Field(description="police, boa, guard, conductor or service")
    start: Time = Field(description="begin as 'HH:MM', 05:00 to 25:00")
    end: Time = Field(description="end as 'HH:MM', 05:00 to 25:00")
    zones: list[Word] = Field(
        min_length=1, description="zone ids, or zone kinds, that it visits; outside: comes in when it is called"
    )
    order: Literal["random", "fixed"] = Field(default="random", description="order of the visits")
    visit_s: int = Field(default=900, ge=10, le=36_000, description="length of one stop in seconds")
    owner: Text = Field(default="NS", description="who pays and sends it")
    away_s: int | None = Field(
        default=None, ge=0, le=7200, description="seconds to the station from outside; left out: as its kind needs"
    )
    assumed: bool = Field(default=False, description="true when no source tells it")
    checks_tickets: bool | None = Field(default=None, description="looks at tickets; absent: boa and conductor do")
    body_cam: bool = Field(default=False, description="wears a body camera")
    trained: bool | None = Field(
        default=None, description="trained in dealing with aggression; absent: police, boa and guard are"
    )
    alone: bool | None = Field(default=None, description="one person; absent: all but police and boa pairs are")
    escorts: bool = Field(default=False, description="stays at its first place and walks along with people who ask")
    powers: list[Power] | None = Field(
        default=None, description="ask, remove, hold, fine; absent: all, and fines by police and boa only"
    )


class OperatorPart(Part):
    """Somebody in a control room who looks at cameras of this station."""

    id: Word = Field(description="stable name, unique among the operators")
    start: Time = Field(description="begin as 'HH:MM', 05:00 to 25:00")
    end: Time = Field(description="end as 'HH:MM', 05:00 to 25:00")
    cameras: list[Word] = Field(default=[], description="ids of cameras; empty: all of the station")
    elsewhere: int = Field(default=0, ge=0, le=10_000, description="cameras of other places under the same eyes")
    assumed: bool = Field(default=False, description="true when no source tells it")


class CleaningPart(Part):
    """A cleaning round that comes back."""

    id: Word = Field(description="stable name, unique among the rounds")
    zones: list[Word] = Field(default=[], description="zone ids, or zone kinds, that it cleans; empty: all")
    owner: Owner | None = Field(default=None, description="only zones of this owner; absent: of all")
    every_h: float = Field(gt=0, le=1000, description="hours between two rounds")
    at: Time = Field(default="05:00", description="'HH:MM' of one of the rounds of a day")
    share: Share | None = Field(default=None, description="of the litter that a round takes away; absent: parameter")


class RepairPart(Part):
    """How fast an owner repairs and removes graffiti here."""

    owner: Owner = Field(description="whose assets")
    days: float = Field(gt=0, le=1000, description="median days from report to repair")


class UpkeepPart(Part):
    """Cleaning and repair; what is left out follows the size of the station and the parameters."""

    cleaning: list[CleaningPart] = Field(default=[], max_length=100, description="rounds of cleaning")
    repair: list[RepairPart] = Field(default=[], max_length=20, description="delays that differ from the parameters")
    agreement: bool = Field(
        default=False, description="true when owners have agreed to pass on each other's reports at once"
    )


class StationPart(Part):
    """The whole of station.yaml."""

    schema_: Literal[1] = Field(alias="schema", description="version of this format: 1")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="short name in small letters and hyphens")
    name: str | Names = Field(description="name on screens: plain, or {nl: ..., en: ...}")
    latitude: float = Field(ge=-90, le=90, description="degrees north, for daylight")
    longitude: float = Field(ge=-180, le=180, description="degrees east, for daylight")
    north_deg: float | None = Field(
        default=None,
        ge=0,
        lt=360,
        description="where north points in the drawing: degrees counter-clockwise from +x; left out when not known",
    )
    attribution: str = Field(default="", max_length=5000, description="source and licence of the drawing")
    levels: list[LevelPart] = Field(min_length=1, max_length=20, description="the floors of the station")
    layout: LayoutPart = Field(default_factory=LayoutPart, description="the drawing")
    timetable: TimetablePart = Field(default_factory=TimetablePart, description="the trains")
    demand: DemandPart = Field(description="how many people come")
    roster: list[DutyPart] = Field(default=[], max_length=500, description="who is on duty; empty: unstaffed")
    operators: list[OperatorPart] = Field(default=[], max_length=100, description="who watches cameras, and when")
    upkeep: UpkeepPart = Field(default_factory=UpkeepPart, description="cleaning and repair")

    def plain_name(self) -> str:
        """Return the one name that results carry."""
        return self.name if isinstance(self.name, str) else self.name.en


# layout.geojson: the properties of a feature


class FeaturePart(Part):
    """What each feature has."""

    feature_type: str = Field(
        description="unit, wall, platform, access, passage, gate_line, lamp, camera, shop, spot, obstacle or mirror"
    )
    level: Ordinal = Field(description="ordinal of the level it stands on")
    assumed: bool = Field(default=False, description="true when no source tells it")


class UnitPart(FeaturePart):
    """A zone: Polygon of floor with a kind and an owner."""

    category: ZoneKind = Field(description="kind of zone")
    name: Text = Field(description="what people call it")
    owner: Owner = Field(description="who owns it")
    roofed: bool = Field(description="enclosed: reflected light, no sky")
    sky_view: Share = Field(description="share of daylight that reaches the floor, 0 to 1")
    reflectance: float | None = Field(
        default=None,
        gt=0,
        le=0.95,
        description="of walls and ceiling, above 0 to 0.95, where it was measured; absent: that of the finish",
    )
    finish: Literal["dark", "light"] = Field(
        default="dark", description="of walls and ceiling: dark concrete, or a light finish"
    )
    disorder: Share = Field(
        description="litter, graffiti and broken assets together, 0 to 1: the usual value as it is cleaned today"
    )
    gated: bool = Field(default=False, description="behind closed gates: only travellers come here")
    marked_safe: bool = Field(default=False, description="marked as a safe place to wait")


class WallPart(FeaturePart):
    """LineString that nobody walks through."""

    category: Literal["wall", "edge", "glass"] = Field(
        default="wall",
        description="wall stops sight and light; edge (platform edge, low fence) and glass do not",
    )


class PlatformPart(FeaturePart):
    """Polygon with four corners, the strip where people wait; the feature id is the platform number."""

    zone: Word = Field(description="id of the zone it lies in")
    edge: list[Annotated[list[Metres], Field(min_length=2, max_length=2)]] = Field(
        min_length=2,
        max_length=2,
        description="[[x, y], [x, y]], the line over which doors open, from head to tail of a train",
    )


class AccessPart(FeaturePart):
    """Polygon where travellers come into and leave the simulated area."""

    zone: Word = Field(description="id of the zone it lies in")
    name: Text = Field(description="what people call it")
    share: Share = Field(description="of all who enter and leave, 0 to 1; the shares of a station add up to 1")


class PassagePart(FeaturePart):
    """MultiPolygon of two boxes of floor that stairs, an escalator, a lift or a ramp joins."""

    category: Literal["stairs", "escalator", "lift", "ramp"] = Field(description="kind of passage")
    level_b: Ordinal = Field(description="ordinal of the level of the second box")
    length_m: float = Field(gt=0, le=500, description="along the slope, metres")
    width_m: float = Field(gt=0, le=50, description="metres")
    rise_m: float = Field(ge=-60, le=60, description="second box above the first when positive, metres")
    direction: Literal["both", "a_to_b", "b_to_a"] = Field(default="both", description="who may go which way")


class GateLinePart(FeaturePart):
    """LineString of two points from wall to wall, a row of ticket gates; inside (paid) lies left of it."""

    gates: int = Field(gt=0, le=100, description="how many, evenly spaced")
    wide: int = Field(default=1, ge=0, le=100, description="how many of them, from the second end, are wide")
    direction: Literal["both", "in", "out"] = Field(default="both", description="who may go which way")
    width_m: float = Field(default=0.6, gt=0.4, le=2, description="of a gate that is not wide, metres")
    closed: bool = Field(default=True, description="false when the gates stand open")
    owner: Owner = Field(default="NS", description="who owns it")


class LampPart(FeaturePart):
    """Point luminaire with a cos^m beam that looks straight down."""

    height_m: float = Field(gt=0, le=50, description="above the floor, metres")
    lumen: float = Field(gt=0, le=1_000_000, description="light that it gives when new, lumen")
    beam_exponent: float | None = Field(
        default=None, gt=0, le=100, description="m of the beam, 1 diffuse to 8 narrow; absent: that of `beam`"
    )
    owner: Owner = Field(default="ProRail", description="who owns it")
    beam: Literal["diffuse", "downlight"] = Field(default="diffuse", description="kind of luminaire")
    lit_from: Time | None = Field(default=None, description="'HH:MM' from which it burns; absent: always")
    lit_until: Time | None = Field(default=None, description="'HH:MM'; after midnight 24:00, 25:00 ...")
    broken: bool = Field(default=False, description="true while it waits for its repair: it gives no light")


class CameraPart(FeaturePart):
    """Point camera."""

    bearing_deg: float = Field(ge=-360, le=360, description="where it looks: 0 is +x, counter-clockwise")
    fov_deg: float = Field(gt=0, le=360, description="width of view in degrees; 360 is a dome")
    watched: bool = Field(
        default=False, description="an operator looks at the pictures all day; by hours: `operators` of station.yaml"
    )
    owner: Owner = Field(default="NS", description="who owns it")
    broken: bool = Field(default=False, description="true while it waits for its repair: it shows nothing")


class ShopPart(FeaturePart):
    """Point shop front."""

    opens: Time = Field(description="'HH:MM'")
    closes: Time = Field(description="'HH:MM'; after midnight 24:00, 25:00 ...")
    owner: Owner = Field(default="retailer", description="who owns it")


class SpotPart(FeaturePart):
    """Point asset."""

    category: Literal["help_point", "camera_sign", "seat", "shelter", "stop_marker", "gate", "object"] = Field(
        description="kind of asset"
    )
    owner: Owner = Field(default="NS", description="who owns it")
    broken: bool = Field(default=False, description="true while it waits for its repair: it is of no use")


class ObstaclePart(FeaturePart):
    """Polygon that stands on the floor: nobody walks through it."""

    category: Literal["kiosk", "column", "hedge", "lift", "furniture"] = Field(description="kind of obstacle")
    height_m: float = Field(
        gt=0,
        le=50,
        description="metres; above 1.2 m, and wider than 0.6 m, it stops sight; light of lamps passes over it",
    )
    owner: Owner = Field(default="NS", description="who owns it")


class MirrorPart(FeaturePart):
    """Point convex mirror: people within its view see each other in it."""

    bearing_deg: float = Field(ge=-360, le=360, description="where it faces: 0 is +x, counter-clockwise")
    fov_deg: float = Field(default=180.0, gt=0, le=360, description="width of its view in degrees")
    owner: Owner = Field(default="NS", description="who owns it")


FEATURES: Final[dict[str, tuple[type[FeaturePart], str]]] = {
    "unit": (UnitPart, "Polygon"),
    "wall": (WallPart, "LineString"),
    "platform": (PlatformPart, "Polygon"),
    "access": (AccessPart, "Polygon"),
    "passage": (PassagePart, "MultiPolygon"),
    "gate_line": (GateLinePart, "LineString"),
    "lamp": (LampPart, "Point"),
    "camera": (CameraPart, "Point"),
    "shop": (ShopPart, "Point"),
    "spot": (SpotPart, "Point"),
    "obstacle": (ObstaclePart, "Polygon"),
    "mirror": (MirrorPart, "Point"),
}


def station_schema() -> dict[str, Any]:
    """Return the JSON Schema of each file of a station folder that an editor can check."""
    features = [
        {
            "type": "object",
            "required": ["type", "id", "properties", "geometry"],
            "properties": {
                "type": {"const": "Feature"},
                "id": {"type": "string", "pattern": WORD},
                "geometry": {
                    "type": "object",
                    "required": ["type", "coordinates"],
                    "properties": {"type": {"const": geometry}, "coordinates": {"type": "array"}},
                },
                "properties": _with_type(part.model_json_schema(), name),
            },
        }
        for name, (part, geometry) in FEATURES.items()
    ]
    layout = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "layout.geojson",
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": {"oneOf": features}},
        },
    }
    return {"station.yaml": StationPart.model_json_schema(by_alias=True), "layout.geojson": layout}


def _with_type(schema: dict[str, Any], name: str) -> dict[str, Any]:
    schema["properties"]["feature_type"] = {"const": name}
    return schema
