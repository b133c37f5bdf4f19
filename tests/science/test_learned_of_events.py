"""Expected detection, recording and reporting against what becomes of drawn events (science.md 4.5, 5).

The expected tables look at an event in its first second, and at the rounds of the roster for who comes by later; drawn
events live on. Both must give the same over many evenings, within luck and a stated share for what the tables leave
out: guards who are sent for, called or on their way, and people who make trouble who walk about.
"""

import numpy as np
import pytest

from model.inputs.inputs import Inputs
from model.results import INCIDENT_TYPES
from model.station import run_day
from model.world.world import World
from scenarios.measures.patrol import Patrol
from tests.twins_hazard import shoebox

EVENINGS = 40
TIMES = 25  # as many offenders, at as much the rate
DRAWN = 6  # types that are drawn as events; what happens to staff is only expected
WINDOW = (20 * 3600, 20 * 3600 + 2700)
LEFT_OUT = 0.2  # self-set: of the level, what the expected tables may leave out


def busy(inputs: Inputs) -> Inputs:
    """Evenings with many events."""
    p = inputs.parameters
    names = [f"{kind}_rate" for kind in INCIDENT_TYPES]
    names += [f"offender_arrivals_{kind}" for kind in ("theft", "harassment", "aggression", "nuisance", "vandalism")]
    return inputs.replace(parameters=p.replace(**{name: TIMES * p[name] for name in names}), window=WINDOW)


@pytest.mark.parametrize("patrols", [0, 2])
def test_what_is_learned_of_drawn_events_is_what_was_expected(patrols: int) -> None:
    inputs, world = shoebox()
    if patrols:
        inputs = Patrol(who="guard", units=patrols, hours="18:00-22:00").apply(inputs)
    world = World.of(inputs) if patrols else world
    days = [run_day(busy(inputs), world, 3, day) for day in range(1, EVENINGS + 1)]
    counted = {
        name: np.array([_in_window(day.events, name) for day in days], float)
        for name in ("detected", "recorded", "reported")
    }
    for name, drawn in counted.items():
        expected = np.array([getattr(day, name)[:DRAWN].sum() for day in days])
        apart = drawn - expected
        error = 3 * apart.std(ddof=1) / np.sqrt(EVENINGS)
        assert drawn.sum() > 10
        assert expected.mean() > 0
        assert abs(apart.mean()) < error + LEFT_OUT * expected.mean(), (name, drawn.mean(), expected.mean(), error)


def _in_window(log: np.ndarray, name: str) -> int:
    mine = log[log["begin_s"] >= WINDOW[0]]
    return int((mine["seen_by"] > 0).sum() if name == "detected" else mine[name].sum())
