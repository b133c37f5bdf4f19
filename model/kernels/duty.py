"""How safe somebody on duty feels where they stand: the traveller's terms, and those of the work."""

import math
from collections import namedtuple

from model.kernels.compiling import kernel
from model.kernels.perception import guards_in_sight, loud_in_sight
from model.kernels.presence import company_at, people_around
from model.kernels.score import person_terms, score_of, start_of
from model.kernels.state import BITS, FLOOR, PLAIN, SENSITIVE, SHOP_OPEN

MIXED = 2  # column of weights between woman's and man's: the roster does not tell who is on duty

Work = namedtuple("Work", ["alone", "body_cam", "colleague"])  # points at score 7


@kernel()
def staff_score(g, alone, body_cam, shock, ground, fields, presence, guards, offenders, loud, p, work):  # type: ignore[no-untyped-def]
    """Return the score 1..10 that unit ``g`` feels at this moment.

    Args:
        g: row of the unit, on duty.
        alone, body_cam: 0 or 1.
        shock: points that contacts of before still cost, below 0.
        p: Feeling; work: Work.
        others: as in ``model.kernels.perception.target_latent``.
    """
    x, y, cell = guards.x[g], guards.y[g], guards.cell[g]
    terms, w = fields.terms, fields.weights[MIXED]
    ix, iy = int(x - ground.x0), int(y - ground.y0)
    here = presence.count[iy * ground.nx + ix]
    seen = company_at(presence, ground.close, cell, ix, iy, p.company_reach, p.company_enough + 1)
    others = seen + max(here - 1, 0) + (0 if alone != 0 else 1)
    rho = people_around(presence, ground.nx, ground.ny, ix, iy) / terms[cell, FLOOR]
    guards.on[g] = 0  # nobody is a colleague of their own
    uniformed, service = guards_in_sight(ground, guards, ix, iy, x, y, p.guardian_range_m)
    guards.on[g] = 1
    nuisance = 1.0 - math.exp(-loud_in_sight(ground, offenders, loud, ix, iy))
    plain, sensitive = person_terms(
        w, p.alone[min(others, p.company_enough)], max(0.0, rho - p.crowd_free), uniformed, service,
        1.0 if int(terms[cell, BITS]) & SHOP_OPEN else 0.0, nuisance, 0.0, 1.0 - alone, 1.0,
    )  # fmt: skip
    points = plain + sensitive + terms[cell, PLAIN + MIXED] + terms[cell, SENSITIVE + MIXED] + shock
    points += work.alone * alone + work.body_cam * body_cam
    points += work.colleague * (1.0 - (1.0 - uniformed) * (1.0 - service))
    return score_of(start_of(p.base, p.woman, MIXED) + points / p.score_slope)
