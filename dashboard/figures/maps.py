"""Maps: base, scenario and difference beside each other, level by level, on one scale each."""

import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from dashboard.figures.markup import join, length, share, tag
from dashboard.figures.numbers import Language, decimal
from dashboard.figures.palette import HAIRLINE, HATCH, INK_SECOND, PAPER, WALL, Steps
from dashboard.figures.png import CLEAR, data_address, png
from dashboard.figures.sheet import PIXEL_M, Spot, Tile

Array = NDArray[np.float64]
_HATCH = 0.018  # from one line of the hatching to the next, as a share of the widest level
HATCHING = "hatching"  # name of the pattern that lies under every map


@dataclass(frozen=True, slots=True)
class Legend:
    """What stands under a map: the words at both ends and the steps between."""

    low: str
    high: str
    unit: str
    steps: Steps
    signed: bool = False
    blank: str = ""  # what hatching means, where there is any


def wall_symbols(tiles: tuple[Tile, ...]) -> Markup:
    """Return the walls of all tiles once, to be used by every map of the page."""
    paths = [
        tag("path", id=f"walls{i}", d=tile.outline, fill="none", stroke=WALL, vector_effect="non-scaling-stroke")
        for i, tile in enumerate(tiles)
    ]
    pattern = hatching(max(tile.width for tile in tiles))
    return tag("svg", tag("defs", *paths, pattern), width="0", height="0", class_="symbols", aria_hidden="true")


