"""The travellers as arrays: slots that people take for the length of their visit.

Order matters more than place: ``order`` lists the taken slots by visit number, so that every sum over people runs
in the order of entity numbers and one extra person changes no one else's last bit.
"""

from collections import namedtuple

import numpy as np
from numba import njit

# what a slot's holder is doing
ABSENT = 0
TO_EXIT = 1  # walks to an access along its field
TO_PLATFORM = 2  # walks to the strip of the platform
TO_SPOT = 3  # walks to the own waiting spot: section field, then straight
WAITING = 4
TO_DOOR = 5  # the train is here: section field, then straight to the door
AT_DOOR = 6  # stands at the door and boards in turn

# modes of the walking kernel
OFF = 0
FIELD = 1
STRAIGHT = 2
STAND = 3

Crowd = namedtuple(
    "Crowd",
    [
        # walking (see model.kernels.walking)
        "x",
        "y",
        "v0",
        "mode",
        "dest",
        "goal_x",
        "goal_y",
        "speed",
        "stuck_s",
        "arrived",
        "passage",
        "ready_s",
        # the visit
        "visit",  # number of the visit (entity order), -1 for a free slot
        "luck",  # stable number of the person, the key of all draws
        "doing",
        "train",  # the train to board, -1
        "door",
        "since_s",  # begin of waiting
        # who
        "gender",
        "young",
        "senior",
        "luggage",
        "alone",
        "regular",
        "nature",  # person effect and visit noise on the latent
        "slope",  # sensitivity of the terms that grow after dark
        # feeling
        "u",
        "sum_u",
        "seconds",
        "window",  # (N, worst seconds) last values of u
        "window_sum",
        "worst",  # lowest window mean so far
        "shock",
        "cell",  # 1 m cell now
        # order and free slots
        "order",
        "count",  # [people present, free slots on the stack]
        "free",
    ],
)


def make_crowd(capacity: int, worst_s: int) -> Crowd:
    """Return an empty crowd of ``capacity`` slots that remembers ``worst_s`` seconds of feeling each."""
    n = capacity
    f, i = (lambda: np.zeros(n)), (lambda: np.zeros(n, np.int32))
    b = lambda: np.zeros(n, np.int8)  # noqa: E731 - a table of makers reads better than nested defs
    free = np.arange(n, dtype=np.int32)[::-1].copy()
    return Crowd(
        f(), f(), f(), b(), i(), f(), f(), f(), f(), b(), np.full(n, -1, np.int32), f(),
        np.full(n, -1, np.int32), np.zeros(n, np.int64), b(), np.full(n, -1, np.int32), i(), f(),
        b(), b(), b(), b(), b(), b(), f(), f(),
        f(), f(), f(), np.zeros((n, worst_s)), f(), np.full(n, np.inf), f(), i(),
        i(), np.array([0, n], np.int64), free,
    )  # fmt: skip


@njit(cache=True)
def take_slot(crowd, visit):  # type: ignore[no-untyped-def]
    """Give visit number ``visit`` a slot, keep ``order`` sorted by visit number, and return the slot."""
    free_count = crowd.count[1] - 1
    slot = crowd.free[free_count]
    crowd.count[1] = free_count
    n = crowd.count[0]
    order, who = crowd.order, crowd.visit
    at = n
    while at > 0 and who[order[at - 1]] > visit:
        order[at] = order[at - 1]
        at -= 1
    order[at] = slot
    crowd.count[0] = n + 1
    crowd.visit[slot] = visit
    return slot


@njit(cache=True)
def give_up_slots(crowd):  # type: ignore[no-untyped-def]
    """Free the slots whose holder is ABSENT; the others keep their order."""
    n = crowd.count[0]
    kept = 0
    for at in range(n):
        slot = crowd.order[at]
        if crowd.doing[slot] == ABSENT:
            crowd.visit[slot] = -1
            crowd.mode[slot] = OFF
            crowd.free[crowd.count[1]] = slot
            crowd.count[1] += 1
        else:
            crowd.order[kept] = slot
            kept += 1
    crowd.count[0] = kept
