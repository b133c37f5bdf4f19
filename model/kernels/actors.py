"""Guards and offenders on foot: along a route field, in company of nobody (they take no space).

Both are arrays with x, y, cell, dest, ready_s, speed and arrived; ``dest`` is a row of the route fields.
"""

import math

from model.kernels.compiling import inner

GOAL = 254
UNREACHABLE = 255
TAKE_PASSAGE = 251
STEPS = 2  # pieces of a second, so that nobody jumps through a thin wall
FLOOR_PER_M = 4


@inner(forceinline=True)
def floor_at(ground, x, y):  # type: ignore[no-untyped-def]
    """Return the number of the floor cell under a point, -1 where nobody walks."""
    fx = int((x - ground.x0) * FLOOR_PER_M)
    fy = int((y - ground.y0) * FLOOR_PER_M)
    if fx < 0 or fy < 0 or fx >= ground.nx * FLOOR_PER_M or fy >= ground.ny * FLOOR_PER_M:
        return -1
    return ground.floor[fy * ground.nx * FLOOR_PER_M + fx]


@inner(forceinline=True)
def cell_at(ground, x, y):  # type: ignore[no-untyped-def]
    """Return the number of the 1 m cell under a point of the floor."""
    return ground.cell[int(y - ground.y0) * ground.nx + int(x - ground.x0)]


@inner(forceinline=True)
def go_straight(actors, i, ground, goal_x, goal_y, metres, near):  # type: ignore[no-untyped-def]
    """Move actor i up to ``metres`` towards a point, stopping at the edge of the floor; True when within ``near``."""
    for _ in range(STEPS):
        dx, dy = goal_x - actors.x[i], goal_y - actors.y[i]
        far = math.hypot(dx, dy)
        if far < near:
            return True
        piece = min(far, metres / STEPS) / far
        x, y = actors.x[i] + dx * piece, actors.y[i] + dy * piece
        if floor_at(ground, x, y) < 0:
            return True  # a wall is as near as one gets
        actors.x[i], actors.y[i] = x, y
        actors.cell[i] = cell_at(ground, x, y)
    return False


@inner(forceinline=True)
def follow_field(actors, i, ground, second, turn):  # type: ignore[no-untyped-def]
    """Move actor i one second along its field; sets ``arrived`` at the goal (or where no way leads on).

    Args:
        actors: arrays of guards or offenders.
        i: row.
        ground: see ``model.kernels.state.Ground``.
        second: time of the day, s; while ``ready_s`` lies ahead the actor is on a passage.
        turn: radians per direction code.
    """
    if second < actors.ready_s[i]:
        return
    for _ in range(STEPS):
        at = floor_at(ground, actors.x[i], actors.y[i])
        code = ground.direction[actors.dest[i], at]
        if code == GOAL or code == UNREACHABLE:
            actors.arrived[i] = 1
            break
        if code == TAKE_PASSAGE:
            here = ground.floor_passage[at]
            if here < 0:
                actors.arrived[i] = 1
                break
            there = here ^ 1  # box_a and box_b of a passage are numbered 2k and 2k + 1
            actors.x[i], actors.y[i] = ground.ends.x[there], ground.ends.y[there]
            actors.ready_s[i] = second + ground.ends.seconds[here]
            break
        angle = code * turn
        reach = actors.speed[i] / STEPS
        step_to(
            actors, i, ground, actors.x[i] + reach * math.cos(angle), actors.y[i] + reach * math.sin(angle)
        )
    actors.cell[i] = cell_at(ground, actors.x[i], actors.y[i])


@inner(forceinline=True)
def step_to(actors, i, ground, x, y):  # type: ignore[no-untyped-def]
    """Put actor i at (x, y), or as far on the way (halving, then along one axis) as the floor allows."""
    x_now, y_now = actors.x[i], actors.y[i]
    for _ in range(3):
        if floor_at(ground, x, y) >= 0 and floor_at(ground, 0.5 * (x + x_now), 0.5 * (y + y_now)) >= 0:
            actors.x[i], actors.y[i] = x, y
            return
        x, y = 0.5 * (x + x_now), 0.5 * (y + y_now)
    dx, dy = x - x_now, y - y_now
    if floor_at(ground, x_now + 2 * dx, y_now) >= 0:
        actors.x[i] = x_now + 2 * dx
    elif floor_at(ground, x_now, y_now + 2 * dy) >= 0:
        actors.y[i] = y_now + 2 * dy
