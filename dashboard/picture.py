"""The picture of the README, made by the code: where women feel safe after 19:00, before and after.

``python -m dashboard.picture`` runs what is missing of the five evenings of a first answer and writes
``docs/images/den-haag-centraal.svg``.
"""

import argparse
from pathlib import Path
from typing import Final

from markupsafe import Markup

from dashboard.assemble import report_data
from dashboard.figures.maps import hatched_ground, hatching, tile_picture
from dashboard.figures.markup import join, length, tag
from dashboard.figures.numbers import Language, decimal
from dashboard.figures.palette import HAIRLINE, INK, INK_SECOND, INK_THIRD, PAPER, SCORE, WALL
from dashboard.figures.png import data_address
from dashboard.figures.sheet import Tile, make_tiles
from dashboard.layers import Layer, score_layer
from dashboard.report_data import ReportData
from dashboard.words import Words
from scenarios.answer import answer_of
from scenarios.scenario import load
from scenarios.study import Study

TARGET: Final = Path(__file__).parent.parent / "docs" / "images" / "den-haag-centraal.svg"
_WIDTH: Final = 1200
_EDGE: Final = 24
_HEAD: Final = 84
_FOOT: Final = 76
_STEP: Final = 56  # width of one step of the legend
_FONT: Final = '"Source Sans 3",system-ui,-apple-system,"Segoe UI",sans-serif'


def _text(text: str, x: float, y: float, size: int, fill: str, **more: object) -> Markup:
    return tag("text", text, x=length(x), y=length(y), font_size=size, fill=fill, **more)


def _panel(tile: Tile, layer: Layer, arm: int, title: str, x: float, width: float) -> Markup:
    scale = width / tile.width
    image = tag(
        "image",
        href=data_address(tile_picture(tile, layer.arms[arm], layer.steps)),
        width=length(tile.width),
        height=length(tile.height),
        preserveAspectRatio="none",
        style="image-rendering:pixelated",
    )
    walls = tag("path", d=tile.outline, fill="none", stroke=WALL, stroke_width=length(1.0 / scale))
    place = f"translate({length(x)} {_HEAD}) scale({scale:.5f})"
    return tag("g", _text(title, x, _HEAD - 12, 16, INK), tag("g", hatched_ground(tile), image, walls, transform=place))


def _legend(words: Words, y: float) -> Markup:
    marks: list[Markup] = []
    for number, colour in enumerate(SCORE.colours):
        x = _EDGE + 70 + number * _STEP
        marks.append(tag("rect", x=x, y=length(y), width=_STEP, height=12, fill=colour, stroke=HAIRLINE))
        if number:
            limit = decimal(SCORE.breaks[number - 1], 1, words.language)
            marks.append(_text(limit, x, y + 28, 14, INK_SECOND, text_anchor="middle"))
    end = _EDGE + 70 + len(SCORE.colours) * _STEP
    marks.append(_text(words("map.score_woman.low"), _EDGE, y + 11, 14, INK_SECOND))
    marks.append(_text(words("map.score_woman.high"), end + 10, y + 11, 14, INK_SECOND))
    return join(marks)


def picture_svg(data: ReportData, words: Words) -> str:
    """Return base and lead scenario beside each other, largest level, as one SVG that needs no other file."""
    tile = make_tiles(data.layout, data.grid)[0]
    layer, arm = score_layer(data, "woman"), 1 + data.scenarios.index(data.lead)
    width = (_WIDTH - 3 * _EDGE) / 2
    height = _HEAD + width / tile.width * tile.height + _FOOT
    note = words("picture.note", pairs=data.pairs)
    parts = [
        tag("defs", hatching(tile.width)),
        tag("rect", width=_WIDTH, height=length(height), fill=PAPER, rx=8),
        _text(words("picture.title", station=data.station), _EDGE, 38, 22, INK, font_weight=680),
        _panel(tile, layer, 0, words("map.base"), _EDGE, width),
        _panel(tile, layer, arm, data.lead.title, 2 * _EDGE + width, width),
        _legend(words, height - _FOOT + 28),
        _text(note, _WIDTH - _EDGE, height - _FOOT + 39, 14, INK_THIRD, text_anchor="end"),
    ]
    return str(
        tag(
            "svg",
            tag("title", words("picture.title", station=data.station)),
            *parts,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {_WIDTH} {length(height)}",
            width=_WIDTH,
            font_family=_FONT,
            role="img",
        )
    )


def main() -> None:
    """Run what is missing and write the picture."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.picture", description=__doc__)
    parser.add_argument("--station", default="den-haag-centraal")
    parser.add_argument("--scenario", default="all-three")
    parser.add_argument("--out", type=Path, default=None, help="folder of the runs; default results/<station>")
    parser.add_argument("--target", type=Path, default=TARGET)
    asked = parser.parse_args()
    base, scenarios = load(asked.station, [asked.scenario])
    out = asked.out or Path("results") / asked.station
    study = Study(base, scenarios, out=out, days=0, draws=0)
    with study.runner() as runner:
        for progress in study.run("evening", runner):
            print(f"\r{progress.done}/{progress.total}", end="", flush=True)
    print()
    answer = answer_of(study, finished=False, phase="evening")
    if answer is None:
        raise SystemExit("no day could be finished")
    language: Language = "en"
    data = report_data(study, answer.phase, answer.table, answer.lines, language)
    asked.target.parent.mkdir(parents=True, exist_ok=True)
    asked.target.write_text(picture_svg(data, Words(language)), encoding="utf-8")
    print(asked.target)


if __name__ == "__main__":
    main()
