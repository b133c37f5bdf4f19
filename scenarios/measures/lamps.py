"""What all measures on luminaires share: which ones are meant."""

from collections.abc import Callable
from dataclasses import replace

from pydantic import Field

from model.inputs.inputs import Inputs
from model.inputs.layout import Lamp, Layout, Zone
from scenarios.faults import nearest
from scenarios.measures.measure import Fault3, Measure, Words
from scenarios.measures.places import things_in, zones_around


class LampMeasure(Measure):
    """A measure on luminaires that hang there."""

    zones: Words = Field((), description="zone ids or kinds whose lamps are meant; all when left out")
    lamps: Words = Field((), description="ids of single lamps, beside those of zones")

    def chosen(self, layout: Layout) -> tuple[Lamp, ...]:
        """Return the lamps that are meant: in the named zones, or named themselves, or else all."""
        return things_in(layout, layout.lamps, self.zones, self.lamps)

    def changed(self, inputs: Inputs, change: Callable[[Lamp], Lamp]) -> Inputs:
        """Return the inputs with the chosen lamps changed."""
        ids = {lamp.id for lamp in self.chosen(inputs.layout)}
        lamps = tuple(change(lamp) if lamp.id in ids else lamp for lamp in inputs.layout.lamps)
        return inputs.replace(layout=replace(inputs.layout, lamps=lamps))

    def zone_words(self) -> tuple[str, ...]:
        """Return the zones that are named."""
        return self.zones

    def touched(self, layout: Layout) -> tuple[Zone, ...]:
        """Return the named zones and those of single lamps."""
        if not self.lamps:
            return super().touched(layout)
        return zones_around(layout, ((lamp.level, lamp.x, lamp.y) for lamp in self.chosen(layout)))

    def wrong(self, layout: Layout) -> list[Fault3]:
        """Return unknown zones and lamps."""
        ids = {lamp.id for lamp in layout.lamps}
        unknown = [
            ("lamps", f'"{lamp}" is no lamp of {layout.id}', nearest(lamp, ids))
            for lamp in self.lamps
            if lamp not in ids
        ]
        return super().wrong(layout) + unknown
