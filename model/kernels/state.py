"""The arrays a day works on, grouped by what they are about; only names and shapes."""

from collections import namedtuple

import numpy as np

# the place, on 0.25 m floor cells and 1 m cells (see model.world.world); rasters are flat
Ground = namedtuple(
    "Ground",
    [
        "x0", "y0", "nx", "ny",  # corner and size in 1 m cells
        "floor",  # (4ny*4nx,) number of the floor cell or -1
        "cell",  # (ny*nx,) number of the 1 m cell or -1
        "area",  # (ny, nx) m2 of floor
        "cells",  # (C,) CELL
        "mask",  # (C, 63) cells in sight
        "mirrors",  # (M, 63) cells that are seen in a mirror and not directly
        "mirror_weight",  # what that counts for
        "circles",  # (2, 63) offsets within the distance of company and of bystanders
        "close",  # (C, columns) cells in sight within the distance of company, see presence.close_sight
        "direction",  # (D, F) uint8 route codes
        "floor_passage",  # (F,)
        "ends",  # (2 * passages,) END
        "shops",  # (shops,) SHOP, in the order of the bits of CELL
    ],
)  # fmt: skip
CELL = np.dtype(
    [
        ("ix", "i8"),  # column and row
        ("iy", "i8"),
        ("zone", "i8"),
        ("objects", "i8"),  # things within reach that can be vandalised
        ("shops", "u8"),  # bits of shops in sight
        ("mirror", "i8"),  # row of what is seen in mirrors, -1 where none shows anything
    ]
)
END = np.dtype([("x", "f8"), ("y", "f8"), ("seconds", "f8")])  # a point in the box, time to the other box
SHOP = np.dtype([("x", "f8"), ("y", "f8"), ("cell", "i8")])  # a shop front, and the nearest 1 m cell

# what changes with the light and the clock, renewed every few minutes
Fields = namedtuple(
    "Fields",
    [
        "cells",  # (C,) SCENE
        "terms",  # (C, 8) a cache line a cell: terms of the place, points at score 7, and what else a second needs
        "camera_log",  # (6 types, C) log-reduction of the hazard by cameras
        "zones",  # (zones,) MOOD
        "weights",  # (3 genders, terms) points x psi now
        "clock",  # (2,) dark 0..1; hour index, -1 outside the counted window
        "open_shops",  # (1,) uint64 bits
    ],
)  # fmt: skip

# columns of ``terms``: the plain and the sensitive sum for each gender, bits, m2 of floor in 3 x 3 m
PLAIN, SENSITIVE, BITS, FLOOR = 0, 3, 6, 7
TERM_COLUMNS = 8
SHOP_OPEN, UNWATCHED = 1, 2  # bits: an open shop is in sight; in a marked safe zone that no operator sees

# S_L, perceived coverage by cameras, coverage by watched ones
SCENE = np.dtype([("adequacy", "f8"), ("camera", "f8"), ("watched", "f8")])
MOOD = np.dtype(
    [
        ("residual", "f8"),  # Z
        ("disorder", "f8"),  # D
        ("now", "f8"),  # Gam_z of this second, while it is added up
        ("watched", "f8"),  # sum of Gam_z over the seconds of this minute
        ("gated", "f8"),  # behind closed gates
        ("marked", "f8"),  # a marked safe waiting zone
        ("marked_alone", "f8"),  # the share of that which is felt where nobody staffs or watches it
    ]
)

# guards (police to service staff): one row a unit
GUARD = np.dtype(
    [
        ("x", "f8"), ("y", "f8"), ("cell", "i8"), ("ready_s", "f8"), ("speed", "f8"), ("weight", "f8"),
        ("reach", "f8"), ("dest", "i4"), ("on", "i1"), ("kind", "i1"),
        ("mode", "i1"), ("arrived", "i1"),
        ("checks", "i1"), ("bodycam", "i1"), ("trained", "i1"), ("alone", "i1"), ("entity", "i8"),
        ("ward", "i4"), ("ward_visit", "i4"),  # slot and visit of who is walked along with
        ("contacts", "f8"), ("serious", "f8"), ("verbal", "f8"),  # of this day: contacts, expected incidents
    ],
    align=True,
)  # fmt: skip

# offenders: one row a visit of a probe copy or of a visible person, in order of entity
OFFENDER = np.dtype(
    [
        ("x", "f8"), ("y", "f8"), ("cell", "i8"), ("ready_s", "f8"), ("speed", "f8"), ("until_s", "f8"),
        ("leave_s", "f8"), ("calm_s", "f8"), ("loud_until_s", "f8"), ("weight", "f8"), ("survival", "f8"),
        ("motivation", "f8"), ("arrive_s", "f8"), ("stay_s", "f8"), ("entity", "i8"), ("choices", "i8"), ("dest", "i4"),
        ("target", "i4"), ("target_visit", "i4"),  # slot and visit of who is followed; -1 nobody yet, -2 never
        ("belief", "f8"),  # B of this person for the band of hours and the kind of zone that he came for
        ("seen", "f8"),  # largest w of a guard in sight so far
        ("person", "i4"), ("band", "i1"), ("zone_kind", "i1"),
        ("members", "i1"),  # people who come, go and make trouble together
        ("entrance", "i4"), ("kind", "i1"), ("state", "i1"), ("arrived", "i1"), ("intoxicated", "i1"),
    ],
    align=True,
)  # fmt: skip
Offenders = namedtuple(
    "Offenders",
    [
        "rows",  # (K,) OFFENDER
        "present",  # (K,) rows that are inside, in entity order
        "count",  # (2,) present, next to come
        "by_time",  # (K,) rows in order of arrival
    ],
)

# sums that a day leaves; shapes as in model.results
Tally = namedtuple(
    "Tally",
    [
        "expected", "sampled", "detected", "recorded", "reported",  # (6, hours, 4, zones)
        "score_seconds", "seconds", "visit_score", "visits", "unsafe",
        "monitor_score", "monitor_weight",
        "map_score", "map_seconds",  # (3, 2 m cells) after the evening hour
        "map_all", "map_expected",
        "counts",  # agent seconds, walking seconds, entered, left, boarded, alighted, missed trains, events, fares
        "diary",  # (visits,) DIARY
        "harm",  # (visits, 4) own expected incidents of each visit by type; no rows when nobody asks
    ],
)  # fmt: skip
# what a visit leaves with its traveller; hour -1 when it has not ended in the counted window
DIARY = np.dtype([("latent", "f8"), ("worst", "f8"), ("seconds", "i8"), ("hour", "i8")])
AGENT_SECONDS, WALKING_SECONDS, ENTERED, LEFT, BOARDED, ALIGHTED, MISSED, EVENTS = range(8)
FARES = 8  # and the next three: entries without a ticket by tailgating, force, intercom, at no gate

# incidents that were drawn and not yet answered
HAPPENING = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("time_s", "i8"),
        ("cell", "i8"),
        ("victim", "i8"),
        ("offender", "i8"),
        ("kind", "i8"),
    ]
)
Happenings = namedtuple("Happenings", ["rows", "count"])