def hatching(widest: float) -> Markup:
    """Return the pattern of floor without a value, in metres of a drawing whose widest level is given."""
    period = length(_HATCH * widest)
    line = tag("path", d=f"M0 0V{period}", stroke=HATCH, stroke_width=length(0.3 * _HATCH * widest))
    return tag(
        "pattern",
        line,
        id=HATCHING,
        width=period,
        height=period,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def hatched_ground(tile: Tile) -> Markup:
    """Return the hatching that lies under a level; it ends within the margin that the picture covers."""
    edge = PIXEL_M
    return tag(
        "rect",
        x=length(edge),
        y=length(edge),
        width=length(tile.width - 2 * edge),
        height=length(tile.height - 2 * edge),
        fill=f"url(#{HATCHING})",
    )


def tile_picture(tile: Tile, pixels: Array, steps: Steps) -> bytes:
    """Return the picture of one level: floor without a value clear, so that hatching shows through.

    Args:
        tile: the level.
        pixels: values on the pixels of the whole sheet, NaN for none.
        steps: colours of the values.
    """
    values = pixels[tile.rows, tile.columns]
    index = np.searchsorted(np.asarray(steps.breaks), values, side="right")
    index = np.where(np.isnan(values), CLEAR, index)
    picture = np.asarray(np.where(tile.floor, index, len(steps.colours)), np.uint8)
    return png(tile.draw(picture), (*steps.colours, PAPER))


def tile_figure(
    number: int,
    tile: Tile,
    pixels: Array,
    steps: Steps,
    widest: float,
    label: str,
    spots: tuple[Spot, ...] = (),
) -> Markup:
    """Return one level as a picture with its walls; its width is its share of the widest level."""
    width, height = length(tile.width), length(tile.height)
    drawing = tag(
        "svg",
        hatched_ground(tile),
        tag(
            "image",
            href=data_address(tile_picture(tile, pixels, steps)),
            width=width,
            height=height,
            preserveAspectRatio="none",
            style="image-rendering:pixelated",
        ),
        tag("use", href=f"#walls{number}", class_="walls"),
        viewBox=f"0 0 {width} {height}",
        class_="floor",
        aria_hidden="true",
    )
    names = [
        tag(
            "span",
            spot.label,
            class_="spot",
            style=f"left:{100 * spot.across / tile.width:.2f}%;top:{100 * spot.down / tile.height:.2f}%",
        )
        for spot in spots
        if spot.ordinal == tile.ordinal
    ]
    box = tag("span", drawing, *names, class_="floor-box")
    caption = tag("span", label, class_="level") if label else Markup("")
    return tag(
        "span",
        box,
        caption,
        class_="tile",
        style=f"--w:{100.0 * tile.width / widest:.2f}",
    )


def sheet_figure(
    tiles: tuple[Tile, ...], pixels: Array, steps: Steps, alt: str, spots: tuple[Spot, ...] = ()
) -> Markup:
    """Return all levels of one map, at one scale, each with its name when there are several."""
    widest = max(tile.width for tile in tiles)
    several = len(tiles) > 1
    parts = [
        tile_figure(i, tile, pixels, steps, widest, tile.name if several else "", spots) for i, tile in enumerate(tiles)
    ]
    return tag("div", *parts, class_="sheet", role="img", aria_label=alt)


def legend_figure(legend: Legend, language: Language) -> Markup:
    """Return the steps of a scale as boxes with the limits under them and words at both ends."""
    steps = legend.steps
    n = len(steps.colours)
    boxes = [
        tag("rect", x=share(i / n), y="0", width=share(1 / n), height="10", fill=c, stroke=HAIRLINE)
        for i, c in enumerate(steps.colours)
    ]
    digits = max(_decimals(b) for b in steps.breaks)
    limits = [
        tag(
            "text",
            decimal(limit, min(digits, _decimals(limit)), language, sign=legend.signed),
            x=share((i + 1) / n),
            y="24",
            text_anchor="middle",
        )
        for i, limit in enumerate(steps.breaks)
    ]
    bar = tag("svg", *boxes, *limits, width="100%", height="28", class_="steps", aria_hidden="true")
    return tag(
        "div",
        tag("span", legend.low, class_="end"),
        bar,
        tag("span", legend.high, class_="end"),
        tag("span", legend.unit, class_="unit"),
        tag("span", tag("i"), legend.blank, class_="blank") if legend.blank else "",
        class_="legend",
    )


def _decimals(value: float) -> int:
    """Return the decimals that a limit of the 1-2-5 series needs."""
    for digits in range(6):
        if math.isclose(round(value, digits), value, rel_tol=1e-9):
            return digits
    return 6


def north_figure(direction: float | None, label: str) -> Markup:
    """Return an arrow to the north, degrees counter-clockwise from the right; nothing when unknown."""
    if direction is None:
        return Markup("")
    arrow = tag(
        "g",
        tag("path", d="M-8 0H7M7 0L2 -4M7 0L2 4", fill="none", stroke=INK_SECOND, stroke_width="1.5"),
        transform=f"rotate({length(-direction)})",
    )
    picture = tag("svg", arrow, viewBox="-10 -10 20 20", width="20", height="20", aria_hidden="true")
    return tag("span", picture, label, class_="north")


@dataclass(frozen=True, slots=True)
class Change:
    """How much of the drawn floor changes by more than the middle class of a difference scale."""

    up: float
    down: float
    drawn: float  # share of the floor that has a value


def change_of(tiles: tuple[Tile, ...], difference: Array, steps: Steps) -> Change:
    """Return the shares of the floor, 0 to 1, above, below and with a value at all."""
    middle = steps.breaks[len(steps.breaks) // 2]
    inside = np.concatenate([difference[t.rows, t.columns][t.floor] for t in tiles])
    drawn = inside[~np.isnan(inside)]
    if not drawn.size:
        return Change(0.0, 0.0, 0.0)
    up, down = float((drawn >= middle).mean()), float((drawn < -middle).mean())
    return Change(up, down, drawn.size / inside.size)


def trio_figure(
    tiles: tuple[Tile, ...],
    pictures: tuple[tuple[str, str, Array], tuple[str, str, Array], tuple[str, str, Array]],
    legends: tuple[Legend, Legend],
    alts: tuple[str, str, str],
    language: Language,
) -> Markup:
    """Return base, scenario and difference beside each other.

    Args:
        tiles: the levels.
        pictures: mark (A, B, B - A), words and pixels of each.
        legends: of the two arms together, and of the difference.
        alts: a sentence for each map.
        language: of the numbers.
    """
    panels: list[Markup] = []
    for number, ((mark, words, pixels), alt) in enumerate(zip(pictures, alts, strict=True)):
        legend = legends[0] if number < 2 else legends[1]
        head = tag("p", tag("b", mark), " ", words, class_="panel-title")
        foot = legend_figure(legend, language) if number != 1 else Markup("")
        panels.append(tag("div", head, sheet_figure(tiles, pixels, legend.steps, alt), foot, class_=f"panel p{number}"))
    return tag("div", join(panels), class_="trio")
