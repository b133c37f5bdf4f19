"""Fact 10: closed gates lower dodging, conflict comes to the gate line, nobody feels less safe (science.md 10.2)."""

from dataclasses import replace
from functools import cache

import numpy as np

from model.inputs.layout import GateLine
from model.inputs.roster import Duty, Roster
from model.results import TABLE_TYPES, Results
from model.station import run_day
from model.world.world import World
from scenarios.measures.gates_closed import GatesClosed
from scenarios.station_files import read_station

DAYS = 4
STAFF = [TABLE_TYPES.index(kind) for kind in ("staff_aggression", "staff_verbal")]
LINE = GateLine("row", -1, ((28.0, -25.0), (32.0, -25.0)), gates=4, closed=False, assumed=True)


@cache
def arms() -> tuple[tuple[str, ...], list[list[Results]]]:
    """Evenings of the shoebox with an open and a closed line of gates, staff beside it and ticket checks beyond."""
    inputs = read_station("shoebox")
    beside = Duty("at the gates", "service", 64_800, 86_400, ("underpass",), "fixed", 900)
    beyond = Duty("on the platform", "boa", 64_800, 86_400, ("platform",), "random", 900)
    layout = replace(inputs.layout, gate_lines=(LINE,))
    open_ = inputs.replace(layout=layout, roster=Roster((beside, beyond)), window=(64_800, 86_400))
    both = (open_, GatesClosed().apply(open_))
    worlds = [World.of(arm) for arm in both]
    days = range(1, DAYS + 1)
    runs = [[run_day(arm, world, 3, day) for day in days] for arm, world in zip(both, worlds, strict=True)]
    return tuple(zone.kind for zone in layout.zones), runs


def conflicts(kind: str) -> tuple[float, float]:
    """Expected conflicts of staff in the zones of a kind, open and closed."""
    kinds, runs = arms()
    there = [k == kind for k in kinds]
    one, other = (float(sum(r.expected[STAFF][..., there].sum() for r in arm)) for arm in runs)
    return one, other


def test_fact_10_fewer_enter_without_a_ticket() -> None:
    """A third fewer are fined in the whole country, where some stations have gates; here everybody passes one."""
    _, runs = arms()
    dodging = [sum(r.expected[TABLE_TYPES.index("fare_dodging")].sum() for r in arm) for arm in runs]
    fall = 1 - dodging[1] / dodging[0]
    print(f"\nFact 10: {fall:.0%} fewer entries without a ticket")
    assert 0.2 < fall < 0.7


def test_fact_10_conflict_moves_to_the_gate_line() -> None:
    gates, platform = conflicts("underpass"), conflicts("platform")
    print("\nFact 10: conflicts at the gates {:.4f} to {:.4f}, in checks {:.4f} to {:.4f}".format(*gates, *platform))
    assert gates[1] > 1.2 * gates[0]
    assert platform[1] < platform[0]


def test_fact_10_nobody_feels_less_safe() -> None:
    _, runs = arms()
    for gender in (0, 1):
        each = [[(r.visit_score[:, gender].sum(), r.visits[:, gender].sum()) for r in arm] for arm in runs]
        sums = [np.sum(arm, axis=0) for arm in each]
        score = [total / visits for total, visits in sums]
        print(f"\nFact 10: score {score[0]:.3f} to {score[1]:.3f}")
        assert score[1] > score[0] - 0.02
    assert np.isfinite(score).all()
