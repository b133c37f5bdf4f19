"""Small pictures of the rail and the buttons: strokes on 24 by 24, drawn with the colour of the text."""

from typing import Final

from markupsafe import Markup

from dashboard.figures.markup import tag

_PATHS: Final = {
    "explore": "M4 7h9m4 0h3M4 12h3m4 0h9M4 17h11m4 0h1M15 5v4M9 10v4M17 15v4",
    "compare": "M12 3v18M4 8h5m-5 4h3m-3 4h5M15 8h5m-5 4h3m-3 4h5",
    "watch": "M7 4.5v15l12-7.5z",
    "walk": "M6 20a2 2 0 1 0 .01 0M18 4a2 2 0 1 0 .01 0M8 20h6a4 4 0 0 0 0-8h-4a4 4 0 0 1 0-8h6",
    "place": "M12 21c4-5 6-8 6-11a6 6 0 1 0-12 0c0 3 2 6 6 11zM12 8a2 2 0 1 0 .01 0",
    "evidence": "M6 3h9l4 4v14H6zM9 9h5M9 13h7M9 17h7",
    "runs": "M4 6h16M4 12h16M4 18h16M8 4v4M15 10v4M10 16v4",
    "portfolio": "M5 20V10M10 20V4M15 20v-8M20 20V7",
    "calibrate": "M3 19c5 0 5-14 9-14s4 14 9 14",
    "undo": "M9 5 4 10l5 5M4 10h10a6 6 0 0 1 0 12h-3",
    "redo": "M15 5l5 5-5 5M20 10H10a6 6 0 0 0 0 12h3",
    "link": "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1.5-1.5",
    "report": "M12 3v12m-5-5 5 5 5-5M4 20h16",
}


def icon(name: str) -> Markup:
    """Return a picture; it has no meaning of its own for who cannot see it."""
    path = tag(
        "path",
        d=_PATHS[name],
        fill="none",
        stroke="currentColor",
        stroke_width="1.8",
        stroke_linecap="round",
        stroke_linejoin="round",
    )
    return tag("svg", path, viewBox="0 0 24 24", width=18, height=18, class_="icon", aria_hidden="true")


def mark() -> Markup:
    """Return the mark of the product."""
    arch = tag(
        "path",
        d="M3 21V12a9 9 0 0 1 18 0v9M7.5 21v-8.5a4.5 4.5 0 0 1 9 0V21",
        fill="none",
        stroke="#0b6275",
        stroke_width="2",
    )
    dot = tag("circle", cx=12, cy=18.5, r=2.4, fill="#0b6275")
    return tag("svg", arch, dot, viewBox="0 0 24 24", width=24, height=24, aria_hidden="true")
