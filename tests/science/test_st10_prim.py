"""Scenario discovery finds a known box."""

import numpy as np
import pytest

from calibration.discovery import discover


def test_st10_prim_recovers_the_limits_of_a_known_box(told):
    """Failures inside 0.3 to 0.7 of a and above 0.6 of b, four inputs, 1,000 points. Criterion: limits within 5%."""
    pytest.importorskip("ema_workbench")
    rng = np.random.default_rng(1)
    inputs = {name: rng.random(1000) for name in "abcd"}
    fails = (inputs["a"] > 0.3) & (inputs["a"] < 0.7) & (inputs["b"] > 0.6)
    box = discover(inputs, fails, density=0.95)
    sides = {limit.name: limit for limit in box.limits}
    told(f"a {sides['a'].low:.3f} to {sides['a'].high:.3f}, b from {sides['b'].low:.3f}; coverage {box.coverage:.2f}")
    assert sides["a"].low == pytest.approx(0.3, abs=0.05)
    assert sides["a"].high == pytest.approx(0.7, abs=0.05)
    assert sides["b"].low == pytest.approx(0.6, abs=0.05)
    assert box.density >= 0.95
    assert box.coverage > 0.8
    assert sides["a"].stability == sides["b"].stability == 1.0
    assert all(limit.stability < 1.0 for name, limit in sides.items() if name in "cd")


def test_nothing_to_discover_is_said():
    with pytest.raises(ValueError, match="some points"):
        discover({"a": np.arange(5.0)}, np.zeros(5, np.bool_))
