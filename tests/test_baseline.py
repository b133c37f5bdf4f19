"""R5: a day gives the figures that are kept; they change by a commit that says so, never by themselves."""

import json

import pytest

from tests.baseline import DAY, FILE, SEED, TOLERANCE, figures, machine
from tests.day_harness import name_of, run, shoebox


def test_r5_a_day_gives_the_kept_figures() -> None:
    kept = json.loads(FILE.read_text())
    results = run(shoebox(), seed=SEED, day=DAY)
    found = figures(results)
    assert found.keys() == kept["figures"].keys()
    if machine() == kept["machine"]:
        assert found == kept["figures"]
        assert name_of(results) == kept["name"], "figures are the same, a table is not: see tests/baseline.py"
        return
    for name, value in found.items():
        assert value == pytest.approx(kept["figures"][name], rel=TOLERANCE[name.partition("/")[0]]), name
