"""The walking step once more, in plain Python: everybody against everybody, no cells, no lists of pairs."""

import math

import numpy as np

from model.kernels.floor import WalkRoom
from model.kernels.walkers import Walkers, WalkRules


def _cell(room: WalkRoom, x: float, y: float) -> int:
    column, row = math.floor((x - room.x0) * 4), math.floor((y - room.y0) * 4)
    if 0 <= column < room.nx4 and 0 <= row < room.ny4:
        return int(room.floor[row * room.nx4 + column])
    return -1


def _wrapped(room: WalkRoom, x: float) -> float:
    return (x - room.x0) % room.wrap_m + room.x0 if room.wrap_m else x


def _between(room: WalkRoom, a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    dx, dy = b[0] - a[0], b[1] - a[1]
    if room.wrap_m:
        dx -= room.wrap_m * round(dx / room.wrap_m)
    return dx, dy


def _slide(room: WalkRoom, x: float, y: float, dx: float, dy: float) -> tuple[float, float]:
    along_x = _cell(room, _wrapped(room, x + dx), y) >= 0
    along_y = _cell(room, x, y + dy) >= 0
    if along_x and along_y and _cell(room, _wrapped(room, x + dx), y + dy) >= 0:
        return _wrapped(room, x + dx), y + dy
    if along_x and (abs(dx) >= abs(dy) or not along_y):
        return _wrapped(room, x + dx), y
    return (x, y + dy) if along_y else (x, y)


def _wish(walkers: Walkers, room: WalkRoom, rules: WalkRules, i: int) -> tuple[str, float, float, int]:
    """What i does, the direction of a walker, and what has been reached."""
    x, y, mode = walkers.x[i], walkers.y[i], walkers.mode[i]
    if mode == 1:
        code = int(room.direction[walkers.dest[i], _cell(room, x, y)])
        if code < 251:
            return "walks", math.cos(code * 2 * math.pi / 251), math.sin(code * 2 * math.pi / 251), 0
        return "stands", 0.0, 0.0, {254: 1, 251: 2}.get(code, 0)
    dx, dy = walkers.goal_x[i] - x, walkers.goal_y[i] - y
    d = math.hypot(dx, dy)
    if mode == 2:
        return ("walks", dx / d, dy / d, 0) if d > rules.arrive_m else ("stands", 0.0, 0.0, 1)
    return ("returns" if d > rules.arrive_m else "stands"), 0.0, 0.0, 0


def _stride(people, i, room, rules, v0, share, dt):
    """Displacement that walker i wants: density ahead, pushes, turn to the right."""
    place, e = people["place"], people["e"]
    ex, ey = e[i]
    density = push_forward = push_right = turn = 0.0
    for j in people["here"]:
        if j == i:
            continue
        dx, dy = _between(room, place[i], place[j])
        d = math.hypot(dx, dy)
        if d >= rules.reach_m:
            continue
        forward, right = dx * ex + dy * ey, dx * ey - dy * ex
        along = ex * e[j][0] + ey * e[j][1]
        against = max(0.0, -along)
        density += (1 - (d / rules.reach_m) ** 2) ** 2 * (1 + forward / d) * (1 - (1 - rules.oncoming_weight) * against)
        if forward / d > rules.side_cosine:
            near = min(1.0, (rules.reach_m - d) / (rules.reach_m - rules.body_m)) ** 4
            near *= rules.side_others + (1 - rules.side_others) * max(0.0, along)
            push_forward -= near * forward / d
            push_right -= near * right / d
        if forward > 0:
            side = against * (1 - d / rules.reach_m) * max(0.0, 1 - abs(right) / rules.avoid_width_m)
            turn += side if right < rules.bias_m else -side
    speed = v0
    if density > 0:
        density = (density + min(density, rules.self_weight)) * 3 / math.pi / rules.reach_m**2 / share
        curve = 1 - math.exp(-rules.weidmann_gamma * (1 / density - 1 / rules.jam_density))
        speed *= max(rules.lowest_share, curve)
    ahead = max(rules.forward_least, 1 + rules.side_strength * push_forward)
    aside = rules.side_strength * push_right + rules.avoid_strength * turn
    aside = min(max(aside, -rules.turn_most), rules.turn_most)
    scale = speed * dt / math.hypot(ahead, aside)
    return scale * (ahead * ex + aside * ey), scale * (ahead * ey - aside * ex)


def _march(room, rules, x, y, dx, dy):
    pieces = int(math.hypot(dx, dy) / rules.piece_m) + 1
    free = room.ground[_cell(room, x, y), 1]
    if max(abs(dx), abs(dy)) < free:
        return x + dx, y + dy
    for _ in range(pieces):
        x, y = _slide(room, x, y, dx / pieces, dy / pieces)
    return x, y


def _contact(rules, people, i, j):
    """Distance that i and j keep and the share that i makes room for."""
    walks_i, walks_j = people["does"][i] == "walks", people["does"][j] == "walks"
    passing = 0.0 if max(people["stuck"][i], people["stuck"][j]) > rules.squeeze_s else rules.passing_m
    if walks_i and walks_j:
        along = float(np.dot(people["e"][i], people["e"][j]))
        return rules.body_m - max(0.0, -along) * (rules.body_m - passing), 0.5
    if walks_i:
        return passing, 1 - rules.yield_share
    return (passing, rules.yield_share) if walks_j else (rules.body_m, 0.5)


def _may_touch(people, room, rules, i, j):
    """The pairs that are parted: near enough before the step, and not two people who just stand."""
    dx, dy = _between(room, people["place"][i], people["place"][j])
    d, does = math.hypot(dx, dy), people["does"]
    if "walks" in (does[i], does[j]):
        return d < 2 * rules.body_m + people["stride"][i] + people["stride"][j]
    moved = people["nudged"] | {k for k in people["here"] if does[k] == "returns"}
    return d < 2 * rules.body_m and (i in moved or j in moved)


def _part(people, room, rules, new):
    here = people["here"]
    does = people["does"]
    people["nudged"] = set()
    walking = [i for i in here if does[i] == "walks"]
    people["nudged"] = {
        j for j in here if does[j] == "stands" and any(_may_touch(people, room, rules, i, j) for i in walking)
    }
    pairs = [(i, j) for a, i in enumerate(here) for j in here[a + 1 :] if _may_touch(people, room, rules, i, j)]
    for _ in range(rules.push_rounds):
        pairs = [p for p in pairs if math.hypot(*_between(room, new[p[0]], new[p[1]])) < 2 * rules.body_m]
        pushes: dict[int, list[tuple[float, float]]] = {}
        for i, j in pairs:
            dx, dy = _between(room, new[i], new[j])
            d = math.hypot(dx, dy)
            keep, share = _contact(rules, people, i, j)
            if keep - d > rules.push_slack_m and d < rules.body_m:
                ux, uy = (dx / d, dy / d) if d > 1e-6 else (1.0, 0.0)
                pushes.setdefault(i, []).append((-share * (keep - d) * ux, -share * (keep - d) * uy))
                pushes.setdefault(j, []).append(((1 - share) * (keep - d) * ux, (1 - share) * (keep - d) * uy))
        if not pushes:
            return
        for i, each in pushes.items():
            dx, dy = (rules.push_factor * sum(p[k] for p in each) / len(each) for k in (0, 1))
            long = max(abs(dx), abs(dy), rules.piece_m) / rules.piece_m
            new[i] = _slide(room, *new[i], dx / long, dy / long)


def twin_step(walkers: Walkers, order: list[int], room: WalkRoom, rules: WalkRules, dt: float) -> None:
    """Change ``walkers`` as ``walk`` does."""
    here = [i for i in order if walkers.mode[i] != 0]
    wishes = {i: _wish(walkers, room, rules, i) for i in here}
    people = {
        "here": here,
        "place": {i: (float(walkers.x[i]), float(walkers.y[i])) for i in here},
        "e": {i: wishes[i][1:3] for i in here},
        "does": {i: wishes[i][0] for i in here},
        "stuck": {i: walkers.stuck_s[i] for i in here},
        "stride": {i: walkers.speed[i] * dt for i in here},
    }
    new = dict(people["place"])
    for i in here:
        x, y = people["place"][i]
        to_goal = math.hypot(walkers.goal_x[i] - x, walkers.goal_y[i] - y)
        if people["does"][i] == "walks":
            share = float(room.ground[_cell(room, x, y), 0])
            dx, dy = _stride(people, i, room, rules, walkers.v0[i], share, dt)
            if walkers.mode[i] == 2 and math.hypot(dx, dy) > to_goal:
                dx, dy = (c * to_goal / math.hypot(dx, dy) for c in (dx, dy))
            new[i] = _march(room, rules, x, y, dx, dy)
        elif people["does"][i] == "returns":
            share = min(1.0, rules.drift_share * walkers.v0[i] * dt / to_goal)
            dx, dy = share * (walkers.goal_x[i] - x), share * (walkers.goal_y[i] - y)
            new[i] = _march(room, rules, x, y, dx, dy)
    _part(people, room, rules, new)
    for i in here:
        dx, dy = _between(room, people["place"][i], new[i])
        walkers.x[i], walkers.y[i] = new[i]
        walkers.speed[i] = math.hypot(dx, dy) / dt
        walkers.arrived[i] = wishes[i][3]
        lost = walkers.mode[i] == 1 and people["does"][i] == "stands" and wishes[i][3] == 0
        e = people["e"][i]
        held = people["does"][i] == "walks" and dx * e[0] + dy * e[1] < rules.stuck_speed * dt
        walkers.stuck_s[i] = walkers.stuck_s[i] + dt if lost or held else 0.0
