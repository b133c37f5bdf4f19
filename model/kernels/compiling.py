"""How kernels are compiled: cached on disk, without counting references, and with no more ways in than are used.

Numba makes an entry for Python and one for C of every function, each of which it optimises and links again in every
caller's module: a quarter of all compiling.
"""

import gc
from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.event import Listener, register


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


register("numba:compile", _Undisturbed())
