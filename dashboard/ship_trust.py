"""Finds where a shipped package does too little, for the page: ``python -m dashboard.ship_trust``.

The fit and the analysis that ship beside it are the records of ``schouw calibrate example`` and of
``schouw sensitivity halte all-three --json``.
"""

import argparse
import io
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from ruamel.yaml import YAML

from dashboard.fits import SHIPPED
from dashboard.ship_study import run_study
from scenarios.safe_files import write_whole
from scenarios.scenario import read_scenario, shipped_scenarios
from scenarios.study_table import read_sums

STATION: Final = "halte"
SCENARIO: Final = "all-three"
OUTCOME: Final = "safety_women_after_19"
FAMILIES: Final = (
    "feel_light_woman", "feel_dark_woman", "feel_isolation_woman", "feel_base", "light_e50_lx",
    "feel_guardian_woman", "feel_camera_woman", "feel_crowd_woman", "feel_prospect_woman", "feel_disorder_woman",
)  # fmt: skip
POINTS: Final = 64
DAYS: Final = 2
_SHARE: Final = 0.3  # of the points that count as too little: the weakest three of ten


def names() -> list[str]:
    """Return the parameters that are varied: those of the list that are uncertain."""
    from model.parameters import Parameters

    known = Parameters.default().uncertain()
    return [name for name in FAMILIES if name in known]


def study_text() -> str:
    """Return the study file: the package in every point, parameters over their ranges."""
    content: dict[str, Any] = {
        "name": f"{STATION}-box",
        "station": STATION,
        "days": DAYS,
        "window": "18:00-01:00",
        "factors": [{"scenario": SCENARIO, "always": True}, *({"parameter": name} for name in names())],
        "design": {"kind": "sobol", "points": POINTS},
        "outcomes": [OUTCOME],
    }
    out = io.StringIO()
    YAML(typ="safe").dump(content, out)
    return out.getvalue()


def box_of(design: Any, table: Path) -> dict[str, Any]:
    """Return the box as plain values, with the points behind it."""
    from calibration.discovery import discover
    from calibration.failures import gains_of

    points, gain = gains_of(read_sums(table))
    limit = float(np.quantile(gain, _SHARE))
    fails = gain < limit
    columns = {name: design.values[points, design.names.index(name)] for name in names()}
    box = discover(columns, fails)
    limits = [vars(one) for one in box.limits]
    other = next(name for name in columns if name not in {one["name"] for one in limits})
    ends = {"name": other, "low": float(columns[other].min()), "high": float(columns[other].max()), "stability": 0.0}
    shown = [one["name"] for one in [*limits, ends][:2]]
    return {
        "title": dict(read_scenario(shipped_scenarios(STATION)[SCENARIO]).title),
        "limit": limit,
        "limits": limits,
        "other": ends,
        "coverage": box.coverage,
        "density": box.density,
        "mass": box.mass,
        "points": {name: [float(f"{v:.4g}") for v in columns[name]] for name in shown},
        "fails": [int(f) for f in fails],
    }


def main() -> None:
    """Run what is missing of the study and write the box."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.ship_trust", description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the runs")
    parser.add_argument("--workers", type=int, default=None, help="processes; one a core when left out")
    asked = parser.parse_args()
    design, table = run_study(study_text(), asked.results / f"{STATION}-box", asked.workers)
    SHIPPED.mkdir(parents=True, exist_ok=True)
    write_whole(SHIPPED / f"{STATION}-box.json", json.dumps(box_of(design, table)))
    print(f"{SHIPPED / f'{STATION}-box.json'}")


if __name__ == "__main__":
    main()
