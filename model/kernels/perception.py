"""What each person feels in a second, and the score that a visit leaves."""

import math

from numba import njit

from model.kernels.crowd import ABSENT, WAITING
from model.kernels.presence import density_at, seen_cells, sees
from model.kernels.score import expected_answer, person_terms, relax, score_of, start_of
from model.kernels.state import AGENT_SECONDS, LEFT, WALKING_SECONDS

SERVICE_KIND = 4  # number of service staff among the guard kinds


@njit(cache=True, forceinline=True, _nrt=False)
def guards_in_sight(ground, guards, cell, x, y, range_m):  # type: ignore[no-untyped-def]
    """Return (uniformed, service) presence 0..1 felt at a point: 1 - prod(1 - w exp(-d / range))."""
    uniformed = 1.0
    service = 1.0
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for g in range(guards.shape[0]):
        if guards.on[g] == 0:
            continue
        at = guards.cell[g]
        if not sees(ground.mask, cell, ix, iy, ground.cells.ix[at], ground.cells.iy[at]):
            continue
        far = math.exp(-math.hypot(guards.x[g] - x, guards.y[g] - y) / range_m)
        if guards.kind[g] == SERVICE_KIND:
            service *= 1.0 - far
        else:
            uniformed *= 1.0 - guards.weight[g] * far
    return 1.0 - uniformed, 1.0 - service


@njit(cache=True, forceinline=True, _nrt=False)
def loud_in_sight(ground, offenders, loud, cell):  # type: ignore[no-untyped-def]
    """Return how many nuisance persons the cell sees."""
    seen = 0
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    for i in range(1, loud[0] + 1):
        at = offenders.rows.cell[loud[i]]
        if sees(ground.mask, cell, ix, iy, ground.cells.ix[at], ground.cells.iy[at]):
            seen += 1
    return seen


@njit(cache=True, forceinline=True, _nrt=False)
def target_latent(crowd, slot, ground, fields, presence, guards, offenders, loud, guards_on, second, p):  # type: ignore[no-untyped-def]
    """Return u* of science.md 6.1 for the person in ``slot``; p is a Feeling (see ``model.day.perception``)."""
    cell = crowd.people.cell[slot]
    gender = crowd.people.gender[slot]
    w = fields.weights[gender]
    ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
    others = seen_cells(
        presence, ground.mask, ground.circles[0], cell, ix, iy, p.company_reach, p.company_enough
    )
    others += presence.count[iy * ground.nx + ix] - 2  # the own cell is one of the cells
    rho = density_at(presence, ground.area, ix, iy)
    uniformed = service = nuisance = waited_min = 0.0
    if guards_on > 0:
        uniformed, service = guards_in_sight(
            ground, guards, cell, crowd.people.x[slot], crowd.people.y[slot], p.guardian_range_m
        )
    if loud[0] > 0:
        nuisance = 1.0 - math.exp(-loud_in_sight(ground, offenders, loud, cell))
    if crowd.people.doing[slot] == WAITING:
        waited_s = second - crowd.people.since_s[slot] - p.waiting_free_s
        waited_min = max(0.0, min(waited_s, p.waiting_cap_s)) / 60.0
    of_place, by_place = fields.plain[gender, cell], fields.sensitive[gender, cell]
    of_people, by_people = person_terms(
        w, p.alone[min(max(others, 0), p.company_enough)], max(0.0, rho - p.crowd_free), uniformed, service,
        1.0 if ground.cells.shops[cell] & fields.open_shops[0] != 0 else 0.0, nuisance, waited_min,
        1.0 if crowd.people.alone[slot] == 0 else 0.0, 1.0 if crowd.people.regular[slot] != 0 else 0.0,
    )  # fmt: skip
    points = of_place + of_people + crowd.people.slope[slot] * (by_place + by_people) + crowd.people.shock[slot]
    return start_of(p.base, p.woman, gender) + crowd.people.nature[slot] + points / p.score_slope


@njit(cache=True, _nrt=False)
def perceive(crowd, ground, fields, presence, guards, offenders, loud, tally, second, p):  # type: ignore[no-untyped-def]
    """Let everybody feel this second and add it to the tables."""
    guards_on = 0
    for g in range(guards.shape[0]):
        guards_on += guards.on[g]
    hour = int(fields.clock[1])
    evening = hour >= p.evening_index
    span = crowd.window.shape[1]
    half_nx = (ground.nx + 1) // 2
    for at in range(crowd.count[0]):
        slot = crowd.order[at]
        if crowd.people.mode[slot] != 0:  # under way on stairs people keep their last target
            target = target_latent(
                crowd, slot, ground, fields, presence, guards, offenders, loud, guards_on, second, p
            )
        else:
            target = crowd.people.u[slot]
        seconds = crowd.people.seconds[slot]
        u = target if seconds == 0 else relax(crowd.people.u[slot], target, p.keep_falling, p.keep_rising)
        crowd.people.u[slot] = u
        crowd.people.sum_u[slot] += u
        k = seconds % span
        crowd.people.window_sum[slot] += u - crowd.window[slot, k]
        crowd.window[slot, k] = u
        crowd.people.seconds[slot] = seconds + 1
        if seconds + 1 >= span and crowd.people.window_sum[slot] < crowd.people.worst[slot]:
            crowd.people.worst[slot] = crowd.people.window_sum[slot]
        crowd.people.shock[slot] *= p.keep_shock
        if hour < 0:
            continue
        tally.counts[AGENT_SECONDS] += 1.0
        if crowd.people.speed[slot] > 0.0:
            tally.counts[WALKING_SECONDS] += 1.0
        cell = crowd.people.cell[slot]
        gender = crowd.people.gender[slot]
        score = score_of(u)
        tally.score_seconds[hour, gender, ground.cells.zone[cell]] += score
        tally.seconds[hour, gender, ground.cells.zone[cell]] += 1.0
        pixel = (ground.cells.iy[cell] // 2) * half_nx + ground.cells.ix[cell] // 2
        tally.map_all[pixel] += 1.0
        if evening:
            tally.map_score[gender, pixel] += score
            tally.map_seconds[gender, pixel] += 1.0


@njit(cache=True, _nrt=False)
def finish_visit(crowd, slot, tally, fields, p):  # type: ignore[no-untyped-def]
    """Close the visit of a slot: peak-end score, felt unsafe or not, the answer to the monitor (6.2-6.4)."""
    crowd.people.doing[slot] = ABSENT
    crowd.people.mode[slot] = 0
    tally.counts[LEFT] += 1.0
    hour = int(fields.clock[1])
    n = crowd.people.seconds[slot]
    if hour < 0 or n < 1:
        return
    span = crowd.window.shape[1]
    mean = crowd.people.sum_u[slot] / n
    worst = crowd.people.worst[slot] / span if n >= span else mean
    latent = (1.0 - p.peak_share) * mean + p.peak_share * worst
    score = score_of(latent)
    gender = crowd.people.gender[slot]
    page = crowd.people.visit[slot]
    if 0 <= page < tally.diary.shape[0]:
        tally.diary.latent[page], tally.diary.worst[page] = latent, worst
        tally.diary.seconds[page], tally.diary.hour[page] = n, hour
    tally.visit_score[hour, gender] += score
    tally.visits[hour, gender] += 1.0
    if score_of(worst) < p.unsafe_score:
        tally.unsafe[hour, gender] += 1.0
    if hour >= p.evening_index:
        tally.monitor_score[gender] += expected_answer(score, p.survey_noise)
        tally.monitor_weight[gender] += 1.0
