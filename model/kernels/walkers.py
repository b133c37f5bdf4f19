"""What the walking step reads and writes: people, rules and scratch arrays."""

from collections import namedtuple

import numpy as np

from model.kernels.lanes import LANES

Walkers = namedtuple(
    "Walkers",
    [
        "x",  # (slots,) float64, m on the sheet; changed
        "y",
        "v0",  # float64, free speed, m/s
        "mode",  # int8: 0 absent, 1 follows the field of dest, 2 straight to the goal point, 3 stands, 4 as 1,
        # drawn to the goal point
        "dest",  # int32, row of direction
        "goal_x",  # float64, goal point (modes 2 and 3)
        "goal_y",
        "speed",  # float64, out: speed over the last step, m/s
        "stuck_s",  # float64, out: seconds without progress
        "arrived",  # int8, out: 1 goal reached, 2 stands where the passage begins
    ],
)

WalkRules = namedtuple(
    "WalkRules",
    [
        "reach_m",  # people further away do not matter
        "weidmann_gamma",  # 1/m2, shape of the speed-density curve
        "jam_density",  # 1/m2
        "lowest_share",  # of v0, where the curve would stop people
        "self_weight",  # of the own body in the density
        "oncoming_weight",  # of somebody straight against me in the density
        "side_strength",  # side-stepping from people of the own direction
        "side_others",  # the same from others, as a share of it
        "side_cosine",  # of the bearing beyond which people behind do not matter for side-stepping
        "avoid_strength",  # side-stepping from people straight against me
        "avoid_width_m",  # how far to the side they matter
        "bias_m",  # how far to the right somebody may be and still be passed on the right
        "turn_most",  # largest sideways part against a forward part of 1
        "forward_least",  # smallest forward part of a step
        "body_m",  # diameter of a body
        "passing_m",  # distance at which people pass each other with turned shoulders
        "squeeze_s",  # without progress, after which people against each other pass without any distance
        "yield_share",  # of an overlap with a walker, that somebody who stands makes room for
        "push_factor",  # over-relaxation
        "push_rounds",
        "push_slack_m",  # an overlap this small is let be
        "drift_share",  # of v0, back to the own standing place
        "arrive_m",  # distance at which a goal point is reached
        "piece_m",  # length of the pieces in which people march near walls
        "stuck_speed",  # m/s of progress below which somebody is stuck
        "group_pull",  # 1/m, towards the own place in a group
    ],
)

WalkWork = namedtuple(
    "WalkWork",
    [
        # everybody present, cell of the bins by cell, so that neighbours lie side by side: rows of people
        "look",  # (9, slots) float64: what the others see of people and what a step asks of them, a row each
        "under",  # (slots, 4) float32: direction code, share of the density kernel on floor, metres free of walls
        "slot",  # (slots,) int32
        "new",  # (slots, 2) float64: place after the step
        "push",  # (slots, 2) float64
        "pushes",  # (slots,) int32
        "busy",  # (slots,) int8: IDLE, WALKS, RETURNS, NUDGED
        "pairs",  # (2, pairs + LANES) int32: rows of people who might touch
        "pushing",  # (pairs,) int32: columns of ``pairs`` that push each other apart in a round
        "count",  # (2,) int64: how many people, how many pairs
    ],
)
# rows of ``look``; STRIDE: metres of the last step, with a minus (-0 too) of who does not walk, CELL: floor cell,
# HELD: 1 for who has made no progress for long; FREE: free speed, m/s, MOST: metres to the goal point
X, Y, EX, EY = 0, 1, 2, 3
STRIDE, CELL, HELD, FREE, MOST = 4, 5, 6, 7, 8
LOOKS = 9
PAGE_REALS, OFF_PAGE = 512, 24  # rows that begin at the same place of a page would drive each other out of the cache
NEAR_MOST = 512  # people within reach, of whom nobody heeds many more
IDLE, WALKS, RETURNS, NUDGED = 0, 1, 2, 3


def make_work(slots: int, pairs_each: int = 40) -> WalkWork:
    """Return the scratch arrays of ``walk`` for at most ``slots`` people."""
    return WalkWork(
        look=np.zeros((LOOKS, -(-slots // PAGE_REALS) * PAGE_REALS + OFF_PAGE)),
        under=np.zeros((slots, 4), np.float32),
        slot=np.zeros(slots, np.int32),
        new=np.zeros((slots, 2)),
        push=np.zeros((slots, 2)),
        pushes=np.zeros(slots, np.int32),
        busy=np.zeros(slots, np.int8),
        pairs=np.zeros((2, slots * pairs_each + LANES), np.int32),
        pushing=np.zeros(slots * pairs_each, np.int32),
        count=np.zeros(2, np.int64),
    )
