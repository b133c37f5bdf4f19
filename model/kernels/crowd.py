"""The travellers as arrays: slots that people take for the length of their visit.

Order matters more than place: ``order`` lists the taken slots by visit number, so that every sum over people runs
in the order of entity numbers and one extra person changes no one else's last bit.
"""

from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner, kernel

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
FOLLOW = 4  # field, with a pull to the own place in the group (goal_x, goal_y); within a step only

# one row a slot: what is read together lies together
PERSON = np.dtype(
    [
        # walking (see model.kernels.walking)
        ("x", "f8"),
        ("y", "f8"),
        ("v0", "f8"),
        ("goal_x", "f8"),
        ("goal_y", "f8"),
        ("speed", "f8"),
        ("stuck_s", "f8"),
        ("ready_s", "f8"),
        ("dest", "i4"),
        ("after", "i4"),  # row of the destination behind the gateway that is gone to first, -1
        ("passage", "i4"),
        ("gate", "i4"),  # the passage end of the gate that was chosen, -1
        ("mode", "i1"),
        ("arrived", "i1"),
        # the visit
        ("doing", "i1"),
        ("gender", "i1"),
        ("young", "i1"),
        ("senior", "i1"),
        ("luggage", "i1"),
        ("alone", "i1"),
        ("company", "i1"),  # somebody of the own group is near
        ("group", "i1"),  # of the own group
        ("dodger", "i1"),  # how the person enters without a ticket: see FARE in ``visiting``, 0 with one
        ("limited", "i1"),  # limited mobility
        ("step_free", "i4"),  # what to add to the field of an access or platform (Routes.first_free), or 0
        ("party", "i4"),  # visit number of the first of the own group
        ("own_goal_x", "f8"),  # the goal point while goal_x and goal_y hold the place in the group
        ("own_goal_y", "f8"),
        ("regular", "i4"),
        ("visit", "i4"),  # number of the visit (entity order), -1 for a free slot
        ("luck", "i8"),  # stable number of the person, the key of all draws
        ("train", "i4"),  # the train to board, -1
        ("door", "i4"),  # of that train; -2 - candidate while waiting; -1
        ("since_s", "f8"),  # begin of waiting
        ("again_s", "f8"),  # no other waiting place before
        ("flee_u", "f8"),  # latent below which another one is chosen
        # feeling
        ("nature", "f8"),  # person effect and visit noise on the latent
        ("slope", "f8"),  # sensitivity of the terms that grow after dark
        ("u", "f8"),
        ("target", "f8"),  # of u, as last seen on the floor
        ("sum_u", "f8"),
        ("seconds", "i4"),
        ("ring", "i4"),  # column of the window that comes next
        ("window_sum", "f8"),
        ("worst", "f8"),  # lowest window sum so far
        ("shock", "f8"),
        ("cell", "i8"),  # 1 m cell now
    ],
    align=True,
)

Crowd = namedtuple(
    "Crowd",
    [
        "people",  # (N,) PERSON
        "order",  # (N,) slots taken, by visit number
        "free",  # (N,) stack of free slots
        "count",  # (2,) people present, free slots
        "window",  # (N, worst seconds) last values of u
    ],
)


def make_crowd(capacity: int, worst_s: int) -> Crowd:
    """Return an empty crowd of ``capacity`` slots that remembers ``worst_s`` seconds of feeling each."""
    people = np.zeros(capacity, PERSON)
    for name in ("after", "passage", "gate", "visit", "train", "door"):
        people[name] = -1
    free = np.arange(capacity, dtype=np.int32)[::-1].copy()
    order = np.zeros(capacity, np.int32)
    return Crowd(people, order, free, np.array([0, capacity], np.int64), np.zeros((capacity, worst_s)))


@kernel()
def take_slot(crowd, visit):  # type: ignore[no-untyped-def]
    """Give visit number ``visit`` a slot, keep ``order`` sorted by visit number, and return the slot."""
    free_count = crowd.count[1] - 1
    slot = crowd.free[free_count]
    crowd.count[1] = free_count
    n = crowd.count[0]
    order, who = crowd.order, crowd.people.visit
    at = n
    while at > 0 and who[order[at - 1]] > visit:
        order[at] = order[at - 1]
        at -= 1
    order[at] = slot
    crowd.count[0] = n + 1
    crowd.people.visit[slot] = visit
    return slot


@inner()
def give_up_slots(crowd):  # type: ignore[no-untyped-def]
    """Free the slots whose holder is ABSENT; the others keep their order."""
    n = crowd.count[0]
    kept = 0
    for at in range(n):
        slot = crowd.order[at]
        if crowd.people.doing[slot] == ABSENT:
            crowd.people.visit[slot] = -1
            crowd.people.mode[slot] = OFF
            crowd.free[crowd.count[1]] = slot
            crowd.count[1] += 1
        else:
            crowd.order[kept] = slot
            kept += 1
    crowd.count[0] = kept
