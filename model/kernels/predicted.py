"""Felt safety as somebody would expect it at a place: the terms of the formula one by one, and whole fields.

The sums are those of ``model.kernels.score``; a single term is the same sum with all other weights at 0.
"""

import numpy as np

from model.kernels.compiling import inner, kernel
from model.kernels.fields import _window
from model.kernels.score import TERMS, marked_terms, person_terms, place_terms, score_of

# what the place is like at a moment, one row a 1 m cell
SITE = np.dtype(
    [
        (name, "f8")
        for name in (
            "adequacy", "prospect", "concealment", "escape", "camera", "help_point", "disorder", "gated", "marked",
        )
    ]
)  # fmt: skip
# who and what is about, one row a 1 m cell: the quantities of ``person_terms``
ABOUT = np.dtype([(name, "f8") for name in ("isolation", "crowd", "uniformed", "service", "shop", "nuisance")])


@inner()
def both_terms(w, site, about, dark, zero, waited_min, company, regular):  # type: ignore[no-untyped-def]
    """Return the two sums (plain, sensitive) of one cell, points at score 7."""
    plain, sensitive = place_terms(
        w, site.adequacy, dark, site.prospect, site.concealment, site.escape, site.camera, site.help_point,
        site.disorder, zero,
    )  # fmt: skip
    of_people, by_people = person_terms(
        w, about.isolation, about.crowd, about.uniformed, about.service, about.shop, about.nuisance, waited_min,
        company, regular,
    )  # fmt: skip
    return plain + marked_terms(w, site.gated, site.marked) + of_people, sensitive + by_people


@kernel(allocates=True)
def split_terms(w, site, about, dark, zero, waited_min, company, regular):  # type: ignore[no-untyped-def]
    """Return (terms, 2): the plain and the sensitive sum of one cell, term by term."""
    parts = np.zeros((len(TERMS), 2))
    one = np.zeros(len(TERMS))
    for m in range(len(TERMS)):
        one[:] = 0.0
        one[m] = w[m]
        parts[m, 0], parts[m, 1] = both_terms(one, site, about, dark, zero, waited_min, company, regular)
    return parts


@kernel()
def fill_scores(w, sites, abouts, dark, zero, company, regular, start, score_slope, scores):  # type: ignore[no-untyped-def]
    """Write the score of a mean person (nature 0, sensitivity 1, not waiting) of every cell into ``scores``."""
    for c in range(scores.shape[0]):
        plain, sensitive = both_terms(w, sites[c], abouts[c], dark, zero, 0.0, company, regular)
        scores[c] = score_of(start + (plain + sensitive) / score_slope)


@kernel(allocates=True)
def people_in_sight(mask, cell, x, y, people, limit, wanted):  # type: ignore[no-untyped-def]
    """Return the number of people in the cells that each wanted cell sees within a radius, (wanted,).

    Args:
        mask, cell, x, y, limit: as in ``model.kernels.fields.effective_lux``.
        people: (C,) number of people in each cell.  wanted: cells that are asked about.
    """
    found = np.empty(mask.shape[1] ** 2, np.int64)
    seen = np.zeros(wanted.shape[0])
    for k in range(wanted.shape[0]):
        for i in range(_window(mask, cell, x, y, wanted[k], limit, found)):
            seen[k] += people[found[i]]
    return seen
