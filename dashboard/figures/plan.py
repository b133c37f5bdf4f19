"""The plan of a station: zones in the tint of their owner, walls, assets; each of them can be chosen."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.markup import join, length, tag
from dashboard.figures.palette import ACCENT, HAIRLINE, INK, PAPER, WALL, WOMAN, WORSE
from dashboard.figures.sheet import Tile
from model.inputs.layout import Camera, Lamp, Layout, Shop, Spot

OWNER_TINT: Final[Mapping[str, str]] = {
    "NS": "#fbf1d2",
    "ProRail": "#e1e9f2",
    "municipality": "#e4eedd",
    "tram operator": "#efe3ee",
    "retailer": "#d8ebe9",
    "private": "#eef0ee",
}
KIND_TINT: Final[Mapping[str, str]] = {
    "concourse": "#fbf1d2",
    "platform": "#e1e9f2",
    "tram_platform": "#efe3ee",
    "square": "#e4eedd",
    "approach": "#eef3e6",
    "bicycle_parking": "#f6e6dc",
    "underpass": "#e0e0e8",
    "stairs": "#dfe5e4",
    "escalator": "#dfe5e4",
}
LAMP_COLOUR: Final = "#e0a800"
_CONE_M: Final = 12.0
_WIDE_PX: Final = 900.0
_DOME_DEG: Final = 359.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A numbered remark at a point of the sheet."""

    number: int
    level: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Hand:
    """What is placed by hand. Attributes: new: ids that are marked; spot: where the next thing goes; route: points of
    a round on this level."""

    new: frozenset[str] = frozenset()
    spot: tuple[float, float] | None = None
    route: tuple[tuple[float, float], ...] = ()


def _corner(tile: Tile, x: float, y: float) -> str:
    return ",".join(length(v) for v in tile.paper(x, y))


def _cone(tile: Tile, camera: Camera, px: float) -> Markup:
    """Return what a camera looks at, as far as a drawing tells it."""
    if camera.fov_deg >= _DOME_DEG:
        across, down = tile.paper(camera.x, camera.y)
        return tag("circle", cx=length(across), cy=length(down), r=length(6 * px), fill=ACCENT, opacity="0.14")
    half = math.radians(camera.fov_deg / 2)
    middle = math.radians(camera.bearing_deg)
    ends = [
        (camera.x + _CONE_M * math.cos(middle + turn), camera.y + _CONE_M * math.sin(middle + turn))
        for turn in (-half, -half / 2, 0.0, half / 2, half)
    ]
    points = " ".join(_corner(tile, *point) for point in ((camera.x, camera.y), *ends))
    return tag("polygon", points=points, fill=ACCENT, opacity="0.16")


def plan_figure(
    layout: Layout,
    tile: Tile,
    tints: Mapping[str, str],
    by: str,
    chosen: str,
    findings: Sequence[Finding],
    alt: str,
    names: Mapping[str, str],
    hand: "Hand | None" = None,
) -> Markup:
    """Return the plan of one level.

    Args:
        layout: the station; tile: the level.
        tints: fill by owner or kind; by: ``owner`` or ``kind``.
        chosen: id of the zone or asset that is told about, empty for none.
        findings: of this level.
        alt: the sentence of the figure.
        names: what a screen reader says of each zone, by id.
        hand: what is placed by hand, None where nothing can be.
    """
    px = tile.width / _WIDE_PX  # a pixel of a wide screen in metres
    parts: list[Markup] = []
    for zone in sorted((z for z in layout.zones if z.level == tile.ordinal), key=lambda z: -_size(z.polygon)):
        here = zone.id == chosen
        parts.append(
            tag(
                "polygon",
                points=" ".join(_corner(tile, *point) for point in zone.polygon),
                fill=tints.get(getattr(zone, by), "#eef0ee"),
                stroke=ACCENT if here else HAIRLINE,
                stroke_width=length((3 if here else 1) * px),
                data_set="item",
                data_value=zone.id,
                tabindex="0",
                role="button",
                aria_label=names.get(zone.id, zone.name),
                class_="zone",
            )
        )
    parts.append(
        tag("path", d=tile.outline, fill="none", stroke=WALL, stroke_width=length(1.1 * px), pointer_events="none")
    )
    parts += [_cone(tile, camera, px) for camera in layout.cameras if camera.level == tile.ordinal]
    parts += _assets(layout, tile, px, {chosen, *(hand.new if hand is not None else ())})
    for found in findings:
        across, down = tile.paper(found.x, found.y)
        ring = tag("circle", r=length(10 * px), fill=PAPER, stroke=WORSE, stroke_width=length(2 * px))
        text = tag(
            "text",
            str(found.number),
            text_anchor="middle",
            dy="0.35em",
            fill=WORSE,
            style=f"font-size:{length(13 * px)}px;font-weight:650",
        )
        parts.append(tag("g", ring, text, class_="stop", transform=f"translate({length(across)} {length(down)})"))
    box = f"0 0 {length(tile.width)} {length(tile.height)}"
    sheet: dict[str, object] = {}
    if hand is not None:
        parts += _hand(hand, tile, px)
        numbers = (int(tile.turned), tile.x0, tile.y0, tile.width, tile.height)
        sheet = {"data_sheet": ",".join(f"{v:g}" for v in numbers)}  # the browser tells a click in metres of the sheet
    return tag("svg", join(parts), viewBox=box, class_="plan", role="group", aria_label=alt, **sheet)


