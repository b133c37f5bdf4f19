"""The uncertain numbers of walking: whatever is drawn, the curve holds and nothing locks."""

import numpy as np
import pytest

from model.kernels.walkers import WalkRules
from model.parameters import Parameters, read_table
from model.world.movement import make_walk_rules
from tests.science.test_movement_flow import bottleneck, endless, flow, speeds, waiting_platform
from tests.walk_harness import DT, weidmann

ROWS = [row for row in read_table() if row.shape != "fixed" and row.used_by.endswith("make_walk_rules")]


def drawn(draw: int) -> WalkRules:
    """Draw 0 holds all lower ends, draw 1 all upper ends."""
    luck = np.random.default_rng(draw)
    given = {row.name: row.quantile(luck.random()) for row in ROWS}
    if draw < 2:
        given = {row.name: (row.low, row.high)[draw] for row in ROWS}
    return make_walk_rules(Parameters.default().replace(**given))


@pytest.mark.parametrize("draw", range(8))
def test_no_draw_of_the_rules_locks(draw: int) -> None:
    rules = drawn(draw)
    found = []
    for density in (0.5, 1.0, 2.0, 3.0, 4.0):
        scene = endless(density, seed=1)
        scene.rules = rules
        scene.step(60)
        found.append(speeds(scene, 40).mean())
    error = float(np.sqrt(np.mean((np.array(found) - weidmann([0.5, 1, 2, 3, 4])) ** 2)))
    both = endless(1.5, seed=1, both_ways=True, spread=0.2)
    both.rules = rules
    two_way = speeds(both, 120)[-60:].mean()
    crowd = waiting_platform(1.5, 40, seed=1)
    crowd.rules = rules
    w, seconds = crowd.walkers, 0.0
    while (w.mode == 1).any() and seconds < 600:
        crowd.step()
        seconds += DT
        w.mode[(w.arrived == 1) & (w.mode == 1)] = 0
    gap, line = bottleneck(1.2, 0.12, 1.0)
    gap.rules = rules
    through = flow(gap, line)
    print(f"\ndraw {draw}: RMSE {error:.3f}, two ways {two_way:.2f} m/s, platform {seconds} s, gap {through:.2f} p/s")
    assert error <= 0.10
    assert two_way >= 0.4
    assert seconds < 400
    assert 1.2 <= through <= 2.8
