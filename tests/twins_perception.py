"""Slow twins of what people feel (science.md 6): plain Python, numbers straight from the parameters."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from model.day.daylight import darkness
from model.inputs.roster import GUARD_KINDS
from model.parameters import Parameters
from model.results import GENDERS
from tests.twins_hazard import Scene, twin_bystanders, twin_density, twin_sees

WAITS = 4  # what somebody is doing


def twin_score(u: float) -> float:
    """P of a latent value."""
    return 1 + 9 / (1 + math.exp(-u))


def twin_relax(u: float, target: float, p: Parameters, seconds: float = 1.0) -> float:
    """Step u towards its target; fear is fast, calm slow."""
    tau = p.feel_fall_s if target < u else p.feel_rise_s
    return target + (u - target) * math.exp(-seconds / tau)


def twin_answer(score: float, noise: float) -> float:
    """Mean of the rounded and clipped answer, answer by answer."""
    law = NormalDist(score, noise)
    chance = [law.cdf(1.5)] + [law.cdf(k + 0.5) - law.cdf(k - 0.5) for k in range(2, 10)] + [1 - law.cdf(9.5)]
    return math.fsum(k * q for k, q in enumerate(chance, 1))


def weight(p: Parameters, term: str, gender: str, dark: float) -> float:
    """Points of a term times psi of the hour; neither woman nor man: the mean of both.

    The term *dark* is itself how dark it is: its psi is that of the night, so that dusk is not the square of it.
    """
    at_dusk = 1.0 if term == "dark" else dark
    psi = (1 - at_dusk) * p[f"feel_{term}_day"] + at_dusk * p[f"feel_{term}_night"]
    woman, man = p[f"feel_{term}_woman"], p[f"feel_{term}_man"]
    return psi * {"woman": woman, "man": man, "other": (woman + man) / 2}[gender]


def between_levels(scene: Scene, table: Any, cell: int, logarithmic: bool = False) -> float:
    """Read a tabulated field of a cell at the outdoor light of this moment."""
    outside = darkness(scene.inputs, scene.second)[1]
    levels = np.log(scene.world.light.outdoor_lx)
    values = np.asarray(table[:, cell], float)
    if logarithmic:
        return float(np.exp(np.interp(math.log(outside), levels, np.log(values))))
    return float(np.interp(math.log(outside), levels, values))


def twin_adequacy(scene: Scene, cell: int) -> float:
    """S_L of a cell."""
    lux = between_levels(scene, scene.world.light.effective_lx, cell, logarithmic=True)
    return lux / (lux + scene.p.light_e50_lx)


def twin_latent(scene: Scene, slot: int, loud: Sequence[int] = ()) -> float:
    """u* of science.md 6.1 for a person; ``loud`` are the rows of offenders who make a nuisance.

    The adequacy of light is read from the fields; ``twin_adequacy`` is its own twin.
    """
    p, s, sight = scene.p, scene.station, scene.world.sight
    person = s.crowd.people[slot]
    cell, x, y = int(person["cell"]), float(person["x"]), float(person["y"])
    gender = GENDERS[person["gender"]]
    dark = darkness(scene.inputs, scene.second)[0]

    def w(term: str) -> float:
        return weight(p, term, gender, dark)

    cells = [int(c) for c in s.crowd.people["cell"][s.crowd.order[: s.crowd.count[0]]]]
    others = twin_bystanders(scene.world, cells, cell, p.feel_isolation_reach_m) - 1
    layout = scene.inputs.layout
    zone = layout.zones[int(scene.world.grid.cell_zone[cell])]
    disorder = float(s.fields.zones["disorder"][int(scene.world.grid.cell_zone[cell])])
    sign = p.camera_sign_base + (p.camera_sign_gain if sight.sign[cell] else 0)
    shops = int(sight.shops[cell])
    shop_open = any(shops >> k & 1 and a.opens_s <= scene.second < a.closes_s for k, a in enumerate(layout.shops))
    uniformed, service = twin_staff(scene, cell, x, y)
    looked_after = uniformed + service > 0 or between_levels(scene, sight.watched_cover, cell) > 0
    rows = s.offenders.rows
    nuisance = sum(int(rows["members"][o]) * twin_sees(scene.world, cell, int(rows["cell"][o])) for o in loud)
    waited = scene.second - float(person["since_s"]) - p.feel_waiting_free_s if person["doing"] == WAITS else 0
    plain = [
        w("light") * (float(s.fields.cells["adequacy"][cell]) - p.feel_light_reference),
        w("dark") * dark,
        w("crowd") * max(0, twin_density(scene.world, cells, cell) - p.feel_crowd_free),
        w("guardian") * uniformed,
        w("service") * service,
        w("camera") * between_levels(scene, sight.camera_cover, cell) * sign,
        w("help_point") * bool(sight.help_point[cell]),
        w("shop") * shop_open,
        w("disorder") * (disorder - p.disorder_reference),
        w("gates") * zone.gated,
        w("safe_zone") * zone.marked_safe * (1 if looked_after else p.feel_safe_zone_alone),
        w("company") * person["company"],
        w("regular") * bool(person["regular"]),
    ]
    sensitive = [
        w("prospect") * (between_levels(scene, sight.prospect, cell) - p.feel_prospect_reference),
        w("concealment") * (float(sight.concealment[cell]) - p.feel_concealment_reference),
        w("escape") * (float(sight.escape[cell]) - p.feel_escape_reference),
        w("isolation") * math.exp(-others / p.feel_isolation_half),
        w("nuisance") * (1 - math.exp(-nuisance)),
        w("waiting") * min(max(0, waited), p.feel_waiting_cap_s) / 60,
    ]
    points = math.fsum(plain) + float(person["slope"]) * math.fsum(sensitive) + float(person["shock"])
    woman = {"woman": 1.0, "man": 0.0, "other": 0.5}[gender]
    return p.feel_base + woman * p.feel_woman + float(person["nature"]) + points / p.feel_score_slope


def twin_staff(scene: Scene, cell: int, x: float, y: float) -> tuple[float, float]:
    """Uniformed guardians and service staff in sight, each 0..1."""
    alone = {True: 1.0, False: 1.0}
    for guard in scene.station.guards:
        if guard["on"] and twin_sees(scene.world, cell, int(guard["cell"])):
            kind = GUARD_KINDS[guard["kind"]]
            near = math.exp(-math.dist((x, y), (guard["x"], guard["y"])) / scene.p.feel_guardian_range_m)
            serves = kind == "service"
            alone[serves] *= 1 - near * (1 if serves else scene.p[f"guard_weight_{kind}"])
    return 1 - alone[False], 1 - alone[True]


def twin_visit(history: Sequence[float], p: Parameters) -> tuple[float, bool, float]:
    """Return the score of a visit, whether it was felt unsafe, and the expected answer (science.md 6.2-6.4)."""
    span = int(p.feel_worst_s)
    mean = math.fsum(history) / len(history)
    runs = [math.fsum(history[k : k + span]) / span for k in range(len(history) - span + 1)]
    worst = min(runs, default=mean)
    score = twin_score((1 - p.feel_peak_share) * mean + p.feel_peak_share * worst)
    return score, twin_score(worst) < p.feel_unsafe_score, twin_answer(score, p.survey_noise)
