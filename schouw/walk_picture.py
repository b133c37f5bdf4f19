"""A small picture of a walk: the floor, the way in the colours of its score, and where it feels least safe."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from markupsafe import Markup

from dashboard.figures.markup import join, length, tag
from dashboard.figures.palette import GROUND, HAIRLINE, INK, INK_SECOND, PAPER, SCORE
from model.inputs.layout import Zone
from scenarios.safe_files import write_whole
from scenarios.walks import Walk
from scenarios.words import Language
from schouw.sentences import say
from schouw.walk_words import score_text
from schouw.walking import Question, persona_text, scenario_text

WIDTH: Final = 720.0
MARGIN_M: Final = 12.0
HEAD: Final = 44.0
LEGEND: Final = 40.0
BESIDE_M: Final = 10.0  # zones farther from the way than this are left out


def check_picture(path: Path) -> str:
    """Return what is wrong with a path for a picture; empty when nothing is."""
    if path.suffix.lower() != ".svg":
        return f"--out {path}: a picture is an .svg file"
    if path.is_dir() or not path.absolute().parent.is_dir():
        return f"--out {path}: there is no folder {path.absolute().parent} to write it in"
    return ""


def write_picture(path: Path, question: Question, walks: Sequence[Walk], language: Language) -> None:
    """Write one picture with a panel for each walk."""
    panels, top = [], 0.0
    for walk in walks:
        panel, height = _panel(question, walk, language, top)
        panels.append(panel)
        top += height
    panels.append(_legend(top, language))
    height = top + LEGEND
    box = f"0 0 {length(WIDTH)} {length(height)}"
    picture = tag(
        "svg", tag("rect", width=WIDTH, height=height, fill=PAPER), *panels,
        xmlns="http://www.w3.org/2000/svg", viewBox=box, width=WIDTH, font_family="sans-serif", font_size=13,
    )  # fmt: skip
    write_whole(path, str(picture).encode("utf-8"))


def _panel(question: Question, walk: Walk, language: Language, top: float) -> tuple[Markup, float]:
    low, high = walk.points.min(0) - MARGIN_M, walk.points.max(0) + MARGIN_M
    scale = WIDTH / (high[0] - low[0])
    height = float((high[1] - low[1]) * scale)
    if height > WIDTH:
        scale *= WIDTH / height
        height = WIDTH
    head = f"{persona_text(walk.persona, language)} - {scenario_text(question, walk.scenario, language)}: "
    head += score_text(walk.visit_score, language)

    def at(x: float, y: float) -> str:
        return f"{length((x - low[0]) * scale)},{length(top + HEAD + (high[1] - y) * scale)}"

    levels = set(walk.levels.tolist())
    zones = [z for z in question.base.layout.zones if z.level in levels and _near(z, walk)]
    floor = [
        tag("polygon", points=" ".join(at(x, y) for x, y in zone.polygon), fill=GROUND, stroke=HAIRLINE)
        for zone in zones
    ]
    line = []
    steps = np.hypot(*np.diff(walk.points, axis=0).T)
    for k in np.flatnonzero(steps < 1):
        a, b = walk.points[k], walk.points[k + 1]
        line.append((SCORE.colour(float(walk.scores[k])), at(*a), at(*b)))
    way = [
        tag("polyline", points=" ".join(points), fill="none", stroke=colour, stroke_width=6, stroke_linecap="round")
        for colour, points in _runs(line)
    ]
    ends = [_dot(at(*walk.points[k]), INK) for k in (0, -1)]
    worst = walk.stretches[walk.lowest]
    lowest = walk.points[int(np.argmin(walk.scores))]
    note = f"{worst.name} {score_text(float(walk.scores.min()), language)}"
    x, y = at(*lowest).split(",")
    anchor = "end" if float(x) > WIDTH * 2 / 3 else "start"
    label = tag("text", note, x=x, y=float(y) - 10, fill=INK, text_anchor=anchor)
    title = tag("text", head, x=4, y=top + HEAD / 2, fill=INK_SECOND)
    clip = [title, *floor, *way, *ends, _dot(at(*lowest), "none"), label]
    return join(clip), HEAD + height


def _near(zone: Zone, walk: Walk) -> bool:
    """Tell whether a zone lies beside the way."""
    corners = np.array(zone.polygon)
    low, high = corners.min(0) - BESIDE_M, corners.max(0) + BESIDE_M
    return bool(((walk.points >= low) & (walk.points <= high)).all(1).any())


def _runs(line: list[tuple[str, str, str]]) -> list[tuple[str, list[str]]]:
    """Join pieces of one colour that follow each other."""
    runs: list[tuple[str, list[str]]] = []
    for colour, a, b in line:
        if runs and runs[-1][0] == colour and runs[-1][1][-1] == a:
            runs[-1][1].append(b)
        else:
            runs.append((colour, [a, b]))
    return runs


def _dot(at: str, fill: str) -> Markup:
    x, y = at.split(",")
    return tag("circle", cx=x, cy=y, r=6, fill=fill, stroke=INK, stroke_width=2)


def _legend(top: float, language: Language) -> Markup:
    width = WIDTH / 2 / len(SCORE.colours)
    parts = [tag("text", say("walk_score", language), x=4, y=top + LEGEND / 2, fill=INK_SECOND)]
    for k, colour in enumerate(SCORE.colours):
        x = 60 + k * width
        parts.append(tag("rect", x=length(x), y=top + 6, width=length(width), height=10, fill=colour))
        if k < len(SCORE.breaks):
            text = score_text(SCORE.breaks[k], language)
            parts.append(
                tag("text", text, x=length(x + width), y=top + 30, fill=INK_SECOND, text_anchor="middle", font_size=11)
            )
    return join(parts)
