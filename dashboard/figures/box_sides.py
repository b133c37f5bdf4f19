"""Where a package fails: the box of scenario discovery, its sides by how sure they are."""

from collections.abc import Mapping

from markupsafe import Markup

from calibration.discovery import Box
from dashboard.figures.axis import axis_over
from dashboard.figures.drivers import HEAD, LABELS, along, sheet, span
from dashboard.figures.fitted import TICKS
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal, digits_of_width
from dashboard.figures.palette import HATCH, INK, INK_SECOND, INK_THIRD, WORSE
from dashboard.words import Words

STEP: float = 38.0  # of a row: its numbers above its bar
SURE = 0.7  # share of resamples from which a side is drawn in full colour


def box_sides_figure(box: Box, ranges: Mapping[str, tuple[float, float]], words: Words, title: str) -> Markup:
    """Return the limited sides of a box on the ranges of the study, the surest on top.

    Args:
        box: as ``calibration.discovery.discover`` finds it.
        ranges: low and high of each input over the points.
        words: the language; title: of the picture, in plain text.
    """
    axis = axis_over([0.0, 1.0], TICKS, zero=True)
    bars = []
    for k, limit in enumerate(box.limits):
        low, high = ranges[limit.name]
        width = high - low or 1.0
        a, b = ((end - low) / width for end in (limit.low, limit.high))
        y, sure = HEAD + STEP * k, limit.stability >= SURE
        told = words("boxes.side", low=decimal(limit.low, digits_of_width(width), words.language),
                     high=decimal(limit.high, digits_of_width(width), words.language),
                     share=decimal(100 * limit.stability, 0, words.language))  # fmt: skip
        bars.append(
            tag(
                "g",
                tag("text", limit.name, x=length(LABELS - 10), y=length(y + 26), text_anchor="end",
                    fill=INK if sure else INK_THIRD, font_size=12),
                tag("rect", x=along(axis, 0.0), y=length(y + 20), width=span(axis, 0.0, 1.0), height=4, fill=HATCH),
                tag("rect", x=along(axis, a), y=length(y + 16), width=span(axis, a, b), height=12,
                    fill=WORSE if sure else INK_THIRD),
                tag("text", told, x=length(LABELS + 2), y=length(y + 12), fill=INK_SECOND, font_size=10),
            )
        )  # fmt: skip
    shares = {name: decimal(100 * getattr(box, name), 0, words.language) for name in ("coverage", "density", "mass")}
    return sheet(title, words("boxes.note", **shares), axis, HEAD + STEP * len(box.limits), bars, words)
