"""The work of a design, as each worker gets it: light to import, and small to send."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from model.inputs.inputs import Inputs
from scenarios.design import DEFAULTS, Design, Strength, Uncertain
from scenarios.work import BASE_ARM, NO_DRAW, Task, Work

POINT_ARM: Final = 1


@dataclass(frozen=True, kw_only=True)
class DesignWork(Work):
    """The work of a design: inputs are made where they are used, so that a task is a few numbers.

    A task's ``draw`` is the number of its point.
    """

    base: Inputs
    design: Design

    def inputs(self, task: Task) -> Inputs:
        """Return the inputs of a task."""
        make = self.design.base_inputs if task.arm == BASE_ARM else self.design.inputs
        return make(task.draw, self.base)

    def labels(self, task: Task) -> dict[str, Any]:
        """Return the point, its factors and whether its measures are taken."""
        row = self.design.values[task.draw]
        factors = {name: None if np.isnan(v) else float(v) for name, v in zip(self.design.names, row, strict=True)}
        return {"point": task.draw, "measures": task.arm == POINT_ARM, "factors": factors}

    def kept(self) -> int:
        """A point, and the day without measures beside it."""
        return 2

    def place(self, task: Task) -> tuple[int, int]:
        """The days without measures are of one place, unless the numbers of the model differ."""
        plain = task.arm == BASE_ARM and not self._own_numbers(task.draw, Uncertain)
        return task.arm, NO_DRAW if plain else task.draw

    def family(self, task: Task) -> int:
        """Points with numbers of their own have fields that no other point uses."""
        kinds = (Uncertain,) if task.arm == BASE_ARM else (Uncertain, Strength)
        return task.draw if self._own_numbers(task.draw, *kinds) else NO_DRAW

    def _own_numbers(self, point: int, *kinds: type) -> bool:
        """Return whether a point has parameters (or strengths) of its own, rather than measures on or off alone."""
        numbers = [i for i, factor in enumerate(self.design.factors) if isinstance(factor, kinds)]
        drawn = bool(self.design.draw[point] != DEFAULTS)
        return drawn or bool(np.any(~np.isnan(self.design.values[point, numbers])))
