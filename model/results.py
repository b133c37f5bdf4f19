"""The tables a day leaves: column names, units, types; nothing else defines an outcome.

A day is kept as sums, so that any mean over days is a ratio of sums (statistics.md 2.1).
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

INCIDENT_TYPES: Final = (
    "theft",
    "harassment_contact",
    "harassment_approach",
    "aggression",
    "nuisance",
    "vandalism",
)
# of people who are no offenders: contacts of staff (4.3) and entries without a ticket (2.2)
CONDUCT_TYPES: Final = ("staff_aggression", "staff_verbal", "fare_dodging")
TABLE_TYPES: Final = (*INCIDENT_TYPES, *CONDUCT_TYPES)  # rows of the tables of incidents
VICTIM_TYPES: Final = INCIDENT_TYPES[:4]  # those that happen to somebody
GENDERS: Final = ("woman", "man", "other")
STAFF_KINDS: Final = ("police", "boa", "guard", "conductor", "service")  # as in model.inputs.roster
# one more slot for incidents without a victim (nuisance, vandalism)
GENDER_SLOTS: Final = (*GENDERS, "none")
FIRST_HOUR: Final = 5
HOURS: Final = 20  # 05:00 to 25:00
# band name -> hours of the service day
TIME_BANDS: Final[dict[str, tuple[int, ...]]] = {
    "05-07": (5, 6),
    "07-09": (7, 8),
    "09-16": (9, 10, 11, 12, 13, 14, 15),
    "16-19": (16, 17, 18),
    "19-22": (19, 20, 21),
    "22-01": (22, 23, 24),
    "after_19": (19, 20, 21, 22, 23, 24),
    "all": tuple(range(5, 25)),
}
OUTCOME_UNITS: Final = {
    "expected_incidents": "incidents per day",
    "sampled_incidents": "incidents per day",
    "detected_incidents": "incidents per day",
    "recorded_incidents": "incidents per day",
    "reported_incidents": "incidents per day",
    "perceived_safety": "score 1-10",
    "share_felt_unsafe": "share of visits",
    "monitor_score": "score 1-10",
    "travellers": "visits per day",
    "avoided_trips": "trips per day",
    "net_incidents": "incidents per day",  # inside, and what is booked outside the station
    "displaced_incidents": "incidents per day",  # booked outside: a share of what fell inside
    "staff_felt_safety": "score 1-10",
}
# outcome -> table of the day, of all outcomes that count incidents by type, hour, gender and zone
INCIDENT_OUTCOMES: Final = {
    "expected_incidents": "expected",
    "sampled_incidents": "sampled",
    "detected_incidents": "detected",
    "recorded_incidents": "recorded",
    "reported_incidents": "reported",
}
# who may notice an event or come to it: guards by kind, and operators of cameras
WATCHERS: Final = ("nobody", "police", "boa", "guard", "conductor", "service", "operator")
# how an event ended: by itself, or because somebody ended it
EVENT_OUTCOMES: Final = ("ended", "helped", "announced", "warned", "fined", "removed", "arrested")
EVENT_LOG_MOST: Final = 4096  # rows that a day keeps
EVENT: Final = np.dtype(
    [
        ("begin_s", "i4"), ("end_s", "i4"),  # seconds of the service day
        ("kind", "i1"),  # of INCIDENT_TYPES
        ("zone", "i2"), ("x", "f4"), ("y", "f4"),  # number in the layout; m on the sheet
        ("gender", "i1"),  # of the victim, of GENDER_SLOTS
        ("offender", "i8"),  # key of the offender's luck
        ("bystanders", "i4"), ("severe", "?"), ("helped", "?"),
        ("seen_by", "i1"), ("seen_s", "i4"),  # of WATCHERS; -1 never
        ("called_s", "i4"),  # a traveller called; -1 nobody
        ("came", "i1"), ("came_s", "i4"),  # of WATCHERS: the unit that came, in time or late; -1 nobody
        ("outcome", "i1"),  # of EVENT_OUTCOMES
        ("recorded", "?"), ("reported", "?"),
    ]
)  # fmt: skip
MAP_CELL_M: Final = 2.0
PER_VISITS: Final = 10_000  # arrivals of offenders and totals of incidents are given per this many visits


@dataclass(frozen=True)
class Results:
    """What one simulated day leaves.

    Hours run from 05:00 (index 0) to 24:00-25:00 (index 19); zones in the order of the layout.

    Attributes:
        expected: expected incidents, shape (9 types, 20 hours, 4 gender slots, zones): sums of hazards; of staff,
            contacts times their chance (zone of the unit, no gender); entries without a ticket (hour, gender and
            zone of who enters).
        sampled: drawn events, same shape.
        detected: expected incidents that a guard or an operator sees while they last, same shape.
        recorded: expected incidents that an agency knows of, same shape: reported to one by a victim or witness,
            or seen by a guard or operator who writes it down.
        reported: expected incidents that a traveller reports, at once or later, same shape.
        score_seconds: person-second sums of the momentary score P, (20, 3 genders, zones).
        seconds: person-seconds, same shape.
        visit_score: sum of visit scores by hour of leaving, (20, 3).
        visits: number of visits that ended, (20, 3).
        unsafe: visits whose worst 30 s fell below theta_u, (20, 3).
        monitor_score, monitor_weight: sums over the simulated survey of after 19:00, (3,).
        maps: named float32 rasters on MAP_CELL_M cells over the grid, (ny, nx):
            ``score_woman``, ``score_man`` (sums over person-seconds after 19:00), ``seconds_woman``,
            ``seconds_man``, ``seconds`` (all day), ``expected`` (incidents after 19:00).
        counts: entered, left, inside at the end, boarded, alighted, agent_seconds, walking_seconds; drawn events,
            and how many of them were helped, detected, recorded, reported, called in, attended and so on;
            outside_share, the share of a reduction that is booked outside the station; how people entered without
            a ticket, ``fare_tailgate``, ``fare_force``, ``fare_intercom``, ``fare_open``.
        events: EVENT rows of the drawn events in order of time, at most EVENT_LOG_MOST: to look at, not to count.
        avoided: trips after 19:00 that would not be made, expected, if every evening were as this one, by hour
            of leaving, (20, 3).
        staff_score, staff_asked: sum of the scores that units on duty felt when asked, and how often they were
            asked, by hour and kind of duty, (20, 5).
        provenance: version, seed, day, hash of inputs, seconds of computing.
        diary: a page for each visit that ended (row in the day's visits, identity, gender, visit score and worst
            30 s as latent values, seconds, hour of leaving); None unless asked for.
        harm: own expected incidents of every visit by type, (visits, 4); None unless asked for.
    """

    zone_kinds: tuple[str, ...]
    expected: NDArray[np.float64]
    sampled: NDArray[np.float64]
    detected: NDArray[np.float64]
    recorded: NDArray[np.float64]
    reported: NDArray[np.float64]
    score_seconds: NDArray[np.float64]
    seconds: NDArray[np.float64]
    visit_score: NDArray[np.float64]
    visits: NDArray[np.float64]
    unsafe: NDArray[np.float64]
    monitor_score: NDArray[np.float64]
    monitor_weight: NDArray[np.float64]
    avoided: NDArray[np.float64]
    maps: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    events: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, EVENT))
    provenance: dict[str, Any] = field(default_factory=dict)
    staff_score: NDArray[np.float64] = field(default_factory=lambda: np.zeros((HOURS, len(STAFF_KINDS))))
    staff_asked: NDArray[np.float64] = field(default_factory=lambda: np.zeros((HOURS, len(STAFF_KINDS))))
    diary: NDArray[np.void] | None = None
    harm: NDArray[np.float64] | None = None


ARRAY_FIELDS: Final = (
    "expected",
    "sampled",
    "detected",
    "recorded",
    "reported",
    "score_seconds",
    "seconds",
    "visit_score",
    "visits",
    "unsafe",
    "monitor_score",
    "monitor_weight",
    "avoided",
    "staff_score",
    "staff_asked",
)
