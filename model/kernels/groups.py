"""People of a group walk side by side: a pull to the own place beside the first of them, and waiting for each other.

Members stand together in the order of visits, so that a group is a run of it. Source: Moussaid et al. (2010), The
walking behaviour of pedestrian social groups, PLoS ONE 5(4).
"""

import math
from collections import namedtuple

import numpy as np

from model.kernels.compiling import inner
from model.kernels.crowd import FIELD, FOLLOW, OFF
from model.kernels.floor import floor_cell
from model.kernels.walking import CODES, COSINE, SINE

Groups = namedtuple(
    "Groups",
    [
        "narrow",  # (F,) bool: too narrow to walk side by side
        "spacing_m",  # between neighbours
        "ahead_m",  # of the outer members of three and more, before the next inner one
        "pull",  # 1/m, of the own speed for being behind or ahead of the own place
        "slowest",  # share of the own speed
        "fastest",
        "wait_m",  # how far behind somebody may be before the first slows down
        "near_m",  # distance at which people are in company
    ],
)


@inner()
def keep_together(crowd, room, groups):  # type: ignore[no-untyped-def]
    """Give everybody who walks in a group a place to keep to; call it before ``walk`` and ``let_go`` after it."""
    people, order, n = crowd.people, crowd.order, crowd.count[0]
    first = np.int64(0)
    while first < n:
        slot = order[first]
        if people.group[slot] < 2:
            first += 1
            continue
        party, last = people.party[slot], first + 1
        while last < n and people.party[order[last]] == party:
            last += 1
        _note_company(people, order, first, last, groups.near_m)
        if last - first > 1:
            _walk_abreast(people, order, first, last, room, groups)
        first = last


@inner()
def _note_company(people, order, first, last, near_m):  # type: ignore[no-untyped-def]
    """Tell everybody on the floor whether somebody of the own group is near."""
    for a in range(first, last):
        i = order[a]
        if people.mode[i] == OFF:
            continue
        people.company[i] = 0
        for b in range(first, last):
            j = order[b]
            near = math.hypot(people.x[j] - people.x[i], people.y[j] - people.y[i]) <= near_m
            if b != a and people.mode[j] != OFF and near:
                people.company[i] = 1


@inner()
def _walk_abreast(people, order, first, last, room, groups):  # type: ignore[no-untyped-def]
    """Send those who follow the same field as the first who does to places beside that one."""
    lead = -1
    behind, member = 0.0, 0
    x, y, ex, ey, narrow = 0.0, 0.0, 0.0, 0.0, np.bool_(False)
    for at in range(first, last):
        i = order[at]
        if people.mode[i] != FIELD or people.gate[i] >= 0:
            continue
        if lead < 0:
            cell = floor_cell(room.floor, room.nx4, room.ny4, room.x0, room.y0, people.x[i], people.y[i])
            code = room.direction[people.dest[i], cell] if cell >= 0 else CODES
            if code >= CODES:
                return  # there, or at stairs
            lead, x, y = i, people.x[i], people.y[i]
            ex, ey, narrow = COSINE[code], SINE[code], groups.narrow[cell]
            continue
        if people.dest[i] != people.dest[lead]:
            continue
        member += 1
        ahead, right = _place(member, people.group[i], narrow, groups)
        goal_x, goal_y = x + ahead * ex + right * ey, y + ahead * ey - right * ex
        if floor_cell(room.floor, room.nx4, room.ny4, room.x0, room.y0, goal_x, goal_y) < 0:
            ahead, right = _place(member, people.group[i], np.bool_(True), groups)
            goal_x, goal_y = x + ahead * ex, y + ahead * ey
        along = (goal_x - people.x[i]) * ex + (goal_y - people.y[i]) * ey
        behind = max(behind, math.hypot(goal_x - people.x[i], goal_y - people.y[i]) if along > 0.0 else 0.0)
        people.own_goal_x[i], people.own_goal_y[i] = people.goal_x[i], people.goal_y[i]
        people.goal_x[i], people.goal_y[i] = goal_x, goal_y
        people.v0[i] *= min(max(1.0 + groups.pull * along, groups.slowest), groups.fastest)
        people.mode[i] = FOLLOW
    if lead >= 0 and behind > groups.wait_m:
        people.v0[lead] *= groups.slowest


@inner()
def _place(member, size, narrow, groups):  # type: ignore[no-untyped-def]
    """Return how far ahead and to the right of the first the place of a member is: 1 right, 2 left, 3 right ..."""
    if narrow:
        return -groups.spacing_m * member, 0.0
    row = (member + 1) // 2
    side = 1.0 if member % 2 == 1 else -1.0
    return (groups.ahead_m * row if size > 2 else 0.0), side * row * groups.spacing_m


@inner()
def let_go(crowd, visitors):  # type: ignore[no-untyped-def]
    """Let people of groups be as everybody else until the next step."""
    people, order = crowd.people, crowd.order
    for at in range(crowd.count[0]):
        i = order[at]
        if people.group[i] < 2:
            continue
        if people.mode[i] == FOLLOW:
            people.mode[i] = FIELD
            people.goal_x[i], people.goal_y[i] = people.own_goal_x[i], people.own_goal_y[i]
        people.v0[i] = visitors.rows.speed[people.visit[i]]
