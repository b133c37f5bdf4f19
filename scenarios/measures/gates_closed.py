"""Gates closed: only who has a ticket, or follows somebody closely, gets in."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import GateLine, Layout, Zone
from scenarios.costs import Cost, Life, price
from scenarios.faults import nearest
from scenarios.measures.measure import Doer, Evidence, Fault3, Measure, SideEffect, Words
from scenarios.measures.places import zones_around
from scenarios.measures.spots import Place


class NewLine(Place):
    """A row of gates from wall to wall, from (x, y) to (x2, y2); inside lies left of that way."""

    x2: float = Field(ge=-100_000, le=100_000, description="metres on the sheet: the other end of the row")
    y2: float = Field(ge=-100_000, le=100_000, description="metres on the sheet: the other end of the row")
    gates: int = Field(ge=1, le=60, description="number of gates in the row")
    wide: int = Field(1, ge=0, le=60, description="how many of them are wide, for luggage and wheelchairs")


class GatesClosed(Measure):
    """Rows of gates that stand open are closed, or new ones are built."""

    evidence: ClassVar[Evidence] = "quasi-experiment"
    doers: ClassVar[tuple[Doer, ...]] = ("NS", "ProRail", "tram operator")
    side_effects: ClassVar[tuple[SideEffect, ...]] = ("gate_conflict", "queues", "severed")
    prices: ClassVar[tuple[str, ...]] = ("cost_gate", "cost_gate_year")
    life: ClassVar[Life | None] = "built"

    example: ClassVar[tuple[str, ...]] = (
        "new:", "  - {level: -1, x: 73.0, y: -2.0, x2: 77.0, y2: -2.0, gates: 4}",
    )  # fmt: skip

    measure: Literal["gates_closed"] = "gates_closed"
    lines: Words = Field((), description="ids of rows of gates that stand there and are closed; all when left out")
    new: Annotated[tuple[NewLine, ...], Field(strict=False)] = Field(
        (), description="new rows: level, x, y, x2, y2, gates, wide"
    )

    def closed(self, layout: Layout) -> tuple[GateLine, ...]:
        """Return the rows that stand open and are closed."""
        every = not self.lines and not self.new
        return tuple(line for line in layout.gate_lines if not line.closed and (every or line.id in self.lines))

    def _built(self) -> tuple[GateLine, ...]:
        return tuple(
            GateLine(f"gates {n.level} {n.x:g} {n.y:g} {n.x2:g} {n.y2:g}", n.level, ((n.x, n.y), (n.x2, n.y2)), n.gates,
                     wide=min(n.wide, n.gates), owner=self.owner())
            for n in self.new
        )  # fmt: skip

    def apply(self, inputs: Inputs) -> Inputs:
        """Return the inputs with the gates closed."""
        layout = inputs.layout
        ids = {line.id for line in self.closed(layout)}
        lines = tuple(replace(line, closed=True) if line.id in ids else line for line in layout.gate_lines)
        taken = {line.id for line in lines}
        built = tuple(line for line in self._built() if line.id not in taken)
        return inputs.replace(layout=replace(layout, gate_lines=lines + built))

    def cost(self, inputs: Inputs) -> Cost:
        """Return new gates, and the upkeep of all that are closed."""
        p, built = inputs.parameters, sum(line.gates for line in self._built())
        number = built + sum(line.gates for line in self.closed(inputs.layout))
        return Cost(
            price(p, "cost_gate").times(built), price(p, "cost_gate_year").times(number), items=(("gates", number),)
        )

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the zones in which the rows stand, by their middle."""
        lines = (*self.closed(layout), *self._built())
        return zones_around(
            layout,
            ((k.level, (k.ends[0][0] + k.ends[1][0]) / 2, (k.ends[0][1] + k.ends[1][1]) / 2) for k in lines),
        )

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown rows and levels, or that there is none to close."""
        ids = {line.id for line in layout.gate_lines}
        faults = [
            ("lines", f'"{k}" is no row of gates of {layout.id}', nearest(k, ids)) for k in self.lines if k not in ids
        ]
        levels = [level.ordinal for level in layout.levels]
        faults += [
            ("new", f"{layout.id} has no level {n.level}", nearest(n.level, map(str, levels)))
            for n in self.new
            if n.level not in levels
        ]
        if not faults and not self.new and not self.closed(layout):
            return [("lines", "there is no row of gates that stands open", "give new rows")]
        return faults + super().wrong(layout)
