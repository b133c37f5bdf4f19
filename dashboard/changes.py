"""What of a page differs from what a browser already shows: only that is sent, so that a choice is answered at once.

A page is a frame and the parts in it that have an id of their own: drawings, controls, links. Where the frame is the
same as the one that a browser says it has, it gets the parts that changed and draws nothing else anew.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

# controls by what their id is called: which property holds the choice
CONTROLS: Final = dict.fromkeys(("set", "list", "study", "field", "station"), "value") | {"turn": "checked"}
PARTS: Final = {**CONTROLS, "card": "html", "link": "href"}
_LETTERS: Final = 16


@dataclass(frozen=True)
class Part:
    """One part of a page. Attributes: key: of its id, as text; id; prop: that may differ; value: of it."""

    key: str
    id: dict[str, Any]
    prop: str
    value: Any

    @property
    def told(self) -> dict[str, Any]:
        """It as a browser reads it."""
        return {"id": self.id, "props": {self.prop: self.value}}


@dataclass(frozen=True)
class Stock:
    """All that a page is made of. Attributes: frame: mark of what has no id; parts; marks: of each of them."""

    frame: str
    parts: tuple[Part, ...]
    marks: dict[str, str]

    def since(self, shown: Any) -> list[dict[str, Any]] | None:
        """Return what a browser has to change that shows ``shown``; None where it must draw all anew."""
        if not isinstance(shown, dict) or shown.get("frame") != self.frame:
            return None
        before = shown.get("marks")
        if not isinstance(before, dict) or before.keys() != self.marks.keys():
            return None
        return [part.told for part in self.parts if before[part.key] != self.marks[part.key]]

    @property
    def controls(self) -> dict[str, Any]:
        """What the controls show, by kind and key: a control that still shows this was not touched."""
        kinds = ((next(iter(part.id.items())), part.value) for part in self.parts)
        return {f"{kind} {key}": value for (kind, key), value in kinds if kind in CONTROLS}


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=_LETTERS // 2).hexdigest()


def _marked(content: Any) -> Iterator[tuple[Any, str]]:
    """Yield the components of a page that have an id of a known kind, with the property that may differ."""
    for part in content if isinstance(content, list | tuple) else [content]:
        mark = getattr(part, "id", None)
        if isinstance(mark, dict) and (kind := next((k for k in mark if k in PARTS), None)) is not None:
            yield part, PARTS[kind]
        inner = getattr(part, "children", None)
        if inner is not None and not isinstance(inner, str):
            yield from _marked(inner)


def stock(content: Any) -> Stock:
    """Return what a page is made of.

    Args:
        content: its components; they are left as they were.
    """
    found: list[tuple[Component, Part]] = []
    for component, prop in _marked(content):
        key = json.dumps(component.id, sort_keys=True)
        found.append((component, Part(key, component.id, prop, getattr(component, prop, None))))
    try:
        for component, part in found:
            setattr(component, part.prop, None)
        frame = json.dumps(content, cls=PlotlyJSONEncoder)
    finally:
        for component, part in found:
            setattr(component, part.prop, part.value)
    parts = tuple(part for _, part in found)
    return Stock(_mark(frame), parts, {part.key: _mark(json.dumps(part.value)) for part in parts})
