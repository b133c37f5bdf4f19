"""What the walking kernel needs to know about a place and about people, as flat arrays and numbers."""

import numpy as np
from scipy import ndimage

from model.inputs.layout import Layout, Passage
from model.inputs.ways import ways_of
from model.kernels.floor import WalkRoom, metres_free, share_on_floor
from model.kernels.groups import Groups
from model.kernels.passages import Passages
from model.kernels.walking import WalkRules
from model.parameters import Parameters
from model.world.fields import F32, FLOOR_M, Grid, Routes
from model.world.routes import passage_boxes, passage_pace


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
        ground=np.column_stack((open_share, metres_free(grid.floor, len(open_share)))).astype(np.float32),
        wrap_m=0.0,
    )


def make_walk_rules(parameters: Parameters) -> WalkRules:
    """Return the numbers of ``walk``."""
    p = parameters
    return WalkRules(
        reach_m=p.walk_reach_m,
        weidmann_gamma=p.walk_weidmann_gamma,
        jam_density=p.walk_jam_density,
        lowest_share=p.walk_lowest_share,
        self_weight=p.walk_self_weight,
        oncoming_weight=p.walk_oncoming_weight,
        side_strength=p.walk_side_strength,
        side_others=p.walk_side_others,
        side_cosine=p.walk_side_cosine,
        avoid_strength=p.walk_avoid_strength,
        avoid_width_m=p.walk_avoid_width_m,
        bias_m=p.walk_bias_m,
        turn_most=p.walk_turn_most,
        forward_least=p.walk_forward_share,
        body_m=2 * p.walk_body_radius_m,
        passing_m=p.walk_passing_m,
        squeeze_s=p.walk_squeeze_s,
        yield_share=p.walk_yield_share,
        push_factor=p.walk_push_factor,
        push_rounds=int(p.walk_push_passes),
        push_slack_m=p.walk_push_slack_m,
        drift_share=p.walk_drift_share,
        arrive_m=p.walk_arrive_m,
        piece_m=p.walk_piece_m,
        stuck_speed=p.walk_stuck_speed,
        group_pull=p.group_slot_pull,
    )


def make_groups(grid: Grid, room: WalkRoom, parameters: Parameters) -> Groups:
    """Return the numbers of walking in a group, and where it is too narrow to walk side by side.

    A place is narrow when no square of floor as wide as ``group_file_width_m`` lies around it.
    """
    p = parameters
    on_floor = grid.floor >= 0
    side = round(p.group_file_width_m / FLOOR_M)
    wide = ndimage.minimum_filter(on_floor, side, mode="constant", cval=0)  # of the squares around each cell
    reached = ndimage.maximum_filter(wide, side, origin=-1 if side % 2 == 0 else 0, mode="constant", cval=0)
    return Groups(
        narrow=~reached[on_floor],
        spacing_m=p.group_spacing_m,
        ahead_m=p.group_ahead_m,
        pull=p.group_slot_pull,
        slowest=p.group_slowest,
        fastest=p.group_fastest,
        wait_m=p.group_wait_m,
        near_m=p.wait_group_m,
    )


def make_passages(layout: Layout, grid: Grid, parameters: Parameters) -> Passages:
    """Return the passages as ``passages_step`` uses them; a closed direction lets nobody in."""
    p = parameters
    boxes, end_of, x, y = passage_boxes(layout, grid)
    cells = np.concatenate([*boxes, np.zeros(0, np.int32)]).astype(np.int64)
    passages = ways_of(layout)
    paces = [pace for passage in passages for pace in passage_pace(passage, p)]
    flows = [flow for passage in passages for flow in passage_flow(passage, p)]
    area = np.repeat([passage.length_m * passage.width_m for passage in passages], 2)
    lift = np.array([passage.kind == "lift" for passage in passages], np.bool_)
    gate = np.array([passage.kind == "gate" for passage in passages], np.bool_)
    most = np.where(np.repeat(lift, 2), int(p.lift_places), np.maximum(1, area * p.passage_density))
    closed = np.array([np.isinf(fixed) for fixed, _ in paces], np.bool_)
    return Passages(
        first=np.cumsum([0, *(len(b) for b in boxes)]).astype(np.int32),
        cell_x=x[cells],
        cell_y=y[cells],
        end_of=end_of,
        fixed_s=np.array([fixed for fixed, _ in paces], np.float64),
        metres=np.array([metres for _, metres in paces], np.float64),
        gap_s=1 / np.array(flows, np.float64),
        most=np.where(closed, 0, most).astype(np.int32),
        hold_s=p.passage_hold_s,
        room_m=p.walk_passing_m,
        lift=lift,
        gate=gate,
        lift_half_s=p.lift_cycle_s / 2,
    )


def passage_flow(passage: Passage, parameters: Parameters) -> tuple[float, float]:
    """Return how many people a second can enter at a and at b."""
    p = parameters
    if passage.kind == "lift":
        flow = p.lift_places / p.lift_cycle_s
        return flow, flow
    if passage.kind == "gate":
        return 1 / p.gate_service_s, 1 / p.gate_service_s
    up, down = p.stairs_flow_up, p.stairs_flow_down
    if passage.kind == "escalator":
        up = down = p.escalator_flow
    elif passage.kind == "ramp":
        up = down = p.ramp_flow
    from_a, from_b = (up, down) if passage.rise_m >= 0 else (down, up)
    return from_a * passage.width_m, from_b * passage.width_m