def _hand(hand: "Hand", tile: Tile, px: float) -> list[Markup]:
    """Return the round of a patrol as violet dashes, and the cross where something will be placed."""
    marks = []
    if len(hand.route) > 1:
        points = " ".join(_corner(tile, *point) for point in hand.route)
        dashes = f"{length(8 * px)} {length(5 * px)}"
        marks.append(
            tag(
                "polyline", points=points, fill="none", stroke=WOMAN, stroke_width=length(2.5 * px),
                stroke_dasharray=dashes, pointer_events="none",
            )
        )  # fmt: skip
    if hand.spot is not None:
        x, y = tile.paper(*hand.spot)
        arm = 12 * px
        for ends in ((x - arm, y, x + arm, y), (x, y - arm, x, y + arm)):
            x1, y1, x2, y2 = map(length, ends)
            marks.append(
                tag(
                    "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=WORSE, stroke_width=length(2 * px),
                    pointer_events="none",
                )
            )  # fmt: skip
    return marks


def _size(polygon: Sequence[tuple[float, float]]) -> float:
    turned = (*polygon[1:], polygon[0])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, turned, strict=True)) / 2)


def _assets(layout: Layout, tile: Tile, px: float, chosen: Collection[str]) -> list[Markup]:
    """Return lamps, cameras, help points and the rest; the chosen one in a ring."""
    marks: list[Markup] = []
    groups: tuple[tuple[Lamp | Camera | Spot | Shop, str], ...] = (
        *((lamp, "lamp") for lamp in layout.lamps),
        *((camera, "camera") for camera in layout.cameras),
        *((spot, spot.kind) for spot in layout.spots if spot.kind in ("help_point", "seat")),
        *((shop, "shop") for shop in layout.shops),
    )
    for asset, kind in groups:
        if asset.level != tile.ordinal:
            continue
        across, down = tile.paper(asset.x, asset.y)
        if asset.id in chosen:
            marks.append(
                tag(
                    "circle",
                    cx=length(across),
                    cy=length(down),
                    r=length(10 * px),
                    fill="none",
                    stroke=ACCENT,
                    stroke_width=length(2.5 * px),
                )
            )
        shape = _shape(kind, px)
        marks.append(
            tag(
                "g",
                shape,
                transform=f"translate({length(across)} {length(down)})",
                data_set="item",
                data_value=asset.id,
                class_="asset",
            )
        )
    return marks


def _shape(kind: str, px: float) -> Markup:
    r = 3.2 * px
    if kind == "lamp":
        return tag("circle", r=length(r), fill=LAMP_COLOUR, stroke=INK, stroke_width=length(0.6 * px))
    size = {"camera": 1.6, "help_point": 2.0, "shop": 2.2}.get(kind, 1.2) * r
    fill = {"camera": ACCENT, "help_point": INK, "shop": PAPER}.get(kind, "#98a8ab")
    edge = INK if kind == "shop" else "none"
    return tag(
        "rect",
        x=length(-size / 2),
        y=length(-size / 2),
        width=length(size),
        height=length(size),
        fill=fill,
        stroke=edge,
        stroke_width=length(0.8 * px),
    )
