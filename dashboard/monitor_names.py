"""What the figures of a monitor file are called, and why one is no target, in the language of a reader."""

from calibration.monitor import NETWORK, Figure
from calibration.reasons import ELSE, reason_in
from dashboard.words import Words


def figure_name(figure: Figure, words: Words) -> str:
    """Return what a figure tells: "incidents, aggression against staff, train and station"."""
    return ", ".join(
        part
        for part in (
            words.name("page.item", figure.item),
            words.name("incident", figure.type) if figure.type not in ("", "all") else "",
            who(figure.group, words),
            words.place(figure.place),
            "" if figure.station == NETWORK else figure.station,
        )
        if part
    )


def who(group: str, words: Words) -> str:
    """Return who was asked; nothing for all."""
    return "" if group == "all" else words.name("page.who", group)


def why(reason: str, words: Words) -> str:
    """Return why a figure is no target; what a shipped file says it asks stands in the language too."""
    asked = reason.removeprefix(ELSE)
    told = reason_in(reason, words.language)
    return told if asked == reason else told.removesuffix(asked) + words.place(asked)
