"""Answers at once instead of days: the Gaussian processes of all outcomes of a study, and where they refuse."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scenarios.process import Process

Floats = NDArray[np.float64]
_EDGE: Final = 1e-9  # of the range, for rounding
_HALF: Final = 0.5
# why the model must be run instead
REFUSALS: Final = {
    "switch": "{a} is on (1) or off (0), not {b}",
    "never": "{a} was never on in the study",
    "outside": "{a} lies outside the range of the study",
    "apart": "{a} and {b} were never taken together in the study",
    "unsure": "the emulator is less sure here than anywhere in the study",
    "small": "the emulator is not sure enough for a change of this size",
}


class Refusal(str):
    """Why there is no answer, in English; empty when there is one.

    Attributes:
        key: of ``REFUSALS``; a, b: what fills its blanks. With them a screen says it in another language.
    """

    __slots__ = ("a", "b", "key")
    key: str
    a: str
    b: str

    @classmethod
    def of(cls, key: str, a: str = "", b: str = "") -> "Refusal":
        """Return a refusal; nothing is refused without a key."""
        told = cls(REFUSALS[key].format(a=a, b=b) if key else "")
        told.key, told.a, told.b = key, a, b
        return told


@dataclass(frozen=True)
class Space:
    """What may be asked: factors coded 0 to 1, and what was on together.

    Attributes:
        names: of the factors; switch: True where a factor is on or off; owner: number of the switch that a factor
            is a strength of, -1 for none.
        low, high: ends of the design, coded.
        together: pairs of switches that were on in one point of the design.
    """

    names: tuple[str, ...]
    switch: tuple[bool, ...]
    owner: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    together: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, names: Sequence[str], x: Floats, switch: Sequence[bool], owner: Sequence[int]) -> "Space":
        """Return the space that the points of a design span."""
        switches = [i for i, is_switch in enumerate(switch) if is_switch]
        on = x > _HALF
        together = {(i, j) for i, j in combinations(switches, 2) if bool(np.any(on[:, i] & on[:, j]))}
        ends = [_ends(x, i, owner[i]) for i in range(x.shape[1])]
        low, high = tuple(end[0] for end in ends), tuple(end[1] for end in ends)
        return cls(tuple(names), tuple(switch), tuple(owner), low, high, frozenset(together))

    def clean(self, x: Floats) -> Floats:
        """Return a point in which the strength of what is off is 0, as in the design."""
        off = [owner >= 0 and x[owner] < _HALF for owner in self.owner]
        return np.where(off, 0.0, x)

    def refusal(self, x: Floats) -> Refusal:
        """Return why a point lies outside the design, empty when it does not."""
        for i, name in enumerate(self.names):
            value = float(x[i])
            if self.switch[i]:
                if value not in (0.0, 1.0):
                    return Refusal.of("switch", name, f"{value:g}")
                if value == 1.0 and self.high[i] < 1.0:
                    return Refusal.of("never", name)
                continue
            if self.owner[i] >= 0 and x[self.owner[i]] < _HALF:
                continue  # the strength of what is off
            if not self.low[i] - _EDGE <= value <= self.high[i] + _EDGE:
                return Refusal.of("outside", name)
        on = [i for i, is_switch in enumerate(self.switch) if is_switch and x[i] > _HALF]
        for i, j in combinations(on, 2):
            if (i, j) not in self.together:
                return Refusal.of("apart", self.names[i], self.names[j])
        return Refusal.of("")


def _ends(x: Floats, column: int, owner: int) -> tuple[float, float]:
    """Return the range of a factor; a strength counts only where its measure is on."""
    values = x[:, column] if owner < 0 else x[x[:, owner] > _HALF, column]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


@dataclass(frozen=True)
class Emulator:
    """All outcomes of a study.

    Attributes:
        space: what may be asked; outcomes: by name; days: of each point; made: what it was made of (station, seed,
            version, study), shown with each answer.
        left_out: outcomes of the study that could not be learned, and why; not kept in the text.
    """

    space: Space
    outcomes: Mapping[str, Process]
    days: int
    made: Mapping[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, x: Floats, outcome: str, effect: float | None = None) -> Refusal:
        """Return why the model must be run instead, empty when the emulator may answer.

        Args:
            x: coded point, (factors,); outcome: asked for.
            effect: size of the change that matters to whoever asks; None for any.
        """
        if told := self.space.refusal(x):
            return told
        process = self.outcomes[outcome]
        here = self.space.clean(x)[None]
        if float(process.unsure(here)[0]) > process.checked.largest_sd * (1 + _EDGE):
            return Refusal.of("unsure")
        if effect is not None and float(process.ask(here).sd[0]) > abs(effect) / 2:
            return Refusal.of("small")
        return Refusal.of("")

    def text(self) -> str:
        """Return the emulator as JSON."""
        return json.dumps(
            {
                "days": self.days,
                "made": dict(self.made),
                "space": {
                    "names": self.space.names,
                    "switch": self.space.switch,
                    "owner": self.space.owner,
                    "low": self.space.low,
                    "high": self.space.high,
                    "together": sorted(self.space.together),
                },
                "outcomes": {name: process.record() for name, process in self.outcomes.items()},
            },
            separators=(",", ":"),
        )

    @classmethod
    def read(cls, text: str) -> "Emulator":
        """Return the emulator of a JSON text.

        Raises:
            ValueError: it is none.
        """
        try:
            raw = json.loads(text)
            space = raw["space"]
            return cls(
                Space(
                    tuple(space["names"]),
                    tuple(space["switch"]),
                    tuple(space["owner"]),
                    tuple(space["low"]),
                    tuple(space["high"]),
                    frozenset((int(i), int(j)) for i, j in space["together"]),
                ),
                {name: Process.of(record) for name, record in raw["outcomes"].items()},
                int(raw["days"]),
                raw["made"],
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"is no emulator: {error}") from error
