"""Groups of arrays handed on by address: kernels read through a handle what they read from the named tuple."""

from collections import namedtuple
from collections.abc import Iterator

import numpy as np
import pytest
from numba import njit

from model.kernels.handles import Handle, HandleType

Part = namedtuple("Part", ["xs", "grid", "every_other", "n", "factor", "on"])
Whole = namedtuple("Whole", ["part", "rows", "rates"])
Rates = namedtuple("Rates", ["low", "high"])
ROW = np.dtype([("u", "f8"), ("k", "i4"), ("z", "i1")], align=True)


@njit(_nrt=False)
def look(whole, i):  # type: ignore[no-untyped-def]
    part = whole.part
    found = part.xs[i] * part.factor + part.grid[1, 2] + part.every_other[1, 1] + whole.rows.k[i]
    found += whole.rates.high - whole.rates.low + part.n + part.grid.shape[1] + part.every_other.size
    whole.rows.u[i] = found if part.on else -found
    return found


def wholes() -> Iterator[Whole]:
    """Groups of the same types with other contents."""
    for seed in range(3):
        rng = np.random.default_rng(seed)
        rows = np.zeros(4 + seed, ROW)
        rows["k"] = rng.integers(0, 9, 4 + seed)
        sparse = rng.random((6, 8))[::2, ::2]
        yield Whole(
            Part(rng.random(4 + seed), rng.random((2, 3 + seed)), sparse, seed, float(rng.random()), seed == 1),
            rows, Rates(0.25, float(rng.random())),
        )  # fmt: skip


def test_a_handle_shows_what_the_group_holds() -> None:
    handle = None
    for whole in wholes():
        handle = Handle(whole) if handle is None else handle.follow(whole)
        for i in (0, 3, -1):
            by_value = look(whole, i)  # numba's own way
            kept = whole.rows["u"][i]
            whole.rows["u"][i] = 0
            assert look(handle, i) == by_value
            assert whole.rows["u"][i] == kept
    assert handle is not None
    assert sum(isinstance(kinds[0], HandleType) for kinds in look.signatures) == 1


def test_a_part_is_a_handle_too_and_follows() -> None:
    first, second, _ = wholes()

    @njit(_nrt=False)
    def twice(part):  # type: ignore[no-untyped-def]
        return 2 * part.n + part.xs.shape[0]

    handle = Handle(first)
    assert twice(handle.part("part")) == 2 * first.part.n + len(first.part.xs)
    assert handle.follow(second) is handle
    assert twice(handle.part("part")) == 2 * second.part.n + len(second.part.xs)


def test_a_field_of_another_type_makes_another_handle() -> None:
    whole = next(wholes())
    handle = Handle(whole)
    wider = np.zeros(len(whole.rows), [("u", "f8"), ("k", "i8")])
    wider["k"] = whole.rows["k"]
    other = handle.follow(whole._replace(rows=wider))
    assert other is not handle
    assert look(other, 1) == look(handle, 1)


def test_arrays_that_may_only_be_read_need_no_code_of_their_own() -> None:
    whole = next(wholes())
    handle = Handle(whole)
    grid = whole.part.grid.copy()
    grid.flags.writeable = False
    assert handle.follow(whole._replace(part=whole.part._replace(grid=grid))) is handle


def test_only_arrays_numbers_and_groups_are_handed_on() -> None:
    with pytest.raises(TypeError, match="arrays, whole and real numbers"):
        Handle(Rates("slow", 1.0))
