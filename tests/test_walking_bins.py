import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.kernels.bins import Bins, bin_people, clear_bins, columns_within, make_bins, rows_within


def near(bins: Bins, x: np.ndarray, y: np.ndarray, at_x: float, at_y: float, r: float) -> list[int]:
    """The loop of the docstring."""
    column_0, column_1 = columns_within(bins, at_x, r)
    row_0, row_1 = rows_within(bins, at_y, r)
    found = []
    for row in range(row_0, row_1 + 1):
        for column in range(column_0, column_1 + 1):
            j = bins.head[row * bins.columns + column]
            while j >= 0:
                if np.hypot(x[j] - at_x, y[j] - at_y) < r:
                    found.append(int(j))
                j = bins.next[j]
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(0, 60), r=st.floats(0.1, 5.0), size=st.floats(0.5, 3.0))
def test_the_loop_finds_everybody_within_reach(seed: int, n: int, r: float, size: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-3, 20, 60), rng.uniform(-3, 12, 60)  # some outside the sheet
    mode = rng.integers(0, 3, 60).astype(np.int8)
    order = rng.permutation(60).astype(np.int32)
    bins = make_bins(-1.0, 0.5, 18.0, 9.0, size, 60)
    bin_people(bins, x, y, mode, rng.permutation(60).astype(np.int32), 60)  # leaves nothing behind
    bin_people(bins, x, y, mode, order, n)
    here = [i for i in order[:n] if mode[i] != 0]
    for at_x, at_y in rng.uniform((0, 1), (16, 9), (5, 2)):
        true = [i for i in here if np.hypot(x[i] - at_x, y[i] - at_y) < r]
        assert sorted(near(bins, x, y, at_x, at_y, r)) == sorted(true)


def test_people_of_a_cell_come_in_entity_order() -> None:
    order = np.array([5, 2, 7, 0, 3], np.int32)
    bins = make_bins(0.0, 0.0, 4.0, 4.0, 1.0, 8)
    bin_people(bins, np.full(8, 1.5), np.full(8, 2.5), np.ones(8, np.int8), order, 5)
    assert near(bins, np.full(8, 1.5), np.full(8, 2.5), 1.5, 2.5, 1.0) == [5, 2, 7, 0, 3]


def test_cleared_bins_are_empty() -> None:
    bins = make_bins(0.0, 0.0, 100.0, 50.0, 1.0, 30)
    rng = np.random.default_rng(1)
    order = np.arange(30, dtype=np.int32)
    bin_people(bins, rng.uniform(0, 100, 30), rng.uniform(0, 50, 30), np.ones(30, np.int8), order, 30)
    assert (bins.head >= 0).any()
    assert bins.bits.any()
    assert bins.row_bits.any()
    clear_bins(bins)
    assert (bins.head == -1).all()
    assert not bins.bits.any()
    assert not bins.row_bits.any()
