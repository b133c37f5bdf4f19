"""A picture drawn twice, for a wide screen and for a phone: letters keep their size, and nothing hides at the side."""

from collections.abc import Callable
from typing import Final

from markupsafe import Markup

from dashboard.figures.markup import tag

PHONE_WIDTH: Final = 334.0  # of a figure in its card, on a screen of 390 pixels


def for_both(draw: Callable[[bool], Markup]) -> Markup:
    """Return a picture for wide screens and one for phones; the screen shows one of them.

    Args:
        draw: makes the picture; is told whether it is for a phone.
    """
    return tag("div", draw(False), class_="on-wide") + tag("div", draw(True), class_="on-phone")
