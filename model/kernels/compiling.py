"""How kernels are compiled: cached on disk, without counting references, and with no more ways in than are used.

Numba makes an entry for Python and one for C of every function, each of which it optimises and links again in every
caller's module: a quarter of all compiling.

An index of a kernel counts from the beginning, always. Python's rule that -1 is the last costs numba a comparison and a
choice at every read, a twelfth of walking in a sparse crowd and a fifth in a dense one; and where -1 means *nobody*, it
reads somebody. ``NUMBA_BOUNDSCHECK=1`` compiles kernels that raise IndexError at any index outside its array, below 0
too: tests/science/test_bounds.py runs days that way.
"""

import gc
from collections.abc import Callable
from typing import Any

from numba import njit, types
from numba.core.event import Listener, register
from numba.np import arrayobj

_KERNELS = "_ZN5model7kernels"  # how numba's names of compiled functions of this package begin


def kernel(*signature: str, allocates: bool = False, **options: Any) -> Callable[..., Any]:
    """Return the decorator of a kernel.

    Args:
        signature: its only one, where callers have numbers of several types.
        allocates: whether it makes arrays, which are to be counted.
        options: as of ``numba.njit``.
    """
    return njit(*signature, cache=True, _nrt=allocates, no_cfunc_wrapper=True, **options)  # type: ignore[no-any-return]


def inner(*signature: str, **options: Any) -> Callable[..., Any]:
    """Return the decorator of a kernel that only kernels call: Python cannot, and neither can a test."""
    return kernel(*signature, no_cpython_wrapper=True, **options)


class _Undisturbed(Listener):  # type: ignore[misc]
    """Lets Python's search for cycles rest while numba compiles: it takes a tenth of it and frees nothing."""

    def __init__(self) -> None:
        self.depth, self.was_on = 0, False

    def on_start(self, event: Any) -> None:
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: Any) -> None:
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


_of_either_sign = arrayobj.fix_integer_index


def _from_the_beginning(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    """Return an index as it is in our kernels, and as numba would have it in anybody else's."""
    if builder.function.name.startswith(_KERNELS):
        return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)
    return _of_either_sign(context, builder, kind, index, size)


arrayobj.fix_integer_index = _from_the_beginning
register("numba:compile", _Undisturbed())
