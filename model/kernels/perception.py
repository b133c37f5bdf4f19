"""What each person feels in a second, and the score that a visit leaves."""

import math

import numpy as np

from model.kernels.compiling import kernel
from model.kernels.crowd import ABSENT, WAITING
from model.kernels.memory import LINE_BYTES, fetch_line
from model.kernels.presence import company_at, people_around, sees
from model.kernels.score import SAFE_ZONE, expected_answer, person_terms, relax, score_of, start_of
from model.kernels.state import (
    AGENT_SECONDS,
    BITS,
    FLOOR,
    LEFT,
    PLAIN,
    SENSITIVE,
    SHOP_OPEN,
    UNWATCHED,
    WALKING_SECONDS,
)

SERVICE_KIND = 4  # number of service staff among the guard kinds
AHEAD = 6  # people whose cells are on the way from memory while one is worked on


@kernel(forceinline=True)
def guards_in_sight(ground, guards, ix, iy, x, y, range_m):  # type: ignore[no-untyped-def]
    """Return (uniformed, service) presence 0..1 felt at a point: 1 - prod(1 - w exp(-d / range)).

    Sight is symmetric: the masks of the few guards are read, not those of the many.
    """
    uniformed = 1.0
    service = 1.0
    for g in range(guards.shape[0]):
        if guards.on[g] == 0:
            continue
        at = guards.cell[g]
        if not sees(ground.mask, at, ground.cells.ix[at], ground.cells.iy[at], ix, iy):
            continue
        far = math.exp(-math.hypot(guards.x[g] - x, guards.y[g] - y) / range_m)
        if guards.kind[g] == SERVICE_KIND:
            service *= 1.0 - far
        else:
            uniformed *= 1.0 - guards.weight[g] * far
    return 1.0 - uniformed, 1.0 - service


@kernel(forceinline=True)
def loud_in_sight(ground, offenders, loud, ix, iy):  # type: ignore[no-untyped-def]
    """Return how many nuisance persons, those of a group each, see the cell at (ix, iy)."""
    seen = 0
    for i in range(1, loud[0] + 1):
        at = offenders.rows.cell[loud[i]]
        if sees(ground.mask, at, ground.cells.ix[at], ground.cells.iy[at], ix, iy):
            seen += offenders.rows.members[loud[i]]
    return seen


@kernel(forceinline=True)
def target_latent(crowd, slot, ground, fields, presence, guards, offenders, loud, guards_on, second, p):  # type: ignore[no-untyped-def]
    """Return u* of science.md 6.1 for the person in ``slot``; p is a Feeling (see ``model.day.perception``)."""
    people, terms = crowd.people, fields.terms
    cell, gender = people.cell[slot], people.gender[slot]
    w = fields.weights[gender]
    x, y = people.x[slot], people.y[slot]
    ix, iy = int(x - ground.x0), int(y - ground.y0)
    seen = company_at(presence, ground.close, cell, ix, iy, p.company_reach, p.company_enough + 1)
    others = seen + presence.count[iy * ground.nx + ix] - 2  # the own cell is one of the cells
    rho = people_around(presence, ground.nx, ground.ny, ix, iy) / terms[cell, FLOOR]
    bits = int(terms[cell, BITS])
    uniformed = service = nuisance = waited_min = 0.0
    if guards_on > 0:
        uniformed, service = guards_in_sight(ground, guards, ix, iy, x, y, p.guardian_range_m)
    if loud[0] > 0:
        nuisance = 1.0 - math.exp(-loud_in_sight(ground, offenders, loud, ix, iy))
    if people.doing[slot] == WAITING:
        waited_s = second - people.since_s[slot] - p.waiting_free_s
        waited_min = max(0.0, min(waited_s, p.waiting_cap_s)) / 60.0
    of_place, by_place = terms[cell, PLAIN + gender], terms[cell, SENSITIVE + gender]
    of_people, by_people = person_terms(
        w, p.alone[min(max(others, 0), p.company_enough)], max(0.0, rho - p.crowd_free), uniformed, service,
        1.0 if bits & SHOP_OPEN else 0.0, nuisance, waited_min,
        1.0 if people.company[slot] != 0 else 0.0, 1.0 if people.regular[slot] != 0 else 0.0,
    )  # fmt: skip
    if bits & UNWATCHED and uniformed + service > 0.0:
        of_people += p.safe_rest * w[SAFE_ZONE]
    points = of_place + of_people + people.slope[slot] * (by_place + by_people) + people.shock[slot]
    return start_of(p.base, p.woman, gender) + people.nature[slot] + points / p.score_slope


