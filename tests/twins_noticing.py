"""Slow twin of who learns of an incident: plain Python over guards, lengths integrated (science.md 5, 7)."""

import math

import numpy as np
from scipy.integrate import quad

from model.results import GENDER_SLOTS, INCIDENT_TYPES
from tests.twins_hazard import Scene, twin_bystanders, twin_sees

BRIEF = ("theft", "harassment_contact")


def twin_help(scene: Scene, kind: str, n: int) -> float:
    """Chance that one of n bystanders helps."""
    p = scene.p
    if n == 0:
        return 0.0
    each = p[f"respond_help_{kind}"] * p.respond_help_one * n**-p.respond_help_thin
    return float(1 - (1 - each) ** n)


def twin_noticed(scene: Scene, kind: str, rate: float, coming: float, helped: float) -> float:
    """Chance that something is noticed at a rate before it ends, integrated over its lengths and over who comes by."""
    p = scene.p
    see = p[f"respond_see_{kind}"]

    def missed_of(length: float) -> float:
        comers = quad(lambda t: 1 - math.exp(-see * (length - t)), 0, length)[0]
        return math.exp(-rate * length - coming * float(comers))

    def missed(share: float) -> float:
        median = share * p[f"{kind}_duration_s"]
        if kind in BRIEF:
            return missed_of(median)

        def at(z: float) -> float:
            return missed_of(median * math.exp(p.duration_sd_log * z)) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        return float(quad(at, -8, 8, epsabs=1e-12)[0])

    return 1 - (1 - helped) * missed(1) - helped * missed(p.respond_help_at)


def twin_rates(scene: Scene, row: int = 0) -> tuple[float, float]:
    """Rates at which guards and operators notice the event of an offender, 1/s."""
    p, s = scene.p, scene.station
    offender = s.offenders.rows[row]
    kind, cell = INCIDENT_TYPES[offender["kind"]], int(offender["cell"])
    by_guards = 0.0
    for guard in s.guards:
        far = math.dist((guard["x"], guard["y"]), (offender["x"], offender["y"]))
        if guard["on"] and far <= guard["reach"] and twin_sees(scene.world, cell, int(guard["cell"])):
            by_guards += p[f"respond_see_{kind}"]
    watched = sum(c.watched for c in scene.inputs.layout.cameras)
    if not watched:
        return by_guards, 0.0
    cover = float(s.fields.cells["watched"][cell])
    return by_guards, p.respond_operator * cover / 2  # one operator for each respond_operator_cameras


def twin_learned(scene: Scene, gender: str, row: int = 0) -> tuple[float, float, float]:
    """Chances that the event of an offender on somebody of a gender is detected, recorded, reported."""
    p, s = scene.p, scene.station
    offender = s.offenders.rows[row]
    kind, cell = INCIDENT_TYPES[offender["kind"]], int(offender["cell"])
    people = [int(c) for c in s.crowd.people["cell"][s.crowd.order[: s.crowd.count[0]]]]
    n = twin_bystanders(scene.world, people, cell, p.guard_bystander_reach_m) - (gender != "none")
    by_guards, by_operators = twin_rates(scene, row)
    rate = by_guards + by_operators
    coming = float(s.noticing.coming[cell])
    detected = twin_noticed(scene, kind, rate, coming, twin_help(scene, kind, n))
    walked, whole = by_guards + coming, rate + coming
    written = detected * (walked * p.record_guard + by_operators * p.record_operator) / whole if whole else 0.0
    call = plain = p[f"respond_call_{kind}"]
    here = scene.world.grid
    for spot in scene.inputs.layout.spots:
        far = math.dist((spot.x, spot.y), (here.cell_x[cell], here.cell_y[cell]))
        if spot.kind == "help_point" and far <= p.respond_call_help_point_m and spot.level == here.cell_level[cell]:
            call = min(1.0, plain * p.respond_call_help_point)
    if gender == "none" and n == 0:
        call = 0.0
    told = 0.0
    shares = {0: 1 - p.report_severe_aggression, 1: p.report_severe_aggression} if kind == "aggression" else {0: 1.0}
    for severity, share in shares.items():
        base = p[f"report_base_{kind}"]
        woman = {"woman": 1.0, "other": 0.5}.get(gender, 0.0)
        logit = math.log(base / (1 - base)) + p.report_severity * severity + p.report_woman * woman
        logit += p.report_staff * (by_guards > 0)
        whole = 1 / (1 + math.exp(-logit))
        told += share * (1 - (1 - call) * (1 - max(0.0, (whole - plain) / (1 - plain))))
    return detected, 1 - (1 - told) * (1 - written), told


def booked(scene: Scene, gender: str) -> dict[str, float]:
    """What the kernel has put into the tables for victims of a gender, by table."""
    slot = GENDER_SLOTS.index(gender)
    tally = scene.station.tally
    return {
        name: float(np.asarray(getattr(tally, name))[:, :, slot].sum())
        for name in ("expected", "detected", "recorded", "reported")
    }
