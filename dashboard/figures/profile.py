"""The day as steps: a level by time band in both arms, the scenario with its interval."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.figures.axis import Axis, axis_over, decimals_of
from dashboard.figures.markup import share, tag
from dashboard.figures.numbers import clock, decimal
from dashboard.figures.palette import BASE, GROUND, HAIRLINE, INK_THIRD
from dashboard.words import Words
from model.results import TIME_BANDS

_HEIGHT: Final = 168  # of the figure in CSS pixels
_TOP: Final = 8
_FOOT: Final = 22  # under the plot, for the hours
_LEFT: Final = 34  # CSS pixels for the levels at the left
_HOUR_S: Final = 3600.0
Place = Callable[[float], str]
Height = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Step:
    """Level of one band in both arms, and the interval of the scenario (base plus the difference's ends)."""

    band: str
    base: float
    value: float
    low: float | None
    high: float | None

    @property
    def start_s(self) -> float:
        """First second of the band."""
        return TIME_BANDS[self.band][0] * _HOUR_S

    @property
    def end_s(self) -> float:
        """Last second of the band."""
        return (TIME_BANDS[self.band][-1] + 1) * _HOUR_S

    @property
    def hours(self) -> int:
        """Length of the band in hours."""
        return len(TIME_BANDS[self.band])


def level_axis(panels: tuple[tuple[Step, ...], ...], zero: bool) -> Axis:
    """Return one axis for all panels that are to be compared."""
    values = [v for steps in panels for s in steps for v in (s.base, s.value, s.low, s.high) if v is not None]
    return axis_over(values, 4, zero=zero)


def _dark(sun: tuple[float, float] | None, start: float, end: float) -> list[tuple[float, float]]:
    if sun is None:
        return []
    rise, fall = sun
    spans = [(start, min(end, rise)), (max(start, fall), end)]
    return [(a, b) for a, b in spans if b > a]


def profile_figure(
    steps: tuple[Step, ...],
    levels: Axis,
    colour: str,
    words: Words,
    alt: str,
    sun: tuple[float, float] | None = None,
) -> Markup:
    """Return one panel: base grey and broken, scenario in colour with its interval, dark hours shaded.

    Args:
        steps: one a band, in order of time.
        levels: the axis, shared with the panels beside it.
        colour: of the scenario.
        words: the language.
        alt: the sentence of the figure.
        sun: sunrise and sunset in seconds of the day; hours without sun are shaded.
    """
    start, end = steps[0].start_s, steps[-1].end_s
    plot = _HEIGHT - _TOP - _FOOT

    def x(second: float) -> str:
        return share((second - start) / (end - start))

    def y(value: float) -> float:
        return round(_TOP + plot * (1.0 - levels.place(value)), 2)

    marks: list[Markup] = [
        tag(
            "rect",
            x=x(a),
            width=share((b - a) / (end - start)),
            y=_TOP,
            height=plot,
            fill=GROUND,
            class_="dark",
        )
        for a, b in _dark(sun, start, end)
    ]
    marks += [tag("line", x1="0%", x2="100%", y1=y(t), y2=y(t), stroke=HAIRLINE) for t in levels.ticks]
    for step in steps:
        marks += _step_marks(step, x, y, colour)
    marks += _hours(steps, x, words)
    inner = tag("svg", *marks, width="100%", height=_HEIGHT, overflow="visible")
    digits = decimals_of(levels.ticks)
    sides = [
        tag(
            "text",
            decimal(t, digits, words.language),
            x=_LEFT - 8,
            y=y(t) + 4,
            text_anchor="end",
            fill=INK_THIRD,
        )
        for t in levels.ticks
    ]
    left = tag("svg", *sides, width=_LEFT, height=_HEIGHT, class_="levels")
    return tag("div", left, tag("div", inner, class_="plot"), class_="day", role="img", aria_label=alt)


def _step_marks(step: Step, x: Place, y: Height, colour: str) -> list[Markup]:
    a, b = x(step.start_s), x(step.end_s)
    marks = [
        tag(
            "line",
            x1=a,
            x2=b,
            y1=y(step.base),
            y2=y(step.base),
            stroke=BASE,
            stroke_width=2,
            stroke_dasharray="5 3",
        )
    ]
    if step.low is not None and step.high is not None:
        top, bottom = y(step.high), y(step.low)
        width = f"{float(b.rstrip('%')) - float(a.rstrip('%')):.2f}%"
        marks.append(
            tag(
                "rect",
                x=a,
                width=width,
                y=top,
                height=round(max(1.0, bottom - top), 2),
                fill=colour,
                opacity="0.25",
            )
        )
    marks.append(tag("line", x1=a, x2=b, y1=y(step.value), y2=y(step.value), stroke=colour, stroke_width=2.5))
    return marks


def _hours(steps: tuple[Step, ...], x: Place, words: Words) -> list[Markup]:
    edges = [steps[0].start_s, *(s.end_s for s in steps)]
    texts = []
    for number, edge in enumerate(edges):
        anchor = "start" if number == 0 else "end" if number == len(edges) - 1 else "middle"
        hour = clock(edge, words.language)[:2].lstrip("0") or "0"
        texts.append(tag("text", hour, x=x(edge), y=_HEIGHT - 6, text_anchor=anchor, fill=INK_THIRD))
    return texts
