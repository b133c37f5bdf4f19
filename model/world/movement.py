"""What the walking kernel needs to know about a place and about people, as flat arrays and numbers."""

import numpy as np

from model.kernels.floor import WalkRoom, share_on_floor
from model.kernels.walking import WalkRules
from model.parameters import Parameters
from model.world.world import F32, Grid, Routes


def make_open_share(grid: Grid, parameters: Parameters) -> F32:
    """Return (F,) the share of the density kernel around each floor cell that falls on floor, at most 1.

    Exactly 1 means that no wall lies within ``walk_reach_m``.
    """
    share = share_on_floor(grid.floor, len(grid.floor_level), parameters.walk_reach_m)
    return np.asarray(share, np.float32)


def make_walk_room(grid: Grid, routes: Routes, open_share: F32) -> WalkRoom:
    """Return the raster arguments of ``walk``."""
    rows, columns = grid.floor.shape
    return WalkRoom(
        floor=np.ascontiguousarray(grid.floor).ravel(),
        nx4=columns,
        ny4=rows,
        x0=grid.x0,
        y0=grid.y0,
        direction=routes.direction,
        open_share=open_share,
        wrap_m=0.0,
    )


def make_walk_rules(parameters: Parameters) -> WalkRules:
    """Return the numbers of ``walk``."""
    p = parameters
    return WalkRules(
        reach_m=p.walk_reach_m,
        weidmann_g=p.walk_weidmann_gamma,
        jam_density=p.walk_jam_density,
        lowest_share=p.walk_lowest_share,
        oncoming_weight=p.walk_oncoming_weight,
        side_strength=p.walk_side_strength,
        side_power=p.walk_side_power,
        avoid_strength=p.walk_avoid_strength,
        avoid_width_m=p.walk_avoid_width_m,
        lane_strength=p.walk_lane_strength,
        bias_m=p.walk_bias_m,
        turn_most=p.walk_turn_most,
        forward_least=p.walk_forward_share,
        body_m=2 * p.walk_body_radius_m,
        body_passing_m=p.walk_passing_m,
        yield_share=p.walk_yield_share,
        drift_share=p.walk_drift_share,
        arrive_m=p.walk_arrive_m,
        piece_m=p.walk_piece_m,
        stuck_speed=p.walk_stuck_speed,
    )
