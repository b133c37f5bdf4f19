"""A few numbers at a time: each set of lanes against NumPy, and no answer that rests on what lay in scratch before."""

import numpy as np
import pytest
from numba import njit

from model.kernels.lanes import LANES, lanes_set, near_lanes, occupied_lanes, pack_pairs, pack_reals, pack_rows
from model.kernels.memory import scratch
from tests.test_walking_step import mixed_crowd, station_room
from tests.walk_harness import Scene

SETS = range(2**LANES)


@njit
def packed(reals, minus, kept, at, first):
    """Pack numbers, rows and pairs of a set of lanes from ``at`` on."""
    room, rows, others = scratch(12, np.float64), scratch(12, np.uint32), scratch(12, np.uint32)
    for k in range(12):
        room[k], rows[k], others[k] = -1.0, 0, 10 * k
    pairs = np.zeros((2, 12), np.int32)
    pack_reals(reals.ctypes.data, minus, kept, room, at)
    pack_rows(first, kept, rows, at)
    pack_pairs(7, others, at, kept, pairs.ctypes.data, pairs.ctypes.data + pairs.strides[0])
    return [room[k] for k in range(12)], [rows[k] for k in range(12)], pairs, lanes_set(room, at)


@njit
def near(x, y, at_x, at_y, reach2, first, end, own):
    return near_lanes(x.ctypes.data, y.ctypes.data, at_x, at_y, reach2, first, end, own)


@njit
def counted(bits, before, low, cells, rows, at):
    """Count the cells of a range in the first rows of ``bits`` (2, LANES) and ``before`` (LANES,)."""
    first, inside = scratch(12, np.uint32), scratch(12, np.uint32)
    here = bits.ctypes.data
    some = occupied_lanes(here, here + bits.strides[0], before.ctypes.data, low, cells, rows, first, inside, at)
    return some, [first[at + k] for k in range(LANES)], [inside[at + k] for k in range(LANES)]


@njit
def spoil_stack():
    """Leave what is not a number where the next kernel has its scratch."""
    room = scratch(40_000, np.float64)
    for k in range(40_000):
        room[k] = np.nan
    return room[17]


def lanes_of(kept: int) -> list[int]:
    return [k for k in range(LANES) if kept >> k & 1]


@pytest.mark.parametrize("kept", SETS)
def test_the_kept_lie_in_front_in_their_order(kept: int) -> None:
    reals = np.array([0.1, -2.5, 3e7, -0.0])
    room, rows, pairs, some = packed(reals, 0.25, np.uint64(kept), 3, 40)
    these = lanes_of(kept)
    assert room[3 : 3 + len(these)] == [reals[k] - 0.25 for k in these]
    assert rows[3 : 3 + len(these)] == [40 + k for k in these]
    assert room[:3] == [-1.0] * 3
    assert rows[:3] == [0] * 3
    assert pairs[1, : len(these)].tolist() == [30 + 10 * k for k in these]
    assert set(pairs[0, :LANES]) == {7}
    assert lanes_of(some)[: len(these)] == list(range(len(these)))  # none of them is 0


@pytest.mark.parametrize("low", [0, 1, 30, 59, 60, 63])
@pytest.mark.parametrize("columns", [1, 5, 31])
def test_cells_of_a_range_are_counted_row_by_row(low: int, columns: int) -> None:
    rng = np.random.default_rng(low + 64 * columns)
    taken = rng.random((LANES, 128)) < 0.15
    taken[1, low : low + columns] = False
    bits = np.packbits(taken.reshape(LANES, 2, 64), axis=-1, bitorder="little").view(np.uint64)[..., 0].T.copy()
    before = rng.integers(0, 1000, LANES).astype(np.int32)
    within = taken[:, low : low + columns].sum(axis=1)
    for rows in range(LANES + 2):
        these = [k for k in range(min(rows, LANES)) if within[k] > 0]
        some, first, inside = counted(bits, before, low, np.uint64(2**columns - 1), rows, 5)
        assert lanes_of(some) == these
        assert first[: len(these)] == [before[k] + taken[k, :low].sum() for k in these]
        assert inside[: len(these)] == [within[k] for k in these]


def test_near_is_nearer_than_the_reach_before_the_end_and_somebody_else() -> None:
    x, y = np.array([0.0, 2.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0, -1.0])
    assert near(x, y, 0.0, 0.0, 4.0, 20, 24, 99) == 0b1101  # 2 m away is not within 2 m
    assert near(x, y, 0.0, 0.0, 4.0, 20, 24, 20) == 0b1100
    assert near(x, y, 0.0, 0.0, 4.0, 20, 23, 22) == 0b0001
    assert near(x, y, np.nan, 0.0, 4.0, 20, 24, 99) == 0


def test_what_lay_in_scratch_before_changes_no_step() -> None:
    room = station_room()
    clean, spoilt = Scene(room, mixed_crowd(room, 200, 5)), Scene(room, mixed_crowd(room, 200, 5))
    for _ in range(8):
        clean.step()
        assert np.isnan(spoil_stack())
        spoilt.step()
        for name in ("x", "y", "speed", "stuck_s"):
            np.testing.assert_array_equal(getattr(clean.walkers, name), getattr(spoilt.walkers, name))
