"""The arrays a day works on, grouped by what they are about; only names and shapes."""

from collections import namedtuple

# the place, on 0.25 m floor cells and 1 m cells (see model.world.world); rasters are flat
Ground = namedtuple(
    "Ground",
    [
        "x0", "y0", "nx", "ny",  # corner and size in 1 m cells
        "floor",  # (4ny*4nx,) number of the floor cell or -1
        "cell",  # (ny*nx,) number of the 1 m cell or -1
        "area",  # (ny, nx) m2 of floor
        "ix", "iy",  # (C,) column and row of each cell
        "zone",  # (C,)
        "mask",  # (C, 63) cells in sight
        "circle_company", "circle_bystander",  # (63,) offsets within 15 m and 10 m
        "objects",  # (C,) things within reach that can be vandalised
        "shops",  # (C,) bits of shops in sight
        "direction",  # (D, F) uint8 route codes
        "floor_passage",  # (F,)
        "passage_x", "passage_y",  # (2 * passages,) a point in each box
        "passage_s",  # (2 * passages,) seconds to walk from this box to the other at the usual speed
    ],
)  # fmt: skip

# what changes with the light and the clock, renewed every few minutes
Fields = namedtuple(
    "Fields",
    [
        "adequacy",  # (C,) S_L
        "plain", "sensitive",  # (3 genders, C) terms of the place, points at score 7
        "camera",  # (C,) perceived coverage
        "camera_log",  # (6 types, C) log-reduction of the hazard by cameras
        "residual",  # (zones,) Z
        "belief",  # (zones,) B at this hour
        "disorder",  # (zones,) D
        "weights",  # (3 genders, terms) points x psi now
        "clock",  # (2,) dark 0..1; hour index, -1 outside the counted window
        "open_shops",  # (1,) uint64 bits
    ],
)  # fmt: skip

# guards (police to service staff): one row a unit
Guards = namedtuple(
    "Guards",
    ["x", "y", "cell", "on", "kind", "weight", "reach", "dest", "goal_x", "goal_y", "mode", "arrived", "ready_s", "speed"],
)

# offenders: one row a visit of a probe copy or of a visible person, in order of entity
Offenders = namedtuple(
    "Offenders",
    [
        "entity", "kind", "arrive_s", "stay_s", "entrance", "motivation", "intoxicated", "weight",
        "x", "y", "cell", "state", "dest", "ready_s", "until_s", "leave_s", "survival", "choices", "calm_s",
        "loud_until_s", "loud_span_s", "speed", "arrived",
        "present", "count",  # list of rows that are inside, and [present, next to come]
        "by_time",  # rows in order of arrival
    ],
)  # fmt: skip

# sums that a day leaves; shapes as in model.results
Tally = namedtuple(
    "Tally",
    [
        "expected", "sampled", "score_seconds", "seconds", "visit_score", "visits", "unsafe",
        "monitor_score", "monitor_weight",
        "map_score", "map_seconds",  # (3, 2 m cells) after the evening hour
        "map_all", "map_expected",
        "counts",  # agent seconds, walking seconds, entered, left, boarded, alighted, missed trains, events
    ],
)  # fmt: skip
AGENT_SECONDS, WALKING_SECONDS, ENTERED, LEFT, BOARDED, ALIGHTED, MISSED, EVENTS = range(8)

# incidents that were drawn and not yet answered
Happenings = namedtuple("Happenings", ["kind", "time_s", "x", "y", "cell", "victim", "offender", "count"])
