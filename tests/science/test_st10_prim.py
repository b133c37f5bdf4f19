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


def test_the_command_finds_when_a_package_of_a_study_fails(tmp_path):
    """A made-up study table: lamps gain little where the strength is low and the light needed is high."""
    pytest.importorskip("ema_workbench")
    import duckdb
    from typer.testing import CliRunner

    from scenarios.study_file import read_study
    from schouw.command import app

    plain = {
        "name": "s", "station": "shoebox", "days": 2, "seed": 3,
        "factors": [{"name": "lamps", "measure": "brighter_lamps", "factor": {"low": 1.5, "high": 4.0}},
                    {"parameter": "light_e50_lx"}],
        "design": {"kind": "sobol", "points": 256}, "outcomes": ["safety_women_after_19"],
    }  # fmt: skip
    (tmp_path / "asked.json").write_text(__import__("json").dumps(plain), encoding="utf-8")
    design = read_study(tmp_path / "asked.json").design
    names = list(design.names)
    strength, needed = (design.values[:, names.index(n)] for n in ("lamps.factor", "light_e50_lx"))
    gain = np.where((strength < 2.5) & (needed > 2.0), 0.01, 0.2)
    rows = [(p, d, g) for p, g in enumerate(gain.tolist()) for d in range(2)]
    table = {
        "point": np.array([r[0] for r in rows]), "day": np.array([r[1] for r in rows]),
        "outcome": np.array(["evening"] * len(rows), dtype=object),
        "unit": np.array(["score"] * len(rows), dtype=object),
        "total": np.array([60 + 10 * r[2] for r in rows]), "weight": np.full(len(rows), 10.0),
        "base_total": np.full(len(rows), 60.0), "base_weight": np.full(len(rows), 10.0),
        "failed": np.array([""] * len(rows), dtype=object),
    }  # fmt: skip
    connection = duckdb.connect()
    connection.register("t", table)
    connection.execute(f"copy t to '{tmp_path / 'study.parquet'}' (format parquet)")
    done = CliRunner().invoke(app, ["discover", str(tmp_path), "--worth", "0.05", "--json"])
    assert done.exit_code == 0, done.output
    assert "lamps.factor" in done.output
    assert "light_e50_lx" in done.output
    assert (tmp_path / "discovered.svg").is_file()
    wrong = ((["--worth", "9"], "every point"), (["--outcome", "evning"], "evening"), (["--input", "x"], "no x"))
    for words, said in wrong:
        broken = CliRunner().invoke(app, ["discover", str(tmp_path), *words])
        assert broken.exit_code == 1
        assert said in broken.output
        assert "Traceback" not in broken.output
