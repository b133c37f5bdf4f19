"""A made-up comparison for tests of the report: the numbers are invented, the layout is a shipped one."""

from datetime import date
from itertools import product

import numpy as np

from dashboard.figures.numbers import Language
from dashboard.report_data import ALL_GENDERS, Fields, Line, ReportData, Row, ScenarioCard
from model.inputs.layout import ZONE_KINDS, Layout
from model.results import INCIDENT_TYPES, OUTCOME_UNITS, TIME_BANDS
from model.world.fields import Grid
from model.world.grid import make_grid

SCENARIOS = ("lamps", "patrol", "all-three")


def rows_of(scenario: str, size: float, seed: int) -> list[Row]:
    """Return all rows of a scenario; ``size`` scales the effect, 0 gives no difference at all."""
    rng = np.random.default_rng(seed)
    rows = []
    kinds = (*ZONE_KINDS[:4], "all")
    for outcome, gender, band, kind in product(OUTCOME_UNITS, ALL_GENDERS, TIME_BANDS, kinds):
        incidents = outcome.endswith("_incidents")
        for incident in (*INCIDENT_TYPES, "all") if incidents else ("",):
            base = float(rng.uniform(0.5, 3.0)) if incidents else float(rng.uniform(5.5, 7.0))
            change = size * float(rng.normal(-0.1 if incidents else 0.2, 0.1))
            half = abs(size) * float(rng.uniform(0.05, 0.2))
            relative = (change / base, (change - half) / base, (change + half) / base) if incidents else (None,) * 3
            rows.append(
                Row(
                    scenario, outcome, incident, gender, band, kind, OUTCOME_UNITS[outcome],
                    base, base + change, change, change - half, change + half, *relative, 10,
                    change - 2 * half, change + 2.5 * half,
                )
            )  # fmt: skip
    return rows


def lines_of(scenario: str, size: float) -> list[Line]:
    """Return ten headline lines with verdicts of all kinds."""
    made = [
        ("safety_women_after_19", "points", "higher", 0.31, 0.2, 0.42, "W4", 6.1),
        ("safety_men_after_19", "points", "higher", 0.2, 0.1, 0.3, "W4", 6.6),
        ("gap_after_19", "points", "lower", -0.11, -0.2, -0.02, "W5", 0.5),
        ("unsafe_women_after_19", "share", "lower", -0.04, -0.06, -0.02, "W4", 0.22),
        ("harassment_women_after_19", "relative", "lower", -0.13, -0.25, -0.02, "W5", 0.9),
        ("harassment", "relative", "lower", -0.1, -0.2, 0.01, "W6", 1.9),
        ("theft", "relative", "lower", -0.02, -0.1, 0.06, "W8", 3.0),
        ("aggression", "relative", "lower", -0.12, -0.2, -0.04, "W4", 0.5),
        ("staff_aggression", "relative", "lower", 0.05, 0.02, 0.08, "W4", 2.0),
        ("vandalism", "relative", "lower", None, None, None, "W9", 0.01),
    ]
    lines = []
    for key, scale, better, middle, low, high, verdict, base in made:
        ends = [None if v is None else v * size for v in (middle, low, high)]
        span = None if low is None else ((low - 0.1 * abs(low)) * size, (high + 0.3 * abs(high)) * size)
        label = key.replace("_", " ")
        lines.append(
            Line(
                scenario, key, label, scale, better, *ends, verdict, f"{label}: {verdict}", base,  # type: ignore[arg-type]
                None if middle is None else base + middle * size, *(span or (None, None)),
            )
        )  # fmt: skip
    return lines


def fields_of(grid: Grid, size: float) -> Fields:
    """Return maps with a slope along the sheet, shifted by the effect."""
    ny, nx = -(-grid.ny // 2), -(-grid.nx // 2)
    slope = np.linspace(5.0, 7.5, nx)[None, :].repeat(ny, axis=0)
    wave = 0.5 * np.sin(np.arange(ny))[:, None]
    seconds = np.full((ny, nx), 400.0)
    seconds[:, : nx // 8] = 0.0
    maps = {
        "seconds": seconds * 9 * (1 + 0.01 * size),
        "expected": np.abs(wave) * (0.02 - 0.004 * size) + 0.004,
    }
    for gender in ("woman", "man"):
        maps[f"seconds_{gender}"] = seconds
        maps[f"score_{gender}"] = seconds * (slope + size * wave)
    light = np.hypot(grid.cell_x % 12 - 6, grid.cell_y % 12 - 6)
    lux = (40.0 / (1 + light) + (8.0 * size if size else 0.0)).astype(np.float32)
    return Fields({k: (v + 0 * slope).astype(np.float32) for k, v in maps.items()}, lux)


def example(layout: Layout, language: Language = "en", **changes: object) -> ReportData:
    """Return everything a report needs, invented, for a real layout."""
    grid = make_grid(layout)
    sizes = dict(zip(SCENARIOS, (0.4, 0.7, 1.0), strict=True))
    titles = ("Brighter lamps", "Evening patrol", "Lamps, patrol and cameras")
    values: dict[str, object] = {
        "language": language,
        "station": layout.name,
        "layout": layout,
        "grid": grid,
        "day": date(2026, 11, 18),
        "window": (18_000, 90_000),
        "sun": (29_400.0, 60_000.0),
        "scenarios": tuple(
            ScenarioCard(name, title, ("a",) * (1 + 2 * (k == 2)), 40_000.0 * (k + 1), 64_000.0 * (k + 1), kind)
            for k, (name, title, kind) in enumerate(
                zip(SCENARIOS, titles, ("quasi_experiment", "trial", "assumption"), strict=True)
            )
        ),
        "rows": tuple(r for k, s in enumerate(SCENARIOS) for r in rows_of(s, sizes[s], k)),
        "lines": tuple(x for s in SCENARIOS for x in lines_of(s, sizes[s])),
        "base": fields_of(grid, 0.0),
        "fields": {s: fields_of(grid, sizes[s]) for s in SCENARIOS},
        "pairs": 10,
        "draws": 20,
        "luck_share": 0.3,
        "north_deg": 90.0,
        "provenance": {"version": "0.1.0", "seed": "1"},
    }
    return ReportData(**{**values, **changes})  # type: ignore[arg-type]
