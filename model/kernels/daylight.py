"""What the place looks like at this moment: fields between two tabulated outdoor levels, and the terms of feeling."""

import math

import numpy as np

from model.kernels.compiling import kernel
from model.kernels.score import marked_terms, place_terms
from model.kernels.state import BITS, PLAIN, SENSITIVE, UNWATCHED


@kernel()
def renew_fields(
    fields,
    ground,
    effective,
    prospect,
    cover,
    watched,
    concealment,
    escape,
    sign,
    help_point,
    low,
    share,
    e50,
    signs,
    zero,
    camera_passive,
    camera_active,
):  # type: ignore[no-untyped-def]
    """Recompute the fields that follow the light; called every few minutes.

    Args:
        fields: see ``model.kernels.state.Fields``; ``clock[0]`` (dark) and ``weights`` are set before.
        effective: (levels, C) natural logarithm of effective_lx; prospect, cover, watched: (levels, C) tables.
        concealment, escape, sign, help_point: (C,).
        low, share: lower tabulated level and the share of the next one, in log outdoor illuminance.
        e50: lx at half adequacy.
        signs: (base, gain) of perceived coverage without and with a sign in sight.
        zero: (4,) reference values of the place terms.
        camera_passive, camera_active: (6,) log-reductions of the hazards.
    """
    high = min(low + 1, effective.shape[0] - 1)
    dark = fields.clock[0]
    for c in range(ground.cells.zone.shape[0]):
        lux = math.exp((1.0 - share) * effective[low, c] + share * effective[high, c])
        adequacy = lux / (lux + e50)
        fields.cells.adequacy[c] = adequacy
        seen = (1.0 - share) * cover[low, c] + share * cover[high, c]
        watching = (1.0 - share) * watched[low, c] + share * watched[high, c]
        known = signs[0] + (signs[1] if sign[c] else 0.0)
        fields.cells.camera[c] = seen * known
        fields.cells.watched[c] = watching
        for kind in range(fields.camera_log.shape[0]):
            fields.camera_log[kind, c] = known * (
                camera_passive[kind] * seen + camera_active[kind] * watching
            )
        open_view = (1.0 - share) * prospect[low, c] + share * prospect[high, c]
        mood = fields.zones[ground.cells.zone[c]]
        marked = mood.marked if watching > 0.0 else mood.marked_alone
        bits = np.int64(fields.terms[c, BITS]) & ~UNWATCHED
        fields.terms[c, BITS] = bits | (UNWATCHED if marked < mood.marked else 0)
        helped = 1.0 if help_point[c] else 0.0
        for gender in range(fields.weights.shape[0]):
            plain, sensitive = place_terms(
                fields.weights[gender], adequacy, dark, open_view, concealment[c], escape[c],
                fields.cells.camera[c], helped, mood.disorder, zero,
            )  # fmt: skip
            plain += marked_terms(fields.weights[gender], mood.gated, marked)
            fields.terms[c, PLAIN + gender] = plain
            fields.terms[c, SENSITIVE + gender] = sensitive
