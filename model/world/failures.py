"""Lamps, cameras and other things that fail and are repaired by their owner, day after day of a season."""

from dataclasses import replace
from math import log
from typing import Any

from model.inputs.layout import Camera, Lamp, Layout, Spot
from model.inputs.upkeep import DAYS_A_YEAR, Upkeep
from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniform
from model.world.disorder import repair_days


def layout_on(layout: Layout, upkeep: Upkeep, parameters: Parameters, seed: int, day: int) -> Layout:
    """Return the layout as it stands a number of days later: things have failed and were repaired in the meantime.

    What is broken in the layout is broken on day 0. Lives and delays are exponential with the means of
    ``repair_faults_year`` and ``disorder.repair_days``; luck is that of the thing's own name, so that one lamp more
    changes no other's.

    Args:
        seed: study seed; day: days since the state of the layout, 0 or more.
    """

    def state(kind: str, thing: Lamp | Camera | Spot) -> Any:
        broken = is_broken(f"{kind} {thing.id}", thing, upkeep, parameters, seed, day)
        return thing if broken == thing.broken else replace(thing, broken=broken)

    return replace(
        layout,
        lamps=tuple(state("lamp", lamp) for lamp in layout.lamps),
        cameras=tuple(state("camera", camera) for camera in layout.cameras),
        spots=tuple(state("spot", spot) for spot in layout.spots),
    )


def is_broken(
    name: str, thing: Lamp | Camera | Spot, upkeep: Upkeep, parameters: Parameters, seed: int, day: int
) -> bool:
    """Return whether a thing is broken at the beginning of a day; ``name`` keys its luck."""
    life = DAYS_A_YEAR / parameters.repair_faults_year
    delay = repair_days(thing.owner, upkeep, parameters)
    entity, broken, changes, passed = entity_of(name), thing.broken, 0, 0.0
    while True:
        mean = delay if broken else life
        passed -= mean * log(uniform(seed, int(Purpose.FAILURE), 0, entity, changes, 0))
        if passed > day:
            return broken
        broken, changes = not broken, changes + 1
