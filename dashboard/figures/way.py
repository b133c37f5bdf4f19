"""A walk: the way on the floor in the colours of its score, and the score along the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import join, length, share, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.palette import HAIRLINE, INK, INK_SECOND, INK_THIRD, PAPER, SCORE, WALL, Steps
from dashboard.figures.sheet import Tile
from dashboard.words import Words

Floats = NDArray[np.float64]
_HEIGHT: Final = 220
_TOP: Final = 10
_FOOT: Final = 26
_LEFT: Final = 30
_JUMP_M: Final = 1.0  # a longer step goes through a passage and is not drawn


@dataclass(frozen=True)
class Track:
    """One walk as drawn.

    Attributes:
        label, colour, dash: of its line.
        points: (n, 2) metres on the sheet; levels: (n,) ordinals; scores: (n,) 1-10; metres: (n,) along the way.
    """

    label: str
    colour: str
    dash: str
    points: Floats
    levels: NDArray[np.int64]
    scores: Floats
    metres: Floats


def _runs(tile: Tile, track: Track, steps: Steps) -> list[tuple[str, list[str]]]:
    """Return pieces of the way on one level, joined while their colour stays."""
    runs: list[tuple[str, list[str]]] = []
    on = track.levels == tile.ordinal
    far = np.hypot(*np.diff(track.points, axis=0).T)
    for k, (a, b) in enumerate(pairwise(range(len(track.points)))):
        if not (on[a] and on[b]) or far[k] > _JUMP_M:
            continue
        start, end = (",".join(length(v) for v in tile.paper(*track.points[i])) for i in (a, b))
        colour = steps.colour(float(track.scores[a]))
        if runs and runs[-1][0] == colour and runs[-1][1][-1] == start:
            runs[-1][1].append(end)
        else:
            runs.append((colour, [start, end]))
    return runs


def way_figure(
    tiles: tuple[Tile, ...], track: Track, stops: Sequence[tuple[int, float, float, str]], alt: str
) -> Markup:
    """Return the levels that a way crosses, with the way and its numbered stops.

    Args:
        tiles: the levels.
        track: the walk.
        stops: level, x, y on the sheet and number of each stretch that is marked.
        alt: the sentence of the figure.
    """
    used = [tile for tile in tiles if (track.levels == tile.ordinal).any()]
    widest = max(tile.width for tile in used)
    parts = []
    for tile in used:
        wide = 7.0 * widest / 900  # seven pixels on a wide screen
        marks = [
            tag("path", d=tile.outline, fill="none", stroke=WALL, vector_effect="non-scaling-stroke", stroke_width=0.8)
        ]
        for colour, points in _runs(tile, track, SCORE):
            line = " ".join(points)
            marks.append(tag("polyline", points=line, fill="none", stroke=PAPER, stroke_width=length(1.9 * wide)))
            marks.append(tag("polyline", points=line, fill="none", stroke=colour, stroke_width=length(1.3 * wide)))
        marks += [_stop(tile, x, y, text, wide) for level, x, y, text in stops if level == tile.ordinal]
        box = f"0 0 {length(tile.width)} {length(tile.height)}"
        drawing = tag("svg", *marks, viewBox=box, class_="floor", aria_hidden="true")
        caption = tag("span", tile.name, class_="level") if len(used) > 1 else Markup("")
        width = f"--w:{100.0 * tile.width / widest:.2f}"
        parts.append(tag("span", tag("span", drawing, class_="floor-box"), caption, class_="tile", style=width))
    return tag("div", *parts, class_="sheet", role="img", aria_label=alt)


def _stop(tile: Tile, x: float, y: float, text: str, wide: float) -> Markup:
    across, down = tile.paper(x, y)
    ring = tag("circle", r=length(1.7 * wide), fill=PAPER, stroke=INK, stroke_width=length(0.3 * wide))
    label = tag("text", text, text_anchor="middle", dy="0.35em", style=f"font-size:{length(2.0 * wide)}px", fill=INK)
    return tag("g", ring, label, class_="stop", transform=f"translate({length(across)} {length(down)})")


def along_figure(tracks: Sequence[Track], words: Words, alt: str) -> Markup:
    """Return the score along the way, one line a walk, on one axis; the lowest point of each is marked."""
    scores = [v for track in tracks for v in (float(track.scores.min()), float(track.scores.max()))]
    levels, reach = axis_over(scores, 4), axis_over([0.0, *(float(t.metres[-1]) for t in tracks)], 5, zero=True)
    plot = _HEIGHT - _TOP - _FOOT

    def y(value: float) -> float:
        return round(_TOP + plot * (1.0 - levels.place(value)), 1)

    marks = [tag("line", x1="0%", x2="100%", y1=y(t), y2=y(t), stroke=HAIRLINE) for t in levels.ticks]
    lines = []
    for track in tracks:
        keep = np.unique(np.linspace(0, len(track.metres) - 1, 400).astype(int))
        points = " ".join(f"{1000 * reach.place(float(track.metres[k])):.1f},{y(float(track.scores[k]))}" for k in keep)
        lines.append(
            tag(
                "polyline",
                points=points,
                fill="none",
                stroke=track.colour,
                stroke_width=2.5,
                stroke_dasharray=track.dash or None,
                vector_effect="non-scaling-stroke",
            )
        )
        low = int(np.argmin(track.scores))
        at, height = reach.place(float(track.metres[low])), y(float(track.scores[low]))
        marks.append(tag("circle", cx=share(at), cy=height, r=5, fill=track.colour, stroke=PAPER))
    stretched = tag(
        "svg", *lines, viewBox=f"0 0 1000 {_HEIGHT}", preserveAspectRatio="none", width="100%", height=_HEIGHT
    )
    inner = tag("svg", stretched, *marks, *_metres(reach, words), width="100%", height=_HEIGHT, overflow="visible")
    digits = decimals_of(levels.ticks)
    sides = [
        tag("text", decimal(t, digits, words.language), x=_LEFT - 8, y=y(t) + 4, text_anchor="end", fill=INK_THIRD)
        for t in levels.ticks
    ]
    left = tag("svg", *sides, width=_LEFT, height=_HEIGHT, class_="levels")
    frame = tag("div", left, tag("div", inner, class_="plot"), class_="day", role="img", aria_label=alt)
    return join([frame, _key(tracks)])


def _metres(reach: Axis, words: Words) -> list[Markup]:
    texts = []
    for number, tick in enumerate(reach.ticks):
        anchor = "start" if number == 0 else "end" if number == len(reach.ticks) - 1 else "middle"
        text = decimal(tick, 0, words.language) + (" m" if number == len(reach.ticks) - 1 else "")
        texts.append(tag("text", text, x=share(reach.place(tick)), y=_HEIGHT - 6, text_anchor=anchor, fill=INK_SECOND))
    return texts


def _key(tracks: Sequence[Track]) -> Markup:
    items = []
    for track in tracks:
        line = tag(
            "line", x1=0, x2=22, y1=6, y2=6, stroke=track.colour, stroke_width=2.5, stroke_dasharray=track.dash or None
        )
        items.append(tag("li", tag("svg", line, width=22, height=12, aria_hidden="true"), " ", track.label))
    return tag("ul", *items, class_="key")