@kernel(forceinline=True)
def feel(crowd, slot, target, p):  # type: ignore[no-untyped-def]
    """Step the latent of a person one second towards its target, keep its sums, and return it."""
    people, window = crowd.people, crowd.window
    seconds = people.seconds[slot]
    u = target if seconds == 0 else relax(people.u[slot], target, p.keep_falling, p.keep_rising)
    people.target[slot] = target
    people.u[slot] = u
    people.sum_u[slot] += u
    k, span = people.ring[slot], window.shape[1]
    worst = people.window_sum[slot] + (u - window[slot, k])
    people.window_sum[slot] = worst
    window[slot, k] = u
    people.ring[slot] = 0 if k + 1 == span else k + 1
    people.seconds[slot] = seconds + 1
    if seconds + 1 >= span and worst < people.worst[slot]:
        people.worst[slot] = worst
    people.shock[slot] *= p.keep_shock
    return u


@kernel()
def perceive(crowd, ground, fields, presence, guards, offenders, loud, tally, second, p):  # type: ignore[no-untyped-def]
    """Let everybody feel this second and add it to the tables.

    On stairs the last target holds: u keeps going to it, and the second counts where one stepped on.
    """
    people, order, close, terms = crowd.people, crowd.order, ground.close, fields.terms
    guards_on = np.int64(0)
    for g in range(guards.shape[0]):
        guards_on += guards.on[g]
    hour = int(fields.clock[1])
    evening = hour >= p.evening_index
    half_nx = (ground.nx + 1) // 2
    last = close.shape[1] - 1
    close_at, close_row = close.ctypes.data, close.strides[0]
    terms_at, terms_row = terms.ctypes.data, terms.strides[0]
    window_at, window_row = crowd.window.ctypes.data, crowd.window.strides[0]
    n = crowd.count[0]
    walking = 0
    for at in range(n):
        coming = order[min(at + AHEAD, n - 1)]
        cell = people.cell[coming]
        fetch_line(close_at + cell * close_row)
        fetch_line(close_at + cell * close_row + LINE_BYTES)
        fetch_line(terms_at + cell * terms_row)
        fetch_line(window_at + coming * window_row + 8 * people.ring[coming])
        slot = order[at]
        target = people.target[slot]
        if people.mode[slot] != 0:
            target = target_latent(
                crowd, slot, ground, fields, presence, guards, offenders, loud, guards_on, second, p
            )
        u = feel(crowd, slot, target, p)
        if hour < 0:
            continue
        walking += people.speed[slot] > 0.0
        cell, gender = people.cell[slot], people.gender[slot]
        zone = np.int64(close[cell, last])
        score = score_of(u)
        tally.score_seconds[hour, gender, zone] += score
        tally.seconds[hour, gender, zone] += 1.0
        ix, iy = int(people.x[slot] - ground.x0), int(people.y[slot] - ground.y0)
        if people.mode[slot] == 0:
            ix, iy = ground.cells.ix[cell], ground.cells.iy[cell]
        pixel = (iy // 2) * half_nx + ix // 2
        tally.map_all[pixel] += 1.0
        if evening:
            tally.map_score[gender, pixel] += score
            tally.map_seconds[gender, pixel] += 1.0
    if hour >= 0:
        tally.counts[AGENT_SECONDS] += n
        tally.counts[WALKING_SECONDS] += walking


@kernel()
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
